"""Opening the archive for reading, and the words for one that cannot be read."""

import sqlite3
from pathlib import Path

from watui.archive.schema import MIGRATIONS
from watui.export.wanted import ExportError

START = "start watui and open some chats, or set WATUI_HOME to where their archive is"
"""What to do where nothing is archived."""


def opened(path: Path) -> sqlite3.Connection:
    """Open the archive for reading only, so that it works beside a watui that writes."""
    if not path.exists():
        raise ExportError(f"there is no archive yet at {path}; {START}")
    base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=5.0)
    try:
        (version,) = base.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise ExportError(f"{path} was made by a newer watui; update this one")
        if version < len(MIGRATIONS):
            raise ExportError(f"{path} is not up to date; start watui once, which brings it up to date")
    except BaseException:
        base.close()
        raise
    return base


def unreadable(path: Path, error: sqlite3.Error) -> str:
    """Say why SQLite cannot read the archive, and what to do."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"{path} is in use by a program that does not let go of it; try again later"
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}:
        return damaged(path, str(error))
    return f"{path} cannot be read: {error}; it and its directory must be readable and writable for you"


def damaged(path: Path, words: str) -> str:
    """Say that the archive holds what nothing can be made of, and what to do."""
    return f"{path} is damaged ({words}); keep a copy of it, and start watui to have it begin a new one"
