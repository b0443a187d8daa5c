"""The terminal while no app has it: what `watui doctor --alerts` rings in."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from watui.terminal import sequences


class Direct:
    """A terminal that is written to at once; raises OSError when it is gone."""

    def __init__(self, target: int = 1) -> None:
        self._target = target

    def bell(self, gaps: tuple[float, ...] = ()) -> None:
        """Ring a pattern: one bell, and after each of these seconds another one."""
        self._write(sequences.BELL)
        for gap in gaps:
            time.sleep(gap)
            self._write(sequences.BELL)

    @contextmanager
    def title(self, text: str) -> Iterator[None]:
        """Set the window's title for a while."""
        self._write(sequences.TITLE_SAVE + sequences.title(text))
        try:
            yield
        finally:
            self._write(sequences.TITLE_RESTORE)

    def notify(self, heading: str, body: str, *, terminal: str, environ: Mapping[str, str]) -> None:
        """Have the terminal notify, with no bell."""
        self._write(sequences.notification(environ, heading, body, terminal, ring=False))

    def _write(self, sequence: str) -> None:
        os.write(self._target, sequence.encode("utf-8", "replace"))
