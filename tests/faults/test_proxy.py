"""The proxy does what it says, and leaves nothing behind."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.faults import raw
from tests.faults.proxy import HOST, Proxy
from tests.waiting import until

BLOCK = bytes(range(256)) * 16


@asynccontextmanager
async def echoing() -> AsyncIterator[Proxy]:
    """Run a proxy before a server that gives everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                writer.write(data)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, HOST, 0)
    async with Proxy(int(server.sockets[0].getsockname()[1])) as proxy:
        yield proxy
    server.close()
    assert not proxy.links


@asynccontextmanager
async def through(proxy: Proxy) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect, and have something come back, so that the connection stands on both sides."""
    reader, writer = await asyncio.open_connection(HOST, proxy.port)
    writer.write(b"hello")
    assert await asyncio.wait_for(reader.readexactly(5), 2) == b"hello"
    yield reader, writer
    writer.close()


async def test_it_passes_what_comes() -> None:
    async with echoing() as proxy, through(proxy) as (reader, writer):
        writer.write(BLOCK)
        assert await reader.readexactly(len(BLOCK)) == BLOCK
        writer.write_eof()
        assert await reader.read() == b""
        assert (proxy.connections, proxy.faults.total()) == (1, 0)


async def test_a_reset() -> None:
    async with echoing() as proxy, through(proxy) as (reader, _), through(proxy) as (other, _):
        assert proxy.reset() == 2
        for each in (reader, other):
            with pytest.raises(ConnectionResetError):
                await asyncio.wait_for(each.read(), 2)
        assert proxy.faults["reset"] == 2


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_cut_after_some_bytes(way: str) -> None:
    async with echoing() as proxy, through(proxy) as (reader, writer):
        assert proxy.cut(100, "up" if way == "up" else "down") == 1
        writer.write(BLOCK)
        came = b""
        with contextlib.suppress(ConnectionResetError):
            while data := await asyncio.wait_for(reader.read(4096), 2):
                came += data
        assert BLOCK[:100].startswith(came)
        assert len(came) == 100 or way == "up"
        assert proxy.faults["cut"] == 1


async def test_a_stall_that_ends_in_a_cut() -> None:
    async with echoing() as proxy, through(proxy) as (reader, writer):
        proxy.stall(0.2)
        began = time.monotonic()
        writer.write(b"anybody there?")
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(), 2)
        assert time.monotonic() - began > 0.15


async def test_a_half_open_connection_stays_so() -> None:
    async with echoing() as proxy, through(proxy) as (reader, writer):
        proxy.go_deaf()
        proxy.let_pass()
        writer.write(b"anybody there?")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.3)
        async with through(proxy):
            pass  # new ones are sound


async def test_new_connections_are_refused_for_a_while() -> None:
    async with echoing() as proxy:
        proxy.refuse(0.2)
        reader, writer = await asyncio.open_connection(HOST, proxy.port)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(), 2)
        writer.close()
        await asyncio.sleep(0.25)
        async with through(proxy):
            assert proxy.faults["refused"] == 1


async def test_a_script_answers_for_one_path_and_one_time() -> None:
    async with echoing() as proxy, aiohttp.ClientSession() as session:
        proxy.answer(raw.portal, path=b"/api")
        async with through(proxy):
            pass
        async with session.get(f"{proxy.url}/api/x") as answer:
            assert answer.status == 200
            assert "Accept the terms" in await answer.text()
        assert proxy.faults["captive portal"] == 1


@pytest.mark.parametrize("code", raw.CLOSE_CODES)
async def test_a_websocket_that_ends_with_a_code(code: int) -> None:
    async with echoing() as proxy, aiohttp.ClientSession() as session:
        proxy.answer(raw.closes(code), path=raw.SOCKET)
        async with session.ws_connect(f"{proxy.url}/ws/?EIO=4&transport=websocket") as socket:
            assert (await socket.receive_str()).startswith("0{")
            await socket.send_str("40/device/x,")
            assert await socket.receive_str() == '40/device/x,{"sid":"raw"}'
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
            assert socket.close_code == code


async def test_nothing_is_left_behind() -> None:
    before = len(asyncio.all_tasks())
    async with echoing() as proxy:
        for _ in range(50):
            async with through(proxy):
                proxy.stall(5.0)
                proxy.reset()
        assert proxy.connections == 50
        await until(lambda: not proxy.links)
    await until(lambda: len(asyncio.all_tasks()) <= before)
