"""What calls for attention, over the real wire: which alerts go out and what becomes of them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import socketio
from textual import events

from tests.conftest import Person, sitting
from tests.making import WORK, chat, message
from tests.waiting import until
from watui import events as ev
from watui.alerts import Alert, Cause, Priority, Way
from watui.alerts.devicewatch import LOST_AFTER
from watui.models import ChatKey, Contact, DeviceState, LinkState, Loudness
from watui.notices import HIGH, Notice, Notices
from watui.screens.devices import DevicesScreen
from watui.screens.menu import MenuScreen
from watui.screens.notices import NoticesScreen
from watui.store import Store
from watui.terminal import output
from watui.text import Safe

ALICE = "4915111111111@c.us"
BOB = "14155550123@c.us"


def asked_since(person: Person, before: int) -> bool:
    """Whether the gateway was asked how a device is after so many calls."""
    return any(call["path"].endswith("/status") for call in person.gateway.calls[before:])


class Heard:
    """What went out, of every alert."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.alerts: list[Alert] = []
        self.ringing = person.app._ringing
        ways = self.ringing.ways
        carry_out = ways.carry_out

        def noted(alert: Alert) -> bool:
            self.alerts.append(alert)
            return carry_out(alert)

        ways.carry_out = noted  # type: ignore[method-assign]

    @property
    def noisy(self) -> list[Alert]:
        return [alert for alert in self.alerts if Way.BELL in alert.ways]

    @property
    def visible(self) -> list[Notice]:
        return self.ringing.notices.visible

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.person.app.simulate_key(key)
            await self.person.pilot.pause()


@asynccontextmanager
async def listening(**options: Any) -> AsyncIterator[tuple[Person, Heard]]:
    """Sit at a watui that is connected, and take note of what it calls out."""
    async with sitting(**options) as person:
        await person.connected()
        yield person, Heard(person)


async def settled(person: Person, jid: str, text: str) -> None:
    """Let a message arrive and wait until it is there."""
    person.gateway.message(None, jid, text)
    await until(lambda: text in person.texts(jid))
    await person.pilot.pause()


async def test_a_message_rings_everywhere_and_its_notice_leads_to_its_chat(profile: str) -> None:
    async with listening(profile=profile) as (person, heard):
        await settled(person, ALICE, "are you there?")
        (alert,) = await until(lambda: heard.alerts)
        assert (alert.body, alert.chat) == ("are you there?", person.key(ALICE))
        assert alert.ways & Way.TOAST
        assert alert.ways & Way.OUTSIDE  # nobody has pressed a key yet
        assert "are you there?" in await person.screen()
        await heard.press("ctrl+g", "enter")
        await until(lambda: person.app.open_chat == person.key(ALICE))
        assert not heard.visible


async def test_what_was_read_is_not_told_any_more() -> None:
    async with listening() as (person, heard):
        await settled(person, ALICE, "one")
        await until(lambda: heard.visible)
        person.app.post_message(events.AppFocus())
        person.app.open_thread(person.key(ALICE))
        await until(lambda: not person.app.store.chats[person.key(ALICE)].unread)
        await until(lambda: not heard.visible)
        assert [each.body for each in heard.ringing.notices.history] == ["one"]


async def test_only_a_terminal_that_tells_of_its_focus_is_believed() -> None:
    async with listening() as (person, heard):
        app = person.app
        await person.open(ALICE)
        heard.ringing._key_at = float("-inf")  # and the last key was long ago
        await settled(person, ALICE, "nobody is there")
        assert len(heard.alerts) == 1
        app.post_message(events.AppFocus())
        await until(lambda: heard.ringing.focused is True)
        await settled(person, ALICE, "somebody looks at it")
        assert len(heard.alerts) == 1
        app.post_message(events.AppBlur())
        await until(lambda: heard.ringing.focused is False)
        heard.ringing.ringer._rang.clear()  # as if it was a while ago
        await settled(person, ALICE, "and away again")
        assert [alert.body for alert in heard.alerts][-1] == "and away again"


async def test_what_an_editor_or_a_dialog_covers_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening() as (person, heard):
        app = person.app
        await person.open(ALICE)
        app.post_message(events.AppFocus())
        await until(lambda: heard.ringing.focused is True)
        app.action_switch()
        await settled(person, ALICE, "behind a dialog")
        assert [alert.body for alert in heard.alerts] == ["behind a dialog"]
        assert app.store.chats[person.key(ALICE)].unread
        await heard.press("escape")
        await until(lambda: not app.store.chats[person.key(ALICE)].unread)
        heard.ringing.ringer._rang.clear()  # as if it was a while ago
        monkeypatch.setattr(output, "is_lent", lambda _: True)
        await settled(person, ALICE, "behind an editor")
        assert [alert.body for alert in heard.alerts][1:] == ["behind an editor"]
        assert heard.ringing.notices.next_expiry is None


