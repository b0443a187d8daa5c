"""The linking screen: drawn so that a phone reads it, whole or not at all, and quiet about its secret."""

import stat
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from textual.pilot import Pilot

from tests.conftest import Person, Plain, sitting
from tests.scanning import DARK, LIGHT, cells_of, painted, scanned
from tests.waiting import until
from watui.events import DeviceChanged
from watui.files.momentary import Momentary
from watui.gateway.whatsapi.lists import PICTURE_LIMIT, device_of
from watui.models import Device, DeviceState
from watui.panes.qr import Code, Drawing, Modules, draw, modules_of, needs
from watui.pictures import PictureError
from watui.screens.menu import Entry, MenuScreen
from watui.screens.pairing import PairingScreen
from watui.terminal.facts import Terminal, draws_sextants
from watui.text import Safe

SECRET = "2@" + "Wm4tVbq9" * 31 + ",q0hXk3J"
NEXT = SECRET.replace("Wm4t", "Zr5u")
WAITING = Device(Safe("device-1"), DeviceState.UNLINKED, Safe("Kim"), qr=SECRET)


async def unread(_: bytes) -> Modules:
    raise PictureError("nobody looks")


@asynccontextmanager
async def linking(
    device: Device = WAITING,
    *,
    size: tuple[int, int] = (120, 40),
    directory: Path = Path("/nowhere"),
    seen: float | None = None,
    sextants: bool = False,
    perhaps: bool = False,
    app: Plain | None = None,
) -> AsyncIterator[tuple[PairingScreen, Pilot[None], list[bool | None]]]:
    """Open the screen alone; gives what it returned when it was closed."""
    app = app or Plain()
    closed: list[bool | None] = []
    screen = PairingScreen(
        device, Momentary(directory, ".png"), unread, seen=seen, sextants=sextants, perhaps=perhaps
    )
    async with app.run_test(size=size) as pilot:
        app.push_screen(screen, closed.append)
        await pilot.pause()
        yield screen, pilot, closed


def words(screen: PairingScreen) -> str:
    """Everything that is to be read on the screen, without what is behind it."""
    lines = screen._compositor.render_strips()
    return " ".join(" ".join(strip.text for strip in lines).split())


def read_off(screen: PairingScreen) -> list[str]:
    """What a phone reads, whatever colours the terminal has of its own."""
    rows = cells_of(screen._compositor.render_strips())
    if not rows:
        return []  # not laid out yet
    dark, light = (scanned(painted(rows, defaults)) for defaults in (DARK, LIGHT))
    assert dark == light
    return dark


# Drawing.


def test_a_real_string_takes_as_much_room_as_was_measured() -> None:
    side = len(modules_of(SECRET))
    assert needs(side, Drawing.HALVES) == (61, 31)
    assert needs(side, Drawing.SEXTANTS) == (31, 21)
    assert needs(side, Drawing.BLANKS) == (122, 61)


@pytest.mark.parametrize("drawing", Drawing)
@settings(max_examples=20, deadline=None)
@given(text=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=600))
def test_any_code_is_read_in_any_drawing(drawing: Drawing, text: str) -> None:
    modules = modules_of(text)
    strips = draw(modules, drawing)
    assert (strips[0].cell_length, len(strips)) == needs(len(modules), drawing)
    assert scanned(painted(cells_of(strips))) == [text]


@settings(max_examples=30, deadline=None)
@given(data=st.data(), drawing=st.sampled_from(Drawing))
def test_every_cell_shows_its_modules(data: st.DataObject, drawing: Drawing) -> None:
    side = data.draw(st.integers(1, 9))
    row = st.lists(st.integers(0, 1), min_size=side, max_size=side).map(bytes)
    modules = tuple(data.draw(st.lists(row, min_size=side, max_size=side)))
    across, down = {Drawing.HALVES: (6, 6), Drawing.SEXTANTS: (3, 4), Drawing.BLANKS: (12, 12)}[drawing]
    picture = painted(cells_of(draw(modules, drawing))).convert("L")
    white = b"\xff" * picture.width
    rows = [white] * (2 * down)
    for line in modules:
        inked = b"".join((b"\0" if module else b"\xff") * across for module in line)
        rows += [(b"\xff" * (2 * across) + inked).ljust(picture.width, b"\xff")] * down
    assert picture.tobytes() == b"".join(rows).ljust(picture.width * picture.height, b"\xff")


