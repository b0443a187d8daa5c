"""Telling a typed Enter from one that came in a paste on a terminal without bracketed paste."""


class PasteGuard:
    """Remembers when the last key came; give it `event.time`, which the input thread sets, not a clock."""

    INTERVAL = 0.020
    """Seconds: nobody presses Enter sooner after another key."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def key(self, now: float) -> None:
        """Note a key or paste at `now` (monotonic seconds): each but bare modifiers, Enter included."""
        self._last = now

    def is_typed(self, now: float) -> bool:
        """Say whether an Enter at `now` (monotonic seconds) came from a person; if not, it must not send."""
        return now - self._last >= self.INTERVAL
