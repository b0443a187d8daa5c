"""Asks before something that cannot be undone: the first letters of a name have to be typed."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from watui.bidi import in_order
from watui.panes.field import Field
from watui.screens.dialog import Dialog
from watui.text import Safe, fit, fold

LETTERS = 3
"""Letters of the name that are wanted."""


def wanted(name: Safe) -> str:
    """Give what has to be typed for a name: its first letters and digits, or else a plain yes."""
    return "".join(filter(str.isalnum, name))[:LETTERS] or "yes"


class ConfirmScreen(Dialog[bool]):
    """Returns whether the person is sure."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="Esc", id="confirm.close"),
    ]

    def __init__(self, words: str, name: Safe, more: str = "") -> None:
        """Say what will happen to what, and perhaps more about it."""
        super().__init__(id="confirm")
        self._more = more
        self._words = words
        self._of = name
        self._wanted = wanted(name)

    def compose(self) -> ComposeResult:
        """Lay out what will happen above the field."""
        with Vertical(id="confirm-box"):
            yield Static(Content(f"{self._words}: {in_order(fit(self._of, 40))}"), markup=False)
            yield Static(Content(self._more or "It cannot be brought back."), markup=False)
            yield Static(Content(f"Type {self._wanted} and press Enter · Esc leaves it"), markup=False)
            yield Field(compact=True)

    def on_mount(self) -> None:
        """Write into the field."""
        self.query_one(Field).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if fold(event.value.strip()) == fold(self._wanted):
            self._end(sure=True)
        else:
            self.notify(f"type {self._wanted}, or press Esc", markup=False, timeout=3)

    def action_close(self) -> None:
        """Leave everything as it is."""
        self._end(sure=False)

    def _end(self, *, sure: bool) -> None:
        if self.is_active:
            self.dismiss(sure)
