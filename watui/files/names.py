"""What a received file is called on disk: as its sender called it, as far as that harms nothing."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime

NAME_BYTES = 150
"""Bytes of a name; every file system takes more, so that a number and `.part` can be added."""

SAME_NAME = 10_000
"""How many files of one name there can be, told apart by a number."""

_LAST_RESORT = "file"

# Beside what Unicode calls control, format, surrogate, private and unassigned: line and paragraph ends.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DROPPED = frozenset('<>:"|?*' + "\u115f\u1160\u3164\uffa0")  # the last four are letters that nobody sees

_LEADING = re.compile(r"\A[\s.~-]+")
_TRAILING = re.compile(r"[\s.]+\Z")
_ENDING = re.compile(r"(?:\.tar)?\.\w{1,15}\Z", re.IGNORECASE)
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|\Z)", re.IGNORECASE)

_ENDINGS = {
    "application/gzip": "gz",
    "application/json": "json",
    "application/msword": "doc",
    "application/pdf": "pdf",
    "application/rtf": "rtf",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/zip": "zip",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/csv": "csv",
    "text/plain": "txt",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
_UNKNOWN_ENDING = "bin"


def safe_name(name: str | None, fallback: str) -> str:
    """Make a file name of what a sender wrote, or of the fallback if nothing of that can be kept.

    It is one part of a path, at most `NAME_BYTES` long with a short ending kept, shows no other ending than
    it has, and is neither hidden, nor an option of a command, nor a device of Windows. Idempotent.
    """
    return _safe(name or "") or _safe(fallback) or _LAST_RESORT


def fallback_name(kind: str, time: int, mimetype: str | None) -> str:
    """Name a file that came without a name, like `photo-2026-11-23-1431.jpg`.

    The time is in milliseconds since 1970 and told in the terminal's own time zone. The mimetype should be
    the download's own: lists only guess it from the kind (contract 2.6, 2.13). It chooses among known
    endings, and what is not known gets one that nothing opens.
    """
    known = (mimetype or "").partition(";")[0].strip().lower()
    ending = _ENDINGS.get(known, _UNKNOWN_ENDING)
    then = datetime.fromtimestamp(time / 1000).astimezone()
    return f"{kind.replace(' ', '-')}-{then:%Y-%m-%d-%H%M}.{ending}"


def numbered(name: str) -> Iterator[str]:
    """Give a name and then others for it, `name (1).ext` and so on, for where the first ones are taken."""
    yield name
    stem, ending = _parts(name)
    for number in range(1, SAME_NAME):
        yield f"{stem} ({number}){ending}"


def _safe(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    # Composed after dropping, because what stood between two characters may have kept them apart.
    kept = unicodedata.normalize("NFC", "".join(char for char in last if not _is_dropped(char)))
    kept = _cut(_TRAILING.sub("", _LEADING.sub("", kept)))
    return _cut(f"_{kept}") if _DEVICE.match(kept) else kept


def _is_dropped(char: str) -> bool:
    return char in _DROPPED or unicodedata.category(char) in _DROPPED_CATEGORIES


def _cut(name: str) -> str:
    if len(name.encode()) <= NAME_BYTES:
        return name
    stem, ending = _parts(name)
    room = NAME_BYTES - len(ending.encode())
    return _TRAILING.sub("", stem.encode()[:room].decode(errors="ignore")) + ending


def _parts(name: str) -> tuple[str, str]:
    """Part a name before its ending; the ending is empty where what follows the dot is none."""
    found = _ENDING.search(name)
    place = found.start() if found else len(name)
    return name[:place], name[place:]
