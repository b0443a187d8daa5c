"""What kind of file something is: what its name says, if what it holds does not say otherwise."""

import mimetypes

HEAD = 64
"""Bytes from the beginning of a file that are enough to tell."""

UNKNOWN = "application/octet-stream"

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
)
_TOLD = {*(kind for _, kind in _MAGIC), "image/webp", "video/mp4", "audio/mp4"}
"""What is always seen in the bytes; a name alone does not make it."""

_BRANDS = (
    (b"M4A", "audio/mp4"),
    (b"M4B", "audio/mp4"),
    (b"qt ", "video/quicktime"),
    (b"3g", "video/3gpp"),
    (b"", "video/mp4"),
)
_PICTURE_BRANDS = (b"hei", b"hev", b"mif", b"msf", b"avi")

_ALSO = {
    "audio/ogg": ("audio/opus", "video/ogg", "application/ogg"),
    "video/mp4": ("audio/mp4", "audio/mp4a-latm", "audio/x-m4a", "video/quicktime", "video/x-m4v"),
}
"""Names of what one container may hold; which of them it is cannot be seen at its beginning."""

_PACKED = {"gzip": "application/gzip"}


def mimetype_of(name: str, head: bytes) -> str:
    """Return the mimetype of a file by its name and its first `HEAD` bytes; `UNKNOWN` where they disagree."""
    # Nothing before a colon is taken for the scheme of a URL that way.
    named, packed = mimetypes.guess_type(f"./{name}")
    if packed is not None:
        named = _PACKED.get(packed)
    seen = _seen(head)
    if seen is None:
        return UNKNOWN if named is None or named in _TOLD else named
    return named if named is not None and named in _ALSO.get(seen, ()) else seen


def _seen(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand.startswith(_PICTURE_BRANDS):
            return None
        return next(kind for begin, kind in _BRANDS if brand.startswith(begin))
    return next((kind for begin, kind in _MAGIC if head.startswith(begin)), None)
