"""What is typed behind a slash: read, carried out, or left as it was with a reason."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Person, sitting
from tests.test_actions import noted, reading
from tests.waiting import until
from watui.models import EVER, Kind
from watui.screens.attach import AttachScreen
from watui.screens.menu import MenuScreen
from watui.screens.search import SearchScreen
from watui.slash import COMMANDS, location, parse, plain, silence

ALICE = "4915111111111@c.us"


@given(st.text())
def test_a_text_is_only_a_command_if_it_begins_with_one_slash(text: str) -> None:
    slashed = parse(text)
    assert (slashed is None) == (not text.startswith("/") or text.startswith("//"))
    assert plain(f"//{text}") == f"/{text}"
    if slashed is not None and not slashed.name:
        assert slashed.takes == text  # nothing of it is lost


@pytest.mark.parametrize(("typed", "name"), [(f"/{name} x", name) for name, _, _ in COMMANDS])
def test_every_command_is_read(typed: str, name: str) -> None:
    assert parse(typed) == (name, "x")


def test_what_is_no_command() -> None:
    for text in ("/", "/ x", "/Pin", "/pinned", "/etc/passwd", "/pin2 x", "/unknown"):
        assert parse(text) == ("", text)


@pytest.mark.parametrize(
    ("takes", "latitude", "longitude", "words"),
    [
        ("52.5163,13.3777", 52.5163, 13.3777, ""),
        ("-33.9, 151.2 the harbour", -33.9, 151.2, "the harbour"),
        ("0 0", 0.0, 0.0, ""),
        ("90,180 end", 90.0, 180.0, "end"),
    ],
)
def test_places(takes: str, latitude: float, longitude: float, words: str) -> None:
    found = location(takes)
    assert found is not None
    assert (found.place.latitude, found.place.longitude, found.words) == (latitude, longitude, words)


@pytest.mark.parametrize("takes", ["", "here", "91,0", "0,181", "52", "52,", "nan,nan", "1e5,0", "0,0x"])
def test_no_places(takes: str) -> None:
    assert location(takes) is None


def test_silences() -> None:
    assert silence("8h") == 8 * 3_600_000
    assert silence("1w") == 7 * 24 * 3_600_000
    assert silence("always") == silence("") == EVER
    assert silence("off") == 0
    assert silence("0h") is silence("soon") is silence("8") is None


async def typed(person: Person, text: str) -> None:
    person.app.screen.set_focus(person.app.composer)
    await person.write(text)


async def test_a_place_and_its_words(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        await typed(person, "/location 52.5163,13.3777 the gate")
        await until(lambda: len(person.gateway.sends) == 2)
        place, words = person.gateway.sends
        assert (place["location"]["latitude"], place["location"]["longitude"]) == (52.5163, 13.3777)
        assert (place["type"], words["type"], words["text"]) == ("location", "chat", "the gate")
        await until(lambda: [m for m in person.thread(ALICE) if m.kind is Kind.LOCATION and not m.local])
        await typed(person, "/location somewhere")
        await noted(person, "a location is a latitude and a longitude")
        assert person.app.composer.text == "/location somewhere"
        assert len(person.gateway.sends) == 2


async def test_a_card_reaches_whatsapp(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        names = person.app.store.names_of(person.device)
        await until(lambda: len(names) > 3)
        await typed(person, "/contact Nobody Knows")
        await noted(person, "nobody here is called Nobody Knows")
        assert person.app.composer.text == "/contact Nobody Knows"
        person.app.composer.text = ""
        await typed(person, f"/contact {names[person.key(ALICE).jid]}")
        sent = await until(lambda: person.gateway.sends)
        assert sent[0]["type"] == "vcard"
        assert "4915111111111" in sent[0]["text"]
        real = sent[0]["id"]
        card = await until(lambda: [m.cards for m in person.thread(ALICE) if m.id == real])
        assert card[0][0].name == names[person.key(ALICE).jid]


async def test_what_is_no_command_is_never_sent_unasked() -> None:
    async with sitting() as person:
        await reading(person)
        await typed(person, "/etc/passwd is a file")
        assert isinstance(person.app.screen, MenuScreen)
        await person.pilot.press("escape")
        await until(lambda: person.app.composer.text == "/etc/passwd is a file")
        assert not person.gateway.sends
        person.app.composer.action_send()
        await until(lambda: isinstance(person.app.screen, MenuScreen))
        await person.pilot.press("y")
        await until(lambda: person.gateway.sends)
        assert person.gateway.sends[0]["text"] == "/etc/passwd is a file"
        await until(lambda: not isinstance(person.app.screen, MenuScreen))
        await typed(person, "//pin is a command")
        await until(lambda: len(person.gateway.sends) == 2)
        assert person.gateway.sends[1]["text"] == "/pin is a command"


async def test_what_concerns_the_chat(tmp_path: Path) -> None:
    async with sitting() as person:
        await reading(person)
        key = person.key(ALICE)
        before = person.app.store.chats[key].pinned
        await typed(person, "/pin")
        assert person.app.store.chats[key].pinned != before
        await typed(person, "/mute 8h")
        assert person.app.store.chats[key].muted
        await typed(person, "/mute off")
        assert not person.app.store.chats[key].muted
        await typed(person, "/mute soon")
        await noted(person, "mute takes 8h")
        person.app.composer.text = ""
        await typed(person, "/archive")
        await until(lambda: person.app.store.chats[key].archived)
        await typed(person, "/export")
        await noted(person, "nothing is kept of this run")
        await typed(person, "/search boxes")
        await until(lambda: isinstance(person.app.screen, SearchScreen))
        await person.pilot.press("escape")
        await typed(person, "/file")
        await until(lambda: isinstance(person.app.screen, AttachScreen))
        assert not person.gateway.sends
