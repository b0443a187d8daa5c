"""What the chat switcher and the choice of chats have in common: a field, and the chats that it finds."""

from collections.abc import Iterable

from textual import getters
from textual.app import ComposeResult
from textual.screen import ScreenResultType
from textual.widget import Widget

from watui.panes.chatlist import ChatList, Marks
from watui.panes.finder import FilterField, Finder
from watui.rows import Rows
from watui.screens.dialog import Dialog


class FindingScreen(Dialog[ScreenResultType]):
    """Finds chats by a part of their name or number; the app looks for them and shows what it found."""

    finder = getters.query_one(Finder)

    def __init__(self, placeholder: str, rows: Rows, marks: Marks, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._placeholder = placeholder
        self._rows, self._marks = rows, marks

    def compose(self) -> ComposeResult:
        """Lay out the field above what it finds."""
        with Finder(id=f"{self.id}-box") as finder:
            finder.switcher = True
            yield FilterField(placeholder=self._placeholder, compact=True)
            found = ChatList(tall=False)
            found.can_focus = False
            yield found
            yield from self.below()

    def below(self) -> Iterable[Widget]:
        """Give what stands below the chats."""
        return ()

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
