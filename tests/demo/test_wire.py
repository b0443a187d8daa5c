"""The forms on the wire agree with the recordings of the real gateway, and its rules of HTTP hold."""

import aiohttp
import pytest

from tests.demo.client import ALICE, LID, Client, recorded, shape
from tests.demo.conftest import Make

BODY_ERROR = {
    "message": "An unexpected error occurred. Please try again later.",
    "code": "INTERNAL_SERVER_ERROR",
}


async def test_public_and_guarded(real: Client) -> None:
    async with aiohttp.ClientSession(real.gateway.url) as plain:
        async with plain.get("/ping") as answer:
            assert shape(await answer.json()) == shape(recorded("001-ping"))
        async with plain.get("/health") as answer:
            assert (await answer.json())["checks"]["redis"] == "OK"
        async with plain.get("/api/v1/devices") as answer:
            assert (answer.status, await answer.json()) == (401, recorded("007-auth-missing"))
        async with plain.get("/api/v1/nothing") as answer:
            assert answer.status == 401
        for headers in ({"Authorization": f"Bearer {real.gateway.key}"}, {}):
            async with plain.get(f"/api/v1/devices?apiKey={real.gateway.key}", headers=headers) as answer:
                assert answer.status == 401
        async with plain.get("/api/v1/devices", headers={"X-API-KEY": "no"}) as answer:
            assert (answer.status, await answer.json()) == (401, recorded("008-auth-wrong"))
    assert await real.get("/api/v1/nothing/here") == (404, recorded("012-404-with-key"))
    assert (await real.call("PATCH", "/api/v1/devices"))[0] == 404


async def test_bodies_are_parsed_before_the_key_is_checked(real: Client) -> None:
    async with aiohttp.ClientSession(real.gateway.url) as plain:
        for body, status in (b'{"to": "x", ', 400), (b'"' + b"x" * 102_399 + b'"', 413):
            headers = {"Content-Type": "application/json"}
            async with plain.post(f"{real.base}/chats", data=body, headers=headers) as answer:
                assert answer.status == status
                assert (await answer.json())["error"] == BODY_ERROR | {"status": status}


async def test_the_limit_of_a_body_is_exact(real: Client) -> None:
    frame = len(f'{{"to":"{ALICE}","text":""}}')
    headers = {"Content-Type": "application/json"}
    for size, status in (102_400, 200), (102_401, 413):
        body = f'{{"to":"{ALICE}","text":"{"x" * (size - frame)}"}}'
        assert len(body) == size
        assert (await real.call("POST", "chats", data=body, headers=headers))[0] == status


async def test_missing_and_foreign_bodies_break_the_controller(real: Client) -> None:
    for extra in ({}, {"data": '{"to":"x"}', "headers": {"Content-Type": "text/plain"}}):
        status, answer = await real.call("POST", "chats", **extra)
        assert (status, answer) == (500, {"success": False, "error": "Failed to send message"})


