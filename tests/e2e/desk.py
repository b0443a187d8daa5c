"""The real program in a terminal, a gateway in a process beside it, and what they must leave behind."""

import json
import re
import subprocess
import sys
import termios
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.measure import ROOT, control, environment
from tests.pty import Terminal
from watui.terminal.probe import QUESTION

WATUI = (sys.executable, "-m", "watui")

QUIET = ("--rate", "0", "--no-reply", "--pace", "0", "--unpaired", "0", "--devices", "1", "--chats", "6")
"""A gateway on which nothing happens by itself."""

RING_EACH = (
    "import watui.alerts.ringer as r; r.PER_CHAT = r.WINDOW = 0.0; "
    "from watui.__main__ import main; raise SystemExit(main())"
)
"""watui without limits of how often it rings, so that every message rings and none only counts."""

ALICE = "4915111111111@c.us"

ENTER_AFTER = 0.04
"""Seconds after another key from which an Enter counts as a person's, with some to spare (`PasteGuard`)."""

CLICK = "\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m"

# Everything that Textual and watui write by themselves; whatever is left over came from somebody else.
_OWN = re.compile(
    rb"\x1b\[[\d;]*m|\x1b\[\d+;\d+H|\x1b\[\?(?:1000|1003|1004|1006|1015|1016|1049|2004|2026|2048|25|7)[hl]"
    rb"|\x1b\[2[23];0t|\x1b\]0;(?:\(\d+\) )?watui\a"
    rb"|\x1b\[\?20(?:26|48)\$p|\x1b\[>25u|\x1b\[<u|\x1b\]22;(?:default|pointer|text)\a"
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[\d;?<>]*|\]2?2?;?[a-z]*)?\Z")
_KEPT = {"\r", "\n", "\u200d", "\u200c"}
_OFF = (b"?1049", b"?1000", b"?1003", b"?1006", b"?2004", b"?1004")


