"""Messages as they are filed: each once, in order, what is missing among them, found by their words."""

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.making import ANA, BOB, TEAM, WORK, chat, message
from watui import events as ev
from watui.archive.archive import Archive
from watui.archive.schema import connect
from watui.models import ChatKey, Kind, Media, Message, Older, Preview
from watui.text import Safe
from watui.timeline import woven

KEY = ChatKey(WORK, ANA)


def at(*seconds: int) -> list[Message]:
    """Make one message for each second, named for it."""
    return [message(f"m{second}", at=second) for second in seconds]


def shown(archive: Archive, count: int = 100) -> list[str]:
    """Name what is read: messages, and the holes among them."""
    messages, _ = archive.newest(KEY, count)
    return ["?" if each.kind is Kind.MISSING else str(each.id) for each in messages]


def holes(archive: Archive) -> list[tuple[str, str, bool]]:
    return [(gap.above, gap.below, gap.final) for gap in archive.gaps(KEY)]


# Stretches and what is missing between them.


def test_nothing_is_known_of_an_unknown_chat(archive: Archive) -> None:
    assert archive.newest(KEY, 10) == ([], Older.UNKNOWN)
    assert archive.above(KEY, Safe("m1"), 10) == ([], Older.UNKNOWN)
    assert archive.older(KEY, Safe("m1")) is Older.UNKNOWN
    assert not archive.gaps(KEY)
    assert not archive.shown_gaps(KEY)
    assert not archive.holds(KEY, Safe("m1"))