async def test_no_filter_takes_the_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Plain(ansi_color=True)
    assert any(type(each).__name__ == "NoColor" for each in app._filters)
    async with linking(app=app) as (screen, _, _):
        assert read_off(screen) == [SECRET]


@pytest.mark.parametrize("name", ["kitty(0.35.2)", "foot(1.16)", "WezTerm 20240203", "ghostty 1.0.1"])
def test_terminals_that_draw_sextants(name: str) -> None:
    assert draws_sextants(Terminal(name))


@pytest.mark.parametrize("name", ["", "XTerm(379)", "tmux 3.3a", "VTE(7600)"])
def test_terminals_of_which_nobody_knows(name: str) -> None:
    assert not draws_sextants(Terminal(name))


# Where it stands.


EDGES = [
    (drawing, (size.width + more, size.height + higher))
    for drawing, size in ((each, needs(57, each)) for each in Drawing)
    for more, higher in ((0, 0), (-1, 0), (0, -1), (0, 1), (17, 7), (35, 0), (36, 0))
]
"""Drawings on screens on which they just fit, or do not, with the steps or without."""


async def test_a_code_is_whole_or_not_there() -> None:
    async with linking(sextants=True) as (screen, pilot, _):
        code = screen.query_one(Code)
        for drawing, size in EDGES:
            screen._chosen = drawing
            await pilot.resize_terminal(*size)
            need = needs(57, drawing)
            whole = need.width <= size[0] and need.height <= size[1]
            await until(lambda: (screen.size, code.display) == (size, whole))  # noqa: B023
            await pilot.pause()
            if whole:
                assert code.region.size == code.needs == need, (drawing, size)
                assert screen.region.contains_region(code.region), (drawing, size)
                steps = screen.query_one("#pairing-words")
                assert not (steps.display and steps.region.overlaps(code.region)), (drawing, size)
            else:
                assert "Make the terminal larger" in words(screen), (drawing, size)


async def test_the_drawing_is_what_the_terminal_can_do_and_the_person_wants() -> None:
    async with linking(size=(80, 24)) as (screen, pilot, _):
        assert not screen.query_one(Code).display
        assert "In half blocks the code takes 61 × 31 cells; here are 80 × 24" in words(screen)
        await pilot.press("m")
        await pilot.pause()
        assert read_off(screen) == [SECRET]
        assert "boxes and no code" in words(screen)
        assert "point the camera" in words(screen)
        await pilot.press("m")
        await pilot.pause()
        assert "In plain blanks the code takes 122 × 61 cells" in words(screen)
        await pilot.resize_terminal(170, 61)
        await until(lambda: read_off(screen) == [SECRET])
        assert not {"▀", "\U0001fb00"} & set(words(screen))
        await pilot.press("m")
        await pilot.pause()
        assert "▀" in words(screen)
        assert read_off(screen) == [SECRET]


@pytest.mark.parametrize(("known", "perhaps", "warned"), [(True, False, False), (False, True, True)])
async def test_sextants_are_drawn_where_half_blocks_do_not_fit(
    known: bool, perhaps: bool, warned: bool
) -> None:
    async with linking(size=(80, 24), sextants=known, perhaps=perhaps) as (screen, pilot, _):
        assert read_off(screen) == [SECRET]
        assert ("boxes and no code" in words(screen)) is warned
        await pilot.resize_terminal(120, 40)
        await until(lambda: "▀" in words(screen))
        assert "boxes" not in words(screen)


# What becomes of it.


