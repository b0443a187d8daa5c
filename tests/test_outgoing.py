"""Sending: once, one at a time, and the truth about sends whose answer was lost."""

import asyncio
from collections.abc import Coroutine
from typing import cast

import pytest

from tests.making import ANA, WORK, message
from tests.waiting import until
from watui import events as ev
from watui.archive.keeper import Keeper
from watui.archive.outbox import Letter, State
from watui.bodies import Body, Upload
from watui.caps import Cap
from watui.gateway.base import Gateway, GatewayGone, Page, Refused, Stopped, Unsure
from watui.models import LOCAL_PREFIX, Ack, ChatKey, Message, Older
from watui.outgoing import HELD_BACK, Outgoing
from watui.text import Safe


class Pretended:
    """A gateway whose sends end as a test wants, over a history that it can see."""

    def __init__(self, history: list[Message]) -> None:
        self.caps = Cap.ACK_EVENTS
        self.history = history
        self.fate: list[str] = []
        self.sent: list[str] = []

    def queues(self, device: Safe) -> bool:
        return False

    async def recent(self, device: Safe, chat: Safe, *, fresh: bool) -> Page:
        return Page(list(self.history), Older.NONE)

    async def send(self, device: Safe, chat: Safe, body: Body, upload: Upload | None = None) -> Message:
        text = body.text
        self.sent.append(text)
        fate = self.fate.pop(0) if self.fate else "fine"
        real = message(f"real{len(self.sent)}", own=True, text=text, at=len(self.sent), ack=Ack.SENT)
        if fate in ("fine", "sent, but unsure"):
            self.history.append(real)
        if fate == "refused":
            raise Refused("the gateway said no")
        if fate == "nothing answers":
            raise GatewayGone("nothing answers")
        if fate != "fine":
            raise Unsure("nobody knows")
        return real


class Desk:
    """An outgoing tray, and everything it told."""

    def __init__(self, *history: Message, keeper: Keeper | None = None) -> None:
        self.gateway = Pretended(list(history))
        self.keeper = keeper or Keeper()
        self.told: list[ev.Event] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.open()

    def open(self) -> None:
        """Begin a run: what is in the outbox is there again."""
        self.outgoing = Outgoing(
            WORK,
            cast("Gateway", self.gateway),
            self.keeper,
            tell=self.told.append,
            hear=self.hear,
            read=self.read,
            spawn=self.spawn,
        )

    def hear(self, event: ev.MessageArrived) -> None:
        self.told.append(event)

    async def read(self, chat: Safe) -> list[Message]:
        return (await self.gateway.recent(WORK, chat, fresh=True)).messages

    @property
    def states(self) -> list[tuple[str, State]]:
        """What the outbox holds."""
        return [(letter.body.text, letter.state) for letter in self.keeper.letters(WORK)]

    def spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        return task

    async def send(self, name: str, text: str = "ok") -> Message:
        before = len(self.told)
        self.write(name, text)
        settled = await until(lambda: [e for e in self.told[before:] if isinstance(e, ev.Settled)])
        return settled[0].message

    def write(self, name: str, text: str = "ok") -> None:
        self.outgoing.send(message(LOCAL_PREFIX + name, own=True, text=text, ack=Ack.PENDING), Body(text))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watui.outgoing.LOOK_WAITS", (0.0, 0.0))


async def test_a_send_becomes_the_gateways_message() -> None:
    desk = Desk()
    assert (await desk.send("1")).id == "real1"


async def test_one_that_happened_without_an_answer_is_found_in_the_history() -> None:
    desk = Desk()
    desk.gateway.fate = ["sent, but unsure"]
    assert (await desk.send("1")).id == "real1"


async def test_an_older_equal_text_is_never_taken_for_it() -> None:
    desk = Desk(message("old", own=True, text="ok"))
    desk.gateway.fate = ["unsure"]
    settled = await desk.send("1")
    assert (settled.ack, settled.local) == (Ack.UNKNOWN, True)
    assert desk.gateway.sent == ["ok"]


async def test_two_equal_texts_of_which_one_was_lost_are_told_apart() -> None:
    desk = Desk()
    desk.gateway.fate = ["unsure", "sent, but unsure"]
    assert (await desk.send("1")).ack is Ack.UNKNOWN
    assert (await desk.send("2")).id == "real2"


