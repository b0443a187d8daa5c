"""A ledger that cannot fail is worth nothing: each test plants one wrong and sees it found."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.ledger import (
    Asked,
    Entry,
    Held,
    Mark,
    Row,
    Verdict,
    as_json,
    from_json,
    is_whole,
    judge,
    of_archive,
    of_store,
)
from watui import events as ev
from watui.archive import schema
from watui.archive.archive import Archive
from watui.archive.outbox import Letter, Outbox, State
from watui.bodies import Body
from watui.models import ChatKey, Kind, Message, Older
from watui.store import Store
from watui.text import Safe

CHAT = "1@c.us"
KEY = ChatKey(Safe("device"), Safe(CHAT))
TRUTH = {CHAT: [Entry(f"m{n}", f"text {n}") for n in range(10)]}
GAP = Row("gap", mark=Mark.GAP)


def rows(*numbers: int) -> list[Row]:
    return [Row(f"m{n}", f"text {n}") for n in numbers]


def found(*held: Row, older: Older = Older.MORE) -> Verdict:
    return judge(TRUTH, {CHAT: Held([*held], older.value)})


def sent(*held: Row, sends: tuple[str, ...] = (), sure: bool = True) -> Verdict:
    own = [Entry(row.id, row.text, own=True) for row in held if row.mark is Mark.MESSAGE]
    return judge({CHAT: own}, {CHAT: Held([*held])}, [Asked(CHAT, "hello", sure)], sends)


def test_all_there() -> None:
    verdict = found(*rows(*range(10)))
    assert verdict.clean
    assert str(verdict) == "all there"
    assert verdict.messages == 10


def test_what_nobody_scrolled_to_is_not_lost() -> None:
    verdict = found(*rows(7, 8, 9))
    assert verdict.clean
    assert verdict.above == 7


def test_a_thread_that_says_that_nothing_is_above_it_has_lost_what_is() -> None:
    assert len(found(*rows(7, 8, 9), older=Older.NONE).lost) == 7


def test_a_message_lost_at_the_end() -> None:
    verdict = found(*rows(*range(9)))
    assert len(verdict.lost) == 1
    assert "m9" in verdict.lost[0]
    assert not verdict.clean


def test_an_unmarked_hole() -> None:
    verdict = found(*rows(0, 1, 2, 6, 7, 8, 9))
    assert len(verdict.holes) == 1
    assert len(verdict.lost) == 3


def test_a_marked_hole_is_none() -> None:
    verdict = found(*rows(0, 1, 2), GAP, *rows(6, 7, 8, 9))
    assert verdict.clean
    assert (verdict.gaps, verdict.missing) == (1, 3)


def test_a_mark_beside_the_hole_does_not_count() -> None:
    verdict = found(*rows(0, 1), GAP, *rows(2, 6, 7, 8, 9))
    assert len(verdict.holes) == 1
    assert len(verdict.invented) == 1


def test_a_doubled_message() -> None:
    verdict = found(*rows(*range(10), 9))
    assert len(verdict.doubled) == 1


@pytest.mark.parametrize("order", [(1, 0, *range(2, 10)), (*range(8), 9, 8), (9, *range(9))])
def test_messages_out_of_order(order: tuple[int, ...]) -> None:
    verdict = found(*rows(*order))
    assert verdict.disordered
    assert not verdict.doubled


def test_a_message_that_the_gateway_never_had() -> None:
    assert len(found(*rows(*range(10)), Row("x")).invented) == 1


def test_what_no_history_shows_may_be_missing() -> None:
    entries = [*TRUTH[CHAT]]
    entries[5] = replace(entries[5], hidden=True)
    assert judge({CHAT: entries}, {CHAT: Held(rows(*range(5), *range(6, 10)))}).clean


def test_a_chat_of_which_nothing_is_held() -> None:
    assert judge(TRUTH, {}).above == 10
    assert not judge(TRUTH, {}, least=5).clean


def test_a_text_that_was_sent() -> None:
    verdict = sent(Row("m", "hello", own=True), sends=("hello",))
    assert verdict.clean
    assert verdict.sent == 1


def test_a_text_that_nobody_got() -> None:
    assert len(sent().unsent) == 1


def test_a_text_that_nobody_got_and_that_watui_never_took() -> None:
    assert sent(sure=False).clean


@pytest.mark.parametrize("mark", [Mark.FAILED, Mark.UNKNOWN, Mark.WAITING])
def test_a_text_that_nobody_got_and_that_says_so(mark: Mark) -> None:
    verdict = sent(Row("watui:1", "hello", own=True, mark=mark))
    assert verdict.clean
    assert verdict.states[mark.value] == 1


def test_a_text_that_was_sent_twice() -> None:
    verdict = sent(Row("m", "hello", own=True), sends=("hello", "hello"))
    assert len(verdict.resent) == 1


def test_a_text_that_was_sent_and_is_shown_as_failed() -> None:
    verdict = sent(Row("watui:1", "hello", own=True, mark=Mark.FAILED), sends=("hello",))
    assert len(verdict.untrue) == 1


def test_a_text_that_is_shown_as_sent_and_as_waiting() -> None:
    held = (Row("m", "hello", own=True), Row("watui:1", "hello", own=True, mark=Mark.WAITING))
    assert len(sent(*held, sends=("hello",)).doubled) == 1


def message(number: int) -> Message:
    text = Safe(f"text {number}")
    return Message(Safe(f"m{number}"), KEY.jid, number * 1000, own=False, kind=Kind.TEXT, text=text)


def test_an_archive_is_read_as_it_would_be_shown(tmp_path: Path) -> None:
    path = tmp_path / schema.FILE
    base = schema.connect(path)
    archive = Archive(base)
    archive.begin()
    archive.page(KEY, [message(n) for n in range(3)], Older.NONE, None)
    archive.page(KEY, [message(n) for n in range(6, 10)], Older.MORE, None)
    archive.commit()
    Outbox(base).put(Letter(Safe("watui:1"), KEY.device, KEY.jid, Body("hello"), 0, State.UNKNOWN))
    base.close()
    held = of_archive(path, "device")
    assert [row.mark for row in held[CHAT].rows] == [
        *[Mark.MESSAGE] * 3,
        Mark.GAP,
        *[Mark.MESSAGE] * 4,
        Mark.UNKNOWN,
    ]
    verdict = judge(TRUTH, held, [Asked(CHAT, "hello")])
    assert verdict.clean
    assert verdict.missing == 3
    assert is_whole(path)


def test_a_store_is_read_as_it_is_shown() -> None:
    store = Store()
    store.thread(KEY)
    page = ev.HistoryRead(KEY.jid, [message(n) for n in (0, 1, 2, 9)], Older.NONE, newest=True)
    store.apply(KEY.device, [page], 0.0)
    held = from_json(as_json(of_store(store, "device")))
    assert [row.id for row in held[CHAT].rows] == ["m0", "m1", "m2", "m9"]
    assert len(judge(TRUTH, held).holes) == 1
