"""What is known of a message: one fact under the other."""

from collections.abc import Sequence
from itertools import accumulate
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from watui.screens.cutting import fold
from watui.screens.dialog import Dialog
from watui.screens.reader import Leaf, Leaves, Reader
from watui.text import cell_len, fit

LABELS = 14
"""Cells of the widest label that is shown whole."""


class Facts(Leaves):
    """Labels, and values folded beside them."""

    def __init__(self, facts: Sequence[tuple[str, str]]) -> None:
        super().__init__([0, *accumulate(len(value) + 1 for _, value in facts)])
        self._facts = facts
        self._column = min(LABELS, max((cell_len(label) for label, _ in facts), default=0)) + 2

    def rows(self, index: int, width: int) -> list[tuple[int, int]]:
        """Fold a value."""
        return fold(self._facts[index][1], width - self._column)

    def make(self, index: int) -> Leaf:
        """Draw a fact, its label on the first line."""
        label, value = self._facts[index]
        rows = self.rows(index, self.width)
        head = fit(label, self._column - 2)
        head += " " * (self._column - cell_len(head))
        lines = [
            self.line((" " * self._column if number else head, "label"), (value[start:end], ""))
            for number, (start, end) in enumerate(rows)
        ]
        return Leaf(lines, [start for start, _ in rows])


class InfoScreen(Dialog[None]):
    """Lists facts, in a box of their size."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i", "dismiss", "Close", key_display="Esc", id="info.close"),
    ]

    def __init__(self, facts: Sequence[tuple[str, str]]) -> None:
        super().__init__(id="info")
        self._facts = facts

    def compose(self) -> ComposeResult:
        """Lay out the facts."""
        yield Reader("About this message", Facts(self._facts), "Esc closes", id="info-facts")
