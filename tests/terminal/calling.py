"""A small app that calls as it is told: `python calling.py FILE`.

Whatever is written to FILE, as JSON, is carried out; FILE is gone when that is done. F2 opens the editor.
"""

import json
import os
import sys
from pathlib import Path
from typing import ClassVar

from watui.terminal import Reporter, prepare
from watui.terminal.probe import begin, known

prepare(os.environ)
PROBE = begin(os.environ) if __name__ == "__main__" else None

from textual.app import ComposeResult  # noqa: E402
from textual.binding import Binding  # noqa: E402
from textual.widgets import Static  # noqa: E402

from watui.alerts import Alert, Cause  # noqa: E402
from watui.means import Means, Privacy  # noqa: E402
from watui.terminal.editor import edit  # noqa: E402
from watui.terminal.host import Guarded  # noqa: E402
from watui.text import Safe  # noqa: E402
from watui.ways import Ways  # noqa: E402


class Calling(Guarded[int]):
    """Says how often it has called."""

    BINDINGS: ClassVar = [Binding("f2", "edit"), Binding("f3", "leave")]
    calls = 0

    def compose(self) -> ComposeResult:
        yield Static("ready", id="state", markup=False)

    def on_mount(self) -> None:
        self.ways = Ways(self)
        self.set_interval(0.01, self.look)

    def look(self) -> None:
        if not FILE.exists():
            return
        told = json.loads(FILE.read_text(encoding="utf-8"))
        if "privacy" in told:
            self.ways.configure(Means(privacy=Privacy(told["privacy"])))
        for cause in told["causes"]:
            # What it says is hostile as it could be only if the gate had been forgotten.
            alert = Alert(Safe(told.get("title", "Ana")), Safe(told.get("body", "hi")), cause=Cause(cause))
            self.ways.carry_out(alert)
        self.calls += 1
        if told.get("unread"):
            self.ways.show_title(told["unread"])
        self.query_one(Static).update(f"called {self.calls}")
        FILE.unlink()

    def action_edit(self) -> None:
        self.run_worker(self.edit())

    async def edit(self) -> None:
        await edit(self, "text", os.environ)

    async def action_leave(self) -> None:
        await self.ways.close()
        self.exit(0)


if __name__ == "__main__":
    FILE = Path(sys.argv[1])
    app = Calling(Reporter(FILE.parent / "reports", str))
    app.probe, app.terminal = PROBE, known(PROBE, os.environ)
    app.run()
    sys.exit(app.return_code)
