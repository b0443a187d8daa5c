"""The group in which everything happens, on the wire of both profiles and as watui reads it."""

import json
import unicodedata
from typing import Any

from tests.demo.client import ALICE, Client, recorded
from tests.demo.conftest import Make
from watui.demo.acts import Acts
from watui.demo.message_shapes import list_item, raw_message
from watui.demo.options import DemoOptions
from watui.demo.phone import Phone
from watui.demo.records import Chat, Message
from watui.gateway.whatsapi import message as adapter
from watui.models import Kind
from watui.models import Message as Read
from watui.panes import words
from watui.text import Safe

GROUP = "120363999999999999@g.us"


def lake(**choices: Any) -> tuple[Phone, Chat]:
    """Make the demo as it is shown and find the group."""
    phone = Phone(DemoOptions.show(**choices), 0, lambda: 1_795_390_000.0, paired=True)
    return phone, next(chat for chat in phone.ordered() if chat.lang == "en lake")


def wired(value: Any) -> Any:
    return json.loads(json.dumps(value))


def told(phone: Phone, message: Message) -> Read:
    """Read a message as the socket tells it."""
    read = adapter.of_event(wired(raw_message(phone, message)))
    assert read is not None
    return read


def listed(phone: Phone, message: Message, *, full: bool) -> Read:
    """Read a message as a list tells it."""
    return adapter.in_chat(wired(list_item(phone, message, full=full)), Safe(message.chat))


def test_the_shown_demo_has_a_chat_that_holds_everything() -> None:
    phone, chat = lake()
    read = [told(phone, message) for message in chat]
    assert {message.kind for message in read} == set(Kind) - {Kind.MISSING}
    for field in ("view_once", "disappearing", "forwarded", "starred", "quote", "mentions"):
        assert any(getattr(message, field) for message in read), field
    assert any(Safe(phone.jid) in message.mentions for message in read)
    assert any(len(message.mentions) == 2 for message in read)
    polls = [message.poll for message in read if message.poll]
    assert {poll.several for poll in polls} == {True, False}
    assert all(len(poll.options) > 1 for poll in polls)
    calls = [message.call for message in read if message.call]
    assert {(call.video, call.missed, call.seconds is None) for call in calls} == {
        (True, True, True),
        (True, False, False),
        (False, True, True),
        (False, False, False),
    }
    assert any(message.invited_to for message in read)
    assert any(len(message.cards) == 3 and message.cards[1].numbers[1:] for message in read)
    assert all(message.media.waveform for message in read if message.kind is Kind.VOICE and message.media)
    assert {message.place.live for message in read if message.place} == {True, False}
    assert any(len(message.text) >= 20_000 for message in read)
    assert {message.type_name for message in read if message.kind is Kind.UNKNOWN} == {
        "album",
        "event_creation",
    }
    texts = "".join(message.text for message in read)
    for piece in (
        "*bold*",
        "_italic_",
        "~struck~",
        "```mono```",
        "\n> Leave",
        "\n- ",
        "\n1. ",
        "https://",
        "👨‍👩‍👧‍👦",
    ):
        assert piece in texts, piece
    assert {"R", "AL"} <= {unicodedata.bidirectional(letter) for letter in texts}
    notices = [message.text for message in read if message.kind is Kind.SYSTEM]
    assert any(" added " in text for text in notices)
    assert any(text.endswith("changed the group's name to Lake weekend 🏞") for text in notices)


def test_it_answers_what_was_said_long_before() -> None:
    _, chat = lake()
    far = [
        place - found
        for place, message in enumerate(chat)
        if message.quoted and (found := chat.find(message.quoted)) is not None
    ]
    assert max(far) == 55
    assert min(far) == 1


def test_full_lists_tell_as_much_as_events() -> None:
    phone, chat = lake()
    for message in chat:
        event, item = told(phone, message), listed(phone, message, full=True)
        for field in ("kind", "text", "media", "poll", "call", "place", "cards", "mentions", "invited_to"):
            assert getattr(event, field) == getattr(item, field), field
        for field in ("view_once", "disappearing", "forwarded", "starred", "type_name"):
            assert getattr(event, field) == getattr(item, field), field
        assert words.label(event) == words.label(item)


