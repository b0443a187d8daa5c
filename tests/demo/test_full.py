"""Profile `full`: the wide set of events and the REST that goes with it, as the table in events.py says."""

import re

from tests.demo.client import ALICE, LID, Client, shape, until
from tests.demo.conftest import Make
from watui.demo import events

LONG = "4915777777777@c.us"


def test_the_table_names_every_event() -> None:
    table = (events.__doc__ or "").split("=====")
    named = set(re.findall(r"^([a-z]+(?:[:-][a-z]+)?) ", "".join(table), re.MULTILINE))
    assert named >= {*events.BASIC, *events.WIDE}


async def test_capabilities(full: Client) -> None:
    status, answer = await full.get("/api/v1/capabilities")
    assert status == 200
    assert answer["data"]["profile"] == "full"
    assert set(answer["data"]["events"]) == {*events.BASIC, *events.WIDE}


async def test_a_send_is_told_acked_and_answered(make: Make) -> None:
    client = await make(reply=True)
    socket = await client.connect()
    await socket.hear("state")
    sent = await client.send("how are you?")
    await socket.hear("message")
    await until(lambda: socket.events[-1][0] == "chat:update")
    wanted = [
        "message:create",
        "message-sent",
        "message:ack",
        "typing:start",
        "message:read",
        "typing:stop",
        "message",
    ]
    heard = [name for name, _ in socket.events if name in wanted]
    order = list(dict.fromkeys(heard))
    assert order == wanted
    created = socket.named("message:create")[0]["message"]
    assert created["id"]["_serialized"] == sent
    assert (created["fromMe"], created["to"]) == (True, ALICE)
    assert [event["ack"] for event in socket.named("message:ack")] == [1, 2, 3]
    assert [event["status"] for event in socket.named("message:status")] == ["sent", "delivered", "read"]
    twin = socket.named("message-ack")[-1]
    assert twin["id"]["_serialized"] == sent
    assert sent == f"true_{ALICE}_{twin['id']['id']}"
    assert socket.named("message:read")[0]["messageIds"] == [sent]
    assert socket.named("typing-status")[0]["isTyping"] is True
    assert all(event["deviceId"] == client.device for _, event in socket.events)
    assert all(event["timestamp"] > 10**12 for _, event in socket.events)


async def test_everything_that_happens_is_told(full: Client) -> None:
    socket = await full.connect()
    await socket.hear("state")
    gateway = full.gateway
    incoming = gateway.message(None, ALICE, "hello")
    own = gateway.phone(None, ALICE, "typed on the phone")
    gateway.react(None, own, "🔥", ALICE)
    gateway.react(None, own, "", ALICE)
    gateway.edit(None, incoming, "hello!")
    gateway.revoke(None, incoming)
    gateway.ack(None, own, -1)
    gateway.message(None, "4915109999999@c.us", "who am I", name="Newcomer")
    group = next(chat.id for chat in gateway.handset().ordered() if chat.is_group)
    gateway.message(None, group, "renamed", subject="New subject")
    gateway.device(None, "disconnected", "LOGOUT")
    await socket.hear("device-status")
    assert socket.named("message:create")[0]["message"]["body"] == "typed on the phone"
    told = [(event["senderId"], event["reaction"]) for event in socket.named("message:reaction")]
    assert told == [(ALICE, "🔥"), (ALICE, "")]
    assert socket.named("message:edit")[0]["body"] == "hello!"
    assert socket.named("message-revoked")[0]["messageId"] == incoming
    assert socket.named("message:status")[0]["status"] == "failed"
    assert socket.named("contact:update")[0]["contact"]["name"] == "Newcomer"
    assert socket.named("group-update")[0]["subject"] == "New subject"
    assert socket.named("connection:status")[0]["status"] == "disconnected"
    update = socket.named("chat:update")[0]["chat"]
    listed = next(item for item in (await _revived(full)) if item["id"] == ALICE)
    assert shape(update) == shape(listed)


