"""Messages in the gateway's three spellings: of lists, of socket events, of the answers to a send.

The quirks are those of contract 4 and 7: ids are strings or objects, times seconds or milliseconds, the
chat of an own message is told wrong in lists, and what is known of a file is true only in `_data`.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from watui.gateway.whatsapi.kinds import CARDS, FILES, card_name, kind_of, text_of
from watui.gateway.whatsapi.wire import (
    AckNumber,
    Jid,
    MessageId,
    Pixels,
    Seconds,
    Size,
    Text,
    Time,
    Wire,
    milliseconds,
    name,
    read,
)
from watui.models import Ack, Card, Kind, Media, Message, Place, Quote, Reaction
from watui.text import Safe, one_line

STATUS = "status@broadcast"
"""Where status updates come from; it is no chat (contract 3.2)."""

EMOJI_LIMIT = 24
"""Characters kept of a reaction: the longest emoji, a family with skin tones, has 15."""


class WireLocation(Wire):
    """A place (contract 3.3); lists have a description only."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    description: Text | None = None
    name: Text | None = None
    address: Text | None = None


class WireQuote(Wire):
    """The quoted message in a list (contract 2.6)."""

    id: MessageId | None = None
    body: Text | None = None
    author: Jid | None = None
    type: Text | None = None


class WireReaction(Wire):
    """One emoji under a message in a list, without who set it (contract 2.6)."""

    id: Text | None = None
    aggregateEmoji: Text | None = None  # noqa: N815 - the gateway's spelling
    hasReactionByMe: bool | None = None  # noqa: N815


class WireMediaInfo(Wire):
    """The file in a list: its type and name are made up, so only the duration counts (contract 2.6)."""

    duration: Seconds | None = None


class WireQuotedData(Wire):
    """The quoted message in an event; the body of a file is its thumbnail (contract 3.3)."""

    body: Text | None = None
    caption: Text | None = None
    type: Text | None = None


class WireData(Wire):
    """What WhatsApp itself says of a message: optional, and richer than the rest (contract 3.3)."""

    notifyName: Text | None = None  # noqa: N815
    mimetype: Text | None = None
    filename: Text | None = None
    size: Size | None = None
    width: Pixels | None = None
    height: Pixels | None = None
    duration: Seconds | None = None
    quotedMsg: WireQuotedData | None = None  # noqa: N815
    quotedStanzaID: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,80}$")] | None = None  # noqa: N815
    quotedParticipant: Jid | None = None  # noqa: N815
    latestEditSenderTimestampMs: Time | None = None  # noqa: N815
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lng: Annotated[float, Field(ge=-180, le=180)] | None = None
    loc: Text | None = None


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
    cards: list[Text] | None = Field(None, alias="vCards", max_length=CARDS)
    duration: Seconds | None = None
    media: WireMediaInfo | None = Field(None, alias="mediaInfo")
    quote: WireQuote | None = Field(None, alias="quotedMessage")
    reactions: list[WireReaction] | None = Field(None, max_length=200)
    push_name: Text | None = Field(None, alias="notifyName")
    sender_name: Text | None = Field(None, alias="senderName")
    data: object = Field(None, alias="_data")


def in_chat(raw: object, chat: Safe) -> Message:
    """Make a message from an item of the list of `chat`, or from its last message; raises ValidationError.

    The item's own `chatId` is not looked at: for own messages it is the own number (contract 0.8).
    """
    return _message(read(WireMessage, raw), chat)


def of_event(raw: object) -> Message | None:
    """Make a message from an event or the answer to a send; `None` for a status update.

    Raises ValidationError. The chat is `to` of an own message, else `from` (contract 4).
    """
    wire = read(WireMessage, raw)
    chat = wire.to if _own(wire) else wire.origin
    if chat is None:
        chat = wire.id.split("_", 2)[1] if wire.id.count("_") >= 2 else ""
    if wire.status or chat == STATUS:
        return None
    if not chat:
        raise ValueError("a message of no chat")
    return _message(wire, Safe(chat))


def place_of(wire: WireLocation) -> Place:
    """Make a place; its description holds name and address in lines, when there is one."""
    parts = wire.description.splitlines() if wire.description else [wire.name or "", wire.address or ""]
    return Place(wire.latitude, wire.longitude, name(", ".join(filter(None, parts))))


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
    kind = kind_of(wire.type, body, gif=wire.gif is True)
    message = Message(
        id=Safe(wire.id),
        chat=chat,
        time=milliseconds(wire.timestamp),
        own=own,
        kind=kind,
        text=text_of(kind, body),
        sender=_sender(wire, chat),
        sender_name=None if own else name(data.notifyName or wire.push_name or wire.sender_name),
        ack=ack_of(wire.ack) if own else None,
        forwarded=wire.forwarded is True,
        starred=wire.starred is True,
        edited=wire.edited is True or data.latestEditSenderTimestampMs is not None,
    )
    if kind is Kind.REVOKED:
        return message
    if kind in FILES:
        message.media = _media(wire, data)
    elif kind is Kind.LOCATION:
        message.place = _place(wire, data)
    elif kind is Kind.CONTACT:
        message.cards = tuple(map(Card, filter(None, map(card_name, wire.cards or [body]))))
    elif kind is Kind.UNKNOWN:
        message.type_name = one_line(wire.type, limit=60) if wire.type else None
    if wire.quote is not None:
        message.quote = _listed_quote(wire.quote)
    elif data.quotedMsg is not None:
        message.quote = _event_quote(wire, data, data.quotedMsg, chat)
    if wire.reactions:
        message.reactions = tuple(filter(None, map(_reaction, wire.reactions)))
    return message


def _data(raw: object) -> WireData:
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
    )


def _place(wire: WireMessage, data: WireData) -> Place | None:
    if wire.location is not None:
        return place_of(wire.location)
    if data.lat is not None and data.lng is not None:
        return Place(data.lat, data.lng, name(", ".join(data.loc.splitlines()) if data.loc else None))
    return None


def _quoted_text(kind: Kind, body: str) -> Safe:
    if kind is Kind.CONTACT:
        return card_name(body) or Safe("")
    return text_of(kind, body)


def _listed_quote(quote: WireQuote) -> Quote:
    body = quote.body or ""
    kind = kind_of(quote.type, body)
    return Quote(
        Safe(quote.id) if quote.id else None,
        Safe(quote.author) if quote.author else None,
        kind,
        _quoted_text(kind, body),
    )


def _event_quote(wire: WireMessage, data: WireData, quoted: WireQuotedData, chat: Safe) -> Quote:
    sender = data.quotedParticipant
    body = (quoted.caption if kind_of(quoted.type, "x") in FILES else quoted.body) or ""
    kind = kind_of(quoted.type, body)
    own = wire.origin if _own(wire) else wire.to
    found = None
    if data.quotedStanzaID and sender and own and _server(sender) == _server(own):
        # Only the key part is given (contract 3.3). The rest follows from who wrote it, unless the writer
        # goes by a @lid, where it cannot be seen whether it is oneself.
        tail = f"_{sender}" if chat.endswith("@g.us") else ""
        found = Safe(f"{'true' if sender == own else 'false'}_{chat}_{data.quotedStanzaID}{tail}")
    return Quote(found, Safe(sender) if sender else None, kind, _quoted_text(kind, body))


def _server(jid: str) -> str:
    return jid.rpartition("@")[2]


def _reaction(reaction: WireReaction) -> Reaction | None:
    emoji = one_line(reaction.aggregateEmoji or reaction.id or "", limit=EMOJI_LIMIT)
    return Reaction(emoji, own=reaction.hasReactionByMe is True) if emoji else None
