"""Chats, contacts and devices in the spellings of their lists, of single answers and of events."""

import base64
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import Field, ValidationError

from watui.gateway.whatsapi.cards import card_name
from watui.gateway.whatsapi.kinds import guess_kind, kind_of, text_of
from watui.gateway.whatsapi.message import STATUS, ack_of, in_chat
from watui.gateway.whatsapi.wire import (
    AckNumber,
    DeviceId,
    Drops,
    Jid,
    MessageId,
    Text,
    Time,
    Wire,
    milliseconds,
    name,
    read,
)
from watui.models import (
    PREVIEW_LIMIT,
    Chat,
    ChatKey,
    Contact,
    Device,
    DeviceState,
    Health,
    Kind,
    Member,
    Message,
    Preview,
    Stats,
    preview_of,
)
from watui.text import Safe, one_line

T = TypeVar("T")


class WireLast(Wire):
    """The last message of a chat in its short form (contract 2.4); profile `full` adds the last three."""

    body: Text | None = None
    time: Time | None = Field(None, alias="timestamp")
    from_me: bool | None = Field(None, alias="fromMe")
    id: MessageId | None = Field(None, alias="messageId")
    type: Text | None = None
    ack: AckNumber | None = None
    author: Jid | None = None


class WireChat(Wire):
    """A chat in any of its four spellings (contract 2.4, 2.5)."""

    needed: ClassVar = frozenset({"id"})

    id: Jid
    name: Text | None = None
    group: bool | None = Field(None, alias="isGroup")
    unread: Annotated[int, Field(ge=-1, le=10**7)] | None = Field(None, alias="unreadCount")
    time: Time | None = Field(None, alias="timestamp")
    archived: bool | None = None
    pinned: bool | None = None
    muted: bool | None = None
    is_muted: bool | None = Field(None, alias="isMuted")
    last: object = Field(None, alias="lastMessage")


class WireContact(Wire):
    """A contact (contract 2.3)."""

    needed: ClassVar = frozenset({"id"})

    id: Jid
    name: Text | None = None
    number: Text | None = None
    group: bool | None = Field(None, alias="isGroup")
    business: bool | None = Field(None, alias="isBusiness")
    known: bool | None = Field(None, alias="isMyContact")


class WireMember(Wire):
    """Somebody in a group (contract 2.15)."""

    needed: ClassVar = frozenset({"id"})

    id: Jid
    admin: bool | None = Field(None, alias="isAdmin")
    founder: bool | None = Field(None, alias="isSuperAdmin")


class WireDevice(Wire):
    """A device, of the list or its own status (contract 2.2)."""

    needed: ClassVar = frozenset({"deviceId"})

    id: DeviceId = Field(alias="deviceId")
    status: Text | None = None
    number: Text | None = Field(None, alias="phoneNumber")
    name: Text | None = Field(None, alias="clientName")
    qr: Text | None = Field(None, alias="qrCode")
    picture: Text | None = Field(None, alias="qrDataUrl")
    seen: Time | None = Field(None, alias="lastSeen")


class WireQueue(Wire):
    """The queue of a status answer (contract 2.18)."""

    total: int | None = Field(None, alias="totalQueued", ge=0)


class WireHealth(Wire):
    """The health in a status answer (contract 2.18)."""

    status: Text | None = None
    score: int | None = Field(None, ge=0, le=100)
    warnings: list[Text] | None = None


class WireStatus(Wire):
    """A device's queue and health (contract 2.18)."""

    queue: WireQueue | None = None
    health: WireHealth | None = None


Number = Annotated[int, Field(ge=0, le=10**7)]


class WireStats(Wire):
    """What is counted in `quick-stats`; the sender it calls the top one is just the last (contract 2.16)."""

    chats: Number | None = Field(None, alias="totalChats")
    groups: Number | None = Field(None, alias="totalGroups")
    unread_chats: Number | None = Field(None, alias="unreadChats")
    unread: Number | None = Field(None, alias="unreadMessages")
    oldest_unread_days: Number | None = Field(None, alias="oldestUnreadDays")


class WireHit(Wire):
    """A message that was found (contract 2.11)."""

    needed: ClassVar = frozenset({"messageId", "chatId"})

    id: MessageId = Field(alias="messageId")
    chat: Jid = Field(alias="chatId")


STATES = {
    "initializing": DeviceState.STARTING,
    "authenticating": DeviceState.STARTING,
    "qr": DeviceState.UNLINKED,
    "ready": DeviceState.READY,
    "disconnected": DeviceState.DISCONNECTED,
    "error": DeviceState.FAILED,
    "destroyed": DeviceState.GONE,
}
"""The gateway's words for what a device can be (contract 2.2)."""

QR_LIMIT = 2048
"""Characters of a pairing string; those seen have 267, and no QR code holds more than 4,296."""


PICTURE_LIMIT = 65_536
"""Characters of a picture of it as a data URL; one that was seen has 7,142 (contract 2.2)."""

_PICTURE = "data:image/png;base64,"


def each(items: list[Any], make: Callable[[Any], T | None], what: str, drops: Drops) -> list[T]:
    """Make what can be made of a list's items; one that does not fit is counted, and costs nothing else."""
    made = []
    for item in items:
        try:
            one = make(item)
        except ValueError as error:
            drops.note(what, error)
            continue
        if one is not None:
            made.append(one)
    return made


