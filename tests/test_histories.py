"""When a chat may be taken for whole, and what is read when it may not: no hole stays unseen."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from tests.making import ANA, WORK, chat, message
from watui import events as ev
from watui.archive.keeper import Keeper
from watui.caps import Cap
from watui.gateway.base import Gateway, Page
from watui.histories import CROWD, FLOOD, Histories
from watui.models import Chat, ChatKey, Kind, Message, Older, preview_of
from watui.text import Safe

KEY = ChatKey(WORK, ANA)


class Told:
    """A gateway with cursors that mean what they say, whose answers a test can hold up."""

    def __init__(self, count: int) -> None:
        self.caps = Cap.OWN_EVENTS
        self.history = [message(f"m{number:05}", at=number) for number in range(count)]
        self.asked: list[Safe] = []
        self.empty = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def recent(self, device: Safe, chat: Safe, *, fresh: bool) -> Page:
        page = Page([] if self.empty else self.history[-100:], self.older_than(len(self.history) - 100))
        await self.gate.wait()
        return page

    async def older(self, device: Safe, chat: Safe, oldest: Safe) -> Page:
        self.asked.append(oldest)
        end = [each.id for each in self.history].index(oldest)
        return Page(self.history[max(0, end - 100) : end], self.older_than(end - 100))

    def older_than(self, index: int) -> Older:
        return Older.MORE if index > 0 and not self.empty else Older.NONE

    def grow(self, count: int) -> None:
        """Get messages that nobody is told of."""
        here = len(self.history)
        self.history += [message(f"m{number:05}", at=number) for number in range(here, here + count)]


class Desk:
    """The histories of a device, and what they told."""

    def __init__(self, count: int = 50, keeper: Keeper | None = None) -> None:
        self.gateway = Told(count)
        self.keeper = keeper or Keeper()
        self.told: list[ev.Event] = []
        self.histories = Histories(
            WORK, cast("Gateway", self.gateway), self.keeper, self.told.append, lambda _chat, _page: None
        )

    async def begin(self) -> None:
        """Connect and catch up."""
        self.histories.connected()
        await self.histories.look(ANA)
        assert self.behind() == []

    def listed(self) -> list[Chat]:
        last = self.gateway.history[-1]
        return [replace(chat(), time=last.time, preview=preview_of(last))]

    def behind(self) -> list[Safe]:
        return self.histories.behind(self.listed())

    def live(self) -> None:
        """Get a message that the socket tells."""
        self.gateway.grow(1)
        self.histories.heard(ev.MessageArrived(self.gateway.history[-1]))
        self.keeper.commit()

    def unmarked(self) -> list[str]:
        """Name messages that are missing where the archive shows no hole."""
        filed, _ = self.keeper._archive.newest(KEY, 100_000)
        lost: list[str] = []
        place = {each.id: number for number, each in enumerate(self.gateway.history)}
        before: Message | None = None
        hole = False
        for each in filed:
            if each.kind is Kind.MISSING:
                hole = True
                continue
            if before is not None and not hole:
                between = range(place[before.id] + 1, place[each.id])
                lost += [self.gateway.history[number].id for number in between]
            before, hole = each, False
        return lost


async def test_an_answer_from_before_the_line_stands_says_nothing_about_it() -> None:
    desk = Desk()
    await desk.begin()
    desk.histories.deafened()
    desk.gateway.gate.clear()
    looking = asyncio.ensure_future(desk.histories.look(ANA))
    await asyncio.sleep(0)
    desk.gateway.grow(150)
    desk.histories.connected()
    desk.gateway.gate.set()
    await looking
    desk.live()
    assert desk.behind() == [ANA]
    await desk.histories.look(ANA)
    assert desk.unmarked() == []
    assert desk.behind() == []


async def test_an_empty_page_makes_no_chat_whole() -> None:
    desk = Desk()
    await desk.begin()
    desk.histories.deafened()
    desk.gateway.grow(200)
    desk.histories.connected()
    desk.gateway.empty = True
    assert desk.behind() == [ANA]
    await desk.histories.look(ANA)
    desk.gateway.empty = False
    desk.live()
    assert desk.behind() == [ANA]
    await desk.histories.look(ANA)
    assert desk.unmarked() == []


async def test_a_page_that_does_not_reach_what_the_list_names_is_asked_for_again() -> None:
    desk = Desk()
    await desk.begin()
    desk.gateway.grow(3)
    listed = desk.listed()
    late = desk.gateway.history[-1]
    del desk.gateway.history[-1]
    assert desk.histories.behind(listed) == [ANA]
    await desk.histories.look(ANA)
    assert desk.histories.behind(listed) == [ANA]
    desk.gateway.history.append(late)
    await desk.histories.look(ANA)
    assert desk.histories.behind(listed) == []


async def test_a_long_hole_is_filled_by_more_than_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watui.histories.FILLS", 2)
    desk = Desk()
    await desk.begin()
    desk.histories.deafened()
    desk.gateway.grow(950)
    desk.histories.connected()
    for _ in range(5):
        assert desk.behind() == [ANA]
        assert desk.unmarked() == []
        await desk.histories.look(ANA)
    assert desk.behind() == []
    assert desk.keeper.gaps(KEY) == []


def broken(keeper: Keeper) -> None:
    keeper._base.execute("PRAGMA query_only = ON")


def mended(keeper: Keeper) -> None:
    keeper._base.execute("PRAGMA query_only = OFF")
    keeper._retry_at = 0.0
    keeper.commit()


async def test_what_cannot_be_filed_is_neither_given_up_nor_asked_for_again_and_again(tmp_path: Path) -> None:
    keeper = Keeper.at(tmp_path)
    desk = Desk(50, keeper)
    lost: list[bool] = []

    def on_loss() -> None:
        lost.append(True)
        desk.histories.lost()

    keeper.on_loss = on_loss
    await desk.begin()
    desk.histories.deafened()
    desk.gateway.grow(350)
    desk.histories.connected()
    keeper.commit()
    broken(keeper)
    assert desk.behind() == [ANA]
    await desk.histories.look(ANA)
    assert len(desk.gateway.asked) <= 1
    mended(keeper)
    assert lost
    assert all(not gap.final for gap in keeper.gaps(KEY))
    assert desk.behind() == [ANA]
    await desk.histories.look(ANA)
    assert desk.unmarked() == []
    assert keeper.gaps(KEY) == []
    keeper.close()


async def test_after_too_much_could_not_be_filed_nothing_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watui.archive.keeper.OWED", 100)
    keeper = Keeper.at(tmp_path)
    desk = Desk(50, keeper)
    keeper.on_loss = desk.histories.lost
    await desk.begin()
    keeper.commit()
    broken(keeper)
    for _ in range(250):
        desk.live()
    mended(keeper)
    desk.live()
    assert desk.behind() == [ANA]
    await desk.histories.look(ANA)
    assert desk.unmarked() == []
    keeper.close()


async def test_older_messages_come_from_the_archive_before_the_gateway() -> None:
    desk = Desk(350)
    await desk.begin()
    await desk.histories.more(ANA, Safe("m00250"), None)
    assert desk.gateway.asked == [Safe("m00250")]
    desk.told.clear()
    await desk.histories.more(ANA, Safe("m00250"), None)
    (read,) = desk.told
    assert isinstance(read, ev.HistoryRead)
    assert [each.id for each in read.messages] == [f"m{number:05}" for number in range(150, 250)]
    assert desk.gateway.asked == [Safe("m00250")]


async def test_what_no_socket_tells_is_found_however_much_came_behind_it() -> None:
    desk = Desk()
    desk.gateway.caps = Cap.NOTHING
    await desk.begin()
    desk.gateway.grow(1)  # typed on the phone
    for _ in range(350):
        desk.live()
    assert desk.behind() == [ANA]
    assert desk.unmarked() == ["m00050"]
    await desk.histories.look(ANA)
    assert desk.unmarked() == []
    assert desk.behind() == []


async def test_where_much_comes_a_look_is_wanted_once_in_a_while() -> None:
    desk = Desk()
    desk.gateway.caps = Cap.NOTHING
    await desk.begin()
    wanted = []
    for _ in range(3 * CROWD):
        desk.live()
        wanted.append(desk.histories.is_crowded(ANA))
    assert wanted.count(True) == 1
    assert wanted.index(True) == CROWD - 1
    await desk.histories.look(ANA)
    desk.live()
    assert not desk.histories.is_crowded(ANA)
    for _ in range(FLOOD):
        desk.live()
    assert not desk.histories.is_crowded(ANA)


async def test_a_chat_is_read_back_to_what_the_gateway_finds() -> None:
    desk = Desk(450)
    await desk.begin()
    assert not await desk.histories.uncover(ANA, [Safe("m00400")])
    assert await desk.histories.uncover(ANA, [Safe("m00400"), Safe("m00170")])
    assert desk.keeper.holds(KEY, Safe("m00170"))
    assert not desk.keeper.holds(KEY, Safe("m00030"))  # and no further
    assert desk.unmarked() == []
    assert not await desk.histories.uncover(ANA, [Safe("of another chat")])
    assert desk.keeper.oldest(KEY) == "m00000"
