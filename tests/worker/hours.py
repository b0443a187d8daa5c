"""An event loop in whose time hours pass at once: whoever waits is woken as soon as nothing else is to do."""

import asyncio
import selectors


class _Impatient(selectors.SelectSelector):
    """Instead of waiting for files, tells how long it would have waited."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout:
            self.waited += timeout
        return super().select(0)


class Hours(asyncio.SelectorEventLoop):
    """A loop without files or threads, so that what happens depends on nothing but what is asked of it."""

    def __init__(self) -> None:
        self._impatient = _Impatient()
        super().__init__(self._impatient)

    def time(self) -> float:
        """Give the seconds that have passed for those who live in this loop."""
        return self._impatient.waited

    def pass_by(self, seconds: float) -> None:
        """Let time pass, and everything happen that falls into it."""
        self.run_until_complete(asyncio.sleep(seconds))
