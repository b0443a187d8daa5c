"""What was begun (a text, an edit, an answer) outlives whatever becomes of its chat meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import aiohttp

from tests.conftest import Person, sitting
from tests.test_actions import ALICE, BOB, at, noted, press, reading, shown, written
from tests.test_attaching import ready
from tests.test_catching_up import at as at_home
from tests.test_catching_up import gateway
from tests.waiting import until
from watui import commands as do
from watui import events as ev
from watui.bodies import Body, File, may_be
from watui.fetching import Fetching
from watui.files.cache import MediaCache
from watui.gateway.base import Gateway
from watui.models import Ack, Chat, ChatKey, Contact, Kind, LinkState, Media, Message
from watui.text import Safe

LID = "123456789012345@lid"
PHONE = Safe("4977000000@c.us")


@asynccontextmanager
async def editing(text: str = "") -> AsyncIterator[tuple[Person, Safe]]:
    """Sit down, begin a text, and then edit a message instead."""
    async with sitting() as person:
        await reading(person)
        mine = await written(person, "I come at sven")
        person.app.composer.text = text
        await at(person, mine.id)
        await press(person, "e")
        assert person.app.composer.text == "I come at sven"
        yield person, mine.id


def joins(person: Person) -> None:
    """Let it turn out that a chat under a LID and one under a number are the same."""
    lid, phone = Safe(LID), ChatKey(person.device, PHONE)
    person.app.apply(
        person.device, [ev.ContactsListed([Contact(lid, Safe("Lidia"), None, Safe("4977000000"))])]
    )
    chats = [*person.app.store.chats.values(), Chat(phone, Safe("Lidia"), 1)]
    person.app.apply(person.device, [ev.ChatsListed(chats)])


async def test_a_text_waits_while_a_message_is_edited() -> None:
    async with editing("begun") as (person, mine):
        app = person.app
        app.composer.text = "I come at sevn"
        person.gateway.message(None, BOB, "look here")
        await person.open(BOB)
        assert app.composer.text == ""
        await person.open(ALICE)
        assert app.composer.text == "I come at sevn"
        app.composer.text = "I come at seven"
        app.composer.action_send()
        await until(lambda: shown(person, mine).text == "I come at seven")
        assert app.composer.text == "begun"
        assert len(person.gateway.sends) == 1


async def test_an_edit_that_fails_is_given_back_beside_what_is_being_written() -> None:
    async with editing("begun") as (person, _):
        app = person.app
        person.gateway.faults("POST .*/edit", "fail_before")
        app.composer.text = "I come at seven"
        app.composer.action_send()
        await noted(person, "not edited")
        await until(lambda: app.composer.text == "I come at seven\nbegun")


async def test_an_edit_goes_on_when_its_chat_becomes_another_one() -> None:
    async with sitting() as person:
        app = person.app
        await reading(person)
        person.gateway.message(None, LID, "hi")
        await until(lambda: person.key(LID) in app.store.chats)
        await person.open(LID)
        mine = await written(person, "I come at sven", LID)
        await at(person, mine.id)
        await press(person, "e")
        joins(person)
        app.composer.text = "I come at seven"
        app.composer.action_send()
        await until(lambda: any(call["path"].endswith("/edit") for call in person.gateway.calls))
        assert len(person.gateway.sends) == 1  # the edit was not sent as a new text


async def test_an_edit_that_nothing_answers_says_so_when_its_device_goes() -> None:
    async with editing() as (person, _):
        person.gateway.faults("POST .*/edit", "stall", seconds=20.0)
        person.app.composer.text = "I come at seven"
        person.app.composer.action_send()
        await until(lambda: any(call["path"].endswith("/edit") for call in person.gateway.calls))
        address = f"{person.gateway.url}/api/v1/devices/{person.device}"
        headers = {"x-api-key": person.gateway.key}
        async with aiohttp.ClientSession() as other, other.delete(address, headers=headers) as answer:
            assert answer.status == 200
        person.app.network.kick()
        await noted(person, "not edited")


async def test_whoever_quits_while_editing_finds_the_text_that_was_begun(tmp_path: Path) -> None:
    async with gateway() as running:
        async with at_home(tmp_path, running) as person:
            await reading(person)
            mine = await written(person, "I come at sven")
            person.app.composer.text = "a long text"
            await at(person, mine.id)
            await press(person, "e")
            await person.app._leave()
        async with at_home(tmp_path, running) as person:
            await person.connected()
            assert person.app.composer.text == "a long text"


async def test_a_slash_command_keeps_the_answer() -> None:
    async with sitting() as person:
        await reading(person)
        first = person.gateway.message(None, ALICE, "who comes?")
        await at(person, first)
        await press(person, "r")
        await person.write("/location 52,oops")
        assert person.app.conversation.answering.display
        person.app.composer.text = ""
        await person.write("//me")
        sent = await until(lambda: person.gateway.sends)
        assert (sent[-1]["text"], sent[-1]["quoted"]) == ("/me", first)


async def test_a_file_answers_what_its_caption_would_have(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.4 x")
    async with sitting() as person:
        await reading(person)
        first = person.gateway.message(None, ALICE, "send me the pdf")
        await at(person, first)
        await press(person, "r")
        person.app.workshop.desk.offer([path])
        await ready(person)
        await press(person, "enter")
        sent = await until(lambda: person.gateway.sends)
        assert sent[-1]["quoted"] == first
        assert not person.app.conversation.answering.display


async def test_whoever_quits_while_a_caption_is_written_finds_it_again(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.4 x")
    async with gateway() as running:
        async with at_home(tmp_path, running) as person:
            await reading(person)
            person.app.composer.text = "here"
            person.app.workshop.desk.offer([path])
            await ready(person)
            await press(person, *" it is")
            await person.app._leave()
        async with at_home(tmp_path, running) as person:
            await person.connected()
            assert person.app.composer.text == "here it is"


async def test_clearing_a_chat_keeps_what_could_not_be_sent() -> None:
    async with sitting() as person:
        await reading(person)
        refusal = {"success": False, "error": "no way"}
        person.gateway.faults("POST .*/chats$", "status", code=400, body=refusal, times=9)
        await person.write("will fail")
        await until(lambda: [m for m in person.thread(ALICE) if m.local and m.error])
        person.app.workshop.dispatch.command(person.device, do.Clear(Safe(ALICE)))
        await noted(person, "all its messages are deleted")
        await until(lambda: person.texts(ALICE) == ["will fail"])


async def test_archiving_before_the_list_has_come_empties_no_chat(tmp_path: Path) -> None:
    async with gateway() as running:
        async with at_home(tmp_path, running) as person:
            await person.connected()
            known = set(person.app.store.chats)
        running.faults("GET .*/chats$", "stall", seconds=30.0, times=9)
        async with at_home(tmp_path, running) as person:
            await until(lambda: person.link() not in (None, LinkState.CONNECTING))
            person.app.workshop.dispatch.command(person.device, do.Archive(Safe(ALICE), True))
            await noted(person, "archived")
            assert set(person.app.store.chats) == known


def test_a_picture_that_is_sent_is_no_voice_note() -> None:
    body = Body(file=File("x.png", "image/png", b"x"))
    sent = body.message(Safe("watui:1"), Safe(ALICE), 1000, Ack.PENDING, Safe(""))
    found = Message(
        Safe("true_x"), Safe(ALICE), 2000, own=True, kind=Kind.IMAGE, media=Media(Safe("image/png"))
    )
    assert may_be(sent, found)
    assert not may_be(sent, replace(found, kind=Kind.VOICE, media=Media(Safe("audio/ogg"))))


async def test_a_file_that_is_stopped_before_it_begins_is_stopped(tmp_path: Path) -> None:
    told: list[ev.Event] = []
    fetching = Fetching(
        Safe("d"), cast("Gateway", None), MediaCache(tmp_path), tell=told.append, file=told.append
    )
    fetching.fetch(do.Fetch(Safe(ALICE), Safe("m"), 100, None), asyncio.create_task)
    fetching.stop(Safe("m"))  # both keys in one turn of the loop
    await until(lambda: [type(each) for each in told] == [ev.Failed])
