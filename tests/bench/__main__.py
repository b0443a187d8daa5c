"""`make bench`: prints every figure beside its bar and keeps them in `reports/bench.json`.

make bench
make bench ROWS="open flood"
"""

import sys
import tempfile
from pathlib import Path

from tests.bench.measure import ROOT
from tests.bench.report import Report
from tests.bench.rows import ROWS


def main(names: list[str]) -> int:
    """Take the figures of the rows that are named, or of all."""
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        print(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}", file=sys.stderr)
        return 2
    # Figures of some rows alone do not replace those of all.
    report = Report(ROOT / "reports" / ("bench.json" if not names else "bench-some.json"))
    report.heading()
    with tempfile.TemporaryDirectory() as home:
        for name in names or ROWS:
            ROWS[name](Path(home), report)
    report.save()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
