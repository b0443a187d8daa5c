"""What the events of the socket mean: one table from their names to the functions that read them.

The first six are all that whatsapi-bridge emits (contract 3.2); the others come from gateways that emit the
wider set, each under the names that are in use for it. Twins of one happening give equal events, which do no
harm: everything that they say is idempotent.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from pydantic import AliasChoices, Field, TypeAdapter

from watui import events as ev
from watui.gateway.base import LiveEvent, Offered, Question
from watui.gateway.whatsapi.lists import chat_of, contact_of, pairing_string
from watui.gateway.whatsapi.message import EMOJI_LIMIT, ToldMessage, ack_of, of_event, of_wire
from watui.gateway.whatsapi.wire import AckNumber, Drops, Jid, MessageId, Text, Wire, read
from watui.models import Ack, Message, Reaction
from watui.text import Safe, clean, one_line

UNREADABLE = Question(Safe("an event could not be read"))
"""Makes the worker read over REST what the event may have said."""

_NAME = re.compile(r"[A-Za-z0-9_:.\-]{1,40}")

_ACK_WORDS = {
    "failed": Ack.FAILED,
    "error": Ack.FAILED,
    "pending": Ack.PENDING,
    "sent": Ack.SENT,
    "delivered": Ack.DELIVERED,
    "read": Ack.READ,
    "played": Ack.PLAYED,
}

Payload = dict[str, Any]

REASONS = {
    "LOGOUT": "it was logged out on the phone",
    "UNPAIRED": "the phone is linked to it no more",
    "UNPAIRED_IDLE": "the phone was away for too long",
    "CONFLICT": "WhatsApp was opened somewhere else",
    "TIMEOUT": "the phone did not answer",
    "Device deleted": "it was deleted",
}
"""Why WhatsApp disconnects a device, by its own words (contract 3.2)."""


class Reader:
    """Reads the events of one device. `me` gives the device's own jid, if it is known."""

    def __init__(self, device: Safe, drops: Drops, me: Callable[[], str | None]) -> None:
        self.device = device
        self.drops = drops
        self.me = me

    def read(self, event: str, args: tuple[Any, ...]) -> list[LiveEvent]:
        """Say what an event means; one that means nothing is counted and costs nothing else."""
        reader = TABLE.get(event)
        if reader is None:
            self.drops.note("an unknown event", where=event if _NAME.fullmatch(event) else "")
            return []
        payload = args[0] if args else None
        try:
            if not isinstance(payload, dict):
                raise ValueError("no object")
            if payload.get("deviceId", self.device) != self.device:
                self.drops.note("an event of another device")
                return []
            return list(reader(self, payload))
        except ValueError as error:
            self.drops.note("an event", error, where=event)
            return [UNREADABLE] if event in _MESSAGES else []

    def read_message(self, array: str) -> LiveEvent | None:
        """Read an event from its JSON, straight into the types of a message.

        `None` for any other event, and for all that is in any way unusual: `read` takes a closer look.
        """
        if not array.startswith(_MESSAGE_BEGINS):
            return None
        try:
            told = _TOLD.validate_json(array[len(_MESSAGE_BEGINS) : -1])
            message = of_wire(told.message) if told.device == self.device else None
        except ValueError:
            return None
        return None if message is None else _arrived(message)


Convert = Callable[[Reader, Payload], Iterator[LiveEvent]]


class WireTold(Wire):
    """What comes with a message."""

    device: Text = Field(alias="deviceId")
    message: ToldMessage


_TOLD = TypeAdapter(WireTold)

_MESSAGE_BEGINS = '["message",'


class WireRef(Wire):
    """Which message an event is about."""

    needed: ClassVar = frozenset({"messageId", "id"})

    id: MessageId = Field(validation_alias=AliasChoices("messageId", "id"))
    chat: Jid | None = Field(None, alias="chatId")

    @property
    def place(self) -> Safe | None:
        """The chat, where it is told."""
        return Safe(self.chat) if self.chat else None


class WireAck(WireRef):
    """How far a message came, as a number or as a word."""

    ack: AckNumber | None = None
    status: Text | None = None


class WireRead(Wire):
    """Which own messages were read."""

    needed: ClassVar = frozenset({"messageIds"})

    ids: list[MessageId] = Field(alias="messageIds", max_length=10_000)
    chat: Jid | None = Field(None, alias="chatId")


class WireEdit(WireRef):
    """The new text of a message."""

    needed: ClassVar = frozenset({"messageId", "id", "body", "newBody", "text"})

    text: Text = Field(validation_alias=AliasChoices("body", "newBody", "text"))


class WireReacted(WireRef):
    """A reaction set, or with an empty text taken away."""

    needed: ClassVar = frozenset({"messageId", "id", "reaction", "emoji", "text"})

    emoji: Text = Field(validation_alias=AliasChoices("reaction", "emoji", "text"))
    sender: Jid | None = Field(None, alias="senderId")
    own: bool | None = Field(None, alias="fromMe")


class WireTyping(Wire):
    """Who types where."""

    needed: ClassVar = frozenset({"chatId"})

    chat: Jid = Field(alias="chatId")
    user: Jid | None = Field(None, alias="userId")
    on: bool | None = Field(None, alias="isTyping")


def _state(_: Reader, payload: Payload) -> Iterator[LiveEvent]:
    # "ready" is a constant that follows every connect, true or not (contract 0.3).
    if payload.get("status") != "ready":
        yield Question(_words("WhatsApp's state is", payload.get("status")))


