"""How late the network thread's loop comes to things: a task on it that wants to run every few milliseconds.

python -m tests.faults.beat FILE …     runs watui with it; the figures stand in FILE
"""

import asyncio
import contextlib
import json
import sys
import time
from pathlib import Path

from watui.network import Network

EVERY = 0.01
"""Seconds between beats."""

SAVE_EVERY = 0.5

AGAIN = "again"


class Beat:
    """How late the beats were, in seconds."""

    def __init__(self) -> None:
        self.late: list[float] = []

    def figures(self) -> dict[str, float]:
        """Give the number of beats, the worst and the 99th of 100 in order."""
        ordered = sorted(self.late) or [0.0]
        return {
            "beats": len(self.late),
            "worst": round(ordered[-1], 4),
            "p99": round(ordered[int(len(ordered) * 0.99) - 1], 4),
        }

    async def run(self, file: Path | None = None) -> None:
        """Beat until cancelled."""
        saved = before = time.monotonic()
        while True:
            await asyncio.sleep(EVERY)
            now = time.monotonic()
            self.late.append(max(0.0, now - before - EVERY))
            before = now
            if file is not None and now - saved > SAVE_EVERY:
                saved = now
                self.save(file)
                before = time.monotonic()

    def save(self, file: Path) -> None:
        """Write the figures down, whole at any time; a file `again` beside it makes the count begin anew."""
        with contextlib.suppress(FileNotFoundError):
            file.with_name(AGAIN).unlink()
            self.late.clear()
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(self.figures()), encoding="utf-8")
        fresh.replace(file)


def install(beat: Beat, file: Path | None = None) -> None:
    """Let each network thread that starts from now on have a beat."""
    serve = Network._serve

    async def beating(self: Network) -> None:
        task = asyncio.ensure_future(beat.run(file))
        try:
            await serve(self)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    Network._serve = beating  # type: ignore[method-assign]


if __name__ == "__main__":
    install(Beat(), Path(sys.argv.pop(1)))
    from watui.__main__ import main

    sys.exit(main())
