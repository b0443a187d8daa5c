"""A bare client of the wire, and the means to compare shapes with the recordings of the real gateway."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import aiohttp
import socketio

from watui.demo.gateway import DemoGateway

RECORDINGS = Path(__file__).parents[1] / "data" / "recordings"
ALICE = "4915111111111@c.us"
LID = "123456789012345@lid"


def recorded(name: str) -> Any:
    found = json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))
    return found.get("body", found)


def shape(value: Any) -> Any:
    """Reduce JSON to what must agree: keys and types; lists to the shape of their first item."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return (
        "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    )


async def until(check: Callable[[], Any], seconds: float = 5.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (result := check()):
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.005)
    return result


class Socket:
    """A connected Socket.IO client that keeps what it hears."""

    def __init__(self, namespace: str, http: aiohttp.ClientSession) -> None:
        self.events: list[tuple[str, Any]] = []
        self.refusals: list[Any] = []
        self.ends: list[Any] = []
        self.namespace = namespace
        self.sio = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=http)
        self.sio.on("*", lambda name, *args: self.events.append((name, *args)), namespace=namespace)
        self.sio.on("connect_error", self.refusals.append, namespace=namespace)
        self.sio.on("disconnect", self.ends.append, namespace=namespace)

    def named(self, name: str) -> list[Any]:
        return [event[1] for event in self.events if event[0] == name]

    async def hear(self, name: str, count: int = 1) -> Any:
        await until(lambda: len(self.named(name)) >= count)
        return self.named(name)[count - 1]


class Client:
    """REST and sockets of one gateway."""

    def __init__(self, gateway: DemoGateway) -> None:
        self.gateway = gateway
        self.device = gateway.devices[0]
        self.base = f"/api/v1/devices/{self.device}"
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        session = aiohttp.ClientSession(self.gateway.url, headers={"x-api-key": self.gateway.key})
        self.http = await self._stack.enter_async_context(session)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def call(self, method: str, path: str, **extra: Any) -> tuple[int, Any]:
        path = path if path.startswith("/") else f"{self.base}/{path}"
        async with self.http.request(method, path, **extra) as answer:
            return answer.status, await answer.json(content_type=None)

    async def get(self, path: str, **extra: Any) -> tuple[int, Any]:
        return await self.call("GET", path, **extra)

    async def post(self, path: str, body: Any = None, **extra: Any) -> tuple[int, Any]:
        return await self.call("POST", path, json=body, **extra)

    async def send(self, text: str, to: str = ALICE, **more: Any) -> str:
        status, answer = await self.post("chats", {"to": to, "text": text, **more})
        assert status == 200, answer
        return str(answer["data"]["id"]["_serialized"])

    async def page(self, chat: str = ALICE, **query: Any) -> Any:
        words = "&".join(f"{key}={quote(str(value))}" for key, value in query.items())
        status, answer = await self.get(f"chats/{chat}/messages?{words}")
        assert status == 200, answer
        return answer

    async def connect(
        self,
        device: str | None = None,
        *,
        key: str | None = None,
        namespace: str | None = None,
        transports: list[str] | None = None,
    ) -> Socket:
        namespace = namespace or f"/device/{device or self.device}"
        http = await self._stack.enter_async_context(aiohttp.ClientSession())
        socket = Socket(namespace, http)
        self._stack.push_async_callback(socket.sio.shutdown)
        key = self.gateway.key if key is None else key
        try:
            await socket.sio.connect(
                f"{self.gateway.url}?apiKey={key}" if key else self.gateway.url,
                socketio_path="ws",
                namespaces=[namespace],
                wait_timeout=5,
                transports=transports,
            )
        except socketio.exceptions.ConnectionError as error:
            socket.refusals.append(error)
        return socket
