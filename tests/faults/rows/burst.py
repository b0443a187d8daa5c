"""Fifty thousand messages as fast as they are taken, each filed, and the network thread never late."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.bench.measure import control, gateway, memory
from tests.faults.driving import Driven
from tests.faults.ledger import entry_of, judge, of_archive
from tests.faults.report import Report
from watui.archive.schema import FILE

QUIET = ("--profile", "whatsapi", "--devices", "1", "--unpaired", "0", "--rate", "0")

LATEST, BESIDE_TESTS = 0.25, 0.5
"""Seconds that the network thread may be late, alone and beside other tests."""

MOST = 250 * 2**20
"""Bytes of memory."""


async def burst(home: Path, report: Report, seed: int, *, quick: bool) -> None:
    """Judge what is filed, and how the network thread was meanwhile."""
    count, within, latest = (5_000, 10, BESIDE_TESTS) if quick else (50_000, 30, LATEST)
    with gateway(*QUIET, "--seed", str(seed)) as ready:
        device = ready["devices"][0]
        async with Driven(ready["url"], ready["key"], device, home) as client:
            await client.live()
            await asyncio.sleep(1.0)
            client.do("beat")
            _ask(ready, "/burst", {"count": count, "rate": 1e6, "chats": 10})
            seconds = await asyncio.to_thread(_wait, home, count, within * 3)
            held = memory(client.pid)
            told = await client.tell()
            chats = [chat["id"] for chat in _ask(ready, f"/truth?device={device}")["chats"]]
            truth = {
                chat: [
                    entry_of(item) for item in _ask(ready, f"/truth?device={device}&chat={chat}")["messages"]
                ]
                for chat in chats
            }
            verdict = judge(truth, of_archive(home / FILE, device))
            errors = client.errors
    report.judged("burst", f"{count} messages at once", verdict)
    report.add("burst", "until all were filed", f"{seconds:.1f} s", f"<= {within} s", ok=seconds <= within)
    beat = told["beat"]
    figure = f"worst {beat['worst'] * 1000:.0f} ms, 99 of 100 within {beat['p99'] * 1000:.0f} ms"
    must = f"< {latest * 1000:.0f} ms"
    report.add("burst", "how late the network thread was", figure, must, ok=beat["worst"] < latest, **beat)
    figure = f"{held / 2**20:.0f} MiB"
    report.add("burst", "memory", figure, f"< {MOST / 2**20:.0f} MiB", ok=held < MOST, bytes=held)
    report.add("burst", "tracebacks", errors[-300:] or "none", "none", ok=not errors)


def _ask(ready: dict[str, Any], path: str, body: dict[str, Any] | None = None) -> Any:
    return control(ready, path, body)


def _wait(home: Path, count: int, most: float) -> float:
    """Wait until so many messages are filed; gives the seconds that it took."""
    began = time.monotonic()
    while _filed(home, "burst %") < count and time.monotonic() - began < most:
        time.sleep(0.2)
    return time.monotonic() - began


def _filed(home: Path, like: str) -> int:
    """Count the messages in the archive whose texts are like this."""
    with closing(sqlite3.connect(f"file:{home / FILE}?mode=ro", uri=True, timeout=5.0)) as base:
        (count,) = base.execute("SELECT count(*) FROM messages WHERE text LIKE ?", (like,)).fetchone()
        return int(count)
