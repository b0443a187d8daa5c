"""Files in messages: what a send brings, and their bytes."""

from __future__ import annotations

import base64
from typing import Any

from watui.demo.dice import roll
from watui.demo.pictures import media_bytes
from watui.demo.records import Media

Json = dict[str, Any]


def taken(media: Json) -> tuple[str, Media]:
    """Take the file of a send, and give the type of message that WhatsApp makes of it (contract 2.7)."""
    mimetype = str(media["mimetype"])
    try:
        data = base64.b64decode(str(media["data"]))
    except ValueError:
        data = b""
    head = mimetype.partition("/")[0]
    kind = head if head in {"image", "video", "audio"} else "document"
    number = roll(len(data)) % 1000
    return kind, Media(mimetype, len(data), number, filename=media.get("filename"), data=data)


def content(media: Media) -> bytes:
    """Give the bytes of a file; those of a seeded one are made here."""
    if media.data is not None:
        return media.data
    shape = (media.width, media.height)
    return media_bytes(media.mimetype, media.size, media.number, media.filename or "media", shape)
