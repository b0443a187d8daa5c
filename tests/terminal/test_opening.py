"""Opening addresses and files: what reaches the desktop's program, what never does, and what stays of it."""

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import until
from watui.terminal import opening
from watui.terminal.opening import can_open, open_path, open_url, refusal

Opened = Callable[[], Awaitable[list[Any]]]

HERE = {"DISPLAY": ":0"}

OPENER = f"""#!{sys.executable} -IS
import json, os, sys
record = [sys.argv, dict(os.environ), os.getsid(0) == os.getpid(), os.fstat(0).st_rdev, os.fstat(1).st_rdev]
with open({{path!r}} + ".part", "w") as file:
    json.dump([*record, os.fstat(2).st_rdev, os.getpid()], file)
os.rename({{path!r}} + ".part", {{path!r}})
"""

NULL = os.stat(os.devnull).st_rdev  # noqa: PTH116 - of a device


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Put openers of both kinds in the path, and give what they were started with."""
    record = tmp_path / "record"
    for name in ("open", "xdg-open"):
        program = tmp_path / name
        program.write_text(OPENER.format(path=str(record)))
        program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("WATUI_API_KEY", "secret")
    monkeypatch.setenv("DISPLAY", ":0")
    for name in ("SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)

    async def read() -> list[Any]:
        await until(record.exists)
        return list(json.loads(record.read_text()))

    return read


@pytest.mark.parametrize(
    ("environ", "local"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ""}, False),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0", "SSH_TTY": "/dev/pts/1"}, False),
    ],
)
def test_a_desktop_is_before_the_person_or_not(
    environ: Mapping[str, str], local: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert can_open(environ) is local
    monkeypatch.setattr(sys, "platform", "darwin")
    assert can_open(environ) is not any(name.startswith("SSH") for name in environ)


@pytest.mark.parametrize(
    ("url", "given"),
    [
        ("https://example.com/a?b=c&d=$(id)#e", "https://example.com/a?b=c&d=$(id)#e"),
        ("HTTP://example.com", "HTTP://example.com"),
        ("mailto:ana@example.com?subject=hello", "mailto:ana@example.com?subject=hello"),
        ('https://example.com/`id`|"<x>\\^{y}', "https://example.com/%60id%60%7C%22%3Cx%3E%5C%5E%7By%7D"),
        ("https://münchen.example/straße", "https://münchen.example/straße"),
    ],
)
async def test_an_address_reaches_the_program_whole(url: str, given: str, opened: Opened) -> None:
    assert open_url(url, dict(os.environ))
    argv, environ, leads, stdin, stdout, stderr, _ = await opened()
    assert argv[1:] == [given]
    assert Path(argv[0]).name == ("open" if sys.platform == "darwin" else "xdg-open")
    assert leads
    assert stdin == stdout == stderr == NULL
    assert not [name for name in environ if name.startswith("WATUI_")]
    assert environ["PATH"] == os.environ["PATH"]


async def test_each_system_has_its_program(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_on_mac", lambda: True)
    assert open_url("https://example.com", dict(os.environ))
    assert Path((await opened())[0][0]).name == "open"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "-",
        "--help",
        "-https://example.com",
        " https://example.com",
        "https://",
        "https:example.com",
        "https://example.com/a b",
        "https://example.com\n--help",
        "https://example.com\x00",
        "https://example.com\x1b[0m",
        "https://example.com/\u2028x",
        "https://example.com/\ud800",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "ssh://example.com",
        "smb://example.com",
        "tel:+4930",
        "xhttps://example.com",
        "/usr/bin/true",
        "example.com",
        "mailto:",
        "mailto:ana@example.com?attach=/home/me/.ssh/id_rsa",
        "mailto:ana@example.com?subject=x&ATTACHMENT=/etc/passwd",
        "mailto:ana@example.com?subject=x&amp;%61ttach=/etc/passwd",
        "https://example.com/" + "x" * 1_000_000,
    ],
    ids=lambda url: repr(url[:40]),
)
def test_everything_else_is_refused(url: str, opened: Opened, tmp_path: Path) -> None:
    assert not open_url(url, dict(os.environ))
    assert not (tmp_path / "record").exists()


def test_without_a_program_nothing_is_opened(tmp_path: Path) -> None:
    assert not open_url("https://example.com", HERE | {"PATH": str(tmp_path)})
    (tmp_path / "xdg-open").write_text("not a program")
    (tmp_path / "open").write_text("not a program")
    assert not open_url("https://example.com", HERE | {"PATH": str(tmp_path)})


async def test_nobody_waits_for_the_program_and_it_leaves_no_zombie(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def keep(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        started.append(popen(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", keep)
    assert open_url("https://example.com", dict(os.environ))
    await opened()
    (process,) = started
    await until(lambda: process.returncode is not None)
    assert process.returncode == 0
    with pytest.raises(ProcessLookupError):  # a zombie would still be there
        os.kill(process.pid, 0)


@pytest.fixture
def received(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, data: bytes = b"\xff\xd8\xff picture", mode: int = 0o600) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        path.chmod(mode)
        return path

    return make


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("photo.jpg", b"\xff\xd8\xff"),
        ("PHOTO.JPEG", b""),
        ("-n $(id) `id` ; 'x'.pdf", b"%PDF-1.7\n<</Type /Page>>"),
        ("voice.ogg", b"OggS"),
        ("letter.docx", b"PK\x03\x04"),
        ("list.txt", b"<3 you\n#!/bin/sh"),
    ],
)
async def test_a_file_reaches_the_program_by_its_whole_path(
    name: str, data: bytes, opened: Opened, received: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = received(name, data)
    monkeypatch.chdir(path.parent)
    assert refusal(path) == ""
    assert open_path(Path(name), dict(os.environ))
    argv, environ, leads, stdin, stdout, stderr, _ = await opened()
    assert argv[1:] == [str(path)]
    assert leads
    assert stdin == stdout == stderr == NULL
    assert not [variable for variable in environ if variable.startswith("WATUI_")]


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("name", "data", "mode", "words"),
    [
        ("game.desktop", b"[Desktop Entry]\nExec=id", 0o600, "only pictures"),
        ("run.sh", b"#!/bin/sh", 0o600, "a program"),
        ("run.sh", b"id", 0o600, "only pictures"),
        ("setup.exe", b"MZ", 0o600, "a program"),
        ("photo.jpg", b"\x7fELF\x02", 0o600, "a program"),
        ("photo.jpg", b"\xff\xd8\xff", 0o700, "marked as one"),
        ("photo.jpg", b"\xff\xd8\xff", 0o601, "marked as one"),
        ("page.html", b"<html>", 0o600, "only pictures"),
        ("page.xhtml", b"x", 0o600, "only pictures"),
        ("drawing.svg", b"<svg/>", 0o600, "only pictures"),
        ("photo.png", b"\xef\xbb\xbf \n<!DOCTYPE html>", 0o600, "a web page"),
        ("list.txt", b"<script>1</script>", 0o600, "a web page"),
        ("list.txt", b"# nice\n\n[Desktop Entry]\nType=Link", 0o600, "a starter"),
        ("code.zip", b"PK\x03\x04", 0o600, "only pictures"),
        ("code.jar", b"PK\x03\x04", 0o600, "only pictures"),
        ("sheet.xlsm", b"PK\x03\x04", 0o600, "only pictures"),
        ("code.py", b"import os", 0o600, "only pictures"),
        ("photo.jpg.", b"x", 0o600, "only pictures"),
        ("photo", b"\xff\xd8\xff", 0o600, "only pictures"),
        ("jpg", b"x", 0o600, "only pictures"),
    ],
)
def test_what_is_run_is_never_opened(
    name: str, data: bytes, mode: int, words: str, received: Callable[..., Path]
) -> None:
    path = received(name, data, mode)
    assert words in refusal(path)
    assert not open_path(path, dict(os.environ))
    assert not (path.parent / "record").exists()


def test_only_plain_files_are_opened(tmp_path: Path, opened: Opened, received: Callable[..., Path]) -> None:
    link, pipe = tmp_path / "link.jpg", tmp_path / "pipe.jpg"
    link.symlink_to(received("photo.jpg"))
    os.mkfifo(pipe)
    for path in (link, pipe, tmp_path):
        assert refusal(path) == "it is no plain file"
        assert not open_path(path, dict(os.environ))
    assert refusal(tmp_path / "gone.jpg") == "it cannot be read: no such file or directory"


def test_no_file_is_opened_on_the_far_side(opened: Opened, received: Callable[..., Path]) -> None:
    path = received("photo.jpg")
    assert not open_path(path, dict(os.environ) | {"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"})
    assert not open_path(path, dict(os.environ) | {"DISPLAY": ""})
    assert not (path.parent / "record").exists()
