"""A message to send: how its body is checked, and how it reaches WhatsApp (contract 2.7 to 2.10)."""

from __future__ import annotations

import re
from typing import Any

from watui.demo.acts import Acts
from watui.demo.answers import Checked
from watui.demo.phone import Phone
from watui.demo.records import Chat, Message, Place

Json = dict[str, Any]

_CONTENTS = ("text", "media", "location")
_STAYS = {"revoked", "ciphertext"}
_KEPT = ("type", "body", "media", "place", "cards", "poll", "invite", "gif", "mentions")
_ID = re.compile(r"[\w.-]+@(c\.us|g\.us|lid|broadcast|newsletter)\Z")


class Refused(Exception):
    """WhatsApp does not take a message, as one for an id that means nothing [342]."""


def problems(source: Json, *, queued: bool = False) -> list[str]:
    """Give the complaints about a body; the queue knows locations and wants any content (contract 2.8)."""
    body = Checked(source)
    body.string("to", required=True)
    body.string("text", required=not queued and "media" not in source)
    check_media(body)
    if queued:
        _inner(body, "location", description=False)
    body.string("quotedMessageId")
    body.strings("mentions")
    if queued and not any(name in source for name in _CONTENTS):
        body.problems.append(f'"value" must contain at least one of [{", ".join(_CONTENTS)}]')
    return body.problems


def check_media(body: Checked) -> None:
    """Check the file in a body."""
    _inner(body, "media", mimetype=True, data=True, filename=False)


def _inner(body: Checked, name: str, **strings: bool) -> None:
    """Check an object inside a body; `strings` are its fields, and whether each is required."""
    if name not in body.source:
        return
    value = body.source[name]
    if not isinstance(value, dict):
        body.problems.append(f'"{name}" must be of type object')
        return
    inner = Checked(value)
    for key, required in strings.items():
        inner.string(key, required=required, label=f"{name}.{key}")
    body.problems += inner.problems


def completed(to: str) -> str:
    """Make an id of a bare number, as some routes do (contract 2.8, 2.10, 2.15)."""
    return to if "@" in to else f"{to}@c.us"


def _target(phone: Phone, to: object) -> Chat:
    if not isinstance(to, str) or not _ID.match(to) or (to.endswith("@g.us") and to not in phone.chats):
        raise Refused(to)
    return phone.chat_for(to)


def hand_over(acts: Acts, phone: Phone, body: Json) -> Message:
    """Give a checked message to WhatsApp, whichever way it came; raises Refused."""
    chat = _target(phone, body["to"])
    quoted = body.get("quotedMessageId")
    if quoted is not None and not _quotable(acts, chat, quoted):
        quoted = None
    return acts.send(
        phone,
        chat,
        body.get("text") or "",
        media=body.get("media"),
        quoted=quoted,
        mentions=tuple(body.get("mentions") or ()),
    )


def locate(acts: Acts, phone: Phone, to: object, place: Place) -> Message:
    """Send a location; raises Refused."""
    return acts.send(phone, _target(phone, to), "", place=place)


def forward(acts: Acts, phone: Phone, original: Message, to: str) -> Message:
    """Send what is in a message on; raises Refused, also for one that holds nothing any more."""
    if original.type in _STAYS:
        raise Refused(original.id)
    chat = _target(phone, to)
    message = acts.draft(phone, chat, mine=True)
    for name in _KEPT:
        setattr(message, name, getattr(original, name))
    message.forwards = original.forwards + 1
    return acts.post(phone, chat, message, original=original.id)


def _quotable(acts: Acts, chat: Chat, quoted: str) -> bool:
    place = chat.find(quoted)
    return place is not None and (acts.full or place >= len(chat) - 100)
