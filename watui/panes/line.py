"""A single line that says something, in parts of different looks."""

from abc import abstractmethod
from collections.abc import Iterable

from rich.segment import Segment
from textual.strip import Strip

from watui.panes.painted import Painted


class Line(Painted):
    """One line of words, whose looks are worked out once for a theme and not at every paint."""

    @abstractmethod
    def parts(self, width: int) -> Iterable[tuple[str, str]]:
        """Give the words for so many cells, and the look of each: one of the component classes, or ""."""

    @property
    def words(self) -> str:
        """What is said."""
        return "".join(text for text, _ in self.parts(self.size.width))

    def render_line(self, y: int) -> Strip:
        """Draw it; there is nothing below it."""
        segments = [Segment(text, self.look(part)) for text, part in self.parts(self.area.width) if text]
        return Strip(segments if y == 0 else []).adjust_cell_length(self.area.width, self.look(""))
