"""The order of messages in a thread: each once, in time, as first seen within a second."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making import message
from watui.models import LOCAL_PREFIX, Ack
from watui.text import Safe
from watui.timeline import Timeline


def ids(timeline: Timeline) -> list[str]:
    return [str(each.id) for each in timeline]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), max_size=60))
def test_each_id_stands_once_and_in_time_whatever_the_order_of_arrival(
    arrivals: list[tuple[int, int]],
) -> None:
    timeline = Timeline()
    times: dict[str, int] = {}
    for number, second in arrivals:
        name = f"m{number}"
        times.setdefault(name, second)
        timeline.put(message(name, at=times[name]))
    assert sorted(ids(timeline)) == sorted(times)
    assert [m.time for m in timeline] == sorted(m.time for m in timeline)
    assert [timeline.index_of(m.id) for m in timeline] == list(range(len(timeline)))


@given(st.lists(st.integers(0, 8), min_size=1, max_size=40), st.data())
def test_pages_in_any_order_make_the_same_thread(seconds: list[int], data: st.DataObject) -> None:
    history = [message(f"m{number}", at=second) for number, second in enumerate(sorted(seconds))]
    whole = [m.id for m in history]
    timeline = Timeline()
    timeline.merge(history[len(history) // 2 :])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(history) - 1))
        timeline.merge(history[start : start + data.draw(st.integers(1, 10))])
    timeline.merge(history)
    assert sorted(ids(timeline)) == sorted(whole)
    assert [m.time for m in timeline] == sorted(m.time for m in timeline)


def test_messages_of_one_second_take_the_order_in_which_they_are_filed() -> None:
    timeline = Timeline()
    live = [message(f"m{number}", at=5) for number in range(4)]
    for each in reversed(live):
        timeline.put(each)
    timeline.merge([message("old", at=1), *live, message("new", at=9)])
    assert ids(timeline) == ["old", "m0", "m1", "m2", "m3", "new"]


def test_what_is_on_its_way_out_stands_last_until_it_is_accepted() -> None:
    timeline = Timeline()
    local = message(LOCAL_PREFIX + "1", at=-100, own=True, ack=Ack.PENDING)
    timeline.put(local)
    timeline.put(message("later", at=50))
    assert ids(timeline) == ["later", local.id]
    timeline.remove(local.id)
    timeline.put(replace(local, id=Safe("real"), time=local.time + 160_000))
    assert ids(timeline) == ["later", "real"]


def test_a_poorer_copy_takes_nothing_away() -> None:
    timeline = Timeline()
    rich = replace(message(own=True, ack=Ack.READ), sender_name=Safe("Ana"))
    timeline.put(rich)
    timeline.put(message(own=True, ack=Ack.SENT))
    assert timeline[0].ack is Ack.READ
    assert timeline[0].sender_name == "Ana"


def test_replacing_what_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        Timeline().replace("nothing", message())


def test_an_id_that_a_page_repeats_stands_once() -> None:
    timeline = Timeline()
    assert len(timeline.merge([message("m"), message("m")])) == 1
    timeline.merge([message("m"), message("m")])
    assert ids(timeline) == ["m"]


def test_what_failed_stands_where_it_was_written() -> None:
    timeline = Timeline()
    timeline.put(message(LOCAL_PREFIX + "1", at=5, own=True, ack=Ack.FAILED))
    timeline.put(message("later", at=9))
    assert ids(timeline)[-1] == "later"


def test_a_page_that_begins_within_a_known_second_keeps_its_order() -> None:
    timeline = Timeline()
    timeline.merge([message(name, at=5) for name in "abc"])
    timeline.merge([message("b", at=5), message("c", at=5), message("d", at=5), message("e", at=6)])
    assert [each.id for each in timeline] == ["a", "b", "c", "d", "e"]
