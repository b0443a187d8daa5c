"""Received files on the disk: whole or not there, never over anything, never outside their directory."""

import contextlib
import errno
import os
import random
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from watui.files import saving
from watui.files.saving import SaveError, Saving, TooBig


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory for downloads, with something beside it that must stay as it is."""
    (tmp_path / "outside").write_bytes(b"outside")
    place = tmp_path / "downloads"
    place.mkdir()
    return place


def save(place: Path, name: str, data: bytes = b"new") -> Path:
    with Saving(place, name) as file:
        file.write(data)
        return file.finish()


def fail(code: int) -> Callable[..., NoReturn]:
    def failing(*_: Any, **__: Any) -> NoReturn:
        raise OSError(code, os.strerror(code))

    return failing


def test_bytes_come_back_as_they_were(place: Path) -> None:
    data = random.Random(5).randbytes(300_000)
    with Saving(place, "photo.png") as file:
        for begin in range(0, len(data), 65_536):
            file.write(data[begin : begin + 65_536])
        assert file.size == len(data)
        assert [path.name for path in place.iterdir()] == [".photo.png.part"]
        path = file.finish()
    assert path == place / "photo.png"
    assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_nlink == 1
    assert list(place.iterdir()) == [path]


def test_the_disk_may_take_less_than_it_is_given(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:3]))
    assert save(place, "x", b"0123456789").read_bytes() == b"0123456789"


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("a", "a"),
        ("Отчёт.pdf", "Отчёт.pdf"),
        ('it\'s "q".txt', "it's q.txt"),
        ("../../x", "x"),
        ("/etc/passwd", "passwd"),
        (".bashrc", "bashrc"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("ж" * 300 + ".jpg", "ж" * 73 + ".jpg"),
        ("..", "file"),
    ],
)
def test_no_name_leads_out_of_the_directory(place: Path, name: str, saved: str) -> None:
    for number in range(2):
        path = save(place, name, b"1")
        assert path.parent == place
        assert path.read_bytes() == b"1"
        assert (path.name == saved) is (number == 0)
    assert len(list(place.iterdir())) == 2
    assert {path.name for path in place.parent.iterdir()} == {"outside", "downloads"}


def test_nothing_that_is_there_is_written_to(place: Path) -> None:
    (place / "report.pdf").write_bytes(b"old")
    (place / "report (1).pdf").symlink_to(place.parent / "outside")
    (place / "report (2).pdf").symlink_to(place.parent / "nowhere")
    os.mkfifo(place / "report (3).pdf")
    (place / "report (4).pdf").mkdir()
    assert save(place, "report.pdf") == place / "report (5).pdf"
    assert (place / "report.pdf").read_bytes() == b"old"
    assert (place.parent / "outside").read_bytes() == b"outside"
    assert not (place.parent / "nowhere").exists()


@pytest.mark.parametrize("planted", ["link", "pipe", "file"])
def test_what_is_planted_where_the_bytes_go_first_is_left_alone(place: Path, planted: str) -> None:
    part = place / ".photo.jpg.part"
    match planted:
        case "link":
            part.symlink_to(place.parent / "outside")
        case "pipe":
            os.mkfifo(part)
        case _:
            part.write_bytes(b"of another one that is being saved")
    before = part.lstat()
    assert save(place, "photo.jpg").read_bytes() == b"new"
    assert part.lstat() == before
    assert (place.parent / "outside").read_bytes() == b"outside"


def test_a_name_that_is_taken_meanwhile_is_kept_from_harm(place: Path) -> None:
    with Saving(place, "a.txt") as one, Saving(place, "a.txt") as other:
        one.write(b"one")
        other.write(b"other")
        (place / "a.txt").write_bytes(b"mine")
        assert one.finish().read_bytes() == b"one"
        assert other.finish().read_bytes() == b"other"
    assert {path.name for path in place.iterdir()} == {"a.txt", "a (1).txt", "a (2).txt"}
    assert (place / "a.txt").read_bytes() == b"mine"


def test_a_disk_without_links_overwrites_nothing_either(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", fail(errno.EPERM))
    (place / "a.txt").symlink_to(place.parent / "outside")
    assert save(place, "a.txt") == place / "a (1).txt"
    assert (place / "a (1).txt").read_bytes() == b"new"
    assert (place.parent / "outside").read_bytes() == b"outside"
    assert len(list(place.iterdir())) == 2
    monkeypatch.setattr(os, "rename", fail(errno.EIO))
    with pytest.raises(SaveError):
        save(place, "a.txt")
    assert len(list(place.iterdir())) == 2


def test_the_directory_stays_the_one_that_was_opened(place: Path) -> None:
    with Saving(place, "x") as file:
        place.rename(place.parent / "moved")
        place.symlink_to(place.parent)
        file.write(b"new")
        file.finish()
    assert (place.parent / "moved" / "x").read_bytes() == b"new"
    assert not (place.parent / "x").exists()


def test_the_directory_may_be_a_link_of_the_users_own(place: Path) -> None:
    own = place.parent / "own"
    own.symlink_to(place)
    assert save(own, "x") == own / "x"
    assert (place / "x").read_bytes() == b"new"


def test_a_missing_directory_is_made_for_the_user_alone(place: Path) -> None:
    assert save(place / "new", "x").exists()
    assert stat.S_IMODE((place / "new").stat().st_mode) == 0o700
    with pytest.raises(SaveError, match="there is no directory"):
        save(place / "none" / "new", "x")
    (place / "dangling").symlink_to(place / "gone")
    with pytest.raises(SaveError, match="there is no directory"):
        save(place / "dangling", "x")
    with pytest.raises(SaveError, match="is no directory"):
        save(place.parent / "outside", "x")


def test_more_than_is_allowed_is_refused_and_leaves_nothing(place: Path) -> None:
    with Saving(place, "x", limit=10) as file:
        file.write(b"0123456789")
        with pytest.raises(TooBig) as caught:
            file.write(b"!")
    assert caught.value.words == "not saved: it is larger than 10 bytes"
    assert not list(place.iterdir())


def test_what_is_not_finished_is_removed(place: Path) -> None:
    with contextlib.suppress(KeyboardInterrupt), Saving(place, "x") as file:
        file.write(b"half")
        raise KeyboardInterrupt
    with Saving(place, "x") as file:
        file.write(b"half")
    file.abandon()
    assert not list(place.iterdir())


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_is_told_and_leaves_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setattr(os, call, fail(errno.ENOSPC))
    with pytest.raises(SaveError) as caught:
        save(place, "x")
    assert caught.value.words == "not saved: the disk is full; make room and save it again"
    assert not list(place.iterdir())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EACCES, "not saved: no right to write to {}; choose another directory"),
        (errno.EROFS, "not saved: {} can only be read; choose another directory"),
        (errno.EIO, "not saved: {}: input/output error"),
    ],
)
def test_other_troubles_are_told_in_words(
    place: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    odd = place / "with {braces}\u202e"
    odd.mkdir()
    before = len(list(Path("/proc/self/fd").iterdir()))
    take = os.open
    for forbidden in (str(odd), ".x.part"):
        monkeypatch.setattr(
            os,
            "open",
            lambda path, *rest, _no=forbidden, **named: (
                fail(code)() if str(path) == _no else take(path, *rest, **named)
            ),
        )
        with pytest.raises(SaveError) as caught:
            save(odd, "x")
        assert caught.value.words == words.format(place / "with {braces}")
    monkeypatch.undo()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_too_many_files_of_one_name(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "numbered", lambda name: iter([name]))
    save(place, "x")
    with pytest.raises(SaveError, match="too many files of this name"):
        save(place, "x")
    assert [path.name for path in place.iterdir()] == ["x"]
