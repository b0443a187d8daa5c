"""What the fault runs found: printed as a table while it is being found, and kept as JSON."""

import platform
import subprocess
from pathlib import Path

from tests.bench.measure import ROOT
from tests.faults.ledger import Verdict
from tests.table import Table


class Report(Table):
    """The figures of one run."""

    WIDTHS = (60, 52, 30)
    WRONG = "BAD"

    def __init__(self, file: Path, seed: int) -> None:
        super().__init__(file)
        self._seed = seed

    def heading(self) -> None:
        """Print what the columns are."""
        print(f"watui {_commit()}, seed {self._seed}, Python {platform.python_version()}")
        self.line("what", "figure", "must be", "")

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

    def save(self) -> bool:
        """Write the file and say how it went; whether all was well."""
        return self.keep("as they must be", commit=_commit(), seed=self._seed)


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
