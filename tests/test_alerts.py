"""What rings, and how often."""

from dataclasses import replace

from tests.making import ANA, BOB, WORK, chat, message
from watui.alerts import QUIET_FOR, Ringer, summary
from watui.models import Chat, ChatKey, Kind, Message
from watui.text import Safe

ANA_KEY, BOB_KEY = ChatKey(WORK, ANA), ChatKey(WORK, BOB)


def chats(**changes: bool) -> dict[ChatKey, Chat]:
    return {ANA_KEY: replace(chat(ANA, "Ana"), **changes), BOB_KEY: chat(BOB, "Bob")}  # type: ignore[arg-type]


def from_ana(text: str = "hi", kind: Kind = Kind.TEXT) -> tuple[ChatKey, Message]:
    return ANA_KEY, message(text=text, kind=kind)


def test_one_message_is_told_by_its_sender_and_text() -> None:
    alert = summary([from_ana("hi\nthere")], chats(), None)
    assert alert is not None
    assert (alert.title, alert.body, alert.chat) == ("Ana", "hi there", ANA_KEY)


def test_one_without_text_is_told_by_its_kind() -> None:
    alert = summary([from_ana("", Kind.VOICE)], chats(), None)
    assert alert is not None
    assert alert.body == "voice note"


def test_many_are_one_alert() -> None:
    alert = summary([from_ana(), from_ana()], chats(), None)
    assert alert is not None
    assert alert.body == "2 new messages"
    alert = summary([from_ana(), (BOB_KEY, message()), from_ana()], chats(), None)
    assert alert is not None
    assert alert.title == "3 new in 2 chats"


def test_what_is_read_muted_archived_or_unknown_is_silent() -> None:
    assert summary([from_ana()], chats(), ANA_KEY) is None
    assert summary([from_ana()], chats(muted=True), None) is None
    assert summary([from_ana()], chats(archived=True), None) is None
    assert summary([(ChatKey(WORK, Safe("x@c.us")), message())], chats(), None) is None
    assert summary([], chats(), None) is None


def test_it_rings_once_and_then_is_quiet_for_a_while() -> None:
    ringer = Ringer()
    rang = [ringer.decide([from_ana()], chats(), None, now=tick / 10) is not None for tick in range(100)]
    assert rang.count(True) == 1 + int(9.9 / QUIET_FOR)
    silent = Ringer()
    assert silent.decide([from_ana()], chats(muted=True), None, now=0.0) is None
    assert silent.decide([from_ana()], chats(), None, now=0.1) is not None
