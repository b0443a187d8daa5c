"""What is written down of the owners' sends and deeds, for tests to compare with what they meant to do."""

from __future__ import annotations

import hashlib
from typing import Any

from watui.demo import files
from watui.demo.records import Media, Message, Place

Json = dict[str, Any]


def sent(device: str, message: Message, at: float, *, original: str | None, at_phone: bool) -> Json:
    """Describe a message that reached WhatsApp `at` epoch seconds; `original` is what it forwards."""
    return {
        "device": device,
        "chat": message.chat,
        "text": message.body,
        "id": message.id,
        "at": at,
        "type": message.type,
        **_file(message.media),
        "location": _location(message.place),
        "quoted": message.quoted,
        "mentions": list(message.mentions),
        "original": original,
        "phone": at_phone,
    }


def _file(media: Media | None) -> Json:
    if media is None:
        return dict.fromkeys(("filename", "mimetype", "size", "sha256"))
    data = files.content(media)
    return {
        "filename": media.filename,
        "mimetype": media.mimetype,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _location(place: Place | None) -> Json | None:
    if place is None:
        return None
    return {"latitude": place.latitude, "longitude": place.longitude, "description": place.text}
