"""HTTP answers of the gateway: its envelopes, its four error shapes, its validation texts (contract 1)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

Json = dict[str, Any]

_ODD = "An unexpected error occurred. Please try again later."


def encode(value: object) -> bytes:
    """Write JSON as Node does: compact, UTF-8, lone surrogates escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def etag(body: bytes) -> str:
    """Give the weak tag that Express puts on a body (contract 1.5)."""
    digest = base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()[:27]
    return f'W/"{len(body):x}-{digest}"'


def answer(value: object, status: int = 200) -> web.Response:
    """Answer with JSON and the headers of Express."""
    body = encode(value)
    headers = {"X-Powered-By": "Express", "ETag": etag(body), "Keep-Alive": "timeout=5"}
    return web.Response(
        body=body, status=status, headers=headers, content_type="application/json", charset="utf-8"
    )


def ok(data: object, status: int = 200, **extras: object) -> web.Response:
    """Answer with success."""
    return answer({"success": True, "data": data, **extras}, status)


def failed(status: int, error: str, **extras: object) -> web.Response:
    """Answer with shape A, the string error of the controllers."""
    return answer({"success": False, "error": error, **extras}, status)


def invalid(*problems: str) -> web.Response:
    """Answer with shape B, the validation error of Joi."""
    return failed(400, "Validation error", details=", ".join(problems))


def odd(status: int) -> web.Response:
    """Answer with shape C, as Express's error handler does for bodies it cannot parse [014, 016]."""
    return answer(
        {"success": False, "error": {"message": _ODD, "code": "INTERNAL_SERVER_ERROR", "status": status}},
        status,
    )


def lost() -> web.Response:
    """Answer with shape C for a route that does not exist."""
    message = "The requested resource was not found on this server."
    return answer({"success": False, "error": {"message": message, "code": "NOT_FOUND", "status": 404}}, 404)


def limited() -> web.Response:
    """Answer with shape D, the rate limit (contract 1.4)."""
    return answer(
        {
            "success": False,
            "error": "Client operation rate limit exceeded. Please slow down.",
            "code": "RATE_LIMIT_EXCEEDED",
            "retryAfter": "5 minutes",
            "limit": 20,
            "windowMs": 300_000,
        },
        429,
    )


class Checked:
    """Reads fields the way a Joi schema does, collecting its complaints in order."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        self.source = source
        self.problems: list[str] = []

    def string(
        self, name: str, *, required: bool = False, longest: int | None = None, label: str | None = None
    ) -> str | None:
        """Read a string that must not be empty."""
        label = label or name
        value = self.source.get(name)
        if value is None and name not in self.source:
            if required:
                self.problems.append(f'"{label}" is required')
            return None
        if not isinstance(value, str):
            self.problems.append(f'"{label}" must be a string')
        elif not value:
            self.problems.append(f'"{label}" is not allowed to be empty')
        elif longest is not None and len(value) > longest:
            self.problems.append(f'"{label}" length must be less than or equal to {longest} characters long')
        else:
            return value
        return None

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        """Read a whole number, also from text."""
        if name not in self.source:
            return default
        value = self.source[name]
        try:
            number = float(value)
        except (TypeError, ValueError):
            self.problems.append(f'"{name}" must be a number')
            return default
        if number != int(number):
            self.problems.append(f'"{name}" must be an integer')
        if number < least:
            self.problems.append(f'"{name}" must be greater than or equal to {least}')
        elif number > most:
            self.problems.append(f'"{name}" must be less than or equal to {most}')
        return int(number)

    def boolean(self, name: str, *, default: bool) -> bool:
        """Read true or false, also from text."""
        if name not in self.source:
            return default
        value = self.source[name]
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        if not isinstance(value, bool):
            self.problems.append(f'"{name}" must be a boolean')
            return default
        return value

    def choice(self, name: str, default: str, options: tuple[str, ...]) -> str:
        """Read one of several words."""
        value = self.source.get(name, default)
        if value not in options:
            self.problems.append(f'"{name}" must be one of [{", ".join(options)}]')
        return str(value)

    def strings(self, name: str) -> list[str] | None:
        """Read a list of strings."""
        if name not in self.source:
            return None
        value = self.source[name]
        if not isinstance(value, list):
            self.problems.append(f'"{name}" must be an array')
            return None
        for place, item in enumerate(value):
            if not isinstance(item, str):
                self.problems.append(f'"{name}[{place}]" must be a string')
        return [item for item in value if isinstance(item, str)]
