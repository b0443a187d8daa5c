"""A message to send: how its body is checked, and how it reaches WhatsApp (contract 2.7, 2.8)."""

from __future__ import annotations

import re
from typing import Any

from watui.demo.acts import Acts
from watui.demo.answers import Checked
from watui.demo.phone import Phone
from watui.demo.records import Chat, Message

Json = dict[str, Any]

_CONTENTS = ("text", "media", "location")
_ID = re.compile(r"[\w.-]+@(c\.us|g\.us|lid|broadcast|newsletter)\Z")


class Refused(Exception):
    """WhatsApp does not take a message, as one for an id that means nothing [342]."""


def problems(source: Json, *, queued: bool = False) -> list[str]:
    """Give the complaints about a body; the queue knows locations and wants any content (contract 2.8)."""
    body = Checked(source)
    body.string("to", required=True)
    body.string("text", required=not queued and "media" not in source)
    _inner(body, "media", mimetype=True, data=True, filename=False)
    if queued:
        _inner(body, "location", description=False)
    body.string("quotedMessageId")
    body.strings("mentions")
    if queued and not any(name in source for name in _CONTENTS):
        body.problems.append(f'"value" must contain at least one of [{", ".join(_CONTENTS)}]')
    return body.problems


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


def hand_over(acts: Acts, phone: Phone, body: Json) -> Message:
    """Give a checked message to WhatsApp, whichever way it came; raises Refused."""
    to = body["to"]
    if not _ID.match(to) or (to.endswith("@g.us") and to not in phone.chats):
        raise Refused(to)
    chat = phone.chat_for(to)
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


def _quotable(acts: Acts, chat: Chat, quoted: str) -> bool:
    place = chat.find(quoted)
    return place is not None and (acts.full or place >= len(chat) - 100)
