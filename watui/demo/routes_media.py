"""Routes of the files in messages (contract 2.13)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from aiohttp import web

from watui.demo import answers, files, reach
from watui.demo.acts import Acts
from watui.demo.phone import Phone
from watui.demo.records import Media, Message
from watui.demo.rest import ready

Json = dict[str, Any]

_THUMBNAILS = {"image", "video", "document"}
_TIMED = {"audio", "ptt"}
_NO_HEADER = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
"""What Node refuses in the value of a header."""
_INVALID = 'Invalid character in header content ["Content-Disposition"]'


class MediaRoutes:
    """Handlers of files and of what is known of them."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts

    def add(self, router: web.UrlDispatcher) -> None:
        """Register the routes."""
        base = "/api/v1/devices/{id}/messages/{message}/media"
        for part, route in (("download", self.download), ("thumbnail", self.thumbnail), ("info", self.info)):
            router.add_get(f"{base}/{part}", ready(self.acts, route))

    def _find(self, request: web.Request, phone: Phone, lost: str) -> tuple[Message, Media] | web.Response:
        """Find a message with a file, or give the answer that there is none; `lost` is its text."""
        message = reach.with_media(self.acts, phone, request.match_info["message"])
        if message is None:
            return answers.failed(404, lost)
        if message.media is None:
            return answers.failed(400, "Message does not contain media")
        return message, message.media

    async def download(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Give a file under its name [440-449]."""
        found = self._find(request, phone, "Message not found or not accessible")
        if isinstance(found, web.Response):
            return found
        media = found[1]
        if media.expired:
            return answers.failed(500, "Failed to download media")
        headers = {"Cache-Control": "private, max-age=3600"}
        name = media.filename or "media"
        if self.acts.full:
            named = f"attachment; filename*=UTF-8''{quote(name, errors='replace')}"
            return _file(media, headers | {"Content-Disposition": named})
        if _NO_HEADER.search(name):
            refused = answers.failed(500, "Failed to download media", details=_INVALID)
            return _labelled(refused, media.mimetype)  # as if it were the file [443]
        named = f'attachment; filename="{name}"'  # quotes and all [444]
        response = _file(media, headers | {"Content-Disposition": named})
        return response if name.isascii() else _in_latin(request, response)

    async def thumbnail(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Give a picture as a whole, and of all else the reason why not [441]."""
        found = self._find(request, phone, "Message not found")
        if isinstance(found, web.Response):
            return found
        message, media = found
        if message.type not in _THUMBNAILS:
            return answers.failed(400, "Media type does not support thumbnails")
        if media.expired:
            return answers.failed(500, "Failed to download media for thumbnail")
        if message.type == "document":
            return answers.failed(404, "No thumbnail available for this media type")
        if message.type == "video":
            error = "Video thumbnail extraction not implemented yet"
            refused = answers.failed(501, error, message="Use the full media download endpoint instead")
            return _labelled(refused, "image/jpeg")
        return _file(media, {"Cache-Control": "public, max-age=86400"})

    async def info(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Give what is known of a file, which is little [442]."""
        found = self._find(request, phone, "Message not found")
        if isinstance(found, web.Response):
            return found
        message, media = found
        path = f"/api/v1/devices/{phone.id}/messages/{message.id}/media"
        info: Json = {"messageId": message.id, "hasMedia": True, "type": message.type}
        info.update({f"{name}Url": f"{path}/{name}" for name in ("download", "thumbnail", "info")})
        if message.type in _TIMED:
            info["duration"] = str(media.duration) if media.duration else None
        return answers.ok(info)


def _labelled(response: web.Response, mimetype: str) -> web.Response:
    """Put a wrong label on an answer in JSON, as Express does when a type was set before."""
    response.headers["Content-Type"] = f"{mimetype}; charset=utf-8"
    return response


def _file(media: Media, headers: dict[str, str]) -> web.Response:
    data = files.content(media)
    headers |= {"Content-Type": media.mimetype, "Content-Length": str(len(data))}
    headers |= {"ETag": answers.etag(data), "X-Powered-By": "Express"}
    return web.Response(body=data, headers=headers)


_SPOILT = bytes(code if code < 0x80 else 0xFD for code in range(256))


def _in_latin(request: web.Request, response: web.Response) -> web.Response:
    """Write an answer whose name holds other letters than ASCII, each of which becomes `0xFD` [445]."""
    transport, body = request.transport, response.body
    if transport is not None and isinstance(body, bytes):
        headers = {**response.headers, "Connection": "close"}
        lines = ["HTTP/1.1 200 OK", *(f"{name}: {value}" for name, value in headers.items())]
        transport.write("\r\n".join([*lines, "", ""]).encode("latin-1").translate(_SPOILT))
        transport.write(body if request.method == "GET" else b"")
        transport.close()
    return response
