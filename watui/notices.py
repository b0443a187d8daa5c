"""The notices inside watui: which stand now, in which order, for how long, and what was told before. Pure."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from watui.models import ChatKey
from watui.text import Safe

SHOWN = 5
"""Notices that are seen at a time."""

KEPT = 200
"""Notices kept to be read later, and as many that may stand at once."""

LOW, NORMAL, HIGH = range(3)
"""How much a notice matters."""

SECONDS = {LOW: 3.0, NORMAL: 5.0}
"""How long a notice stands; one that matters much stands until it is dismissed or its chat is read."""

MARKS = {"message": "•", "mention": "@", "device": "◇", "error": "!"}
"""A mark of its own shape for each cause, so that no colour is needed to tell them apart."""


class Notice(NamedTuple):
    """Something that the person is told, whatever number of messages it stands for."""

    number: int
    """What it is known by; a newer one has a greater one."""
    title: Safe
    body: Safe
    mark: str
    """One cell that tells the cause."""
    priority: int
    chat: ChatKey | None
    """Where it leads."""
    device: Safe | None
    """Which device it is about, where it is about one and no chat."""
    at: int
    """When it was told, in ms since 1970."""
    messages: int = 1
    """Messages that it stands for."""
    of: frozenset[ChatKey] = frozenset()
    """The chats that those are of; it goes when all of them are read."""
    troubles: frozenset[Safe] = frozenset()
    """The devices that need the person; it goes when none of them does any more."""
    is_sum: bool = False
    """Whether it tells of several chats."""


@dataclass(slots=True)
class Standing:
    """A notice that was neither dismissed nor read yet."""

    notice: Notice
    place: int
    """When its chat or device first came to stand; greater is above."""
    until: float | None
    """The moment of the monotonic clock at which it goes; `None` for never."""
    read: bool = False
    """Whether all that it told was read."""


class Notices:
    """Knows which notices stand, the newest of those that matter most first, and the last ones of all."""

    def __init__(self) -> None:
        self._standing: list[Standing] = []
        self._past: deque[Notice] = deque(maxlen=KEPT)
        self._held = False

    @property
    def visible(self) -> list[Notice]:
        """Those that are seen."""
        return [each.notice for each in self._standing[:SHOWN]]

    @property
    def folded(self) -> int:
        """How many stand besides those."""
        return max(0, len(self._standing) - SHOWN)

    @property
    def history(self) -> list[Notice]:
        """The last ones, whatever became of them, the newest first."""
        return [*reversed(self._past)]

    @property
    def next_expiry(self) -> float | None:
        """When the next one goes by itself, by the monotonic clock; `None` if none does."""
        return (
            None
            if self._held
            else min((e.until for e in self._standing if e.until is not None), default=None)
        )

    def add(self, notice: Notice, now: float) -> None:
        """Let a notice stand from `now` on, in s of the monotonic clock.

        It takes the place of one of the same chat or device.
        """
        self._past.append(notice)
        place = notice.number
        for before in self._standing:
            if _subject(notice) is not None and _subject(before.notice) == _subject(notice):
                self._standing.remove(before)
                notice, place = _joined(before.notice, notice), before.place
                break
        self._standing.append(Standing(notice, place, _end(notice, now)))
        self._standing.sort(key=lambda each: (each.notice.priority, each.place), reverse=True)
        del self._standing[KEPT:]

    def expire(self, now: float) -> bool:
        """Let go what stood for long enough; whether anything did."""
        return not self._held and self._keep([e for e in self._standing if e.until is None or e.until > now])

    def hold(self, now: float, *, on: bool) -> None:
        """Let nothing go while nobody sees it, or while somebody chooses; then time begins anew for all."""
        if self._held and not on:
            for each in self._standing:
                each.until = _end(each.notice, now)
        self._held = on

    def dismiss(self, number: int) -> bool:
        """Let one go; whether it stood."""
        return self._keep([each for each in self._standing if each.notice.number != number])

    def dismiss_all(self) -> bool:
        """Let all go; whether any stood."""
        return self._keep([])

    def read(self, chat: ChatKey) -> bool:
        """Let go what a chat told that is read now; whether anything went."""
        for each in self._standing:
            if chat in each.notice.of:
                each.notice = each.notice._replace(of=each.notice.of - {chat})
                each.read = not each.notice.of
        return self._keep([each for each in self._standing if not each.read])

    def settle(self, troubled: Collection[Safe]) -> bool:
        """Let go what was told of devices of which none needs the person any more; whether anything went."""
        over = [
            each
            for each in self._standing
            if each.notice.troubles and each.notice.troubles.isdisjoint(troubled)
        ]
        return self._keep([each for each in self._standing if each not in over])

    def follow(self, old: ChatKey, new: ChatKey) -> bool:
        """Lead to the chat that another one turned out to be; whether what stands changed."""
        self._past = deque((_led(each, old, new) for each in self._past), KEPT)
        moved = [each for each in self._standing if old in (each.notice.chat, *each.notice.of)]
        for each in moved:
            each.notice = _led(each.notice, old, new)
        return bool(moved)

    def forget(self) -> None:
        """Forget what was told; what stands goes on standing."""
        self._past.clear()

    def _keep(self, kept: list[Standing]) -> bool:
        fewer = len(kept) < len(self._standing)
        self._standing = kept
        return fewer


def _subject(notice: Notice) -> ChatKey | Safe | None:
    return None if notice.is_sum else notice.chat or notice.device


def _end(notice: Notice, now: float) -> float | None:
    seconds = SECONDS.get(notice.priority)
    return None if seconds is None else now + seconds


def _joined(before: Notice, notice: Notice) -> Notice:
    """Tell the newer of two of a chat, with the messages of both and as loud as the louder one.

    What a device tells now holds instead of what it told before.
    """
    if notice.chat is None:
        return notice
    louder = max(notice, before, key=lambda each: each.priority)
    messages = before.messages + notice.messages
    return notice._replace(messages=messages, priority=louder.priority, mark=louder.mark)


def _led(notice: Notice, old: ChatKey, new: ChatKey) -> Notice:
    of = (notice.of - {old}) | {new} if old in notice.of else notice.of
    return notice._replace(chat=new if notice.chat == old else notice.chat, of=of)
