"""What was measured: printed as a table while it is being made, and kept as `reports/bench.json`."""

import os
import platform
from pathlib import Path

from tests.table import Table


class Report(Table):
    """The figures of one run."""

    WIDTHS = (64, 40, 34)
    WRONG = "OVER"

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self._load = os.getloadavg()[0]

    def heading(self) -> None:
        """Print what the columns are."""
        print(
            f"watui on Python {platform.python_version()}, 120 x 40. Control: a key in an empty app's field."
        )
        self.line("what", "figure", "bar", "")

    def save(self) -> None:
        """Write the file and say how it went."""
        load = {"load_before": round(self._load, 2), "load_after": round(os.getloadavg()[0], 2)}
        self.keep("bars met", **load)


def times(seconds: float, base: float) -> str:
    """Say how long something took, and how many times as long as something else."""
    return f"{seconds * 1000:.1f} ms, {seconds / base:.2f} x"
