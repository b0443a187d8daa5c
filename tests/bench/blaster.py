"""An Engine.IO server that sends frames which are ready beforehand: as fast as any client can take them.

python-socketio's own server tops out before its clients do, so that a flood from it hides how fast they are.

    python -m tests.bench.blaster DEVICE CHAT

Prints its URL. For each line `COUNT PREFIX` that it reads it sends so many messages to whoever is connected,
their texts the prefix and a number from 1, and prints when the first went out.
"""

import asyncio
import base64
import hashlib
import json
import sys
import time
from typing import Any

from watui.demo import message_shapes
from watui.demo.gateway import DemoGateway
from watui.demo.options import DemoOptions
from watui.demo.records import Message

KEY, BODY = "KEY~OF~MESSAGE", "BODY~OF~MESSAGE"
AT_ONCE = 64
"""Frames in one write."""

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # of RFC 6455


def template(device: str, chat: str) -> list[bytes]:
    """Give an event as the embedded gateway sends it, cut at key and text."""
    phone = DemoGateway(DemoOptions()).handset()
    now = int(time.time())
    raw: dict[str, Any] = message_shapes.raw_message(
        phone, Message("0" * 32, chat, mine=False, at=now, body=BODY)
    )
    for part in (raw["id"], raw["_data"]["id"]):
        part.update(id=KEY, _serialized=f"false_{chat}_{KEY}")
    payload = {"deviceId": device, "message": raw, "timestamp": now * 1000}
    text = f"42/device/{device}," + json.dumps(["message", payload], separators=(",", ":"))
    return text.replace(KEY, "\0key\0").replace(BODY, "\0body\0").encode().split(b"\0")


def frame(text: bytes) -> bytes:
    """Wrap a text for a websocket (RFC 6455, from a server)."""
    size = len(text)
    head = bytes([0x81, size]) if size < 126 else b"\x81\x7e" + size.to_bytes(2, "big")
    return head + text


class Blaster:
    """The server and its one client."""

    def __init__(self, device: str, chat: str) -> None:
        self._parts = template(device, chat)
        self._sent = 0
        self._writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Do the handshakes of HTTP, Engine.IO and Socket.IO, then swallow what the client says."""
        request = await reader.readuntil(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in request.decode().split("\r\n")[1:-2])
        nonce = next(value for name, value in headers.items() if name.lower() == "sec-websocket-key")
        accept = base64.b64encode(hashlib.sha1((nonce + _GUID).encode()).digest()).decode()  # noqa: S324
        writer.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        hello = {"sid": "blaster", "upgrades": [], "pingInterval": 25_000, "pingTimeout": 600_000}
        writer.write(frame(b"0" + json.dumps(hello).encode()))
        joined = False
        while head := await reader.read(2):
            size = head[1] & 0x7F
            if size == 126:
                size = int.from_bytes(await reader.readexactly(2), "big")
            mask = await reader.readexactly(4)
            said = bytes(byte ^ mask[place % 4] for place, byte in enumerate(await reader.readexactly(size)))
            if said.startswith(b"40") and not joined:
                joined = True
                namespace = said[2:].split(b",")[0]
                writer.write(frame(b"40" + namespace + b',{"sid":"blaster"}'))
                self._writer = writer
        if self._writer is writer:
            self._writer = None
        writer.close()

    async def blast(self, count: int, prefix: str) -> float:
        """Send as fast as the client takes it; gives the time of the first byte."""
        writer = self._writer
        assert writer is not None, "nobody is connected"
        began = time.monotonic()
        for start in range(0, count, AT_ONCE):
            writer.write(
                b"".join(
                    self._frame(f"{prefix}{number + 1}.")
                    for number in range(start, min(start + AT_ONCE, count))
                )
            )
            await writer.drain()
        return began

    def _frame(self, body: str) -> bytes:
        self._sent += 1
        fill = {b"key": f"{self._sent:032X}".encode(), b"body": body.encode()}
        return frame(b"".join(fill.get(part, part) for part in self._parts))


async def main(device: str, chat: str) -> None:
    """Serve until the end of the input."""
    blaster = Blaster(device, chat)
    server = await asyncio.start_server(blaster.serve, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        count, prefix = line.split()
        print(await blaster.blast(int(count), prefix), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