def chat_of(raw: object, device: Safe) -> tuple[Chat, Message | None] | None:
    """Make a chat and, where it is told whole, its last message; `None` for the list of status updates.

    Raises ValidationError. An unread count of -1 is a chat that somebody marked as unread by hand.
    """
    wire = read(WireChat, raw)
    if wire.id == STATUS:
        return None
    jid = Safe(wire.id)
    time = None if wire.time is None else milliseconds(wire.time)
    chat = Chat(
        key=ChatKey(device, jid),
        name=name(wire.name) or Safe(jid.partition("@")[0] or jid),
        time=time or 0,
        group=jid.endswith("@g.us") or wire.group is True,
        unread=1 if wire.unread == -1 else wire.unread or 0,
        pinned=wire.pinned is True,
        muted=wire.muted is True or wire.is_muted is True,
        archived=wire.archived is True,
    )
    message = None
    try:
        if isinstance(wire.last, dict) and "id" in wire.last:
            message = in_chat(wire.last, jid)
            chat.preview = preview_of(message)
        elif isinstance(wire.last, dict):
            chat.preview = _short_preview(read(WireLast, wire.last))
    except ValidationError:
        chat.preview = None  # the chat is worth more than its last line
    if time is None and message is not None:
        chat.time = message.time
    return chat, message


def _short_preview(last: WireLast) -> Preview | None:
    """Read the short form; a chat without messages has one too, but without a time (contract 2.4)."""
    if not last.time:
        return None
    body = last.body or ""
    kind = kind_of(last.type, body) if last.type else guess_kind(body)
    text: str = (card_name(body) or "") if kind is Kind.CONTACT else text_of(kind, body[: PREVIEW_LIMIT * 8])
    own = last.from_me is True
    return Preview(
        kind,
        one_line(text, limit=PREVIEW_LIMIT),
        own,
        Safe(last.id) if last.id else None,
        Safe(last.author) if last.author else None,
        ack_of(last.ack) if own else None,
    )


def contact_of(raw: object) -> Contact | None:
    """Make a contact; `None` for a group, which the list holds too. Raises ValidationError.

    The name of somebody who is not in the address book is the one they chose, or the filler "Unknown"
    (contract 2.3).
    """
    wire = read(WireContact, raw)
    if wire.group or wire.id.endswith("@g.us") or wire.id == STATUS:
        return None
    called = None if wire.name == "Unknown" else name(wire.name)
    known = wire.known is not False
    number = "".join(filter(str.isdecimal, wire.number or "")) if (wire.number or "").isascii() else ""
    return Contact(
        Safe(wire.id),
        name=called if known else None,
        push_name=None if known else called,
        number=Safe(number[:20]) if number else None,
        business=wire.business is True,
    )


def member_of(raw: object) -> Member:
    """Make a member of a group. Raises ValidationError."""
    wire = read(WireMember, raw)
    return Member(Safe(wire.id), admin=wire.admin is True, founder=wire.founder is True)


def device_of(raw: object) -> Device:
    """Make a device; raises ValidationError.

    The pairing string is kept only while it is wanted: the gateway goes on serving the old one after
    pairing (contract 2.2).
    """
    wire = read(WireDevice, raw)
    state = STATES.get(wire.status or "", DeviceState.STARTING)
    number = name(wire.number)
    qr = pairing_string(wire.qr) if state is DeviceState.UNLINKED else None
    return Device(
        Safe(wire.id),
        state,
        name=name(wire.name),
        number=None if number == "unknown" else number,
        qr=qr,
        qr_picture=_picture(wire.picture) if state is DeviceState.UNLINKED and qr is None else None,
        seen=None if wire.seen is None else milliseconds(wire.seen),
    )


def health_of(raw: object) -> Health:
    """Make a device's health; raises ValueError if it is none."""
    wire = read(WireStatus, raw)
    health = wire.health or WireHealth()
    return Health(
        word=name(health.status) or Safe("unknown"),
        score=health.score,
        warnings=tuple(filter(None, map(name, health.warnings or ()))),
        queued=wire.queue.total if wire.queue is not None else None,
    )


def stats_of(raw: object) -> Stats:
    """Make what the gateway counts of a device, without what it makes up; raises ValueError if it is none."""
    wire = read(WireStats, raw)
    return Stats(wire.chats, wire.groups, wire.unread_chats, wire.unread, wire.oldest_unread_days)


def hit_of(raw: object) -> tuple[Safe, Safe]:
    """Name a message that was found, after its chat; raises ValueError if it is none."""
    wire = read(WireHit, raw)
    return Safe(wire.chat), Safe(wire.id)


def pairing_string(text: object) -> str | None:
    """Check what is to become a QR code; `None` if it cannot be one."""
    if isinstance(text, str) and 0 < len(text) <= QR_LIMIT and text.isascii() and text.isprintable():
        return text
    return None


def _picture(url: str | None) -> bytes | None:
    """Take the PNG out of a data URL, undecoded; `None` if there is none."""
    if url is None or len(url) > PICTURE_LIMIT or not url.startswith(_PICTURE):
        return None
    try:
        return base64.b64decode(url.removeprefix(_PICTURE), validate=True) or None
    except ValueError:
        return None
