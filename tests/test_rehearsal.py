"""`watui doctor --alerts` in a terminal: what it rings, asks and says, and why it does not try the rest."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.measure import ROOT, environment
from tests.pty import Terminal
from watui import rehearsal
from watui.alerts import Cause
from watui.means import Means
from watui.rehearsal import Entry, Over, Rehearsal
from watui.terminal.facts import Terminal as Facts
from watui.terminal.facts import described
from watui.terminal.probe import QUESTION

DOCTOR = (sys.executable, "-m", "watui", "doctor", "--alerts")


def entries(
    means: Means, name: str = "", environ: dict[str, str] | None = None, says: str = "y"
) -> list[Entry]:
    """Rehearse with a person who always says the same."""
    return Rehearsal(means, described(name, {}, {}) if name else Facts(), environ or {}, lambda _: says).run()


def found(all_: list[Entry], way: str) -> Entry:
    return next(each for each in all_ if each.way == way)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Take what goes to the terminal, and let no time pass."""
    written: list[bytes] = []
    monkeypatch.setattr("watui.terminal.direct.os.write", lambda _, data: written.append(data))
    monkeypatch.setattr("watui.terminal.direct.time.sleep", lambda _: None)
    return written


def test_all_of_it_in_a_terminal(tmp_path: Path) -> None:
    program = tmp_path / "told"
    program.write_text(f"#!/bin/sh\ncat > {tmp_path}/text\n")
    program.chmod(0o700)
    (tmp_path / "config.toml").write_text(f'alert_command = ["{program}", "-x"]\nsound_error = "/gone.ogg"\n')
    env = environment(tmp_path, PATH="/usr/bin:/bin", DISPLAY="")
    with Terminal(DOCTOR, env=env, cols=120, cwd=ROOT) as terminal:
        terminal.until(QUESTION.encode())
        terminal.send("\x1bP>|kitty(0.26.5)\x1b\\\x1b[?62;c")
        asked = [
            ("one bell. Did you hear or see it?", "maybe"),
            ("one bell. Did you hear or see it?", "y"),
            ("two quick bells. Did", "y"),
            ("three quick bells. Did", "YES"),
            ("three slow bells. Did", "no"),
            ("say (3) watui?", "y"),
            ("A notification by kitty(0.26.5): watui, New message. Do you see it?", "n"),
            ("Your program has run. Did it do what it should?", "y"),
        ]
        for number, (question, answer) in enumerate(asked, 1):
            terminal.until(lambda number=number: terminal.text.count("[y/n/q]") == number)  # type: ignore[misc]
            assert question in terminal.text.rpartition("[y/n/q]")[0].rstrip().rpartition("\n")[2]
            terminal.send(f"{answer}\n")
        assert terminal.wait_exit() == rehearsal.FAILED
        raw, text = terminal.raw, terminal.text
    assert raw.count(b"\a") - raw.count(b"watui\a") == 1 + 2 + 3 + 3
    assert b"\x1b[22;0t\x1b]0;(3) watui\a" in raw
    assert raw.index(b"\x1b[23;0t") < raw.index(b"kitty(0.26.5): watui")
    assert b"\x1b]99;i=watui:d=0;watui\x1b\\\x1b]99;i=watui:d=1:p=body;New message\x1b\\" in raw
    assert (tmp_path / "text").read_text() == "message\nwatui\nNew message\n"
    for words in (
        "✓ bell for a message        reached you",
        "✗ bell for an error         did not      see whether the terminal's own bell is switched off",
        "✗ terminal's notification   did not      see whether the terminal or the desktop has switched",
        "· desktop's notification    not tried    no desktop is here",
        "· sound for a message       not tried    no file: set sound_message to one",
        "✗ sound for an error        did not      there is no plain file /gone.ogg",
        "✓ your own program          reached you",
    ):
        assert words in text


def test_without_a_terminal_it_says_that_it_needs_one(tmp_path: Path) -> None:
    done = subprocess.run(
        DOCTOR,
        env=environment(tmp_path),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"watui needs a terminal: its input is a file or a pipe\n"


def test_it_is_said_why_a_way_is_not_tried(written: list[bytes], tmp_path: Path) -> None:
    sound = tmp_path / "a.ogg"
    means = Means(sounds={Cause.MESSAGE: sound})
    told = entries(means, "XTerm(379)", {"SSH_TTY": "x", "DISPLAY": ":0", "DBUS_SESSION_BUS_ADDRESS": "x"})
    assert found(told, "terminal's notification").words == "XTerm(379) is not known to show any"
    assert found(told, "desktop's notification").words == "over SSH the desktop here is not yours"
    assert "sounds_over_ssh = true plays it" in found(told, "sound for a message").words
    assert not [each for each in told if each.reached is False]
    told = entries(Means(bell=False, terminal=False, desktop=False), "kitty")
    assert [each.way for each in told if each.reached is not None] == ["window title"]
    assert "sounds = true" in found(told, "bell for a mention").words
    assert b"".join(written).count(b"\x1b]99") == 0
    told = entries(Means(), "kitty", {"DISPLAY": ":0", "DBUS_SESSION_BUS_ADDRESS": "x"})
    assert found(told, "desktop's notification").words == "not needed: the terminal notifies"


def test_the_desktop_is_tried_where_the_terminal_told_nobody(written: list[bytes], tmp_path: Path) -> None:
    environ = {"PATH": str(tmp_path), "DISPLAY": ":0", "DBUS_SESSION_BUS_ADDRESS": "x"}
    assert found(entries(Means(), "", environ), "desktop's notification").words.startswith(
        "notify-send: there"
    )
    program = tmp_path / "notify-send"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o700)
    assert found(entries(Means(), "kitty", environ, "n"), "desktop's notification").reached is False
    assert found(entries(Means(), "", environ), "desktop's notification").reached


def test_in_tmux_it_is_said_what_to_set(written: list[bytes], tmp_path: Path) -> None:
    program = tmp_path / "tmux"
    program.write_text("#!/bin/sh\nprintf 'kitty(0.26.5)\\nxterm-kitty\\n0\\n'\n")
    program.chmod(0o700)
    told = entries(Means(), "tmux 3.3a", {"PATH": str(tmp_path), "TMUX": "x"}, "n")
    assert found(told, "terminal's notification").words == "set -g allow-passthrough on in tmux.conf"
    assert found(told, "window title").words == "set -g set-titles on in tmux.conf"
    assert b"\x1bPtmux;\x1b\x1b]99;" in b"".join(written)


def test_who_stops_sees_what_was_tried(written: list[bytes]) -> None:
    answers = iter(["y", "q"])
    told = Rehearsal(Means(), Facts(), {}, lambda _: next(answers)).run()
    assert told == [Entry("bell for a message", True, "")]

    def end(_: str) -> str:
        raise Over

    assert Rehearsal(Means(), Facts(), {}, end).run() == []
