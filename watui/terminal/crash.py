"""What is left of a crash: one line on stderr, and a report without local variables for the owner's eyes."""

import contextlib
import faulthandler
import os
import platform
import re
import select
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

_REPORT_LIMIT = 256 * 1024
_HOSTILE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Reporter:
    """Writes crash reports (0600) into `directory`; what is not fatal also gets a line in `log`.

    `redact` is given each whole report, the messages of the exceptions in it, and must take out keys, numbers
    and names. No more than `MOST` reports are written by one process, so that an error in a loop fills no
    disk.
    """

    MOST = 20

    def __init__(
        self, directory: Path, redact: Callable[[str], str], log: Callable[[str], None] = lambda _line: None
    ) -> None:
        self.directory = directory
        self.redact = redact
        self.log = log
        self._told: tuple[BaseException, str] | None = None
        self._written = 0
        self._faults: TextIO | None = None

    def report(self, error: BaseException) -> str:
        """Write a report and return the line to show; never raises; once for the same error."""
        return f"watui stopped: {self._tell(error)}"

    def install(self) -> None:
        """Take over the hooks for what nothing has caught, in any thread, and for faults in C."""
        sys.excepthook = self.excepthook
        threading.excepthook = self.thread_hook
        sys.unraisablehook = self.unraisable_hook
        with contextlib.suppress(OSError):
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            fd = os.open(
                self.directory / "faults.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600
            )
            self._faults = os.fdopen(fd, "w", encoding="utf-8")
            faulthandler.enable(self._faults)

    def excepthook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None = None
    ) -> None:
        """Replace `sys.excepthook`: one line; nothing at all for Ctrl+C."""
        if not isinstance(error, KeyboardInterrupt):
            emit(self.report(error))

    def thread_hook(self, args: threading.ExceptHookArgs) -> None:
        """Replace `threading.excepthook`: a report and a line in the log, as the screen is the app's."""
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self.log(f"thread {args.thread.name if args.thread else '?'}: {self._tell(args.exc_value)}")

    def unraisable_hook(self, args: "sys.UnraisableHookArgs") -> None:
        """Replace `sys.unraisablehook`: the type of the error in the log."""
        self.log(f"unraisable {args.exc_type.__name__}")

    def loop_handler(self, loop: object, context: dict[str, Any]) -> None:
        """Serve as asyncio's exception handler: a report on the exception, if any, and a line in the log."""
        error = context.get("exception")
        what = self._tell(error) if isinstance(error, BaseException) else "no exception"
        self.log(f"asyncio: {context.get('message', '')}: {what}")

    def _tell(self, error: BaseException) -> str:
        """Write a report and say in a few words what happened and where the report is."""
        if self._told is not None and self._told[0] is error:
            return self._told[1]
        cause = _cause(error)
        try:
            where = f"report in {self._write(cause)}" if self._written < self.MOST else "too many reports"
        except Exception as failure:
            where = f"no report could be written ({type(failure).__name__})"
        self._told = error, _HOSTILE.sub("", f"{type(cause).__name__}; {where}")
        return self._told[1]

    def _write(self, error: BaseException) -> Path:
        """Write the report; raises OSError, or whatever `redact` raises."""
        told = traceback.TracebackException.from_exception(error, capture_locals=False)
        head = f"watui, Python {platform.python_version()}, {platform.platform(terse=True)}\n\n"
        text = self.redact(head + "".join(told.format()))
        data = _HOSTILE.sub("\N{REPLACEMENT CHARACTER}", text).encode("utf-8", "replace")[:_REPORT_LIMIT]
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        path = self.directory / f"crash-{stamp}-{os.getpid()}-{time.monotonic_ns() % 1_000_000:06}.txt"
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(fd, "wb") as file:
            os.fchmod(fd, 0o600)
            file.write(data)
        self._written += 1
        return path


def emit(line: str) -> None:
    """Write one line to the real stderr; gives up on a terminal that is gone or takes nothing."""
    stream = sys.__stderr__
    with contextlib.suppress(OSError, ValueError, AttributeError):
        fd = stream.fileno() if stream is not None else 2
        if select.select([], [fd], [], 0.2)[1]:
            os.write(fd, (_HOSTILE.sub("", line) + "\n").encode("utf-8", "replace"))


def _cause(error: BaseException) -> BaseException:
    """Unpack Textual's wrapper around the error of a worker."""
    inner = getattr(error, "error", None)
    return inner if type(error).__name__ == "WorkerFailed" and isinstance(inner, BaseException) else error
