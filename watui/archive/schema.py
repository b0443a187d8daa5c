"""The archive's file: made private, locked by one watui, brought up to date, set aside if broken."""

import contextlib
import fcntl
import logging
import os
import sqlite3
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from watui.paths import private_dir

FILE = "archive.db"

BUSY = 0.1
"""Seconds to wait for another program that holds the file: the network thread must not stand still."""

LOCK = "watui.lock"

SALVAGED = {
    "outbox": ("id", "device", "chat", "text", "time", "state", "error", "seen", "after", "enclosed", "data"),
    "kept": ("device", "jid", "facts"),
}
"""The tables that no gateway can give again, and what is saved of them from a broken file."""

_TABLES = """
CREATE TABLE notes(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE devices(id TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE contacts(
    device TEXT NOT NULL, jid TEXT NOT NULL, name TEXT, push_name TEXT, number TEXT,
    PRIMARY KEY(device, jid)
) WITHOUT ROWID;

CREATE TABLE chats(
    n INTEGER PRIMARY KEY, device TEXT NOT NULL, jid TEXT NOT NULL,
    time INTEGER NOT NULL DEFAULT 0,
    facts TEXT,                               -- NULL while nothing but messages is known of it
    listed INTEGER NOT NULL DEFAULT 0,        -- whether the gateway's last list had it
    read_here INTEGER NOT NULL DEFAULT 0,     -- up to which time it was read without the gateway knowing
    older TEXT NOT NULL DEFAULT 'unknown',    -- what lies above its first message
    edge TEXT,                                -- the newest message behind which nothing is missing
    looked INTEGER NOT NULL DEFAULT 0,        -- when its newest page was last read, s since 1970
    UNIQUE(device, jid)
);

CREATE TABLE messages(
    n INTEGER PRIMARY KEY, chat INTEGER NOT NULL REFERENCES chats(n) ON DELETE CASCADE,
    id TEXT NOT NULL, time INTEGER NOT NULL, place INTEGER NOT NULL,  -- place: among those of one time
    own INTEGER NOT NULL, kind TEXT NOT NULL, sender TEXT, ack INTEGER,
    text TEXT NOT NULL, file TEXT NOT NULL, facts TEXT,
    UNIQUE(chat, id)
);
CREATE INDEX messages_in_order ON messages(chat, time, place);

CREATE VIRTUAL TABLE words USING fts5(
    text, file, content='messages', content_rowid='n', tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER words_new AFTER INSERT ON messages WHEN new.text != '' OR new.file != '' BEGIN
    INSERT INTO words(rowid, text, file) VALUES (new.n, new.text, new.file);
END;
CREATE TRIGGER words_gone AFTER DELETE ON messages WHEN old.text != '' OR old.file != '' BEGIN
    INSERT INTO words(words, rowid, text, file) VALUES ('delete', old.n, old.text, old.file);
END;
CREATE TRIGGER words_before BEFORE UPDATE OF text, file ON messages
WHEN (old.text != '' OR old.file != '') AND (old.text != new.text OR old.file != new.file) BEGIN
    INSERT INTO words(words, rowid, text, file) VALUES ('delete', old.n, old.text, old.file);
END;
CREATE TRIGGER words_after AFTER UPDATE OF text, file ON messages
WHEN (new.text != '' OR new.file != '') AND (old.text != new.text OR old.file != new.file) BEGIN
    INSERT INTO words(rowid, text, file) VALUES (new.n, new.text, new.file);
END;

CREATE TABLE gaps(
    n INTEGER PRIMARY KEY, chat INTEGER NOT NULL REFERENCES chats(n) ON DELETE CASCADE,
    above TEXT NOT NULL, below TEXT NOT NULL,    -- the messages on both sides of it
    final INTEGER NOT NULL DEFAULT 0             -- whether the gateway cannot give what is missing
);
CREATE INDEX gaps_of_chat ON gaps(chat);

CREATE TABLE outbox(
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, device TEXT NOT NULL, chat TEXT NOT NULL,
    text TEXT NOT NULL, time INTEGER NOT NULL, state TEXT NOT NULL, error TEXT NOT NULL DEFAULT '',
    seen TEXT,                                   -- JSON: equal own messages that the chat had before
    after INTEGER                                -- the time of the newest message that it had then
);
"""

_READ_TO = """
-- The last message up to which pages were read, and not only what a socket told.
ALTER TABLE chats ADD COLUMN read_to TEXT;
UPDATE chats SET read_to = edge;
"""

_ENCLOSED = """
-- What goes with a text that is to be sent: JSON, and the bytes of a file.
ALTER TABLE outbox ADD COLUMN enclosed TEXT;
ALTER TABLE outbox ADD COLUMN data BLOB;

CREATE INDEX messages_starred ON messages(n) WHERE instr(facts, '"starred') > 0;

-- What the person set for a chat and only this watui knows: JSON.
CREATE TABLE kept(device TEXT NOT NULL, jid TEXT NOT NULL, facts TEXT NOT NULL, PRIMARY KEY(device, jid))
WITHOUT ROWID;

ALTER TABLE contacts ADD COLUMN business INTEGER NOT NULL DEFAULT 0;
"""

