"""The walk through a window of history, against a small model of what the gateway sees (contract 2.6)."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watui.gateway.base import Page
from watui.gateway.whatsapi.history import (
    PAGE,
    WINDOW,
    Answer,
    Query,
    Walk,
    doubtful,
    newest,
    straight,
    windowed,
)
from watui.models import Kind, Message, Older
from watui.text import Safe

CHAT = Safe("1@c.us")


def message(number: int, pace: int = 1) -> Message:
    return Message(Safe(f"m{number}"), CHAT, number // pace * 1000, own=False, kind=Kind.TEXT)


def numbers(page: Page) -> list[int]:
    return [int(m.id[1:]) for m in page.messages]


@dataclass
class Gateway:
    """A chat as the gateway sees it; the numbers are the messages' places in it."""

    size: int
    arrivals: list[int] = field(default_factory=list)
    """How many new messages come before each further query."""
    totals: bool = True
    garbage: frozenset[int] = frozenset()
    """Messages that nobody can make sense of."""
    pace: int = 1
    """How many messages come in a second."""
    asked: int = 0

    def window(self, reach: int) -> list[int]:
        """Give the newest messages, sorted as whatsapp-web.js does where it has to cut."""
        every = list(range(self.size))
        if self.size > reach:
            every.sort(key=lambda n: (n // self.pace, -n))
        return every[-reach:]

    def _items(self, some: list[int]) -> list[Message | None]:
        return [None if n in self.garbage else message(n, self.pace) for n in some]

    def recent(self) -> Answer:
        return Answer(self._items(self.window(PAGE)), more=False)

    def answer(self, query: Query) -> Answer:
        if self.asked < len(self.arrivals):
            self.size += self.arrivals[self.asked]
        self.asked += 1
        window = self.window(WINDOW)
        about = int((query.before or query.after or Safe("m-1"))[1:])
        if about not in window:
            return Answer([], found=False, total=0, more=False)
        place = window.index(about)
        side = window[place + 1 :] if query.before else window[:place]
        total = len(side) if self.totals else None
        return Answer(self._items(side[:PAGE]), total=total, more=len(side) > PAGE)


def run(walk: Walk, answer: Callable[[Query], Answer]) -> Page:
    query = next(walk)
    while True:
        try:
            query = walk.send(answer(query))
        except StopIteration as end:
            page: Page = end.value
            return page


@settings(max_examples=600, deadline=None)
@given(
    size=st.integers(1, 700),
    depth=st.integers(1, 400),
    arrivals=st.lists(st.sampled_from([0, 0, 1, 30, 99, 100, 101, 250, 301]), max_size=10),
    totals=st.booleans(),
)
def test_stretch_joins_what_is_known_without_a_hole(
    size: int, depth: int, arrivals: list[int], totals: bool
) -> None:
    """Whatever arrives meanwhile: what comes back lies directly above, and says rightly what is above it."""
    oldest = max(0, size - depth)
    gateway = Gateway(size, arrivals, totals)
    page = run(windowed(Safe(f"m{oldest}")), gateway.answer)
    found = numbers(page)
    if found[-1:] == [oldest]:  # which comes too, unless there is nothing around it to find it by
        del found[-1]
    assert found == list(range(oldest - len(found), oldest))
    first = found[0] if found else oldest
    assert page.older in (Older.NONE, Older.WALL)
    if page.older is Older.NONE:
        assert first == 0
    else:
        assert first > 0 or gateway.size >= WINDOW or not totals
    assert gateway.asked <= 12
    if not any(arrivals) and totals:
        assert first == min(oldest, max(0, size - WINDOW)) or (oldest < size - WINDOW and not found)
        assert (page.older is Older.NONE) == (size < WINDOW)
        assert gateway.asked <= 4


@settings(max_examples=200, deadline=None)
@given(size=st.integers(0, 700))
def test_newest_page_then_the_rest_is_all_that_can_be_reached(size: int) -> None:
    gateway = Gateway(size)
    page = newest(gateway.recent(), full=False)
    assert page.older is (Older.MORE if size >= PAGE else Older.NONE)
    if page.older is Older.MORE:
        above = run(windowed(page.messages[0].id), gateway.answer)
        assert gateway.asked <= 3
        assert numbers(above)[-1:] == numbers(page)[:1]
        everything = [*numbers(above)[:-1], *numbers(page)]
        assert everything == list(range(max(0, size - WINDOW), size))
        assert above.older is (Older.WALL if size >= WINDOW else Older.NONE)


@settings(max_examples=200, deadline=None)
@given(size=st.integers(2, 400), garbage=st.frozensets(st.integers(0, 400), max_size=30))
def test_items_without_sense_only_miss_themselves(size: int, garbage: frozenset[int]) -> None:
    oldest = max(1, size - 150)
    gateway = Gateway(size, garbage=garbage - {oldest})
    page = run(windowed(Safe(f"m{oldest}")), gateway.answer)
    reach = range(max(0, size - WINDOW), oldest)
    found = [n for n in numbers(page) if n != oldest]
    assert found == [n for n in reach if n not in garbage]


@settings(max_examples=400, deadline=None)
@given(
    size=st.integers(0, 700).filter(lambda size: size not in (PAGE, WINDOW)),
    pace=st.sampled_from([1, 2, 3, 5, 7, 20, 99, 130]),
)
def test_messages_of_one_second_come_in_the_order_in_which_they_were_sent(size: int, pace: int) -> None:
    """A cut goes through a second from its newest side; whatever can be reached of it still comes."""
    gateway = Gateway(size, pace=pace)
    page = newest(gateway.recent(), full=False)
    assert numbers(page) == sorted(gateway.window(PAGE))
    if page.older is Older.MORE:
        above = run(windowed(page.messages[0].id), gateway.answer)
        assert numbers(above) == sorted(set(numbers(above)))
        assert set(numbers(above)) | set(numbers(page)) == set(gateway.window(WINDOW))
        assert above.older is (Older.WALL if size >= WINDOW else Older.NONE)


@pytest.mark.parametrize("pace", [1, 3, 99])
def test_a_chat_of_exactly_a_page_is_not_turned_round(pace: int) -> None:
    gateway = Gateway(PAGE, pace=pace)
    said = gateway.recent()
    query = doubtful(said)
    assert (query is None) == (pace == 1)
    before = gateway.answer(query) if query is not None else None
    page = newest(said, full=False, whole=before is not None and not before.items)
    assert numbers(page) == list(range(PAGE))
    assert page.older is (Older.MORE if pace == 1 else Older.NONE)


def test_a_second_that_the_first_page_cut_is_completed() -> None:
    gateway = Gateway(102, pace=3)
    page = newest(gateway.recent(), full=False)
    assert numbers(page) == [0, *range(3, 102)]
    above = run(windowed(page.messages[0].id), gateway.answer)
    assert (numbers(above), above.older) == ([0, 1, 2], Older.NONE)


def test_a_burst_longer_than_a_page_is_read_to_its_end() -> None:
    gateway = Gateway(203, pace=250)
    page = newest(gateway.recent(), full=False)
    assert numbers(page) == list(range(100))
    above = run(windowed(page.messages[0].id), gateway.answer)
    assert numbers(above) == list(range(203))


def test_a_message_deleted_meanwhile_makes_no_double() -> None:
    gateway = Gateway(450)
    answers = [
        gateway.answer(Query(after=Safe("m350"))),
        Answer([message(n) for n in range(251, 351)], total=199),
    ]
    answers.append(Answer([message(351)], total=99))  # m250 was deleted
    page = run(windowed(Safe("m350")), lambda _: answers.pop(0))
    assert numbers(page) == [*range(150, 250), *range(251, 351)]


def test_page_of_garbage_alone_ends_at_the_wall() -> None:
    page = run(windowed(Safe("m350")), lambda _: Answer([None] * PAGE, total=200))
    assert page == Page([], Older.WALL)


def test_straight_cursor() -> None:
    answer = Answer([message(1), message(2)], total=2, more=True)
    full = Answer([message(n, PAGE) for n in range(PAGE)], more=True)
    assert numbers(run(straight(Safe("m100")), lambda _: full)) == list(
        range(PAGE)
    )  # such a gateway sorts well
    assert run(straight(Safe("m3")), lambda _: answer) == Page([message(1), message(2)], Older.MORE)
    answer.more = False
    assert run(straight(Safe("m3")), lambda _: answer).older is Older.NONE
    assert run(straight(Safe("m3")), lambda _: Answer([], found=False)) == Page([], Older.UNKNOWN)
    answer.more = None
    assert run(straight(Safe("m3")), lambda _: answer).older is Older.NONE
