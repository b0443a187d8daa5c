"""When to try again, and which message an unconfirmed send became."""

from hypothesis import given
from hypothesis import strategies as st

from tests.making import message
from watui.sync import FIRST_WAIT, LONGEST_WAIT, Backoff, find_sent


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_waits_grow_but_never_beyond_the_longest(chances: list[float]) -> None:
    dice = iter(chances)
    backoff = Backoff(lambda: next(dice))
    for number, chance in enumerate(chances):
        wait = backoff.next_wait(0.0)
        assert 0 <= wait <= min(LONGEST_WAIT, FIRST_WAIT * 2**number)
        assert wait == min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(number, 10)) * chance


def test_a_connection_that_held_is_forgiven_its_past() -> None:
    backoff = Backoff(lambda: 1.0)
    for _ in range(6):
        backoff.next_wait(0.0)
    backoff.up(100.0)
    assert backoff.next_wait(100.0 + LONGEST_WAIT) == FIRST_WAIT


def test_a_connection_that_breaks_at_once_is_not() -> None:
    backoff = Backoff(lambda: 1.0)
    waits = []
    for second in range(4):
        backoff.up(float(second))
        waits.append(backoff.next_wait(second + 0.1))
    assert waits == [FIRST_WAIT * 2**n for n in range(4)]


def test_a_lost_send_is_found_by_its_text_and_newness() -> None:
    page = [
        message("old", own=True, text="ok", at=1),
        message("theirs", text="ok", at=2),
        message("other", own=True, text="no", at=3),
        message("new", own=True, text="ok", at=4),
    ]
    sent = message(own=True, text="ok")
    found = find_sent(page, sent, frozenset({"old"}))
    assert found is not None
    assert found.id == "new"
    assert find_sent(page, sent, frozenset({"old", "new"})) is None
