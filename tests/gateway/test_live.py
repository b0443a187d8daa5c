"""Live connections over real sockets to the demo gateway, in both of its profiles, and to worse servers."""

import asyncio
import gc
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import engineio.base_client
import pytest
from aiohttp import web

from tests.gateway.conftest import Stub, opened, raw_server, serving
from watui import events as ev
from watui.bodies import Body
from watui.caps import Cap
from watui.demo.gateway import DemoGateway
from watui.demo.options import DemoOptions
from watui.gateway import base
from watui.gateway.base import LiveEvent, Offered, Question
from watui.gateway.whatsapi import WhatsApi
from watui.gateway.whatsapi.events import UNREADABLE
from watui.models import Ack, Older
from watui.text import Safe

CHAT = "4915111111111@c.us"


class Heard:
    """A sink whose listener can wait for what it wants to hear."""

    def __init__(self) -> None:
        self.events: list[LiveEvent] = []
        self._news = asyncio.Event()

    def __call__(self, event: LiveEvent) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, enough: Callable[[list[LiveEvent]], bool]) -> list[LiveEvent]:
        async with asyncio.timeout(20):
            while not enough(self.events):
                self._news.clear()
                await self._news.wait()
        return self.events

    async def until_text(self, text: str) -> ev.MessageArrived:
        def found() -> list[ev.MessageArrived]:
            return [e for e in self.events if isinstance(e, ev.MessageArrived) and e.message.text == text]

        await self.until(lambda _: bool(found()))
        return found()[0]

    @property
    def texts(self) -> list[str]:
        return [e.message.text for e in self.events if isinstance(e, ev.MessageArrived)]


@asynccontextmanager
async def demo(
    profile: Literal["whatsapi", "full"] = "whatsapi", **options: Any
) -> AsyncIterator[tuple[DemoGateway, WhatsApi, Safe]]:
    settings: dict[str, Any] = {"chats": 3, "messages": 5, "pace": 0.0, "key": "demo-key"} | options
    gateway = DemoGateway(DemoOptions(profile=profile, **settings))
    async with gateway, opened(gateway.url, gateway.key) as api:
        yield gateway, api, Safe(gateway.devices[0])


@pytest.fixture(autouse=True)
async def nothing_is_left() -> AsyncIterator[None]:
    """Whatever a test did, no task, client or session of ours outlives it."""
    before = asyncio.all_tasks()
    clients = list(engineio.base_client.connected_clients)
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        _, left = await asyncio.wait(left, timeout=2)  # servers may need a moment to end theirs
    assert not left
    assert engineio.base_client.connected_clients == clients


@pytest.fixture(autouse=True, scope="module")
def nothing_is_unclosed() -> Iterator[None]:
    """Find sessions and sockets that only the collector would close; their warnings are errors here."""
    yield
    gc.collect()


# What is heard.


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_messages_arrive(profile: Literal["whatsapi", "full"]) -> None:
    async with demo(profile) as (gateway, api, device):
        await api.open()
        heard = Heard()
        async with api.live(device, heard):
            sent = gateway.message(None, CHAT, "hello 👋", name="Alice")
            arrived = await heard.until_text("hello 👋")
            assert (arrived.message.id, arrived.message.chat) == (sent, CHAT)
            assert arrived.message.sender_name == "Alice"
            assert gateway.clients() == 1
        assert heard.events[0] == arrived or profile == "full"


async def test_wider_events() -> None:
    async with demo("full") as (gateway, api, device):
        await api.open()
        assert api.caps == ~Cap.NOTHING
        await api.device(device)
        heard = Heard()
        async with api.live(device, heard):
            sent = await api.send(device, Safe(CHAT), Body("out"))
            own = await heard.until_text("out")
            assert own.message.own
            assert own.message.id == sent.id
            await heard.until(
                lambda events: any(isinstance(e, ev.Acked) and e.ack is Ack.READ for e in events)
            )
            message = Safe(gateway.message(None, CHAT, "in"))
            await api.react(device, Safe(CHAT), message, "👍")
            gateway.typing(None, CHAT)
            gateway.edit(None, message, "edited")
            gateway.revoke(None, message)
            await heard.until(lambda events: any(isinstance(e, ev.Revoked) for e in events))
            kinds = {type(event) for event in heard.events}
            assert kinds >= {ev.Reacted, ev.Typed, ev.Edited, ev.ChatChanged, ev.Acked}
            reacted = next(e for e in heard.events if isinstance(e, ev.Reacted))
            assert reacted.reaction.own
            assert next(e for e in heard.events if isinstance(e, ev.Edited)).text == "edited"
        assert not [what for what in api.drops.counts if what != "a status update"]


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_rest_of_the_demo_gateway(profile: Literal["whatsapi", "full"]) -> None:
    async with demo(profile) as (gateway, api, device):
        await api.open()
        await api.ping()
        chat = Safe(gateway.chat(None, "4915177777777@c.us", "Long", messages=350))
        assert device in {found.id for found in await api.devices()}
        chats = await api.chats(device)
        assert chats is not None
        assert chat in {found.key.jid for found in chats}
        assert await api.contacts(device)
        page = await api.recent(device, chat, fresh=True)
        assert page is not None
        known = page.messages
        while page.older is Older.MORE:
            page = await api.older(device, chat, known[0].id)
            met = {message.id for message in page.messages}
            known = page.messages + [message for message in known if message.id not in met]
        assert len({m.id for m in known}) == len(known) == (350 if profile == "full" else 300)
        assert page.older is (Older.NONE if profile == "full" else Older.WALL)
        assert [m.time for m in known] == sorted(m.time for m in known)
        found, last = await api.chat(device, chat)
        assert found.name == "Long"
        assert last == known[-1] or (last is not None and last.id == known[-1].id)
        await api.mark_read(device, chat)
        assert not api.drops.counts


