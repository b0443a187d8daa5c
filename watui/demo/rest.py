"""The REST door: ledger, body rules, key, faults, and the routes behind them (contract 1)."""

from __future__ import annotations

import hmac
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.typedefs import Handler

from watui.demo import answers
from watui.demo.acts import Acts
from watui.demo.faults import Faults
from watui.demo.phone import Phone

Json = dict[str, Any]

PUBLIC = {"/ping", "/health"}
_body: ContextVar[Json | list[Any] | None] = ContextVar("body", default=None)
_LEDGER = 20_000


class NoBody(Exception):
    """A route read a field of a body that is not there, as the gateway's own code does (contract 1.2)."""


class Ledger:
    """Every REST call in order of arrival; `status` is None while it runs."""

    def __init__(self) -> None:
        self.calls: deque[Json] = deque(maxlen=_LEDGER)
        self._count = 0

    def open(self, request: web.Request) -> Json:
        """Write down that a call arrived."""
        self._count += 1
        parts = request.path.split("/")
        call: Json = {
            "n": self._count,
            "at": time.time(),
            "method": request.method,
            "path": request.path,
            "device": parts[4] if request.path.startswith("/api/v1/devices/") else None,
            "query": dict(request.query),
            "status": None,
        }
        self.calls.append(call)
        return call


class Door:
    """The middlewares of the gateway, in the order in which Express runs them."""

    def __init__(self, acts: Acts, faults: Faults, ledger: Ledger, key: Callable[[], str]) -> None:
        self.acts = acts
        self.faults = faults
        self.ledger = ledger
        self.key = key
        self.websocket = True

    def middlewares(self) -> list[Any]:
        """Give them outermost first."""
        return [self._recorded, self._parsed, self._guarded]

    @web.middleware
    async def _recorded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/ws"):
            if not self.websocket and "upgrade" in request.headers.get("Connection", "").lower():
                return web.Response(status=400, text="Upgrade refused")
            return await handler(request)
        _body.set(None)
        call = self.ledger.open(request)
        fault = self.faults.take(f"{request.method} {request.path}")
        if fault:
            call["fault"] = fault.kind
            response = await self.faults.apply(fault, request, handler)
        else:
            response = await handler(request)
        call["status"] = response.status
        if request.method == "POST":
            call["body"] = _body.get()
        return _unchanged(request, response)

    @web.middleware
    async def _parsed(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Parse the body ahead of the key check: 413 and 400 come without a key too [015, 016]."""
        if request.path.startswith("/ws"):
            return await handler(request)
        limit = self.acts.options.body_limit
        raw = bytearray(await request.content.read(limit + 1) if request.can_read_body else b"")
        while len(raw) <= limit and not request.content.at_eof():
            raw += await request.content.read(limit + 1 - len(raw))
        kind = request.content_type
        if kind in {"application/json", "application/x-www-form-urlencoded"}:
            if len(raw) > limit:
                await request.content.read()
                return answers.odd(413)
            if raw and kind == "application/json":
                try:
                    body = json.loads(raw)
                except ValueError:
                    return answers.odd(400)
                if not isinstance(body, dict | list):
                    return answers.odd(400)
                _body.set(body)
            elif raw:
                _body.set(dict(parse_qsl(raw.decode("utf-8", "replace"))))
        return await handler(request)

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/ws"):
            return await handler(request)
        if request.path not in PUBLIC:
            key = request.headers.get("x-api-key")
            if not key:
                error = "API key is required. Please provide a valid x-api-key header."
                return answers.failed(401, error, code="MISSING_API_KEY")
            if not hmac.compare_digest(key.encode("utf-8", "replace"), self.key().encode()):
                return answers.failed(401, "Invalid API key provided.", code="INVALID_API_KEY")
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return answers.lost()
        except web.HTTPMethodNotAllowed:
            return answers.lost()


def _unchanged(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    tag = response.headers.get("ETag")
    asked = request.headers.get("If-None-Match")
    if request.method == "GET" and response.status == 200 and tag and asked == tag:
        return web.Response(status=304, headers={"ETag": tag, "X-Powered-By": "Express"})
    return response


Route = Callable[[web.Request, Phone], Awaitable[web.StreamResponse]]


def found(acts: Acts, request: web.Request) -> Phone | None:
    """Find the device of a call; one that is not restored yet does not exist (contract 2.2)."""
    phone = acts.phones.get(request.match_info["id"])
    return None if phone is None or phone.absent else phone


def ready(acts: Acts, route: Route, refusal: Callable[[Phone], web.Response] | None = None) -> Handler:
    """Let only calls for ready devices through: 404, or 400 with `currentStatus` (contract 1.3)."""

    async def checked(request: web.Request) -> web.StreamResponse:
        phone = found(acts, request)
        if phone is None:
            return answers.failed(404, "Device not found")
        if phone.status != "ready":
            return (refusal or not_ready)(phone)
        return await route(request, phone)

    return checked


def strictly(acts: Acts, route: Route) -> Handler:
    """Let only calls for ready devices through, with one answer for all others [0508, 0604]."""

    async def checked(request: web.Request) -> web.StreamResponse:
        phone = found(acts, request)
        if phone is None or not phone.ready:
            return answers.failed(400, "Device not ready.")
        return await route(request, phone)

    return checked


def not_ready(phone: Phone) -> web.Response:
    """Refuse as most routes do."""
    error = f"Device is not ready. Current status: {phone.status}"
    return answers.failed(400, error, currentStatus=phone.status)


def has_body() -> bool:
    """Say whether the call that is being handled came with a body that Express would parse."""
    return _body.get() is not None


def fields() -> Json:
    """Give the parsed body of the call that is being handled; raises NoBody when there is none."""
    body = _body.get()
    if body is None:
        raise NoBody
    return body if isinstance(body, dict) else {}
