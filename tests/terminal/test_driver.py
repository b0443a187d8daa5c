"""The guarded driver in a pseudo-terminal: hostile input, every way to end, and what is left behind."""

import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.pty import Terminal
from tests.terminal.conftest import APP, ROOT, Run, Start

RESET = [
    b"\x1b[?2004l",
    b"\x1b[?1000l",
    b"\x1b[?1003l",
    b"\x1b[?1006l",
    b"\x1b[<u",
    b"\x1b[?1049l",
    b"\x1b[?25h",
    b"\x1b[?1004l",
]
ANSWERS = (
    "\x1b[?1;2c\x1b[>41;379;0c\x1b[0n\x1b[12;40R\x1bP>|XTerm(379)\x1b\\"
    "\x1b]11;rgb:0000/0000/0000\x07\x1b]lsend me\r\x1b\\"
)


def left_clean(run: Run, since: int) -> None:
    """Check that everything that was turned on is off again, and that nothing follows but the reset."""
    ending = run.terminal.raw[since:]
    for sequence in RESET:
        assert sequence in ending, sequence
    assert b"Traceback" not in run.terminal.raw
    assert run.terminal.modes == run.before


def leaves(run: Run, code: int, limit: float = 1.0) -> None:
    """Check that the app ends by itself, in time, on the way out that unmounts."""
    begin = time.monotonic()
    assert run.terminal.wait_exit() == code
    assert time.monotonic() - begin < limit
    assert len(run.noted("unmount")) == 1
    assert run.noted("exit") == [code]


def test_answers_press_no_keys(start: Start) -> None:
    run = start()
    run.terminal.send(ANSWERS)
    run.typed("ok")
    assert run.noted("key") == ["o", "k"]
    assert run.text() == "ok"


def test_answers_cut_into_bytes_press_no_keys(start: Start) -> None:
    run = start()
    for byte in ANSWERS.encode():
        run.terminal.send(bytes([byte]))
    run.typed("ok")
    assert run.noted("key") == ["o", "k"]


def test_paste_is_one_event_and_no_key(start: Start) -> None:
    run = start()
    run.terminal.send("\x1b[200~one\x1b[13u\x1b\r\x03\x9b2J\rtwo\x00\x7f\u202ethree\x1b[201~")
    run.terminal.until(lambda: run.noted("paste"))
    run.typed("!")
    assert run.noted("paste") == ["one[13u\r2J\rtwothree"]
    assert run.noted("key") == ["exclamation_mark"]
    assert run.text() == "one[13u\n2J\ntwothree!"


def test_invalid_utf8_is_survived(start: Start) -> None:
    run = start()
    run.terminal.send(b"\xff\xc3(\x9b")
    run.typed("ok")


@pytest.mark.parametrize("ignore", [(), (signal.SIGHUP,)], ids=["heeded", "ignored"])
def test_terminal_goes_away(start: Start, ignore: tuple[signal.Signals, ...]) -> None:
    run = start(ignore=ignore)
    used = run.terminal.cpu
    run.terminal.hangup()
    leaves(run, 129)
    assert run.terminal.cpu - used < 0.5


@pytest.mark.parametrize("mode", ["plain", "flood"])
def test_terminal_goes_away_while_stalled(start: Start, mode: str) -> None:
    run = start(mode, ignore=(signal.SIGHUP,))
    run.terminal.stall()
    run.terminal.send("keys")
    run.terminal.until(lambda: "s" in run.noted("key"))
    run.terminal.hangup()
    leaves(run, 129)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_while_idle(start: Start, number: signal.Signals) -> None:
    run = start()
    since = len(run.terminal.raw)
    run.terminal.signal(number)
    leaves(run, 128 + number)
    left_clean(run, since)


def test_signal_in_a_flood(start: Start) -> None:
    run = start("flood")
    run.terminal.until(lambda: len(run.terminal.raw) > 100_000)
    since = len(run.terminal.raw)
    run.terminal.signal(signal.SIGTERM)
    leaves(run, 143)
    left_clean(run, since)


def stalled(run: Run) -> None:
    """Stall the terminal until the flood has filled all buffers, typing meanwhile."""
    run.terminal.stall()
    begin = time.monotonic()
    for round_ in range(1, 1000):
        run.terminal.send("k")
        run.terminal.until(lambda n=round_: len(run.noted("key")) >= n)  # type: ignore[misc]
        if time.monotonic() - begin > 0.7:
            break


def test_signal_while_stalled(start: Start) -> None:
    run = start("flood", cols=120, rows=40)
    stalled(run)
    since = len(run.terminal.raw)
    run.terminal.signal(signal.SIGTERM)
    leaves(run, 143)
    run.terminal.unstall()
    run.terminal.until(b"\x1b[?1004l")
    left_clean(run, since)


def test_stall_holds_up_nothing_and_is_repainted(start: Start) -> None:
    run = start("flood")
    stalled(run)  # which waits for a key every time: the loop lives
    run.typed("title!")
    run.typed("stop!")
    run.terminal.until(lambda: run.noted("line"))
    run.terminal.unstall()
    run.terminal.until(b"(3) watui")
    # Nothing has been drawn since the flood stopped, so this is the work of the repaint.
    run.terminal.until(lambda: run.terminal.screen[1:19] == run.noted("line") * 18)
    run.terminal.until("stop!")


