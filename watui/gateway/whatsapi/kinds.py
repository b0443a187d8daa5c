"""What the gateway's words for message types mean, and what a body of each is worth as text."""

import re

from watui.models import Kind
from watui.text import Safe, clean

KINDS = {
    "chat": Kind.TEXT,
    "oversized": Kind.TEXT,
    "image": Kind.IMAGE,
    "video": Kind.VIDEO,
    "ptv": Kind.VIDEO,
    "gif": Kind.GIF,
    "ptt": Kind.VOICE,
    "audio": Kind.AUDIO,
    "document": Kind.DOCUMENT,
    "sticker": Kind.STICKER,
    "location": Kind.LOCATION,
    "live_location": Kind.LOCATION,
    "vcard": Kind.CONTACT,
    "multi_vcard": Kind.CONTACT,
    "poll_creation": Kind.POLL,
    "groups_v4_invite": Kind.INVITE,
    "call_log": Kind.CALL,
    "revoked": Kind.REVOKED,
    "ciphertext": Kind.ENCRYPTED,
    "gp2": Kind.SYSTEM,
    "group_notification": Kind.SYSTEM,
    "e2e_notification": Kind.SYSTEM,
    "notification": Kind.SYSTEM,
    "notification_template": Kind.SYSTEM,
    "broadcast_notification": Kind.SYSTEM,
    "newsletter_notification": Kind.SYSTEM,
    "security_notification": Kind.SYSTEM,
    "protocol": Kind.SYSTEM,
    "debug": Kind.SYSTEM,
}
"""The types of WhatsApp Web that watui knows (contract 2.6); `WRITTEN` come on top."""

WRITTEN = frozenset(
    {
        "interactive",
        "native_flow",
        "list",
        "list_response",
        "buttons",
        "buttons_response",
        "template",
        "template_button_reply",
        "hsm",
        "highly_structured_message",
        "interactive_response",
    }
)
"""Types that are a text with something to press, of which the text is all that the gateway tells."""

FILES = frozenset({Kind.IMAGE, Kind.VIDEO, Kind.GIF, Kind.VOICE, Kind.AUDIO, Kind.DOCUMENT, Kind.STICKER})
"""Kinds that come with a file."""

_SILENT = frozenset({Kind.LOCATION, Kind.CONTACT, Kind.REVOKED, Kind.ENCRYPTED, Kind.CALL})
"""Kinds whose body is empty, or data that nobody should read."""

_THUMBNAIL = re.compile(r"/9j/[A-Za-z0-9+/]{96,}={0,2}")
"""A JPEG in base64 and nothing else, as locations have for a body (contract 2.6, 2.4)."""


def kind_of(word: str | None, body: str, *, gif: bool = False) -> Kind:
    """Find the kind of a message from the gateway's word for its type; a text with buttons is a text."""
    if word is None:
        return Kind.UNKNOWN
    kind = KINDS.get(word)
    if kind is None:
        return Kind.TEXT if body and word in WRITTEN else Kind.UNKNOWN
    return Kind.GIF if gif and kind is Kind.VIDEO else kind


def guess_kind(body: str) -> Kind:
    """Tell the kind of a last message of which only the body is given (contract 2.4).

    An empty one belongs to a photo, a deleted message and others alike, so it stays unknown.
    """
    if is_thumbnail(body):
        return Kind.LOCATION
    if body.startswith("BEGIN:VCARD"):
        return Kind.CONTACT
    return Kind.TEXT if body else Kind.UNKNOWN


def is_thumbnail(body: str) -> bool:
    """Whether a body is a picture in base64 rather than something written."""
    return body.startswith("/9j/") and _THUMBNAIL.fullmatch(body) is not None


def text_of(kind: Kind, body: str) -> Safe:
    """Give what a body says to people: a text, a caption, a question; never data."""
    if not body or kind in _SILENT or (kind is not Kind.TEXT and is_thumbnail(body)):
        return Safe("")
    return clean(body)
