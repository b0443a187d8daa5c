"""Asking a terminal that answers, is slow, says half, says rubbish or nothing; the test is the terminal."""

import os
import termios
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.terminal.conftest import Start
from tests.terminal.models import KITTY, XTERM, Model
from watui.terminal import probe
from watui.terminal.facts import SAMPLES, UNKNOWN
from watui.terminal.parser import SafeParser
from watui.terminal.probe import QUESTION, Probe

PLAIN = {"TERM": "xterm-256color"}
END = "\x1b[?64;1;2c"


def places(model: Model, row: int = 7, start: int = 1) -> str:
    ends = [start, *(start + cells for cells in model.cells().values())]
    return "".join(f"\x1b[{row};{column}R" for column in ends)


def answers(model: Model, **where: int) -> str:
    first, rest = places(model, **where).split("R", 1)
    return f"{first}R\x1bP>|{model.name}\x1b\\{rest}{END}"


@dataclass
class Line:
    """A pseudo-terminal, of which the test is the far end."""

    far: int
    near: int

    @property
    def modes(self) -> list[Any]:
        return termios.tcgetattr(self.near)

    def ask(self, **environ: str) -> Probe:
        asked = probe.begin(PLAIN | environ, self.near, self.near)
        assert asked is not None
        return asked

    def say(self, words: str) -> None:
        os.write(self.far, words.encode())

    def heard(self) -> str:
        data = b""
        while len(data) < len(QUESTION.encode()):
            data += os.read(self.far, 65536)
        return data.decode()


@pytest.fixture
def line() -> Iterator[Line]:
    far, near = os.openpty()
    termios.tcsetwinsize(near, (24, 80))
    yield Line(far, near)
    os.close(far)
    os.close(near)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "LIMIT", 0.05)
    monkeypatch.setattr(probe, "SILENCE", 0.05)


def keys(data: bytes) -> list[str]:
    parser = SafeParser()
    found = [*parser.feed(data.decode()), *parser.feed("")]
    return [getattr(message, "character", None) or type(message).__name__ for message in found]


@pytest.mark.parametrize("model", [XTERM, KITTY], ids=lambda model: model.name)
def test_one_question_one_answer(line: Line, model: Model) -> None:
    before = line.modes
    asked = line.ask()
    assert not line.modes[3] & (termios.ECHO | termios.ICANON)
    assert line.modes[3] & termios.ISIG
    assert line.heard() == QUESTION
    line.say(answers(model, start=12))
    terminal = asked.answer()
    assert (terminal.name, terminal.cells) == (model.name, model.cells())
    assert keys(asked.hand_over()) == []
    assert line.modes == before
    assert asked.hand_over() == b""


def test_each_sample_is_erased_and_the_cursor_is_where_it_was() -> None:
    rest = QUESTION
    for sample in SAMPLES.values():
        before, rest = rest.split(sample)
        assert before.endswith("\x1b8\x1b[K")
    assert rest == "\x1b[6n\x1b8\x1b[K\x1b[c"


def test_what_is_typed_meanwhile_is_kept_in_its_order(line: Line) -> None:
    line.say("ab")
    asked = line.ask()
    whole = answers(XTERM)
    line.say("c" + whole[:40] + "d\x1b[A" + whole[40:] + "e")
    assert asked.answer().cells == XTERM.cells()
    assert "".join(keys(asked.hand_over())) == "abcdKeye"


def test_an_answer_in_pieces(line: Line) -> None:
    asked = line.ask(SSH_CONNECTION="far away")
    told: list[object] = []
    waiting = threading.Thread(target=lambda: told.append(asked.answer()))
    waiting.start()
    for byte in answers(XTERM):
        line.say(byte)
    waiting.join(5)
    assert told == [asked.answer()]
    assert asked.answer().cells == XTERM.cells()


