"""watui as it is started from the command line, but that it tells which messages it holds.

    python -m tests.bench.counted PIPE ANSWER

A line on the pipe has the texts of the open chat written to the file ANSWER, one a line; the line `devices`
has for each device its id and how many messages it holds.
"""

import gc
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

gc.disable()  # as the command line does

from watui.terminal.environment import prepare  # noqa: E402

prepare(os.environ)

from tests.bench.told import listen  # noqa: E402
from watui import __main__ as command_line  # noqa: E402
from watui import start  # noqa: E402
from watui.app import Watui  # noqa: E402

PREFIX = "fleet "
"""How the texts begin that are counted for each device."""

PIPE, ANSWER = map(Path, sys.argv[1:])


class Counted(Watui):
    """Tells what it holds."""

    def on_mount(self) -> None:  # Textual calls the base class's own as well
        listen(PIPE, lambda order: self.call_from_thread(self.tell, order))

    def tell(self, order: str) -> None:
        """Write down what was asked for."""
        new = ANSWER.with_suffix(".new")
        new.write_text("\n".join(self.of_devices() if order == "devices" else self.texts()), encoding="utf-8")
        new.rename(ANSWER)

    def texts(self) -> Iterator[str]:
        """Give the texts of the open chat."""
        timeline = self.store.thread(self.open_chat).timeline if self.open_chat is not None else ()
        return (message.text for message in timeline)

    def of_devices(self) -> Iterator[str]:
        """Count what came for each device; of a chat that was not opened only that is held."""
        counts: Counter[str] = Counter()
        for key, thread in self.store.threads.items():
            counts[key.device] += sum(message.text.startswith(PREFIX) for message in thread.timeline)
        return (f"{device} {count}" for device, count in counts.items())


if __name__ == "__main__":
    vars(start)["Watui"] = Counted
    sys.exit(command_line.main([]))
