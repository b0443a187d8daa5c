"""Decoding and shrinking, without the child around them."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.pictures.making import (
    CAMERA,
    every_kind,
    halves,
    jpeg_bomb,
    noise,
    png_bomb,
    saved,
    turned,
    webp_bomb,
)
from watui.pictures import child

KINDS = every_kind()
WORDS = {"bomb", "format", "broken", "too large"}
RED, BLUE = (250, 0, 0), (0, 0, 250)


def answered(data: bytes, **wanted: Any) -> tuple[dict[str, Any], bytes]:
    """Ask as the program asks; gives the line and what follows it."""
    target = io.BytesIO()
    child.answer(io.BytesIO(json.dumps({**wanted, "size": len(data)}).encode() + b"\n" + data), target)
    line, _, body = target.getvalue().partition(b"\n")
    return json.loads(line), body


def shown(data: bytes, columns: int = 40, rows: int = 15) -> Image.Image:
    numbers, pixels = child.preview(data, columns, rows)
    return Image.frombytes("RGB", (numbers["width"], numbers["height"]), pixels)


def near(picture: Image.Image, x: int, y: int, colour: tuple[int, int, int]) -> bool:
    pixel = picture.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 24 for a, b in zip(pixel, colour, strict=True))


def word(data: bytes, **wanted: Any) -> object:
    return answered(data, **(wanted or {"job": "preview", "columns": 40, "rows": 15}))[0].get("word")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture_is_shown_and_shrunk(kind: str) -> None:
    assert shown(KINDS[kind]).size == (40, 30)
    numbers, jpeg = child.shrink(KINDS[kind], 4000)
    assert len(jpeg) <= 4000
    assert Image.open(io.BytesIO(jpeg)).size == (numbers["width"], numbers["height"])


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (400, 300, (40, 30)),  # as wide as it may be
        (300, 600, (15, 30)),  # as high as it may be: two pixels in a row of cells
        (800, 100, (40, 5)),
        (8, 6, (8, 6)),  # never enlarged
        (4000, 3, (40, 1)),  # never nothing
        (3, 4000, (1, 30)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_preview_keeps_the_shape_of_the_picture(
    kind: str, width: int, height: int, size: tuple[int, int]
) -> None:
    assert shown(saved(Image.new("RGB", (width, height)), kind)).size == size


@pytest.mark.parametrize(
    ("number", "size", "red", "blue"),
    [
        (1, (40, 20), (2, 2), (2, 17)),
        (2, (40, 20), (2, 2), (2, 17)),
        (3, (40, 20), (2, 17), (2, 2)),
        (4, (40, 20), (2, 17), (2, 2)),
        (5, (15, 30), (2, 2), (12, 2)),
        (6, (15, 30), (12, 2), (2, 2)),
        (7, (15, 30), (12, 2), (2, 2)),
        (8, (15, 30), (2, 2), (12, 2)),
        (9, (40, 20), (2, 2), (2, 17)),
    ],
)
def test_a_picture_is_shown_upright(
    number: int, size: tuple[int, int], red: tuple[int, int], blue: tuple[int, int]
) -> None:
    for data in (
        saved(halves(400, 200), "JPEG", exif=turned(number)),
        saved(halves(400, 200), "PNG", exif=turned(number)),
    ):
        picture = shown(data)
        assert picture.size == size
        assert near(picture, *red, RED)
        assert near(picture, *blue, BLUE)
        upright = Image.open(io.BytesIO(child.shrink(data, 50_000)[1]))
        assert (upright.width > upright.height) is (size[0] > size[1])
        scale = upright.width // size[0]
        assert near(upright, red[0] * scale, red[1] * scale, RED)


def test_a_mirrored_picture_is_mirrored_back() -> None:
    sideways = saved(halves(200, 400).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=turned(2))
    assert near(shown(sideways), 38, 10, RED)


def test_transparency_is_grey_when_shown_and_white_when_sent() -> None:
    clear = Image.new("RGBA", (60, 60), (250, 0, 0, 0))
    for data in (saved(clear, "PNG"), saved(clear, "WEBP", lossless=True), saved(clear, "GIF")):
        assert near(shown(data), 5, 5, child.GREY)
        assert near(Image.open(io.BytesIO(child.shrink(data, 9000)[1])), 5, 5, child.WHITE)


def test_of_an_animation_the_first_frame_is_shown() -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in (RED, BLUE)]
    for kind in ("GIF", "PNG", "WEBP"):
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
        assert near(shown(data), 5, 5, RED), kind


def test_16_bits_of_grey_are_not_all_white() -> None:
    grey = Image.new("L", (60, 60), 100).convert("I").point(lambda value: value * 257).convert("I;16")
    assert near(shown(saved(grey, "PNG")), 5, 5, (100, 100, 100))


def test_what_a_camera_wrote_is_not_sent() -> None:
    exif = turned(1)
    exif[0x010F] = CAMERA.decode()
    data = saved(halves(90, 60), "JPEG", exif=exif, comment=CAMERA, xmp=CAMERA, icc_profile=CAMERA * 9)
    assert data.count(CAMERA) > 9
    for limit in (50_000, 1200):
        assert CAMERA not in child.shrink(data, limit)[1]


def test_a_picture_becomes_coarser_before_it_becomes_smaller() -> None:
    data = saved(noise(400, 300), "JPEG", quality=95)
    fine, coarse, small = (child.shrink(data, limit)[0] for limit in (200_000, 30_000, 5_000))
    assert (fine["width"], fine["quality"]) == (400, 85)
    assert coarse["width"] == 400
    assert 40 <= coarse["quality"] < 85
    assert small["width"] < 400
    assert small["height"] == pytest.approx(small["width"] * 3 / 4, abs=1)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 150),
    st.integers(1, 150),
    st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA"]),
    st.integers(0, 12_000),
)
def test_a_shrunk_picture_is_never_larger_than_the_limit(
    width: int, height: int, mode: str, limit: int
) -> None:
    data = saved(noise(width, height).convert(mode), "PNG")
    said, jpeg = answered(data, job="shrink", limit=limit)
    if "word" in said:
        assert said == {"word": "too large"}
    else:
        assert said["size"] == len(jpeg) <= limit
        assert Image.open(io.BytesIO(jpeg)).size == (said["width"], said["height"])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_a_damaged_picture_gets_an_answer(kind: str, choose: st.DataObject) -> None:
    data = bytearray(KINDS[kind])
    for _ in range(choose.draw(st.integers(0, 6))):
        data[choose.draw(st.integers(0, len(data) - 1))] = choose.draw(st.integers(0, 255))
    cut = bytes(data[: choose.draw(st.integers(0, len(data)))])
    said, body = answered(cut, job="preview", columns=20, rows=10)
    if "word" in said:
        assert said["word"] in WORDS
        assert not body
    else:
        assert len(body) == 3 * said["width"] * said["height"]


@pytest.mark.parametrize(
    "data",
    [png_bomb(30_000, 30_000), png_bomb(12_000, 12_000), webp_bomb(), jpeg_bomb(), png_bomb(4473, 4473)],
    ids=["png 30,000", "png 12,000", "webp", "jpeg", "just too many"],
)
def test_a_bomb_is_not_decoded(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "load", None)
    assert word(data) == "bomb"


def test_a_picture_that_would_not_fit_into_the_memory_is_not_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "load", None)
    assert word(png_bomb(6400, 6300), job="shrink", limit=70_000) == "bomb"
    large = {**child.SHRUNK, "progressive JPEG": 10_000}
    monkeypatch.setattr(child, "SHRUNK", large)
    assert word(KINDS["jpeg progressive"], job="shrink", limit=70_000) == "bomb"


def test_the_largest_picture_that_is_shown() -> None:
    assert shown(png_bomb(4472, 4472)).size == (30, 30)


def test_what_runs_out_of_memory_was_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(child, "_resized", full)
    assert word(KINDS["png"]) == "bomb"


def test_a_picture_may_have_more_pixels_when_it_is_the_persons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "WORKED", 1_000_000)
    large = saved(Image.new("RGB", (5200, 5000), (9, 90, 9)), "JPEG")
    assert word(large) == "bomb"
    said, _ = answered(large, job="shrink", limit=60_000)
    # Decoded at a quarter of its sides, and then made a little smaller still.
    assert said["width"] * said["height"] == pytest.approx(1_000_000, rel=0.01)


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "PPM", "ICO", "PDF", "EPS"])
def test_other_formats_are_refused(kind: str) -> None:
    assert word(saved(halves(40, 40), kind)) == "format"


@pytest.mark.parametrize(
    "data",
    [b"", b"8BPS\0\1" + bytes(60), b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x1f\x8b" + bytes(99)],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert word(data) == "format"


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif"])
def test_a_picture_that_was_cut_off_is_broken(kind: str) -> None:
    assert word(KINDS[kind][: len(KINDS[kind]) // 2]) == "broken"


def test_an_unknown_job_is_answered() -> None:
    assert word(KINDS["png"], job="sell") == "broken"
