"""Routes of the send queue: putting a message in, and what the gateway tells of it (contract 2.8, 2.18)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from watui.demo import answers, sending
from watui.demo.acts import Acts
from watui.demo.phone import Phone
from watui.demo.rest import fields, found, has_body
from watui.demo.send_queue import SendQueue

Json = dict[str, Any]

_REASON = "Device in critical health state"


class QueueRoutes:
    """Handlers of the queue; a device that is not ready counts as critically ill (contract 5.4)."""

    def __init__(self, acts: Acts, queue: SendQueue) -> None:
        self.acts = acts
        self.queue = queue

    def add(self, router: web.UrlDispatcher) -> None:
        """Register the routes."""
        base = "/api/v1/devices/{id}/messages"
        router.add_post(f"{base}/send", self.send)
        router.add_get(f"{base}/status", self.status)

    async def send(self, request: web.Request) -> web.Response:
        """Take a message into the queue, whatever it says of `useQueue` [300-319]."""
        if not has_body():
            details = "Cannot destructure property 'to' of 'req.body' as it is undefined."
            return answers.failed(500, "Failed to send message.", details=details)
        body = fields()
        problems = sending.problems(body, queued=True)
        if problems:
            return answers.invalid(*problems)
        phone = found(self.acts, request)
        if phone is None:
            return answers.failed(404, "Device not found")
        if not phone.ready:
            error = "Message sending blocked for device health protection."
            return answers.failed(429, error, reason=_REASON, code="DEVICE_HEALTH_PROTECTION")
        return self._put(phone, body)

    def _put(self, phone: Phone, body: Json) -> web.Response:
        to = body["to"].strip()
        if not to:
            error = "Invalid recipient: `to` must be a valid phone number or chat ID."
            return answers.failed(400, error)
        content = self._content(body)
        if not content:
            error = "Invalid message: must provide valid text, media, or location data."
            return answers.failed(400, error)
        quoted = (body.get("quotedMessageId") or "").strip() or None
        mentions = [
            sending.completed(mention.strip()) for mention in body.get("mentions") or () if mention.strip()
        ]
        ticket = self.queue.put(
            phone.id,
            {"to": sending.completed(to), "quotedMessageId": quoted, "mentions": mentions, **content},
        )
        counts = self.queue.counts()
        del counts["totalQueued"]
        counts["deviceMessagesInLast60s"] = self.queue.of(phone.id)["messagesInLast60s"]
        data = {"messageId": ticket, "status": "queued", "queue": counts}
        return answers.answer({"success": True, "message": "Message queued successfully", "data": data}, 202)

    def _content(self, body: Json) -> Json | None:
        """Take from a body what the queue keeps: one of location, file and text, in this order."""
        place, media = body.get("location") or {}, body.get("media") or {}
        text = (body.get("text") or "").strip()
        if place.get("latitude") and place.get("longitude"):  # 0 counts as none [311]
            return {"location": place}
        if media.get("data", "").strip():
            # The caption and the file's name are lost on the way [302, 303].
            return {"media": media, "text": text} if self.acts.full else {"media": media | {"filename": None}}
        return {"text": text} if text else None

    async def status(self, request: web.Request) -> web.Response:
        """Give queue, health and safety in one answer [320, 0511, 0606]."""
        phone = found(self.acts, request)
        if phone is None:
            details = f"Device {request.match_info['id']} not found"
            return answers.failed(500, "Failed to get message status.", details=details)
        return answers.ok(
            {
                "deviceId": phone.id,
                "messageId": request.query.get("messageId"),
                "queue": self.queue.counts(),
                "device": self.queue.of(phone.id),
                "health": {
                    "status": "healthy" if phone.ready else "critical",
                    "score": 100,
                    "warnings": [] if phone.ready else ["Device not ready for operation"],
                },
                "safety": {"safe": True} if phone.ready else {"safe": False, "reason": _REASON},
                "timestamp": int(self.acts.now() * 1000),
            }
        )
