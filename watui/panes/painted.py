"""What the drawn panes share: lines go to the screen as they are, and only those that look another way."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class Painted(Widget):
    """A widget that draws each of its lines itself, with neither border nor padding around them.

    Textual would look for those anew on every line, which costs more than most lines.
    """

    LOOKS: ClassVar[str] = ""
    """What the names of its component classes begin with: `<LOOKS>--<part>`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.area = Size(0, 0)
        """The size for which lines are being drawn: Textual works its own out anew at every look."""
        self._painted: dict[int, Strip] = {}
        self._looks: dict[tuple[str, str], Style] = {}

    @property
    def size(self) -> Size:
        """The size that it was laid out with, in cells.

        Textual's own lays everything out anew where something waits for that. Widgets that are new then never
        hear of their size: they count as known when their layout comes.
        """
        return self.outer_size

    def look(self, part: str, ground: str = "") -> Style:
        """Give the style of a part, on a ground if it has one; worked out once for a theme."""
        style = self._looks.get((part, ground))
        if style is None:
            under = self.get_visual_style(f"{self.LOOKS}--{ground}") if ground else self.visual_style
            over = self.get_visual_style(f"{self.LOOKS}--{part}", partial=True) if part else None
            style = self._looks[part, ground] = (under if over is None else under + over).rich_style
        return style

    def render_lines(self, crop: Region) -> list[Strip]:
        """Give some of the lines, past the filters that every line goes through."""
        if self.area != self.size:
            self.area = self.size
            self._painted.clear()
        filters, background = self.get_line_filters(), self.background_colors[1]
        strips: list[Strip] = []
        for y, drawn in zip(crop.line_range, self.draw_lines(crop.line_range), strict=True):
            strip = self._painted[y] = drawn
            for each in filters:
                strip = strip.apply_filter(each, background)
            strips.append(strip)
        left, right = crop.column_span
        if (left, right) == (0, self.area.width):
            return strips
        return [strip.crop(left, right) for strip in strips]

    def draw_lines(self, ys: Iterable[int]) -> Iterator[Strip]:
        """Draw some of the lines, from top to bottom."""
        return map(self.render_line, ys)

    def notify_style_update(self) -> None:
        """Know of no line any more how it looks."""
        super().notify_style_update()
        self._painted.clear()
        self._looks.clear()

    @property
    def painted(self) -> bool:
        """Whether all of it has been painted as it is now in size and style."""
        return self.area == self.size and len(self._painted) == self.area.height

    def changed_lines(self) -> Iterator[Region]:
        """Find the lines that look another way than when all was painted."""
        lines = range(self.area.height)
        for y, now in zip(lines, self.draw_lines(lines), strict=True):
            before = self._painted[y]
            if now is not before and now != before:
                yield Region(0, y, self.area.width, 1)
