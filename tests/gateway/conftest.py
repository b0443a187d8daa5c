"""A gateway that says what a test wants, on 127.0.0.1."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest_asyncio
from aiohttp import web

from tests.gateway.recordings import recording
from watui.demo.listener import end
from watui.gateway.whatsapi import WhatsApi

KEY = "k-0123456789abcdef"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Stub:
    """An HTTP server with one handler for everything, which remembers what it was asked."""

    def __init__(self) -> None:
        self.handler: Handler = self._nothing
        self.seen: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.ports: list[int] = []
        """From which port of the client's each call came."""
        self.app = web.Application(client_max_size=2**24)
        self.url = ""

    async def _nothing(self, request: web.Request) -> web.StreamResponse:
        return replayed("012-404-with-key")

    async def _dispatch(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        self.ports.append(request.transport.get_extra_info("peername")[1] if request.transport else 0)
        self.bodies.append(await request.read())
        return await self.handler(request)

    def say(self, *responses: Callable[[], web.StreamResponse] | web.StreamResponse) -> None:
        """Answer the next calls with these, and all further ones with the last."""
        waiting = list(responses)

        async def handler(_: web.Request) -> web.StreamResponse:
            found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            return found() if callable(found) else found

        self.handler = handler

    def replay(self, name: str) -> None:
        """Answer every call with a recording."""
        self.say(lambda: replayed(name))

    def json(self, value: object, status: int = 200, **headers: str) -> None:
        """Answer every call with this."""
        self.say(lambda: web.json_response(value, status=status, headers=headers))


@asynccontextmanager
async def serving(stub: Stub, **options: Any) -> AsyncIterator[Stub]:
    """Let a stub listen on a free port."""
    stub.app.router.add_route("*", "/{path:.*}", stub._dispatch)
    runner = web.AppRunner(stub.app, access_log=None, shutdown_timeout=0.1, handle_signals=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, **options)
    await site.start()
    scheme = "https" if options.get("ssl_context") else "http"
    stub.url = f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield stub
    finally:
        await end(runner)


def replayed(name: str) -> web.Response:
    """Make an answer of a recording."""
    found = recording(name)
    return web.Response(
        text=json.dumps(found["body"]), status=found["status"], content_type="application/json"
    )


@pytest_asyncio.fixture
async def stub() -> AsyncIterator[Stub]:
    async with serving(Stub()) as found:
        yield found


@asynccontextmanager
async def opened(url: str, key: str | None = KEY, **settings: Any) -> AsyncIterator[WhatsApi]:
    """Make an adapter for a gateway and close it again."""
    api = WhatsApi(url, lambda: key, **settings)
    try:
        yield api
    finally:
        await api.close()


@pytest_asyncio.fixture
async def api(stub: Stub) -> AsyncIterator[WhatsApi]:
    async with opened(stub.url) as found:
        yield found


@asynccontextmanager
async def raw_server(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """Let `talk` deal with each TCP connection; gives the URL."""
    writers: set[asyncio.StreamWriter] = set()
    tasks: set[asyncio.Task[Any]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
