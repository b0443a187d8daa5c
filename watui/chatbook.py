"""What is known of each chat: its name, its last message, what of it is unread and whether it names oneself.

Lists of the gateway lag behind events, count what events count too, and know one person under two jids; what
of them is news is decided here.
"""

from collections.abc import Iterable
from dataclasses import replace

from watui.changes import Arrival, Changes
from watui.kept import KeptChats
from watui.listing import Listings
from watui.models import LOCAL_PREFIX, Chat, ChatKey, Contact, Kept, Message, number_of, preview_of
from watui.names import HIDDEN, Names
from watui.text import Safe
from watui.threads import Threads


class ChatBook:
    """The chats of every device, and the people that they are with."""

    def __init__(self, threads: Threads) -> None:
        self.chats: dict[ChatKey, Chat] = {}
        self.listings = Listings(self.chats)
        self.names: dict[Safe, dict[Safe, Safe]] = {}
        """For each device the best known name of each jid."""
        self.reading: ChatKey | None = None
        """The chat whose newest message the person is looking at; it collects no unread messages."""
        self._threads = threads
        self._people: dict[Safe, Names] = {}
        self._twins: dict[ChatKey, ChatKey] = {}
        self._counted: dict[ChatKey, tuple[Safe | None, int]] = {}
        self._read_here: dict[ChatKey, int] = {}
        self._kept = KeptChats()

    def people(self, device: Safe) -> Names:
        """Give those whom a device knows."""
        names = self._people.get(device)
        if names is None:
            names = self._people[device] = Names()
            self.names[device] = names.known
        return names

    def key(self, device: Safe, jid: Safe) -> ChatKey:
        """Tell under which key a chat is filed: that of the other jid where a person has two."""
        return self._filed(ChatKey(device, jid))

    def _filed(self, key: ChatKey) -> ChatKey:
        people = self._people.get(key.device)
        if people is None or not people.pairs:
            return key
        if key in self._twins:
            return self._twins[key]
        jid = people.twin(key.jid)
        other = key if jid is None else ChatKey(key.device, jid)
        if key not in self.chats and other in self.chats:
            self._twins[key] = other
            return other
        return key

    def arrange(self, keys: Iterable[ChatKey]) -> bool:
        """Put chats where they belong now; whether any order is another."""
        return self.listings.arrange([(key, self._number(key)) for key in keys])

    def _number(self, key: ChatKey) -> str:
        """Give the digits under which a chat is found: those of a person, or of the id of anything else."""
        people = self._people.get(key.device)
        number = people.number(key.jid) if people is not None else ""
        user = key.jid.partition("@")[0]
        # Ids of old groups begin with the number of whoever made them, who is not meant.
        return number or ("" if "-" in user else user)

    # What the gateway says of chats.

    def listed(self, device: Safe, chats: Iterable[Chat], changes: Changes) -> None:
        """Take in the whole list of a device."""
        listed = {chat.key: chat for chat in chats}
        if self.people(device).pairs:
            listed = self._brought_together(device, listed, changes)
        for chat in listed.values():
            self._put(chat, changes)
        for key in [key for key in self.chats if key.device == device and key not in listed]:
            # A chat that the list does not have but that holds messages seen here is kept (lists lag).
            if key not in self._threads or not self._threads[key].timeline:
                del self.chats[key]
                changes.chats.add(key)

    def put(self, chat: Chat, changes: Changes) -> None:
        """Take in what the gateway says of one chat, as far as it is not older than what is known here."""
        self._put(self._refiled(chat, changes), changes)

    def _put(self, chat: Chat, changes: Changes) -> None:
        key = chat.key
        chat = self._kept.put_in(chat)
        old = self.chats.get(key)
        if chat == old and not (chat.unread and key == self.reading):
            self._note_counted(chat)
            return
        if old is not None and self._lags(chat, old):
            chat = replace(chat, time=old.time, preview=old.preview, unread=old.unread)
        else:
            self._note_counted(chat)
            if old is not None and old.time > chat.time:  # a text of our own is last, which no list names
                chat = replace(chat, time=old.time, preview=old.preview)
            elif old is not None and old.preview and chat.preview and _same_last(old, chat):
                # Lists name neither the type nor the sender of the last message; events do.
                ack = max((a for a in (old.preview.ack, chat.preview.ack) if a is not None), default=None)
                chat = replace(chat, preview=replace(old.preview, ack=ack))
        if chat.time <= self._read_here.get(key, 0):
            chat = replace(chat, unread=0)
        elif key == self.reading and chat.unread:
            # Nothing new for whoever looks at it; what was unread is so until the gateway is told.
            changes.looked_at = True
            chat = replace(chat, unread=min(chat.unread, old.unread if old is not None else 0))
        if old is not None and old.mentioned and chat.unread:
            chat = replace(chat, mentioned=True)
        name = self._name(key, chat.name, changes)
        if name != chat.name:
            chat = replace(chat, name=name)
        if chat != old:
            self.chats[key] = chat
            changes.chats.add(key)

    def begin(self, key: ChatKey, name: Safe, changes: Changes) -> Chat:
        """File a chat that no list had yet, under the name that came with its first message."""
        chat = Chat(key, self._name(key, name, changes), group=key.jid.endswith("@g.us"))
        self.chats[key] = chat
        return chat

    def read(self, key: ChatKey, changes: Changes, *, here_only: bool) -> None:
        """Count nothing of a chat as unread any more."""
        chat = self.chats.get(key)
        if chat is None:
            return
        if here_only or key in self._twins.values():  # the gateway goes on counting the other half
            self._read_here[key] = chat.time
        if chat.unread or chat.mentioned:
            self.chats[key] = replace(chat, unread=0, mentioned=False)
            changes.chats.add(key)

    def keep(self, key: ChatKey, kept: Kept | None, changes: Changes) -> None:
        """Take in what the person set for a chat and only this watui knows."""
        chat = self._kept.set(key, kept, self.chats.get(key))
        if chat is not None:
            self.chats[key] = chat
            changes.chats.add(key)

    def hide(self, device: Safe, changes: Changes, *, hidden: bool) -> None:
        """Put the chats of a device out of sight, or bring them back."""
        if self.listings.hide(device, hidden=hidden):
            changes.chats.update(key for key in self.chats if key.device == device)
            changes.order = True

    def cleared(self, key: ChatKey, changes: Changes, *, deleted: bool) -> None:
        """Know nothing of a chat's messages any more, or nothing of the chat."""
        chat = self.chats.get(key)
        if chat is None:
            return
        if deleted:
            del self.chats[key]
        else:
            self.chats[key] = replace(chat, preview=None, unread=0, mentioned=False)
        changes.chats.add(key)

    def replace_device(self, old: Safe, new: Safe, changes: Changes) -> None:
        """File the chats of a device under another one, which has taken its place."""
        for before in [key for key in self.chats if key.device == old]:
            now = ChatKey(new, before.jid)
            if now in self.chats:  # both count the same messages
                most = max(self.chats[now].unread, self.chats[before].unread)
                self.chats[now] = replace(self.chats[now], unread=most)
                self.chats[before] = replace(self.chats[before], unread=0)
            if before in self._read_here:
                self._read_here[now] = max(self._read_here.pop(before), self._read_here.get(now, 0))
                for key in (now, before):
                    if key in self.chats and self._read_here[now] >= self.chats[key].time:
                        self.chats[key] = replace(self.chats[key], unread=0)
            self._refile(before, now, changes)
        for before in [key for key in self._threads if key.device == old]:  # no list has had a chat of it
            self._refile(before, ChatKey(new, before.jid), changes)

    def forget(self, device: Safe, changes: Changes) -> None:
        """Drop everything of a device that is gone."""
        for key in [key for key in self.chats if key.device == device]:
            del self.chats[key]
            changes.chats.add(key)
        for known in (self._counted, self._read_here, self._twins):
            for key in [key for key in known if key.device == device]:
                del known[key]
        self._kept.forget(device)
        self.names.pop(device, None)
        self._people.pop(device, None)

    # What messages say of chats.

    def show_last(
        self, key: ChatKey, message: Message, changes: Changes, replacing: Safe | None = None
    ) -> None:
        """Make a message the last one of its chat, unless a later one is known."""
        chat = self.chats.get(key)
        known = chat is not None
        chat = chat or self.begin(key, number_of(key.jid), changes)
        shown = chat.preview.id if chat.preview else None
        if message.time < chat.time and shown not in (message.id, replacing):
            return
        preview = preview_of(message)
        if preview.ack is None and chat.preview is not None and shown == message.id:
            preview = replace(preview, ack=chat.preview.ack)
        if known and chat.preview == preview and chat.time == message.time:
            return
        self.chats[key] = replace(chat, time=message.time, preview=preview)
        changes.chats.add(key)

    def count(self, key: ChatKey, new: list[Message], changes: Changes) -> None:
        """Count messages seen for the first time, but for own ones and notices."""
        theirs = [message for message in new if message.incoming]
        chat = self.chats.get(key)
        told = [Arrival(key, each, self.is_for_me(key, each)) for each in theirs]
        changes.arrived += told
        uncounted = sum(not self._is_counted(key, message) for message in theirs)
        if chat is None or key == self.reading or not chat.unread + uncounted:
            return
        mentioned = chat.mentioned or any(each.for_me for each in told)
        if uncounted or mentioned != chat.mentioned:
            self.chats[key] = replace(chat, unread=chat.unread + uncounted, mentioned=mentioned)
            changes.chats.add(key)

    def is_for_me(self, key: ChatKey, message: Message) -> bool:
        """Whether a group's message names the device's own number, or answers something written with it."""
        chat = self.chats.get(key)
        if chat is None or not chat.group:
            return False
        is_own = self.people(key.device).is_oneself
        if any(map(is_own, message.mentions)):
            return True
        quote = message.quote
        if quote is None:
            return False
        quoted = self._threads.of(key).timeline.get(quote.id) if quote.id else None
        if quoted is not None:
            return quoted.own
        by_own = quote.sender is not None and is_own(quote.sender)
        return by_own or (quote.id or "").startswith("true_")

    # Who is who.

    def learn_oneself(self, device: Safe, number: Safe | None, changes: Changes) -> None:
        """Take in the number of a device, by which its owner is known to others."""
        self._rename(device, self.people(device).learn_oneself(number or ""), changes)

    def learn(self, device: Safe, contacts: Iterable[Contact], changes: Changes) -> None:
        """Take in people, and bring together the chats of those who turn out to be one."""
        people = self.people(device)
        for contact in contacts:
            self._rename(device, people.learn(contact), changes)
            twin = people.twin(contact.jid) if contact.jid.endswith(HIDDEN) else None
            if twin is not None:
                one, other = ChatKey(device, contact.jid), ChatKey(device, twin)
                if one in self.chats and other in self.chats:
                    self._join(one, other, changes)
                changes.chats.update(key for key in (one, other) if key in self.chats)

    def learn_chosen(self, device: Safe, message: Message, changes: Changes) -> None:
        """Take in the name that came with a message."""
        jid = message.sender or message.chat
        if not message.own and message.sender_name and not jid.endswith("@g.us"):
            self._rename(device, self.people(device).learn_chosen(jid, message.sender_name), changes)

    def _name(self, key: ChatKey, listed: Safe, changes: Changes) -> Safe:
        """Name a chat: one of two by its person, any other by what the gateway calls it."""
        if key.jid.endswith("@g.us"):
            return listed
        people = self.people(key.device)
        renamed = people.learn_listed(key.jid, listed)
        if renamed:
            self._rename(key.device, renamed, changes)
        return people.of(key.jid)

    def _rename(self, device: Safe, jids: Iterable[Safe], changes: Changes) -> None:
        for jid in jids:
            changes.names = True
            chat = self.chats.get(ChatKey(device, jid))
            if chat is not None and not chat.group:
                self.chats[chat.key] = replace(chat, name=self.people(device).of(jid))
                changes.chats.add(chat.key)

    def _brought_together(
        self, device: Safe, listed: dict[ChatKey, Chat], changes: Changes
    ) -> dict[ChatKey, Chat]:
        """Make one of what the gateway lists as two chats of a person."""
        for key in listed:
            twin = self.people(device).twin(key.jid) if key.jid.endswith(HIDDEN) else None
            if twin is not None and ChatKey(device, twin) in listed:
                self._join(key, ChatKey(device, twin), changes)
        together: dict[ChatKey, Chat] = {}
        for chat in listed.values():
            one = self._refiled(chat, changes)
            if one.key in together:
                one = replace(_joined(together[one.key], one), name=self._name(chat.key, chat.name, changes))
            together[one.key] = one
        return together

    def _refiled(self, chat: Chat, changes: Changes) -> Chat:
        """Give a chat as it is filed, which may be under the person's other jid and by a better name."""
        key = self._filed(chat.key)
        if key == chat.key:
            return chat
        return replace(chat, key=key, name=self._name(chat.key, chat.name, changes))

    def _join(self, old: ChatKey, new: ChatKey, changes: Changes) -> None:
        """File one chat under the key of another from here on."""
        if old in self._twins or new in self._twins:
            return
        self._twins[old] = new
        self._refile(old, new, changes)

    def _refile(self, old: ChatKey, new: ChatKey, changes: Changes) -> None:
        """Move what is known of a chat to another key."""
        known = self.chats.pop(old, None)
        if known is not None:
            known = replace(known, key=new)
            other = self.chats.get(new)
            self.chats[new] = known if other is None else _joined(other, known)
            changes.chats.update((old, new))
        kept = self._kept.move(old, new)
        if kept is not None and new in self.chats:
            self.chats[new] = self._kept.set(new, kept, self.chats[new]) or self.chats[new]
        if known is not None or old in self._threads:
            self._threads.move(old, new)
            changes.threads.add(new)
            changes.moved[old] = new
        if self.reading == old:
            self.reading = new
        self._counted.pop(old, None)

    # What lists have counted.

    def _lags(self, chat: Chat, old: Chat) -> bool:
        """Whether a listed chat is older than what is known here (own sends, fast events; contract 2.4)."""
        time = old.time
        if old.preview is not None and (old.preview.id or "").startswith(LOCAL_PREFIX):
            # Which no gateway has, and of a time by another clock.
            timeline = self._threads.of(chat.key).timeline
            newest = timeline.get(timeline.newest or "")
            time = newest.time if newest is not None else 0
        if time != chat.time:
            return time > chat.time
        last = chat.preview.id if chat.preview else None
        return self._threads.holds(chat.key, last) and self._threads[chat.key].timeline.newest != last

    def _note_counted(self, chat: Chat) -> None:
        """Remember up to which message a listing has counted, if that message has not arrived yet."""
        last = chat.preview.id if chat.preview else None
        if chat.unread and not self._threads.holds(chat.key, last):
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


def _joined(one: Chat, other: Chat) -> Chat:
    """Bring together what is known of a person's two chats."""
    latest = other if other.time > one.time else one
    return replace(
        latest,
        unread=one.unread + other.unread,
        pinned=one.pinned or other.pinned,
        muted=one.muted or other.muted,
        archived=one.archived and other.archived,
        mentioned=one.mentioned or other.mentioned,
    )


def _same_last(old: Chat, new: Chat) -> bool:
    """Whether two listings tell of one last message, of which some do not give the id."""
    one, other = old.preview, new.preview
    if one is None or other is None:
        return False
    if one.id is not None and other.id is not None:
        return one.id == other.id
    same = old.time == new.time and one.own == other.own
    return same and (not other.text or other.text == one.text)
