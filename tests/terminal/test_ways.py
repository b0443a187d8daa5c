"""What an alert becomes: bells in patterns, bytes, arguments and the text for a program."""

import json
import os
import sys
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.waiting import until
from watui.alerts import EVERY_WAY, Alert, Cause, Priority, Way
from watui.config import Settings
from watui.means import Means, Privacy, allowed, worded
from watui.terminal import bells, sequences
from watui.terminal.bells import REST, Bells, Gaps
from watui.terminal.errands import Errands, Unable, resolved
from watui.terminal.host import Guarded
from watui.terminal.outer import Outer, outer
from watui.terminal.sounds import sound_command
from watui.text import Safe
from watui.ways import COMMANDS, PATTERNS, Ways, command_text

ALERT = Alert(Safe("Ana"), Safe("see you at nine"))

RECORDER = f"""#!{sys.executable} -IS
import json, os, sys, time
record = {{
    "argv": sys.argv[1:],
    "text": sys.stdin.read(),
    "own": [name for name in os.environ if name.startswith("WATUI_")],
    "leads": os.getsid(0) == os.getpid(),
    "silent": [os.fstat(fd).st_rdev == os.stat(os.devnull).st_rdev for fd in (1, 2)],
    "pid": os.getpid(),
}}
path = os.path.join(os.path.dirname(sys.argv[0]), f"{{os.path.basename(sys.argv[0])}}.{{os.getpid()}}")
with open(path + ".part", "w") as file:
    json.dump(record, file)
os.rename(path + ".part", path + ".ran")
time.sleep(60 if "long" in sys.argv else 0)
sys.exit(3 if "broken" in sys.argv else 0)
"""


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    def make(name: str) -> Path:
        path = tmp_path / name
        path.write_text(RECORDER)
        path.chmod(0o700)
        return path

    return make


def ran(path: Path) -> list[dict[str, Any]]:
    """What the runs of a program have noted, in no order."""
    return [json.loads(each.read_text()) for each in path.parent.glob(f"{path.name}.*.ran")]


def forget(path: Path) -> None:
    for each in path.parent.glob(f"{path.name}.*.ran"):
        each.unlink()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# --- words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("privacy", "alert", "words"),
    [
        (Privacy.FULL, ALERT, ("Ana", "see you at nine")),
        (Privacy.SENDER, ALERT, ("Ana", "New message")),
        (Privacy.NEW, ALERT, ("watui", "New message")),
        (
            Privacy.NEW,
            Alert(Safe("12 new in 4 chats"), Safe("Ana"), count=12, chats=4),
            ("watui", "12 new messages"),
        ),
        (
            Privacy.NEW,
            Alert(Safe("work needs linking"), Safe(""), cause=Cause.DEVICE, priority=Priority.HIGH, count=0),
            ("watui", "A device needs you"),
        ),
        (
            Privacy.NEW,
            Alert(Safe("No connection to work"), Safe(""), cause=Cause.DEVICE, count=0, chats=0),
            ("watui", "No connection"),
        ),
        (
            Privacy.SENDER,
            Alert(Safe("The key does not work"), Safe("x"), cause=Cause.ERROR, count=0, chats=0),
            ("The key does not work", "The key does not work"),
        ),
    ],
)
def test_only_so_much_leaves_as_may(privacy: Privacy, alert: Alert, words: tuple[str, str]) -> None:
    assert worded(alert, privacy) == words


def test_the_means_are_read_from_the_settings() -> None:
    assert allowed(Settings()) == Means()
    settings = Settings(
        sounds=False,
        desktop_notifications=False,
        alert_text="sender",
        sound_player=("paplay",),
        sound_mention=Path("/a.ogg"),
        sounds_over_ssh=True,
        alert_command=("say", "-x"),
    )
    assert allowed(settings) == Means(
        bell=False,
        desktop=False,
        privacy=Privacy.SENDER,
        player=("paplay",),
        sounds={Cause.MENTION: Path("/a.ogg")},
        sounds_over_ssh=True,
        command=("say", "-x"),
    )


@given(st.text(), st.text(), st.sampled_from(Cause))
def test_foreign_text_is_three_lines_and_no_more_to_a_program(heading: str, body: str, cause: Cause) -> None:
    lines = command_text(cause, heading, body).split("\n")
    assert (len(lines), lines[0], lines[3]) == (4, cause.value, "")
    assert len(lines[1]) <= 100
    assert len(lines[2]) <= 200
    assert {c for c in "".join(lines) if unicodedata.category(c)[0] == "C"} <= set("\u200c\u200d")


DESKTOP = {"DBUS_SESSION_BUS_ADDRESS": "unix:", "DISPLAY": ":0"}


