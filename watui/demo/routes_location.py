"""The route that sends a location (contract 2.9)."""

from __future__ import annotations

from typing import TypeGuard

from aiohttp import web

from watui.demo import answers, message_shapes, sending
from watui.demo.acts import Acts
from watui.demo.phone import Phone
from watui.demo.records import Place
from watui.demo.rest import NoBody, fields, ready

_TYPES = "Invalid coordinates. Latitude and longitude must be numbers."
_RANGE = "Invalid coordinates. Latitude must be between -90 and 90, longitude between -180 and 180."


class LocationRoutes:
    """The handler of locations, which no schema checks."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts

    def add(self, router: web.UrlDispatcher) -> None:
        """Register the route."""
        router.add_post("/api/v1/devices/{id}/chats/location", ready(self.acts, self.send))

    async def send(self, _request: web.Request, phone: Phone) -> web.StreamResponse:
        """Send a location, whose description comes back and goes nowhere else but in `full` [360-365]."""
        try:
            body = fields()
        except NoBody:
            return _failed()
        latitude, longitude = body.get("latitude"), body.get("longitude")
        if not _number(latitude) or not _number(longitude):
            return answers.failed(400, _TYPES)
        if abs(latitude) > 90 or abs(longitude) > 180:
            return answers.failed(400, _RANGE)
        description = body.get("description") or None
        name = description if self.acts.full and isinstance(description, str) else ""
        try:
            message = sending.locate(self.acts, phone, body.get("to"), Place(latitude, longitude, name))
        except sending.Refused:
            return _failed()
        shown = {"latitude": latitude, "longitude": longitude, "description": description}
        return answers.ok(message_shapes.raw_message(phone, message) | {"location": shown})


def _number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _failed() -> web.Response:
    return answers.failed(500, "Failed to send location")
