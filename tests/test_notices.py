"""The notices over the panes: which stand, what is seen of them, and what keys and mouse do."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events, on
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from tests.bench.known import nowhere
from tests.conftest import Plain
from tests.making import ANA, START, WORK
from tests.waiting import until
from watui.app import Watui
from watui.messages import NoticeChosen
from watui.models import ChatKey
from watui.network import Network
from watui.notices import HIGH, KEPT, LOW, MARKS, NORMAL, SECONDS, SHOWN, Notice, Notices
from watui.panes.notices import NoticeStack, called
from watui.screens.notices import NoticeList, NoticesScreen
from watui.text import Safe, cell_len, clean

SIZES = [(50, 20), (80, 24), (120, 40)]
MINUTE = 60_000
HOSTILE = (
    "[@click=app.quit]x[/] [/nope] [b",
    "👩🏽\u200d🚀" * 90,
    "❤\ufe0f" * 90,
    "مرحبا שלום " * 40,
    "first\nsecond\nthird",
    "漢" * 10_000,
    "e\u0301" * 200,
    "",
)


def key(name: int | str) -> ChatKey:
    return ChatKey(WORK, Safe(f"{name}@c.us"))


def notice(number: int, priority: int = NORMAL, **more: Any) -> Notice:
    plain = Notice(
        number,
        Safe(f"Title {number}"),
        Safe(f"body {number}"),
        MARKS["message"],
        priority,
        key(number),
        None,
        START + number * MINUTE,
    )
    made = plain._replace(**more)
    return made if made.of or made.chat is None else made._replace(of=frozenset((made.chat,)))


def several(count: int) -> list[Notice]:
    """Make notices as they are shown: the newest first."""
    return [notice(number) for number in range(count, 0, -1)]


# Which ones stand.

STEPS = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 8), st.sampled_from([LOW, NORMAL, HIGH])),
    st.tuples(st.just("wait"), st.floats(0.0, 4.0)),
    st.tuples(st.just("dismiss"), st.integers(0, SHOWN - 1)),
    st.tuples(st.just("read"), st.integers(0, 8)),
    st.tuples(st.just("hold"), st.booleans()),
    st.tuples(st.just("clear")),
)


@given(st.lists(STEPS, min_size=25, max_size=60))  # few are too short to be held and let go
def test_what_stands_is_what_was_told_and_neither_dismissed_nor_read_nor_too_old(
    steps: list[tuple[Any, ...]],
) -> None:
    notices, now, held, number = Notices(), 0.0, False, 0
    expected: dict[ChatKey, tuple[int, float, int]] = {}  # how loud, since when, which place
    for step in steps:
        match step:
            case "add", name, priority:
                number += 1
                loud, _, place = expected.get(key(name), (priority, now, number))
                expected[key(name)] = max(loud, priority), now, place
                notices.add(notice(number, priority, chat=key(name)), now)
            case "wait", seconds:
                now += seconds
            case "dismiss", at if at < len(notices.visible):
                gone = notices.visible[at]
                assert notices.dismiss(gone.number)
                assert gone.chat is not None
                del expected[gone.chat]
            case "read", name:
                assert notices.read(key(name)) == (expected.pop(key(name), None) is not None)
            case "hold", on:
                if held and not on:
                    expected = {chat: (loud, now, place) for chat, (loud, _, place) in expected.items()}
                held = on
                notices.hold(now, on=on)
            case ("clear",):
                assert notices.dismiss_all() == bool(expected)
                expected.clear()
        if not held:
            old = {
                chat
                for chat, (loud, since, _) in expected.items()
                if loud in SECONDS and now >= since + SECONDS[loud]
            }
            expected = {chat: each for chat, each in expected.items() if chat not in old}
            assert notices.expire(now) == bool(old)
        assert not notices.expire(now)
        order = sorted(expected, key=lambda chat: (expected[chat][0], expected[chat][2]), reverse=True)
        assert [each.chat for each in notices.visible] == order[:SHOWN]
        assert [each.priority for each in notices.visible] == [expected[chat][0] for chat in order[:SHOWN]]
        assert notices.folded == max(0, len(order) - SHOWN)
        ends = [since + SECONDS[loud] for loud, since, _ in expected.values() if loud in SECONDS]
        assert notices.next_expiry == (None if held else min(ends, default=None))


def test_a_newer_one_of_a_chat_takes_the_place_of_the_older_and_counts_it() -> None:
    notices = Notices()
    notices.add(notice(1, HIGH, chat=key("a"), mark=MARKS["mention"]), 0.0)
    notices.add(notice(2, HIGH, chat=key("b")), 0.0)
    notices.add(notice(3, NORMAL, chat=key("a"), messages=4), 0.0)
    above, below = notices.visible
    assert (above.number, below.number) == (2, 3)
    # It is as loud as the louder of both, so that a mention is not lost behind what follows it.
    assert (below.body, below.messages, below.priority, below.mark) == ("body 3", 5, HIGH, "@")


def test_what_a_device_tells_holds_instead_of_what_it_told_before() -> None:
    notices, of_it = Notices(), {"chat": None, "device": WORK}
    notices.add(notice(1, HIGH, **of_it), 0.0)
    notices.add(notice(2, NORMAL, **of_it), 0.0)
    notices.add(notice(3, chat=None), 0.0)
    notices.add(notice(4, chat=None), 0.0)  # about nothing, so about something else
    assert [(each.number, each.priority, each.messages) for each in notices.visible] == [
        (4, NORMAL, 1),
        (3, NORMAL, 1),
        (2, NORMAL, 1),
    ]


@pytest.mark.parametrize("count", [0, 1, KEPT, KEPT + 1, KEPT * 2])
def test_the_last_ones_are_kept_whatever_became_of_them(count: int) -> None:
    notices = Notices()
    for number in range(1, count + 1):
        notices.add(notice(number, HIGH), 0.0)
    assert len(notices.visible) + notices.folded == min(count, KEPT)
    notices.dismiss_all()
    assert [each.number for each in notices.history] == [*range(count, max(0, count - KEPT), -1)]
    notices.forget()
    assert not notices.history


def test_a_notice_leads_to_the_chat_that_its_own_turned_out_to_be() -> None:
    notices = Notices()
    notices.add(notice(1), 0.0)
    assert notices.follow(key(1), key("new"))
    assert notices.visible[0].chat == notices.history[0].chat == key("new")
    assert not notices.follow(key(1), key("new"))


def test_every_cause_has_a_mark_of_its_own_shape_and_one_cell() -> None:
    assert len(set(MARKS.values())) == len(MARKS)
    assert {cell_len(mark) for mark in MARKS.values()} == {1}


# What is seen of them.


class Still(Network):
    """A network that is never started, so that nothing happens which the test did not do."""

    def start(self) -> None:
        pass


class Desk(Watui):
    """Watui, which notes what the stack says upward and does nothing about it."""

    def __init__(self) -> None:
        super().__init__(lambda post: Still(nowhere, post))
        self.said: list[Message] = []
        self.stack = NoticeStack()

    @on(NoticeChosen)
    @on(NoticeStack.Dismissed)
    @on(NoticeStack.Choosing)
    @on(NoticeStack.HistoryAsked)
    def _note(self, message: Message) -> None:
        message.prevent_default()
        self.said.append(message)

    def action_out(self) -> None:
        if not self.stack.leave():
            super().action_out()

    def heard(self, kind: type[Message]) -> list[Any]:
        return [message for message in self.said if isinstance(message, kind)]

    def lines(self, region: Region | None = None) -> list[str]:
        """Read the screen, or a part of it."""
        whole = Region(0, 0, *self.size)
        strips = self.screen._compositor.render_strips()
        left, top, width, height = region or whole
        return [strip.crop(left, left + width).text for strip in strips[top : top + height]]


@asynccontextmanager
async def desk(
    notices: Sequence[Notice], more: int = 0, *, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Desk, Pilot[None]]]:
    app = Desk()
    async with app.run_test(size=size) as pilot:
        app.open_thread(ChatKey(WORK, ANA))
        app.stack = NoticeStack.over(app.query_one("#panes"))
        app.stack.show(notices, more)
        await pilot.pause()
        yield app, pilot


@pytest.mark.parametrize("size", SIZES)
async def test_notices_lie_at_the_upper_right_and_move_nothing_below(size: tuple[int, int]) -> None:
    async with desk([], size=size) as (app, pilot):
        app.composer.text = "one\n" * 20  # as high as it gets
        await pilot.pause()
        before, places = app.lines(), {each: each.region for each in app.query("*")}
        app.stack.show(several(SHOWN), 7)
        await pilot.pause()
        region = app.stack.region
        assert region.right == size[0]
        assert region.width == (size[0] if size[0] < 72 else min(44, size[0] // 2))
        assert not region.overlaps(app.composer.region)
        assert not region.overlaps(app.conversation.query_one("#title").region)
        told = app.lines(region)
        assert "Title 5" in told[0]
        assert told[-1].strip("│ ") == "+ 7 more, Ctrl+G"
        assert all(f"body {number}" in "".join(told) for number in range(1, 6))
        assert len(told) == (6 if size[0] < 72 or size[1] < 24 else 11)
        app.stack.show([])
        await pilot.pause()
        assert app.lines() == before
        assert {each: each.region for each in app.query("*")} == places


async def test_the_composer_stays_free_in_any_size() -> None:
    async with desk(several(SHOWN), 7) as (app, pilot):
        app.composer.text = "one\n" * 20
        for size in (*SIZES, (80, 20), (200, 60), (30, 8), (72, 18)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            region = app.stack.region
            told = app.lines(region)
            assert "Title 5" in told[0]
            assert size < (50, 20) or not region.overlaps(app.composer.region)
            # Whoever has no line is counted.
            hidden = SHOWN + 7 - sum("Title" in line for line in told)
            assert len(told) == 1 or f"+ {hidden} more" in told[-1]


async def test_showing_and_hiding_paints_nothing_but_its_own_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[int] = []
    real = Desk._display

    def display(app: Desk, screen: Any, update: Any) -> None:
        painted.append(sum(end - start for _, start, end in getattr(update, "spans", [(0, 0, 10**6)])))
        real(app, screen, update)

    async with desk([]) as (app, pilot):
        app.stack.show(several(3))
        await pilot.pause()
        area = app.stack.region.area
        monkeypatch.setattr(Desk, "_display", display)
        for notices in ([], several(3), several(2), []):
            painted.clear()
            app.stack.show(notices)
            await until(lambda: painted)
            await pilot.pause()
            assert max(painted) <= area


async def test_a_notice_tells_its_time_its_count_and_that_it_matters() -> None:
    loud = notice(2, HIGH, mark=MARKS["mention"], messages=12)
    async with desk([loud, notice(1)]) as (app, _):
        told = app.lines(app.stack.region)
        assert told[0].startswith("┃@ Title 2 (12) ")
        assert told[0].endswith(" × ")
        assert ":" in told[0]
        assert told[2].startswith("│• Title 1 ")


@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]])
async def test_hostile_text_stays_text_in_its_place(size: tuple[int, int]) -> None:
    notices = [
        notice(number, title=clean(text), body=clean(text), messages=10**9)
        for number, text in enumerate(HOSTILE, 1)
    ]
    for some in (notices[:SHOWN], notices[SHOWN:]):
        async with desk(some, size=size) as (app, pilot):
            told = app.lines(app.stack.region)
            assert {cell_len(line) for line in told} == {app.stack.region.width}
            assert all("×" in line for line in told if "•" in line)
            assert "first second" in told[-1] or some[-1].body != HOSTILE[4]
            assert app.stack.begin()
            await pilot.pause()
            assert {cell_len(line) for line in app.lines(app.stack.region)} == {app.stack.region.width}


async def test_notices_stay_legible_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with desk([notice(2, HIGH), notice(1)]) as (app, pilot):
        app.stack.begin()
        await pilot.press("j")
        told = app.lines(app.stack.region)
        assert [line[0] for line in told] == ["┃", "┃", "▌", "▌"]


# Keys.


async def test_a_notice_takes_neither_the_focus_nor_a_key() -> None:
    async with desk([]) as (app, pilot):
        await pilot.press("a")
        app.stack.show(several(3))
        await pilot.press("d", "j", "D", "H", "k")
        assert app.composer.text == "adjDHk"
        assert app.stack not in app.screen.focus_chain
        assert not app.said


async def test_one_chooses_among_them_and_goes_there() -> None:
    loud = notice(1, HIGH)
    async with desk([loud, notice(3), notice(2)]) as (app, pilot):
        app.composer.insert("half a thought")
        assert app.stack.begin()
        assert app.stack.begin()  # pressed twice
        assert app.focused is app.stack
        await pilot.press("down", "j", "up", "k", "k", "enter")
        await pilot.pause()
        assert app.heard(NoticeChosen) == [NoticeChosen(1, key(1), None)]
        assert app.composer.has_focus
        app.stack.begin()
        await pilot.press("enter")  # the newest, wherever it stands
        await pilot.pause()
        assert app.heard(NoticeChosen)[-1].number == 3
        assert app.composer.text == "half a thought"
        assert [message.on for message in app.heard(NoticeStack.Choosing)] == [True, False] * 2


@pytest.mark.parametrize("size", SIZES[:2])
async def test_one_dismisses_them_and_goes_back(size: tuple[int, int]) -> None:
    async with desk(several(3), size=size) as (app, pilot):
        app.stack.begin()
        await pilot.press("d", "j", "delete", "D")
        await pilot.pause()
        assert [message.number for message in app.heard(NoticeStack.Dismissed)] == [3, 2, None]
        await pilot.press("escape", "x")
        assert app.focused is app.composer
        assert app.composer.text == "x"
        assert not app.stack.leave()
        app.stack.begin()
        await pilot.press("H", "y")
        assert app.heard(NoticeStack.HistoryAsked)
        assert app.composer.text == "xy"


async def test_when_the_last_one_goes_the_focus_is_where_it_was() -> None:
    async with desk(several(1)) as (app, pilot):
        app.stack.begin()
        app.stack.show([])
        await pilot.press("x")
        assert app.composer.text == "x"
        assert not app.stack.begin()
        assert app.stack.region.area == 0


async def test_the_cursor_stays_on_its_notice_or_on_what_its_chat_tells_now() -> None:
    async with desk(several(3)) as (app, pilot):
        app.stack.begin()
        await pilot.press("j")
        chosen = [notice(5), notice(3), notice(2), notice(1)]  # another came in above
        again = [notice(6, HIGH, chat=key(2)), notice(5), notice(3)]  # its chat told something louder
        gone = [notice(5), notice(3)]
        for shown, number in ((chosen, 2), (again, 6), (gone, 5)):
            app.stack.show(shown)
            app.stack.begin()
            await pilot.press("d")
            await pilot.pause()
            assert app.heard(NoticeStack.Dismissed)[-1].number == number


async def test_leaving_with_tab_or_the_mouse_ends_choosing() -> None:
    async with desk(several(3)) as (app, pilot):
        app.stack.begin()
        await pilot.press("tab")
        await until(lambda: not app.stack.choosing)
        assert app.focused is not app.stack
        app.stack.begin()
        await pilot.click(app.composer)
        await until(lambda: not app.stack.choosing)
        await pilot.press("d")
        assert app.composer.text == "d"


async def test_a_look_at_another_window_does_not_end_choosing() -> None:
    async with desk(several(3)) as (app, pilot):
        app.stack.begin()
        await pilot.pause()
        app.post_message(events.AppBlur())
        await until(lambda: app.focused is None)
        await pilot.pause()
        app.post_message(events.AppFocus())
        await until(lambda: app.focused is app.stack)
        await pilot.press("j", "d", "escape")
        assert app.heard(NoticeStack.Dismissed)[-1].number == 2
        assert app.focused is app.composer


# The mouse.


@pytest.mark.parametrize("size", SIZES)
async def test_a_click_goes_there_and_one_on_the_cross_dismisses(size: tuple[int, int]) -> None:
    async with desk(several(SHOWN), 2, size=size) as (app, pilot):
        width, height = app.stack.region.size
        per_notice = height // SHOWN
        await pilot.click(app.stack, offset=(width - 2, 2 * per_notice))
        assert app.heard(NoticeStack.Dismissed)[-1].number == 3
        await pilot.click(app.stack, offset=(4, 3 * per_notice + per_notice - 1))
        assert app.heard(NoticeChosen) == [NoticeChosen(2, key(2), None)]
        assert app.focused is app.composer
        await pilot.click(app.stack, offset=(5, height - 1))
        assert app.stack.choosing


# What was told before.


@asynccontextmanager
async def history(
    notices: Sequence[Notice], size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[NoticesScreen, Pilot[None], list[Notice | None]]]:
    app, answers = Plain(), list[Notice | None]()
    async with app.run_test(size=size) as pilot:
        screen = NoticesScreen(notices)
        await app.push_screen(screen, answers.append)
        await pilot.pause()
        yield screen, pilot, answers


def seen(screen: NoticesScreen) -> list[str]:
    drawn = screen.query_one(NoticeList)
    return [drawn.render_line(y).text.rstrip() for y in range(drawn.size.height)]


def pointed(screen: NoticesScreen) -> str:
    [line] = [line for line in seen(screen) if line.startswith("▌")]
    return line


@pytest.fixture
def over_days() -> list[Notice]:
    """Notices of three days, the newest today."""
    now = time.time_ns() // 1_000_000
    days = [number // 20 for number in range(60)]
    return [
        notice(60 - number, at=now - day * 86_400_000, chat=key(60 - number))
        for number, day in enumerate(days)
    ]


@pytest.mark.parametrize("size", SIZES)
async def test_history_tells_what_was_told_by_days(size: tuple[int, int], over_days: list[Notice]) -> None:
    async with history(over_days, size) as (screen, pilot, answers):
        told = seen(screen)
        assert told[0] == "Notices"
        assert "Today" in told[2]
        assert "Title 60" in told[3]
        assert "body 60" in told[3]
        assert "Esc closes" in told[-1]
        await pilot.press("G")
        assert "Title 1 " in pointed(screen)
        assert not any(line.startswith("▌") for line in seen(screen)[:3])
        await pilot.press("g")
        assert "Today" in seen(screen)[2]
        screen.action_move(19)
        await pilot.press("j")
        assert "Title 40 " in pointed(screen)
        assert any("Yesterday" in line for line in seen(screen))
        await pilot.press("k", "enter")
        await until(lambda: answers)
        assert answers == [over_days[19]]


async def test_history_is_read_by_pages(over_days: list[Notice]) -> None:
    async with history(over_days) as (screen, pilot, _):
        await pilot.press("pagedown")
        assert screen.list.cursor == screen.list.rows
        await pilot.press("slash", "pagedown", "pageup", "pageup", "pageup")
        assert screen.list.cursor == 0


async def test_history_finds_what_is_typed(over_days: list[Notice]) -> None:
    mention = notice(70, title=Safe("Clara Weiß"), body=Safe("who has the rope?"), at=over_days[30].at)
    async with history([*over_days[:30], mention, *over_days[30:]]) as (screen, pilot, answers):
        await pilot.press("slash", *"wei")
        await until(lambda: len(screen.list.notices) == 1)
        await pilot.press("escape")
        assert len(screen.list.notices) == 61
        assert "Clara" in pointed(screen)
        nearly = notice(71, title=Safe("Rita Opel"), at=over_days[0].at)  # later, though it fits less well
        screen.show([nearly, *over_days[:30], mention, *over_days[30:]])
        await pilot.press("slash", *"rop")
        await until(lambda: [*screen.list.notices] == [nearly, mention])
        await pilot.press("down", "up", "down", "enter")
        await until(lambda: answers)
        assert answers == [mention]


async def test_history_is_left_by_escape_after_the_field(over_days: list[Notice]) -> None:
    async with history(over_days) as (screen, pilot, answers):
        await pilot.press("slash", *"zq")
        await until(lambda: "nothing found" in "".join(seen(screen)))
        await pilot.press("enter", "escape")
        assert screen.is_current
        assert not screen.query_one(Input).display
        await pilot.press("escape", "escape")
        await until(lambda: answers)
        assert answers == [None]


async def test_history_is_cleared(over_days: list[Notice]) -> None:
    cleared: list[Message] = []

    class Clearing(Plain):
        def on_notices_screen_cleared(self, message: NoticesScreen.Cleared) -> None:
            cleared.append(message)

    app = Clearing()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(screen := NoticesScreen(over_days))
        await pilot.pause()
        await pilot.press("c", "enter", "j", "G")
        await until(lambda: cleared)
        assert "nothing was told yet" in "".join(seen(screen))
        screen.show(over_days[:1])
        assert "Title 60" in pointed(screen)


async def test_history_keeps_the_cursor_on_its_notice_when_more_is_told(over_days: list[Notice]) -> None:
    async with history(over_days) as (screen, pilot, answers):
        await pilot.press("j", "j")
        before = pointed(screen)
        screen.show([notice(61, at=over_days[0].at), *over_days])
        assert pointed(screen) == before
        await pilot.click("#notices-list", offset=(10, 3))
        await until(lambda: answers)
        assert answers[0] is not None
        assert answers[0].number == 61


async def test_a_notice_that_leads_nowhere_closes_nothing() -> None:
    async with history([notice(1, chat=None)]) as (screen, pilot, answers):
        await pilot.press("enter")
        await pilot.pause()
        assert screen.is_current
        assert not answers


@pytest.mark.parametrize("size", [SIZES[0], SIZES[2], (30, 8)])
async def test_hostile_text_stays_in_its_line_of_the_history(size: tuple[int, int]) -> None:
    notices = [
        notice(number, title=clean(text), body=clean(text), messages=10**9)
        for number, text in enumerate(HOSTILE, 1)
    ]
    async with history(notices, size) as (screen, pilot, _):
        screen.action_move(len(notices))
        await pilot.press("k")
        drawn = screen.query_one(NoticeList)
        widths = {cell_len(drawn.render_line(y).text) for y in range(drawn.size.height)}
        assert widths == {drawn.size.width}


def test_who_writes_from_right_to_left_does_not_turn_the_rest_round() -> None:
    told = notice(1)._replace(title=Safe("דוד · work"))
    assert called(told, 40) == "דוד"[::-1] + " · work"
