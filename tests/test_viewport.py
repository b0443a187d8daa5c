"""The view over blocks: whatever happens around it, what it holds stays on its row."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from textual.strip import Strip

from watui.panes.viewport import Row, Viewport


@dataclass
class Fake:
    """Blocks of a given number of lines at a width of 100, and of more in a narrower view."""

    blocks: list[tuple[str, int, int]] = field(default_factory=list)
    """The name of each, its lead and its own lines."""
    width: int = 100
    drawn: int = 0

    def __len__(self) -> int:
        return len(self.blocks)

    def id_of(self, index: int) -> str:
        return self.blocks[index][0]

    def index_of(self, block_id: str) -> int | None:
        return next((n for n, (name, _, _) in enumerate(self.blocks) if name == block_id), None)

    def draw(self, index: int) -> Any:
        self.drawn += 1
        name, lead, own = self.blocks[index]
        own = -(-own * 100 // self.width)
        lines = [Strip.blank(0)] * (lead + own)
        return SimpleNamespace(lines=lines, lead=lead, name=name)


def names(rows: list[Row], blocks: Fake) -> list[tuple[str, int]]:
    """Tell what is in view, by name and line."""
    return [(blocks.id_of(row.block), row.line) for row in rows]


def everything(blocks: Fake) -> list[tuple[str, int]]:
    """Tell all lines of all blocks, in order."""
    return [
        (blocks.id_of(index), line)
        for index, block in enumerate(map(blocks.draw, range(len(blocks))))
        for line in range(-block.lead, len(block.lines) - block.lead)
    ]


def place(view: Viewport, blocks: Fake, name: str) -> int | None:
    """The row on which a block's own first line stands, if it is in view."""
    return next((n for n, at in enumerate(names(view.rows, blocks)) if at == (name, 0)), None)


SHAPES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 30)), min_size=1, max_size=25)
HEIGHTS = st.integers(1, 24)


def made(shapes: list[tuple[int, int]], start: int = 0) -> list[tuple[str, int, int]]:
    return [(f"m{start + n}", lead, own) for n, (lead, own) in enumerate(shapes)]


@given(SHAPES, HEIGHTS)
def test_every_line_is_reached_by_scrolling_once_and_in_order(
    shapes: list[tuple[int, int]], height: int
) -> None:
    blocks = Fake(made(shapes))
    view = Viewport(blocks)
    view.build(100, height)
    view.to_first()
    seen = names(view.build(100, height), blocks)
    while view.scroll(1):
        at = names(view.rows, blocks)
        assert at[:-1] == seen[len(seen) - height + 1 :]
        seen.append(at[-1])
    assert seen == everything(blocks)
    assert view.anchor is None or len(seen) <= height  # and from there it follows
    back = [names(view.rows, blocks)]
    while view.scroll(-1):
        back.append(names(view.rows, blocks))
    assert [rows[0] for rows in reversed(back)] == seen[: len(back)]


CHANGE = st.one_of(
    st.tuples(st.just("append"), st.integers(0, 3), st.integers(1, 30)),
    st.tuples(st.just("prepend"), st.integers(0, 3), st.integers(1, 30)),
    st.tuples(st.just("grow"), st.integers(0, 99), st.integers(1, 30)),
    st.tuples(st.just("relead"), st.integers(0, 99), st.integers(0, 3)),
    st.tuples(st.just("delete"), st.integers(0, 99), st.just(0)),
    st.tuples(st.just("widen"), st.integers(20, 200), st.just(0)),
    st.tuples(st.just("heighten"), st.integers(0, 12), st.just(0)),
)


def happen(blocks: Fake, fresh: str, kind: str, first: int, second: int) -> None:
    """Let something happen to one of the blocks, or to the width of all."""
    index = first % len(blocks)
    name, lead, own = blocks.blocks[index]
    match kind:
        case "append":
            blocks.blocks.append((fresh, first, second))
        case "prepend":
            blocks.blocks.insert(0, (fresh, first, second))
        case "grow":
            blocks.blocks[index] = (name, lead, second)
        case "relead":
            blocks.blocks[index] = (name, second, own)
        case "delete" if len(blocks) > 1:
            del blocks.blocks[index]
        case "widen":
            blocks.width = first


def holder(view: Viewport, blocks: Fake) -> str | None:
    """Tell which block holds the view now: the anchor, or what succeeds it because that is gone."""
    if view.anchor is None:
        return None
    names = [view.anchor.id, *(name for name, _ in view.anchor.others)]
    return next((name for name in names if blocks.index_of(name) is not None), None)


