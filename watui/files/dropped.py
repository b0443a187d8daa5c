"""Telling whether a pasted text is files that were dropped on the terminal, which pastes their paths."""

import re
import shlex
import stat
from pathlib import Path
from urllib.parse import unquote

from watui.paths import expanded

PASTE_LIMIT = 16_384
"""Characters of a paste that may be paths; a longer one is not looked at."""

_LIKE_A_PATH = re.compile(r"""\s*["']?(?:/|~/|file://)""", re.IGNORECASE)
_URL = "file://"
_THIS_COMPUTER = {"", "localhost"}


def paths_in(text: str) -> list[Path]:
    """List the files that a pasted text names, or nothing unless all of it is paths of files that are there.

    Takes absolute paths and such below ~, `file://` URLs of this computer, on a line each, or several on a
    line with the quotes and backslashes of a shell. Asks the disk, but never for what looks like no path.
    """
    if len(text) > PASTE_LIMIT:
        return []
    found: list[Path] = []
    for line in re.split(r"[\r\n]+", text):
        if not line or line.isspace():
            continue
        files = _on_line(line) if _LIKE_A_PATH.match(line) else []
        if not files:
            return []
        found += files
    return found


def _on_line(line: str) -> list[Path]:
    if whole := _file(line.strip()):  # with blanks and quotes as they are in its name
        return [whole]
    try:
        words = shlex.split(line)
    except ValueError:  # a quote that is not closed
        return []
    found: list[Path] = []
    for word in words:
        path = _file(word)
        if path is None:
            return []
        found.append(path)
    return found


def _file(word: str) -> Path | None:
    if word[: len(_URL)].lower() == _URL:
        host, slash, rest = word[len(_URL) :].partition("/")
        if host.lower() not in _THIS_COMPUTER:
            return None
        word = slash + unquote(rest, errors="surrogateescape")  # not every name on a disk is UTF-8
    elif word.startswith("~/"):
        word = expanded(word)
    if not word.startswith("/"):
        return None
    path = Path(word)
    try:
        ordinary = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):  # which is_file lets through for names that are too long
        return None
    return path if ordinary else None