async def test_what_a_send_became_is_not_taken_for_an_equal_one_of_unknown_fate() -> None:
    desk = Desk()
    desk.gateway.fate = ["unsure", "sent, but unsure"]
    lost = await desk.send("1")
    read = desk.read

    async def reading(chat: Safe) -> list[Message]:
        page = await read(chat)
        desk.outgoing.seen(chat, page)  # as whoever reads a page does
        return page

    desk.outgoing._read = reading
    assert (await desk.send("2")).id == "real2"
    assert not [e for e in desk.told if isinstance(e, ev.Settled) and e.local_id == lost.id][1:]
    assert desk.states == [("ok", State.UNKNOWN)]


async def test_one_that_comes_late_takes_its_bubbles_place() -> None:
    desk = Desk()
    desk.gateway.fate = ["unsure"]
    lost = await desk.send("1")
    late = message("late", own=True, text="ok", at=99)
    desk.outgoing.seen(ANA, [late])
    assert desk.told[-1] == ev.Settled(lost.id, late)
    desk.told.clear()
    desk.outgoing.seen(ANA, [late])
    assert not desk.told


async def test_what_was_refused_says_why_and_holds_back_what_follows() -> None:
    desk = Desk()
    desk.gateway.fate = ["refused"]
    desk.write("1", "first")
    desk.write("2", "second")
    await until(lambda: desk.states == [("first", State.FAILED), ("second", State.QUEUED)])
    said = {e.local_id: e.message for e in desk.told if isinstance(e, ev.Settled)}
    assert said[Safe("watui:1")].error == "the gateway said no"
    assert said[Safe("watui:2")].error == HELD_BACK
    assert said[Safe("watui:2")].ack is Ack.PENDING
    desk.outgoing.discard(Safe("watui:1"))
    assert ev.Discarded(Safe("watui:1"), ANA) in desk.told
    await until(lambda: desk.gateway.sent == ["first", "second"])
    await until(lambda: not desk.states)


async def test_what_failed_is_sent_again_when_the_person_says_so() -> None:
    desk = Desk()
    desk.gateway.fate = ["refused"]
    assert (await desk.send("1")).ack is Ack.FAILED
    desk.outgoing.up()
    desk.outgoing.resend(Safe("watui:1"))
    await until(lambda: not desk.states)
    assert desk.gateway.sent == ["ok", "ok"]
    desk.outgoing.resend(Safe("watui:1"))
    assert not desk.keeper.letters(WORK)


async def test_what_nobody_knows_is_never_sent_again_by_itself() -> None:
    desk = Desk()
    desk.gateway.fate = ["unsure"]
    assert (await desk.send("1")).ack is Ack.UNKNOWN
    desk.outgoing.up()
    desk.open()
    desk.outgoing.up()
    assert (await desk.send("2", "other")).id == "real2"
    assert desk.gateway.sent == ["ok", "other"]
    assert desk.states == [("ok", State.UNKNOWN)]


async def test_sends_while_nothing_answers_go_in_order_when_it_does() -> None:
    desk = Desk()
    desk.gateway.fate = ["nothing answers"] * 3
    for number in range(5):
        desk.write(str(number), f"text {number}")
    await until(lambda: desk.told)
    assert all(state is not State.FAILED for _, state in desk.states)
    while desk.gateway.fate:
        before = len(desk.gateway.sent)
        desk.outgoing.up()
        await until(lambda before=before: len(desk.gateway.sent) > before)  # type: ignore[misc]
    desk.outgoing.up()
    await until(lambda: not desk.states)
    assert [m.text for m in desk.gateway.history] == [f"text {number}" for number in range(5)]


async def test_what_waited_when_watui_ended_goes_at_the_next_start() -> None:
    desk = Desk()
    desk.gateway.fate = ["nothing answers"]
    await desk.send("1")
    desk.open()
    desk.outgoing.up()
    await until(lambda: not desk.states)
    assert len(desk.gateway.history) == 1


@pytest.mark.parametrize("happened", [True, False])
async def test_what_was_on_its_way_when_watui_died_is_looked_for(happened: bool) -> None:
    old, keeper = message("old", own=True, text="ok"), Keeper()
    keeper.put(Letter(Safe("watui:1"), WORK, ANA, Body("ok"), 5, State.SENDING, seen=frozenset({"old"})))
    desk = Desk(old, keeper=keeper)
    assert [e.message.ack for e in desk.told if isinstance(e, ev.Settled)] == [Ack.UNKNOWN]
    assert desk.outgoing.doubtful() == {ANA}
    desk.outgoing.up()
    page = [old, message("new", own=True, text="ok", at=9)] if happened else [old]
    desk.outgoing.seen(ANA, page)
    assert desk.states == ([] if happened else [("ok", State.UNKNOWN)])
    assert desk.gateway.sent == []


