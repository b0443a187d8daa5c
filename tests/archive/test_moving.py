"""One device takes the place of another: everything of both is there, once and in order."""

from pathlib import Path

from tests.making import ANA, BOB, START, WORK, chat, device, message
from watui import events as ev
from watui.archive.keeper import Keeper
from watui.archive.outbox import Letter, State
from watui.bodies import Body
from watui.models import ChatKey, DeviceState, Dress, Kept, Older
from watui.replacing import Replacing
from watui.text import Safe

NEW = Safe("new-device")


def filled(place: Path) -> Keeper:
    """Make an archive in which the old device has a history, and the new one what came just now."""
    keeper = Keeper.at(place)
    keeper.take(WORK, ev.DeviceChanged(device()))
    keeper.take(WORK, ev.ChatsListed([chat(ANA, at=2), chat(BOB, "Bob", at=1)]))
    keeper.page(ChatKey(WORK, ANA), [message("a1", at=1), message("a2", at=2)], Older.NONE)
    keeper.page(ChatKey(WORK, BOB), [message("b1", BOB, at=1)], Older.NONE)
    keeper.take(WORK, ev.ChatKept(ANA, Kept(pinned=True)))
    keeper.take(WORK, ev.DeviceDressed(Dress(Safe("shop"))))
    keeper.write_down(Letter(Safe("watui:1"), WORK, ANA, Body("waits"), START))
    keeper.take(NEW, ev.DeviceChanged(device()))
    keeper.take(NEW, ev.MessageArrived(message("a2", at=2)))  # which both have
    keeper.take(NEW, ev.MessageArrived(message("a3", at=3)))
    keeper.take(NEW, ev.MessageArrived(message("a4", at=3)))
    keeper.commit()
    return keeper


def test_a_chat_that_both_have_is_one(tmp_path: Path) -> None:
    keeper = filled(tmp_path)
    keeper.take(NEW, ev.DeviceReplaced(WORK))
    keeper.commit()
    keeper.close()
    again = Keeper.at(tmp_path)
    thread = again.thread(ChatKey(NEW, ANA))
    assert [each.id for each in thread.messages if each.kind.value == "text"] == ["a1", "a2", "a3", "a4"]
    assert [each.id for each in again.thread(ChatKey(NEW, BOB)).messages] == ["b1"]
    assert not again.thread(ChatKey(WORK, ANA)).messages
    assert again.kept() == {ChatKey(NEW, ANA): Kept(pinned=True)}
    assert again.dress(NEW) == Dress(Safe("shop"))
    assert [letter.body.text for letter in again.letters(NEW)] == ["waits"]
    assert not again.letters(WORK)
    again.close()


def test_another_account_finds_nothing_of_the_one_before(tmp_path: Path) -> None:
    keeper = filled(tmp_path)
    keeper.take(WORK, ev.AccountChanged(Safe("4917000")))
    keeper.take(WORK, ev.MessageArrived(message("z1", at=9)))
    keeper.commit()
    assert [each.id for each in keeper.thread(ChatKey(WORK, ANA)).messages] == ["z1"]
    aside = ChatKey(Safe(f"{WORK}~4917000"), ANA)
    assert [each.id for each in keeper.thread(aside).messages] == ["a1", "a2"]
    keeper.close()


def test_a_number_that_is_not_told_any_more_is_not_forgotten(tmp_path: Path) -> None:
    keeper = Keeper.at(tmp_path)
    known = device()
    known.number = Safe("4917000")
    keeper.take(WORK, ev.DeviceChanged(known))
    failed = device(state=DeviceState.FAILED)
    failed.name = None
    keeper.take(WORK, ev.DeviceChanged(failed))
    filed = keeper.device(WORK)
    assert filed is not None
    assert (filed.number, filed.name) == ("4917000", "work")
    keeper.close()


def test_a_wish_outlives_a_death_at_any_moment(tmp_path: Path) -> None:
    keeper = Keeper.at(tmp_path)
    old = device()
    old.number = Safe("4917000")
    keeper.take(WORK, ev.DeviceChanged(old))
    Replacing(keeper).wish(NEW, WORK)
    keeper.close()

    keeper = Keeper.at(tmp_path)  # before the phone has scanned the code
    replacing = Replacing(keeper)
    assert replacing.waiting(WORK) == NEW
    ready = device()
    ready.id, ready.number = NEW, Safe("4917000")
    assert replacing.take(ready) == WORK
    keeper.take(NEW, ev.DeviceReplaced(WORK))
    replacing.note()
    keeper.commit()
    keeper.close()

    keeper = Keeper.at(tmp_path)  # before the old device is deleted
    replacing = Replacing(keeper)
    assert replacing.replaced == {NEW: WORK}
    assert replacing.waiting(WORK) is None
    assert replacing.take(ready) is None  # once
    replacing.forget(NEW)
    assert not Replacing(keeper).replaced
    keeper.close()


def test_a_state_that_no_letter_waits_in_is_kept(tmp_path: Path) -> None:
    keeper = filled(tmp_path)
    letter = keeper.letters(WORK)[0]
    letter.state = State.UNKNOWN
    keeper.put(letter)
    keeper.take(NEW, ev.DeviceReplaced(WORK))
    keeper.commit()
    assert [(each.state, each.device) for each in keeper.letters(NEW)] == [(State.UNKNOWN, NEW)]
    keeper.close()