async def test_a_key_tells_that_the_terminal_is_looked_at_again() -> None:
    async with listening() as (person, heard):
        await person.open(ALICE)
        person.app.post_message(events.AppBlur())
        await until(lambda: heard.ringing.focused is False)
        await heard.press("x")
        await settled(person, ALICE, "an answer")
        assert not heard.alerts


async def test_what_was_told_of_a_device_goes_when_its_trouble_is_over() -> None:
    async with listening(devices=2) as (person, heard):
        await until(lambda: len(person.app.store.links) == 3)
        await until(lambda: all(link.state is LinkState.LIVE for link in person.app.store.links.values()))
        first, second = person.gateway.devices
        person.gateway.device(first, "disconnected", "LOGOUT")
        await until(lambda: heard.visible)
        person.gateway.device(second, "disconnected", "LOGOUT")
        await until(lambda: len(heard.visible) == 2)
        person.gateway.device(first, "ready")
        await until(lambda: [each.device for each in heard.visible] == [second])


async def test_a_sum_goes_when_all_of_its_chats_were_read() -> None:
    notices = Notices()
    alice, bob = (ChatKey(Safe("d"), Safe(jid)) for jid in (ALICE, BOB))
    total = Notice(
        1, Safe("9 new in 2 chats"), Safe(""), "•", HIGH, alice, None, 0, 9, frozenset((alice, bob))
    )
    notices.add(total._replace(is_sum=True), 0.0)
    notices.add(total._replace(number=2, of=frozenset((alice,)), messages=1), 0.0)
    assert [each.messages for each in notices.visible] == [1, 9]  # one is not taken for the other
    assert notices.read(alice)
    assert [each.number for each in notices.visible] == [1]
    assert notices.read(bob)
    assert not notices.visible


def test_what_comes_for_a_chat_that_turns_out_to_be_another_one_rings_for_that() -> None:
    store = Store()
    lid, number = Safe("123456789012345@lid"), Safe("4915111111111@c.us")
    store.apply(WORK, [ev.ChatsListed([chat(lid, "Ana"), chat(number, "Ana")])], 0.0)
    came = ev.MessageArrived(message("m1", lid))
    known = ev.ContactsListed([Contact(lid, number=Safe("4915111111111"))])
    changes = store.apply(WORK, [came, known], 0.0)
    assert changes.moved
    assert [each.chat for each in changes.arrived] == [ChatKey(WORK, number)]
    assert changes.arrived[0].chat in store.chats


async def test_keys_are_a_sign_of_somebody_where_the_terminal_says_nothing() -> None:
    async with listening() as (person, heard):
        await person.open(ALICE)
        await heard.press("x")
        await settled(person, ALICE, "an answer")
        assert not heard.alerts


async def test_mentions_are_high_and_stay_until_they_are_read() -> None:
    async with listening() as (person, heard):
        phone = person.gateway.handset()
        group = next(chat for chat in phone.chats.values() if chat.is_group)
        person.gateway.message(None, group.id, f"@{phone.number} look", mentions=[phone.jid])
        (alert,) = await until(lambda: heard.alerts)
        assert (alert.cause, alert.priority) == (Cause.MENTION, Priority.HIGH)
        assert heard.visible[0].priority == HIGH


async def test_a_chat_can_be_set_to_ring_for_mentions_only_or_not_at_all() -> None:
    async with listening() as (person, heard):
        app = person.app
        app.open_thread(person.key(ALICE), write=False)
        app.screen.set_focus(app.chats.list)
        app.chats.point_at(person.key(ALICE))
        await heard.press("m")
        await until(lambda: isinstance(app.screen, MenuScreen))
        await heard.press("e")
        await heard.press("n")
        await until(
            lambda: (kept := app.store.chats[person.key(ALICE)].kept) and kept.alerts is Loudness.NONE
        )
        heard.ringing._key_at = float("-inf")
        await settled(person, ALICE, "psst")
        assert not heard.alerts
        await settled(person, BOB, "hey")
        assert len(heard.alerts) == 1


