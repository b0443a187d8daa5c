"""What runs in the child: reads one file from its input, answers on its output, and can do nothing else.

It runs by itself, not as a part of watui, and takes every limit on itself before it reads the first byte. The
input is a line of JSON (`job`, `size` and what the job needs) and the file; the output is a line of JSON with
either `word` or numbers, and `size` bytes.
"""

import io
import json
import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import BinaryIO

from PIL import Image, JpegImagePlugin, UnidentifiedImageError

__all__ = ["NoCode", "TooLarge", "answer", "code", "limit_self", "main", "preview", "shrink"]

Size = tuple[int, int]
Numbers = dict[str, int]

MEMORY = 512 * 2**20
"""Bytes of address space."""

SECONDS = 5
"""Seconds of computing."""

_PROGRESSIVE = "progressive JPEG"

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")

SHOWN = dict.fromkeys((*FORMATS, _PROGRESSIVE), 20_000_000)
"""Pixels of a picture that somebody sent."""

SHRUNK = {
    "JPEG": 200_000_000,
    _PROGRESSIVE: 56_000_000,
    "PNG": 40_000_000,
    "WEBP": 16_000_000,
    "GIF": 40_000_000,
}
"""Pixels of a picture that the person chose: as many as fit into the memory with all that is made of them.

A JPEG is decoded smaller; but of a progressive one 6 bytes a pixel are kept before that.
"""

WORKED = 16_000_000
"""Pixels from which a picture to be shrunk is made smaller to begin with."""

LONGEST = 16_384
"""Pixels of a side of a shrunk picture."""

LEAST = 64
"""Pixels of the longer side below which shrinking a picture is given up."""

QUALITIES = range(40, 86, 5)
LARGE_STEP, STEP = 0.5, 0.85
"""How much shorter the sides become at once, at most and at least."""

GREY = (128, 128, 128)
WHITE = (255, 255, 255)

# All that Pillow would load later on: once the limits hold, no file can be opened. What a camera writes is
# laid out as in a TIFF, and a JPEG with a depth map or a second picture is an MPO.
_NEEDED = (
    "copy",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.MpoImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.TiffImagePlugin",
    "PIL.WebPImagePlugin",
)

SIDES = range(21, 178, 4)
"""Modules along a side of a QR code."""

_CORNER = (
    b"\1\1\1\1\1\1\1",
    b"\1\0\0\0\0\0\1",
    *[b"\1\0\1\1\1\0\1"] * 3,
    b"\1\0\0\0\0\0\1",
    b"\1\1\1\1\1\1\1",
)

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class TooLarge(Exception):
    """No quality and no size of the picture has as few bytes as wanted."""


class NoCode(Exception):
    """There is no QR code that fills the picture."""


def main() -> None:
    """Do the one job that is asked for on standard input, and end."""
    Image.preinit()
    for name in _NEEDED:
        import_module(name)
    limit_self()
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    answer(sys.stdin.buffer, sys.stdout.buffer)
    os._exit(0)


def limit_self() -> None:
    """Give up memory, time, files, processes and the network, for good."""
    for what, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NPROC, 0, 0),
        # The second more says which end it was: the hard limit kills as anything else does.
        (resource.RLIMIT_CPU, SECONDS, SECONDS + 1),
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        # The pipes that are open stay so; a socket would need a number of its own.
        (resource.RLIMIT_NOFILE, 0, 0),
    ):
        given = resource.getrlimit(what)[1]
        if given != resource.RLIM_INFINITY:
            soft, hard = min(soft, given), min(hard, given)  # noqa: PLW2901
        try:
            resource.setrlimit(what, (soft, hard))
        except (ValueError, OSError):
            # macOS limits no address space; there the caps on pixels have to do.
            if what != resource.RLIMIT_AS:
                raise
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)


