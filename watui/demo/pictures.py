"""Bytes of media: real small JPEG scenes made here, and files that start like what they claim to be."""

from __future__ import annotations

import base64
import struct
from functools import lru_cache

from watui.demo.dice import roll

_Colour = tuple[int, int, int]
_PALETTES: tuple[tuple[_Colour, _Colour, _Colour, _Colour], ...] = (
    ((38, 64, 139), (240, 162, 116), (255, 228, 160), (31, 43, 44)),
    ((74, 144, 217), (200, 226, 240), (255, 250, 220), (62, 120, 63)),
    ((21, 23, 61), (86, 68, 126), (226, 226, 240), (12, 14, 26)),
    ((120, 170, 200), (236, 236, 230), (255, 255, 255), (214, 190, 140)),
    ((180, 70, 60), (250, 180, 90), (255, 240, 190), (70, 30, 40)),
)
_STICKER = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
_STEP = 8  # quantisation of the only coefficient that is kept


def _paint(x: float, y: float, number: int) -> _Colour:
    top, low, sun, ground = _PALETTES[number % len(_PALETTES)]
    hill = 0.62 + 0.1 * abs(((x * (2 + number // 7 % 3) + number % 10 / 10) % 1) - 0.5)
    if y > hill:
        fade = 1 - 0.5 * (y - hill)
        return int(ground[0] * fade), int(ground[1] * fade), int(ground[2] * fade)
    if (x - 0.2 - number // 5 % 7 / 10) ** 2 * 1.8 + (y - 0.35) ** 2 < 0.012:
        return sun
    share = y / hill
    mixed = [round(a + (b - a) * share) for a, b in zip(top, low, strict=True)]
    return mixed[0], mixed[1], mixed[2]


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg(width: int, height: int, number: int) -> bytes:
    """Make a scene as a baseline JPEG of flat 8x8 blocks: the least an encoder has to know."""
    bits: list[str] = []
    before = [0, 0, 0]
    lengths = (2, 3, 3, 3, 3, 3, 4, 5, 6, 7, 8, 9)
    codes: list[str] = []
    code = 0
    for place, length in enumerate(lengths):
        code = (code << (length - lengths[place - 1])) if place else 0
        codes.append(f"{code:0{length}b}")
        code += 1
    for top in range(0, height, 8):
        for left in range(0, width, 8):
            red, green, blue = _paint(left / width, top / height, number)
            light = 0.299 * red + 0.587 * green + 0.114 * blue
            levels = (light - 128, 0.564 * (blue - light), 0.713 * (red - light))
            for channel, level in enumerate(levels):
                value = round(level * 8 / _STEP)
                step = value - before[channel]
                before[channel] = value
                size = abs(step).bit_length()
                bits.append(codes[size])
                if size:
                    bits.append(f"{step if step > 0 else step + (1 << size) - 1:0{size}b}")
                bits.append("0")  # end of block
    stream = "".join(bits)
    stream += "1" * (-len(stream) % 8)
    data = int(stream, 2).to_bytes(len(stream) // 8, "big").replace(b"\xff", b"\xff\x00")
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"".join(
        bytes((channel, 0x11, 0)) for channel in (1, 2, 3)
    )
    counts = bytes(lengths.count(length) for length in range(1, 17))
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            _segment(0xDB, b"\0" + bytes((_STEP,)) * 64),
            _segment(0xC0, frame),
            _segment(0xC4, b"\0" + counts + bytes(range(12))),
            _segment(0xC4, b"\x10" + b"\1" + bytes(15) + b"\0"),
            _segment(0xDA, b"\3\1\0\2\0\3\0\0\x3f\0"),
            data,
            b"\xff\xd9",
        )
    )


@lru_cache(64)
def thumbnail(number: int) -> str:
    """Give a small scene as base64, the form that `_data.body` and locations have (contract 2.6, 3.3)."""
    return base64.b64encode(jpeg(72, 48, number)).decode()


def _pdf(title: str) -> bytes:
    safe = title.encode("latin-1", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    text = b"BT /F1 24 Tf 60 760 Td (" + safe + b") Tj ET"
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = b"%PDF-1.4\n"
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            table,
            len(body),
        )
    )


_HEADS = {
    "video/mp4": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41",
    "audio/ogg": b"OggS\0\2" + bytes(20) + b"OpusHead\1\1",
    "audio/mpeg": b"ID3\4\0\0\0\0\0\0\xff\xfb\x90\0",
}


@lru_cache(32)
def media_bytes(mimetype: str, size: int, number: int, title: str, shape: tuple[int, int]) -> bytes:
    """Make the file of a seeded medium; pictures and PDFs are real, the rest only begins like one."""
    if mimetype == "image/jpeg":
        return jpeg(*shape, number)
    if mimetype == "image/webp":
        return _STICKER
    if mimetype == "application/pdf":
        return _pdf(title)
    head = _HEADS.get(mimetype.partition(";")[0], b"")
    filler = struct.pack(">Q", roll(number)) * (max(size - len(head), 0) // 8 + 1)
    return (head + filler)[: max(size, len(head))]
