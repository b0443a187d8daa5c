"""Forwarding and deleting messages: windows, answers, and what is left (contract 2.10, [400] to [415])."""

import base64
import time

import pytest

from tests.demo.client import ALICE, Client, recorded, shape, until
from tests.demo.conftest import Make
from watui.demo.records import Poll

LONG = "4915777777777@c.us"
OTHER = "4915100000009@c.us"
LOST = (404, {"success": False, "error": "Message not found"})
UNREADY = (400, {"success": False, "error": "Device not ready."})
PLACE = {"latitude": 52.5, "longitude": 13.4, "name": "Tor", "address": "Pariser Platz"}


def invalid(details: str) -> tuple[int, object]:
    return 400, {"success": False, "error": "Validation error", "details": details}


def kept(client: Client, chat: str = ALICE) -> list[str]:
    return [str(item["id"]) for item in client.gateway.truth(None, chat)["messages"]]


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_what_is_forwarded_arrives(make: Make, profile: str) -> None:
    client = await make(profile=profile)
    gateway = client.gateway
    data = bytes(range(256)) * 20
    media = {"data": base64.b64encode(data).decode(), "mimetype": "application/zip"}
    poll = gateway.message(None, ALICE, "When?", type="poll_creation")
    gateway.acts.message(gateway.handset(), poll).poll = Poll(("Mon", "Tue"))
    originals = [
        gateway.message(None, ALICE, "words", forwards=4),
        gateway.message(None, ALICE, type="document", filename="a.zip", media=media),
        gateway.message(None, ALICE, location=PLACE),
        gateway.message(None, ALICE, "BEGIN:VCARD\nFN:X\nEND:VCARD", type="vcard"),
        poll,
        await client.send("my own", quotedMessageId=poll),
    ]
    for original in originals:
        asked = {"messageId": original, "to": OTHER, "fromChatId": ALICE, "useQueue": True}
        told = {"originalMessageId": original, "recipient": OTHER, "status": "sent"}
        assert await client.post("messages/forward", asked) == (200, {"success": True, "data": told})
    items = (await client.page(OTHER, limit=100))["data"]
    assert [item["type"] for item in items] == [
        "chat",
        "document",
        "location",
        "vcard",
        "poll_creation",
        "chat",
    ]
    assert [item["body"] for item in items if item["type"] == "chat"] == ["words", "my own"]
    assert all(item["fromMe"] and item["isForwarded"] and "quotedMessage" not in item for item in items)
    assert items[2]["location"]["description"] == "Tor\nPariser Platz"
    assert items[3]["vCards"]
    forwarded = [gateway.acts.message(gateway.handset(), item["id"]) for item in items]
    assert [message.forwards for message in forwarded] == [5, 1, 1, 1, 1, 1]
    assert forwarded[4].poll == Poll(("Mon", "Tue"))
    assert base64.b64decode(gateway.file(None, items[1]["id"])["data"]) == data
    ledger = [item for item in gateway.sends if item["original"]]
    assert [(item["original"], item["chat"], item["id"]) for item in ledger] == [
        (original, OTHER, item["id"]) for original, item in zip(originals, items, strict=True)
    ]
    assert (ledger[1]["filename"], ledger[1]["size"]) == ("a.zip", len(data))


async def test_a_bare_number_is_completed(real: Client) -> None:
    message = real.gateway.message(None, ALICE, "x")
    status, answer = await real.post("messages/forward", {"messageId": message, "to": "4915100000009"})
    assert (status, answer["data"]["recipient"]) == (200, OTHER)
    path = f"chats/{ALICE}/messages/forward"
    assert await real.post(path, {"messageId": message, "to": "4915100000009"}) == (
        500,
        {"success": False, "error": "Failed to forward message"},
    )


async def test_out_of_a_chat_it_takes_its_time_and_gives_the_newest(make: Make) -> None:
    client = await make(profile="whatsapi", forward_delay=0.1)
    message = client.gateway.message(None, ALICE, "words")
    path = f"chats/{ALICE}/messages/forward"
    older = client.gateway.message(None, OTHER, "before")
    client.gateway.acts.message(client.gateway.handset(), older).at -= 10
    start = time.monotonic()
    status, answer = await client.post(path, {"messageId": message, "to": OTHER})
    assert time.monotonic() - start >= 0.1
    assert (status, answer["data"]["body"], answer["data"]["forwardingScore"]) == (200, "words", 1)
    assert shape(answer["data"]["id"]) == shape(recorded("330-direct-text")["data"]["id"])
    assert await client.post(path, {"messageId": "nope", "to": OTHER}) == LOST
    for bad in ("999@g.us", "junk"):
        path = f"chats/{bad}/messages/forward"
        assert (await client.post(path, {"messageId": message, "to": OTHER}))[0] == 500


