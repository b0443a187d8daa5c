"""Help: every key, grouped by where it works, drawn from the bindings themselves."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from watui.screens.dialog import Dialog
from watui.text import cell_len

MOUSE = (
    ("click", "open a chat, select a message"),
    ("drag", "select text in the thread and copy it"),
    ("Shift+drag", "the terminal's own selection, of anything"),
)
"""What the mouse does; Option does on a Mac what Shift does elsewhere."""

MARKS = (
    ("▴ ∅ @", "pinned, muted, you are mentioned"),
    ("… ✓ ✓✓ ✔✔", "on its way, sent, delivered, read"),
    ("! ?", "not sent; nobody knows whether it was"),
    ("★ ☆ ◷", "starred, starred in watui alone, goes away by itself"),
    ("a 1", "before a name: the device, as in the first line"),
)
"""The marks that stand beside chats and messages."""


class HelpScreen(Dialog[None]):
    """Lists keys; what it says cannot differ from what the keys do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "dismiss", "Close", key_display="Esc", id="help.close"),
    ]

    def __init__(
        self, groups: Sequence[tuple[str, Iterable[tuple[str, str]]]], *, alone: bool = False
    ) -> None:
        """Take the keys by their groups; with `alone` nothing of mouse and marks is told."""
        super().__init__(id="help")
        self._groups = [(title, list(keys)) for title, keys in groups]
        if not alone:
            self._groups += [("mouse", list(MOUSE)), ("marks", list(MARKS))]

    def compose(self) -> ComposeResult:
        """Lay out the groups below each other."""
        with VerticalScroll(id="help-box"):
            yield Static(self._content(), markup=False)

    def _content(self) -> Content:
        width = max(cell_len(key) for _, keys in self._groups for key, _ in keys)
        lines: list[Content] = []
        for title, keys in self._groups:
            lines += [Content.styled(title, "bold"), Content("")]
            lines += [
                Content.assemble((f"  {key}{' ' * (width - cell_len(key))}  ", "bold"), does)
                for key, does in keys
            ]
            lines.append(Content(""))
        lines.append(Content("Esc closes"))
        return Content("\n").join(lines)