async def test_a_new_code_takes_the_place_of_the_old_one() -> None:
    async with linking(seen=time.monotonic() - 15.5) as (screen, pilot, closed):
        code = screen.query_one(Code)
        before = code.region
        assert "new code in 5 s" in words(screen) or "new code in 4 s" in words(screen)
        screen.show(Device(WAITING.id, DeviceState.UNLINKED, Safe("Kim"), qr=NEXT))
        await pilot.pause()
        assert read_off(screen) == [NEXT]
        assert code.region == before
        assert "new code in 20 s" in words(screen)
        screen.show(Device(WAITING.id, DeviceState.READY, Safe("Kim")))
        await pilot.pause()
        assert closed == [True]


async def test_a_second_paints_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    async with linking() as (screen, pilot, _):
        drawn: list[int] = []
        monkeypatch.setattr(screen.query_one(Code), "render_line", drawn.append)
        laid_out = screen._layout_required
        said = words(screen)
        screen._since -= 3
        screen._tick()
        await pilot.pause()
        assert words(screen) != said
        assert drawn == []
        assert laid_out == screen._layout_required is False


HAPPENINGS = [
    (Device(WAITING.id, DeviceState.UNLINKED), "Waiting for a code"),
    (Device(WAITING.id, DeviceState.STARTING), "is starting the device"),
    (
        Device(WAITING.id, DeviceState.DISCONNECTED, why=Safe("it was logged out on the phone")),
        "disconnected this device: it was logged out on the phone. If no new code comes, delete",
    ),
    (Device(WAITING.id, DeviceState.FAILED), "The gateway could not start this device. Restart"),
    (Device(WAITING.id, DeviceState.UNLINKED, qr_picture=b"no picture"), "sent no code: nobody looks"),
    (Device(WAITING.id, DeviceState.UNLINKED, qr="x" * 3000), "sent no code: what came is too long"),
]


async def test_what_happened_is_said() -> None:
    async with linking() as (screen, pilot, closed):
        for device, said in HAPPENINGS:
            screen.show(device)
            await until(lambda said=said: said in words(screen))  # type: ignore[misc]
            await pilot.pause()
            assert read_off(screen) == []
            screen.show(WAITING)
            await pilot.pause()
            assert said not in words(screen)
        assert read_off(screen) == [SECRET]
        assert closed == []


async def test_a_device_that_is_gone_is_told_of() -> None:
    async with linking() as (screen, pilot, closed):
        screen.gone()
        await pilot.pause()
        assert "no longer knows this device" in words(screen)
        assert "Link a phone to Kim" in words(screen)
        assert read_off(screen) == []
        await pilot.press("escape")
        await pilot.pause()
        assert closed == [False]


@pytest.mark.parametrize(
    ("device", "said"),
    [
        (WAITING, "No other code has come for 60 s"),
        (Device(WAITING.id, DeviceState.UNLINKED), "has sent no code"),
    ],
)
async def test_a_code_that_is_not_followed_by_another_is_told_of(device: Device, said: str) -> None:
    async with linking(device, seen=time.monotonic() - 30) as (screen, pilot, _):
        assert said not in words(screen)
        screen._since -= 31
        screen._tick()
        await pilot.pause()
        assert said in words(screen)
        screen.show(Device(WAITING.id, DeviceState.UNLINKED, qr=NEXT))
        await pilot.pause()
        assert said not in words(screen)


async def test_a_phone_that_was_linked_behind_another_dialog_closes_the_screen() -> None:
    async with linking() as (screen, pilot, closed):
        screen.app.push_screen(MenuScreen("another dialog", [Entry("y", "Yes", "yes")]))
        await pilot.pause()
        screen.show(Device(WAITING.id, DeviceState.READY))
        await pilot.pause()
        assert closed == []
        await pilot.press("escape")
        await until(lambda: closed == [True])


# The picture.


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def read_in(path: Path) -> list[str]:
    with Image.open(path) as picture:
        return scanned(picture.convert("L").convert("RGB"))


