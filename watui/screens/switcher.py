"""The chat switcher: Ctrl+K, a few letters, Enter, from anywhere."""

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from watui.messages import Filtered, Opened
from watui.panes.chatlist import ChatList, Marks
from watui.panes.chats import FilterField
from watui.rows import Rows


class SwitcherScreen(ModalScreen[None]):
    """Finds a chat by a part of its name or number."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", key_display="Esc", id="switcher.close"),
    ]

    list = getters.query_one(ChatList)

    def __init__(self, rows: Rows, marks: Marks) -> None:
        super().__init__(id="switcher")
        self._rows, self._marks = rows, marks

    def compose(self) -> ComposeResult:
        """Lay out the field above what it finds."""
        with Vertical(id="switcher-box"):
            yield FilterField(placeholder="chat · Enter opens · Esc closes", compact=True)
            found = ChatList(tall=False)
            found.can_focus = False
            yield found

    def on_mount(self) -> None:
        """Show what there is before anything is typed."""
        self.list.show(self._rows, self._marks)

    @property
    def query_text(self) -> str:
        """What is typed."""
        field = self.query_one_optional(FilterField)
        return field.value if field is not None else ""

    def show(self, rows: Rows, marks: Marks) -> None:
        """Show what was found."""
        self._rows, self._marks = rows, marks
        if self.is_mounted:
            self.list.show(rows, marks)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.list.to_top()
        self.post_message(Filtered(event.value))

    @on(Input.Submitted)
    def _accepted(self, event: Input.Submitted) -> None:
        event.stop()
        self.list.action_choose()

    @on(ChatList.Chosen)
    def _chosen(self, event: ChatList.Chosen) -> None:
        event.stop()
        self.post_message(Opened(event.chat))
        self.dismiss(None)
