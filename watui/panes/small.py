"""What is said where a terminal is too small to show anything else."""

from textual.content import Content
from textual.widget import Widget

COLUMNS, ROWS = 30, 8
"""The smallest terminal, in cells, in which watui can be used."""


class TooSmall(Widget):
    """Covers everything and takes nothing away: what is below goes on, and is there when there is room."""

    def render(self) -> Content:
        """Say what is needed and what there is."""
        width, height = self.app.size
        words = f"watui needs {COLUMNS} columns and {ROWS} rows; there are {width} and {height}"
        return Content("\n").join(Content(words).wrap(max(1, self.size.width))[: max(1, self.size.height)])
