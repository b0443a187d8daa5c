"""What is done in the list of chats, with ten of them and with fifty thousand."""

import time
from pathlib import Path

from tests.bench.desk import ESCAPE, empty, known
from tests.bench.measure import median, paired
from tests.bench.report import Report, times

MANY, FEW = 50_000, 10

QUERIES = ("ana", "ros", "491", "ung")


def order(home: Path, report: Report) -> None:
    """A message in the last chat brings it to the top."""
    with empty(home) as control, known(home, MANY, [100]) as many, known(home, FEW, [100]) as few:
        large, small = [], []
        for turn in range(20):
            large.append(many.arrive(MANY - 1 - turn).seconds)
            control.key()
            small.append(few.arrive(FEW - 1 - turn % (FEW - 1)).seconds)
            control.key()
        one, other, ratio = median(large), median(small), paired(large, small)
        report.add(
            "order",
            "a message re-orders 50,000 chats / 10",
            f"{one * 1000:.1f} / {other * 1000:.1f} ms, {ratio:.2f}",
            "<= 1.5",
            ok=ratio <= 1.5,
            large=one,
            small=other,
            ratio=ratio,
            control=control.median,
        )


def search(home: Path, report: Report) -> None:
    """Keys of a filter over all of them."""
    with empty(home) as control, known(home, MANY, [100]) as many:
        first, further = [], []
        many.press(ESCAPE, ESCAPE)
        for turn in range(16):
            query = QUERIES[turn % len(QUERIES)]
            many.press("/")
            first.append(many.answer(query[0]).seconds)
            control.key()
            for key in query[1:]:
                further.append(many.answer(key).seconds)
                control.key()
            many.press(ESCAPE)
            time.sleep(0.1)
        unit = control.median
        for what, taken, most in (("first", first, 8), ("further ones", further, 3)):
            ours = median(taken)
            report.add(
                "filter",
                f"filter 50,000 chats, {what}",
                f"{times(ours, unit)} control",
                f"<= {most} x control",
                ok=ours <= most * unit,
                seconds=ours,
                control=unit,
            )
