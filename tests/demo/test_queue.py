"""The send queue: its tickets, its counts, its fate of messages and its danger (contract 2.8, 2.18, 5)."""

import asyncio
import re
from typing import Any

import pytest

from tests.demo.client import ALICE, LID, Client, recorded, shape
from tests.demo.conftest import Make
from tests.waiting import until

PICTURE = {"mimetype": "image/png", "data": "eA==", "filename": "p.png"}
SLOW = 3600.0
"""A delay at which nothing is sent while a test runs."""


async def queued(client: Client, text: str, to: str = ALICE, **more: object) -> Any:
    status, answer = await client.post("messages/send", {"to": to, "text": text, **more})
    assert status == 202, answer
    return answer


async def counts(client: Client) -> Any:
    return (await client.get("messages/status"))[1]["data"]["queue"]


def texts(client: Client) -> list[str]:
    return [sent["text"] for sent in client.gateway.sends]


async def emptied(client: Client) -> None:
    await until(lambda: client.gateway.queue.counts()["totalQueued"] == 0)


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_a_text_is_sent_once_and_as_a_direct_one_would_be(make: Make, profile: str) -> None:
    client = await make(profile=profile, queue_delay=0.02)
    reply = client.gateway.message(None, ALICE, "question")
    answer = await queued(client, "  answer \n", quotedMessageId=reply, mentions=["14155550123"])
    assert re.fullmatch(r"msg_\d{13}_[a-z0-9]{9}", answer["data"].pop("messageId"))
    assert answer == {
        "success": True,
        "message": "Message queued successfully",
        "data": {
            "status": "queued",
            "queue": {"pending": 1, "processing": 0, "deviceMessagesInLast60s": 0},
        },
    }
    await emptied(client)
    (sent,) = client.gateway.sends
    assert (sent["text"], sent["quoted"], sent["mentions"]) == ("answer", reply, ["14155550123@c.us"])
    assert [m["id"] for m in client.gateway.truth(None, ALICE)["messages"]].count(sent["id"]) == 1
    listed = (await client.page(limit=100))["data"][-1]
    assert (listed["id"], listed["fromMe"], listed["body"]) == (sent["id"], True, "answer")


async def test_use_queue_is_ignored_and_the_status_counts(make: Make) -> None:
    client = await make(profile="whatsapi", queue_delay=SLOW)
    first = await queued(client, "wanted direct", useQueue=False, priority="high")
    second = await queued(client, "x" * 70_000)
    assert second["data"]["queue"]["pending"] == 2
    assert second["data"]["messageId"] != first["data"]["messageId"]
    status, answer = await client.get("messages/status?messageId=msg_1_x")
    assert (status, shape(answer | {"data": answer["data"] | {"messageId": None}})) == (
        200,
        shape(recorded("320-messages-status")),
    )
    assert answer["data"]["messageId"] == "msg_1_x"
    assert answer["data"]["queue"] == {"pending": 2, "processing": 0, "totalQueued": 2}
    assert answer["data"]["device"]["queuedMessages"] == 2
    assert client.gateway.sends == []


async def test_a_text_that_is_being_typed_counts_until_it_is_sent(make: Make) -> None:
    client = await make(profile="whatsapi", queue_delay=0.5)
    await queued(client, "typed slowly")
    client.gateway.options.queue_delay = SLOW  # the worker waits for its run already, then types for ever
    await until(lambda: client.gateway.queue.counts()["processing"])
    assert await counts(client) == {"pending": 0, "processing": 1, "totalQueued": 1}
    assert client.gateway.sends == []


async def test_one_at_a_time_is_safe(make: Make) -> None:
    client = await make(profile="whatsapi", queue_delay=0.02)
    for number in range(4):
        await queued(client, f"single {number}")
        await emptied(client)
    assert texts(client) == [f"single {number}" for number in range(4)]
    told = (await client.get("messages/status"))[1]["data"]["device"]
    assert told["messagesInLast60s"] == 4
    assert told["lastMessageTime"] > 10**12


@pytest.mark.parametrize(("profile", "second"), [("whatsapi", 2), ("full", 1)])
async def test_of_two_in_one_run_the_second_goes_out_twice(make: Make, profile: str, second: int) -> None:
    client = await make(profile=profile, queue_delay=0.5)
    await asyncio.gather(*(queued(client, f"two {number}") for number in range(2)))
    await emptied(client)
    sent = texts(client)
    assert sorted(sent.count(f"two {number}") for number in range(2)) == [1, second]
    assert sent.count(sent[0]) == 1
    assert len({one["id"] for one in client.gateway.sends}) == len(sent)


