"""Hard text in a real terminal: the border at its right is straight, by that terminal's own count."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.terminal.conftest import APP, ROOT
from tests.terminal.models import TMUX
from tests.terminal.rows import ROWS

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux")

Tmux = Callable[..., str]


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    """Commands to a server of the test's own, which is ended with it."""
    socket = str(tmp_path / "socket")
    env = {name: value for name, value in os.environ.items() if name not in {"TMUX", "TMUX_PANE"}}
    env |= {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}

    def run(*words: str) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-S", socket, "-f", "/dev/null", *words],
            env=env,
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
        return done.stdout

    yield run
    run("kill-server")


def captured(tmux: Tmux, words: str) -> str:
    end = time.monotonic() + 10
    while words not in (screen := tmux("capture-pane", "-p")):
        assert time.monotonic() < end, screen
        time.sleep(0.02)
    return screen


@pytest.mark.parametrize("asked", [True, False], ids=["asked", "unasked"])
def test_the_border_beside_hard_text_is_straight(tmux: Tmux, tmp_path: Path, asked: bool) -> None:
    command = [
        *(() if asked else ("env", "WATUI_PROBE=0")),
        sys.executable,
        str(APP),
        str(tmp_path / "events"),
        "hard",
    ]
    tmux("new-session", "-d", "-x", "60", "-y", str(len(ROWS) + 10), *command)
    screen = captured(tmux, "ready")
    bodies = re.findall(r"^┃(.*)┃$", screen, re.MULTILINE)
    assert len(bodies) == len(ROWS), screen
    # What is drawn is certain, or held; tmux shows what has no cell of its own with the cell before.
    assert [sum(TMUX.steps(body)) for body in bodies] == [38] * len(ROWS), screen
