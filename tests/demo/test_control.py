"""The control port, faults, floods, and the gateway as a process."""

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp
import pytest

from tests.demo.client import ALICE, Client, until
from tests.demo.conftest import Make
from watui.demo.gateway import DemoGateway
from watui.demo.options import DemoOptions


async def control(client: Client, path: str, body: Any = None, *, method: str = "POST") -> tuple[int, Any]:
    url = f"{client.gateway.control}{path}"
    async with client.http.request(method, url, json=body) as answer:
        return answer.status, await answer.json()


async def test_verbs_over_http(full: Client) -> None:
    socket = await full.connect()
    await socket.hear("state")
    hostile = "\x1b]0;pwned\x07 [bold]\u202egnp.exe\u200b\x00"
    status, answer = await control(
        full, "/message", {"chat": ALICE, "text": hostile, "name": hostile, "raw": {"_data": {"odd": [1]}}}
    )
    assert status == 200
    message = (await socket.hear("message"))["message"]
    assert message["id"]["_serialized"] == answer["id"]
    assert message["body"] == message["_data"]["notifyName"] == hostile
    assert message["_data"]["odd"] == [1]
    own = (await control(full, "/phone", {"chat": ALICE, "text": "mine"}))[1]["id"]
    await control(full, "/ack", {"device": full.device, "id": own, "ack": 2})
    await control(full, "/edit", {"id": own, "text": "changed"})
    await control(full, "/react", {"id": own, "emoji": "🎉", "sender": ALICE})
    await control(full, "/typing", {"chat": ALICE, "on": True})
    await control(full, "/revoke", {"id": own})
    await control(full, "/chat", {"id": "4915700000000@c.us", "name": "Added", "messages": 5, "unread": 2})
    await control(full, "/event", {"name": "odd", "payload": {"a": 1}})
    await control(full, "/rate", {"per_minute": 0})
    await socket.hear("odd")
    assert {"message:ack", "message:edit", "message:reaction", "typing:start", "message-revoked"} <= {
        name for name, _ in socket.events
    }
    truth = (await control(full, f"/truth?device={full.device}", method="GET"))[1]["chats"]
    assert next(chat for chat in truth if chat["name"] == "Added")["messages"] == 5
    truth = (await control(full, f"/truth?chat={ALICE}", method="GET"))[1]["messages"]
    assert truth[-1]["type"] == "revoked"
    assert (await control(full, "/truth", method="GET"))[1]["devices"][0]["deviceId"] == full.device
    await full.get("chats?limit=1")
    ledger = (await control(full, "/calls", method="GET"))[1]
    assert ledger["sends"][0]["text"] == "mine"
    call = ledger["calls"][-1]
    assert (call["method"], call["device"], call["query"], call["status"]) == (
        "GET",
        full.device,
        {"limit": "1"},
        200,
    )
    assert (await control(full, "/nonsense", {}))[0] == 404
    assert (await control(full, "/ack", {"id": "nope", "ack": 1}))[0] == 404
    assert (await control(full, "/message", {"wrong": 1}))[0] == 400
    assert (await control(full, "/faults", {"match": ".", "kind": "odd"}))[0] == 400


async def test_the_ledgers_and_files_over_the_control_port(full: Client) -> None:
    media = {"mimetype": "text/plain", "data": "aGk=", "filename": "hi.txt"}
    sent = await full.send("x", media=media)
    await full.post("messages/delete", {"messageId": full.gateway.phone(None, ALICE, "typed")})
    ledger = (await control(full, "/calls", method="GET"))[1]
    assert (ledger["sends"][0]["id"], ledger["sends"][0]["size"]) == (sent, 2)
    assert [deed["deed"] for deed in ledger["deeds"]] == ["delete"]
    assert await control(full, "/file", {"id": sent}) == (200, {"ok": True, **media})
    text = full.gateway.message(None, ALICE, "words")
    assert (await control(full, "/file", {"id": text}))[0] == 400
    assert (await control(full, "/file", {"id": "nope"}))[0] == 404


async def test_lone_surrogates_survive(full: Client) -> None:
    full.gateway.message(None, ALICE, "half \ud83d an emoji")
    assert (await full.page(limit=1))["data"][0]["body"] == "half \ud83d an emoji"


async def test_faults(real: Client) -> None:
    gateway = real.gateway
    gateway.faults("GET .*/chats$", "status", times=2, code=503, shape="A")
    assert [(await real.get("chats"))[0] for _ in range(3)] == [503, 503, 200]
    gateway.faults("/chats$", "status", code=429, shape="D")
    assert (await real.get("chats"))[1]["code"] == "RATE_LIMIT_EXCEEDED"
    gateway.faults("/chats$", "status", code=418, body={"odd": True})
    assert await real.get("chats") == (418, {"odd": True})
    gateway.faults("/chats$", "html")
    async with real.http.get(f"{real.base}/chats") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    gateway.faults("/chats$", "empty")
    async with real.http.get(f"{real.base}/chats") as answer:
        assert (answer.status, await answer.read()) == (200, b"")
    for kind in ("drop", "truncate"):
        gateway.faults("/chats$", kind, times=9)
        with pytest.raises(aiohttp.ClientError):
            await real.get("chats")
        gateway.clear_faults()
    gateway.faults("POST .*/chats$", "slow", seconds=0.05)
    start = time.monotonic()
    await real.send("slow")
    assert time.monotonic() - start >= 0.05


