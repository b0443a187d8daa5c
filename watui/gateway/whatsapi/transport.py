"""What stands between python-socketio and the network: no redirects, no key in a log, no packet that wedges.

engineio takes any object that behaves like an aiohttp session, and socketio any class for packets; both are
documented as options, so nothing here reaches into their insides.
"""

import json
import logging
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

import aiohttp
import engineio.packet
import engineio.payload
import socketio.packet
from yarl import URL

from watui.gateway.base import BadSettings, GatewayError, GatewayGone, Refused
from watui.gateway.whatsapi.address import Address, Redirected, Trust
from watui.gateway.whatsapi.refusals import lost, untouched
from watui.gateway.whatsapi.rest import read_capped
from watui.gateway.whatsapi.wire import decode

SOCKETIO = logging.getLogger("watui.socketio")

ENGINEIO = logging.getLogger("watui.engineio")
ENGINEIO.setLevel(logging.WARNING)  # at INFO it tells every packet with all that is in it

EVENT_LIMIT = 32 * 2**20
"""Bytes of one event, or of all that one poll brings; aiohttp's own limit is 4 MiB (contract 3.4)."""

# python-engineio gives up a connection that has more than 16 packets waiting in a poll (contract 3.4).
engineio.payload.Payload.max_decode_packets = 10_000

ALIVE_EVERY = 1.0
"""Seconds after which engineio is told that events are coming; it gives up a connection that is silent."""

_DOING = "on the live connection"


class Session:
    """An aiohttp session as engineio uses it, which adds the key to each URL by itself.

    `take` is offered every text that comes through a websocket, and says whether it has taken it.
    """

    def __init__(self, address: Address, trust: Trust, secrets: dict[str, str]) -> None:
        self.take: Callable[[str], bool] = lambda _: False
        self._address = address
        self._secrets = secrets
        self._session = trust.session()
        self.cookie_jar = self._session.cookie_jar
        self.problem: GatewayError | None = None
        """Why the last request failed, for whoever has to tell the person."""
        self.websocket_refused = False
        """Whether something at the address does not want to speak websocket."""

    @property
    def closed(self) -> bool:
        """Whether no more requests can be made."""
        return self._session.closed

    async def close(self) -> None:
        """Close every connection at once."""
        await self._session.close()

    async def get(self, url: str, **options: Any) -> "Reply":
        """Do a GET of the polling transport."""
        return await self._request("GET", url, options)

    async def post(self, url: str, **options: Any) -> "Reply":
        """Do a POST of the polling transport."""
        return await self._request("POST", url, options)

    async def ws_connect(self, url: str, **options: Any) -> "Stream":
        """Open a websocket."""
        try:
            websocket = await self._session.ws_connect(self._full(url), **options, max_msg_size=EVENT_LIMIT)
            return Stream(websocket, self.take)
        except aiohttp.WSServerHandshakeError as error:
            self.websocket_refused = True
            self.problem = _status_problem(error.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.websocket_refused = not isinstance(error, Redirected) and untouched(error) is None
            self._note(error)
        raise aiohttp.ClientConnectionError("no websocket")

    async def _request(self, method: str, url: str, options: dict[str, Any]) -> "Reply":
        try:
            async with self._session.request(method, self._full(url), **options) as response:
                body = await read_capped(response.content, EVENT_LIMIT)
                if not 200 <= response.status < 300:
                    self.problem = _status_problem(response.status)
                return Reply(response.status, body)
        except (aiohttp.ClientError, TimeoutError, OSError, OverflowError) as error:
            self._note(error)
        raise aiohttp.ClientConnectionError("no answer")

    def _note(self, error: Exception) -> None:
        if isinstance(error, Redirected):
            self.problem = BadSettings("the live connection's address sends on to another one. Check url")
        else:
            self.problem = lost(error, _DOING, sends=False)

    def _full(self, url: str) -> URL:
        if not self._address.holds(url):
            raise aiohttp.InvalidURL("another origin")
        return URL(f"{url}&{urlencode(self._secrets)}", encoded=True)


class Alive(NamedTuple):
    """What engineio is given while there are only events: a packet of its own that means nothing."""

    type: aiohttp.WSMsgType = aiohttp.WSMsgType.TEXT
    data: str = str(engineio.packet.NOOP)


class Stream:
    """A websocket as engineio uses it, out of which events are taken before engineio sees them.

    engineio and socketio spend a task and a time limit on each packet, which is most of what an event costs.
    """

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse, take: Callable[[str], bool]) -> None:
        self._websocket = websocket
        self._take = take
        self.send_str = websocket.send_str
        self.send_bytes = websocket.send_bytes
        self.close = websocket.close

    async def receive(self) -> aiohttp.WSMessage | Alive:
        """Give what comes next and is not an event; while there are only events, a sign of life."""
        begun = time.monotonic()
        while True:
            message: aiohttp.WSMessage = await self._websocket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT or not self._take(message.data):
                return message
            if time.monotonic() - begun > ALIVE_EVERY:
                return Alive()


