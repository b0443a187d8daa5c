"""Messages in the gateway's three spellings: of lists, of socket events, of the answers to a send.

The quirks are those of contract 4 and 7: ids are strings or objects, times seconds or milliseconds, the
chat of an own message is told wrong in lists, and what is known of a file is true only in `_data`.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from watui.gateway.whatsapi import quotes
from watui.gateway.whatsapi.cards import CARDS, cards_of
from watui.gateway.whatsapi.kinds import FILES, kind_of, text_of
from watui.gateway.whatsapi.notices import sentence
from watui.gateway.whatsapi.parts import (
    Jids,
    Options,
    WireData,
    WireInvite,
    WireLocation,
    WireMediaInfo,
    WireQuote,
    WireReaction,
    cut,
)
from watui.gateway.whatsapi.wire import (
    AckNumber,
    Jid,
    MessageId,
    Seconds,
    Text,
    Time,
    Wire,
    milliseconds,
    name,
    read,
)
from watui.models import Ack, Call, Kind, Media, Message, Place, Poll, Reaction
from watui.text import Safe, clean, one_line

STATUS = "status@broadcast"
"""Where status updates come from; it is no chat (contract 3.2)."""

EMOJI_LIMIT = 24
"""Characters kept of a reaction: the longest emoji, a family with skin tones, has 15."""

_ANSWERED = frozenset({"completed", "ongoing", "acceptedelsewhere"})
"""What became of a call that was not missed, in WhatsApp's words."""

_UNSHOWN = "view_once_unavailable"
"""How the subtype begins of what can be seen once, and only on the phone."""


class WireMessage(Wire):
    """A message in any spelling; what a spelling does not have stays None."""

    needed: ClassVar = frozenset({"id", "timestamp"})

    id: MessageId
    timestamp: Time
    body: Text | None = None
    type: Text | None = None
    from_me: bool | None = Field(None, alias="fromMe")
    origin: Jid | None = Field(None, alias="from")
    to: Jid | None = None
    author: Jid | None = None
    ack: AckNumber | None = None
    forwarded: bool | None = Field(None, alias="isForwarded")
    starred: bool | None = Field(None, alias="isStarred")
    status: bool | None = Field(None, alias="isStatus")
    gif: bool | None = Field(None, alias="isGif")
    edited: bool | None = Field(None, alias="isEdited")
    location: WireLocation | None = None
    cards: Annotated[list[Text], cut(CARDS)] | None = Field(None, alias="vCards")
    mentions: Jids | None = Field(None, alias="mentionedIds")
    ephemeral: bool | None = Field(None, alias="isEphemeral")
    invite: WireInvite | None = Field(None, alias="inviteV4")
    options: Options | None = Field(None, alias="pollOptions")
    several: bool | None = Field(None, alias="allowMultipleAnswers")
    duration: Seconds | None = None
    media: WireMediaInfo | None = Field(None, alias="mediaInfo")
    quote: WireQuote | None = Field(None, alias="quotedMessage")
    reactions: Annotated[list[WireReaction], cut(200)] | None = None
    push_name: Text | None = Field(None, alias="notifyName")
    sender_name: Text | None = Field(None, alias="senderName")
    data: object = Field(None, alias="_data")


def in_chat(raw: object, chat: Safe) -> Message:
    """Make a message from an item of the list of `chat`, or from its last message; raises ValidationError.

    The item's own `chatId` is not looked at: for own messages it is the own number (contract 0.8).
    """
    return _message(read(WireMessage, raw), chat)


class ToldMessage(WireMessage):
    """A message as events have it, with all that WhatsApp says of it."""

    data: WireData | None = Field(None, alias="_data")


def of_event(raw: object) -> Message | None:
    """Make a message from an event or the answer to a send; `None` for a status update.

    Raises ValidationError. The chat is `to` of an own message, else `from` (contract 4).
    """
    return of_wire(read(WireMessage, raw))


def of_wire(wire: WireMessage) -> Message | None:
    """Do the same with what was read already; raises ValueError."""
    chat = wire.to if _own(wire) else wire.origin
    if chat is None:
        chat = wire.id.split("_", 2)[1] if wire.id.count("_") >= 2 else ""
    if wire.status or chat == STATUS:
        return None
    if not chat:
        raise ValueError("a message of no chat")
    return _message(wire, Safe(chat))


def ack_of(number: int | None) -> Ack | None:
    """Make an ack of the gateway's number (contract 2.5)."""
    return None if number is None else Ack(number)


def _own(wire: WireMessage) -> bool:
    return wire.id.startswith("true_") if wire.from_me is None else wire.from_me


_NO_DATA = WireData()


