"""The table of events, against recordings and the demo gateway's own table."""

import json
from typing import Any

import pytest

from tests.gateway.recordings import data, heard, recording
from watui import events as ev
from watui.demo import events as demo
from watui.gateway.base import LiveEvent, Offered, Question
from watui.gateway.whatsapi.events import TABLE, UNREADABLE, Reader
from watui.gateway.whatsapi.wire import Drops
from watui.models import Ack, Kind, Reaction
from watui.text import Safe

DEVICE = Safe("8eb16a6f-b1c9-40cb-8307-89bd20c024f9")
CHAT = "4915111111111@c.us"
ID = "true_4915111111111@c.us_3EB0AA"
ME = "491700000001@c.us"


@pytest.fixture
def reader() -> Reader:
    return Reader(DEVICE, Drops(), lambda: ME)


def said(reader: Reader, events: list[tuple[str, dict[str, Any]]]) -> list[LiveEvent]:
    return [e for name, payload in events for e in reader.read(name, ({"deviceId": DEVICE, **payload},))]


def test_every_event_of_the_demo_gateway_is_known() -> None:
    assert set(demo.BASIC) | set(demo.WIDE) <= set(TABLE)


def test_recorded_run(reader: Reader) -> None:
    """Every recorded event is read, and only what it says comes out."""
    kinds: list[type] = []
    for scene in recording("610-socket-events").values():
        if not isinstance(scene, dict):
            continue
        for item in scene.get("received", []):
            if not item["event"].startswith("<") and item["args"][0]["deviceId"] == DEVICE:
                kinds += map(type, reader.read(item["event"], tuple(item["args"])))
    assert kinds.count(ev.MessageArrived) == 17
    assert kinds.count(Offered) == 1
    assert kinds.count(Question) >= 9
    assert reader.drops.counts == {"a status update": 1}


def test_a_message_read_in_one_pass_is_the_same_message(reader: Reader) -> None:
    """What is recorded of messages takes the quick way, and says no more and no less on it."""
    quick = 0
    for scene in recording("610-socket-events").values():
        for item in scene.get("received", []) if isinstance(scene, dict) else []:
            if item["event"] != "message" or item["args"][0]["deviceId"] != DEVICE:
                continue
            read = reader.read_message(json.dumps([item["event"], *item["args"]], separators=(",", ":")))
            slow = reader.read(item["event"], tuple(item["args"]))
            assert slow == ([] if read is None else [read])
            quick += read is not None
    assert quick == 17


@pytest.mark.parametrize(
    "array",
    [
        '["message",{"deviceId":"another","message":{}}]',
        '["message",{"message":{"id":"a","timestamp":"x"}}]',
        '["message"]',
        '["message",{}] ',
        '["message",{},{}]',
        '["state",{"status":"CONFLICT"}]',
        "[",
        "",
    ],
)
def test_what_is_unusual_does_not_take_the_quick_way(reader: Reader, array: str) -> None:
    assert reader.read_message(array) is None
    assert not reader.drops.counts


def test_constant_state_means_nothing_and_others_are_questions(reader: Reader) -> None:
    assert said(reader, [("state", {"status": "ready"})]) == []
    assert said(reader, [("state", {"status": "CONFLICT"})]) == [
        Question(Safe("WhatsApp's state is CONFLICT"))
    ]
    [question] = said(reader, [("disconnected", {"reason": "transport\x1b close"})])
    assert question == Question(Safe("somebody was disconnected: transport␛ close"))


def test_chat_gets_the_push_name_only_in_a_chat_of_two(reader: Reader) -> None:
    [new] = reader.read("message", (heard("incoming_new_number"),))
    assert isinstance(new, ev.MessageArrived)
    assert new.chat_name == "Newcomer"
    [group] = reader.read("message", (heard("incoming_group"),))
    assert isinstance(group, ev.MessageArrived)
    assert group.chat_name is None


@pytest.mark.parametrize("name", ["message:create", "message_create", "message-sent", "message"])
def test_own_messages(reader: Reader, name: str) -> None:
    [event] = said(reader, [(name, {"message": data("330-direct-text")})])
    assert isinstance(event, ev.MessageArrived)
    assert event.message.own
    assert event.message.chat == CHAT
    assert event.chat_name is None


