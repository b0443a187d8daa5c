"""A phone before a screen: what a terminal shows, turned into pixels and decoded as a phone's camera does."""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import zxingcpp
from PIL import Image
from rich.style import Style
from textual.strip import Strip

from tests.pty import Terminal

DARK = ((229, 229, 229), (0, 0, 0))
"""The text and the page of a terminal that is dark by default."""

LIGHT = ((40, 40, 40), (255, 255, 255))

WIDTH, HEIGHT = 6, 12
"""Pixels of a cell."""

Colour = tuple[int, int, int]
Defaults = tuple[Colour, Colour]

# The 16 colours as xterm has them, under the names that pyte gives them.
_NAMED = {
    "black": (0, 0, 0),
    "red": (205, 0, 0),
    "green": (0, 205, 0),
    "brown": (205, 205, 0),
    "blue": (0, 0, 238),
    "magenta": (205, 0, 205),
    "cyan": (0, 205, 205),
    "white": (229, 229, 229),
    "brightblack": (127, 127, 127),
    "brightred": (255, 0, 0),
    "brightgreen": (0, 255, 0),
    "brightbrown": (255, 255, 0),
    "brightblue": (92, 92, 255),
    "brightmagenta": (255, 0, 255),
    "brightcyan": (0, 255, 255),
    "brightwhite": (255, 255, 255),
}
_SEXTANT = "BLOCK SEXTANT-"


class Cell(NamedTuple):
    """One cell of a terminal; a colour is `None` where it is the terminal's own."""

    text: str
    ink: Colour | None
    page: Colour | None
    reverse: bool = False


def shown_in(terminal: Terminal) -> list[list[Cell]]:
    """Read the cells that a program has drawn."""
    terminal.screen  # noqa: B018 - it takes in what was written since
    screen = terminal._screen
    return [[_cell(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def _cell(char: Any) -> Cell:
    return Cell(char.data or " ", _colour(char.fg), _colour(char.bg), char.reverse)


def _colour(name: str) -> Colour | None:
    if name == "default":
        return None
    if name in _NAMED:
        return _NAMED[name]
    return (int(name[:2], 16), int(name[2:4], 16), int(name[4:], 16))


def cells_of(strips: Iterable[Strip]) -> list[list[Cell]]:
    """Read the cells that widgets have drawn, in true colours or none."""
    return [[cell for segment in strip for cell in _styled(*segment[:2])] for strip in strips]


def _styled(text: str, style: Style | None) -> list[Cell]:
    looks: list[Colour | None] = [None, None]
    for place, colour in enumerate((style.color, style.bgcolor) if style is not None else ()):
        looks[place] = None if colour is None or colour.is_default else colour.get_truecolor()
    reverse = style is not None and bool(style.reverse)
    return [Cell(character, looks[0], looks[1], reverse) for character in text]


def painted(rows: list[list[Cell]], defaults: Defaults = DARK) -> Image.Image:
    """Paint cells as a terminal with these colours of its own does."""
    lines = []
    for row in rows:
        tiles = [_tile(cell, defaults) for cell in row]
        lines += [b"".join(tile[y] for tile in tiles) for y in range(HEIGHT)]
    return Image.frombytes("RGB", (len(lines[0]) // 3, len(lines)), b"".join(lines))


@lru_cache(4096)
def _tile(cell: Cell, defaults: Defaults) -> list[bytes]:
    """Paint one cell; gives its lines of pixels."""
    ink, page = cell.ink or defaults[0], cell.page or defaults[1]
    if cell.reverse:
        ink, page = page, ink
    tile = [[page] * WIDTH for _ in range(HEIGHT)]
    for left, top, right, bottom in _boxes(cell.text):
        for line in tile[top:bottom]:
            line[left:right] = [ink] * (right - left)
    return [b"".join(map(bytes, line)) for line in tile]


def _boxes(character: str) -> Iterator[tuple[int, int, int, int]]:
    """Say where in its cell a character has ink; any letter is some blot."""
    half, third, middle = WIDTH // 2, HEIGHT // 3, HEIGHT // 2
    match character:
        case " " | "":
            return
        case "█":
            yield 0, 0, WIDTH, HEIGHT
        case "▀":
            yield 0, 0, WIDTH, middle
        case "▄":
            yield 0, middle, WIDTH, HEIGHT
        case "▌":
            yield 0, 0, half, HEIGHT
        case "▐":
            yield half, 0, WIDTH, HEIGHT
        case _ if unicodedata.name(character, "").startswith(_SEXTANT):
            for place in unicodedata.name(character).removeprefix(_SEXTANT):  # 1 to 6, row by row
                left, top = half * ((int(place) - 1) % 2), third * ((int(place) - 1) // 2)
                yield left, top, left + half, top + third
        case _:
            yield 1, 3, WIDTH - 1, HEIGHT - 3


def scanned(picture: Image.Image) -> list[str]:
    """Give what a phone reads; like most, it reads no code that is white on black."""
    return [each.text for each in zxingcpp.read_barcodes(picture, try_invert=False)]


def scan(terminal: Terminal) -> list[str]:
    """Give what a phone reads off a terminal, dark or light; both have to show the same."""
    rows = shown_in(terminal)
    dark, light = (scanned(painted(rows, defaults)) for defaults in (DARK, LIGHT))
    assert dark == light, "only one of a dark and a light terminal is read"
    return dark
