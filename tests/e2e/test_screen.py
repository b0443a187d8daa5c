"""The whole way through watui with the keyboard, on terminals of every size it is made for."""

import asyncio
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets._toast import Toast

from tests.conftest import sitting
from tests.e2e.desk import ALICE, QUIET, Desk, gateway
from tests.waiting import until

SIZES = [(120, 40), (80, 24), (60, 20), (50, 18)]

CHATS, THREAD, COMPOSER = "Enter open", "Enter actions", "Enter send"
"""The hints by which one sees where the keys go."""


@pytest.fixture(scope="module")
def house() -> Iterator[dict[str, Any]]:
    with gateway(*QUIET, "--profile", "full") as ready:
        yield ready


@pytest.fixture
def desk(house: dict[str, Any], tmp_path: Path) -> Iterator[Desk]:
    with Desk(house, tmp_path) as desk:
        desk.live()
        yield desk
        if desk.terminal._code is None:
            desk.leave()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_whole_way(size: tuple[int, int], house: dict[str, Any], tmp_path: Path) -> None:
    words = f"from {size[0]} by {size[1]}"
    one_pane = size[0] < 72
    with Desk(house, tmp_path, size=size) as desk:
        desk.live()
        desk.until("Alice Bergmann")
        desk.until(CHATS)
        # Filter, and out of it.
        desk.send("/")
        desk.gone(CHATS)
        desk.type("castell")
        desk.gone("Alice Bergmann")
        desk.until("Bob Castellano")
        desk.send("\x1b")
        desk.until("Alice Bergmann")
        # Open, read, write.
        desk.open(ALICE)
        desk.until(COMPOSER)
        desk.until("Alice Bergmann")
        desk.type(words)
        desk.enter()
        desk.until("write a message")
        desk.until(lambda: desk.sends(words))
        desk.until(words)
        answer = f"to {size[0]} by {size[1]}"
        desk.do("message", chat=ALICE, text=answer)
        desk.until(answer)
        # Back, a level at a time.
        desk.send("\x1b")
        desk.until(THREAD)
        if one_pane:
            assert "Bob Castellano" not in desk.text
        desk.send("g")
        desk.until("▼")
        desk.send("G")
        desk.gone("▼")
        desk.send("\x1b")
        desk.until(CHATS)
        desk.until("Bob Castellano")
        # Help, from the list.
        desk.send("?")
        desk.until("everywhere")
        desk.send("\x1b")
        desk.gone("everywhere")
        # The switcher, closed and used.
        desk.send("\x0b")
        desk.until(lambda: desk.switching)
        desk.send("\x1b")
        desk.until(lambda: not desk.switching)
        desk.open(ALICE)
        desk.until(COMPOSER)
        assert desk.sends(words) == [words]
        desk.leave()
        desk.assert_clean()


def test_tab_goes_round_the_panes_and_back(desk: Desk) -> None:
    desk.until(CHATS)
    for hint in (THREAD, COMPOSER, CHATS):
        desk.send("\t")
        desk.until(hint)
    for hint in (COMPOSER, THREAD, CHATS):
        desk.send("\x1b[Z")
        desk.until(hint)


def test_a_paste_of_two_lines_is_one_message_that_waits_for_enter(desk: Desk) -> None:
    desk.open()
    desk.send("\x1b[200~pasted one\rpasted two\x1b[201~")
    desk.until("pasted two")
    assert desk.sends("pasted") == []
    desk.enter()
    desk.until("write a message")
    desk.until(lambda: desk.sends("pasted"))
    assert desk.sends("pasted") == ["pasted one\npasted two"]


def test_lines_that_come_too_fast_for_fingers_are_not_sent(desk: Desk) -> None:
    # As a paste comes in a terminal without bracketed paste.
    desk.open()
    desk.send("ahead one\rahead two\rahead three\r")
    desk.gone("write a message")
    desk.do("message", chat=ALICE, text="a moment later")
    desk.until("a moment later")
    assert desk.sends("ahead") == []


def test_lines_that_come_fast_stay_lines(desk: Desk) -> None:
    desk.open()
    desk.send("quick one\rquick two\rquick three")
    desk.until(lambda: all(f"quick {number}" in desk.text for number in ("one", "two", "three")), 2)
    desk.enter()
    desk.until(lambda: desk.sends("quick"), 2)
    assert desk.sends("quick") == ["quick one\nquick two\nquick three"]


