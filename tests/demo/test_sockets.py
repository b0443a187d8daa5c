"""Sockets: who may connect, what is heard, how connections end (contract 3), in both profiles."""

import pytest
import socketio

from tests.demo.client import ALICE, Client, recorded, until
from tests.demo.conftest import Make

GROUP_SENDER = "14155550123@c.us"


async def test_state_is_a_constant(make: Make) -> None:
    client = await make(profile="whatsapi", devices=0, unpaired=1, qr_delay=60)
    for device in (client.device, "00000000-0000-4000-8000-000000000000", "whatever_123"):
        socket = await client.connect(device)
        state = await socket.hear("state")
        assert state | {"timestamp": 0} == {"deviceId": device, "status": "ready", "timestamp": 0}
        assert state["timestamp"] > 10**12


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"key": ""}, "API key is required"),
        ({"key": "wrong"}, "Invalid API key"),
        ({"namespace": "/device/a.b"}, "Invalid namespace"),
        ({"namespace": "/foo"}, "Invalid namespace"),
    ],
)
@pytest.mark.parametrize("transports", [None, ["websocket"]])
async def test_refusals(
    real: Client, choices: dict[str, str], message: str, transports: list[str] | None
) -> None:
    socket = await real.connect(transports=transports, **choices)
    assert socket.refusals[0] == {"message": message}
    assert isinstance(socket.refusals[1], socketio.exceptions.ConnectionError)


async def test_the_default_namespace_is_left_at_once(real: Client) -> None:
    socket = await real.connect(namespace="/")
    assert await until(lambda: socket.ends) == ["server disconnect"]


async def test_refusals_on_demand(real: Client) -> None:
    await real.gateway.socket(refuse="Invalid API key", times=1)
    assert (await real.connect()).refusals[0] == {"message": "Invalid API key"}
    assert (await real.connect()).refusals == []


async def test_the_message_event(real: Client) -> None:
    socket = await real.connect()
    await socket.hear("state")
    like = recorded("610-socket-events")
    gateway = real.gateway
    group = next(chat.id for chat in gateway.handset().ordered() if chat.is_group)
    gateway.message(None, ALICE, "hello from Alice 👋")
    gateway.message(None, group, "hi team", sender=GROUP_SENDER)
    gateway.message(None, "status@broadcast", "my status", sender=ALICE)
    gateway.message(None, "4915109999999@c.us", "who am I", name="Newcomer")
    gateway.message(None, ALICE, "look", type="image")
    gateway.message(None, ALICE, type="call_log")
    await socket.hear("message", 6)
    scenes = ("text", "group", "status", "new_number", "image", "call_log")
    for scene, event in zip(scenes, socket.named("message"), strict=True):
        expected = like[f"incoming_{scene}"]["received"][0]["args"][0]
        assert set(event) == set(expected)
        message, same = event["message"], expected["message"]
        assert set(message) == set(same), scene
        assert set(message["id"]) == set(same["id"])
        assert set(message["_data"]) <= {*same["_data"], "lat", "lng"}, scene
        assert event["timestamp"] > 10**12 > message["timestamp"]
    events = [event["message"] for event in socket.named("message")]
    assert events[1]["author"] == GROUP_SENDER
    assert events[2]["isStatus"] is True
    assert events[3]["_data"]["notifyName"] == "Newcomer"
    assert [chat for chat in gateway.handset().chats if "broadcast" in chat] == []
    assert all(item["type"] != "call_log" for item in (await real.page())["data"])


async def test_disconnected_is_told_to_the_others(real: Client) -> None:
    stays, leaves, dropped = [await real.connect() for _ in range(3)]
    elsewhere = await real.connect("another_device")
    await leaves.sio.disconnect()
    assert (await stays.hear("disconnected"))["reason"] == "transport close"
    engine = dropped.sio.eio
    engine.ws._response.connection.transport.abort()
    assert (await stays.hear("disconnected", 2))["reason"] == "transport close"
    assert elsewhere.named("disconnected") == []


async def test_disconnected_is_not_told_in_full(full: Client) -> None:
    stays, leaves = await full.connect(), await full.connect()
    await leaves.sio.disconnect()
    await until(lambda: full.gateway.clients() == 1)
    full.gateway.message(None, ALICE, "x")
    await stays.hear("message")
    assert stays.named("disconnected") == []