def test_acks_in_all_spellings(reader: Reader) -> None:
    for ack in (Ack.SENT, Ack.DELIVERED, Ack.READ, Ack.FAILED):
        events = said(reader, demo.acked(ID, CHAT, int(ack)))
        assert len(events) >= 3
        assert {e.ack for e in events if isinstance(e, ev.Acked)} == {ack}
        assert all(e == ev.Acked((Safe(ID),), ack, Safe(CHAT)) for e in events)
    assert said(reader, [("message-ack", {"id": ID, "ack": 4})]) == [ev.Acked((Safe(ID),), Ack.PLAYED)]
    assert said(reader, [("message:read", {"chatId": CHAT, "messageIds": []})]) == []


def test_what_becomes_of_messages(reader: Reader) -> None:
    place = Safe(CHAT)
    assert said(reader, demo.revoked(ID, CHAT)) == [ev.Revoked(Safe(ID), place)]
    assert said(reader, demo.edited(ID, CHAT, "new\x07")) == [ev.Edited(Safe(ID), Safe("new␇"), place)]
    assert said(reader, demo.reacted(ID, CHAT, CHAT, "👍")) == [
        ev.Reacted(Safe(ID), Reaction(Safe("👍"), place), place)
    ]
    assert said(reader, demo.reacted(ID, CHAT, ME, "")) == [
        ev.Reacted(Safe(ID), Reaction(Safe(""), Safe(ME), own=True), place)
    ]


def test_typing(reader: Reader) -> None:
    place = Safe(CHAT)
    assert said(reader, demo.typing(CHAT, CHAT, True)) == [ev.Typed(place, place, True)] * 2
    assert said(reader, demo.typing(CHAT, CHAT, False)) == [ev.Typed(place, place, False)] * 2


def test_chats_and_contacts(reader: Reader) -> None:
    item = data("118-chats-full-cached")[0]
    [changed] = said(reader, demo.chat_changed(item))
    assert isinstance(changed, ev.ChatChanged)
    assert changed.chat.name == "Bob Builder"
    known = said(reader, demo.contact_changed(data("101-contacts-empty")[1]))
    assert len(known) == 2
    assert all(isinstance(e, ev.ContactsListed) and e.contacts[0].name == "Alice Example" for e in known)


def test_the_device_and_groups_are_only_hints(reader: Reader) -> None:
    events = said(reader, [*demo.device_changed("error", "no \x1b browser"), ("device-deleted", {})])
    events += said(reader, demo.group_renamed(CHAT, "x", None))
    assert len(events) == 5
    assert all(isinstance(event, Question) for event in events)
    assert said(reader, [("device-battery", {"battery": 5})]) == []


def test_pairing_strings(reader: Reader) -> None:
    assert said(reader, [("qr", {"qr": "2@abc"})]) == [Offered("2@abc")]
    for bad in (None, "", "x" * 5000, "2@\x1b[0m", 7):
        assert said(reader, [("qr", {"qr": bad})]) == []


@pytest.mark.parametrize(
    "args", [(), (None,), ("text",), ([],), ({},), ({"deviceId": DEVICE, "message": {"id": "a b"}},), (7, 8)]
)
def test_message_that_cannot_be_read_makes_the_worker_ask(reader: Reader, args: tuple[object, ...]) -> None:
    assert reader.read("message", args) == [UNREADABLE]
    assert reader.read("message:ack", args) == []
    assert reader.drops.counts["an event"] == 2


def test_unknown_events_and_those_of_others_are_counted(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    assert reader.read("presence", ({},)) == []
    assert reader.read("\x1b]52;" + "x" * 999, ()) == []
    assert reader.read("message", ({"deviceId": "another", "message": {}},)) == []
    assert reader.drops.counts == {"an unknown event": 2, "an event of another device": 1}
    assert "presence" in caplog.text
    assert "\x1b" not in caplog.text
    assert "xxx" not in caplog.text


def test_revoked_message_arrives_as_such(reader: Reader) -> None:
    raw = heard("incoming_text")
    raw["message"]["type"] = "revoked"
    [event] = reader.read("message", (raw,))
    assert isinstance(event, ev.MessageArrived)
    assert (event.message.kind, event.message.text) == (Kind.REVOKED, "")
