"""Calls over a real socket: what is sent, what may go wrong, and in which words it is told."""

import asyncio
import gzip
import json
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from tests.gateway.conftest import KEY, Stub, opened, raw_server, replayed, serving
from tests.gateway.recordings import body, data
from watui.bodies import Body
from watui.caps import USUAL, Cap
from watui.gateway import base
from watui.gateway.whatsapi import WhatsApi, connect
from watui.gateway.whatsapi import rest as rest_module
from watui.models import Ack, DeviceState, Older
from watui.text import Safe

DEVICE = Safe("8eb16a6f-b1c9-40cb-8307-89bd20c024f9")
ALICE = Safe("4915111111111@c.us")
TEXT = "a very private text"

Ask = Callable[[WhatsApi], Awaitable[object]]


def sending(api: WhatsApi) -> Awaitable[object]:
    return api.send(DEVICE, ALICE, Body(TEXT))


def listing(api: WhatsApi) -> Awaitable[object]:
    return api.chats(DEVICE)


async def failing(api: WhatsApi, ask: Ask) -> base.GatewayError:
    """Do a call that must fail, and look that its error gives nothing away."""
    with pytest.raises(base.GatewayError) as caught:
        await ask(api)
    error = caught.value
    told = "".join(traceback.format_exception(error)) + repr(error.__context__) + repr(error.__cause__)
    assert error.__cause__ is None
    assert KEY not in told
    assert TEXT not in told
    assert "127.0.0.1:" not in str(error)
    assert error.words
    return error


# Reading.


async def test_devices(stub: Stub, api: WhatsApi) -> None:
    stub.replay("030-devices-list")
    [device] = await api.devices()
    assert (device.id, device.state) == (DEVICE, DeviceState.READY)
    assert stub.seen[0].headers["x-api-key"] == KEY
    assert stub.seen[0].path_qs == "/api/v1/devices"


async def test_pairing_string_only_while_it_is_wanted(stub: Stub, api: WhatsApi) -> None:
    stub.replay("040-device-status-qr")
    assert (await api.qr(DEVICE) or "").startswith("2@")
    stub.replay("032-device-status-ready")
    assert await api.qr(DEVICE) is None
    assert stub.seen[-1].path == f"/api/v1/devices/{DEVICE}/status"


async def test_making_and_deleting_devices(stub: Stub, api: WhatsApi) -> None:
    stub.replay("036-device-create")
    assert (await api.create_device()).state is DeviceState.STARTING
    stub.json({"success": True, "message": "Device logged out and cleaned up successfully"})
    await api.delete_device(DEVICE)
    assert [request.method for request in stub.seen] == ["POST", "DELETE"]


async def test_ping_needs_no_key(stub: Stub) -> None:
    async with opened(stub.url, None) as api:
        stub.replay("001-ping")
        await api.ping()
        assert "x-api-key" not in stub.seen[0].headers
        stub.json({"hello": "world"})
        await failing(api, lambda api: api.ping())
        assert isinstance(await failing(api, listing), base.WrongKey)


