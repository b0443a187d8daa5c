"""Contacts and groups: found, written to, told about; over the real wire and with both kinds of gateway."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen

from tests.conftest import Person, sitting
from tests.making import ANA, BOB, TEAM, WORK, chat, message
from tests.waiting import until
from watui import events as ev
from watui.app import stylesheet
from watui.archive.about import Counted
from watui.archive.archive import Archive
from watui.archive.schema import FILE, connect
from watui.archive.search import Searching
from watui.models import EVER, ChatKey, Contact, Kept, Kind
from watui.names import Names, dialled
from watui.names import Person as Known
from watui.panes.details import About, DetailsPane, facts_of
from watui.panes.finder import FilterField
from watui.people import NOT_COUNTED, People
from watui.screens.about import NO_WRITES, AboutScreen, Asked, Fellow
from watui.screens.people import Listed, PeopleScreen, PersonAsked
from watui.store import Store
from watui.text import Safe

ALICE = "4915111111111@c.us"
NO_ROUTE = {"success": False, "error": {"message": "not found", "code": "NOT_FOUND", "status": 404}}
LID = Safe("123456789012345@lid")


class Room:
    """A person, and what the app is told by the people."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.people = person.app.workshop.people

    async def press(self, *keys: str) -> None:
        """Press keys that are no text; the pilot's own way takes four times as long."""
        for key in keys:
            self.person.app.simulate_key(key)
            await self.person.pilot.pause()

    async def sees(self, *words: str) -> str:
        """Wait until something is to be read on the screen."""
        screen = ""
        for _ in range(200):
            screen = await self.person.screen()
            if all(each in screen for each in words):
                return screen
        raise AssertionError(screen)

    @property
    def noted(self) -> list[str]:
        return [each.message for each in self.person.app._notifications]

    async def group(self) -> ChatKey:
        """Open a group in which one can see who is an admin."""
        await self.person.connected()
        chats = self.person.app.store.chats
        return next(key for key in chats if key.jid.endswith("@g.us"))


async def typed(screen: Screen[Any], pilot: Pilot[Any], text: str) -> None:
    """Let a text stand in the field; each key of it would cost its own time."""
    screen.query_one(FilterField).value = text
    await pilot.pause()


# Over the wire.


async def test_contacts_are_found_and_written_to(profile: str) -> None:
    async with sitting(profile=profile, messages=3) as person:
        room = Room(person)
        await person.connected()
        await until(lambda: len(person.app.store.people(person.device)) > 10)
        room.people.open()
        await room.sees("Contacts", "Bob Castellano", "business · +4930123456")
        await typed(person.app.screen, person.pilot, "alice b")
        await room.press("enter")
        assert person.app.open_chat == person.key(ALICE)
        await person.write("to somebody known")
        room.people.open()
        await room.sees("Contacts")
        await typed(person.app.screen, person.pilot, "0049 (171) 1234567")
        await room.press("enter")
        new = person.key("491711234567@c.us")
        assert person.app.open_chat == new
        await person.write("to somebody new")
        await until(lambda: len(person.gateway.sends) == 2)
        sent = [(each["chat"], each["text"]) for each in person.gateway.sends]
        assert sent == [(ALICE, "to somebody known"), (new.jid, "to somebody new")]
        await until(lambda: new in person.app.store.chats)


async def test_who_is_listed_can_be_looked_at_and_then_written_to() -> None:
    async with sitting(messages=3, chats=2) as person:
        room = Room(person)
        await person.connected()
        await until(lambda: person.app.store.people(person.device))
        room.people.open()
        await room.sees("Contacts", "Alice Bergmann")
        await typed(person.app.screen, person.pilot, "alice")
        await room.press("tab")
        await room.sees("Write to Alice Bergmann", "+4915111111111", "in the address book", "known here")
        await room.press("escape")
        assert isinstance(person.app.screen, PeopleScreen)
        await room.press("tab", "enter")
        await until(lambda: len(person.app.screen_stack) == 1)
        assert person.app.open_chat == person.key(ALICE)


