"""The search over everything: what is typed means what people mean, and finds it, all of it, newest first."""

import random
import re
import sqlite3
import threading
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from tests.making import ANA, BOB, TEAM, WORK, message
from tests.waiting import until
from watui.app import stylesheet
from watui.archive import search as archive_search
from watui.archive.archive import Archive
from watui.archive.schema import connect
from watui.archive.search import Searching, Stopped
from watui.models import Card, ChatKey, Kind, Media, Message, Place, Poll
from watui.panes.chatrow import Marks
from watui.panes.hitrow import told
from watui.panes.hits import Found, HitList
from watui.screens.search import Chosen, Searched, SearchFoot, SearchScope, SearchScreen
from watui.searching import Hit, Query, Spot, Word, marked, named, parse
from watui.text import Safe, cell_len, clean

TODAY = date(2026, 11, 23)
PIECES = [
    "from:",
    "in:",
    "has:",
    "before:",
    "after:",
    "nope:",
    '"',
    "*",
    "NEAR(",
    "AND",
    "me",
    "photo",
    "text:",
]
PIECES += ["2026-11-01", "1.2.2026", "13/1/2026", "9999-99-99", "0001-01-01", "ana", " ", "OR", "-", "^", "ß"]
ANYTHING = st.one_of(
    st.text(),
    st.text(alphabet='ab"*^:(){}+- \\%_ANDORNTE.,\x00😂漢ß'),
    st.lists(st.sampled_from(PIECES)).map("".join),
)


def moment(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day).timestamp()) * 1000  # noqa: DTZ001 - local time is meant


# What is typed.


@given(ANYTHING)
def test_anything_can_be_typed(text: str) -> None:
    query = parse(text, TODAY)
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE VIRTUAL TABLE words USING fts5(text, file)")
        base.execute("INSERT INTO words VALUES (?, ?)", (clean(text), "file"))
        if query.match:
            base.execute("SELECT rowid FROM words WHERE words MATCH ?", (query.match,)).fetchall()
    base.close()
    places = marked(clean(text), query)
    assert all(0 <= start < end <= len(clean(text)) for start, end in places)
    assert all(before[1] <= behind[0] for before, behind in pairwise(places))


def test_as_many_words_as_can_be_typed_are_asked_for() -> None:
    query = parse("a " * 5000, TODAY)
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE words USING fts5(text, file)")
    base.execute("SELECT rowid FROM words WHERE words MATCH ?", (query.match,)).fetchall()
    base.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", Query()),
        ("   ", Query()),
        ("foo ba", Query(words=(Word("foo"), Word("ba", open=True)))),
        ('"see you" la', Query(words=(Word("see you"), Word("la", open=True)))),
        ('"see you"', Query(words=(Word("see you"),))),
        ('"see yo', Query(words=(Word("see yo", open=True),))),
        ("“see you”", Query(words=(Word("see you"),))),
        ('""', Query()),
        ("from:me", Query(own=True)),
        ("FROM:Ana", Query(senders=("Ana",))),
        ('from:"ana maria" in:Família', Query(senders=("ana maria",), chats=("Família",))),
        ("from:", Query()),
        ("has:photos", Query(kinds=frozenset({Kind.IMAGE}))),
        ("has:voice has:photo", Query(kinds=frozenset({Kind.VOICE, Kind.IMAGE}))),
        ("has:links", Query(link=True)),
        ("has:love", Query(unclear=("has:love",))),
        ("love:you", Query(words=(Word("love:you", open=True),))),
        ("http://x.y", Query(words=(Word("http://x.y", open=True),))),
        ("before:2026-11-01", Query(until=moment(2026, 11, 1))),
        ("before:1.11.2026", Query(until=moment(2026, 11, 1))),
        ("before:01.11.26", Query(until=moment(2026, 11, 1))),
        ("after:13/11/2026", Query(since=moment(2026, 11, 13))),
        ("after:11/13/2026", Query(since=moment(2026, 11, 13))),
        ("after:11/12/2026", Query(unclear=("after:11/12/2026",))),
        ("after:2026", Query(since=moment(2026, 1, 1))),
        ("after:2026-11", Query(since=moment(2026, 11, 1))),
        ("after:yesterday", Query(since=moment(2026, 11, 22))),
        ("before:20", Query(unclear=("before:20",))),
        ("before:2026-02-30", Query(unclear=("before:2026-02-30",))),
        ("after:2026-11-01 after:2026-11-05", Query(since=moment(2026, 11, 5))),
    ],
)
def test_what_is_typed_means(typed: str, meant: Query) -> None:
    assert parse(typed, TODAY) == meant