def test_a_line_break_stays_between_letters_that_come_fast(desk: Desk) -> None:
    desk.open()
    desk.send("swift one\nswift two")
    desk.until(lambda: "swift one" in desk.text and "swift two" in desk.text, 2)
    desk.enter()
    desk.until(lambda: desk.sends("swift"), 2)
    assert desk.sends("swift") == ["swift one\nswift two"]


@pytest.mark.parametrize(
    "key",
    ["\n", "\x1b[13;2u", "\x1b\r", "\x1b[27;2;13~"],
    ids=["ctrl+j", "shift+enter", "alt+enter", "other"],
)
def test_keys_that_break_the_line(key: str, desk: Desk, request: pytest.FixtureRequest) -> None:
    word = request.node.callspec.id
    desk.open()
    desk.type(f"{word} upper")
    before = _line_of(desk, f"{word} upper")
    desk.send(key)
    desk.until(lambda: _line_of(desk, f"{word} upper") < before)
    desk.type(f"{word} lower")
    assert desk.sends(word) == []
    desk.enter()
    desk.until(lambda: desk.sends(word))
    assert desk.sends(word) == [f"{word} upper\n{word} lower"]


def _line_of(desk: Desk, words: str) -> int:
    return next((y for y, line in enumerate(desk.lines) if words in line), 999)


def test_a_theme_is_chosen_in_the_palette_and_remembered(house: dict[str, Any], tmp_path: Path) -> None:
    with Desk(house, tmp_path) as desk:
        desk.live()
        desk.send("\x10")
        desk.until("About this chat")
        desk.type("theme")
        desk.gone("About this chat")
        desk.enter()
        desk.until("nord")
        desk.type("gruvbox")
        desk.gone("nord")
        desk.enter()
        state = tmp_path / "state.json"
        desk.until(lambda: state.exists() and json.loads(state.read_text("utf-8")).get("theme") == "gruvbox")
        desk.leave()
    with Desk(house, tmp_path) as desk:
        desk.live()
        desk.leave()
        again = desk.terminal.raw
    with Desk(house, tmp_path / "other") as desk:
        desk.live()
        desk.leave()
        other = desk.terminal.raw
    assert _background(again) != _background(other)


def _background(raw: bytes) -> bytes:
    """The background colour that is asked for most."""
    colours = [part for part in raw.split(b"\x1b[") if b"48;" in part[:30]]
    named = [part.partition(b"m")[0].partition(b"48;")[2] for part in colours]
    return max(set(named), key=named.count)


def test_a_storm_of_new_sizes(desk: Desk) -> None:
    desk.open()
    dice = random.Random(5)
    for _ in range(150):
        desk.terminal.resize(dice.randint(1, 200), dice.randint(1, 60))
        if dice.random() < 0.2:
            desk.send("a")
    for cols, rows in [*SIZES, (120, 40)]:
        desk.terminal.resize(cols, rows)
        words = f"now {cols} wide"
        desk.do("message", chat=ALICE, text=words)
        desk.until(words)
        assert len(desk.lines) == rows
    desk.until("● live")
    desk.until("Alice Bergmann")


def test_the_terminal_itself_says_how_large_it_is(house: dict[str, Any], tmp_path: Path) -> None:
    with Desk(house, tmp_path, size=(120, 40), COLUMNS="60", LINES="20") as desk:
        desk.live()
        desk.until("write a message", 2)


async def test_a_second_click_on_a_toast_that_goes_is_no_end_of_watui() -> None:
    async with sitting() as person:
        await person.connected()
        for _ in range(12):
            person.app.notify("hello", markup=False)
            (toast,) = await until(lambda: [toast for toast in person.app.screen.query(Toast) if toast.size])
            x, y = toast.region.offset
            toast.post_message(events.Click(toast, 3, 1, 0, 0, 1, False, False, False, x + 3, y + 1))
            while toast.is_attached or toast in person.app.screen._compositor.full_map:
                again = events.MouseDown(None, x + 3, y + 1, 0, 0, 1, False, False, False, x + 3, y + 1)
                person.app.screen._forward_event(again)
                await asyncio.sleep(0)
