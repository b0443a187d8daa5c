"""What choosing a file is drawn with: the path, what it may become, and what is said of that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from watui.bidi import in_order
from watui.panes.field import LIST_MOVES, Field
from watui.panes.line import Line
from watui.panes.painted import Painted
from watui.panes.wheel import Wheeled
from watui.paths import expanded
from watui.text import cell_len, fit


class PathField(Field):
    """The line in which a path is typed; all keys act in their turn among the letters."""

    MOVES: ClassVar[dict[str, tuple[str, int]]] = {
        **LIST_MOVES,
        "tab": ("complete", 1),
        "ctrl+@": ("mark", 1),
        "ctrl+space": ("mark", 1),
        "insert": ("mark", 1),
        "enter": ("choose", 1),
    }

    @dataclass
    class Pasted(Message):
        """Something was pasted, or dropped on the terminal."""

        text: str

    def on_paste(self, event: events.Paste) -> None:
        """Hand on what is pasted: it may be files."""
        event.stop()
        event.prevent_default()
        self.post_message(self.Pasted(event.text))


class EntryList(Wheeled, Painted):
    """Draws what a path may become, and holds which of it is meant; keys come from the field."""

    LOOKS = "attach"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "attach--file",
        "attach--directory",
        "attach--number",
        "attach--mark",
        "attach--cursor",
    }

    @dataclass
    class Clicked(Message):
        """An entry was chosen with the mouse."""

    @dataclass
    class Wheel(Message):
        """Another entry is to be meant."""

        by: int

    def __init__(self) -> None:
        super().__init__(id="attach-entries")
        self.can_focus = False
        self.entries: Sequence[str] = ()
        self.cursor = 0
        self._first = 0
        self._more = False
        self._numbers: dict[Path, int] = {}

    def show(self, entries: Sequence[str], cursor: int, *, more: bool) -> None:
        """Show other entries; whether there may be more."""
        self.entries, self.cursor, self._first, self._more = entries, cursor, 0, more
        self.refresh()

    def number(self, marked: Iterable[Path]) -> None:
        """Show which files are marked, in their order."""
        self._numbers = {path: number for number, path in enumerate(marked, 1)}
        self.refresh()

    @property
    def pointed(self) -> str | None:
        """The entry under the cursor."""
        return self.entries[self.cursor] if self.entries else None

    @property
    def place(self) -> str:
        """Where the cursor is, if not all entries are in view."""
        count = len(self.entries)
        return f"{self.cursor + 1}/{count}{'+' * self._more} · " if count > self.size.height else ""

    def move(self, entries: int) -> None:
        """Move the cursor, as far as there are entries."""
        self.cursor = max(0, min(self.cursor + entries, len(self.entries) - 1))
        self.refresh()

    def wheel(self, lines: int) -> None:
        """Move with the mouse."""
        self.post_message(self.Wheel(lines))

    def on_click(self, event: events.Click) -> None:
        """Choose the entry that was clicked."""
        event.stop()
        index = self._first + event.y
        if index < len(self.entries):
            self.move(index - self.cursor)
            self.post_message(self.Clicked())

    def render_line(self, y: int) -> Strip:
        """Give one entry."""
        width, index = self.area.width, self._scrolled() + y
        if index >= len(self.entries):
            return Strip.blank(width, self.look(""))
        entry = self.entries[index]
        ground = "cursor" if index == self.cursor else ""
        number = self._numbers.get(path_of(entry))
        name = in_order(fit(_name(entry), max(0, width - 5)))
        line = [
            Segment("▌" if ground else " ", self.look("mark", ground)),
            Segment(f"{number or '':>3} ", self.look("number", ground)),
            Segment(name, self.look("directory" if is_directory(entry) else "file", ground)),
        ]
        return Strip(line).adjust_cell_length(width, self.look("", ground))

    def _scrolled(self) -> int:
        """Find the first entry in view, so that the cursor is in view and no row is left empty."""
        rows = self.area.height
        lowest = max(0, len(self.entries) - rows)
        self._first = min(max(self.cursor - rows + 1, min(self._first, self.cursor)), lowest)
        return self._first


class FileLine(Line):
    """Says something about the entry under the cursor, or what is marked."""

    LOOKS = "attach"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"attach--about", "attach--quiet"}

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._head = self._said = ""

    def say(self, said: str, head: str = "") -> None:
        """Say something else, behind a few quiet words."""
        self._head, self._said = head, said
        self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Say it."""
        head = fit(f" {self._head}", width)
        return [(head, "quiet"), (fit(self._said, max(0, width - cell_len(head))), "about")]


def is_directory(entry: str) -> bool:
    """Tell whether an entry is a directory."""
    return entry.endswith("/")


def path_of(entry: str) -> Path:
    """Give where an entry is."""
    return Path(expanded(entry)).absolute()


def _name(entry: str) -> str:
    """Give the last part of a path, of a directory with its slash."""
    name = entry.rstrip("/").rpartition("/")[2]
    return f"{name}/" if is_directory(entry) else name
