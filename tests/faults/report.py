"""What the fault runs found: printed as a table while it is being found, and kept as JSON."""

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.measure import ROOT
from tests.faults.ledger import Verdict

WIDTHS = (60, 52, 30)


class Report:
    """The figures of one run."""

    def __init__(self, file: Path, seed: int) -> None:
        self._file = file
        self._seed = seed
        self._began = time.monotonic()
        self._rows: list[dict[str, Any]] = []

    def heading(self) -> None:
        """Print what the columns are."""
        print(f"watui {_commit()}, seed {self._seed}, Python {platform.python_version()}")
        self._line("what", "figure", "must be", "")

    def add(
        self, row: str, what: str, figure: str, must: str = "", *, ok: bool | None = None, **numbers: float
    ) -> None:
        """Note a figure; `ok` is None where nothing is demanded."""
        self._line(what, figure, must, {None: "", True: "ok", False: "BAD"}[ok])
        self._rows.append(
            {"row": row, "what": what, "figure": figure, "must": must, "ok": ok, "numbers": numbers}
        )

    def judged(
        self, row: str, what: str, verdict: Verdict, must: str = "all there", **numbers: float
    ) -> None:
        """Note what a ledger found, with some examples of what is wrong."""
        figure = f"{verdict}; {verdict.messages} held"
        if verdict.gaps:
            figure += f", {verdict.missing} missing in {verdict.gaps} marked gaps"
        if verdict.asked:
            figure += f"; {verdict.sent} of {verdict.asked} sent"
        figure += "".join(f", {count} {name}" for name, count in sorted(verdict.states.items()) if count)
        self.add(row, what, figure, must, ok=verdict.clean, **verdict.counts(), **numbers)
        if not verdict.clean:
            for line in verdict.examples().splitlines():
                self.note(line)

    def note(self, words: str) -> None:
        """Print something that is no figure."""
        print(f"    {words}", flush=True)

    @property
    def bad(self) -> list[str]:
        """Name what is not as it must be."""
        return [f"{row['what']}: {row['figure']}" for row in self._rows if row["ok"] is False]

    def save(self) -> bool:
        """Write the file and say how it went; whether all was well."""
        judged = [row["ok"] for row in self._rows if row["ok"] is not None]
        about = {
            "commit": _commit(),
            "seed": self._seed,
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "python": sys.version.split()[0],
            "machine": platform.platform(),
            "cpus": os.cpu_count(),
            "seconds": round(time.monotonic() - self._began),
        }
        self._file.parent.mkdir(exist_ok=True)
        self._file.write_text(
            json.dumps({"about": about, "figures": self._rows}, indent=1, ensure_ascii=False) + "\n",
            encoding="utf-8",
        )
        print(f"{sum(judged)} of {len(judged)} as they must be, in {about['seconds']} s; see {self._file}")
        return all(judged)

    @staticmethod
    def _line(*cells: str) -> None:
        widths = (*WIDTHS, 0)
        print(
            "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip(),
            flush=True,
        )


def _commit() -> str:
    """Name the commit, with a plus if the tree is not quite that."""
    try:
        name = _git("rev-parse", "--short", "HEAD")
        return f"{name}+" if _git("status", "--porcelain", "watui") else name
    except (OSError, subprocess.CalledProcessError):
        return "of no commit"


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
