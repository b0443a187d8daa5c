"""What one does with the messages of the open chat, over the real wire: select, copy, find, jump, read on."""

from pathlib import Path

import pytest
from textual.events import Key

from tests.conftest import Person, sitting
from tests.test_actions import press
from tests.waiting import until
from watui.links import links
from watui.models import Kind
from watui.panes.acts import ACTS
from watui.panes.conversation import FindField
from watui.screens.info import InfoScreen
from watui.screens.menu import MenuScreen
from watui.screens.pager import PagerScreen
from watui.terminal import opening

ALICE = "4915111111111@c.us"
BOB = "4915122222222@c.us"


async def test_up_from_an_empty_composer_and_down_again(clipboard: list[str]) -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        await press(person, "up")
        thread = person.thread(ALICE)
        assert person.app.thread.selected == thread[-1]
        await press(person, "up", "y")
        assert clipboard[-1] == str(thread[-2].text)
        await press(person, "down", "down")
        assert person.app.thread.selected is None
        assert person.app.focused is person.app.composer
        await press(person, "h", "up")
        assert person.app.focused is person.app.composer  # what is written is not left by an arrow key


async def test_escape_goes_back_one_level_at_a_time() -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        app = person.app
        await press(person, "escape")
        assert app.focused is app.thread
        await press(person, "k", "escape")
        assert app.focused is app.thread
        assert app.thread.selected is None
        await press(person, "slash", "escape")
        assert app.focused is app.thread
        await press(person, "escape")
        assert app.chats.list.has_focus


async def test_enter_lists_what_can_be_done_and_a_letter_does_it(clipboard: list[str]) -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        person.gateway.message(None, ALICE, "see www.example.org/a and https://example.org/b")
        await until(lambda: links(person.thread(ALICE)[-1].text))
        await press(person, "escape", "k", "enter")
        assert isinstance(person.app.screen, MenuScreen)
        screen = await person.screen()
        shown = [act for act in ACTS if act.applies(person.thread(ALICE)[-1])]
        assert len(shown) >= 4
        assert all(act.words in screen for act in shown)
        await press(person, "y")
        assert clipboard == ["see www.example.org/a and https://example.org/b"]
        await press(person, "enter", "i")
        assert isinstance(person.app.screen, InfoScreen)
        await press(person, "escape", "v")
        assert isinstance(person.app.screen, PagerScreen)


async def open_the_only_link(person: Person) -> None:
    """Let a message with one link arrive in the open chat, and press the key that opens it."""
    await person.connected()
    await person.open(ALICE)
    person.gateway.message(None, ALICE, "https://example.org/only")
    await until(lambda: person.texts(ALICE)[-1] == "https://example.org/only")
    await press(person, "escape", "k", "o")


