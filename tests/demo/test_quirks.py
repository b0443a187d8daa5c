"""The habits of the real gateway that a client has to live with (contract 0 and 7), profile `whatsapi`."""

import time

import pytest

from tests.demo.client import ALICE, LID, Client, recorded, shape, until
from tests.demo.conftest import Make
from watui.demo.records import Message

LONG = "4915777777777@c.us"


def ids(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [item["id"] for item in page["data"]]


async def test_three_calls_reach_300_messages_and_no_more(real: Client) -> None:
    real.gateway.chat(None, LONG, "Long talk", messages=450)
    truth = [item["id"] for item in real.gateway.truth(None, LONG)["messages"]]
    assert len(set(truth)) == 450
    newest = await real.page(LONG, limit=100)
    assert ids(newest) == truth[350:]
    assert newest["pagination"]["hasMore"] is False
    assert newest["pagination"]["cursors"]["older"] is None
    oldest = await real.page(LONG, limit=100, after=truth[350])
    assert ids(oldest) == truth[150:250]
    gap = await real.page(LONG, limit=100, before=truth[249])
    assert ids(gap) == truth[250:350]
    assert {*ids(newest), *ids(oldest), *ids(gap)} == set(truth[150:])
    beyond = await real.page(LONG, limit=100, after=truth[150])
    assert ids(beyond) == []
    assert beyond["pagination"]["hasMore"] is True


async def test_cursors_are_inverted(real: Client) -> None:
    real.gateway.chat(None, LONG, messages=450)
    truth = [item["id"] for item in real.gateway.truth(None, LONG)["messages"]]
    window = truth[-60:]
    newer = await real.page(LONG, limit=20, before=window[45])
    assert ids(newer) == window[46:]
    assert newer["pagination"] | {"cursors": 0} == {
        "total": 14,
        "returned": 14,
        "requestedLimit": 20,
        "hasMore": False,
        "referenceFound": True,
        "referenceType": "before",
        "referenceId": window[45],
        "cursors": 0,
    }
    older = await real.page(LONG, limit=20, after=window[45])
    assert ids(older) == window[:20]
    assert older["pagination"]["total"] == 45
    assert older["pagination"]["hasMore"] is True
    assert older["pagination"]["cursors"]["newer"]["after"] == window[0]
    assert older["pagination"]["cursors"]["older"]["before"] == window[19]
    both = await real.page(LONG, limit=20, before=window[10], after=window[15])
    assert ids(both) == window[11:15]
    for cursor in "before", "after":
        lost = await real.page(LONG, limit=20, **{cursor: truth[100]})
        assert lost == {
            "success": True,
            "data": [],
            "pagination": {
                "total": 0,
                "returned": 0,
                "requestedLimit": 20,
                "hasMore": False,
                "referenceFound": False,
                "referenceType": cursor,
                "referenceId": truth[100],
            },
        }


async def test_the_chat_list_is_stale_after_own_sends(real: Client) -> None:
    async def first() -> tuple[object, object]:
        answer = (await real.get("chats"))[1]
        chat = next(item for item in answer["data"] if item["id"] == ALICE)
        return answer["cached"], chat["lastMessage"]["body"]

    before = (await first())[1]
    await real.send("fresh direct message")
    real.gateway.phone(None, ALICE, "typed on the phone")
    await real.post(f"chats/{ALICE}/archive")
    assert await first() == (True, before)
    real.gateway.message(None, ALICE, "incoming")
    assert await first() == (False, "incoming")
    assert await first() == (True, "incoming")
    await real.send("again")
    await real.post(f"chats/{ALICE}/markRead")
    assert await first() == (False, "again")


async def test_sending(real: Client) -> None:
    real.gateway.message(None, ALICE, "one")
    real.gateway.message(None, ALICE, "two")
    status, answer = await real.post("chats", {"to": ALICE, "text": "direct hello"})
    like = recorded("330-direct-text")
    assert status == 200
    assert {key for key in like["data"] if key != "_data"} == set(answer["data"]) - {"_data"}
    assert answer["data"]["ack"] == 0
    assert answer["data"]["timestamp"] < 10**11
    listed = (await real.page(limit=100))["data"][-1]
    assert listed["id"] == answer["data"]["id"]["_serialized"]
    assert listed["chatId"] == "491700000001@c.us"
    assert "ack" not in listed
    assert (await real.get(f"chats/{ALICE}"))[1]["data"]["unreadCount"] == 0
    for bad in ("4915111111111", "junk", "999@g.us"):
        assert (await real.post("chats", {"to": bad, "text": "x"}))[0] == 500
    assert await real.send("to a new number", "4915100000001@c.us")
    assert await real.send("to a lid", LID)
    await real.send("no such quote", quotedMessageId="false_x@c.us_NOPE")
    assert "quotedMessage" not in (await real.page(limit=1))["data"][0]
    assert real.gateway.sends[0]["text"] == "direct hello"


async def test_acks_are_seen_only_in_the_chat(real: Client) -> None:
    socket = await real.connect()
    await socket.hear("state")
    sent = await real.send("ack test")
    await until(lambda: real.gateway.acts.message(real.gateway.handset(), sent).ack == 3)
    assert (await real.get(f"chats/{ALICE}"))[1]["data"]["lastMessage"]["ack"] == 3
    real.gateway.message(None, ALICE, "end")
    await socket.hear("message")
    assert [name for name, _ in socket.events] == ["state", "message"]


async def test_mark_read(make: Make) -> None:
    client = await make(profile="whatsapi", mark_read_delay=0.5)
    client.gateway.message(None, ALICE, "x")
    unread = client.gateway.handset().chats[ALICE].unread
    start = time.monotonic()
    status, answer = await client.post(f"chats/{ALICE}/markRead")
    assert time.monotonic() - start >= 0.5
    assert (status, shape(answer)) == (200, shape(recorded("430-markread")))
    assert answer["data"]["initialUnreadCount"] == unread
    assert await client.post(f"chats/{LID}/markRead") == (400, recorded("431-markread-lid"))
    assert await client.post("chats/999@g.us/markRead") == (500, recorded("434-markread-unknown-group"))
    assert (await client.post("chats/4999@c.us/markRead"))[1]["data"]["initialUnreadCount"] == 0
    problem = (await client.post(f"chats/{ALICE}/messages/x/markRead"))[1]["details"]
    assert problem == '"messageId" is not allowed'


async def test_archive(real: Client) -> None:
    assert await real.post(f"chats/{ALICE}/archive") == (
        200,
        {"success": True, "message": "Chat archived successfully"},
    )
    assert (await real.get(f"chats/{ALICE}"))[1]["data"]["archived"] is True
    assert (await real.post(f"chats/{ALICE}/unarchive"))[1]["message"] == "Chat unarchived successfully"
    assert (await real.post("chats/4999@c.us/archive"))[0] == 500


@pytest.mark.parametrize("action", ["react", "edit", "star"])
async def test_actions_do_not_exist(real: Client, action: str) -> None:
    message = real.gateway.message(None, ALICE, "x")
    assert (await real.post(f"chats/{ALICE}/messages/{message}/{action}", {}))[0] == 404
    assert await real.get("/api/v1/capabilities") == (404, recorded("012-404-with-key"))


async def test_wide_events_stay_silent(real: Client) -> None:
    socket = await real.connect()
    await socket.hear("state")
    gateway = real.gateway
    incoming = gateway.message(None, ALICE, "hello")
    own = gateway.phone(None, ALICE, "typed on the phone")
    gateway.ack(None, own, 3)
    gateway.react(None, incoming, "🔥")
    gateway.edit(None, incoming, "edited")
    gateway.revoke(None, incoming)
    gateway.typing(None, ALICE)
    gateway.message(None, ALICE, "end")
    await socket.hear("message", 2)
    assert [name for name, _ in socket.events] == ["state", "message", "message"]
    items = (await real.page(limit=100))["data"][-3:]
    assert [(item["type"], item["body"]) for item in items] == [
        ("revoked", ""),
        ("chat", "typed on the phone"),
        ("chat", "end"),
    ]


async def test_list_and_status_disagree_after_a_restart(real: Client) -> None:
    gateway = real.gateway
    socket = await real.connect()
    await gateway.restart(down=0.0, starting=1.0)
    await until(lambda: socket.ends)
    assert (await real.get("status"))[0] == 404
    assert (await real.get("/api/v1/devices"))[1]["data"][0]["status"] == "ready"
    phone = gateway.handset()
    await until(lambda: not phone.absent)
    assert (await real.get("status"))[1]["data"]["status"] == "initializing"
    assert (await real.get("/api/v1/devices"))[1]["data"][0]["status"] == "ready"
    early = await real.connect()
    assert (await early.hear("state"))["status"] == "ready"
    gateway.message(None, ALICE, "missed")
    await early.hear("ready")
    assert early.named("message") == []
    assert (await real.page(limit=1))["data"][0]["body"] == "missed"


async def test_messages_of_one_second_are_turned_round_where_a_page_is_cut(real: Client) -> None:
    sent = [real.gateway.message(None, ALICE, f"part {number}") for number in range(4)]
    whole = [item["id"] for item in (await real.page(limit=100))["data"]]
    assert whole[-4:] == sent
    cut = [item["id"] for item in (await real.page(limit=4))["data"]]
    assert sorted(cut) == sorted(sent)
    assert cut == sent[::-1] or len({message.at for message in _last(real, 4)}) > 1


def _last(real: Client, count: int) -> list[Message]:
    chat = real.gateway.handset().chats[ALICE]
    return [chat[len(chat) - number] for number in range(1, count + 1)]
