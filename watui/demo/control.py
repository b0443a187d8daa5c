"""The control port: the verbs of the demo gateway over HTTP, JSON in and out."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from watui.demo.answers import encode
from watui.demo.listener import HOST, end

if TYPE_CHECKING:
    from watui.demo.gateway import DemoGateway

Json = dict[str, Any]


class Control:
    """POST /{verb} calls the method of that name with the fields of the body; `device` may be left out.

    Answers `{"ok": true, …}`, with the `id` that the method gave; 400 `{"ok": false, "error"}` for wrong
    fields, 404 for an unknown device, chat, message or verb. GET `/calls` (with sends and deeds),
    `/truth?device=&chat=`, `/burst`.
    """

    def __init__(self, gateway: DemoGateway) -> None:
        self.gateway = gateway
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._verbs: dict[str, Callable[..., Any]] = {
            "message": gateway.message,
            "phone": gateway.phone,
            "event": gateway.event,
            "raw": gateway.raw,
            "ack": gateway.ack,
            "edit": gateway.edit,
            "revoke": gateway.revoke,
            "react": gateway.react,
            "typing": gateway.typing,
            "burst": gateway.burst,
            "faults": gateway.faults,
            "faults/clear": gateway.clear_faults,
            "socket": gateway.socket,
            "restart": gateway.restart_soon,
            "stop-listening": gateway.stop_listening,
            "key": gateway.rotate_key,
            "device": gateway.device,
            "pair": gateway.pair,
            "rate": gateway.rate,
            "chat": gateway.chat,
            "file": gateway.file,
        }

    async def open(self, port: int) -> None:
        """Listen."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/calls", self._calls)
        app.router.add_get("/truth", self._truth)
        app.router.add_get("/burst", self._burst)
        app.router.add_post("/{verb:.+}", self._verb)
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, port).start()
        self.port = int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stop listening."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await end(runner)

    async def _calls(self, _request: web.Request) -> web.Response:
        return _answer(
            {"calls": self.gateway.calls, "sends": self.gateway.sends, "deeds": self.gateway.deeds}
        )

    async def _truth(self, request: web.Request) -> web.Response:
        try:
            return _answer(self.gateway.truth(request.query.get("device"), request.query.get("chat")))
        except KeyError as error:
            return _answer({"ok": False, "error": f"unknown: {error}"}, 404)

    async def _burst(self, _request: web.Request) -> web.Response:
        return _answer(self.gateway.burst_state())

    async def _verb(self, request: web.Request) -> web.Response:
        verb = self._verbs.get(request.match_info["verb"])
        if verb is None:
            return _answer({"ok": False, "error": "no such verb"}, 404)
        try:
            body = json.loads(await request.read() or b"{}")
            if "device" in inspect.signature(verb).parameters:
                body.setdefault("device", None)
            result = verb(**body)
            if inspect.isawaitable(result):
                result = await result
        except KeyError as error:
            return _answer({"ok": False, "error": f"unknown: {error}"}, 404)
        except (TypeError, ValueError) as error:
            return _answer({"ok": False, "error": str(error)}, 400)
        if isinstance(result, dict):
            return _answer({"ok": True, **result})
        return _answer({"ok": True, "id": result} if isinstance(result, str) else {"ok": True})


def _answer(value: Json, status: int = 200) -> web.Response:
    return web.Response(body=encode(value), status=status, content_type="application/json")
