"""What a text means that begins with a slash: a command and what it takes. Pure.

A text is never taken for a command that it may not be, and a command that nobody knows is no text unasked.
"""

import re
from typing import NamedTuple

from watui.models import EVER, Place
from watui.text import one_line

COMMANDS = (
    ("location", "52.51,13.37 [words]", "Send a place, and the words after it"),
    ("contact", "name", "Send somebody's card"),
    ("file", "[path]", "Send a file"),
    ("picture", "", "Send the picture in the clipboard"),
    ("search", "words", "Search everything ever seen"),
    ("starred", "", "List what has a star"),
    ("mute", "8h, 1w, always or off", "Let this chat not ring"),
    ("pin", "", "Pin this chat in watui, or unpin it"),
    ("archive", "", "Archive this chat, or bring it back"),
    ("export", "[file]", "Write this chat into a text file"),
    ("editor", "", "Write in your editor"),
)
"""The commands: name, what each takes, and what it does."""

NAMES = frozenset(name for name, _, _ in COMMANDS)

HOUR = 3_600_000
"""Milliseconds of an hour."""

UNITS = {"m": HOUR // 60, "h": HOUR, "d": 24 * HOUR, "w": 7 * 24 * HOUR}
"""Milliseconds of each unit of time."""

_COMMAND = r"(?s)/([a-z]+)(?:\s+(.*))?\Z"
_PLACE = r"(?s)(-?\d{1,2}(?:\.\d+)?)\s*[,\s]\s*(-?\d{1,3}(?:\.\d+)?)(?:\s+(.*))?\Z"
_SPAN = r"(\d{1,4})([mhdw])\Z"


class Slashed(NamedTuple):
    """A command as it was typed."""

    name: str
    takes: str


class Location(NamedTuple):
    """A place to send, and words to send after it."""

    place: Place
    words: str


def parse(text: str) -> Slashed | None:
    """Read what begins with one slash; `None` for a text, and a nameless command for what is unclear."""
    if not text.startswith("/") or text.startswith("//"):
        return None
    found = re.match(_COMMAND, text.strip())
    if found is None or found[1] not in NAMES:
        return Slashed("", text)
    return Slashed(found[1], (found[2] or "").strip())


def plain(text: str) -> str:
    """Give the text that is sent: of two leading slashes one is."""
    return text[1:] if text.startswith("//") else text


def location(takes: str) -> Location | None:
    """Read a latitude and a longitude in degrees, and words behind them; `None` for no place on earth."""
    found = re.match(_PLACE, takes)
    if found is None:
        return None
    latitude, longitude, words = float(found[1]), float(found[2]), (found[3] or "").strip()
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Location(Place(latitude, longitude, one_line(words) or None), words)


def silence(takes: str) -> int | None:
    """Read for how many ms a chat is to be silent: `EVER` for always, 0 for not at all; `None` if unclear."""
    typed = takes.lower()
    if typed in {"", "always", "on"}:
        return EVER
    if typed in {"off", "0"}:
        return 0
    found = re.match(_SPAN, typed)
    return int(found[1]) * UNITS[found[2]] or None if found else None
