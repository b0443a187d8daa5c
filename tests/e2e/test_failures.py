"""What goes wrong is said in one line and survived without a restart; no message is lost or doubled."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.conftest import Person, sitting
from tests.e2e.desk import ALICE, QUIET, Desk, gateway
from tests.test_actions import until_seen
from tests.waiting import until
from watui import log
from watui.models import Ack, DeviceState, LinkState

FOREVER = 100_000


@pytest.fixture(autouse=True)
def logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A real log, which must never hold the key."""
    # Waiting for the network to end stops this loop, in which the gateway lives that it takes leave of.
    monkeypatch.setattr("watui.app.STOP_WITHIN", 0.05)
    path = tmp_path / "headless.log"
    log.set_up(path, "debug", debug=False)
    yield path
    log.close()


def assert_discreet(log: Path, *secrets: str) -> None:
    """The log holds no key and no traceback."""
    told = log.read_text("utf-8")
    assert "Traceback" not in told, told
    for secret in secrets:
        assert secret not in told


@asynccontextmanager
async def seated(logged: Path, **options: Any) -> AsyncIterator[Person]:
    """Sit down, and afterwards see that neither screen nor log hold what they must not."""
    async with sitting(**options) as person:
        yield person
        screen = await person.screen()
        assert "Traceback" not in screen
        assert person.app.tripwire.hits == 0
        key = person.gateway.key
    assert_discreet(logged, key)


async def head(person: Person) -> list[str]:
    """Read the lines of the status pane."""
    height = person.app.status.size.height
    return [line.strip() for line in (await person.screen()).splitlines()[:height]]


async def told(person: Person, words: str) -> None:
    """Wait until the status pane says something, and see that it takes one line."""
    for _ in range(500):
        lines = await head(person)
        if any(words in line for line in lines):
            assert len(lines) == 2
            return
        await person.pilot.pause(0.01)
    pytest.fail(f"{words!r} is not in {await head(person)}")


async def recovered(person: Person) -> None:
    """Try again now, and be connected as if nothing had been."""
    person.app.action_retry()
    await person.connected()
    await until(lambda: person.app.status.size.height == 1)


def agrees(person: Person, jid: str = ALICE) -> None:
    """What is shown of a chat is what happened: nothing lost, nothing doubled, in that order."""
    truth = [str(each["id"]) for each in person.gateway.truth(None, jid)["messages"]]
    shown = [str(message.id) for message in person.thread(jid) if not message.local]
    assert shown == truth[-len(shown) :]
    sent = [send["id"] for send in person.gateway.sends if send["chat"] == jid]
    assert [message for message in shown if message in sent] == sent


# While starting, and later: whatever answers, or does not.

ANSWERS: dict[str, tuple[dict[str, Any], str]] = {
    "a proxy's page": ({"kind": "html"}, "a proxy answers, but the gateway behind it does not"),
    "a page": ({"kind": "html", "code": 200}, "something answers at the gateway's address, but it is not"),
    "half an answer": ({"kind": "truncate"}, "the connection to the gateway broke"),
    "nothing in it": ({"kind": "empty"}, "something answers at the gateway's address, but it is not"),
    "no data": ({"kind": "nodata"}, "the gateway's answer makes no sense"),
    "cut": ({"kind": "drop"}, "the connection to the gateway broke"),
    "a failure": ({"kind": "status", "code": 500}, "the gateway failed (500)"),
    "wrong key": ({"kind": "status", "code": 401}, "the gateway refused the key"),
    "elsewhere": ({"kind": "status", "code": 302}, "the gateway's address sends on to another one"),
    "too often": ({"kind": "status", "code": 429, "shape": "D"}, "the gateway was asked too often"),
    "a list": ({"kind": "status", "code": 200, "body": [[1]]}, "something answers at the gateway's address"),
}


@pytest.mark.parametrize("answer", ANSWERS)
async def test_a_wrong_answer_is_told_and_survived(answer: str, logged: Path) -> None:
    fault, words = ANSWERS[answer]
    async with seated(logged, profile="whatsapi") as person:
        await person.connected()
        await person.open(ALICE)
        person.gateway.faults(".*", times=FOREVER, **fault)
        person.app.action_retry()
        await told(person, words)
        missed = person.gateway.message(None, ALICE, "missed nothing")
        person.gateway.clear_faults()
        await recovered(person)
        await until(lambda: person.thread(ALICE)[-1].id == missed)
        agrees(person)


async def test_a_key_that_was_wrong_from_the_start(logged: Path) -> None:
    async with seated(logged, settings={"api_key": "not-the-key-1234"}) as person:
        await told(
            person, "the gateway refused the key. Set WATUI_API_KEY or api_key_file, then press Ctrl+R"
        )
        person.gateway.rotate_key("not-the-key-1234")
        await recovered(person)


