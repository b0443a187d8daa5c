"""What watui costs when it only holds what it has, or does nothing at all."""

import subprocess
import time
from pathlib import Path

from tests.bench.desk import known
from tests.bench.measure import PYTHON, ROOT, Watched, cpu, environment, gateway, memory
from tests.bench.report import Report

HELD = 100_000

IDLE = 10.0
"""Seconds of doing nothing."""


def held(home: Path, report: Report) -> None:
    """The messages of one open chat, beside a bare process that holds the same list."""
    argv = [PYTHON, "-m", "tests.bench.held", str(HELD)]
    bare = subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment(home)
    )
    try:
        assert bare.stdout is not None
        bare.stdout.readline()
        floor = memory(bare.pid)
    finally:
        bare.communicate()
    with known(home, 1, [HELD]) as watui:
        ours = memory(watui.pid)
    report.add(
        "memory",
        "memory with 100,000 messages / of a process that holds them",
        f"{ours / 1e6:.0f} / {floor / 1e6:.0f} MB, {ours / floor:.2f}",
        "<= 1.5",
        ok=ours <= 1.5 * floor,
        ours=ours,
        floor=floor,
    )


def idle(home: Path, report: Report) -> None:
    """Nothing happens, on a live connection with an open chat."""
    with gateway("--profile", "full", "--devices", "2", "--unpaired", "0", "--rate", "0") as ready:
        env = environment(home, WATUI_URL=ready["url"], WATUI_API_KEY=ready["key"])
        with Watched([PYTHON, "-m", "watui"], env) as watui:
            watui.until("live", timeout=20)
            watui.press("\r")
            watui.settle(4.0)
            written, before = watui.written, cpu(watui.pid)
            time.sleep(IDLE)
            size, share = watui.written - written, (cpu(watui.pid) - before) / IDLE
    report.add("idle", "idle, bytes written in 10 s", f"{size} B", "0 B", ok=size == 0, bytes=size)
    report.add("idle", "idle, CPU", f"{share:.2%}", "<= 0.3 %", ok=share <= 0.003, share=share)