async def test_the_picture_is_private_follows_the_code_and_goes(tmp_path: Path) -> None:
    directory = tmp_path / "cache"
    async with linking(directory=directory) as (screen, pilot, _):
        assert not directory.exists()
        await pilot.press("i")
        (path,) = await until(lambda: files(directory))
        await until(lambda: str(path) in screen._told)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert read_in(path) == [SECRET]
        screen.show(Device(WAITING.id, DeviceState.UNLINKED, qr=NEXT))
        await until(lambda: read_in(path) == [NEXT])
        assert files(directory) == [path]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        screen.show(Device(WAITING.id, DeviceState.DISCONNECTED))
        await until(lambda: not files(directory))
        screen.show(WAITING)
        await until(lambda: [read_in(each) for each in files(directory)] == [[SECRET]])
        screen.show(Device(WAITING.id, DeviceState.READY))
        await until(lambda: not files(directory))


async def test_the_picture_goes_when_the_screen_or_watui_is_closed(tmp_path: Path) -> None:
    async with linking(directory=tmp_path) as (_, pilot, closed):
        await pilot.press("i")
        await until(lambda: files(tmp_path))
        await pilot.press("escape")
        await until(lambda: closed)
        await until(lambda: not files(tmp_path))
    async with linking(directory=tmp_path) as (_, pilot, _):
        await pilot.press("i")
        await until(lambda: files(tmp_path))
    assert not files(tmp_path)


async def test_what_was_asked_for_is_said_where_there_is_no_room_beside_the_code(tmp_path: Path) -> None:
    async with linking(directory=tmp_path, size=(62, 31)) as (screen, pilot, _):
        assert read_off(screen) == [SECRET]
        await pilot.press("i")
        await until(lambda: "Saved as" in words(screen))
        assert not screen.query_one(Code).display
        await pilot.press("m", "m", "m")
        await pilot.pause()
        assert read_off(screen) == [SECRET]


async def test_a_picture_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with linking(directory=tmp_path / "file" / "below") as (screen, pilot, _):
        await pilot.press("i")
        await until(lambda: "Not saved: " in words(screen))
        assert read_off(screen) == [SECRET]
    async with linking(Device(WAITING.id, DeviceState.STARTING), directory=tmp_path) as (screen, pilot, _):
        await pilot.press("i")
        await until(lambda: "no code yet" in words(screen))
    assert files(tmp_path) == [tmp_path / "file"]


def test_a_momentary_file_takes_no_other_ones_place(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"precious")
    file = Momentary(tmp_path / "own", ".png")
    first = file.put(b"one")
    assert first is not None
    first.unlink()
    first.symlink_to(kept)
    assert file.put(b"two") == first
    assert (first.read_bytes(), first.is_symlink(), kept.read_bytes()) == (b"two", False, b"precious")
    file.remove()
    assert file.put(b"three") != first
    file.close()
    assert file.put(b"four") is None
    assert files(tmp_path) == [kept]


# Over the wire.


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("WATUI_HOME", str(tmp_path))
    return tmp_path


async def shown(person: Person) -> PairingScreen:
    await until(lambda: isinstance(person.app.screen, PairingScreen))
    screen = person.app.screen
    assert isinstance(screen, PairingScreen)
    return screen


def notes(person: Person) -> list[str]:
    return [each.message for each in person.app._notifications]


