"""A named pipe through which a program under measure is told what to do; each line is one order."""

import os
import threading
from collections.abc import Callable
from pathlib import Path


def listen(pipe: Path, obey: Callable[[str], None]) -> None:
    """Obey each line on a thread of its own, as what comes from the network does."""

    def read() -> None:
        # Open for writing too, or the pipe would end with its first order.
        with os.fdopen(os.open(pipe, os.O_RDWR), encoding="utf-8") as lines:
            for line in lines:
                obey(line.strip())

    threading.Thread(target=read, daemon=True).start()