async def test_chats_ask_for_the_whole_list_and_for_changes(stub: Stub, api: WhatsApi) -> None:
    tag = 'W/"9c4f-LlcjNQg5pQrnqScSs/VYBUV2/dI"'

    async def handler(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        response = replayed("118-chats-full-cached")
        response.headers["ETag"] = tag
        return response

    stub.handler = handler
    found = await api.chats(DEVICE)
    assert found is not None
    assert len(found) == 143
    assert stub.seen[0].query_string == "summary=false"
    assert await api.chats(DEVICE) is None


async def test_state_of_a_list_that_could_not_be_read_is_not_kept(stub: Stub, api: WhatsApi) -> None:
    stub.json({"success": True, "data": "odd"}, ETag='"1"')
    await failing(api, listing)
    stub.replay("118-chats-full-cached")
    assert await api.chats(DEVICE)
    assert "If-None-Match" not in stub.seen[1].headers


async def test_recent_page_and_fresh(stub: Stub, api: WhatsApi) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        response = replayed("201-messages-limit-100")
        response.headers["ETag"] = '"1"'
        return response

    stub.handler = handler
    page = await api.recent(DEVICE, ALICE, fresh=False)
    assert page is not None
    assert (len(page.messages), page.older) == (100, Older.MORE)
    assert stub.seen[0].raw_path == f"/api/v1/devices/{DEVICE}/chats/4915111111111%40c.us/messages?limit=100"
    assert await api.recent(DEVICE, ALICE, fresh=False) is None
    assert await api.recent(DEVICE, ALICE, fresh=True) is not None
    stub.replay("210-messages-unknown-cus")
    assert await api.recent(DEVICE, Safe("4999@c.us"), fresh=False) == base.Page([], Older.NONE)


async def test_a_message_that_makes_no_sense_costs_only_itself(stub: Stub, api: WhatsApi) -> None:
    items = [*data("208-messages-lid"), {"id": "a b"}, None]
    stub.json({"success": True, "data": items})
    page = await api.recent(DEVICE, ALICE, fresh=True)
    assert page is not None
    assert len(page.messages) == 3
    assert api.drops.counts["a message"] == 2


async def test_older_messages_beyond_the_window(stub: Stub, api: WhatsApi) -> None:
    stub.replay("228-after-not-found")
    oldest = Safe("false_4915111111111@c.us_AA")
    assert await api.older(DEVICE, ALICE, oldest) == base.Page([], Older.WALL)
    assert stub.seen[0].query == {"limit": "100", "after": oldest}


async def test_one_chat(stub: Stub, api: WhatsApi) -> None:
    stub.replay("130-chat-get-private")
    chat, message = await api.chat(DEVICE, ALICE)
    assert chat.name == "Alice Example"
    assert message is not None
    stub.replay("130-chat-get-newsletter")  # success without data
    error = await failing(api, lambda api: api.chat(DEVICE, Safe("123@newsletter")))
    assert isinstance(error, base.Refused)
    stub.replay("130-chat-get-unknown-gus")
    assert isinstance(await failing(api, lambda api: api.chat(DEVICE, ALICE)), base.GatewayBroken)


async def test_contacts_are_asked_for_with_an_empty_object(stub: Stub, api: WhatsApi) -> None:
    stub.replay("101-contacts-empty")
    assert len(await api.contacts(DEVICE)) > 100
    assert (stub.seen[0].method, stub.bodies[0]) == ("POST", b"{}")


async def test_what_the_gateway_finds_is_named_with_its_chat(stub: Stub, api: WhatsApi) -> None:
    stub.replay("421-search-in-chat")
    found = await api.search(DEVICE, "forwarded", ALICE)
    assert found == [
        (ALICE, "true_4915111111111@c.us_3EB018558043F30001A4"),
        (ALICE, "false_4915111111111@c.us_CFAA3D7DFE125AF60931AAE32C0001A5"),
    ]
    assert stub.seen[0].query == {"query": "forwarded", "limit": "100", "chatId": ALICE}
    stub.replay("420-search")
    assert len(await api.search(DEVICE, "team message", None)) == 3
    assert "chatId" not in stub.seen[1].query
    stub.json({"success": True, "data": [{"chatId": ALICE}, 7, {"messageId": "x" * 3000, "chatId": ALICE}]})
    assert await api.search(DEVICE, "x", None) == []


async def test_access_token_goes_beside_the_key(stub: Stub) -> None:
    async with opened(stub.url, access_token="t&1") as api:
        stub.replay("030-devices-list")
        await api.devices()
    assert stub.seen[0].query == {"access-token": "t&1"}


async def test_prefix_of_a_proxy(stub: Stub) -> None:
    async with opened(stub.url + "/gw/") as api:
        stub.replay("030-devices-list")
        await api.devices()
    assert stub.seen[0].path == "/gw/api/v1/devices"


# Writing.


async def test_send(stub: Stub, api: WhatsApi) -> None:
    stub.replay("330-direct-text")
    message = await api.send(DEVICE, ALICE, Body("direct hello"))
    assert message.id == "true_4915111111111@c.us_3EB08EDF8B8CE100035D"
    assert (message.chat, message.own, message.ack) == (ALICE, True, Ack.SENT)
    assert stub.seen[0].path == f"/api/v1/devices/{DEVICE}/chats"
    assert json.loads(stub.bodies[0]) == {"to": ALICE, "text": "direct hello"}


async def test_what_sends_gets_a_connection_of_its_own(stub: Stub, api: WhatsApi) -> None:
    ports = []
    for _ in range(2):
        stub.replay("330-direct-text")
        await api.send(DEVICE, ALICE, Body("direct hello"))
        ports.append(stub.ports[-1])
        stub.replay("030-devices-list")
        await api.devices()
        ports.append(stub.ports[-1])
    assert len({*ports}) == 3  # the lists shared one


async def test_empty_text_is_not_sent(stub: Stub, api: WhatsApi) -> None:
    for text in ("", "  \n"):
        with pytest.raises(base.Refused):
            await api.send(DEVICE, ALICE, Body(text))
    assert not stub.seen


async def test_too_large_is_known_before_sending(stub: Stub, api: WhatsApi) -> None:
    stub.replay("330-direct-text")
    frame = len(json.dumps({"to": ALICE, "text": ""}))
    await api.send(DEVICE, ALICE, Body("ü" * ((rest_module.BODY_LIMIT - frame) // 2)))
    assert len(stub.bodies[0]) in {rest_module.BODY_LIMIT, rest_module.BODY_LIMIT - 1}
    with pytest.raises(base.TooLarge):
        await api.send(DEVICE, ALICE, Body("x" * (rest_module.BODY_LIMIT - frame + 1)))
    assert len(stub.seen) == 1


NOT_SENT = [
    ("007-auth-missing", base.WrongKey),
    ("008-auth-wrong", base.WrongKey),
    ("012-404-with-key", base.Unsupported),
    ("014-bad-json", base.Refused),
    ("016-body-over-100kb", base.TooLarge),
    ("802-prod-413", base.TooLarge),
    ("033-device-get-unknown", base.DeviceUnknown),
    ("0600-unknown-chats", base.DeviceUnknown),
    ("0503-notready-chat-send-direct", base.NotReady),
    ("0508-notready-messages-forward", base.NotReady),
    ("0507-notready-messages-send", base.Later),
    ("806-prod-rate-limited-status", base.Later),
    ("113-chats-limit-101", base.Refused),
    ("431-markread-lid", base.Refused),
    ("449-media-not-found", base.NotFound),
    ("038-device-qr-none-yet", base.Refused),
]
"""Recorded refusals that mean the same for reading and sending: nothing was done."""


@pytest.mark.parametrize(("name", "kind"), NOT_SENT)
async def test_recorded_refusals(stub: Stub, api: WhatsApi, name: str, kind: type[base.GatewayError]) -> None:
    stub.replay(name)
    for ask in (listing, sending):
        assert type(await failing(api, ask)) is kind


FAILED = [
    "130-chat-get-unknown-gus",
    "348-direct-whatsapp-fails",
    "434-markread-unknown-group",
    "710-session-closed-chats",
]


@pytest.mark.parametrize("name", FAILED)
async def test_recorded_failures(stub: Stub, api: WhatsApi, name: str) -> None:
    stub.replay(name)
    assert type(await failing(api, listing)) is base.GatewayBroken
    assert type(await failing(api, sending)) is base.Unsure


def page(text: str, status: int = 200) -> Callable[[], web.Response]:
    return lambda: web.Response(text=text, status=status, content_type="text/html")


ODD: list[tuple[Callable[[], web.Response], type[base.GatewayError], type[base.GatewayError]]] = [
    (page("<html>captive portal</html>"), base.NotAGateway, base.Unsure),
    (page("", 200), base.NotAGateway, base.Unsure),
    (page("hello", 200), base.NotAGateway, base.Unsure),
    (page("<html>", 502), base.GatewayGone, base.Unsure),
    (page("<html>", 504), base.GatewayGone, base.Unsure),
    (page("<html>", 500), base.GatewayBroken, base.Unsure),
    (page("<html>", 404), base.NotAGateway, base.NotAGateway),
    (page("<html>", 401), base.BadSettings, base.BadSettings),
    (page("<html>", 403), base.BadSettings, base.BadSettings),
    (page("<html>", 413), base.TooLarge, base.TooLarge),
    (lambda: web.json_response([1]), base.NotAGateway, base.Unsure),
    (lambda: web.json_response({"success": False}), base.GatewayBroken, base.Unsure),
    (lambda: web.json_response({"success": True}), base.GatewayBroken, base.Unsure),
    (lambda: web.json_response({"success": True, "data": {"id": 7}}), base.GatewayBroken, base.Unsure),
    (lambda: web.json_response({"oops": 1}, status=500), base.NotAGateway, base.Unsure),
    (
        lambda: web.json_response({"error": "x", "code": "CONFIG_ERROR"}, status=500),
        base.WrongKey,
        base.WrongKey,
    ),
    (lambda: web.json_response({"error": {"message": 7}}, status=400), base.NotAGateway, base.NotAGateway),
    (lambda: web.Response(text="{" * 5000, content_type="application/json"), base.NotAGateway, base.Unsure),
]


@pytest.mark.parametrize(("respond", "reading", "when_sending"), ODD)
async def test_odd_answers(
    stub: Stub,
    api: WhatsApi,
    respond: Callable[[], web.Response],
    reading: type[base.GatewayError],
    when_sending: type[base.GatewayError],
) -> None:
    stub.say(respond)
    assert type(await failing(api, listing)) is reading
    assert type(await failing(api, sending)) is when_sending


async def test_success_without_data_is_unsure(stub: Stub, api: WhatsApi) -> None:
    stub.replay("349-direct-undefined-result")
    assert type(await failing(api, sending)) is base.Unsure


async def test_making_a_device_that_may_have_worked(stub: Stub, api: WhatsApi) -> None:
    stub.say(page("<html>", 502))
    error = await failing(api, lambda api: api.create_device())
    assert type(error) is base.Unsure
    assert "device" in error.words


async def test_mark_read_where_it_works_and_where_not(stub: Stub, api: WhatsApi) -> None:
    stub.replay("430-markread")
    await api.mark_read(DEVICE, Safe("120363000000000002@g.us"))
    assert stub.seen[0].path.endswith("/markRead")
    for jid in ("123456789012345@lid", "1@newsletter", "1@broadcast"):
        with pytest.raises(base.Refused):
            await api.mark_read(DEVICE, Safe(jid))
    assert len(stub.seen) == 1


@pytest.mark.parametrize(
    "jid", ["..", ".", "", "../../admin", "a/b", "a?b", "a b", "a%2fb", "x" * 201, "ä@c.us"]
)
async def test_ids_lead_to_no_other_route(stub: Stub, api: WhatsApi, jid: str) -> None:
    with pytest.raises(base.Refused):
        await api.recent(DEVICE, Safe(jid), fresh=True)
    with pytest.raises(base.Refused):
        await api.chats(Safe(jid))
    assert not stub.seen


# What it can do.


async def test_defaults_are_those_of_whatsapi_bridge(stub: Stub, api: WhatsApi) -> None:
    assert await connect(api) is api
    assert api.caps == USUAL
    with pytest.raises(base.Unsupported):
        await api.react(DEVICE, ALICE, Safe("true_1@c.us_A"), "👍")
    assert len(stub.seen) == 1


async def test_capabilities_are_learnt_and_taken_away(stub: Stub, api: WhatsApi) -> None:
    told: dict[str, Any] = {
        "events": ["message:ack", "message:create", "typing:start", 7],
        "actions": ["react", "star", "edit", "fly"],
        "history": "unlimited",
        "markReadLid": True,
    }
    stub.json({"success": True, "data": told})
    await api.open()
    assert api.caps == ~Cap.NOTHING
    await api.mark_read(DEVICE, Safe("1@lid"))
    await api.react(DEVICE, ALICE, Safe("true_1@c.us_A"), "👍")
    assert stub.seen[-1].path == f"/api/v1/devices/{DEVICE}/chats/{ALICE}/messages/true_1@c.us_A/react"
    assert json.loads(stub.bodies[-1]) == {"emoji": "👍"}
    await api.star(DEVICE, ALICE, Safe("true_1@c.us_A"), starred=True)
    stub.replay("012-404-with-key")
    with pytest.raises(base.Unsupported):
        await api.edit(DEVICE, ALICE, Safe("true_1@c.us_A"), "new")
    assert Cap.EDIT not in api.caps
    assert Cap.REACT in api.caps


@pytest.mark.parametrize("told", [None, [], "full", {"events": "all", "actions": {"react": 1}, "history": 7}])
async def test_odd_capabilities_count_for_nothing(stub: Stub, api: WhatsApi, told: object) -> None:
    stub.json({"success": True, "data": told})
    await api.open()
    assert api.caps == USUAL


async def test_connect_says_what_keeps_it_from_working(stub: Stub) -> None:
    stub.replay("008-auth-wrong")
    api = WhatsApi(stub.url, lambda: KEY)
    with pytest.raises(base.WrongKey):
        await connect(api)


# The key.


async def test_refused_key_is_read_again_and_tried_once_more(stub: Stub) -> None:
    keys = ["old", "new"]

    async def handler(request: web.Request) -> web.StreamResponse:
        right = request.headers["x-api-key"] == "new"
        return replayed("030-devices-list" if right else "008-auth-wrong")

    stub.handler = handler
    api = WhatsApi(stub.url, lambda: keys.pop(0))
    try:
        assert len(await asyncio.gather(*(api.devices() for _ in range(5)))) == 5
        assert not keys
        await api.devices()
        assert stub.seen[-1].headers["x-api-key"] == "new"
    finally:
        await api.close()


async def test_key_that_did_not_change_is_not_tried_again(stub: Stub, api: WhatsApi) -> None:
    stub.replay("008-auth-wrong")
    error = await failing(api, sending)
    assert "WATUI_API_KEY" in error.words
    assert len(stub.seen) == 1


@pytest.mark.parametrize(
    ("key", "word"), [(None, "no key"), (" ", "no key"), ("a\nb", "characters"), ("ä", "characters")]
)
async def test_keys_that_are_none(stub: Stub, key: str | None, word: str) -> None:
    async with opened(stub.url, key) as api:
        error = await failing(api, listing)
    assert isinstance(error, base.WrongKey)
    assert word in error.words
    assert not stub.seen


async def test_reader_of_keys_says_what_is_wrong(stub: Stub) -> None:
    def read() -> str:
        raise RuntimeError("api_key_file: there is no such file")

    api = WhatsApi(stub.url, read)
    error = await failing(api, listing)
    assert isinstance(error, base.WrongKey)
    assert error.words == "api_key_file: there is no such file"
    await api.close()


# Redirects, sizes, and broken connections.


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 300])
async def test_redirects_do_not_take_the_key_along(stub: Stub, api: WhatsApi, status: int) -> None:
    async with serving(Stub()) as other:
        stub.say(lambda: web.Response(status=status, headers={"Location": other.url + "/api/v1/devices"}))
        for ask in (listing, sending):
            assert isinstance(await failing(api, ask), base.BadSettings)
        assert not other.seen


async def test_answers_are_read_up_to_a_limit(stub: Stub, api: WhatsApi) -> None:
    bomb = gzip.compress(b" " * (64 * 2**20))

    async def handler(_: web.Request) -> web.StreamResponse:
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        return web.Response(body=bomb, headers=headers)

    stub.handler = handler
    assert type(await failing(api, listing)) is base.GatewayBroken
    assert type(await failing(api, sending)) is base.Unsure


async def test_nobody_listens(unused_port: int) -> None:
    async with opened(f"http://127.0.0.1:{unused_port}") as api:
        for ask in (listing, sending):
            assert type(await failing(api, ask)) is base.GatewayGone


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_host_without_address() -> None:
    async with opened("https://gateway.invalid") as api:
        for ask in (listing, sending):
            assert type(await failing(api, ask)) is base.GatewayGone


async def test_silence_is_unsure_for_sends_and_gone_for_reads(
    stub: Stub, api: WhatsApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asyncio.Event()

    async def handler(_: web.Request) -> web.StreamResponse:
        await release.wait()
        return web.Response()

    stub.handler = handler
    monkeypatch.setattr("watui.gateway.whatsapi.writing.SEND_LIMIT", 0.1)
    assert type(await failing(api, sending)) is base.Unsure
    monkeypatch.setattr("watui.gateway.whatsapi.writing.MARK_LIMIT", 0.1)
    assert type(await failing(api, lambda api: api.mark_read(DEVICE, ALICE))) is base.GatewayGone
    release.set()


async def test_connection_that_breaks_after_the_request() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    async with raw_server(talk) as url, opened(url) as api:
        assert type(await failing(api, sending)) is base.Unsure
        assert type(await failing(api, listing)) is base.GatewayGone


BROKEN = [
    b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"succ',
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"\x00" * 99,
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot zipped",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
    b"HTTP/1.1 999 \xff\xfe\r\nETag: \xff\r\n\r\n{}",
    b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: a/b; charset=odd\r\nSet-Cookie: \x01=;\r\nContent-Length: 1\r\n\r\n<",
]


@pytest.mark.parametrize("answer", BROKEN, ids=range(len(BROKEN)))
async def test_answers_that_break_off_or_are_no_http(answer: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with raw_server(talk) as url, opened(url) as api:
        assert type(await failing(api, sending)) in {base.Unsure, base.BadSettings}
        assert type(await failing(api, listing)) in {
            base.GatewayGone,
            base.NotAGateway,
            base.BadSettings,
            base.GatewayBroken,
        }


async def test_reset_of_a_used_connection_repeats_a_get_and_never_meets_a_post() -> None:
    """The gateway closes idle connections; a request may cross that on the wire (contract 1.5)."""
    asked: list[bytes] = []
    answer = json.dumps(body("030-devices-list")).encode()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.split()[0])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))
        await reader.readuntil(b"\r\n\r\n")  # the second request gets no answer
        asked.append(b"lost")

    async with raw_server(talk) as url, opened(url) as api:
        await api.devices()
        await api.devices()
        assert asked == [b"GET", b"lost", b"GET"]
        await failing(api, sending)  # what it got is no answer to it
        assert asked[3:] == [b"POST"]


# Addresses.


@pytest.mark.parametrize(
    "url",
    ["ftp://x", "x", "", "http://", "https://u:p@x", "https://x/?apiKey=1", "https://x:99999", "http://x"],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(base.BadSettings):
        WhatsApi(url, lambda: KEY)


@pytest.mark.parametrize(
    "url", ["http://localhost:3000", "http://[::1]:3000", "http://127.0.0.2", "https://x"]
)
def test_addresses_that_are_taken(url: str) -> None:
    WhatsApi(url, lambda: KEY)


async def test_host_in_another_script() -> None:
    async with opened("https://bücher.invalid") as api:
        assert type(await failing(api, listing)) is base.GatewayGone


def test_it_is_a_gateway() -> None:
    gateway: base.Gateway = WhatsApi("https://x", lambda: KEY)
    assert gateway.caps == USUAL


def test_plaintext_has_to_be_allowed() -> None:
    WhatsApi("http://gateway.lan", lambda: KEY, allow_plaintext=True)


@pytest.mark.parametrize(
    "settings", [{"ca_file": "/nowhere/ca.pem"}, {"tls_fingerprint": "zz"}, {"tls_fingerprint": "ab:cd"}]
)
def test_certificates_that_cannot_be_used(settings: dict[str, Any]) -> None:
    with pytest.raises(base.BadSettings, match=next(iter(settings))):
        WhatsApi("https://x", lambda: KEY, **settings)
