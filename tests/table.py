"""Figures beside what they must be: printed as a table while they are being found, and kept as JSON."""

import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any


class Table:
    """The figures of one run."""

    WIDTHS: tuple[int, int, int]
    """Cells of the first three columns."""
    WRONG: str
    """What stands behind a figure that is not as it must be."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._began = time.monotonic()
        self._rows: list[dict[str, Any]] = []

    def add(
        self, row: str, what: str, figure: str, bar: str = "", *, ok: bool | None = None, **numbers: float
    ) -> None:
        """Note a figure; `ok` is None where nothing is demanded."""
        self.line(what, figure, bar, {None: "", True: "ok", False: self.WRONG}[ok])
        kept = {name: round(number, 6) for name, number in numbers.items()}
        self._rows.append({"row": row, "what": what, "figure": figure, "bar": bar, "ok": ok, "numbers": kept})

    @property
    def bad(self) -> list[str]:
        """Name what is not as it must be."""
        return [f"{row['what']}: {row['figure']}" for row in self._rows if row["ok"] is False]

    def keep(self, words: str, **about: object) -> bool:
        """Write the file and say how it went; whether all was well."""
        judged = [row["ok"] for row in self._rows if row["ok"] is not None]
        seconds = round(time.monotonic() - self._began)
        about |= {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "python": sys.version.split()[0],
            "machine": platform.platform(),
            "cpus": os.cpu_count(),
            "seconds": seconds,
        }
        self._file.parent.mkdir(exist_ok=True)
        self._file.write_text(
            json.dumps({"about": about, "figures": self._rows}, indent=1, ensure_ascii=False) + "\n",
            encoding="utf-8",
        )
        print(f"{sum(judged)} of {len(judged)} {words}, in {seconds} s; see {self._file}")
        return all(judged)

    def line(self, *cells: str) -> None:
        """Print a line of the table."""
        widths = (*self.WIDTHS, 0)
        print(
            "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip(),
            flush=True,
        )
