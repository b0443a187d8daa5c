"""Dying at an exact point of a send: patches from the outside, so that watui itself knows nothing of it."""

import asyncio
import os
import signal
from typing import Any

import aiohttp

from watui.bodies import Body, Upload
from watui.gateway.whatsapi.api import WhatsApi
from watui.models import Message
from watui.text import Safe

POINTS = ("sending", "posted", "answered")
"""Before a byte of the send went out; when all of it went out and no answer was read; when the answer is
known to the adapter and to nobody else."""

ON_ITS_WAY = 0.02
"""Seconds in which a small request is written, and perhaps answered."""


def crash_at(point: str) -> None:
    """Kill this process at the `point` of a send, or with `point:n` at the n-th one."""
    name, _, number = point.partition(":")
    if name not in POINTS:
        raise ValueError(f"{name} is none of {', '.join(POINTS)}")
    left = [int(number or 1)]

    def reached(here: str) -> bool:
        if here == name:
            left[0] -= 1
        return here == name and left[0] == 0

    send = WhatsApi.send

    async def sending(
        self: WhatsApi, device: Safe, chat: Safe, body: Body, upload: Upload | None = None
    ) -> Message:
        if reached("sending"):
            _die()
        message = await send(self, device, chat, body, upload)
        if reached("answered"):
            _die()
        return message

    start = aiohttp.ClientResponse.start

    async def starting(self: aiohttp.ClientResponse, connection: Any) -> aiohttp.ClientResponse:
        if self.method == "POST" and self.url.path.endswith("/chats") and reached("posted"):
            await asyncio.sleep(ON_ITS_WAY)
            _die()
        return await start(self, connection)

    WhatsApi.send = sending  # type: ignore[method-assign, assignment]
    aiohttp.ClientResponse.start = starting  # type: ignore[method-assign]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
