"""The chat switcher: Ctrl+K, a few letters, Enter, from anywhere."""

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from watui.messages import Opened
from watui.panes.chatlist import Marks
from watui.rows import Rows
from watui.screens.finding import FindingScreen


class SwitcherScreen(FindingScreen[None]):
    """Finds a chat to open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", key_display="Esc", id="switcher.close"),
    ]

    def __init__(self, rows: Rows, marks: Marks) -> None:
        super().__init__("chat · Enter opens · Esc closes", rows, marks, id="switcher")

    @on(Opened)
    def _opened(self) -> None:
        """Close; the app, to which the message goes on, opens the chat."""
        self.dismiss(None)
