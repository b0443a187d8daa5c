"""A phone scans the code off the screen of the real watui, on terminals of every kind."""

import json
import re
import stat
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.e2e.desk import WATUI, Desk, gateway
from tests.scanning import scan, scanned
from watui.terminal.facts import SAMPLES

HOUSE = ("--rate", "0", "--no-reply", "--pace", "0", "--devices", "0", "--unpaired", "1", "--pair-after", "0")

KITTY = "\x1b[1;1R\x1bP>|kitty(0.35.2)\x1b\\" + "\x1b[1;3R" * len(SAMPLES) + "\x1b[?62c"
"""What kitty answers to the probe."""

LOOKS: dict[str, dict[str, str]] = {
    "light theme": {"WATUI_THEME": "textual-light"},
    "no colours": {"NO_COLOR": "1"},
    "no colours, ansi theme": {"NO_COLOR": "1", "WATUI_THEME": "textual-ansi"},
    "16 colours": {"TEXTUAL_COLOR_SYSTEM": "standard"},
}


def offered(ready: dict[str, Any], device: str | None = None) -> str:
    """Ask the gateway which string is to be scanned, of a device or of the first one."""
    base = f"{ready['url']}/api/v1/devices"

    def ask(path: str) -> Any:
        request = urllib.request.Request(base + path, headers={"x-api-key": ready["key"]})  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return json.load(answer)["data"]

    return str(ask(f"/{device or ask('')[0]['deviceId']}/qr")["qrCode"])


@pytest.fixture(scope="module")
def house() -> Iterator[dict[str, Any]]:
    """A gateway whose one code stays."""
    with gateway(*HOUSE, "--qr-every", "3600") as ready:
        yield ready


def sit_down(ready: dict[str, Any], home: Path, look: dict[str, str]) -> Desk:
    """Start watui in a kitty."""
    desk = Desk(ready, home, size=(120, 40), argv=WATUI, **look)
    desk.until(b"\x1b[c")
    desk.send(KITTY)
    desk.until("Link a phone to")
    desk.until("Esc later")
    return desk


def pictures(home: Path) -> list[Path]:
    return [path for path in home.rglob("*.png") if path.is_file()]


def scans_in_both_sizes(desk: Desk, wanted: str) -> None:
    """See that the code is read, and the steps beside it too, in half blocks and where those do not fit."""
    assert 240 <= len(wanted) <= 260
    desk.until(lambda: scan(desk.terminal) == [wanted])
    assert "▀" in desk.text
    assert "point the camera" in desk.text
    desk.terminal.resize(80, 24)
    desk.gone("▀")
    desk.until("Esc later")
    desk.until(lambda: scan(desk.terminal) == [wanted])
    assert "\U0001fb00" <= max(desk.text) <= "\U0001fb3b"
    assert "point the camera" in desk.text


@pytest.mark.parametrize("look", LOOKS)
def test_the_code_is_read_off_the_screen(look: str, house: dict[str, Any], tmp_path: Path) -> None:
    with sit_down(house, tmp_path, LOOKS[look]) as desk:
        scans_in_both_sizes(desk, offered(house))
        desk.send("i")
        desk.until("Saved as")
        (path,) = pictures(tmp_path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        desk.leave()
    assert not pictures(tmp_path)


def test_a_code_is_followed_until_a_phone_is_linked(house: dict[str, Any], tmp_path: Path) -> None:
    with sit_down(house, tmp_path, {"WATUI_LOG_LEVEL": "debug"}) as desk:
        first = offered(house)
        scans_in_both_sizes(desk, first)
        place = next(y for y, line in enumerate(desk.lines, 1) if "new code in" in line)
        desk.until(lambda: painted_since_a_second_ago(desk) == {place})
        # The next code, on the screen and in the picture.
        desk.send("i")
        desk.until("Saved as")
        desk.do("device", status="qr")
        desk.until(lambda: offered(house) != first)
        second = offered(house)
        desk.until(lambda: scan(desk.terminal) == [second])
        desk.until(lambda: [read_in(each) for each in pictures(tmp_path)] == [[second]])
        # Linked.
        desk.do("pair", name="Kim Petersen")
        desk.until("Kim Petersen is linked")
        desk.gone("point the camera")
        assert not pictures(tmp_path)
        assert scan(desk.terminal) == []
        desk.leave()
        told = desk.log + desk.terminal.raw.decode("utf-8", "replace")
        assert "Kim Petersen" in told
        for secret in (first, second):
            assert not any(part in told for part in (secret, *re.split("[@,]", secret)[1:]))
        desk.do("device", status="qr")


def painted_since_a_second_ago(desk: Desk) -> set[int]:
    """Give the lines that were painted from one second's words to the next one's."""
    painted = desk.terminal.raw.split(b"new code in")[-2]
    # Between frames the cursor is parked, and nothing is written there.
    return {int(row) for row in re.findall(rb"\x1b\[(\d+);\d+H(?!\x1b\[\d+;\d+H|\Z)", painted)}


def read_in(path: Path) -> list[str]:
    with Image.open(path) as picture:
        return scanned(picture.convert("RGB"))
