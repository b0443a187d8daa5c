"""A field that narrows the list of chats below it: what the chat pane and the switcher have in common."""

from textual import getters, on
from textual.containers import Vertical
from textual.widgets import Input

from watui import matching
from watui.messages import Filtered, Opened
from watui.panes.chatlist import ChatList, Marks
from watui.panes.field import LIST_MOVES, Field
from watui.rows import Rows


class FilterField(Field):
    """One line of filter text; the keys that move through a list move in the one below it."""

    MOVES = LIST_MOVES

    def on_mount(self) -> None:
        """Make ready for the first letter."""
        super().on_mount()
        self.call_after_refresh(matching.warm)


class Finder(Vertical):
    """A list of chats, with or without the field above it."""

    list = getters.query_one(ChatList)

    switcher = False
    """Whether it is the switcher's, and not the chat pane's."""

    _choosing = False

    def show(self, rows: Rows, marks: Marks) -> None:
        """Show these chats, and choose the best of them if Enter was pressed before they were found."""
        self.list.show(rows, marks)
        if self._choosing and rows.query == self.query_text:
            self._choosing = False
            self.list.action_choose()

    @property
    def query_text(self) -> str:
        """What is typed; empty where there is no field."""
        field = FilterField.shown(self)
        return field.value if field is not None else ""

    @on(Field.Moved)
    def _moved(self, event: Field.Moved) -> None:
        event.stop()
        (self.list.action_page if event.unit == "page" else self.list.action_move)(event.by)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._choosing = False
        self.post_message(Filtered(event.value, self.switcher))

    @on(Input.Submitted)
    def _accepted(self, event: Input.Submitted) -> None:
        """Choose what was found; what is still listed for fewer letters is not what the person means."""
        event.stop()
        rows = self.list.rows
        if rows is not None and rows.query == event.value:
            self.list.action_choose()
        else:
            self._choosing = True

    @on(ChatList.Chosen)
    def _chosen(self, event: ChatList.Chosen) -> None:
        event.stop()
        self.post_message(Opened(event.chat))
