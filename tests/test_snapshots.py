"""How the screens look, to the last cell; `make snapshots` accepts what was changed on purpose."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import pytest
from pytest_textual_snapshot import SVGImageExtension  # type: ignore[import-untyped]
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from tests.bench.known import nowhere
from tests.every_kind import every_kind
from tests.making import ANA, BOB, CLARA, TEAM, WORK, chat, device, link, message
from watui import events as ev
from watui.app import Watui
from watui.models import (
    Ack,
    Chat,
    ChatKey,
    Contact,
    Device,
    DeviceState,
    Kind,
    LinkState,
    Message,
    Older,
    Preview,
    Quote,
    Reaction,
)
from watui.network import Network
from watui.panes import chatlist, thread
from watui.panes.thread import ThreadPane
from watui.store import Store
from watui.text import Safe, clean

SHOP = Safe("shop-device")
DAY = 24 * 60 * 60
PAIRING = "2@" + "Wm4tVbq9" * 12 + ",q0hXk3Jv0m2a1v7Q==,Zr5uYcN8dTg6w1pKf2oH4A=="


class Today(date):
    """The day on which the tests' messages are written."""

    @classmethod
    def today(cls) -> date:  # type: ignore[override]
        return date(2026, 9, 21)


class Offline(Network):
    """A network that is never started, so that nothing happens which the test did not do."""

    def start(self) -> None:
        pass


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tell times in UTC, and have the same day every day."""
    monkeypatch.setattr(chatlist, "date", Today)
    monkeypatch.setattr(thread, "date", Today)
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """The accepted screen, as a drawing that a browser shows."""
    return snapshot.use_extension(SVGImageExtension)


@asynccontextmanager
async def showing(
    store: Store, size: tuple[int, int], *, open_chat: str | None = None, draft: str = "", theme: str = ""
) -> AsyncIterator[Pilot[None]]:
    """Show a store as it is; no fixture, since Textual wants the task of the test."""
    app = Watui(lambda post: Network(nowhere, post), store=store)
    app.network = Offline(nowhere, app._post)
    app.theme = theme or app.theme
    async with app.run_test(size=size) as pilot:
        if open_chat is not None:
            app.drafts.keep(ChatKey(WORK, Safe(open_chat)), draft)
            await pilot.pause()
            app.open_thread(ChatKey(WORK, Safe(open_chat)))
        await pilot.pause()
        yield pilot


def last(each: Chat, text: str, *, kind: Kind = Kind.TEXT, ack: Ack | None = None) -> Chat:
    """Give a chat a last message, an own one if it has an ack."""
    return replace(each, preview=Preview(kind, clean(text), own=ack is not None, ack=ack))


def filled() -> Store:
    """Make a store with people and chats of every kind, and no messages yet."""
    names = {ANA: "Ana Lima", BOB: "Bob", CLARA: "Clara Weiß"}
    chats = [
        last(chat(TEAM, "Climbing 🧗", at=2400, pinned=True), "see you there", ack=Ack.READ),
        last(chat(ANA, "Ana Lima", at=2000, unread=3), "are you coming?"),
        last(chat(BOB, "Bob", at=1800), "", kind=Kind.VOICE),
        last(chat(CLARA, "Clara Weiß", at=-DAY), "danke dir!", ack=Ack.DELIVERED),
        last(replace(chat("1@c.us", "Neighbours", at=900, unread=12), muted=True), "who has the ladder?"),
        last(chat("2@c.us", "王伟 (上海)", at=-2 * DAY), "明天见"),
        last(chat("3@c.us", "[b]Mallory[/b] $x", at=-3 * DAY, unread=1), "[@click=app.quit]click me[/]"),
        last(chat("4@c.us", "Freifrau von Hohenlohe-Schillingsfürst", at=-5 * DAY), "", kind=Kind.REVOKED),
        last(chat("5@c.us", "+49 30 123456", at=-400 * DAY), "photo of it", kind=Kind.IMAGE),
        chat("6@c.us", "Nobody wrote here"),
    ]
    store = Store()
    store.apply(
        WORK,
        [
            ev.DeviceChanged(device("Work")),
            ev.LinkChanged(link()),
            ev.ContactsListed([Contact(jid, name=Safe(name)) for jid, name in names.items()]),
            ev.ChatsListed(chats),
            ev.Typed(BOB, BOB, on=True),
        ],
        time.monotonic(),
    )
    return store


def tell(store: Store, jid: str, messages: list[Message], older: Older = Older.NONE) -> Store:
    """Put messages into a chat, as a page of its history."""
    store.thread(ChatKey(WORK, Safe(jid)))  # as one that was opened
    store.apply(WORK, [ev.HistoryRead(Safe(jid), messages, older, newest=True)], time.monotonic())
    return store


def a_talk() -> list[Message]:
    """Make a group's messages as people write them, over two days and with all that can be done to them."""
    quote = Quote(Safe("t1"), ANA, Kind.TEXT, Safe("Landed safely ✈️"))
    long = "Somebody left a blue rope, a chalk bag and one shoe at the hall. " * 3
    return [
        message("t1", TEAM, text="Landed safely ✈️", at=-DAY, sender=ANA),
        replace(
            message("t2", TEAM, text="Did you eat?", at=60, sender=CLARA),
            quote=quote,
            reactions=(Reaction(Safe("😂"), ANA), Reaction(Safe("😂"), BOB), Reaction(Safe("❤️"), own=True)),
        ),
        replace(message("t3", TEAM, text="I am 34", at=120, sender=ANA), edited=True),
        replace(message("t4", TEAM, text=long.strip(), at=180, sender=BOB), forwarded=True),
        message("t5", TEAM, text="mine!\nthe shoe, not the rope", at=240, own=True, ack=Ack.READ),
        message("t6", TEAM, text="see you there", at=2400, own=True, ack=Ack.DELIVERED),
    ]


