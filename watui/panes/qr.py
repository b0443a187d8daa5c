"""A QR code as cells: in half blocks, in sextants or in plain blanks, black on white whatever the theme.

A code that is white on black is not read by most phones, so no theme and no filter may touch its colours.
"""

import enum
import io
from collections.abc import Callable, Iterator, Sequence

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

Modules = tuple[bytes, ...]
"""The rows of a code without its quiet zone, as many as each is long: 1 is black, 0 white."""

QUIET_ZONE = 2
"""Modules of white around the code; with none it is not read, and two take little room."""

SCALE, BORDER = 8, 4
"""Pixels of a module in a picture, and modules of white around it."""


class Drawing(enum.Enum):
    """How a code is drawn; its value is what it is called."""

    HALVES = "half blocks"
    SEXTANTS = "sextants"
    BLANKS = "plain blanks"
    """Two cells a module, which any font can draw."""

    @property
    def after(self) -> "Drawing":
        """The next one."""
        every = list(Drawing)
        return every[(every.index(self) + 1) % len(every)]


def modules_of(text: str) -> Modules:
    """Make the code of a text; raises ValueError if it is too long for any."""
    import segno  # noqa: PLC0415 - it imports HTTP and XML, which the first paint should not wait for

    # Level L and no boost: the smallest code that holds the text; a screen is never dirty.
    return tuple(map(bytes, segno.make(text, error="L", boost_error=False, micro=False).matrix))


def picture_of(modules: Modules) -> bytes:
    """Draw a code as a PNG."""
    from segno.writers import write_png  # type: ignore[attr-defined]  # noqa: PLC0415 - see above

    file = io.BytesIO()
    write_png(modules, (len(modules), len(modules)), file, scale=SCALE, border=BORDER)
    return file.getvalue()


def needs(side: int, drawing: Drawing) -> Size:
    """Tell how many cells a code of `side` modules takes, with its quiet zone."""
    side += 2 * QUIET_ZONE
    match drawing:
        case Drawing.HALVES:
            return Size(side, (side + 1) // 2)
        case Drawing.SEXTANTS:
            return Size((side + 1) // 2, (side + 2) // 3)
        case Drawing.BLANKS:
            return Size(2 * side, side)


def draw(modules: Modules, drawing: Drawing) -> list[Strip]:
    """Draw a code with its quiet zone; `needs` tells how large that is."""
    white = bytes(QUIET_ZONE)
    above = [bytes(len(modules) + 2 * QUIET_ZONE)] * QUIET_ZONE
    rows = [*above, *(white + row + white for row in modules), *above]
    return [Strip(segments, cells).simplify() for segments, cells in _DRAW[drawing](rows)]


def _halves(rows: Sequence[bytes]) -> Iterator[tuple[list[Segment], int]]:
    for upper, lower in _blocks(rows, 1, 2):
        pairs = zip(upper, lower, strict=True)
        yield [_HALF[above, below] for above, below in pairs], len(upper)


def _sextants(rows: Sequence[bytes]) -> Iterator[tuple[list[Segment], int]]:
    for lines in _blocks(rows, 2, 3):
        cells = []
        for x in range(0, len(lines[0]), 2):
            dots = [line[at] for line in lines for at in (x, x + 1)]
            cells.append(_SEXTANT[sum(dot << place for place, dot in enumerate(dots))])
        yield cells, len(cells)


def _blanks(rows: Sequence[bytes]) -> Iterator[tuple[list[Segment], int]]:
    for row in rows:
        yield [_BLANK[module] for module in row], 2 * len(row)


def _blocks(rows: Sequence[bytes], across: int, down: int) -> Iterator[list[bytes]]:
    """Give as many rows at a time as a cell is high, white being added to whole cells at the end."""
    width = -len(rows[0]) % across + len(rows[0])
    wide = [row.ljust(width, b"\0") for row in rows]
    wide += [bytes(width)] * (-len(wide) % down)
    for start in range(0, len(wide), down):
        yield wide[start : start + down]


_COLOURS = (Color.from_rgb(255, 255, 255), Color.from_rgb(0, 0, 0))
_HALF = {
    (upper, lower): Segment("▀", Style.from_color(_COLOURS[upper], _COLOURS[lower]))
    for upper in (0, 1)
    for lower in (0, 1)
}
_BLANK = tuple(Segment("  ", Style.from_color(None, colour)) for colour in _COLOURS)


def _sextant(dots: int) -> Segment:
    """Draw six modules, the lowest bit being the one at the top left (Unicode 13, from U+1FB00 on).

    Those that were there before are left out of the row: nothing, both halves and all. What is all of one
    colour is a blank, for a font may leave a gap around its full block.
    """
    if dots in (0, 63):
        return Segment(" ", Style.from_color(None, _COLOURS[dots == 63]))
    character = {21: "▌", 42: "▐"}.get(dots) or chr(0x1FB00 + dots - 1 - (dots > 21) - (dots > 42))
    return Segment(character, Style.from_color(_COLOURS[1], _COLOURS[0]))


_SEXTANT = tuple(map(_sextant, range(64)))

_DRAW: dict[Drawing, Callable[[Sequence[bytes]], Iterator[tuple[list[Segment], int]]]] = {
    Drawing.HALVES: _halves,
    Drawing.SEXTANTS: _sextants,
    Drawing.BLANKS: _blanks,
}


class Code(Widget):
    """A code as large as it is; whoever shows it sees to it that there is room."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._strips: list[Strip] = []
        self._shown: tuple[Modules, Drawing] | None = None

    def show(self, modules: Modules, drawing: Drawing) -> None:
        """Draw a code; another one of the same size takes its place without anything else moving."""
        if (modules, drawing) == self._shown:
            return
        size = self.needs
        self._shown = modules, drawing
        self._strips = draw(modules, drawing)
        self.refresh(layout=self.needs != size)

    @property
    def needs(self) -> Size:
        """The cells that the whole code takes."""
        return Size(self._strips[0].cell_length if self._strips else 0, len(self._strips))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Let no filter take the colours: without them (NO_COLOR) the code is inverted on most terminals.

        Nothing foreign is drawn here that a filter would have to look at.
        """
        return ()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Be as wide as the code."""
        return self.needs.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as the code."""
        return self.needs.height

    def render_line(self, y: int) -> Strip:
        """Give one line of the code."""
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)
