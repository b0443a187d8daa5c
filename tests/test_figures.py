"""How figures are drawn: aligned, within their width, and in words and shapes that need no colour."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.containers import Vertical

from tests.conftest import Plain
from tests.making import ANA, BOB, TEAM, WORK
from watui.figures import Answers, Busy, Day, Figures
from watui.models import ChatKey, Stats
from watui.panes.figures import FiguresPane, lines_of
from watui.text import Safe, cell_len, clean

MONDAY = date(2026, 11, 23)
CAME = (0, 1, 8, 16, 24, 32, 40, 48, 56, 64, 0, 0, 0, 30)
SENT = (64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)

NOTHING = Figures(
    chats=0,
    groups=0,
    unread=0,
    unread_chats=0,
    messages=0,
    first=None,
    days=[Day(MONDAY - timedelta(13 - place), 0, 0) for place in range(14)],
    hours=[0] * 24,
    busiest=[],
    ours=None,
    theirs=None,
)

SOME = replace(
    NOTHING,
    chats=40,
    groups=5,
    unread=7,
    unread_chats=3,
    messages=12_345,
    first=1_714_737_600_000,
    days=[Day(day.date, came, sent) for day, came, sent in zip(NOTHING.days, CAME, SENT, strict=True)],
    hours=[0] * 8 + [10, 80, 20] + [0] * 12 + [1],
    busiest=[
        Busy(ChatKey(WORK, ANA), Safe("Ana Lima"), 300),
        Busy(
            ChatKey(WORK, TEAM),
            Safe("Family 👨‍👩‍👧‍👦 with a name that does not end before the line does"),
            150,
        ),
        Busy(ChatKey(WORK, BOB), Safe("山田 太郎"), 2),
    ],
    ours=Answers(240, 31),
    theirs=Answers(7_620, 1_028),
)

GATEWAY = Stats(chats=42, groups=5, unread_chats=4, unread=9, oldest_unread_days=3)


def drawn(figures: Figures | None, stats: Stats | None = None, width: int = 80, high: int = 1) -> list[str]:
    return [
        "".join(text for text, _ in line).rstrip() for line in lines_of(figures, stats, {}, width, high=high)
    ]


def test_all_of_it_in_eighty_columns() -> None:
    assert drawn(SOME, GATEWAY) == [
        "now          7 unread in 3 chats · 40 chats, 5 of them groups",
        "the gateway  counts 42 chats, 9 unread in 4 chats, the oldest unread 3 days old",
        "kept here    12,345 messages since 3 May 2024",
        "came         ··· ▁▁▁ ▁▁▁ ▂▂▂ ▃▃▃ ▄▄▄ ▅▅▅ ▆▆▆ ▇▇▇ ███ ··· ··· ··· ▄▄▄  64",
        "14 days      Tu  We  Th  Fr  Sa  Su  Mo  Tu  We  Th  Fr  Sa  Su  Mo",
        "sent         ███ ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ▁▁▁",
        "by the hour  ········▁█▂············▁  most from 9 to 10: 80",
        "30 days      0     6     12    18",
        "busiest      Ana Lima                    ███████████████████████████████████ 300",
        "             Family 👨‍👩‍👧‍👦 with a name tha…  █████████████████▌ 150",
        "             山田 太郎                   ▎ 2",
        "answers      you answer within 4 min (median of 31)",
        "             they answer within 2 h 7 min (median of 1,028)",
    ]


def test_all_of_it_in_fifty_columns() -> None:
    assert drawn(SOME, None, 50) == [
        "now          7 unread in 3 chats · 40 chats, 5 of",
        "             them groups",
        "kept here    12,345 messages since 3 May 2024",
        "came         · ▁ ▁ ▂ ▃ ▄ ▅ ▆ ▇ █ · · · ▄  64",
        "14 days      T W T F S S M T W T F S S M",
        "sent         █ · · · · · · · · · · · · ▁",
        "by the hour  ········▁█▂············▁ 80",
        "30 days      0     6     12    18",
        "busiest      Ana Lima            █████████████ 300",
        "             Family 👨‍👩‍👧‍👦 with a…   ██████▌ 150",
        "             山田 太郎           ▏ 2",
        "answers      you answer within 4 min (median of",
        "             31)",
        "             they answer within 2 h 7 min (median",
        "             of 1,028)",
    ]


def test_higher_bars_in_a_hundred_and_twenty_columns() -> None:
    lines = drawn(SOME, None, 120, high=2)
    assert lines[2:7] == [
        "                                     ▂▂▂ ▄▄▄ ▆▆▆ ███                  64",
        "came         ··· ▁▁▁ ▂▂▂ ▄▄▄ ▆▆▆ ███ ███ ███ ███ ███ ··· ··· ··· ███",
        "14 days      Tu  We  Th  Fr  Sa  Su  Mo  Tu  We  Th  Fr  Sa  Su  Mo",
        "             ███",
        "sent         ███ ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ▁▁▁",
    ]
    assert "█" * 40 + " 300" in "\n".join(lines)
    assert "█" * 41 not in "\n".join(lines)


def test_what_is_empty_is_said_in_words() -> None:
    assert drawn(NOTHING) == [
        "now          nothing unread · 0 chats",
        "kept here    nothing yet: figures begin with the first message",
    ]
    assert drawn(replace(NOTHING, messages=1, first=43_200_000, chats=1, groups=1)) == [
        "now          nothing unread · 1 chat, 1 of them a group",
        "kept here    1 message since 1 January 1970",
        "30 days      no message in the last 30 days",
    ]
    lines = drawn(replace(SOME, days=NOTHING.days, ours=None, theirs=None))
    assert lines[2:5] == [
        "came         ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ···",
        "14 days      Tu  We  Th  Fr  Sa  Su  Mo  Tu  We  Th  Fr  Sa  Su  Mo",
        "sent         ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ··· ···",
    ]
    assert lines[-1] == "answers      none in chats of two in the last 30 days"
    assert "they answer: not once in the last 30 days" in drawn(replace(SOME, theirs=None))[-1]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "a minute"), (29, "a minute"), (31, "1 min"), (3_569, "59 min"), (3_600, "1 h"), (86_400, "24 h")],
)
def test_how_long_answers_take(seconds: int, words: str) -> None:
    lines = drawn(replace(SOME, ours=Answers(seconds, 1)))
    assert f"answers      you answer within {words} (median of 1)" in lines


@pytest.mark.parametrize(
    ("stats", "counts"),
    [
        (Stats(40, 5, 3, 7, 0), None),
        (Stats(), None),
        (Stats(chats=41), "41 chats"),
        (Stats(groups=1), "1 group"),
        (Stats(unread=7), None),
        (Stats(unread=7, unread_chats=2), "7 unread in 2 chats"),
        (Stats(unread=0, oldest_unread_days=4), "nothing unread"),
        (Stats(40, 5, 3, 7, 1), "the oldest unread 1 day old"),
    ],
)
def test_the_gateway_is_heard_where_it_says_something_else(stats: Stats, counts: str | None) -> None:
    found = [line for line in drawn(SOME, stats) if line.startswith("the gateway")]
    assert found == ([] if counts is None else [f"the gateway  counts {counts}"])


FIGURES = st.builds(
    lambda numbers, hours, busy, answers: replace(
        SOME,
        days=[Day(day.date, *each) for day, each in zip(NOTHING.days, numbers, strict=True)],
        hours=hours,
        busiest=sorted(busy, key=lambda each: -each.messages),
        ours=answers,
        messages=sum(hours),
    ),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=14, max_size=14),
    st.lists(st.integers(0, 10**6), min_size=24, max_size=24).filter(any),
    st.lists(
        st.builds(
            lambda name, number: Busy(ChatKey(WORK, ANA), clean(name.replace("\n", " ")), number),
            st.text(min_size=1, max_size=60),
            st.integers(1, 10**6),
        ),
        min_size=1,
        max_size=5,
    ),
    st.none() | st.builds(Answers, st.integers(0, 86_400), st.integers(1, 10**6)),
)


@settings(max_examples=40, deadline=None)
@given(FIGURES, st.none() | st.just(GATEWAY), st.integers(50, 130), st.integers(1, 3))
def test_no_line_is_wider_than_it_may_be(
    figures: Figures, stats: Stats | None, width: int, high: int
) -> None:
    for line in lines_of(figures, stats, {}, width, high=high, apart=True):
        assert sum(cell_len(text) for text, _ in line) <= width


class Screen(Plain):
    """The pane in the box that it is to be in."""

    def __init__(self) -> None:
        super().__init__()
        self.pane = FiguresPane()

    def compose(self) -> ComposeResult:
        with Vertical(id="devices-box"):
            yield self.pane

    @property
    def lines(self) -> Sequence[str]:
        return [self.pane.render_line(y).text.rstrip() for y in range(self.pane.size.height)]


@pytest.mark.parametrize("size", [(50, 20), (80, 24), (120, 40)])
async def test_the_pane_counts_and_then_shows(size: tuple[int, int]) -> None:
    app = Screen()
    async with app.run_test(size=size) as pilot:
        app.pane.show(None, trouble="the archive cannot be read")
        await pilot.pause()
        assert app.lines[0] == " now          the archive cannot be read"
        app.pane.show(None, GATEWAY)
        await pilot.pause()
        assert app.lines[0] == " now          counting…"
        assert app.lines[1].startswith(" the gateway  counts 42 chats, 5 groups")
        app.pane.show(SOME, None, {ChatKey(WORK, ANA): Safe("Ana of the book")})
        await pilot.pause()
        shown = "\n".join(app.lines)
        assert "7 unread in 3 chats" in shown
        assert "Ana of the book" in shown
        assert "Ana Lima" not in shown
        assert all(cell_len(line) <= app.pane.size.width for line in app.lines)
        if size[1] >= 24:
            assert "they answer" in shown  # all of it is in view
        app.pane.wheel(100)
        assert "they answer" in "\n".join(app.lines)
        app.pane.wheel(-100)
        assert app.lines[0].startswith(" now")