def test_names_are_found_by_the_beginnings_of_their_words() -> None:
    names = {ANA: "Ana Müller", BOB: "Mariana", TEAM: "Time de Análise"}
    assert named(["ana"], names) == {ANA, TEAM}
    assert named(["muller ANA"], names) == {ANA}
    assert named(["riana"], names) == {BOB}
    assert named(["ana muller", "mari"], names) == {ANA, BOB}
    assert named(["+49 151 2222"], names) == {BOB}
    assert named(["zoe"], names) == frozenset()


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        ("praca", "A Praça, praças e praça", ["Praça", "praça", "praça"]),
        ("praca x", "A Praça, praças x", ["Praça", "x"]),
        ('"see you"', "see you, see - you; seeyou", ["see you", "see - you"]),
        ("straße", "Straßen", ["Straße"]),
        ("😂", "ha 😂😂", ["😂", "😂"]),
        ("世界", "你好世界", ["世界"]),
        ("don't", "I don't don’t", ["don't", "don’t"]),
        ("has:link", "see https://a.b/c now", ["https://a.b/c"]),
        ("e", "e\u0301te", ["e\u0301"]),
    ],
)
def test_what_was_found_is_marked(typed: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in marked(text, parse(typed, TODAY))] == found


# What is found.

PEOPLE = [Safe(f"49151{number:07}@c.us") for number in range(4)]
CHATS = [ChatKey(Safe(device), jid) for device in ("one", "two") for jid in (*PEOPLE[:2], TEAM)]
VOCABULARY = [
    "Praça",
    "praca",
    "PRAÇAS",
    "see",
    "you",
    "foo-bar",
    "bar",
    "müller",
    "a",
    "ab",
    "https://x.y/z",
    "😂",
]
VOCABULARY += ["世界你好", "été", "e\u0301te\u0301", "10%", "under_score", "straße", "strasse", "рыба"]
KINDS = [Kind.TEXT] * 6 + [Kind.IMAGE, Kind.VOICE, Kind.DOCUMENT, Kind.REVOKED]
QUERIES = [
    "praca",
    "PRA",
    "a",
    "see",
    '"see you"',
    '"you see"',
    "foo bar",
    '"foo bar"',
    "foo-ba",
    "muller",
    "ete",
]
QUERIES += [
    "a has:photo",
    "has:media",
    "has:voice",
    "from:me",
    "from:x",
    "see from:x",
    "from:x from:me",
    "😂",
    "世界",
]
QUERIES += [
    "has:link",
    "see has:link",
    "10%",
    "score",
    "strasse",
    "straß",
    "рыб",
    "zzz",
    "report",
    "report a",
]
QUERIES += ["before:2026-09-22", "after:2026-09-22 a", "see 😂", "%", "_", "foo - bar"]


def tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower())
    return re.findall(r"[^\W_]+", "".join(char for char in plain if not unicodedata.combining(char)))


def stands(word: Word, text: str) -> bool:
    """Whether a phrase stands in a text, looked for in the plainest way."""
    if not word.indexed:
        return word.text in text
    have = tokens(text.replace("ß", "ss"))
    want = tokens(word.text.replace("ß", "ss"))
    for start in range(len(have) - len(want) + 1):
        part = have[start : start + len(want)]
        if part == want or (word.open and part[:-1] == want[:-1] and part[-1].startswith(want[-1])):
            return True
    return False


def fits(query: Query, key: ChatKey, each: Message, people: set[Safe]) -> bool:
    """Whether a message is what is looked for, decided without any index."""
    if each.kind is Kind.REVOKED:
        return False
    fields = [each.text, (each.media.name or "") if each.media else ""]
    literal = [word for word in query.words if not word.indexed and word.text in query.literal]
    for word in [word for word in query.words if word.indexed] + literal:
        if not any(stands(word, field) for field in fields):
            return False
    if query.kinds and each.kind not in query.kinds:
        return False
    if query.link and "https://" not in each.text:
        return False
    if query.own or query.senders:
        sent = not each.own and (each.sender in people or (each.sender is None and key.jid in people))
        if not ((query.own and each.own) or (query.senders and sent)):
            return False
    return (query.since or 0) <= each.time < (query.until or 2**62)