async def test_a_text_for_a_lost_device_waits_for_it(make: Make) -> None:
    client = await make(profile="whatsapi", devices=2, queue_delay=0.5)
    gateway = client.gateway
    await queued(client, "patient")
    gateway.device(None, "disconnected")
    other = f"/api/v1/devices/{gateway.devices[1]}/messages/send"
    assert (await client.post(other, {"to": ALICE, "text": "of the other device"}))[0] == 202
    await until(lambda: gateway.sends)
    assert texts(client) == ["of the other device"]
    assert await counts(client) == {"pending": 1, "processing": 0, "totalQueued": 1}
    gateway.device(None, "ready")
    await emptied(client)
    assert texts(client) == ["of the other device", "patient"]


async def test_a_text_survives_a_restart(make: Make) -> None:
    client = await make(profile="whatsapi")
    await queued(client, "still there")
    await client.gateway.restart()
    await emptied(client)
    assert texts(client) == ["still there"]


async def test_a_device_that_is_not_ready_is_protected(make: Make) -> None:
    client = await make(profile="whatsapi")
    body = {"to": ALICE, "text": "x"}
    assert (await client.post("/api/v1/devices/nope/messages/send", body))[0] == 404
    blocked = recorded("0507-notready-messages-send")
    client.gateway.device(None, "disconnected")
    assert await client.post("messages/send", body) == (429, blocked)
    client.gateway.device(None, "ready")
    client.gateway.faults("POST .*/messages/send", "status", code=429, body=blocked)
    assert await client.post("messages/send", body) == (429, blocked)
    assert (await client.post("messages/send", body))[0] == 202


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"text": "x"}, '"to" is required'),
        ({"to": ALICE}, '"value" must contain at least one of [text, media, location]'),
        ({"to": ALICE, "text": ""}, '"text" is not allowed to be empty'),
        ({"to": ALICE, "text": 123}, '"text" must be a string'),
        ({"to": ALICE, "text": "", "media": PICTURE}, '"text" is not allowed to be empty'),
        ({"to": ALICE, "media": {"data": "eA=="}}, '"media.mimetype" is required'),
        ({"to": ALICE, "location": "here"}, '"location" must be of type object'),
        ({"to": ALICE, "text": "x", "quotedMessageId": ""}, '"quotedMessageId" is not allowed to be empty'),
        ({"to": ALICE, "text": "   "}, None),
        ({"to": ALICE, "location": {"latitude": 0, "longitude": 0}}, None),
    ],
)
async def test_bodies_of_a_queued_send(real: Client, body: object, problem: str | None) -> None:
    expected = {"success": False, "error": "Validation error", "details": problem}
    if problem is None:
        error = "Invalid message: must provide valid text, media, or location data."
        expected = {"success": False, "error": error}
    assert await real.post("messages/send", body) == (400, expected)
    assert (await counts(real))["totalQueued"] == 0


async def test_a_missing_body_breaks_the_controller(real: Client) -> None:
    status, answer = await real.call("POST", "messages/send")
    assert (status, answer["error"]) == (500, "Failed to send message.")


async def test_what_the_queue_takes_and_loses(make: Make) -> None:
    client = await make(profile="whatsapi", queue_delay=0.02)
    place = {"latitude": 52.5, "longitude": 13.4, "description": "Berlin"}
    assert (await client.post("messages/send", {"to": ALICE, "location": place}))[0] == 202
    await emptied(client)
    await queued(client, "nobody gets this", "not a number")
    await emptied(client)
    assert client.gateway.sends == []
    for text, to, chat in (("bare", "4915111111111", ALICE), ("to a lid", LID, LID)):
        await queued(client, text, to)
        await emptied(client)
        assert client.gateway.sends[-1]["chat"] == chat
    await queued(client, "my caption", media=PICTURE)
    await emptied(client)
    sent = client.gateway.sends[-1]
    assert (sent["type"], sent["text"], sent["filename"]) == ("image", "", None)


async def test_profile_full_keeps_captions_and_names(make: Make) -> None:
    client = await make(profile="full", queue_delay=0.02)
    await queued(client, "my caption", media=PICTURE)
    await emptied(client)
    (sent,) = client.gateway.sends
    assert (sent["type"], sent["text"], sent["filename"]) == ("image", "my caption", "p.png")
