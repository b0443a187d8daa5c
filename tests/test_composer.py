"""The composer: what keys do while candidates are offered, mentions, undo, earlier texts, and the limit."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.widgets.text_area import Selection

from watui.messages import Sent
from watui.models import ChatKey
from watui.panes.completions import Completions
from watui.panes.composer import LIMIT, NEAR, Composer
from watui.panes.conversation import Conversation
from watui.terminal.paste import PasteGuard
from watui.text import Safe, cell_len
from watui.written import CAP, Written

GROUP = ChatKey(Safe("one"), Safe("1-2@g.us"))
OTHER = ChatKey(Safe("one"), Safe("49151@c.us"))

MEMBERS = (
    (Safe("491@c.us"), Safe("Maria Oliveira"), Safe("+491")),
    (Safe("492@lid"), Safe("Maria Oliveira"), Safe("")),
    (Safe("493@c.us"), Safe("[@click=app.quit]Mo[/] مرحبا"), Safe("+493")),
)


class Desk(App[None]):
    """The conversation alone, in watui's look."""

    CSS_PATH = Path(__file__).parent.parent / "watui.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "out", priority=True)]

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []

    def compose(self) -> ComposeResult:
        yield Conversation(id="conversation")

    def action_out(self) -> None:
        self.query_one(Conversation).retreat()

    @on(Sent)
    def _sent(self, message: Sent) -> None:
        self.sent.append(message)


