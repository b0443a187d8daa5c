"""What was seen, filed: messages in their order, chats, people, and where something is missing.

Everything here is called on the network thread and raises sqlite3.Error when the file cannot be used. Writes
gather in one transaction until `commit`.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import singledispatchmethod

from watui import events as ev
from watui.archive import filed, gaps, missed, moving, stretches
from watui.archive.arrivals import Again, Arrivals
from watui.archive.filed import Rank, rank_of
from watui.archive.gaps import Gap
from watui.archive.shapes import (
    COLUMNS,
    OF_DEVICE,
    chat_facts,
    device_facts,
    dress_facts,
    kept_facts,
    message_of,
)
from watui.models import PLAIN, Chat, ChatKey, Message, Older
from watui.revisions import Revision, revised
from watui.text import Safe
from watui.timeline import Timeline


class Archive:
    """The messages, chats and people of every device."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._bare = base
        self._arrivals = Arrivals(base)
        self._chats: dict[ChatKey, int] = {}
        self._facts: dict[int, str] = {}

    # Transactions.

    @property
    def _base(self) -> sqlite3.Connection:
        """The database, with all that has arrived in it."""
        if self._arrivals:
            self.begin()
            for chat in self._arrivals.file(self._bring_together):
                self._facts.pop(chat, None)
        return self._bare

    def begin(self) -> None:
        """Begin to write, unless that has begun."""
        if not self._bare.in_transaction:
            self._bare.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make sure of what was written."""
        if self._base.in_transaction:
            self._bare.execute("COMMIT")

    def rollback(self) -> None:
        """Forget what was written since the last commit."""
        self._arrivals.clear()
        self._chats.clear()
        self._facts.clear()
        if self._bare.in_transaction:
            self._bare.execute("ROLLBACK")

    # What happens.

    def take(self, device: Safe, event: ev.Event) -> ev.Event:
        """File what happened; gives the event, which says after the commit whether a message was known."""
        self.begin()
        return self._take(event, device)

    @singledispatchmethod
    def _take(self, event: ev.Event, device: Safe) -> ev.Event:
        return event  # nothing in it is worth keeping

    @_take.register
    def _(self, event: ev.DeviceChanged, device: Safe) -> ev.Event:
        self._base.execute(
            "INSERT INTO devices(id, facts) VALUES (?, ?) "
            "ON CONFLICT(id) DO UPDATE SET facts = json_patch(facts, excluded.facts)",
            (event.device.id, device_facts(event.device)),
        )
        return event

    @_take.register
    def _(self, event: ev.DeviceRemoved, device: Safe) -> ev.Event:
        # Its messages stay: the gateway has lost them with it.
        self._base.execute("DELETE FROM devices WHERE id = ?", (event.device,))
        return event

    @_take.register
    def _(self, event: ev.DeviceReplaced, device: Safe) -> ev.Event:
        self._move(event.old, device)
        return event

    @_take.register
    def _(self, event: ev.AccountChanged, device: Safe) -> ev.Event:
        # What the one before had is nobody's here any more; an export finds it.
        self._move(device, Safe(f"{device}~{event.before}"))
        return event

    def _move(self, old: Safe, new: Safe) -> None:
        moving.move(self._base, old, new)
        self._chats.clear()
        self._facts.clear()
        self._arrivals.forget_names()

    @_take.register
    def _(self, event: ev.ChatsListed, device: Safe) -> ev.Event:
        self._base.execute("UPDATE chats SET listed = 0 WHERE device = ? AND listed", (device,))
        for chat in event.chats:
            self._put_chat(chat)
        return event

    @_take.register
    def _(self, event: ev.ChatChanged, device: Safe) -> ev.Event:
        self._put_chat(event.chat)
        return event

    @_take.register
    def _(self, event: ev.ContactsListed, device: Safe) -> ev.Event:
        self._arrivals.forget_names()
        self._base.executemany(
            "INSERT INTO contacts(device, jid, name, push_name, number, business) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT(device, jid) DO UPDATE SET name = coalesce(excluded.name, name), "
            "push_name = coalesce(excluded.push_name, push_name), "
            "number = coalesce(excluded.number, number), business = max(business, excluded.business)",
            (
                (device, each.jid, each.name, each.push_name, each.number, each.business)
                for each in event.contacts
            ),
        )
        return event

    @_take.register
    def _(self, event: ev.MessageArrived, device: Safe) -> ev.Event:
        key = ChatKey(device, event.message.chat)
        self._arrivals.add(self.chat(key), key, event)
        return event

    def _bring_together(self, again: Again) -> None:
        filed.bring_together(self._base, again.chat, again.message)

    @_take.register(ev.Acked)
    @_take.register(ev.Edited)
    @_take.register(ev.Revoked)
    @_take.register(ev.Reacted)
    @_take.register(ev.Starred)
    @_take.register(ev.MediaKnown)
    def _(self, event: Revision, device: Safe) -> ev.Event:
        ids = event.ids if isinstance(event, ev.Acked) else (event.id,)
        for message_id in ids:
            # Ids name the chat: `true_<jid>_<hash>` (contract 2.6).
            jid = event.chat or Safe(message_id.partition("_")[2].partition("_")[0])
            chat = self._known(ChatKey(device, jid))
            found = filed.find(self._base, chat, message_id) if chat is not None else None
            if found is not None:
                n, known = found
                filed.update(self._base, n, known, revised(known, event))
        return event

    @_take.register
    def _(self, event: ev.ChatRead, device: Safe) -> ev.Event:
        self._base.execute(
            "UPDATE chats SET facts = json_remove(facts, '$.unread', '$.mentioned'), "
            "read_here = CASE WHEN ? THEN time ELSE read_here END WHERE n = ?",
            (event.here_only, self.chat(ChatKey(device, event.chat))),
        )
        self._facts.pop(self.chat(ChatKey(device, event.chat)), None)
        return event

    @_take.register
    def _(self, event: ev.ChatKept, device: Safe) -> ev.Event:
        self._keep(device, event.chat, kept_facts(event.kept) if event.kept is not None else None)
        return event

    @_take.register
    def _(self, event: ev.DeviceDressed, device: Safe) -> ev.Event:
        self._keep(device, OF_DEVICE, dress_facts(event.dress) if event.dress != PLAIN else None)
        return event

    def _keep(self, device: Safe, jid: Safe, facts: str | None) -> None:
        """Keep what only watui knows of a chat or a device, or nothing any more."""
        if facts is None:
            self._base.execute("DELETE FROM kept WHERE device = ? AND jid = ?", (device, jid))
        else:
            self._base.execute(
                "INSERT INTO kept(device, jid, facts) VALUES (?, ?, ?) "
                "ON CONFLICT(device, jid) DO UPDATE SET facts = excluded.facts",
                (device, jid, facts),
            )

    @_take.register
    def _(self, event: ev.ChatCleared, device: Safe) -> ev.Event:
        chat = self._known(ChatKey(device, event.chat))
        if chat is not None:
            filed.empty(self._base, chat, deleted=event.deleted)
            self._facts.pop(chat, None)
        return event

    def _put_chat(self, chat: Chat) -> None:
        n, facts = self.chat(chat.key), chat_facts(chat)
        if self._facts.get(n) != facts:
            self._base.execute(
                "UPDATE chats SET facts = ?, time = max(time, ?), listed = 1 WHERE n = ?",
                (facts, chat.time, n),
            )
            self._facts[n] = facts
        else:
            self._base.execute("UPDATE chats SET listed = 1 WHERE n = ?", (n,))

    # Chats and messages.

    def chat(self, key: ChatKey) -> int:
        """Give the number under which a chat is filed, filing it if it is new."""
        n = self._known(key)
        if n is None:
            self.begin()
            cursor = self._base.execute("INSERT INTO chats(device, jid) VALUES (?, ?)", key)
            n = self._chats[key] = int(cursor.lastrowid or 0)
        return n

    def _known(self, key: ChatKey) -> int | None:
        n = self._chats.get(key)
        if n is None:
            row = self._base.execute("SELECT n FROM chats WHERE device = ? AND jid = ?", key).fetchone()
            if row is not None:
                n = self._chats[key] = row[0]
        return n

    def put(self, key: ChatKey, message: Message) -> bool:
        """File a message behind those of its time, or bring it together with the copy that is here.

        True if its id was not here before.
        """
        chat = self.chat(key)
        if filed.insert(self._base, chat, message):
            self._base.execute(
                "UPDATE chats SET time = max(time, ?), edge = coalesce(edge, ?) WHERE n = ?",
                (message.time, message.id, chat),
            )
            return True
        filed.bring_together(self._base, chat, message)
        return False

    def _rank(self, chat: int, message_id: str | None) -> Rank | None:
        return rank_of(self._base, chat, message_id)

    def holds(self, key: ChatKey, message_id: Safe | None) -> bool:
        """Whether a message of a chat is filed."""
        chat = self._known(key)
        return chat is not None and self._rank(chat, message_id) is not None

    def oldest(self, key: ChatKey) -> Safe | None:
        """Name the first message of a chat that is filed."""
        return filed.oldest(self._base, self._known(key))

    def own(self, key: ChatKey, text: str, since: int = 0) -> list[Message]:
        """Give the own messages of a chat that have one text, in order, from a time in ms since 1970 on."""
        rows = self._base.execute(
            f"SELECT {COLUMNS} FROM messages WHERE chat = ? AND time >= ? AND own AND text = ? "  # noqa: S608
            "ORDER BY time, place",
            (self._known(key), since, text),
        )
        return [message_of(row, key.jid) for row in rows]

    # A stretch of history.

    def page(
        self,
        key: ChatKey,
        page: Sequence[Message],
        older: Older,
        above: Safe | None,
        *,
        keeps_oldest: bool = False,
        ordered: bool = True,
    ) -> list[Message]:
        """File a stretch without holes: the newest one, or one directly above a message.

        `keeps_oldest`: what is known of its first second and not in it is newer, as in no sane history.
        `ordered`: messages of one second stand in it as they were sent, and not perhaps the other way round.

        Gives the messages that were not known before. What is between it and what is known stays a gap.
        """
        chat = self.chat(key)
        self.begin()
        for message in page:
            self._arrivals.name(key.device, message)
        return stretches.file(
            self._base, chat, page, older, above, keeps_oldest=keeps_oldest, ordered=ordered
        )

    # Gaps.

    def gaps(self, key: ChatKey) -> list[Gap]:
        """List the holes of a chat, the newest first."""
        chat = self._known(key)
        if chat is None:
            return []
        found = [(self._rank(chat, gap.below) or Rank(0, 0), gap) for gap in gaps.of_chat(self._base, chat)]
        return [gap for _, gap in sorted(found, reverse=True)]

    def give_up(self, gap: Gap) -> None:
        """Note that the gateway cannot give what is missing there."""
        self.begin()
        gaps.give_up(self._base, gap)

    def shown_gaps(self, key: ChatKey) -> dict[Safe, Message]:
        """Give the holes of a chat as they stand among its messages, by their ids."""
        chat = self._known(key)
        return gaps.shown(self._base, chat, key.jid) if chat is not None else {}

    # Reading.

    def newest(self, key: ChatKey, count: int) -> tuple[list[Message], Older]:
        """Read the newest messages of a chat with the gaps among them, and what lies above them."""
        return self._read(key, None, count)

    def above(self, key: ChatKey, message_id: Safe, count: int) -> tuple[list[Message], Older]:
        """Read the messages directly above one, with the gaps among them, and what lies above those."""
        return self._read(key, message_id, count)

    def _read(self, key: ChatKey, below: Safe | None, count: int) -> tuple[list[Message], Older]:
        chat = self._known(key)
        if chat is None:
            return [], Older.UNKNOWN
        rank = self._rank(chat, below) if below is not None else Rank(2**62, 0)
        if rank is None:
            return [], Older.UNKNOWN
        rows = self._base.execute(
            f"SELECT {COLUMNS}, place FROM messages WHERE chat = ? AND (time, place) < (?, ?) "  # noqa: S608
            "ORDER BY time DESC, place DESC LIMIT ?",
            (chat, *rank, count + 1),
        ).fetchall()
        messages = [message_of(row, key.jid) for row in rows[count - 1 :: -1]]
        if len(rows) > count:
            older = Older.MORE
        else:
            (known,) = self._base.execute("SELECT older FROM chats WHERE n = ?", (chat,)).fetchone()
            older = Older(known)
        if not messages:
            return [], older
        first, end = messages[0].time, rank.time
        gaps = [gap for gap in self.shown_gaps(key).values() if first < gap.time <= end]
        timeline = Timeline()
        timeline.merge([*messages])
        for gap in gaps:
            timeline.put(gap)
        return [*timeline], older

    def stretch(self, key: ChatKey, page: Sequence[Message]) -> list[Message]:
        """Give the messages from the first to the last of a page as they are filed, with what it lacked."""
        chat = self._known(key)
        if chat is None or not page:
            return [*page]
        ranks = [rank for message in page if (rank := self._rank(chat, message.id)) is not None]
        if len(ranks) < len(page):
            return [*page]  # it could not be filed
        low, high = min(ranks), max(ranks)
        rows = self._base.execute(
            f"SELECT {COLUMNS} FROM messages WHERE chat = ? "  # noqa: S608
            "AND (time, place) >= (?, ?) AND (time, place) <= (?, ?) ORDER BY time, place",
            (chat, *low, *high),
        )
        return [message_of(row, key.jid) for row in rows]

    def between(self, key: ChatKey, first: Safe, last: Safe) -> int:
        """Count the messages from one to another, without the second one."""
        chat = self._known(key) or 0
        low, high = self._rank(chat, first), self._rank(chat, last)
        if low is None or high is None:
            return 0
        (count,) = self._base.execute(
            "SELECT count(*) FROM messages WHERE chat = ? "
            "AND (time, place) >= (?, ?) AND (time, place) < (?, ?)",
            (chat, *low, *high),
        ).fetchone()
        return int(count)

    def older(self, key: ChatKey, first: Safe) -> Older:
        """Tell what lies above a message: more that is filed here, or what is known of the gateway."""
        messages, older = self.above(key, first, 1)
        return Older.MORE if messages else older

    def prune(self, before: int, most: int) -> int:
        """Drop messages older than a time in ms since 1970, some of them; gives how many went.

        Those up to which nothing is missing stay, or a hole behind them could not be seen.
        """
        self.begin()
        gone = 0
        for chat, edge, read_to in self._base.execute("SELECT n, edge, read_to FROM chats").fetchall():
            rows = self._base.execute(
                "SELECT n FROM messages WHERE chat = ? AND time < ? AND id IS NOT ? AND id IS NOT ? "
                "ORDER BY time, place LIMIT ?",
                (chat, before, edge, read_to, most - gone),
            ).fetchall()
            if rows:
                self._base.executemany("DELETE FROM messages WHERE n = ?", rows)
                # What is gone here may be there still.
                self._base.execute("UPDATE chats SET older = ? WHERE n = ?", (Older.UNKNOWN.value, chat))
                gaps.drop_lost(self._base, chat)
            gone += len(rows)
            if gone >= most:
                break
        return gone

    # What may have been missed.

    def stale(self, device: Safe, chats: Iterable[Chat], *, own_told: bool) -> list[Safe]:
        """List those of a device's chats of which something may be missing, the longest unread first.

        `own_told`: whether sockets tell own messages too.
        """
        return missed.stale(self._base, self._numbered(chats), own_told=own_told)

    def unknown(self, chats: Iterable[Chat]) -> list[Safe]:
        """List the chats of which no message is known, the newest first."""
        return missed.unknown(self._base, self._numbered(chats))

    def _numbered(self, chats: Iterable[Chat]) -> missed.Numbered:
        return ((self._known(chat.key), chat) for chat in chats)

    def trust(self, key: ChatKey, message: Message) -> None:
        """Note that nothing is missing up to a message that came over an unbroken connection."""
        self.begin()
        self._arrivals.trust(self.chat(key), message)

    def reaches(self, key: ChatKey, message_id: Safe) -> bool:
        """Whether a page that begins with a message leaves nothing out behind what was read before."""
        return missed.reaches(self._base, self.chat(key), message_id)

    def was_read(self, key: ChatKey, message_id: Safe) -> None:
        """Note that pages were read without a hole up to a message."""
        self.begin()
        self._base.execute("UPDATE chats SET read_to = ? WHERE n = ?", (message_id, self.chat(key)))

    def looked(self, key: ChatKey, now: int) -> None:
        """Note that the newest page of a chat was read; `now` is in seconds since 1970."""
        self.begin()
        self._base.execute("UPDATE chats SET looked = ? WHERE n = ?", (now, self.chat(key)))
