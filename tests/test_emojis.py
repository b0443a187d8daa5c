"""Emoji: found by name, one spelling of each, picked with keys and mouse, and read only when asked for."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from tests.conftest import Plain
from watui.emojis import USUAL, about, bare, find, named
from watui.screens.emoji import EmojiScreen
from watui.screens.menu import MenuList
from watui.text import cell_len, clean

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("smi", "😄"),
        (":smi", "😄"),
        (":smile:", "😄"),
        ("  Smile ", "😄"),
        ("heart", "❤️"),
        ("joy", "😂"),
        ("+1", "👍"),
        ("thumbs up", "👍"),
        ("thumbs_up", "👍"),
        ("dog", "🐶"),
        ("100", "💯"),
        ("eyes heart", "😻"),
        ("aland", "🇦🇽"),
        ("thumsup", "👍"),
    ],
)
def test_an_emoji_is_found_by_what_somebody_would_type(typed: str, first: str) -> None:
    assert find(typed, 50)[0].character == first


def test_a_name_that_begins_so_comes_before_one_that_holds_such_a_word() -> None:
    found = [each.alias for each in find("smi", 50)]
    assert found.index("smirk") < found.index("smiley_cat") < found.index("sweat_smile")
    assert len(find("smi", 3)) == 3


def test_names_that_are_only_alike_are_found_where_they_are_wanted() -> None:
    assert find("thumsup", 5, near=False) == []
    assert find("zqxj", 5) == find("", 5) == find(" : ", 5) == []


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=12) | st.sampled_from(["a", "fa", "man", "flag", "wo ", "e:"]))
def test_only_whole_emoji_without_skin_tones_are_found(typed: str) -> None:
    for each in find(typed, 30):
        assert not set(each.character) & set("🏻🏼🏽🏾🏿")
        assert clean(each.character) == each.character  # it survives the way into a message
        assert named(each.alias) is not None
        assert about(each.character) == each


def test_an_emoji_is_known_in_every_spelling() -> None:
    heart, thumb = about("❤"), about("👍🏽")
    assert heart is not None
    assert heart.character == "❤️"
    assert thumb is not None
    assert thumb.alias == "thumbsup"
    assert about("no emoji") is None
    assert named("smile") == named("Smile") == "😄"
    assert named("smi") is None
    assert bare("❤️") == bare("❤")
    assert all(about(each) for each in USUAL)


def test_the_table_is_not_read_before_somebody_looks_for_an_emoji() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import watui.panes.conversation, watui.screens.emoji, sys; print('emoji' in sys.modules)",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


# The picker.


@dataclass
class Picking:
    """A picker on the screen, and what it returned."""

    pilot: Pilot[None]
    answers: list[str | None] = field(default_factory=list)

    @property
    def menu(self) -> MenuList:
        return self.pilot.app.screen.query_one(MenuList)

    def lines(self) -> list[str]:
        strips = [self.menu.render_line(y) for y in range(self.menu.size.height)]
        assert all(cell_len(strip.text) == self.menu.size.width for strip in strips)
        return [strip.text.rstrip() for strip in strips]

    async def press(self, *keys: str) -> list[str | None]:
        """Press keys faster than they are worked off."""
        for key in keys:
            self.pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await self.pilot.pause()
        return self.answers


@asynccontextmanager
async def picking(
    *recent: str, chosen: frozenset[str] = frozenset(), size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Picking]:
    app = Plain()
    async with app.run_test(size=size) as pilot:
        asked = Picking(pilot)
        app.push_screen(EmojiScreen(recent, chosen), asked.answers.append)
        await pilot.pause()
        yield asked


async def test_the_last_used_come_first_and_ones_own_is_marked_in_words() -> None:
    async with picking("🎉", "👍", "👩🏽\u200d🚀", chosen=frozenset({"❤", "🦄"})) as asked:
        shown = [entry.value for entry in asked.menu.entries]
        assert shown == ["🎉", "👍", "👩🏽\u200d🚀", "❤", "🦄", "😂", "😮", "😢", "🙏"]
        lines = asked.lines()
        assert next(line for line in lines if line.startswith("▌")).endswith("party popper")
        assert [line.split()[1:] for line in lines if "your reaction" in line] == [
            ["red", "heart", "your", "reaction"],
            ["unicorn", "your", "reaction"],
        ]
        assert await asked.press("down", "down", "down", "enter") == ["❤"]  # as it was given


async def test_what_is_typed_is_what_is_picked() -> None:
    async with picking() as asked:
        for keys, value in (
            (["enter"], "👍"),
            ([":", *"sm", "down", "enter"], "😏"),
            (["pagedown", "enter"], "🙏"),
            (["x", "escape"], None),
        ):
            asked.answers.clear()
            assert await asked.press(*keys) == [value]
            asked.pilot.app.push_screen(EmojiScreen([], frozenset()), asked.answers.append)
            await asked.pilot.pause()


async def test_an_unknown_name_picks_nothing_and_enter_what_is_typed_by_then() -> None:
    async with picking() as asked:
        assert await asked.press("z", "q", "x", "enter") == []
        assert "nothing to choose from" in "".join(asked.lines())
        field = asked.pilot.app.screen.query_one(Input)
        field.value = "rocket"
        field.post_message(Input.Submitted(field, "rocket"))
        await asked.pilot.pause()
        assert asked.answers == ["🚀"]


@pytest.mark.parametrize("size", [(20, 8), (120, 40)])
async def test_a_click_picks_at_every_size(size: tuple[int, int]) -> None:
    async with picking("[@click=app.quit]x[/]", size=size) as asked:
        row = next(y for y, line in enumerate(asked.lines()) if line.startswith("▌"))
        await asked.pilot.click(MenuList, offset=(3, row))
        await asked.pilot.pause()
        assert asked.answers == ["[@click=app.quit]x[/]"]