def test_a_page_apart_from_what_is_known_leaves_a_gap(archive: Archive) -> None:
    archive.page(KEY, at(1, 2), Older.MORE, None)
    archive.page(KEY, at(8, 9), Older.MORE, None)
    assert shown(archive) == ["m1", "m2", "?", "m8", "m9"]
    (hole,) = archive.shown_gaps(KEY).values()
    assert hole.missing is not None
    assert hole.missing.until == message(at=8).time
    archive.page(KEY, at(5, 6, 7), Older.MORE, Safe("m8"))
    assert holes(archive) == [("m2", "m5", False)]
    archive.page(KEY, at(2, 3, 4, 5), Older.MORE, Safe("m5"))
    assert shown(archive) == [f"m{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9)]


def test_a_page_that_overlaps_leaves_none(archive: Archive) -> None:
    archive.page(KEY, at(1, 2), Older.MORE, None)
    assert [each.id for each in archive.page(KEY, at(2, 3), Older.MORE, None)] == ["m3"]
    assert holes(archive) == []


def test_messages_that_came_alone_have_a_gap_on_both_sides(archive: Archive) -> None:
    archive.page(KEY, at(1), Older.MORE, None)
    for alone in at(4, 6):
        archive.put(KEY, alone)
    archive.page(KEY, at(8, 9), Older.MORE, None)
    assert [hole[:2] for hole in holes(archive)] == [("m6", "m8"), ("m4", "m6"), ("m1", "m4")]
    archive.page(KEY, at(5, 6, 7), Older.MORE, Safe("m8"))
    assert [hole[:2] for hole in holes(archive)] == [("m4", "m5"), ("m1", "m4")]


def test_what_the_rest_of_a_second_brings_is_bridged_too(archive: Archive) -> None:
    one, two, three = (message(f"s{n}", at=5) for n in range(3))
    archive.page(KEY, at(1), Older.MORE, None)
    archive.put(KEY, one)
    archive.page(KEY, at(9), Older.MORE, None)
    archive.page(KEY, [*at(1, 3), one, two, three], Older.WALL, one.id)
    assert holes(archive) == [("s2", "m9", False)]
    assert shown(archive) == ["m1", "m3", "s0", "s1", "s2", "?", "m9"]


def test_what_the_gateway_has_not_any_more_stays_a_hole(archive: Archive) -> None:
    archive.page(KEY, at(1, 2), Older.MORE, None)
    archive.page(KEY, at(8), Older.NONE, None)
    assert holes(archive) == [("m2", "m8", True)]
    archive.page(KEY, at(12), Older.MORE, None)
    archive.page(KEY, [], Older.NONE, Safe("m12"))
    assert ("m8", "m12", True) in holes(archive)


def test_a_gap_that_is_given_up_stays_and_can_still_be_filled(archive: Archive) -> None:
    archive.page(KEY, at(1, 2), Older.MORE, None)
    archive.page(KEY, at(8, 9), Older.MORE, None)
    archive.give_up(archive.gaps(KEY)[0])
    assert holes(archive) == [("m2", "m8", True)]
    archive.page(KEY, at(5, 6), Older.WALL, Safe("m8"))
    assert holes(archive) == [("m2", "m5", True)]
    archive.page(KEY, at(2, 3), Older.WALL, Safe("m5"))
    assert holes(archive) == []


def test_a_stretch_in_the_middle_of_a_gap_makes_two(archive: Archive) -> None:
    archive.page(KEY, at(1), Older.MORE, None)
    archive.page(KEY, at(9), Older.MORE, None)
    archive.page(KEY, at(4, 5), Older.MORE, Safe("nothing"))
    assert [hole[:2] for hole in holes(archive)] == [("m5", "m9"), ("m1", "m4")]


def test_an_empty_chat_is_not_taken_for_one_that_begins_with_what_comes_next(archive: Archive) -> None:
    archive.page(KEY, [], Older.NONE, None)
    archive.put(KEY, *at(5))  # others may have been missed before it
    assert archive.older(KEY, Safe("m5")) is Older.UNKNOWN


def test_what_came_while_a_page_was_read_is_no_less_sure(archive: Archive) -> None:
    archive.page(KEY, at(1, 2), Older.MORE, None)
    archive.put(KEY, *at(3))
    archive.trust(KEY, *at(3))
    archive.page(KEY, at(1, 2), Older.MORE, None)
    archive.page(KEY, at(7, 8), Older.MORE, None)
    assert holes(archive) == [("m3", "m7", False)]


def test_an_old_message_that_is_told_again_makes_nothing_less_sure(archive: Archive) -> None:
    archive.page(KEY, at(1, 2), Older.MORE, None)
    archive.put(KEY, *at(3))
    archive.trust(KEY, *at(3))
    for old in at(3, 1):
        archive.commit()
        archive.take(WORK, ev.MessageArrived(old))
        archive.trust(KEY, old)
    archive.page(KEY, at(7, 8), Older.MORE, None)
    assert holes(archive) == [("m3", "m7", False)]


def test_what_lies_above_is_noted_for_the_first_message_only(archive: Archive) -> None:
    archive.page(KEY, at(5, 6), Older.MORE, None)
    assert archive.newest(KEY, 10)[1] is Older.MORE
    archive.page(KEY, at(3, 4), Older.WALL, Safe("m5"))
    archive.page(KEY, at(20), Older.MORE, None)
    archive.page(KEY, at(19), Older.MORE, Safe("m20"))
    assert archive.newest(KEY, 10)[1] is Older.WALL
    assert archive.older(KEY, Safe("m3")) is Older.WALL
    assert archive.older(KEY, Safe("m4")) is Older.MORE
    assert archive.newest(KEY, 3)[1] is Older.MORE


# Order.


def test_a_page_that_begins_within_a_second_does_not_stir_it(archive: Archive) -> None:
    second = [message(name, at=5) for name in "abc"]
    archive.page(KEY, second, Older.MORE, None)
    archive.page(KEY, [*second[1:], *at(6)], Older.MORE, None)
    assert shown(archive) == ["a", "b", "c", "m6"]


def test_messages_of_one_second_take_the_order_of_a_page_that_has_one(archive: Archive) -> None:
    for name in "cxa":
        archive.put(KEY, message(name, at=5))
    archive.page(KEY, [message(name, at=5) for name in "abcd"], Older.MORE, None)
    assert shown(archive) == ["a", "b", "x", "c", "d"]


def test_no_hole_is_left_between_two_that_were_told_the_other_way_round(archive: Archive) -> None:
    archive.page(KEY, [message("b", at=5)], Older.NONE, None)
    archive.put(KEY, message("a", at=5))
    archive.page(KEY, [message("a", at=5)], Older.NONE, None)
    assert holes(archive) == [("b", "a", True)]
    archive.page(KEY, [message("a", at=5), message("b", at=5)], Older.NONE, None)
    assert holes(archive) == []


def test_a_second_that_may_be_reversed_is_turned_round_where_two_known_messages_prove_it(
    archive: Archive,
) -> None:
    for name in "ac":
        archive.put(KEY, message(name, at=5))
    archive.page(KEY, [message(name, at=5) for name in "dcba"], Older.MORE, None, ordered=False)
    assert shown(archive) == ["a", "b", "c", "d"]


def test_a_message_of_another_time_moves(archive: Archive) -> None:
    archive.put(KEY, message("a", at=1))
    archive.put(KEY, message("b", at=2))
    archive.put(KEY, message("a", at=2))
    assert shown(archive) == ["b", "a"]
    assert archive.above(KEY, Safe("a"), 1)[0] == [message("b", at=2)]
    archive.page(KEY, [message("b", at=1), message("a", at=1), message("c", at=2)], Older.MORE, None)
    assert shown(archive) == ["b", "a", "c"]
    archive.put(KEY, message("a", at=2, kind=Kind.REVOKED, text=""))
    assert shown(archive) == ["b", "a", "c"]  # a deletion keeps the time that is known


@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.data(),
)
def test_weaving_loses_and_doubles_nothing(known: list[str], page: list[str], data: st.DataObject) -> None:
    before = data.draw(st.integers(0, len(known)))
    ours, theirs = [*map(Safe, known)], [*map(Safe, page)]
    together = woven(ours, theirs, ours[:before], ordered=False)
    assert sorted(together) == sorted({*ours, *theirs})
    assert [each for each in together if each in ours] == ours
    together = woven(ours, theirs, ours[:before], ordered=True)
    assert sorted(together) == sorted({*ours, *theirs})
    assert [each for each in together if each in theirs] == theirs