async def test_a_group_tells_who_is_in_it(profile: str) -> None:
    async with sitting(profile=profile, messages=3, size=(80, 40)) as person:
        room = Room(person)
        key = await room.group()
        room.people.about(key)
        await room.sees("Write in the group", "made the group · +", "you", "5, 2 of them admins", "says")
        await room.press("end", "enter")
        assert any(f"Join one by invitation: {NO_WRITES}" in note for note in room.noted)
        assert isinstance(person.app.screen, AboutScreen)
        await room.press("slash")
        await typed(person.app.screen, person.pilot, "bob")
        assert "Ewan" not in await room.sees("1 found", "Bob Castellano")
        await room.press("escape")
        await room.sees("Members", "Ewan Ashworth", "Rename it")
        await room.press("a")
        await until(lambda: person.app.composer.text.count("@") == 4)
        assert person.app.open_chat == key
        await person.write("all of you")
        sent = await until(lambda: person.gateway.sends)
        assert len(sent[0]["mentions"]) == 4
        room.people.about(key)
        await room.sees("Bob Castellano")
        screen = person.app.screen
        assert isinstance(screen, AboutScreen)
        screen.action_move(4)
        await room.press("enter")
        assert person.app.open_chat == person.key("14155550123@c.us")  # oneself, who made it, then Bob
        told: list[About] = []
        room.people.follow(person.app.open_chat, told.append)
        assert told[0].groups == [person.app.store.chats[key].name]


async def test_a_gateway_that_does_not_tell_the_members(profile: str) -> None:
    async with sitting(profile=profile, messages=3, chats=6) as person:
        person.gateway.faults("GET .*/participants", "status", code=404, body=NO_ROUTE)
        room = Room(person)
        room.people.about(await room.group())
        await room.sees("Members: this gateway does not tell who is in a group")
        await room.press("a")
        assert isinstance(person.app.screen, AboutScreen)
        await room.press("escape")
        before = len(person.gateway.calls)
        room.people.about(await room.group())
        await room.sees("Members: this gateway does not tell who is in a group")
        calls = [call["path"] for call in person.gateway.calls[before:]]
        assert not [path for path in calls if path.endswith("/participants")]


async def test_whoever_follows_a_chat_is_told_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watui.people.COUNT_AGAIN", 0.01)
    async with sitting(messages=3, chats=6) as person:
        room = Room(person)
        await person.connected()
        await person.open(ALICE)
        told: list[About] = []
        room.people.follow(person.key(ALICE), told.append)
        assert told[0].name == "Alice Bergmann"
        counted = (await until(lambda: [each.counted for each in told if each.counted]))[-1]
        person.gateway.message(None, ALICE, "look at https://watui.example")
        await until(lambda: told[-1].counted and told[-1].counted.links == counted.links + 1)
        room.people.follow(None, told.append)
        before = len(told)
        person.gateway.message(None, ALICE, "unheard")
        await until(lambda: "unheard" in person.texts(ALICE))
        assert len(told) == before


class Filed:
    """A network thread of which nothing is needed but its archive's file."""

    durable = True

    def __init__(self, path: Path) -> None:
        self.path = path

    def searching(self) -> Searching:
        return Searching(self.path)


@pytest.mark.parametrize("broken", [False, True])
async def test_a_file_is_asked_beside_everything_else(tmp_path: Path, broken: bool) -> None:
    path = tmp_path / FILE
    with closing(connect(path)) as base:
        archive = Archive(base)
        archive.put(ChatKey(WORK, ANA), replace(message(), kind=Kind.IMAGE))
        archive.put(ChatKey(WORK, TEAM), message("m2", TEAM, sender=ANA))
        archive.commit()
        if broken:
            base.execute("DROP TABLE messages")
    store = Store()
    store.apply(WORK, [ev.ChatsListed([chat(TEAM, "Team")])], 0.0)
    told: list[About] = []
    async with staged() as (app, _):
        network = Filed(path)
        people = People(app, store, network, chosen=print, mention=print)  # type: ignore[arg-type]
        people.follow(ChatKey(WORK, ANA), told.append)
        await until(lambda: len(told) > 1)
        if broken:
            assert told[-1].trouble == NOT_COUNTED
        else:
            assert told[-1].counted is not None
            assert told[-1].counted.kinds == {Kind.IMAGE: 1}
            assert told[-1].groups == ["Team"]
        assert people._searching is not None
        people._searching.close()


# The screens alone.


class Stage(App[Any]):
    """An app with nothing but a screen."""

    CSS_PATH = stylesheet()

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[Any] = []
        self.asked: list[ChatKey] = []

    def compose(self) -> ComposeResult:
        yield DetailsPane()

    def on_person_asked(self, message: PersonAsked) -> None:
        self.asked.append(message.chat)

    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]