class Reply:
    """An answer to a poll, with the body read and bounded."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self._body = body

    async def read(self) -> bytes:
        """Give the body."""
        return self._body

    async def json(self) -> Any:
        """Give the body of a refusal, if it says something."""
        try:
            return decode(self._body)
        except ValueError:
            raise aiohttp.ClientPayloadError from None


def _status_problem(status: int) -> GatewayError:
    if status >= 500:
        return GatewayGone(f"the gateway failed ({status}) {_DOING}")
    return Refused(f"there is no live connection at this address ({status}). Check socket_path")


class Watch:
    """Looks at each packet before socketio does, and says when the connection is worth nothing any more."""

    def __init__(
        self,
        namespace: str,
        heard: Callable[[str], None],
        broken: Callable[[str], None],
        skipped: Callable[[], None],
    ) -> None:
        self.namespace = namespace
        self.heard = heard
        """Called with each event of a websocket, which is a JSON array; raises for what is no event."""
        self.broken = broken
        """Called with a reason, more than once perhaps."""
        self.skipped = skipped
        """Called for an event that could not be taken, the connection being sound."""
        self.joined = False
        """Whether the namespace is connected; before that there are no events to take."""
        self._event = f"42{namespace},["
        self.refusal: str | None = None
        """Why the gateway refused the namespace; its only place is the packet (contract 3.1)."""

    def take(self, text: str) -> bool:
        """Take a packet if it is an event of the namespace that asks for no answer, as nearly all are."""
        if not self.joined or not text.startswith(self._event):
            return False
        try:
            self.heard(text[len(self._event) - 1 :])
        except Exception:  # whatever a decoder makes of garbage
            self.broken(NO_SENSE)
        return True


class _Json:
    """The faster reader, which also copes with halves of surrogate pairs."""

    loads = staticmethod(decode)
    dumps = staticmethod(json.dumps)


_RESERVED = frozenset({"connect", "connect_error", "disconnect", "__disconnect_final"})


def event_of(data: Any) -> tuple[str, tuple[Any, ...]] | None:
    """Give the name of an event and what came with it; raises ValueError for what is none.

    `None` for those whose names are socketio's own: as events they would run the handlers that tell of the
    connection itself.
    """
    if not isinstance(data, list) or not data or not isinstance(data[0], str):
        raise ValueError("no event")
    return None if data[0] in _RESERVED else (data[0], tuple(data[1:]))


NO_SENSE = "the gateway sent something that makes no sense"

_SILENT = ["__disconnect_final"]
"""An event that reaches no handler."""


class WatchedPacket(socketio.packet.Packet):  # type: ignore[misc]
    """A packet that cannot do harm: what makes no sense becomes an event that nobody handles.

    A binary event whose parts do not come, or come wrong, would make socketio deaf while connected
    (reliability R6). The gateway sends none, so they are skipped whole.
    """

    json = _Json

    def __init__(  # noqa: PLR0917 - socketio's parameters
        self,
        watch: Watch,
        packet_type: int = socketio.packet.EVENT,
        data: Any = None,
        namespace: str | None = None,
        id: int | None = None,  # noqa: A002 - socketio's name
        binary: bool | None = None,
        encoded_packet: object = None,
    ) -> None:
        if encoded_packet is None:
            super().__init__(packet_type, data, namespace, id, binary)
            return
        super().__init__(socketio.packet.EVENT, _SILENT, binary=False)
        if isinstance(encoded_packet, bytes | bytearray):
            return  # a part of a binary event that was skipped
        try:
            if not isinstance(encoded_packet, str):
                raise ValueError("no text")
            self.decode(encoded_packet)
            self._check(watch)
        except Exception:  # whatever a decoder makes of garbage
            watch.broken(NO_SENSE)
            self._silence()

    def _check(self, watch: Watch) -> None:
        kind: int = self.packet_type
        data: Any = self.data
        ours = self.namespace == watch.namespace
        if kind == socketio.packet.EVENT:
            if event_of(data) is None:
                self._silence()
        elif kind in {socketio.packet.BINARY_EVENT, socketio.packet.BINARY_ACK}:
            watch.skipped()
            self._silence()
        elif kind == socketio.packet.CONNECT:
            if data is not None and not isinstance(data, dict):
                raise ValueError("no connect")
            watch.joined = watch.joined or ours
        elif kind == socketio.packet.DISCONNECT:
            if ours:
                watch.broken("the gateway ended the connection")
        elif kind == socketio.packet.CONNECT_ERROR:
            if ours:
                message = data.get("message") if isinstance(data, dict) else data
                watch.refusal = message if isinstance(message, str) else ""
                watch.broken("the gateway refused the device")
        elif kind == socketio.packet.ACK:
            self._silence()  # nothing is ever sent that asks for one
        else:
            raise ValueError("no packet")

    def _silence(self) -> None:
        self.packet_type = socketio.packet.EVENT
        self.namespace, self.id, self.data = None, None, _SILENT
        self.attachment_count = 0
