"""What comes of reading a picture: its pixels, a smaller file, or why there is neither."""

from dataclasses import dataclass

__all__ = ["Picture", "PictureError", "Shrunk"]


class PictureError(Exception):
    """A picture could not be read or made smaller; `str()` of it is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is drawn: upright, opaque and already of the size that it is shown in."""

    width: int
    """In pixels; each is as wide as a cell."""

    height: int
    """In pixels; each is half as high as a cell."""

    pixels: bytes
    """Red, green and blue of each, row by row from the top: 3 * width * height bytes."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A picture made small enough to be sent: a JPEG without transparency and without what a camera adds."""

    data: bytes
    """The whole file."""

    width: int
    """In pixels, as it is looked at."""

    height: int
    """In pixels, as it is looked at."""

    quality: int
    """From 40 (coarse) to 85."""