async def test_another_client_that_leaves_is_no_reason_to_worry() -> None:
    """The gateway tells of it as if the device was disconnected (contract 0.4)."""
    async with listening(profile="whatsapi") as (person, heard):
        states: set[DeviceState] = set()
        for _ in range(2):
            other = socketio.AsyncClient(reconnection=False)
            namespace = f"/device/{person.device}"
            await other.connect(
                f"{person.gateway.url}?apiKey={person.gateway.key}",
                socketio_path="ws",
                namespaces=[namespace],
            )
            asked = len(person.gateway.calls)
            await other.disconnect()
            await until(partial(asked_since, person, asked))
            await person.pilot.pause()
            states.add(person.app.store.devices[person.device].state)
        assert states == {DeviceState.READY}
        assert not heard.alerts
        began = time.monotonic()
        person.gateway.device(None, "disconnected", "LOGOUT")
        (alert,) = await until(lambda: heard.alerts)
        assert time.monotonic() - began < 2.0
        assert (alert.cause, alert.priority, alert.device) == (Cause.DEVICE, Priority.HIGH, person.device)
        assert person.app.store.devices[person.device].state is DeviceState.DISCONNECTED
        await heard.press("ctrl+g", "enter")
        await until(lambda: isinstance(person.app.screen, DevicesScreen))


async def test_a_device_that_is_lost_for_long_is_told_once_and_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("watui.alerts.devicewatch.LOST_AFTER", 0.5)
    monkeypatch.setattr("watui.alerts.devicewatch.TOGETHER", 0.1)
    monkeypatch.setattr("watui.sync.LONGEST_WAIT", 0.1)
    assert LOST_AFTER == 60.0
    async with listening() as (person, heard):
        person.gateway.restart_soon(down=2.0)
        await until(lambda: heard.alerts)
        await until(lambda: len(heard.alerts) == 2)
        assert [alert.priority for alert in heard.alerts] == [Priority.NORMAL, Priority.LOW]
        assert not any(Way.BELL in alert.ways for alert in heard.alerts[1:])


async def test_nothing_makes_a_noise_while_the_person_is_not_to_be_disturbed() -> None:
    async with listening() as (person, heard):
        app = person.app
        app.action_hush()
        await until(lambda: isinstance(app.screen, MenuScreen))
        await heard.press("2")
        assert app.memory.hushed_until or heard.ringing.hushed_until > time.time() + 7000
        await settled(person, ALICE, "not now")
        assert not heard.noisy
        app.action_hush()
        await until(lambda: isinstance(app.screen, MenuScreen))
        await heard.press("0")
        await settled(person, BOB, "now")
        assert [alert.body for alert in heard.noisy] == ["now"]


async def test_a_notice_behind_a_dialog_waits_until_somebody_sees_it() -> None:
    async with listening() as (person, heard):
        app = person.app
        app.action_switch()
        await settled(person, ALICE, "unseen")
        await until(lambda: heard.visible)
        assert heard.ringing.notices.next_expiry is None
        await heard.press("escape")
        await until(lambda: heard.ringing.notices.next_expiry is not None)


async def test_what_was_told_can_be_read_again() -> None:
    async with listening() as (person, heard):
        app = person.app
        await settled(person, ALICE, "[red]remember[/]")
        await until(lambda: heard.visible)
        await heard.press("ctrl+g", "D")
        await until(lambda: not heard.visible)
        app.action_past_notices()
        await until(lambda: isinstance(app.screen, NoticesScreen))
        assert "[red]remember[/]" in await person.screen()
        await heard.press("enter")
        await until(lambda: app.open_chat == person.key(ALICE))


@pytest.mark.torture
@pytest.mark.timeout(120)
async def test_ten_thousand_messages_in_a_minute_are_three_alerts_and_one_sum() -> None:
    async with listening(chats=60) as (person, heard):
        flood = person.gateway.burst(count=10_000, rate=10_000 / 60, chats=40)
        await until(lambda: flood.state["done"], 90)
        await until(lambda: any(alert.chats > 1 for alert in heard.alerts), 30)
        await asyncio.sleep(12.0)  # for another sum, which there must not be
        singles = [alert for alert in heard.alerts if alert.chats == 1]
        (total,) = [alert for alert in heard.alerts if alert.chats > 1]
        assert len(singles) <= 3
        chats = person.app.store.chats
        known = [chats[person.key(chat.id)] for chat in flood.chats]
        loud = [n for n, chat in enumerate(known) if not chat.muted and not chat.archived]
        rang = sum(number % len(flood.chats) in loud for number in range(10_000))
        assert total.count == rang - sum(alert.count for alert in singles)
        assert total.chats == len(loud)
