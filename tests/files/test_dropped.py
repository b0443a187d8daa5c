"""Pasted texts: which of them are files that somebody dropped on the terminal."""

import os
import re
import shlex
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watui.files.dropped import PASTE_LIMIT, paths_in


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("my files")
    for name in ("a.txt", "it's Ж.jpg", "100%.pdf"):
        (place / name).write_bytes(b"x")
    (place / "dir").mkdir()
    os.mkfifo(place / "pipe")
    return place


@pytest.fixture
def files(place: Path) -> list[Path]:
    return [place / "a.txt", place / "it's Ж.jpg", place / "100%.pdf"]


def quoted(path: Path) -> str:
    return shlex.quote(str(path))


def escaped(path: Path) -> str:
    return re.sub(r"([^\w./-])", r"\\\1", str(path))


def double(path: Path) -> str:
    return f'"{path}"'


def test_every_way_of_writing_paths(files: list[Path]) -> None:
    for way in (quoted, escaped, double, Path.as_uri, str):
        written = [way(path) for path in files]
        assert paths_in("\n".join(written)) == files
        assert paths_in("\r\n".join(written) + "\r\n") == files
        assert paths_in("\r".join(written) + "\r") == files
        assert paths_in(f" {written[0]} ") == files[:1]
        if way is not str:
            assert paths_in(" ".join(written)) == files


def test_other_ways_of_writing_one(place: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths_in(f"FILE://localhost{quote(str(files[1]))}") == [files[1]]
    assert paths_in(f"{files[0]}\n{files[1].as_uri()} {escaped(files[2])}") == files
    monkeypatch.setenv("HOME", str(place))
    assert paths_in("~/a.txt") == [files[0]]
    assert paths_in("'~/100%.pdf'") == [files[2]]


def test_names_that_are_no_utf_8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.txt")
    path.write_bytes(b"x")
    assert paths_in(f"file://{tmp_path}/%FF.txt") == [path]


def test_anything_else_is_a_text(place: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    one = quoted(files[0])
    for text in (
        "",
        " \n",
        "/",
        "hello",
        "a.txt",
        "./a.txt",
        "'",
        f"{one} hello",
        f"look at {one}",
        f"{one} {place}/none",
        f"{one}\nhello",
        f"{one} '",
        f"'{place}/dir'",
        f"'{place}/pipe'",
        f"file://other{quote(str(files[0]))}",
        f"http://localhost{quote(str(files[0]))}",
        "file://",
        "file:///",
        "~nobody/a.txt",
        "/a\x00b",
        "/\ud83d",
        "/" + "x" * 5000,
        "/location 52.5,13.4",
    ):
        assert paths_in(text) == [], text


def test_a_long_paste_is_not_looked_at(files: list[Path]) -> None:
    one = f"{quoted(files[0])}\n"
    assert len(paths_in(one * 20)) == 20
    assert paths_in(one * (PASTE_LIMIT // len(one) + 1)) == []
    begin = time.perf_counter()
    assert paths_in("/" * 5_000_000) == []
    assert time.perf_counter() - begin < 0.5


@given(st.text(st.one_of(st.sampled_from("/~'\"\\ \n\r%file:.\x00\ud800"), st.characters()), max_size=40))
@example("file://[/x")
@example("~\x00/x")
@example("/etc/passwd\\")
def test_no_text_makes_it_fail(text: str) -> None:
    assert all(path.is_absolute() and path.is_file() for path in paths_in(text))
    assert all(path.is_absolute() and path.is_file() for path in paths_in(f"/{text}"))


@given(st.text(st.characters(exclude_characters="/\x00\r\n", codec="utf-8"), min_size=1, max_size=30))
@example(" ")
@example("a ")
@example("file:")
def test_every_name_can_be_dropped(place: Path, name: str) -> None:
    if name in {".", ".."}:
        return
    path = place / "dir" / name
    path.write_bytes(b"x")
    try:
        for written in (quoted(path), escaped(path), path.as_uri()):
            assert paths_in(f"{written} {written}") == [path, path]
            assert paths_in(written) == [path]
    finally:
        path.unlink()
