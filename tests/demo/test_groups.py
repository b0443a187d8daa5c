"""Groups, mentions and locations (contract 2.9, 2.15, [360] to [365], [510] to [518])."""

import base64
import hashlib

import pytest

from tests.demo.client import ALICE, Client, recorded, shape
from tests.demo.conftest import Make

GROUP = "120363111111111111@g.us"
BOB = "4915100000002@c.us"
UNREADY = (400, {"success": False, "error": "Device not ready."})
MEMBER = {"id": "str", "isAdmin": "bool", "isSuperAdmin": "bool"}


async def test_groups(real: Client) -> None:
    phone = real.gateway.handset()
    status, answer = await real.get("groups")
    groups = [chat for chat in phone.ordered() if chat.is_group]
    assert (status, answer["totalGroups"]) == (200, len(groups))
    assert [item["id"] for item in answer["data"]] == [chat.id for chat in groups]
    assert [item["muted"] for item in answer["data"]] == [chat.muted for chat in groups]
    assert shape(answer["data"][0]) == {
        "id": "str",
        "name": "str",
        "description": "str",
        "participantCount": "number",
        "isAdmin": "bool",
        "createdAt": "str",
        "archived": "bool",
        "pinned": "bool",
        "muted": "bool",
    }
    assert {item["isAdmin"] for item in answer["data"]} == {True, False}
    assert (await real.get("groups?includeParticipants=1"))[1] == answer
    wide = (await real.get("groups?includeParticipants=true"))[1]["data"]
    assert shape(wide[0]) == shape(answer["data"][0]) | {"participants": [MEMBER]}
    assert wide[0]["participantCount"] == len(wide[0]["participants"])


async def test_participants(real: Client) -> None:
    real.gateway.chat(None, GROUP, "Team", members=[ALICE, BOB])
    assert await real.get(f"groups/{GROUP}/participants") == (
        200,
        {
            "success": True,
            "data": {
                "groupId": GROUP,
                "groupName": "Team",
                "participants": [
                    {"id": "491700000001@c.us", "isAdmin": True, "isSuperAdmin": False},
                    {"id": ALICE, "isAdmin": False, "isSuperAdmin": False},
                    {"id": BOB, "isAdmin": True, "isSuperAdmin": True},
                ],
                "totalParticipants": 3,
                "admins": 2,
            },
        },
    )
    private = (400, {"success": False, "error": "Chat is not a group."})
    assert await real.get(f"groups/{ALICE}/participants") == private
    details = "Evaluation failed: ServerStatusCodeError: item-not-found"
    error = "Failed to get group participants."
    unknown = (500, {"success": False, "error": error, "details": details})
    assert await real.get("groups/999@g.us/participants") == unknown


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_groups_cannot_be_changed(make: Make, profile: str) -> None:
    client = await make(profile=profile)
    broken = (400, {"success": False, "error": "Validation error", "details": '"id" is not allowed'})
    actions = ["join", "leave", "participants/add", "participants/remove"]
    for action in actions:
        assert await client.post(f"groups/{GROUP}/{action}", {"participants": [ALICE]}) == broken
    for action in ("subject", "description"):
        assert await client.call("PUT", f"groups/{GROUP}/{action}", json={action: "x"}) == broken
    assert await client.call("POST", f"/api/v1/devices/nope/groups/{GROUP}/leave") == broken
    assert (await client.post("groups", {"name": "x"}))[0] == 404


async def test_mentions_in_a_group(real: Client) -> None:
    real.gateway.chat(None, GROUP, "Team", members=[ALICE, BOB])
    path = f"groups/{GROUP}/mention"
    everybody = ["491700000001@c.us", ALICE, BOB]
    for body, text, mentions in (
        ({"text": "hello all", "mentionAll": True}, "@everyone hello all", everybody),
        ({"text": "hi", "mentions": ["4915111111111", BOB]}, "hi", [ALICE, BOB]),
    ):
        status, answer = await real.post(path, body)
        message = answer["data"].pop("message")
        assert (status, message["body"], message["mentionedIds"]) == (200, text, mentions)
        assert answer["data"] == {
            "groupId": GROUP,
            "groupName": "Team",
            "mentionCount": len(mentions),
            "mentionedAll": "mentionAll" in body,
            "mentions": mentions,
        }
        sent = real.gateway.sends[-1]
        assert (sent["chat"], sent["text"], sent["mentions"]) == (GROUP, text, mentions)
    error = "Must specify mentions array or set mentionAll to true."
    assert await real.post(path, {"text": "x"}) == (400, {"success": False, "error": error})
    assert (await real.post(path, {"text": "x" * 4097}))[1]["details"].startswith('"text" length')
    assert (await real.post(path, {}))[1]["details"] == '"text" is required'
    assert (await real.call("POST", path))[0] == 500
    for bad, status in ((ALICE, 400), ("999@g.us", 500)):
        assert (await real.post(f"groups/{bad}/mention", {"text": "x", "mentionAll": True}))[0] == status
    assert len(real.gateway.sends) == 2


