"""A program in a terminal of its own: send keys, read the screen, stall it, hang it up, see how it ends."""

import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyte

# What pyte takes for text: private reports and modes, kitty's keyboard protocol, window operations, pointers.
_UNKNOWN_TO_PYTE = re.compile(
    rb"\x1b\[[<>=][0-?]*[ -/]*[@-~]|\x1b\[[0-?]*\$[@-~]|\x1b\[[\d;]*t"
    rb"|\x1b\](?:1[02]|22)[^\a\x1b]*(?:\a|\x1b\\)"
)
_CONTROLLING = (
    "import fcntl,os,sys,termios;fcntl.ioctl(0,termios.TIOCSCTTY,0);os.execvp(sys.argv[1],sys.argv[1:])"
)


class Terminal:
    """A child on a pseudo-terminal and a thread that reads all it writes; killed at the end, by pid."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cols: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        ignore: Sequence[signal.Signals] = (),
        cwd: Path | None = None,
    ) -> None:
        self.cols, self.rows = cols, rows
        self.chunks: list[tuple[float, bytes]] = []
        """All that was written, each with the monotonic time (s) at which it was read."""
        self._screen = pyte.Screen(cols, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._fed = 0  # chunks that the screen has seen
        self._rest = b""  # an unfinished sequence waits here for its end
        self._changed = threading.Condition()
        self._stalled = False
        self._hung_up = False
        self._cpu = 0.0
        self._code: int | None = None
        self._master, self._slave = pty.openpty()
        self.resize(cols, rows)
        self._wake_read, self._wake_write = os.pipe()
        command = list(argv)
        if ignore:
            names = " ".join(number.name.removeprefix("SIG") for number in ignore)
            command = ["/bin/sh", "-c", f"trap '' {names}; exec \"$@\"", "sh", *command]
        session = shutil.which("setsid")
        # Not with preexec_fn: the child would be forked from a process with threads.
        start = [session, "--ctty"] if session else [sys.executable, "-I", "-S", "-c", _CONTROLLING]
        self.started = time.monotonic()
        self._child = subprocess.Popen(
            [*start, *command],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env=dict(os.environ if env is None else env),
            cwd=cwd,
            start_new_session=session is None,
        )
        self._reader = threading.Thread(target=self._read, name="pty-reader", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._child.pid

    @property
    def raw(self) -> bytes:
        """All that the child has written so far."""
        with self._changed:
            return b"".join(data for _, data in self.chunks)

    @property
    def screen(self) -> list[str]:
        """The lines now on the screen."""
        with self._changed:
            new = self._rest + b"".join(data for _, data in self.chunks[self._fed :])
            self._fed = len(self.chunks)
            self._rest = _tail(new)
            self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", new[: len(new) - len(self._rest)]))
            return list(self._screen.display)

    @property
    def text(self) -> str:
        """The screen as one string."""
        return "\n".join(self.screen)

    @property
    def cpu(self) -> float:
        """CPU seconds of the child so far, all threads; its last value after the end."""
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            self._cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return self._cpu

    @property
    def wakeups(self) -> int:
        """How often the child's threads have slept and been woken so far (Linux)."""
        total = 0
        for path in Path(f"/proc/{self.pid}/task").glob("*/status"):
            with contextlib.suppress(OSError):
                found = re.search(
                    r"^voluntary_ctxt_switches:\s*(\d+)", path.read_text(encoding="ascii"), re.MULTILINE
                )
                total += int(found[1]) if found else 0
        return total

    @property
    def modes(self) -> list[Any]:
        """The modes of the terminal (termios), also after the child has ended."""
        return termios.tcgetattr(self._slave)

    def send(self, keys: str | bytes) -> None:
        """Type the keys."""
        data = keys.encode() if isinstance(keys, str) else keys
        while data:
            data = data[os.write(self._master, data) :]

    def until(self, what: str | bytes | Callable[[], object], timeout: float = 10.0) -> float:
        """Wait for the text on the screen, the bytes in the output or the call to be true; returns seconds.

        Raises AssertionError with the screen after `timeout` seconds.
        """
        if isinstance(what, str):
            shown = what
            met: Callable[[], object] = lambda: shown in self.text  # noqa: E731
        elif isinstance(what, bytes):
            written = what
            met = lambda: written in self.raw  # noqa: E731
        else:
            met = what
        begin = time.monotonic()
        while not met():
            left = begin + timeout - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not within {timeout} s: {what!r}\n{self.text}\n{self.raw[-500:]!r}")
            with self._changed:
                self._changed.wait(min(left, 0.02))
        return time.monotonic() - begin

    def resize(self, cols: int, rows: int) -> None:
        """Change the size of the terminal."""
        self.cols, self.rows = cols, rows
        with self._changed:
            self._screen.resize(rows, cols)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def stall(self) -> None:
        """Stop reading, as a terminal behind a dead link does."""
        self._stalled = True
        os.write(self._wake_write, b".")

    def unstall(self) -> None:
        """Read again."""
        self._stalled = False
        os.write(self._wake_write, b".")

    def hangup(self) -> None:
        """Close the terminal under the child."""
        if not self._hung_up:
            self._hung_up = True
            os.write(self._wake_write, b".")
            self._reader.join()
            os.close(self._master)

    def signal(self, number: int) -> None:
        """Send a signal to the child."""
        if self._code is None:
            os.kill(self.pid, number)

    def wait_exit(self, timeout: float = 5.0) -> int:
        """Wait for the end of the child and of its output; returns its code (-N for signal N).

        Raises AssertionError after `timeout` seconds.
        """
        if self._code is None:
            self.until(self._ended, timeout)
            _ = self.cpu  # while it is still there to be read
            self._code = self._child.wait()
            if not self._stalled and not self._hung_up:
                os.write(self._wake_write, b"d")
                self._reader.join(timeout)
        return self._code

    def close(self) -> None:
        """Kill the child if it still runs and let go of the terminal."""
        if self._code is None:
            if not self._ended():
                os.kill(self.pid, signal.SIGKILL)
            self._code = self._child.wait()
        self.hangup()
        for fd in (self._slave, self._wake_read, self._wake_write):
            with contextlib.suppress(OSError):
                os.close(fd)

    def _ended(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _read(self) -> None:
        draining = False
        while not self._hung_up:
            watched = [self._wake_read] if self._stalled else [self._master, self._wake_read]
            ready = select.select(watched, [], [], 0 if draining else None)[0]
            if self._wake_read in ready:
                draining = draining or b"d" in os.read(self._wake_read, 64)
            if self._master in ready and not self._stalled:
                data = os.read(self._master, 65536)
                with self._changed:
                    self.chunks.append((time.monotonic(), data))
                    self._changed.notify_all()
            elif draining and not ready:
                return


def _tail(data: bytes) -> bytes:
    """Return the unfinished escape sequence at the end of `data`, if any."""
    found = re.search(rb"\x1b(?:\[[0-?]*[ -/]*|\][^\a\x1b]*\x1b?)?\Z", data)
    return found.group() if found else b""
