"""Files of messages, over the real wire: saved bit for bit, looked at, listened to, opened."""

import asyncio
import base64
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.conftest import Person, sitting
from tests.test_actions import at, noted, notes, press, reading
from tests.waiting import until
from watui import media
from watui.screens.menu import MenuScreen
from watui.screens.preview import PreviewScreen
from watui.terminal import output

ALICE = "4915111111111@c.us"


def picture(path: Path, size: tuple[int, int] = (64, 48)) -> bytes:
    """Make a PNG."""
    Image.effect_noise(size, 80).convert("RGB").save(path, "PNG")
    return path.read_bytes()


def sends_file(
    person: Person, data: bytes, filename: str | None = None, kind: str = "document", **more: Any
) -> str:
    """Let Alice send a file."""
    sent = {"data": base64.b64encode(data).decode(), **more}
    return person.gateway.message(None, ALICE, type=kind, filename=filename, media=sent)


def inside(directory: Path) -> list[Path]:
    return [*directory.iterdir()]


async def wants(person: Person, message_id: str, key: str) -> None:
    await at(person, message_id)
    person.app.screen.set_focus(person.app.thread)
    await press(person, key)


NAMES = {
    "plain.pdf": "plain.pdf",
    "../../x.pdf": "x.pdf",
    ".bashrc": "bashrc",
    "Größe.pdf": "Größe.pdf",
    'a "quoted" name.pdf': "a quoted name.pdf",
    "invoice\u202efdp.exe": "invoicefdp.exe",
    "Отчёт.pdf": "Отчёт.pdf",
}


async def test_saving_is_bit_exact_and_overwrites_nothing(profile: str, tmp_path: Path) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        for number, name in enumerate(NAMES):
            data = os.urandom(70_001)
            place = person.app.settings.downloads = tmp_path / str(number)
            place.mkdir()
            first = sends_file(person, data, name, mimetype="application/pdf")
            saved = place / NAMES[name]
            saved.write_bytes(b"mine")
            (place / f"{saved.stem} (1){saved.suffix}").symlink_to(tmp_path / "outside")
            person.app.clear_notifications()
            await wants(person, first, "s")
            if profile == "whatsapi" and any(ord(letter) > 255 for letter in name):
                await noted(person, "expired")
                assert ("in these letters" in notes(person)[-1]) == (name == "Отчёт.pdf")
                continue
            await noted(person, "saved as")
            made = place / f"{saved.stem} (2){saved.suffix}"
            assert made.read_bytes() == data
            assert made.stat().st_mode & 0o777 == 0o600
            assert saved.read_bytes() == b"mine"
            assert not (tmp_path / "outside").exists()
        calls = len(person.gateway.calls)
        first = next(m.id for m in person.thread(ALICE) if m.media and m.media.name == "plain.pdf")
        await wants(person, first, "s")  # what was fetched once is not fetched again
        await until((place / "plain.pdf").exists)
        assert not [call for call in person.gateway.calls[calls:] if "media" in call["path"]]


async def test_a_file_without_a_name_gets_one(profile: str, tmp_path: Path) -> None:
    async with sitting(profile=profile) as person:
        person.app.settings.downloads = tmp_path
        await reading(person)
        first = sends_file(person, b"x", kind="image", mimetype="image/png")
        await wants(person, first, "s")
        await noted(person, "saved as")
        (saved,) = inside(tmp_path)
        assert saved.name.startswith("photo-20")
        assert saved.suffix == ".png"
        assert saved.read_bytes() == b"x"


async def test_a_disk_that_is_full_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with sitting() as person:
        person.app.settings.downloads = tmp_path / "gone" / "deeper"
        await reading(person)
        await wants(person, sends_file(person, b"x", "x.pdf"), "s")
        await noted(person, "not saved: there is no directory")


async def test_what_the_gateway_cannot_give_says_why(profile: str, tmp_path: Path) -> None:
    async with sitting(profile=profile) as person:
        person.app.settings.downloads = tmp_path
        await reading(person)
        await wants(person, sends_file(person, b"x", "old.pdf", expired=True), "s")
        await noted(person, "old.pdf: the gateway could not get the file from WhatsApp")
        no_file = {"success": False, "error": "Message not found or not accessible"}
        person.gateway.faults("GET .*/download", "status", code=404, body=no_file)
        await wants(person, sends_file(person, b"x", "far.pdf"), "s")
        await noted(person, "far.pdf: the gateway finds files only in the newest 100")
        person.gateway.faults("GET .*/download", "truncate")
        await wants(person, sends_file(person, b"x" * 300_000, "cut.pdf"), "s")
        await noted(person, "cut.pdf: ")
        assert not inside(tmp_path)
        assert person.app.conversation.foot.words.strip("━─ ") == ""


