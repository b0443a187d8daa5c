"""What WhatsApp writes into a chat by itself, in words."""

from typing import Any

import pytest

from watui.gateway.whatsapi.message import in_chat, of_event
from watui.models import Kind, Message
from watui.panes import words
from watui.text import Safe

TEAM = Safe("120363000000000001@g.us")
ME, ANA, BOB = "491700000001@c.us", "4915111111111@c.us", "123456789012345@lid"


def notice(subtype: object, body: str = "", word: str = "gp2", own: bool = False, **data: Any) -> Message:
    raw: dict[str, Any] = {
        "id": {"_serialized": f"false_{TEAM}_A1_{ANA}"},
        "timestamp": 1_795_390_000,
        "type": word,
        "body": body,
        "fromMe": own,
        "from": ME if own else TEAM,
        "to": TEAM if own else ME,
        "author": ANA,
        "_data": {"subtype": subtype, **data},
    }
    if data.get("author", "") is None:
        del raw["author"]
    return in_chat(raw, TEAM)


@pytest.mark.parametrize(
    ("subtype", "body", "data", "text", "named"),
    [
        ("add", "", {"recipients": [BOB]}, "Ana added @123456789012345", [BOB]),
        ("add", "", {"recipients": [{"_serialized": BOB}]}, "Ana added @123456789012345", [BOB]),
        ("add", "", {"recipients": [ME]}, "Ana added you", []),
        ("add", "", {"recipients": [ANA]}, "Ana joined", []),
        ("add", "", {"recipients": [BOB], "author": None}, "Somebody added @123456789012345", [BOB]),
        ("add", "", {"recipients": [BOB, "1@c.us", "2@c.us"]}, "Ana added @123456789012345, @1 and @2", None),
        ("invite", "", {"recipients": [BOB]}, "@123456789012345 joined by the invitation link", [BOB]),
        ("leave", "", {}, "Ana left", []),
        ("leave", "", {"author": None, "recipients": "x"}, "Somebody left", []),
        ("remove", "", {"recipients": [ANA]}, "Ana left", []),
        ("remove", "", {"recipients": [ME]}, "Ana removed you", []),
        ("promote", "", {"recipients": [BOB]}, "Ana made @123456789012345 admin", [BOB]),
        ("subject", "Lake {who} %s", {}, "Ana changed the group's name to Lake {who} %s", []),
        ("subject", "Lake", {"author": None}, "The group's name was changed to Lake", []),
        ("subject", "", {"notifyName": ""}, "@4915111111111 changed the group's name", [ANA]),
        ("create", "Lake", {}, "Ana created the group: Lake", []),
        ("picture", "", {"author": None}, "The group's picture was changed", []),
    ],
)
def test_what_happened_to_a_group(
    subtype: str, body: str, data: dict[str, Any], text: str, named: list[str] | None
) -> None:
    message = notice(subtype, body, **{"notifyName": "Ana", **data})
    assert message.kind is Kind.SYSTEM
    assert message.text == text
    assert named is None or list(message.mentions) == named
    assert words.label(message) is None
    assert type(message.text) is Safe


def test_what_oneself_did() -> None:
    message = notice("add", own=True, recipients=[BOB])
    assert message.text == "You added @123456789012345"
    assert message.mentions == (BOB,)


def test_many_people_are_counted() -> None:
    message = notice("add", recipients=[f"{number}@c.us" for number in range(1000)])
    assert message.text.endswith("@11 and 988 more")
    assert len(message.mentions) == 13  # who did it, and a dozen


@pytest.mark.parametrize(("subtype", "text"), [("encrypt", "end-to-end"), ("identity", "security code")])
def test_about_encryption(subtype: str, text: str) -> None:
    assert text in notice(subtype, word="e2e_notification").text


@pytest.mark.parametrize(
    ("subtype", "word"),
    [("growth_locked", "growth_locked"), (None, "gp2"), (7, "gp2"), ({}, "gp2"), ("", "gp2"), ("\u202e", "")],
)
def test_an_unknown_one_is_named(subtype: object, word: str) -> None:
    message = notice(subtype)
    assert message.text == ""
    assert words.label(message) == (f"notice ({word})" if word else "notice")
    assert notice(subtype, "as it was").text == "as it was"


def test_numbers_in_sentences_are_clean() -> None:
    message = notice("subject", "a\x1b[2J\nb\u202e", notifyName="A\x9b\nna")
    assert message.text == "A� na changed the group's name to a␛[2J b"


def test_the_real_gateway_gives_them_as_the_last_message_of_a_chat() -> None:
    raw = {"id": f"false_{TEAM}_A1_{ANA}", "timestamp": 1, "type": "gp2", "from": TEAM}
    message = of_event(raw)
    assert message is not None
    assert words.label(message) == "notice (gp2)"
