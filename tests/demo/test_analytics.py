"""What the gateway counts of a device, in the shape of the recording (contract 2.16)."""

from typing import Any

import pytest

from tests.demo.client import ALICE, Client, recorded, shape
from tests.demo.conftest import Make

PATH = "analytics/quick-stats"


async def stats(client: Client) -> Any:
    status, answer = await client.get(PATH)
    assert status == 200, answer
    return answer["data"]


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_it_has_the_shape_of_the_recording(make: Make, profile: str) -> None:
    client = await make(profile=profile)
    status, answer = await client.get(PATH)
    like = recorded("520-analytics-quick-stats")
    assert status == 200
    assert shape(answer) == shape(like)
    assert len(answer["snapshot"]["timestamp"]) == len(like["snapshot"]["timestamp"])


async def test_it_counts_what_the_list_of_chats_says(real: Client) -> None:
    before = await stats(real)
    _, listed = await real.get("chats?summary=false")
    unread = [chat["unreadCount"] for chat in listed["data"] if chat["unreadCount"]]
    assert before["totalChats"] == len(listed["data"])
    assert before["totalGroups"] == sum(chat["isGroup"] for chat in listed["data"])
    assert (before["unreadChats"], before["unreadMessages"]) == (len(unread), sum(unread))
    real.gateway.message(None, "4915777777777@c.us", "hello", name="Zed")
    after = await stats(real)
    assert after["totalChats"] == before["totalChats"] + 1
    assert after["unreadMessages"] == before["unreadMessages"] + 1
    assert after["unreadChats"] == before["unreadChats"] + 1
    assert after["totalGroups"] == before["totalGroups"]
    real.gateway.message(None, ALICE, "the newest")
    assert (await stats(real))["topSender"] == "Alice Bergmann"


async def test_who_is_not_ready_and_who_is_not_known_is_told_the_same(real: Client) -> None:
    unknown = await real.get(f"/api/v1/devices/nope/{PATH}")
    assert unknown == (400, recorded("0609-unknown-quick-stats"))
    real.gateway.device(None, "disconnected")
    assert await real.get(PATH) == (400, recorded("0518-notready-quick-stats"))


async def test_nothing_else_is_counted(real: Client) -> None:
    status, _ = await real.get("analytics/dashboard")
    assert status == 404
