"""The person's own editor: what it is given, what goes to the terminal meanwhile, and what comes back."""

import errno
import json
import os
import shutil
import signal
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App

from tests.pty import Terminal
from tests.terminal.conftest import ROOT
from watui.terminal import editor
from watui.terminal.editor import Edited, NoEditor, edit
from watui.text import Safe

APP = Path(__file__).with_name("editing.py")

TEXT = "first\n\n"  # of the small app

TAKEN = [
    b"\x1b[?1049h",
    b"\x1b[?1000h",
    b"\x1b[?1003h",
    b"\x1b[?1006h",
    b"\x1b[?25l",
    b"\x1b[?1004h",
    b"\x1b[>25u",
    b"\x1b[?2004h",
    b"\x1b[?7l",
]


class Desk:
    """The small app in a terminal of its own, with or without a shell, and what it and the editor note."""

    def __init__(self, home: Path, *, shell: bool) -> None:
        self.events = home / "events"
        self.temporary = home / "tmp"
        self.temporary.mkdir()
        env = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        env |= {
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm-256color",
            "TMPDIR": str(self.temporary),
            "VISUAL": "",
            "EDITOR": f"{sys.executable} -IS '{APP}' edit '{self.events}'",
            "WATUI_API_KEY": "secret",
        }
        argv = [sys.executable, "-X", "frozen_modules=on", "-W", "error", str(APP), str(self.events)]
        if shell:
            argv = ["/bin/sh", "-c", 'set -m; "$@"; exit $?', "sh", *argv]
        self.terminal = Terminal(argv, env=env)
        self.before = self.terminal.modes
        self.terminal.until("80 x 24")
        self.edits = 0

    def noted(self, kind: str) -> list[Any]:
        lines = self.events.read_text(encoding="utf-8").split("\n")[:-1] if self.events.exists() else []
        return [value for what, value in map(json.loads, lines) if what == kind]

    def arrives(self) -> None:
        """Wait until a good many have arrived over the link."""
        seen = len(self.noted("arrived"))
        self.terminal.until(lambda: len(self.noted("arrived")) > seen + 5)

    def edit(self, keys: str = "\x05") -> dict[str, Any]:
        """Open the editor; gives what it was given."""
        edits = len(self.noted("given")) + 1
        self.terminal.send(keys)
        self.terminal.until(lambda: self.terminal.raw.count(b"EDITING") == edits)
        self.terminal.until(lambda: len(self.noted("given")) == edits)
        return dict(self.noted("given")[-1])

    def back(self) -> list[str]:
        """Wait until an edit has ended; gives the text and the words about it."""
        self.edits += 1
        self.terminal.until(lambda: len(self.noted("edited")) == self.edits)
        return list(self.noted("edited")[-1])

    def works(self, text: str) -> None:
        """Check that all of the screen is right, that keys arrive and that the link goes on."""
        terminal = self.terminal
        rest = [f"{terminal.cols} x {terminal.rows}", text, *[""] * (terminal.rows - 3)]
        terminal.until(lambda: [line.rstrip() for line in terminal.screen[1:]] == rest)
        seen = terminal.screen[0]
        terminal.until(lambda: terminal.screen[0] != seen)
        terminal.send("k")
        terminal.until(lambda: terminal.screen[2].rstrip() == f"k{text}")
        terminal.send("\x7f")
        terminal.until(lambda: terminal.screen[2].rstrip() == text)


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    desk = Desk(tmp_path, shell=getattr(request, "param", "") == "shell")
    try:
        yield desk
    finally:
        desk.terminal.close()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_editor_has_the_terminal_to_itself_and_the_app_has_it_back_whole(desk: Desk) -> None:
    terminal = desk.terminal
    given = desk.edit()
    assert given["cooked"]
    assert given["foreground"]
    assert given["terminals"] == [True] * 3
    assert given["own"] == []
    assert given["modes"] == [0o600, 0o700]
    assert given["text"] == f"{TEXT}\n"
    assert terminal.modes == desk.before
    desk.arrives()  # and rings, and sets titles
    terminal.send("\x03")
    terminal.until(lambda: "SIGINT" in desk.noted("signal"))
    terminal.send("\x1a")
    terminal.until(lambda: "SIGCONT" in desk.noted("signal"))
    terminal.resize(100, 30)
    terminal.until(lambda: "SIGWINCH" in desk.noted("signal"))
    desk.arrives()
    terminal.send("write second\n")
    terminal.send("end 0\n")
    assert desk.back() == ["second", ""]
    desk.works("second")
    _, meanwhile = terminal.raw.split(b"EDITING")
    typed, taken, after = meanwhile.partition(b"\x1b[?1049h")
    assert typed == b"^C^Zwrite second\r\nend 0\r\n"
    for sequence in TAKEN:
        assert sequence in taken + after, sequence
    assert b"\x1b[22;0t\x1b]0;set meanwhile\x07" in after
    assert not terminal.modes[3] & (termios.ICANON | termios.ECHO | termios.ISIG)
    assert list(desk.temporary.iterdir()) == []


