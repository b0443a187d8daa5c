"""The pager: nothing of a text is lost, and opening one costs what is seen of it."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from tests.conftest import Plain
from tests.waiting import until
from watui.bidi import in_order
from watui.screens.cutting import PIECE, cut, fold
from watui.screens.info import InfoScreen
from watui.screens.pager import PagerScreen, Pieces
from watui.screens.reader import Leaf, Reader
from watui.terminal import output
from watui.terminal.sequences import CLIPBOARD_LIMIT
from watui.text import Safe, cell_len, clean

ONE_LINE = clean("lorem ipsum dolor " * 58_000)
MANY_LINES = Safe("\n".join(f"line {number}" for number in range(100_000)))


@asynccontextmanager
async def reading(text: str, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    app = Plain()
    async with app.run_test(size=size) as pilot:
        app.push_screen(PagerScreen("A title", Safe(text)))
        await pilot.pause()
        yield pilot


def screen(pilot: Pilot[Any]) -> list[str]:
    """Read what the reader shows, line by line."""
    reader = pilot.app.screen.query_one(Reader)
    return [reader.render_line(y).text.rstrip() for y in range(reader.size.height)]


def body(pilot: Pilot[Any]) -> list[str]:
    return screen(pilot)[2:-2]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pieces that were drawn."""
    made: list[int] = []
    make = Pieces.make

    def counted(self: Pieces, index: int) -> Leaf:
        made.append(index)
        return make(self, index)

    monkeypatch.setattr(Pieces, "make", counted)
    return made


async def resized(pilot: Pilot[Any], width: int, height: int) -> None:
    """Give the terminal another size, and wait until the reader has it too."""
    await pilot.resize_terminal(width, height)
    reader = pilot.app.screen.query_one(Reader)
    await until(lambda: reader.outer_size == (min(width, 104), height))


# Cutting and folding.

HARD = ["\n", " ", "\u3000", "e\u0301", "👩🏽\u200d🚀", "🇩🇪", "❤\ufe0f", "漢", "ا", "\u00a0", "\u200d", "[b]"]
TEXT = st.lists(
    st.one_of(
        st.sampled_from(HARD),
        st.text(max_size=8),
        st.builds(lambda part, times: part * times, st.sampled_from(HARD), st.integers(1, 1500)),
        st.builds(lambda size: "x" * size, st.integers(1, 2500)),
    ),
    max_size=12,
).map(lambda parts: clean("".join(parts)))


@settings(max_examples=300)
@given(TEXT)
@example(Safe(""))
@example(Safe("x" * PIECE))
@example(Safe("\n" * (3 * PIECE)))
def test_the_pieces_are_the_text(text: Safe) -> None:
    starts = cut(text)
    assert starts[0] == 0
    assert starts[-1] == len(text)
    pieces = [text[a:b] for a, b in itertools.pairwise(starts)]
    assert "".join(pieces) == text
    assert all(len(piece) <= PIECE for piece in pieces)
    assert all(pieces) or not text
    assert len(pieces) <= 1 + 3 * len(text) // PIECE


@settings(max_examples=300)
@given(TEXT, st.integers(1, 100))
@example(Safe("a b" + " " * 50), 5)
def test_folding_loses_line_ends_only(text: Safe, width: int) -> None:
    pieces = Pieces(text)
    for index in range(len(pieces)):
        piece = text[pieces.starts[index] : pieces.starts[index + 1]]
        rows = fold(piece, width)
        assert rows
        lost = [piece[a:b] for (_, a), (b, _) in itertools.pairwise([(0, 0), *rows, (len(piece), 0)])]
        assert set(lost) <= {"", "\n"}
        shown = [piece[start:end] for start, end in rows]
        assert len(shown) <= len(piece) + 1
        for line in shown:  # only blanks may stand out, which are not seen
            assert cell_len(line.rstrip("".join(HARD[1:3]) + "\u2003\u2009")) <= max(2, width)


@pytest.mark.parametrize(
    "cluster", ["🇩🇪", "👩🏽\u200d🚀", "e\u0301", "❤\ufe0f", "\U0001f3f4\U000e0067\U000e0062\U000e007f"]
)
@pytest.mark.parametrize("before", range(7))
def test_what_is_drawn_as_one_is_not_cut(cluster: str, before: int) -> None:
    text = "x" * before + cluster * PIECE
    assert all((start - before) % len(cluster) == 0 for start in cut(text)[1:])


