"""Completing paths while they are typed."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watui.files import completing
from watui.files.completing import complete


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("photo.jpg", "Photos.zip", "phone.txt", "Отчёт.pdf", ".hidden", "z.txt"):
        (tmp_path / name).write_bytes(b"x")
    for name in ("pictures", "phrases", ".secret"):
        (tmp_path / name).mkdir()
    return tmp_path


def names(typed: str, place: Path) -> list[str]:
    return [path.removeprefix(f"{place}/") for path in complete(f"{place}/{typed}")]


def test_what_begins_like_that_directories_first(place: Path) -> None:
    assert names("ph", place) == ["phrases/", "phone.txt", "photo.jpg"]
    assert names("Ph", place) == ["Photos.zip"]
    assert names("PH", place) == ["phrases/", "phone.txt", "photo.jpg", "Photos.zip"]
    assert names("отч", place) == ["Отчёт.pdf"]
    assert names("x", place) == []
    assert names("pictures/", place) == []


def test_hidden_ones_are_listed_only_when_asked_for(place: Path) -> None:
    assert names("", place) == [
        "phrases/", "pictures/", "phone.txt", "photo.jpg", "Photos.zip", "z.txt", "Отчёт.pdf"
    ]  # fmt: skip
    assert names(".", place) == [".secret/", ".hidden"]


def test_home_stays_as_it_is_written(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(place))
    assert complete("~") == ["~/"]
    assert complete("~/pho") == ["~/phone.txt", "~/photo.jpg"]
    monkeypatch.chdir(place)
    assert complete("./pho") == ["./phone.txt", "./photo.jpg"]
    assert complete("pic") == ["pictures/"]
    assert len(complete("")) == 7
    assert complete("~nobody-of-this-name/") == []


def test_names_that_cannot_be_shown_are_left_out(tmp_path: Path) -> None:
    for name in (b"good", "👩‍🚀".encode(), b"a\x1b[2J", b"a\nb", "x\u202efdp.exe".encode(), b"\xff"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    assert names("", tmp_path) == ["good", "👩‍🚀"]


def test_links_are_what_they_lead_to(place: Path) -> None:
    (place / "link").symlink_to("pictures")
    (place / "lost").symlink_to("nowhere")
    (place / "loop").symlink_to("loop")
    assert names("l", place) == ["link/", "loop", "lost"]


def test_what_may_not_be_read_has_no_entries(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(_: str) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    assert complete(f"{place}/photo.jpg/x") == []
    assert complete(f"{place}/{'x' * 5000}/") == []
    monkeypatch.setattr(os, "scandir", deny)
    assert complete(f"{place}/") == []


def test_a_link_behind_a_closed_door_is_no_directory(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        name = "closed"

        def is_dir(self) -> NoReturn:
            raise PermissionError(13, "Permission denied")

    class Scan:
        def __enter__(self) -> Iterator[Any]:
            return iter([Closed()])

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", lambda _: Scan())
    assert complete("/c") == ["/closed"]


def test_no_more_than_asked_for(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert complete(f"{place}/p", limit=2) == [f"{place}/phrases/", f"{place}/pictures/"]
    monkeypatch.setattr(completing, "ENTRIES", 3)
    assert len(names(".", place) + names("", place)) <= 3


@given(st.text(st.one_of(st.sampled_from("~/.\x00\ud800\n"), st.characters()), max_size=12))
@example("\x00/")
@example("~\x00/")
@example("\ud800/")
def test_whatever_is_typed_nothing_fails(typed: str) -> None:
    assert all(found.lower().startswith(typed.lower()) or typed == "~" for found in complete(typed))
