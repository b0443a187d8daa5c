"""Routes of devices and of the gateway itself (contract 2.1, 2.2)."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime
from functools import lru_cache

from aiohttp import web

from watui.demo import answers, chat_shapes, events
from watui.demo.acts import Acts
from watui.demo.pairing import Pairing
from watui.demo.rest import found


@lru_cache(8)
def qr_png(text: str) -> bytes:
    """Draw a QR code."""
    import segno  # noqa: PLC0415 - only a device that pairs needs it

    out = io.BytesIO()
    segno.make(text, micro=False, error="l").save(out, kind="png", scale=4, border=4)
    return out.getvalue()


class DeviceRoutes:
    """Handlers that need no ready device."""

    def __init__(self, acts: Acts, pairing: Pairing) -> None:
        self.acts = acts
        self.pairing = pairing

    def add(self, router: web.UrlDispatcher) -> None:
        """Register the routes."""
        base, one = "/api/v1/devices", "/api/v1/devices/{id}"
        router.add_get("/ping", self.ping)
        router.add_get("/health", self.health)
        router.add_get("/api/health", self.alive)
        router.add_get("/api/v1/health", self.alive)
        if self.acts.full:
            router.add_get("/api/v1/capabilities", self.capabilities)
        router.add_get(base, self.all)
        router.add_post(base, self.create)
        router.add_get(one, self.get)
        router.add_delete(one, self.delete)
        router.add_get(f"{one}/status", self.status)
        router.add_get(f"{one}/qr", self.qr)
        router.add_get(f"{one}/qr.png", self.png)

    def _iso(self) -> str:
        now = datetime.fromtimestamp(self.acts.now(), UTC)
        return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    async def ping(self, _request: web.Request) -> web.Response:
        """Answer without a key."""
        return answers.answer({"message": "pong", "timestamp": self._iso()})

    async def health(self, _request: web.Request) -> web.Response:
        """Answer as at rest: degraded, with 200 [002]."""
        return answers.answer(
            {
                "status": "DEGRADED",
                "uptime": round(self.acts.now() % 100_000, 7),
                "timestamp": self._iso(),
                "checks": {"redis": "OK", "memory": "WARN", "server": "OK"},
                "metadata": {"version": "1.0.0", "environment": "development", "node_version": "v20.20.2"},
            }
        )

    async def alive(self, _request: web.Request) -> web.Response:
        """Answer the static health of the API."""
        return answers.answer({"status": "OK", "message": "API is healthy", "timestamp": self._iso()})

    async def capabilities(self, _request: web.Request) -> web.Response:
        """Say what profile `full` can do."""
        return answers.ok(events.capabilities(self.acts.options.body_limit))

    async def all(self, _request: web.Request) -> web.Response:
        """List all devices, with what Redis says of them."""
        return answers.ok(
            [chat_shapes.device_item(phone, listed=True) for phone in self.acts.phones.values()]
        )

    async def create(self, _request: web.Request) -> web.Response:
        """Create a device; the body is ignored [036]."""
        phone = self.acts.add_phone()
        self.pairing.start(phone)
        return answers.ok(chat_shapes.device_item(phone, listed=False), 201)

    async def get(self, request: web.Request) -> web.Response:
        """Give one device; the QR code stays after pairing [031]."""
        phone = found(self.acts, request)
        if phone is None:
            return answers.failed(404, "Device not found")
        item = chat_shapes.device_item(phone, listed=False)
        return answers.ok(item | ({"qrCode": phone.qr} if phone.qr else {}))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a device."""
        phone = found(self.acts, request)
        if phone is None:
            return answers.failed(404, "Device not found")
        self.pairing.stop(phone)
        self.acts.delete(phone)
        return answers.answer({"success": True, "message": "Device logged out and cleaned up successfully"})

    async def status(self, request: web.Request) -> web.Response:
        """Give the status that the process knows [032, 040]."""
        phone = found(self.acts, request)
        if phone is None:
            return answers.failed(404, "Device not found")
        item = chat_shapes.device_item(phone, listed=False)
        del item["createdAt"]
        if phone.status == "qr" and phone.qr:
            png = base64.b64encode(qr_png(phone.qr)).decode()
            item["qrDataUrl"] = f"data:image/png;base64,{png}"
            if self.acts.options.qr_text:
                item["qrCode"] = phone.qr
        return answers.ok(item)

    async def qr(self, request: web.Request) -> web.Response:
        """Give the QR code, the old one after pairing too [035]."""
        phone = found(self.acts, request)
        if phone is None:
            return answers.failed(404, "Device not found")
        return answers.ok({"qrCode": phone.qr}) if phone.qr else answers.failed(404, "QR code not available")

    async def png(self, request: web.Request) -> web.Response:
        """Give the QR code as a picture."""
        phone = found(self.acts, request)
        if phone is None:
            return answers.failed(404, "Device not found")
        if not phone.qr:
            return answers.failed(404, "QR code not available")
        return web.Response(body=qr_png(phone.qr), content_type="image/png")