async def test_etag_gives_304(real: Client) -> None:
    async with real.http.get(f"{real.base}/chats/{ALICE}/messages") as answer:
        tag = answer.headers["ETag"]
        assert tag.startswith('W/"')
    async with real.http.get(f"{real.base}/chats/{ALICE}/messages", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
        assert await answer.read() == b""
    await real.send("news")
    async with real.http.get(f"{real.base}/chats/{ALICE}/messages", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 200


async def test_devices(make: Make) -> None:
    client = await make(profile="whatsapi", unpaired=1, qr_delay=60)
    status, listed = await client.get("/api/v1/devices")
    assert status == 200
    assert shape(listed) == shape(recorded("030-devices-list"))
    assert shape((await client.get("status"))[1]) == shape(recorded("032-device-status-ready"))
    other = f"/api/v1/devices/{client.gateway.devices[1]}"
    assert shape((await client.get(f"{other}/status"))[1]) == shape(
        recorded("037-device-status-initializing")
    )
    assert await client.get(f"{other}/qr") == (404, recorded("038-device-qr-none-yet"))
    created = await client.post("/api/v1/devices", {"name": "ignored", "id": "custom"})
    assert created[0] == 201
    assert shape(created[1]) == shape(recorded("036-device-create"))
    assert len((await client.get("/api/v1/devices"))[1]["data"]) == 3
    for path in ("", "/status", "/qr", "/qr.png", "/chats"):
        assert await client.get(f"/api/v1/devices/nope{path}") == (404, recorded("033-device-get-unknown"))
    assert (await client.call("DELETE", other))[1][
        "message"
    ] == "Device logged out and cleaned up successfully"
    assert (await client.call("DELETE", other))[0] == 404


async def test_not_ready(make: Make) -> None:
    client = await make(profile="whatsapi", devices=0, unpaired=1, qr_delay=60)
    refused = (400, {"success": False, "error": "Device is not ready. Current status: initializing"})
    for method, path, body in (
        ("GET", "chats", None),
        ("GET", f"chats/{ALICE}", None),
        ("GET", f"chats/{ALICE}/messages", None),
        ("POST", "chats", {"to": ALICE, "text": "x"}),
        ("POST", f"chats/{ALICE}/markRead", None),
        ("POST", f"chats/{ALICE}/archive", None),
    ):
        status, answer = await client.call(method, path, json=body)
        assert answer.pop("currentStatus") == "initializing"
        assert (status, answer) == refused
    assert "Please wait" in (await client.post("contacts", {}))[1]["error"]
    assert (await client.get("contacts/mentionable"))[1]["error"] == "Device not ready."
    status, answer = await client.get("messages/status")
    assert (status, answer["data"]["safety"]["safe"]) == (200, False)
    assert (await client.get("/api/v1/devices/nope/messages/status"))[0] == 500


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("limit=101", '"limit" must be less than or equal to 100'),
        ("limit=0", '"limit" must be greater than or equal to 1'),
        ("limit=abc", '"limit" must be a number'),
        ("limit=2.5", '"limit" must be an integer'),
        ("filter=bogus", '"filter" must be one of [all, unread, groups, private, archived]'),
        ("search=", '"search" is not allowed to be empty'),
        ("search=" + "x" * 101, '"search" length must be less than or equal to 100 characters long'),
        ("summary=0", '"summary" must be a boolean'),
        ("limit=0&summary=maybe", '"limit" must be greater than or equal to 1, "summary" must be a boolean'),
    ],
)
async def test_queries_of_the_chat_list(real: Client, query: str, problem: str) -> None:
    expected = {"success": False, "error": "Validation error", "details": problem}
    assert await real.get(f"chats?{query}") == (400, expected)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"to": ALICE}, '"text" is required'),
        ({"to": ALICE, "text": ""}, '"text" is not allowed to be empty'),
        ({"to": ALICE, "text": 123}, '"text" must be a string'),
        ({"to": ALICE, "location": {"latitude": 1, "longitude": 2}}, '"text" is required'),
        (
            {"to": ALICE, "text": "", "media": {"mimetype": "a/b", "data": "eA=="}},
            '"text" is not allowed to be empty',
        ),
        ({"to": ALICE, "media": {"data": "eA=="}}, '"media.mimetype" is required'),
        ({"to": ALICE, "text": "x", "quotedMessageId": ""}, '"quotedMessageId" is not allowed to be empty'),
        ({}, '"to" is required, "text" is required'),
    ],
)
async def test_bodies_of_a_send(real: Client, body: object, problem: str) -> None:
    assert await real.post("chats", body) == (
        400,
        {"success": False, "error": "Validation error", "details": problem},
    )
    assert real.gateway.sends == []


