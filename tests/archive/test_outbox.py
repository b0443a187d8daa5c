"""The outbox: what was written down is there after anything, and what was not is not."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.making import ANA, BOB, WORK, message
from watui import events as ev
from watui.archive.archive import Archive
from watui.archive.keeper import Keeper
from watui.archive.outbox import Letter, Outbox, State
from watui.archive.schema import FILE, connect
from watui.bodies import Body
from watui.models import Ack, ChatKey, Kind
from watui.text import Safe

KEY = ChatKey(WORK, ANA)


def letter(number: int, chat: Safe = ANA, device: Safe = WORK) -> Letter:
    return Letter(Safe(f"watui:{number}"), device, chat, Body(f"text {number}"), 1000 - number)


def reopened(path: Path, device: Safe | None = None) -> list[Letter]:
    with closing(connect(path)) as base:
        return list(Outbox(base).letters(device))


def test_letters_come_back_as_they_were_and_in_the_order_of_writing(tmp_path: Path) -> None:
    written = [
        letter(3),
        replace(letter(1), seen=frozenset()),
        replace(letter(2, BOB), seen=frozenset({"a", "b"}), state=State.SENDING),
        replace(
            letter(4, device=Safe("other")),
            state=State.FAILED,
            error=Safe("too long"),
            body=Body("a\0\x1b\ud7ff"),
        ),
    ]
    with closing(connect(tmp_path / FILE)) as base:
        for each in written:
            Outbox(base).put(each)
    assert reopened(tmp_path / FILE) == written
    assert reopened(tmp_path / FILE, WORK) == written[:3]
    assert [each.seen for each in written][:2] == [None, frozenset()]


def test_a_letter_keeps_its_place_when_something_becomes_of_it(tmp_path: Path) -> None:
    with closing(connect(tmp_path / FILE)) as base:
        outbox = Outbox(base)
        for number in range(3):
            outbox.put(letter(number))
        outbox.put(replace(letter(0), state=State.UNKNOWN, error=Safe("no answer"), seen=frozenset({"x"})))
        outbox.remove(Safe("watui:1"))
        outbox.remove(Safe("watui:nothing"))
    first, last = reopened(tmp_path / FILE)
    assert first == replace(letter(0), state=State.UNKNOWN, error=Safe("no answer"), seen=frozenset({"x"}))
    assert last == letter(2)


def test_a_letter_shows_as_what_became_of_it() -> None:
    acks = {state: replace(letter(1), state=state).message.ack for state in State}
    assert acks == {
        State.QUEUED: Ack.PENDING,
        State.SENDING: Ack.PENDING,
        State.UNKNOWN: Ack.UNKNOWN,
        State.FAILED: Ack.FAILED,
    }
    shown = replace(letter(1), body=Body("a\tb\x1b")).message
    assert (shown.text, shown.kind, shown.own, shown.local) == ("a    b␛", Kind.TEXT, True, True)


def test_what_else_was_written_is_made_sure_of_with_it(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / FILE)
    with closing(connect(tmp_path / FILE)) as other:
        keeper.take(WORK, ev.MessageArrived(message()))
        assert not Archive(other).holds(KEY, Safe("m1"))
        assert keeper.put(letter(1))
        assert Archive(other).holds(KEY, Safe("m1"))
    keeper.close()


def unsendable() -> Letter:
    """Make a letter that the file will not take."""
    return replace(letter(1), body=Body(None))  # type: ignore[arg-type]


def test_what_cannot_be_written_is_not_there_and_the_next_one_is(tmp_path: Path) -> None:
    path = tmp_path / FILE
    with closing(connect(path)) as base:
        outbox = Outbox(base)
        with pytest.raises(sqlite3.IntegrityError):
            outbox.put(unsendable())
        assert not base.in_transaction
        outbox.put(letter(2))
    assert reopened(path) == [letter(2)]


def test_an_end_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / FILE
    with closing(connect(path)) as base:
        base.execute("BEGIN IMMEDIATE")
        base.execute("PRAGMA defer_foreign_keys = ON")
        base.execute("INSERT INTO gaps(chat, above, below) VALUES (99, 'a', 'b')")  # fails at the end only
        with pytest.raises(sqlite3.IntegrityError):
            Outbox(base).put(letter(1))
        assert not base.in_transaction
        Outbox(base).put(letter(2))
    assert reopened(path) == [letter(2)]


def test_the_archive_goes_on_after_a_letter_took_its_writes_along(tmp_path: Path) -> None:
    with closing(connect(tmp_path / FILE)) as base:
        archive = Archive(base)
        archive.take(WORK, ev.MessageArrived(message("m1")))
        with pytest.raises(sqlite3.IntegrityError):
            Outbox(base).put(unsendable())
        archive.rollback()  # as the keeper does after any error
        archive.take(WORK, ev.MessageArrived(message("m2")))
        archive.commit()
        assert archive.own(KEY, "hello") == []
        assert [each.id for each in archive.newest(KEY, 9)[0]] == ["m2"]
