"""Live messages on their way into the archive: filed together, a few statements for all of a frame.

Each statement hands Python's lock to another thread and has to wait for it again, so a statement for each
message would make a flood wait for the screen thousands of times a second.
"""

import json
import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

from watui.archive.shapes import COLUMNS, chat_facts, columns_of
from watui.events import MessageArrived
from watui.models import Chat, ChatKey, Message, number_of
from watui.text import Safe

_KNOWN = """
SELECT chats.facts, top.time, top.place,
    (SELECT json_group_array(id) FROM messages
     WHERE chat = ?1 AND id IN (SELECT value FROM json_each(?2)))
FROM chats LEFT JOIN
    (SELECT time, place FROM messages WHERE chat = ?1 ORDER BY time DESC, place DESC LIMIT 1) top
WHERE chats.n = ?1
"""

_FIELDS = ", ".join(f"json_extract(value, '$[{number}]')" for number in range(2 + len(COLUMNS.split(","))))

_INSERT = f"""
INSERT INTO messages(chat, place, {COLUMNS}) SELECT {_FIELDS} FROM json_each(?)
"""  # noqa: S608 - names of our own

_UPDATE = """
UPDATE chats SET time = max(chats.time, new.time), edge = coalesce(
        (SELECT id FROM messages m WHERE m.chat = chats.n AND id IN (new.trusted, chats.edge)
         ORDER BY +m.time DESC, place DESC LIMIT 1),  -- +: not by walking through the whole chat
        chats.edge, new.first),
    facts = new.facts, listed = max(chats.listed, new.listed)
FROM (SELECT json_extract(value, '$[0]') n, json_extract(value, '$[1]') time,
    json_extract(value, '$[2]') first, json_extract(value, '$[3]') trusted,
    json_extract(value, '$[4]') facts, json_extract(value, '$[5]') listed FROM json_each(?)) new
WHERE chats.n = new.n
"""

_NAMES = """
INSERT INTO contacts(device, jid, push_name)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(?)
WHERE true ON CONFLICT(device, jid) DO UPDATE SET push_name = excluded.push_name
"""


class Again(NamedTuple):
    """A message that was known before."""

    chat: int
    message: Message


