"""One live connection to one device: a socketio client of its own, which never reconnects by itself."""

import asyncio
import functools
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import engineio.base_client
import socketio

from watui.gateway.base import GatewayBroken, GatewayError, GatewayGone, Refused, Sink, WrongKey
from watui.gateway.whatsapi.address import Address, Key, Trust
from watui.gateway.whatsapi.events import UNREADABLE, Reader
from watui.gateway.whatsapi.refusals import REFUSED_KEY
from watui.gateway.whatsapi.transport import ENGINEIO, SOCKETIO, Session, Watch, WatchedPacket, event_of
from watui.gateway.whatsapi.wire import decode

CONNECT_LIMIT = 20.0
"""Seconds in which a connection must be complete, with its namespace."""

LOOK = 0.1
"""Seconds between looks whether a connection that is coming about has broken off."""

NAMESPACE_LIMIT = 10
"""Seconds of it for the namespace; socketio's own second is too short (contract 9)."""

CLOSE_LIMIT = 2.0
"""Seconds in which it is closed politely; a deaf gateway would hold it for five (reliability R4)."""

REFUSALS = 2
"""Refused websockets in a row after which long polling is tried."""

_KEY_WORDS = frozenset({"Invalid API key", "API key is required"})


@dataclass(slots=True)
class Dial:
    """How live connections are opened; `refusals` counts refused websockets by device."""

    address: Address
    path: str
    trust: Trust
    key: Key
    access_token: str | None
    refusals: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def open(self, reader: Reader, sink: Sink) -> AsyncIterator["Connection"]:
        """Connect, and close at the end, whatever happens meanwhile.

        Raises WrongKey after a key that was read anew was refused too, Refused where the gateway has no
        live connection to give, else what kept it from coming about.
        """
        connection = await self._connect(reader, sink)
        try:
            yield connection
        finally:
            await connection.close()

    async def _connect(self, reader: Reader, sink: Sink) -> "Connection":
        key = await self.key.get()
        try:
            return await self._try(reader, sink, key)
        except WrongKey:
            if not await self.key.changed(key):
                raise
        return await self._try(reader, sink, await self.key.get())

    async def _try(self, reader: Reader, sink: Sink, key: str) -> "Connection":
        secrets = {"apiKey": key}
        if self.access_token:
            secrets["access-token"] = self.access_token
        polling = self.refusals[reader.device] >= REFUSALS
        session = Session(self.address, self.trust, secrets)
        connection = Connection(session, reader, sink)
        try:
            await connection.connect(
                self.address.origin,
                self.address.prefix + self.path,
                ["polling", "websocket"] if polling else ["websocket"],
            )
        except BaseException:
            if session.websocket_refused and not polling:
                self.refusals[reader.device] += 1
            await connection.close()
            raise
        if connection.websocket:
            del self.refusals[reader.device]
        return connection


