"""What can be asked of a picture: how it looks in cells, itself in fewer bytes, and the code in it."""

from watui.pictures.picture import Picture, PictureError, Shrunk
from watui.pictures.worker import Failed, ask

__all__ = ["COLUMNS", "INPUT", "ROWS", "code", "preview", "shrink"]

COLUMNS, ROWS = 400, 200
"""Most cells of a preview, however large the window is."""

INPUT = 32 * 2**20
"""Most bytes of a file that is looked at."""

LONGEST_CODE = 177
"""Modules along the side of the largest QR code."""

_SHOWN = {
    "bomb": "this picture is too large to be shown safely; save it and look at it with another program",
    "format": "this is no picture that watui can show (JPEG, PNG, WebP or GIF); save it instead",
    "broken": "this picture is damaged or cut off and cannot be shown; save it, or ask for it again",
    "slow": "this picture takes too long to be shown; save it and look at it with another program",
}
_SMALLER = {
    "bomb": "this picture has too many pixels to be made smaller here; do that with another program",
    "format": "only JPEG, PNG, WebP and GIF pictures can be made smaller, and this is none of them",
    "broken": "this picture is damaged or cut off and cannot be made smaller; look at it and choose another",
    "slow": "this picture takes too long to be made smaller; do that with another program",
    "too large": "this picture cannot be made small enough to be sent; send a part of it, or another one",
}
_CODE = "there is no code in the picture that came instead of it"
_NO_CHILD = "pictures cannot be read here, because the Pillow library does not run; install watui again"


async def preview(data: bytes, columns: int, rows: int) -> Picture:
    """Decode a picture so that it fits into so many cells, two pixels to a cell; it is never enlarged.

    At most 400 x 200 cells. Of an animation the first frame, transparency over grey. Waits for a child, after
    the picture before it and then for up to 8 s. Raises PictureError.
    """
    columns, rows = min(max(columns, 1), COLUMNS), min(max(rows, 1), ROWS)
    wanted: dict[str, str | int] = {"job": "preview", "columns": columns, "rows": rows}
    reply, pixels = await _asked(wanted, data, 6 * columns * rows, _SHOWN)
    width, height = reply.get("width", 0), reply.get("height", 0)
    if not (0 < width <= columns and 0 < height <= 2 * rows and len(pixels) == 3 * width * height):
        raise PictureError(_SHOWN["broken"])
    return Picture(width, height, pixels)


async def shrink(data: bytes, limit: int) -> Shrunk:
    """Make a JPEG of at most `limit` bytes out of a picture: coarser first (85 down to 40), then smaller.

    Transparency becomes white. Where the picture was taken, and all else that a camera writes into it, is
    left out. Waits for a child, after the picture before it and then for up to 8 s. Raises PictureError,
    also if the limit cannot be reached.
    """
    limit = max(limit, 0)
    reply, jpeg = await _asked({"job": "shrink", "limit": limit}, data, limit, _SMALLER)
    width, height, quality = reply.get("width", 0), reply.get("height", 0), reply.get("quality", 0)
    if not (width > 0 and height > 0 and 0 < quality <= 100 and jpeg.startswith(b"\xff\xd8")):
        raise PictureError(_SMALLER["broken"])
    return Shrunk(jpeg, width, height, quality)


async def code(data: bytes) -> tuple[bytes, ...]:
    """Find the QR code that fills a picture: its rows without the white around it, 1 for each black module.

    Waits for a child, after the picture before it and then for up to 8 s. Raises PictureError.
    """
    words = dict.fromkeys(("bomb", "format", "broken", "slow", "no code"), _CODE)
    reply, modules = await _asked({"job": "code"}, data, LONGEST_CODE**2, words)
    side = reply.get("side", 0)
    if not (0 < side <= LONGEST_CODE and len(modules) == side**2 and not modules.strip(b"\0\1")):
        raise PictureError(_CODE)
    return tuple(modules[start : start + side] for start in range(0, side**2, side))


async def _asked(
    wanted: dict[str, str | int], data: bytes, most: int, words: dict[str, str]
) -> tuple[dict[str, int], bytes]:
    if len(data) > INPUT:
        raise PictureError(words["bomb"])
    try:
        return await ask(wanted, data, most)
    except Failed as failed:
        raise PictureError(words.get(failed.word, _NO_CHILD)) from None
