"""What one does to messages and chats, over the real wire and with both kinds of gateway."""

import asyncio

import pytest

from tests.conftest import Person, sitting
from tests.waiting import until
from watui.caps import Cap
from watui.models import EVER, Kind, Message
from watui.panes.acts import FAR
from watui.screens.choosing import ChooseScreen
from watui.screens.confirm import ConfirmScreen, wanted
from watui.screens.emoji import EmojiScreen
from watui.screens.menu import MenuScreen
from watui.screens.search import SearchScreen
from watui.text import Safe

ALICE = "4915111111111@c.us"
BOB = "4915122222222@c.us"
NO_ROUTE = {"success": False, "error": {"message": "not found", "code": "NOT_FOUND", "status": 404}}


async def press(person: Person, *keys: str) -> None:
    await person.pilot.press(*keys)
    await person.pilot.pause()


async def reading(person: Person, jid: str = ALICE) -> None:
    """Open a chat with the keys in its thread, at its newest message."""
    await person.connected()
    await person.open(jid)
    person.app.screen.set_focus(person.app.thread)
    await press(person, "escape")
    if not person.app.thread.has_focus:
        person.app.screen.set_focus(person.app.thread)


async def at(person: Person, message_id: str) -> None:
    """Put the cursor on a message."""
    await until(lambda: person.app.thread.message(Safe(message_id)) is not None)
    person.app.thread.select(Safe(message_id))
    await person.pilot.pause()


async def until_seen(person: Person, words: str) -> None:
    """Wait until something is to be read on the screen."""
    for _ in range(200):
        if words in await person.screen():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(await person.screen())


def notes(person: Person) -> list[str]:
    """Give what was said in notes."""
    return [each.message for each in person.app._notifications]


async def noted(person: Person, words: str) -> None:
    await until(lambda: any(words in note for note in notes(person)))


def shown(person: Person, message_id: str, jid: str = ALICE) -> Message:
    return next(message for message in person.thread(jid) if message.id == message_id)


async def written(person: Person, text: str, jid: str = ALICE) -> Message:
    """Write a text and wait until the gateway has it."""
    person.app.screen.set_focus(person.app.composer)
    await person.write(text)
    found = await until(lambda: [m for m in person.thread(jid) if m.text == text and m.own and not m.local])
    person.app.screen.set_focus(person.app.thread)
    return found[-1]


# Replying.


