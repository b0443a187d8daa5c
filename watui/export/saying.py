"""The words that the forms share: for a message, a hole and a time."""

import re
from collections.abc import Iterable
from datetime import datetime

from watui.export.filed import Filed, Hole
from watui.models import Ack, Kind, Message
from watui.names import YOU
from watui.panes import words

_REMARKS = {
    "forwarded": "forwarded",
    "edited": "edited",
    "starred": "starred",
    "disappearing": "goes away by itself",
}
_FATES = {Ack.FAILED: "not sent", Ack.UNKNOWN: "nobody knows whether it was sent"}
_MENTION = re.compile("@([0-9]+)")


def parts(chat: Filed, message: Message) -> tuple[list[str], str, list[str]]:
    """Divide a message into remarks, its text, and what stands below that; remarks are one line each."""
    before = [", ".join(said for flag, said in _REMARKS.items() if getattr(message, flag))]
    if message.own and message.ack in _FATES:
        before.append(_FATES[message.ack])
    if (quote := message.quote) is not None:
        whom = f"to {chat.called(quote.sender)}" if quote.sender is not None else "to"
        before.append(f"answer {whom}: {words.quoted(quote.kind, quote.text)}")
    label = words.label(message)
    before.append(label or ("notice" if message.kind is Kind.SYSTEM else ""))
    if message.kind is not Kind.VOICE:  # the shape of a voice is nothing to read
        before += words.facts(message)
    after = ", ".join(
        f"{each.emoji} {YOU if each.own else chat.called(each.sender) if each.sender else ''}".rstrip()
        for each in message.reactions
    )
    return _flat(before), _mentioning(chat, message), _flat([f"reactions: {after}"] if after else [])


def _flat(lines: Iterable[str]) -> list[str]:
    return [flat for line in lines if (flat := " ".join(line.split()))]


def _mentioning(chat: Filed, message: Message) -> str:
    """Give the text of a message, those whom it mentions by their names."""
    if not message.mentions:
        return message.text
    called = {jid.partition("@")[0]: chat.called(jid) for jid in message.mentions}
    return _MENTION.sub(lambda found: f"@{called.get(found[1], found[1])}", message.text)


def missing(hole: Hole) -> str:
    """Say what is missing, and between which times."""
    if hole.after is None:
        said = f"older messages are missing here, before {_minute(hole.before or 0)}"
    elif hole.before is None:
        said = f"newer messages are missing here, after {_minute(hole.after)}"
    else:
        end = _minute(hole.before)
        if end.startswith(day := _minute(hole.after).rpartition(" ")[0]):
            end = end.removeprefix(f"{day} ")
        said = f"messages missing here, {_minute(hole.after)} – {end}"
    return f"{said}; the gateway cannot give them" if hole.final else said


def _minute(time: int) -> str:
    then = datetime.fromtimestamp(time / 1000).astimezone()
    return f"{then.day} {then:%b %Y %H:%M}"


def moment(time: int, between: str = " ") -> str:
    """Write a moment with its offset, so that it stays the same one wherever it is read."""
    then = datetime.fromtimestamp(time / 1000).astimezone()
    return then.isoformat(between, "milliseconds" if time % 1000 else "seconds")
