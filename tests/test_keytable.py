"""The keys are declared once: README, help, footer, menus and palette say what the bindings are."""

from pathlib import Path

import pytest
from textual.binding import Binding

from tests.conftest import Person, sitting
from tests.keytable import table, written
from tests.test_actions import at, press, reading
from watui.panes.acts import ACTS, CHAT_ACTS
from watui.panes.hints import Hints
from watui.panes.thread import ThreadPane
from watui.screens.help import HelpScreen
from watui.screens.menu import MenuList, MenuScreen

ALICE = "4915111111111@c.us"


def test_the_readme_holds_the_keys_as_they_are() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert written(readme) == table(), "python -m tests.keytable README.md writes it anew"


def test_every_act_is_bound_once_by_its_name_and_letter() -> None:
    bound = {b.id: b for b in ThreadPane.BINDINGS if isinstance(b, Binding)}
    for act in ACTS:
        binding = bound[f"thread.{act.name}"]
        assert (binding.key, binding.description) == (act.letter, act.words)
    assert len({act.name for act in ACTS}) == len(ACTS)
    assert len({act.letter for act in CHAT_ACTS}) == len(CHAT_ACTS)


def entries(person: Person) -> dict[str, tuple[str, str]]:
    screen = person.app.screen
    assert isinstance(screen, MenuScreen)
    return {entry.value: (entry.letter, entry.words) for entry in screen.query_one(MenuList).entries}


@pytest.mark.parametrize("profile", ["whatsapi"])
async def test_help_footer_menu_and_palette_say_the_same(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await reading(person)
        await at(person, person.gateway.message(None, ALICE, "see https://example.org"))
        message = person.app.thread.selected
        assert message is not None
        await press(person, "enter")
        wanted = {act.name: (act.letter, act.words) for act in ACTS if act.applies(message)}
        assert entries(person) == wanted
        await press(person, "escape")
        commands = {each.title: each.help for each in person.app.get_system_commands(person.app.screen)}
        for letter, words in wanted.values():
            assert commands[f"{words}: the selected message"] == f"Key {letter}"
        chat = person.app.store.chats[person.key(ALICE)]
        await press(person, "m")
        assert entries(person) == {act.name: (act.letter, act.words(chat)) for act in CHAT_ACTS}
        await press(person, "escape")
        for each in CHAT_ACTS:
            assert commands[f"{each.words(chat)}: this chat"] == f"Keys m {each.letter}"
        person.app.action_help()
        await person.pilot.pause()
        screen = person.app.screen
        assert isinstance(screen, HelpScreen)
        told = screen._content().plain
        hints = person.app.screen_stack[0].query_one(Hints)
        shown = [b for b in ThreadPane.BINDINGS if isinstance(b, Binding) and b.show]
        for binding in shown:
            assert binding.description.lower() in hints.words
        for act in ACTS:
            assert act.words in told
