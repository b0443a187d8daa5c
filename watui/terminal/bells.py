"""The terminal's bell in patterns, so that one hears what calls; never two patterns at once."""

from collections.abc import Callable
from time import monotonic
from typing import Any, TypeAlias

from textual.app import App
from textual.timer import Timer

from watui.terminal import output

Gaps: TypeAlias = tuple[float, ...]
"""A pattern: one bell, and after each of these seconds another one."""

REST = 0.5
"""Seconds between two patterns, without which they would be heard as one."""


class Bells:
    """Rings patterns; of those that come meanwhile, and while the terminal is lent, the longest one waits."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._free_at = 0.0  # by the monotonic clock
        self._waiting: Gaps | None = None
        self._timers: list[Timer] = []
        self._listens = False
        self._closed = False

    def begin(self, gaps: Gaps) -> bool:
        """Begin a pattern now, or else later; True if now, and its first bell is left to the caller.

        So that this bell and a notification can go out in one write.
        """
        if self._closed:
            return False
        lent = output.is_lent(self._app)
        if not lent and self._waiting is None and monotonic() >= self._free_at:
            self._ring_on(gaps)
            return True
        waits = self._waiting is not None
        self._waiting = max(self._waiting or (), gaps, key=lambda each: (len(each), sum(each)))
        if lent:
            self._listen()
        elif not waits:
            self._later(self._free_at - monotonic(), self._next)
        return False

    def close(self) -> None:
        """Ring no more."""
        self._closed = True
        self._waiting = None
        for timer in self._timers:
            timer.stop()

    def _ring_on(self, gaps: Gaps) -> None:
        at = 0.0
        self._timers.clear()  # the pattern before has ended
        for gap in gaps:
            at += gap
            self._later(at, self._ring)
        self._free_at = monotonic() + at + REST

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        self._timers.append(self._app.set_timer(max(seconds, 0.0), act))

    def _ring(self) -> None:
        output.bell(self._app)

    def _next(self, _: object = None) -> None:
        """Ring what waits, unless the terminal is lent: its return calls here again."""
        if self._waiting is None or self._closed:
            return
        if output.is_lent(self._app):
            self._listen()
            return
        gaps, self._waiting = self._waiting, None
        self._ring()
        self._ring_on(gaps)

    def _listen(self) -> None:
        if not self._listens:
            self._listens = True
            self._app.app_resume_signal.subscribe(self._app, self._next)