FOR_ONE_RUN = "one run"
"""The note that says that nothing of the file is to outlive the run."""

MIGRATIONS: Sequence[str] = (_TABLES, _READ_TO, _ENCLOSED)
"""What makes each version of the file out of the one before it; `PRAGMA user_version` counts them."""

_log = logging.getLogger(__name__)


class ArchiveError(Exception):
    """The archive cannot be used; the words say why and what to do."""


class Busy(ArchiveError):
    """Another watui is using it."""


class Lock:
    """Keeps a second watui from the same archive; held until closed, and let go if the process dies."""

    def __init__(self, directory: Path) -> None:
        """Take the lock. Raises Busy, or OSError if the directory cannot be written."""
        private_dir(directory)
        path = directory / LOCK
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise Busy(
                "another watui is running on these messages; use that one, or give this one a place of its "
                "own with WATUI_HOME"
            ) from None

    def close(self) -> None:
        """Let go."""
        os.close(self._descriptor)


def connect(path: Path | None) -> sqlite3.Connection:
    """Open the file, or without one a place in memory that is gone with the program; makes it if need be.

    Raises ArchiveError if a later watui made it, sqlite3.Error if it is broken, OSError if it cannot be made.
    """
    if path is not None and not path.exists():
        # SQLite makes the files beside it with the same rights.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    base = sqlite3.connect(
        ":memory:" if path is None else path, isolation_level=None, check_same_thread=False, timeout=BUSY
    )
    try:
        _prepare(base, path)
    except BaseException:
        base.close()
        raise
    return base


def _prepare(base: sqlite3.Connection, path: Path | None) -> None:
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = NORMAL")
    base.execute("PRAGMA foreign_keys = ON")
    base.execute("PRAGMA temp_store = MEMORY")
    base.execute("PRAGMA journal_size_limit = 16777216")
    (version,) = base.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise ArchiveError(f"{path} was made by a newer watui; update this one")
    if version and version < len(MIGRATIONS) and path is not None:
        _copy(base, path.with_name(f"{path.name}.v{version}"))
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        base.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")


def _copy(base: sqlite3.Connection, path: Path) -> None:
    """Copy the file as it is, once: a copy that is there is the older and better one."""
    if path.exists():
        return
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    with contextlib.closing(sqlite3.connect(part)) as copy:
        base.backup(copy)
    part.replace(path)


def is_sound(path: Path) -> bool:
    """Look through the whole file for damage; takes seconds for a large one, so not on a loop's thread."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            return bool(base.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError as error:
        return not is_damage(error)  # what is busy or not readable may be as sound as any


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error tells of a file that is damaged, or is none of SQLite's: only a new one helps."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_for_one_run(path: Path) -> bool:
    """Whether nothing of a file was to outlive the run that wrote it."""
    if not path.exists():
        return False
    find = "SELECT value FROM notes WHERE key = ?"
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            return bool(base.execute(find, (FOR_ONE_RUN,)).fetchone() == ("yes",))
    except sqlite3.OperationalError:  # it has no tables yet
        return False


def start_afresh(path: Path) -> None:
    """Leave nothing of a file but what is to be sent. Raises OSError or sqlite3.Error."""
    aside = set_aside(path)
    for end in ("", "-wal", "-shm"):
        aside.with_name(aside.name + end).unlink(missing_ok=True)


def set_aside(path: Path) -> Path:
    """Move a broken file out of the way, and make a new one that has what no gateway can give again.

    Gives where the broken one is now. Raises OSError or sqlite3.Error.
    """
    aside = name = path.with_name(f"{path.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}")
    for number in count(2):
        if not aside.exists():
            break
        aside = name.with_name(f"{name.name}-{number}")
    path.replace(aside)
    for end in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + end).replace(aside.with_name(aside.name + end))
    with contextlib.closing(connect(path)) as fresh:
        for table, columns in SALVAGED.items():
            _salvage(aside, fresh, table, columns)
    return aside


def _salvage(broken: Path, fresh: sqlite3.Connection, table: str, known: Sequence[str]) -> None:
    """Save the rows of a table one by one, as far as they can be read; an older file has fewer columns."""
    saved = 0
    try:
        with contextlib.closing(sqlite3.connect(broken)) as base:
            there = {row[1] for row in base.execute(f"PRAGMA table_info({table})")}
            columns = [column for column in known if column in there]
            if not columns:
                return
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            put = f"INSERT OR IGNORE INTO {table}({names}) VALUES ({marks})"  # noqa: S608
            for row in base.execute(f"SELECT {names} FROM {table}"):  # noqa: S608 - names of our own
                fresh.execute(put, row)
                saved += 1
    except sqlite3.DatabaseError as error:
        _log.warning("not all of %s could be saved: %s", table, error)
    _log.warning("%d rows of %s were saved from the broken archive", saved, table)
