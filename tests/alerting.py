"""A store and a ringer joined as the app joins them, with a clock that is turned by hand."""

from dataclasses import replace
from itertools import count

from tests.making import ANA, BOB, START, TEAM, WORK, chat, link, message
from watui import events as ev
from watui.alerts import Alert, Moment, Presence, Rules, Way
from watui.alerts.ringer import Ringer
from watui.models import Chat, ChatKey, Contact, Device, DeviceState, Kind, Link, LinkState, Message, Older
from watui.store import Store
from watui.text import Safe

OWN_NUMBER = "4917000000000"
RAVI = "4915144444444@c.us"
AWAY = Presence(None, focused=False, idle=1.0)
HERE = Presence(None, focused=True, idle=1.0)
NOON = 12 * 60

CHATS = (chat(ANA, "Ana"), chat(BOB, "Bob"), chat(TEAM, "Team"))

_LETTERS = {Way.TOAST: "t", Way.BELL: "b", Way.SOUND: "s", Way.OUTSIDE: "o", Way.COMMAND: "c"}
_ids = count()


def said(
    jid: str = ANA,
    text: str = "hi",
    *,
    me: bool = False,
    own: bool = False,
    kind: Kind = Kind.TEXT,
    again: bool = False,
) -> ev.MessageArrived:
    """Make the event of a message; `me`: it names the device's own number."""
    mentions = (f"{OWN_NUMBER}@c.us",) if me else ()
    sender = RAVI if jid.endswith("@g.us") else None
    number = next(_ids)
    made = message(
        f"m{number}", jid, text=text, at=number, own=own, kind=kind, sender=sender, mentions=mentions
    )
    return ev.MessageArrived(made, again=again)


def known(name: str = "work", state: DeviceState = DeviceState.READY) -> ev.DeviceChanged:
    """Make the event of a device that messages may mention; any but the first has its name for an id."""
    id_ = WORK if name == "work" else Safe(name)
    return ev.DeviceChanged(Device(id_, state, name=Safe(name), number=Safe(OWN_NUMBER)))


class Session:
    """What the app does with what comes in, as far as alerts are concerned."""

    def __init__(self, rules: Rules | None = None, presence: Presence = AWAY) -> None:
        self.store = Store()
        self.ringer = Ringer(rules or Rules())
        self.presence = presence
        self.minute = NOON
        self.tick = 0.0
        self.rang: list[tuple[float, Alert]] = []

    def begin(self, *chats: Chat) -> "Session":
        """Have a device that is linked and live, with some chats."""
        self.at(0, known(), ev.LinkChanged(link()), ev.ChatsListed([*(chats or CHATS)]))
        self.at(0, ev.ContactsListed([Contact(Safe(RAVI), name=Safe("Ravi"))]))
        return self

    @property
    def now(self) -> Moment:
        """The present."""
        return Moment(self.tick, self.minute, START / 1000 + self.tick)

    def at(self, tick: float, *events: ev.Event, device: Safe = WORK) -> list[Alert]:
        """Let something happen at a time; gives what rang at that time."""
        self.wait(tick)
        before = len(self.rang)
        changes = self.store.apply(device, events, tick)
        for old, new in changes.moved.items():
            self.ringer.move(old, new)
        for event in events:
            if isinstance(event, ev.ChatRead):
                self.ringer.read(ChatKey(device, event.chat))
        if changes.devices:
            self._tell(self.ringer.devices(self.store.devices, self.store.links, self.presence, self.now))
        if changes.arrived:
            store = self.store
            self._tell(
                self.ringer.arrived(
                    changes.arrived, store.chats, store.devices, store.names, self.presence, self.now
                )
            )
        self._assert_waits()
        return [alert for _, alert in self.rang[before:]]

    def link(self, tick: float, state: LinkState, device: Safe = WORK, words: str = "") -> list[Alert]:
        """Let a device's link stand differently."""
        return self.at(tick, ev.LinkChanged(Link(state, Safe(words))), device=device)

    def state(self, tick: float, state: DeviceState, device: Safe = WORK) -> list[Alert]:
        """Let a device be in another state."""
        return self.at(
            tick, ev.DeviceChanged(replace(self.store.devices[device], state=state)), device=device
        )

    def wait(self, until: float) -> list[Alert]:
        """Let time go by, waking whenever the ringer wants it; gives what rang."""
        before = len(self.rang)
        while (at := self.ringer.wake_at) is not None and at <= until:
            self.tick = max(self.tick, at)
            self._tell(self.ringer.devices(self.store.devices, self.store.links, self.presence, self.now))
            self._tell(self.ringer.due(self.store.chats, self.store.devices, self.presence, self.now))
            self._assert_waits()
        self.tick = max(self.tick, until)
        return [alert for _, alert in self.rang[before:]]

    def _tell(self, alerts: list[Alert]) -> None:
        self.rang += [(self.tick, alert) for alert in alerts]

    def _assert_waits(self) -> None:
        """Who is woken must have slept: nothing that was due is left over."""
        assert self.ringer.wake_at is None or self.ringer.wake_at > self.tick

    @property
    def lines(self) -> list[str]:
        """What rang, a line each."""
        return [f"{tick:g} {line(alert)}" for tick, alert in self.rang]


def line(alert: Alert) -> str:
    """Write an alert in a line: priority, cause, words, and the ways by their first letters."""
    ways = "".join(letter for way, letter in _LETTERS.items() if way in alert.ways)
    body = f" | {alert.body}" if alert.body else ""
    return f"{alert.priority.name.lower()} {alert.cause.value}: {alert.title}{body} [{ways}]"


def refill(*messages: Message, jid: str = ANA, news: bool = False) -> ev.HistoryRead:
    """Make the event of a page of history, of which everything is news or nothing."""
    ids = frozenset(each.id for each in messages) if news else frozenset()
    return ev.HistoryRead(Safe(jid), [*messages], Older.NONE, newest=True, news=ids)