async def test_forms_of_the_chat_list(real: Client) -> None:
    real.gateway.acts.phones[real.device].chats[ALICE].muted = True
    fresh = (await real.get("chats?summary=false"))[1]
    assert fresh["cached"] is False
    private = next(item for item in fresh["data"] if item["id"] == ALICE)
    like = next(item for item in recorded("127-chats-full-fresh")["data"] if not item["isGroup"])
    assert shape({**private, "lastMessage": 0}) == shape({**like, "lastMessage": 0})
    assert set(like["lastMessage"]) == set(private["lastMessage"])
    assert private["muted"] is True
    cached = (await real.get("chats?summary=false&limit=3"))[1]
    assert cached["cached"] is True
    assert cached["returned"] == cached["total"] == 24
    forms = {item["isGroup"]: shape(item) for item in cached["data"] if "lastMessage" in item}
    likes = {item["isGroup"]: shape(item) for item in recorded("118-chats-full-cached")["data"][:3]}
    assert forms == likes
    summary = (await real.get("chats"))[1]
    assert shape(summary) == shape(recorded("112-chats-limit-100"))
    assert summary["returned"] == 20
    assert not any(item["muted"] for item in summary["data"])
    empty = [item for item in cached["data"] if "lastMessage" not in item]
    assert len(empty) == 1


async def test_filters_and_search(real: Client) -> None:
    everything = (await real.get("chats?limit=100"))[1]["data"]
    for word, keep in (
        ("unread", lambda item: item["unreadCount"] > 0),
        ("groups", lambda item: item["isGroup"]),
        ("private", lambda item: not item["isGroup"]),
        ("archived", lambda item: item["archived"]),
    ):
        found = (await real.get(f"chats?filter={word}&limit=100"))[1]
        assert found["data"] == [item for item in everything if keep(item)]
        assert found["data"]
        assert found["filters"] == {"search": None, "filter": word}
    for search in ("alice", "4915111111111", "דוד"):
        assert (await real.get("chats", params={"search": search}))[1]["total"] >= 1


async def test_one_chat(real: Client) -> None:
    private = (await real.get(f"chats/{ALICE}"))[1]["data"]
    like = recorded("130-chat-get-private")["data"]
    assert {key: shape(value) for key, value in private.items() if key != "lastMessage"} == {
        key: shape(value) for key, value in like.items() if key != "lastMessage"
    }
    assert private["lastMessage"]["ack"] in {1, 2, 3}
    assert (await real.get(f"chats/{ALICE.replace('@', '%40')}"))[1]["data"]["id"]["_serialized"] == ALICE
    group = next(item["id"] for item in (await real.get("chats?filter=groups"))[1]["data"])
    found = (await real.get(f"chats/{group}"))[1]["data"]
    like = recorded("130-chat-get-group")["data"]
    assert shape(found["groupMetadata"]["participants"]) == shape(like["groupMetadata"]["participants"])
    assert set(found) == set(like)
    assert set(found["groupMetadata"]) <= set(like["groupMetadata"])
    assert await real.get("chats/4999@c.us") == (200, recorded("130-chat-get-unknown-cus"))
    assert await real.get("chats/123@newsletter") == (200, {"success": True})
    for bad in ("999@g.us", "junk", "4915111111111", "search?q=alice"):
        assert await real.get(f"chats/{bad}") == (500, recorded("130-chat-get-unknown-gus"))


async def test_forms_of_messages(make: Make) -> None:
    client = await make(profile="whatsapi", messages=300)
    likes: dict[str, list[set[str]]] = {}
    for name in ("201-messages-limit-100", "207-messages-group"):
        for item in recorded(name)["data"]:
            likes.setdefault(item["type"], []).append(set(item))
    seen: dict[str, set[str]] = {}
    chats = (await client.get("chats?limit=100"))[1]["data"]
    for chat in chats:
        for item in (await client.page(chat["id"], limit=100))["data"]:
            seen.setdefault(item["type"], set()).update(item)
            assert item["timestamp"] > 10**12
            if item["fromMe"]:
                assert item["chatId"] == "491700000001@c.us"
    wanted = {"chat", "image", "video", "ptt", "audio", "document", "sticker", "location", "vcard", "revoked"}
    assert wanted | {"ciphertext", "poll_creation", "groups_v4_invite"} <= set(seen)
    known = set().union(*(keys for forms in likes.values() for keys in forms))
    for kind, keys in seen.items():
        assert keys <= known, kind