async def test_mentions_to_anybody(real: Client) -> None:
    real.gateway.chat(None, GROUP, "Team", members=[ALICE])
    quoted = real.gateway.message(None, GROUP, "question", sender=ALICE)
    body = {
        "to": GROUP,
        "text": "hi @4915111111111",
        "mentions": ["4915111111111"],
        "quotedMessageId": quoted,
    }
    status, answer = await real.post("mentions/send", body)
    message = answer["data"].pop("message")
    assert (status, message["hasQuotedMsg"], message["mentionedIds"]) == (200, True, [ALICE])
    assert answer["data"] == {
        "recipient": GROUP,
        "chatType": "group",
        "groupName": "Team",
        "mentionCount": 1,
        "mentionedAll": False,
        "mentions": [ALICE],
        "hasMedia": False,
        "isReply": True,
    }
    data = bytes(range(256))
    media = {"mimetype": "image/png", "data": base64.b64encode(data).decode()}
    captioned = {"to": "4915100000001", "text": "caption", "media": media, "mentionAll": True}
    answer = (await real.post("mentions/send", captioned))[1]["data"]
    told = ("recipient", "chatType", "groupName", "mentionedAll", "mentions", "hasMedia", "isReply")
    number = "4915100000001@c.us"
    assert [answer[key] for key in told] == [number, "individual", None, False, [], True, False]
    sent = real.gateway.sends[-1]
    wanted = {"chat": number, "text": "caption", "filename": "media", "mimetype": "image/png", "size": 256}
    assert wanted.items() <= sent.items()
    assert sent["sha256"] == hashlib.sha256(data).hexdigest()
    assert base64.b64decode(real.gateway.file(None, sent["id"])["data"]) == data
    assert (await real.post("mentions/send", {"to": GROUP, "text": "x", "mentionAll": True}))[1]["data"][
        "mentions"
    ] == ["491700000001@c.us", ALICE]
    assert (await real.post("mentions/send", {"to": ALICE}))[1]["details"] == '"text" is required'
    for bad in ("junk@x", "999@g.us"):
        assert (await real.post("mentions/send", {"to": bad, "text": "x"}))[0] == 500
    assert (await real.call("POST", "mentions/send"))[0] == 500


async def test_not_ready(real: Client) -> None:
    real.gateway.device(None, "disconnected")
    for base in (real.base, "/api/v1/devices/nope"):
        for method, path in (
            ("GET", "groups"),
            ("GET", f"groups/{GROUP}/participants"),
            ("POST", f"groups/{GROUP}/mention"),
            ("POST", "mentions/send"),
        ):
            body = {"to": ALICE, "text": "x", "mentionAll": True}
            assert await real.call(method, f"{base}/{path}", json=body) == UNREADY
    location = {"to": ALICE, "latitude": 1, "longitude": 2}
    assert (await real.post("chats/location", location))[1]["currentStatus"] == "disconnected"


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_locations(make: Make, profile: str) -> None:
    client = await make(profile=profile)
    body = {"to": ALICE, "latitude": 52.52, "longitude": 13.4, "description": "Alexanderplatz"}
    status, answer = await client.post("chats/location", body)
    like = recorded("360-location-ok")
    assert status == 200
    assert set(answer["data"]) == set(like["data"])
    assert answer["data"]["location"] == like["data"]["location"]
    listed = (await client.page(limit=1))["data"][0]
    told = {"description": "Alexanderplatz"} if profile == "full" else {}
    assert listed["location"] == {"latitude": 52.52, "longitude": 13.4} | told
    sent = client.gateway.sends[-1]["location"]
    assert sent == {
        "latitude": 52.52,
        "longitude": 13.4,
        "description": "" if profile == "whatsapi" else "Alexanderplatz",
    }
    zero = (await client.post("chats/location", {"to": ALICE, "latitude": 0, "longitude": 0}))[1]["data"]
    assert zero["location"] == {"latitude": 0, "longitude": 0, "description": None}
    types = "Invalid coordinates. Latitude and longitude must be numbers."
    span = "Invalid coordinates. Latitude must be between -90 and 90, longitude between -180 and 180."
    for coordinates, error in (("52.5", types), (True, types), (None, types), (91, span), (-90.01, span)):
        refused = (400, {"success": False, "error": error})
        assert await client.post("chats/location", body | {"latitude": coordinates}) == refused
    assert (await client.post("chats/location", body | {"longitude": -181}))[1]["error"] == span
    failed = (500, {"success": False, "error": "Failed to send location"})
    del body["to"]
    assert await client.post("chats/location", body) == failed
    assert await client.call("POST", "chats/location") == failed
    for bad in ("4915111111111", "999@g.us"):
        assert await client.post("chats/location", body | {"to": bad}) == failed
    assert len(client.gateway.sends) == 2
