"""Models as columns and JSON, and back: what is worth a column is asked for, the rest is read as it stands.

Text was cleaned where it entered watui, so it is `Safe` again when it comes back out of watui's own file.
"""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from watui.bodies import Body, File
from watui.models import (
    Ack,
    Call,
    Card,
    Chat,
    ChatKey,
    Device,
    DeviceState,
    Dress,
    Kept,
    Kind,
    Loudness,
    Media,
    Message,
    Place,
    Poll,
    Preview,
    Quote,
    Reaction,
)
from watui.text import Safe

COLUMNS = "id, time, own, kind, sender, ack, text, file, facts"
"""The columns of a message in the order of `columns_of` and `message_of`."""

FLAGS = ("forwarded", "starred", "starred_here", "edited", "view_once", "disappearing")

Columns = tuple[str, int, bool, str, str | None, int | None, str, str, str | None]


def columns_of(message: Message) -> Columns:
    """Give what `COLUMNS` names."""
    return (
        message.id,
        message.time,
        message.own,
        message.kind.value,
        message.sender,
        None if message.ack is None else int(message.ack),
        message.text,
        _found_by(message),
        _facts(message),
    )


def _found_by(message: Message) -> str:
    """Give the words by which a message is found besides its text: of a file its name, and nothing else."""
    if message.media is not None:
        return message.media.name or ""
    words: list[str | None] = [message.place.name] if message.place is not None else []
    for card in message.cards:
        words += [card.name, *card.numbers]
    words += message.poll.options if message.poll is not None else ()
    words.append(message.invited_to)
    return "\n".join(filter(None, words))


def _facts(message: Message) -> str | None:
    facts: dict[str, Any] = {flag: True for flag in FLAGS if getattr(message, flag)}
    if message.sender_name:
        facts["sender_name"] = message.sender_name
    if message.quote is not None:
        facts["quote"] = _quote_facts(message.quote)
    if message.reactions:
        facts["reactions"] = [[each.emoji, each.sender, each.own] for each in message.reactions]
    if message.media is not None:
        media = message.media
        facts["media"] = [
            media.mimetype,
            media.size,
            media.width,
            media.height,
            media.seconds,
            [*media.waveform],
        ]
    if message.place is not None:
        facts["place"] = _place_facts(message.place)
    if message.cards:
        facts["cards"] = [[card.name, [*card.numbers]] for card in message.cards]
    if message.poll is not None:
        facts["poll"] = [[*message.poll.options], message.poll.several]
    if message.call is not None:
        facts["call"] = [message.call.video, message.call.missed, message.call.seconds]
    for name in ("invited_to", "type_name"):
        if value := getattr(message, name):
            facts[name] = value
    if message.mentions:
        facts["mentions"] = [*message.mentions]
    return _json(facts) if facts else None


def message_of(row: sqlite3.Row | tuple[Any, ...], chat: Safe) -> Message:
    """Make a message of what `COLUMNS` names; it starts the row, and what follows does not matter."""
    id_, time, own, kind, sender, ack, text, file, facts = row[:9]
    known: dict[str, Any] = json.loads(facts) if facts else {}
    message = Message(
        id=Safe(id_),
        chat=chat,
        time=time,
        own=bool(own),
        kind=Kind(kind),
        text=Safe(text),
        sender=_safe(sender),
        ack=None if ack is None else Ack(ack),
    )
    if known:
        _put_facts(message, known, _safe(file or None))
    return message


def _put_facts(message: Message, known: Mapping[str, Any], file: Safe | None) -> None:
    for flag in FLAGS:
        setattr(message, flag, known.get(flag, False))
    message.sender_name = _safe(known.get("sender_name"))
    message.invited_to = _safe(known.get("invited_to"))
    message.type_name = _safe(known.get("type_name"))
    message.mentions = tuple(map(Safe, known.get("mentions", ())))
    if quote := known.get("quote"):
        message.quote = _quote_of(quote)
    message.reactions = tuple(
        Reaction(Safe(emoji), _safe(sender), own) for emoji, sender, own in known.get("reactions", ())
    )
    if media := known.get("media"):
        mimetype, size, width, height, seconds, waveform = media
        message.media = Media(_safe(mimetype), file, size, width, height, seconds, tuple(waveform))
    if place := known.get("place"):
        message.place = _place_of(place)
    message.cards = tuple(map(_card_of, known.get("cards", ())))
    if poll := known.get("poll"):
        options, several = poll
        message.poll = Poll(tuple(map(Safe, options)), several)
    if call := known.get("call"):
        message.call = Call(*call)


def device_facts(device: Device) -> str:
    """Give what is kept of a device: its names, and not its state, which only the gateway knows."""
    known = {"name": device.name, "number": device.number}
    return _json({name: value for name, value in known.items() if value})  # the others stay as they are


