"""The signals that tell a program in a terminal to leave, and the app that hears of them."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from typing import Protocol, runtime_checkable

_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


@runtime_checkable
class Leaver(Protocol):
    """An app that wants to say itself how it leaves."""

    def terminal_gone(self, code: int) -> None:
        """Begin to leave with this exit code; called once, on the loop."""


def hangups(loop: asyncio.AbstractEventLoop, callback: Callable[[int], None]) -> Callable[[], None]:
    """Call `callback(128 + signal)` on the loop at SIGHUP, SIGTERM and SIGINT.

    A signal that is ignored (nohup) stays so. Returns what takes the handlers off again. Raises RuntimeError
    or ValueError outside the main thread.
    """
    heeded = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heeded:
        loop.add_signal_handler(number, callback, 128 + number)

    def release() -> None:
        for number in heeded:
            with contextlib.suppress(RuntimeError, ValueError):
                loop.remove_signal_handler(number)

    return release
