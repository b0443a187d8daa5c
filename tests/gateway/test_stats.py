"""What the gateway counts of a device: only what it really counts, and in numbers that make sense."""

from typing import Literal

import pytest

from tests.gateway.conftest import KEY, Stub, opened
from tests.gateway.recordings import data
from watui.demo.gateway import DemoGateway
from watui.demo.options import DemoOptions
from watui.gateway.base import GatewayBroken, GatewayError, NotReady, Unsupported, WrongKey
from watui.gateway.whatsapi import WhatsApi
from watui.gateway.whatsapi.lists import stats_of
from watui.models import Stats
from watui.text import Safe

DEVICE = Safe("d-1")


async def test_the_recording_is_read_and_its_top_sender_is_not(stub: Stub, api: WhatsApi) -> None:
    stub.replay("520-analytics-quick-stats")
    found = await api.stats(DEVICE)
    assert found == Stats(chats=142, groups=4, unread_chats=6, unread=47, oldest_unread_days=0)
    assert stub.seen[0].path == "/api/v1/devices/d-1/analytics/quick-stats"
    assert data("520-analytics-quick-stats")["topSender"] not in repr(found)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ({}, Stats()),
        ({"totalChats": "142", "totalGroups": 4}, Stats(groups=4)),
        ({"totalChats": -1, "unreadMessages": True, "unreadChats": 2.5}, Stats()),
        ({"totalChats": 10**30, "oldestUnreadDays": None}, Stats()),
        ({"unreadMessages": 7, "topSender": {"a": 1}}, Stats(unread=7)),
    ],
)
def test_what_makes_no_sense_is_left_out(raw: object, found: Stats) -> None:
    assert stats_of(raw) == found


@pytest.mark.parametrize("raw", [None, [], "142", 3])
async def test_an_answer_that_makes_no_sense(stub: Stub, api: WhatsApi, raw: object) -> None:
    stub.json({"success": True, "data": raw})
    with pytest.raises(GatewayBroken):
        await api.stats(DEVICE)


@pytest.mark.parametrize(
    ("recording", "error"),
    [
        ("0518-notready-quick-stats", NotReady),
        ("0609-unknown-quick-stats", NotReady),
        ("012-404-with-key", Unsupported),
        ("008-auth-wrong", WrongKey),
    ],
)
async def test_what_is_refused(stub: Stub, api: WhatsApi, recording: str, error: type[GatewayError]) -> None:
    stub.replay(recording)
    with pytest.raises(error):
        await api.stats(DEVICE)


async def test_a_gateway_that_fails(stub: Stub, api: WhatsApi) -> None:
    stub.json({"success": False, "error": "Failed to get quick stats"}, 500)
    with pytest.raises(GatewayBroken):
        await api.stats(DEVICE)


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_over_the_wire(profile: Literal["whatsapi", "full"]) -> None:
    options = DemoOptions(profile=profile, key=KEY, pace=0.0)
    async with DemoGateway(options) as gateway, opened(gateway.url) as api:
        device = Safe(gateway.devices[0])
        chats = await api.chats(device, fresh=True) or []
        found = await api.stats(device)
        assert (found.chats, found.groups) == (len(chats), sum(chat.group for chat in chats))
        assert found.unread == sum(chat.unread for chat in chats)
        gateway.device(device, "disconnected")
        with pytest.raises(NotReady):
            await api.stats(device)