def device_of(id_: str, facts: str) -> Device:
    """Make a device of what was kept; it counts as starting until the gateway says how it is."""
    known = json.loads(facts)
    return Device(Safe(id_), DeviceState.STARTING, _safe(known.get("name")), _safe(known.get("number")))


def chat_facts(chat: Chat) -> str:
    """Give what is kept of a chat."""
    facts: dict[str, Any] = {"name": chat.name, "time": chat.time}
    for flag in ("group", "unread", "pinned", "muted", "archived", "mentioned"):
        if value := getattr(chat, flag):
            facts[flag] = value
    if (last := chat.preview) is not None:
        call = [last.call.video, last.call.missed, last.call.seconds] if last.call else None
        ack = None if last.ack is None else int(last.ack)
        facts["last"] = [
            last.kind.value,
            last.text,
            last.own,
            last.id,
            last.sender,
            ack,
            call,
            last.type_name,
        ]
    return _json(facts)


def chat_of(key: ChatKey, facts: str) -> Chat:
    """Make a chat of what was kept."""
    known = json.loads(facts)
    preview = None
    if last := known.get("last"):
        kind, text, own, id_, sender, ack, call, type_name = last
        preview = Preview(
            Kind(kind),
            Safe(text),
            own,
            _safe(id_),
            _safe(sender),
            None if ack is None else Ack(ack),
            Call(*call) if call else None,
            _safe(type_name),
        )
    return Chat(
        key,
        Safe(known["name"]),
        known["time"],
        known.get("group", False),
        known.get("unread", 0),
        preview,
        known.get("pinned", False),
        known.get("muted", False),
        known.get("archived", False),
        known.get("mentioned", False),
    )


def enclosed_in(body: Body) -> str | None:
    """Give what goes with a text that is to be sent, but for the bytes of a file."""
    facts: dict[str, Any] = {}
    if body.quote is not None:
        facts["quote"] = _quote_facts(body.quote)
    if body.mentions:
        facts["mentions"] = [*body.mentions]
    if body.file is not None:
        facts["file"] = [body.file.name, body.file.mimetype]
    if body.place is not None:
        facts["place"] = _place_facts(body.place)
    if body.card is not None:
        facts["card"] = [body.card.name, [*body.card.numbers]]
    return _json(facts) if facts else None


def enclosed_of(text: str, facts: str | None, data: bytes | None) -> Body:
    """Make what is to be sent of what was kept of it."""
    known: dict[str, Any] = json.loads(facts) if facts else {}
    quote, place, card, file = (known.get(name) for name in ("quote", "place", "card", "file"))
    return Body(
        text,
        quote=_quote_of(quote) if quote else None,
        mentions=tuple(map(Safe, known.get("mentions", ()))),
        file=File(file[0], file[1], data or b"") if file else None,
        place=_place_of(place) if place else None,
        card=_card_of(card) if card else None,
    )


def kept_facts(kept: Kept) -> str:
    """Give what only watui knows of a chat."""
    return _json([kept.pinned, kept.muted_until, kept.unread, kept.alerts])


def kept_of(facts: str) -> Kept:
    """Make it of what was kept."""
    pinned, muted_until, unread, *alerts = json.loads(facts)
    return Kept(pinned, muted_until, unread, _loudness(*alerts))


OF_DEVICE = Safe("")
"""Stands where the jid of a chat does when something is kept of the device itself."""


def dress_facts(dress: Dress) -> str:
    """Give what only watui knows of a device."""
    return _json([dress.alias, dress.colour, dress.place, dress.hidden, dress.alerts])


def dress_of(facts: str) -> Dress:
    """Make it of what was kept."""
    alias, colour, place, hidden, alerts = json.loads(facts)
    return Dress(Safe(alias), colour, place, hidden, _loudness(alerts))


def _loudness(word: str | None = None) -> Loudness | None:
    return None if word is None else Loudness(word)


def _quote_facts(quote: Quote) -> list[Any]:
    return [quote.id, quote.sender, quote.kind.value, quote.text]


def _quote_of(facts: list[Any]) -> Quote:
    id_, sender, kind, text = facts
    return Quote(_safe(id_), _safe(sender), Kind(kind), Safe(text))


def _place_facts(place: Place) -> list[Any]:
    return [place.latitude, place.longitude, place.name, place.live]


def _place_of(facts: list[Any]) -> Place:
    latitude, longitude, name, live = facts
    return Place(latitude, longitude, _safe(name), live)


def _card_of(facts: list[Any]) -> Card:
    name, numbers = facts
    return Card(Safe(name), tuple(map(Safe, numbers)))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _safe(text: str | None) -> Safe | None:
    return None if text is None else Safe(text)
