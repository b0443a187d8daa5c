"""Pictures that are made to break whoever looks at them, in the whole program and behind `make torture`."""

import base64
import json
import time
from pathlib import Path

import pytest

from tests.e2e.desk import ALICE, QUIET, Desk, gateway
from tests.pictures.making import png_bomb, scan_bomb, webp_bomb

MOST = 200 * 2**20
"""Bytes of memory that watui may ever have had."""

SLOW = 0.05
"""Seconds within which 95 of 100 letters are on the screen."""


def memory(pid: int) -> int:
    """Give the most memory that a process ever had, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(pid)


@pytest.mark.torture
@pytest.mark.timeout(300)
def test_keys_echo_and_memory_stays_while_bombs_are_tried(tmp_path: Path) -> None:
    bombs = {
        "wide.png": png_bomb(30_000, 30_000),
        "sly.png": png_bomb(12_000, 12_000),
        "tiny.webp": webp_bomb(),
        "scans.jpg": scan_bomb(),
        "garbage.png": b"\x89PNG\r\n\x1a\n" + bytes(5_000_000),
    }
    late: list[float] = []
    with gateway(*QUIET, "--profile", "full") as ready, Desk(ready, tmp_path) as desk:
        desk.live()
        desk.open()
        for name, bomb in bombs.items():
            media = {"data": base64.b64encode(bomb).decode(), "mimetype": "image/png"}
            desk.do("message", chat=ALICE, type="image", filename=name, media=media)
            desk.until(name)
            desk.send("\x1b")
            desk.until("Enter actions")
            desk.send("G")
            desk.send("k")
            desk.send("p")
            desk.send("\t")
            desk.until("Enter send")
            for number in range(20):
                letters = f"{'abcdefghij'[number % 10]}{number}"
                began = time.monotonic()
                desk.type(letters)
                late.append(time.monotonic() - began)
            # Notes are shown one above the other: the file's name stands at the beginning of its own.
            desk.until(f"{name}:", timeout=20)
            desk.send("\x15")
        most = memory(desk.terminal.pid)
        desk.leave()
    late.sort()
    figures = {"p95 ms": round(late[len(late) * 95 // 100] * 1000, 1), "MiB": round(most / 2**20, 1)}
    print(json.dumps(figures))
    assert late[len(late) * 95 // 100] < SLOW, json.dumps(figures)
    assert most < MOST, json.dumps(figures)