@dataclass
class Library:
    """An archive on disk, and all that is in it."""

    path: Path
    filed: list[tuple[ChatKey, Message]] = field(default_factory=list)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    path = tmp_path_factory.mktemp("search") / "odd name?#%20.db"
    library = Library(path)
    base = connect(path)
    archive = Archive(base)
    dice = random.Random(3)
    archive.begin()
    for number in range(1500):
        key = dice.choice(CHATS)
        group, own = key.jid == TEAM, dice.random() < 0.4
        made = message(
            f"m{number}",
            key.jid,
            text=" ".join(dice.choices(VOCABULARY, k=dice.randint(0, 5))),
            at=dice.randint(0, 400) * 3600,
            own=own,
            sender=dice.choice(PEOPLE) if group and not own else None,
            kind=dice.choice(KINDS),
        )
        if made.kind is Kind.DOCUMENT:
            made.media = Media(name=Safe("report_a.pdf"))
        archive.put(key, made)
        library.filed.append((key, made))
    archive.commit()
    yield library
    base.close()


@pytest.fixture(params=["few", "near", "all"])
def searching(library: Library, request: pytest.FixtureRequest) -> Iterator[Searching]:
    """The search, made to go each of its ways in an archive that is too small for that."""
    few, near = {"few": (10_000, 10_000), "near": (-1, 10_000), "all": (-1, 40)}[request.param]
    searching = Searching(library.path)
    with (
        patch.object(archive_search, "FEW", few),
        patch.multiple(archive_search, NEAR=near, NEARBY=near, STEP=20),
    ):
        yield searching
    searching.close()


@pytest.mark.parametrize("typed", QUERIES)
@pytest.mark.parametrize("within", [None, CHATS[2]])
def test_all_that_fits_is_found_page_by_page(
    library: Library, searching: Searching, typed: str, within: ChatKey | None
) -> None:
    query = parse(typed, TODAY)
    people = set(PEOPLE[1:3])
    expected = {
        (key, each.id)
        for key, each in library.filed
        if within in (None, key) and fits(query, key, each, people)
    }
    found: list[Hit] = []
    while page := searching.find(
        query,
        limit=60,
        after_result=found[-1] if found else None,
        people=people,
        chats=None if within is None else [within],
    ):
        found += page
        assert len(found) <= len(expected)
    assert {(hit.key, hit.message.id) for hit in found} == expected
    assert [hit.spot for hit in found] == sorted((hit.spot for hit in found), reverse=True)
    assert all(hit.message.time == hit.spot.time for hit in found)


@given(ANYTHING)
def test_nothing_that_is_typed_is_an_error(library: Library, text: str) -> None:
    searching = Searching(library.path)
    hits = searching.find(parse(text, TODAY), people=PEOPLE[:1])
    assert len(hits) <= 100
    searching.close()


def test_nobody_of_that_name_wrote_anything(searching: Searching) -> None:
    assert searching.find(parse("from:zoe", TODAY)) == []
    assert searching.find(parse("from:zoe from:me", TODAY))
    assert searching.find(parse("a", TODAY), chats=[]) == []


def test_what_stands_around_a_hit(library: Library, searching: Searching) -> None:
    hit = searching.find(parse("praca", TODAY), limit=30)[-1]
    before, behind = searching.context(hit, 3)
    thread = sorted((each for key, each in library.filed if key == hit.key), key=lambda each: each.time)
    assert len(before) == len(behind) == 3
    assert [each.time for each in (*before, hit.message, *behind)] == [
        each.time for each in thread if before[0].time <= each.time <= behind[-1].time
    ][:7]
    assert hit.message.id not in {each.id for each in (*before, *behind)}


def test_a_search_that_is_not_wanted_never_begins(searching: Searching) -> None:
    with pytest.raises(Stopped):
        searching.find(parse("a", TODAY), wanted=lambda: False)
    assert searching.find(parse("a", TODAY))


