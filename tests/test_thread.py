"""The thread pane: it stays still under the reader's eyes, and costs a viewport whatever its length."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random

import pytest
from textual.app import App, ComposeResult
from textual.events import Key, MouseMove
from textual.pilot import Pilot

from tests.making import ANA, BOB, WORK, message
from tests.waiting import until
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
        self.pill = self.found = self.copied = ""

    def compose(self) -> ComposeResult:
        yield ThreadPane(id="thread")

    def on_more_wanted(self, _: MoreWanted) -> None:
        self.heard.append("more")

    def on_seen(self, _: Seen) -> None:
        self.heard.append("seen")

    def on_thread_pane_told(self, told: ThreadPane.Told) -> None:
        self.pill, self.found = told.pill, told.found

    def on_thread_pane_asked(self, asked: ThreadPane.Asked) -> None:
        self.heard.append(f"{asked.what} {asked.message.id if asked.message else None}")

    def on_thread_pane_selected(self, selected: ThreadPane.Selected) -> None:
        self.copied = selected.text

    def on_thread_pane_left(self, _: ThreadPane.Left) -> None:
        self.heard.append("left")

    def on_thread_pane_not_found(self, told: ThreadPane.NotFound) -> None:
        self.heard.append(told.words)


class Reader:
    """Somebody who reads a thread."""

    def __init__(self, app: Only, pilot: Pilot[None], count: int) -> None:
        self.app = app
        self.pilot = pilot
        self.pane = app.query_one(ThreadPane)
        self.timeline = Timeline()
        self.timeline.merge([line(number) for number in range(count)])

    async def show(self, older: Older = Older.MORE, key: ChatKey = KEY, unread: int = 0) -> list[str]:
        """Show the timeline as it is now, and read the screen."""
        self.pane.show(key, self.timeline, older, {}, unread)
        return await self.read()

    def older(self, count: int) -> None:
        """Have a page of older messages come in."""
        first = self.timeline[0].time // 1000 - message().time // 1000
        self.timeline.merge([line(first - count + number) for number in range(count)])

    @property
    def cursor(self) -> str | None:
        """The message under the cursor."""
        selected = self.pane.selected
        return None if selected is None else selected.id

    async def read(self) -> list[str]:
        """Read the screen."""
        await self.pilot.pause()
        self.pane.render_line(0)  # painting tells the foot something
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
        assert after == before
        assert reader.app.pill == "▼ 1 new"
        await reader.pilot.press("G")
        assert numbers(await reader.read())[-1] == 200
        assert reader.app.pill == ""


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
    async with reading(0, size=(80, 60)) as reader:
        for number, kind in enumerate(Kind):
            shown = message(f"k{number}", text="", at=number, kind=kind)
            reader.timeline.put(replace(shown, type_name=Safe("strange_type")))
        await reader.show(Older.NONE)
        screen = await reader.read()
        assert sum(":" in text for text in screen) == len(Kind) - 1
        assert any("missing messages" in text for text in screen)  # which has no time of its own


async def test_ticks_differ_by_shape_or_weight() -> None:
    async with reading(0) as reader:
        for number, ack in enumerate(Ack):
            reader.timeline.put(message(f"a{number}", text=ack.name, at=number, own=True, ack=ack))
        await reader.show(Older.NONE)
        lines = {text.split()[0]: text.split()[-1] for text in await reader.read() if ":" in text}
        assert lines["UNKNOWN"] == "?"
        assert lines["FAILED"] == "!"
        assert lines["PENDING"] == "…"
        assert (lines["SENT"], lines["DELIVERED"], lines["READ"]) == ("✓", "✓✓", "✔✔")


async def test_a_long_message_costs_and_shows_no_more_than_its_limit() -> None:
    async with reading(0, size=(80, 200)) as reader:
        reader.timeline.put(message("long", text="\n".join(f"row {n}" for n in range(100_000))))
        screen = await reader.show(Older.NONE)
        assert sum("row" in text for text in screen) == bubble.LINE_LIMIT
        assert "more" in "\n".join(screen)


async def test_the_cursor_goes_from_message_to_message_and_is_seen_without_colour() -> None:
    async with reading(100) as reader:
        await reader.show()
        await reader.pilot.press("k")
        assert reader.cursor == "m99"
        screen = await reader.read()
        assert [text for text in screen if text.startswith("▌")] == [screen[-1]]
        await reader.pilot.press(*["up"] * 30)
        assert reader.cursor == "m69"
        assert "▌" in "".join(await reader.read())
        await reader.pilot.press("j", "down")
        assert reader.cursor == "m71"
        await reader.pilot.press("g")
        assert reader.cursor == "m0"
        await reader.pilot.press("G")
        assert reader.cursor is None


async def test_with_a_cursor_nothing_moves_even_at_the_end() -> None:
    async with reading(100) as reader:
        await reader.show()
        await reader.pilot.press("k", "k")
        before = await reader.read()
        reader.timeline.put(message("new", text="line 100", at=100))
        assert await reader.show() == before
        assert reader.app.pill == "▼ 1 new"
        reader.pane.deselect()
        assert await reader.read() == [text.replace("▌", " ") for text in before]


async def test_a_message_that_is_longer_than_the_view_is_scrolled_through() -> None:
    async with reading(10) as reader:
        reader.timeline.put(message("long", text="\n".join(f"row {n}" for n in range(50)), at=20))
        reader.timeline.put(message("after", at=30))
        await reader.show()
        await reader.pilot.press("k", "k")
        assert reader.cursor == "long"
        seen = set("\n".join(await reader.read()).split("\n"))
        for _ in range(20):
            await reader.pilot.press("k")
            seen |= set(await reader.read())
            if reader.cursor != "long":
                break
        assert reader.cursor == "m9"
        assert {text.strip("▌ ") for text in seen} >= {f"row {n}" for n in range(49)}


async def test_down_from_the_newest_leaves_the_messages() -> None:
    async with reading(5) as reader:
        await reader.show()
        await reader.pilot.press("k", "j")
        assert reader.app.heard.count("left") == 1


async def test_pages_take_the_cursor_along() -> None:
    async with reading(200) as reader:
        await reader.show()
        await reader.pilot.press("k", "pageup", "pageup")
        assert any(text.startswith("▌") for text in await reader.read())
        assert reader.cursor != "m199"


async def test_the_unread_line_stays_until_one_leaves() -> None:
    async with reading(50) as reader:
        screen = await reader.show(unread=3)
        unread = next(n for n, text in enumerate(screen) if "3 unread" in text)
        assert numbers(screen[unread:]) == [47, 48, 49]
        reader.timeline.put(message("new", text="line 50", at=50))
        assert any("3 unread" in text for text in await reader.show())
        await reader.show(key=ChatKey(WORK, BOB))
        assert not any("unread" in text for text in await reader.show())


async def test_more_unread_than_fit_are_read_from_the_first_one() -> None:
    async with reading(200) as reader:
        screen = await reader.show(unread=80)
        assert "80 unread" in screen[0]
        assert numbers(screen)[0] == 120
        assert "seen" not in reader.app.heard
        assert reader.app.pill == "▼ 80 new"
        await reader.pilot.press("G")
        assert "seen" in reader.app.heard


async def test_the_unread_line_is_found_when_its_messages_come_in_later() -> None:
    async with reading(0) as reader:
        await reader.show(Older.UNKNOWN, unread=5)
        reader.timeline.merge([line(number) for number in range(100)])
        screen = await reader.show(unread=5)
        place = next(n for n, text in enumerate(screen) if "5 unread" in text)
        assert numbers(screen[place:]) == [95, 96, 97, 98, 99]


async def test_what_comes_in_unseen_gets_the_line_and_what_was_read_loses_it() -> None:
    async with reading(20) as reader:
        await reader.show()
        for number in (20, 21):
            reader.timeline.put(message(f"m{number}", text=f"line {number}", at=number))
            await reader.show()
            reader.pane.came_in_unseen(Safe(f"m{number}"))
        screen = await reader.read()
        place = next(n for n, text in enumerate(screen) if "2 unread" in text)
        assert numbers(screen[place:]) == [20, 21]
        reader.pane.was_read()
        assert any("2 unread" in text for text in await reader.show())
        reader.timeline.put(message("m22", text="line 22", at=22))
        await reader.show()
        reader.pane.came_in_unseen(Safe("m22"))
        screen = await reader.read()
        assert numbers(screen[next(n for n, text in enumerate(screen) if "1 unread" in text) :]) == [22]


async def test_a_quoted_message_is_gone_to_and_back_from() -> None:
    async with reading(200) as reader:
        before = await reader.show()
        reader.pane.go_to(Safe("m20"))
        assert reader.cursor == "m20"
        assert 20 in numbers([text.strip("▌") for text in await reader.read()])
        reader.pane.go_to(Safe("m10"))
        await reader.pilot.press("ctrl+o")
        assert reader.cursor == "m20"
        await reader.pilot.press("ctrl+o")
        assert await reader.read() == before
        await reader.pilot.press("ctrl+o")  # there is nothing to go back to any more
        assert await reader.read() == before


async def test_a_quoted_message_is_looked_for_on_older_pages() -> None:
    async with reading(100) as reader:
        await reader.show()
        reader.pane.go_to(Safe("m-150"))
        await reader.read()
        assert reader.app.heard.count("more") == 1
        reader.older(100)
        await reader.show()
        assert reader.app.heard.count("more") == 2
        reader.older(100)
        await reader.show()
        assert reader.cursor == "m-150"


async def test_a_quoted_message_that_is_gone_is_said_to_be_and_nothing_moves() -> None:
    async with reading(100) as reader:
        before = await reader.show(Older.WALL)
        reader.pane.go_to(Safe("m-150"))
        assert await reader.read() == before
        assert "the quoted message is older than what the gateway has" in reader.app.heard


async def test_find_goes_from_match_to_match_and_on_to_older_pages() -> None:
    async with reading(100) as reader:
        for number in (20, 60):
            found = reader.timeline.get(f"m{number}")
            assert found is not None
            reader.timeline.replace(found.id, replace(found, text=Safe(f"Você {number}")))
        await reader.show()
        reader.pane.find("voce")
        await reader.read()
        assert (reader.cursor, reader.app.found) == ("m60", "1 of 2 · n N")
        await reader.pilot.press("n")
        await reader.read()
        assert (reader.cursor, reader.app.found) == ("m20", "2 of 2 · n N")
        await reader.pilot.press("N")
        assert reader.cursor == "m60"
        reader.app.heard.clear()
        await reader.pilot.press("n", "n")
        await reader.read()
        assert "more" in reader.app.heard
        assert reader.app.found == "2 found · looking further back…"
        reader.older(100)
        oldest = reader.timeline[40]
        reader.timeline.replace(oldest.id, replace(oldest, text=Safe("VOCÊ")))
        await reader.show()
        assert (reader.cursor, reader.app.found) == (oldest.id, "3 of 3 · n N")
        reader.pane.find("")
        await reader.read()
        await until(lambda: reader.app.found == "")


async def test_what_is_not_there_is_not_found() -> None:
    async with reading(100) as reader:
        await reader.show(Older.NONE)
        reader.pane.find("nowhere")
        await reader.read()
        assert reader.app.found == "not found"
        assert reader.cursor is None


async def drag(reader: Reader, x: int, y: int) -> None:
    """Move the pointer with the button down, which a pilot cannot."""
    reader.pane.post_message(
        MouseMove(reader.pane, x, y, 0, 0, 1, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y)
    )
    await reader.pilot.pause()


async def test_a_click_selects_a_message_and_a_drag_its_text() -> None:
    async with reading(0, size=(60, 12)) as reader:
        reader.timeline.put(message("a", text="first line of this\nsecond line", at=0))
        reader.timeline.put(message("b", text="• no list, but *bold* text\n- a list", at=1))
        screen = await reader.show(Older.NONE)
        first = next(n for n, text in enumerate(screen) if "first line" in text)
        await reader.pilot.mouse_down(offset=(8, first))
        await drag(reader, 20, first)
        await reader.pilot.mouse_up(offset=(20, first))
        assert reader.app.copied == "line of this"
        assert reader.cursor is None
        last = next(n for n, text in enumerate(screen) if "a list" in text)
        await reader.pilot.mouse_down(offset=(7, last))
        await drag(reader, 9, first)
        await reader.pilot.mouse_up(offset=(9, first))
        assert reader.app.copied == "ine of this\nsecond line\n• no list, but bold text\n• a li"
        await reader.pilot.click(offset=(8, first))
        assert reader.cursor == "a"


async def test_a_wrapped_text_is_copied_as_it_was_written() -> None:
    async with reading(0, size=(40, 20)) as reader:
        text = "https://example.org/" + "x" * 60 + " and some words that are wrapped\nend"
        reader.timeline.put(message("a", text=text, at=0))
        screen = await reader.show(Older.NONE)
        first = next(n for n, line in enumerate(screen) if "example" in line)
        await reader.pilot.mouse_down(offset=(0, first))
        await drag(reader, 39, 19)
        await reader.pilot.mouse_up(offset=(39, 19))
        assert reader.app.copied == text


async def test_a_storm_of_sizes_raises_nothing_and_ends_right() -> None:
    async with reading(300) as reader:
        await reader.show()
        await reader.pilot.press("pageup", "k")
        cursor, before = reader.cursor, await reader.read()
        random = Random(7)
        for _ in range(60):
            reader.pane.styles.width = random.randint(1, 200)
            reader.pane.styles.height = random.randint(1, 60)
            await reader.pilot.pause(0)
        reader.pane.styles.width = reader.pane.styles.height = "1fr"
        await reader.read()
        assert reader.cursor == cursor
        assert sorted(await reader.read()) == sorted(before)


async def test_letters_ask_for_what_they_stand_for() -> None:
    async with reading(5) as reader:
        await reader.show()
        await reader.pilot.press("k", "k", "y", "i", "enter", "slash")
        assert reader.app.heard[-4:] == ["copy m3", "info m3", "menu m3", "find m3"]


async def test_a_message_that_is_sent_keeps_cursor_view_and_count() -> None:
    async with reading(100) as reader:
        sending = [
            message(f"watui:{n}", text=f"mine {n}", at=200, own=True, ack=Ack.PENDING) for n in range(40)
        ]
        for each in sending:
            reader.timeline.put(each)
        await reader.show()
        await reader.pilot.press("k")
        assert reader.cursor == "watui:39"
        reader.timeline.replace("watui:39", replace(sending[39], id=Safe("sent"), ack=Ack.SENT))
        reader.pane.rename({Safe("watui:39"): Safe("sent")})
        await reader.show()
        assert reader.cursor == "sent"
        await reader.pilot.press("G", "pageup")
        before = await reader.read()
        for number in range(39):
            new = Safe(f"sent {number}")
            reader.timeline.replace(f"watui:{number}", replace(sending[number], id=new, ack=Ack.SENT))
            reader.pane.rename({Safe(f"watui:{number}"): new})
        after = [text.replace("✓", "…") for text in await reader.show()]
        assert numbers(after) == numbers(before)
        reader.timeline.put(message("new", at=300))
        await reader.show()
        await until(lambda: reader.app.pill == "▼ 1 new")


async def test_when_the_message_that_holds_the_view_goes_the_next_one_does() -> None:
    async with reading(200) as reader:
        await reader.show()
        await reader.pilot.press("pageup", "pageup")
        before = numbers(await reader.read())
        reader.timeline.remove(f"m{before[0]}")
        assert numbers(await reader.show())[1:] == before[1:]


async def test_after_the_last_match_nothing_that_comes_in_moves_the_view() -> None:
    async with reading(100) as reader:
        await reader.show(Older.NONE)
        reader.pane.begin_find()
        reader.pane.find("line 5")
        await reader.pilot.press(*["n"] * 15)
        assert reader.cursor == "m5"
        await reader.pilot.press("G")
        reader.timeline.put(message("m100", text="line 100", at=100))
        assert numbers(await reader.show(Older.NONE))[-1] == 100
        assert reader.cursor is None


async def test_who_moves_on_is_not_called_back_to_what_was_sought() -> None:
    async with reading(100) as reader:
        await reader.show()
        reader.pane.go_to(Safe("m-50"))
        await reader.read()
        await until(lambda: reader.app.found == "looking further back…")
        await reader.pilot.press("pageup")
        before = await reader.read()
        reader.older(100)
        assert await reader.show() == before


async def test_older_messages_that_cannot_be_read_end_the_quest_and_are_asked_for_once() -> None:
    async with reading(100) as reader:
        before = await reader.show()
        reader.pane.go_to(Safe("m-50"))
        for number in range(20):
            reader.timeline.put(message(f"n{number}", at=200 + number))
            await reader.show()
        assert reader.app.heard.count("more") == 1
        reader.pane.older_missed()
        await reader.read()
        assert any("cannot be read right now" in words for words in reader.app.heard)
        await until(lambda: reader.app.found == "")
        assert before


async def test_the_unread_line_stays_with_its_message_while_more_comes_in() -> None:
    async with reading(50) as reader:
        await reader.show(unread=100)
        assert reader.pane._blocks.unread == ("m0", 100)
        for number in range(70):
            reader.timeline.put(message(f"n{number}", at=200 + number))
            await reader.show()
        assert reader.pane._blocks.unread == ("m0", 100)
        reader.older(100)
        await reader.show()
        assert reader.pane._blocks.unread == ("m-50", 100)


async def test_nothing_counts_as_seen_in_a_pane_without_a_size() -> None:
    async with reading(200) as reader:
        reader.pane.styles.display = "none"
        await reader.pilot.pause()
        await reader.show(unread=60)
        assert not reader.pane.at_end
        assert "seen" not in reader.app.heard
        reader.pane.styles.display = "block"
        assert "60 unread" in (await reader.read())[0]
        assert "seen" not in reader.app.heard


async def test_two_keys_in_one_read_ask_twice() -> None:
    async with reading(5) as reader:
        await reader.show()
        await reader.pilot.press("k")
        for _ in range(2):
            reader.app.post_message(Key("i", "i"))
        await reader.pilot.pause()
        assert reader.app.heard.count("info m4") == 2


async def test_senders_in_one_group_have_colours_of_their_own_and_keep_them() -> None:
    async with reading(0, size=(60, 40)) as reader:
        senders = [Safe(f"49151{number}@c.us") for number in range(8)]
        for number, sender in enumerate(senders):
            reader.timeline.put(message(f"s{number}", at=number, sender=sender))
        await reader.show(Older.NONE)
        colours = dict(reader.pane._blocks.colours)
        assert sorted(colours.values()) == list(range(8))
        await reader.show(key=ChatKey(WORK, BOB))
        reader.timeline.put(message("before", at=-5, sender="4999@c.us"))
        await reader.show(Older.NONE)
        assert colours.items() <= reader.pane._blocks.colours.items()


async def test_what_comes_in_below_is_counted_once_however_much_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []
    item = Timeline.__getitem__

    def counting(timeline: Timeline, index: int | slice) -> Message | list[Message]:
        found = item(timeline, index)
        if isinstance(found, list):
            looked.append(len(found))
        return found

    async with reading(200) as reader:
        await reader.show()
        await reader.pilot.press("pageup", "pageup")
        monkeypatch.setattr(Timeline, "__getitem__", counting)
        for number in range(200, 260):
            reader.timeline.put(message(f"m{number}", text=f"line {number}", at=number, own=not number % 3))
            await reader.show()
        assert reader.app.pill == "▼ 40 new"
        assert sum(looked) <= 60
        reader.timeline.remove("m210")  # what changes between is counted anew
        reader.timeline.put(message("late", at=205))
        await reader.show()
        await until(lambda: reader.app.pill == f"▼ {sum(not m.own for m in reader.timeline[200:])} new")
