"""Reading the archive: devices, chats, and a chat's messages a page at a time."""

import heapq
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from watui.archive.filed import Rank
from watui.archive.shapes import COLUMNS, chat_of, device_of, message_of
from watui.export.filed import Filed, Hole
from watui.export.opening import damaged
from watui.export.wanted import ExportError, Span
from watui.models import Chat, ChatKey, Contact, Device, DeviceState, Message, Older, number_of
from watui.names import Names
from watui.text import Safe

PAGE = 1000
"""Messages that are read at once."""

PAGE_TEXT = 2_000_000
"""Characters of texts beyond which a page ends before it is full."""


class Shelf:
    """The archive as it is read: devices, chats, and a chat's messages with the holes among them."""

    def __init__(self, base: sqlite3.Connection, path: Path) -> None:
        self._base = base
        self._path = path

    def devices(self) -> list[Device]:
        """List the devices, also those that the gateway has no more."""
        known = self._base.execute("SELECT id, facts FROM devices").fetchall()
        with self._legible():
            listed = {id_: device_of(id_, facts) for id_, facts in known}
        for (id_,) in self._base.execute("SELECT DISTINCT device FROM chats"):
            listed.setdefault(id_, Device(Safe(id_), DeviceState.GONE))
        return [listed[id_] for id_ in sorted(listed)]

    def chats(self, device: Device) -> list[Filed]:
        """List the chats of a device, the last used one first."""
        rows = self._base.execute(
            "SELECT n, jid, facts FROM chats WHERE device = ? ORDER BY time DESC, n", (device.id,)
        )
        chats = [(n, self._chat(ChatKey(device.id, Safe(jid)), facts)) for n, jid, facts in rows]
        names = self._names(device)
        for _, chat in chats:
            if not chat.group and chat.name:
                names.learn_listed(chat.key.jid, chat.name)
        return [Filed(n, chat, _chat_name(chat, names), device, names) for n, chat in chats]

    def _chat(self, key: ChatKey, facts: str | None) -> Chat:
        if facts is None:
            return Chat(key, Safe(""), group=key.jid.endswith("@g.us"))
        with self._legible():
            return chat_of(key, facts)

    def _names(self, device: Device) -> Names:
        names = Names()
        names.learn_oneself(device.number or "")
        rows = self._base.execute(
            "SELECT jid, name, push_name, number FROM contacts WHERE device = ?", (device.id,)
        )
        for row in rows:
            names.learn(Contact(*(None if text is None else Safe(text) for text in row)))  # type: ignore[arg-type]
        return names

    def holds(self, chat: Filed, span: Span) -> bool:
        """Whether there is anything to write of a chat."""
        found = self._base.execute(
            "SELECT 1 FROM messages WHERE chat = ? AND time >= ? AND time < ? LIMIT 1", (chat.n, *span)
        ).fetchone()
        return found is not None or bool(self._holes(chat, *span))

    def entries(self, chat: Filed, span: Span) -> Iterator[Message | Hole]:
        """Read the messages of a chat in their order, and what is missing where it is missing."""
        first, newest, older = self._base.execute(
            "SELECT (SELECT min(time) FROM messages WHERE chat = chats.n), "
            "(SELECT max(time) FROM messages WHERE chat = chats.n), older FROM chats WHERE n = ?",
            (chat.n,),
        ).fetchone()
        if first is not None and first >= span.since and older != Older.NONE:
            yield Hole(0, None, first, older == Older.WALL)
        yield from self._pages(chat, span)
        if newest is not None and newest < span.until and self._goes_on(chat, newest):
            yield Hole(0, newest, None, final=False)

    def _goes_on(self, chat: Filed, newest: int) -> bool:
        """Whether the gateway listed a later message than any that is here."""
        last = chat.chat.preview
        found = self._base.execute(
            "SELECT 1 FROM messages WHERE chat = ? AND id = ?", (chat.n, last.id if last else None)
        ).fetchone()
        return chat.chat.time > newest and found is None

    def _pages(self, chat: Filed, span: Span) -> Iterator[Message | Hole]:
        shown: set[int] = set()
        start: Rank | None = Rank(span.since, -1)
        while start is not None:
            # Between pages nothing is held, so that whoever reads the output slowly hinders no writer.
            self._base.execute("BEGIN")
            rows, following = self._page(chat, start, span.until)
            end = span.until if following is None else following.time
            holes = [hole for hole in self._holes(chat, start.time, end) if hole.n not in shown]
            self._base.execute("COMMIT")
            shown.update(hole.n for hole in holes)
            with self._legible():
                messages: Iterator[Message | Hole] = (message_of(row, chat.chat.key.jid) for row in rows)
                yield from heapq.merge(messages, holes, key=_order)
            start = following

    def _page(self, chat: Filed, start: Rank, until: int) -> tuple[list[tuple[Any, ...]], Rank | None]:
        """Read some messages, and tell where those behind them begin.

        Places within one time may change while watui runs, so a page ends between two times if it can.
        """
        cursor = self._base.execute(
            f"SELECT {COLUMNS}, time, place FROM messages "  # noqa: S608 - names of our own
            "WHERE chat = ? AND (time, place) > (?, ?) AND time < ? ORDER BY time, place",
            (chat.n, *start, until),
        )
        rows: list[tuple[Any, ...]] = []
        size = 0
        with closing(cursor):
            for row in cursor:
                rows.append(row)
                size += len(row[6])
                if len(rows) >= PAGE or size >= PAGE_TEXT:
                    break
            else:
                return rows, None
        last, place = rows[-1][-2:]
        whole = [row for row in rows if row[-2] != last]
        return (whole, Rank(last, -1)) if whole else (rows, Rank(last, place))

    def _holes(self, chat: Filed, since: int, until: int) -> list[Hole]:
        """List what is missing between two times, as far as it begins before the second."""
        rows = self._base.execute(
            "SELECT g.n, a.time, b.time, g.final FROM gaps g "
            "CROSS JOIN messages a ON a.chat = g.chat AND a.id = g.above "
            "CROSS JOIN messages b ON b.chat = g.chat AND b.id = g.below "
            "WHERE g.chat = ? AND +a.time < ? AND +b.time > ? ORDER BY a.time, b.time",
            (chat.n, until, since),
        )
        return [Hole(n, after, before, bool(final)) for n, after, before, final in rows]

    @contextmanager
    def _legible(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, TypeError, LookupError) as error:
            raise ExportError(damaged(self._path, type(error).__name__)) from error


def _order(entry: Message | Hole) -> tuple[int, int]:
    """Put a hole behind all messages that have the time of the one above it."""
    return (entry.time, 0) if isinstance(entry, Message) else (entry.after or 0, 1)


def _chat_name(chat: Chat, names: Names) -> str:
    return chat.name or number_of(chat.key.jid) if chat.group else names.of(chat.key.jid)