async def _revived(full: Client) -> list[dict[str, object]]:
    full.gateway.device(None, "ready")
    found = (await full.get("chats?limit=100"))[1]["data"]
    assert isinstance(found, list)
    return found


async def test_actions(full: Client) -> None:
    socket = await full.connect()
    sent = await full.send("first")
    path = f"chats/{ALICE}/messages/{sent}"
    assert (await full.post(f"{path}/react", {"emoji": "👍"}))[0] == 200
    assert (await full.post(f"{path}/edit", {"text": "second"}))[1]["data"]["text"] == "second"
    assert (await full.post(f"{path}/star", {"starred": True}))[1]["data"]["starred"] is True
    item = (await full.page(limit=1))["data"][0]
    assert item["reactions"] == [{"id": "👍", "aggregateEmoji": "👍", "hasReactionByMe": True}]
    assert (item["body"], item["isEdited"], item["isStarred"]) == ("second", True, True)
    assert (await full.post(f"{path}/react", {"emoji": ""}))[0] == 200
    assert "reactions" not in (await full.page(limit=1))["data"][0]
    await socket.hear("message:reaction", 2)
    assert [event["reaction"] for event in socket.named("message:reaction")] == ["👍", ""]
    incoming = full.gateway.message(None, ALICE, "theirs")
    assert (await full.post(f"chats/{ALICE}/messages/{incoming}/edit", {"text": "mine"}))[0] == 400
    assert (await full.post(f"chats/{ALICE}/messages/nope/react", {"emoji": "👍"}))[0] == 404
    for action in ("react", "edit", "star"):
        assert (await full.post(f"{path}/{action}"))[1]["error"] == "Validation error"


async def test_lists_are_right_and_never_stale(full: Client) -> None:
    phone = full.gateway.handset()
    phone.chats[ALICE].muted = True
    await full.send("newest")
    for query in ("", "?summary=false"):
        answer = (await full.get(f"chats{query}"))[1]
        chat = next(item for item in answer["data"] if item["id"] == ALICE)
        assert answer["cached"] is False
        assert chat["muted"] is True
        assert chat["lastMessage"]["body"] == "newest"
    assert chat["lastMessage"]["type"] == "chat"
    item = (await full.page(limit=1))["data"][0]
    assert item["chatId"] == ALICE
    assert item["ack"] in {0, 1, 2, 3}
    full.gateway.message(None, ALICE, "theirs")
    item = (await full.page(limit=1))["data"][0]
    assert (item["senderName"], item["notifyName"]) == ("Alice Bergmann", "Alice 🌸")


async def test_history_has_no_wall(full: Client) -> None:
    full.gateway.chat(None, LONG, messages=730)
    truth = [item["id"] for item in full.gateway.truth(None, LONG)["messages"]]
    page = await full.page(LONG, limit=100)
    found = [item["id"] for item in page["data"]]
    while page["pagination"]["hasMore"]:
        page = await full.page(LONG, limit=100, before=page["pagination"]["cursors"]["older"]["before"])
        found = [item["id"] for item in page["data"]] + found
    assert found == truth
    newer = await full.page(LONG, limit=50, after=truth[300])
    assert [item["id"] for item in newer["data"]] == truth[301:351]
    assert newer["pagination"]["hasMore"] is True
    assert (await full.page(LONG, after=truth[-1]))["pagination"]["hasMore"] is False
    assert (await full.page(LONG, before="false_x@c.us_NOPE"))["pagination"]["referenceFound"] is False


async def test_mark_read_takes_lids(full: Client) -> None:
    full.gateway.message(None, LID, "x")
    status, answer = await full.post(f"chats/{LID}/markRead")
    assert status == 200
    assert answer["data"]["initialUnreadCount"] >= 1
    assert full.gateway.handset().chats[LID].unread == 0
