"""What is on screen: the only place where it changes.

Pure: no input or output, no Textual, no clock. `apply` takes what happened and says which rows moved, so
that a pane redraws a row and not itself. What is known of chats is in the chat book, what of messages in the
threads; here is what each event means to both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import singledispatchmethod
from itertools import groupby
from typing import cast

from watui import events as ev
from watui.caps import USUAL
from watui.changes import Arrival, Changes
from watui.chatbook import ChatBook
from watui.models import (
    PLAIN,
    Chat,
    ChatKey,
    Device,
    Dress,
    Health,
    Kind,
    Link,
    LinkState,
    Member,
    Message,
    Stats,
)
from watui.names import Person
from watui.revisions import Revision, revised
from watui.rows import EVERYTHING, Listing, Rows
from watui.text import Safe
from watui.threads import Thread, Threads

__all__ = ["SILENCE", "TYPING_SECONDS", "Changes", "Store", "Thread"]

TYPING_SECONDS = 20.0
"""How long somebody counts as typing when no stop is heard."""


SILENCE = 60.0
"""Seconds without an event after which it is shown how long ago the last one was."""


class Store:
    """All that is known of every device, in the order in which it is shown."""

    def __init__(self) -> None:
        self.devices: dict[Safe, Device] = {}
        self.links: dict[Safe, Link] = {}
        self.dresses: dict[Safe, Dress] = {}
        """What the person set for devices."""
        self.healths: dict[Safe, Health] = {}
        self.stats: dict[Safe, Stats] = {}
        self.reconnects: dict[Safe, ev.Reconnected] = {}
        """How often each device's live connection came about anew, on the last day on which it did."""
        self.caps = USUAL
        """What the gateway can do, as far as it is known."""
        self.members: dict[ChatKey, list[Member]] = {}
        """Who is in a group, as far as that was asked."""
        self.abouts: dict[ChatKey, Safe] = {}
        """What groups say of themselves, as far as that was asked."""
        self.trouble = Safe("")
        """What is wrong with the archive."""
        self.threads = Threads()
        self.typing: dict[ChatKey, dict[Safe, float]] = {}
        self.heard: dict[Safe, float] = {}
        """When each device's connection last told anything, by the monotonic clock in seconds."""
        self._book = ChatBook(self.threads)
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
        changes.order |= self._book.arrange(changes.chats)
        if changes.moved:
            moved = changes.moved
            changes.arrived = [
                each._replace(chat=moved.get(each.chat, each.chat)) for each in changes.arrived
            ]
        return changes

    def expire(self, now: float) -> Changes:
        """Forget those who were typing and were not heard of again."""
        changes = Changes()
        for key, people in list(self.typing.items()):
            for sender in [sender for sender, until in people.items() if until <= now]:
                self._stop_typing(key, sender, changes)
        return changes

    # What there is to show.

    @property
    def chats(self) -> dict[ChatKey, Chat]:
        """Every chat by its key."""
        return self._book.chats

    @property
    def names(self) -> Mapping[Safe, Mapping[Safe, Safe]]:
        """For each device the best known name of each jid."""
        return self._book.names

    @property
    def reading(self) -> ChatKey | None:
        """The chat whose newest message the person is looking at; it collects no unread messages."""
        return self._book.reading

    @reading.setter
    def reading(self, key: ChatKey | None) -> None:
        self._book.reading = key

    def rows(self, query: str = "", within: Rows | None = None, listing: Listing = EVERYTHING) -> Rows:
        """Give the chats of a listing in order, or those that `query` finds by name or number.

        `within` is an earlier answer for a beginning of the same query, so that each further key costs less.
        Archived chats show only when they are asked for.
        """
        return self._book.listings.rows(query, within, listing)

    def unread(self) -> tuple[int, int]:
        """Count unread messages and the chats that hold them, muted and archived ones left out."""
        return self._book.listings.unread

    def unread_of(self, device: Safe) -> int:
        """Count the unread messages of one device, muted and archived chats left out."""
        return self._book.listings.unread_of(device)

    def next_unread(self, after: ChatKey | None, step: int = 1) -> ChatKey | None:
        """Give the next chat with unread messages, or with -1 the one before; `None` if no other has any."""
        found = self.rows().next_unread(after, step)
        return None if found == after else found

    def hold(self, key: ChatKey | None) -> bool:
        """Keep a chat listed among the unread ones while it is open; whether another one went for that."""
        return self._book.arrange(self._book.listings.hold(key))

    def thread(self, key: ChatKey) -> Thread:
        """Give the thread of a chat, empty if nothing of it is known."""
        return self.threads.of(key)

    def names_of(self, device: Safe) -> Mapping[Safe, Safe]:
        """Give the names that one device knows; the mapping stays the same and grows."""
        return self._book.people(device).known

    def people(self, device: Safe) -> list[Person]:
        """List the people that a device knows, in no order."""
        return self._book.people(device).everybody()

    def person(self, device: Safe, jid: Safe) -> Person:
        """Tell what a device knows of somebody."""
        return self._book.people(device).person(jid)

    def key(self, device: Safe, jid: Safe) -> ChatKey:
        """Tell under which key the chat with somebody is filed, who may have two jids."""
        return self._book.key(device, jid)

    def keys(self, key: ChatKey) -> tuple[ChatKey, ...]:
        """Give the keys of both jids of whom a chat is with, or the one that there is."""
        twin = self._book.people(key.device).twin(key.jid)
        return (key,) if twin is None else (key, ChatKey(key.device, twin))

    def is_oneself(self, key: ChatKey) -> bool:
        """Whether a jid is the device's own."""
        return self._book.people(key.device).is_oneself(key.jid)

    # One method for each thing that can happen.

    def _hear(self, device: Safe, changes: Changes) -> None:
        """Note that a connection told something; after a long silence that is to be seen at once."""
        if self._now - self.heard.get(device, self._now) >= SILENCE:
            changes.devices = True
        self.heard[device] = self._now

    def _arrive(self, run: Iterable[ev.MessageArrived], device: Safe, changes: Changes) -> None:
        """Take in a run of live messages; a flood of them costs each chat's row once."""
        new: dict[ChatKey, list[Message]] = {}
        self._hear(device, changes)
        for event in run:
            message = event.message
            key = self._book.key(device, message.chat)
            self._book.learn_chosen(device, message, changes)
            self._stop_typing(key, message.sender or message.chat, changes)
            if event.chat_name and key not in self.chats:
                self._book.begin(key, event.chat_name, changes)
            if self.thread(key).timeline.put(message) and not event.again:
                new.setdefault(key, []).append(message)
            changes.threads.add(key)
        for key, messages in new.items():
            self._book.show_last(key, max(reversed(messages), key=_sent_at), changes)
            self._book.count(key, messages, changes)

    @singledispatchmethod
    def _apply(self, event: object, device: Safe, changes: Changes) -> None:
        raise TypeError(type(event).__name__)

    @_apply.register
    def _(self, event: ev.LinkChanged, device: Safe, changes: Changes) -> None:
        before = self.links.get(device)
        if event.link.state is LinkState.LIVE and (before is None or before.state is not LinkState.LIVE):
            self.heard[device] = self._now
        self.links[device] = event.link
        changes.devices = True

    @_apply.register
    def _(self, event: ev.ArchiveTroubled, device: Safe, changes: Changes) -> None:
        self.trouble = event.words
        changes.devices = True

    @_apply.register
    def _(self, event: ev.DeviceChanged, device: Safe, changes: Changes) -> None:
        dress = self.dresses.get(event.device.id, PLAIN)
        self.devices[event.device.id] = replace(event.device, dress=dress)
        self._book.learn_oneself(event.device.id, event.device.number, changes)
        changes.devices = True

    @_apply.register
    def _(self, event: ev.DeviceDressed, device: Safe, changes: Changes) -> None:
        self.dresses[device] = event.dress
        if device in self.devices:
            self.devices[device] = replace(self.devices[device], dress=event.dress)
        self._book.hide(device, changes, hidden=event.dress.hidden)
        changes.devices = True

    @_apply.register
    def _(self, event: ev.DeviceMade, device: Safe, changes: Changes) -> None:
        changes.made.append((device, event.instead_of))

    @_apply.register
    def _(self, event: ev.AccountChanged, device: Safe, changes: Changes) -> None:
        self._forget(device, changes)
        changes.devices = True

    @_apply.register
    def _(self, event: ev.DeviceReplaced, device: Safe, changes: Changes) -> None:
        self._book.replace_device(event.old, device, changes)

    @_apply.register
    def _(self, event: ev.DeviceFailed, device: Safe, changes: Changes) -> None:
        changes.refused.append((device, event.words))

    @_apply.register
    def _(self, event: ev.HealthTold, device: Safe, changes: Changes) -> None:
        self.healths[device] = event.health
        changes.measured.add(device)

    @_apply.register
    def _(self, event: ev.StatsTold, device: Safe, changes: Changes) -> None:
        self.stats[device] = event.stats
        changes.measured.add(device)

    @_apply.register
    def _(self, event: ev.Reconnected, device: Safe, changes: Changes) -> None:
        self.reconnects[device] = event
        changes.measured.add(device)

    @_apply.register
    def _(self, event: ev.DeviceRemoved, device: Safe, changes: Changes) -> None:
        # What was set for it is kept, as it is in the archive: it may only be missing from one list.
        for told in (self.devices, self.links, self.healths, self.stats, self.reconnects):
            told.pop(event.device, None)
        changes.devices = True
        self._forget(event.device, changes)

    def _forget(self, device: Safe, changes: Changes) -> None:
        """Drop the chats of a device."""
        self._book.forget(device, changes)
        for known in (self.threads, self.typing):
            for key in [key for key in known if key.device == device]:
                changes.threads.add(key)
                del known[key]

    @_apply.register
    def _(self, event: ev.ChatsListed, device: Safe, changes: Changes) -> None:
        self._book.listed(device, event.chats, changes)

    @_apply.register
    def _(self, event: ev.ChatChanged, device: Safe, changes: Changes) -> None:
        self._book.put(event.chat, changes)

    @_apply.register
    def _(self, event: ev.ContactsListed, device: Safe, changes: Changes) -> None:
        self._book.learn(device, event.contacts, changes)

    @_apply.register
    def _(self, event: ev.HistoryRead, device: Safe, changes: Changes) -> None:
        key = self._book.key(device, event.chat)
        for message in event.messages:
            self._book.learn_chosen(device, message, changes)
        last = next((m for m in reversed(event.messages) if m.kind is not Kind.MISSING), None)
        if key in self.threads:  # any other is read when it is opened
            self.threads[key].read(event)
            changes.threads.add(key)
            # Richer than the page's own copy may be.
            last = last and self.threads[key].timeline.get(last.id)
        if event.newest and last is not None:
            self._book.show_last(key, last, changes)
        # The list that went before has counted them already.
        news = [message for message in event.messages if message.id in event.news]
        changes.arrived += [Arrival(key, each, self._book.is_for_me(key, each)) for each in news]

    @_apply.register
    def _(self, event: ev.GapsChanged, device: Safe, changes: Changes) -> None:
        key = self._book.key(device, event.chat)
        if key in self.threads:
            self.threads[key].mark_gaps(event.gaps)
            changes.threads.add(key)

    @_apply.register
    def _(self, event: ev.Queued, device: Safe, changes: Changes) -> None:
        key = self._book.key(device, event.message.chat)
        self.thread(key).timeline.put(event.message)
        changes.threads.add(key)
        self._book.show_last(key, event.message, changes)

    @_apply.register
    def _(self, event: ev.Discarded, device: Safe, changes: Changes) -> None:
        key = self._book.key(device, event.chat)
        timeline = self.thread(key).timeline
        timeline.remove(event.local_id)
        changes.threads.add(key)
        newest = next((m for m in reversed(timeline) if m.kind is not Kind.MISSING), None)
        if newest is not None:
            self._book.show_last(key, newest, changes, replacing=event.local_id)

    @_apply.register
    def _(self, event: ev.Settled, device: Safe, changes: Changes) -> None:
        key = self._book.key(device, event.message.chat)
        timeline = self.thread(key).timeline
        if event.message.id != event.local_id:
            timeline.remove(event.local_id)
            changes.renamed[event.local_id] = event.message.id
        timeline.put(event.message)
        if event.message.local:
            timeline.replace(event.message.id, event.message)
        changes.threads.add(key)
        self._book.show_last(key, event.message, changes, replacing=event.local_id)

    @_apply.register
    def _(self, event: ev.Uncovered, device: Safe, changes: Changes) -> None:
        changes.uncovered = True

    @_apply.register
    def _(self, event: ev.OlderMissed, device: Safe, changes: Changes) -> None:
        changes.missed.add(self._book.key(device, event.chat))

    @_apply.register(ev.Acked)
    @_apply.register(ev.Edited)
    @_apply.register(ev.Revoked)
    @_apply.register(ev.Reacted)
    @_apply.register(ev.Starred)
    @_apply.register(ev.MediaKnown)
    def _(self, event: Revision, device: Safe, changes: Changes) -> None:
        if not isinstance(event, ev.Acked | ev.MediaKnown):  # which may be the answer to a question
            self._hear(device, changes)
        for message_id in event.ids if isinstance(event, ev.Acked) else (event.id,):
            for key, message in self._find(device, message_id, event.chat):
                now = revised(message, event)
                if now is not message:
                    self._put(key, now, changes)

    @_apply.register
    def _(self, event: ev.Typed, device: Safe, changes: Changes) -> None:
        self._hear(device, changes)
        key = self._book.key(device, event.chat)
        if event.on:
            self.typing.setdefault(key, {})[event.sender] = self._now + TYPING_SECONDS
            changes.typing.add(key)
        else:
            self._stop_typing(key, event.sender, changes)

    @_apply.register
    def _(self, event: ev.ChatRead, device: Safe, changes: Changes) -> None:
        self._book.read(self._book.key(device, event.chat), changes, here_only=event.here_only)

    @_apply.register
    def _(self, event: ev.ChatKept, device: Safe, changes: Changes) -> None:
        self._book.keep(self._book.key(device, event.chat), event.kept, changes)

    @_apply.register
    def _(self, event: ev.ChatCleared, device: Safe, changes: Changes) -> None:
        key = self._book.key(device, event.chat)
        if key in self.threads:
            self.threads[key].clear()
            changes.threads.add(key)
        self._book.cleared(key, changes, deleted=event.deleted)

    @_apply.register
    def _(self, event: ev.MembersListed, device: Safe, changes: Changes) -> None:
        key = self._book.key(device, event.chat)
        self.members[key] = event.members
        self.abouts[key] = event.about
        changes.members.add(key)

    @_apply.register
    def _(self, event: ev.CapsKnown, device: Safe, changes: Changes) -> None:
        self.caps = event.caps
        changes.caps = True

    @_apply.register
    def _(self, event: ev.Carried, device: Safe, changes: Changes) -> None:
        changes.carried.append((self._book.key(device, event.command.chat), event.command))

    @_apply.register
    def _(self, event: ev.Failed, device: Safe, changes: Changes) -> None:
        key = self._book.key(device, event.command.chat)
        changes.failed.append((key, event.command, event.words))

    @_apply.register(ev.Fetching)
    @_apply.register(ev.Fetched)
    @_apply.register(ev.Oversized)
    def _(self, event: ev.Fetching | ev.Fetched | ev.Oversized, device: Safe, changes: Changes) -> None:
        changes.fetched.append((self._book.key(device, event.command.chat), event))

    # What those share.

    def _find(self, device: Safe, message_id: Safe, chat: Safe | None) -> list[tuple[ChatKey, Message]]:
        key = self._book.key(device, chat) if chat is not None else None
        return self.threads.find(device, message_id, key)

    def _put(self, key: ChatKey, message: Message, changes: Changes) -> None:
        timeline = self.thread(key).timeline
        timeline.replace(message.id, message)
        changes.threads.add(key)
        if timeline[-1].id == message.id:
            self._book.show_last(key, message, changes)

    def _stop_typing(self, key: ChatKey, sender: Safe, changes: Changes) -> None:
        people = self.typing.get(key)
        if people and people.pop(sender, None) is not None:
            changes.typing.add(key)
            if not people:
                del self.typing[key]


def _sent_at(message: Message) -> int:
    return message.time
