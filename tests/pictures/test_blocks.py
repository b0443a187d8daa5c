"""Pixels as cells."""

from hypothesis import given
from hypothesis import strategies as st

from watui.pictures.blocks import half_blocks, shades
from watui.pictures.picture import Picture

BLACK, WHITE, RED = (0, 0, 0), (255, 255, 255), (255, 0, 0)


def picture(*rows: list[tuple[int, int, int]]) -> Picture:
    return Picture(len(rows[0]), len(rows), bytes(part for row in rows for pixel in row for part in pixel))


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    width, height = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    pixel = st.sampled_from((BLACK, WHITE, RED))
    row = st.lists(pixel, min_size=width, max_size=width)
    return picture(*draw(st.lists(row, min_size=height, max_size=height)))


def test_two_pixels_stand_above_each_other_in_a_cell() -> None:
    assert half_blocks(picture([RED, BLACK], [WHITE, BLACK])) == [[(RED, WHITE, 1), (BLACK, BLACK, 1)]]


def test_equal_neighbours_are_one_run() -> None:
    assert half_blocks(picture([RED] * 5, [RED] * 3 + [BLACK] * 2)) == [[(RED, RED, 3), (RED, BLACK, 2)]]


def test_below_an_odd_last_row_is_nothing() -> None:
    assert half_blocks(picture([RED], [RED], [WHITE])) == [[(RED, RED, 1)], [(WHITE, None, 1)]]


@given(pictures())
def test_the_runs_hold_every_pixel(drawn: Picture) -> None:
    rows: list[list[tuple[int, int, int] | None]] = []
    for runs in half_blocks(drawn):
        rows.append([run.upper for run in runs for _ in range(run.cells)])
        rows.append([run.lower for run in runs for _ in range(run.cells)])
    if drawn.height % 2:
        assert set(rows.pop()) == {None}
    assert bytes(part for row in rows for pixel in row if pixel for part in pixel) == drawn.pixels


@given(pictures())
def test_shades_are_as_large_as_the_blocks(drawn: Picture) -> None:
    assert [len(row) for row in shades(drawn)] == [drawn.width] * ((drawn.height + 1) // 2)


def test_the_brighter_the_fuller() -> None:
    greys = [(level, level, level) for level in (0, 64, 128, 192, 255)]
    assert shades(picture(greys, greys)) == [" ░▒▓█"]


def test_a_cell_is_as_bright_as_both_its_pixels() -> None:
    assert shades(picture([WHITE, RED], [BLACK, RED])) == ["▒░"]


def test_half_a_cell_of_white_is_half_as_bright() -> None:
    assert shades(picture([WHITE])) == ["▒"]
