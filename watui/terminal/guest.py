"""A program that has the terminal for a while: screen, keys and signals, until it ends or has to."""

import contextlib
import os
import signal
import subprocess
import termios
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

PATIENCE = 0.5
"""Seconds that a program has for ending by itself, and then once more for ending by force."""


class Guest:
    """A program in a process group of its own, which the terminal belongs to until it ends.

    What is typed to interrupt or stop a program goes to that group alone, so watui and its link to the
    gateway run on. A program that has stopped is continued at once: no shell is here that could do it later.
    """

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        source: int,
        target: int,
        ended: Callable[[int], None],
    ) -> None:
        """Start it on a terminal that nobody else reads (`source`) or draws on (`target`).

        `ended` is called, on a thread of its own, with the exit code (-N for signal N). Raises OSError if the
        program cannot be started.
        """
        self._source = source
        self._ended = ended
        self._over = threading.Event()
        self._owner: int | None = None
        self._modes: list[Any] | None = None
        with contextlib.suppress(OSError):  # it may be some other session's terminal
            self._owner = os.tcgetpgrp(source)
        with contextlib.suppress(termios.error):
            self._modes = termios.tcgetattr(source)
        self._process = subprocess.Popen(  # noqa: S603 - the person's own editor, as a list, without a shell
            list(command), stdin=source, stdout=target, stderr=target, env=environ, process_group=0
        )
        self._lend()
        # Not asyncio's subprocess: that tells of the end, but not of a stop.
        threading.Thread(target=self._watch, name="guest", daemon=True).start()

    def end(self) -> None:
        """End the program if it still runs, and take the terminal back; on any thread, the first time only.

        Waits at most twice `PATIENCE`, and not at all where the program has ended already.
        """
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._over.is_set():
                break
            self._signal(number)
            self._over.wait(PATIENCE)
        owner, self._owner = self._owner, None
        modes, self._modes = self._modes, None
        with _unstopped():
            if owner is not None:
                with contextlib.suppress(OSError):  # the terminal may be gone
                    os.tcsetpgrp(self._source, owner)
            if modes is not None:
                with contextlib.suppress(termios.error):
                    termios.tcsetattr(self._source, termios.TCSANOW, modes)

    def _lend(self) -> None:
        if self._owner is not None:
            with contextlib.suppress(OSError), _unstopped():
                os.tcsetpgrp(self._source, self._process.pid)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(OSError):  # it has just ended, or belongs to another user (sudoedit)
            os.killpg(self._process.pid, number)

    def _watch(self) -> None:
        while True:
            _, status = os.waitpid(self._process.pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                break
            # By Ctrl+Z, or because it wanted the terminal before that was its own.
            self._lend()
            self._signal(signal.SIGCONT)
        code = self._process.returncode = os.waitstatus_to_exitcode(status)
        self._over.set()
        self._ended(code)


@contextlib.contextmanager
def _unstopped() -> Iterator[None]:
    """Let this thread change a terminal that belongs to another group; the kernel would stop it for that."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