def _message(wire: WireMessage, chat: Safe) -> Message:
    data = _NO_DATA if wire.data is None else _data(wire.data)
    own = _own(wire)
    body = wire.body or ""
    kind = kind_of(wire.type, body, gif=wire.gif is True or data.gif is True)
    subtype = data.subtype or ""
    message = Message(
        id=Safe(wire.id),
        chat=chat,
        time=milliseconds(wire.timestamp),
        own=own,
        kind=kind,
        text=text_of(kind, body),
        sender=_sender(wire, chat),
        sender_name=None if own else name(data.push_name or wire.push_name or wire.sender_name),
        ack=ack_of(wire.ack) if own else None,
        forwarded=wire.forwarded is True,
        starred=wire.starred is True,
        edited=wire.edited is True or data.edited is not None,
        view_once=data.view_once is True or subtype.startswith(_UNSHOWN),
        disappearing=wire.ephemeral is True or data.ephemeral is True or (data.expires or 0) > 0,
    )
    if kind is Kind.REVOKED:
        return message
    me = wire.origin if own else wire.to
    message.mentions = tuple(dict.fromkeys(map(Safe, wire.mentions or data.mentions or ())))
    if kind in FILES:
        message.media = _media(wire, data)
        # What cannot be fetched has its thumbnail for a body; without a caption a document's is its name.
        message.text = message.text or text_of(kind, data.caption or "")
        if kind is Kind.DOCUMENT and message.text == message.media.name:
            message.text = Safe("")
    else:
        _fill(message, wire, data, me)
    if wire.quote is not None:
        message.quote = quotes.listed(wire.quote)
    elif data.quoted is not None:
        message.quote = quotes.told(data, data.quoted, chat, me)
    if wire.reactions:
        message.reactions = tuple(filter(None, map(_reaction, wire.reactions)))
    return message


def _fill(message: Message, wire: WireMessage, data: WireData, me: str | None) -> None:
    """Put in what only messages of one kind have."""
    match message.kind:
        case Kind.LOCATION:
            message.place = _place(wire, data)
            message.text = clean(data.caption or "")
        case Kind.CONTACT:
            message.cards = cards_of(wire.cards or [wire.body or ""])
        case Kind.POLL:
            message.poll = _poll(wire, data)
            message.text = message.text or clean(data.question or "")
        case Kind.INVITE:
            message.invited_to = name(wire.invite.name if wire.invite else None) or name(data.invited_to)
        case Kind.CALL:
            message.call = None if data is _NO_DATA else _call(message.own, data)
        case Kind.SYSTEM:
            _tell(message, wire, data, me)
        case Kind.UNKNOWN:
            message.type_name = _type_name(wire.type)
            message.text = message.text or text_of(message.kind, data.caption or "")


def _data(raw: object) -> WireData:
    if isinstance(raw, WireData):
        return raw
    try:
        return read(WireData, raw)
    except ValueError:  # not even an object; the message stands without it
        return _NO_DATA


def _sender(wire: WireMessage, chat: Safe) -> Safe | None:
    """Tell who wrote it in a group; ids of groups end with it where `author` is missing."""
    if not chat.endswith("@g.us"):
        return None
    if wire.author:
        return Safe(wire.author)
    parts = wire.id.split("_")
    return Safe(parts[3]) if len(parts) == 4 and "@" in parts[3] else None


def _media(wire: WireMessage, data: WireData) -> Media:
    seconds = data.duration if data.duration is not None else wire.duration
    if seconds is None and wire.media is not None:
        seconds = wire.media.duration
    return Media(
        mimetype=name(data.mimetype),
        name=name(data.filename),
        size=data.size,
        width=data.width,
        height=data.height,
        seconds=None if seconds is None else int(seconds),
        waveform=data.waveform,
    )


def _place(wire: WireMessage, data: WireData) -> Place | None:
    live = data.live is True or wire.type == "live_location"
    found = wire.location
    if found is not None:
        # The description holds name and address in lines, when there is one.
        parts = [found.name or "", found.address or ""]
        parts = found.description.splitlines() if found.description else parts
        return Place(found.latitude, found.longitude, name(", ".join(filter(None, parts))), live)
    if data.latitude is not None and data.longitude is not None:
        told = name(", ".join(data.place.splitlines()) if data.place else None)
        return Place(data.latitude, data.longitude, told, live)
    return None


def _poll(wire: WireMessage, data: WireData) -> Poll | None:
    """Make a poll where its options are told; as many as one likes may be chosen where none is the most."""
    options = tuple(filter(None, (name(option.name) for option in wire.options or data.options or ())))
    several = wire.several is True if data.choices is None else data.choices != 1
    return Poll(options, several) if options else None


def _call(own: bool, data: WireData) -> Call:
    """Make a call; one of others that nobody took is known by its subtype or by what is not said of it."""
    subtype = data.subtype or ""
    seconds = int(data.call_seconds) if data.call_seconds else None
    outcome = data.call_outcome
    taken = seconds is not None or (outcome is not None and not isinstance(outcome, str))
    taken = taken or (isinstance(outcome, str) and outcome.casefold() in _ANSWERED)
    missed = subtype.startswith("miss") or not (own or taken)
    return Call(data.video_call is True or subtype.endswith("video"), missed, seconds)


def _tell(message: Message, wire: WireMessage, data: WireData, me: str | None) -> None:
    """Write what a notice says, or keep the word for what it is about."""
    author = Safe(wire.author) if wire.author else None
    who = Safe(me) if message.own and me else author
    whom = map(Safe, data.recipients or ())
    said, named = sentence(data.subtype or "", wire.body or "", who, whom, me=me, name=message.sender_name)
    if said is None:
        message.type_name = _type_name(data.subtype or wire.type)
    else:
        message.text, message.mentions = said, named


def _type_name(word: str | None) -> Safe | None:
    return one_line(word, limit=60) or None if word else None


def _reaction(reaction: WireReaction) -> Reaction | None:
    emoji = one_line(reaction.aggregateEmoji or reaction.id or "", limit=EMOJI_LIMIT)
    return Reaction(emoji, own=reaction.hasReactionByMe is True) if emoji else None