def test_lists_of_the_real_gateway_hold_only_what_they_hold() -> None:
    phone, chat = lake()
    allowed = {key for name in ("201-messages-limit-100", "207-messages-group") for key in keys(name)}
    for message in chat:
        item = list_item(phone, message, full=False)
        assert set(item) <= allowed | {"author", "mentionedIds", "links"}
        read = listed(phone, message, full=False)
        assert not any((read.view_once, read.disappearing, read.poll, read.invited_to))
        assert words.label(read) or read.text
        if read.media is not None:
            assert (read.media.size, read.media.waveform) == (None, ())


def keys(name: str) -> set[str]:
    return {key for item in recorded(name)["data"] for key in item}


async def test_a_poll_has_the_keys_of_whatsapp_web(real: Client) -> None:
    phone, chat = lake()
    poll = next(message for message in chat if message.poll and message.poll.several)
    raw = raw_message(phone, poll)
    assert raw["body"] == raw["pollName"] == raw["_data"]["pollName"] == "What shall we bring?"
    assert raw["pollOptions"] == raw["_data"]["pollOptions"]
    assert raw["pollOptions"][1] == {"name": "Canoe", "localId": 1}
    assert raw["allowMultipleAnswers"] is True
    assert raw["_data"]["pollSelectableOptionsCount"] == 0
    assert len(raw["messageSecret"]) == len(raw["_data"]["messageSecret"]) == 32
    invite = next(message for message in chat if message.invite)
    assert set(raw_message(phone, invite)["inviteV4"]) == {
        "inviteCode",
        "inviteCodeExp",
        "groupId",
        "groupName",
        "fromId",
        "toId",
    }


def test_a_voice_note_has_the_shape_that_was_recorded() -> None:
    phone, chat = lake()
    voice = next(message for message in chat if message.type == "ptt")
    data = raw_message(phone, voice)["_data"]
    scene = recorded("610-socket-events")["incoming_ptt"]["received"][0]["args"][0]["message"]["_data"]
    assert set(data) - {"author", "caption"} <= set(scene) | {
        "quotedMsg",
        "quotedStanzaID",
        "quotedParticipant",
    }
    assert set(data["waveform"]) == set(scene["waveform"])
    assert all(0 <= level <= 100 for level in data["waveform"].values())


async def test_both_profiles_serve_it(make: Make) -> None:
    for profile, hidden in (("whatsapi", {"call_log", "gp2", "e2e_notification"}), ("full", set[str]())):
        client = await make(profile=profile)
        client.gateway.chat(
            None, GROUP, "Lake", messages=150, members=[ALICE, "1@c.us", "2@c.us"], lang="en lake"
        )
        items: list[dict[str, Any]] = (await client.page(GROUP, limit=100))["data"]
        types = {item["type"] for item in items}
        assert types & {"call_log", "gp2", "e2e_notification"} == (
            set() if hidden else {"call_log", "gp2", "e2e_notification"}
        )
        assert types >= {"poll_creation", "album", "multi_vcard", "groups_v4_invite"}
        polls = [item for item in items if item["type"] == "poll_creation"]
        assert all(("_data" in item) == (profile == "full") for item in polls)


async def test_every_kind_is_told_over_the_socket(real: Client) -> None:
    """What the control port lets arrive has the words of the wire in `raw`."""
    socket = await real.connect()
    await socket.hear("state")
    gateway = real.gateway
    raw = {"_data": {"isViewOnce": True}, "isEphemeral": True}
    gateway.message(None, ALICE, "look", type="image", raw=raw)
    event = await socket.hear("message")
    message = adapter.of_event(event["message"])
    assert message is not None
    assert (message.view_once, message.disappearing) == (True, True)


def test_a_deleted_message_keeps_nothing() -> None:
    acts = Acts(DemoOptions.show(profile="full"), lambda *_: None)
    phone = next(iter(acts.phones.values()))
    chat = next(chat for chat in phone.ordered() if chat.lang == "en lake")
    for kind in ("poll_creation", "call_log", "groups_v4_invite", "ptt", "location"):
        acts.revoke(phone, next(message.id for message in chat if message.type == kind))
    for message in chat.touched.values():
        raw = wired(raw_message(phone, message))
        assert not {"pollOptions", "inviteV4", "location", "mediaKey"} & set(raw)
        assert not {"pollOptions", "inviteGrpName", "waveform", "subtype", "lat"} & set(raw["_data"])
        read = told(phone, message)
        assert (read.kind, read.poll, read.call, read.media) == (Kind.REVOKED, None, None, None)
