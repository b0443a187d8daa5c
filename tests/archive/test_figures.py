"""What is counted of devices is what is there: no message twice, each on its own day, and nothing made up."""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.making import ANA, BOB, START, TEAM, WORK, chat, device, message
from watui import events as ev
from watui.archive import figures
from watui.archive.archive import Archive
from watui.archive.schema import FILE, connect
from watui.archive.search import Searching
from watui.figures import Answers, Busy, Day
from watui.models import ChatKey, Contact, Kind, Message
from watui.text import Safe

HOME = Safe("home-device")
HIDDEN = Safe("123456789012345@lid")
MINUTE = 60
CET = "CET-1CEST,M3.5.0,M10.5.0/3"
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@contextmanager
def zone(name: str) -> Iterator[None]:
    """Tell times in one zone."""
    with pytest.MonkeyPatch.context() as context:
        context.setenv("TZ", name)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def utc() -> Iterator[None]:
    with zone("UTC"):
        yield


def local(moment: float) -> datetime:
    """Tell when a moment is in the zone of the test."""
    return datetime.fromtimestamp(moment)  # noqa: DTZ006


def seconds(words: str) -> int:
    """Read a moment in the zone of the test, as seconds from the start of the tests' time."""
    return round(datetime.fromisoformat(words).timestamp()) - START // 1000


def file(archive: Archive, key: ChatKey, *messages: Message) -> None:
    archive.begin()
    for place, each in enumerate(messages):
        each.id, each.chat = Safe(f"{key.device}-{key.jid}-{place}-{each.time}"), key.jid
        archive.put(key, each)
    archive.commit()


NOW = (START + 1000 * 12 * HOUR) / 1000
"""02:13:20 on the 22nd of September 2026, in UTC."""


def test_what_is_told_of_a_small_archive(archive: Archive, base: sqlite3.Connection) -> None:
    archive.take(WORK, ev.DeviceChanged(device()))
    archive.take(WORK, ev.ChatsListed([chat(unread=3), chat(BOB, "Bob"), chat(TEAM, "Team", unread=4)]))
    file(
        archive,
        ChatKey(WORK, ANA),
        message(at=seconds("2026-01-05T10:00:00"), text="long ago"),
        message(at=seconds("2026-09-10T09:00:00")),
        message(at=seconds("2026-09-10T09:10:00"), own=True),  # after 10 min
        message(at=seconds("2026-09-10T09:11:00"), own=True),
        message(at=seconds("2026-09-10T09:31:00")),  # theirs after 20 min
        message(at=seconds("2026-09-20T23:00:00")),
        message(at=seconds("2026-09-20T23:02:00"), kind=Kind.SYSTEM),
        message(at=seconds("2026-09-20T23:04:00"), own=True, kind=Kind.REVOKED),  # after 4 min
    )
    file(
        archive,
        ChatKey(WORK, BOB),
        message(at=seconds("2026-08-23T23:59:59")),  # on the last day that does not count
        message(at=seconds("2026-08-24T00:00:00")),
        message(at=seconds("2026-09-01T12:00:00"), own=True),
        message(at=seconds("2026-09-02T12:00:01")),  # a second too late to be an answer
    )
    file(
        archive,
        ChatKey(WORK, TEAM),
        message(at=seconds("2026-09-22T01:00:00"), sender=BOB),
        message(at=seconds("2026-09-22T01:01:00"), own=True),
        message(at=seconds("2026-09-23T00:00:00"), own=True),  # by a clock that is wrong
    )
    found = figures.count(base, [WORK], NOW)
    assert (found.chats, found.groups, found.unread, found.unread_chats) == (3, 1, 7, 2)
    assert found.messages == 15
    assert found.first == START + 1000 * seconds("2026-01-05T10:00:00")
    assert [day for day in found.days if day.came or day.sent] == [
        Day(date(2026, 9, 10), 2, 2),
        Day(date(2026, 9, 20), 1, 1),
        Day(date(2026, 9, 22), 1, 1),
    ]
    assert [day.date for day in found.days] == [date(2026, 9, 9) + timedelta(n) for n in range(14)]
    assert {hour: number for hour, number in enumerate(found.hours) if number} == {
        0: 1,
        1: 2,
        9: 4,
        12: 2,
        23: 2,
    }
    assert found.busiest == [
        Busy(ChatKey(WORK, ANA), Safe("Ana"), 6),
        Busy(ChatKey(WORK, BOB), Safe("Bob"), 3),
        Busy(ChatKey(WORK, TEAM), Safe("Team"), 2),
    ]
    assert found.ours == Answers(7 * MINUTE, 2)
    assert found.theirs == Answers(20 * MINUTE, 1)