def test_stop_and_continue_from_outside(start: Start) -> None:
    run = start()
    run.terminal.signal(signal.SIGSTOP)
    run.terminal.signal(signal.SIGCONT)
    run.typed("still here")
    run.terminal.until("still here")
    run.terminal.signal(signal.SIGTERM)
    leaves(run, 143)
    assert run.terminal.raw.count(b"\x1b[?1049h") == 1


def test_dead_terminal_at_the_start(tmp_path: Path) -> None:
    argv = [sys.executable, str(APP), str(tmp_path / "events"), "late"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with Terminal(argv, env=env, ignore=(signal.SIGHUP,)) as terminal:
        terminal.until(b"LATE")
        terminal.hangup()
        assert terminal.wait_exit() == 129


def test_input_is_no_terminal(start: Start, tmp_path: Path) -> None:
    argv = [
        "/bin/sh",
        "-c",
        'exec "$@" </dev/null',
        "sh",
        sys.executable,
        str(APP),
        str(tmp_path / "events"),
        "plain",
    ]
    with Terminal(argv, env={**os.environ, "PYTHONPATH": str(ROOT)}) as terminal:
        assert terminal.wait_exit() == 129, terminal.raw


def test_end_of_input_without_a_signal(tmp_path: Path) -> None:
    master, slave = os.openpty()
    events = tmp_path / "events"
    argv = [
        "/bin/sh",
        "-c",
        f'exec "$@" <{os.ttyname(slave)}',
        "sh",
        sys.executable,
        str(APP),
        str(events),
        "plain",
    ]
    with Terminal(argv, env={**os.environ, "PYTHONPATH": str(ROOT)}) as terminal:
        terminal.until("ready")
        used, begin = terminal.cpu, time.monotonic()
        os.close(master)
        assert terminal.wait_exit() == 129
        assert time.monotonic() - begin < 1.0
        assert terminal.cpu - used < 0.5
        assert b"\x1b[?1049l" in terminal.raw
    os.close(slave)


def test_idle_costs_nothing(start: Start) -> None:
    run = start()
    run.typed("a")

    def quiet() -> bool:
        written, woken, end = len(run.terminal.raw), run.terminal.wakeups, time.monotonic() + 0.5
        run.terminal.until(lambda: time.monotonic() > end)
        return len(run.terminal.raw) == written and run.terminal.wakeups - woken <= 1

    # Textual's own driver wakes ten times a second for ever; a busy machine may be late with what starting
    # has left.
    run.terminal.until(quiet)


def test_title_bell_note_and_clipboard(start: Start) -> None:
    run = start()
    for word, sequence in [
        ("title!", b"\x1b[22;0t\x1b]0;(3) watui,x\x07"),
        ("bell!", b"\x07"),
        ("note!", b"\x07\x1b]777;notify;Ana;hello\x07"),
        ("copy!", b"\x1b]52;c;Y29waWVk\x07"),
    ]:
        run.typed(word)
        run.terminal.until(sequence)
    run.terminal.signal(signal.SIGTERM)
    leaves(run, 143)
    raw = run.terminal.raw
    assert raw.count(b"\x1b[22;0t") == raw.count(b"\x1b[23;0t") == 1
    assert raw.index(b"\x1b[23;0t") < raw.index(b"\x1b[?1049l")


def test_suspended_for_an_editor(start: Start) -> None:
    run = start("flood")
    run.typed("title!")
    run.terminal.send("editor!")
    run.terminal.until(b"EDITING")
    assert run.terminal.modes == run.before
    run.terminal.send("\x03")  # Ctrl+C in the editor is not for us
    run.terminal.send("done\n")
    run.terminal.until(lambda: run.terminal.raw.count(b"\x1b[22;0t") == 2)
    run.typed("back")
    run.terminal.signal(signal.SIGTERM)
    leaves(run, 143)


def test_hostile_text_is_stopped_by_the_tripwire(start: Start) -> None:
    run = start("hostile")
    run.terminal.until("a]52;c;ZXZpbA==b[2Jc5ndefgh]0;owned")
    run.typed("hits!")
    assert run.noted("hits")[-1] > 0
    run.terminal.signal(signal.SIGTERM)
    leaves(run, 143)
    for sequence in (
        b"\x1b]52",
        b"\x1b[2J",
        "\x9b".encode(),
        b"\x1b]0;",
        "\u202e".encode(),
        b"\x0e",
        b"\x7f",
        b"\x00",
    ):
        assert sequence not in run.terminal.raw


def test_plain_text_never_trips(start: Start) -> None:
    run = start()
    run.typed("tab\t and hits!".replace("\t", ""))
    assert run.noted("hits")[-1] == 0


@pytest.mark.parametrize(("word", "name"), [("crash!", "ValueError"), ("worker!", "LookupError")])
def test_crash_shows_one_line(start: Start, word: str, name: str) -> None:
    run = start()
    since = len(run.terminal.raw)
    run.terminal.send(word)
    assert run.terminal.wait_exit() == 1
    left_clean(run, since)
    after = run.terminal.raw.rpartition(b"\x1b[?1004l")[2].decode()
    told = re.fullmatch(rf"watui stopped: {name}; report in (\S+)\r\n", after)
    assert told, after
    reports = list((run.events.parent / "reports").glob("crash-*.txt"))
    assert [str(path) for path in reports] == [told[1]]
    assert reports[0].stat().st_mode & 0o777 == 0o600
    report = reports[0].read_text(encoding="utf-8")
    assert name in report
    assert "app.py" in report
    # Source lines may stand in a report, values of variables and secrets not.
    for secret in ("SECRET-BODY", "KEY-1234"):
        assert secret not in report
        assert secret.encode() not in run.terminal.raw
