"""The embedded gateway of `--demo`: a child process, so that it shares nothing with the client."""

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DemoError", "DemoProcess", "Ready"]

GRACE = 1.0
"""Seconds the child has to end by itself once its input is closed, and again once it is asked to."""

_ARGUMENTS = ("gateway", "--profile", "full", "--until-stdin-closes")


class DemoError(Exception):
    """The embedded gateway did not start; `str()` of it is one line to show as it is."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What the gateway says of itself once it listens."""

    url: str
    """Where it listens, on the loopback."""

    key: str
    """Its key, made for this run."""

    control: str
    """URL at which the simulated phones are directed."""

    devices: tuple[str, ...]
    """Ids of its devices."""


class DemoProcess:
    """Starts the gateway at once and lets somebody else wait for it.

    The child ends when its standard input closes: the kernel sees to that even if watui is killed. Its
    session is its own, so that Ctrl+C and Ctrl+Z of the terminal do not reach it.
    """

    def __init__(self, log: Path, arguments: tuple[str, ...] = _ARGUMENTS) -> None:
        """Start the child, its stderr into `log`; raises DemoError."""
        self._log = log
        self._ready: Ready | None = None
        self._reading = threading.Lock()
        self._stopping = threading.Lock()
        errors = _private(log)
        try:
            # -P: a module of the same name in the current directory must not run in watui's place.
            self._process = subprocess.Popen(  # noqa: S603 - no foreign word in it
                [sys.executable, "-P", "-m", "watui", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                bufsize=0,
                env=_environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise DemoError(f"the demo gateway cannot be started: {error.strerror}") from None
        finally:
            if errors != subprocess.DEVNULL:
                os.close(errors)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def ready(self, timeout: float) -> Ready:
        """Wait up to `timeout` seconds until the gateway listens, and return where; raises DemoError.

        Blocks: for the network thread. Later calls return at once.
        """
        with self._reading:
            if self._ready is None:
                self._ready = self._parsed(self._line(time.monotonic() + timeout))
            return self._ready

    def stop(self) -> None:
        """End the child, within 2 s by its own will and then without; doing it twice is harmless."""
        with self._stopping:
            process = self._process
            if process.stdin is not None:
                process.stdin.close()
            for harder in (process.terminate, process.kill):
                try:
                    process.wait(GRACE)
                    break
                except subprocess.TimeoutExpired:
                    harder()
            process.wait()
            # Whoever waits for the line hears of the end by itself; the pipe is not closed under its hands.
            if process.stdout is not None and self._reading.acquire(timeout=GRACE):
                process.stdout.close()
                self._reading.release()

    def _line(self, deadline: float) -> bytes:
        pipe = self._process.stdout
        if pipe is None or pipe.closed:
            raise DemoError("the demo gateway has been stopped")
        read = b""
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while b"\n" not in read and len(read) < 65536:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise DemoError(f"the demo gateway is not ready yet; {self._log} may say why")
                if not (more := os.read(pipe.fileno(), 65536)):
                    raise DemoError(f"the demo gateway ended; {self._log} may say why")
                read += more
        return read.split(b"\n", 1)[0]

    def _parsed(self, line: bytes) -> Ready:
        try:
            said = json.loads(line)
            devices = tuple(str(device) for device in said["devices"])
            return Ready(str(said["url"]), str(said["key"]), str(said["control"]), devices)
        except (ValueError, KeyError, TypeError):
            raise DemoError(f"the demo gateway said something else than expected; see {self._log}") from None


def _private(log: Path) -> int:
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        return os.open(log, flags, 0o600)
    except OSError:
        return subprocess.DEVNULL


def _environment() -> dict[str, str]:
    """Return what the child may know: not the key of the user's own gateway."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WATUI_")}
    root = Path(__file__).resolve().parent.parent
    if (root / "pyproject.toml").is_file():  # a checkout, which -P would not find
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(root), environ.get("PYTHONPATH"))))
    return environ
