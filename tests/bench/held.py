"""The floor of the memory figure: all that watui imports, and the same list of messages, and nothing else."""

import sys

import tests.bench.known  # noqa: F401 - all of it
import watui.gateway.whatsapi
import watui.hub  # noqa: F401
from tests.bench.made import history

if __name__ == "__main__":
    held = history(0, int(sys.argv[1]))
    print("holding", len(held), flush=True)
    sys.stdin.read()