def _qr(_: Reader, payload: Payload) -> Iterator[LiveEvent]:
    text = pairing_string(payload.get("qr"))
    if text is None:
        raise ValueError("no pairing string")
    yield Offered(text)


def _ask(about: str, key: str | None = None) -> Convert:
    """Make a reader for events that are only a hint to ask (contract 0.4)."""

    def question(_: Reader, payload: Payload) -> Iterator[LiveEvent]:
        yield Question(_words(about, payload.get(key) if key else None))

    return question


def _disconnected(_: Reader, payload: Payload) -> Iterator[LiveEvent]:
    # Said of other clients that leave too, then with one of Socket.IO's own reasons (contract 0.4).
    reason = payload.get("reason")
    why = REASONS.get(reason) if isinstance(reason, str) else None
    yield Question(_words("somebody was disconnected:", reason), Safe(why or ""))


def _nothing(_: Reader, __: Payload) -> Iterator[LiveEvent]:
    yield from ()


def _message(reader: Reader, payload: Payload) -> Iterator[LiveEvent]:
    message = of_event(payload.get("message"))
    if message is None:
        reader.drops.note("a status update")
        return
    yield _arrived(message)


def _arrived(message: Message) -> ev.MessageArrived:
    # In a chat of two the sender's own name is a name for the chat; a group's name is not told.
    name = None if message.own or message.chat.endswith("@g.us") else message.sender_name
    return ev.MessageArrived(message, name)


def _ack(_: Reader, payload: Payload) -> Iterator[LiveEvent]:
    wire = read(WireAck, payload)
    ack = ack_of(wire.ack) if wire.ack is not None else _ACK_WORDS.get(wire.status or "")
    if ack is None:
        raise ValueError("no ack")
    yield ev.Acked((Safe(wire.id),), ack, wire.place)


def _read(_: Reader, payload: Payload) -> Iterator[LiveEvent]:
    wire = read(WireRead, payload)
    if wire.ids:
        yield ev.Acked(tuple(map(Safe, wire.ids)), Ack.READ, Safe(wire.chat) if wire.chat else None)


def _revoked(_: Reader, payload: Payload) -> Iterator[LiveEvent]:
    wire = read(WireRef, payload)
    yield ev.Revoked(Safe(wire.id), wire.place)


def _edited(_: Reader, payload: Payload) -> Iterator[LiveEvent]:
    wire = read(WireEdit, payload)
    yield ev.Edited(Safe(wire.id), clean(wire.text), wire.place)


def _reacted(reader: Reader, payload: Payload) -> Iterator[LiveEvent]:
    wire = read(WireReacted, payload)
    sender = Safe(wire.sender) if wire.sender else None
    own = wire.own is True or (sender is not None and sender == reader.me())
    yield ev.Reacted(
        Safe(wire.id), Reaction(one_line(wire.emoji, limit=EMOJI_LIMIT), sender, own), wire.place
    )


def _typing(on: bool | None) -> Convert:
    def typed(_: Reader, payload: Payload) -> Iterator[LiveEvent]:
        wire = read(WireTyping, payload)
        yield ev.Typed(Safe(wire.chat), Safe(wire.user or wire.chat), wire.on is True if on is None else on)

    return typed


def _chat(reader: Reader, payload: Payload) -> Iterator[LiveEvent]:
    found = chat_of(payload.get("chat"), reader.device)
    if found is not None:
        yield ev.ChatChanged(found[0])


def _contact(_: Reader, payload: Payload) -> Iterator[LiveEvent]:
    contact = contact_of(payload.get("contact"))
    if contact is not None:
        yield ev.ContactsListed([contact])


def _words(about: str, word: object) -> Safe:
    said = one_line(word, limit=40) if isinstance(word, str) else ""
    return one_line(f"{about} {said}", limit=100)


TABLE: dict[str, Convert] = {
    "state": _state,
    "qr": _qr,
    "authenticated": _ask("a phone was linked"),
    "ready": _ask("the device is ready"),
    "message": _message,
    "disconnected": _disconnected,
    "message:create": _message,
    "message_create": _message,
    "message-sent": _message,
    "message:status": _ack,
    "message:ack": _ack,
    "message-ack": _ack,
    "message:read": _read,
    "message:revoked": _revoked,
    "message-revoked": _revoked,
    "message:edit": _edited,
    "message-edit": _edited,
    "message:reaction": _reacted,
    "message-reaction": _reacted,
    "typing:start": _typing(on=True),
    "typing:stop": _typing(on=False),
    "typing-status": _typing(on=None),
    "recording-status": _nothing,
    "chat:update": _chat,
    "contact:update": _contact,
    "contact-changed": _contact,
    "group-update": _ask("a group changed"),
    "group-join": _ask("somebody joined a group"),
    "group-leave": _ask("somebody left a group"),
    "connection:status": _ask("the gateway's connection is", "status"),
    "status-update": _ask("the device is", "status"),
    "device-status": _ask("the device is", "status"),
    "device-error": _ask("the device failed"),
    "device-deleted": _ask("the device was deleted"),
    "device-battery": _nothing,
    "error": _ask("the gateway tells of an error"),
}

_MESSAGES = frozenset({"message", "message:create", "message_create", "message-sent"})
"""Events whose loss would be the loss of a message."""
