"""How the figures are taken: programs in pseudo-terminals, and keys with time stamps."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.pty import Terminal

ROOT = Path(__file__).parent.parent.parent
COLS, ROWS = 120, 40


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give a program an environment in which nothing of the user's own counts."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("WATUI", "TEXTUAL", "SSH"))
    }
    return kept | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "WATUI_HOME": str(home)} | more


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def written_at(terminal: Terminal, what: bytes, after: int = 0) -> float | None:
    """When a piece of output was read, as seconds of the monotonic clock; `after` is a number of chunks."""
    seen = b""
    for moment, data in terminal.chunks[after:]:
        seen = seen[-200:] + data
        if what in seen:
            return moment
    return None


def first_paint(argv: Sequence[str], what: bytes, env: dict[str, str]) -> float:
    """Seconds from the start of a program until a text of its first screen has been written."""
    with Terminal(argv, cols=COLS, rows=ROWS, env=env, cwd=ROOT) as terminal:
        terminal.until(what, timeout=20)
        moment = written_at(terminal, what)
        assert moment is not None
        return moment - terminal.started


def echoes(terminal: Terminal, keys: str, pause: float) -> list[float]:
    """Seconds from each key to the first output that holds it; keys are letters not on screen otherwise."""
    taken: list[float] = []
    for key in keys:
        after = len(terminal.chunks)
        sent = time.monotonic()
        terminal.send(key)
        moment = None
        while moment is None and time.monotonic() - sent < 2:
            time.sleep(0.0005)
            moment = written_at(terminal, key.encode(), after)
        taken.append((moment or time.monotonic()) - sent)
        left = pause - (time.monotonic() - sent)
        if left > 0:
            time.sleep(left)
    return taken


@contextmanager
def gateway(*arguments: str) -> Iterator[dict[str, Any]]:
    """Run the embedded gateway in a process of its own; yields what it says of itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", "watui", "gateway", "--until-stdin-closes", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(5)
        process.stdout.close()


def control(ready: dict[str, Any], path: str, body: dict[str, Any] | None = None) -> Any:
    """Speak to the gateway's control port."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(ready["control"] + path, data, {"content-type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)