def test_a_search_is_ended_from_another_thread(library: Library) -> None:
    searching = Searching(library.path)
    ended: list[type[BaseException]] = []
    base = searching._base
    begun = threading.Event()

    def slow(_query: Query, *_: object) -> list[Hit]:
        begun.set()
        counting = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"
        base.execute(counting).fetchall()
        return []

    def run() -> None:
        try:
            searching.find(parse("a", TODAY))
        except Stopped as stopped:
            ended.append(type(stopped))

    for _ in range(3):
        with patch.object(searching, "_find", slow):
            thread = threading.Thread(target=run)
            thread.start()
            begun.wait()
            searching.interrupt()
            thread.join(5)
        begun.clear()
    assert ended == [Stopped] * 3
    going = iter([True] * 5)
    with patch.object(searching, "_find", slow), pytest.raises(Stopped):
        searching.find(parse("a", TODAY), wanted=lambda: next(going, False))
    assert searching.find(parse("a", TODAY))
    searching.close()


def test_the_connection_cannot_write(library: Library) -> None:
    searching = Searching(library.path)
    with pytest.raises(sqlite3.OperationalError):
        searching._base.execute("DELETE FROM messages")
    searching.close()


def test_an_archive_in_memory_is_searched_over_its_own_connection() -> None:
    base = connect(None)
    archive = Archive(base)
    archive.put(CHATS[0], message(text="hello there"))
    archive.commit()
    searching = Searching(base)
    assert [hit.message.text for hit in searching.find(parse("hel", TODAY))] == ["hello there"]
    searching.interrupt()
    searching.close()
    assert base.execute("SELECT count(*) FROM messages").fetchone() == (1,)
    base.close()


# The screen.

"""What watui.tcss says of the search."""

HERE = ChatKey(WORK, TEAM)
NAMES = {HERE: Safe("Team"), ChatKey(WORK, ANA): Safe("Ana")}


class Desk(App[None]):
    """Answers a search out of a few messages, as the app does out of the archive."""

    CSS_PATH = stylesheet()
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (8, "-short"), (18, "-tall")]  # noqa: RUF012
    ESCAPE_TO_MINIMIZE = False

    def __init__(self, messages: list[tuple[ChatKey, Message]], page: int = 100) -> None:
        super().__init__()
        self.messages, self.page_size, self.silent = messages, page, False
        self.devices: dict[Safe, Safe] = {}
        self.asked: list[Searched] = []
        self.answers: list[Chosen | None] = []

    def on_searched(self, asked: Searched) -> None:
        self.asked.append(asked)
        if asked.text and not self.silent:
            self.answer(asked)

    def answer(self, asked: Searched) -> None:
        query = parse(asked.text, TODAY)
        hits = [
            Hit(key, each, Spot(each.time, 0, number))
            for number, (key, each) in enumerate(self.messages)
            if asked.within in (None, key) and fits(query, key, each, set())
        ]
        start = 0 if asked.after is None else [hit.spot for hit in hits].index(asked.after.spot) + 1
        page = hits[start : start + self.page_size]
        marks = Marks(self.devices, {WORK: {BOB: Safe("Bob Builder")}}, {}, {})
        found = Found(asked.text, asked.within, asked.after, query, page, start + len(page) < len(hits))
        self.search.show(found, marks, NAMES)

    @property
    def search(self) -> SearchScreen:
        assert isinstance(self.screen, SearchScreen)
        return self.screen

    def lines(self, part: type[HitList] | type[SearchFoot] | type[SearchScope] = HitList) -> list[str]:
        widget = self.screen.query_one(part)
        return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]

    @property
    def foot(self) -> str:
        return self.lines(SearchFoot)[0]


def some() -> list[tuple[ChatKey, Message]]:
    return [
        (HERE, message("g1", TEAM, text="lunch at *noon*", sender=BOB)),
        (HERE, message("g2", TEAM, text="lunch? yes", own=True)),
        (ChatKey(WORK, ANA), message("a1", ANA, text="no lunch today")),
    ]


def many(count: int) -> list[tuple[ChatKey, Message]]:
    return [(ChatKey(WORK, ANA), message(f"m{number}", text=f"lunch {number}")) for number in range(count)]


@asynccontextmanager
async def opened(
    messages: list[tuple[ChatKey, Message]],
    size: tuple[int, int] = (80, 24),
    page: int = 100,
    screen: SearchScreen | None = None,
) -> AsyncIterator[tuple[Desk, Pilot[None]]]:
    app = Desk(messages, page)
    async with app.run_test(size=size) as pilot:
        app.push_screen(screen or SearchScreen(HERE, NAMES[HERE]), app.answers.append)
        await pilot.pause()
        yield app, pilot


