"""First paints, and what the floors under everything are."""

from pathlib import Path

from tests.bench.desk import EMPTY
from tests.bench.measure import PYTHON, environment, first_paint, median
from tests.bench.report import Report, times

RUNS = 7


def start(home: Path, report: Report) -> None:
    """First paint, beside an empty Textual app and a program of curses."""
    env = environment(home, WATUI_URL="http://127.0.0.1:9", WATUI_API_KEY="none")
    pipe = home / "no-pipe"
    pipe.touch()
    known = [PYTHON, "-m", "tests.bench.known", str(pipe), "200", "50"]
    programs = {
        "empty": (EMPTY, b"empty app"),
        "curses": ([PYTHON, "-m", "tests.bench.cursed"], b"bare curses"),
        "watui": ([PYTHON, "-m", "watui"], b"watui"),
        "known": (known, b"are you coming tonight"),
    }
    taken: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(RUNS):
        for name, (argv, what) in programs.items():
            taken[name].append(first_paint(argv, what, env))
    ms = {name: median(each) for name, each in taken.items()}
    base = ms["empty"]
    for name, words, most in (
        ("empty", "start of an empty Textual app", None),
        ("curses", "start of a program of curses", None),
        ("watui", "start of watui, first paint", 1.5),
        ("known", "start with 200 chats and a thread of 50", 1.8),
    ):
        bar = f"<= {most} x empty" if most else ""
        ok = ms[name] <= most * base if most else None
        report.add("start", words, times(ms[name], base), bar, ok=ok, seconds=ms[name], empty=base)
