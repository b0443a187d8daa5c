"""Pictures for the tests: every kind that people send, and the kinds that are sent to do harm."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

CAMERA = b"camera 48.2082 N 16.3738 E"
"""What a camera might have written into a file."""

FLATE_STEP = 2**20


def noise(width: int, height: int) -> Image.Image:
    """Make a picture that no format makes small."""
    coarse = Image.effect_noise((max(width // 4, 1), max(height // 4, 1)), 90)
    return Image.merge("RGB", (coarse, coarse.rotate(90), coarse.rotate(180))).resize((width, height))


def halves(width: int, height: int) -> Image.Image:
    """Make a picture whose upper half is red and whose lower half is blue."""
    picture = Image.new("RGB", (width, height), (0, 0, 250))
    picture.paste((250, 0, 0), (0, 0, width, height // 2))
    return picture


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """Write a picture as a file of a kind."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def turned(number: int) -> Image.Exif:
    """Give the description of a picture that is to be turned before it is looked at."""
    exif = Image.Exif()
    exif[0x0112] = number
    return exif


def png_bomb(width: int, height: int) -> bytes:
    """Make a valid black PNG of one bit a pixel, a thousand times smaller than what it holds."""
    raw = (width + 7) // 8 * height + height
    whole, rest = divmod(raw, FLATE_STEP)
    # The same compressed zeros again and again: making it must not take the memory that it takes to read it.
    stream = b"\x78\x9c" + _zeros(FLATE_STEP, zlib.Z_FULL_FLUSH) * whole + _zeros(rest, zlib.Z_FINISH)
    stream += struct.pack(">HH", raw % 65521, 1)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", stream) + _chunk(b"IEND", b"")


def _zeros(count: int, end: int) -> bytes:
    flate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return flate.compress(bytes(count)) + flate.flush(end)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def webp_bomb() -> bytes:
    """Make a WebP of 16,383 x 16,383 pixels in 34 bytes."""
    size = (16382 | 16382 << 14).to_bytes(4, "little")
    body = b"WEBPVP8L" + struct.pack("<I", 14) + b"\x2f" + size + b"\x88\x88\x08" + bytes(6)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_bomb() -> bytes:
    """Make a JPEG that says that it has 65,500 x 65,500 pixels."""
    jpeg = saved(Image.new("RGB", (16, 16)), "JPEG")
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", 65500, 65500) + jpeg[at + 4 :]


def scan_bomb() -> bytes:
    """Make a JPEG of allowed size that is refined again and again, minutes of computing in 130 kB."""
    jpeg = saved(Image.new("RGB", (4470, 4470), (90, 30, 200)), "JPEG", progressive=True)
    refinement = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    return jpeg[:-2] + refinement * 2000 + jpeg[-2:]


def every_kind() -> dict[str, bytes]:
    """Make a small picture in each way that a file can hold one."""
    colours = noise(120, 90)
    grey = colours.convert("L")
    few = colours.quantize(8)
    clear = colours.convert("RGBA")
    deep = grey.convert("I;16")
    return {
        "jpeg": saved(colours, "JPEG"),
        "jpeg grey": saved(grey, "JPEG"),
        "jpeg cmyk": saved(colours.convert("CMYK"), "JPEG"),
        "jpeg progressive": saved(colours, "JPEG", progressive=True),
        "jpeg turned": saved(colours, "JPEG", exif=turned(3)),
        "two in a jpeg": saved(colours, "MPO", save_all=True, append_images=[colours]),
        "webp": saved(colours, "WEBP"),
        "webp lossless": saved(clear, "WEBP", lossless=True),
        "webp turned": saved(colours, "WEBP", exif=turned(3)),
        "webp animated": saved(colours, "WEBP", save_all=True, append_images=[colours.rotate(180)]),
        "gif": saved(few, "GIF"),
        "gif transparent": saved(few, "GIF", transparency=3),
        "gif grey": saved(grey, "GIF"),
        "gif animated": saved(colours, "GIF", save_all=True, append_images=[colours.rotate(180)]),
        "png": saved(colours, "PNG"),
        "png turned": saved(colours, "PNG", exif=turned(3)),
        "png animated": saved(colours, "PNG", save_all=True, append_images=[colours.rotate(180)]),
        "png transparent": saved(clear, "PNG"),
        "png grey": saved(grey, "PNG"),
        "png grey transparent": saved(colours.convert("LA"), "PNG"),
        "png few": saved(few, "PNG"),
        "png few transparent": saved(few, "PNG", transparency=bytes(range(8))),
        "png one bit": saved(colours.convert("1"), "PNG"),
        "png one bit transparent": saved(colours.convert("1"), "PNG", transparency=0),
        "png 16 bits": saved(deep, "PNG"),
        "png 16 bits transparent": saved(deep, "PNG", transparency=5),
        "png one clear colour": saved(colours, "PNG", transparency=(1, 2, 3)),
    }