@pytest.mark.parametrize("action", ["forward", "delete"])
async def test_windows(make: Make, action: str) -> None:
    real, full = await make(profile="whatsapi"), await make(profile="full")
    for client in (real, full):
        client.gateway.chat(None, LONG, messages=450)
        ids = kept(client, LONG)

        async def status(message: str, source: str | None, client: Client = client) -> int:
            body = {"messageId": message, "to": OTHER} | ({"fromChatId": source} if source else {})
            return (await client.post(f"messages/{action}", body))[0]

        beyond = 404 if client is real else 200
        assert await status(ids[350], LONG) == 200
        assert await status(ids[349 - (action == "delete")], LONG) == beyond
        assert await status(ids[-50], None) == 200
        assert await status(ids[-52], None) == beyond
        assert await status("false_x@c.us_NOPE", None) == 404
        assert await status(ids[-1], "4999@c.us") == beyond
        assert await status(ids[-1], "junk") == 500
        # Twenty chats with news leave no place for this one among the first.
        for chat in client.gateway.handset().ordered()[:22]:
            client.gateway.message(None, chat.id, "news")
        client.gateway.handset().chats[LONG].added.clear()
        assert await status(ids[-3], None) == beyond


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_deleting(make: Make, profile: str) -> None:
    client = await make(profile=profile)
    gateway = client.gateway
    theirs, more = gateway.message(None, ALICE, "theirs"), gateway.message(None, ALICE, type="image")
    own, mine = await client.send("own"), await client.send("mine")
    quoting = gateway.message(None, ALICE, "see above", quoted=more)
    before = kept(client)
    answers = [
        await client.post("messages/delete", {"messageId": theirs, "fromChatId": ALICE, "forEveryone": True}),
        await client.post("messages/delete", {"messageId": own, "forEveryone": "true"}),
        await client.post("messages/delete", {"messageId": mine}),
        await client.post(f"chats/{ALICE}/messages/delete", {"messageId": more, "forEveryone": False}),
    ]
    assert [status for status, _ in answers] == [200] * 4
    data = [answer["data"] for _, answer in answers]
    assert all(item.pop("timestamp") > 10**12 for item in data[:3])
    assert data == [
        {"messageId": theirs, "forEveryone": True},
        {"messageId": own, "forEveryone": True},
        {"messageId": mine, "forEveryone": False},
        {"messageId": more},
    ]
    assert kept(client) == [one for one in before if one not in {theirs, mine, more}]
    assert kept(client)[-2:] == [own, quoting]
    items = (await client.page(limit=100))["data"][-2:]
    assert [(item["type"], item["body"]) for item in items] == [("revoked", ""), ("chat", "see above")]
    assert "quotedMessage" not in items[1]
    assert (await client.get(f"messages/{more}/media/download"))[0] == 404
    again = {"messageId": theirs, "fromChatId": ALICE}
    assert await client.post("messages/delete", again) == LOST
    assert await client.post("messages/forward", again | {"to": OTHER}) == LOST
    assert [(deed["deed"], deed["chat"], deed["id"], deed["everyone"]) for deed in gateway.deeds] == [
        ("delete", ALICE, theirs, False),
        ("delete", ALICE, own, True),
        ("delete", ALICE, mine, False),
        ("delete", ALICE, more, False),
    ]
    assert (await client.post("messages/forward", {"messageId": own, "to": OTHER}))[0] == 500
    assert (await client.post("messages/delete", {"messageId": own, "forEveryone": True}))[0] == 200
    assert own not in kept(client)


async def test_only_revoking_is_told(full: Client) -> None:
    gateway = full.gateway
    socket = await full.connect()
    await socket.hear("state")
    sent = [await full.send("for me"), await full.send("for everyone")]
    await until(lambda: [gateway.acts.message(gateway.handset(), one).ack for one in sent] == [3, 3])
    gateway.message(None, ALICE, "last")
    await socket.hear("message")
    for everyone, message in zip((False, True), sent, strict=True):
        await full.post("messages/delete", {"messageId": message, "forEveryone": everyone})
    await socket.hear("message-revoked")
    place = [name for name, _ in socket.events].index("message")
    told = [(name, event.get("messageId")) for name, event in socket.events[place + 1 :]]
    assert told == [("chat:update", None), ("message-revoked", sent[1])]
    updates = len(socket.named("chat:update"))
    await full.post("messages/delete", {"messageId": kept(full)[-1]})
    update = await socket.hear("chat:update", updates + 1)
    assert (update["chat"]["lastMessage"]["body"], update["chat"]["lastMessage"]["fromMe"]) == ("", True)


async def test_what_is_refused(make: Make) -> None:
    client = await make(profile="whatsapi")
    assert await client.post("messages/forward", {"to": OTHER}) == invalid('"messageId" is required')
    assert await client.post("messages/delete", {}) == invalid('"messageId" is required')
    path = f"chats/{ALICE}/messages"
    assert await client.post(f"{path}/forward", {"messageId": "x"}) == invalid('"to" is required')
    details = '"messageId" is not allowed to be empty, "forEveryone" must be a boolean'
    body = {"messageId": "", "forEveryone": "maybe"}
    assert await client.post(f"{path}/delete", body) == invalid(details)
    for action in ("forward", "delete"):
        nothing = (500, {"success": False, "error": f"Failed to {action} message"})
        assert await client.call("POST", f"{path}/{action}") == nothing
        status, answer = await client.call("POST", f"messages/{action}")
        assert (status, answer["error"]) == (500, f"Failed to {action} message.")
    body = {"messageId": "x", "to": OTHER}
    for action in ("forward", "delete"):
        nope = f"/api/v1/devices/nope/messages/{action}"
        assert await client.post(nope, body) == UNREADY == (400, recorded("0508-notready-messages-forward"))
        chat_nope = f"/api/v1/devices/nope/chats/{ALICE}/messages/{action}"
        assert (await client.post(chat_nope, body))[0] == 404
    client.gateway.device(None, "disconnected")
    for action in ("forward", "delete"):
        assert await client.post(f"messages/{action}", body) == UNREADY
        assert (await client.post(f"{path}/{action}", body))[1]["currentStatus"] == "disconnected"
