"""Pixels as cells: two in each as an upper half block, or one character for how bright the cell is."""

from itertools import groupby
from typing import NamedTuple

from watui.pictures.picture import Picture

__all__ = ["Colour", "Run", "half_blocks", "shades"]

Colour = tuple[int, int, int]
"""Red, green and blue, each 0 to 255."""

_SHADES = " ░▒▓█"


class Run(NamedTuple):
    """Neighbouring cells of one row that look the same."""

    upper: Colour
    """The foreground of `▀`."""

    lower: Colour | None
    """The background of it; None below the last row of a picture of odd height."""

    cells: int
    """How many there are."""


def half_blocks(picture: Picture) -> list[list[Run]]:
    """Give the rows of cells that show a picture with `▀`, equal neighbours as one run."""
    return [
        [Run(*pair, sum(1 for _ in same)) for pair, same in groupby(zip(upper, lower, strict=True))]
        for upper, lower in _pairs(picture)
    ]


def shades(picture: Picture) -> list[str]:
    """Give the rows of cells as characters, for a terminal without colours; the brighter, the fuller.

    That is right where text is brighter than the page, as on most terminals.
    """
    return [
        "".join(_shade(top, bottom) for top, bottom in zip(upper, lower, strict=True))
        for upper, lower in _pairs(picture)
    ]


def _pairs(picture: Picture) -> list[tuple[list[Colour], list[Colour] | list[None]]]:
    rows = [_row(picture, number) for number in range(picture.height)]
    nothing: list[None] = [None] * picture.width
    return [
        (rows[number], rows[number + 1] if number + 1 < picture.height else nothing)
        for number in range(0, picture.height, 2)
    ]


def _row(picture: Picture, number: int) -> list[Colour]:
    start = 3 * picture.width * number
    flat = picture.pixels[start : start + 3 * picture.width]
    return list(zip(flat[::3], flat[1::3], flat[2::3], strict=True))


def _shade(upper: Colour, lower: Colour | None) -> str:
    # Below an odd last row there is the page, which is as dark as a blank.
    light = (_light(upper) + (_light(lower) if lower else 0)) / 2
    return _SHADES[min(int(light * len(_SHADES) / 256), len(_SHADES) - 1)]


def _light(colour: Colour) -> float:
    """Weigh the colours as the eye does (Rec. 601); 0 to 255."""
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue
