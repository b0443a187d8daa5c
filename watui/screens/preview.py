"""A picture in half blocks, as large as the terminal lets it be; without colours in five shades."""

from typing import ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from watui.pictures.blocks import half_blocks, shades
from watui.pictures.picture import Picture
from watui.screens.dialog import Dialog
from watui.text import cell_len, fit

HINT = "Esc closes"


class PictureView(Widget):
    """Draws a picture, and below it what it is called."""

    def __init__(self, picture: Picture, name: str) -> None:
        super().__init__(id="preview-picture")
        self._picture = picture
        self._name_of = name
        self._strips: list[Strip] = []

    def on_mount(self) -> None:
        """Draw it once."""
        if self.app.ansi_color or self.app.no_color:
            self._strips = [Strip([Segment(row)]) for row in shades(self._picture)]
        else:
            self._strips = [
                Strip([_segment(run.upper, run.lower, run.cells) for run in row])
                for row in half_blocks(self._picture)
            ]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Be as wide as the picture, or as what the keys do."""
        return min(container.width, max(self._picture.width, cell_len(HINT)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as the picture with a line below."""
        return (self._picture.height + 1) // 2 + 2

    def render_line(self, y: int) -> Strip:
        """Give one line."""
        width = self.size.width
        if y < len(self._strips):
            return self._strips[y].adjust_cell_length(width, self.rich_style)
        if y == len(self._strips) + 1:
            words = fit(f"{HINT} · {self._name_of}", width)
            return Strip([Segment(words, self.rich_style)]).adjust_cell_length(width, self.rich_style)
        return Strip.blank(width, self.rich_style)


class PreviewScreen(Dialog[None]):
    """Shows a picture until a key is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,p,enter,space", "close", "Close", key_display="Esc", id="preview.close"),
    ]

    def __init__(self, picture: Picture, name: str) -> None:
        super().__init__(id="preview")
        self._view = PictureView(picture, name)

    def compose(self) -> ComposeResult:
        """Lay out the picture."""
        yield self._view

    def action_close(self) -> None:
        """Close."""
        if self.is_active:
            self.dismiss(None)


def _segment(upper: tuple[int, int, int], lower: tuple[int, int, int] | None, cells: int) -> Segment:
    below = Color.from_rgb(*lower) if lower is not None else None
    return Segment("▀" * cells, Style(color=Color.from_rgb(*upper), bgcolor=below))