@asynccontextmanager
async def staged(
    screen: PeopleScreen | AboutScreen | None = None, size: tuple[int, int] = (60, 20)
) -> AsyncIterator[tuple[Stage, Pilot[Any]]]:
    app = Stage()
    async with app.run_test(size=size) as pilot:
        if screen is not None:
            app.push_screen(screen, app.ended.append)
        await pilot.pause()
        yield app, pilot


def known(jid: Safe = ANA, name: str = "Ana Lima", **facts: Any) -> Known:
    person = Known(jid, Safe(name), jid.partition("@")[0], Safe(""), own=True, business=False)
    return person._replace(**facts)


async def test_each_device_can_begin_a_chat_with_a_number_that_it_does_not_know() -> None:
    home = Safe("home-device")
    people = [
        Listed(home, known()),
        Listed(WORK, known(BOB, "Bob")),
        Listed(WORK, known(BOB, "Aaron", own=False)),
    ]
    screen = PeopleScreen(people, [home, WORK], {home: Safe("h"), WORK: Safe("w")})
    async with staged(screen) as (app, pilot):
        names = [entry.words for entry in screen.list.entries]
        assert names == ["Ana Lima", "Bob", "Aaron"]  # those of the address book first
        await typed(screen, pilot, "+49 151 11111111")
        assert [(entry.letter, entry.words) for entry in screen.list.entries] == [
            ("h", "Ana Lima"),
            ("w", "New chat with +4915111111111"),
        ]
        await pilot.press("down", "tab")
        assert app.asked == [ChatKey(WORK, ANA)]
        screen.show([*people, Listed(WORK, known(name="Ana at work"))])  # she is listed meanwhile
        assert screen.pointed == ChatKey(WORK, ANA)
        assert [entry.words for entry in screen.list.entries] == ["Ana at work", "Ana Lima"]
        await typed(screen, pilot, "0151 111")
        await pilot.press("enter")
        assert screen.list.entries[0].off
        assert not app.ended
        await pilot.press("escape")
        assert app.ended == [None]


async def test_what_is_not_in_view_is_not_chosen_by_accident() -> None:
    about = About(ChatKey(WORK, ANA), Safe("Ana Lima"), known(), chat())
    screen = AboutScreen(about)
    async with staged(screen, (40, 9)) as (app, pilot):
        await pilot.press("pagedown", "enter")
        assert not app.ended
        assert any("Write to Ana Lima" in line for line in app.lines())
        await pilot.press("enter")
        assert app.ended == [Asked(about.key)]


async def test_a_thousand_members_keep_the_cursor_where_it_is() -> None:
    members = [Fellow(Safe(f"4915{n:09}@c.us"), Safe(f"Member {n}"), f"+4915{n:09}", "") for n in range(1000)]
    screen = AboutScreen(About(ChatKey(WORK, TEAM), Safe("Team"), None))
    async with staged(screen) as (app, pilot):
        await pilot.press("a", "slash")
        assert not app.ended  # nobody is known yet
        screen.show_members(members)
        screen.action_move(3)
        assert screen.list.pointed is not None
        assert screen.list.pointed.words == "Member 1"
        screen.show_members([Fellow(LID, Safe("Aaron"), "", ""), *members])
        assert screen.list.pointed.words == "Member 1"
        await pilot.press("slash")
        await typed(screen, pilot, "970")
        assert "1 found" in "\n".join(app.lines())
        await pilot.press("enter")
        assert app.ended == [Asked(ChatKey(WORK, Safe("4915000000970@c.us")))]


# Words.


def test_what_only_watui_knows_is_marked_so() -> None:
    told = chat(unread=3)
    about = About(ChatKey(WORK, ANA), Safe("Ana"), known(chosen=Safe("ana 🌸"), business=True), told)
    facts = dict(facts_of(about))
    assert facts["unread"] == "3"
    assert (facts["own name"], facts["business"]) == ("ana 🌸", "yes")
    assert not facts.keys() & {"muted", "pinned", "archived", "starred"}
    whatsapp = dict(facts_of(replace(about, chat=replace(told, muted=True, pinned=True, archived=True))))
    assert (whatsapp["muted"], whatsapp["pinned"], whatsapp["archived"]) == ("yes", "yes", "yes")
    kept = replace(told, unread=0, kept=Kept(pinned=False, muted_until=EVER, unread=True))
    here = dict(facts_of(replace(about, chat=kept)))
    assert here["unread"] == "marked so, only in watui"
    assert here["muted"] == "always, only in watui"
    assert here["pinned"] == "no, only in watui"


