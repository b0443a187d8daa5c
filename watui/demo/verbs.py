"""What a test or the control port can make happen: each verb is a method, and a route of the same name."""

from __future__ import annotations

import base64
from typing import Any

from watui.demo import chat_shapes, files, message_shapes
from watui.demo.acts import Acts
from watui.demo.pairing import Pairing
from watui.demo.people import Person
from watui.demo.phone import Phone
from watui.demo.records import Chat, Media, Place
from watui.demo.story import Story

Json = dict[str, Any]

_MIMETYPES = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "ptt": "audio/ogg; codecs=opus",
    "audio": "audio/mpeg",
    "sticker": "image/webp",
    "document": "application/pdf",
}


class Verbs:
    """Everything that can be done to the simulated phones.

    `device` is a device id, `None` the first one. An unknown device, chat or message raises KeyError (404 on
    the control port), a wrong argument ValueError or TypeError (400).
    """

    acts: Acts
    pairing: Pairing

    def handset(self, device: str | None = None) -> Phone:
        """Give the simulated phone of a device."""
        return self.acts.phones[device] if device else next(iter(self.acts.phones.values()))

    def message(
        self,
        device: str | None,
        chat: str,
        text: str = "",
        *,
        type: str = "chat",  # noqa: A002 - the word of the wire
        sender: str | None = None,
        name: str | None = None,
        subject: str | None = None,
        filename: str | None = None,
        quoted: str | None = None,
        mentions: tuple[str, ...] | list[str] = (),
        location: Json | None = None,
        media: Json | None = None,
        forwards: int = 0,
        raw: Json | None = None,
    ) -> str:
        """Let a message arrive and give its id; chat and contact are made when they are unknown.

        `sender` is the member's jid in groups and statuses, `name` the sender's push name, `subject` the
        group's subject from now on. `media` may hold `mimetype`, `data` (base64), `size`, `width`, `height`,
        `duration` (s), `expired` (WhatsApp no longer has the file); `location` `latitude`, `longitude`,
        `name`, `address`. `raw` is merged deeply into the raw message, for socket and REST.
        """
        phone = self.handset(device)
        home, new = self.acts.incoming_chat(phone, chat, subject, name)
        if sender and home.is_group and sender not in home.members:
            home.members.append(sender)
        writer = sender or (next(iter(home.members), chat) if home.is_group else chat)
        if name is not None:
            phone.people[writer] = Person(
                writer, phone.who(writer).name if writer in phone.people else None, name
            )
        if subject is not None and home.name != subject:
            self.acts.rename(phone, home, subject)
        message = self.acts.draft(phone, home, mine=False, author=writer)
        message.type, message.body, message.quoted = type, text, quoted
        message.mentions, message.forwards, message.raw = tuple(mentions), forwards, raw
        if name is not None:
            message.push = name
        if type == "vcard":
            message.cards = (text,)
        if location is not None:
            message.type, message.place = "location", Place(**location)
        if type in _MIMETYPES or media is not None or filename is not None:
            message.media = _media(type, filename, media or {})
            message.type = type if type in _MIMETYPES else "document"
        self.acts.deliver(phone, home, message, new=new)
        return message.id

    def phone(self, device: str | None, chat: str, text: str, *, quoted: str | None = None) -> str:
        """Let the owner type a message on the phone itself and give its id."""
        handset = self.handset(device)
        return self.acts.send(handset, handset.chat_for(chat), text, quoted=quoted, at_phone=True).id

    def ack(self, device: str | None, id: str, ack: int) -> None:  # noqa: A002
        """Set the delivery state of an own message."""
        self.acts.ack(self.handset(device), id, ack)

    def edit(self, device: str | None, id: str, text: str) -> None:  # noqa: A002
        """Change the text of a message."""
        self.acts.edit(self.handset(device), id, text)

    def revoke(self, device: str | None, id: str) -> None:  # noqa: A002
        """Delete a message for everyone."""
        self.acts.revoke(self.handset(device), id)

    def react(self, device: str | None, id: str, emoji: str, sender: str | None = None) -> None:  # noqa: A002
        """Put a reaction on a message; `sender` None is the owner, an empty emoji takes it away."""
        self.acts.react(self.handset(device), id, emoji, sender)

    def typing(self, device: str | None, chat: str, user: str | None = None, on: bool = True) -> None:
        """Let somebody start or stop typing."""
        self.acts.typing(self.handset(device), chat, user, on)

    def device(self, device: str | None, status: str, reason: str | None = None) -> None:
        """Change the status of a device; `qr` starts to offer codes."""
        handset = self.handset(device)
        if status == "qr":
            self.pairing.start(handset)
        else:
            self.pairing.stop(handset)
            self.acts.status(handset, status, reason)

    def pair(self, device: str | None, number: str | None = None, name: str | None = None) -> None:
        """Let the owner scan the QR code of a device."""
        self.pairing.pair(self.handset(device), number, name)

    def chat(
        self,
        device: str | None,
        id: str,  # noqa: A002
        name: str | None = None,
        *,
        unread: int = 0,
        messages: int = 0,
        pinned: bool = False,
        muted: bool = False,
        archived: bool = False,
        announce: bool = False,
        members: tuple[str, ...] | list[str] = (),
        lang: str = "en",
    ) -> str:
        """Add a chat with a seeded history of any length and give its id; raises ValueError if it exists."""
        handset = self.handset(device)
        if id in handset.chats:
            raise ValueError(f"{id} exists")
        if not id.endswith("@g.us"):
            handset.people.setdefault(id, Person(id, name, name or ""))
        chat = Chat(
            id, name or handset.who(id).shown, base=messages, unread=unread, pinned=pinned, muted=muted
        )
        chat.archived, chat.announce, chat.joined = archived, announce, list(members)
        chat.lang = "en friends" if chat.is_group and lang == "en" else lang
        chat.since = int(self.acts.now()) - 60
        chat.tell = Story(handset, chat, min(unread, messages)).tell
        handset.chats[id] = chat
        self.acts.changed(handset, chat)
        return id

    def file(self, device: str | None, id: str) -> Json:  # noqa: A002
        """Give the file in a message: `mimetype`, `filename` and `data` (base64)."""
        media = self.acts.message(self.handset(device), id).media
        if media is None:
            raise ValueError("the message holds no file")
        data = base64.b64encode(files.content(media)).decode()
        return {"mimetype": media.mimetype, "filename": media.filename, "data": data}

    def truth(self, device: str | None = None, chat: str | None = None) -> Json:
        """Tell all that exists: devices, or the chats of one, or the messages of a chat, oldest first."""
        if device is None and chat is None:
            return {
                "devices": [
                    chat_shapes.device_item(phone, listed=False) | {"chats": len(phone.chats)}
                    for phone in self.acts.phones.values()
                ]
            }
        phone = self.handset(device)
        if chat is not None:
            messages = [message_shapes.list_item(phone, message, full=True) for message in phone.chats[chat]]
            return {"id": chat, "messages": messages}
        return {"chats": [_truth(phone, one) for one in phone.ordered()]}


def _truth(phone: Phone, chat: Chat) -> Json:
    item = chat_shapes.chat_item(phone, chat, full=True)
    return item | {
        "messages": len(chat),
        "ids": [message.id for message in chat] if len(chat) <= 1000 else None,
    }


def _media(kind: str, filename: str | None, given: Json) -> Media:
    data = base64.b64decode(given["data"]) if "data" in given else None
    return Media(
        given.get("mimetype") or _MIMETYPES.get(kind, "application/octet-stream"),
        len(data) if data is not None else int(given.get("size", 40_000)),
        filename=filename,
        width=int(given.get("width", 640 if kind in {"image", "video"} else 0)),
        height=int(given.get("height", 480 if kind in {"image", "video"} else 0)),
        duration=int(given.get("duration", 5 if kind in {"ptt", "audio", "video"} else 0)),
        data=data,
        expired=bool(given.get("expired")),
    )
