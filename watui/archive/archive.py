"""What was seen, filed: messages in their order, chats, people, and where something is missing.

Everything here is called on the network thread and raises sqlite3.Error when the file cannot be used. Writes
gather in one transaction until `commit`.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from functools import singledispatchmethod
from itertools import groupby

from watui import events as ev
from watui.archive import gaps
from watui.archive.arrivals import Again, Arrivals
from watui.archive.gaps import Gap, Rank, rank_of
from watui.archive.shapes import COLUMNS, chat_facts, columns_of, device_facts, message_of
from watui.models import Chat, ChatKey, Message, Older, merged
from watui.revisions import Revision, revised
from watui.text import Safe
from watui.timeline import Timeline, woven

_INSERT = f"""
INSERT INTO messages(chat, place, {COLUMNS})
VALUES (?, coalesce((SELECT max(place) + 1 FROM messages WHERE chat = ? AND time = ?), 0), ?,?,?,?,?,?,?,?,?)
ON CONFLICT(chat, id) DO NOTHING
"""  # noqa: S608 - names of our own

_UPDATE = """
UPDATE messages SET id = ?, time = ?, own = ?, kind = ?, sender = ?, ack = ?, text = ?, file = ?, facts = ?
WHERE n = ?
"""

_MOVE = """
UPDATE messages SET place = coalesce((SELECT max(place) + 1 FROM messages WHERE chat = ? AND time = ?), 0)
WHERE n = ?
"""


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
            "ON CONFLICT(id) DO UPDATE SET facts = excluded.facts",
            (event.device.id, device_facts(event.device)),
        )
        return event

    @_take.register
    def _(self, event: ev.DeviceRemoved, device: Safe) -> ev.Event:
        # Its messages stay: the gateway has lost them with it.
        self._base.execute("DELETE FROM devices WHERE id = ?", (event.device,))
        return event

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
            "INSERT INTO contacts(device, jid, name, push_name, number) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT(device, jid) DO UPDATE SET name = coalesce(excluded.name, name), "
            "push_name = coalesce(excluded.push_name, push_name), number = coalesce(excluded.number, number)",
            ((device, each.jid, each.name, each.push_name, each.number) for each in event.contacts),
        )
        return event

    @_take.register
    def _(self, event: ev.MessageArrived, device: Safe) -> ev.Event:
        key = ChatKey(device, event.message.chat)
        self._arrivals.add(self.chat(key), key, event)
        return event

    def _bring_together(self, again: Again) -> None:
        """Bring a message together with the copy that is here."""
        chat, message = again
        found = self._find(chat, message.id)
        if found is not None:
            n, known = found
            both = merged(known, message)
            if both.time != known.time:
                self._base.execute(_MOVE, (chat, both.time, n))
            self._update(n, known, both)

    @_take.register(ev.Acked)
    @_take.register(ev.Edited)
    @_take.register(ev.Revoked)
    @_take.register(ev.Reacted)
    @_take.register(ev.Starred)
    def _(self, event: Revision, device: Safe) -> ev.Event:
        ids = event.ids if isinstance(event, ev.Acked) else (event.id,)
        for message_id in ids:
            # Ids name the chat: `true_<jid>_<hash>` (contract 2.6).
            jid = event.chat or Safe(message_id.partition("_")[2].partition("_")[0])
            chat = self._known(ChatKey(device, jid))
            found = self._find(chat, message_id) if chat is not None else None
            if found is not None:
                n, known = found
                self._update(n, known, revised(known, event))
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
        if self._insert(chat, message):
            self._base.execute(
                "UPDATE chats SET time = max(time, ?), edge = coalesce(edge, ?) WHERE n = ?",
                (message.time, message.id, chat),
            )
            return True
        self._bring_together(Again(chat, message))
        return False

    def _insert(self, chat: int, message: Message) -> bool:
        cursor = self._base.execute(_INSERT, (chat, chat, message.time, *columns_of(message)))
        return bool(cursor.rowcount)

    def _find(self, chat: int, message_id: Safe) -> tuple[int, Message] | None:
        row = self._base.execute(
            f"SELECT n, {COLUMNS} FROM messages WHERE chat = ? AND id = ?",  # noqa: S608
            (chat, message_id),
        ).fetchone()
        return None if row is None else (row[0], message_of(row[1:], Safe("")))

    def _update(self, n: int, known: Message, message: Message) -> None:
        before, now = columns_of(known), columns_of(message)
        if before != now:
            self._base.execute(_UPDATE, (*now, n))

    def _rank(self, chat: int, message_id: str | None) -> Rank | None:
        return rank_of(self._base, chat, message_id)

    def holds(self, key: ChatKey, message_id: Safe | None) -> bool:
        """Whether a message of a chat is filed."""
        chat = self._known(key)
        return chat is not None and self._rank(chat, message_id) is not None

    def oldest(self, key: ChatKey) -> Safe | None:
        """Name the first message of a chat that is filed."""
        row = self._base.execute(
            "SELECT id FROM messages WHERE chat = ? ORDER BY time, place LIMIT 1", (self._known(key),)
        ).fetchone()
        return None if row is None else Safe(row[0])

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
        (edge, known) = self._base.execute(
            "SELECT edge, EXISTS(SELECT 1 FROM messages WHERE chat = chats.n) FROM chats WHERE n = ?", (chat,)
        ).fetchone()
        if not page:
            self._end(chat, older, above)
            return []
        before: set[Safe] = set()
        if older is not Older.NONE and not keeps_oldest:
            before = self._before(chat, page, edge if above is None else above, including=above is None)
        new = self._merge(chat, key.device, page, before, ordered=ordered)
        first, last = self._ends(chat, page, above)
        if above is None:
            if known:
                gaps.open_up_to(self._base, chat, edge, first)
            if not self._is_before(chat, last, edge):  # what came meanwhile, unbroken, is no less sure now
                self._base.execute("UPDATE chats SET edge = ? WHERE n = ?", (last, chat))
        self._base.execute(
            "UPDATE chats SET time = max(time, ?) WHERE n = ?", (max(message.time for message in page), chat)
        )
        gaps.bridge(self._base, chat, first, last)
        self._end(chat, older, first)
        return new

    def _ends(self, chat: int, page: Sequence[Message], above: Safe | None) -> tuple[Safe, Safe]:
        """Name the first and the last message of a stretch, and of the one above which it lies, as filed."""
        times = [message.time for message in page]
        ends = {min(times), max(times)}
        ids = [message.id for message in page if message.time in ends]
        ids += [above] if above is not None else []
        ranked = sorted((rank, id_) for id_ in ids if (rank := self._rank(chat, id_)) is not None)
        return ranked[0][1], ranked[-1][1]

    def _is_before(self, chat: int, one: str, other: str | None) -> bool:
        first, second = self._rank(chat, one), self._rank(chat, other)
        return first is not None and second is not None and first < second

    def _before(
        self, chat: int, page: Sequence[Message], border: str | None, *, including: bool
    ) -> set[Safe]:
        """Name what is known of a stretch's first second up to a border: it lies before what is not known."""
        end = self._rank(chat, border)
        time = min(message.time for message in page)
        if end is None:
            return set()
        rows = self._base.execute(
            "SELECT id FROM messages WHERE chat = ? AND time = ? AND (time, place) < (?, ?)",
            (chat, time, end.time, end.place + including),
        )
        return {Safe(id_) for (id_,) in rows}

    def _merge(
        self, chat: int, device: Safe, page: Sequence[Message], before: Collection[Safe], *, ordered: bool
    ) -> list[Message]:
        """File messages in the gateway's order, as far as it tells it."""
        new: list[Message] = []
        times: dict[Safe, int] = {}
        placed: set[Safe] = set()
        for message in page:
            self._arrivals.name(device, message)
            time = message.time
            if self._insert(chat, message):
                new.append(message)
            elif (found := self._find(chat, message.id)) is not None:
                n, known = found
                both = merged(known, message)
                self._update(n, known, both)
                time = both.time
                if known.time == time and message.id not in times:
                    placed.add(message.id)
            times[message.id] = time
        for time, group in groupby(sorted(times, key=times.__getitem__), times.__getitem__):
            together = list(group)
            rows = self._base.execute(
                "SELECT id, place FROM messages WHERE chat = ? AND time = ? ORDER BY place", (chat, time)
            ).fetchall()
            places = {Safe(id_): place for id_, place in rows}
            known_ids = [id_ for id_ in places if id_ in placed or id_ not in times]
            for place, id_ in enumerate(woven(known_ids, together, before, ordered=ordered)):
                if places[id_] != place:
                    self._base.execute(
                        "UPDATE messages SET place = ? WHERE chat = ? AND id = ?", (place, chat, id_)
                    )
        return new

    def _end(self, chat: int, older: Older, first: Safe | None) -> None:
        """Note what lies above the first message that is filed, if it is this one."""
        row = self._base.execute(
            "SELECT id FROM messages WHERE chat = ? ORDER BY time, place LIMIT 1", (chat,)
        ).fetchone()
        if row is None:
            return  # what is written into an empty chat may be missed
        if row[0] == first:
            self._base.execute("UPDATE chats SET older = ? WHERE n = ?", (older.value, chat))
        elif older is Older.NONE and first is not None:
            # What is not there any more was deleted, or belongs to a link before this one: nobody can tell.
            for gap in gaps.of_chat(self._base, chat):
                if gap.below == first or self._is_before(chat, gap.below, first):
                    self.give_up(gap)

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

        The one up to which nothing is missing stays, or a hole behind it could not be seen.
        """
        self.begin()
        gone = 0
        for chat, edge in self._base.execute("SELECT n, edge FROM chats").fetchall():
            rows = self._base.execute(
                "SELECT n FROM messages WHERE chat = ? AND time < ? AND id IS NOT ? "
                "ORDER BY time, place LIMIT ?",
                (chat, before, edge, most - gone),
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

        Their last message is not known here, or a hole may still be filled; but not those never read.
        Unless own messages are told too, what came over the socket may have some of them in between.
        """
        found: list[tuple[int, int, Safe]] = []
        for chat in chats:
            n = self._known(chat.key)
            row = self._base.execute(
                "SELECT edge, looked, EXISTS(SELECT 1 FROM gaps WHERE chat = chats.n AND NOT final), read_to "
                "FROM chats WHERE n = ?",
                (n,),
            ).fetchone()
            if n is None or row is None or row[0] is None:
                continue
            edge, looked, open_gap, read_to = row
            if open_gap or (edge != read_to and not own_told) or not self._is_last(n, edge, chat):
                found.append((looked, -chat.time, chat.key.jid))
        return [jid for _, _, jid in sorted(found)]

    def unknown(self, chats: Iterable[Chat]) -> list[Safe]:
        """List the chats of which no message is known, the newest first."""
        found: list[tuple[int, Safe]] = []
        for chat in chats:
            n = self._known(chat.key)
            row = self._base.execute("SELECT edge FROM chats WHERE n = ?", (n,)).fetchone()
            if chat.time and (row is None or row[0] is None):
                found.append((-chat.time, chat.key.jid))
        return [jid for _, jid in sorted(found)]

    def _is_last(self, n: int, edge: str | None, chat: Chat) -> bool:
        """Whether nothing is missing up to the last message that a list names."""
        if chat.preview is None and not chat.time:
            return True  # nothing was ever written in it
        rank = self._rank(n, edge)
        if rank is not None and chat.preview is not None and chat.preview.id is not None:
            last = self._rank(n, chat.preview.id)
            return last is not None and last <= rank  # lists lag behind what came live
        return rank is not None and rank.time >= chat.time

    def trust(self, key: ChatKey, message: Message) -> None:
        """Note that nothing is missing up to a message that came over an unbroken connection."""
        self.begin()
        self._arrivals.trust(self.chat(key), message)

    def reaches(self, key: ChatKey, message_id: Safe) -> bool:
        """Whether a page that begins with a message leaves nothing out behind what was read before."""
        chat = self.chat(key)
        (read_to,) = self._base.execute("SELECT read_to FROM chats WHERE n = ?", (chat,)).fetchone()
        last, first = self._rank(chat, read_to), self._rank(chat, message_id)
        return last is None or first is None or first <= last

    def was_read(self, key: ChatKey, message_id: Safe) -> None:
        """Note that pages were read without a hole up to a message."""
        self.begin()
        self._base.execute("UPDATE chats SET read_to = ? WHERE n = ?", (message_id, self.chat(key)))

    def looked(self, key: ChatKey, now: int) -> None:
        """Note that the newest page of a chat was read; `now` is in seconds since 1970."""
        self.begin()
        self._base.execute("UPDATE chats SET looked = ? WHERE n = ?", (now, self.chat(key)))