@given(st.text(), st.text())
def test_foreign_text_is_two_arguments_to_the_desktop(heading: str, body: str) -> None:
    command = sequences.desktop_command(heading, body, DESKTOP)
    assert command is not None
    assert command[:3] == ["notify-send", "--app-name=watui", "--"]
    assert len(command) == 5
    told = "".join(command)
    assert {c for c in told if unicodedata.category(c)[0] == "C"} <= set("\u200c\u200d")
    assert not {"<", ">"} & set(command[4])
    os.fsencode(told)


@given(st.text(), st.text(), st.sampled_from(["kitty", "foot", "iTerm2", ""]), st.booleans())
def test_no_text_adds_a_control_to_what_the_terminal_gets(
    heading: str, body: str, terminal: str, in_tmux: bool
) -> None:
    environ = {"TMUX": "x"} if in_tmux else {}

    def controls(sequence: str) -> list[str]:
        return [c for c in sequence if unicodedata.category(c) in {"Cc", "Cs"}]

    told = sequences.notification(environ, heading, body, terminal)
    assert controls(told) == controls(sequences.notification(environ, "a", "b", terminal))
    assert told == "\a" + sequences.notification(environ, heading, body, terminal, ring=False)


# --- bells --------------------------------------------------------------------------------------------------


class Clock:
    """A terminal and timers without time: what rings, and when."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.lent = False
        self.rang: list[float] = []
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.back: Callable[[object], None] | None = None
        self.app_resume_signal = self
        monkeypatch.setattr(bells, "monotonic", lambda: self.now)
        monkeypatch.setattr("watui.terminal.output.is_lent", lambda _: self.lent)
        monkeypatch.setattr("watui.terminal.output.bell", lambda _: self.ring())
        self.bells = Bells(self)  # type: ignore[arg-type]

    def ring(self) -> bool:
        if not self.lent:
            self.rang.append(round(self.now - 100.0, 3))
        return not self.lent

    def set_timer(self, seconds: float, act: Callable[[], None]) -> "Clock":
        self.timers.append((self.now + seconds, act))
        return self

    def stop(self) -> None:
        self.timers.clear()

    def subscribe(self, _: object, act: Callable[[object], None]) -> None:
        assert self.back is None
        self.back = act

    def call(self, gaps: Gaps) -> None:
        if self.bells.begin(gaps):
            self.ring()

    def run(self, until: float = 1e9) -> list[float]:
        """Let time pass; gives the seconds at which it rang since the last time."""
        while self.timers and min(self.timers, key=lambda each: each[0])[0] <= until:
            self.timers.sort(key=lambda each: each[0])
            at, act = self.timers.pop(0)
            self.now = max(self.now, at)
            act()
        rang, self.rang = self.rang, []
        return rang


def test_each_cause_has_a_pattern_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = {}
    for cause, gaps in PATTERNS.items():
        clock = Clock(monkeypatch)
        clock.call(gaps)
        heard[cause] = tuple(clock.run())
    assert set(heard) == set(Cause)
    assert heard[Cause.MESSAGE] == (0.0,)
    assert heard[Cause.MENTION] == (0.0, 0.15)
    assert len(set(heard.values())) == len(Cause)
    assert all(b - a >= 0.15 for times in heard.values() for a, b in pairwise(times))


def test_of_patterns_that_come_at_once_the_longest_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    for gaps in ((0.15,), (), (0.15, 0.15), (0.45, 0.45), (), (0.15,)):
        clock.call(gaps)
    begins = 0.15 + REST
    assert clock.run() == [0.0, 0.15, begins, begins + 0.45, begins + 0.9]
    clock.now += REST
    clock.call(())
    assert len(clock.run()) == 1


def test_a_lent_terminal_is_rung_in_when_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    clock.call((0.15, 0.15))
    clock.call((0.45, 0.45))
    clock.lent = True
    assert clock.run() == [0.0]  # and the rest is lost, or waits
    for gaps in ((), (0.15,)):
        clock.call(gaps)
    assert clock.run() == []
    clock.lent = False
    assert clock.back is not None
    clock.back(None)
    assert len(clock.run()) == 3
    clock.back(None)
    assert clock.run() == []


def test_when_all_is_over_nothing_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    clock.call((0.15,))
    clock.call(())
    clock.bells.close()
    clock.call(())
    assert clock.run() == [0.0]


# --- the terminal around tmux -------------------------------------------------------------------------------


def test_tmux_is_asked_what_is_around_it(tmp_path: Path) -> None:
    program = tmp_path / "tmux"
    environ = {"PATH": str(tmp_path), "TMUX": "x", "TMUX_PANE": "%3", "KITTY_WINDOW_ID": "1"}
    assert outer(environ) == Outer()
    for said, around in [
        ("kitty(0.26.5)\\nxterm-kitty\\n0\\n", Outer("kitty(0.26.5)", "xterm-kitty", passes=False)),
        ("\\nfoot\\non\\n", Outer("", "foot")),
        ("evil\\033]0;x\\007\\n", Outer("evil]0;x", "")),
        ("", Outer()),
    ]:
        program.write_text(f'#!/bin/sh\n[ "$3" = -t ] && [ "$4" = %3 ] && printf \'{said}\'\n')
        program.chmod(0o700)
        assert outer(environ) == around
    assert sequences.notification_kind(Outer("", "foot").environ, "") == "osc777"
    assert sequences.notification_kind(Outer("", "xterm").environ, "") is None


def test_a_tmux_that_hangs_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watui.terminal.outer.LIMIT", 0.05)
    program = tmp_path / "tmux"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o700)
    assert outer({"PATH": f"{tmp_path}:{os.environ['PATH']}"}) == Outer()


# --- programs -----------------------------------------------------------------------------------------------


async def finished(errands: Errands, build: Callable[[], list[str]], text: str = "") -> str:
    told: list[str] = []
    assert errands.send(build, os.environ, told.append, text)
    await until(lambda: told)
    return told[0]


async def test_a_program_gets_the_text_and_nothing_of_the_terminal(
    program: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATUI_API_KEY", "secret")
    path = program("say")
    words = [str(path), "-x", "$(id) `id`; rm"]
    text = command_text(Cause.MENTION, ";rm -rf ~\a\x1b]0;x\a", "-evil\nsecond")
    assert await finished(Errands(most=1, limit=5), lambda: words, text) == ""
    (record,) = ran(path)
    assert record.pop("pid")
    assert record == {
        "argv": ["-x", "$(id) `id`; rm"],
        "text": "mention\n,rm -rf ~]0,x\n-evil second\n",
        "own": [],
        "leads": True,
        "silent": [True, True],
    }


async def test_what_goes_wrong_is_said(program: Callable[[str], Path], tmp_path: Path) -> None:
    say = Errands(most=1, limit=5)
    path = program("say")
    assert await finished(say, lambda: [str(path), "broken"], "x") == "it ended with code 3"
    words = "there is no program gone; set alert_command to one that is there"
    assert await finished(say, lambda: resolved(["gone", "x"], {"PATH": ""}, "alert_command")) == words
    (tmp_path / "odd").touch(0o700)
    assert await finished(say, lambda: [str(tmp_path / "odd")]) == "it cannot be run: exec format error"
    assert "letters" in await finished(say, lambda: [str(path), "a\0b"])


async def test_what_a_program_has_started_ends_with_its_time(tmp_path: Path) -> None:
    note = tmp_path / "note"
    words = ["/bin/sh", "-c", f"sleep 60 & echo $$ $! > {note}; wait"]
    said = await finished(Errands(most=1, limit=0.5), lambda: words)
    assert said == "it ran for more than 0.5 s and was ended"
    shell, pid = map(int, note.read_text().split())
    assert not is_alive(shell)
    # Whoever takes in orphans here may leave it in the list of processes for a while.
    await until(lambda: not is_alive(pid) or "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text())


async def test_only_so_many_run_and_none_after_the_end(program: Callable[[str], Path]) -> None:
    path = program("say")
    told: list[str] = []
    say = Errands(most=2, limit=60)

    def sent() -> bool:
        return say.send(lambda: [str(path), "long"], os.environ, told.append)

    assert [sent() for _ in range(3)] == [True, True, False]
    await until(lambda: len(ran(path)) == 2)
    say.close()
    assert not [each for each in ran(path) if is_alive(each["pid"])]
    assert not sent()
    assert told == []


def test_a_program_that_is_just_being_started_ends_too(program: Callable[[str], Path]) -> None:
    path = program("say")
    say = Errands(most=1, limit=60)

    def build() -> list[str]:
        say._closed = True  # as `close` finds it, with no program to end yet
        return [str(path), "long"]

    assert say.send(build, os.environ, lambda _: None)
    (thread,) = say._threads
    thread.join(5)
    assert not thread.is_alive()


def test_a_sound_is_a_plain_file_for_a_player_that_is_there(tmp_path: Path) -> None:
    sound, player = tmp_path / "-ping.ogg", tmp_path / "mpv"
    environ = {"PATH": str(tmp_path), "SSH_TTY": "x"}
    with pytest.raises(Unable, match="there is no plain file"):
        sound_command(sound, None, environ)
    with pytest.raises(Unable, match="there is no plain file"):
        sound_command(tmp_path, None, environ)
    sound.touch()
    with pytest.raises(Unable, match="no player was found; set sound_player to one"):
        sound_command(sound, None, environ)
    with pytest.raises(Unable, match="there is no program mine; set sound_player to one that is there"):
        sound_command(sound, ["mine"], environ)
    player.touch(0o700)
    assert sound_command(sound, ["mpv", "--volume=50"], environ) == [str(player), "--volume=50", str(sound)]
    assert sound_command(sound, None, environ)[-2:] == ["--", str(sound)]


# --- all of it ----------------------------------------------------------------------------------------------


async def test_each_way_is_taken_if_it_is_wanted_and_allowed(
    program: Callable[[str], Path], tmp_path: Path
) -> None:
    say, play, desktop = program("say"), program("play"), program("notify-send")
    sound = tmp_path / "ping.ogg"
    sound.touch()
    environ = {"PATH": str(tmp_path), **DESKTOP}
    means = Means(player=("play",), sounds={Cause.MESSAGE: sound}, command=("say", "-x"))
    app = Guarded[None]()
    async with app.run_test():
        ways = Ways(app, environ)
        ways.configure(means)
        ways.carry_out(ALERT)
        await until(lambda: ran(say) and ran(play) and ran(desktop))
        assert [each["text"] for each in ran(say)] == ["message\nwatui\nNew message\n"]
        assert ran(play)[0]["argv"] == [str(sound)]
        assert ran(desktop)[0]["argv"] == ["--app-name=watui", "--", "watui", "New message"]
        for path in (say, play, desktop):
            forget(path)

        far = Ways(app, {**environ, "SSH_CONNECTION": "x"})
        far.configure(means)
        far.carry_out(ALERT)
        ways.configure(Means(privacy=Privacy.FULL, command=means.command, desktop=False))
        ways.carry_out(ALERT)
        ways.carry_out(Alert(ALERT.title, ALERT.body, ways=EVERY_WAY & ~Way.COMMAND))
        await until(lambda: len(ran(say)) == 2)
        await far.close()
        await ways.close()
        ways.carry_out(ALERT)
        assert sorted(each["text"] for each in ran(say)) == [
            "message\nAna\nsee you at nine\n",
            "message\nwatui\nNew message\n",
        ]
        assert not ran(play)
        assert not ran(desktop)


async def test_nobody_is_told_twice_of_one_thing(
    program: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop, tmux = program("notify-send"), tmp_path / "tmux"
    told: list[dict[str, Any]] = []

    def notify(*_: object, **how: Any) -> bool:
        told.append(how)
        return True

    monkeypatch.setattr("watui.terminal.output.notify", notify)
    app = Guarded[None]()
    async with app.run_test():
        for passes in (1, 0):
            tmux.write_text(f"#!/bin/sh\nprintf 'kitty\\nxterm\\n{passes}\\n'\n")
            tmux.chmod(0o700)
            ways = Ways(app, {"PATH": str(tmp_path), "TMUX": "x", **DESKTOP})
            ways.carry_out(ALERT)
            await until(lambda: len(told) == 2 - passes)  # noqa: B023
            assert told[-1]["terminal"] == "kitty"
            if not passes:  # so that the terminal may have heard nothing
                await until(lambda: ran(desktop))
            await ways.close()
        assert len(ran(desktop)) == 1


async def test_a_program_that_fails_is_told_of_once(
    program: Callable[[str], Path], caplog: pytest.LogCaptureFixture
) -> None:
    path = program("say")
    app = Guarded[None]()
    async with app.run_test():
        ways = Ways(app, {})
        ways.configure(Means(command=(str(path), "broken"), bell=False))
        for number in (1, 2):
            ways.carry_out(ALERT)
            await until(lambda: caplog.text.count("alert_command: it ended with code 3") == number)  # noqa: B023
        assert [note.message for note in app._notifications] == ["alert_command: it ended with code 3"]
        ways.configure(Means(command=(str(path), "long")))
        for _ in range(COMMANDS + 1):
            ways.carry_out(ALERT)
        assert "this alert is not told to it" in caplog.text
        await ways.close()


async def test_nothing_is_raised_where_there_is_nothing_to_call_with(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = Guarded[None]()
    async with app.run_test():
        ways = Ways(app, {"TMUX": "x", "PATH": ""})
        ways.carry_out(ALERT)
        ways.show_title(3)
        monkeypatch.setattr("watui.terminal.errands.threading.Thread", lambda **_: 1 / 0)
        ways.configure(Means(command=("say",)))
        ways.carry_out(ALERT)
        assert "an alert could not go out: ZeroDivisionError" in caplog.text
        monkeypatch.undo()
        await ways.close()
