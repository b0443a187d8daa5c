"""The list of chats as it is drawn and used: what rows say, and that the cursor stays on its chat."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region, Size
from textual.strip import Strip

from tests.conftest import Person, sitting
from tests.making import ANA, BOB, TEAM, WORK, chat, device, message
from tests.waiting import until
from watui import events as ev
from watui.models import Ack, Chat, ChatKey, Contact, Kind, Preview
from watui.panes import chatrow
from watui.panes.chatlist import ChatList
from watui.panes.chatrow import Marks, Piece
from watui.panes.finder import FilterField
from watui.rows import EVERYTHING, Filter, Listing, Rows
from watui.store import Store
from watui.text import Safe, cell_len

TODAY = date(2026, 9, 21)
ALICE = "4915111111111@c.us"
EMPTY = Marks({}, {}, {}, {})


def said(line: list[Piece]) -> str:
    return "".join(text for text, _ in line).rstrip()


def told(chat: Chat, marks: Marks = EMPTY, width: int = 33) -> str:
    return "\n".join(map(said, chatrow.tall(chat, marks, width, TODAY)))


def last(each: Chat, text: str, kind: Kind = Kind.TEXT, **more: Any) -> Chat:
    return replace(each, preview=Preview(kind, Safe(text), own="ack" in more, **more))


def test_a_row_says_who_when_and_what() -> None:
    names = {WORK: {BOB: Safe("Bob Builder")}}
    group = last(chat(TEAM, "Climbing", at=60, unread=5), "who has the rope?", sender=BOB)
    assert "Climbing" in told(group)
    assert "Bob: who has the rope?" in told(group, replace_marks(names=names))
    assert told(last(chat(), "", Kind.IMAGE)).endswith("[photo]")
    assert "✔✔ fine" in told(last(chat(), "fine", ack=Ack.READ))


def replace_marks(**more: Any) -> Marks:
    return replace(EMPTY, **more)


def test_what_is_half_written_or_being_typed_stands_in_place_of_the_last_message() -> None:
    one = last(chat(), "old news")
    assert "draft: half a" in told(one, replace_marks(drafts={one.key: "half a\nthought"}))
    typing = {one.key: {ANA: 1.0}}
    assert told(one, replace_marks(drafts={one.key: "x"}, typing=typing)).endswith("typing…")
    group = last(chat(TEAM, "Climbing"), "old news")
    names = {WORK: {BOB: Safe("Bob Builder"), ANA: Safe("Ana Lima")}}
    several = replace_marks(names=names, typing={group.key: {BOB: 1.0, ANA: 1.0, Safe("9@c.us"): 1.0}})
    assert told(group, several).endswith("Bob, Ana typing…")


def test_every_mark_differs_from_every_other_without_any_colour() -> None:
    plain = chat(unread=5)
    rows = [
        chat(),
        plain,
        replace(plain, mentioned=True),
        replace(plain, muted=True),
        replace(plain, pinned=True),
        replace(plain, archived=True),
    ]
    for fitted in (
        [told(row) for row in rows],
        [said(chatrow.flat(row, EMPTY, 33, TODAY)) for row in rows],
    ):
        assert len(set(fitted)) == len(rows)
        assert "@5" in fitted[2]


def test_a_row_of_one_line_keeps_room_for_the_name_before_the_time() -> None:
    short, long = chat(unread=3), chat(name="Freifrau von Hohenlohe", unread=3)
    assert said(chatrow.flat(short, EMPTY, 25, TODAY)).startswith("Ana ")
    assert ":" in said(chatrow.flat(short, EMPTY, 25, TODAY))
    assert ":" not in said(chatrow.flat(long, EMPTY, 19, TODAY))
    assert said(chatrow.flat(long, EMPTY, 19, TODAY)).endswith(" 3")


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)


@given(texts.map(Safe), texts.map(Safe), st.integers(0, 60), st.integers(0, 10_000), st.booleans())
def test_no_row_is_wider_than_the_list(name: Safe, text: Safe, width: int, unread: int, every: bool) -> None:
    each = replace(last(chat(unread=unread), text), name=name, pinned=every, muted=every)
    marks = Marks({WORK: Safe("w")}, {}, {}, {each.key: text}) if every else EMPTY
    for line in (*chatrow.tall(each, marks, width, TODAY), chatrow.flat(each, marks, width, TODAY)):
        taken = sum(cell_len(piece) for piece, _ in line)
        assert taken <= max(width, 22)  # marks and times are not cut; no list is as narrow as they


class Still(ChatList):
    """A list of a fixed size that belongs to no app."""

    def __init__(self, rows_in_view: int) -> None:
        super().__init__()
        self.area = self._fixed = Size(33, rows_in_view * 2)

    @property
    def size(self) -> Size:
        return self._fixed

    def refresh(self, *regions: Any, **more: Any) -> "Still":
        return self

    @property
    def line(self) -> int:
        """Where on the screen the cursor is."""
        return self._cursor_index - self._first


def listed(store: Store, query: str = "", kind: Filter = Filter.ALL) -> Rows:
    return store.rows(query, None, Listing(kind))


steps = st.lists(
    st.one_of(
        st.tuples(st.just("message"), st.integers(0, 29), st.integers(0, 99)),
        st.tuples(st.just("read"), st.integers(0, 29), st.just(0)),
        st.tuples(st.just("query"), st.sampled_from(["", "c", "c1", "c2", "zz"]), st.just(0)),
        st.tuples(st.just("kind"), st.sampled_from(Filter), st.just(0)),
        st.tuples(st.just("move"), st.integers(-40, 40), st.just(0)),
        st.tuples(st.just("gone"), st.integers(0, 29), st.just(0)),
    ),
    max_size=25,
)


@given(steps, st.integers(1, 8))
def test_the_cursor_stays_on_its_chat_and_in_view_whatever_moves(
    steps: list[tuple[str, Any, int]], in_view: int
) -> None:
    store, shown = Store(), Still(in_view)
    chats = [chat(f"49{n}@c.us", f"c{n}", at=-n, unread=n % 3) for n in range(30)]
    store.apply(WORK, [ev.ChatsListed(chats)], 0.0)
    query, kind = "", Filter.ALL
    shown.show(listed(store), EMPTY)
    for what, which, at in steps:
        before, asked = shown.cursor, (query, kind)
        if what == "move":
            shown.action_move(which)
            before = shown.cursor
        elif what == "message":
            store.apply(WORK, [ev.MessageArrived(message(f"m{at}", chats[which].key.jid, at=at))], 0.0)
        elif what == "read":
            store.apply(WORK, [ev.ChatRead(chats[which].key.jid)], 0.0)
        elif what == "gone":
            left = [c for c in store.chats.values() if c.key != chats[which].key]
            store.apply(WORK, [ev.ChatsListed(left)], 0.0)
        elif what == "query":
            query = which
        else:
            kind = which
        rows = listed(store, query, kind)
        line = shown.line
        scrolled = shown._first > 0
        shown.show(rows, EMPTY)
        if not rows:
            assert shown.cursor is None
            continue
        assert shown.cursor == rows.keys[shown._cursor_index]
        assert 0 <= shown.line < in_view
        assert 0 <= shown._first <= max(0, len(rows) - in_view)
        if query and query != asked[0]:
            assert shown.cursor == rows.keys[0]
        elif before in rows.keys:
            assert shown.cursor == before
            if asked == (query, kind) and scrolled and in_view <= shown._first < len(rows) - in_view:
                assert shown.line == line


@given(st.integers(1, 60), st.integers(1, 9))
def test_every_row_can_be_reached_by_every_kind_of_key(count: int, in_view: int) -> None:
    store, shown = Store(), Still(in_view)
    store.apply(WORK, [ev.ChatsListed([chat(f"49{n}@c.us", f"c{n}", at=-n) for n in range(count)])], 0.0)
    rows = store.rows()
    shown.show(rows, EMPTY)
    for index in range(count):
        assert shown.cursor == rows.keys[index]
        shown.action_move(1)
    shown.action_edge(0)
    pages = 0
    while shown.cursor != rows.keys[-1]:
        shown.action_page(1)
        pages += 1
        assert pages <= count
    shown.action_edge(0)
    shown.action_edge(-1)
    assert (shown.cursor, shown._first) == (rows.keys[-1], max(0, count - in_view))


class Counting(dict[ChatKey, Chat]):
    """Chats that count how often one of them is looked at."""

    looks = 0

    def __getitem__(self, key: ChatKey) -> Chat:
        self.looks += 1
        return super().__getitem__(key)

    def __iter__(self) -> Iterator[ChatKey]:
        raise AssertionError("went through every chat")

    def values(self) -> Any:
        raise AssertionError("went through every chat")


@contextmanager
def counted(store: Store) -> Iterator[Counting]:
    """Count what is looked at, and let nothing go through all chats."""
    counting = Counting(store.chats)
    store._book.chats = store._book.listings._chats = counting
    yield counting
    store._book.chats = store._book.listings._chats = dict(counting.items())


def test_what_moves_costs_the_rows_in_view_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    store, shown = Store(), Still(18)
    chats = [chat(f"49{n}@c.us", f"c{n}", at=-n, unread=n % 2) for n in range(20_000)]
    store.apply(WORK, [ev.ChatsListed(chats), ev.DeviceChanged(device())], 0.0)
    drawn: list[Chat] = []

    def draw(_: Still, each: Chat, __: date) -> list[Strip]:
        drawn.append(each)
        return [Strip([])] * 2

    monkeypatch.setattr(Still, "_draw", draw)
    for kind in Filter:
        store.rows(listing=Listing(kind))

    def paint() -> None:
        for y in range(shown.size.height):
            shown.render_line(y)

    with counted(store) as counting:
        shown.show(store.rows(), EMPTY)
        paint()
        assert len(drawn) == 18
        for moved, where in enumerate((19_999, 10_000, 3)):
            drawn.clear()
            counting.looks = 0
            store.apply(WORK, [ev.MessageArrived(message(f"m{moved}", chats[where].key.jid, at=moved))], 0.0)
            shown.show(store.rows(), EMPTY)
            store.unread()
            paint()
            assert len(drawn) <= 2  # what moved in, and the cursor's row if it moved
            assert counting.looks <= 3 * shown.size.height
        shown.action_page(1)
        drawn.clear()
        paint()
        assert len(drawn) <= 18 + 1
        assert store.next_unread(chats[3].key) is not None


# At the keyboard.


async def chats(person: Person, size: int = 3) -> list[Chat]:
    await person.connected()
    await until(lambda: len(person.app.store.rows()) >= size)
    person.app.chats.list.focus()
    await person.pilot.pause()
    return list(person.app.store.rows())


def shown(person: Person) -> Rows:
    rows = person.app.chats.list.rows
    assert rows is not None
    return rows


def is_listed(person: Person, listing: Listing) -> bool:
    return shown(person).listing == listing


async def test_number_keys_choose_what_is_listed_and_escape_lists_all_again() -> None:
    async with sitting() as person:
        await chats(person)
        for key, kind in zip("2345", list(Filter)[1:], strict=True):
            await person.pilot.press(key)
            await until(partial(is_listed, person, Listing(kind)))
            wanted = person.app.store.rows(listing=Listing(kind))
            assert shown(person).keys == wanted.keys
        await person.pilot.press("escape")
        await until(lambda: shown(person).listing == EVERYTHING)
        assert "all·unread·groups·private·archived" in await person.screen()


async def test_tabs_can_be_clicked_and_fold_where_there_is_no_room() -> None:
    async with sitting() as person:
        await chats(person)
        tabs = person.app.chats.tabs
        at = (await person.screen()).splitlines()[tabs.region.y].index("groups")
        await person.pilot.click(tabs, offset=(at - tabs.region.x, 0))
        await until(lambda: shown(person).listing.filter is Filter.GROUPS)
        assert all(each.group for each in shown(person))
    async with sitting(size=(80, 24)) as person:
        await chats(person)
        await person.pilot.press("2")
        await until(lambda: shown(person).listing.filter is Filter.UNREAD)
        assert " unread 1-5" in await person.screen()


async def test_one_of_several_devices_can_be_listed_alone() -> None:
    async with sitting(devices=2) as person:
        await chats(person)
        await until(lambda: {each.key.device for each in shown(person)} == set(person.gateway.devices))
        seen: list[Safe] = []
        for _ in range(2):
            await person.pilot.press("d")
            await until(lambda: shown(person).listing.device not in (None, *seen))
            device = shown(person).listing.device
            assert device is not None
            seen.append(device)
            assert {each.key.device for each in shown(person)} == {device}
            assert str(person.app.store.devices[device].label)[:5] in await person.screen()
        await person.pilot.press("d")
        await until(lambda: shown(person).listing == EVERYTHING)
        await person.pilot.press("d")
        gone = person.app.chats._listing.device
        assert gone is not None
        person.app.apply(gone, [ev.DeviceRemoved(gone)])
        await until(lambda: shown(person).listing == EVERYTHING)


async def test_what_was_just_read_stays_among_the_unread_until_something_else_is_opened() -> None:
    async with sitting() as person:
        await chats(person)
        for jid in (ALICE, "14155550123@c.us"):
            person.gateway.message(None, jid, "hello?")
        await until(lambda: person.app.store.chats[person.key(ALICE)].unread)
        await person.pilot.press("2")
        await until(lambda: shown(person).listing.filter is Filter.UNREAD)
        person.app.chats.point_at(person.key(ALICE))
        await person.pilot.press("enter")
        await until(lambda: not person.app.store.chats[person.key(ALICE)].unread)
        assert person.key(ALICE) in shown(person).keys
        other = next(key for key in shown(person).keys if key != person.key(ALICE))
        person.app.open_thread(other)
        await until(lambda: person.key(ALICE) not in shown(person).keys)
        assert other in shown(person).keys


async def test_n_opens_one_unread_chat_after_the_other() -> None:
    async with sitting() as person:
        await chats(person)
        await until(lambda: person.app.store.unread()[1] > 1)
        first = person.app.store.next_unread(person.app.chats.list.cursor)
        await person.pilot.press("n")
        await until(lambda: person.app.open_chat == first)
        person.app.chats.list.focus()
        second = person.app.store.next_unread(first)
        await person.pilot.press("n")
        await until(lambda: person.app.open_chat == second)


async def test_an_empty_choice_says_how_to_leave_it() -> None:
    async with sitting() as person:
        await chats(person)
        for each in list(person.app.store.rows(listing=Listing(Filter.UNREAD))):
            person.app.apply(each.key.device, [ev.ChatRead(each.key.jid)])
        await person.pilot.press("2")
        await until(lambda: shown(person).listing.filter is Filter.UNREAD)
        assert "no unread chats · 1 shows all" in await person.screen()
        await person.pilot.press("1", "slash", *"qqqqq")
        await until(lambda: shown(person).query == "qqqqq")
        assert "nothing found · Esc shows all" in await person.screen()


@pytest.mark.parametrize("key", ["slash", "ctrl+k"])
async def test_enter_at_the_heels_of_the_letters_opens_what_they_mean(key: str) -> None:
    async with sitting() as person:
        known = await chats(person)
        wanted = known[-1]
        await person.pilot.press(key)
        await person.pilot.pause()
        field = person.app.screen.query_one(FilterField)
        # Both at once: the list still shows everything when Enter is handled.
        field.value = str(wanted.name)
        await field.action_submit()
        await until(lambda: person.app.open_chat is not None)
        assert person.app.open_chat == wanted.key


async def test_the_wheel_scrolls_and_a_click_opens() -> None:
    async with sitting() as person:
        known = await chats(person)
        where = person.app.chats.list
        wheel = events.MouseScrollDown(where, 5, 2, 0, 1, 0, shift=False, meta=False, ctrl=False)
        where.post_message(wheel)
        await until(lambda: where.cursor == known[3].key)
        await person.pilot.click(where, offset=(5, 2))
        await until(lambda: person.app.open_chat == known[1].key)


async def test_the_switcher_leaves_no_filter_behind_in_the_list() -> None:
    async with sitting() as person:
        known = await chats(person)
        await person.pilot.press("slash", *"ali")
        await until(lambda: shown(person).query == "ali")
        await person.pilot.press("ctrl+k", *"mum", "enter")
        await until(lambda: person.app.open_chat is not None)
        await until(lambda: not shown(person).query)
        assert not person.app.chats.filtering
        assert len(shown(person)) == len(known)


async def test_an_open_chat_that_turns_out_to_be_another_ones_half_goes_on_in_it() -> None:
    hidden = Safe("123456789012345@lid")
    async with sitting() as person:
        await chats(person)
        await person.open(hidden)
        person.app.composer.insert("half a thought")
        known = ev.ContactsListed([Contact(hidden, number=Safe(ALICE.partition("@")[0]))])
        person.app.apply(person.device, [known])
        assert person.app.open_chat == person.key(ALICE)
        assert person.app.composer.text == "half a thought"
        assert person.key(hidden) not in person.app.store.chats
        assert person.key(hidden) not in person.app.drafts


class Alone(App[None]):
    """An app that is one list."""

    def compose(self) -> ComposeResult:
        yield ChatList()


async def test_only_lines_that_look_another_way_are_painted_anew() -> None:
    store = Store()
    chats = [chat(f"49{n}@c.us", f"c{n}", at=-n) for n in range(6)]
    store.apply(WORK, [ev.ChatsListed(chats), ev.DeviceChanged(device())], 0.0)
    app = Alone()
    async with app.run_test(size=(40, 20)) as pilot:
        shown = app.query_one(ChatList)
        shown.show(store.rows(), EMPTY)
        await until(lambda: [*shown.changed_lines()] == [])
        shown._marks = Marks({}, {}, {}, {chats[2].key: "half a thought"})
        assert [*shown.changed_lines()] == [Region(0, 5, 40, 1)]
        shown.show(store.rows(), shown._marks)
        await until(lambda: [*shown.changed_lines()] == [])
        assert "draft: half a thought" in shown.render_lines(shown.size.region)[5].text
        await pilot.press("down")
        await until(lambda: [*shown.changed_lines()] == [])
        dark = shown.render_lines(shown.size.region)
        app.theme = "textual-light"
        await until(lambda: shown.render_lines(shown.size.region) != dark)
