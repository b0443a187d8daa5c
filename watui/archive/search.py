"""Finds what was ever seen: the newest first, without sorting what is found too often.

A word that few messages hold is asked of the index at once. For any other, and where only a sender, a kind or
a day is named, the newest messages are looked through first, since they most likely hold enough; what the
index says of a word counts there too, as it is asked of a small index of just those. Only if they do not, all
that fits is gone through, of which SQLite keeps no more than what is wanted.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from watui.archive.shapes import COLUMNS, message_of
from watui.models import ChatKey, Kind, Message
from watui.searching import Hit, Query, Spot
from watui.text import Safe

__all__ = ["Searching", "Stopped"]

T = TypeVar("T")

FEW = 8_000
"""Messages that hold a word and are quicker looked at all than sought among the newest."""

NEAR = 5_000
"""Messages that are looked through for words, the newest of all, before all that fits is gone through."""

NEARBY = 20_000
"""As many where no word has to be looked for, which costs a quarter."""

STEP = 500
"""Messages that should be looked through at a time."""

HOUR = 3_600_000
"""The milliseconds of an hour, with which looking through begins."""

FOREVER = 2**62
"""A time after all others."""

OPS = 5_000
"""Steps of SQLite's machine, less than a millisecond, after which it asks whether to go on."""

_FOUND = ", ".join(f"m.{column}" for column in (*COLUMNS.split(", "), "place", "n", "chat"))
_ORDER = "ORDER BY m.time DESC, m.place DESC, m.n DESC"
_IN = "IN (SELECT value FROM json_each(?))"


class Stopped(Exception):
    """What was looked for is not wanted any more."""


class Reach(NamedTuple):
    """Which chats are looked through, and from which time to which."""

    chats: dict[int, ChatKey]
    oldest: int
    newest: int


class Terms(NamedTuple):
    """What must hold for a message besides its words, as SQL on `m`, and the values in it."""

    sql: str
    values: list[Any]


