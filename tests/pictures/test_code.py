"""Codes that are found in pictures, and pictures in which there is none."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.gateway.recordings import data as recorded
from tests.pictures.making import every_kind, halves, noise, png_bomb, saved
from watui.gateway.whatsapi.lists import device_of
from watui.panes.qr import Modules, modules_of, picture_of
from watui.pictures import PictureError, asking, child, code

TEXT = "2@" + "Wm4tVbq9" * 31


def found(data: bytes) -> Modules:
    numbers, body = child.code(data)
    side = numbers["side"]
    assert len(body) == side**2
    return tuple(body[start : start + side] for start in range(0, side**2, side))


def drawn(modules: Modules, pixels: int, border: int = 4) -> Image.Image:
    """Draw a code in a picture of so many pixels, as programs do that are told only how large it is to be."""
    whole = len(modules) + 2 * border
    small = Image.new("L", (whole, whole), 255)
    for y, row in enumerate(modules):
        for x, module in enumerate(row):
            small.putpixel((border + x, border + y), 0 if module else 255)
    return small.resize((pixels, pixels), Image.Resampling.NEAREST)


@settings(max_examples=40, deadline=None)
@given(
    text=st.text("abcXYZ019,@/+=", min_size=1, max_size=700),
    pixels=st.integers(2, 5),
    more=st.floats(0, 0.99),
    border=st.integers(0, 8),
)
def test_a_code_of_any_size_is_found(text: str, pixels: int, more: float, border: int) -> None:
    modules = modules_of(text)
    side = round((pixels + more) * (len(modules) + 2 * border))
    assert found(saved(drawn(modules, side, border), "PNG")) == modules


def test_the_picture_of_a_real_gateway_is_read() -> None:
    raw = {name: value for name, value in recorded("040-device-status-qr").items() if name != "qrCode"}
    device = device_of(raw)
    assert device.qr is None
    assert device.qr_picture is not None
    modules = found(device.qr_picture)
    assert len(modules) == 65
    assert found(picture_of(modules)) == modules


@pytest.mark.parametrize("mode", ["1", "P", "RGB", "RGBA", "LA"])
def test_the_kind_of_picture_does_not_matter(mode: str) -> None:
    modules = modules_of(TEXT)
    assert found(saved(drawn(modules, 256).convert(mode), "PNG")) == modules


def test_what_is_transparent_is_white() -> None:
    modules = modules_of(TEXT)
    black = drawn(modules, 256)
    clear = Image.new("LA", black.size)
    clear.putalpha(black.point(lambda light: 255 - light))
    assert found(saved(clear, "PNG")) == modules


def test_what_is_no_code_is_none() -> None:
    modules = modules_of(TEXT)
    blot = drawn(modules, 260)
    blot.paste(255, (0, 0, 40, 40))
    for picture in (
        noise(80, 80),
        halves(80, 80),
        Image.new("L", (64, 64), 255),
        Image.new("L", (64, 64)),
        blot,
    ):
        with pytest.raises(child.NoCode):
            child.code(saved(picture, "PNG"))
    for data in (*every_kind().values(), png_bomb(30_000, 30_000), b"", b"2@"):
        target = io.BytesIO()
        child.answer(
            io.BytesIO(json.dumps({"job": "code", "size": len(data)}).encode() + b"\n" + data), target
        )
        said = json.loads(target.getvalue().partition(b"\n")[0])
        assert said.get("word") in {"bomb", "format", "broken", "no code"}


async def test_the_child_is_asked_and_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = modules_of(TEXT)
    assert await code(saved(drawn(modules, 256), "PNG")) == modules
    with pytest.raises(PictureError, match="no code"):
        await code(saved(noise(80, 80), "PNG"))

    for reply in (({"side": 21}, b"\1" * 440), ({"side": 0}, b""), ({}, b"\0"), ({"side": 21}, b"\2" * 441)):

        async def answer(*_: object, reply: object = reply) -> object:
            return reply

        monkeypatch.setattr(asking, "ask", answer)
        with pytest.raises(PictureError, match="no code"):
            await code(b"")