async def test_sends_before_and_after_a_fault(real: Client) -> None:
    gateway = real.gateway
    body = {"to": ALICE, "text": "x"}
    for kind, status, sent in (("fail_before", 500, 0), ("fail_after", 500, 1), ("nodata", 200, 2)):
        gateway.faults("POST .*/chats$", kind)
        found, answer = await real.post("chats", body)
        assert (found, "data" in answer, len(gateway.sends)) == (status, False, sent)
    gateway.faults("POST .*/chats$", "stall", after=True)
    with pytest.raises(TimeoutError):
        await real.post("chats", body, timeout=aiohttp.ClientTimeout(0.05))
    assert len(gateway.sends) == 3


async def test_stop_does_not_wait_for_stalled_calls() -> None:
    async with aiohttp.ClientSession() as http, DemoGateway(DemoOptions(profile="whatsapi")) as gateway:
        gateway.faults("GET", "stall")
        call = asyncio.ensure_future(http.get(f"{gateway.url}/ping"))
        await until(lambda: gateway.calls)
        start = time.monotonic()
        await gateway.stop()
        assert time.monotonic() - start < 0.5
        with pytest.raises(aiohttp.ClientError):
            await call


async def test_nothing_is_left_behind(make: Make) -> None:
    before = asyncio.all_tasks()
    client = await make(unpaired=1, rate=60, reply=True, pace=1.0)
    await client.connect()
    await client.send("hello")
    await client.gateway.stop()
    ours = [
        task for task in asyncio.all_tasks() - before if "watui" in repr(task) or "_send_ping" in repr(task)
    ]
    assert ours == []


async def test_restart_keeps_the_world_and_the_port(full: Client) -> None:
    url = full.gateway.url
    await full.send("kept")
    await control(full, "/restart", {"down": 0.05, "starting": 0.0})

    await until(lambda: full.gateway.handset().status == "initializing")
    await until(lambda: full.gateway.handset().status == "ready")
    assert full.gateway.url == url
    assert (await full.page(limit=1))["data"][0]["body"] == "kept"
    await control(full, "/stop-listening")
    with pytest.raises(aiohttp.ClientError):
        await full.get("status")


async def test_rotating_the_key(real: Client) -> None:
    await control(real, "/key", {"key": "other"})
    assert (await real.get("chats"))[0] == 401
    assert (await real.connect(key=real.gateway.options.key or "old")).refusals[0] == {
        "message": "Invalid API key"
    }
    assert (await real.connect()).refusals == []


async def test_a_flood_arrives_whole_and_in_order(full: Client) -> None:
    socket = await full.connect()
    await socket.hear("state")
    await control(full, "/burst", {"count": 2000, "rate": 5000, "chats": 7, "prefix": 'n"', "size": 40})
    await until(lambda: len(socket.named("message")) == 2000, 10)
    assert (await control(full, "/burst", method="GET"))[1]["done"] is True
    events = [event["message"] for event in socket.named("message")]
    assert [event["body"] for event in events] == [f'n"{n}'.ljust(40, "·") for n in range(1, 2001)]
    assert len({event["id"]["_serialized"] for event in events}) == 2000
    last = events[-1]
    assert (await full.page(last["from"], limit=1))["data"][0]["id"] == last["id"]["_serialized"]


async def test_live_traffic(make: Make) -> None:
    client = await make(rate=60_000, devices=2)
    sockets = [await client.connect(device) for device in client.gateway.devices]
    for socket in sockets:
        await socket.hear("message", 20)
    client.gateway.rate(0)


async def _process(*arguments: str) -> asyncio.subprocess.Process:
    code = "import sys; from watui.demo.cli import main; sys.exit(main(sys.argv[1:]))"
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-c", code, *arguments, stdin=pipe, stdout=pipe, stderr=pipe
    )


async def test_as_a_process_it_lives_until_stdin_closes() -> None:
    process = await _process(
        "--until-stdin-closes", "--profile", "whatsapi", "--key", "k", "--max-body", "7000"
    )
    assert process.stdout is not None
    assert process.stdin is not None
    ready = json.loads(await process.stdout.readline())
    assert set(ready) == {"url", "key", "control", "devices", "profile"}
    assert (ready["key"], ready["profile"], len(ready["devices"])) == ("k", "whatsapi", 3)
    async with aiohttp.ClientSession() as http, http.get(f"{ready['url']}/ping") as answer:
        assert answer.status == 200
    process.stdin.close()
    _, stderr = await asyncio.wait_for(process.communicate(), 5)
    assert (process.returncode, stderr) == (0, b"")


async def test_as_a_process_it_ends_on_a_signal() -> None:
    process = await _process()
    assert process.stdout is not None
    await process.stdout.readline()
    process.terminate()
    _, stderr = await asyncio.wait_for(process.communicate(), 5)
    assert (process.returncode, stderr) == (0, b"")


async def test_help_needs_no_server() -> None:
    code = (
        "import sys, contextlib, io\nfrom watui.demo import cli\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "    cli.main(['--help'])\n"
        "print({'aiohttp', 'socketio', 'pydantic', 'textual'} & set(sys.modules))"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    stdout, _ = await process.communicate()
    assert stdout.strip() == b"set()"