async def test_a_key_file_that_changes_while_watui_runs(logged: Path, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("first-key-of-the-file\n", "utf-8")
    file.chmod(0o600)
    settings = {"api_key": None, "api_key_file": file}
    async with seated(logged, settings=settings, key="first-key-of-the-file") as person:
        await person.connected()
        # The gateway first, as a person would do it: told, and mended by the new file and r.
        person.gateway.rotate_key("second-key-of-the-file")
        person.app.action_retry()
        await told(person, "the gateway refused the key")
        file.write_text("second-key-of-the-file\n", "utf-8")
        await recovered(person)
        # The file first: nobody notices.
        file.write_text("third-key-of-the-file\n", "utf-8")
        person.gateway.rotate_key("third-key-of-the-file")
        await person.gateway.socket(cut="*")
        await person.open(ALICE)
        await person.write("with the third key")
        await until(
            lambda: person.texts(ALICE)[-1:] == ["with the third key"] and not person.thread(ALICE)[-1].local
        )
        await recovered(person)
        agrees(person)
        assert_discreet(logged, "first-key", "second-key")


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_a_deleted_device_is_gone_with_its_chats(profile: str, logged: Path) -> None:
    async with seated(logged, profile=profile) as person:
        await person.connected()
        await person.open(ALICE)
        here = person.key(ALICE)
        headers = {"x-api-key": person.gateway.key}
        address = f"{person.gateway.url}/api/v1/devices/{person.device}"
        async with aiohttp.ClientSession() as other, other.delete(address, headers=headers) as answer:
            assert answer.status == 200
        person.app.action_retry()
        await until(lambda: not person.app.store.devices and not person.app.store.chats)
        await person.write("to nobody")
        timeline = person.app.store.thread(here).timeline
        await until(lambda: any("the device is not there" in message.error for message in timeline))
        assert "not sent: the device is not there" in await person.screen()
        assert person.gateway.sends == []


async def test_a_device_that_is_unknown_is_not_asked_for_a_phone(logged: Path) -> None:
    async with seated(logged) as person:
        await person.connected()
        person.gateway.faults(
            "GET .*/status$",
            "status",
            times=FOREVER,
            code=404,
            body={"success": False, "error": "Device not found"},
        )
        person.app.action_retry()
        await until(lambda: person.app.store.devices[person.device].state is DeviceState.STARTING)
        assert "scan" not in await person.screen()
        person.gateway.clear_faults()
        await recovered(person)


async def test_without_a_namespace_watui_asks_instead(logged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watui.devices.POLL_EVERY", 0.05)
    monkeypatch.setattr("watui.devices.POLL_FOR", 0.5)
    async with seated(logged, profile="whatsapi") as person:
        await person.gateway.socket(refuse="Invalid namespace", times=FOREVER)
        await person.gateway.socket(cut="*")
        await until(lambda: person.link() is LinkState.POLLING)
        await person.open(ALICE)
        arrived = person.gateway.message(None, ALICE, "asked for")
        await until(lambda: person.thread(ALICE)[-1].id == arrived)
        await person.write("and answered")
        await until(lambda: not person.thread(ALICE)[-1].local)
        await until_seen(person, "polling")  # now and then the socket is tried again
        listener = person.gateway._listener
        assert listener is not None
        listener.sockets.refusals.clear()
        await until(lambda: person.link() is LinkState.LIVE)
        agrees(person)


# Sending.


async def settled(person: Person, text: str) -> Any:
    """Wait until it is known what became of a text, and give its message."""
    return await until(
        lambda: next((m for m in person.thread(ALICE) if m.text == text and m.ack is not Ack.PENDING), None)
    )


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make watui wait for no answer longer than a moment."""
    monkeypatch.setattr("watui.gateway.whatsapi.writing.SEND_LIMIT", 0.3)
    monkeypatch.setattr("watui.outgoing.LOOK_WAITS", (0.01, 0.05))


SENDS: dict[str, tuple[dict[str, Any], bool]] = {
    "500 before": ({"kind": "fail_before"}, False),
    "500 after": ({"kind": "fail_after"}, True),
    "stalled before": ({"kind": "stall"}, False),
    "stalled after": ({"kind": "stall", "after": True}, True),
    "cut before": ({"kind": "drop"}, False),
    "cut after": ({"kind": "drop", "after": True}, True),
    "no data": ({"kind": "nodata"}, True),
    "half an answer": ({"kind": "truncate"}, True),
    "nothing in it": ({"kind": "empty", "after": True}, True),
    "a page": ({"kind": "html", "after": True}, True),
}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("how", "profile"),
    [*((how, "whatsapi") for how in SENDS), ("500 after", "full"), ("stalled after", "full")],
)
async def test_a_send_of_which_nobody_knows(how: str, profile: str, logged: Path) -> None:
    fault, happened = SENDS[how]
    async with seated(logged, profile=profile) as person:
        await person.connected()
        await person.open(ALICE)
        person.gateway.faults("POST .*/chats$", **fault)
        await person.write("only once")
        message = await settled(person, "only once")
        assert [send["text"] for send in person.gateway.sends].count("only once") == happened
        if happened:
            assert not message.local
            assert message.error == ""
        else:
            assert message.ack is Ack.UNKNOWN
            assert "sent?" in await person.screen()
            assert str(message.error)[:20] in await person.screen()
        # The next one goes out as if nothing had been, and shows once.
        await person.write("and the next")
        await settled(person, "and the next")
        assert person.texts(ALICE).count("only once") == person.texts(ALICE).count("and the next") == 1
        agrees(person)


NOT_READY = {"error": "Device is not ready. Current status: qr", "currentStatus": "qr"}

REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "too large": ({"kind": "status", "code": 413, "shape": "C"}, "too large"),
    "too large for a proxy": ({"kind": "status", "code": 413, "body": "<html>413"}, "too large"),
    "wrong": ({"kind": "status", "code": 400, "shape": "B"}, "the gateway said no (400)"),
}

HINDRANCES: dict[str, tuple[dict[str, Any], str]] = {
    "redirect": ({"kind": "status", "code": 302}, "the gateway's address sends on to another one"),
    "too often": ({"kind": "status", "code": 429, "shape": "D"}, "the gateway was asked too often"),
    "wrong key": ({"kind": "status", "code": 401}, "the gateway refused the key"),
    "not ready": ({"kind": "status", "code": 400, "body": NOT_READY}, "the device is not ready"),
}


@pytest.mark.parametrize("how", REFUSALS)
async def test_a_send_that_is_refused_says_why_under_the_message(how: str, logged: Path) -> None:
    fault, words = REFUSALS[how]
    async with seated(logged) as person:
        await person.connected()
        await person.open(ALICE)
        person.gateway.faults("POST .*/chats$", **fault)
        await person.write("refused")
        message = await settled(person, "refused")
        assert message.ack is Ack.FAILED
        assert words in message.error
        assert words[:30] in await person.screen()
        assert "refused" not in [send["text"] for send in person.gateway.sends]
        agrees(person)


@pytest.mark.parametrize("how", HINDRANCES)
async def test_a_send_that_cannot_go_now_waits_and_goes_once(
    how: str, logged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watui.outgoing.LATER", 0.1)
    fault, words = HINDRANCES[how]
    async with seated(logged) as person:
        await person.connected()
        await person.open(ALICE)
        person.gateway.faults("POST .*/chats$", times=FOREVER, **fault)
        await person.write("first")
        await person.write("second")
        await until(lambda: f"waiting: {words}" in person.thread(ALICE)[-2].error)
        assert person.thread(ALICE)[-2].ack is Ack.PENDING
        assert words[:30] in await person.screen()
        person.gateway.clear_faults()
        await settled(person, "first")
        await settled(person, "second")
        assert [send["text"] for send in person.gateway.sends][-2:] == ["first", "second"]
        assert person.texts(ALICE)[-2:] == ["first", "second"]
        agrees(person)


async def test_a_text_that_is_too_long_is_kept_and_explained(logged: Path) -> None:
    text = "——— " * 15_000  # more bytes than a body holds, fewer letters than a text may have
    async with seated(logged) as person:
        await person.connected()
        await person.open(ALICE)
        await person.write(text)
        message = await settled(person, text.strip())
        assert message.ack is Ack.FAILED
        assert "too long" in message.error
        assert "takes 100 kB" in await person.screen()
        assert len(message.text) == len(text.strip())
        agrees(person)


# The live connection.

GARBAGE = [
    "2/device/{device},[",
    '2/device/{device},["message"]',
    '2/device/{device},["message",null]',
    '2/device/{device},["message",{{"deviceId":"{device}","message":{{"id":7,"timestamp":"x"}}}}]',
    '2/device/{device},["message",{{"deviceId":"{device}","message":' + "[" * 5000 + "]" * 5000 + "}}]",
    '2/device/{device},["disconnect","x"]',
    '2/device/{device},["connect_error",{{}}]',
    '2/device/{device},["qr",{{"deviceId":"{device}","qr":"' + "Q" * 9000 + '"}}]',
    '2/device/{device},["typing:start",{{"deviceId":"{device}","chatId":"\u001b[2J","userId":1}}]',
    "2/device/{device},[7]",
    "2/device/{device},NaN",
    '51-/device/{device},["message",{{"_placeholder":true,"num":99}}]',
    '4/device/{device},"x"',
    "9/device/{device},",
    "3/device/{device},1[]",
    "",
    "hello",
    "1/device/{device},",
]


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_garbage_on_the_socket_costs_nothing_but_itself(profile: str, logged: Path) -> None:
    async with seated(logged, profile=profile) as person:
        await person.connected()
        await person.open(ALICE)
        for packet in GARBAGE:
            person.gateway.raw(None, packet.format(device=person.device))
            arrived = person.gateway.message(None, ALICE, f"after {packet[:20]!r}")
            while not any(message.id == arrived for message in person.thread(ALICE)):
                if person.link() is LinkState.OFFLINE:
                    person.app.action_retry()
                await person.pilot.pause(0.02)
        agrees(person)


async def test_an_event_of_five_megabytes_is_taken(logged: Path) -> None:
    async with seated(logged, profile="full") as person:
        await person.connected()
        await person.open(ALICE)
        arrived = person.gateway.message(None, ALICE, "word " * 1_000_000)
        await until(lambda: person.thread(ALICE)[-1].id == arrived)
        assert person.link() is LinkState.LIVE
        assert "more" in await person.screen()
        after = person.gateway.message(None, ALICE, "short again")
        await until(lambda: person.thread(ALICE)[-1].id == after)
        assert "short again" in await person.screen()
        agrees(person)


async def test_no_redirect_takes_the_key_elsewhere(logged: Path) -> None:
    heard: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        heard.append(f"{request.path_qs} {dict(request.headers)}")
        return web.json_response({"success": True, "data": []})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", elsewhere)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    other = f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def move(request: web.Request) -> web.Response:
        raise web.HTTPFound(other + request.path)

    moving = web.Application()
    moving.router.add_route("*", "/{path:.*}", move)
    mover = web.AppRunner(moving, access_log=None)
    await mover.setup()
    await web.TCPSite(mover, "127.0.0.1", 0).start()
    try:
        url = f"http://127.0.0.1:{mover.addresses[0][1]}"
        async with seated(logged, settings={"url": url}) as person:
            await told(person, "the gateway's address sends on to another one")
        assert heard == []
    finally:
        await mover.cleanup()
        await runner.cleanup()


# In the real program: what only a terminal and real files show.


def test_a_gateway_that_comes_up_later(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    key = "key-of-the-gateway-that-is-late"
    with Desk({"url": f"http://127.0.0.1:{port}", "key": key}, tmp_path, size=(100, 30)) as desk:
        desk.until("nothing answers at the gateway's address")
        desk.until("next try in")
        with gateway(*QUIET, "--profile", "full", "--port", str(port), "--key", key):
            desk.send("r")
            desk.live()
            desk.until("Alice Bergmann")
            assert "nothing answers" not in desk.text
        desk.until("offline")
        desk.until("Alice Bergmann")
        with gateway(*QUIET, "--profile", "full", "--port", str(port), "--key", key):
            desk.send("r")
            desk.live()
            desk.leave()
            desk.assert_clean()


def test_a_wrong_key_in_a_terminal(tmp_path: Path) -> None:
    with gateway(*QUIET, "--key", "right-key-0123456789") as ready:
        file = tmp_path / "key"
        file.write_text("wrong-key-0123456789\n", "utf-8")
        file.chmod(0o600)
        with Desk(ready, tmp_path, WATUI_API_KEY="", WATUI_API_KEY_FILE=str(file)) as desk:
            desk.until("wrong key")
            desk.until("the gateway refused the key. Set WATUI_API_KEY or api_key_file, then press Ctrl+R")
            file.write_text("right-key-0123456789\n", "utf-8")
            desk.send("r")
            desk.live()
            desk.leave()
            assert "wrong-key" not in desk.log
            assert "right-key" not in desk.log


def test_a_paste_that_is_too_long_for_the_gateway(tmp_path: Path) -> None:
    with gateway(*QUIET, "--profile", "full") as ready, Desk(ready, tmp_path) as desk:
        desk.live()
        desk.open()
        lines = "\r".join(f"line {n} {'—' * 13}" for n in range(2500))
        desk.send(f"\x1b[200~{lines}\x1b[201~")
        desk.until("line 2499")
        desk.enter()
        desk.until("100 kB")
        assert desk.sends("line ") == []
        desk.type("short again")
        desk.enter()
        desk.until("the message before it was not sent")
        desk.send("\x1b")
        desk.until("Enter actions")
        desk.send("kkd")
        desk.until(lambda: desk.sends("short again"))
        desk.gone("100 kB")
        desk.leave()
