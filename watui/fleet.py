"""The devices as the person runs them: opens their screen, tells it how they stand, does what is wanted."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import App
from textual.timer import Timer

from watui import events as ev
from watui import views
from watui.changes import Changes
from watui.models import Device, DeviceState, Dress, Health, LinkState, Loudness
from watui.network import Network
from watui.panes.chatrow import COLOURS
from watui.panes.details import LOUD
from watui.panes.devicelist import ALIAS, DeviceRow
from watui.panes.status import MARKS, looks_like, stand
from watui.panes.status import ago as minutes_ago
from watui.store import Store
from watui.text import Safe, one_line

if TYPE_CHECKING:
    from watui.counting import Counting
    from watui.screens.devices import DevicesScreen, DeviceWanted

LOOK_EVERY = 1.0
"""Seconds after which what is told of times is told anew."""

LOUDNESSES = (Loudness.ALL, Loudness.MENTIONS, Loudness.NONE)

DELETE = "The gateway closes it, but WhatsApp is not told: the phone goes on listing it. Chats stay archived."


class Fleet:
    """Opens the screen once at a time."""

    def __init__(
        self,
        app: App[None],
        store: Store,
        network: Network,
        *,
        apply: Callable[[Safe, Iterable[ev.Event]], object],
        link: Callable[[Safe, Safe | None], object],
        only: Callable[[Safe | None], object],
        listed: Callable[[], Safe | None],
    ) -> None:
        """Take what is told of the rest of watui.

        `apply` lets something happen on the screen, `link` shows the code of a device, perhaps by another
        one's name, `only` lists the chats of one device or of all, and `listed` tells whose are.
        """
        self._app = app
        self._store = store
        self._network = network
        self._apply = apply
        self._link = link
        self._only = only
        self._listed = listed
        self._screen: DevicesScreen | None = None
        self._timer: Timer | None = None
        self._counting: Counting | None = None

    def open(self, at: Safe | None = None) -> None:
        """Show the devices, the cursor on one of them, or on the first that needs somebody."""
        from watui.counting import Counting  # noqa: PLC0415 - dialogs load when they open
        from watui.panes.figures import FiguresPane  # noqa: PLC0415
        from watui.screens.devices import DevicesScreen  # noqa: PLC0415

        if self._screen is not None:
            return

        def closed(_: None) -> None:
            self._screen = None
            counting.end()
            self._network.measure(on=False)
            if self._timer is not None:
                self._timer.stop()

        figures = FiguresPane()
        counting = self._counting = self._counting or Counting(self._store, self._network)
        counting.into(figures)
        rows = self._rows()
        needy = next((row.id for row in rows if row.look != "live"), None)
        self._screen = DevicesScreen(rows, figures, at=at or needy)
        self._app.push_screen(self._screen, closed)
        self._network.measure(on=True)
        self._timer = self._app.set_interval(LOOK_EVERY, self._show)

    def changed(self, changes: Changes) -> None:
        """Show what is another now, and say what was not done."""
        if changes.devices or changes.measured or changes.chats:
            self._show()
        if changes.measured and self._counting is not None:
            self._counting.show()
        for made, instead_of in changes.made:
            before = self._store.devices.get(instead_of) if instead_of is not None else None
            self._show(at=made)
            self._link(made, before.label if before is not None else None)
        for device, words in changes.refused:
            known = self._store.devices.get(device)
            said = f"{known.label}: {words}" if known is not None else words
            self._app.notify(said, severity="warning", markup=False)

    def _show(self, *, at: Safe | None = None) -> None:
        if self._screen is not None:
            self._screen.show(self._rows(), at=at)

    def _rows(self) -> list[DeviceRow]:
        now = time.monotonic()
        marks = views.letters(self._store)
        rows = [row_of(self._store, device, marks, now) for device in views.in_order(self._store)]
        return [row._replace(alone=row.id == self._listed()) for row in rows]

    # What the person wants.

    def wanted(self, message: "DeviceWanted") -> None:
        """Do it."""
        device = self._store.devices.get(message.device) if message.device is not None else None
        match message.what:
            case "add":
                self._network.create_device()
                self._app.notify("a new device is being made …", markup=False, timeout=3)
            case "refresh":
                self._network.kick()
                if self._screen is not None:
                    self._network.measure(on=True)
            case _ if device is None:
                return
            case "use" if device.state is DeviceState.READY:
                self._show_alone(device)
            case "use" | "link":
                self._relink(device)
            case "only":
                self._show_alone(device)
            case "delete":
                self._delete(device)
            case "up" | "down":
                self._move(device, -1 if message.what == "up" else 1)
            case "figures":
                if self._counting is not None:
                    self._counting.of(device.id)
            case what:
                self._dress(device, dressed(device.dress, what, message.text))

    def _show_alone(self, device: Device) -> None:
        alone = self._listed() != device.id
        self._only(device.id if alone else None)
        self._show()

    def _relink(self, device: Device) -> None:
        """Show the code, or make a device that takes the place of one that cannot be linked again."""
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415

        if device.state is DeviceState.UNLINKED:
            self._link(device.id, None)
            return

        def chosen(value: str | None) -> None:
            if value == "replace":
                self._network.create_device(device.id)

        entries = [
            Entry("l", "Link anew: a new device takes its place, with all chats", "replace"),
            Entry("w", "Leave it: starting the gateway again may help", ""),
        ]
        says = "it says that it is linked" if device.state is DeviceState.READY else device.state.value
        self._app.push_screen(MenuScreen(f"{device.label}: {says}", entries), chosen)

    def _delete(self, device: Device) -> None:
        from watui.screens.confirm import ConfirmScreen  # noqa: PLC0415

        def sure(yes: bool | None) -> None:
            if yes:
                self._network.delete_device(device.id)

        unsent = views.unsent(self._store).items()
        waiting = sum(len(texts) for key, texts in unsent if key.device == device.id)
        lost = f" {waiting} text{'s' * (waiting > 1)} not sent yet will not be." if waiting else ""
        self._app.push_screen(ConfirmScreen("Delete", device.label, f"{DELETE}{lost}"), sure)

    def _move(self, device: Device, by: int) -> None:
        """Put a device one place up or down; from then on each has a place of its own."""
        order = [each.id for each in views.in_order(self._store)]
        here = order.index(device.id)
        there = max(0, min(here + by, len(order) - 1))
        order.insert(there, order.pop(here))
        for place, each in enumerate(order):
            known = self._store.devices[each]
            self._dress(known, replace(known.dress, place=place))

    def _dress(self, device: Device, dress: Dress) -> None:
        if dress != device.dress:
            self._apply(device.id, [ev.DeviceDressed(dress)])  # at once, for the next key
            self._network.dress(device.id, dress)


def dressed(dress: Dress, what: str, text: str = "") -> Dress:
    """Give what is set for a device after one more thing is."""
    match what:
        case "name":
            return replace(dress, alias=one_line(text, limit=ALIAS))
        case "colour":
            following = 0 if dress.colour is None else dress.colour + 1
            return replace(dress, colour=following if following < COLOURS else None)
        case "hide":
            return replace(dress, hidden=not dress.hidden)
        case "alerts":
            every = (None, *LOUDNESSES)
            return replace(dress, alerts=every[(every.index(dress.alerts) + 1) % len(every)])
        case _:
            raise ValueError(what)


def row_of(store: Store, device: Device, marks: Mapping[Safe, Safe], now: float) -> DeviceRow:
    """Tell how a device stands; `now` is the monotonic clock in seconds."""
    link = store.links.get(device.id)
    state = link.state if link is not None else LinkState.CONNECTING
    return DeviceRow(
        device.id,
        device.label,
        Safe(f"+{device.number.lstrip('+')}") if device.number else Safe(""),
        marks.get(device.id, ""),
        MARKS[state],
        "waits for a phone" if device.state is DeviceState.UNLINKED else stand(device, state),
        looks_like(state),
        device.dress.colour,
        store.unread_of(device.id),
        device.dress.hidden,
        device.dress.alias,
        facts_of(store, device, state, now),
    )


STATES = {
    DeviceState.STARTING: "the gateway is starting it",
    DeviceState.UNLINKED: "waits for a phone to scan its code; Enter shows it",
    DeviceState.READY: "ready",
    DeviceState.DISCONNECTED: "WhatsApp has disconnected it; l links it again",
    DeviceState.FAILED: "the gateway could not start it; l links it again, or start the gateway again",
    DeviceState.GONE: "the gateway does not know it any more",
}


def facts_of(store: Store, device: Device, state: LinkState, now: float) -> Sequence[tuple[str, str]]:
    """List what is known of a device."""
    why = f": {device.why}" if device.why and device.state is DeviceState.DISCONNECTED else ""
    facts = [
        ("state", STATES[device.state].replace(";", f"{why};", 1) if why else STATES[device.state]),
        ("name", device.name if device.name and device.name != device.label else ""),
        ("link", "" if state is LinkState.UNLINKED else _link(store, device, state, now)),
        ("seen", _seen(device)),
        *(_health(store.healths.get(device.id)) if device.state is DeviceState.READY else ()),
        ("chats", "hidden: neither listed nor counted, and they do not ring" if device.dress.hidden else ""),
        ("alerts", LOUD[device.dress.alerts] if device.dress.alerts else "as the settings say"),
        ("id", device.id),
    ]
    return [(label, value) for label, value in facts if value]


def _link(store: Store, device: Device, state: LinkState, now: float) -> str:
    """Tell what the connection is like."""
    link = store.links.get(device.id)
    if link is None or state not in (LinkState.LIVE, LinkState.POLLING):
        return link.words if link is not None and link.words else state.value
    told = ["socket" if state is LinkState.LIVE else "no socket: the gateway is asked every few seconds"]
    health = store.healths.get(device.id)
    if health is not None and health.took:
        told.append(f"answers in {round(health.took * 1000)} ms")
    if device.id in store.heard:
        told.append(f"last event {ago(now - store.heard[device.id])}")
    last = store.reconnects.get(device.id)
    times = last.times if last is not None and last.day == datetime.now().astimezone().date() else 0
    told.append(f"reconnected {times} time{'s' * (times != 1)} today" if times else "never lost today")
    return ", ".join(told)


def _seen(device: Device) -> str:
    if device.seen is None:
        return ""
    then = datetime.fromtimestamp(device.seen / 1000).astimezone()
    return f"by the gateway, {then.day} {then:%B, %H:%M:%S}"


def _health(health: Health | None) -> list[tuple[str, str]]:
    if health is None:
        return [("health", "being asked for …")]
    score = f", {health.score} of 100" if health.score is not None else ""
    waiting = "" if health.queued is None else f"{health.queued or 'nothing'} waiting, over all devices"
    warnings = "\n".join(health.warnings)
    return [("health", f"{health.word}{score}"), ("warnings", warnings), ("queue", waiting)]


def ago(seconds: float) -> str:
    """Say how long ago something was, to the second as long as that matters."""
    if seconds < 1:
        return "just now"
    return f"{int(seconds)} s ago" if seconds < 60 else minutes_ago(int(seconds) // 60)
