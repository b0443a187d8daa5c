"""The listening side of the gateway, which a restart takes down and puts up again."""

from __future__ import annotations

import asyncio
from typing import Protocol

from aiohttp import web

from watui.demo.rest import Door
from watui.demo.sockets import Sockets

HOST = "127.0.0.1"
_IDLE = 5.5  # an idle connection is closed after 5 to 6 s (contract 1.5)


class Routes(Protocol):
    """Handlers that know their paths."""

    def add(self, router: web.UrlDispatcher) -> None:
        """Register the routes."""


ACCEPTING = 3
"""Turns of the loop until a connection that was accepted is known to the server, and can be broken."""


class Listener:
    """One life of the REST and Socket.IO server."""

    def __init__(self, sockets: Sockets, door: Door, routes: tuple[Routes, ...]) -> None:
        self.sockets = sockets
        app = web.Application(middlewares=door.middlewares())
        for some in routes:
            some.add(app.router)
        sockets.attach(app)
        self._runner = web.AppRunner(
            app, handle_signals=False, access_log=None, keepalive_timeout=_IDLE, shutdown_timeout=0.1
        )

    async def open(self, port: int) -> int:
        """Listen and give the port."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stop listening and break all connections."""
        await self.sockets.close()
        await end(self._runner)


async def end(runner: web.AppRunner) -> None:
    """Stop listening and break all connections, also those that are just being accepted."""
    for site in [*runner.sites]:
        await site.stop()
    for _ in range(ACCEPTING):
        await asyncio.sleep(0)
    if runner.server is not None:
        for connection in runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()
    await runner.cleanup()
