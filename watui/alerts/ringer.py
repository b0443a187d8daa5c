"""Whether what happened rings, when, and in which ways.

Pure: every clock comes in as a `Moment`. A few alerts ring each by itself; what is more than that waits until
it is calm and is told in one sum. An alert that would show nothing but the badge is none: the badge is there.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from watui.alerts import TELLING, Alert, Cause, Moment, Presence, Priority, Rules, Way, exception
from watui.alerts.devicewatch import DeviceWatch
from watui.alerts.words import counted, heading, name_of, named, said, told
from watui.changes import Arrival
from watui.models import PLAIN, Chat, ChatKey, Device, Link, Loudness, Message
from watui.names import PERSON
from watui.text import Safe

PER_CHAT = 5.0
"""Seconds in which one chat rings at most once."""

WINDOW = 10.0
"""Seconds in which at most `IN_WINDOW` alerts ring in all."""

IN_WINDOW = 3

CALM = 5.0
"""Seconds without a message after which a flood is over."""

LONGEST = 120.0
"""Seconds after which a sum is told even if the flood is not over."""

TRICKLE = 15.0
"""The same where messages come slowly, at most `SLOW` a second."""

SLOW = 2.0

STATUS = "status@broadcast"
"""The jid of everybody's status, which is written to nobody in particular (contract 3.2)."""

NEVER = float("-inf")

USUAL = Rules()

_QUIETLY = Way.BADGE | Way.TOAST
_LEAST = (Way.TOAST, Way.OUTSIDE, Way.BELL, Way.COMMAND, Way.SOUND)
"""The ways of what matters where those that would be right are not wanted; the least noisy comes first."""


class _Scene(NamedTuple):
    """How things stand when something is decided."""

    chats: Mapping[ChatKey, Chat]
    devices: Mapping[Safe, Device]
    presence: Presence
    now: Moment


@dataclass(slots=True)
class _Waiting:
    """Messages of one chat that are to ring."""

    count: int = 0
    high: int = 0
    """Those of them that are for the person."""
    excepted: bool = False
    """Whether one of them rings in quiet hours too."""
    at: float = NEVER
    """When the last one came."""

    def add(self, more: "_Waiting") -> None:
        self.at = max(self.at, more.at)
        self.count += more.count
        self.high += more.high
        self.excepted |= more.excepted


_NOTHING = _Waiting()


