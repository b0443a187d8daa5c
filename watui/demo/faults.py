"""Faults on demand: what a proxy, a network or a sick gateway does to a REST call."""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from watui.demo import answers

Json = dict[str, Any]

KINDS = (
    "drop",
    "stall",
    "slow",
    "status",
    "html",
    "truncate",
    "empty",
    "fail_before",
    "fail_after",
    "nodata",
)
_HTML = (
    "<html><head><title>502 Bad Gateway</title></head>"
    "<body><center><h1>502 Bad Gateway</h1></center></body></html>"
)


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong for the next `times` calls whose `METHOD path` matches.

    drop: the connection closes without an answer · stall: the same after `seconds` · slow: the right
    answer after `seconds` · status: `code` with `body`, or with error `shape` A B C D · html: a proxy's
    error page with `code` · truncate: half of the right answer · empty: 200 without a body · fail_before,
    fail_after: 500 shape A, before or after the call had its effect · nodata: the right call, answered
    `{"success": true}` [349]. With `after`, drop, stall, status, html and empty let the call have its
    effect first, as when an answer is lost.
    """

    match: re.Pattern[str]
    kind: str
    times: int = 1
    seconds: float = 3600.0
    code: int = 502
    body: object = None
    shape: str = "A"
    after: bool = False


class Faults:
    """The faults that wait to happen, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.released = asyncio.Event()
        """Set when stalled calls shall end because the gateway stops."""

    def add(self, match: str, kind: str, **choices: Any) -> Fault:
        """Plan a fault; raises ValueError for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if kind == "slow":
            choices.setdefault("seconds", 1.0)
        fault = Fault(re.compile(match), kind, **choices)
        self.waiting.append(fault)
        return fault

    def take(self, call: str) -> Fault | None:
        """Use up one time of the first fault that matches `METHOD path`."""
        for fault in self.waiting:
            if fault.match.search(call):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    async def wait(self, seconds: float) -> None:
        """Let time pass, but not longer than the gateway lives."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.released.wait()

    async def apply(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a call as the fault wants it."""
        if fault.kind == "slow":
            await self.wait(fault.seconds)
            return await handler(request)
        if fault.kind in {"truncate", "nodata", "fail_after"} or fault.after:
            right = await handler(request)
            if fault.kind == "truncate":
                return await _half(request, right)
            if fault.kind == "nodata":
                return answers.answer({"success": True})
        if fault.kind in {"drop", "stall"}:
            if fault.kind == "stall":
                await self.wait(fault.seconds)
            return _cut(request)
        if fault.kind == "html":
            return web.Response(text=_HTML, status=fault.code, content_type="text/html")
        if fault.kind == "empty":
            return web.Response(status=200)
        if fault.kind == "status":
            return _shaped(fault)
        return answers.failed(500, "Failed to send message")


def _shaped(fault: Fault) -> web.Response:
    if fault.body is not None:
        if isinstance(fault.body, str):
            return web.Response(text=fault.body, status=fault.code)
        return answers.answer(fault.body, fault.code)
    if fault.shape == "B":
        return answers.answer(
            {"success": False, "error": "Validation error", "details": '"text" is required'}, fault.code
        )
    if fault.shape == "C":
        return answers.odd(fault.code)
    if fault.shape == "D":
        return answers.limited()
    return answers.failed(fault.code, "Something went wrong")


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _half(request: web.Request, right: web.StreamResponse) -> web.StreamResponse:
    body = right.body if isinstance(right, web.Response) else b""
    whole = body if isinstance(body, bytes | bytearray) else b""
    response = web.StreamResponse(status=right.status, headers={"Content-Length": str(len(whole) or 2)})
    response.content_type = "application/json"
    await response.prepare(request)
    await response.write(bytes(whole[: len(whole) // 2]))
    if request.transport is not None:
        request.transport.close()
    return response
