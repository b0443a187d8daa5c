"""The menu: what is pressed or clicked is what comes back, and nothing a stranger wrote spoils it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest
from textual import events
from textual.pilot import Pilot

from tests.conftest import Plain
from tests.waiting import until
from watui.screens.menu import Entry, MenuList, MenuScreen
from watui.text import cell_len

ACTS = (
    Entry("r", "Reply", "reply"),
    Entry("+", "React", "react", "of 3"),
    Entry("J", "Jump", "jump"),
    Entry("", "Without a letter", "none"),
    Entry("r", "Never reached by its letter", "second"),
)
HOSTILE = (
    Entry("a", "[@click=app.quit]x[/] [/nope] [b", "markup", "[red]"),
    Entry("b", "👩🏽\u200d🚀" * 90, "emoji", "❤\ufe0f" * 90),
    Entry("c", "مرحبا שלום " * 40, "rtl", "مرحبا"),
    Entry("", "", "", ""),
    Entry("e", "x" * 1_000_000, "long", "y" * 1_000_000),
    Entry("f", "e\u0301" * 200, "marks", "漢" * 50),
)


@dataclass
class Asked:
    """A menu on the screen, and what it returned."""

    pilot: Pilot[None]
    answers: list[str | None] = field(default_factory=list)

    @property
    def menu(self) -> MenuList:
        return self.pilot.app.screen.query_one(MenuList)

    def lines(self) -> list[str]:
        return [self.menu.render_line(y).text.rstrip() for y in range(self.menu.size.height)]

    def selected(self) -> list[str]:
        return [line for line in self.lines() if line.startswith("▌")]

    async def press(self, *keys: str) -> list[str | None]:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        return self.answers


def laid_out(menu: MenuList, size: tuple[int, int]) -> bool:
    return menu.screen.size == size


@asynccontextmanager
async def asking(entries: Sequence[Entry], size: tuple[int, int] = (80, 24)) -> AsyncIterator[Asked]:
    app = Plain()
    async with app.run_test(size=size) as pilot:
        asked = Asked(pilot)
        app.push_screen(MenuScreen("What now?", entries), asked.answers.append)
        await pilot.pause()
        yield asked


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (["r"], "reply"),
        (["plus"], "react"),
        (["J"], "jump"),
        (["enter"], "reply"),
        (["down", "enter"], "react"),
        (["j", "j", "k", "enter"], "react"),
        (["down", "down", "down", "enter"], "none"),
        (["up", "enter"], "reply"),
        (["G", "enter"], "second"),
        (["end", "home", "down", "enter"], "react"),
        (["pagedown", "pageup", "enter"], "reply"),
        (["escape"], None),
        (["z", "x", "escape"], None),
    ],
)
async def test_keys_choose(keys: list[str], value: str | None) -> None:
    async with asking(ACTS) as asked:
        assert await asked.press(*keys) == [value]
        assert len(asked.pilot.app.screen_stack) == 1


async def test_letters_of_entries_do_not_move() -> None:
    entries = [Entry("j", "Join", "join"), Entry("g", "Go", "go"), Entry("k", "Keep", "keep")]
    for letter, value in (("j", "join"), ("g", "go"), ("k", "keep")):
        async with asking(entries) as asked:
            assert await asked.press(letter) == [value]


async def test_keys_that_come_too_late_choose_nothing_more() -> None:
    async with asking(ACTS) as asked:
        menu = asked.pilot.app.screen
        for _ in range(3):
            menu.post_message(events.Key("r", "r"))
        await asked.pilot.pause()
        assert asked.answers == ["reply"]
        assert len(asked.pilot.app.screen_stack) == 1


async def test_what_is_selected_is_seen_without_colours() -> None:
    async with asking(ACTS) as asked:
        assert asked.lines()[0] == "What now?"
        assert asked.selected() == ["▌r  Reply"]
        await asked.press("down")
        (line,) = asked.selected()
        assert line.startswith("▌+  React ")
        assert line.endswith(" of 3")


async def test_a_click_chooses() -> None:
    async with asking(ACTS) as asked:
        row = asked.lines().index(" J  Jump")
        gutter = asked.menu.gutter
        await asked.pilot.click(MenuList, offset=(gutter.left + 6, gutter.top + row))
        await asked.pilot.pause()
        assert asked.answers == ["jump"]


async def test_a_click_beside_the_entries_chooses_nothing() -> None:
    async with asking(ACTS) as asked:
        await asked.pilot.click(MenuList, offset=(0, 0))
        await asked.pilot.click(MenuList, offset=(4, 1))  # the title
        await asked.pilot.click(MenuList, offset=(4, asked.menu.outer_size.height - 2))  # what the keys do
        await asked.pilot.click(offset=(0, 0))
        assert asked.answers == []


@pytest.mark.parametrize("size", [(30, 5), (50, 20), (120, 40)])
async def test_more_entries_than_rows_scroll(size: tuple[int, int]) -> None:
    entries = [Entry("", f"entry {number}", str(number)) for number in range(1000)]
    async with asking(entries, size) as asked:
        assert asked.selected() == ["▌  entry 0"]
        shown = asked.menu.rows
        assert 1 <= shown < size[1]
        await asked.press(*["down"] * 3, "pagedown")
        assert asked.selected() == [f"▌  entry {3 + shown}"]
        await asked.press("end")
        assert asked.selected() == ["▌  entry 999"]
        assert sum("entry" in line for line in asked.lines()) == shown
        assert "1000/1000" in asked.lines()[-1] or size[1] < 8
        asked.menu.post_message(
            events.MouseScrollUp(asked.menu, 3, 3, 0, -1, 0, shift=False, meta=False, ctrl=False)
        )
        assert await asked.press("enter") == ["996"]


async def test_another_height_keeps_the_selection_in_view() -> None:
    entries = [Entry("", f"entry {number}", str(number)) for number in range(100)]
    async with asking(entries, (80, 40)) as asked:
        await asked.press(*["down"] * 30)
        for size in ((80, 12), (20, 6), (120, 60), (80, 40)):
            await asked.pilot.resize_terminal(*size)
            await until(partial(laid_out, asked.menu, size))
            await asked.pilot.pause()
            assert asked.selected() == ["▌  entry 30"]


@pytest.mark.parametrize("size", [(1, 1), (6, 3), (20, 8), (50, 20), (120, 40)])
async def test_words_of_strangers_stay_within_their_line(size: tuple[int, int]) -> None:
    async with asking(HOSTILE, size) as asked:
        width = asked.menu.size.width
        assert width <= size[0]
        strips = [asked.menu.render_line(y) for y in range(asked.menu.size.height)]
        assert all(strip.cell_length == width for strip in strips)
        assert all(cell_len(strip.text) == width for strip in strips)
        if size[0] >= 50:
            assert any("…" in strip.text for strip in strips)
            assert any("[@click=app.quit]" in strip.text for strip in strips)
        assert await asked.press("e") == ["long"]


async def test_nothing_to_choose() -> None:
    async with asking([]) as asked:
        assert "nothing to choose from" in asked.lines()
        assert await asked.press("down", "G", "enter") == [None]