def test_cuts_are_after_a_line_else_after_a_word() -> None:
    text = "word " * 150 + "\n" + "longer words " * 200
    first, second, *_ = cut(text)[1:]
    assert text[first - 1] == "\n"
    assert text[second - 1 : second + 1] == " w" or text[second - 1 : second + 1] == " l"
    assert folded("one two three", 8) == ["one two ", "three"]
    assert folded("", 8) == [""]
    assert folded("a\n\nb\n", 8) == ["a", "", "b"]
    assert folded("see https://example.com/a/long/address/ there", 20) == [
        "see ",
        "https://example.com/",
        "a/long/address/ ",
        "there",
    ]
    assert folded("a no\u00a0break", 5) == ["a ", "no\u00a0br", "eak"]


def folded(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in fold(text, width)]


# On the screen.


LONG = {
    "one line": ONE_LINE,
    "100,000 lines": MANY_LINES,
    "one word": "x" * 1_000_000,
    "nothing but line ends": "\n" * 1_000_000,
    "emoji": "👩🏽\u200d🚀" * 200_000,
    "a script without blanks": "漢" * 1_000_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
async def test_opening_and_paging_cost_what_is_seen(text: str, drawn: list[int]) -> None:
    async with reading(text, (120, 40)) as pilot:
        assert len(drawn) < 40
        opened = len(drawn)
        await pilot.press("pagedown", "pagedown", "pageup")
        assert len(drawn) - opened < 80
        drawn.clear()
        await pilot.press("G")
        assert len(drawn) < 80
        assert screen(pilot)[-1].startswith("100 %")


async def test_every_line_is_passed_on_the_way_down() -> None:
    lines = [f"{number} of the lines" for number in range(300)]
    async with reading("\n".join(lines), (60, 40)) as pilot:
        seen = body(pilot)
        assert seen[0] == lines[0]
        while not screen(pilot)[-1].startswith("100 %"):
            await pilot.press("pagedown")
            seen += [line for line in body(pilot) if line not in seen[-40:]]
        assert seen == lines


async def test_keys() -> None:
    async with reading(MANY_LINES) as pilot:
        rows = len(body(pilot))

        async def after(*keys: str) -> int:
            await pilot.press(*keys)
            return int(body(pilot)[0].removeprefix("line "))

        assert await after("up") == 0
        assert await after("down", "j", "j") == 3
        assert await after("k", "up") == 1
        assert await after("pagedown") == 1 + rows - 2
        assert await after("pageup") == 1
        assert await after("ctrl+d") == 1 + rows // 2
        assert await after("ctrl+u") == 1
        assert await after("end") == 100_000 - rows
        assert await after("home") == 0
        assert await after("G", "g") == 0
        assert screen(pilot)[-1].startswith("0 % · ")
        reader = pilot.app.screen.query_one(Reader)
        reader.post_message(wheel(reader))
        await pilot.pause()
        assert body(pilot)[0] == "line 3"
        await pilot.press("q")
        assert len(pilot.app.screen_stack) == 1


def wheel(widget: Reader) -> events.MouseScrollDown:
    return events.MouseScrollDown(widget, 3, 3, 0, 1, 0, shift=False, meta=False, ctrl=False)


async def test_any_other_size_keeps_the_place() -> None:
    text = " ".join(f"w{number:06}" for number in range(50_000))
    async with reading(text) as pilot:
        await pilot.press("G")
        pilot.app.screen.query_one(Reader).action_scroll(-777)
        held = body(pilot)[0].split()[0]
        sizes = [(50, 20), (120, 40), (31, 9), (200, 60), (50, 3), (24, 8), (80, 24)]
        for size in sizes * 2:
            await resized(pilot, *size)
            shown = screen(pilot)
            if size[1] >= 14:
                assert held in shown[2]
        assert body(pilot)[0].startswith(held)


async def test_leaving_the_end_for_a_higher_view_shows_more_above() -> None:
    async with reading("\n".join(map(str, range(100))), (50, 20)) as pilot:
        await pilot.press("G")
        before = body(pilot)
        await resized(pilot, 50, 40)
        assert body(pilot)[-1] == "99"
        assert len(body(pilot)) == len(before) + 20
        await resized(pilot, 50, 20)
        assert body(pilot) == before


@pytest.mark.parametrize(
    "text", ["", "\n", "one word", "[@click=app.quit]x[/]", "مرحبا", "👨\u200d👩\u200d👧", "\u0301"]
)
async def test_a_short_text_has_no_place_to_tell(text: str) -> None:
    async with reading(text) as pilot:
        assert screen(pilot)[0] == "A title"
        assert screen(pilot)[-1] == "y copies it all · Esc closes"
        assert body(pilot)[0].strip() == in_order(text.strip("\n"))
        await pilot.press("down", "pagedown", "G", "g", "pageup")
        assert body(pilot)[0].strip() == in_order(text.strip("\n"))


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (5, 3), (8, 4), (50, 20), (120, 40), (300, 90)])
async def test_every_line_is_as_wide_as_the_screen(size: tuple[int, int]) -> None:
    text = clean("❤\ufe0f👩🏽\u200d🚀 漢字 مرحبا e\u0301 " * 400)
    async with reading(text, size) as pilot:
        await pilot.press("pagedown")
        reader = pilot.app.screen.query_one(Reader)
        assert all(
            reader.render_line(y).cell_length == reader.size.width for y in range(reader.size.height + 1)
        )