class Arrivals:
    """What came over the sockets since the last time that all was filed."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base
        self._waiting: dict[int, tuple[ChatKey, list[MessageArrived]]] = {}
        self._trusted: dict[int, Message] = {}
        self._names: dict[tuple[Safe, Safe], Safe] = {}
        self._new_names: dict[tuple[Safe, Safe], Safe] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting or self._trusted or self._new_names)

    def add(self, chat: int, key: ChatKey, event: MessageArrived) -> None:
        """Take a message that came in a chat."""
        self._waiting.setdefault(chat, (key, []))[1].append(event)
        self.name(key.device, event.message)

    def trust(self, chat: int, message: Message) -> None:
        """Note that nothing is missing up to a message; an old one that is told again changes nothing."""
        known = self._trusted.get(chat)
        if known is None or known.time <= message.time:
            self._trusted[chat] = message

    def name(self, device: Safe, message: Message) -> None:
        """Keep the name that came with a message, as the screen does."""
        jid, name = message.sender or message.chat, message.sender_name
        if name and not message.own and not jid.endswith("@g.us") and self._names.get((device, jid)) != name:
            self._names[device, jid] = self._new_names[device, jid] = name

    def forget_names(self) -> None:
        """Know no longer what is filed of people: somebody else has written it."""
        self._names.clear()

    def clear(self) -> None:
        """Forget it all."""
        for waiting in (self._waiting, self._trusted, self._names, self._new_names):
            waiting.clear()

    def file(self, again: Callable[[Again], object]) -> set[int]:
        """File it all; what was known before is told to `again`. Gives the chats of which facts changed."""
        waiting, self._waiting = self._waiting, {}
        trusted, self._trusted = self._trusted, {}
        names, self._new_names = self._new_names, {}
        rows: list[tuple[Any, ...]] = []
        chats: list[tuple[Any, ...]] = []
        known: list[Again] = []
        for chat, (key, events) in waiting.items():
            chats.append(self._file(chat, key, events, trusted.pop(chat, None), rows=rows, known=known))
        chats += [(chat, 0, None, last.id, self._facts(chat), 0) for chat, last in trusted.items()]
        for statement, values in ((_INSERT, rows), (_UPDATE, chats)):
            if values:
                self._base.execute(statement, (json.dumps(values),))
        if names:
            named = [(device, jid, name) for (device, jid), name in names.items()]
            self._base.execute(_NAMES, (json.dumps(named),))
        for each in known:
            again(each)
        return {chat for chat, *_ in chats}

    def _facts(self, chat: int) -> str | None:
        (facts,) = self._base.execute("SELECT facts FROM chats WHERE n = ?", (chat,)).fetchone()
        return None if facts is None else str(facts)

    def _file(
        self,
        chat: int,
        key: ChatKey,
        events: list[MessageArrived],
        trusted: Message | None,
        *,
        rows: list[tuple[Any, ...]],
        known: list[Again],
    ) -> tuple[Any, ...]:
        """Make the rows of a chat's new messages, and what its own row becomes."""
        ids = json.dumps([event.message.id for event in events])
        facts, top, place, found = self._base.execute(_KNOWN, (chat, ids)).fetchone()
        here = set(json.loads(found))
        name = next((event.chat_name for event in events if event.chat_name), None) or number_of(key.jid)
        now = json.loads(facts or chat_facts(Chat(key, name, group=key.jid.endswith("@g.us"))))
        counting = _Count(now, self._holds(chat, now))
        first = None
        latest = -1 if top is None else top
        for event in events:
            message = event.message
            if message.id in here:
                event.again = True
                known.append(Again(chat, message))
                continue
            here.add(message.id)
            first = first or message.id
            if message.time > latest:
                latest, place = message.time, -1
            if message.time == latest:
                place += 1
                rows.append((chat, place, *columns_of(message)))
            else:
                rows.append((chat, self._behind(chat, message.time, rows), *columns_of(message)))
            counting.take(message)
        edge = trusted.id if trusted is not None else None
        return (chat, latest, first, edge, json.dumps(now, ensure_ascii=False, separators=(",", ":")), 1)

    def _holds(self, chat: int, facts: dict[str, Any]) -> bool:
        """Whether the message that the list named as the last one is filed."""
        last = facts.get("last")
        if not last or last[3] is None:
            return False
        find = "SELECT EXISTS(SELECT 1 FROM messages WHERE chat = ? AND id = ?)"
        return bool(self._base.execute(find, (chat, last[3])).fetchone()[0])

    def _behind(self, chat: int, time: int, rows: list[tuple[Any, ...]]) -> int:
        """Give the place behind those of a second that is not the last one."""
        find = "SELECT coalesce(max(place), -1) FROM messages WHERE chat = ? AND time = ?"
        (place,) = self._base.execute(find, (chat, time)).fetchone()
        places: list[int] = [place, *(row[1] for row in rows if row[0] == chat and row[3] == time)]
        return max(places) + 1


class _Count:
    """Counts messages as unread, but for those that a list counted which named a later one as the last."""

    def __init__(self, facts: dict[str, Any], last_known: bool) -> None:
        self._facts = facts
        self._last_known = last_known

    def take(self, message: Message) -> None:
        facts = self._facts
        last = facts.get("last")
        named = last[3] if last else None
        unread = facts.get("unread", 0)
        counted = (
            unread
            and facts["time"] >= message.time
            and (named is None or named == message.id or not self._last_known)
        )
        if message.id == named:
            self._last_known = True
        if message.incoming and not counted:
            facts["unread"] = unread + 1
