"""Facts about a person or a group, and below them what can be chosen: drawn by lines, scrolled together."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from watui.bidi import in_order
from watui.panes import details
from watui.panes.chatrow import Piece
from watui.panes.painted import Painted
from watui.panes.wheel import Wheeled
from watui.screens.cutting import fold
from watui.screens.menu import Entry
from watui.text import cell_len, fit

Part = tuple[str, Sequence[Entry]]
"""Words, and what can be chosen below them."""


class AboutList(Wheeled, Painted):
    """Facts among entries of which one is selected; all of it scrolls together."""

    LOOKS = "about"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "about--label",
        "about--text",
        "about--head",
        "about--quiet",
        "about--letter",
        "about--off",
        "about--mark",
        "about--cursor",
    }

    @dataclass
    class Clicked(Message):
        """An entry was chosen with the mouse."""

    def __init__(self) -> None:
        super().__init__(id="about-list")
        self.can_focus = False
        self._facts: Sequence[tuple[str, str]] = ()
        self._parts: Sequence[Part] = ()
        self._lines: list[list[Piece] | Entry] = []
        self._places: list[int] = []
        self._cursor = self._first = 0

    def show(self, facts: Sequence[tuple[str, str]], parts: Sequence[Part], *, anew: bool = False) -> None:
        """Show facts below the first of the parts; the cursor stays on its entry, unless all is `anew`."""
        pointed = None if anew else self.pointed
        self._facts, self._parts = facts, parts
        self._lay_out()
        same = (n for n, place in enumerate(self._places) if self._lines[place] == pointed)
        self._cursor = 0 if anew else next(same, min(self._cursor, max(0, len(self._places) - 1)))
        if anew:
            self._first = 0
        self._scroll(0)

    @property
    def pointed(self) -> Entry | None:
        """The entry under the cursor."""
        found = self._lines[self._places[self._cursor]] if self._places else None
        return found if isinstance(found, Entry) else None

    def accept(self) -> Entry | None:
        """Give the entry under the cursor; one that is not in view is shown first, and not given."""
        first = self._first
        self._keep_in_view()
        if self._first == first:
            return self.pointed
        self.refresh()
        return None

    def _lay_out(self) -> None:
        width = self.size.width - 1
        self._lines = []
        for number, (words, entries) in enumerate(self._parts):
            if self._lines:
                self._lines.append([])
            for start, end in fold(words, width) if words else ():
                self._lines.append([(words[start:end].rstrip(), "head")])
            self._lines += entries
            if not number and self._facts:
                self._lines += [[], *details.lines(self._facts, width)]
        self._places = [n for n, line in enumerate(self._lines) if isinstance(line, Entry)]

    def on_resize(self) -> None:
        """Fold anew, and keep the cursor in view."""
        self._lay_out()
        self._keep_in_view()
        self._scroll(0)

    # Moving.

    def move(self, entries: int) -> None:
        """Move the cursor; where it has nowhere to go, or is not in view, what is shown moves."""
        line = self._places[self._cursor] if self._places else 0
        beyond = line >= self._first + self.size.height if entries > 0 else line < self._first
        wanted = max(0, min(self._cursor + entries, len(self._places) - 1))
        if beyond or wanted == self._cursor:
            self._scroll(entries)
        else:
            self._cursor = wanted
            self._keep_in_view()
            self.refresh()

    def page(self, pages: int) -> None:
        """Move by what is in view."""
        before, lines = self._cursor, pages * self.size.height
        if self._places:
            line = self._places[before] + lines
            self._cursor = min(bisect_left(self._places, line), len(self._places) - 1)
        self._scroll(lines)
        if self._cursor != before:
            self._keep_in_view()

    def edge(self, way: int) -> None:
        """Move to the beginning or to the end."""
        self._cursor = max(0, len(self._places) - 1) if way > 0 else 0
        self._scroll(way * len(self._lines))

    def _keep_in_view(self) -> None:
        height = self.size.height
        line = self._places[self._cursor] if self._places else 0
        self._first = max(line - height + 1, min(self._first, line))

    def _scroll(self, lines: int) -> None:
        self._first = max(0, min(self._first + lines, len(self._lines) - self.size.height))
        self.refresh()

    def wheel(self, lines: int) -> None:
        """Scroll with the mouse."""
        self._scroll(lines)

    def on_click(self, event: events.Click) -> None:
        """Choose the entry that was clicked."""
        event.stop()
        line = self._first + event.y
        if line in self._places:
            self._cursor = self._places.index(line)
            self.refresh()
            self.post_message(self.Clicked())

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """Give one line: a fact, words, or an entry."""
        place = self._first + y
        line = self._lines[place] if place < len(self._lines) else []
        if not isinstance(line, Entry):
            return self._strip([(" ", ""), *line], "")
        pointed = place == self._places[self._cursor]
        return self._strip(self._entry(line, pointed=pointed), "cursor" if pointed else "")

    def _entry(self, entry: Entry, *, pointed: bool) -> list[Piece]:
        letter = f"{entry.letter}  " if entry.letter else "   "
        room = max(0, self.area.width - 1 - cell_len(letter))
        note = fit(entry.note, room // 2)
        words = in_order(fit(entry.words, room - (cell_len(note) + 2 if note else 0)))
        gap = " " * max(0, room - cell_len(words) - cell_len(note)) if note else ""
        bar: Piece = ("▌" if pointed else " ", "mark")
        look = "off" if entry.off else "text"
        return [bar, (letter, "letter"), (words, look), (gap, ""), (note, "quiet")]

    def _strip(self, pieces: list[Piece], ground: str) -> Strip:
        segments = [Segment(text, self.look(look, ground)) for text, look in pieces if text]
        return Strip(segments).adjust_cell_length(self.area.width, self.look("", ground))
