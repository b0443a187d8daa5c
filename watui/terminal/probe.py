"""Asking the terminal what it is and how wide it takes hard text: once, before Textual has it.

While Textual runs nothing may be asked, since an answer is input like any other.
"""

import contextlib
import os
import re
import select
import signal
import termios
from collections.abc import Mapping
from time import monotonic
from typing import Any

from watui.terminal.facts import SAMPLES, UNKNOWN, Terminal, described

LIMIT = 1.0
"""Seconds from the question until no answer is waited for any more."""

SILENCE = 0.3
"""Seconds after which a terminal at hand that has said nothing at all is taken to be mute; over SSH it is
`LIMIT`, as the way there and back may well take that long."""

_WIDEST = 12  # cells of the widest sample on any terminal, with some to spare
_MOST = 65536  # bytes that are listened to; more is a flood, and no answer
_CPR = "\x1b[6n"
QUESTION = (
    "\x1b7"
    + _CPR
    + "\x1b[>0q\x1b8\x1b[K"
    + "".join(f"{sample}{_CPR}\x1b8\x1b[K" for sample in SAMPLES.values())
    + "\x1b[c"
)
"""In one: where the cursor is, the name, each sample (erased at once) and where it ends, and the end mark."""

_PLACE = re.compile(rb"\x1b\[(\d{1,5});(\d{1,5})R")
_NAME = re.compile(rb"\x1bP>\|([ -~]{0,60})[ -~]*\x1b\\")
_END = re.compile(rb"\x1b\[\?[\d;]*c")
_NO = frozenset({"0", "no", "off", "false"})


class Probe:
    """One question to the terminal, put at once and answered while the program goes on loading.

    Until `hand_over` or `close` the terminal neither echoes nor waits for whole lines. What it sends is kept
    as it came, type-ahead and all: the driver's parser tells keys from answers, also from late ones.
    """

    def __init__(self, source: int, target: int, environ: Mapping[str, str]) -> None:
        """Ask; raises OSError or termios.error if there is no terminal that could be asked."""
        self._source = source
        self._environ = environ
        self._heard = bytearray()
        self._columns = os.get_terminal_size(target).columns
        self._before: list[Any] | None = termios.tcgetattr(source)
        quiet = termios.tcgetattr(source)
        quiet[3] &= ~(termios.ECHO | termios.ICANON)  # ISIG stays: Ctrl+C ends what has not yet begun
        quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 1, 0
        self._on_term = _exit_on_term()
        try:
            termios.tcsetattr(source, termios.TCSANOW, quiet)
            if select.select([], [target], [], 0)[1]:  # else it is stalled, and would stall us
                os.write(target, QUESTION.encode())
        except BaseException:
            self.hand_over()
            raise
        self._asked = monotonic()

    def answer(self) -> Terminal:
        """Wait for the answer, if it is still to come, and say what is known then."""
        # What has come meanwhile counts, however long the program has been loading.
        while not _END.search(self._heard) and len(self._heard) < _MOST:
            if not self._read(max(0.0, self._patience())):
                break
        return self._told()

    def hand_over(self) -> bytes:
        """Give the terminal back as it was, without waiting; returns what it has sent, keys and answers."""
        if self._before is None:
            return b""
        while len(self._heard) < _MOST and self._read(0):
            pass
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._source, termios.TCSANOW, self._before)
        self._before = None
        if self._on_term is not None:
            signal.signal(signal.SIGTERM, self._on_term)
        heard, self._heard = bytes(self._heard), bytearray()
        return heard

    def close(self) -> None:
        """Give the terminal back with nobody to read it: what it still answers must not reach the shell."""
        if self._before is not None:
            with contextlib.suppress(KeyboardInterrupt):
                self.answer()
            self.hand_over()

    def _patience(self) -> float:
        """Return the seconds that are left to wait."""
        far = self._environ.get("SSH_CONNECTION") or self._environ.get("SSH_TTY")
        return self._asked + (LIMIT if self._heard or far else SILENCE) - monotonic()

    def _read(self, seconds: float) -> bool:
        """Take what there is within a time; False if there was nothing or the terminal is gone."""
        try:
            if not select.select([self._source], [], [], seconds)[0]:
                return False
            data = os.read(self._source, 4096)
        except OSError:
            return False
        self._heard += data
        return bool(data)

    def _told(self) -> Terminal:
        """Read the answer: every place, in order, lies on the row of the first one, or it is another's."""
        name = _NAME.search(self._heard)
        places = [(int(row), int(column)) for row, column in _PLACE.findall(self._heard)]
        cells: dict[str, int] = {}
        # More places than were asked for: a key that looks like one (F3 with shift) is among them.
        if places and len(places) <= len(SAMPLES) + 1 and places[0][1] + _WIDEST <= self._columns:
            row, start = places[0]
            for kind, (at, column) in zip(SAMPLES, places[1:], strict=False):
                if at != row or not 0 <= column - start <= _WIDEST:
                    cells = {}
                    break
                cells[kind] = column - start
        return described(name[1].decode("ascii") if name else "", cells, self._environ)


def begin(environ: Mapping[str, str], source: int = 0, target: int = 2) -> Probe | None:
    """Ask the terminal that is read on `source` and drawn on at `target`; None if it must or can not be.

    Input from another terminal than the one drawn on is not asked: its answers would go to that one's shell.
    """
    if environ.get("TERM") in {None, "", "dumb"} or environ.get("WATUI_PROBE", "").casefold() in _NO:
        return None
    try:
        if not (os.isatty(source) and os.isatty(target)):
            return None
        if os.fstat(source).st_rdev != os.fstat(target).st_rdev:
            return None
        return Probe(source, target, environ)
    except (OSError, termios.error):
        return None


def known(probe: Probe | None, environ: Mapping[str, str]) -> Terminal:
    """Say what is known of the terminal, whether it was asked or not."""
    return probe.answer() if probe is not None else described("", {}, environ)


def _exit_on_term() -> Any:
    """Let SIGTERM end the program in order, so that the terminal is given back; returns what was before."""
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return None

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    try:
        return signal.signal(signal.SIGTERM, leave)
    except ValueError:  # not the main thread
        return None


__all__ = ["LIMIT", "QUESTION", "SILENCE", "UNKNOWN", "Probe", "begin", "known"]
