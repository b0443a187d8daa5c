"""watui as it is started from the command line, but that it tells which messages its open chat holds.

    python -m tests.bench.counted PIPE ANSWER

A line on the pipe has the texts of the open chat written to the file ANSWER, one a line.
"""

import gc
import os
import sys
from pathlib import Path

gc.disable()  # as the command line does

from watui.terminal.environment import prepare  # noqa: E402

prepare(os.environ)

from tests.bench.told import listen  # noqa: E402
from watui import __main__ as command_line  # noqa: E402
from watui import start  # noqa: E402
from watui.app import Watui  # noqa: E402

PIPE, ANSWER = map(Path, sys.argv[1:])


class Counted(Watui):
    """Tells what it holds."""

    def on_mount(self) -> None:  # Textual calls the base class's own as well
        listen(PIPE, lambda _: self.call_from_thread(self.tell))

    def tell(self) -> None:
        """Write down the texts of the open chat."""
        timeline = self.store.thread(self.open_chat).timeline if self.open_chat is not None else ()
        new = ANSWER.with_suffix(".new")
        new.write_text("\n".join(message.text for message in timeline), encoding="utf-8")
        new.rename(ANSWER)


if __name__ == "__main__":
    vars(start)["Watui"] = Counted
    sys.exit(command_line.main([]))