class Ringer:
    """Decides what rings, and remembers what rang lately and what was held back.

    Silent for good is what nobody should be called for: own messages, notices, everybody's status, chats that
    are muted, archived or set to be silent, and the one that is open before somebody who is there. So is in
    quiet hours, and while the person is not to be disturbed, whatever is not for this person alone.
    """

    def __init__(
        self, rules: Rules = USUAL, is_contact: Callable[[Safe, Safe], bool] = lambda _device, _jid: True
    ) -> None:
        """Take the rules, and what says whether a jid is in a device's address book."""
        self.rules = rules
        self.is_contact = is_contact
        self.hushed_until = 0.0
        """Until when the person is not to be disturbed, in s since 1970."""
        self._watch = DeviceWatch()
        self._rang: deque[tuple[float, Collection[ChatKey]]] = deque(maxlen=IN_WINDOW)
        """When the last alerts rang, and of which chats."""
        self._held: dict[ChatKey, _Waiting] = {}
        """What was held back, the chat with the last message last."""
        self._high = 0
        """How many messages of those are for the person, and must not be forgotten."""
        self._free_at = NEVER
        """When the last chat of those may ring again."""
        self._flood: float | None = None
        """Since when everything is held back, or when the last sum of it was told."""
        self._came = 0
        """How many messages were held back since then."""
        self._last = NEVER
        """When the last message came that may ring."""

    # What happens.

    def arrived(  # noqa: PLR0917 - everything that is known, and nothing of it is the ringer's own
        self,
        arrivals: Iterable[Arrival],
        chats: Mapping[ChatKey, Chat],
        devices: Mapping[Safe, Device],
        names: Mapping[Safe, Mapping[Safe, Safe]],
        presence: Presence,
        now: Moment,
    ) -> list[Alert]:
        """Give the alerts for what just came in, at most one a chat, after the sum of what was due before."""
        scene = _Scene(chats, devices, presence, now)
        alerts = self.due(*scene)
        new: dict[ChatKey, _Waiting] = {}
        last: dict[ChatKey, Message] = {}
        for arrival in arrivals:
            key = arrival.chat
            if self._rings(arrival, scene):
                excepted = self._is_excepted(arrival, scene, names.get(key.device, {}))
                if self._ways(_priority(arrival.for_me), scene, excepted=excepted):
                    waiting = _Waiting(1, arrival.for_me, excepted, now.tick)
                    new.setdefault(key, _Waiting()).add(waiting)
                    last[key] = arrival.message
        for key in sorted(new, key=lambda each: not new[each].high):
            if self._may_ring(key, new[key], now.tick):
                words = said(chats[key], last[key], names.get(key.device, {}))
                alerts.append(self._ring(chats[key], new[key], words, scene))
        return alerts

    def due(
        self,
        chats: Mapping[ChatKey, Chat],
        devices: Mapping[Safe, Device],
        presence: Presence,
        now: Moment,
    ) -> list[Alert]:
        """Give the sum of what was held back, if it may be told now: in a flood, what is for the person."""
        at = self._sum_at
        if at is None or now.tick < at:
            return []
        whole = self._flood is None or now.tick >= self._flood_ends
        told = {key: held for key, held in self._held.items() if whole or held.high}
        alert = self._sum(told, _Scene(chats, devices, presence, now))
        if alert is not None:
            self._rang.append((now.tick, [*told]))
        if whole:
            flows = self._flood is not None and now.tick < self._last + CALM
            self._flood, self._came = (now.tick if flows else None), 0
        for key in told:
            del self._held[key]
        self._high, self._free_at = 0, NEVER
        return [] if alert is None else [alert]

    def devices(
        self,
        devices: Mapping[Safe, Device],
        links: Mapping[Safe, Link],
        presence: Presence,
        now: Moment,
    ) -> list[Alert]:
        """Give what is to be told of devices; to be asked after every change, and at `wake_at`."""
        alerts = []
        scene = _Scene({}, devices, presence, now)
        self._watch.take(devices, links, self.rules.loudness, now.tick)
        for news in self._watch.due(now.tick):
            alert = told(news, devices, links)
            ways = self._ways(alert.priority, scene, excepted=False)
            if ways and now.tick < self._room_at:
                break
            self._watch.settle(news, rang=bool(ways))
            if ways:
                self._rang.append((now.tick, ()))
                alerts.append(replace(alert, ways=ways))
        return alerts

    def read(self, chat: ChatKey) -> None:
        """Take note that a chat was read: what is held back of it is not told any more."""
        self._high -= self._held.pop(chat, _NOTHING).high

    def move(self, old: ChatKey, new: ChatKey) -> None:
        """Take note that a chat is filed under another key from here on."""
        held = self._held.pop(old, None)
        if held is not None:
            self._held.setdefault(new, _Waiting()).add(held)

    @property
    def wake_at(self) -> float | None:
        """The monotonic time at which `devices` and `due` have something to do; `None` if nothing waits."""
        device_at = self._watch.due_at
        times = [self._sum_at, None if device_at is None else max(device_at, self._room_at)]
        return min((at for at in times if at is not None), default=None)

    # Whether.

    def _rings(self, arrival: Arrival, scene: _Scene) -> bool:
        key, message, for_me = arrival
        if not message.incoming or STATUS in (message.chat, key.jid):
            return False
        return _passes(self._loudness(key, scene), for_me)

    def _loudness(self, key: ChatKey, scene: _Scene) -> Loudness:
        """Tell what of a chat may ring as things stand."""
        chat, device = scene.chats.get(key), scene.devices.get(key.device)
        dress = device.dress if device is not None else PLAIN
        if chat is None or chat.muted or chat.archived:
            return Loudness.NONE
        if dress.hidden or dress.alerts is Loudness.NONE:
            return Loudness.NONE
        if key == scene.presence.chat and scene.presence.here:
            return Loudness.NONE
        own = chat.kept.alerts if chat.kept is not None else None
        return own or dress.alerts or self.rules.loudness

    # In which ways.

    def _is_quiet(self, scene: _Scene) -> bool:
        return self.rules.quiet is not None and self.rules.quiet.holds(scene.now.minute)

    def _is_excepted(self, arrival: Arrival, scene: _Scene, names: Mapping[Safe, Safe]) -> bool:
        """Whether it is quiet, but not for the chat or whoever wrote there."""
        if not self.rules.excepted or not self._is_quiet(scene):
            return False
        chat = scene.chats[arrival.chat]
        words = {exception(chat.name)} if chat.group else set()
        for jid in (arrival.chat.jid, arrival.message.sender):
            if jid is not None:
                words.add(jid.removesuffix(PERSON))
                # Not by a name that somebody gave himself, which may be anybody's.
                if self.is_contact(arrival.chat.device, jid):
                    words.add(exception(names.get(jid, Safe(""))))
        return not self.rules.excepted.isdisjoint(words - {""})

    def _ways(self, priority: Priority, scene: _Scene, *, excepted: bool) -> Way:
        """Give the ways in which something is told now; `NOTHING` if no more than the badge is left.

        What is of high priority is told in some way as long as any is wanted: without a noise where it should
        be, else in the least noisy way that there is.
        """
        high = priority is Priority.HIGH
        hushed = scene.now.wall < self.hushed_until
        muffled = hushed or (self._is_quiet(scene) and not excepted)
        if muffled and not high:
            return Way.NOTHING
        ways = self.rules.ways
        if muffled or priority is Priority.LOW:
            ways &= _QUIETLY
        elif scene.presence.focused:
            ways &= ~Way.OUTSIDE
        if high and not ways & TELLING:
            ways |= next((way for way in _LEAST if way in self.rules.ways), Way.NOTHING)
        return ways if ways & TELLING else Way.NOTHING

    # When.

    @property
    def _room_at(self) -> float:
        """When the limit in all allows another alert."""
        return self._rang[0][0] + WINDOW if len(self._rang) == IN_WINDOW else NEVER

    @property
    def _sum_at(self) -> float | None:
        """When what was held back is to be told; `None` if nothing of it has to be."""
        times = [] if self._flood is None else [self._flood_ends]
        if self._high:
            times.append(max(self._room_at, self._free_at))
        return min(times, default=None)

    @property
    def _flood_ends(self) -> float:
        """When all of a flood is to be told."""
        since = self._last if self._flood is None else self._flood
        longest = TRICKLE if self._came <= TRICKLE * SLOW else LONGEST
        return max(self._room_at, min(self._last + CALM, since + longest))

    def _may_ring(self, key: ChatKey, new: _Waiting, tick: float) -> bool:
        """Whether new messages of a chat ring now; else they are held back."""
        self._last = tick
        free_at = max((at + PER_CHAT for at, of in self._rang if key in of), default=NEVER)
        if tick >= max(free_at, self._room_at) and (self._flood is None or new.high):
            return True
        if self._flood is None and tick >= free_at:
            self._flood, self._came = tick, 0
            self._forget(tick - WINDOW)
        if new.high:
            self._free_at = max(self._free_at, free_at)
        self._came += new.count
        held = self._held.pop(key, None) or _Waiting()
        held.add(new)
        self._held[key] = held
        self._high += new.high
        return False

    def _forget(self, before: float) -> None:
        """Forget what was held back only because its chat had just rung, and a while ago."""
        for key in [key for key, held in self._held.items() if not held.high and held.at < before]:
            del self._held[key]

    # What.

    def _ring(self, chat: Chat, new: _Waiting, words: Safe, scene: _Scene) -> Alert:
        """Make the alert of one chat.

        What was held back of it before is forgotten, but where somebody meant the person it is told now.
        """
        self._rang.append((scene.now.tick, (chat.key,)))
        held = self._held.pop(chat.key, _NOTHING)
        if held.high:
            self._high -= held.high
            new.add(held)
        body = words if new.count == 1 else counted(new.count)
        return self._alert(heading(chat, scene.devices), body, chat.key, new, scene)

    def _sum(self, several: Mapping[ChatKey, _Waiting], scene: _Scene) -> Alert | None:
        """Make one alert of all that was held back and may still ring, as things stand now."""
        held = [
            (scene.chats[key], waiting)
            for key, waiting in reversed([*several.items()])
            if _passes(self._loudness(key, scene), waiting.high)
        ]
        held.sort(key=lambda each: not each[1].high)
        everything = _Waiting()
        for _, waiting in held:
            everything.add(waiting)
        if not held or not self._ways(_priority(everything.high), scene, excepted=everything.excepted):
            return None
        first = held[0][0]
        if len(held) == 1:
            title, body = heading(first, scene.devices), counted(everything.count)
        else:
            title = Safe(f"{everything.count} new in {len(held)} chats")
            body = named([name_of(chat) for chat, _ in held])
        told = self._alert(title, body, first.key, everything, scene)
        return replace(told, chats=len(held), of=frozenset(chat.key for chat, _ in held))

    def _alert(self, title: Safe, body: Safe, key: ChatKey, of: _Waiting, scene: _Scene) -> Alert:
        priority = _priority(of.high)
        return Alert(
            title,
            body,
            key,
            cause=Cause.MENTION if of.high else Cause.MESSAGE,
            priority=priority,
            ways=self._ways(priority, scene, excepted=of.excepted),
            count=of.count,
            of=frozenset((key,)),
        )


def _passes(loudness: Loudness, for_me: float) -> bool:
    return loudness is Loudness.ALL or (loudness is Loudness.MENTIONS and bool(for_me))


def _priority(high: float) -> Priority:
    return Priority.HIGH if high else Priority.NORMAL