@given(st.integers(1, 7), st.sets(st.integers(0, 6)), st.integers(0, 6), st.integers(1, 7))
def test_a_stretch_of_the_truth_keeps_its_order(size: int, held: set[int], start: int, length: int) -> None:
    truth = [Safe(str(n)) for n in range(size)]
    known = [truth[n] for n in sorted(held) if n < size]
    page = truth[start : start + length]
    before = [each for each in known if int(each) < start]
    for ordered in (True, False):
        assert woven(known, page, before, ordered=ordered) == sorted({*known, *page})


# What a list of chats says about it.


def preview(name: str | None) -> Preview:
    return Preview(Kind.TEXT, Safe("x"), own=False, id=Safe(name) if name else None)


def test_a_chat_is_stale_until_its_last_message_is_sure(archive: Archive) -> None:
    archive.page(KEY, at(1, 2), Older.MORE, None)
    listed = replace(chat(at=3), preview=preview("m3"))
    assert archive.stale(WORK, [listed], own_told=True) == [ANA]
    archive.put(KEY, *at(3))
    assert archive.stale(WORK, [listed], own_told=True) == [ANA]
    archive.trust(KEY, *at(3))
    assert archive.stale(WORK, [listed], own_told=True) == []


def test_a_list_that_lags_makes_no_chat_stale(archive: Archive) -> None:
    archive.page(KEY, at(1, 2), Older.MORE, None)
    assert archive.stale(WORK, [replace(chat(at=1), preview=preview("m1"))], own_told=True) == []
    assert archive.stale(WORK, [replace(chat(at=2), preview=preview(None))], own_told=True) == []
    assert archive.stale(WORK, [replace(chat(at=3), preview=preview(None))], own_told=True) == [ANA]


def test_those_looked_at_longest_ago_come_first(archive: Archive) -> None:
    listed = []
    for now, jid in ((50, ANA), (40, BOB), (60, TEAM)):
        key = ChatKey(WORK, jid)
        archive.page(key, [message("m1", jid)], Older.MORE, None)
        archive.looked(key, now)
        listed.append(replace(chat(jid, at=9), preview=preview("m9")))
    assert archive.stale(WORK, listed, own_told=True) == [BOB, ANA, TEAM]


# What happens.


def unread(base: sqlite3.Connection) -> int:
    row = base.execute("SELECT json_extract(facts, '$.unread') FROM chats").fetchone()
    return int(row[0] or 0)