def test_an_empty_archive_counts_nothing(base: sqlite3.Connection) -> None:
    found = figures.count(base, [WORK], NOW)
    assert (found.chats, found.unread, found.messages, found.first) == (0, 0, 0, None)
    assert (len(found.days), [*found.busiest], found.ours, found.theirs) == (14, [], None, None)
    assert sum(found.hours) == sum(day.came + day.sent for day in found.days) == 0


def test_of_several_devices_those_that_are_asked_for(archive: Archive, base: sqlite3.Connection) -> None:
    file(archive, ChatKey(WORK, ANA), message(at=0), message(at=1))
    file(archive, ChatKey(HOME, ANA), message(at=0))
    assert figures.count(base, [WORK], NOW).messages == 2
    both = figures.count(base, [WORK, HOME], NOW)
    assert (both.messages, [each.messages for each in both.busiest]) == (3, [2, 1])
    assert figures.count(base, [], NOW).messages == 0


def test_chats_that_are_gone_or_were_read_here(archive: Archive, base: sqlite3.Connection) -> None:
    archive.take(WORK, ev.ChatsListed([chat(unread=3), chat(BOB, "Bob", unread=2)]))
    archive.take(WORK, ev.ChatRead(ANA, here_only=True))
    archive.take(WORK, ev.ChatsListed([chat(unread=3), chat(BOB, "Bob", unread=2)]))
    archive.commit()
    found = figures.count(base, [WORK], NOW)
    assert (found.chats, found.unread, found.unread_chats) == (2, 2, 1)
    archive.take(WORK, ev.ChatsListed([chat(unread=3)]))
    archive.commit()
    found = figures.count(base, [WORK], NOW)
    assert (found.chats, found.unread, found.unread_chats) == (1, 0, 0)


def test_who_has_two_jids_is_one_person(archive: Archive, base: sqlite3.Connection) -> None:
    archive.take(WORK, ev.ContactsListed([Contact(HIDDEN, number=Safe(ANA.partition("@")[0]))]))
    archive.take(WORK, ev.ChatsListed([chat(unread=1), chat(HIDDEN, "ana", unread=1)]))
    file(archive, ChatKey(WORK, ANA), message())
    file(archive, ChatKey(WORK, HIDDEN), message(at=5))
    found = figures.count(base, [WORK], NOW)
    assert (found.chats, found.unread, found.unread_chats) == (1, 2, 1)
    assert found.busiest == [Busy(ChatKey(WORK, ANA), Safe("Ana"), 2)]


def test_chats_are_named_as_well_as_can_be(archive: Archive, base: sqlite3.Connection) -> None:
    named = {ANA: "Ana of the book", BOB: "bob as he calls himself", HIDDEN: "123456789012345"}
    archive.take(
        WORK, ev.ContactsListed([Contact(ANA, Safe(named[ANA])), Contact(BOB, None, Safe(named[BOB]))])
    )
    archive.take(WORK, ev.ChatsListed([chat(ANA, "Ana"), chat(BOB, "+49 15122222222"), chat(TEAM, "Team")]))
    for jid in (ANA, BOB, TEAM, HIDDEN, Safe("49170@c.us")):
        file(archive, ChatKey(WORK, Safe(jid)), message())
    found = figures.count(base, [WORK], NOW).busiest
    assert [each.name for each in found] == [named[ANA], named[BOB], "Team", named[HIDDEN], "+49170"]
    assert all(type(each.name) is Safe for each in found)


