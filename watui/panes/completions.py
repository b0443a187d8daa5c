"""The list above the composer of what may stand in the place of what is being typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from watui.bidi import in_order
from watui.completing import Candidate
from watui.panes.painted import Painted
from watui.panes.wheel import Wheeled
from watui.text import cell_len, fit

ROWS = 6
"""Lines that the list takes at most, or a third of the screen if that is less."""


class Completions(Wheeled, Painted):
    """Draws candidates and which of them is meant; keys go to the composer, which knows that."""

    LOOKS = "completions"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "completions--words",
        "completions--note",
        "completions--mark",
        "completions--cursor",
    }

    @dataclass
    class Clicked(Message):
        """A candidate was chosen with the mouse."""

        index: int

    @dataclass
    class Wheel(Message):
        """Another candidate is to be meant."""

        by: int

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._candidates: Sequence[Candidate] = ()
        self._cursor = 0
        self._first = 0
        self.display = False

    def show(self, candidates: Sequence[Candidate], cursor: int) -> None:
        """Show candidates, or with none of them nothing."""
        grown = len(candidates) != len(self._candidates)
        self._candidates, self._cursor = candidates, cursor
        self.display = bool(candidates)
        self.refresh(layout=grown)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as all candidates, where there is room."""
        return max(1, min(ROWS, len(self._candidates), viewport.height // 3))

    def render_line(self, y: int) -> Strip:
        """Give one candidate."""
        width = self.area.width
        index = self._scrolled() + y
        if index >= len(self._candidates):
            return Strip.blank(width, self.look(""))
        candidate, chosen = self._candidates[index], index == self._cursor
        ground = "cursor" if chosen else ""
        count = len(self._candidates)
        place = f"  {index + 1}/{count}" if chosen and count > self.area.height else ""
        room = max(0, width - 2 - len(place))
        shown = fit(candidate.shown, room)
        note = fit(candidate.note, max(0, room - cell_len(shown) - 2))
        gap = " " * max(0, room - cell_len(shown) - cell_len(note))
        line = [
            Segment("▌ " if chosen else "  ", self.look("mark", ground)),
            Segment(in_order(shown), self.look("words", ground)),
            Segment(gap, self.look("", ground)),
            Segment(in_order(note) + place, self.look("note", ground)),
        ]
        return Strip(line).adjust_cell_length(width, self.look("", ground))

    def _scrolled(self) -> int:
        """Find the first candidate in view, so that the one that is meant is in view and no row is empty."""
        rows = self.area.height
        lowest = max(0, len(self._candidates) - rows)
        self._first = min(max(self._cursor - rows + 1, min(self._first, self._cursor)), lowest)
        return self._first

    def wheel(self, lines: int) -> None:
        """Mean another one with the mouse."""
        self.post_message(self.Wheel(lines))

    def on_click(self, event: events.Click) -> None:
        """Choose the candidate that was clicked."""
        event.stop()
        index = self._first + event.y
        if index < len(self._candidates):
            self.post_message(self.Clicked(index))
