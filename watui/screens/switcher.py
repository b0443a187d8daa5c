"""The chat switcher: Ctrl+K, a few letters, Enter, from anywhere."""

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from watui.messages import Opened
from watui.panes.chatlist import ChatList, Marks
from watui.panes.finder import FilterField, Finder
from watui.rows import Rows


class SwitcherScreen(ModalScreen[None]):
    """Finds a chat by a part of its name or number."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", key_display="Esc", id="switcher.close"),
    ]

    finder = getters.query_one(Finder)

    def __init__(self, rows: Rows, marks: Marks) -> None:
        super().__init__(id="switcher")
        self._rows, self._marks = rows, marks

    def compose(self) -> ComposeResult:
        """Lay out the field above what it finds."""
        with Finder(id="switcher-box") as finder:
            finder.switcher = True
            yield FilterField(placeholder="chat · Enter opens · Esc closes", compact=True)
            found = ChatList(tall=False)
            found.can_focus = False
            yield found

    def on_mount(self) -> None:
        """Show what there is before anything is typed."""
        self.finder.show(self._rows, self._marks)

    @property
    def rows(self) -> Rows:
        """What is listed, from which a longer query can go on."""
        return self._rows

    @property
    def query_text(self) -> str:
        """What is typed."""
        return self.finder.query_text if self.is_mounted else ""

    def show(self, rows: Rows, marks: Marks) -> None:
        """Show what was found."""
        self._rows, self._marks = rows, marks
        if self.is_mounted:
            self.finder.show(rows, marks)

    @on(Opened)
    def _opened(self) -> None:
        """Close; the app, to which the message goes on, opens the chat."""
        self.dismiss(None)
