"""Sending files: chosen, made to fit, and arriving as they are, or refused before they are read."""

import asyncio
import base64
import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Paste
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import TextArea

from tests.conftest import Person, Plain, sitting
from tests.gateway.conftest import Stub, opened, serving
from tests.pictures.making import noise, saved
from tests.waiting import until
from watui import attaching
from watui.attached import Attached, Planned, planned
from watui.attaching import Attaching
from watui.bodies import Body, File, overhead
from watui.files.sending import largest, read
from watui.gateway.base import GatewayError
from watui.models import ChatKey, Kind, LinkState, Quote
from watui.screens.attach import AttachScreen
from watui.screens.caption import CaptionScreen
from watui.text import Safe

ALICE = "4915111111111@c.us"
MARIA = Safe("Maria")
KEY = ChatKey(Safe("device"), Safe(ALICE))
LIMIT = 102_400


def made(path: Path, data: bytes = b"x") -> Path:
    path.write_bytes(data)
    return path


# What a file costs.

BODIES = [
    Body(file=File("a", "b/c", b"")),
    Body('two\nlines, "quotes" \\ и кириллица 😀', file=File('Фото "1" \\.png', "image/png", b"")),
    Body("  half a character \ud83d and blanks \t ", file=File("\u202ex" * 100, "text/plain", b"")),
    Body(
        "@4915100000001 look",
        quote=Quote(Safe("false_4915111111111@c.us_ABC"), None, Kind.TEXT, Safe("what?")),
        mentions=(Safe("4915100000001@c.us"), Safe("1234@lid")),
        file=File("x", "application/octet-stream", b""),
    ),
]


async def test_what_is_counted_is_what_is_sent_to_the_byte() -> None:
    async with serving(Stub()) as stub, opened(stub.url) as api:
        for body in BODIES:
            with suppress(GatewayError):
                await api.send(Safe("device"), Safe(ALICE), body.sound())
            assert len(stub.bodies[-1]) == overhead(Safe(ALICE), body), body
            assert json.loads(stub.bodies[-1])["media"]["data"] == ""


async def _nothing(_: int) -> bytes:
    return b""


def file(size: int, mimetype: str = "text/plain") -> Attached:
    return Attached(Safe("x"), size, mimetype, _nothing)


@given(st.lists(st.integers(1, 120), max_size=6), st.integers(0, 130))
def test_the_caption_goes_with_one_file_or_nothing_goes(sizes: list[int], length: int) -> None:
    caption = "x" * length
    plans = planned([file(size) for size in sizes], caption, lambda _, text: max(0, 100 - len(text)))
    fitting = [plan for plan in plans if plan.fits]
    assert [plan.file.size for plan in plans] == sizes
    assert all(plan.file.size + len(plan.caption) <= 100 for plan in fitting)
    if fitting:
        assert [plan.caption for plan in fitting if plan.caption] == [caption] * bool(caption)
    else:
        assert not any(size + length <= 100 for size in sizes)


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_size_that_is_too_large_is_never_told_as_one_that_fits(most: int, more: int) -> None:
    told, _, takes = Planned(file(most + more), "", most, most).too_large().partition("; ")
    number, unit = told.replace(",", "").split()
    assert float(number) * {"B": 1, "kB": 1000, "MB": 1_000_000}[unit] > most
    assert takes == f"this gateway takes {most:,} B at a time"


def test_too_large_says_whether_it_is_the_caption() -> None:
    assert Planned(file(80_000), "", 76_500, 76_500).too_large() == (
        "80 kB; this gateway takes 76,500 B at a time"
    )
    assert Planned(file(76_501), "", 76_500, 76_500).too_large().startswith("76,501 B; ")
    assert Planned(file(76_400), "x", 76_300, 76_500).too_large() == (
        "76,400 B; this gateway takes 76,300 B together with this caption"
    )


# The dialogs by themselves.


