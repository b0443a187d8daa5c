"""A TCP proxy that does on demand what bad networks do, and counts what it did."""

import asyncio
import contextlib
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, Self

HOST = "127.0.0.1"

CHUNK = 65_536

LINGER_NONE = struct.pack("ii", 1, 0)
"""The socket option with which closing is a reset."""

Way = Literal["up", "down"]
"""Towards the target, or towards the client."""

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter, bytes], Awaitable[None]]
"""Answers one connection in the target's place; gets what the client has said already."""


@dataclass(slots=True, eq=False)
class Link:
    """One connection of a client, and the way on to the target."""

    ends: list[asyncio.StreamWriter]
    cut_after: dict[Way, int] = field(default_factory=dict)
    """For each way the bytes that may still pass."""
    deaf: bool = False
    """Whether all that comes is swallowed."""
    broken: asyncio.Event = field(default_factory=asyncio.Event)


class Proxy:
    """Passes bytes between 127.0.0.1:`port` and a target, until told otherwise."""

    def __init__(self, port: int, host: str = HOST) -> None:
        self.target = (host, port)
        self.port = 0
        self.connections = 0
        self.faults: Counter[str] = Counter()
        """What was done, by the number of connections that it hit."""
        self.links: set[Link] = set()
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._refusing = False
        self._scripts: list[tuple[bytes, Script]] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, HOST, self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._server is not None:
            self._server.close()
        for timer in self._timers:
            timer.cancel()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"http://{HOST}:{self.port}"

    # What can be done.

    def reset(self, name: str = "reset") -> int:
        """Break every connection with a RST; gives how many there were."""
        links = list(self.links)
        for link in links:
            _break(link)
        self.faults[name] += len(links)
        return len(links)

    def cut(self, after: int, way: Way) -> int:
        """Let `after` more bytes pass one way on every connection, then break it: in mid-frame, mostly."""
        for link in self.links:
            link.cut_after[way] = after
        return len(self.links)

    def stall(self, seconds: float) -> int:
        """Swallow everything on the connections that there are, and break them after `seconds`."""
        links = list(self.links)
        self.go_deaf("stall")

        def end() -> None:
            for link in links:
                _break(link)

        self._later(seconds, end)
        return len(links)

    def go_deaf(self, name: str = "half-open") -> int:
        """Swallow everything on the connections that there are, for ever; each side thinks all is well."""
        for link in self.links:
            link.deaf = True
        self.faults[name] += len(self.links)
        return len(self.links)

    def refuse(self, seconds: float | None = None) -> None:
        """Reset every new connection at once, for `seconds` or until `let_pass`."""
        self._refusing = True
        if seconds is not None:
            self._later(seconds, self._accept_again)

    def answer(self, script: Script, times: int = 1, path: bytes = b"") -> None:
        """Let the next connections that ask for a path beginning with `path` be answered by a script."""
        self._scripts += [(path, script)] * times

    def let_pass(self) -> None:
        """Do nothing bad to connections any more, but for those that are half-open."""
        self._refusing = False
        self._scripts.clear()
        for link in self.links:
            link.cut_after.clear()

    def _accept_again(self) -> None:
        self._refusing = False

    def _later(self, seconds: float, act: Callable[[], object]) -> None:
        def fire() -> None:
            self._timers.discard(timer)
            act()

        timer = asyncio.get_running_loop().call_later(seconds, fire)
        self._timers.add(timer)

    # One connection.

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        link = Link([writer])
        self.links.add(link)
        try:
            if self._refusing:
                self.faults["refused"] += 1
                return
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._serve(link, reader, writer)
        finally:
            _break(link)
            self.links.discard(link)
            self._running.discard(task)

    async def _serve(self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun = await reader.read(CHUNK)
        script = self._script_for(begun)
        if script is not None:
            self.faults[script.__name__.strip("_")] += 1
            await script(reader, writer, begun)
            await _finish(writer)
            return
        far_reader, far_writer = await asyncio.open_connection(*self.target)
        link.ends.append(far_writer)
        up = asyncio.ensure_future(self._pass(link, "up", reader, far_writer, begun))
        down = asyncio.ensure_future(self._pass(link, "down", far_reader, writer))
        try:
            await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)

    async def _pass(
        self,
        link: Link,
        way: Way,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        data: bytes = b"",
    ) -> None:
        data = data or await reader.read(CHUNK)
        while data:
            if not link.deaf:
                left = link.cut_after.get(way)
                if left is not None and left <= len(data):
                    writer.write(data[:left])
                    await writer.drain()
                    self.faults["cut"] += 1
                    return
                if left is not None:
                    link.cut_after[way] = left - len(data)
                writer.write(data)
                await writer.drain()
            data = await reader.read(CHUNK)
        if link.deaf:
            await link.broken.wait()  # the other side does not learn of the end either
            return
        await _finish(writer)

    def _script_for(self, begun: bytes) -> Script | None:
        asked = begun.partition(b" ")[2]
        for each in self._scripts:
            if asked.startswith(each[0]):
                self._scripts.remove(each)
                return each[1]
        return None


def _break(link: Link) -> None:
    """Close both ends so that neither waits for anything; what was not delivered yet is lost."""
    link.broken.set()
    for writer in link.ends:
        sock = writer.get_extra_info("socket")
        if sock is not None and sock.fileno() >= 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
        writer.transport.abort()


async def _finish(writer: asyncio.StreamWriter) -> None:
    """Send all that is left and then the end, as a side that hangs up in peace does."""
    with contextlib.suppress(OSError):
        await writer.drain()
        writer.close()
        await writer.wait_closed()
