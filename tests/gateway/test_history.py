"""The walk through a window of history, against a small model of what the gateway sees (contract 2.6)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from watui.gateway.base import Page
from watui.gateway.whatsapi.history import PAGE, WINDOW, Answer, Query, Walk, newest, straight, windowed
from watui.models import Kind, Message, Older
from watui.text import Safe

CHAT = Safe("1@c.us")


def message(number: int) -> Message:
    return Message(Safe(f"m{number}"), CHAT, number * 1000, own=False, kind=Kind.TEXT)


@dataclass
class Gateway:
    """A chat as the gateway sees it; the numbers are the messages' places in it."""

    size: int
    arrivals: list[int] = field(default_factory=list)
    """How many new messages come before each further query."""
    totals: bool = True
    garbage: frozenset[int] = frozenset()
    """Messages that nobody can make sense of."""
    asked: int = 0

    def _items(self, numbers: range) -> list[Message | None]:
        return [None if n in self.garbage else message(n) for n in numbers]

    def recent(self) -> Answer:
        return Answer(self._items(range(max(0, self.size - PAGE), self.size)), more=False)

    def answer(self, query: Query) -> Answer:
        if self.asked < len(self.arrivals):
            self.size += self.arrivals[self.asked]
        self.asked += 1
        start = max(0, self.size - WINDOW)
        about = int((query.before or query.after or Safe("m-1"))[1:])
        if not start <= about < self.size:
            return Answer([], found=False, total=0, more=False)
        side = range(about + 1, self.size) if query.before else range(start, about)
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
    numbers = [m.time // 1000 for m in page.messages]
    assert numbers == list(range(oldest - len(numbers), oldest))
    first = numbers[0] if numbers else oldest
    assert page.older in (Older.NONE, Older.WALL)
    if page.older is Older.NONE:
        assert first == 0
    else:
        assert first > 0 or gateway.size >= WINDOW or not totals
    assert gateway.asked <= 12
    if not any(arrivals) and totals:
        assert first == min(oldest, max(0, size - WINDOW)) or (oldest < size - WINDOW and not numbers)
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
        everything = [m.time // 1000 for m in above.messages + page.messages]
        assert everything == list(range(max(0, size - WINDOW), size))
        assert above.older is (Older.WALL if size >= WINDOW else Older.NONE)


@settings(max_examples=200, deadline=None)
@given(size=st.integers(2, 400), garbage=st.frozensets(st.integers(0, 400), max_size=30))
def test_items_without_sense_only_miss_themselves(size: int, garbage: frozenset[int]) -> None:
    oldest = max(1, size - 150)
    gateway = Gateway(size, garbage=garbage - {oldest})
    page = run(windowed(Safe(f"m{oldest}")), gateway.answer)
    reach = range(max(0, size - WINDOW), oldest)
    assert [m.time // 1000 for m in page.messages] == [n for n in reach if n not in garbage]


def test_a_message_deleted_meanwhile_makes_no_double() -> None:
    gateway = Gateway(450)
    answers = [gateway.answer(Query(after=Safe("m350"))), gateway.answer(Query(before=Safe("m249")))]
    answers[1] = Answer([message(n) for n in [*range(251, 351)]], total=199)  # m250 was deleted
    answers[1].items = [message(n) for n in range(251, 351)]
    page = run(windowed(Safe("m350")), lambda _: answers.pop(0))
    numbers = [m.time // 1000 for m in page.messages]
    assert numbers == [*range(150, 250), *range(251, 350)]


def test_page_of_garbage_alone_ends_at_the_wall() -> None:
    page = run(windowed(Safe("m350")), lambda _: Answer([None] * PAGE, total=200))
    assert page == Page([], Older.WALL)


def test_straight_cursor() -> None:
    answer = Answer([message(1), message(2)], total=2, more=True)
    assert run(straight(Safe("m3")), lambda _: answer) == Page([message(1), message(2)], Older.MORE)
    answer.more = False
    assert run(straight(Safe("m3")), lambda _: answer).older is Older.NONE
    assert run(straight(Safe("m3")), lambda _: Answer([], found=False)) == Page([], Older.UNKNOWN)
    answer.more = None
    assert run(straight(Safe("m3")), lambda _: answer).older is Older.NONE