def test_a_message_that_comes_twice_counts_once(archive: Archive, base: sqlite3.Connection) -> None:
    archive.take(WORK, ev.ChatsListed([chat()]))
    told = [archive.take(WORK, ev.MessageArrived(message(at=1))) for _ in range(2)]
    archive.commit()
    assert [each.again for each in told if isinstance(each, ev.MessageArrived)] == [False, True]
    assert unread(base) == 1
    assert shown(archive) == ["m1"]
    archive.page(KEY, at(2), Older.MORE, None)
    again = archive.take(WORK, ev.MessageArrived(message("m2", at=2)))
    assert isinstance(again, ev.MessageArrived)
    archive.commit()
    assert again.again
    assert unread(base) == 1


def test_own_messages_and_notices_do_not_count(archive: Archive, base: sqlite3.Connection) -> None:
    archive.take(WORK, ev.MessageArrived(message("m1", own=True)))
    archive.take(WORK, ev.MessageArrived(message("m2", kind=Kind.SYSTEM)))
    assert unread(base) == 0


def test_a_sent_message_is_filed_and_one_that_failed_is_not(archive: Archive) -> None:
    archive.put(KEY, message("m1", own=True))
    archive.take(WORK, ev.Settled(Safe("watui:2"), message("watui:2", own=True)))
    assert shown(archive) == ["m1"]
    (own,) = archive.own(KEY, "hello")
    assert own.id == "m1"
    assert archive.own(KEY, "hello", own.time + 1) == []
    assert archive.own(KEY, "else") == []


def test_messages_outlive_their_device(archive: Archive, base: sqlite3.Connection) -> None:
    archive.take(WORK, ev.MessageArrived(message()))
    archive.take(WORK, ev.DeviceRemoved(WORK))
    assert shown(archive) == ["m1"]
    assert base.execute("SELECT count(*) FROM devices").fetchone() == (0,)


def test_what_is_rolled_back_was_never_there(archive: Archive) -> None:
    archive.take(WORK, ev.ChatsListed([chat()]))
    archive.take(WORK, ev.MessageArrived(replace(message("m1"), sender_name=Safe("Ana"))))
    archive.rollback()
    assert shown(archive) == []
    archive.take(WORK, ev.ChatsListed([chat()]))
    archive.take(WORK, ev.MessageArrived(replace(message("m2"), sender_name=Safe("Ana"))))
    archive.commit()
    assert shown(archive) == ["m2"]


@pytest.mark.parametrize("kind", [Kind.GIF, Kind.REVOKED])
def test_a_poorer_copy_takes_nothing_away(archive: Archive, kind: Kind) -> None:
    archive.put(KEY, message(kind=kind, text=""))
    archive.page(KEY, [message(kind=Kind.VIDEO, text="")], Older.MORE, None)
    assert archive.newest(KEY, 1)[0][0].kind is kind


# Words.

WORDS = st.sampled_from(["", "red", "green", "red green", "blue", "Grün"])
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["put", "page", "edit", "revoke", "star", "delete"]), st.integers(0, 5), WORDS, WORDS
    ),
    max_size=25,
)


def happen(archive: Archive, base: sqlite3.Connection, change: tuple[str, int, str, str]) -> None:
    what, number, text, name = change
    new = message(f"m{number}", text=text, at=number)
    if name:
        new.media = Media(name=Safe(name))
    match what:
        case "put":
            archive.put(KEY, new)
        case "page":
            archive.page(KEY, [new], Older.MORE, None)
        case "edit":
            archive.take(WORK, ev.Edited(new.id, Safe(text), ANA))
        case "revoke":
            archive.take(WORK, ev.Revoked(new.id, ANA))
        case "star":
            archive.take(WORK, ev.Starred(new.id, starred=True, chat=ANA))
        case "delete":
            base.execute("DELETE FROM messages WHERE id = ?", (new.id,))


@settings(deadline=None)
@given(CHANGES)
def test_words_are_found_where_they_stand_now(changes: list[tuple[str, int, str, str]]) -> None:
    base = connect(None)
    archive = Archive(base)
    for change in changes:
        happen(archive, base, change)
        base.execute("INSERT INTO words(words) VALUES('integrity-check')")
        rows = base.execute("SELECT n, text, file FROM messages").fetchall()
        for word in ("red", "green", "blue", "grun"):
            found = base.execute("SELECT rowid FROM words WHERE words MATCH ?", (word,)).fetchall()
            held = {n for n, *texts in rows if word in " ".join(texts).lower().replace("ü", "u").split()}
            assert {n for (n,) in found} == held
    base.close()
