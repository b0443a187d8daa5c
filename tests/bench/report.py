"""What was measured: printed as a table while it is being made, and kept as `reports/bench.json`."""

import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

WIDTHS = (64, 40, 34)


class Report:
    """The figures of one run."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._began = time.monotonic()
        self._load = os.getloadavg()[0]
        self._rows: list[dict[str, Any]] = []

    def heading(self) -> None:
        """Print what the columns are."""
        print(
            f"watui on Python {platform.python_version()}, 120 x 40. Control: a key in an empty app's field."
        )
        self._line("what", "figure", "bar", "")

    def add(
        self, row: str, what: str, figure: str, bar: str = "", *, ok: bool | None = None, **numbers: float
    ) -> None:
        """Note a figure; `ok` is None where there is no bar."""
        verdict = {None: "", True: "ok", False: "OVER"}[ok]
        self._line(what, figure, bar, verdict)
        kept = {name: round(number, 6) for name, number in numbers.items()}
        self._rows.append({"row": row, "what": what, "figure": figure, "bar": bar, "ok": ok, "numbers": kept})

    def save(self) -> None:
        """Write the file and say how it went."""
        judged = [row["ok"] for row in self._rows if row["ok"] is not None]
        seconds = time.monotonic() - self._began
        about = {
            "python": sys.version.split()[0],
            "machine": platform.platform(),
            "cpus": os.cpu_count(),
            "load_before": round(self._load, 2),
            "load_after": round(os.getloadavg()[0], 2),
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "seconds": round(seconds),
        }
        self._file.parent.mkdir(exist_ok=True)
        self._file.write_text(
            json.dumps({"about": about, "figures": self._rows}, indent=1, ensure_ascii=False) + "\n",
            encoding="utf-8",
        )
        print(f"{sum(judged)} of {len(judged)} bars met, in {seconds:.0f} s; see {self._file}")

    @staticmethod
    def _line(*cells: str) -> None:
        widths = (*WIDTHS, 0)
        print(
            "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip(),
            flush=True,
        )


def times(seconds: float, base: float) -> str:
    """Say how long something took, and how many times as long as something else."""
    return f"{seconds * 1000:.1f} ms, {seconds / base:.2f} x"