async def test_a_deleted_device_keeps_its_socket(real: Client) -> None:
    socket = await real.connect()
    await real.call("DELETE", real.base)
    assert (await socket.hear("disconnected"))["reason"] == "Device deleted"
    assert socket.sio.connected


async def test_polling_only(real: Client) -> None:
    await real.gateway.socket(websocket=False)
    socket = await real.connect()
    assert socket.sio.transport() == "polling"
    for number in range(10):
        real.gateway.message(None, ALICE, f"{number}")
    await socket.hear("message", 10)
    assert [event["message"]["body"] for event in socket.named("message")] == [str(n) for n in range(10)]
    failed = await real.connect(transports=["websocket"])
    assert failed.refusals


async def test_cut_and_disconnect(real: Client) -> None:
    first, second = await real.connect(), await real.connect()
    assert await real.gateway.socket(cut=real.device) == {"cut": 2}
    await until(lambda: first.ends and second.ends)
    assert first.ends == ["transport error"]
    third = await real.connect()
    await real.gateway.socket(disconnect=real.device)
    assert await until(lambda: third.ends) == ["server disconnect"]


async def test_raw_packets_and_events_go_out_as_given(real: Client) -> None:
    socket = await real.connect()
    await socket.hear("state")
    real.gateway.event(None, "message", {"deviceId": 7, "message": None})
    real.gateway.event(None, "typing:start", ["odd"])
    real.gateway.raw(None, f'2/device/{real.device},["battery",{{"level":1}}]')
    await socket.hear("battery")
    assert socket.events[1:] == [
        ("message", {"deviceId": 7, "message": None}),
        ("typing:start", ["odd"]),
        ("battery", {"level": 1}),
    ]


async def test_silence_is_noticed(make: Make) -> None:
    client = await make(profile="whatsapi", ping_interval=1, ping_timeout=1)
    stays, hangs = await client.connect(), await client.connect()
    hangs.sio.eio._send_packet = _swallow
    assert (await stays.hear("disconnected"))["reason"] in {"ping timeout", "transport close"}


async def _swallow(*_args: object) -> None:
    """Lose what a hanging client would send, its pongs too."""


async def test_pairing(make: Make) -> None:
    client = await make(profile="whatsapi", devices=0, unpaired=1, qr_delay=0.1, qr_every=0.1)
    socket = await client.connect()
    assert (await client.get("status"))[1]["data"]["status"] == "initializing"
    first, second = await socket.hear("qr"), await socket.hear("qr", 2)
    assert first["qr"] != second["qr"]
    assert first["qr"].startswith("2@")
    assert 240 <= len(first["qr"]) <= 260
    assert first["qr"].count(",") == 3
    like = recorded("040-device-status-qr")["data"]
    status = (await client.get("status"))[1]["data"]
    assert set(status) == set(like)
    assert status["qrDataUrl"].startswith("data:image/png;base64,iVBOR")
    async with client.http.get(f"{client.base}/qr.png") as answer:
        assert answer.content_type == "image/png"
    client.gateway.pair(None, "4915112345678", "New Owner")
    await socket.hear("ready")
    names = [name for name, _ in socket.events if name != "qr"]
    assert names == ["state", "authenticated", "ready"]
    placeholders = socket.named("authenticated")[0]
    assert (placeholders["phoneNumber"], placeholders["clientName"]) == ("unknown", "WhatsApp Client")
    paired = (await client.get("status"))[1]["data"]
    assert (paired["phoneNumber"], paired["clientName"]) == ("4915112345678", "New Owner")
    assert (await client.get("qr"))[0] == 200
    late = await client.connect()
    await late.hear("state")
    assert late.named("qr") == []
    client.gateway.device(None, "disconnected", "LOGOUT")
    assert (await socket.hear("disconnected"))["reason"] == "LOGOUT"
    assert (await client.get("chats"))[1]["currentStatus"] == "disconnected"
    client.gateway.device(None, "qr")
    await late.hear("qr")


async def test_pairing_by_itself(make: Make) -> None:
    client = await make(devices=0, unpaired=1, pair_after=0.05, qr_every=0.02)
    socket = await client.connect()
    await socket.hear("ready")
    assert [event["status"] for event in socket.named("connection:status")][-1] == "connected"
    assert (await client.get("chats"))[1]["total"] == 24
