"""What answers in a gateway's place when it is none, or when its Socket.IO ends in every way that it can.

Each script answers one connection; see `Proxy.answer`.
"""

import asyncio
import base64
import hashlib
import json
import re
import struct

from tests.faults.proxy import Script

OPEN = {"sid": "raw", "upgrades": [], "pingInterval": 25_000, "pingTimeout": 20_000, "maxPayload": 1_000_000}

SOCKET = b"/ws"
"""How paths begin at which Socket.IO answers."""

AFTER_JOINING = 0.05
"""Seconds between two packets: enough to take a connection for a good one."""

CLOSE_CODES = (1000, 1001, 1009, 1012)

_PORTAL = b"<html><head><title>Welcome</title></head><body>Accept the terms to use this network</body></html>"
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_KEY = re.compile(rb"^sec-websocket-key:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_TEXT, _CLOSE = 1, 8


def _http(status: bytes, body: bytes, kind: bytes = b"text/html") -> bytes:
    head = b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return head % (status, kind, len(body)) + body


def says(name: str, data: bytes) -> Script:
    """Make a script that says the same to everybody and hangs up."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begun: bytes) -> None:
        writer.write(data)

    script.__name__ = name
    return script


portal = says("captive portal", _http(b"200 OK", _PORTAL))
empty = says("empty 200", _http(b"200 OK", b""))
bad_gateway = says("502", _http(b"502 Bad Gateway", b"<html>502 Bad Gateway</html>"))
garbage = says("garbage", bytes(range(256)) * 4)
tls = says("tls", b"\x15\x03\x01\x00\x02\x02\x46")
"""The alert of a server that speaks TLS."""


async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begun: bytes) -> None:
    """Accept, and say nothing until the other side gives up."""
    while await reader.read(65_536):
        pass


NO_GATEWAY: tuple[Script, ...] = (portal, empty, bad_gateway, garbage, tls)
"""What is no gateway and says so at once."""


def ends(name: str, *answers: str, code: int | None = None, after: float = 0.0) -> Script:
    """Make a script that connects a Socket.IO client, then sends engine.io packets and hangs up.

    `{namespace}` in an answer is the one that the client asked for; with `code` a close frame comes last.
    The client gets its answers `after` so many seconds.
    """

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begun: bytes) -> None:
        writer.write(_upgrade(begun))
        writer.write(_frame(_TEXT, b"0" + json.dumps(OPEN).encode()))
        await writer.drain()
        asked = (await _text(reader)).removeprefix(b"40").rstrip(b",").decode()
        await asyncio.sleep(after)
        for answer in answers:
            writer.write(_frame(_TEXT, answer.replace("{namespace}", asked).encode()))
            await asyncio.sleep(AFTER_JOINING)
        if code is not None:
            writer.write(_frame(_CLOSE, struct.pack("!H", code)))
        await writer.drain()

    script.__name__ = name
    return script


_JOINED = '40{namespace},{"sid":"raw"}'

server_disconnect = ends("server DISCONNECT", _JOINED, "41{namespace},")
engine_close = ends("engine.io CLOSE", _JOINED, "1")
refused_namespace = ends("namespace refused", '44{namespace},{"message":"Try again later"}')
_WEDGE = '451-{namespace},["x",{"_placeholder":true,"num":9}]'
wedge = ends("binary event without its attachment", _JOINED, _WEDGE)


def closes(code: int) -> Script:
    """Make a script that closes a connected websocket with a code."""
    return ends(f"close {code}", _JOINED, code=code)


def slow(seconds: float) -> Script:
    """Make a script that confirms the namespace late, and goes away soon after."""
    return ends("slow ack", _JOINED, code=1012, after=seconds)


SOCKET_ENDS: tuple[Script, ...] = (
    server_disconnect,
    engine_close,
    refused_namespace,
    wedge,
    *map(closes, CLOSE_CODES),
)


def _upgrade(begun: bytes) -> bytes:
    found = _KEY.search(begun)
    key = found[1] if found else b""
    accept = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def _frame(kind: int, data: bytes) -> bytes:
    if len(data) < 126:
        return bytes((0x80 | kind, len(data))) + data
    return struct.pack("!BBH", 0x80 | kind, 126, len(data)) + data


async def _text(reader: asyncio.StreamReader) -> bytes:
    """Read a short frame of a client, which is masked."""
    _, size = await reader.readexactly(2)
    assert size & 0x7F < 126
    mask = await reader.readexactly(4)
    data = await reader.readexactly(size & 0x7F)
    return bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
