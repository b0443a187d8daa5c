"""The device screen: how devices stand, and what is done with them, over the real wire."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.conftest import Person, sitting
from tests.making import WORK, chat, device, link
from tests.waiting import until
from watui import events as ev
from watui.app import Watui
from watui.archive.keeper import Keeper
from watui.config import Settings
from watui.demo.gateway import DemoGateway
from watui.demo.options import DemoOptions
from watui.fleet import dressed, facts_of
from watui.models import Ack, ChatKey, DeviceState, Dress, LinkState, Loudness
from watui.panes.devicelist import ALIAS
from watui.screens.confirm import ConfirmScreen
from watui.screens.devices import DevicesScreen
from watui.screens.pairing import PairingScreen
from watui.start import network_of, recalled
from watui.store import Store
from watui.text import Safe

ALICE = "4915111111111@c.us"


async def screen(person: Person) -> DevicesScreen:
    """Open the device screen."""
    await person.pilot.press("f2")
    found = person.app.screen
    assert isinstance(found, DevicesScreen)
    return found


async def press(person: Person, *keys: str) -> None:
    for key in keys:
        person.app.simulate_key(key)
        await person.pilot.pause()


def labels(shown: DevicesScreen) -> list[str]:
    return [row.label for row in shown.list._rows.values()]


def told(shown: DevicesScreen) -> dict[str, str]:
    row = shown.list.row
    assert row is not None
    return dict(row.facts)


def states(person: Person) -> dict[Safe, DeviceState]:
    return {known.id: known.state for known in person.app.store.devices.values()}


async def test_it_tells_how_each_device_stands(profile: str) -> None:
    async with sitting(profile=profile, devices=2, unpaired=1) as person:
        app = person.app
        await until(lambda: [link.state for link in app.store.links.values()].count(LinkState.LIVE) >= 3)
        shown = await screen(person)
        assert shown.list.row is not None
        assert shown.list.row.stand == "waits for a phone"  # the one that needs somebody
        await press(person, "G")
        await until(lambda: "answers in" in told(shown).get("link", ""))
        facts = told(shown)
        assert facts["state"] == "ready"
        assert "socket" in facts["link"]
        assert facts["health"] == "healthy, 100 of 100"
        assert facts["queue"].startswith("nothing waiting")
        assert facts["seen"].startswith("by the gateway")
        limited = ("/health", "/queue-status", "/warmup", "/dashboard", "/api/v1/status")
        assert not [call for call in person.gateway.calls if call["path"].endswith(limited)]  # contract 1.4
        await press(person, "escape")
        assert len(app.screen_stack) == 1


async def test_what_is_set_here_is_shown_everywhere() -> None:
    async with sitting(devices=2) as person:
        app = person.app
        await until(lambda: len(app.store.devices) == 2)
        shown = await screen(person)
        first, second = shown.list._rows
        await press(person, "n")
        shown.query_one(Input).value = "shop"
        await press(person, "enter", "c", "c", "e", "e", "e")
        await until(
            lambda: app.store.devices[Safe(first)].dress == Dress(Safe("shop"), 1, None, False, Loudness.NONE)
        )
        assert "shop" in app.status.render().plain
        assert app.store.devices[Safe(first)].label == "shop"
        await until(lambda: shown.device == first)
        shown.list.edge(-1)
        top = shown.device
        await press(person, "J")
        await until(lambda: [*shown.list._rows][1] == top)
        assert shown.device == top
        assert {each.dress.place for each in app.store.devices.values()} == {0, 1}
        await press(person, "K")
        await until(lambda: next(iter(shown.list._rows)) == top)
        assert {first, second} == {*shown.list._rows}


async def test_a_hidden_device_is_neither_listed_nor_counted() -> None:
    async with sitting(devices=2) as person:
        app = person.app
        await until(lambda: len({key.device for key in app.store.chats}) == 2)
        shown = await screen(person)
        hidden = shown.device
        assert hidden is not None
        before = len(app.store.rows())
        mine = sum(key.device == hidden for key in app.store.chats)
        await press(person, "space")
        await until(lambda: app.store.devices[hidden].dress.hidden)
        assert len(app.store.rows()) == before - sum(
            key.device == hidden and not app.store.chats[key].archived for key in app.store.chats
        )
        assert mine
        assert not any(each.key.device == hidden for each in app.store.rows())
        assert app.store.unread_of(hidden) == 0
        person.gateway.message(str(hidden), ALICE, "psst")
        await until(lambda: ChatKey(hidden, Safe(ALICE)) in app.store.chats)
        assert app.store.unread_of(hidden) == 0
        await press(person, "o")  # its chats alone are shown all the same
        await until(lambda: app.chats.device == hidden)
        assert app.chats.list.rows is not None
        assert {each.key.device for each in app.chats.list.rows} == {hidden}
        await press(person, "o", "space")
        await until(lambda: not app.store.devices[hidden].dress.hidden)
        assert app.store.unread_of(hidden)
        assert len(app.store.rows()) >= before


async def test_what_was_set_is_there_after_a_restart(tmp_path: Path) -> None:
    keeper = Keeper.at(tmp_path)
    keeper.take(WORK, ev.DeviceChanged(device()))
    dress = Dress(Safe("shop"), 3, 1, True, Loudness.MENTIONS)
    keeper.take(WORK, ev.DeviceDressed(dress))
    keeper.close()
    again = Keeper.at(tmp_path)
    store = recalled(again)
    assert store.devices[WORK].dress == dress
    assert store.devices[WORK].label == "shop"
    again.take(WORK, ev.DeviceDressed(Dress()))
    assert again.dress(WORK) is None
    again.close()


async def test_a_device_is_made_linked_and_deleted(profile: str) -> None:
    async with sitting(profile=profile, devices=1) as person:
        app = person.app
        await person.connected()
        await screen(person)
        await press(person, "a")
        await until(lambda: isinstance(app.screen, PairingScreen))
        (made,) = [each for each in person.gateway.devices if each != person.device]
        person.gateway.pair(made)
        await until(lambda: isinstance(app.screen, DevicesScreen))
        await until(lambda: app.store.links[Safe(made)].state is LinkState.LIVE)
        shown = app.screen
        assert isinstance(shown, DevicesScreen)
        assert shown.device == made
        label = app.store.devices[Safe(made)].label
        await press(person, "x")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        assert "goes on listing it" in await person.screen()
        app.screen.query_one(Input).value = "".join(filter(str.isalnum, label))[:3]
        await press(person, "enter")
        await until(lambda: Safe(made) not in app.store.devices)
        assert person.gateway.devices == [person.device]
        assert isinstance(app.screen, DevicesScreen)


async def test_a_device_that_cannot_be_deleted_stays_and_says_why() -> None:
    async with sitting(devices=1) as person:
        app = person.app
        await person.connected()
        person.gateway.faults("DELETE /api/v1/devices", "fail_before")
        app.network.delete_device(person.device)
        await until(lambda: [each for each in app._notifications if "not deleted" in each.message])
        assert person.gateway.devices == [person.device]
        assert person.device in app.store.devices


@pytest.mark.parametrize("same", [True, False])
async def test_linking_anew_keeps_what_was_known_if_it_is_the_same_phone(same: bool) -> None:
    async with sitting(profile="whatsapi", devices=1, chats=4) as person:
        app, old = person.app, person.device
        await person.connected()
        await person.open(ALICE)
        before = person.texts(ALICE)
        app.network.dress(old, Dress(Safe("shop")))
        await until(lambda: app.store.devices[old].label == "shop")
        number = app.store.devices[old].number
        person.gateway.device(old, "disconnected", "LOGOUT")
        await until(lambda: app.store.devices[old].state is DeviceState.DISCONNECTED)
        assert app.store.devices[old].why == "it was logged out on the phone"
        app.composer.insert("half a thought")
        await screen(person)
        await press(person, "enter", "l")
        await until(lambda: isinstance(app.screen, PairingScreen))
        (made,) = [Safe(each) for each in person.gateway.devices if each != old]
        person.gateway.pair(made, number=number if same else "4915199999999")
        await until(lambda: app.store.links[made].state is LinkState.LIVE)
        if not same:
            assert old in app.store.devices
            assert [each for each in app._notifications if "another phone" in each.message]
            return
        await until(lambda: old not in app.store.devices)
        assert person.gateway.devices == [made]
        assert app.store.devices[made].label == "shop"
        assert app.open_chat == ChatKey(made, Safe(ALICE))
        assert app.conversation.draft == "half a thought"
        assert [str(each.text) for each in app.store.thread(ChatKey(made, Safe(ALICE))).timeline][
            : len(before)
        ] == before
        assert not any(key.device == old for key in app.store.chats)


async def test_what_waits_to_be_sent_goes_out_by_the_device_that_took_the_place() -> None:
    async with sitting(devices=1, chats=4) as person:
        app, old = person.app, person.device
        await person.connected()
        await person.open(ALICE)
        number = app.store.devices[old].number
        person.gateway.device(old, "disconnected", "LOGOUT")
        await until(lambda: app.store.devices[old].state is DeviceState.DISCONNECTED)
        await person.write("as soon as it can be")
        app.network.create_device(old)
        await until(lambda: len(person.gateway.devices) == 2)
        made = Safe(next(each for each in person.gateway.devices if each != old))
        await until(lambda: app.store.devices.get(made) and app.store.devices[made].qr)
        person.gateway.pair(made, number=number)
        await until(lambda: [send for send in person.gateway.sends if send["device"] == made])
        assert [send["text"] for send in person.gateway.sends] == ["as soon as it can be"]


async def test_what_comes_while_the_phone_is_linked_belongs_to_its_chat() -> None:
    """WhatsApp delivers what waited at the very moment at which a device is linked."""
    async with sitting(devices=1, chats=4, profile="whatsapi") as person:
        app, old = person.app, person.device
        await person.connected()
        await person.open(ALICE)
        before = person.texts(ALICE)
        number = app.store.devices[old].number
        person.gateway.device(old, "disconnected", "LOGOUT")
        await until(lambda: app.store.devices[old].state is DeviceState.DISCONNECTED)
        app.network.create_device(old)
        await until(lambda: len(person.gateway.devices) == 2)
        made = Safe(next(each for each in person.gateway.devices if each != old))
        await until(lambda: app.store.devices.get(made) and app.store.devices[made].qr)
        await until(lambda: any(call["path"].endswith(f"{made}/status") for call in person.gateway.calls))
        person.gateway.pair(made, number=number)
        await until(lambda: person.gateway.handset(made).ready)
        person.gateway.message(made, ALICE, "first")
        person.gateway.message(made, ALICE, "second")
        await until(lambda: old not in app.store.devices)
        key = ChatKey(made, Safe(ALICE))

        def texts() -> list[str]:
            return [str(each.text) for each in app.store.thread(key).timeline if not each.missing]

        await until(lambda: texts()[-2:] == ["first", "second"])
        assert texts()[: len(before)] == before
        app.network.open(ChatKey(made, Safe("0@c.us")))
        app.network.open(key)  # and the archive has it so, too
        await until(lambda: texts() == [*before, "first", "second"])


async def test_another_phone_on_the_same_device_mixes_nothing(profile: str) -> None:
    async with sitting(profile=profile, devices=1, chats=4) as person:
        app, device_id = person.app, person.device
        await person.connected()
        await person.open(ALICE)
        person.gateway.device(device_id, "disconnected", "LOGOUT")
        await until(lambda: app.store.devices[device_id].state is DeviceState.DISCONNECTED)
        await person.write("from the first phone only")
        person.gateway.device(device_id, "qr")
        await until(lambda: app.store.devices[device_id].qr)
        person.gateway.pair(device_id, number="4915199999999", name="Somebody else")
        await until(lambda: [each for each in app._notifications if "another phone" in each.message])
        await until(lambda: person.link() is LinkState.LIVE)
        waiting = await until(lambda: [each for each in person.thread(ALICE) if each.local])
        assert waiting[0].ack is Ack.FAILED
        assert "another phone" in waiting[0].error
        assert not [send for send in person.gateway.sends if "first phone" in send["text"]]


async def test_one_device_is_made_however_often_it_is_asked_for() -> None:
    async with sitting(devices=1) as person:
        app = person.app
        await person.connected()
        person.gateway.faults("POST /api/v1/devices", "slow", seconds=0.3)
        await screen(person)
        await press(person, "a", "a", "a")
        await until(lambda: len(person.gateway.devices) == 2)
        await until(lambda: isinstance(app.screen, PairingScreen))
        await press(person, "escape")
        person.gateway.device(None, "disconnected", "LOGOUT")
        old = person.device
        await until(lambda: app.store.devices[old].state is DeviceState.DISCONNECTED)
        for _ in range(2):  # the code of the one that waits is shown again
            app.network.create_device(old)
            await until(lambda: isinstance(app.screen, PairingScreen))
            await press(person, "escape")
        assert len(person.gateway.devices) == 3


async def test_a_device_that_could_not_be_deleted_is_not_shown_again_and_goes_later() -> None:
    async with sitting(devices=1, chats=4) as person:
        app, old = person.app, person.device
        await person.connected()
        number = app.store.devices[old].number
        person.gateway.device(old, "disconnected", "LOGOUT")
        await until(lambda: app.store.devices[old].state is DeviceState.DISCONNECTED)
        person.gateway.faults("DELETE /api/v1/devices", "fail_before", 1)
        app.network.create_device(old)
        await until(lambda: len(person.gateway.devices) == 2)
        made = next(each for each in person.gateway.devices if each != old)
        await until(lambda: app.store.devices.get(Safe(made)) and app.store.devices[Safe(made)].qr)
        person.gateway.pair(made, number=number)
        await until(lambda: [each for each in app._notifications if "not deleted" in each.message])
        app.network.kick()
        await until(lambda: person.gateway.devices == [made])
        await until(lambda: [*app.store.devices] == [made])


async def test_a_device_is_hidden_while_a_filter_is_typed() -> None:
    async with sitting(devices=2) as person:
        app = person.app
        await until(lambda: len({key.device for key in app.store.chats}) == 2)
        await press(person, "slash", "a")
        shown = await screen(person)
        hidden = shown.device
        await press(person, "space")
        await until(lambda: app.store.devices[hidden].dress.hidden if hidden else False)
        await press(person, "escape")
        assert app.chats.list.rows is not None
        assert not any(each.key.device == hidden for each in app.chats.list.rows)


async def test_a_name_is_for_the_device_for_which_it_was_begun() -> None:
    async with sitting(devices=2) as person:
        app = person.app
        await until(lambda: len(app.store.devices) == 2)
        shown = await screen(person)
        first = shown.device
        assert first is not None
        await press(person, "n")
        shown.query_one(Input).value = "shop"
        await press(person, "down", "tab", "enter")
        await until(lambda: app.store.devices[first].label == "shop")
        await press(person, "x")
        await until(lambda: isinstance(app.screen, ConfirmScreen))
        await press(person, "escape", "c")  # the closed field has not got the focus
        await until(lambda: app.store.devices[first].dress.colour == 0)


async def test_a_device_that_is_only_starting_is_not_gone() -> None:
    """The gateway restarts: 404, then `initializing`, while its list says `ready` (contract 2.2)."""
    async with sitting(devices=1, start_delay=1.0) as person:
        app = person.app
        seen: set[DeviceState] = set()

        def ready() -> bool:
            seen.update(states(person).values())
            return DeviceState.READY in states(person).values() and person.link() is LinkState.LIVE

        with suppress(KeyError):
            await until(ready)
        assert DeviceState.GONE not in seen
        assert len(app.store.devices) == 1


def test_words_about_a_device() -> None:
    store = Store()
    for event in (
        ev.DeviceChanged(device()),
        ev.LinkChanged(link(LinkState.LIVE)),
        ev.ChatsListed([chat(unread=3)]),
        ev.Reconnected(2, datetime.now().astimezone().date()),
    ):
        store.apply(WORK, [event], 100.0)
    facts = dict(facts_of(store, store.devices[WORK], LinkState.LIVE, 107.0))
    assert facts["link"] == "socket, last event 7 s ago, reconnected 2 times today"
    assert store.unread_of(WORK) == 3
    yesterday = datetime.now().astimezone().date() - timedelta(days=1)
    store.apply(WORK, [ev.Reconnected(9, yesterday)], 100.0)
    assert "never lost today" in dict(facts_of(store, store.devices[WORK], LinkState.LIVE, 107.0))["link"]
    quiet = dict(facts_of(store, store.devices[WORK], LinkState.LIVE, 100.0 + 3 * 3600))
    assert "last event 3 h ago" in quiet["link"]


def test_a_name_is_cleaned_and_cut() -> None:
    alias = dressed(Dress(), "name", "a\x1b[31m\nb" + "c" * 100).alias
    assert alias.isprintable()
    assert len(alias) <= ALIAS
    every = Dress()
    for _ in range(9):
        every = dressed(every, "colour")
    assert every.colour is None
    with pytest.raises(ValueError):
        dressed(Dress(), "nothing")


def knows_both(app: Watui) -> bool:
    return len(app.store.devices) == 2


def same(settings: Settings) -> Settings:
    return settings


async def test_the_choice_of_one_device_outlives_a_restart(tmp_path: Path) -> None:
    from watui.memory import memory_at

    async with DemoGateway(DemoOptions(devices=2, pace=0.0)) as gateway:
        for first in (True, False):
            keeper = Keeper.at(tmp_path)
            chosen = Settings(url=gateway.url, api_key=gateway.key)
            app = Watui(
                network_of(partial(same, chosen), None, keeper=keeper),
                store=recalled(keeper),
                memory=memory_at(tmp_path / "state.json"),
            )
            async with app.run_test(size=(100, 30)) as pilot:
                await until(partial(knows_both, app))
                if first:
                    app.chats.narrow_to(Safe(gateway.devices[1]))
                await pilot.pause()
                assert app.chats.device == gateway.devices[1]
