"""A small app on the guarded driver, run in a pty by the tests: `python app.py EVENTS_FILE MODE`."""

import asyncio
import json
import os
import select
import sys
import threading
from pathlib import Path

from watui.terminal import Reporter, prepare
from watui.terminal.probe import begin, known

prepare(os.environ)
PROBE = begin(os.environ) if __name__ == "__main__" and sys.argv[2] in {"probe", "hard", "bidi"} else None

from textual import events, on  # noqa: E402
from textual.app import ComposeResult  # noqa: E402
from textual.widgets import Static, TextArea  # noqa: E402

from tests.terminal.rows import ROWS  # noqa: E402
from watui.terminal import output  # noqa: E402
from watui.terminal.host import Guarded  # noqa: E402
from watui.terminal.measure import adopt  # noqa: E402

HOSTILE = "a\x1b]52;c;ZXZpbA==\x07b\x1b[2Jc\x9b5nd\u202ee\x00f\x0eg\x7fh\x1b]0;owned\x1b\\i"


class Composer(TextArea):
    """Notes every key and paste that reaches it."""

    async def _on_key(self, event: events.Key) -> None:
        note("key", event.key)  # and then TextArea's own handler is called by Textual

    async def _on_paste(self, event: events.Paste) -> None:
        note("paste", event.text)


def note(kind: str, value: object) -> None:
    """Append one event to the file that the test reads."""
    with FILE.open("a", encoding="utf-8") as file:
        file.write(json.dumps([kind, value]) + "\n")


class Mini(Guarded[int]):
    """A line of text above a composer."""

    CSS = """
    Composer { height: 5; border: none; }
    #flood { height: 1fr; &.hard { width: 40; border: heavy white; height: auto; } }
    """
    frame = 0
    last = ""

    def compose(self) -> ComposeResult:
        yield Static("starting", id="state", markup=False)
        yield Static("", id="flood", markup=False)
        yield Composer(id="composer")

    def on_mount(self) -> None:
        self.query_one(Composer).cursor_blink = False
        self.query_one(Composer).focus()
        if MODE == "flood":
            self.flood = self.set_interval(1 / 120, self.paint)
        if MODE == "hostile":
            self.query_one("#flood", Static).update(HOSTILE)
        if MODE == "hard":
            self.query_one("#flood", Static).add_class("hard").update("\n".join(ROWS))
        if MODE == "bidi":
            note("bidi", output.own_bidi(self))
        self.call_after_refresh(self.query_one("#state", Static).update, "ready")

    def paint(self) -> str:
        self.frame += 1
        line = "".join(chr(0x41 + (self.frame + n) % 26) for n in range(self.size.width))
        self.query_one("#flood", Static).update("\n".join([line] * self.size.height))
        return line

    @on(TextArea.Changed)
    def changed(self, event: TextArea.Changed) -> None:
        word = event.text_area.text
        if word == self.last:
            return  # Textual posts some changes twice
        self.last = word
        note("text", word)
        if word.endswith("title!"):
            output.set_title(self, "(3) watui\x07\x1b;x")
        elif word.endswith("stop!"):
            self.flood.stop()
            note("line", self.paint())
        elif word.endswith("bell!"):
            output.bell(self)
        elif word.endswith("note!"):
            output.notify(self, "Ana", "hello", environ={"TERM_PROGRAM": "ghostty"})
        elif word.endswith("copy!"):
            output.copy(self, "copied", environ={})
        elif word.endswith("crash!"):
            secret_local = "SECRET-" + "BODY"
            raise ValueError(f"key={'KEY'}-1234 {len(secret_local)}")
        elif word.endswith("worker!"):
            self.run_worker(self.fail())
        elif word.endswith("editor!"):
            self.run_worker(self.edit())
        elif word.endswith("hits!"):
            note("hits", self.tripwire.hits)

    async def fail(self) -> None:
        secret_local = "SECRET-" + "BODY"
        raise LookupError(str(len(secret_local)))

    async def edit(self) -> None:
        with self.batch_update(), self.suspend():
            os.write(1, b"EDITING")
            for _ in range(100):
                assert not output.bell(self)
            await asyncio.to_thread(sys.stdin.readline)

    def on_unmount(self) -> None:
        note("unmount", threading.active_count())


if __name__ == "__main__":
    FILE, MODE = Path(sys.argv[1]), sys.argv[2]
    reporter = Reporter(FILE.parent / "reports", lambda text: text.replace("KEY-1234", "[key]"))
    reporter.install()
    if MODE == "late":
        os.write(1, b"LATE")
        select.select([0], [], [])
    app = Mini(reporter)
    app.probe, app.terminal = PROBE, known(PROBE, os.environ)
    note("terminal", [app.terminal.name, app.terminal.cells])
    adopt(app.terminal)
    app.run()
    note("exit", app.return_code)
    sys.exit(app.return_code)
