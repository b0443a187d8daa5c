"""The Socket.IO side: who may connect, and how events reach the clients of a device (contract 3)."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import socketio
from aiohttp import web
from engineio import packet as engine

from watui.demo.options import DemoOptions

_NAMESPACE = re.compile(r"/device/[\w-]+\Z", re.ASCII)
_ABORTED = {"client disconnect", "transport error"}
_log = logging.getLogger("watui.demo.sockets")
_log.addHandler(logging.NullHandler())


class Sockets:
    """One Socket.IO server; lives as long as its listener."""

    def __init__(self, options: DemoOptions, key: Callable[[], str], clock: Callable[[], float]) -> None:
        self.full = options.profile == "full"
        self._key = key
        self._clock = clock
        self.refusals: list[str] = []
        """Messages for the next connection attempts, ahead of the key check."""
        self.closing = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self.sio = socketio.AsyncServer(
            async_mode="aiohttp",
            namespaces="*",
            cors_allowed_origins="*",
            ping_interval=options.ping_interval,
            ping_timeout=options.ping_timeout,
            max_http_buffer_size=1_000_000,
            logger=_log,
            engineio_logger=_log,
        )
        # engine.io's ping task outlives its socket; keep hold of it so that close() can end it.
        self.sio.eio.start_background_task = self._background
        self._left = self.sio.eio.handlers["disconnect"]
        self.sio.eio.on("disconnect", self._gone)
        self.sio.on("connect", self._connect, namespace="*")
        self.sio.on("disconnect", self._disconnect, namespace="*")

    def attach(self, app: web.Application) -> None:
        """Serve under `/ws`."""
        self.sio.attach(app, socketio_path="ws")

    def _background(self, target: Any, *args: Any, **kwargs: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.ensure_future(target(*args, **kwargs))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _gone(self, engine_sid: str, reason: str) -> None:
        """Answer the waiting poll of a client that left; engine.io would let it hang for its whole time."""
        await self._left(engine_sid, reason)
        connection = self.sio.eio.sockets.get(engine_sid)
        if connection is not None and not connection.upgraded:
            connection.queue.put_nowait(None)

    async def _connect(self, namespace: str, sid: str, environ: dict[str, Any], _auth: object = None) -> None:
        if namespace == "/":
            self._background(self._send_away, sid)
            return
        if self.refusals:
            raise socketio.exceptions.ConnectionRefusedError(self.refusals.pop(0))
        if not _NAMESPACE.match(namespace):
            raise socketio.exceptions.ConnectionRefusedError("Invalid namespace")
        key = parse_qs(environ.get("QUERY_STRING", "")).get("apiKey")
        if not key:
            raise socketio.exceptions.ConnectionRefusedError("API key is required")
        if key[0] != self._key():
            raise socketio.exceptions.ConnectionRefusedError("Invalid API key")
        self._background(self._greet, namespace, sid)

    async def _greet(self, namespace: str, sid: str) -> None:
        """Send the constant `state: ready`, once the connection is answered (contract 0.3)."""
        now = int(self._clock() * 1000)
        payload_ = {"deviceId": namespace.rpartition("/")[2], "status": "ready", "timestamp": now}
        for one, engine_sid in self.sio.manager.get_participants(namespace, None):
            if one == sid:
                self._put(engine_sid, self.packet(namespace, "state", payload_))

    async def _send_away(self, sid: str) -> None:
        """Disconnect a client once it has been told that it is connected, as the real gateway does."""
        await asyncio.sleep(0)
        await self.sio.disconnect(sid)

    async def _disconnect(self, namespace: str, sid: str, reason: str) -> None:
        """Tell the other clients of a device that one left (contract 0.4)."""
        if self.full or self.closing or namespace == "/":
            return
        reason = "transport close" if reason in _ABORTED else reason
        reason = "server namespace disconnect" if reason == "server disconnect" else reason
        device = namespace.rpartition("/")[2]
        told = {"deviceId": device, "reason": reason, "timestamp": int(self._clock() * 1000)}
        packet = self.packet(namespace, "disconnected", told)
        for one, engine_sid in list(self.sio.manager.get_participants(namespace, None)):
            if one != sid:
                self._put(engine_sid, packet)

    @staticmethod
    def packet(namespace: str, name: str, payload_: object) -> engine.Packet:
        """Encode an event once for all who get it."""
        return Sockets.text_packet(f"2{namespace},{json.dumps([name, payload_], separators=(',', ':'))}")

    @staticmethod
    def text_packet(text: str) -> engine.Packet:
        """Wrap the text of a Socket.IO packet."""
        return engine.Packet(engine.MESSAGE, text)

    def _put(self, engine_sid: str, packet: engine.Packet) -> None:
        # Straight into the queue of the connection: in order, without a task for each event and client, and
        # usable from plain functions. 5,000 events a second would not be reached with `sio.emit`.
        connection = self.sio.eio.sockets.get(engine_sid)
        if connection is not None and not connection.closed:
            connection.queue.put_nowait(packet)

    def emit(self, device: str, name: str, payload_: object) -> None:
        """Emit an event to all clients of a device."""
        self.send(device, self.packet(f"/device/{device}", name, payload_))

    def send(self, device: str, packet: engine.Packet) -> None:
        """Send a ready packet to all clients of a device."""
        for engine_sid in self.connections(device):
            self._put(engine_sid, packet)

    def connections(self, device: str) -> list[str]:
        """Give the engine.io session ids of the clients of a device."""
        namespace = f"/device/{device}"
        if namespace not in self.sio.manager.rooms:
            return []
        return [engine_sid for _, engine_sid in self.sio.manager.get_participants(namespace, None)]

    async def leave(self, device: str) -> None:
        """Disconnect the clients of a device from its namespace."""
        namespace = f"/device/{device}"
        if namespace in self.sio.manager.rooms:
            for sid, _ in list(self.sio.manager.get_participants(namespace, None)):
                await self.sio.disconnect(sid, namespace=namespace)

    def cut(self, device: str | None = None) -> int:
        """Drop the TCP connections of the clients of a device, or of all, and give their number."""
        sids = list(self.sio.eio.sockets) if device is None else self.connections(device)
        cut = 0
        for engine_sid in sids:
            environ = self.sio.environ.get(engine_sid)
            transport = environ["aiohttp.request"].transport if environ else None
            if transport is not None:
                transport.abort()
                cut += 1
        return cut

    async def close(self) -> None:
        """End everything; clients see their connection break, nothing else (contract 3.5)."""
        self.closing = True
        self.cut()
        for connection in list(self.sio.eio.sockets.values()):
            connection.closing = connection.closed = True
            connection.queue.put_nowait(None)
        await self.sio.shutdown()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
