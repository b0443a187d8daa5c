"""One JSON call: the key beside it, limits on time and size around it, an error for every mishap."""

import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from watui.bodies import Upload
from watui.gateway.base import (
    BadSettings,
    GatewayBroken,
    GatewayError,
    NotAGateway,
    Stopped,
    TooLarge,
    Unsure,
    WrongKey,
)
from watui.gateway.whatsapi.address import Address, Key, Redirected, Trust
from watui.gateway.whatsapi.refusals import REFUSED_KEY, STRANGER, UNSURE, lost, refusal
from watui.gateway.whatsapi.wire import decode

BODY_LIMIT = 102_400
"""Bytes of JSON that the gateway takes, exactly (contract 1.2)."""

ANSWER_LIMIT = 16 * 2**20
"""Bytes of an answer, after decompression, that are read."""

ETAGS = 256
"""Lists whose state is remembered."""

CONNECT_LIMIT = 10.0
"""Seconds in which a connection must stand."""

SLOWEST = 20_000
"""Bytes a second at which a body may go out."""

PIECE = 16 * 1024
"""Bytes of a body that go out at a time."""

READ_LIMIT = 15.0
SEND_LIMIT = 30.0
MARK_LIMIT = 10.0
"""Seconds for a whole call of each kind; the gateway itself has no limits (contract 0.10)."""


@dataclass(slots=True)
class Call:
    """What to ask. `path` is encoded already; `doing` names it in errors, as in "reading the chat"."""

    method: str
    path: str
    doing: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    limit: float = READ_LIMIT
    etag: str | None = None
    sends: bool = False
    """Whether it must not happen twice: what may have been done is then `Unsure`."""
    upload: Upload | None = None
    """What is told how much of the body has gone out."""
    open: bool = False
    """Whether it needs no key (contract 1.1)."""


@dataclass(slots=True)
class Answer:
    """A success: the JSON object, or `None` when nothing changed since `etag` was given."""

    body: dict[str, Any] | None
    etag: str | None


@dataclass(slots=True)
class _Reply:
    status: int
    etag: str | None
    body: Any
    """Decoded JSON; `None` if it was none."""
    html: bool


