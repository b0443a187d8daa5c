"""Which bytes leave for an alert: in a bare terminal, in one that notifies, in tmux, and under an editor."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.bench.measure import ROOT, environment
from tests.e2e.desk import ALICE, QUIET, WATUI, Desk, bells, gateway
from tests.pty import Terminal
from watui.terminal.probe import QUESTION

APP = ROOT / "tests" / "terminal" / "calling.py"
KITTY = "\x1bP>|kitty(0.26.5)\x1b\\"
ANSWER = f"{KITTY}\x1b[?62;c"
NEW = b"\x1b]99;i=watui:d=0;watui\x1b\\\x1b]99;i=watui:d=1:p=body;New message\x1b\\"
"""What kitty is told of a message by default: no name, no word of it."""

EDITOR = "import os,sys; os.write(1, b'EDITING'); sys.stdin.readline()"

# Of the terminal in which the tests are run, and of its desktop.
_FOREIGN = re.compile("TMUX|STY$|KITTY|WEZTERM|GHOSTTY|TERM_PROGRAM|LC_TERMINAL|WT_|DBUS|DISPLAY|WAYLAND")

_OSC = re.compile(rb"\x1b\][^\a\x1b]*(?:\a|\x1b\\)")
needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux")


class Scene:
    """The small app in a terminal, or in a tmux that a terminal shows."""

    def __init__(self, terminal: Terminal, home: Path) -> None:
        self.terminal = terminal
        self._file = home / "incoming"
        self._calls = 0

    def carry_out(self, *causes: str, **more: Any) -> None:
        """Have alerts carried out."""
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps({"causes": causes, **more}), encoding="utf-8")
        part.rename(self._file)
        self.terminal.until(lambda: not self._file.exists())
        self._calls += 1

    def incoming(self, *causes: str, **more: Any) -> bytes:
        """Have alerts carried out, if any, and give what came until the app shows that it did."""
        since = len(self.terminal.raw)
        self.carry_out(*causes, **more)
        self.terminal.until(f"called {self._calls}")
        return self.terminal.raw[since:]


Begin = Callable[..., Scene]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    with ExitStack() as stack:

        def start(answer: str = "", tmux: str | None = None) -> Scene:
            env = environment(tmp_path, EDITOR=f'{sys.executable} -ISc "{EDITOR}"', VISUAL="")
            env = {k: v for k, v in env.items() if not _FOREIGN.match(k)} | {"LC_ALL": "C.UTF-8"}
            argv = [sys.executable, "-X", "frozen_modules=on", str(APP), str(tmp_path / "incoming")]
            if tmux is None:
                terminal = stack.enter_context(Terminal(argv, env=env, cwd=ROOT))
                terminal.until(QUESTION.encode())
                terminal.send(answer)
            else:
                conf, socket = tmp_path / "tmux.conf", str(tmp_path / "socket")
                conf.write_text(tmux)
                server = ["tmux", "-u", "-S", socket, "-f", str(conf)]
                terminal = stack.enter_context(Terminal([*server, "new-session", *argv], env=env, cwd=ROOT))
                stack.callback(subprocess.run, [*server, "kill-server"], capture_output=True, check=False)
                terminal.until(b"\x1b[>q")
                terminal.send(answer)
            terminal.until("ready")
            return Scene(terminal, tmp_path)

        yield start


def rung(raw: bytes) -> int:
    """Count the bells, beside those that end sequences."""
    return bells(_OSC.sub(b"", raw))


def test_a_terminal_that_says_nothing_gets_one_bell_and_no_more(begin: Begin) -> None:
    meanwhile = begin().incoming("message")
    assert rung(meanwhile) == meanwhile.count(b"\a") == 1
    assert b"\x1b]" not in meanwhile


def test_a_terminal_that_notifies_gets_bell_and_notification_in_one(begin: Begin) -> None:
    scene = begin(ANSWER)
    meanwhile = scene.incoming("message", "message")  # of which the second one rings later
    assert meanwhile.count(b"\a" + NEW + NEW) == 1
    assert len(_OSC.findall(meanwhile)) == 4
    assert b"Ana" not in meanwhile

    evil = ";rm -rf ~\a\x1b]52;c;ZXZpbA==\a\x9b2J\u202e"
    meanwhile = scene.incoming("message", title=evil, body=f"{evil}\n{evil}", privacy="full", unread=3)
    place, title = b",rm -rf ~]52,c,ZXZpbA==2J", b"\x1b[22;0t\x1b]0;(3) watui\a"
    told = b"\x1b]99;i=watui:d=0;%s\x1b\\\x1b]99;i=watui:d=1:p=body;%s %s\x1b\\" % (place, place, place)
    assert told in meanwhile
    assert title in meanwhile
    assert _OSC.findall(meanwhile) == _OSC.findall(told + title)

    scene.terminal.send("\x1bOR")
    assert scene.terminal.wait_exit() == 0
    assert scene.terminal.raw.count(b"\x1b[23;0t") == 1
    assert scene.terminal.raw.index(b"\x1b[23;0t") < scene.terminal.raw.rindex(b"\x1b[?1049l")


def test_alerts_at_once_are_one_bell_and_then_the_longest_pattern(begin: Begin) -> None:
    scene = begin()
    since = len(scene.terminal.raw)
    scene.carry_out("message", "mention", "device", "mention")
    scene.terminal.until(lambda: rung(scene.terminal.raw[since:]) == 4)
    meanwhile = scene.incoming("message")  # which has to wait, as the pattern has just ended
    assert rung(meanwhile) == 0
    scene.terminal.until(lambda: rung(scene.terminal.raw[since:]) == 5)


@needs_tmux
@pytest.mark.parametrize("passes", [False, True], ids=["default", "passthrough"])
def test_in_tmux_the_bell_goes_through_and_the_notification_where_it_may(begin: Begin, passes: bool) -> None:
    scene = begin(ANSWER, tmux="set -g allow-passthrough on\n" if passes else "")
    terminal = scene.terminal
    before, since = terminal.screen, len(terminal.raw)
    scene.carry_out("message")
    terminal.until(lambda: rung(terminal.raw[since:]) == 1)
    if passes:
        terminal.until(NEW)
    terminal.until("called 1")
    scene.incoming()
    meanwhile = terminal.raw[since:]
    assert rung(meanwhile) == 1
    assert meanwhile.count(NEW) == passes
    assert b"Ptmux" not in meanwhile
    after = terminal.screen
    assert [after[0].replace("called 2", "ready   "), *after[1:-1]] == before[:-1]


def test_nothing_goes_out_while_an_editor_has_the_terminal(begin: Begin) -> None:
    scene = begin(ANSWER)
    terminal = scene.terminal
    terminal.send("\x1bOQ")
    terminal.until(b"EDITING")
    scene.carry_out("mention", unread=3)
    scene.carry_out(unread=4)
    assert terminal.raw.endswith(b"EDITING")
    terminal.send("over\n")
    terminal.until("called 2")
    meanwhile = terminal.raw.rpartition(b"EDITING")[2]
    assert meanwhile.partition(b"\x1b[?1049h")[0] == b"over\r\n"
    terminal.until(lambda: rung(terminal.raw.rpartition(b"EDITING")[2]) == 2)  # a mention is two
    assert b"\x1b[22;0t\x1b]0;(4) watui\a" in terminal.raw.rpartition(b"EDITING")[2]
    assert b"\x1b]99" not in terminal.raw


@pytest.mark.parametrize(
    ("answer", "tmux"),
    [
        pytest.param("", None, id="bare"),
        pytest.param(ANSWER, None, id="kitty"),
        pytest.param(ANSWER, "", id="tmux", marks=needs_tmux),
        pytest.param(ANSWER, "set -g allow-passthrough on\n", id="passthrough", marks=needs_tmux),
    ],
)
def test_one_message_in_the_whole_program(answer: str, tmux: str | None, tmp_path: Path) -> None:
    argv: tuple[str, ...] = WATUI
    if tmux is not None:
        conf, socket = tmp_path / "tmux.conf", str(tmp_path / "socket")
        conf.write_text(tmux)
        argv = ("tmux", "-u", "-S", socket, "-f", str(conf), "new-session", *WATUI)
    with gateway(*QUIET) as ready, Desk(ready, tmp_path, argv=argv) as desk:
        if answer:
            desk.until(QUESTION.encode() if tmux is None else b"\x1b[>q")
            desk.send(answer)
        desk.live()
        terminal = desk.terminal
        since = len(terminal.raw)
        desk.do("message", chat=ALICE, text="come home, it is urgent")
        desk.until("come home, it is urgent")  # in the notice, which is watui's own
        terminal.until(lambda: rung(terminal.raw[since:]) == 1)
        notifies = bool(answer) and tmux != ""
        if notifies:
            terminal.until(NEW)
        meanwhile = terminal.raw[since:]
        assert meanwhile.count(NEW) == notifies
        assert rung(meanwhile) == 1
        assert b"Ptmux" not in meanwhile
        outside = b"".join(_OSC.findall(meanwhile.replace(NEW, b"")))
        assert b"come home" not in outside
        assert b"\x1b]9;" not in meanwhile
        assert b"\x1b]777" not in meanwhile
        if tmux is None:
            desk.leave()
        else:
            subprocess.run([*argv[:4], "kill-server"], capture_output=True, check=False)
