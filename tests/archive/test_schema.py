"""The archive's file: private, locked, migrated with a copy, set aside without losing what was written."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from watui.archive import schema
from watui.archive.outbox import Letter, Outbox
from watui.archive.schema import FILE, LOCK, ArchiveError, Busy, Lock, connect, is_sound, set_aside
from watui.bodies import Body
from watui.text import Safe


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def fill(base: sqlite3.Connection, messages: int = 2000) -> None:
    base.execute("BEGIN")
    base.execute("INSERT INTO chats(device, jid) VALUES ('d', 'j')")
    base.executemany(
        "INSERT INTO messages(chat, id, time, place, own, kind, text, file) "
        "VALUES (1, ?, ?, 0, 0, 'text', ?, '')",
        ((f"m{n}", n, f"some words {n} " * 8) for n in range(messages)),
    )
    for n in range(5):
        Outbox(base).put(Letter(Safe(f"watui:{n}"), Safe("d"), Safe("j"), Body(f"text {n}"), n))
    base.execute("INSERT INTO notes(key, value) VALUES ('d', 'a note')")


def overwrite(path: Path, start: int, count: int, page: int = 4096) -> None:
    """Put rubbish in the place of some pages."""
    with path.open("r+b") as file:
        file.seek(start * page)
        file.write(b"\xa5" * page * count)


def letters(path: Path) -> list[str]:
    with closing(connect(path)) as base:
        return [letter.body.text for letter in Outbox(base).letters()]


def test_nobody_else_can_read_the_files(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "watui"
    lock = Lock(directory)
    path = directory / FILE
    with closing(connect(path)) as base:
        fill(base)
        names = {each.name for each in directory.iterdir()}
        assert names == {FILE, f"{FILE}-wal", f"{FILE}-shm", LOCK}
        assert {mode(each) for each in directory.iterdir()} == {0o600}
    assert mode(directory) == 0o700
    lock.close()


def test_a_second_one_is_kept_out_until_the_first_lets_go(tmp_path: Path) -> None:
    lock = Lock(tmp_path)
    with pytest.raises(Busy, match="another watui"):
        Lock(tmp_path)
    script = f"from pathlib import Path; from watui.archive.schema import Lock; Lock(Path({str(tmp_path)!r}))"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "Busy" in other.stderr
    lock.close()
    Lock(tmp_path).close()
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_what_a_later_watui_made_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / FILE
    with closing(connect(path)) as base:
        base.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    with pytest.raises(ArchiveError, match="newer"):
        connect(path)


def test_a_migration_copies_the_file_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / FILE
    version = len(schema.MIGRATIONS)
    with closing(connect(path)) as base:
        fill(base, 10)
    later = (*schema.MIGRATIONS, "ALTER TABLE notes ADD COLUMN shade TEXT;")
    monkeypatch.setattr(schema, "MIGRATIONS", later)
    with closing(connect(path)) as base:
        assert base.execute("SELECT value, shade FROM notes").fetchall() == [("a note", None)]
        assert base.execute("PRAGMA user_version").fetchone() == (version + 1,)
    copy = tmp_path / f"{FILE}.v{version}"
    assert mode(copy) == 0o600
    with closing(sqlite3.connect(copy)) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (version,)
        assert base.execute("SELECT count(*) FROM messages").fetchone() == (10,)
    connect(path).close()  # nothing is left to do
    assert not [each for each in tmp_path.iterdir() if each.name.endswith(".part")]


def test_a_migration_that_fails_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / FILE
    version = len(schema.MIGRATIONS)
    with closing(connect(path)) as base:
        fill(base, 10)
    half = "ALTER TABLE notes ADD COLUMN shade TEXT; INSERT INTO nothing VALUES (1);"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, half))
        with pytest.raises(sqlite3.OperationalError):
            connect(path)
    with closing(connect(path)) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (version,)
        assert base.execute("SELECT * FROM notes").fetchall() == [("d", "a note")]


def test_a_copy_that_was_broken_off_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / FILE
    with closing(connect(path)) as base:
        fill(base, 10)
    version = len(schema.MIGRATIONS)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "ALTER TABLE notes ADD COLUMN shade;"))
    connections: list[Callable[..., sqlite3.Connection]] = []

    def full(*arguments: object, **options: object) -> sqlite3.Connection:
        if connections:
            raise sqlite3.OperationalError("disk full")
        connections.append(real)
        return real(*arguments, **options)

    real: Callable[..., sqlite3.Connection] = sqlite3.connect
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", full)
        with pytest.raises(sqlite3.OperationalError):
            connect(path)
    connect(path).close()
    with closing(sqlite3.connect(tmp_path / f"{FILE}.v{version}")) as base:
        assert base.execute("SELECT count(*) FROM messages").fetchone() == (10,)


@pytest.mark.parametrize("name", ["plain", "100% of it?", "a#b"])
def test_a_good_file_is_sound_wherever_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    base = connect(path)
    fill(base)
    assert is_sound(path)
    base.execute("BEGIN IMMEDIATE")
    base.execute("DELETE FROM notes")
    assert is_sound(path)
    base.execute("ROLLBACK")
    base.close()
    assert is_sound(path)


@pytest.mark.parametrize(("name", "start", "count"), [("a", 0, 1), ("b#c", 3, 4), ("100%25?d", 20, 30)])
def test_a_damaged_file_is_not_sound(tmp_path: Path, name: str, start: int, count: int) -> None:
    path = tmp_path / name
    with closing(connect(path)) as base:
        fill(base)
    overwrite(path, start, count)
    assert not is_sound(path)
    assert [each.name for each in tmp_path.iterdir() if not each.name.endswith(("-wal", "-shm"))] == [name]


def test_a_file_that_cannot_be_looked_at_is_not_called_damaged(tmp_path: Path) -> None:
    assert is_sound(tmp_path / "nothing")
    assert is_sound(tmp_path)
    assert not [*tmp_path.iterdir()]


def damaged(path: Path) -> None:
    """Make an archive whose messages cannot all be read, and whose outbox can."""
    with closing(connect(path)) as base:
        fill(base)
        (root,) = base.execute("SELECT rootpage FROM sqlite_master WHERE name = 'messages'").fetchone()
    overwrite(path, root - 1, 1)
    with pytest.raises(sqlite3.DatabaseError), closing(connect(path)) as base:
        base.execute("SELECT count(text) FROM messages").fetchone()


def test_what_is_to_be_sent_survives_damaged_messages(tmp_path: Path) -> None:
    path = tmp_path / FILE
    damaged(path)
    broken = set_aside(path)
    assert broken.exists()
    assert letters(path) == [f"text {n}" for n in range(5)]
    with closing(connect(path)) as base:
        assert base.execute("SELECT count(*) FROM messages").fetchone() == (0,)
    assert is_sound(path)
    assert mode(path) == 0o600
    assert mode(broken) == 0o600


def test_what_was_not_yet_in_the_file_itself_goes_along(tmp_path: Path) -> None:
    path = tmp_path / FILE
    base = connect(path)
    base.execute("PRAGMA wal_autocheckpoint = 0")
    fill(base, 10)
    copies = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    base.close()
    for name, content in copies.items():  # as a crash would leave them
        (tmp_path / name).write_bytes(content)
    assert (tmp_path / f"{FILE}-wal").stat().st_size
    broken = set_aside(path)
    assert letters(path) == [f"text {n}" for n in range(5)]
    with closing(sqlite3.connect(broken)) as kept:
        assert kept.execute("SELECT count(*) FROM messages").fetchone() == (10,)


@pytest.mark.parametrize("content", [b"", b"no database at all " * 500, b"\0" * 100])
def test_something_else_in_its_place_is_set_aside_too(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FILE
    path.write_bytes(content)
    broken = set_aside(path)
    assert letters(path) == []
    assert broken.exists()
    assert is_sound(path)


def test_a_broken_header_is_no_database_and_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / FILE
    with closing(connect(path)) as base:
        fill(base)
    with path.open("r+b") as file:
        file.write(b"\xff" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        connect(path)
    assert not is_sound(path)
    set_aside(path)
    assert is_sound(path)


def test_two_broken_files_of_one_second_are_both_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.strftime", lambda *_: "now")
    path = tmp_path / FILE
    connect(path).close()
    assert len({set_aside(path) for _ in range(3)}) == 3
    assert len([*tmp_path.glob(f"{FILE}.broken-*")]) == 3


def test_one_reads_while_another_writes(tmp_path: Path) -> None:
    path = tmp_path / FILE
    with closing(connect(path)) as writer, closing(connect(path)) as reader:
        fill(writer, 10)
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM messages")
        assert reader.execute("SELECT count(*) FROM messages").fetchone() == (10,)
        writer.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM messages").fetchone() == (0,)


def test_without_a_path_nothing_is_kept() -> None:
    with closing(connect(None)) as base:
        fill(base, 3)
    with closing(connect(None)) as base:
        assert base.execute("SELECT count(*) FROM messages").fetchone() == (0,)
