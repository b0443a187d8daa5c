"""Clearing and deleting chats, and what removed messages leave of one (contract 2.14, [503] to [508])."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.client import ALICE, Client, until
from tests.demo.conftest import Make
from watui.demo.options import DemoOptions
from watui.demo.phone import Phone
from watui.demo.records import Chat, Message


def done(deed: str) -> tuple[int, object]:
    return 200, {"success": True, "message": f"Chat {deed} successfully"}


async def listed(client: Client, chat: str = ALICE) -> Any:
    items = (await client.get("chats?limit=100"))[1]["data"]
    return next((item for item in items if item["id"] == chat), None)


async def test_clearing_leaves_an_empty_chat(make: Make) -> None:
    for profile in ("whatsapi", "full"):
        client = await make(profile=profile)
        old = client.gateway.message(None, ALICE, "old")
        before = await listed(client)
        assert before["lastMessage"]["body"] == "old"
        assert await client.post(f"chats/{ALICE}/clear") == done("cleared")
        assert (await client.page(limit=100))["data"] == []
        assert "lastMessage" not in (await client.get(f"chats/{ALICE}"))[1]["data"]
        assert client.gateway.handset().chats[ALICE].unread == 0
        stale = await listed(client)  # contract 2.14: the real list is kept
        assert (stale["lastMessage"]["body"], stale["unreadCount"]) == (
            (before["lastMessage"]["body"], before["unreadCount"]) if profile == "whatsapi" else ("", 0)
        )
        new = client.gateway.message(None, ALICE, "new")
        assert [item["id"] for item in (await client.page(limit=100))["data"]] == [new]
        assert new != old
        assert [(deed["deed"], deed["chat"]) for deed in client.gateway.deeds] == [("clear", ALICE)]


async def test_a_deleted_chat_comes_back_with_its_next_message(make: Make) -> None:
    for profile in ("whatsapi", "full"):
        client = await make(profile=profile)
        ids = {item["id"] for item in client.gateway.truth(None, ALICE)["messages"]}
        name = (await listed(client))["name"]
        assert await client.call("DELETE", f"chats/{ALICE}") == done("deleted")
        assert ((await listed(client)) is None) is (profile == "full")
        assert (await client.page(limit=100))["data"] == []
        assert ALICE not in client.gateway.handset().chats
        new = client.gateway.message(None, ALICE, "back")
        back = await listed(client)
        assert (back["lastMessage"]["body"], back["name"], back["unreadCount"]) == ("back", name, 1)
        assert int(new[-6:], 16) == len(ids)  # keys go on where they ended, so none comes twice
        assert [item["id"] for item in (await client.page(limit=100))["data"]] == [new]
        assert [deed["deed"] for deed in client.gateway.deeds] == ["delete-chat"]


async def test_unknown_chats(real: Client) -> None:
    assert await real.call("DELETE", "chats/4999@c.us") == done("deleted")
    assert await real.post("chats/4999@c.us/clear") == done("cleared")
    for bad in ("junk", "999@g.us"):
        assert await real.call("DELETE", f"chats/{bad}") == (
            500,
            {"success": False, "error": "Failed to delete chat"},
        )
        assert (await real.post(f"chats/{bad}/clear"))[1]["error"] == "Failed to clear chat"
    real.gateway.device(None, "disconnected")
    assert (await real.call("DELETE", f"chats/{ALICE}"))[1]["currentStatus"] == "disconnected"
    assert (await real.call("DELETE", f"/api/v1/devices/nope/chats/{ALICE}"))[0] == 404
    assert real.gateway.deeds == []


async def test_archiving_is_written_down(real: Client) -> None:
    await real.post(f"chats/{ALICE}/archive")
    await real.post(f"chats/{ALICE}/unarchive")
    assert [deed["deed"] for deed in real.gateway.deeds] == ["archive", "unarchive"]


async def test_people_cope_with_what_was_deleted(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    client = await make(profile="full", reply=True, pace=0.05)
    socket = await client.connect()
    sent = await client.send("how are you?")
    await client.post("messages/delete", {"messageId": sent})
    await client.send("still there?")
    await until(lambda: "typing:start" in [name for name, _ in socket.events])
    await client.call("DELETE", f"chats/{ALICE}")
    answer = await socket.hear("message")
    last = client.gateway.handset().chats[ALICE].last
    assert last is not None
    assert answer["message"]["id"]["_serialized"] == last.id
    assert caplog.records == []  # no task failed
    assert [event["messageId"] for event in socket.named("message:ack") if event["messageId"] == sent] == []


STEPS = st.lists(st.one_of(st.just("add"), st.just("clear"), st.integers(0, 40)), max_size=30)


@given(STEPS)
def test_what_is_left_of_a_chat(steps: list[str | int]) -> None:
    phone = Phone(DemoOptions(messages=12), 0, lambda: 1_795_390_000.0, paired=True)
    chat: Chat = phone.ordered()[0]
    left: list[Message] = list(chat)
    ids = {message.id for message in left}
    for step in steps:
        if step == "add":
            message = Message(phone.next_key(chat, mine=False), chat.id, mine=False, at=chat.at)
            assert message.id not in ids
            ids.add(message.id)
            chat.added.append(message)
            left.append(message)
        elif isinstance(step, int) and left:
            gone = left.pop(step % len(left))
            index = chat.find(gone.id)
            assert index == step % (len(left) + 1)
            chat.touch(index).starred = True
            chat.remove(index)
            assert chat.find(gone.id) is None
        elif step == "clear":
            chat.clear()
            left.clear()
        assert [message.id for message in chat] == [message.id for message in left]
        assert [chat.find(message.id) for message in left] == list(range(len(left)))
        assert chat.last == (left[-1] if left else None)
    for index in (-1, len(left)):
        with pytest.raises(IndexError):
            chat[index]