async def test_codes_rotate_until_the_phone_is_linked_and_the_old_one_is_not_shown_again(
    profile: str, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with sitting(profile=profile, devices=0, unpaired=1) as person:
        gateway, app = person.gateway, person.app
        phone = gateway.acts.phones[person.device]
        screen = await shown(person)
        await until(lambda: read_off(screen) == [phone.qr])
        secrets = [phone.qr]
        gateway.pairing.show(phone)
        secrets.append(phone.qr)
        await until(lambda: read_off(screen) == [phone.qr])
        await person.pilot.press("i")
        await until(lambda: any(path.suffix == ".png" for path in files(home)))
        gateway.pair(person.device, name="Kim Petersen")
        await until(lambda: not isinstance(app.screen, PairingScreen))
        await until(lambda: "Kim Petersen is linked" in notes(person))
        await until(lambda: not any(path.suffix == ".png" for path in files(home)))
        await person.connected()
        # The gateway goes on serving the old one (contract quirk 36), however often it is asked.
        url = f"{gateway.url}/api/v1/devices/{person.device}"
        async with aiohttp.request("GET", url, headers={"x-api-key": gateway.key}) as answer:
            told = (await answer.json())["data"]
        assert told["qrCode"] == secrets[-1]
        assert device_of(told).qr is None
        asked = len(gateway.calls)
        app.network.kick()
        await until(lambda: [call for call in gateway.calls[asked:] if call["path"].endswith("/status")])
        device = app.store.devices[person.device]
        assert (device.state, device.qr, device.qr_picture) == (DeviceState.READY, None, None)
        app.dialogs.link()
        app.dialogs.link(person.device)
        await person.pilot.pause()
        assert not isinstance(app.screen, PairingScreen)
        assert notes(person)[-1] == "Kim Petersen is linked"
        for secret in secrets:
            assert secret is not None
            assert secret not in caplog.text
            assert secret not in "".join(notes(person))


async def test_a_chosen_device_is_linked_and_told_of_when_it_is_deleted(home: Path) -> None:
    async with sitting(devices=0, unpaired=2) as person:
        first = await shown(person)
        await person.pilot.press("escape")
        other = next(Safe(each) for each in person.gateway.devices if each != first.device)
        await until(lambda: other in person.app.store.devices)
        person.app.dialogs.link(other)
        screen = await shown(person)
        assert screen.device == other
        await until(lambda: read_off(screen) == [person.gateway.acts.phones[other].qr])
        person.app.network.delete_device(other)
        await until(lambda: "no longer knows this device" in words(screen))
        assert read_off(screen) == []


async def test_a_code_that_comes_only_as_a_picture_is_drawn(home: Path) -> None:
    async with sitting(devices=0, unpaired=1, qr_text=False) as person:
        phone = person.gateway.acts.phones[person.device]
        screen = await shown(person)
        await until(lambda: read_off(screen) == [phone.qr])
        device = person.app.store.devices[person.device]
        assert device.qr is None
        assert "PNG" not in repr(device)
        before = phone.qr
        person.gateway.pairing.show(phone)
        await until(lambda: read_off(screen) == [phone.qr])
        assert phone.qr != before
        await person.pilot.resize_terminal(80, 24)
        await person.pilot.press("m")
        await until(lambda: read_off(screen) == [phone.qr])


def test_a_secret_is_in_no_repr() -> None:
    device = Device(Safe("device-1"), DeviceState.UNLINKED, qr=SECRET, qr_picture=SECRET.encode())
    screen = PairingScreen(device, Momentary(Path("/nowhere"), ".png"), unread)
    for each in (device, DeviceChanged(device), screen):
        assert "Wm4t" not in repr(each)


@pytest.mark.parametrize(
    "url",
    [
        "data:image/svg+xml;base64,AAAA",
        "data:image/png;base64,",
        "data:image/png;base64,A A=",
        "data:image/png;base64,\u00e9\u00e9\u00e9\u00e9",
        "data:image/png;base64," + "A" * PICTURE_LIMIT,
        "https://example.org/x.png",
        7,
        None,
    ],
)
def test_a_picture_that_is_none_is_left_out(url: object) -> None:
    raw = {"deviceId": "device-1", "status": "qr", "qrDataUrl": url}
    assert device_of(raw).qr_picture is None


def test_a_picture_is_taken_only_while_it_is_wanted() -> None:
    raw = {"deviceId": "device-1", "status": "qr", "qrDataUrl": "data:image/png;base64,AAAA"}
    assert device_of(raw).qr_picture == b"\0\0\0"
    assert device_of(raw | {"qrCode": SECRET}).qr_picture is None
    assert device_of(raw | {"status": "ready"}).qr_picture is None
