"""Everything that is known of one message, in words. Pure: from a message to pairs of label and value."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from watui.models import Ack, Call, Media, Message, Place, Reaction, number_of
from watui.panes import words
from watui.text import Safe

STATES = {
    Ack.UNKNOWN: "not known whether it was sent",
    Ack.FAILED: "not sent",
    Ack.PENDING: "on its way",
    Ack.SENT: "sent",
    Ack.DELIVERED: "delivered",
    Ack.READ: "read",
    Ack.PLAYED: "played",
}
"""What became of an own message."""


def facts_of(message: Message, names: Mapping[Safe, Safe]) -> list[tuple[str, str]]:
    """List what is known of a message; `names` are those of people by their jids."""
    return [(label, value) for label, value in _facts(message, names) if value]


def _facts(message: Message, names: Mapping[Safe, Safe]) -> Iterator[tuple[str, str]]:
    yield from _sender(message, names)
    yield "sent", _moment(message.time)
    yield from _state(message)
    yield "kind", message.kind.value
    yield "type", message.type_name or ""
    if message.media is not None:
        yield from _file(message.media)
    if message.call is not None:
        yield "call", _call(message.call)
    yield "invited to", message.invited_to or ""
    yield "marks", ", ".join(_marks(message))
    if message.quote is not None:
        said = words.quoted(message.quote.kind, message.quote.text)
        yield "answer to", f"{_name(message.quote.sender, names)}: {said}" if message.quote.sender else said
        yield "answer's id", message.quote.id or ""
    yield "reactions", "\n".join(_reactions(message.reactions, names))
    yield "mentions", "\n".join(_who(jid, names) for jid in message.mentions)
    if message.poll is not None:
        yield "options", "\n".join(message.poll.options)
        yield "choice", "several" if message.poll.several else "one"
    yield "contacts", "\n".join(map(words.reached, message.cards))
    if message.place is not None:
        yield from _position(message.place)
    yield "id", message.id


def _sender(message: Message, names: Mapping[Safe, Safe]) -> Iterator[tuple[str, str]]:
    """Name who wrote it; in a chat of two that is the chat itself."""
    pushed = message.sender_name or ""
    jid = message.sender or (None if message.chat.endswith("@g.us") else message.chat)
    if message.own:
        yield "from", "you"
    elif jid is None:
        yield "from", pushed or "not known"
    elif jid in names:
        yield "from", _who(jid, names)
        yield "own name", pushed if pushed != names[jid] else ""
    else:
        yield "from", f"{pushed} · {_number(jid)}" if pushed else _number(jid)


def _name(jid: Safe, names: Mapping[Safe, Safe]) -> str:
    return names.get(jid) or _number(jid)


def _who(jid: Safe, names: Mapping[Safe, Safe]) -> str:
    """Name somebody, by the number too: names can be chosen, numbers hardly."""
    number = _number(jid)
    name = names.get(jid)
    return f"{name} · {number}" if name and name != number else number


def _number(jid: Safe) -> str:
    """Give the phone number, or the whole jid where it is none: its digits could be taken for one."""
    return number_of(jid) if jid.endswith("@c.us") else jid


def _moment(time: int) -> str:
    """Tell a moment to the second, in the terminal's own time zone, which it names."""
    then = datetime.fromtimestamp(time / 1000).astimezone()
    return f"{then:%A}, {then.day} {then:%B %Y, %H:%M:%S} ({then:%Z})"


def _state(message: Message) -> Iterator[tuple[str, str]]:
    """Say what became of an own message, and why it is no more than that."""
    if not message.own:
        return
    ack = Ack.SENT if message.ack is None else message.ack
    state = STATES[ack]
    if not message.error or message.error.startswith(state):
        yield "state", message.error or state
    else:
        yield "state", f"{state}: {message.error}"


def _file(media: Media) -> Iterator[tuple[str, str]]:
    yield "file", media.name or ""
    yield "file type", media.mimetype or ""
    if media.size is not None:
        exact = f"{media.size:,} bytes"
        yield "size", exact if media.size < 1000 else f"{exact} ({words.size(media.size)})"
    if media.width and media.height:
        yield "pixels", f"{media.width} × {media.height}"
    if media.seconds is not None:
        yield "length", words.length(media.seconds)


def _call(call: Call) -> str:
    facts = ["video" if call.video else "voice"]
    if call.missed:
        facts.append("missed")
    if call.seconds is not None:
        facts.append(words.length(call.seconds))
    return ", ".join(facts)


def _marks(message: Message) -> Iterator[str]:
    if message.edited:
        yield "edited"
    if message.forwarded:
        yield "forwarded"
    if message.starred:
        yield "starred"
    if message.starred_here:
        yield "starred in watui alone"
    if message.view_once:
        yield "can be viewed once"
    if message.disappearing:
        yield "disappears after a time"


def _reactions(reactions: tuple[Reaction, ...], names: Mapping[Safe, Safe]) -> Iterator[str]:
    """Tell whose each reaction is; where nobody knows, how many there are of it."""
    nameless: Counter[str] = Counter()
    for reaction in reactions:
        if reaction.own:
            yield f"you: {reaction.emoji}"
        elif reaction.sender is not None:
            yield f"{_name(reaction.sender, names)}: {reaction.emoji}"
        else:
            nameless[reaction.emoji] += 1
    for emoji, count in nameless.items():
        yield f"{emoji} × {count}"


def _position(place: Place) -> Iterator[tuple[str, str]]:
    yield "place", place.name or ""
    yield "position", f"{place.latitude:.6f}, {place.longitude:.6f}{' (moves)' if place.live else ''}"