def test_an_answer_that_came_while_nobody_looked(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = line.ask()
    line.say(answers(XTERM))
    monkeypatch.setattr(probe, "monotonic", lambda: float("inf"))
    assert asked.answer().cells == XTERM.cells()


@pytest.mark.usefixtures("hasty")
def test_no_answer_and_then_a_late_one(line: Line) -> None:
    before = line.modes
    asked = line.ask()
    assert asked.answer() == UNKNOWN
    line.say("x" + answers(XTERM))
    assert keys(asked.hand_over()) == ["x"]
    assert line.modes == before


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("said", "name", "kinds"),
    [
        (places(XTERM)[:-8], "", 14),
        ("\x1bP>|foot(1.2)\x1b\\\x1b[?62c", "foot(1.2)", 0),
        (END, "", 0),
        ("\x1b[1;2R" + answers(XTERM), XTERM.name, 0),  # F3 with shift
        ("\x1b[7;70R" + answers(XTERM), XTERM.name, 0),
        (answers(XTERM, start=75), XTERM.name, 0),  # no room to the right
        (places(XTERM).replace("\x1b[7;9R", "\x1b[8;1R") + END, "", 0),  # wrapped
        ("\x1bP>|" + "x" * 500 + "\x1b\\" + END, "x" * 60, 0),
        ("\x1bP>|a\x1b]0;evil\x07\x1b\\" + END, "", 0),
        ("\x1b[99999999999;1R\x00\xff\x1b[;R" + END, "", 0),
    ],
    ids=range(10),
)
def test_half_an_answer_and_rubbish(line: Line, said: str, name: str, kinds: int) -> None:
    asked = line.ask()
    line.say(said)
    terminal = asked.answer()
    assert (terminal.name, len(terminal.cells)) == (name, kinds)


@pytest.mark.usefixtures("hasty")
def test_a_terminal_that_goes_away(line: Line) -> None:
    asked = line.ask()
    os.close(line.far)
    assert asked.answer() == UNKNOWN
    assert asked.hand_over() == b""
    line.far = os.open(os.devnull, os.O_RDONLY)


def test_closing_waits_for_the_answer_so_that_no_shell_gets_it(line: Line) -> None:
    before = line.modes
    asked = line.ask()
    line.say(answers(XTERM))
    asked.close()
    assert line.modes == before
    line.say("\n")
    assert os.read(line.near, 100) == b"\n"


@pytest.mark.parametrize(
    "environ",
    [{}, {"TERM": ""}, {"TERM": "dumb"}, PLAIN | {"WATUI_PROBE": "0"}, PLAIN | {"WATUI_PROBE": "No"}],
)
def test_who_is_not_asked(line: Line, environ: dict[str, str]) -> None:
    assert probe.begin(environ, line.near, line.near) is None


def test_nothing_but_one_terminal_is_asked(line: Line) -> None:
    read, write = os.pipe()
    far, near = os.openpty()
    for source, target in ((read, line.near), (line.near, write), (line.near, near), (99, 99)):
        assert probe.begin(PLAIN, source, target) is None
    for descriptor in (read, write, far, near):
        os.close(descriptor)
    assert probe.known(None, {"VTE_VERSION": "7600"}).reorders


# --- in the program -----------------------------------------------------------------------------------------


def test_the_program_asks_and_types_on(start: Start) -> None:
    run = start("probe", said="typed" + answers(KITTY) + "!")
    assert run.noted("terminal") == [[KITTY.name, KITTY.cells()]]
    run.terminal.until(lambda: run.text() == "typed!")
    run.typed(" ok")
    assert run.text() == "typed! ok"
    raw = run.terminal.raw
    assert raw.index(QUESTION.encode()) < raw.index(b"\x1b[?1049h")
    assert b"^[" not in raw


def test_an_answer_that_comes_late_is_no_text(start: Start) -> None:
    run = start("probe")
    assert run.noted("terminal") == [["", {}]]
    run.terminal.send(answers(XTERM))
    run.typed("ok")
    assert run.text() == "ok"
    run.terminal.signal(15)
    assert run.terminal.wait_exit() == 143
    assert run.terminal.modes == run.before


def test_a_terminal_that_lets_the_app_reorder(start: Start) -> None:
    run = start("bidi", said=f"\x1bP>|VTE(7600)\x1b\\{END}")
    assert run.noted("bidi") == [True]
    run.terminal.signal(15)
    assert run.terminal.wait_exit() == 143
    raw = run.terminal.raw
    assert (
        raw.index(b"\x1b[?1049h") < raw.index(b"\x1b[8l") < raw.index(b"\x1b[8h") < raw.index(b"\x1b[?1049l")
    )


def test_other_terminals_are_not_told_of_bidi(start: Start) -> None:
    run = start("bidi", said=answers(XTERM))
    assert run.noted("bidi") == [False]
    assert b"\x1b[8l" not in run.terminal.raw
