"""What happens on the simulated phones, and what the gateway tells its clients about it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from watui.demo import chat_shapes, entries, events, files, message_shapes
from watui.demo.options import DemoOptions
from watui.demo.people import Person
from watui.demo.phone import Phone
from watui.demo.records import Chat, Message, Place

Json = dict[str, Any]
Emit = Callable[[str, str, Json], None]

_STATUS = "status@broadcast"
_ABOUT_DEVICE = {*events.BASIC, *(name for name in events.WIDE if name.startswith(("device", "connection")))}
_ABOUT_DEVICE.remove("message")


class Acts:
    """All phones, and the verbs that change them; each verb changes the world first and then emits."""

    def __init__(self, options: DemoOptions, emit: Emit) -> None:
        self.options = options
        self.full = options.profile == "full"
        self._emit = emit
        self._start = time.monotonic()
        self._epoch = options.now if options.now is not None else time.time()
        self.sends: list[Json] = []
        self.deeds: list[Json] = []
        """What the owners did to messages and chats through the gateway, see `note`."""
        self.on_sent: list[Callable[[Phone, Message], None]] = []
        self.on_fresh: list[Callable[[Phone], None]] = []
        """Called when the chat list that the gateway keeps for a phone is no longer good."""
        self.phones: dict[str, Phone] = {}
        self._made = 0
        for index in range(options.devices + options.unpaired):
            self.add_phone(paired=index < options.devices)

    def now(self) -> float:
        """Give the time of this world in epoch seconds."""
        return self._epoch + time.monotonic() - self._start

    def add_phone(self, *, paired: bool = False) -> Phone:
        """Create a device."""
        phone = Phone(self.options, self._made, self.now, paired=paired)
        self._made += 1
        self.phones[phone.id] = phone
        return phone

    def tell(self, phone: Phone, news: list[events.Event]) -> None:
        """Emit events to the clients of a phone, leaving out what the profile does not know.

        A device that is not ready hears of nothing but itself: what WhatsApp does meanwhile is missed.
        """
        for name, payload in news:
            if (self.full or name in events.BASIC) and (phone.ready or name in _ABOUT_DEVICE):
                self.emit(phone.id, name, payload)

    def emit(self, device: str, name: str, payload: Json) -> None:
        """Emit one event with the envelope that all have."""
        self._emit(device, name, {"deviceId": device, **payload, "timestamp": int(self.now() * 1000)})

    def chat_changed(self, phone: Phone, chat: Chat) -> None:
        """Tell the new state of a chat."""
        if self.full:
            self.tell(phone, events.chat_changed(chat_shapes.chat_item(phone, chat, full=True)))

    def note(self, phone: Phone, deed: str, chat: str, **more: object) -> None:
        """Write down what the owner did to a chat or to what is in it."""
        self.deeds.append({"device": phone.id, "deed": deed, "chat": chat, "at": self.now(), **more})

    def _fresh(self, phone: Phone) -> None:
        for called in self.on_fresh:
            called(phone)

    # -- messages ----------------------------------------------------------------------------------------

    def draft(self, phone: Phone, chat: Chat, *, mine: bool, author: str | None = None) -> Message:
        """Begin a message that is the next one of a chat."""
        if chat.is_group:
            author = phone.jid if mine else author or next(iter(chat.members), phone.jid)
        elif chat is not phone.broadcasts:
            author = None
        message = Message(phone.next_key(chat, mine=mine), chat.id, mine, int(self.now()), author=author)
        message.itself = chat.id == phone.jid
        sender = phone.jid if mine else author or chat.id
        message.push = (phone.name or "") if mine else phone.who(sender).push
        message.ack = 0 if mine else 1
        return message

    def incoming_chat(
        self, phone: Phone, chat_id: str, name: str | None, push: str | None
    ) -> tuple[Chat, bool]:
        """Find or make the chat of an incoming message, and say whether it is new."""
        if chat_id == _STATUS:
            return phone.broadcasts, False
        new = chat_id not in phone.chats
        if new and not chat_id.endswith("@g.us") and chat_id not in phone.people:
            phone.people[chat_id] = Person(chat_id, None, push or name or "")
        return phone.chat_for(chat_id, name), new

    def deliver(self, phone: Phone, chat: Chat, message: Message, *, new: bool = False) -> Message:
        """Let an incoming message arrive."""
        chat.added.append(message)
        if chat is not phone.broadcasts:
            self._fresh(phone)
            if message.type != "call_log":
                chat.unread += 1
        self.tell(phone, [("message", {"message": message_shapes.raw_message(phone, message)})])
        if new and not chat.is_group:
            self.tell(phone, events.contact_changed(chat_shapes.contact_item(phone, chat.id)))
        if chat is not phone.broadcasts:
            self.chat_changed(phone, chat)
        return message

    def send(
        self,
        phone: Phone,
        chat: Chat,
        text: str,
        *,
        media: Json | None = None,
        place: Place | None = None,
        quoted: str | None = None,
        mentions: tuple[str, ...] = (),
        at_phone: bool = False,
    ) -> Message:
        """Let the owner of a phone write a message; `at_phone` when not through the gateway."""
        message = self.draft(phone, chat, mine=True)
        message.body = text
        message.quoted = quoted
        message.mentions = mentions
        if media:
            message.type, message.media = files.taken(media)
        elif text.startswith("BEGIN:VCARD"):  # whatsapp-web.js makes a card of it (`parseVCards`)
            message.type, message.cards = "vcard", (text,)
        if place:
            message.type, message.place = "location", place
        return self.post(phone, chat, message, at_phone=at_phone)

    def post(
        self,
        phone: Phone,
        chat: Chat,
        message: Message,
        *,
        original: str | None = None,
        at_phone: bool = False,
    ) -> Message:
        """Let a message of the owner go out; `original` is the id of the one that it forwards."""
        chat.added.append(message)
        chat.unread = 0
        self.sends.append(entries.sent(phone.id, message, self.now(), original=original, at_phone=at_phone))
        if self.full:
            self.tell(phone, events.created(message.id, chat.id, message_shapes.raw_message(phone, message)))
        self.chat_changed(phone, chat)
        for called in self.on_sent:
            called(phone, message)
        return message

    def _held(self, phone: Phone, message_id: str) -> tuple[Chat, Message]:
        """Take a message for changing; raises KeyError when there is none with this id."""
        chat = phone.chats.get(message_id.partition("_")[2].partition("_")[0])
        place = chat.find(message_id) if chat else None
        if chat is None or place is None:
            raise KeyError(message_id)
        return chat, chat.touch(place)

    def has(self, phone: Phone, message_id: str) -> bool:
        """Say whether a message exists."""
        try:
            self._held(phone, message_id)
        except KeyError:
            return False
        return True

    def message(self, phone: Phone, message_id: str) -> Message:
        """Give a message by its serialized id; raises KeyError."""
        return self._held(phone, message_id)[1]

    def ack(self, phone: Phone, message_id: str, ack: int) -> None:
        """Set the delivery state of an own message, -1 to 4."""
        chat, message = self._held(phone, message_id)
        message.ack = ack
        self.tell(phone, events.acked(message.id, chat.id, ack))

    def edit(self, phone: Phone, message_id: str, text: str) -> None:
        """Change the text of a message."""
        chat, message = self._held(phone, message_id)
        message.body, message.edited = text, True
        self.tell(phone, events.edited(message.id, chat.id, text))
        if chat.last is message:
            self.chat_changed(phone, chat)

    def revoke(self, phone: Phone, message_id: str) -> None:
        """Delete a message for everyone; it stays as `revoked` (contract 2.10)."""
        chat, message = self._held(phone, message_id)
        message.type, message.body, message.media, message.place = "revoked", "", None, None
        message.quoted, message.cards, message.mentions = None, (), ()
        message.poll = message.call = message.notice = None
        message.invite, message.once = "", False
        message.reactions.clear()
        self.tell(phone, events.revoked(message.id, chat.id))
        if chat.last is message:
            self.chat_changed(phone, chat)

    def react(self, phone: Phone, message_id: str, emoji: str, sender: str | None = None) -> None:
        """Put a reaction of `sender`, oneself when None, on a message; an empty one takes it away."""
        chat, message = self._held(phone, message_id)
        sender = sender or phone.jid
        if emoji:
            message.reactions[sender] = emoji
        else:
            message.reactions.pop(sender, None)
        self.tell(phone, events.reacted(message.id, chat.id, sender, emoji))

    def star(self, phone: Phone, message_id: str, starred: bool) -> None:
        """Star a message or take the star away."""
        self._held(phone, message_id)[1].starred = starred

    def typing(self, phone: Phone, chat: str, user: str | None, on: bool) -> None:
        """Let somebody start or stop typing."""
        self.tell(phone, events.typing(chat, user or chat, on))

    # -- chats and devices -------------------------------------------------------------------------------

    def changed(self, phone: Phone, chat: Chat) -> None:
        """Let a chat that was changed from outside be seen at the next list."""
        self._fresh(phone)
        self.chat_changed(phone, chat)

    def mark_read(self, phone: Phone, chat: Chat) -> int:
        """Mark a chat as read and give how many were unread."""
        before, chat.unread = chat.unread, 0
        self._fresh(phone)
        self.chat_changed(phone, chat)
        return before

    def archive(self, phone: Phone, chat: Chat, archived: bool) -> None:
        """Archive a chat or bring it back."""
        chat.archived = archived
        self.note(phone, "archive" if archived else "unarchive", chat.id)
        self.chat_changed(phone, chat)

    def rename(self, phone: Phone, chat: Chat, name: str) -> None:
        """Give a chat another name, as a group's subject or in the address book."""
        chat.name = name
        if chat.is_group:
            self.tell(phone, events.group_renamed(chat.id, name, next(iter(chat.members), None)))
        else:
            phone.people[chat.id] = Person(chat.id, name, phone.who(chat.id).push)
            self.tell(phone, events.contact_changed(chat_shapes.contact_item(phone, chat.id)))
        self.chat_changed(phone, chat)

    def status(self, phone: Phone, status: str, reason: str | None = None) -> None:
        """Change the status of a device and tell it as the real gateway would (contract 3.2)."""
        phone.status = phone.listed = status
        phone.seen = int(self.now() * 1000)
        news: list[events.Event] = []
        if status == "disconnected":
            news.append(("disconnected", {"reason": reason or "LOGOUT"}))
        elif status == "error":
            news.append(("state", {"status": "error"}))
        elif status == "qr":
            news.append(("qr", {"qr": phone.qr or ""} if self.options.qr_text else {}))
        elif status == "ready":
            news.append(("ready", {}))
        self.tell(phone, news + events.device_changed(status, reason))

    def delete(self, phone: Phone) -> None:
        """Delete a device; its clients stay connected (contract 3.2)."""
        del self.phones[phone.id]
        self.tell(phone, [("disconnected", {"reason": "Device deleted"}), ("device-deleted", {})])