@pytest.mark.parametrize(
    ("name", "short", "long"),
    [
        (CET, date(2026, 3, 29), date(2026, 10, 25)),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", date(2026, 10, 4), date(2026, 4, 5)),  # half an hour
        (
            "EET-2EEST,M4.5.5/0,M10.5.4/24",
            date(2026, 4, 24),
            date(2026, 10, 29),
        ),  # at midnight, which one day does not have
    ],
)
def test_days_on_which_the_clocks_are_set(name: str, short: date, long: date) -> None:
    """Put one message into each half hour of three days, and find each day as long as it was."""
    for day in (short, long):
        base = connect(None)
        with zone(name):
            noon = START // 1000 + seconds(f"{day}T12:00:00")
            begin = (noon - 36 * HOUR) // 1800 * 1800
            times = [begin + place * 1800 + 1 for place in range(2 * 72)]
            file(Archive(base), ChatKey(WORK, ANA), *(message(at=at - START // 1000) for at in times))
            found = figures.count(base, [WORK], noon + DAY)
            truth = Counter(local(at).date() for at in times)
            hours = Counter(local(at).hour for at in times)
        base.close()
        assert {each.date: each.came for each in found.days if each.came} == truth
        assert [*found.hours] == [hours[hour] for hour in range(24)]
        assert truth[day] != 48


SPAN = 33 * DAY

SAID = st.tuples(
    st.integers(0, 3),
    st.integers(-SPAN, 2 * DAY) | st.integers(-40, 40).map(lambda quarter: quarter * 900),
    st.booleans(),
    st.sampled_from([Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.SYSTEM, Kind.CALL, Kind.REVOKED, Kind.MISSING]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(SAID, max_size=40),
    st.sampled_from(["UTC", CET, "<+0545>-5:45", "NST3:30NDT,M3.2.0,M11.1.0"]),
)
def test_it_counts_as_one_would_by_hand(said: list[tuple[int, int, bool, Kind]], where: str) -> None:
    keys = [ChatKey(WORK, ANA), ChatKey(WORK, BOB), ChatKey(WORK, TEAM), ChatKey(WORK, HIDDEN)]
    base = connect(None)
    archive = Archive(base)
    now = NOW + 35 * DAY  # when the clocks have just been set in most zones
    chats: list[list[Message]] = [[] for _ in keys]
    for number, at, own, kind in said:
        chats[number].append(message(at=round(now) + at - START // 1000, own=own, kind=kind))
    for key, messages in zip(keys, chats, strict=True):
        messages.sort(key=lambda each: each.time)
        file(archive, key, *messages)
    with zone(where):
        found = figures.count(base, [WORK], now)
        today = local(now).date()
        recent = [
            [
                (local(each.time / 1000), each)
                for each in messages
                if each.kind not in (Kind.SYSTEM, Kind.MISSING)
                and 0 <= (today - local(each.time / 1000).date()).days < 30
            ]
            for messages in chats
        ]
    base.close()
    every = [each for messages in recent for each in messages]
    hours = Counter(then.hour for then, _ in every)
    days = Counter((then.date(), each.own) for then, each in every)
    assert found.messages == len(said)
    assert found.first == min((each.time for messages in chats for each in messages), default=None)
    assert [*found.hours] == [hours[hour] for hour in range(24)]
    for day in found.days:
        assert (day.came, day.sent) == (days[day.date, False], days[day.date, True])
    counts = {key: len(messages) for key, messages in zip(keys, recent, strict=True) if messages}
    assert {each.key: each.messages for each in found.busiest} == counts
    assert [each.messages for each in found.busiest] == sorted(counts.values(), reverse=True)
    took: dict[bool, list[int]] = {True: [], False: []}
    for key, counted in zip(keys, recent, strict=True):
        last: Message | None = None
        for _, each in counted:
            answers = last is not None and last.own != each.own and each.time - last.time <= DAY * 1000
            if answers and last is not None and key.jid != TEAM:
                took[each.own].append(each.time - last.time)
            last = each
    for own, answers_found in ((True, found.ours), (False, found.theirs)):
        expected = Answers(int(median(took[own]) / 1000), len(took[own])) if took[own] else None
        assert answers_found == expected


def test_no_old_message_is_looked_at(archive: Archive, base: sqlite3.Connection) -> None:
    file(archive, ChatKey(WORK, ANA), *(message(at=-40 * DAY - place) for place in range(5)), message())
    said: list[str] = []
    base.set_trace_callback(said.append)
    figures.count(base, [WORK], NOW)
    base.set_trace_callback(None)
    asked = [each for each in said if "FROM messages" in each]
    assert len(asked) == 2
    for sql in asked:
        plan = [row[3] for row in base.execute(f"EXPLAIN QUERY PLAN {sql}")]
        (how,) = [each for each in plan if "messages" in each]
        within = "(chat=? AND time>? AND time<?)"
        assert how.startswith("SEARCH messages USING"), plan
        assert "COVERING INDEX" in how or how.endswith(within), plan


def test_it_is_asked_over_the_connection_of_a_search(tmp_path: Path) -> None:
    base = connect(tmp_path / FILE)
    file(Archive(base), ChatKey(WORK, ANA), message())
    base.close()
    searching = Searching(tmp_path / FILE)
    assert searching.ask(lambda base: figures.count(base, [WORK], NOW), lambda: True).messages == 1
    searching.close()
