"""The terminal is not read for a minute: the network goes on, and all is there when it is read again."""

import asyncio
import json
import sys
import time
from pathlib import Path

from tests.e2e.desk import ALICE, QUIET, Desk, gateway
from tests.faults.beat import AGAIN
from tests.faults.report import Report

LATEST, BESIDE_TESTS = 0.5, 0.5
"""Seconds that the network thread may be late, alone and beside other tests."""

RATE = 200
"""Messages a second meanwhile."""


async def stall(home: Path, report: Report, seed: int, *, quick: bool) -> None:
    """Judge how late the network thread was, and what is on the screen afterwards."""
    await asyncio.to_thread(_stall, home, report, *((4.0, BESIDE_TESTS) if quick else (60.0, LATEST)))


def _stall(home: Path, report: Report, seconds: float, latest: float) -> None:
    file = home / "beat.json"
    argv = (sys.executable, "-m", "tests.faults.beat", str(file))
    with (
        gateway(*QUIET, "--ping-interval", "1", "--ping-timeout", "2") as ready,
        Desk(ready, home, argv=argv) as desk,
    ):
        desk.live()
        desk.open()
        desk.do("message", chat=ALICE, text="before the silence")
        desk.until("before the silence")
        file.with_name(AGAIN).touch()
        desk.until(lambda: not file.with_name(AGAIN).exists())
        before = len(_sockets(desk))
        desk.terminal.stall()
        began = time.monotonic()
        count = int(RATE * seconds)
        desk.do("burst", count=count, rate=RATE, chats=1, prefix="meanwhile ")
        time.sleep(seconds)
        silent = time.monotonic() - began
        desk.do("message", chat=ALICE, text="the last of all")
        reconnected = len(_sockets(desk)) - before
        beat = json.loads(file.read_text(encoding="utf-8"))
        desk.terminal.unstall()
        took = desk.until("the last of all", 20)
        desk.leave()
    figure = f"worst {beat['worst'] * 1000:.0f} ms, 99 of 100 within {beat['p99'] * 1000:.0f} ms"
    what = f"terminal not read for {silent:.0f} s, {count} messages: network thread late"
    report.add("stall", what, figure, f"< {latest * 1000:.0f} ms", ok=beat["worst"] < latest, **beat)
    report.add("stall", "connections lost over it", str(reconnected), "")
    report.add("stall", "until the last is on screen, read again", f"{took:.1f} s", "<= 5 s", ok=took <= 5.0)


def _sockets(desk: Desk) -> list[str]:
    """List the calls that each new connection begins with."""
    return [call["path"] for call in desk.calls()["calls"] if call["path"].endswith("/status")]
