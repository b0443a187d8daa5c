"""Fault runs: prints every figure beside what it must be and keeps them in `reports/faults.json`.

python -m tests.faults.run [--quick] [--seed N] [rows …]
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import ROOT
from tests.faults.report import Report
from tests.faults.rows import ROWS


async def run(names: list[str], seed: int, *, quick: bool) -> bool:
    """Make the runs that are named, or all; whether everything was as it must be."""
    whole = not names and not quick
    report = Report(ROOT / "reports" / ("faults.json" if whole else "faults-some.json"), seed)
    report.heading()
    for name in names or ROWS:
        with tempfile.TemporaryDirectory() as home:
            await ROWS[name](Path(home), report, seed, quick=quick)
    return report.save()


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short version of each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("rows", nargs="*", metavar="row", help=", ".join(ROWS))
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.rows if name not in ROWS]:
        parser.error(f"no such row: {', '.join(unknown)}")
    return 0 if asyncio.run(run(chosen.rows, chosen.seed, quick=chosen.quick)) else 1


if __name__ == "__main__":
    sys.exit(main())
