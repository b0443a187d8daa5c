"""Choosing one chat or several, as to forward to: typed for, marked with Tab, taken with Enter."""

from collections.abc import Iterable
from typing import ClassVar

from textual import getters, on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from watui.bidi import in_order
from watui.messages import Opened
from watui.models import ChatKey
from watui.panes.chatlist import Marks
from watui.panes.line import Line
from watui.rows import Rows
from watui.screens.finding import FindingScreen
from watui.text import Safe, cell_len, fit


class ChosenLine(Line):
    """Names the chats that are chosen."""

    LOOKS = "chosen"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"chosen--names", "chosen--quiet"}

    def __init__(self) -> None:
        super().__init__(id="chosen")
        self._names: list[Safe] = []

    def show(self, names: list[Safe]) -> None:
        """Show these."""
        self._names = names
        self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Say it."""
        if not self._names:
            return [(fit(" Tab chooses several", width), "quiet")]
        head = f" to {len(self._names)}: "
        names = ", ".join(in_order(fit(name, 24)) for name in self._names)
        return [(head, "quiet"), (fit(names, max(0, width - cell_len(head))), "names")]


class ChooseScreen(FindingScreen[list[ChatKey] | None]):
    """Returns the chosen chats, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="Esc", id="choose.close"),
        Binding("tab", "mark", "Choose several", key_display="Tab", priority=True, id="choose.mark"),
    ]

    chosen_line = getters.query_one(ChosenLine)

    def __init__(self, what: str, rows: Rows, marks: Marks) -> None:
        super().__init__(f"{what} · Enter takes it · Esc closes", rows, marks, id="choose")
        self._chosen: dict[ChatKey, Safe] = {}

    def below(self) -> Iterable[Widget]:
        """Give the line of what is chosen."""
        return (ChosenLine(),)

    def action_mark(self) -> None:
        """Choose the chat under the cursor too, or not any more."""
        key = self.finder.list.cursor
        rows = self.finder.list.rows
        index = rows.index_of(key) if rows is not None and key is not None else None
        if key is None or rows is None or index is None:
            return
        if self._chosen.pop(key, None) is None:
            self._chosen[key] = rows[index].name
        self.chosen_line.show([*self._chosen.values()])

    @on(Opened)
    def _opened(self, message: Opened) -> None:
        """Take what is chosen, or without a choice the chat that was meant; nothing is opened."""
        message.stop()
        self._end([*self._chosen] or [message.chat])

    def action_close(self) -> None:
        """Choose nothing."""
        self._end(None)

    def _end(self, chats: list[ChatKey] | None) -> None:
        if self.is_active:
            self.dismiss(chats)