@dataclass
class Writing:
    """Somebody who writes."""

    app: Desk
    pilot: Pilot[None]
    asked: list[str] = field(default_factory=list)

    @property
    def composer(self) -> Composer:
        return self.app.query_one(Composer)

    @property
    def list(self) -> Completions:
        return self.app.query_one(Conversation).completions

    async def rows(self) -> Sequence[str]:
        """Read what is offered off the screen."""
        await self.pilot.pause()
        return [strip.text for strip in self.list._painted.values()] if self.list.display else []

    @property
    def texts(self) -> Sequence[str]:
        return [each.text for each in self.app.sent]

    async def burst(self, *keys: str) -> str:
        """Press keys faster than they are worked off; give the text that they lead to."""
        for key in keys:
            character = {"space": " ", "asterisk": "*", "underscore": "_", "at": "@", "colon": ":"}.get(key)
            self.app.post_message(events.Key(key, character or (key if len(key) == 1 else None)))
        # All that the keys lead to has gone this way, and a pause of the pilot takes ten times as long.
        for each in (self.app, self.composer, self.app.query_one(Conversation), self.app, self.composer):
            done = asyncio.Event()
            each.call_later(done.set)
            await done.wait()
        return self.composer.text

    async def type(self, text: str, *keys: str) -> str:
        return await self.burst(*text, *keys)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take keys for typed however quick a test presses them."""
    monkeypatch.setattr(PasteGuard, "INTERVAL", 0.0)


@asynccontextmanager
async def writing(chat: ChatKey = GROUP, size: tuple[int, int] = (60, 20)) -> AsyncIterator[Writing]:
    app = Desk()
    async with app.run_test(size=size, notifications=True) as pilot:
        person = Writing(app, pilot)
        app.query_one(Conversation).show_draft(chat, "")
        person.composer.show_members(MEMBERS)
        person.composer.focus()
        await pilot.pause()
        yield person


async def test_candidates_are_shown_chosen_with_keys_and_taken() -> None:
    async with writing() as person:
        await person.type("so :smi")
        assert len(await person.rows()) == 6
        assert [row[:2] for row in await person.rows()] == ["▌ ", *["  "] * 5]
        assert (await person.rows())[0].startswith("▌ 😄  :smile:")
        assert (await person.rows())[0].rstrip().endswith("1/20")
        assert await person.burst("down", "down", "up", "tab") == "so 😏"
        assert not await person.rows()
        assert await person.type(" :joy", "enter") == "so 😏 😂"
        assert not person.texts  # Enter took the candidate
        assert await person.type(":smile:") == "so 😏 😂😄"
        assert await person.type(" :smi", "enter", "enter") == ""
        assert person.texts == ["so 😏 😂😄 😄"]


async def test_the_list_is_drawn_within_its_width_whatever_people_are_called() -> None:
    async with writing(size=(30, 20)) as person:
        await person.type("@")
        assert len(await person.rows()) == 3
        assert all(cell_len(row) == person.list.size.width for row in await person.rows())
        assert "[@click" in (await person.rows())[2]
        await person.type("mo", "tab")
        assert person.composer.text.startswith("@[@click=app.quit]Mo[/] ")


async def test_escape_closes_the_list_and_no_more_until_something_else_is_typed() -> None:
    async with writing() as person:
        await person.type("ok :smi")
        await person.burst("escape")
        assert person.composer.text == "ok :smi"
        assert person.app.focused is person.composer
        await person.type("le")
        assert not await person.rows()
        await person.type(" :jo")
        assert await person.rows()
        await person.burst("escape")
        await person.burst("enter")
        assert person.texts == ["ok :smile :jo"]
        await person.type("@m")
        await person.burst("escape", "escape")
        assert person.app.focused is not person.composer  # and the next one goes back a level
        assert person.composer.text == "@m"


async def test_enter_sends_where_nothing_is_offered_or_needed() -> None:
    async with writing() as person:
        person.composer.commands = [("leave", "", "leave this group"), ("leaves", "", "list the leaves")]
        await person.type("/leave")
        assert len(await person.rows()) == 2
        await person.burst("enter")
        await person.type(":DD", "enter")
        await person.type(":zzzz", "enter")
        assert person.texts == ["/leave", ":DD", ":zzzz"]
        assert await person.type("/lea", "down", "enter") == "/leaves"
        person.composer.text = ""
        person.composer.insert("pasted :smi")  # all at once
        await person.pilot.pause()
        assert not await person.rows()
        await person.burst("enter")
        await person.type(":smi", "left")  # the cursor went elsewhere
        await person.burst("enter")
        assert person.texts[3:] == ["pasted :smi", ":smi"]
        assert not await person.rows()


async def test_an_enter_in_a_paste_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with writing() as person:
        monkeypatch.setattr(PasteGuard, "INTERVAL", 1000.0)
        assert await person.type(":smi", "enter", "tab", *"x") == ":smi\n    x"
        assert not await person.rows()


async def test_a_click_takes_a_candidate_and_writing_goes_on() -> None:
    async with writing() as person:
        await person.type(":smi")
        assert await person.rows()
        await person.pilot.click(Completions, offset=(3, 1))
        await person.pilot.pause()
        assert await person.type("x") == "😏x"


async def test_who_is_mentioned_goes_out_by_number() -> None:
    async with writing() as person:
        assert await person.type("hi @mar", "tab") == "hi @Maria Oliveira +491 "
        assert await person.type("@mar", "down", "tab") == "hi @Maria Oliveira +491 @Maria Oliveira 492 "
        await person.type("@Maria")
        await person.burst("escape")
        await person.burst("enter")
        (sent,) = person.app.sent
        assert sent.text == "hi @491 @492 @Maria"
        assert sent.mentions == ("491@c.us", "492@lid")
        assert await person.burst("ctrl+up") == "hi @Maria Oliveira +491 @Maria Oliveira 492 @Maria"
        person.composer.show_draft(OTHER, "@Maria Oliveira +491")
        await person.type("", "enter")
        await person.type("@mar")
        assert not await person.rows()
        assert (person.texts[-1], person.app.sent[-1].mentions) == ("@Maria Oliveira +491", ())


async def test_members_that_come_late_are_offered_to_who_waits_for_them() -> None:
    async with writing() as person:
        person.composer.show_members(())
        await person.type("@mar")
        assert not await person.rows()
        person.composer.show_members(MEMBERS)
        await person.pilot.pause()
        assert len(await person.rows()) == 2


async def test_keys_typed_ahead_act_in_their_order() -> None:
    async with writing() as person:
        await person.type("helpo", "backspace", "left", "x", "end", "!", "ctrl+z", "?", "enter")
        assert person.texts == ["helxp?"]


async def test_what_was_cleared_comes_back_and_what_was_sent_does_not() -> None:
    async with writing() as person:
        await person.type("a long thought")
        assert await person.burst("ctrl+u") == ""
        assert await person.burst("ctrl+z") == "a long thought"
        assert await person.type(" :smi", "tab") == "a long thought 😄"
        assert await person.burst("ctrl+z") == "a long thought :smi"
        await person.burst("enter")
        assert await person.burst("ctrl+z") == ""
        person.app.query_one(Conversation).show_draft(OTHER, "begun")
        assert await person.burst("ctrl+z", "ctrl+z") == "begun"


async def test_earlier_texts_come_back_in_their_own_chat() -> None:
    async with writing() as person:
        await person.type("one", "enter")
        await person.type("two", "enter")
        await person.type("begun")
        assert await person.burst("ctrl+up") == "two"
        assert await person.burst("ctrl+up", "alt+up") == "one"
        assert await person.burst("ctrl+down", "ctrl+down", "alt+down") == "begun"
        person.composer.show_draft(OTHER, "")
        assert await person.burst("ctrl+up") == ""
        person.composer.show_draft(GROUP, "begun")
        moved = ChatKey(GROUP.device, Safe("3-4@g.us"))
        person.composer.write_to(moved)
        assert await person.burst("ctrl+up", "ctrl+z", "ctrl+down") == "begun"
        assert await person.burst("ctrl+up", "ctrl+up", "enter") == ""
        assert (person.app.sent[-1].chat, person.texts[-1]) == (moved, "one")


async def test_markers_typed_over_a_selection_go_around_it() -> None:
    async with writing() as person:
        await person.type("one two", "underscore")
        person.composer.selection = Selection((0, 7), (0, 3))  # backwards, with the blank
        assert await person.burst("asterisk") == "one *two*_"
        assert await person.burst("`") == "one `*two*`_"
        assert await person.burst("ctrl+z", "ctrl+z") == "one two_"
        person.composer.text = "a b\n\n c"
        person.composer.selection = Selection((0, 0), (2, 2))
        assert await person.burst("~") == "~a b~\n\n ~c~"
        person.composer.text = "x y"
        person.composer.selection = Selection((0, 1), (0, 2))
        assert await person.burst("asterisk") == "x*y"  # nothing but a blank was selected


async def test_a_text_is_counted_near_the_limit_and_not_sent_beyond_it() -> None:
    async with writing() as person:
        foot = person.app.query_one(Conversation).foot
        person.composer.text = "x" * NEAR
        await person.pilot.pause()
        assert "of" not in foot.words
        person.composer.text = "x" * (LIMIT + 1)
        await person.pilot.pause()
        assert foot.words.endswith("━ 65,537 of 65,536: too long ")
        assert cell_len(foot.words) == foot.size.width
        foot.show_typing((Safe("Ann"),))
        foot.show_state("3 new", "1 of 2")
        assert cell_len(foot.words) == foot.size.width
        await person.burst("enter")
        assert not person.texts
        assert len(person.composer.text) == LIMIT + 1
        (said,) = person.app._notifications
        assert "65,537 characters" in said.message
        await person.burst("delete", "enter")
        assert person.texts == ["x" * LIMIT]
        assert "of 65" not in foot.words


# Earlier texts, by themselves.


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(min_size=1), max_size=4 * CAP // 3), st.text(), st.integers(1, 2 * CAP))
def test_steps_back_and_forth_lead_to_what_was_begun(sent: list[str], begun: str, steps: int) -> None:
    written = Written()
    for text in sent:
        written.add(text)
    shown = begun
    back = 0
    while back < steps and (earlier := written.step(-1, shown)) is not None:
        shown = earlier
        back += 1
    kept = [text for place, text in enumerate(sent) if sent[place - 1 : place] != [text]]
    assert back == min(steps, len(kept), CAP)
    if back:
        assert shown == kept[-back]
    for _ in range(back):
        shown = written.step(1, shown) or ""
    assert shown == begun
    assert written.step(1, shown) is None


def test_a_text_that_was_left_for_another_one_is_not_lost() -> None:
    written = Written()
    written.add("one")
    assert written.step(-1, "begun") == "one"
    written.add("one, changed")
    assert written.step(-1, "") == "begun"
    assert written.step(-1, "begun") == "one, changed"
    assert written.step(-1, "changed again") == "one"
    assert written.step(1, "one") == "changed again"
