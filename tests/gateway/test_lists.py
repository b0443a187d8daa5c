"""Chats, contacts and devices from recordings."""

from typing import Any

import pytest

from tests.gateway.recordings import data
from watui.gateway.whatsapi.lists import chat_of, contact_of, device_of, each, health_of
from watui.gateway.whatsapi.wire import Drops
from watui.models import Ack, Chat, ChatKey, Contact, DeviceState, Kind, Message
from watui.text import Safe

DEVICE = Safe("8eb16a6f-b1c9-40cb-8307-89bd20c024f9")


def chats(name: str) -> dict[str, Chat]:
    drops = Drops()
    found = each(data(name), lambda raw: chat_of(raw, DEVICE), "a chat", drops)
    assert not drops.counts
    return {chat.key.jid: chat for chat, _ in found}


def single(name: str) -> tuple[Chat, Message | None]:
    found = chat_of(data(name), DEVICE)
    assert found is not None
    return found


def test_full_list_from_the_cache() -> None:
    found = chats("118-chats-full-cached")
    assert len(found) == 143
    bob = found["14155550123@c.us"]
    assert bob.key == ChatKey(DEVICE, Safe("14155550123@c.us"))
    assert (bob.name, bob.pinned, bob.time) == ("Bob Builder", True, 1795385182000)
    assert bob.preview is not None
    assert (bob.preview.id, bob.preview.own, bob.preview.kind) == (
        "true_14155550123@c.us_3EB041D0243E14000242",
        True,
        Kind.TEXT,
    )
    family = found["120363000000000002@g.us"]
    assert (family.muted, family.group, family.unread) == (True, True, 27)


def test_full_list_not_from_the_cache() -> None:
    found = chats("127-chats-full-fresh")
    bob = found["14155550123@c.us"]
    assert bob.preview is not None
    assert (bob.preview.text, bob.preview.kind) == ("arrived silently", Kind.TEXT)
    assert found["4915166666666@c.us"].preview is None
    team = found["120363000000000001@g.us"]
    assert team.preview is not None
    assert (team.preview.own, team.preview.ack) == (True, Ack.READ)
    assert team.preview.sender == "491700000001@c.us"


def test_summary_list() -> None:
    found = chats("112-chats-limit-100")
    assert len(found) == 100
    assert {chat.name for chat in found.values()} >= {"Alice Example", "Bob Builder"}


@pytest.mark.parametrize(
    ("last", "kind", "text"),
    [
        ({"body": "/9j/" + "A" * 500, "timestamp": 5, "fromMe": False}, Kind.LOCATION, ""),
        ({"body": "BEGIN:VCARD\nFN:X\nEND:VCARD", "timestamp": 5, "fromMe": True}, Kind.CONTACT, "X"),
        ({"body": "", "timestamp": 5, "fromMe": False}, Kind.UNKNOWN, ""),
        ({"body": "", "timestamp": 5, "fromMe": False, "type": "image"}, Kind.IMAGE, ""),
        ({"body": "two\nlines", "timestamp": 5, "fromMe": False}, Kind.TEXT, "two lines"),
    ],
)
def test_last_messages_in_short_form(last: dict[str, Any], kind: Kind, text: str) -> None:
    found = chat_of({"id": "1@c.us", "name": "A", "lastMessage": last}, DEVICE)
    assert found is not None
    assert found[0].preview is not None
    assert (found[0].preview.kind, found[0].preview.text) == (kind, text)


@pytest.mark.parametrize(
    "last", [None, {"body": "", "timestamp": None, "fromMe": False}, {"body": 7, "timestamp": "x"}, "no", []]
)
def test_chat_without_a_last_message(last: object) -> None:
    found = chat_of({"id": "1@c.us", "name": "A", "lastMessage": last}, DEVICE)
    assert found is not None
    assert found[0].preview is None