class Etags:
    """The state in which lists were read last, so that asking again costs nothing while they stay so."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, ...], str] = OrderedDict()

    def get(self, place: tuple[str, ...]) -> str | None:
        """Give the state of a list, if it was read."""
        return self._known.get(place)

    def keep(self, place: tuple[str, ...], etag: str | None) -> None:
        """Remember the state of a list; to be called only once it was read without an error."""
        self._known.pop(place, None)
        if etag is not None:
            self._known[place] = etag
            if len(self._known) > ETAGS:
                self._known.popitem(last=False)


class Http:
    """The sessions for calls; made on first use, because they belong to the running loop.

    What sends gets a connection of its own each time: one that was used before may be dead, and then nobody
    could tell whether the gateway has heard it. One that cannot be opened tells that it has not.
    """

    def __init__(
        self,
        address: Address,
        trust: Trust,
        key: Key,
        access_token: str | None,
        max_body: int = BODY_LIMIT,
    ) -> None:
        self.max_body = max_body
        self._address = address
        self._trust = trust
        self._key = key
        self._token = {"access-token": access_token} if access_token else {}
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        """Close all connections."""
        while self._sessions:
            _, session = self._sessions.popitem()
            await session.close()

    @property
    def _takes(self) -> str:
        return f"the gateway takes {self.max_body // 1024} kB"

    async def call(self, call: Call) -> Answer:
        """Do a call; raises any of the errors of `gateway.base`.

        A refused key is read again and, if it changed, tried once more; nothing was done by then.
        """
        data = None
        if call.body is not None:
            data = json.dumps(call.body, ensure_ascii=False).encode("utf-8", "replace")
            if len(data) > self.max_body:
                raise TooLarge(f"this is too long: {self._takes} at a time. Send it in parts")
        if call.open:
            return _judged(call, await self._ask(call, data, None))
        key = await self._key.get()
        try:
            return _judged(call, await self._ask(call, data, key))
        except WrongKey as error:
            if error.words != REFUSED_KEY or not await self._key.changed(key):
                raise
        return _judged(call, await self._ask(call, data, await self._key.get()))

    @asynccontextmanager
    async def stream(self, call: Call) -> AsyncIterator[aiohttp.ClientResponse]:
        """Do a GET whose answer is read piece by piece; its time limit is for each piece.

        Raises what `call` raises; bytes that are packed are refused, since nobody knows how many they become.
        """
        key = await self._key.get()
        session = self._session(reuse=True)
        problem: GatewayError
        try:
            async with session.get(
                self._address.url(call.path, {**call.query, **self._token}),
                headers={"Accept": "*/*", "Accept-Encoding": "identity", "x-api-key": key},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_LIMIT, sock_read=call.limit),
            ) as response:
                if response.status != 200:
                    reply = _reply(response, await read_capped(response.content, ANSWER_LIMIT))
                    _judged(call, reply)
                    raise NotAGateway(STRANGER)
                yield response
                return
        except Redirected:
            problem = BadSettings("the gateway's address sends on to another one. Set url to where it is")
        except OverflowError:
            problem = GatewayBroken("the gateway's answer is too large to be one")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            problem = lost(error, call.doing, sends=False)
        raise problem

    def _session(self, *, reuse: bool) -> aiohttp.ClientSession:
        session = self._sessions.get(not reuse)
        if session is None or session.closed:
            session = self._sessions[not reuse] = self._trust.session(reuse=reuse)
        return session

    async def _ask(self, call: Call, data: bytes | None, key: str | None) -> _Reply:
        headers = {"Accept": "application/json"}
        if key is not None:
            headers["x-api-key"] = key
        if data is not None:
            headers["Content-Type"] = "application/json"
        if call.etag:
            headers["If-None-Match"] = call.etag
        session = self._session(reuse=not call.sends)
        problem: GatewayError
        try:
            # aiohttp repeats a GET once when a connection that was used before turns out to be closed
            # (contract 1.5); a POST never.
            async with session.request(
                call.method,
                self._address.url(call.path, {**call.query, **self._token}),
                data=_Piecemeal(data, call.upload) if data is not None and call.upload is not None else data,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=call.limit + len(data or b"") / SLOWEST, connect=min(CONNECT_LIMIT, call.limit)
                ),
            ) as response:
                body = await read_capped(response.content, ANSWER_LIMIT)
                return _reply(response, body)
        except Redirected:
            problem = BadSettings("the gateway's address sends on to another one. Set url to where it is")
        except OverflowError:
            words = "the gateway's answer is too large to be one"
            problem = Unsure(UNSURE) if call.sends else GatewayBroken(words)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            upload = call.upload
            # Half a message is none: as long as its end has not gone out, nothing can have been sent.
            sends = call.sends and (upload is None or upload.whole)
            stopped = upload is not None and upload.stopped
            problem = Stopped("stopped") if stopped else lost(error, call.doing, sends=sends)
        # Not inside the handler, so that the error does not carry the other one, which may quote the URL.
        raise problem


class _Piecemeal(aiohttp.payload.Payload):
    """A body that goes out in pieces, each of which is counted."""

    def __init__(self, data: bytes, upload: Upload) -> None:
        super().__init__(data, content_type="application/json")
        self._size = len(data)
        self._upload = upload
        upload.size, upload.done = len(data), 0

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Give all of it as text."""
        return bytes(self._value).decode(encoding, errors)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write piece by piece. Raises ClientConnectionError when it is stopped."""
        upload = self._upload
        upload.done = 0  # after a refused key it goes out once more
        upload.abort = lambda: writer.transport.abort() if writer.transport is not None else None
        for start in range(0, len(self._value), PIECE):
            if upload.stopped:
                raise aiohttp.ClientConnectionError("stopped")
            piece = self._value[start : start + PIECE]
            upload.next(len(piece))
            await writer.write(piece)
            await writer.drain()
            upload.gone(len(piece))

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Do the same."""
        await self.write_with_length(writer, None)


async def read_capped(content: aiohttp.StreamReader, limit: int) -> bytes:
    """Read a body piece by piece; raises OverflowError as soon as it is larger than `limit` bytes."""
    pieces = []
    size = 0
    async for piece in content.iter_any():
        size += len(piece)
        if size > limit:
            raise OverflowError
        pieces.append(piece)
    return b"".join(pieces)


def _reply(response: aiohttp.ClientResponse, body: bytes) -> _Reply:
    try:
        decoded = decode(body) if body else None
    except ValueError:
        decoded = None
    etag = response.headers.get("ETag")
    if etag is not None and (len(etag) > 200 or not etag.isprintable()):
        etag = None
    html = decoded is None and body.lstrip()[:1] == b"<"
    return _Reply(response.status, etag, decoded, html)


def _judged(call: Call, reply: _Reply) -> Answer:
    """Tell a success from everything else; raises the error that fits."""
    if reply.status == 304 and call.etag:
        return Answer(None, call.etag)
    if not 200 <= reply.status < 300:
        raise refusal(reply.status, reply.body, call.doing, sends=call.sends)
    if isinstance(reply.body, dict) and reply.body.get("success", True) is True:
        return Answer(reply.body, reply.etag)
    if call.sends:
        raise Unsure(UNSURE)
    if reply.html or not isinstance(reply.body, dict):
        raise NotAGateway(STRANGER)
    raise GatewayBroken(f"the gateway contradicts itself {call.doing}")
