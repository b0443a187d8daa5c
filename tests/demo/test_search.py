"""The search of messages: its windows, its hits and its refusals (contract 2.11, recordings 420 to 428)."""

from typing import Any

import pytest

from tests.demo.client import ALICE, Client, recorded, shape
from tests.demo.conftest import Make

LONG = "4915777777777@c.us"


async def search(client: Client, **query: object) -> Any:
    status, answer = await client.get("messages/search", params={k: str(v) for k, v in query.items()})
    assert status == 200, answer
    return answer


def told(client: Client) -> list[str]:
    """Add a chat with a long history and give the ids of its messages."""
    client.gateway.chat(None, LONG, messages=450)
    return [item["id"] for item in client.gateway.truth(None, LONG)["messages"]]


def bodies(answer: Any) -> list[str]:
    return [hit["body"] for hit in answer["data"]]


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_hits_are_those_of_the_recording(make: Make, profile: str) -> None:
    client = await make(profile=profile)
    sent = await client.send("a Needle, sent")
    came = client.gateway.message(None, ALICE, "forwarded NEEDLE", forwards=1)
    answer = await search(client, query="nEEdle", chatId=ALICE)
    assert all(hit.pop("timestamp") > 10**12 for hit in answer["data"])
    answer["data"].sort(key=lambda hit: not hit["fromMe"])  # within one second they may be turned round
    alike = {"chatId": ALICE, "chatName": "Alice Bergmann", "type": "chat", "hasMedia": False}
    own = {"messageId": sent, "body": "a Needle, sent", "fromMe": True, "isForwarded": False}
    other = {"messageId": came, "body": "forwarded NEEDLE", "fromMe": False, "isForwarded": True}
    assert answer == {
        "success": True,
        "data": [alike | own | {"isStarred": False}, alike | other | {"isStarred": False}],
        "query": "nEEdle",
        "totalResults": 2,
        "searchScope": "single_chat",
    }
    nothing = {"success": True, "data": [], "query": "zzzzqqq", "totalResults": 0, "searchScope": "all_chats"}
    assert await search(client, query="zzzzqqq") == nothing


async def test_captions_and_thumbnails_of_locations_are_found(real: Client) -> None:
    picture = real.gateway.message(None, ALICE, "portrait with a caption", type="image")
    place = {"latitude": 52.5, "longitude": 13.4, "name": "Tor", "address": "Pariser Platz"}
    real.gateway.message(None, ALICE, location=place)
    found = (await search(real, query="portrait", chatId=ALICE))["data"]
    assert found[0]["mediaInfo"]["downloadUrl"].endswith(f"{picture}/media/download")
    like = recorded("428-search-base64-hit")
    thumbnails = await search(real, query="9J/4aaq", chatId=ALICE)
    assert shape(thumbnails["data"][-1]) == shape(like["data"][0])
    assert {key: shape(value) for key, value in thumbnails.items() if key != "data"} == {
        key: shape(value) for key, value in like.items() if key != "data"
    }


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_one_chat_is_searched_twice_the_limit_back(make: Make, profile: str) -> None:
    client = await make(profile=profile)
    ids = told(client)
    for place in range(6):
        client.gateway.edit(None, ids[place - 6], f"newest {place}")
    answer = await search(client, query="Newest", chatId=LONG, limit=3)
    assert bodies(answer) == ["newest 0", "newest 1", "newest 2"]
    reach = {"3": 6, "100": 200, "1000": 200, "50": 100, "": 100, "abc": 100, "0": 100}
    for limit, window in reach.items():
        for place, hits in ((window, 1), (window + 1, 0)):
            client.gateway.edit(None, ids[-place], f"needle {place}")
            answer = await search(client, query=f"needle {place}", chatId=LONG, limit=limit)
            assert answer["totalResults"] == hits, (limit, place)
    for message in ids[-200:]:
        client.gateway.edit(None, message, "many")
    assert (await search(client, query="many", chatId=LONG, limit=1000))["totalResults"] == 100
    assert (await search(client, query="many", chatId=LONG))["totalResults"] == 50


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_all_chats_are_the_first_twenty_and_thirty_messages_of_each(make: Make, profile: str) -> None:
    client = await make(profile=profile)
    gateway = client.gateway
    chats = gateway.handset().ordered()
    ids = told(client)
    gateway.edit(None, ids[-31], "needle out of reach")
    for place in range(30):
        gateway.edit(None, ids[place - 30], f"pin {place}.")
    gateway.handset().chats[LONG].pinned = True
    assert bodies(await search(client, query="needle")) == []
    assert bodies(await search(client, query="pin 0.")) == ["pin 0."]
    assert bodies(await search(client, query="pin ", limit=2)) == ["pin 0.", "pin 1."]
    for chat in chats:
        gateway.message(None, chat.id, "needle")
    listed = gateway.handset().ordered()
    found = (await search(client, query="needle"))["data"]
    assert [hit["chatId"] for hit in found] == [chat.id for chat in listed[:20] if chat.id != LONG]


async def test_what_is_refused(real: Client) -> None:
    missing = (400, {"success": False, "error": "Search query is required"})
    assert await real.get("messages/search") == missing
    assert await real.get("/api/v1/devices/nope/messages/search?query=") == missing
    for bad in ("junk", "999@g.us"):
        status, answer = await real.get(f"messages/search?query=x&chatId={bad}")
        assert (status, answer["error"]) == (500, "Failed to search messages.")
    assert (await search(real, query="x", chatId="4999@c.us"))["data"] == []
    unready = (400, {"success": False, "error": "Device not ready."})
    assert await real.get("/api/v1/devices/nope/messages/search?query=x") == unready
    real.gateway.device(None, "disconnected")
    assert await real.get("messages/search?query=x") == unready
