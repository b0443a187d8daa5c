"""Which devices need the person, are lost or are back, watched over time.

A link comes and goes, and a gateway that starts knows its devices only after a while; what of that is worth
a word is decided here. Nothing is told of a device whose alerts are off, and of one that is out of sight only
that it needs linking.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from watui.events import GATEWAY
from watui.models import Device, DeviceState, Link, LinkState, Loudness
from watui.text import Safe

LOST_AFTER = 60.0
"""Seconds without a connection after which a device is lost."""

TOGETHER = 5.0
"""Seconds that one device waits for others to which the same happens, so that all are told at once.

A return that does not last that long is none.
"""

UP = frozenset({LinkState.LIVE, LinkState.POLLING})
"""The states of a link in which messages come."""

ANSWERING = UP | {LinkState.CATCHING_UP, LinkState.UNLINKED}
"""The states of a link in which the gateway took the key."""

NEEDY = frozenset({DeviceState.UNLINKED, DeviceState.DISCONNECTED, DeviceState.FAILED, DeviceState.GONE})
"""The states in which a device needs the person; starting is none of them (contract 2.2)."""


class Turn(Enum):
    """What became of devices."""

    KEY = auto()
    """The gateway does not take the key, which is one for all devices."""
    LINKING = auto()
    LOST = auto()
    BACK = auto()


class News(NamedTuple):
    """One thing that is to be told, of one device or of several."""

    turn: Turn
    devices: tuple[Safe, ...]
    """Their ids; that of the gateway where it has none, and none at all where it is about the key."""


@dataclass(slots=True)
class _Watched:
    """What is remembered of one device; times by the monotonic clock in s."""

    linked: bool = False
    """Whether it was ready, and since then did not need the person."""
    needy: bool = False
    """Whether it needs linking, which is still to be told."""
    up: bool = False
    """Whether its link stood, so that it can be lost."""
    lost: float | None = None
    """Since when its link is down, unless that was told."""
    back: float | None = None
    """Since when it is well again, where it was told that it was not."""
    told: bool = False
    """Whether it was told that something is wrong with it, and not yet that it is well again."""


def troubled(devices: Mapping[Safe, Device], links: Mapping[Safe, Link]) -> set[Safe]:
    """Name the devices that need the person now, and the gateway if it does not take the key."""
    needy = {each.id for each in devices.values() if each.state in NEEDY}
    wrong_key = any(link.state is LinkState.WRONG_KEY for link in links.values())
    return needy | {GATEWAY} if wrong_key else needy


class DeviceWatch:
    """Remembers how each device was, and says what of that has become news."""

    def __init__(self) -> None:
        self._watched: dict[Safe, _Watched] = {}
        self._audible: set[Safe] = set()
        self._wrong_key = self._key_told = False

    def take(
        self, devices: Mapping[Safe, Device], links: Mapping[Safe, Link], loudness: Loudness, tick: float
    ) -> None:
        """Take in how everything stands at `tick`; `loudness` is that of devices without one of their own.

        A device that is not among them any more is forgotten. The gateway itself is watched only while it
        has no device: else its devices tell, sooner and by their names.
        """
        ids: Iterable[Safe] = devices or (GATEWAY,)
        self._watched = {each: self._watched.get(each) or _Watched() for each in ids}
        self._audible = set()
        for each, watched in self._watched.items():
            device, link = devices.get(each), links.get(each)
            own = device.dress.alerts if device is not None else None
            hidden = device is not None and device.dress.hidden
            silent = (own or loudness) is Loudness.NONE
            if not silent and not hidden:
                self._audible.add(each)
            if device is not None:
                _take_state(watched, device.state)
            well = device is None or device.state is DeviceState.READY
            _take_link(watched, link.state if link is not None else LinkState.CONNECTING, tick, well=well)
            if silent:
                watched.needy = False
            if silent or hidden:
                watched.lost = watched.back = None
                watched.told = False
        self._take_key(links, loudness)

    def _take_key(self, links: Mapping[Safe, Link], loudness: Loudness) -> None:
        heard = self._audible if loudness is Loudness.NONE else {*self._audible, GATEWAY}
        self._wrong_key = any(links[each].state is LinkState.WRONG_KEY for each in heard if each in links)
        if not self._wrong_key and any(link.state in ANSWERING for link in links.values()):
            self._key_told = False

    def due(self, tick: float) -> list[News]:
        """Give what is to be told at `tick`, what matters most first, and again until it is settled."""
        news = []
        for turn in Turn:
            at = self._due_at(turn)
            if at is not None and tick >= at:
                news.append(
                    News(turn, tuple(each for each in self._watched if self._is_of(turn, each, tick)))
                )
        return news

    def settle(self, news: News, *, rang: bool) -> None:
        """Note that something was told, or that there was no way in which it could be."""
        self._key_told |= news.turn is Turn.KEY
        for each in news.devices:
            watched = self._watched[each]
            watched.needy = False
            watched.lost = watched.back = None
            watched.told = rang and news.turn is not Turn.BACK
            if news.turn is Turn.LOST:
                watched.up = False

    @property
    def due_at(self) -> float | None:
        """When there is something to tell; -inf for at once, `None` if nothing waits."""
        return min((at for turn in Turn if (at := self._due_at(turn)) is not None), default=None)

    def _due_at(self, turn: Turn) -> float | None:
        at_once = float("-inf")
        everything = self._watched.values()
        match turn:
            case Turn.KEY:
                return at_once if self._wrong_key and not self._key_told else None
            case Turn.LINKING:
                return at_once if any(each.needy for each in everything) else None
            case Turn.LOST:
                times = [each.lost for each in everything if each.lost is not None]
                return max(at for at in times if at <= min(times) + TOGETHER) + LOST_AFTER if times else None
            case Turn.BACK:
                times = [each.back for each in everything if each.back is not None]
                return min(times) + TOGETHER if times else None

    def _is_of(self, turn: Turn, device: Safe, tick: float) -> bool:
        watched = self._watched[device]
        match turn:
            case Turn.KEY:
                return False
            case Turn.LINKING:
                return watched.needy
            case Turn.LOST:
                return watched.lost is not None and tick >= watched.lost + LOST_AFTER
            case Turn.BACK:
                return watched.back is not None


def _take_state(watched: _Watched, state: DeviceState) -> None:
    # One that starts before it could be told that it needs the person may not need anybody.
    if state is DeviceState.READY or (state is DeviceState.STARTING and watched.needy):
        watched.linked, watched.needy = True, False
    elif state in NEEDY and watched.linked:
        watched.linked, watched.needy = False, True
        watched.up, watched.lost = False, None


def _take_link(watched: _Watched, state: LinkState, tick: float, *, well: bool) -> None:
    if state in UP and well:
        watched.up, watched.lost = True, None
        if watched.told and watched.back is None:
            watched.back = tick
        return
    watched.back = None
    if state is LinkState.OFFLINE:
        if watched.up and not watched.told and watched.lost is None:
            watched.lost = tick
    elif state in (LinkState.WRONG_KEY, LinkState.UNLINKED):  # the gateway answers
        watched.lost = None