async def test_stopping_a_file_that_is_on_its_way(tmp_path: Path) -> None:
    async with sitting() as person:
        person.app.settings.downloads = tmp_path
        await reading(person)
        first = sends_file(person, b"x" * 100, "slow.pdf")
        person.gateway.faults("GET .*/download", "stall", seconds=30.0)
        await wants(person, first, "s")
        await until(lambda: "⇣ slow.pdf" in person.app.conversation.foot.words)
        await wants(person, first, "s")
        await noted(person, "slow.pdf: stopped")
        assert not inside(tmp_path)
        person.gateway.clear_faults()
        await wants(person, first, "s")
        await noted(person, "saved as")


async def test_a_large_file_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "LIMIT", 1000)
    async with sitting() as person:
        person.app.settings.downloads = tmp_path
        await reading(person)
        first = sends_file(person, b"x" * 1001, "large.pdf")
        await wants(person, first, "s")
        await until(lambda: isinstance(person.app.screen, MenuScreen))
        assert "large.pdf is large" in await person.screen()
        assert not inside(tmp_path)
        await press(person, "y")
        await noted(person, "saved as")
        assert (tmp_path / "large.pdf").read_bytes() == b"x" * 1001


# Looking.


async def test_a_picture_is_shown_in_half_blocks(tmp_path: Path) -> None:
    async with sitting() as person:
        await reading(person)
        data = picture(tmp_path / "p.png")
        await wants(person, sends_file(person, data, kind="image", mimetype="image/png"), "p")
        await until(lambda: isinstance(person.app.screen, PreviewScreen))
        assert "▀▀" in await person.screen()
        await press(person, "escape")
        assert len(person.app.screen_stack) == 1
        bomb = b"\x89PNG\r\n\x1a\n" + b"no picture"
        await wants(person, sends_file(person, bomb, kind="image", mimetype="image/png"), "p")
        await until(lambda: len(notes(person)) == 1)
        await wants(person, sends_file(person, b"x", "x.pdf"), "p")
        await noted(person, "neither picture nor sound")


# Listening.


async def test_a_voice_note_is_played_and_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    player = tmp_path / "bin" / "mpv"
    player.parent.mkdir()
    started = tmp_path / "started"
    player.write_text(
        f"#!{sys.executable} -IS\nimport sys, time\n"
        f"open({str(started)!r}, 'a').write(repr(sys.argv[1:]) + '\\n')\ntime.sleep(60)\n"
    )
    player.chmod(0o700)
    monkeypatch.setenv("PATH", str(player.parent))
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.delenv("SSH_TTY", raising=False)
    async with sitting() as person:
        await reading(person)
        first = sends_file(person, b"OggS" + b"x" * 50, kind="ptt", duration=14)
        await wants(person, first, "p")
        await until(lambda: "▶ 0:00 of 0:14" in person.app.conversation.foot.words)
        await until(started.exists)
        await press(person, ">")
        await until(lambda: "×1.5" in person.app.conversation.foot.words)
        await until(lambda: "--speed=1.5" in started.read_text())
        await press(person, "p")
        await until(lambda: "▶" not in person.app.conversation.foot.words)
        await press(person, ">")
        await noted(person, "nothing is played")


async def test_the_waveform_of_a_voice_note_is_drawn_once_it_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = tmp_path / "bin" / "ffmpeg"
    decoder.parent.mkdir()
    decoder.write_text(f"#!{sys.executable} -IS\nimport sys\nsys.stdout.buffer.write(b'\\x00\\x40' * 6400)\n")
    decoder.chmod(0o700)
    monkeypatch.setenv("PATH", str(decoder.parent))
    async with sitting() as person:
        person.app.settings.downloads = tmp_path
        await reading(person)
        first = sends_file(person, b"OggS" + b"x" * 50, kind="ptt", duration=14)
        await wants(person, first, "s")
        await until(lambda: [m for m in person.thread(ALICE) if m.media is not None and m.media.waveform])
        assert "█" in await person.screen()


async def test_far_away_a_voice_note_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "somewhere")
    copied: list[str] = []

    def copy(_: Any, text: str, **__: Any) -> bool:
        copied.append(text)
        return True

    monkeypatch.setattr(output, "copy", copy)
    async with sitting() as person:
        person.app.settings.downloads = tmp_path
        await reading(person)
        first = sends_file(person, b"OggS" + b"x" * 50, kind="ptt", duration=14)
        await wants(person, first, "p")
        await noted(person, "saved as")
        await wants(person, sends_file(person, b"x", "x.pdf"), "o")
        await until(lambda: copied)
        assert copied == [str(tmp_path / "x.pdf")]


async def test_a_route_that_is_missing_greys_the_keys(profile: str) -> None:
    no_route = {"success": False, "error": {"message": "no", "code": "NOT_FOUND", "status": 404}}
    async with sitting(profile=profile) as person:
        await reading(person)
        first = sends_file(person, b"x", "x.pdf")
        person.gateway.faults("GET .*/download", "status", code=404, body=no_route)
        await wants(person, first, "s")
        await noted(person, "this gateway has no call for fetching the file")
        await asyncio.sleep(0)
        await wants(person, first, "s")
        await noted(person, "save the file: this gateway cannot fetch files")
