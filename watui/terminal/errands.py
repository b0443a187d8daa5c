"""Programs that are sent off for an alert: with a text, a time limit, and no way to the terminal."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from watui.paths import expanded, reason
from watui.terminal.outside import found, given

_CLOSES_WITHIN = 0.5  # seconds for programs that were killed to be gone


class Unable(Exception):
    """A program cannot be sent off; its text says why and what to do."""


class Errands:
    """Programs of one kind, each in a session of its own; they end with the app, or when their time is up."""

    def __init__(self, *, most: int, limit: float) -> None:
        """At most `most` run at once, each for `limit` seconds."""
        self._most = most
        self._limit = limit
        self._lock = threading.Lock()
        self._threads: dict[threading.Thread, subprocess.Popen[bytes] | None] = {}
        self._closed = False

    def send(
        self,
        build: Callable[[], Sequence[str]],
        environ: Mapping[str, str],
        told: Callable[[str], None],
        text: str = "",
    ) -> bool:
        """Send a program off with a text for its standard input; False if too many run already.

        Returns at once: `build` makes the arguments on a thread of its own, since it may look for files, and
        may raise Unable. `told` is called on that thread when all is over, with nothing or with what went
        wrong.
        """
        with self._lock:
            if self._closed or len(self._threads) >= self._most:
                return False
            thread = threading.Thread(
                target=self._run, args=(build, given(environ), told, text), name="errand", daemon=True
            )
            thread.start()
            self._threads[thread] = None
        return True

    def close(self) -> None:
        """End all that run, and send no other; waits until they are gone, half a second at most."""
        with self._lock:
            self._closed = True
            threads = dict(self._threads)
        for process in threads.values():
            if process is not None:
                _kill(process)
        deadline = monotonic() + _CLOSES_WITHIN
        for thread in threads:
            thread.join(max(0.0, deadline - monotonic()))

    def _run(
        self,
        build: Callable[[], Sequence[str]],
        environ: Mapping[str, str],
        told: Callable[[str], None],
        text: str,
    ) -> None:
        try:
            words = self._done(build, environ, text)
        except Unable as error:
            words = str(error)
        except OSError as error:
            words = f"it cannot be run: {reason(error)}"
        except ValueError:
            words = "it cannot be run: its arguments hold letters that the system cannot write"
        with self._lock:
            self._threads.pop(threading.current_thread(), None)
            closed = self._closed
        if not closed:
            told(words)

    def _done(self, build: Callable[[], Sequence[str]], environ: Mapping[str, str], text: str) -> str:
        """Run a program to its end or the end of its time; gives what went wrong, if anything did."""
        process = subprocess.Popen(  # noqa: S603 - the person's own program, as a list, without a shell
            list(build()),
            stdin=subprocess.PIPE if text else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environ,
            start_new_session=True,
        )
        with process:
            with self._lock:
                closed = self._closed
                self._threads[threading.current_thread()] = process
            if closed:  # while it was being started
                _kill(process)
            try:
                process.communicate(text.encode("utf-8", "replace") or None, timeout=self._limit)
            except subprocess.TimeoutExpired:
                _kill(process)
                return f"it ran for more than {self._limit:g} s and was ended"
        code = process.returncode
        if not code:
            return ""
        return f"it ended with code {code}" if code > 0 else f"it was ended by signal {-code}"


def resolved(words: Sequence[str], environ: Mapping[str, str], setting: str) -> list[str]:
    """Find the program that a setting names, and keep its arguments as they are; raises Unable."""
    program = found(expanded(words[0]), environ)
    if program is None:
        raise Unable(f"there is no program {words[0]}; set {setting} to one that is there")
    return [program, *words[1:]]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and all it has started, as far as that has stayed with it."""
    if process.poll() is None:
        with contextlib.suppress(OSError):  # it has ended this moment
            os.killpg(process.pid, signal.SIGKILL)