async def test_pairing() -> None:
    async with demo(unpaired=1, qr_delay=0.0, qr_every=0.2) as (gateway, api, _):
        device = Safe(gateway.devices[-1])
        heard = Heard()
        async with api.live(device, heard):
            await heard.until(lambda events: any(isinstance(e, Offered) for e in events))
            assert await api.qr(device)
            gateway.pair(device)
            await heard.until(lambda events: any(isinstance(e, Question) for e in events))


async def test_other_clients_coming_and_going_is_only_a_question() -> None:
    async with demo() as (_, api, device):
        heard, other = Heard(), Heard()
        async with api.live(device, heard):
            async with api.live(device, other):
                pass
            await heard.until(
                lambda events: Question(Safe("somebody was disconnected: transport close")) in events
            )


async def test_burst_in_order_without_loss() -> None:
    async with demo() as (gateway, api, device):
        heard = Heard()
        async with api.live(device, heard):
            gateway.burst(count=5000, rate=50_000, prefix="n")
            await heard.until(lambda events: len(events) >= 5000)
        numbers = [int(text.removeprefix("n")) for text in heard.texts]
        assert numbers == list(range(numbers[0], numbers[0] + 5000))


async def test_event_of_five_megabytes() -> None:
    async with demo() as (gateway, api, device):
        heard = Heard()
        async with api.live(device, heard):
            gateway.event(None, "presence", {"blob": "x" * 5 * 2**20})
            gateway.message(None, CHAT, "after")
            await heard.until_text("after")


# Packets that make no sense.

SEEN_BUT_HARMLESS = [
    '2/device/{d},["connect",{{}}]',
    '2/device/{d},["disconnect","server disconnect"]',
    '2/device/{d},["connect_error",{{"message":"Invalid API key"}}]',
    '2/device/{d},["__disconnect_final"]',
    '2/device/other,["message",{{}}]',
    '2["message",{{}}]',
    '2/device/{d},["unheard-of",{{}}]',
    '2/device/{d},7["state",{{"status":"ready"}}]',
    "3/device/{d},1[]",
    "0/device/{d},",
    "1/device/other,",
]


@pytest.mark.parametrize("packet", SEEN_BUT_HARMLESS, ids=range(len(SEEN_BUT_HARMLESS)))
async def test_packets_that_do_no_harm(packet: str) -> None:
    async with demo() as (gateway, api, device):
        heard = Heard()
        async with api.live(device, heard):
            gateway.raw(None, packet.format(d=device))
            gateway.message(None, CHAT, "after")
            await heard.until_text("after")
            assert heard.texts == ["after"]


async def test_events_cannot_speak_for_the_connection() -> None:
    async with demo() as (gateway, api, device):
        heard = Heard()
        async with api.live(device, heard) as live:
            gateway.raw(None, f'2/device/{device},["disconnect","evil"]')
            gateway.message(None, CHAT, "after")
            await heard.until_text("after")
            await gateway.socket(cut="*")
            async with asyncio.timeout(5):
                assert await live.closed() == "transport error"


@pytest.mark.parametrize(
    "packet",
    [
        '51-/device/{d},["message",{{"_placeholder":true,"num":9}}]',
        '59-/device/{d},["message"]',
        "61-/device/{d},1[]",
    ],
)
async def test_binary_events_do_not_make_it_deaf(packet: str) -> None:
    async with demo() as (gateway, api, device):
        heard = Heard()
        async with api.live(device, heard):
            gateway.raw(None, packet.format(d=device))
            gateway.message(None, CHAT, "after")
            await heard.until_text("after")
            assert heard.events[0] == UNREADABLE


