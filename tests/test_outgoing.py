"""Sending: once, one at a time, and the truth about sends whose answer was lost."""

import asyncio
from collections.abc import Coroutine
from typing import cast

import pytest

from tests.making import ANA, WORK, message
from tests.waiting import until
from watui import events as ev
from watui.gateway.base import Cap, Gateway, GatewayGone, Page, Unsure
from watui.models import LOCAL_PREFIX, Ack, Message, Older
from watui.outgoing import Outgoing
from watui.text import Safe


class Pretended:
    """A gateway whose sends end as a test wants, over a history that it can see."""

    def __init__(self, history: list[Message]) -> None:
        self.caps = Cap.ACK_EVENTS
        self.history = history
        self.fate: list[str] = []
        self.sent: list[str] = []

    async def recent(self, device: Safe, chat: Safe, *, fresh: bool) -> Page:
        return Page(list(self.history), Older.NONE)

    async def send_text(self, device: Safe, chat: Safe, text: str) -> Message:
        self.sent.append(text)
        fate = self.fate.pop(0) if self.fate else "fine"
        real = message(f"real{len(self.sent)}", own=True, text=text, at=len(self.sent), ack=Ack.SENT)
        if fate in ("fine", "sent, but unsure"):
            self.history.append(real)
        if fate == "refused":
            raise GatewayGone("nothing answers")
        if fate != "fine":
            raise Unsure("nobody knows")
        return real


class Desk:
    """An outgoing tray, and everything it told."""

    def __init__(self, *history: Message) -> None:
        self.gateway = Pretended(list(history))
        self.told: list[ev.Event] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.outgoing = Outgoing(WORK, cast("Gateway", self.gateway), self.told.append, self.spawn)

    def spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        return task

    async def send(self, name: str, text: str = "ok") -> Message:
        local = message(LOCAL_PREFIX + name, own=True, text=text, ack=Ack.PENDING)
        before = len(self.told)
        self.outgoing.send(local, text)
        settled = await until(lambda: [e for e in self.told[before:] if isinstance(e, ev.Settled)])
        return settled[0].message


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


async def test_what_was_refused_says_why_and_is_not_looked_for() -> None:
    desk = Desk()
    desk.gateway.fate = ["refused"]
    settled = await desk.send("1")
    assert (settled.ack, settled.error) == (Ack.FAILED, "nothing answers")


async def test_an_own_event_during_a_send_waits_for_its_end() -> None:
    desk = Desk()
    gate = asyncio.Event()
    send_text = desk.gateway.send_text

    async def slowly(device: Safe, chat: Safe, text: str) -> Message:
        sent = await send_text(device, chat, text)
        desk.outgoing.heard(ev.MessageArrived(sent))
        await gate.wait()
        return sent

    desk.gateway.send_text = slowly  # type: ignore[method-assign]
    waiting = asyncio.ensure_future(desk.send("1"))
    await until(lambda: desk.gateway.sent)
    assert not desk.told
    gate.set()
    await waiting
    await until(lambda: len(desk.told) == 2)
    assert [type(event) for event in desk.told] == [ev.Settled, ev.MessageArrived]