class Connection:
    """An open connection; what it hears goes to `sink` at once, in order."""

    def __init__(self, session: Session, reader: Reader, sink: Sink) -> None:
        self._session = session
        self._reader = reader
        self._sink = sink
        self._namespace = f"/device/{reader.device}"
        self._lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._over = False
        self._reason = ""
        self._watch = Watch(self._namespace, self._take, self._break, self._skip)
        session.take = self._watch.take
        self._sio: Any = socketio.AsyncClient(
            reconnection=False,
            handle_sigint=False,
            logger=SOCKETIO,
            engineio_logger=ENGINEIO,
            http_session=session,
            serializer=functools.partial(WatchedPacket, self._watch),
        )
        self._sio.on("*", self._hear, namespace=self._namespace)
        self._sio.on("disconnect", self._ended, namespace=self._namespace)

    @property
    def websocket(self) -> bool:
        """Whether it came about as a websocket, or became one."""
        return bool(self._sio.transport() == "websocket")

    async def closed(self) -> str:
        """Wait until the connection is lost or makes no sense any more; gives the reason."""
        return await asyncio.shield(self._lost)

    async def connect(self, origin: str, path: str, transports: list[str]) -> None:
        """Connect; raises one of the errors of `gateway.base`."""
        problem: GatewayError | None = None
        try:
            async with asyncio.timeout(CONNECT_LIMIT):
                await self._come_about(
                    self._sio.connect(
                        origin,
                        transports=transports,
                        namespaces=[self._namespace],
                        socketio_path=path,
                        wait_timeout=NAMESPACE_LIMIT,
                    )
                )
        except GatewayGone as error:
            problem = error
        except TimeoutError:
            problem = GatewayGone("the live connection to the gateway did not come about in time")
        except Exception as error:  # socketio's own errors, and what garbage makes it stumble over
            problem = self._why(error)
        if problem is not None:
            raise problem
        self._sio.eio.read_loop_task.add_done_callback(self._stopped)

    async def _come_about(self, connect: Coroutine[Any, Any, None]) -> None:
        """Wait for a connection, but not for one that broke off meanwhile: socketio would wait on."""
        connecting = asyncio.ensure_future(connect)
        try:
            while not connecting.done():
                await asyncio.wait({connecting}, timeout=LOOK)
                reading = self._sio.eio.read_loop_task
                if reading is not None and reading.done() and not connecting.done():
                    raise GatewayGone("the live connection to the gateway broke off")
            connecting.result()
        finally:
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
            del connecting  # its error holds this frame, and with it what must be closed

    async def close(self) -> None:
        """Close within two seconds and leave no task behind; being cancelled does not cut it short."""
        self._over = True
        self._break("closed")
        closing = asyncio.ensure_future(self._close())
        cancelled = False
        while not closing.done():
            try:
                await asyncio.shield(closing)
            except asyncio.CancelledError:
                cancelled = True
        if cancelled:
            raise asyncio.CancelledError

    async def _close(self) -> None:
        eio = self._sio.eio
        loops = [task for task in (eio.read_loop_task, eio.write_loop_task) if task is not None]
        with suppress(Exception):  # it may stand at any point of connecting
            async with asyncio.timeout(CLOSE_LIMIT):
                await self._sio.disconnect()
        for task in loops:
            task.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        with suppress(ValueError):
            engineio.base_client.connected_clients.remove(eio)
        await self._session.close()
        await asyncio.sleep(0)  # packets that were taken in already end as tasks of their own

    def _take(self, array: str) -> None:
        """Pass on an event that no library has touched yet; raises for what is none."""
        if self._over:
            return
        try:
            heard = self._reader.read_message(array)
            if heard is not None:
                self._sink(heard)
                return
        except Exception as error:
            self._stumble(error)
            return
        event = event_of(decode(array))
        if event is not None:
            name, args = event
            self._hear(name, *args)

    def _hear(self, event: str, *args: object) -> None:
        """Pass an event on; there must be no await before, or events would overtake each other."""
        if self._over:
            return
        try:
            for heard in self._reader.read(event, args):
                self._sink(heard)
        except Exception as error:
            self._stumble(error)

    def _stumble(self, error: Exception) -> None:
        """Give the connection up: in a task of socketio's nobody would see the error, nor what it cost."""
        self._reader.drops.note(f"an event, for a {type(error).__name__} of watui's own")
        self._break("an event could not be taken in")

    def _skip(self) -> None:
        self._reader.drops.note("a binary event")
        if not self._over:
            self._sink(UNREADABLE)

    def _break(self, reason: str) -> None:
        if not self._lost.done():
            self._lost.set_result(reason)

    def _ended(self, reason: str = "") -> None:
        self._reason = reason

    def _stopped(self, loop: asyncio.Future[None]) -> None:
        """Note the end of the loop that reads, the only sure sign of the connection's end."""
        failed = not loop.cancelled() and loop.exception() is not None
        self._break("the connection broke off" if failed else self._reason or "the connection was lost")

    def _why(self, error: Exception) -> GatewayError:
        """Find out why connecting failed; socketio's own text says nothing of use (contract 3.1)."""
        refused = self._watch.refusal
        if refused in _KEY_WORDS:
            return WrongKey(REFUSED_KEY)
        if refused == "Invalid namespace":
            return Refused("the gateway takes no live connection for a device with this id")
        if refused is not None:
            return Refused("the gateway refused the live connection")
        if self._session.problem is not None:
            problem = self._session.problem
            if self._session.websocket_refused and isinstance(problem, Refused):
                # Perhaps only websockets are; it is for the next tries to find out.
                return GatewayGone("the gateway refused the live connection; trying another way")
            return problem
        if str(error) == "Unexpected connection error":  # socketio's word for the end of its patience
            return GatewayGone("the gateway did not confirm the live connection in time")
        return GatewayBroken("the gateway's live connection makes no sense. Check socket_path")