BROKEN = [
    "",
    "2",
    "9",
    "x",
    "²",
    "2/device/{d},",
    "2/device/{d},{{}}",
    "2/device/{d},[]",
    "2/device/{d},[7]",
    '2/device/{d},["message"',
    "2/device/{d}," + "[" * 3000,
    '{{"a":1}}',
    "[1]",
    "0/device/{d},[]",
    "299999999999-",
    "2" + "1" * 200 + '["message"]',
    "1/device/{d},",
    '4/device/{d},{{"message":"Invalid API key"}}',
]


@pytest.mark.parametrize("packet", BROKEN, ids=range(len(BROKEN)))
async def test_garbage_ends_the_connection(packet: str) -> None:
    async with demo() as (gateway, api, device), api.live(device, Heard()) as live:
        gateway.raw(None, packet.format(d=device))
        async with asyncio.timeout(5):
            assert await live.closed()


async def test_message_that_cannot_be_read_makes_the_worker_ask() -> None:
    async with demo() as (gateway, api, device):
        heard = Heard()
        async with api.live(device, heard):
            gateway.event(None, "message", {"deviceId": device, "message": {"id": 7}})
            await heard.until(lambda events: UNREADABLE in events)


async def test_fault_of_whoever_listens_ends_the_connection() -> None:
    def broken(_: LiveEvent) -> None:
        raise RuntimeError("of our own")

    async with demo() as (gateway, api, device), api.live(device, broken) as live:
        gateway.message(None, CHAT, "x")
        async with asyncio.timeout(5):
            assert await live.closed() == "an event could not be taken in"


# Losing it.


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_loss_is_noticed(profile: Literal["whatsapi", "full"]) -> None:
    async with demo(profile) as (gateway, api, device):
        for cut, disconnect in (("*", None), (None, str(device))):
            async with api.live(device, Heard()) as live:
                await gateway.socket(cut=cut, disconnect=disconnect)
                async with asyncio.timeout(5):
                    assert await live.closed()
        async with api.live(device, Heard()) as live:
            await gateway.restart()
            async with asyncio.timeout(5):
                assert await live.closed()
        async with api.live(device, Heard()):
            assert gateway.clients() == 1


async def test_after_leaving_nothing_is_heard() -> None:
    async with demo() as (gateway, api, device):
        heard = Heard()
        async with api.live(device, heard) as live:
            gateway.message(None, CHAT, "last")
        count = len(heard.events)
        gateway.message(None, CHAT, "late")
        assert await live.closed()
        assert len(heard.events) == count


# Connecting.


async def test_wrong_key_is_read_again() -> None:
    keys = ["old", "demo-key"]
    async with demo() as (gateway, _, device):
        api = WhatsApi(gateway.url, lambda: keys.pop(0))
        async with api.live(device, Heard()):
            assert not keys
        await api.devices()
        await api.close()


async def test_wrong_key_that_stays(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "watui")
    async with demo() as (gateway, _, device), opened(gateway.url, "not-the-key-123") as api:
        with pytest.raises(base.WrongKey) as caught:
            async with api.live(device, Heard()):
                pass
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "not-the-key-123" not in caplog.text + str(caught.value)


async def test_nothing_that_is_said_gets_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with demo() as (gateway, api, device):
        heard = Heard()
        async with api.live(device, heard):
            gateway.message(None, CHAT, "a very private text")
            await heard.until_text("a very private text")
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("watui") and "demo" not in r.name]
    assert not [line for line in ours if "private" in line or "demo-key" in line or CHAT in line]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Invalid API key", base.WrongKey),
        ("API key is required", base.WrongKey),
        ("Invalid namespace", base.Refused),
        ("no", base.Refused),
    ],
)
async def test_refusals(message: str, kind: type[base.GatewayError]) -> None:
    async with demo() as (gateway, api, device):
        await gateway.socket(refuse=message, times=2)
        with pytest.raises(base.GatewayError) as caught:
            async with api.live(device, Heard()):
                pass
        assert type(caught.value) is kind


async def test_long_polling_where_websockets_are_refused() -> None:
    async with demo() as (gateway, api, device):
        await gateway.socket(websocket=False)
        for _ in range(2):
            with pytest.raises(base.GatewayGone):
                async with api.live(device, Heard()):
                    pass
        heard = Heard()
        async with api.live(device, heard) as live:
            for number in range(300):  # far more than 16 packets wait for one poll
                gateway.message(None, CHAT, f"n{number}")
            await heard.until_text("n299")
            assert heard.texts == [f"n{number}" for number in range(300)]
            gateway.raw(None, "2[")
            async with asyncio.timeout(5):
                await live.closed()
        await gateway.socket(websocket=True)
        async with api.live(device, heard):
            gateway.message(None, CHAT, "upgraded")
            await heard.until_text("upgraded")