async def test_kinds_of_messages(real: Client) -> None:
    gateway = real.gateway
    like = {item["type"]: item for item in reversed(recorded("201-messages-limit-100")["data"])}
    gateway.message(None, ALICE, "look", type="image")
    gateway.message(None, ALICE, type="ptt", media={"duration": 4})
    gateway.message(None, ALICE, type="document", filename="Quarterly report.pdf")
    place = {"latitude": 52.5, "longitude": 13.4, "name": "Tor", "address": "Pariser Platz"}
    gateway.message(None, ALICE, location=place)
    gateway.message(None, ALICE, "BEGIN:VCARD\nFN:X\nEND:VCARD", type="vcard")
    items = (await real.page(limit=100))["data"][-5:]
    assert [item["type"] for item in items] == ["image", "ptt", "document", "location", "vcard"]
    for item in items:
        expected = {key: shape(value) for key, value in like[item["type"]].items() if key != "reactions"}
        assert shape(item) == expected
    assert items[3]["body"].startswith("/9j/")
    assert items[1]["mediaInfo"]["duration"] == "4"
    assert items[2]["mediaInfo"]["filename"] == "document"
    quoting = await real.send("there?", quotedMessageId=items[3]["id"])
    last = (await real.page(limit=100))["data"][-1]
    assert last["id"] == quoting
    assert last["quotedMessage"]["body"].startswith("/9j/")
    assert last["quotedMessage"]["type"] == "location"


async def test_unknown_chats_have_no_messages(real: Client) -> None:
    assert shape((await real.get("chats/4999@c.us/messages"))[1]) == shape(
        recorded("210-messages-unknown-cus")
    )
    for bad in ("999@g.us", "junk"):
        status, answer = await real.get(f"chats/{bad}/messages")
        assert (status, answer["error"]) == (500, "Failed to fetch messages")


async def test_contacts(real: Client) -> None:
    status, answer = await real.post("contacts", {})
    like = recorded("101-contacts-empty")
    assert status == 200
    assert shape(answer["meta"]) == shape(like["meta"])
    assert {tuple(item) for item in answer["data"]} == {tuple(like["data"][0])}
    assert any(item["isGroup"] for item in answer["data"])
    assert (await real.call("POST", "contacts"))[1]["data"] == answer["data"]
    assert (await real.post("contacts", {"search": "ali"}))[1]["data"][0]["id"] == ALICE
    ids = (await real.post("contacts", {"contactIds": [ALICE, LID]}))[1]
    assert [item["number"] for item in ids["data"]] == ["4915111111111", None]
    assert ids["meta"]["filteredByIds"] == 2
    assert (await real.post("contacts", {"search": ""}))[0] == 400
    assert (await real.get("contacts"))[0] == 404
    mentionable = (await real.get("contacts/mentionable?search=ali&limit=5"))[1]
    assert mentionable["data"][0] == {
        "id": ALICE,
        "name": "Alice 🌸",
        "number": "4915111111111",
        "isMyContact": True,
    }


async def test_media(real: Client) -> None:
    picture = real.gateway.message(None, ALICE, type="image")
    text = real.gateway.message(None, ALICE, "words")
    odd = real.gateway.message(None, ALICE, type="document", filename="Отчёт №1 – 報告.pdf")
    async with real.http.get(f"{real.base}/messages/{picture}/media/download") as answer:
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert (await answer.read()).startswith(b"\xff\xd8\xff")
    assert (await real.get(f"messages/{text}/media/download"))[0] == 400
    assert await real.get("messages/nope/media/download") == (404, recorded("449-media-not-found"))
    assert (await real.get(f"messages/{odd}/media/download"))[0] == 500
    assert (await real.get(f"messages/{picture}/media/info"))[1]["data"]["type"] == "image"
