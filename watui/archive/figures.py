"""What is counted of devices: how much there is now, and how the last weeks went.

Only the messages of the last `REACH` days are looked at, by the index of each chat; of all others no more is
asked than their number, which an index knows.
"""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import NamedTuple

from watui.figures import Answers, Busy, Day, Figures
from watui.models import IMPERSONAL, ChatKey, number_of
from watui.names import is_number
from watui.text import Safe

DAYS = 14
"""Days that are counted one by one."""

REACH = 30
"""Days, today among them, of which the hours, the busiest chats and the answers are."""

BUSIEST = 5

UNANSWERED = 24 * 3_600_000
"""Milliseconds after which what comes is no answer any more."""

QUARTER = 900_000
"""The milliseconds in which neither the hour nor the day changes: clocks are set at quarters, everywhere."""

_KINDS = ", ".join(f"'{kind.value}'" for kind in IMPERSONAL)
_SAID = (
    f"SELECT time / {QUARTER} * 2 + own, time, own FROM messages "  # noqa: S608 - words of our own
    f"WHERE chat = ? AND time >= ? AND time < ? AND kind NOT IN ({_KINDS}) ORDER BY time, place"
)

_CHATS = """
SELECT c.n, c.device, c.jid, c.listed AND c.facts IS NOT NULL, json_extract(c.facts, '$.name'),
    CASE WHEN c.read_here AND c.read_here >= c.time THEN 0
    ELSE coalesce(json_extract(c.facts, '$.unread'), 0) END,
    coalesce(json_extract(c.facts, '$.group'), 0), p.name, p.push_name
FROM chats c LEFT JOIN contacts p ON p.device = c.device AND p.jid = c.jid
WHERE c.device IN (SELECT value FROM json_each(?)) ORDER BY c.n
"""

_FILED = """
SELECT count(*), min(time) FROM messages
WHERE chat IN (SELECT n FROM chats WHERE device IN (SELECT value FROM json_each(?)))
"""

Local = tuple[time.struct_time, bool, int]
"""A quarter of an hour in the terminal's time zone, whether it is of own messages, and how many there are."""


class Counting(NamedTuple):
    """A chat whose messages are counted; two of one person have one key."""

    n: int
    key: ChatKey
    name: Safe
    listed: bool
    unread: int
    group: bool
    pair: bool
    """Whether two people write there, and nobody else."""


def count(base: sqlite3.Connection, devices: Collection[Safe], now: float) -> Figures:
    """Count what is filed of some devices, at a time in s since 1970. Raises sqlite3.Error.

    An answer is what one side says directly behind a message of the other: each run of messages is answered
    once, and the time runs from its last one. Days and hours are those of the terminal's time zone.
    """
    today = datetime.fromtimestamp(now).date()  # noqa: DTZ006 - the terminal's own time zone is meant
    chats = _chats(base, devices)
    listed: dict[ChatKey, int] = {}
    groups: set[ChatKey] = set()
    for chat in chats:
        if chat.listed:
            listed[chat.key] = listed.get(chat.key, 0) + chat.unread
            groups |= {chat.key} if chat.group else set()
    messages, first = base.execute(_FILED, (json.dumps([*devices]),)).fetchone()
    span = (_start(today - timedelta(days=REACH - 1)), _start(today + timedelta(days=1)))
    quarters: Counter[int] = Counter()
    busy: Counter[ChatKey] = Counter()
    took: dict[bool, list[int]] = {False: [], True: []}
    for chat in chats:
        rows = base.execute(_SAID, (chat.n, *span)).fetchall()
        if not rows:
            continue
        halves, times, owns = zip(*rows, strict=True)
        quarters.update(halves)
        busy[chat.key] += len(rows)
        if chat.pair:
            for since, then, before, own in zip(times, times[1:], owns, owns[1:], strict=False):
                if own != before and then - since <= UNANSWERED:
                    took[bool(own)].append(then - since)
    local = [
        (time.localtime(half // 2 * QUARTER // 1000), bool(half % 2), number)
        for half, number in quarters.items()
    ]
    return Figures(
        chats=len(listed),
        groups=len(groups),
        unread=sum(listed.values()),
        unread_chats=sum(unread > 0 for unread in listed.values()),
        messages=messages,
        first=first,
        days=_days(local, today),
        hours=_hours(local),
        busiest=_busiest(busy, chats),
        ours=_answers(took[True]),
        theirs=_answers(took[False]),
    )


def _chats(base: sqlite3.Connection, devices: Collection[Safe]) -> list[Counting]:
    hidden: dict[tuple[str, str], str] = {
        (device, jid): f"{number}@c.us"
        for device, jid, number in base.execute(
            "SELECT device, jid, number FROM contacts WHERE device IN (SELECT value FROM json_each(?)) "
            "AND jid LIKE '%@lid' AND number != ''",
            (json.dumps([*devices]),),
        )
        if number.isdecimal()
    }
    found: list[Counting] = []
    for n, device, jid, listed, name, unread, group, own, chosen in base.execute(
        _CHATS, (json.dumps([*devices]),)
    ):
        person = Safe(hidden.get((device, jid), jid))
        pair = jid.endswith(("@c.us", "@lid"))
        called = name
        if pair:  # in the order of `watui.names`
            called = own or (None if is_number(name or "", jid) else name) or chosen
        key = ChatKey(Safe(device), person)
        found.append(
            Counting(n, key, Safe(called or number_of(person)), bool(listed), unread, bool(group), pair)
        )
    return found


def _start(day: date) -> int:
    """Give when a day of the calendar begins, in ms since 1970: not every day has 24 hours."""
    return round(datetime(day.year, day.month, day.day).timestamp() * 1000)  # noqa: DTZ001 - as above


def _days(local: Iterable[Local], today: date) -> Sequence[Day]:
    counts: dict[bool, Counter[tuple[int, ...]]] = {False: Counter(), True: Counter()}
    for then, own, number in local:
        counts[own][then[:3]] += number
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return [Day(day, *(counts[own][day.timetuple()[:3]] for own in (False, True))) for day in days]


def _hours(local: Iterable[Local]) -> Sequence[int]:
    counts: Counter[int] = Counter()
    for then, _, number in local:
        counts[then.tm_hour] += number
    return [counts[hour] for hour in range(24)]


def _busiest(busy: Counter[ChatKey], chats: Sequence[Counting]) -> Sequence[Busy]:
    """Name those with most messages; among equals the one that was filed first."""
    names = {chat.key: chat.name for chat in reversed(chats)}
    order = {chat.key: place for place, chat in enumerate(reversed(chats))}
    found = sorted(busy, key=lambda key: (-busy[key], -order[key]))
    return [Busy(key, names[key], busy[key]) for key in found[:BUSIEST]]


def _answers(took: Sequence[int]) -> Answers | None:
    return Answers(int(median(took) / 1000), len(took)) if took else None