async def test_no_live_connection_at_all(stub: Stub) -> None:
    """A gateway without Socket.IO is refused for good, so that the worker asks over REST instead."""
    async with opened(stub.url) as api:
        for kind in (base.GatewayGone, base.GatewayGone, base.Refused, base.Refused):
            with pytest.raises(base.GatewayError) as caught:
                async with api.live(Safe("d-1"), Heard()):
                    pass
            assert type(caught.value) is kind


async def test_redirect_is_not_followed(stub: Stub) -> None:
    async with serving(Stub()) as other, opened(stub.url) as api:
        stub.say(lambda: web.Response(status=302, headers={"Location": other.url + "/ws/?a=1"}))
        with pytest.raises(base.BadSettings):
            async with api.live(Safe("d-1"), Heard()):
                pass
        assert not other.seen


async def test_nobody_listens(unused_tcp_port: int) -> None:
    async with opened(f"http://127.0.0.1:{unused_tcp_port}") as api:
        with pytest.raises(base.GatewayGone):
            async with api.live(Safe("d-1"), Heard()):
                pass


OPENINGS = [
    "0{}",
    "0[]",
    '0{"sid":7}',
    '0{"sid":"a","upgrades":[],"pingInterval":"x","pingTimeout":1}',
    "4",
    "",
    "x",
    "[" * 2000,
]


@pytest.mark.parametrize("opening", OPENINGS, ids=range(len(OPENINGS)))
@pytest.mark.parametrize("polling", [False, True])
async def test_nonsense_instead_of_an_opening(stub: Stub, opening: str, polling: bool) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        if polling:
            return web.Response(text=opening)
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await websocket.send_str(opening)
        await websocket.close()
        return websocket

    stub.handler = handler
    async with opened(stub.url) as api:
        api._dial.refusals["d-1"] = 2 if polling else 0
        with pytest.raises(base.GatewayError):
            async with api.live(Safe("d-1"), Heard()):
                pass


async def test_quitting_while_connecting_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """At each point at which a connection may hang: no answer, no opening, no namespace."""
    reached = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        reached.set()
        await reader.read()

    def hanging(opening: str | None) -> Callable[[web.Request], Any]:
        async def handler(request: web.Request) -> web.StreamResponse:
            websocket = web.WebSocketResponse()
            await websocket.prepare(request)
            if opening is not None:
                await websocket.send_str(opening)
                await websocket.receive()  # the wish for a namespace
            reached.set()
            async for _ in websocket:
                pass
            return websocket

        return handler

    async def quit_when_reached(url: str) -> None:
        reached.clear()
        async with opened(url) as api:

            async def enter() -> None:
                async with api.live(Safe("d-1"), Heard()):
                    raise AssertionError

            task = asyncio.ensure_future(enter())
            async with asyncio.timeout(5):
                await reached.wait()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

    async with raw_server(mute) as url:
        await quit_when_reached(url)
    session = {"sid": "s", "upgrades": [], "pingInterval": 25000, "pingTimeout": 20000}
    for opening in (None, "0" + json.dumps(session)):
        async with serving(Stub()) as stub:
            stub.handler = hanging(opening)
            await quit_when_reached(stub.url)
    monkeypatch.setattr("watui.gateway.whatsapi.live.CONNECT_LIMIT", 0.2)
    async with serving(Stub()) as stub, opened(stub.url) as api:
        stub.handler = hanging(None)
        with pytest.raises(base.GatewayGone):
            async with api.live(Safe("d-1"), Heard()):
                pass


@pytest.mark.parametrize("device", ["", "..", "a/b", "a,b", "a?b"])
async def test_ids_that_no_device_has(stub: Stub, device: str) -> None:
    async with opened(stub.url) as api:
        with pytest.raises(base.Refused):
            async with api.live(Safe(device), Heard()):
                pass
    assert not stub.seen


async def test_socket_elsewhere() -> None:
    async with (
        demo() as (gateway, _, device),
        serving(Stub()) as rest,
        opened(rest.url, gateway.key, socket_url=gateway.url) as api,
        api.live(device, Heard()),
    ):
        assert gateway.clients() == 1
        assert not rest.seen


async def test_quitting_twice_still_closes() -> None:
    async with demo() as (_, api, device):

        async def stay() -> None:
            async with api.live(device, Heard()) as live:
                inside.set()
                await live.closed()

        inside = asyncio.Event()
        task = asyncio.ensure_future(stay())
        await inside.wait()
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
