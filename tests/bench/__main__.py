"""`make bench`: prints every figure with its goal; nothing here passes or fails."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.measure import (
    COLS,
    ROOT,
    ROWS,
    control,
    echoes,
    environment,
    first_paint,
    gateway,
    percentile,
)
from tests.pty import Terminal

PYTHON = sys.executable
START_RUNS = 9
FLOOD = 20_000
RATE = 5_000
LETTERS = "qwxzjvkpyb"


def say(what: str, figure: str, goal: str = "") -> None:
    """Print one figure."""
    print(f"  {what:<58} {figure:>22}   {goal}", flush=True)


def start(home: Path) -> None:
    """First paint, beside an empty Textual app."""
    env = environment(home, WATUI_URL="http://127.0.0.1:9", WATUI_API_KEY="none")
    programs = {
        "empty Textual app": ([PYTHON, "-m", "tests.bench.empty"], b"empty app"),
        "watui, first paint": ([PYTHON, "-m", "watui"], b"watui"),
        "watui, 200 chats and a thread of 50": (
            [PYTHON, "-m", "tests.bench.known", "200", "50"],
            b"message number 49",
        ),
    }
    taken: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(START_RUNS):
        for name, (argv, what) in programs.items():
            taken[name].append(first_paint(argv, what, env))
    empty = statistics.median(taken["empty Textual app"])
    for name, goal in zip(programs, ("1.00", "<= 1.5 x empty", "<= 1.8 x empty"), strict=True):
        median = statistics.median(taken[name])
        say(name, f"{median * 1000:.0f} ms  {median / empty:.2f} x", goal)


def keys(home: Path) -> None:
    """Key echo, idle: beside a field in an empty app."""
    env = environment(home)
    letters = LETTERS * 6
    figures = {}
    for name, argv, what in (
        ("empty app's Input", [PYTHON, "-m", "tests.bench.empty"], b"empty app"),
        ("watui's composer", [PYTHON, "-m", "tests.bench.known", "200", "50"], b"message number 49"),
    ):
        with Terminal(argv, cols=COLS, rows=ROWS, env=env, cwd=ROOT) as terminal:
            terminal.until(what, timeout=20)
            terminal.send("\r")  # from the chats to the composer
            time.sleep(2.5)
            figures[name] = echoes(terminal, letters, 0.03)
    base = statistics.median(figures["empty app's Input"])
    for name, taken in figures.items():
        median = statistics.median(taken)
        say(
            f"key echo, {name}",
            f"p50 {median * 1000:.1f}  p95 {percentile(taken, 0.95) * 1000:.1f} ms",
            f"{median / base:.2f} x",
        )


def sizes(home: Path) -> None:
    """The same work with a hundred and with a hundred thousand messages."""
    env = environment(home)
    for chats, messages in ((200, 100), (200, 100_000), (50_000, 100)):
        argv = [PYTHON, "-m", "tests.bench.known", str(chats), str(messages)]
        with Terminal(argv, cols=COLS, rows=ROWS, env=env, cwd=ROOT) as terminal:
            terminal.until(f"message number {messages - 1}".encode(), timeout=60)
            terminal.send("\r")
            time.sleep(3)
            typed = echoes(terminal, LETTERS * 2, 0.05)
            terminal.send("\x1b")
            time.sleep(0.2)
            pages: list[float] = []
            for _ in range(20):
                after = len(terminal.chunks)
                sent = time.monotonic()
                terminal.send("\x1b[5~")
                while len(terminal.chunks) == after:
                    time.sleep(0.0005)
                pages.append(terminal.chunks[after][0] - sent)
                time.sleep(0.05)
        say(
            f"{chats} chats, {messages} messages",
            f"key {statistics.median(typed) * 1000:.1f}  PgUp {statistics.median(pages) * 1000:.1f} ms",
            "the same at any size",
        )


def flood(home: Path) -> None:
    """5,000 messages a second for 4 s, keys typed meanwhile, beside a bare client on the same stream."""
    with gateway("--profile", "whatsapi", "--devices", "1", "--unpaired", "0", "--rate", "0") as ready:
        device = ready["devices"][0]
        bare = subprocess.Popen(
            [PYTHON, "-m", "tests.bench.bare", ready["url"], ready["key"], device, str(FLOOD)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert bare.stdout is not None
        bare.stdout.readline()
        env = environment(home, WATUI_URL=ready["url"], WATUI_API_KEY=ready["key"])
        with Terminal([PYTHON, "-m", "watui"], cols=COLS, rows=ROWS, env=env, cwd=ROOT) as terminal:
            terminal.until("live", timeout=20)
            terminal.send("\x1b[F\r")  # the last chat: the burst comes to others
            terminal.until("write a message", timeout=10)
            time.sleep(3)
            before = _unread(terminal)
            cpu = terminal.cpu
            began = time.monotonic()
            control(
                ready, "/burst", {"device": device, "count": FLOOD, "rate": RATE, "chats": 4, "prefix": "f"}
            )
            taken = echoes(terminal, LETTERS * 8, 0.05)
            while not (state := control(ready, "/burst"))["done"]:
                time.sleep(0.05)
            terminal.until(lambda: _unread(terminal) - before >= FLOOD, timeout=30)
            say(
                "flood: messages sent, arrived on screen",
                f"{FLOOD}, {_unread(terminal) - before}",
                "none lost",
            )
            say("flood: rate of the gateway", f"{state['sent'] / state['seconds']:.0f}/s", f"{RATE}/s")
            say("flood: CPU of watui", f"{(terminal.cpu - cpu) / (time.monotonic() - began) * 100:.0f} %")
            say(
                "flood: key echo",
                f"p50 {statistics.median(taken) * 1000:.1f}  p95 {percentile(taken, 0.95) * 1000:.1f} ms",
                "p95 < 30 ms",
            )
        count, rate = bare.communicate(timeout=70)[0].split()
        say("flood: bare python-socketio client", f"{count} at {rate}/s")


def _unread(terminal: Terminal) -> int:
    words = terminal.screen[0].split()
    return int(words[words.index("unread") - 1]) if "unread" in words else 0


def idle(home: Path) -> None:
    """What watui costs when nothing happens."""
    with (
        gateway("--profile", "full", "--devices", "2", "--unpaired", "0", "--rate", "0") as ready,
        Terminal(
            [PYTHON, "-m", "watui"],
            cols=COLS,
            rows=ROWS,
            env=environment(home, WATUI_URL=ready["url"], WATUI_API_KEY=ready["key"]),
            cwd=ROOT,
        ) as terminal,
    ):
        terminal.until("live", timeout=20)
        terminal.send("\r")
        time.sleep(5)
        written, cpu = len(terminal.raw), terminal.cpu
        time.sleep(10)
        say("idle for 10 s: bytes written", str(len(terminal.raw) - written), "0")
        say("idle for 10 s: CPU", f"{(terminal.cpu - cpu) * 10:.2f} %", "< 0.5 %")


def main() -> None:
    """Take all figures."""
    print(f"watui on Python {sys.version.split()[0]}, {COLS} x {ROWS}; ratios count, milliseconds are colour")
    chosen = sys.argv[1:] or ["start", "keys", "sizes", "flood", "idle"]
    with tempfile.TemporaryDirectory() as home:
        for name in chosen:
            print(name)
            {"start": start, "keys": keys, "sizes": sizes, "flood": flood, "idle": idle}[name](Path(home))


if __name__ == "__main__":
    main()