def own_messages() -> list[Message]:
    """Make one own message for each thing that can become of it."""
    return [
        message("o0", BOB, text="[b]not bold[/b] [@click=app.quit]nor a button[/]", at=0),
        *(
            replace(
                message(
                    f"o{ack.name}", BOB, text=f"{ack.name.lower()} message", at=60 + ack, own=True, ack=ack
                ),
                error=Safe("not sent: the device is not there" if ack is Ack.FAILED else ""),
                starred=ack is Ack.SENT,
            )
            for ack in Ack
        ),
    ]


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 20)], ids=["120x40", "80x24", "50x20"])
async def test_every_kind_of_message(picture: SnapshotAssertion, size: tuple[int, int], theme: str) -> None:
    store = tell(filled(), TEAM, every_kind())
    async with showing(store, size, open_chat=TEAM, draft="half a thought\nand more", theme=theme) as pilot:
        await pilot.press("escape", "g")
        thread = pilot.app.query_one(ThreadPane)
        while True:  # every page of them
            await pilot.pause()
            assert pilot.app.export_screenshot() == picture
            if thread.at_end:
                break
            await pilot.press("pagedown")


async def test_two_panes_and_a_device_in_trouble(picture: SnapshotAssertion) -> None:
    store = tell(filled(), BOB, own_messages())
    offline = link(LinkState.OFFLINE, "the gateway does not answer")
    shop: list[ev.Event] = [
        ev.DeviceChanged(Device(SHOP, DeviceState.READY, name=Safe("Shop"))),
        ev.LinkChanged(offline),
    ]
    store.apply(SHOP, shop, time.monotonic())
    async with showing(store, (80, 24), open_chat=BOB) as pilot:
        assert pilot.app.export_screenshot() == picture


async def test_one_pane_in_a_narrow_terminal(picture: SnapshotAssertion) -> None:
    async with showing(tell(filled(), TEAM, a_talk()), (50, 20), open_chat=TEAM) as pilot:
        assert pilot.app.export_screenshot() == picture


async def test_a_talk_in_the_light_theme(picture: SnapshotAssertion) -> None:
    store = tell(filled(), TEAM, a_talk(), Older.MORE)
    async with showing(store, (100, 30), open_chat=TEAM, theme="textual-light") as pilot:
        assert pilot.app.export_screenshot() == picture


async def test_linking_a_phone(picture: SnapshotAssertion) -> None:
    store = Store()
    store.apply(WORK, [ev.LinkChanged(link(LinkState.UNLINKED))], 0.0)
    store.apply(WORK, [ev.DeviceChanged(replace(device(state=DeviceState.UNLINKED), qr=PAIRING))], 0.0)
    async with showing(store, (120, 40)) as pilot:
        assert isinstance(pilot.app, Watui)
        pilot.app.dialogs.link()
        await pilot.pause()
        await pilot.pause()
        assert pilot.app.export_screenshot() == picture


async def test_the_switcher_finds_a_chat(picture: SnapshotAssertion) -> None:
    async with showing(tell(filled(), TEAM, a_talk()), (100, 30), open_chat=TEAM) as pilot:
        await pilot.press("ctrl+k", "a", "n")
        await pilot.pause()
        assert pilot.app.export_screenshot() == picture
