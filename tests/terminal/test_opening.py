"""Opening addresses: what reaches the desktop's program, what never does, and that it leaves no trace."""

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
from watui.terminal.opening import can_open, open_url

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
