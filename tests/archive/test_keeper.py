"""The archive as the workers use it: it bears a disk in trouble, keeps no longer than it may, and ends."""

import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.making import ANA, START, WORK, message
from watui import events as ev
from watui.archive.keeper import Keeper
from watui.archive.outbox import Letter
from watui.archive.schema import FILE
from watui.bodies import Body
from watui.models import ChatKey, Older
from watui.text import Safe

KEY = ChatKey(WORK, ANA)

LETTER = Letter(Safe("watui:1"), WORK, ANA, Body("to be sent"), START)


def count(home: Path) -> int:
    with closing(sqlite3.connect(f"file:{home / FILE}?mode=ro", uri=True)) as base:
        (number,) = base.execute("SELECT count(*) FROM messages").fetchone()
        return int(number)


def fill(keeper: Keeper, numbers: range) -> None:
    keeper.page(KEY, [message(f"m{number}", at=number, text="a secret") for number in numbers], Older.MORE)
    keeper.commit()


def test_nothing_outlives_a_run_that_keeps_nothing(tmp_path: Path) -> None:
    keeper = Keeper.at(tmp_path)
    keeper.retain(0)
    fill(keeper, range(50))
    assert keeper.put(LETTER)
    assert count(tmp_path) == 50
    keeper.close()
    assert count(tmp_path) == 0
    assert not any(b"a secret" in path.read_bytes() for path in tmp_path.iterdir())
    keeper = Keeper.at(tmp_path)
    assert [each.body.text for each in keeper.letters(WORK)] == ["to be sent"]
    keeper.close()


def test_nothing_outlives_such_a_run_that_was_killed_either(tmp_path: Path) -> None:
    keeper = Keeper.at(tmp_path)
    keeper.retain(0)
    fill(keeper, range(50))
    keeper.put(LETTER)
    keeper._base.close()
    assert keeper._lock is not None
    keeper._lock.close()
    keeper = Keeper.at(tmp_path)
    assert not any(keeper.recall() and keeper.thread(KEY).messages)
    assert [each.body.text for each in keeper.letters(WORK)] == ["to be sent"]
    keeper.close()


def test_what_is_too_old_goes_and_a_hole_behind_it_is_still_seen(tmp_path: Path) -> None:
    keeper = Keeper.at(tmp_path)
    fill(keeper, range(50))  # from long ago
    keeper.retain(30)
    keeper.prune()
    assert [each.id for each in keeper.thread(KEY).messages] == ["m49"]
    assert keeper.thread(KEY).older is Older.UNKNOWN
    fill(keeper, range(80, 90))
    assert [(gap.above, gap.below) for gap in keeper.gaps(KEY)] == [("m49", "m80")]
    keeper.close()


def test_to_keep_for_ever_drops_nothing(tmp_path: Path) -> None:
    keeper = Keeper.at(tmp_path)
    fill(keeper, range(50))
    keeper.retain(None)
    keeper.prune()
    assert len(keeper.thread(KEY).messages) == 50
    keeper.close()


def test_an_end_is_quiet_and_comes_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    said: list[Safe] = []
    keeper = Keeper.at(tmp_path)
    keeper.on_trouble = said.append
    for _ in range(3):
        keeper.close()
    assert said == []
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    again = Keeper.at(tmp_path)
    assert not again.doubtful
    again.close()


def test_a_run_that_did_not_come_to_its_end_is_doubtful(tmp_path: Path) -> None:
    keeper = Keeper.at(tmp_path)
    keeper._base.close()
    assert keeper._lock is not None
    keeper._lock.close()
    again = Keeper.at(tmp_path)
    assert again.doubtful
    assert again.is_sound()
    again.close()


def test_another_program_at_the_file_holds_nobody_up(tmp_path: Path) -> None:
    keeper = Keeper.at(tmp_path)
    fill(keeper, range(5))
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        keeper.take(WORK, ev.MessageArrived(message("held", at=99)))
        keeper.commit()
        assert time.monotonic() - began < 2
        assert keeper.words.startswith("another program holds the archive")
        assert not keeper.put(LETTER)
        other.execute("ROLLBACK")
    keeper._retry_at = 0.0
    keeper.commit()
    assert keeper.words == ""
    assert keeper.thread(KEY).messages[-1].id == "held"
    keeper.close()


def test_damage_that_shows_while_it_runs_costs_neither_the_outbox_nor_what_comes(tmp_path: Path) -> None:
    lost: list[bool] = []
    keeper = Keeper.at(tmp_path)
    keeper.on_loss = lambda: lost.append(True)
    fill(keeper, range(500))
    keeper.put(LETTER)
    keeper._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = keeper._base.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'messages_in_order'"
    ).fetchone()
    (size,) = keeper._base.execute("PRAGMA page_size").fetchone()
    with (tmp_path / FILE).open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    keeper._base.execute("PRAGMA cache_size = 0")
    keeper.thread(KEY)
    keeper.page(KEY, [message("new", at=999)], Older.MORE)
    keeper.commit()
    assert lost
    assert "the archive was damaged" in keeper.words
    assert [each.body.text for each in keeper.letters(WORK)] == ["to be sent"]
    assert [path.name for path in tmp_path.iterdir() if ".broken-" in path.name]
    keeper.take(WORK, ev.MessageArrived(message("later", at=1000)))
    keeper.commit()
    assert keeper.thread(KEY).messages[-1].id == "later"
    keeper.close()
