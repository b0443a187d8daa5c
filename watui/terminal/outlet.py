"""Writing to a terminal that may be slow, stalled or gone, without ever keeping the writer waiting."""

import contextlib
import os
import select
import termios
import threading
from collections.abc import Callable

from watui.terminal.sequences import AFTER_CUT

BACKLOG = 128 * 1024
"""Bytes waiting above which frames are dropped: more than a full screen, seconds of a slow link."""

_CHUNK = 8192
_STALL = 0.05  # s between looks at the orders while the terminal takes nothing


class Outlet:
    """A queue and a thread that write to one terminal; a full queue drops, and no caller ever waits.

    What the terminal takes at once is written by the caller: the thread would get its turn only when the
    caller has nothing left to do, and whoever looks at the screen would wait for that.

    `drained` is called, on the outlet's thread, when all is written after something had been dropped; `lost`
    when the terminal is gone for good.
    """

    def __init__(
        self, fd: int, encoding: str, *, drained: Callable[[], None], lost: Callable[[], None]
    ) -> None:
        self._fd, self._at_once = _reopen(fd)
        self._encoding = encoding
        self._drained = drained
        self._lost = lost
        # Reentrant (the default of Condition), because Textual stops the driver inside signal handlers.
        self._changed = threading.Condition()
        self._waiting: list[bytes] = []
        self._backlog = 0
        self._writing = False
        self._dropping = False
        self._cut = False
        self._ending = False
        self._dead = False
        self._thread = threading.Thread(target=self._run, name="watui-outlet", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def write(self, text: str, *, keep: bool = False) -> bool:
        """Queue a whole sequence or frame; False if it was dropped, which `keep` makes less likely."""
        with self._changed:
            if self._dead or self._ending:
                return False
            if self._dropping or self._backlog >= BACKLOG:
                self._dropping = True
                if not keep or self._backlog >= 2 * BACKLOG:
                    return False
            data = text.encode(self._encoding, "backslashreplace")
            place = len(self._waiting)
            if self._at_once and self._is_idle():
                data = self._write_at_once(data)
                place = 0  # before what a signal handler may have written in between
            if data:
                self._waiting.insert(place, data)
                self._backlog += len(data)
                self._changed.notify_all()
            return True

    def _write_at_once(self, data: bytes) -> bytes:
        """Write what the terminal takes without waiting, and give the rest."""
        self._writing = True  # what a signal handler writes in between has to stand behind it
        try:
            return data[os.write(self._fd, data) :]
        except OSError:  # full, or gone: for the thread to find out
            return data
        finally:
            self._writing = False

    def settle(self, timeout: float) -> bool:
        """Wait `timeout` seconds for all to be written, else throw it away, in the kernel too; False then."""
        with self._changed:
            if self._changed.wait_for(self._is_idle, timeout):
                return True
            self._cut = True
            self._waiting.clear()
            if not self._changed.wait_for(self._is_idle, 4 * _STALL):
                self._dead = True  # stuck in a write that cannot be called back: see _reopen
                return False
            self._cut = self._dropping = False
            self._backlog = 0
        with contextlib.suppress(termios.error):
            termios.tcflush(self._fd, termios.TCOFLUSH)
        self.write(AFTER_CUT)
        return False

    def stop(self, timeout: float) -> bool:
        """Write what is queued for at most `timeout` seconds and end; False if the thread had to be left."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._thread.join(0 if self._dead else timeout)
        if self._thread.is_alive():
            self._cut = True
            self._thread.join(_STALL if self._dead else 4 * _STALL)
        if self._thread.is_alive():
            return False
        os.close(self._fd)
        return True

    def _is_idle(self) -> bool:
        return self._dead or not (self._waiting or self._writing)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ending)
                data = b"".join(self._waiting)
                self._waiting.clear()
                self._writing = True
            if not data:
                return
            alive = self._pump(data)
            with self._changed:
                self._writing = False
                self._backlog = sum(map(len, self._waiting))
                caught_up = self._dropping and not self._backlog
                self._dropping = self._dropping and not caught_up
                self._dead = not alive
                self._changed.notify_all()
            if not alive:
                self._lost()
                return
            if caught_up:
                self._drained()

    def _pump(self, data: bytes) -> bool:
        """Write all of `data` unless told to cut; False if the terminal is gone."""
        view = memoryview(data)
        while view and not self._cut:
            try:
                view = view[os.write(self._fd, view[:_CHUNK]) :]
            except BlockingIOError:
                select.select([], [self._fd], [], _STALL)
            except OSError:
                return False
        return True


def _reopen(fd: int) -> tuple[int, bool]:
    """Open the terminal behind `fd` once more, non-blocking: on `fd` itself the shell would share the flag.

    Gives whether that was possible too.
    Where that is refused (after `su`, or no terminal) the answer is a blocking copy: then a stalled terminal
    costs a thread that is left behind at exit, and no reset reaches it.
    """
    with contextlib.suppress(OSError):
        again = os.open(os.ttyname(fd), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        if os.fstat(again).st_rdev == os.fstat(fd).st_rdev:
            return again, True
        os.close(again)
    return os.dup(fd), False