async def test_a_reply_quotes_and_escape_drops_it(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        first = person.gateway.message(None, ALICE, "who comes?")
        await at(person, first)
        await press(person, "r")
        assert person.app.composer.has_focus
        assert "reply to" in await person.screen()
        assert "who comes?" in person.app.conversation.answering.words
        await press(person, "escape")
        assert not person.app.conversation.answering.display
        assert person.app.composer.has_focus  # the next one leaves the composer
        await press(person, "escape")
        await at(person, first)
        await press(person, "r")
        await person.write("me")
        assert not person.app.conversation.answering.display
        sent = await until(lambda: person.gateway.sends)
        assert (sent[-1]["text"], sent[-1]["quoted"]) == ("me", first)
        answer = await until(lambda: [m for m in person.thread(ALICE) if m.text == "me" and not m.local])
        assert answer[0].quote is not None
        assert answer[0].quote.text == "who comes?"
        await person.write("and more")
        await until(lambda: len(person.gateway.sends) == 2)
        assert person.gateway.sends[-1]["quoted"] is None


async def test_a_reply_belongs_to_its_chat() -> None:
    async with sitting() as person:
        await reading(person)
        person.gateway.message(None, BOB, "other")
        first = person.gateway.message(None, ALICE, "who comes?")
        await at(person, first)
        await press(person, "r", "m", "e")
        await person.open(BOB)
        assert not person.app.conversation.answering.display
        await person.open(ALICE)
        assert "who comes?" in person.app.conversation.answering.words
        assert person.app.composer.text == "me"


async def test_what_the_gateway_will_not_quote_is_said_before(profile: str) -> None:
    async with sitting(profile=profile, messages=0, chats=2) as person:
        jid = person.gateway.chat(None, "4915100000777@c.us", "Long", messages=150)
        await reading(person, jid)
        await press(person, "g")
        await until(lambda: len(person.thread(jid)) > 120)
        await press(person, "g")
        old = person.thread(jid)[5]
        await at(person, old.id)
        await press(person, "r")
        far = "too far back" in person.app.conversation.answering.words
        assert far == (profile == "whatsapi")
        await person.write("late")
        sent = await until(lambda: person.gateway.sends)
        assert sent[-1]["quoted"] == (None if far else old.id)
        person.app.screen.set_focus(person.app.thread)
        await at(person, old.id)
        await press(person, "f")
        if far:
            await noted(person, FAR)
        else:
            assert isinstance(person.app.screen, ChooseScreen)


# Reactions, edits, stars.


async def test_reacting_and_taking_it_back(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        first = person.gateway.message(None, ALICE, "who comes?")
        await at(person, first)
        await press(person, "+")
        if profile == "whatsapi":
            await noted(person, "react: this gateway cannot react")
            assert len(person.app.screen_stack) == 1
            return
        assert isinstance(person.app.screen, EmojiScreen)
        await press(person, *"tada", "enter")
        await until(lambda: [r.emoji for r in shown(person, first).reactions] == ["🎉"])
        assert shown(person, first).reactions[0].own
        await press(person, "+")
        await press(person, "enter")  # the last used one stands first, and is chosen already
        await until(lambda: not shown(person, first).reactions)


async def test_editing_an_own_text(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        mine = await written(person, "I come at sven")
        await at(person, mine.id)
        await press(person, "e")
        if profile == "whatsapi":
            await noted(person, "edit: this gateway cannot edit")
            return
        assert person.app.composer.text == "I come at sven"
        assert "edit" in person.app.conversation.answering.words
        person.app.composer.text = "I come at seven"
        person.app.composer.action_send()
        await until(lambda: shown(person, mine.id).text == "I come at seven")
        assert shown(person, mine.id).edited
        assert person.app.composer.text == ""
        assert len(person.gateway.sends) == 1
        theirs = person.gateway.message(None, ALICE, "fine")
        person.app.screen.set_focus(person.app.thread)
        await at(person, theirs)
        await press(person, "e")
        await noted(person, "only texts of one's own")


async def test_an_edit_that_fails_loses_no_text() -> None:
    async with sitting() as person:
        await reading(person)
        mine = await written(person, "I come at sven")
        await at(person, mine.id)
        await press(person, "e")
        person.gateway.faults("POST .*/edit", "fail_before")
        person.app.composer.text = "I come at seven"
        person.app.composer.action_send()
        await noted(person, "not edited")
        await until(lambda: person.app.composer.text == "I come at seven")
        assert "edit" in person.app.conversation.answering.words
        person.app.composer.action_send()
        await until(lambda: shown(person, mine.id).text == "I come at seven")


async def test_starring_and_the_list_of_stars(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        first = person.gateway.message(None, ALICE, "the address is 5 Elm Street")
        await at(person, first)
        await press(person, "*")
        if profile == "full":
            await until(lambda: shown(person, first).starred)
        else:
            await until(lambda: shown(person, first).starred_here)
            await noted(person, "starred here")
            person.app.network.kick()  # a page without the star takes it from nobody
        person.app.action_starred()
        await until(lambda: isinstance(person.app.screen, SearchScreen))
        await until_seen(person, "5 Elm Street")
        await press(person, "escape")
        await at(person, first)
        await press(person, "*")
        await until(lambda: not (shown(person, first).starred or shown(person, first).starred_here))


# Forwarding and deleting.


async def test_forwarding_to_several_chats(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        first = person.gateway.message(None, ALICE, "the address is 5 Elm Street")
        await at(person, first)
        await press(person, "f")
        assert isinstance(person.app.screen, ChooseScreen)
        await press(person, "tab", "down", "tab")
        names = person.app.screen.chosen_line.words
        assert "to 2:" in names
        await press(person, "enter")
        await until(lambda: len(person.gateway.sends) == 2)
        sent = person.gateway.sends
        assert {each["text"] for each in sent} == {"the address is 5 Elm Street"}
        assert {each["original"] for each in sent} == {first}
        assert len({each["chat"] for each in sent}) == 2
        await noted(person, "forwarded to")
        to = sent[0]["chat"]
        await person.open(to)
        await until(lambda: [m for m in person.thread(to) if m.id == sent[0]["id"] and m.forwarded])


async def test_what_cannot_be_found_to_forward_says_so() -> None:
    async with sitting(profile="whatsapi") as person:
        await reading(person)
        first = person.gateway.message(None, ALICE, "gone soon")
        await at(person, first)
        missing = {"success": False, "error": "Message not found"}
        person.gateway.faults("POST .*/forward", "status", code=404, body=missing)
        await press(person, "f", "enter")
        await noted(person, "not forwarded: the gateway finds only the newest 100 messages")


@pytest.mark.parametrize("own", [True, False])
async def test_deleting(profile: str, own: bool) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        if own:
            message_id = str((await written(person, "oh no")).id)
        else:
            message_id = person.gateway.message(None, ALICE, "oh no")
        await at(person, message_id)
        await press(person, "d")
        assert isinstance(person.app.screen, MenuScreen)
        await press(person, "e")
        if not own:
            await noted(person, "only its sender can")
            assert not person.gateway.deeds
            await press(person, "m")
        await until(lambda: shown(person, message_id).kind is Kind.REVOKED)
        assert "oh no" not in await person.screen()
        deed = person.gateway.deeds[-1]
        assert (deed["id"], deed["everyone"]) == (message_id, own)


async def test_a_call_that_is_missing_greys_itself(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        first = person.gateway.message(None, ALICE, "hello")
        await at(person, first)
        person.gateway.faults("POST .*/forward", "status", code=404, body=NO_ROUTE)
        await press(person, "f", "enter")
        await noted(person, "not forwarded: this gateway has no call for forwarding")
        await until(lambda: Cap.FORWARD not in person.app.store.caps)
        await at(person, first)
        await press(person, "enter")
        assert isinstance(person.app.screen, MenuScreen)
        screen = await person.screen()
        assert "this gateway cannot forward" in screen
        await press(person, "f")
        assert isinstance(person.app.screen, MenuScreen)  # what is greyed cannot be chosen


# Copying and opening.


async def test_copying_with_sender_and_time(clipboard: list[str]) -> None:
    async with sitting() as person:
        await reading(person)
        first = person.gateway.message(None, ALICE, "two\nlines")
        await at(person, first)
        await press(person, "Y")
        name = person.app.store.chats[person.key(ALICE)].name
        assert clipboard[-1].endswith(f"] {name}: two\nlines")
        assert clipboard[-1].startswith("[20")


async def test_opening_a_place_shows_it_whole(clipboard: list[str]) -> None:
    async with sitting() as person:
        await reading(person)
        where = {"latitude": 52.5163, "longitude": 13.3777, "name": "Brandenburg Gate"}
        first = person.gateway.message(None, ALICE, location=where)
        await at(person, first)
        await press(person, "o")
        assert isinstance(person.app.screen, MenuScreen)
        assert "geo:52.516300,13.377700" in await person.screen()
        await press(person, "c")
        assert clipboard[-1] == "52.516300,13.377700"


# Chats.


async def test_what_only_watui_knows_of_a_chat(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await reading(person, BOB)
        chat = person.app.store.chats[person.key(BOB)]
        assert not chat.pinned
        await press(person, "m", "p")
        assert person.app.store.chats[person.key(BOB)].pinned
        assert person.app.store.rows()[0].key == person.key(BOB) or person.app.store.rows()[0].pinned
        await press(person, "m")
        assert "only in watui" in await person.screen()
        await press(person, "m", "8")
        assert person.app.store.chats[person.key(BOB)].muted
        await press(person, "m", "m")
        assert not person.app.store.chats[person.key(BOB)].muted
        await press(person, "m", "m", "a")
        kept = person.app.store.chats[person.key(BOB)].kept
        assert kept is not None
        assert kept.muted_until == EVER
        await until(lambda: not person.app.store.chats[person.key(BOB)].waiting)
        await press(person, "m", "r")
        assert person.app.store.chats[person.key(BOB)].waiting
        await person.open(ALICE)
        await person.open(BOB)
        person.app.screen.set_focus(person.app.thread)
        assert not person.app.store.chats[person.key(BOB)].waiting
        person.gateway.message(None, BOB, "a list that has it otherwise")
        person.app.network.kick()
        await until(lambda: "a list that has it otherwise" in person.texts(BOB))
        assert person.app.store.chats[person.key(BOB)].pinned


async def test_archiving_outweighs_a_list_that_lags(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        await press(person, "m", "a")
        await noted(person, "archived")
        await until(lambda: person.app.store.chats[person.key(ALICE)].archived)
        person.app.network.kick()
        await person.gateway_asked("/chats")
        assert person.app.store.chats[person.key(ALICE)].archived
        await press(person, "m", "a")
        await until(lambda: not person.app.store.chats[person.key(ALICE)].archived)


@pytest.mark.parametrize("deleted", [False, True])
async def test_clearing_and_deleting_want_the_first_letters(profile: str, deleted: bool) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        name = person.app.store.chats[person.key(ALICE)].name
        await press(person, "m", "D" if deleted else "c")
        assert isinstance(person.app.screen, ConfirmScreen)
        await press(person, "x", "enter")
        await noted(person, f"type {wanted(name)}")
        await press(person, "backspace", *wanted(name).lower(), "enter")
        await until(lambda: person.gateway.deeds)
        await until(lambda: not person.thread(ALICE))
        if deleted:
            await until(lambda: person.key(ALICE) not in person.app.store.chats)
            assert person.app.open_chat is None
        person.app.network.kick()
        await person.gateway_asked("/chats")
        assert (person.key(ALICE) in person.app.store.chats) != deleted
        chat = person.app.store.chats.get(person.key(ALICE))
        assert chat is None or chat.preview is None
        person.gateway.message(None, ALICE, "here again")
        await until(lambda: person.key(ALICE) in person.app.store.chats)
        await person.open(ALICE)
        await until(lambda: person.texts(ALICE)[-1:] == ["here again"])
        assert len(person.texts(ALICE)) == 1