async def type_in(pilot: Pilot[None], text: str) -> None:
    pilot.app.screen.query_one(Input).value = text
    await pilot.pause()


async def test_what_was_found_is_listed_with_who_where_and_when() -> None:
    async with opened(some()) as (app, pilot):
        assert "from:ana" in "\n".join(app.lines())
        await type_in(pilot, "lun")
        lines = app.lines()
        assert [line.split("  ")[0] for line in lines[:6:2]] == ["▌Bob Builder · Team", " You · Team", " Ana"]
        assert [line.strip("▌ ") for line in lines[1:6:2]] == [
            "lunch at noon",
            "lunch? yes",
            "no lunch today",
        ]
        assert app.foot.startswith("3 found")


async def test_the_found_words_look_another_way() -> None:
    async with opened(some()) as (app, pilot):
        await type_in(pilot, "lun")
        strip = app.screen.query_one(HitList).render_line(1)
        (found,) = [part for part in strip if part.style and part.style.underline and part.style.bold]
        assert found.text == "lun"


async def test_enter_gives_the_hit_under_the_cursor() -> None:
    async with opened(some()) as (app, pilot):
        await type_in(pilot, "lunch")
        await pilot.press("down", "down", "up", "down", "enter")
        await pilot.pause()
        assert app.answers == [Chosen(ChatKey(WORK, ANA), Safe("a1"))]


async def test_escape_gives_nothing() -> None:
    async with opened(some()) as (app, pilot):
        await pilot.press("l", "escape")
        await pilot.pause()
        assert app.answers == [None]


async def test_tab_looks_only_in_the_open_chat_and_back() -> None:
    async with opened(some()) as (app, pilot):
        await type_in(pilot, "lunch")
        await pilot.press("tab")
        await pilot.pause()
        assert app.asked[-1].within == HERE
        assert app.foot.startswith("2 found")
        assert "● only Team" in app.lines(SearchScope)[0]
        assert app.focused is app.screen.query_one(Input)
        await pilot.click(SearchScope)
        await pilot.pause()
        assert app.asked[-1].within is None
        assert "● all chats" in app.lines(SearchScope)[0]


async def test_without_an_open_chat_tab_does_nothing() -> None:
    async with opened(some(), screen=SearchScreen()) as (app, pilot):
        await type_in(pilot, "lunch")
        asked = len(app.asked)
        await pilot.press("tab")
        assert len(app.asked) == asked
        assert app.focused is app.screen.query_one(Input)
        assert not app.screen.query(SearchScope)


async def test_nothing_found_says_so() -> None:
    async with opened(some(), screen=SearchScreen(HERE, NAMES[HERE], within=True, text="zebra")) as (
        app,
        pilot,
    ):
        await pilot.pause()
        assert [line.strip() for line in app.lines()[:2]] == ["nothing found", "Tab looks in all chats"]
        await type_in(pilot, "lunch before:20")
        assert "before:20 is no day" in app.foot
        await type_in(pilot, "")
        assert "from:ana" in "\n".join(app.lines())


async def test_more_is_asked_for_at_the_end_and_once() -> None:
    async with opened(many(25), page=10) as (app, pilot):
        await type_in(pilot, "lunch")
        assert app.foot.startswith("the first 10 · type more to narrow")
        await pilot.press("pagedown", "pagedown")
        await until(lambda: len(app.search.hit_list.hits) == 20)
        assert app.search.hit_list.cursor > 5
        app.silent = True
        asked = len(app.asked)
        await pilot.press(*["pagedown"] * 4)
        assert len(app.asked) == asked + 1
        app.answer(app.asked[-1])
        assert [hit.message.id for hit in app.search.hit_list.hits] == [f"m{number}" for number in range(25)]
        await pilot.pause()
        assert app.foot.startswith("25 found")


async def test_what_comes_late_for_other_words_is_not_shown() -> None:
    async with opened(some()) as (app, pilot):
        app.silent = True
        await type_in(pilot, "zebra")
        await type_in(pilot, "lunch")
        app.answer(app.asked[0])
        await pilot.pause()
        assert "from:ana" in "\n".join(app.lines())
        await until(lambda: app.foot.startswith("searching…"))
        await pilot.press("enter")
        app.answer(app.asked[1])
        await pilot.pause()
        assert app.answers == [Chosen(HERE, Safe("g1"))]


