"""The program as its user meets it, on both kinds of gateway, over real sockets."""

from functools import partial
from random import Random

import pytest

from tests.conftest import Person, sitting
from tests.waiting import until
from watui import events as ev
from watui.app import Watui
from watui.config import ConfigError, Settings
from watui.demo.gateway import DemoGateway
from watui.demo.options import DemoOptions
from watui.models import Ack, ChatKey, Kind, LinkState, Older
from watui.start import network_of
from watui.store import Thread
from watui.text import Safe

ALICE = "4915111111111@c.us"


async def test_chats_appear_pinned_first(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await person.connected()
        rows = list(person.app.store.rows())
        assert len(rows) >= 15
        assert [row.pinned for row in rows] == sorted((row.pinned for row in rows), reverse=True)
        screen = await person.screen()
        assert str(rows[0].name)[:10] in screen
        assert "live" in screen


async def test_a_message_arrives_counts_and_moves_its_chat_up(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await person.connected()
        chat = next(
            row
            for row in reversed(person.app.store.rows())
            if not row.group and not row.unread and not row.muted
        )
        person.gateway.message(None, chat.key.jid, "are you there?")
        await until(lambda: person.app.store.chats[chat.key].unread == 1)
        unpinned = [row for row in person.app.store.rows() if not row.pinned]
        assert unpinned[0].key == chat.key
        assert "are you there?" in await person.screen()


async def test_writing_and_being_answered(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await person.connected()
        await person.open(ALICE)
        await person.write("hello *Alice*")
        assert person.app.composer.text == ""
        assert person.texts(ALICE)[-1] == "hello *Alice*"
        await until(lambda: not person.thread(ALICE)[-1].local)
        (sent,) = [send for send in person.gateway.sends if send["text"] == "hello *Alice*"]
        assert person.thread(ALICE)[-1].id == sent["id"]
        person.gateway.message(None, ALICE, "hello you")
        await until(lambda: person.texts(ALICE)[-1] == "hello you")
        assert person.texts(ALICE).count("hello *Alice*") == 1
        screen = await person.screen()
        assert "hello Alice" in screen  # in bold
        assert "hello you" in screen


async def test_ticks_follow_what_becomes_of_a_message(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await person.connected()
        await person.open(ALICE)
        await person.write("tick")
        await until(lambda: not person.thread(ALICE)[-1].local)
        person.gateway.ack(None, str(person.thread(ALICE)[-1].id), 3)
        await until(lambda: person.thread(ALICE)[-1].ack is Ack.READ)


@pytest.mark.parametrize("length", [30, 100, 250, 450])
async def test_paging_back_leaves_no_hole_and_no_double(profile: str, length: int) -> None:
    async with sitting(profile=profile) as person:
        person.gateway.chat(None, "4917000000001@c.us", name="Long", messages=length)
        await person.connected()
        jid = "4917000000001@c.us"
        await person.open(jid)
        thread = person.app.store.thread(person.key(jid))
        for _ in range(20):
            if thread.older in (Older.NONE, Older.WALL):
                break
            known = len(thread.timeline)
            person.app.thread.action_first()
            await until(partial(_grown, thread, known))
        truth = [str(each["id"]) for each in person.gateway.truth(None, jid)["messages"]]
        reachable = truth if profile == "full" else truth[-300:]
        assert [str(message.id) for message in thread.timeline] == reachable
        assert thread.older is (Older.WALL if len(reachable) < len(truth) else Older.NONE)


def _grown(thread: Thread, known: int) -> bool:
    return len(thread.timeline) > known or thread.older is not Older.MORE


async def test_opening_a_chat_marks_it_read_at_the_gateway(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await person.connected()
        chat = next(row for row in person.app.store.rows() if row.unread and row.key.jid.endswith("c.us"))
        await person.open(chat.key.jid)
        await until(lambda: person.app.store.chats[chat.key].unread == 0)
        await until(lambda: any("markRead" in call["path"] for call in person.gateway.calls))


async def test_a_draft_stays_with_its_chat() -> None:
    async with sitting() as person:
        await person.connected()
        first, second = [row.key for row in person.app.store.rows()][:2]
        await person.open(first.jid)
        person.app.composer.insert("half a tho")
        await person.open(second.jid)
        assert person.app.composer.text == ""
        await person.open(first.jid)
        assert person.app.composer.text == "half a tho"


async def test_the_wider_events_show_where_a_gateway_has_them() -> None:
    async with sitting(profile="full") as person:
        await person.connected()
        await person.open(ALICE)
        arrived = person.gateway.message(None, ALICE, "teh text")
        await until(lambda: person.thread(ALICE)[-1].id == arrived)
        person.gateway.typing(None, ALICE)
        await until(lambda: person.app.store.typing)
        assert "typing…" in await person.screen()
        person.gateway.edit(None, arrived, "the text")
        person.gateway.react(None, arrived, "🎉")
        await until(lambda: person.thread(ALICE)[-1].reactions)
        shown = person.thread(ALICE)[-1]
        assert (shown.text, shown.edited, shown.reactions[0].emoji) == ("the text", True, "🎉")
        typed = person.gateway.phone(None, ALICE, "typed on the phone")
        await until(lambda: person.thread(ALICE)[-1].id == typed)
        person.gateway.revoke(None, arrived)
        await until(lambda: person.thread(ALICE)[-2].kind is Kind.REVOKED)
        assert "deleted message" in await person.screen()


async def test_another_clients_leaving_is_no_disconnection() -> None:
    async with sitting(profile="whatsapi") as person:
        await person.connected()
        person.gateway.event(
            None, "disconnected", {"deviceId": person.device, "reason": "transport close", "timestamp": 1}
        )
        asked = len(person.gateway.calls)
        await until(lambda: any("status" in call["path"] for call in person.gateway.calls[asked:]))
        assert person.link() is LinkState.LIVE


async def test_a_logout_shows_and_linking_again_brings_the_chats() -> None:
    async with sitting(profile="whatsapi") as person:
        await person.connected()
        person.gateway.device(None, "qr", "LOGOUT")
        await until(lambda: person.link() is LinkState.UNLINKED)
        person.gateway.pair(None)
        await until(lambda: person.link() is LinkState.LIVE)


async def test_a_gateway_that_restarts_is_found_again_with_what_was_missed(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await person.connected()
        await person.open(ALICE)
        known = len(person.thread(ALICE))
        await person.gateway.stop_listening()
        await until(lambda: person.link() is LinkState.OFFLINE)
        assert "offline" in await person.screen()
        missed = person.gateway.message(None, ALICE, "while you were out")
        await person.gateway.restart()
        person.app.action_retry()
        await until(lambda: person.link() is LinkState.LIVE)
        await until(lambda: person.thread(ALICE)[-1].id == missed)
        assert len(person.thread(ALICE)) == known + 1


async def test_the_switcher_finds_a_chat_by_a_part_of_its_name() -> None:
    async with sitting() as person:
        await person.connected()
        chat = person.app.store.chats[person.key(ALICE)]
        await person.pilot.press("ctrl+k")
        await person.pilot.press(*str(chat.name)[:5].lower(), "enter")
        await until(lambda: person.app.open_chat is not None)
        assert person.app.open_chat == chat.key
        assert person.app.focused is person.app.composer


async def test_escape_goes_back_one_level_at_a_time() -> None:
    async with sitting(size=(50, 20)) as person:
        await person.connected()
        await person.pilot.press("enter")
        assert not person.app.chats.display
        assert person.app.composer.has_focus
        await person.pilot.press("escape")
        assert person.app.thread.has_focus
        await person.pilot.press("escape")
        assert person.app.chats.display
        await person.pilot.press("slash", "a", "l", "i")
        await until(lambda: len(person.app.store.rows("ali")) == len(person.app._rows or ()))
        await person.pilot.press("escape")
        assert not person.app.chats.filtering


async def test_a_new_message_elsewhere_rings_once_and_muted_ones_do_not() -> None:
    async with sitting() as person:
        await person.connected()
        person.gateway.chat(None, "4917000000009@c.us", name="Muted", messages=1, muted=True)
        await until(lambda: person.key("4917000000009@c.us") in person.app.store.chats)
        person.gateway.message(None, "4917000000009@c.us", "psst")
        await until(lambda: person.texts("4917000000009@c.us")[-1:] == ["psst"])
        notices = person.app._ringing.notices
        assert not notices.visible
        person.gateway.message(None, ALICE, "[/b] ring [@click=app.quit]x[/]")
        (notice,) = await until(lambda: notices.visible)
        assert notice.body == "[/b] ring [@click=app.quit]x[/]"
        assert "[/b] ring [@click=app.quit]x[/]" in await person.screen()


async def test_polling_stands_in_where_sockets_are_off(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watui.devices.POLL_EVERY", 0.05)
    async with sitting(profile=profile, settings={"sockets": False}) as person:
        await until(lambda: person.link() is LinkState.POLLING and person.app.store.chats)
        arrived = person.gateway.message(None, ALICE, "no socket needed")
        await until(lambda: any(message.id == arrived for message in person.thread(ALICE)))
        assert person.app.store.chats[person.key(ALICE)].unread >= 1


async def test_a_device_that_wants_a_phone_shows_its_code_and_closes_it_when_linked(profile: str) -> None:
    async with sitting(profile=profile, devices=0, unpaired=1) as person:
        await until(lambda: person.app.screen.id == "pairing")
        await until(
            lambda: "▀▀▀▀" in "".join(strip.text for strip in person.app.screen._compositor.render_strips())
        )
        person.gateway.pair(person.gateway.devices[0])
        await until(lambda: person.app.screen.id != "pairing")
        await person.connected()


async def test_a_safe_local_id_never_reaches_the_gateway(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await person.connected()
        await person.open(ALICE)
        await person.write("one")
        await until(lambda: not person.thread(ALICE)[-1].local)
        assert all("watui:" not in str(call) for call in person.gateway.calls)
        assert isinstance(person.thread(ALICE)[-1].id, Safe)


async def test_a_mistake_in_the_settings_is_told_and_mended_without_a_restart() -> None:
    async with DemoGateway(DemoOptions()) as gateway:
        written = ['url = "nonsense"']

        def load() -> Settings:
            if written:
                raise ConfigError("config.toml line 1: url: should begin with http:// or https://")
            return Settings(url=gateway.url, api_key=gateway.key)

        app = Watui(network_of(load, None))
        async with app.run_test(size=(120, 40)) as pilot:
            person = Person(app, pilot, gateway)
            await until(lambda: app.store.links)
            assert "config.toml line 1: url:" in await person.screen()
            written.clear()
            await pilot.press("r")
            await person.connected()
            assert "config.toml" not in await person.screen()


async def test_a_chat_that_cannot_be_read_does_not_take_the_device_along() -> None:
    async with sitting(profile="whatsapi") as person:
        await person.connected()
        person.gateway.faults(".*messages.*", "status", 1000, code=500)
        person.app.open_thread(person.key(ALICE))
        person.app.action_retry()
        asked = len(person.gateway.calls)
        await until(lambda: sum("messages" in call["path"] for call in person.gateway.calls[asked:]) >= 2)
        arrived = person.gateway.message(None, ALICE, "still here")
        await until(lambda: any(message.id == arrived for message in person.thread(ALICE)))
        assert person.link() is LinkState.LIVE
        assert "this chat cannot be read" in await person.screen()
        person.gateway.clear_faults()
        person.app.action_retry()
        await until(lambda: not person.app.store.links[person.device].words)


async def test_nothing_is_marked_read_that_nobody_saw(profile: str) -> None:
    async with sitting(profile=profile, size=(60, 24)) as person:
        await person.connected()
        await person.open(ALICE)
        await person.pilot.press("escape", "g")
        asked = len(person.gateway.calls)
        person.gateway.message(None, ALICE, "below the edge")
        await until(lambda: person.app.store.chats[person.key(ALICE)].unread == 1)
        await person.pilot.press("G")
        await until(lambda: person.app.store.chats[person.key(ALICE)].unread == 0)
        await person.pilot.press("escape")
        marked = len([c for c in person.gateway.calls[asked:] if "markRead" in c["path"]])
        person.gateway.message(None, ALICE, "behind the list of chats")
        await until(lambda: person.app.store.chats[person.key(ALICE)].unread == 1)
        assert len([c for c in person.gateway.calls[asked:] if "markRead" in c["path"]]) == marked


async def test_polling_counts_what_the_gateway_counts(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watui.devices.POLL_EVERY", 0.05)
    async with sitting(profile=profile, settings={"sockets": False}) as person:
        await until(lambda: person.link() is LinkState.POLLING and person.app.store.chats)
        key = person.key(ALICE)
        before = person.app.store.chats[key].unread
        last = [person.gateway.message(None, ALICE, "ok") for _ in range(3)][-1]
        await until(lambda: any(message.id == last for message in person.thread(ALICE)))
        await until(lambda: person.app.store.chats[key].unread == before + 3)


async def test_a_chat_chosen_by_a_filter_is_ready_to_be_written_to() -> None:
    async with sitting() as person:
        await person.connected()
        await person.pilot.press("slash", *"alice", "enter")
        await until(lambda: person.app.open_chat is not None)
        await person.pilot.press(*"hi")
        assert person.app.composer.has_focus
        assert person.app.composer.text == "hi"
        assert not person.app.chats.filtering


async def test_page_keys_turn_the_thread_while_one_writes() -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        await person.pilot.press("pageup")
        assert not person.app.thread.at_end
        await person.pilot.press("pagedown", "pagedown")
        assert person.app.thread.at_end
        assert person.app.composer.has_focus


async def test_what_was_written_before_a_chat_was_open_goes_to_the_first_one() -> None:
    async with sitting() as person:
        await person.connected()
        await person.write("too early")
        assert person.app.composer.text == "too early"
        await person.open(ALICE)
        assert person.app.composer.text == "too early"


async def test_what_could_not_be_sent_is_kept_as_a_draft() -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        await person.gateway.stop_listening()
        await person.write("sent into the void")
        await until(lambda: "waiting: nothing answers" in person.thread(ALICE)[-1].error)
        kept: dict[ChatKey, str] = {}
        person.app.memory.keep_drafts = kept.update
        await person.pilot.press("ctrl+q")
        await until(lambda: kept)
        assert kept[person.key(ALICE)] == "sent into the void"


async def test_a_device_that_is_removed_closes_its_thread() -> None:
    async with sitting(devices=2) as person:
        await person.connected()
        await person.open(ALICE)
        person.app.composer.insert("half")
        person.app.apply(person.device, [ev.DeviceRemoved(person.device)])
        assert person.app.open_chat is None
        assert person.app.composer.text == "half"
        await person.write("to nobody")
        assert not any(key.device == person.device for key in person.app.store.chats)


async def test_what_arrives_before_the_readers_eyes_is_marked_read(profile: str) -> None:
    async with sitting(profile=profile) as person:
        await person.connected()
        await person.open(ALICE)
        await until(lambda: person.app.store.chats[person.key(ALICE)].unread == 0)
        asked = len(person.gateway.calls)
        for number in range(3):
            person.gateway.message(None, ALICE, f"look {number}")
        await until(lambda: any("markRead" in call["path"] for call in person.gateway.calls[asked:]), 5)
        assert person.app.store.chats[person.key(ALICE)].unread == 0


async def test_a_terminal_that_is_too_small_says_so_and_all_is_there_when_it_grows() -> None:
    async with sitting(size=(100, 30)) as person:
        await person.connected()
        await person.open(ALICE)
        await person.pilot.press("h", "i")
        for size in ((29, 30), (100, 7), (20, 5), (6, 2)):
            await person.pilot.resize_terminal(*size)
            assert "watu" in await person.screen()
            await person.pilot.press("x")
        await person.pilot.resize_terminal(30, 8)
        assert "watui needs" not in await person.screen()
        await person.pilot.resize_terminal(100, 30)
        assert person.app.focused is person.app.composer
        assert person.app.composer.text == "hixxxx"


async def test_below_eighteen_rows_there_is_neither_header_nor_footer() -> None:
    async with sitting(size=(60, 18)) as person:
        await person.connected()
        await person.open(ALICE)
        assert "watu" in await person.screen()
        await person.pilot.resize_terminal(60, 17)
        screen = await person.screen()
        assert "watui" not in screen
        assert "Enter send" not in screen
        assert "write to Alice" in screen


@pytest.mark.parametrize("sizes", [40, pytest.param(300, marks=pytest.mark.torture)])
async def test_a_storm_of_sizes_ends_with_a_right_screen(sizes: int) -> None:
    async with sitting(size=(120, 40)) as person:
        await person.connected()
        await person.open(ALICE)
        before = await person.screen()
        random = Random(3)
        for _ in range(sizes):
            await person.pilot.resize_terminal(random.randint(20, 300), random.randint(5, 80))
        await person.pilot.resize_terminal(120, 40)
        assert await person.screen() == before


async def test_what_is_being_written_is_kept_while_one_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watui.app.KEEP_AFTER", 0.05)
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        kept: list[dict[ChatKey, str]] = []
        person.app.memory.keep_drafts = lambda drafts: kept.append(dict(drafts))
        await person.pilot.press("h", "m")
        await until(lambda: kept and kept[-1] == {person.key(ALICE): "hm"})
        assert person.app.composer.text == "hm"
        await person.pilot.press("enter")
        await until(lambda: [m for m in person.thread(ALICE) if m.text == "hm" and not m.local])
        await person.pilot.press("x", "backspace")  # what was on its way before may have been kept once more
        await until(lambda: kept[-1] == {})


async def test_a_timer_that_fires_while_the_panes_are_taken_down_ends_nothing() -> None:
    async with sitting() as person:
        await person.connected()
        await person.open(ALICE)
        app = person.app
    for timer in (app._keep_draft, app.show_status, app._expire, app._show_hints, app._reading._now):
        timer()
