"""A small app under a live stream whose text another program edits: `python editing.py EVENTS_FILE`.

Run with `-IS` and `edit EVENTS_FILE PATH` it is that program: it notes what it was given and does what it is
told in lines typed to it.
"""

import json
import os
import signal
import sys
import termios
from pathlib import Path

FILE = Path(sys.argv[-2] if sys.argv[1:2] == ["edit"] else sys.argv[-1])
CANCEL, TASK, VISUAL = (FILE.with_name(name) for name in ("cancel", "task", "visual"))

MESS = "\x1b[?1049h\x1b[?1002h\x1b[3;5r\x1b[4h\x1b[?1h\x1b[31;44m"


def note(kind: str, value: object) -> None:
    """Append one event to the file that the test reads."""
    with FILE.open("a", encoding="utf-8") as file:
        file.write(json.dumps([kind, value]) + "\n")


def act_as_editor(path: Path) -> None:
    for name in ("SIGINT", "SIGCONT", "SIGWINCH", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), lambda *_, name=name: note("signal", name))
    flags = termios.tcgetattr(0)[3]
    given = {
        "path": str(path),
        "modes": [path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777],
        "text": path.read_bytes().decode(),
        "cooked": bool(flags & termios.ICANON and flags & termios.ECHO and flags & termios.ISIG),
        "terminals": [os.isatty(fd) for fd in (0, 1, 2)],
        "foreground": os.tcgetpgrp(0) == os.getpgrp() == os.getpid(),
        "own": [name for name in os.environ if name.startswith("WATUI_")],
        "pid": os.getpid(),
    }
    os.write(1, b"EDITING")
    note("given", given)
    while line := sys.stdin.readline():
        match line.split():
            case ["write", *words]:
                path.write_text(" ".join(words) + "\n", encoding="utf-8")
            case ["bytes", words]:
                path.write_bytes(bytes.fromhex(words))
            case ["remove"]:
                path.unlink()
            case ["mess"]:
                modes = termios.tcgetattr(0)
                modes[1] &= ~termios.OPOST
                modes[3] &= ~(termios.ECHO | termios.ICANON)
                termios.tcsetattr(0, termios.TCSANOW, modes)
                os.write(1, (MESS + "#" * 2000).encode())
                os.kill(os.getpid(), signal.SIGKILL)
            case ["end", code]:
                sys.exit(int(code))


if __name__ == "__main__" and sys.argv[1] == "edit":
    act_as_editor(Path(sys.argv[-1]))
    sys.exit()

import asyncio  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from typing import ClassVar  # noqa: E402

from textual import events, on  # noqa: E402
from textual.app import ComposeResult  # noqa: E402
from textual.binding import Binding  # noqa: E402
from textual.message import Message  # noqa: E402
from textual.widgets import Static, TextArea  # noqa: E402

from watui.terminal import output  # noqa: E402
from watui.terminal.driver import WatuiDriver  # noqa: E402
from watui.terminal.editor import edit  # noqa: E402
from watui.terminal.host import Guarded  # noqa: E402


class Arrived(Message):
    """Something has come over the link."""


class Desk(Guarded[int]):
    """A place to write in, below what comes in all the time."""

    CSS = "TextArea { border: none; padding: 0; height: 1fr; } Static { height: 1; }"
    BINDINGS: ClassVar = [Binding("ctrl+e", "edit", priority=True)]
    arrived = 0
    titled = False

    def compose(self) -> ComposeResult:
        yield Static("", id="stream", markup=False)
        yield Static("", id="size", markup=False)
        yield TextArea("first\n\n", id="composer")

    def on_mount(self) -> None:
        self.query_one(TextArea).cursor_blink = False
        self.query_one(TextArea).focus()
        threading.Thread(target=self.receive, daemon=True).start()

    def receive(self) -> None:
        """Stand in for the network thread."""
        while self.post_message(Arrived()):
            time.sleep(0.002)

    def on_resize(self, event: events.Resize) -> None:
        self.query_one("#size", Static).update(f"{event.size.width} x {event.size.height}")

    @on(Arrived)
    def count(self) -> None:
        self.arrived += 1
        self.query_one("#stream", Static).update(f"arrived {self.arrived}")
        if self.arrived % 10 == 0:
            note("arrived", self.arrived)
            output.bell(self)
            output.notify(self, "Ana", "hello", environ={"TERM_PROGRAM": "ghostty"})
            print("printed")
            if isinstance(self._driver, WatuiDriver) and self._driver.is_lent and not self.titled:
                self.titled = output.set_title(self, "set meanwhile")
        if CANCEL.exists():
            CANCEL.unlink()
            self.workers.cancel_all()

    def action_edit(self) -> None:
        if TASK.exists():
            self.editing = asyncio.create_task(self.edit())  # which Textual does not cancel at the end
        else:
            self.run_worker(self.edit())

    async def edit(self) -> None:
        composer = self.query_one(TextArea)
        visual = {"VISUAL": str(VISUAL)} if VISUAL.exists() else {}
        result = await edit(self, composer.text, {**os.environ, **visual})
        note("edited", [result.text, result.trouble])
        composer.text = result.text


if __name__ == "__main__":
    note("pid", os.getpid())
    desk = Desk()
    desk.run()
    sys.exit(desk.return_code)