async def test_nothing_is_sent_that_cannot_be_written_down() -> None:
    desk = Desk()
    desk.keeper._base.execute("PRAGMA query_only = ON")
    settled = await desk.send("1")
    assert settled.ack is Ack.FAILED
    assert settled.error.startswith("not sent: the archive may only be read")
    desk.outgoing.up()
    assert desk.gateway.sent == []


async def test_an_own_event_during_a_send_waits_for_its_end() -> None:
    desk = Desk()
    gate = asyncio.Event()
    send = desk.gateway.send

    async def slowly(device: Safe, chat: Safe, body: Body, upload: Upload | None = None) -> Message:
        sent = await send(device, chat, body)
        assert desk.outgoing.holds(ev.MessageArrived(sent))
        await gate.wait()
        return sent

    desk.gateway.send = slowly  # type: ignore[method-assign]
    waiting = asyncio.ensure_future(desk.send("1"))
    await until(lambda: desk.gateway.sent)
    assert not desk.told
    gate.set()
    await waiting
    await until(lambda: len(desk.told) == 2)
    assert [type(event) for event in desk.told] == [ev.Settled, ev.MessageArrived]


async def test_what_is_given_up_while_its_turn_comes_is_not_sent() -> None:
    desk = Desk()
    desk.gateway.fate = ["nothing answers"]
    await desk.send("1", "secret")
    gate = asyncio.Event()

    async def slowly(chat: Safe) -> list[Message]:
        await gate.wait()
        return []

    desk.outgoing._read, desk.outgoing._read_at = slowly, {}
    desk.outgoing.up()
    await asyncio.sleep(0)
    desk.outgoing.discard(Safe("watui:1"))
    gate.set()
    await asyncio.gather(*desk.tasks)
    assert desk.gateway.sent == ["secret"]  # the try that nothing answered
    assert desk.states == []


async def test_an_old_message_is_never_taken_for_a_doubtful_one() -> None:
    desk = Desk(message("m1", at=50))
    desk.gateway.fate = ["unsure"]
    assert (await desk.send("1")).ack is Ack.UNKNOWN
    desk.outgoing.seen(ANA, [message("from last year", own=True, text="ok", at=-9)])
    assert desk.states == [("ok", State.UNKNOWN)]
    desk.outgoing.seen(ANA, [message("really", own=True, text="ok", at=51)])
    assert desk.states == []


async def test_an_equal_text_sent_later_is_not_taken_for_it_after_a_restart_either() -> None:
    desk = Desk()
    desk.gateway.fate = ["unsure"]
    await desk.send("1")
    assert (await desk.send("2")).id == "real2"
    desk.open()
    desk.outgoing.seen(ANA, desk.gateway.history)
    assert desk.states == [("ok", State.UNKNOWN)]


async def test_an_equal_text_that_was_deleted_is_not_taken_for_a_send_of_the_same_second() -> None:
    desk = Desk(message("other", at=3))
    desk.keeper.take(WORK, ev.MessageArrived(message("deleted", own=True, text="ok", at=3)))
    desk.gateway.fate = ["unsure"]
    assert (await desk.send("1")).ack is Ack.UNKNOWN


async def test_what_cannot_be_taken_out_of_the_outbox_stays() -> None:
    desk = Desk()
    desk.gateway.fate = ["refused"]
    await desk.send("1")
    desk.keeper._base.execute("PRAGMA query_only = ON")
    desk.outgoing.discard(Safe("watui:1"))
    assert not any(isinstance(each, ev.Discarded) for each in desk.told)
    last = desk.told[-1]
    assert isinstance(last, ev.Settled)
    assert last.message.error.startswith("still there: the archive may only be read")
    desk.keeper._base.execute("PRAGMA query_only = OFF")
    desk.outgoing.discard(Safe("watui:1"))
    assert desk.states == []


