"""The thread pane: it stays still under the reader's eyes, and costs a viewport whatever its length."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.making import ANA, BOB, WORK, message
from watui.messages import MoreWanted, Seen
from watui.models import Ack, ChatKey, Kind, Message, Older
from watui.panes import bubble
from watui.panes.thread import ThreadPane
from watui.text import Safe
from watui.timeline import Timeline

KEY = ChatKey(WORK, ANA)


class Only(App[None]):
    """A thread pane and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def compose(self) -> ComposeResult:
        yield ThreadPane(id="thread")

    def on_more_wanted(self, _: MoreWanted) -> None:
        self.heard.append("more")

    def on_seen(self, _: Seen) -> None:
        self.heard.append("seen")


class Reader:
    """Somebody who reads a thread."""

    def __init__(self, app: Only, pilot: Pilot[None], count: int) -> None:
        self.app = app
        self.pilot = pilot
        self.pane = app.query_one(ThreadPane)
        self.timeline = Timeline()
        self.timeline.merge([line(number) for number in range(count)])

    async def show(self, older: Older = Older.MORE, key: ChatKey = KEY) -> list[str]:
        """Show the timeline as it is now, and read the screen."""
        self.pane.show(key, self.timeline, older, {})
        return await self.read()

    async def read(self) -> list[str]:
        """Read the screen."""
        await self.pilot.pause()
        return [self.pane.render_line(y).text.rstrip() for y in range(self.pane.size.height)]


def line(number: int) -> Message:
    return message(f"m{number}", text=f"line {number}", at=number)


@asynccontextmanager
async def reading(count: int, size: tuple[int, int] = (60, 20)) -> AsyncIterator[Reader]:
    app = Only()
    async with app.run_test(size=size) as pilot:
        app.query_one(ThreadPane).focus()
        yield Reader(app, pilot, count)


def numbers(screen: list[str]) -> list[int]:
    words = [text.split() for text in screen]
    return [int(each[1]) for each in words if len(each) > 1 and each[0] == "line"]


async def test_it_opens_at_the_end_and_follows() -> None:
    async with reading(100) as reader:
        assert numbers(await reader.show())[-1] == 99
        reader.timeline.put(message("new", text="line 100", at=100))
        assert numbers(await reader.show())[-1] == 100
        assert reader.app.heard.count("seen") == 2


async def test_scrolled_up_it_stays_still_whatever_happens_around() -> None:
    async with reading(200) as reader:
        await reader.show()
        await reader.pilot.press("pageup", "pageup")
        before = await reader.read()
        reader.timeline.put(message("new", text="line 200", at=200))
        reader.timeline.merge([message(f"o{n}", text=f"older {n}", at=-100 + n) for n in range(100)])
        first = numbers(before)[0]
        liked = reader.timeline.get("m1")
        assert liked is not None
        reader.timeline.replace("m1", replace(liked, text=Safe("far above\nand longer")))
        after = await reader.show()
        assert numbers(after)[0] == first
        assert [text[:40] for text in after[:-1]] == [text[:40] for text in before[:-1]]
        assert "▼ 1 new" in after[-1]
        await reader.pilot.press("G")
        assert numbers(await reader.read())[-1] == 200


async def test_a_resize_keeps_the_message_at_the_top() -> None:
    async with reading(200) as reader:
        await reader.show()
        await reader.pilot.press("pageup")
        first = numbers(await reader.read())[0]
        for size in ((34, 12), (90, 30), (60, 20)):
            await reader.pilot.resize_terminal(*size)
            assert numbers(await reader.read())[0] == first


async def test_the_place_is_kept_for_each_chat() -> None:
    async with reading(200) as reader:
        await reader.show()
        await reader.pilot.press("pageup")
        place = await reader.read()
        await reader.show(key=ChatKey(WORK, BOB))
        assert await reader.show() == place


async def test_older_messages_are_asked_for_near_the_top_only() -> None:
    async with reading(100) as reader:
        await reader.show()
        await reader.pilot.press("pageup")
        assert "more" not in reader.app.heard
        await reader.pilot.press("g")
        assert "more" in reader.app.heard
        reader.app.heard.clear()
        await reader.show(Older.WALL)
        await reader.pilot.press("pageup")
        assert "more" not in reader.app.heard
        assert "the gateway has nothing older" in "\n".join(await reader.read())


@pytest.mark.parametrize("count", [100, 20_000])
async def test_opening_appending_and_paging_draw_a_viewport_at_most(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw = bubble.draw

    def counting(shown: object, *rest: object) -> bubble.Block:
        drawn.append("x")
        return draw(shown, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(bubble, "draw", counting)
    async with reading(count) as reader:
        height = reader.pane.size.height
        for press in ((), ("pageup",), ("g",), ("G",), ("pageup", "pagedown")):
            drawn.clear()
            await reader.pilot.press(*press)
            await reader.show()
            assert len(drawn) <= 2 * height * max(1, len(press))
        drawn.clear()
        reader.timeline.put(message("new", at=count))
        await reader.show()
        assert len(drawn) <= 2


async def test_every_kind_of_message_gets_a_line() -> None:
    async with reading(0) as reader:
        for number, kind in enumerate(Kind):
            shown = message(f"k{number}", text="", at=number, kind=kind)
            reader.timeline.put(replace(shown, type_name=Safe("strange_type")))
        await reader.show(Older.NONE)
        assert sum(":" in text for text in await reader.read()) == len(Kind)


async def test_ticks_differ_by_shape_or_weight() -> None:
    async with reading(0) as reader:
        for number, ack in enumerate(Ack):
            reader.timeline.put(message(f"a{number}", text=ack.name, at=number, own=True, ack=ack))
        await reader.show(Older.NONE)
        lines = {text.split()[0]: text.split()[-1] for text in await reader.read() if ":" in text}
        assert lines["UNKNOWN"] == "?"
        assert lines["FAILED"] == "!"
        assert lines["PENDING"] == "…"
        assert (lines["SENT"], lines["DELIVERED"], lines["READ"]) == ("✓", "✓✓", "✓✓")


async def test_a_long_message_costs_and_shows_no_more_than_its_limit() -> None:
    async with reading(0, size=(80, 200)) as reader:
        reader.timeline.put(message("long", text="\n".join(f"row {n}" for n in range(100_000))))
        screen = await reader.show(Older.NONE)
        assert sum("row" in text for text in screen) == bubble.LINE_LIMIT
        assert "more" in "\n".join(screen)
