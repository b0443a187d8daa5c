"""How the figures are taken: programs in pseudo-terminals, keys with time stamps, gateways, memory, CPU."""

import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from rich.cells import cell_len

from tests.pty import Terminal
from watui.terminal.facts import SAMPLES
from watui.terminal.probe import QUESTION

ROOT = Path(__file__).parent.parent.parent
COLS, ROWS = 120, 40
PYTHON = sys.executable

QUIET = 0.04
"""Seconds without output after which what was asked for has been drawn."""

ESCAPE = 0.2
"""Seconds after which Escape is sure to be taken for itself and not for the beginning of another key."""

PATIENCE = 5.0
"""Seconds after which an answer counts as lost."""

MARKS = "~^|{}@$%&=+<>_"
"""Keys that are seen at once in what is written, because nothing else on the screen holds them."""

ANSWER = (
    "\x1b[1;1R\x1bP>|XTerm(390)\x1b\\"
    + "".join(f"\x1b[1;{1 + cell_len(sample)}R" for sample in SAMPLES.values())
    + "\x1b[?62;22c"
)
"""What a terminal says that takes every text for as wide as it is laid out."""

CLEAR = "\x15"
"""Ctrl+U empties a field as well as the composer."""

_ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\a\x1b]*(?:\a|\x1b\\)|\x1b.")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give a program an environment without anything of the user's own, and a terminal of all colours.

    Compiled modules are kept, as they are where watui is installed: Textual's are there in any case.
    """
    foreign = ("WATUI", "TEXTUAL", "SSH", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    fixed = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
    return kept | fixed | {"WATUI_HOME": str(home)} | more


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values: Sequence[float]) -> float:
    """The value in the middle."""
    return statistics.median(values)


def paired(values: Sequence[float], others: Sequence[float]) -> float:
    """How many times as large values are as those measured beside them; robust where both have two humps."""
    return median([one / other for one, other in zip(values, others, strict=True)])


class Watched(Terminal):
    """A program in a terminal of the usual size, whose answers are timed."""

    def __init__(self, argv: Sequence[str], env: dict[str, str]) -> None:
        super().__init__(argv, cols=COLS, rows=ROWS, env=env, cwd=ROOT)
        self._marks = ""

    def __enter__(self) -> Self:
        return self

    @property
    def written(self) -> int:
        """Bytes that came so far."""
        return sum(len(data) for _, data in self.chunks)

    def settle(self, quiet: float = 0.3, within: float = 30.0) -> None:
        """Wait until nothing more is written."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            count = len(self.chunks)
            time.sleep(quiet)
            if len(self.chunks) == count:
                return

    def press(self, *keys: str) -> None:
        """Press keys one after the other, without a look at what they cost."""
        for key in keys:
            self.send(key)
            self.settle(ESCAPE if key == "\x1b" else QUIET)

    def answer(self, ask: str | tuple[int, int] | Path, order: str = "", quiet: float = QUIET) -> "Answer":
        """Send keys, another size or an order through a pipe; tells what came of it until all was quiet."""
        after = len(self.chunks)
        began = time.monotonic()
        if isinstance(ask, tuple):
            self.resize(*ask)
        elif isinstance(ask, Path):
            with ask.open("a", encoding="utf-8") as pipe:
                pipe.write(order + "\n")
        else:
            self.send(ask)
        while True:
            time.sleep(0.002)
            now = time.monotonic()
            last = self.chunks[-1][0] if len(self.chunks) > after else None
            if last is not None and now - last > quiet:
                break
            if last is None and now - began > PATIENCE:
                raise AssertionError(f"no answer to {ask!r}\n{self.text}")
        return Answer(self.chunks[-1][0] - began, sum(len(data) for _, data in self.chunks[after:]))

    def echo(self) -> float:
        """Type one key and wait for it; gives the seconds until it was written."""
        if not self._marks:
            self._marks = self._unused()
        key, self._marks = self._marks[0].encode(), self._marks[1:]
        at = len(self.chunks)
        began = time.monotonic()
        self.send(key)
        seen = b""
        while time.monotonic() - began < PATIENCE:
            while at < len(self.chunks):
                moment, data = self.chunks[at]
                at += 1
                seen = seen[-60:] + data
                if key in data and key in _ESCAPES.sub(b"", seen):
                    return moment - began
            time.sleep(0.0005)
        raise AssertionError(f"no echo of {key!r}\n{self.text}")

    def _unused(self) -> str:
        """Empty the field and give the marks that are nowhere on the screen."""
        self.send(CLEAR)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            time.sleep(0.02)
            shown = self.text
            unused = "".join(mark for mark in MARKS if mark not in shown)
            if len(unused) > len(MARKS) // 2:
                return unused
        raise AssertionError(shown)


class Answer:
    """How long something took until its last byte, and how many bytes that were."""

    def __init__(self, seconds: float, size: int) -> None:
        self.seconds = seconds
        self.size = size


def first_paint(argv: Sequence[str], what: bytes, env: dict[str, str]) -> float:
    """Seconds from the start of a program until a text of its first screen has been written.

    Like any terminal this one answers when it is asked what it is.
    """
    with Watched(argv, env) as program:
        seen, at, asked = b"", 0, False
        while time.monotonic() - program.started < 20:
            while at < len(program.chunks):
                moment, data = program.chunks[at]
                at += 1
                seen += data
                if what in seen:
                    return moment - program.started
            if not asked and QUESTION.encode() in seen:
                asked = True
                program.send(ANSWER)
            time.sleep(0.0005)
        raise AssertionError(f"{what!r} in {seen!r}")


def cpu(pid: int) -> float:
    """CPU seconds of all threads of a process so far, to the nanosecond (Linux)."""
    return (
        sum(
            int(path.read_text(encoding="ascii").split()[0])
            for path in Path(f"/proc/{pid}/task").glob("*/schedstat")
        )
        / 1e9
    )


def memory(pid: int) -> int:
    """Bytes of memory that a process holds (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def gateway(*arguments: str) -> Iterator[dict[str, Any]]:
    """Run the embedded gateway in a process of its own; yields what it says of itself."""
    process = subprocess.Popen(
        [PYTHON, "-m", "watui", "gateway", "--until-stdin-closes", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(5)
        process.stdout.close()


def control(ready: dict[str, Any], path: str, body: dict[str, Any] | None = None) -> Any:
    """Speak to the gateway's control port."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(ready["control"] + path, data, {"content-type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)