def answer(source: BinaryIO, target: BinaryIO) -> None:
    """Read a job and its file, do it, and write what came of it: always an answer, never a traceback."""
    body = b""
    try:
        wanted = json.loads(source.readline())
        data = source.read(wanted["size"])
        jobs: dict[str, Callable[[], tuple[Numbers, bytes]]] = {
            "preview": lambda: preview(data, wanted["columns"], wanted["rows"]),
            "shrink": lambda: shrink(data, wanted["limit"]),
            "code": lambda: code(data),
        }
        numbers, body = jobs[wanted["job"]]()
        said: dict[str, str | int] = {**numbers, "size": len(body)}
    except (MemoryError, Image.DecompressionBombWarning, Image.DecompressionBombError):
        said = {"word": "bomb"}
    except UnidentifiedImageError:
        said = {"word": "format"}
    except TooLarge:
        said = {"word": "too large"}
    except NoCode:
        said = {"word": "no code"}
    except Exception:
        said = {"word": "broken"}
    target.write(json.dumps(said).encode() + b"\n" + body)
    target.flush()


def preview(data: bytes, columns: int, rows: int) -> tuple[Numbers, bytes]:
    """Decode into at most `columns` x 2 * `rows` pixels, upright and opaque; the bytes are RGB."""
    picture = _opened(data, SHOWN)
    turn = _turn(picture)
    across, down = (2 * rows, columns) if _lies(turn) else (columns, 2 * rows)
    size = _scaled(picture.size, min(across / picture.width, down / picture.height))
    picture.draft(None, (2 * size[0], 2 * size[1]))
    small = _flat(_resized(picture, size), GREY)
    if turn is not None:
        small = small.transpose(turn)
    return {"width": small.width, "height": small.height}, small.tobytes()


