"""JSON Lines, in which everything that is known of a message is told."""

import json
from dataclasses import fields
from typing import Any

from watui.archive.shapes import FLAGS
from watui.export.filed import Filed, Hole
from watui.export.saying import moment
from watui.models import Kind, Message
from watui.text import Safe


class Lines:
    """JSON Lines: an object for each message and each hole; a key that says nothing is left out."""

    ending = "jsonl"
    between = ""

    def heading(self, chat: Filed) -> str:
        """Nothing: every line names its chat."""
        return ""

    def message(self, chat: Filed, message: Message) -> str:
        """Write everything that is known of a message."""
        jid, name = chat.author(message)
        told = {
            **_place(chat),
            "id": message.id,
            "time": moment(message.time, "T"),
            "sender": {"jid": jid, "name": name} if name else None,
            "own": message.own,
            "kind": message.kind.value,
            "text": message.text,
        }
        told |= {flag: True for flag in FLAGS if getattr(message, flag)}
        if message.ack is not None:
            told["ack"] = message.ack.name.lower()
        if (quote := message.quote) is not None:
            told["quote"] = {
                "id": quote.id,
                "sender": _person(chat, quote.sender),
                "kind": quote.kind.value,
                "text": quote.text,
            }
        if message.reactions:
            told["reactions"] = [
                {"emoji": each.emoji, "sender": _person(chat, each.sender), "own": each.own}
                for each in message.reactions
            ]
        if message.mentions:
            told["mentions"] = [_person(chat, jid) for jid in message.mentions]
        for part in ("media", "place", "poll", "call"):
            if (value := getattr(message, part)) is not None:
                told[part] = _facts(value)
        if message.cards:
            told["cards"] = [_facts(card) for card in message.cards]
        for part in ("invited_to", "type_name"):
            if value := getattr(message, part):
                told[part] = value
        return _json(told)

    def hole(self, chat: Filed, hole: Hole) -> str:
        """Write from when to when something is missing."""
        after, before = (None if at is None else moment(at, "T") for at in (hole.after, hole.before))
        missing = {"after": after, "before": before, "final": hole.final}
        return _json(
            {**_place(chat), "id": None, "time": after, "kind": Kind.MISSING.value, "missing": missing}
        )


def _place(chat: Filed) -> dict[str, Any]:
    return {
        "device": chat.device.id,
        "device_name": chat.device.label,
        "chat": chat.chat.key.jid,
        "chat_name": chat.name,
    }


def _person(chat: Filed, jid: Safe | None) -> dict[str, str] | None:
    return None if jid is None else {"jid": jid, "name": chat.called(jid)}


def _facts(part: Any) -> dict[str, Any]:
    told = {field.name: getattr(part, field.name) for field in fields(part)}
    return {name: value for name, value in told.items() if value is not None and value != ()}


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"
