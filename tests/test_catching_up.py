"""What was missed is read, what cannot be had is a hole, and what is kept is there before the network."""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Person, sitting
from tests.waiting import until
from watui.app import Watui
from watui.archive.keeper import Keeper
from watui.archive.outbox import Letter, State
from watui.archive.schema import FILE, Busy
from watui.bodies import Body
from watui.config import Settings
from watui.demo.gateway import DemoGateway
from watui.demo.options import DemoOptions
from watui.memory import memory_at
from watui.models import Ack, Kind, LinkState, Message, Older
from watui.start import network_of, opened_last, recalled
from watui.text import Safe

ALICE = "4915111111111@c.us"
BOB = "14155550123@c.us"


@asynccontextmanager
async def gateway(**options: Any) -> AsyncIterator[DemoGateway]:
    """Run a gateway that outlives the watuis that come to it."""
    quick = {"pace": 0.0, "mark_read_delay": 0.02, "qr_delay": 0.0}
    async with DemoGateway(DemoOptions(**{**quick, **options})) as running:
        yield running


@asynccontextmanager
async def at(home: Path, running: DemoGateway, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Person]:
    """Sit down at a watui that keeps what it sees, and go on where the last one ended."""
    chosen = Settings(url=running.url, api_key=running.key)
    keeper = Keeper.at(home)
    store = recalled(keeper)
    app = Watui(
        network_of(lambda: chosen, None, keeper=keeper),
        store=store,
        memory=memory_at(home / "state.json"),
        opened_last=opened_last(keeper, store),
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        yield Person(app, pilot, running)


def shown(person: Person, chat: str) -> list[str]:
    """Name the messages of a chat as the thread has them, a hole as one."""
    return ["hole" if m.kind is Kind.MISSING else str(m.id) for m in person.thread(chat) if not on_its_way(m)]


def receive(running: DemoGateway, chat: str, count: int) -> None:
    """Let messages arrive in a chat, one every few seconds: those of one second may be cut (contract 2.6)."""
    for number in range(count):
        running.acts._epoch += 7
        running.message(None, chat, f"missed {number}")


def on_its_way(message: Message) -> bool:
    return message.local and message.kind is not Kind.MISSING


def truth(running: DemoGateway, chat: str) -> list[str]:
    return [str(each["id"]) for each in running.truth(None, chat)["messages"]]


def filed(home: Path, chat: str) -> list[str]:
    """Name the messages of a chat in the archive, in order."""
    base = sqlite3.connect(f"file:{home / FILE}?mode=ro", uri=True)
    rows = base.execute(
        "SELECT id FROM messages JOIN chats ON chats.n = chat WHERE jid = ? ORDER BY messages.time, place",
        (chat,),
    ).fetchall()
    base.close()
    return [id_ for (id_,) in rows]


async def test_what_was_seen_is_there_before_the_gateway_answers(profile: str, tmp_path: Path) -> None:
    async with gateway(profile=profile) as running:
        async with at(tmp_path, running) as person:
            await person.connected()
            await person.open(ALICE)
            before = shown(person, ALICE)
            names = [chat.name for chat in person.app.store.rows()]
        await running.stop_listening()
        async with at(tmp_path, running) as person:
            assert [chat.name for chat in person.app.store.rows()] == names
            assert person.app.open_chat == person.key(ALICE)
            assert shown(person, ALICE) == before
            screen = await person.screen()
            assert names[0] in screen
            await until(lambda: person.app.store.links)
            assert shown(person, ALICE) == before


@pytest.mark.parametrize("missed", [1, 99, 100, 101, 299, 300])
async def test_what_came_while_watui_was_away_is_all_there(missed: int, tmp_path: Path) -> None:
    async with gateway(profile="whatsapi") as running:
        async with at(tmp_path, running) as person:
            await person.connected()
            await person.open(ALICE)
        receive(running, ALICE, missed)
        async with at(tmp_path, running) as person:
            await person.connected()
            await until(lambda: shown(person, ALICE)[-missed:] == truth(running, ALICE)[-missed:])
            known = shown(person, ALICE)
            # Of exactly as many as can be reached nobody can tell that they are all.
            assert known.count("hole") == (missed == 300)
            known = [each for each in known if each != "hole"]
            assert len(known) == len({*known})
            assert [each for each in truth(running, ALICE) if each in known] == known


@pytest.mark.parametrize("missed", [320, 450])
async def test_what_the_gateway_cannot_give_any_more_is_a_hole(missed: int, tmp_path: Path) -> None:
    async with gateway(profile="whatsapi") as running:
        async with at(tmp_path, running) as person:
            await person.connected()
            await person.open(ALICE)
            last = shown(person, ALICE)[-1]
        receive(running, ALICE, missed)
        async with at(tmp_path, running) as person:
            await person.connected()
            await until(lambda: "hole" in shown(person, ALICE) and len(shown(person, ALICE)) > 290)
            hole = shown(person, ALICE).index("hole")
            assert shown(person, ALICE)[hole - 1] == last
            assert shown(person, ALICE)[hole + 1 :] == truth(running, ALICE)[-300:]
            await until(lambda: person.thread(ALICE)[hole].missing.final)  # type: ignore[union-attr]
            person.app.thread.select(person.thread(ALICE)[hole].id)
            assert "messages missing here (" in await person.screen()
        async with at(tmp_path, running) as person:
            await person.connected()

            def reached() -> bool:
                person.app.thread.action_first()
                return "hole" in shown(person, ALICE)

            await until(reached)


async def test_chats_that_are_not_open_are_caught_up_too(tmp_path: Path) -> None:
    async with gateway(profile="whatsapi") as running:
        async with at(tmp_path, running) as person:
            await person.connected()
            await person.open(BOB)
            await person.open(ALICE)
        for number in range(250):
            running.message(None, BOB, f"missed {number}")
        async with at(tmp_path, running) as person:
            await person.connected()
            assert person.key(BOB) not in person.app.store.threads
            assert filed(tmp_path, BOB)[-250:] == truth(running, BOB)[-250:]
            unread = person.app.store.chats[person.key(BOB)].unread
            assert unread >= 250


async def test_a_line_that_was_cut_leaves_nothing_out(profile: str, tmp_path: Path) -> None:
    async with gateway(profile=profile) as running, at(tmp_path, running) as person:
        await person.connected()
        await person.open(BOB)
        await person.open(ALICE)
        await running.stop_listening()
        await running.socket(cut=running.devices[0])
        await until(lambda: person.link() is LinkState.OFFLINE)
        for number in range(130):
            running.message(None, ALICE, f"unheard {number}")
            running.message(None, BOB, f"unheard {number}")
        await running.restart(0.0, 0.0)
        running.message(None, ALICE, "heard")
        person.app.action_retry()
        for chat in (ALICE, BOB):
            await until(lambda chat=chat: shown(person, chat)[-130:] == truth(running, chat)[-130:])  # type: ignore[misc]
            assert "hole" not in shown(person, chat)


async def test_what_the_phone_sends_between_live_messages_comes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watui.devices.CHECK_EVERY", 0.2)
    monkeypatch.setattr("watui.devices.ALIVE_EVERY", 0.1)
    async with gateway(profile="whatsapi") as running, at(tmp_path, running) as person:
        await person.connected()
        await person.open(BOB)
        await person.open(ALICE)
        running.message(None, BOB, "one")
        running.phone(None, BOB, "from the phone")
        running.message(None, BOB, "two")
        await until(lambda: "from the phone" in person.texts(BOB))
        assert person.texts(BOB)[-3:] == ["one", "from the phone", "two"]


async def test_what_waits_to_be_sent_goes_after_a_restart(profile: str, tmp_path: Path) -> None:
    async with gateway(profile=profile) as running:
        async with at(tmp_path, running) as person:
            await person.connected()
            await person.open(ALICE)
            await running.stop_listening()
            for number in range(3):
                await person.write(f"offline {number}")
            await until(lambda: "waiting" in person.thread(ALICE)[-3].error)
        await running.restart(0.0, 0.0)
        async with at(tmp_path, running) as person:
            assert person.texts(ALICE)[-3:] == [f"offline {number}" for number in range(3)]
            await until(lambda: all(not message.local for message in person.thread(ALICE)))
            assert [each["text"] for each in running.sends] == [f"offline {number}" for number in range(3)]
            assert person.texts(ALICE)[-3:] == [f"offline {number}" for number in range(3)]


@pytest.mark.parametrize("happened", [True, False])
async def test_what_was_on_its_way_when_watui_died(happened: bool, tmp_path: Path) -> None:
    async with gateway() as running:
        async with at(tmp_path, running) as person:
            await person.connected()
            await person.open(ALICE)
            device = person.device
        keeper = Keeper.at(tmp_path)
        keeper.put(
            Letter(
                Safe("watui:1"),
                device,
                Safe(ALICE),
                Body("was it?"),
                round(time.time() * 1000),
                State.SENDING,
                seen=frozenset(),
            )
        )
        keeper.close()
        if happened:
            running.phone(None, ALICE, "was it?")
        async with at(tmp_path, running) as person:
            await person.connected()
            if happened:
                await until(
                    lambda: person.texts(ALICE)[-1] == "was it?" and not person.thread(ALICE)[-1].local
                )
            else:
                assert person.thread(ALICE)[-1].ack is Ack.UNKNOWN
                assert "sent? watui ended before" in await person.screen()
            assert person.texts(ALICE).count("was it?") == 1
            assert len(running.sends) == int(happened)  # by the phone


async def test_with_a_full_disk_watui_stays_up_and_says_so(tmp_path: Path) -> None:
    async with gateway() as running, at(tmp_path, running) as person:
        await person.connected()
        await person.open(ALICE)
        base = person.app.network._keeper._base  # type: ignore[union-attr]
        (pages,) = base.execute("PRAGMA page_count").fetchone()
        base.execute(f"PRAGMA max_page_count = {pages}")
        for number in range(300):
            running.message(None, ALICE, f"{number} " + "x" * 2000)
        await until(lambda: "the disk is full" in person.app.store.trouble)
        assert "the disk is full" in await person.screen()
        await until(lambda: person.texts(ALICE)[-1].startswith("299 "))
        await person.write("not now " * 8000)  # a short one would fit into what is free of the last page
        await until(lambda: person.thread(ALICE)[-1].ack is Ack.FAILED)
        assert person.thread(ALICE)[-1].error.startswith("not sent: the disk is full")
        assert running.sends == []
        base.execute("PRAGMA max_page_count = 1073741823")
        await until(lambda: person.app.store.trouble == "")
        assert "disk" not in (await person.screen()).splitlines()[1]
        await until(lambda: filed(tmp_path, ALICE)[-300:] == truth(running, ALICE)[-300:])


async def test_a_damaged_archive_is_set_aside_and_read_anew(tmp_path: Path) -> None:
    async with gateway() as running:
        async with at(tmp_path, running) as person:
            await person.connected()
            await person.open(ALICE)
        (tmp_path / FILE).write_bytes(b"no database at all" * 1000)
        async with at(tmp_path, running) as person:
            await person.connected()
            assert "the archive was damaged" in await person.screen()
            await person.open(ALICE)
            await until(lambda: len(shown(person, ALICE)) > 10)
    assert broken_ones(tmp_path)


def broken_ones(home: Path) -> list[str]:
    return [path.name for path in home.iterdir() if "broken" in path.name]


def test_a_second_watui_is_told_of_the_first(tmp_path: Path) -> None:
    keeper = Keeper.at(tmp_path)
    with pytest.raises(Busy, match="another watui is running"):
        Keeper.at(tmp_path)
    keeper.close()
    Keeper.at(tmp_path).close()


async def test_a_search_leads_to_a_message_however_far_back(tmp_path: Path) -> None:
    async with gateway(profile="full", messages=20) as running:
        running.message(None, BOB, "a needle in the hay")
        receive(running, BOB, 700)
        async with at(tmp_path, running) as person:
            await person.connected()
            await person.open(BOB)
            while person.app.store.thread(person.key(BOB)).older in (Older.MORE, Older.UNKNOWN):
                person.app.thread.action_first()
                await person.pilot.pause()
        async with at(tmp_path, running) as person:
            await person.connected()
            assert len(shown(person, BOB)) < 200
            await person.open(ALICE)
            await person.pilot.press("ctrl+f", *"needle")
            await until(lambda: "a needle in the hay" in str(screen_text(person)))
            await person.pilot.press("enter")
            thread = person.app.thread
            await until(lambda: thread.selected is not None and thread.selected.text == "a needle in the hay")
            assert person.app.open_chat == person.key(BOB)
            assert "a needle in the hay" in await person.screen()


async def test_a_search_shows_what_only_the_gateway_has(profile: str, tmp_path: Path) -> None:
    async with gateway(profile=profile, messages=20) as running:
        running.message(None, BOB, "a needle in the hay")
        receive(running, BOB, 130)
        async with at(tmp_path, running) as person:
            await person.connected()
            await person.open(BOB)
            assert "a needle in the hay" not in person.texts(BOB)
            await person.pilot.press("ctrl+f", "tab", *"from:bob needle")
            await until(lambda: "a needle in the hay" in screen_text(person))
            await person.pilot.press("enter")
            thread = person.app.thread
            await until(lambda: thread.selected is not None and thread.selected.text == "a needle in the hay")
            assert "hole" not in shown(person, BOB)


async def test_an_answer_to_a_search_leads_to_no_chat_that_nobody_has() -> None:
    strangers = [
        {"messageId": f"false_{number}@c.us_A", "chatId": f"{number}@c.us"}
        for number in range(10_000, 10_050)
    ]
    async with sitting() as person:
        await person.connected()
        known = {*person.app.store.chats}
        body = {
            "success": True,
            "data": [{"messageId": "false_status_A", "chatId": "status@broadcast"}, *strangers],
        }
        person.gateway.faults("GET .*/messages/search", "status", 1, code=200, body=body)
        before = len(person.gateway.calls)
        await person.pilot.press("ctrl+f", *"needle")
        await until(lambda: [c for c in person.gateway.calls[before:] if "search" in c["path"]])
        await person.pilot.press("escape")
        await person.open(ALICE)
        assert {*person.app.store.chats} == known
        assert not [call for call in person.gateway.calls[before:] if "/chats/100" in call["path"]]


def screen_text(person: Person) -> str:
    lines = person.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in lines)