async def test_y_copies_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    def copy(_: object, text: str) -> bool:
        if len(text) > CLIPBOARD_LIMIT:
            return False
        copied.append(text)
        return True

    monkeypatch.setattr(output, "copy", copy)
    text = "some words " * 1000
    async with reading(text) as pilot:
        await pilot.press("y")
        assert copied == [text]
        assert "copied it all (if the terminal allows it)" in screen(pilot)[-1]
        await pilot.press("down")
        assert "copied" not in screen(pilot)[-1]
    async with reading("x" * 100_000) as pilot:
        await pilot.press("y")
        assert screen(pilot)[-1].endswith("not copied: it all is 100 kB, a terminal takes 75 kB")
        assert len(copied) == 1


async def test_a_theme_draws_it_anew(drawn: list[int]) -> None:
    async with reading(ONE_LINE) as pilot:
        await pilot.press("pagedown")
        before = body(pilot)
        drawn.clear()
        pilot.app.theme = "textual-light"
        await pilot.pause()
        assert body(pilot) == before
        assert 0 < len(drawn) < 20


# The facts of a message are read in the same way.


@pytest.mark.parametrize("size", [(24, 8), (50, 20), (120, 40)])
async def test_facts_are_folded_beside_their_labels(size: tuple[int, int]) -> None:
    facts = [
        ("from", "Ana"),
        ("file", "word " * 40),
        ("a label that is too long", "👩🏽\u200d🚀" * 90),
        ("id", "m1"),
    ]
    app = Plain()
    async with app.run_test(size=size) as pilot:
        app.push_screen(InfoScreen(facts))
        await pilot.pause()
        shown = screen(pilot)
        assert shown[0] == "About this message"
        assert next(line for line in shown if line.startswith("from")).split() == ["from", "Ana"]
        assert len(shown) <= size[1]
        await pilot.press("G")
        assert any(line.startswith("id") for line in screen(pilot))
        assert any("a label that…" in line for line in [*shown, *screen(pilot)]) or size[1] < 40
        await pilot.press("i")
        assert len(app.screen_stack) == 1


async def test_facts_without_any() -> None:
    app = Plain()
    async with app.run_test() as pilot:
        app.push_screen(InfoScreen([]))
        await pilot.pause()
        assert screen(pilot)[0] == "About this message"
        await pilot.press("down", "G", "escape")
        assert len(app.screen_stack) == 1


async def test_a_paragraph_from_right_to_left_stands_right_on_every_line() -> None:
    async with reading("שלום לכולם\nwith Latin first שלום\nשוב abc", (40, 12)) as pilot:
        lines = body(pilot)
        assert lines[0].startswith(" ")
        assert lines[0].strip() == in_order("שלום לכולם")
        assert lines[1] == in_order("with Latin first שלום")
        assert lines[2].startswith(" ")
