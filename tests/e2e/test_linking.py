"""Two phones are unlinked and linked in turn by keyboard alone, at 80 × 24, while a third is flooded."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.bench.measure import control
from tests.e2e.desk import WATUI, Desk, gateway
from tests.e2e.test_scan import KITTY, offered
from tests.scanning import scan

HOUSE = ("--rate", "0", "--no-reply", "--pace", "0", "--devices", "3", "--unpaired", "0", "--chats", "6")

RATE, COUNT = 50, 300
"""Messages a second for the third device, and how many in all: six seconds' worth, as long as the rest."""


def devices(ready: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Tell what the gateway knows of each device."""
    return {each["deviceId"]: each for each in control(ready, "/truth")["devices"]}


def waiting(ready: dict[str, Any]) -> list[str]:
    """Name the devices that offer a code."""
    return [each for each, known in devices(ready).items() if known["status"] == "qr"]


def link(desk: Desk, number: str | None) -> str:
    """Hold a phone before the code on the screen; gives the device that it is linked to then."""
    desk.until("point the camera")
    desk.until(lambda: waiting(desk.ready))
    (device,) = waiting(desk.ready)
    wanted = offered(desk.ready, device)
    desk.until(lambda: scan(desk.terminal) == [wanted], 20)
    desk.do("pair", device=device, number=number)
    desk.until("is linked")
    desk.gone("point the camera")
    return device


def below(desk: Desk, words: str) -> bool:
    """Whether the cursor stands on the line of the device screen that holds these words."""
    return any(re.search(rf"▌.*{re.escape(words)}", line) for line in desk.lines)


def point_at(desk: Desk, label: str) -> None:
    """Put the cursor of the device screen on a device."""
    desk.send("g")
    rows = [line for line in desk.lines if re.search(r"\+\d{9,}", line)]
    desk.until(lambda: any("▌" in line for line in desk.lines[:5]))
    desk.send("j" * next(n for n, line in enumerate(rows) if label in line))
    desk.until(lambda: below(desk, label))


@pytest.mark.parametrize("profile", ["whatsapi", pytest.param("full", marks=pytest.mark.torture)])
def test_by_keyboard_alone(profile: str, tmp_path: Path) -> None:
    with (
        gateway(*HOUSE, "--profile", profile) as ready,
        Desk(ready, tmp_path, size=(80, 24), argv=WATUI) as desk,
    ):
        desk.until(b"\x1b[c")
        desk.send(KITTY)
        desk.until(lambda: "3 live" in desk.text or desk.text.count("● live") == 3)
        first, second, third = ready["devices"]
        before = devices(ready)
        order = {"device": third, "count": COUNT, "rate": RATE, "chats": 4, "prefix": "third "}
        desk.do("burst", **order)
        # The first is logged out on its phone, and linked anew: the new device takes its place.
        desk.do("device", device=first, status="disconnected", reason="LOGOUT")
        desk.until("disconnected")
        desk.send("\x1bOQ")  # F2
        desk.until("Devices · Figures")
        desk.until(lambda: below(desk, "disconnected"))
        desk.enter()
        desk.until("Link anew")
        desk.send("l")
        anew = link(desk, before[first]["phoneNumber"])
        desk.until(lambda: first not in devices(ready))
        desk.until(lambda: below(desk, "live"))
        # The second is deleted here, and a new one is made and linked.
        label = before[second]["clientName"]
        desk.until(lambda: label in desk.text)
        point_at(desk, label)
        desk.send("x")
        desk.until("goes on listing it")
        desk.type("".join(filter(str.isalnum, label))[:3])
        desk.enter()
        desk.until(lambda: second not in devices(ready))
        desk.send("a")
        made = link(desk, None)
        desk.until(lambda: desk.text.count("● live") >= 3)
        desk.send("\x1b")
        desk.gone("Devices · Figures")
        assert {*devices(ready)} == {anew, made, third}
        # The third has lost nothing meanwhile.
        desk.until(lambda: control(ready, "/burst")["done"], 30)
        desk.until(lambda: len(filed(tmp_path, third)) == COUNT)
        assert filed(tmp_path, third) == {f"third {number}" for number in range(1, COUNT + 1)}
        desk.leave()


def filed(home: Path, device: str) -> set[str]:
    """Give the texts of the flood that are in the archive."""
    (path,) = home.rglob("archive.db")
    find = "SELECT text FROM messages JOIN chats ON chats.n = chat WHERE device = ? AND text LIKE 'third %'"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as base:
        return {text for (text,) in base.execute(find, (device,))}
