"""What is done in a thread, with a hundred messages in it and with a hundred thousand."""

import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.desk import ENTER, ESCAPE, PAGE_UP, Control, empty, known
from tests.bench.measure import (
    COLS,
    PYTHON,
    ROWS,
    Answer,
    Watched,
    environment,
    median,
    paired,
    percentile,
)
from tests.bench.report import Report, times

LARGE, SMALL, MIDDLE = 100_000, 100, 1_000

SIZES = [LARGE, SMALL, SMALL, MIDDLE]
"""The first chats. Between two measures of the large and the small one the other small one is open."""

FIRST, BETWEEN, OTHER, LAST = range(4)

RATIO, UNITS = 1.2, 3.0


def opening(home: Path, report: Report) -> None:
    """From Enter in the list to the last byte."""
    with empty(home) as control, known(home, 200, SIZES) as watui:
        large: list[Answer] = []
        small: list[Answer] = []
        for _ in range(12):
            for chat, taken in ((FIRST, large), (OTHER, small)):
                watui.open(BETWEEN)
                watui.go(chat)
                taken.append(watui.answer(ENTER))
                control.key()
        _judge(report, ("open", "open a chat of 100,000 messages / of 100"), large, small, control)


def append(home: Path, report: Report) -> None:
    """One message more, the thread at its bottom."""
    with empty(home) as control, known(home, 200, SIZES) as watui:
        large: list[Answer] = []
        small: list[Answer] = []
        for _ in range(4):
            for chat, taken in ((FIRST, large), (OTHER, small)):
                watui.open(chat)
                for _ in range(6):
                    taken.append(watui.arrive(chat))
                    control.key()
        _judge(report, ("append", "append a message at 100,000 / at 100"), large, small, control)


def page(home: Path, report: Report) -> None:
    """Older messages, a page at a time, none of them drawn before."""
    with empty(home) as control, known(home, 200, SIZES) as watui:
        large: list[Answer] = []
        small: list[Answer] = []
        for _ in range(9):
            for chat, taken in ((FIRST, large), (OTHER, small)):
                watui.open(BETWEEN)
                watui.open(chat)
                watui.press(ESCAPE, "G")  # in the thread, at its end
                for _ in range(4):
                    taken.append(watui.answer(PAGE_UP))
                    control.key()
        _judge(report, ("page", "PgUp at 100,000 messages / at 100"), large, small, control)
        size = max(answer.size for answer in large)
        middle = median([answer.size for answer in large])
        bar = "<= 8 kB"
        report.add(
            "page", "PgUp, bytes written (most)", f"{size} B, median {middle:.0f}", bar, ok=size <= 8000
        )


def resize(home: Path, report: Report) -> None:
    """Another width, until all is drawn anew."""
    with known(home, 200, SIZES) as watui:
        taken: dict[int, list[float]] = {FIRST: [], LAST: []}
        for _ in range(3):
            for chat, times_ in taken.items():
                watui.open(chat)
                for _ in range(5):
                    times_.append(watui.answer((100, ROWS), quiet=0.12).seconds)
                    watui.answer((COLS, ROWS), quiet=0.12)
        _compare(report, "resize", "resize 120 -> 100 at 100,000 / at 1,000", taken[FIRST], taken[LAST])


def key(home: Path, report: Report) -> None:
    """A key in the composer, with all those messages loaded; beside it the control and curses."""
    curses = [PYTHON, "-m", "tests.bench.cursed"]
    with (
        empty(home) as control,
        known(home, 200, SIZES) as watui,
        Watched(curses, environment(home)) as bare,
    ):
        bare.until("bare curses")
        programs: dict[str, Watched] = {"control": control, "watui": watui, "curses": bare}
        taken: dict[str, list[float]] = {name: [] for name in programs}
        watui.echo()
        watui.settle()
        before = watui.written
        for _ in range(150):
            for name, program in programs.items():
                taken[name].append(program.echo())
            time.sleep(0.04)
        watui.settle()
        size = (watui.written - before) / len(taken["watui"])
    base, ours, floor = (median(taken[name]) for name in ("control", "watui", "curses"))
    base95, ours95 = (percentile(taken[name], 0.95) for name in ("control", "watui"))
    report.add(
        "key",
        "a key in the empty app (control)",
        f"{base * 1000:.1f} ms, p95 {base95 * 1000:.1f}",
        seconds=base,
    )
    report.add("key", "a key in a program of curses", times(floor, base), seconds=floor)
    report.add(
        "key",
        "a key in the composer, 100,000 messages loaded",
        times(ours, base),
        "<= 1.5 x control",
        ok=ours <= 1.5 * base,
        seconds=ours,
        control=base,
    )
    report.add(
        "key",
        "the same, p95",
        times(ours95, base95),
        "<= 2 x control's p95",
        ok=ours95 <= 2 * base95,
        seconds=ours95,
        control=base95,
    )
    report.add("key", "the same, bytes a key", f"{size:.0f} B", "<= 700 B", ok=size <= 700, bytes=size)


def _compare(report: Report, row: str, words: str, large: Sequence[float], small: Sequence[float]) -> None:
    """Judge the ratio, which is the median of the ratios of what was measured one after the other."""
    one, other, ratio = median(large), median(small), paired(large, small)
    report.add(
        row,
        words,
        f"{one * 1000:.1f} / {other * 1000:.1f} ms, {ratio:.2f}",
        f"<= {RATIO}",
        ok=ratio <= RATIO,
        large=one,
        small=other,
        ratio=ratio,
    )


def _judge(
    report: Report,
    what: tuple[str, str],
    large: Sequence[Answer],
    small: Sequence[Answer],
    control: Control,
) -> None:
    row, words = what
    ours, others = [answer.seconds for answer in large], [answer.seconds for answer in small]
    one, unit = median(ours), control.median
    _compare(report, row, words, ours, others)
    report.add(
        row,
        f"the same, beside a key of {unit * 1000:.1f} ms",
        f"{one / unit:.2f} x control",
        f"<= {UNITS:.0f} x control",
        ok=one <= UNITS * unit,
        large=one,
        control=unit,
    )