def shrink(data: bytes, limit: int) -> tuple[Numbers, bytes]:
    """Make a JPEG of at most `limit` bytes, the largest that 40 allows, and then of the best quality.

    Raises TooLarge.
    """
    picture = _opened(data, SHRUNK)
    turn = _turn(picture)
    pixels = picture.width * picture.height
    part = next((part for part in (1, 2) if pixels / part**2 <= WORKED), 4)
    picture.draft(None, (picture.width // part, picture.height // part))
    share = min((WORKED / (picture.width * picture.height)) ** 0.5, LONGEST / max(picture.size))
    whole = _flat(_resized(picture, _scaled(picture.size, share)), WHITE)
    if turn is not None:
        whole = whole.transpose(turn)
    # Pillow would write a comment of the old file into the new one.
    whole.info.clear()
    page, share = whole, 1.0
    while len(coarsest := _jpeg(page, QUALITIES[0])) > limit:
        # As a rule the bytes become fewer more slowly than the pixels, so that no size is skipped that fits.
        share *= min(max((limit / len(coarsest)) ** 0.5, LARGE_STEP), STEP)
        if share * max(whole.size) < LEAST:
            raise TooLarge
        page = _resized(whole, _scaled(whole.size, share))
    quality, jpeg = _finest(page, coarsest, limit)
    return {"width": page.width, "height": page.height, "quality": quality}, jpeg


def code(data: bytes) -> tuple[Numbers, bytes]:
    """Find the modules of an upright QR code with nothing around it; the bytes are 1 for black or 0.

    Its modules may be of any size, also of no whole number of pixels, as where a picture of a given size was
    wanted. Raises NoCode.
    """
    page = _flat(_plain(_opened(data, SHOWN)), WHITE).convert("L").point(lambda light: 255 * (light < 128))
    box = page.getbbox()  # of what is not black, and the code is white now
    if box is None:
        raise NoCode
    ink = page.crop(box)
    first = ink.crop((0, 0, ink.width, 1)).tobytes()
    # A code begins with seven black modules in a row, which tells about how many there are.
    likely = 7 * ink.width / (len(first) - len(first.lstrip(b"\xff")) or 1)
    for side in sorted(SIDES, key=lambda side: abs(side - likely))[:5]:
        rows = _sampled(ink, side)
        if _is_code(rows):
            return {"side": side}, b"".join(rows)
    raise NoCode


def _sampled(ink: Image.Image, side: int) -> list[bytes]:
    """Look at the middle of each module."""
    columns = [int((place + 0.5) * ink.width / side) for place in range(side)]
    lines = [int((place + 0.5) * ink.height / side) for place in range(side)]
    pixels = ink.tobytes()
    return [bytes(pixels[y * ink.width + x] & 1 for x in columns) for y in lines]


def _is_code(rows: list[bytes]) -> bool:
    """Whether there are the three corners, and between them the modules that alternate."""
    upper, lower = rows[:7], rows[-7:]
    corners = ([row[:7] for row in upper], [row[-7:] for row in upper], [row[:7] for row in lower])
    across, down = rows[6][6:-6], bytes(row[6] for row in rows[6:-6])
    alternating = bytes((1, 0)) * (len(across) // 2) + b"\1"
    return all(corner == [*_CORNER] for corner in corners) and across == down == alternating


def _finest(page: Image.Image, coarsest: bytes, limit: int) -> tuple[int, bytes]:
    """Give the best quality of which a picture fits, as the coarsest does."""
    fits, fails, jpeg = 0, len(QUALITIES), coarsest
    while fails - fits > 1:
        tried = (fits + fails) // 2
        finer = _jpeg(page, QUALITIES[tried])
        if len(finer) <= limit:
            fits, jpeg = tried, finer
        else:
            fails = tried
    return QUALITIES[fits], jpeg


def _jpeg(page: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    page.save(file, "JPEG", quality=quality, optimize=True)
    return file.getvalue()


def _opened(data: bytes, most: dict[str, int]) -> Image.Image:
    """Read what kind and size of picture this is, and decode it if that is allowed; a JPEG only when used."""
    Image.MAX_IMAGE_PIXELS = max(most.values())
    # The decoder of WebP makes room for the whole picture before it says how large it is, and Pillow's own
    # look ahead (from 13 on) allows more than this.
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _check(_webp_size(data), most["WEBP"])
    picture = Image.open(io.BytesIO(data), formats=FORMATS)
    jpeg = isinstance(picture, JpegImagePlugin.JpegImageFile)
    kind = picture.format or ""
    if jpeg:
        kind = _PROGRESSIVE if "progressive" in picture.info else "JPEG"
    _check(picture.size, most[kind])
    if not jpeg:
        picture.load()
    return picture


def _check(size: Size, most: int) -> None:
    if size[0] * size[1] > most:
        raise Image.DecompressionBombError


def _webp_size(data: bytes) -> Size:
    def number(start: int, end: int) -> int:
        return int.from_bytes(data[start:end], "little")

    if data[12:16] == b"VP8X":
        return number(24, 27) + 1, number(27, 30) + 1
    if data[12:16] == b"VP8L":
        return (number(21, 25) & 0x3FFF) + 1, (number(21, 25) >> 14 & 0x3FFF) + 1
    return number(26, 28) & 0x3FFF, number(28, 30) & 0x3FFF


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """Give what makes a picture upright; one whose description is damaged is shown as it lies."""
    with suppress(Exception):
        return _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    return None


def _lies(turn: Image.Transpose | None) -> bool:
    return turn in (_TURNS[5], _TURNS[6], _TURNS[7], _TURNS[8])


def _scaled(size: Size, share: float) -> Size:
    share = min(share, 1.0)
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _resized(picture: Image.Image, size: Size) -> Image.Image:
    plain = _plain(picture)
    if plain.size == size:
        return plain
    return plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _plain(picture: Image.Image) -> Image.Image:
    """Give a picture in a mode that can be resized: grey or colours, with or without transparency."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        return picture if picture.mode in ("LA", "RGBA") else picture.convert("RGBA")
    if picture.mode in ("L", "RGB"):
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _flat(picture: Image.Image, page: tuple[int, int, int]) -> Image.Image:
    """Lay a picture on a page of one colour, where it is transparent."""
    if picture.mode not in ("LA", "RGBA"):
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    flat = Image.new("RGB", picture.size, page)
    flat.paste(picture.convert("RGB"), mask=picture.getchannel("A"))
    return flat