async def test_what_could_not_be_written_down_is_sent_when_the_person_tries_again() -> None:
    desk = Desk()
    desk.keeper._base.execute("PRAGMA query_only = ON")
    assert (await desk.send("1")).ack is Ack.FAILED
    desk.keeper._base.execute("PRAGMA query_only = OFF")
    desk.outgoing.resend(Safe("watui:1"))
    await until(lambda: desk.gateway.sent == ["ok"])
    await until(lambda: any(isinstance(e, ev.Settled) and e.message.id == "real1" for e in desk.told))


async def test_at_the_end_nothing_new_goes_out() -> None:
    desk = Desk()
    gate = asyncio.Event()
    send = desk.gateway.send

    async def slowly(device: Safe, chat: Safe, body: Body, upload: Upload | None = None) -> Message:
        await gate.wait()
        return await send(device, chat, body)

    desk.gateway.send = slowly  # type: ignore[method-assign]
    for number in range(3):
        desk.write(str(number), f"text {number}")
    await until(lambda: desk.outgoing._posting)
    draining = asyncio.ensure_future(desk.outgoing.drain())
    await asyncio.sleep(0)
    gate.set()
    await draining
    await asyncio.gather(*desk.tasks)
    assert desk.gateway.sent == ["text 0"]
    assert desk.states == [("text 1", State.QUEUED), ("text 2", State.QUEUED)]


async def test_half_a_character_is_no_reason_to_stumble() -> None:
    desk = Desk()
    desk.write("1", "half \ud83d")
    await until(lambda: desk.gateway.sent == ["half ?"])


async def test_what_is_given_up_while_the_gateway_hangs_is_never_sent() -> None:
    desk = Desk()
    hanging = asyncio.Event()

    async def read(chat: Safe) -> list[Message]:
        await hanging.wait()
        raise GatewayGone("nothing answers")

    desk.outgoing._read = read
    desk.write("1")
    await asyncio.sleep(0)
    desk.outgoing.discard(Safe(f"{LOCAL_PREFIX}1"))
    hanging.set()
    await asyncio.gather(*desk.tasks)
    assert desk.states == []
    assert [type(event) for event in desk.told] == [ev.Discarded]
    assert desk.gateway.sent == []


async def test_what_is_wanted_again_is_not_sent_if_it_is_there_by_then() -> None:
    desk = Desk()
    desk.gateway.fate = ["unsure"]
    lost = await desk.send("1", "pay 100")
    late = message("late", own=True, text="pay 100", at=9)
    desk.gateway.history.append(late)
    desk.keeper.page(ChatKey(WORK, ANA), [late], Older.NONE)  # as whoever reads a page does
    desk.outgoing.resend(lost.id)
    await asyncio.gather(*desk.tasks)
    assert desk.gateway.sent == ["pay 100"]
    assert desk.told[-1] == ev.Settled(lost.id, late)


async def test_nothing_goes_once_all_is_to_end() -> None:
    desk = Desk()
    hanging = asyncio.Event()

    async def read(chat: Safe) -> list[Message]:
        await hanging.wait()
        return []

    desk.outgoing._read = read
    desk.write("1")
    await asyncio.sleep(0)
    await desk.outgoing.drain()
    hanging.set()
    await asyncio.gather(*desk.tasks)
    assert desk.gateway.sent == []
    assert desk.states == [("ok", State.QUEUED)]


@pytest.mark.parametrize("gone", [False, True])
async def test_a_message_is_given_up_on_its_way_only_while_the_gateway_cannot_have_it(gone: bool) -> None:
    desk = Desk()
    gate = asyncio.Event()
    uploads: list[Upload] = []

    async def slowly(device: Safe, chat: Safe, body: Body, upload: Upload | None = None) -> Message:
        assert upload is not None
        uploads.append(upload)
        upload.size = 100
        upload.abort = gate.set
        upload.next(100 if gone else 50)
        await gate.wait()
        if upload.stopped:
            raise Stopped("stopped")
        return message("real1", own=True, text=body.text, ack=Ack.SENT)

    desk.gateway.send = slowly  # type: ignore[method-assign]
    desk.write("1")
    await until(lambda: uploads)
    desk.outgoing.discard(Safe(f"{LOCAL_PREFIX}1"))
    if gone:
        assert "cannot be given up" in desk.told[-1].message.error  # type: ignore[union-attr]
        gate.set()
        await until(lambda: [e for e in desk.told if isinstance(e, ev.Settled) and e.message.id == "real1"])
    else:
        await until(lambda: [e for e in desk.told if isinstance(e, ev.Discarded)])
        assert not desk.keeper.letters(WORK)