def test_what_is_not_counted_whole_says_so() -> None:
    counted = Counted(
        90_000, 0, 1_790_000_000_000, 1, {Kind.IMAGE: 1, Kind.VIDEO: 2, Kind.GIF: 1}, 0, whole=False
    )
    about = About(ChatKey(WORK, TEAM), Safe("Team"), None, members=12, admins=2, counted=counted)
    facts = dict(facts_of(about))
    assert facts["media"] == "at least\n1 photo\n3 videos"
    assert facts["messages"].startswith("90,000 known here")
    assert facts["members"] == "12, 2 of them admins"
    assert dict(facts_of(replace(about, counted=None, trouble="it is broken")))["messages"] == "it is broken"
    groups = [Safe(f"Group {n}") for n in range(11)]
    assert dict(facts_of(replace(about, groups=groups)))["both in"].endswith("Group 7\nand 3 more")


async def test_the_pane_shows_the_facts_and_what_does_not_fit_is_told() -> None:
    async with staged(size=(60, 6)) as (app, pilot):
        pane = app.query_one(DetailsPane)
        pane.show(About(ChatKey(WORK, ANA), Safe("[b]Ana[/b] Lima"), known(), chat(unread=3)))
        await pilot.pause()
        shown = [line.strip() for line in app.lines()]
        assert shown[:3] == ["[b]Ana[/b] Lima", "", "number    +4915111111111"]
        assert shown[5] == "…"
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert any("unread    3" in line for line in app.lines())
        pane.show(None)
        await pilot.pause()
        assert not any(app.lines())


# Who there is.


def test_whoever_has_two_jids_is_listed_once() -> None:
    names = Names()
    names.learn(Contact(LID, push_name=Safe("ana"), number=Safe("4915111111111")))
    names.learn(Contact(BOB, Safe("Bob"), business=True))
    names.learn(Contact(Safe("7@newsletter"), Safe("News")))
    names.learn_listed(ANA, Safe("Ana Lima"))
    names.learn(Contact(Safe("555@lid")))
    listed = {person.jid: person for person in names.everybody()}
    assert listed.keys() == {ANA, BOB, "555@lid"}
    assert listed[ANA] == Known(
        ANA, Safe("Ana Lima"), "4915111111111", Safe("ana"), own=False, business=False
    )
    assert (listed[BOB].own, listed[BOB].business) == (True, True)
    assert listed[Safe("555@lid")].number == ""


def test_both_jids_of_somebody_mean_the_same_chat() -> None:
    store = Store()
    store.apply(WORK, [ev.ContactsListed([Contact(LID, number=Safe("4915111111111"))])], 0.0)
    store.apply(WORK, [ev.ChatsListed([replace(chat(), key=ChatKey(WORK, LID))])], 0.0)
    assert store.key(WORK, ANA) == ChatKey(WORK, LID)
    assert set(store.keys(ChatKey(WORK, LID))) == {ChatKey(WORK, LID), ChatKey(WORK, ANA)}
    assert store.keys(ChatKey(WORK, BOB)) == (ChatKey(WORK, BOB),)


@given(st.integers(10**6, 10**15 - 1), st.sampled_from(["", "+", "00", "+ ", " 00"]), st.randoms())
def test_a_number_is_taken_however_it_is_written(number: int, sign: str, luck: Any) -> None:
    written = "".join(digit + luck.choice(["", "", " ", "-", ".", "/"]) for digit in str(number))
    assert dialled(sign + written) == f"{number}@c.us"


@given(st.text(alphabet="0123456789+()-. x٣") | st.text())
def test_nothing_else_becomes_a_number(text: str) -> None:
    jid = dialled(text)
    if jid is not None:
        digits = jid.removesuffix("@c.us")
        assert digits.isascii()
        assert digits.isdecimal()
        assert 7 <= len(digits) <= 15
        assert digits[0] != "0"
        assert digits in "".join(filter(str.isdecimal, text.replace("(0)", "")))


@pytest.mark.parametrize("text", ["0151 1234567", "123456", "1" * 16, "+0151234567", "ana 4915111", "", "+"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    assert dialled(text) is None


def test_the_zero_of_the_country_is_left_out() -> None:
    assert dialled("+49 (0) 151 1234567".replace("(0) ", "(0)")) == "491511234567@c.us"