@contextmanager
def gateway(*arguments: str) -> Iterator[dict[str, Any]]:
    """Run the embedded gateway in a process of its own; yields what it says of itself."""
    with subprocess.Popen(
        [*WATUI, "gateway", "--until-stdin-closes", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())


class Desk:
    """Somebody at a terminal in which watui runs, and the gateway it speaks to."""

    def __init__(
        self,
        ready: dict[str, Any],
        home: Path,
        *arguments: str,
        size: tuple[int, int] = (120, 40),
        argv: Sequence[str] = WATUI,
        **env: str,
    ) -> None:
        self.ready, self.home = ready, home
        reach = {"WATUI_URL": ready["url"], "WATUI_API_KEY": ready["key"]} if ready else {}
        # A test runner may tell its own programs of another size than that of this terminal.
        variables = {"COLUMNS": "", "LINES": "", "PYTHONWARNINGS": "default::ResourceWarning", **reach, **env}
        given = {name: value for name, value in environment(home, **variables).items() if value}
        self.terminal = Terminal([*argv, *arguments], cols=size[0], rows=size[1], env=given, cwd=ROOT)
        self.before = self.terminal.modes
        self._state: tuple[int, int, int] | None = None
        self._lines: list[str] = []

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *exc: object) -> None:
        self.terminal.close()

    @property
    def log(self) -> str:
        """What watui wrote into its log so far."""
        path = self.home / "watui.log"
        return path.read_text("utf-8") if path.exists() else ""

    @property
    def lines(self) -> list[str]:
        """What is on the screen; where half of a wide character was written over, there is a blank."""
        terminal = self.terminal
        state = (len(terminal.chunks), terminal.cols, terminal.rows)
        if state != self._state:  # reading the screen is what these tests spend their time on
            self._state = state
            try:
                self._lines = terminal.screen
            except IndexError:  # pyte cannot tell of such a screen
                screen = terminal._screen
                rows = (screen.buffer[y] for y in range(screen.lines))
                self._lines = ["".join(row[x].data or " " for x in range(screen.columns)) for row in rows]
        return self._lines

    @property
    def text(self) -> str:
        """The screen as one string."""
        return "\n".join(self.lines)

    def until(self, what: str | bytes | Callable[[], object], timeout: float = 10.0) -> float:
        """Wait for words on the screen, for bytes in the output or for something to become true."""
        return self.terminal.until((lambda: what in self.text) if isinstance(what, str) else what, timeout)

    def gone(self, words: str) -> None:
        """Wait until words are no longer on the screen."""
        self.until(lambda: words not in self.text)

    def live(self) -> None:
        """Wait until the first device is connected and its chats are listed."""
        self.until(lambda: "● live" in self.text)

    def send(self, keys: str | bytes) -> None:
        self.terminal.send(keys)

    def type(self, text: str, shown: str | None = None) -> None:
        """Type a text and wait until the screen shows it."""
        self.send(text)
        self.until(shown or text)

    def enter(self) -> None:
        """Press Enter as a person does: a moment after the key before."""
        after = time.monotonic() + ENTER_AFTER
        self.until(lambda: time.monotonic() > after)
        self.send("\r")

    @property
    def switching(self) -> bool:
        """Whether the chat switcher is there, with nothing typed in it yet."""
        left = max(0, (self.terminal.cols - 60) // 2)
        return "chat" in self.lines[3][max(0, left - 4) : left + 8].split()

    def open(self, jid: str = ALICE) -> None:
        """Open a chat by its number, with the switcher."""
        self.send("\x0b")
        self.until(lambda: self.switching)
        number = jid.partition("@")[0]
        self.type(number)
        self.until(lambda: number in self.text)
        self.enter()
        self.until(lambda: number not in self.lines[3] and "Enter send" in self.text)
        self.gone("reading the newest")

    def click(self, words: str, *, last: bool = False) -> int:
        """Click on every place where words stand, or on the last one only; gives the number of places."""
        lines = self.lines
        places = [
            (m.start() + 4, y) for y, line in enumerate(lines, 1) for m in re.finditer(re.escape(words), line)
        ]
        for x, y in places[-1:] if last else places:
            self.send(CLICK.format(x=x, y=y))
        return len(places)

    def calls(self) -> Any:
        """What the gateway was asked and what it sent on."""
        return control(self.ready, "/calls")

    def sends(self, words: str) -> list[str]:
        """Every text holding `words` that WhatsApp got."""
        return [send["text"] for send in self.calls()["sends"] if words in send["text"]]

    def do(self, verb: str, **fields: Any) -> Any:
        """Make something happen at the gateway."""
        return control(self.ready, f"/{verb}", fields)

    def leave(self, *, code: int = 0) -> float:
        """Press Ctrl+Q, see that all ends as it should, and give the seconds it took."""
        return self.ended(lambda: self.send(b"\x11"), code)

    def ended(self, act: Callable[[], object], code: int, within: float = 2.0) -> float:
        """Do what ends watui and see how it ends; gives the seconds it took."""
        begin = time.monotonic()
        act()
        assert self.terminal.wait_exit(10) == code
        took = time.monotonic() - begin
        assert took < within, f"took {took:.2f} s"
        self.assert_no_rubbish()
        return took

    def assert_no_rubbish(self) -> None:
        """Nothing was left undone, in the log or on the terminal."""
        told = self.log + self.terminal.raw.decode("utf-8", "replace")
        for words in (
            "Unclosed",
            "never retrieved",
            "was destroyed",
            "Traceback",
            "ResourceWarning",
            "never awaited",
        ):
            assert words not in told, f"{words}: {told[max(0, told.index(words) - 100) :][:1500]!r}"
        if self.ready:
            assert self.ready["key"] not in told

    def assert_clean(self) -> None:
        """The terminal is as it was: modes, main screen, cursor, mouse, paste and focus reports."""
        raw = self.terminal.raw
        for mode in _OFF:
            assert raw.rindex(b"\x1b[" + mode + b"l") > raw.rindex(b"\x1b[" + mode + b"h"), mode
        assert raw.rindex(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l")
        assert b"\x1b[<u" in raw
        now, before = self.terminal.modes, self.before
        assert [now[i] for i in (0, 1, 2, 3, 6)] == [before[i] for i in (0, 1, 2, 3, 6)]
        assert now[3] & termios.ECHO


def bells(raw: bytes) -> int:
    """How often a program rang."""
    return _OWN.sub(b"", raw).count(b"\a")


def smuggled(raw: bytes) -> list[str]:
    """What is in the output of a program that nothing of its own would write; bells are not counted."""
    raw = raw.replace(QUESTION.encode(), b"", 1)
    rest = _UNFINISHED.sub(b"", _OWN.sub(b"", raw)).replace(b"\a", b"").decode("utf-8", "ignore")
    found = []
    for place, char in enumerate(rest):
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and char not in _KEPT:
            found.append(f"{char!a} in {rest[max(0, place - 20) : place + 20]!a}")
    return found
