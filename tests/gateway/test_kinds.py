"""Every message in every recording becomes a line that a person can read."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from watui.gateway.whatsapi.kinds import KINDS
from watui.gateway.whatsapi.message import in_chat, of_event
from watui.models import Kind, Message, preview_of
from watui.panes import words
from watui.text import Safe, clean

RECORDINGS = sorted((Path(__file__).parents[1] / "data" / "recordings").glob("*.json"))
CHAT = Safe("4915111111111@c.us")
BASE64 = re.compile(r"[A-Za-z0-9+/]{60}")
REPR = re.compile(r"\b(None|True|False|Safe\(|Kind\.|Media\(|Card\(|Poll\()|[{}]")


def messages_in(value: Any) -> Iterator[dict[str, Any]]:
    """Find what looks like a message, however deep."""
    if isinstance(value, dict):
        if {"id", "type", "timestamp", "fromMe", "body"} <= set(value):
            yield value
        for inner in value.values():
            yield from messages_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from messages_in(inner)


def shown(message: Message) -> list[str]:
    """Everything that is drawn of a message."""
    lines = [words.label(message) or "", message.text, *words.facts(message)]
    if message.quote is not None:
        lines.append(words.quoted(message.quote.kind, message.quote.text))
    return [line for line in lines if line]


def looked_at(message: Message) -> None:
    """Assert that it shows as something, and as nothing that people should not see."""
    assert [words.label(message), message.text] != [None, ""]
    lines = [*shown(message), words.preview(preview_of(message))]
    for line in lines:
        assert line.strip()
        assert clean(line) == line
        assert not BASE64.search(line), line
        assert not REPR.search(line), line
    if message.kind is Kind.UNKNOWN:
        assert message.type_name
        assert message.type_name in lines[0]


RECORDED = {path.stem: [*messages_in(json.loads(path.read_text("utf-8")))] for path in RECORDINGS}
WITH_MESSAGES = sorted(name for name, found in RECORDED.items() if found)


@pytest.mark.parametrize("name", WITH_MESSAGES)
def test_every_recorded_message_has_a_line(name: str) -> None:
    for raw in RECORDED[name]:
        looked_at(in_chat(raw, CHAT))
        message = of_event(raw)
        if message is not None:
            looked_at(message)


def test_recordings_hold_all_kinds_that_the_real_gateway_gives() -> None:
    types = {raw["type"] for found in RECORDED.values() for raw in found}
    assert types >= {"chat", "image", "video", "ptt", "audio", "document", "sticker", "location", "vcard"}
    assert types >= {"multi_vcard", "revoked", "ciphertext", "poll_creation", "groups_v4_invite"}
    assert types >= {"interactive", "call_log"}


@pytest.mark.parametrize("word", [*KINDS, "album", "event_creation", "order", "x" * 500, "{0}", "[b]", "  "])
@pytest.mark.parametrize("body", ["", "hello", "/9j/" + "A" * 400])
def test_every_type_has_a_line(word: str, body: str) -> None:
    raw = {
        "id": "false_4915111111111@c.us_A1",
        "timestamp": 1_795_390_000,
        "type": word,
        "body": body,
        "fromMe": False,
        "from": CHAT,
        "_data": {"subtype": "nothing_known"},
    }
    message = of_event(raw)
    assert message is not None
    line = words.label(message) or message.text
    assert line.strip()
    assert "/9j/" not in line or word in {"chat", "oversized"}
    if message.kind is Kind.UNKNOWN and word.strip():
        assert word[:60] in line