class Searching:
    """Looks for messages, on any one thread at a time, over a connection of its own that cannot write.

    For an archive in memory that is the archive's own connection; then nothing may write at the same time.
    """

    def __init__(self, source: Path | sqlite3.Connection) -> None:
        """Open the file. Raises sqlite3.Error if it cannot be read."""
        self._own = isinstance(source, Path)
        if isinstance(source, Path):
            self._base = sqlite3.connect(
                f"{source.absolute().as_uri()}?mode=ro",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                timeout=5.0,
            )
            self._base.execute("PRAGMA temp_store = MEMORY")
            self._base.execute("PRAGMA cache_size = -16000")
        else:
            self._base = source
        self._small = _small()
        self._turn = threading.Lock()
        self._ended = threading.Event()
        self._closed = False
        self._goes_on: Callable[[], bool] = lambda: True

    def close(self) -> None:
        """End what is being looked for, and close the file."""
        self._closed = True
        self.interrupt()
        with self._turn:
            self._small.close()
            if self._own:
                self._base.close()

    def interrupt(self) -> None:
        """End at once what is being looked for, from another thread; what begins later is not touched."""
        self._ended.set()
        if self._own:  # over a shared connection this would end what others do
            self._base.interrupt()

    def find(
        self,
        query: Query,
        *,
        limit: int = 100,
        after_result: Hit | None = None,
        people: Collection[str] = (),
        chats: Collection[ChatKey] | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> list[Hit]:
        """Give the newest messages that fit, or those that follow a hit.

        `people` are the jids that the query's names of senders mean, `chats` those in which to look, all if
        it is None. `wanted` is asked now and then, first before it begins. Raises Stopped and sqlite3.Error.
        """
        with self._turn:
            self._ended.clear()
            with self._stoppable(wanted):
                return self._find(query, limit, after_result, people, chats)

    def ask(self, question: Callable[[sqlite3.Connection], T], wanted: Callable[[], bool]) -> T:
        """Put another question to the archive. Raises Stopped when `wanted` says no, and sqlite3.Error."""
        with self._turn:
            self._ended.clear()
            with self._stoppable(wanted):
                return question(self._base)

    def context(self, hit: Hit, lines: int) -> tuple[list[Message], list[Message]]:
        """Give so many messages before a hit, and as many behind it, each in the order of their times."""
        sides: list[list[Message]] = []
        with self._turn, self._stoppable(lambda: True):
            for sign, order in (("<", "DESC"), (">", "ASC")):
                rows = self._base.execute(
                    f"SELECT {COLUMNS} FROM messages "  # noqa: S608
                    "WHERE chat = (SELECT n FROM chats WHERE device = ? AND jid = ?) "
                    f"AND (time, place) {sign} (?, ?) ORDER BY time {order}, place {order} LIMIT ?",
                    (*hit.key, hit.spot.time, hit.spot.place, lines),
                ).fetchall()
                sides.append([message_of(row, hit.key.jid) for row in rows])
        before, behind = sides
        return before[::-1], behind

    @contextmanager
    def _stoppable(self, wanted: Callable[[], bool]) -> Iterator[None]:
        self._goes_on = lambda: wanted() and not (self._ended.is_set() or self._closed)
        self._check()
        if self._own:
            self._base.set_progress_handler(lambda: not self._goes_on(), OPS)
        try:
            yield
        except sqlite3.OperationalError:
            self._check()
            raise
        finally:
            if self._own:
                self._base.set_progress_handler(None, OPS)

    def _check(self) -> None:
        if not self._goes_on():
            raise Stopped

    # Ways to find.

    def _find(
        self,
        query: Query,
        limit: int,
        after: Hit | None,
        people: Collection[str],
        chats: Collection[ChatKey] | None,
    ) -> list[Hit]:
        reach = self._reach(query, after, chats)
        if not reach.chats or limit <= 0 or not _can_be(query, people):
            return []
        terms = _terms(query, after, people, reach)
        narrowed = chats is not None
        if query.match and not query.vague and self._are_few(query.match):
            return self._sweep(query.match, terms, limit, reach, narrowed=narrowed)
        hits, all_seen = self._walk(query.match, terms, limit, reach)
        if len(hits) == limit or all_seen:
            return hits
        return self._sweep(query.match, terms, limit, reach, narrowed=narrowed)

    def _reach(self, query: Query, after: Hit | None, chats: Collection[ChatKey] | None) -> Reach:
        wanted = None if chats is None else frozenset(chats)
        keys = {
            n: ChatKey(Safe(device), Safe(jid))
            for n, device, jid in self._base.execute("SELECT n, device, jid FROM chats").fetchall()
        }
        oldest = 0 if query.since is None else query.since
        newest = FOREVER if query.until is None else query.until - 1
        if after is not None:
            newest = min(newest, after.spot.time)
        return Reach({n: key for n, key in keys.items() if wanted is None or key in wanted}, oldest, newest)

    def _are_few(self, match: str) -> bool:
        (count,) = self._base.execute(
            "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)", (match, FEW + 1)
        ).fetchone()
        return bool(count <= FEW)

    def _sweep(self, match: str, terms: Terms, limit: int, reach: Reach, *, narrowed: bool) -> list[Hit]:
        """Go through all that fits: what holds the words, what is in the chats, or everything."""
        self._check()
        # What is joined by CROSS is gone through in the order in which it is written.
        source, values = "messages m WHERE true", []
        if match:
            source = "words CROSS JOIN messages m ON m.n = words.rowid WHERE words MATCH ?"
            values = [match]
        if narrowed:
            source += f" AND m.chat {_IN}"
            values.append(json.dumps([*reach.chats]))
        best = f"SELECT m.n FROM {source} AND m.time BETWEEN ? AND ? {terms.sql} {_ORDER} LIMIT ?"  # noqa: S608
        rows = self._base.execute(
            f"SELECT {_FOUND} FROM messages m WHERE m.n IN ({best}) {_ORDER}",  # noqa: S608
            (*values, reach.oldest, reach.newest, *terms.values, limit),
        ).fetchall()
        return [hit for row in rows if (hit := _hit(row, reach)) is not None]

    def _walk(self, match: str, terms: Terms, limit: int, reach: Reach) -> tuple[list[Hit], bool]:
        """Look through the newest messages of the chats; gives what fits, and whether that was all."""
        hits: list[Hit] = []
        chats = json.dumps([*reach.chats])
        first, last = self._base.execute(
            "SELECT min((SELECT min(time) FROM messages WHERE chat = c.value)), "
            "max((SELECT max(time) FROM messages WHERE chat = c.value)) FROM json_each(?) c",
            (chats,),
        ).fetchone()
        if first is None:  # nothing was ever written in them
            return [], True
        bottom, high = max(reach.oldest, first), min(reach.newest, last) + 1
        span, seen = HOUR, 0
        enough = NEAR if match else NEARBY
        while high > bottom and len(hits) < limit:
            if seen >= enough:
                return hits, False
            self._check()
            low = max(bottom, high - span)
            (count,) = self._base.execute(
                "SELECT count(*) FROM json_each(?) c CROSS JOIN messages m ON m.chat = c.value "
                "WHERE m.time >= ? AND m.time < ?",
                (chats, low, high),
            ).fetchone()
            if count > 4 * STEP and high - low > 1:
                span = max(1, (high - low) * STEP // count)
                continue
            rows = self._base.execute(
                f"SELECT {_FOUND} FROM json_each(?) c CROSS JOIN messages m ON m.chat = c.value "  # noqa: S608
                f"WHERE m.time >= ? AND m.time < ? {terms.sql} {_ORDER}",
                (chats, low, high, *terms.values),
            ).fetchall()
            hits += filter(None, (_hit(row, reach) for row in self._holding(match, rows)))
            high, seen = low, seen + count
            span = min(span * 4, max(1, span * STEP // count)) if count else span * 4
        return hits[:limit], True

    def _holding(self, match: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Leave of some messages those that hold the words, as the index understands them."""
        if not match or not rows:
            return rows
        self._small.execute("BEGIN")
        try:
            self._small.executemany(
                "INSERT INTO words(rowid, text, file) VALUES (?, ?, ?)",
                ((number, row[6], row[7]) for number, row in enumerate(rows)),
            )
            found = self._small.execute(
                "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (match,)
            )
            return [rows[number] for (number,) in found]
        finally:
            self._small.execute("ROLLBACK")


def _small() -> sqlite3.Connection:
    """Make an index for a few messages that reads words as the archive's does."""
    small = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    small.execute(
        "CREATE VIRTUAL TABLE words USING fts5("
        "text, file, content='', tokenize='unicode61 remove_diacritics 2')"
    )
    return small


def _can_be(query: Query, people: Collection[str]) -> bool:
    """Whether anything can fit: not if there is no such sender, or if a word is nothing that can be seen."""
    if not query.asks or (query.senders and not people and not query.own):
        return False
    return not query.words or bool(query.match or query.literal)


def _terms(query: Query, after: Hit | None, people: Collection[str], reach: Reach) -> Terms:
    terms, values = ["m.kind != ?"], [Kind.REVOKED.value]

    def must(sql: str, *given: Any) -> None:
        terms.append(sql)
        values.extend(given)

    if query.kinds:
        must(f"m.kind {_IN}", json.dumps([kind.value for kind in query.kinds]))
    if query.own or query.senders:
        jids = frozenset(people) if query.senders else frozenset()
        pairs = [n for n, key in reach.chats.items() if key.jid in jids]
        sent = f"NOT m.own AND (m.sender {_IN} OR (m.sender IS NULL AND m.chat {_IN}))"
        must(f"(m.own AND ? OR {sent})", query.own, json.dumps([*jids]), json.dumps(pairs))
    for literal in query.literal:
        pattern = "%" + "".join(f"\\{char}" if char in "\\%_" else char for char in literal) + "%"
        must("(m.text LIKE ? ESCAPE '\\' OR m.file LIKE ? ESCAPE '\\')", pattern, pattern)
    if query.link:
        must("(m.text LIKE '%http://_%' OR m.text LIKE '%https://_%' OR m.text LIKE '%www._%')")
    if query.star:
        # The first of it is what the index of starred messages is of.
        must(
            "instr(m.facts, '\"starred') > 0 "
            "AND coalesce(json_extract(m.facts, '$.starred'), json_extract(m.facts, '$.starred_here'))"
        )
    if after is not None:
        must("(m.time, m.place, m.n) < (?, ?, ?)", *after.spot)
    return Terms("".join(f" AND {term}" for term in terms), values)


def _hit(row: tuple[Any, ...], reach: Reach) -> Hit | None:
    """Make a hit of what `_FOUND` names; None for a chat that came since."""
    place, n, chat = row[9:12]
    key = reach.chats.get(chat)
    if key is None:
        return None
    return Hit(key, message_of(row, key.jid), Spot(row[1], place, n))
