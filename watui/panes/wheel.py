"""What everything that scrolls has in common: one step of the mouse wheel."""

from textual import events
from textual.widget import Widget

STEP = 3
"""Lines that one step of the mouse wheel scrolls."""


class Wheeled(Widget):
    """A widget that scrolls by itself, of which Textual knows nothing."""

    def wheel(self, lines: int) -> None:
        """Scroll by lines, down for positive numbers."""
        raise NotImplementedError

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up with the wheel."""
        event.stop()
        self.wheel(-STEP)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down with the wheel."""
        event.stop()
        self.wheel(STEP)