async def test_a_search_that_fails_says_why() -> None:
    async with opened(some()) as (app, pilot):
        app.silent = True
        await type_in(pilot, "lunch")
        app.search.fail("the archive cannot be read")
        await pilot.pause()
        assert app.lines()[0].strip() == "the archive cannot be read"


async def test_a_click_gives_the_hit() -> None:
    async with opened(some()) as (app, pilot):
        await type_in(pilot, "lunch")
        await pilot.click(HitList, offset=(5, 3))
        await pilot.pause()
        assert app.answers == [Chosen(HERE, Safe("g2"))]


HOSTILE = (
    "[@click=app.quit]lunch[/] [/nope] [b",
    "👩🏽\u200d🚀" * 90 + " lunch",
    "مرحبا lunch שלום " * 40,
    "x" * 100_000 + " lunch",
    "漢字" * 300 + " lunch " + "漢字" * 300,
    "\n\n lunch \n\n two",
    "e\u0301" * 200 + " lunch",
    "漢字" * 300 + "😂 lunch",
)


@pytest.mark.parametrize("size", [(50, 12), (80, 24), (200, 50), (30, 8), (5, 3)])
@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_foreign_text_stays_text_at_every_size(size: tuple[int, int], theme: str) -> None:
    messages = [(HERE, message(f"m{n}", TEAM, text=text, sender=BOB)) for n, text in enumerate(HOSTILE)]
    messages[0][1].media = Media(name=Safe("[red]lunch.pdf[/]"))
    messages[0][1].kind = Kind.DOCUMENT
    async with opened(messages, size) as (app, pilot):
        app.theme = theme
        app.devices[WORK] = Safe("W")
        await type_in(pilot, "lunch")
        hits = app.screen.query_one(HitList)
        for _ in messages:
            for y in range(hits.size.height if hits.painted else 0):
                assert hits.render_line(y).cell_length == hits.size.width
            await pilot.press("down")
        assert app.screen.query_one(Input).value == "lunch"
        if size[0] >= 50:
            await pilot.press(*["pageup"] * 4)
            shown = "".join(line for each in hits.hits for line in _drawn(hits, each))
            assert shown.count("lunch") >= len(messages)


def _drawn(hits: HitList, hit: Hit) -> list[str]:
    index = hits.hits.index(hit)
    return [strip.text for strip in hits._draw(index, pointed=False)]


def test_a_place_far_into_a_text_without_blanks_is_told() -> None:
    each = message(text="漢字" * 500 + "世界" + "漢字" * 500)
    line, _ = told(each, parse("世界", TODAY), {})
    assert line.startswith("…")
    assert "世界" in line


async def test_at_twelve_rows_there_is_room_for_hits() -> None:
    async with opened(many(25), (50, 12)) as (app, pilot):
        await type_in(pilot, "lunch")
        assert sum("lunch" in line for line in app.lines()) >= 4
        assert all(cell_len(line) <= 50 for line in app.lines())


def test_cards_polls_and_places_are_found_by_what_they_show() -> None:
    with closing(connect(None)) as base:
        archive = Archive(base)
        key = ChatKey(WORK, ANA)
        card = Card(Safe("Marta Kowalczyk"), (Safe("+48 601 234 567"),))
        shared = [
            replace(message("card", at=1, kind=Kind.CONTACT, text=""), cards=(card,)),
            replace(message("poll", at=2, kind=Kind.POLL, text="When?"), poll=Poll((Safe("Sunday"),))),
            replace(
                message("place", at=3, kind=Kind.LOCATION, text=""), place=Place(1, 2, Safe("Tempelhof"))
            ),
            replace(message("file", at=4, kind=Kind.DOCUMENT, text=""), media=Media(name=Safe("plan.pdf"))),
        ]
        for each in shared:
            archive.put(key, each)
        archive.commit()
        found = Searching(base)
        for words, name in (
            ("kowal", "card"),
            ("601", "card"),
            ("sunday", "poll"),
            ("tempel", "place"),
            ("plan", "file"),
        ):
            assert [hit.message.id for hit in found.find(parse(words, TODAY))] == [name]
        assert archive.newest(key, 9)[0] == shared
