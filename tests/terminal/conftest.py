import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.pty import Terminal
from watui.terminal.probe import QUESTION

ROOT = Path(__file__).parents[2]
APP = Path(__file__).with_name("app.py")


@dataclass
class Run:
    """The small app in a terminal, and what it has noted."""

    terminal: Terminal
    events: Path
    before: list[Any]

    def noted(self, kind: str) -> list[Any]:
        if not self.events.exists():
            return []
        lines = self.events.read_text(encoding="utf-8").split("\n")[:-1]
        return [value for what, value in map(json.loads, lines) if what == kind]

    def text(self) -> str:
        """What the composer holds, by the app's own word."""
        return str((self.noted("text") or [""])[-1])

    def typed(self, text: str) -> None:
        """Type and wait until it has arrived."""
        self.terminal.send(text)
        self.terminal.until(lambda: self.text().endswith(text))


Start = Callable[..., Run]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def run(mode: str = "plain", said: str = "", **options: Any) -> Run:
            events = tmp_path / "events"
            env = {
                k: v
                for k, v in os.environ.items()
                if not k.startswith(("SSH_", "TEXTUAL", "COLUMNS", "LINES"))
            }
            env |= {
                "PYTHONPATH": str(ROOT),
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "ESCDELAY": "100",
            }
            argv = [sys.executable, "-X", "frozen_modules=on", "-W", "error", str(APP), str(events), mode]
            terminal = stack.enter_context(Terminal(argv, env=env, **options))
            before = terminal.modes
            if said:
                terminal.until(QUESTION.encode())
                terminal.send(said)
            terminal.until("ready")
            return Run(terminal, events, before)

        yield run
