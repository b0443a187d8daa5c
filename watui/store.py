"""What is on screen: the only place where it changes, and in which order chats stand.

Pure: no input or output, no Textual, no clock. `apply` takes what happened and says which rows moved, so
that a pane redraws a row and not itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod
from itertools import groupby
from typing import cast

from watui import events as ev
from watui.models import (
    Chat,
    ChatKey,
    Contact,
    Device,
    Kind,
    Link,
    Message,
    Older,
    Preview,
    Reaction,
    number_of,
    preview_of,
)
from watui.rows import Order, Rows
from watui.text import Safe, fold
from watui.timeline import Timeline

TYPING_SECONDS = 20.0
"""How long somebody counts as typing when no stop is heard."""


@dataclass(slots=True)
class Thread:
    """The messages of one chat that are known, and what is known of the rest."""

    timeline: Timeline = field(default_factory=Timeline)
    older: Older = Older.UNKNOWN
    tail: Safe | None = None
    """The newest message when the connection was lost: until a page shows it again, there may be a hole."""


@dataclass(slots=True)
class Changes:
    """Which parts of the screen an `apply` made out of date, and what just came in."""

    chats: set[ChatKey] = field(default_factory=set)
    order: bool = False
    """Rows moved, came or went."""
    threads: set[ChatKey] = field(default_factory=set)
    typing: set[ChatKey] = field(default_factory=set)
    names: bool = False
    devices: bool = False
    arrived: list[tuple[ChatKey, Message]] = field(default_factory=list)
    """Messages from others seen for the first time, live: the ones that may ring."""


class Store:
    """All that is known of every device, in the order in which it is shown."""

    def __init__(self) -> None:
        self.devices: dict[Safe, Device] = {}
        self.links: dict[Safe, Link] = {}
        self.chats: dict[ChatKey, Chat] = {}
        self.threads: dict[ChatKey, Thread] = {}
        self.names: dict[Safe, dict[Safe, Safe]] = {}
        """For each device the best known name of each jid."""
        self.typing: dict[ChatKey, dict[Safe, float]] = {}
        self.reading: ChatKey | None = None
        """The chat whose newest message the person is looking at; it collects no unread messages."""
        self._counted: dict[ChatKey, tuple[Safe | None, int]] = {}
        self._read_here: dict[ChatKey, int] = {}
        self._own_names: set[tuple[Safe, Safe]] = set()
        self._inbox = Order()
        self._archive = Order()
        self._folded: dict[ChatKey, str] = {}
        self._now = 0.0

    def apply(self, device: Safe, events: Iterable[ev.Event], now: float) -> Changes:
        """Let happen what happened; `now` is the monotonic clock in seconds."""
        changes = Changes()
        self._now = now
        for arrivals, run in groupby(events, lambda event: isinstance(event, ev.MessageArrived)):
            if arrivals:
                self._arrive(cast("Iterable[ev.MessageArrived]", run), device, changes)
            else:
                for event in run:
                    self._apply(event, device, changes)
        for key in changes.chats:
            changes.order |= self._arrange(key)
        return changes

    def expire(self, now: float) -> Changes:
        """Forget those who were typing and were not heard of again."""
        changes = Changes()
        for key, people in list(self.typing.items()):
            for sender in [sender for sender, until in people.items() if until <= now]:
                del people[sender]
                changes.typing.add(key)
            if not people:
                del self.typing[key]
        return changes

    def rows(self, query: str = "", within: Rows | None = None) -> Rows:
        """Give the chats in order, or those whose name or number holds `query`.

        `within` is an earlier answer for a beginning of the same query, so that each further key costs less.
        Archived chats show only when they are asked for.
        """
        wanted = fold(query.strip())
        if not wanted:
            return Rows(self.chats, self._inbox.keys, self._inbox.index_of)
        keys = within.keys if within is not None else [*self._inbox.keys, *self._archive.keys]
        found = [key for key in keys if wanted in self._folded_name(key)]
        places = {key: index for index, key in enumerate(found)}
        return Rows(self.chats, found, places.get)

    def unread(self) -> tuple[int, int]:
        """Count unread messages and the chats that hold them, muted and archived ones left out."""
        counts = [c.unread for c in self.chats.values() if c.unread and not c.muted and not c.archived]
        return sum(counts), len(counts)

    def thread(self, key: ChatKey) -> Thread:
        """Give the thread of a chat, empty if nothing of it is known."""
        return self.threads.setdefault(key, Thread())

    def names_of(self, device: Safe) -> Mapping[Safe, Safe]:
        """Give the names that one device knows; the mapping stays the same and grows."""
        return self.names.setdefault(device, {})

    # One method for each thing that can happen.

    def _arrive(self, run: Iterable[ev.MessageArrived], device: Safe, changes: Changes) -> None:
        """Take in a run of live messages; a flood of them costs each chat's row once."""
        new: dict[ChatKey, list[Message]] = {}
        for event in run:
            message = event.message
            key = ChatKey(device, message.chat)
            self._learn_push_name(device, message, changes)
            self._stop_typing(key, message.sender or message.chat, changes)
            if event.chat_name and key not in self.chats:
                self.chats[key] = Chat(key, event.chat_name, group=key.jid.endswith("@g.us"))
            if self.thread(key).timeline.put(message):
                new.setdefault(key, []).append(message)
            changes.threads.add(key)
        for key, messages in new.items():
            self._refresh_preview(key, max(reversed(messages), key=_sent_at), changes)
            self._count(key, messages, changes)

    @singledispatchmethod
    def _apply(self, event: object, device: Safe, changes: Changes) -> None:
        raise TypeError(type(event).__name__)

    @_apply.register
    def _(self, event: ev.LinkChanged, device: Safe, changes: Changes) -> None:
        self.links[device] = event.link
        changes.devices = True
        if event.link.state in ev.DEAF:
            for key, thread in self.threads.items():
                if key.device == device and thread.tail is None:
                    thread.tail = _newest_id(thread.timeline)

    @_apply.register
    def _(self, event: ev.DeviceChanged, device: Safe, changes: Changes) -> None:
        self.devices[event.device.id] = event.device
        changes.devices = True

    @_apply.register
    def _(self, event: ev.DeviceRemoved, device: Safe, changes: Changes) -> None:
        self.devices.pop(event.device, None)
        self.links.pop(event.device, None)
        changes.devices = True
        for key in [key for key in self.chats if key.device == event.device]:
            del self.chats[key]
            changes.chats.add(key)
        self.names.pop(event.device, None)
        self._own_names = {(of, jid) for of, jid in self._own_names if of != event.device}
        for known in (self.threads, self.typing, self._counted, self._read_here):
            for key in [key for key in known if key.device == event.device]:
                del known[key]

    @_apply.register
    def _(self, event: ev.ChatsListed, device: Safe, changes: Changes) -> None:
        listed = {chat.key for chat in event.chats}
        for chat in event.chats:
            self._put_chat(chat, changes)
        for key in [key for key in self.chats if key.device == device and key not in listed]:
            # A chat that the list does not have but that holds messages seen here is kept (lists lag).
            if key not in self.threads or not self.threads[key].timeline:
                del self.chats[key]
                changes.chats.add(key)

    @_apply.register
    def _(self, event: ev.ChatChanged, device: Safe, changes: Changes) -> None:
        self._put_chat(event.chat, changes)

    @_apply.register
    def _(self, event: ev.ContactsListed, device: Safe, changes: Changes) -> None:
        for contact in event.contacts:
            self._learn(device, contact, changes)

    @_apply.register
    def _(self, event: ev.HistoryRead, device: Safe, changes: Changes) -> None:
        key = ChatKey(device, event.chat)
        thread = self.thread(key)
        timeline = thread.timeline
        if event.newest:
            self._close_hole(thread, event)
        new = timeline.merge(event.messages)
        if not event.newest or not event.messages or timeline[0].id == event.messages[0].id:
            thread.older = event.older
        elif thread.older is Older.UNKNOWN:
            thread.older = Older.MORE
        for message in event.messages:
            self._learn_push_name(device, message, changes)
        changes.threads.add(key)
        if event.newest and event.messages:
            newest = timeline.get(event.messages[-1].id)  # richer than the page's own copy may be
            self._refresh_preview(key, newest or event.messages[-1], changes)
        if event.news_since is not None:
            # The list that went before has counted them already.
            changes.arrived += [(key, m) for m in _incoming(new) if m.time > event.news_since]

    @_apply.register
    def _(self, event: ev.Queued, device: Safe, changes: Changes) -> None:
        key = ChatKey(device, event.message.chat)
        self.thread(key).timeline.put(event.message)
        changes.threads.add(key)
        self._refresh_preview(key, event.message, changes)

    @_apply.register
    def _(self, event: ev.Settled, device: Safe, changes: Changes) -> None:
        key = ChatKey(device, event.message.chat)
        timeline = self.thread(key).timeline
        if event.message.id != event.local_id:
            timeline.remove(event.local_id)
        timeline.put(event.message)
        if event.message.local:
            timeline.replace(event.message.id, event.message)
        changes.threads.add(key)
        self._refresh_preview(key, event.message, changes, replacing=event.local_id)

    @_apply.register
    def _(self, event: ev.Acked, device: Safe, changes: Changes) -> None:
        for message_id in event.ids:
            for key, message in self._find(device, message_id, event.chat):
                if message.own and (message.ack is None or message.ack < event.ack):
                    self._put(key, replace(message, ack=event.ack), changes)

    @_apply.register
    def _(self, event: ev.Edited, device: Safe, changes: Changes) -> None:
        for key, message in self._find(device, event.id, event.chat):
            self._put(key, replace(message, text=event.text, edited=True), changes)

    @_apply.register
    def _(self, event: ev.Revoked, device: Safe, changes: Changes) -> None:
        for key, message in self._find(device, event.id, event.chat):
            gone = Message(
                message.id,
                message.chat,
                message.time,
                message.own,
                Kind.REVOKED,
                sender=message.sender,
                sender_name=message.sender_name,
            )
            self._put(key, gone, changes)

    @_apply.register
    def _(self, event: ev.Reacted, device: Safe, changes: Changes) -> None:
        for key, message in self._find(device, event.id, event.chat):
            kept = tuple(r for r in message.reactions if not _same_person(r, event.reaction))
            added = (event.reaction,) if event.reaction.emoji else ()
            self._put(key, replace(message, reactions=kept + added), changes)

    @_apply.register
    def _(self, event: ev.Starred, device: Safe, changes: Changes) -> None:
        for key, message in self._find(device, event.id, event.chat):
            self._put(key, replace(message, starred=event.starred), changes)

    @_apply.register
    def _(self, event: ev.Typed, device: Safe, changes: Changes) -> None:
        key = ChatKey(device, event.chat)
        if event.on:
            self.typing.setdefault(key, {})[event.sender] = self._now + TYPING_SECONDS
            changes.typing.add(key)
        else:
            self._stop_typing(key, event.sender, changes)

    @_apply.register
    def _(self, event: ev.ChatRead, device: Safe, changes: Changes) -> None:
        chat = self.chats.get(ChatKey(device, event.chat))
        if chat is not None and event.here_only:
            self._read_here[chat.key] = chat.time
        if chat is not None and chat.unread:
            self.chats[chat.key] = replace(chat, unread=0)
            changes.chats.add(chat.key)

    # What those share.

    def _put_chat(self, chat: Chat, changes: Changes) -> None:
        old = self.chats.get(chat.key)
        if old is not None and self._lags(chat, old):
            chat = replace(chat, time=old.time, preview=old.preview, unread=old.unread)
        else:
            self._note_counted(chat)
            if old is not None and old.preview and chat.preview and _same_message(old.preview, chat.preview):
                # Lists name neither the type nor the sender of the last message; events do.
                ack = max((a for a in (old.preview.ack, chat.preview.ack) if a is not None), default=None)
                chat = replace(chat, preview=replace(old.preview, ack=ack))
        if chat.key == self.reading or chat.time <= self._read_here.get(chat.key, 0):
            chat = replace(chat, unread=0)
        known = self.names_of(chat.key.device).get(chat.key.jid)
        if known and chat.name == number_of(chat.key.jid):
            chat = replace(chat, name=known)
        if chat != old:
            self.chats[chat.key] = chat
            changes.chats.add(chat.key)

    def _lags(self, chat: Chat, old: Chat) -> bool:
        """Whether a listed chat is older than what is known here (own sends, fast events; contract 2.4)."""
        if old.time != chat.time:
            return old.time > chat.time
        thread = self.threads.get(chat.key)
        last = chat.preview.id if chat.preview else None
        if thread is None or last is None:
            return False
        return thread.timeline.get(last) is not None and _newest_id(thread.timeline) != last

    def _note_counted(self, chat: Chat) -> None:
        """Remember up to which message a listing has counted, if that message has not arrived yet."""
        last = chat.preview.id if chat.preview else None
        thread = self.threads.get(chat.key)
        arrived = thread is not None and last is not None and thread.timeline.get(last) is not None
        if chat.unread and not arrived:
            self._counted[chat.key] = (last, chat.time)
        else:
            self._counted.pop(chat.key, None)

    def _is_counted(self, key: ChatKey, message: Message) -> bool:
        """Whether a listing counted a message before it arrived; messages of a chat arrive in order."""
        counted = self._counted.get(key)
        if counted is None:
            return False
        last, time = counted
        if message.id == last or message.time > time:
            del self._counted[key]
        return message.time <= time

    def _put(self, key: ChatKey, message: Message, changes: Changes) -> None:
        timeline = self.thread(key).timeline
        timeline.replace(message.id, message)
        changes.threads.add(key)
        if timeline[-1].id == message.id:
            self._refresh_preview(key, message, changes)

    def _refresh_preview(
        self, key: ChatKey, message: Message, changes: Changes, replacing: Safe | None = None
    ) -> None:
        chat = self.chats.get(key)
        if chat is None:
            name = self.names_of(key.device).get(key.jid) or message.sender_name or number_of(key.jid)
            group = key.jid.endswith("@g.us")
            chat = Chat(key, number_of(key.jid) if group else name, group=group)
        shown = chat.preview.id if chat.preview else None
        if message.time < chat.time and shown not in (message.id, replacing):
            return
        preview = preview_of(message)
        if preview.ack is None and chat.preview is not None and shown == message.id:
            preview = replace(preview, ack=chat.preview.ack)
        if chat.preview == preview and chat.time == message.time and key in self.chats:
            return
        self.chats[key] = replace(chat, time=message.time, preview=preview)
        changes.chats.add(key)

    def _count(self, key: ChatKey, new: list[Message], changes: Changes) -> None:
        """Count messages seen for the first time, but for own ones and notices."""
        incoming = _incoming(new)
        changes.arrived += [(key, message) for message in incoming]
        uncounted = sum(not self._is_counted(key, message) for message in incoming)
        chat = self.chats.get(key)
        if uncounted and chat is not None and key != self.reading:
            self.chats[key] = replace(chat, unread=chat.unread + uncounted)
            changes.chats.add(key)

    def _close_hole(self, thread: Thread, page: ev.HistoryRead) -> None:
        """Drop what lies before a possible hole; it can be read again from above."""
        tail, thread.tail = thread.tail, None
        if page.older is Older.NONE or not page.messages or _newest_id(thread.timeline) is None:
            return
        apart = all(thread.timeline.get(message.id) is None for message in page.messages)
        if apart or (tail is not None and all(message.id != tail for message in page.messages)):
            first = page.messages[0].time
            for message in [m for m in thread.timeline if m.time < first and not m.local]:
                thread.timeline.remove(message.id)
            thread.older = page.older

    def _find(self, device: Safe, message_id: Safe, chat: Safe | None) -> list[tuple[ChatKey, Message]]:
        """Where a message is shown: in the chat that the event names, else wherever its id is known."""
        keys = (
            [ChatKey(device, chat)] if chat is not None else [k for k in self.threads if k.device == device]
        )
        found = ((key, thread.timeline.get(message_id)) for key in keys if (thread := self.threads.get(key)))
        return [(key, message) for key, message in found if message is not None]

    def _learn(self, device: Safe, contact: Contact, changes: Changes) -> None:
        name = contact.name or contact.push_name
        if name is None:
            return
        if contact.name:
            self._own_names.add((device, contact.jid))
        elif (device, contact.jid) in self._own_names:
            return
        self._name(device, contact.jid, name, changes)

    def _learn_push_name(self, device: Safe, message: Message, changes: Changes) -> None:
        jid = message.sender or message.chat
        if message.own or not message.sender_name or jid.endswith("@g.us"):
            return
        if (device, jid) not in self._own_names:
            self._name(device, jid, message.sender_name, changes)

    def _name(self, device: Safe, jid: Safe, name: Safe, changes: Changes) -> None:
        names = self.names.setdefault(device, {})
        before = names.get(jid)
        if before == name:
            return
        names[jid] = name
        changes.names = True
        chat = self.chats.get(ChatKey(device, jid))
        if chat is not None and not chat.group and chat.name in (before, number_of(jid)):
            self.chats[chat.key] = replace(chat, name=name)
            changes.chats.add(chat.key)

    def _stop_typing(self, key: ChatKey, sender: Safe, changes: Changes) -> None:
        people = self.typing.get(key)
        if people and people.pop(sender, None) is not None:
            changes.typing.add(key)
            if not people:
                del self.typing[key]

    def _arrange(self, key: ChatKey) -> bool:
        """Put a chat where it belongs now; whether it moved."""
        self._folded.pop(key, None)
        chat = self.chats.get(key)
        place = None if chat is None else (not chat.pinned, -chat.time, key)
        archived = chat is not None and chat.archived
        moved = self._inbox.put(key, None if archived else place)
        return self._archive.put(key, place if archived else None) or moved

    def _folded_name(self, key: ChatKey) -> str:
        folded = self._folded.get(key)
        if folded is None:
            folded = self._folded[key] = fold(f"{self.chats[key].name} {key.jid.partition('@')[0]}")
        return folded


def _incoming(messages: Iterable[Message]) -> list[Message]:
    """Leave out own messages and notices."""
    return [message for message in messages if not message.own and message.kind is not Kind.SYSTEM]


def _sent_at(message: Message) -> int:
    return message.time


def _newest_id(timeline: Timeline) -> Safe | None:
    return next((message.id for message in reversed(timeline) if not message.local), None)


def _same_message(old: Preview, new: Preview) -> bool:
    return old.id is not None and old.id == new.id


def _same_person(one: Reaction, other: Reaction) -> bool:
    return (one.own and other.own) or (one.sender is not None and one.sender == other.sender)
