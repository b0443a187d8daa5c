"""Texts that go through the gateway's own queue, which sends twice what waits in it together (contract 5)."""

import asyncio
from collections import Counter

import pytest

from tests.conftest import Person, sitting
from tests.making import ANA, WORK
from tests.waiting import until
from watui import queued
from watui.bodies import Body
from watui.gateway.base import GatewayGone, Later, Unsure
from watui.models import Ack, Health
from watui.text import Safe

ALICE = "4915111111111@c.us"
BOB = "14155550123@c.us"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watui.queued.LOOK_EVERY", 0.02)
    monkeypatch.setattr("watui.outgoing.LOOK_WAITS", (0.05, 0.1, 0.2))


def sends(person: Person) -> Counter[str]:
    return Counter(send["text"] for send in person.gateway.sends)


async def test_what_is_written_at_once_goes_out_once_and_in_order(profile: str) -> None:
    async with sitting(profile=profile, settings={"queue": True}, queue_delay=0.1) as person:
        await person.connected()
        await person.open(BOB)
        await person.write("elsewhere")
        await person.open(ALICE)
        texts = [f"queued {number}" for number in range(3)]
        for text in texts:
            await person.write(f"{text} ")
        await until(lambda: not any(m.local for m in [*person.thread(ALICE), *person.thread(BOB)]), 20)
        assert [text.strip() for text in person.texts(ALICE)[-3:]] == texts
        assert sends(person) == Counter(["elsewhere", *texts])
        queued_calls = [call for call in person.gateway.calls if call["path"].endswith("/messages/send")]
        assert len(queued_calls) == 4


async def test_how_far_the_queue_is_stands_under_the_text() -> None:
    async with sitting(profile="whatsapi", settings={"queue": True}, queue_delay=2.0) as person:
        await person.connected()
        await person.open(ALICE)
        await person.write("slowly")
        await until(lambda: "in the gateway's queue, 1 message in it" in person.thread(ALICE)[-1].error)
        assert person.thread(ALICE)[-1].ack is Ack.PENDING
        assert "in the gateway's queue" in await person.screen()
        person.gateway.options.queue_delay = 0.1
        await until(lambda: not person.thread(ALICE)[-1].local)
        assert person.thread(ALICE)[-1].error == ""


async def test_only_the_devices_that_are_named_use_it() -> None:
    async with sitting(settings={"queue": ["another one"]}) as person:
        await person.connected()
        await person.open(ALICE)
        await person.write("directly")
        await until(lambda: sends(person)["directly"])
        assert not [call for call in person.gateway.calls if call["path"].endswith("/messages/send")]


async def test_a_text_that_the_queue_refuses_waits() -> None:
    async with sitting(settings={"queue": True}) as person:
        await person.connected()
        await person.open(ALICE)
        blocked = {"error": "Message sending blocked.", "code": "DEVICE_HEALTH_PROTECTION"}
        person.gateway.faults("POST .*/messages/send", "status", 1, code=429, body=blocked)
        await person.write("later")
        await until(lambda: person.thread(ALICE)[-1].error.startswith("waiting: "))
        assert not person.gateway.sends


class Stuck:
    """A gateway whose queue never gets empty, or says nothing any more."""

    def __init__(self, queued: int) -> None:
        self.queue_turn = asyncio.Lock()
        self.queued = queued
        self.taken: list[str] = []

    async def health(self, device: Safe) -> Health:
        if self.queued < 0:
            raise GatewayGone("nothing answers")
        return Health(Safe("healthy"), 100, (), self.queued)

    async def queue(self, device: Safe, chat: Safe, body: Body) -> None:
        self.taken.append(body.text)


async def test_a_queue_that_stands_still_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watui.queued.PATIENCE", 0.1)
    gateway, said = Stuck(3), list[str]()
    with pytest.raises(Later, match="stands still"):
        async with queued.turn(gateway, WORK, said.append):  # type: ignore[arg-type]
            pass
    assert {*said} == {"waiting: 3 messages in the gateway's queue"}
    assert not gateway.queue_turn.locked()
    for count in (1, -1):
        gateway.queued = count
        with pytest.raises(Unsure, match="stands still"):
            await queued.send(gateway, WORK, ANA, Body("hello"), said.append)  # type: ignore[arg-type]
    assert gateway.taken == ["hello", "hello"]
    with pytest.raises(GatewayGone):
        async with queued.turn(gateway, WORK, said.append):  # type: ignore[arg-type]
            pass


async def test_a_text_of_which_the_queue_said_nothing_is_waited_for_all_the_same() -> None:
    async with sitting(settings={"queue": True}, queue_delay=0.2) as person:
        await person.connected()
        await person.open(ALICE)
        person.gateway.faults("POST .*/messages/send", "drop", 1, after=True)
        await person.write("pay 100")
        await until(lambda: not person.thread(ALICE)[-1].local)
        assert sends(person) == Counter(["pay 100"])


async def test_a_status_that_fails_makes_a_text_wait_and_not_for_ever() -> None:
    async with sitting(settings={"queue": True}, queue_delay=0.05) as person:
        await person.connected()
        await person.open(ALICE)
        person.gateway.faults("GET .*/messages/status", "status", 1, code=500)
        await person.write("patience")
        await until(lambda: person.thread(ALICE)[-1].error.startswith("waiting: "))
        await until(lambda: not person.thread(ALICE)[-1].local)
        assert sends(person) == Counter(["patience"])