async def test_a_link_is_opened_where_there_is_a_browser_and_copied_where_not(
    clipboard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    desktop = [False]

    def open_url(url: str, _: object) -> bool:
        opened.append(url)
        return desktop[0]

    monkeypatch.setattr(opening, "open_url", open_url)
    async with sitting() as person:
        await open_the_only_link(person)
        assert clipboard == ["https://example.org/only"]
        desktop[0] = True
        await press(person, "o")
        assert opened == ["https://example.org/only"] * 2
        assert len(clipboard) == 1
        person.gateway.message(None, ALICE, "https://paypal.com@evil.example/ or https://example.org/b")
        await until(lambda: "evil" in person.texts(ALICE)[-1])
        await press(person, "G", "k", "o")
        screen = await person.screen()
        assert "not what it seems" in screen
        await press(person, "2")
        assert opened[-1] == "https://example.org/b"


async def test_the_quoted_message_is_gone_to_and_back(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await person.connected()
        await person.open(ALICE)
        person.gateway.message(None, ALICE, "an answer", quoted=person.thread(ALICE)[3].id)
        await until(lambda: person.texts(ALICE)[-1] == "an answer")
        answer = person.thread(ALICE)[-1]
        assert answer.quote is not None
        await press(person, "escape", "k", "q")
        selected = person.app.thread.selected
        assert selected is not None
        assert selected.id == answer.quote.id
        await press(person, "ctrl+o")
        selected = person.app.thread.selected
        assert selected is not None
        assert selected.id == answer.id


async def test_find_goes_on_to_older_pages_of_the_gateway(profile: str) -> None:
    async with sitting(profile=profile, messages=250) as person:
        await person.connected()
        long = max(
            (chat.jid for chat in person.app.store.chats),
            key=lambda jid: len(person.gateway.truth(None, jid)["messages"]),
        )
        kept = person.gateway.truth(None, long)["messages"]
        assert len(kept) >= 200
        await person.open(long)
        known = {message.id for message in person.thread(long)}
        texts = [str(item["body"] or "") for item in kept]
        wanted = next(
            n for n, item in enumerate(kept)
            if item["id"] not in known and item["type"] == "chat" and texts[n].isalnum() is False
            and texts[n].isascii() and 8 < len(texts[n]) < 60 and texts.count(texts[n]) == 1
            and not any(mark in texts[n] for mark in "*_~`@>[")
            and sum(texts[n].casefold() in text.casefold() for text in texts) == 1
        )  # fmt: skip
        await press(person, "escape", "slash")
        person.app.query_one(FindField).value = texts[wanted].upper()
        await until(lambda: person.app.thread.selected is not None)
        selected = person.app.thread.selected
        assert selected is not None
        assert selected.text == texts[wanted]
        assert "1 of 1" in await person.screen()
        await press(person, "enter")
        assert person.app.focused is person.app.thread
        await press(person, "n")
        await until(lambda: len(person.thread(long)) >= min(300, len(kept)))
        assert person.app.thread.selected is selected


async def test_the_next_unread_chat_is_one_key_away_from_anywhere() -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        person.gateway.message(None, BOB, "one")
        await until(lambda: person.app.store.chats[person.key(BOB)].unread)
        before = person.app.open_chat
        await press(person, "ctrl+n")
        assert person.app.open_chat not in (None, before)
        await press(person, "escape", "left_square_bracket")
        assert person.app.open_chat is not None


async def test_every_kind_has_something_to_copy_but_what_is_gone() -> None:
    async with sitting() as person:
        await person.connected()
        for chat in list(person.app.store.chats)[:12]:
            await person.open(chat.jid)
        messages = [m for thread in person.app.store.threads.values() for m in thread.timeline]
        assert len({message.kind for message in messages}) > 8
        copy = next(act for act in ACTS if act.name == "copy")
        assert all(copy.applies(m) for m in messages if m.kind is not Kind.TEXT or m.text)


def burst(person: Person, *keys: str) -> None:
    """Hand keys to the app all at once, as a slow line does; a pilot waits after each."""
    for key in keys:
        person.app.post_message(Key(key, key if len(key) == 1 else None))


async def test_a_key_that_comes_twice_opens_one_dialog() -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        await press(person, "escape", "k")
        for key in ("enter", "i", "v"):
            burst(person, key, key)
            await until(lambda: len(person.app.screen_stack) == 2)
            await press(person, "escape")
            assert len(person.app.screen_stack) == 1


async def test_keys_right_behind_escape_go_to_where_it_leads(clipboard: list[str]) -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        burst(person, "escape", "k")
        await until(lambda: person.app.thread.selected is not None)
        assert person.app.composer.text == ""
        await press(person, "slash", "e")
        burst(person, "escape", "y")
        await until(lambda: clipboard)
        burst(person, "escape", "escape", "slash")
        await until(lambda: person.app.chats.filtering)
        await press(person, "z", "q")
        burst(person, "enter", "escape")
        await until(lambda: not person.app.chats.filtering)
        await person.pilot.pause()
        assert person.app.open_chat == person.key(ALICE)
        assert person.app._query == ""


async def test_a_switcher_that_is_left_in_a_hurry_filters_nothing() -> None:
    async with sitting() as person:
        await person.connected()
        await press(person, "ctrl+k")
        burst(person, "x", "escape")
        await until(lambda: len(person.app.screen_stack) == 1)
        await person.pilot.pause()
        assert person.app._query == ""


async def test_a_link_is_not_opened_on_the_far_side_of_a_connection(
    clipboard: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text("#!/bin/sh\ntouch " + str(tmp_path / "opened"))
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    async with sitting() as person:
        await open_the_only_link(person)
        assert clipboard == ["https://example.org/only"]
        assert not (tmp_path / "opened").exists()


async def test_more_unread_than_fit_stay_unread_in_one_pane() -> None:
    async with sitting(size=(60, 24)) as person:
        await person.connected()
        for number in range(60):
            person.gateway.message(None, BOB, f"unread {number}")
        await until(lambda: person.app.store.chats[person.key(BOB)].unread >= 60)
        await person.open(BOB)
        screen = await person.screen()
        assert "unread 0" in screen
        assert person.app.store.chats[person.key(BOB)].unread >= 60


async def test_older_messages_that_cannot_be_read_are_said_to_be(profile: str) -> None:
    async with sitting(profile=profile, messages=250) as person:
        await person.connected()
        long = max(
            (chat.jid for chat in person.app.store.chats),
            key=lambda jid: len(person.gateway.truth(None, jid)["messages"]),
        )
        await person.open(long)
        first = person.gateway.truth(None, long)["messages"][0]["id"]
        person.gateway.message(None, long, "an answer", quoted=first)
        await until(lambda: person.texts(long)[-1] == "an answer")
        person.gateway.faults("GET .*messages", "status", times=50, code=500, body={"error": "x"})
        await press(person, "escape", "k", "q")
        await until(
            lambda: "cannot be read right now" in " ".join(n.message for n in person.app._notifications)
        )
        selected = person.app.thread.selected
        assert selected is not None
        assert selected.text == "an answer"


async def test_escape_leads_from_the_composer_to_the_thread_to_the_list_and_never_back() -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        app = person.app
        await press(person, "up", "escape")
        assert app.focused is app.thread
        await press(person, "escape")
        assert app.chats.list.has_focus


async def test_the_keys_for_the_next_unread_chat_can_be_pressed_again() -> None:
    async with sitting() as person:
        await person.connected()
        for jid in (ALICE, BOB):
            person.gateway.message(None, jid, "news")
        await until(lambda: all(person.app.store.chats[person.key(jid)].unread for jid in (ALICE, BOB)))
        await press(person, "n")
        first = person.app.open_chat
        await press(person, "n")
        assert person.app.chats.list.has_focus
        assert person.app.composer.text == ""
        assert person.app.open_chat != first
        await person.open(ALICE)
        await press(person, "escape", "right_square_bracket")
        assert person.app.focused is person.app.thread


async def test_a_chat_that_was_scrolled_opens_at_what_is_unread() -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(BOB)
        await press(person, "escape", "g")
        await person.open(ALICE)
        for number in range(3):
            person.gateway.message(None, BOB, f"news {number}")
        await until(lambda: person.texts(BOB)[-1] == "news 2")
        unread = person.app.store.chats[person.key(BOB)].unread
        await person.open(BOB)
        screen = await person.screen()
        assert f"{unread} unread" in screen
        assert "news 2" in screen


async def test_what_came_in_under_a_dialog_is_read_when_it_closes() -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        await press(person, "f1")
        person.gateway.message(None, ALICE, "under the help")
        await until(lambda: person.app.store.chats[person.key(ALICE)].unread == 1)
        await press(person, "escape")
        await until(lambda: person.app.store.chats[person.key(ALICE)].unread == 0)


async def test_all_matches_below_are_found_too() -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        person.gateway.message(None, ALICE, "a rhinoceros")
        await until(lambda: person.texts(ALICE)[-1] == "a rhinoceros")
        await press(person, "escape", "g", "k", "slash", *"rhino", "enter")
        await until(lambda: person.app.thread.selected is not None)
        selected = person.app.thread.selected
        assert selected is not None
        assert selected.text == "a rhinoceros"
        await press(person, "n")
        await until(lambda: "none older" in person.app.conversation.foot.words)


async def test_below_eighteen_rows_the_composer_says_to_whom_one_writes() -> None:
    async with sitting(size=(60, 14)) as person:
        await person.connected()
        await person.open(ALICE)
        assert "write to Alice" in await person.screen()