def test_one_chat() -> None:
    chat, message = single("130-chat-get-private")
    assert (chat.key.jid, chat.name, chat.unread, chat.time) == (
        "4915111111111@c.us",
        "Alice Example",
        5,
        1795390083000,
    )
    assert message is not None
    assert (message.text, message.chat) == ("again", "4915111111111@c.us")
    group, last = single("130-chat-get-group")
    assert group.group
    assert last is not None
    assert (last.own, last.ack, last.chat) == (True, Ack.READ, "120363000000000001@g.us")
    assert single("130-chat-get-lid")[0].name == "LID Contact"


def test_chats_that_are_empty_or_of_nobody() -> None:
    assert single("130-chat-get-empty-chat")[1] is None
    chat, message = single("130-chat-get-unknown-cus")
    assert (chat.name, chat.time, chat.preview, message) == ("+4999", 0, None, None)


def test_muted_is_spelt_in_two_ways_and_marked_unread_counts_as_one() -> None:
    found = chat_of({"id": {"_serialized": "1@c.us"}, "isMuted": True, "unreadCount": -1}, DEVICE)
    assert found is not None
    assert (found[0].muted, found[0].unread, found[0].name) == (True, 1, "1")


def test_status_updates_are_no_chat_and_bad_items_cost_only_themselves() -> None:
    drops = Drops()
    items: list[object] = [
        {"id": "status@broadcast"},
        {"id": "1@c.us"},
        {"id": "a b"},
        None,
        7,
        {"name": "x"},
    ]
    found = each(items, lambda raw: chat_of(raw, DEVICE), "a chat", drops)
    assert [chat.key.jid for chat, _ in found] == ["1@c.us"]
    assert drops.counts["a chat"] == 4


def test_contacts() -> None:
    drops = Drops()
    found = {c.jid: c for c in each(data("101-contacts-empty"), contact_of, "a contact", drops)}
    assert not drops.counts
    assert not any(jid.endswith("@g.us") for jid in found)
    assert found[Safe("4915111111111@c.us")] == Contact(
        Safe("4915111111111@c.us"), Safe("Alice Example"), None, Safe("4915111111111")
    )
    assert found[Safe("4915122222222@c.us")].push_name == "just a pushname"
    assert found[Safe("4915122222222@c.us")].name is None
    assert found[Safe("123456789012345@lid")].number is None
    unknown = contact_of({"id": "1@c.us", "name": "Unknown", "isMyContact": False})
    assert unknown == Contact(Safe("1@c.us"))


def test_devices_of_the_list() -> None:
    [device] = each(data("030-devices-list"), device_of, "a device", Drops())
    assert (device.id, device.state) == (DEVICE, DeviceState.READY)
    assert (device.name, device.number) == ("Gateway Test Account", "491700000001")


@pytest.mark.parametrize(
    ("name", "state", "has_qr"),
    [
        ("031-device-get", DeviceState.READY, False),  # the old one is still served
        ("032-device-status-ready", DeviceState.READY, False),
        ("036-device-create", DeviceState.STARTING, False),
        ("037-device-status-initializing", DeviceState.STARTING, False),
        ("040-device-status-qr", DeviceState.UNLINKED, True),
        ("043-device-get-in-qr", DeviceState.UNLINKED, True),
        ("831-initfail-status", DeviceState.FAILED, False),
    ],
)
def test_states_and_pairing_strings(name: str, state: DeviceState, has_qr: bool) -> None:
    device = device_of(data(name))
    assert device.state is state
    assert (device.qr is not None) is has_qr
    assert "2@" not in repr(device)


def test_queue_and_health_of_a_device() -> None:
    status = health_of(data("320-messages-status"))
    assert (status.queued, status.word, status.score, status.warnings) == (10, "healthy", 100, ())


def test_a_health_that_says_nothing() -> None:
    status = health_of({})
    assert (status.queued, status.word, status.score, status.warnings) == (None, "unknown", None, ())