@pytest.mark.parametrize("desk", ["shell"], indirect=True)
def test_whatever_the_editor_does_the_text_and_the_terminal_are_kept(desk: Desk) -> None:
    terminal, name = desk.terminal, Path(sys.executable).name

    def ended(how: str) -> list[str]:
        return [TEXT, f"{name} was ended {how}; the text is as it was before"]

    desk.edit()
    terminal.send("mess\n")  # and is killed
    assert desk.back() == ended("by signal 9")
    desk.works("first")

    desk.edit()
    terminal.send("write third\nend 3\n")
    assert desk.back() == ended("with code 3")

    desk.edit()
    terminal.send("remove\nend 0\n")
    assert desk.back() == [TEXT, "the editor has removed the file; the text is as it was before"]
    assert list(desk.temporary.iterdir()) == []

    desk.edit()
    terminal.send("bytes 636166e9\nend 0\n")
    assert desk.back()[0] == TEXT
    (kept,) = desk.temporary.glob("*/message.txt")
    assert kept.read_bytes() == b"caf\xe9"
    shutil.rmtree(kept.parent)

    given = desk.edit("\x05\x05")
    assert desk.back() == [TEXT, "an editor is open already"]
    desk.events.with_name("cancel").touch()  # the app wants its terminal back
    terminal.until(lambda: not is_alive(given["pid"]))
    desk.works("first")

    visual = desk.events.with_name("visual")
    visual.touch(0o700)  # which is neither a program nor a script
    terminal.send("\x05")
    assert desk.back() == [TEXT, "visual cannot be run: exec format error; set EDITOR to another one"]
    desk.works("first")
    assert list(desk.temporary.iterdir()) == []

    os.kill(desk.noted("pid")[0], signal.SIGTERM)
    assert terminal.wait_exit() == 143
    assert terminal.modes == desk.before
    assert b"Traceback" not in terminal.raw
    assert b"printed" not in terminal.raw


@pytest.mark.parametrize("desk", ["shell"], indirect=True)
def test_the_app_ends_while_the_editor_runs(desk: Desk) -> None:
    desk.events.with_name("task").touch()
    given = desk.edit()
    begin = time.monotonic()
    os.kill(desk.noted("pid")[0], signal.SIGTERM)  # which this editor only notes
    assert desk.terminal.wait_exit() == 143
    assert time.monotonic() - begin < 2.0
    assert "SIGTERM" in desk.noted("signal")
    assert not is_alive(given["pid"])
    assert desk.terminal.modes == desk.before
    for sequence in (b"\x1b[?1049l", b"\x1b[?1000l", b"\x1b[?2004l", b"\x1b[?25h"):
        assert sequence in desk.terminal.raw.rpartition(b"EDITING")[2]
    assert list(desk.temporary.iterdir()) == []


def test_the_terminal_goes_away_under_the_editor(desk: Desk) -> None:
    given = desk.edit()
    desk.terminal.hangup()
    assert desk.terminal.wait_exit() == 129
    assert not is_alive(given["pid"])
    assert list(desk.temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("variables", "command"),
    [
        ({"VISUAL": "one -x 'a b'", "EDITOR": "two"}, ["one", "-x", "a b"]),
        ({"VISUAL": " ", "EDITOR": "two"}, ["two"]),
        ({"EDITOR": "two $(id) ; `id`"}, ["two", "$(id)", ";", "`id`"]),
        ({}, ["vim"]),
    ],
)
def test_the_persons_own_editor_comes_first(
    variables: dict[str, str], command: list[str], tmp_path: Path
) -> None:
    for name in ("one", "two", "vi", "vim"):
        (tmp_path / name).touch(0o700)
    program, *arguments = editor.editor(variables | {"PATH": str(tmp_path)})
    assert [program, *arguments] == [str(tmp_path / command[0]), *command[1:]]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "no editor was found; set EDITOR to one"),
        ({"VISUAL": "gone --wait"}, "there is no program gone; set VISUAL to an editor that is there"),
        ({"EDITOR": "vi 'x"}, "EDITOR has a quote that is not closed"),
    ],
)
def test_it_is_said_why_there_is_no_editor(variables: dict[str, str], words: str, tmp_path: Path) -> None:
    with pytest.raises(NoEditor, match=words):
        editor.editor(variables | {"PATH": str(tmp_path)})


async def test_there_is_no_editor_without_a_terminal() -> None:
    app: App[None] = App()
    async with app.run_test():
        assert await edit(app, "text", {}) == Edited(
            "text", Safe("there is no terminal to open an editor in")
        )


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\ufeff"), max_size=50))
def test_a_text_that_is_saved_as_it_is_comes_back_as_it_is(text: str) -> None:
    path = editor._laid_out(text)
    try:
        assert editor._taken(path, text) == (Edited(text), False)
        # Read as if it had been another text before, so that all of it is taken from the file.
        assert editor._taken(path, f"{text}.") == (Edited(text), False)
    finally:
        shutil.rmtree(path.parent)


@pytest.mark.parametrize(
    ("saved", "text"),
    [
        (b"new\n", "new"),
        (b"new", "new"),
        (b"new\n\n", "new\n"),
        (b"", ""),
        (b"\n", ""),
        (b"\xef\xbb\xbfnew\r\nlines\r\n", "new\nlines"),
        ("ñ 👩🏽\u200d🚀\n".encode(), "ñ 👩🏽\u200d🚀"),
        (b"x" * editor.LIMIT, "x" * editor.LIMIT),
    ],
    ids=range(8),
)
def test_what_the_editor_has_saved_is_taken(saved: bytes, text: str, tmp_path: Path) -> None:
    path = tmp_path / "message.txt"
    path.write_bytes(saved)
    assert editor._taken(path, "old") == (Edited(text), False)


@pytest.mark.parametrize(
    ("saved", "words"),
    [
        (b"x" * (editor.LIMIT + 1), "the text is larger than 1 MB and was not taken; it is in "),
        (b"caf\xe9\n", "the text is not UTF-8 and was not taken; it is in "),
    ],
    ids=["large", "latin"],
)
def test_what_cannot_be_taken_stays_where_it_is(saved: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "message.txt"
    path.write_bytes(saved)
    assert editor._taken(path, "old") == (Edited("old", Safe(f"{words}{path}")), True)
    assert path.read_bytes() == saved


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        editor._laid_out("text")
    assert list(tmp_path.iterdir()) == []


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