@dataclass
class Desk:
    """Somebody who sends files, and what came of it."""

    pilot: Pilot[None]
    sent: list[tuple[ChatKey, Body]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.attaching = Attaching(
            self.pilot.app,
            lambda key, body: self.sent.append((key, body)),
            lambda _, text: self.left.append(text),
        )

    @property
    def bodies(self) -> list[Body]:
        return [body for _, body in self.sent]

    @property
    def words(self) -> list[str]:
        return [each.message for each in self.pilot.app._notifications]

    def screen(self) -> str:
        return "\n".join(strip.text for strip in self.pilot.app.screen._compositor.render_strips())

    async def seen(self, *words: str) -> None:
        def all_there() -> bool:
            screen = " ".join(self.screen().split())
            return all(each in screen for each in words)

        try:
            await until(all_there, 5)
        except AssertionError:
            raise AssertionError(self.screen()) from None

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def typed(self, path: str) -> None:
        """Put a path into the picker's field."""
        self.pilot.app.screen._typed.value = path  # type: ignore[attr-defined]
        self.pilot.app.screen._typed.cursor_position = len(path)  # type: ignore[attr-defined]
        await self.pilot.pause()


@asynccontextmanager
async def desk(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Desk]:
    app = Plain()
    async with app.run_test(size=size, notifications=True) as pilot:
        yield Desk(pilot)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watui.screens.attach.SETTLE", 0)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A directory with a few things in it."""
    (tmp_path / "albums").mkdir()
    made(tmp_path / "albums" / "sea.png", b"\x89PNG\r\n\x1a\n")
    made(tmp_path / "list.txt", b"x" * 2000)
    made(tmp_path / "letter.pdf", b"%PDF-")
    made(tmp_path / "notes.txt", b"note")
    return tmp_path


async def test_a_path_is_completed_and_a_file_chosen(files: Path) -> None:
    async with desk((50, 20)) as person:
        answers: list[list[Path] | None] = []
        person.pilot.app.push_screen(AttachScreen(f"{files}/"), answers.append)
        await person.seen("albums/", "letter.pdf", "list.txt", "a directory; Tab opens it", "Enter takes")
        await person.press("down")
        await person.seen("5 B · application/pdf")
        await person.press("down", "pageup", "tab")
        await person.seen("sea.png", "8 B · image/png")
        await person.typed(f"{files}/no such")
        await person.seen("nothing here begins like that")
        await person.press("tab", "insert", "enter")
        assert not answers
        await person.typed(f"{files}/alb")
        await person.press("enter")  # into the directory
        await person.seen("sea.png")
        assert not answers
        await person.typed(f"{files}/L")
        await person.press("i", "enter")  # before that is listed
        await until(lambda: answers)
        assert answers == [[files / "list.txt"]]


async def test_several_files_are_marked_in_order(files: Path) -> None:
    async with desk() as person:
        answers: list[list[Path] | None] = []
        person.pilot.app.push_screen(AttachScreen(f"{files}/"), answers.append)
        await person.seen("notes.txt")
        await person.press("insert", "pagedown", "ctrl+@", "up", "up", "insert")
        await person.seen("2 marked: 1 notes.txt, 2 letter.pdf", "1 notes.txt", "2 letter.pdf")
        await person.press("up", "insert")  # not this one any more
        await person.seen("1 marked: 1 notes.txt")
        dropped = f"'{files}/letter.pdf' {files}/list.txt"
        person.pilot.app.screen.query_one("PathField").post_message(Paste(dropped))
        await person.seen("3 marked: 1 notes.txt, 2 letter.pdf, 3 list.txt")
        await person.press("enter")
        await until(lambda: answers)
        assert answers == [[files / "notes.txt", files / "letter.pdf", files / "list.txt"]]


async def test_what_is_pasted_and_no_file_is_a_part_of_the_path(files: Path) -> None:
    async with desk() as person:
        answers: list[list[Path] | None] = []
        person.pilot.app.push_screen(AttachScreen(f"{files}/"), answers.append)
        await person.seen("notes.txt")
        person.pilot.app.screen.query_one("PathField").post_message(Paste("alb\x1b[2J\nrm -rf"))
        await person.seen("alb␛[2J")
        await person.press("escape")
        await until(lambda: answers)
        assert answers == [None]


async def test_answers_to_what_was_typed_before_are_dropped(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def slow(typed: str, limit: int) -> list[str]:
        asked.append(typed)
        return [f"{typed} found"]

    monkeypatch.setattr("watui.screens.attach.complete", slow)
    async with desk() as person:
        person.pilot.app.push_screen(AttachScreen("a"))
        await person.press("b", "c")
        await person.seen("abc found")
        await person.press("backspace")
        await person.seen("ab found")
        assert "abc found" not in person.screen()


async def test_each_file_says_what_it_is_and_what_is_wrong_with_it(files: Path) -> None:
    async with desk((50, 20)) as person:
        big = made(files / "big.txt", bytes(80_000))
        key = made(files / "id_ed25519", b"secret")
        paths = [files / "list.txt", big, key, files / "none"]
        person.attaching.offer(KEY, MARIA, "see", paths)
        await until(lambda: "there is no file none; look at the path" in person.words)
        person.pilot.app.clear_notifications()
        await person.seen("Send 3 files to Maria", "1 list.txt", "2 kB · text/plain", "2 big.txt")
        await person.seen("80 kB; this gateway takes", "Enter sends 2 of 3 · Esc closes")
        await person.seen("this looks like a private key: whoever")
        await person.press("enter")
        await person.seen("Enter again sends it all the same")
        await until(
            lambda: person.words[-1:] and person.words[-1].endswith("in your name; Enter again sends it")
        )
        assert not person.sent
        await person.press("enter")
        await until(lambda: len(person.sent) == 2)
        assert [(body.text, body.file) for body in person.bodies] == [
            ("see", File("list.txt", "text/plain", b"x" * 2000)),
            ("", File("id_ed25519", "application/octet-stream", b"secret")),
        ]
        assert person.left[-1] == ""


async def test_escape_loses_no_caption(files: Path) -> None:
    async with desk() as person:
        person.attaching.directory = f"{files}/"
        person.attaching.choose(KEY, MARIA, "as it was")
        await person.seen("notes.txt")
        await person.press("escape")
        await until(lambda: person.left == ["as it was"])
        person.attaching.choose(KEY, MARIA, "two\nlines")
        await person.seen("notes.txt")
        await person.typed(f"{files}/albums/")
        await person.press("enter")
        await person.seen("Send a file to Maria", "sea.png", "two", "lines")
        await person.press("!", "ctrl+j", "x", "escape")
        await until(lambda: person.left[-1] == "two\nlines!\nx" and len(person.pilot.app.screen_stack) == 1)
        assert not person.sent
        assert person.attaching.directory == f"{files}/albums/"
        # Nothing to ask about, nothing to lose.
        person.attaching.offer(KEY, MARIA, "a draft", [files / "none"])
        await until(lambda: person.left[-1] == "a draft")
        assert len(person.pilot.app.screen_stack) == 1


async def test_what_was_changed_meanwhile_is_not_sent_and_nothing_is_lost(files: Path) -> None:
    async with desk() as person:
        person.attaching.offer(KEY, MARIA, "look", [files / "notes.txt", files / "list.txt"])
        await person.seen("notes.txt", "list.txt")
        made(files / "list.txt", b"another")
        await person.press("enter")
        await person.seen("list.txt was changed since it was chosen", "Enter sends 1 of 2", "look")
        assert not person.sent
        await person.press("enter")
        await until(lambda: person.sent)
        assert person.bodies == [Body("look", file=File("notes.txt", "text/plain", b"note"))]


async def test_what_is_typed_while_files_are_read_is_a_new_text() -> None:
    read_on = asyncio.Event()

    async def slow(_: int) -> bytes:
        await read_on.wait()
        return b"x"

    async def looked() -> Sequence[Attached]:
        return [Attached(Safe("x.txt"), 1, "text/plain", slow)]

    async with desk() as person:
        screen = CaptionScreen(MARIA, "first", looked, lambda *_: 10)
        answers: list[Any] = []
        person.pilot.app.push_screen(screen, answers.append)
        await person.seen("x.txt")
        await person.press("enter")
        await person.seen("reading…")
        await person.press("s", "e", "enter", "c")
        person.pilot.app.push_screen(ModalScreen[None]())  # such as the palette
        read_on.set()
        await until(lambda: screen.caption == "firstsec")
        assert not answers
        await person.pilot.app.pop_screen()
        read_on.clear()
        screen.query_one(TextArea).text = "first"
        await person.press("enter", "s", "e", "c")
        read_on.set()
        await until(lambda: answers)
        assert [body.text for body in answers[0].bodies] == ["first"]
        assert screen.caption == "sec"


async def test_a_picture_that_cannot_be_made_smaller_says_so(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = made(files / "broken.jpg", b"\xff\xd8\xff" + bytes(90_000))
    async with desk() as person:
        person.attaching.offer(KEY, MARIA, "", [broken])
        await person.seen("90 kB; this gateway takes", "Ctrl+S makes it fit", "it does not fit")
        await person.press("enter")
        await until(lambda: any("90 kB; this gateway takes" in words for words in person.words))
        person.pilot.app.clear_notifications()
        await person.press("ctrl+s")
        await person.seen("can be made smaller, and this is none of them", "it does not fit · Esc closes")
        await person.press("escape")
        monkeypatch.setattr("watui.screens.caption.INPUT", 89_999)
        person.attaching.offer(KEY, MARIA, "", [broken])
        await person.seen("Ctrl+S makes it fit")
        await person.press("ctrl+s")
        await person.seen("pictures of at most 0 MB are made smaller here")
        assert not person.sent


# Over the wire.


def attached_to(person: Person) -> tuple[Attaching, list[str]]:
    left: list[str] = []
    return Attaching(person.app, person.app.workshop.desk.send, lambda _, text: left.append(text)), left


async def ready(person: Person, names: int = 1) -> CaptionScreen:
    """Wait until the files are looked at."""

    def looked() -> CaptionScreen | None:
        screen = person.app.screen
        return screen if isinstance(screen, CaptionScreen) and len(screen.plans) == names else None

    found = await until(looked)
    await person.pilot.pause()
    assert found is not None
    return found


async def enter(person: Person) -> None:
    await person.pilot.press("enter")
    await person.pilot.pause()


def arrived(person: Person, count: int) -> Callable[[], bool]:
    return lambda: len(person.gateway.sends) == count


def content(person: Person, message_id: str) -> bytes:
    return base64.b64decode(person.gateway.file(None, message_id)["data"])


async def test_files_arrive_bit_by_bit_and_in_order(profile: str, tmp_path: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n" + os.urandom(70_000)
    names = {
        "photo.png": png,
        "one": b"1",
        'Фото "1" it\'s.png': png[:5000],
        "invoice\u202egpj.exe": b"MZ",
        "x" * 250 + ".txt": b"long",
    }
    paths = [made(tmp_path / name, data) for name, data in names.items()]
    async with sitting(profile=profile) as person:
        await person.connected()
        await person.open(ALICE)
        attaching, left = attached_to(person)
        attaching.offer(person.key(ALICE), MARIA, "all of them", paths)
        await ready(person, len(paths))
        await enter(person)
        await until(arrived(person, 5))
        sends = person.gateway.sends
        assert [send["sha256"] for send in sends] == [
            hashlib.sha256(data).hexdigest() for data in names.values()
        ]
        assert [send["text"] for send in sends] == ["all of them", "", "", "", ""]
        assert [send["filename"] for send in sends] == [name.replace("\u202e", "") for name in names]
        assert sends[0]["mimetype"] == "image/png"
        assert content(person, sends[0]["id"]) == png
        assert left[-1] == ""
        long = "y" * 296 + ".png"
        attaching.offer_bytes(
            person.key(ALICE), MARIA, "", data=png, mimetype="image/png", filename=f"\u202e{long}"
        )
        await ready(person)
        await enter(person)
        await until(arrived(person, 6))
        assert content(person, person.gateway.sends[-1]["id"]) == png
        assert person.gateway.sends[-1]["filename"] == long[:255]


async def test_the_largest_file_arrives_and_a_byte_more_is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caption = 'ein "Maß" 😀\n2'
    body = Body(caption, file=File("Größe.bin", "application/octet-stream", b""))
    most = largest(LIMIT, overhead(Safe(ALICE), body))
    fits, over = tmp_path / "fits", tmp_path / "over"
    fits.mkdir()
    over.mkdir()
    made(fits / "Größe.bin", os.urandom(most))
    made(over / "Größe.bin", os.urandom(most + 1))
    text = made(tmp_path / "book.txt", bytes(80_000))
    was_read: list[Path] = []

    def spy(outgoing: Any, limit: int) -> bytes:
        was_read.append(outgoing.path)
        return read(outgoing, limit)

    monkeypatch.setattr(attaching, "read", spy)
    async with sitting(profile="whatsapi") as person:
        await person.connected()
        await person.open(ALICE)
        sending, left = attached_to(person)
        for path, words in (
            (over / "Größe.bin", f"{most + 1:,} B; this gateway takes {most:,} B together with this caption"),
            (text, "80 kB; this gateway takes"),
        ):
            sending.offer(person.key(ALICE), MARIA, caption, [path])
            screen = await ready(person)
            assert screen.plans[0].too_large().startswith(words)
            assert words.partition(" takes")[0] in await person.screen()
            await enter(person)
            assert isinstance(person.app.screen, CaptionScreen)
            await person.pilot.press("escape")
            await person.pilot.pause()
        assert (was_read, person.gateway.sends, left) == ([], [], [caption, caption])
        sending.offer(person.key(ALICE), MARIA, caption, [fits / "Größe.bin"])
        await ready(person)
        await enter(person)
        await until(arrived(person, 1))
        assert (person.gateway.sends[0]["size"], person.gateway.sends[0]["text"]) == (most, caption)
        assert content(person, person.gateway.sends[0]["id"]) == (fits / "Größe.bin").read_bytes()


async def test_a_large_photo_is_made_to_fit_before_it_is_sent(tmp_path: Path) -> None:
    photo = made(tmp_path / "holiday.png.webp", saved(noise(2200, 1700), "JPEG", quality=98))
    assert photo.stat().st_size > 2_900_000
    async with sitting(profile="whatsapi") as person:
        await person.connected()
        await person.open(ALICE)
        sending, left = attached_to(person)
        sending.offer(person.key(ALICE), MARIA, "the sea", [photo])
        screen = await ready(person)
        assert "Ctrl+S makes it fit" in await person.screen()
        await person.pilot.press("ctrl+s")
        await until(lambda: screen.plans[0].fits)
        await person.pilot.pause()
        plan = screen.plans[0]
        assert plan.file.note.startswith(f"{photo.stat().st_size / 1e6:.1f} MB → 7")
        assert plan.file.note in await person.screen()
        assert not person.gateway.sends
        await enter(person)
        await until(arrived(person, 1))
        sent = person.gateway.sends[0]
        assert (sent["text"], sent["filename"], sent["mimetype"]) == (
            "the sea",
            "holiday.png.jpg",
            "image/jpeg",
        )
        assert plan.most * 0.8 < sent["size"] <= plan.most
        assert left[-1] == ""


async def test_a_file_waits_like_a_text_while_the_gateway_is_away(tmp_path: Path) -> None:
    path = made(tmp_path / "later.txt", b"later")
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        await person.gateway.stop_listening()
        await until(lambda: person.link() is LinkState.OFFLINE)
        sending, _ = attached_to(person)
        sending.offer(person.key(ALICE), MARIA, "when you are back", [path])
        await ready(person)
        await enter(person)
        await until(lambda: person.thread(ALICE)[-1].local)
        path.unlink()  # it is in the outbox, whole
        await person.gateway.restart()
        person.app.action_retry()
        await until(arrived(person, 1))
        assert content(person, person.gateway.sends[0]["id"]) == b"later"