@given(SHAPES, st.integers(4, 20), st.integers(1, 60), st.lists(CHANGE, max_size=25))
def test_what_holds_the_view_stays_on_its_row(
    shapes: list[tuple[int, int]], height: int, up: int, changes: list[tuple[str, int, int]]
) -> None:
    blocks = Fake(made(shapes))
    view = Viewport(blocks)
    view.build(100, height)
    view.scroll(-up)
    for number, (kind, first, second) in enumerate(changes):
        first_line = view.rows[0].line
        at_edge = view.starts or view.ends
        shown = Fake(list(blocks.blocks))
        happen(blocks, f"{kind}{number}", kind, first, second)
        held = holder(view, blocks)
        if view.anchor is not None and held is None:  # all that was in view is gone
            view.build(blocks.width, height)
            continue
        before = place(view, shown, held) if held is not None else None
        height += first if kind == "heighten" else 0
        if kind not in ("widen", "heighten"):
            view.settle()
        view.build(blocks.width, height)
        assert len(view.rows) == min(height, len(everything(blocks)))
        if held is None or view.anchor is None:
            assert view.ends  # it followed, or came to the end because there was no more
            continue
        after = place(view, blocks, held)
        if view.starts or view.ends:  # a view cannot hold where there is nothing above or below
            continue
        if at_edge and kind in ("widen", "heighten"):  # it comes back from where a size alone had put it
            continue
        if before is not None and view.anchor.row >= 0:  # else a part of a long block is held, not its row
            assert after == before
        elif before is None and kind not in ("widen", "grow"):
            assert view.rows[0].line == first_line
        assert view.anchor.id == held


@given(SHAPES, HEIGHTS, st.integers(20, 200), st.integers(0, 80))
def test_another_width_and_back_ends_where_it_began(
    shapes: list[tuple[int, int]], height: int, width: int, up: int
) -> None:
    blocks = Fake(made(shapes))
    view = Viewport(blocks)
    view.build(100, height)
    view.scroll(-up)
    before = names(view.rows, blocks)
    blocks.width = width
    view.build(width, height)
    if view.anchor is None or view.starts:
        return  # at an edge the edge holds
    blocks.width = 100
    assert names(view.build(100, height), blocks) == before


@given(SHAPES, HEIGHTS, st.integers(0, 99), st.integers(0, 99))
def test_what_is_revealed_is_in_view(
    shapes: list[tuple[int, int]], height: int, start: int, wanted: int
) -> None:
    blocks = Fake(made(shapes))
    view = Viewport(blocks)
    view.build(100, height)
    view.reveal(blocks.id_of(start % len(blocks)))
    index = wanted % len(blocks)
    was = view.build(100, height)
    complete = [row.line for row in was if row.block == index]
    view.reveal(blocks.id_of(index))
    rows = view.build(100, height)
    shown = [row.line for row in rows if row.block == index and row.line >= 0]
    own = blocks.blocks[index][2]
    assert shown == list(range(own)) if own < height else shown
    if own < height and set(range(own)) <= set(complete) and min(complete) == -blocks.blocks[index][1]:
        assert names(rows, blocks) == names(was, blocks)  # nothing moves that need not


def test_a_view_costs_what_is_in_it() -> None:
    blocks = Fake([(f"m{n}", 1, 3) for n in range(100_000)])
    blocks.index_of = lambda block_id: int(block_id[1:])  # type: ignore[method-assign]
    view = Viewport(blocks)
    view.build(100, 40)
    opened = blocks.drawn
    assert opened < 60
    for _ in range(3):
        view.scroll(-38)
    assert blocks.drawn - opened < 3 * 120
    blocks.drawn = 0
    blocks.blocks.append(("m100000", 1, 3))
    view.to_last()
    view.build(100, 40)
    assert blocks.drawn < 60


def test_a_view_from_the_start_begins_at_the_first_line() -> None:
    blocks = Fake([("b", 0, 30)])
    view = Viewport(blocks, at_end=False)
    assert names(view.build(100, 10), blocks)[0] == ("b", 0)
    view.to_last()
    assert names(view.build(100, 10), blocks)[-1] == ("b", 29)
    view.scroll(-1)
    view.scroll(3)
    assert names(view.rows, blocks)[-1] == ("b", 29)
    blocks.blocks = [("a", 0, 3)]
    assert names(view.build(100, 10), blocks) == [("a", 0), ("a", 1), ("a", 2)]
