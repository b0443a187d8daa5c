"""The pager: a whole long text, opened and left at once, however long it is."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from watui.bidi import has_rtl, in_order, is_rtl
from watui.clipboard import offer
from watui.screens.cutting import cut, fold
from watui.screens.dialog import Dialog
from watui.screens.reader import Leaf, Leaves, Reader
from watui.text import Safe, cell_len


class Pieces(Leaves):
    """A long text in pieces."""

    def __init__(self, text: str) -> None:
        super().__init__(cut(text))
        self.text = text

    def rows(self, index: int, width: int) -> list[tuple[int, int]]:
        """Fold a piece."""
        return fold(self._piece(index), width)

    def make(self, index: int) -> Leaf:
        """Draw a piece."""
        piece = self._piece(index)
        rows = self.rows(index, self.width)
        lines = [self.line((self._shown(piece, start, end), ""), in_place=True) for start, end in rows]
        return Leaf(lines, [start for start, _ in rows])

    def _shown(self, piece: str, start: int, end: int) -> str:
        """Give a line as it is read; its paragraph, as far as it is in this piece, tells its direction."""
        line = piece[start:end]
        if not has_rtl(line):
            return line
        begin = piece.rfind("\n", 0, start) + 1
        if not is_rtl(piece[begin:].partition("\n")[0]):
            return in_order(line, rtl=False)
        return " " * max(0, self.width - cell_len(line)) + in_order(line, rtl=True)

    def _piece(self, index: int) -> str:
        return self.text[self.starts[index] : self.starts[index + 1]]


class PagerScreen(Dialog[None]):
    """Shows a whole text as it was written, and hands it to the clipboard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy it all", key_display="y", id="pager.copy"),
        Binding("escape,q", "dismiss", "Close", key_display="Esc", id="pager.close"),
    ]

    def __init__(self, title: str, text: Safe) -> None:
        super().__init__(id="pager")
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield Reader(self._title, Pieces(self._text), "y copies it all · Esc closes", id="pager-text")

    def action_copy(self) -> None:
        """Offer the whole text to the terminal's clipboard, and say what came of it."""
        self.query_one(Reader).say(offer(self.app, self._text, "it all"))
