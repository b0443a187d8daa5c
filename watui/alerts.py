"""Whether something that came in should ring, and with which words. Pure policy, no terminal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Flag, IntEnum, StrEnum, auto
from typing import NamedTuple

from watui.models import Chat, ChatKey, Loudness, Message
from watui.text import Safe, one_line


class Way(Flag):
    """A way to call for attention."""

    NOTHING = 0
    BADGE = auto()
    """The unread counts and the line above them, which show it anyway."""
    TOAST = auto()
    """A note inside watui."""
    BELL = auto()
    SOUND = auto()
    OUTSIDE = auto()
    """The terminal's notification, or the desktop's where the terminal has none."""
    COMMAND = auto()
    """The person's own program."""


EVERY_WAY = Way.BADGE | Way.TOAST | Way.BELL | Way.SOUND | Way.OUTSIDE | Way.COMMAND


class Priority(IntEnum):
    """How much it matters."""

    LOW = 0
    NORMAL = 1
    HIGH = 2


class Cause(StrEnum):
    """What calls, each with a bell and a sound of its own."""

    MESSAGE = "message"
    MENTION = "mention"
    DEVICE = "device"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Alert:
    """One call for the person's attention, whatever number of messages it stands for."""

    title: Safe
    body: Safe
    chat: ChatKey | None = None
    """Where to go."""
    device: Safe | None = None
    """Which device it is about, where it is about one and no chat."""
    cause: Cause = Cause.MESSAGE
    priority: Priority = Priority.NORMAL
    ways: Way = EVERY_WAY
    count: int = 1
    """Messages that it stands for."""
    chats: int = 1
    """Chats that those are of."""


class Quiet(NamedTuple):
    """Hours in which nothing rings, in minutes since midnight; it may go over midnight."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say of alerts."""

    ways: Way = EVERY_WAY
    """Those that are wanted at all."""
    loudness: Loudness = Loudness.ALL
    quiet: Quiet | None = None
    excepted: frozenset[str] = frozenset()
    """Who rings in quiet hours too: names in folded case, or the digits of a number."""


class Presence(NamedTuple):
    """Where the person is, as far as that can be known."""

    chat: ChatKey | None
    """The chat that is open before them, if one is."""
    focused: bool | None
    """Whether the terminal has the focus; `None` as long as it has never told."""
    idle: float
    """Seconds since the last key."""


class Moment(NamedTuple):
    """When it is, by three clocks."""

    tick: float
    """The monotonic clock, in s."""
    minute: int
    """Minutes since midnight, here."""
    wall: float
    """Seconds since 1970."""


QUIET_FOR = 3.0
"""Seconds after an alert in which no other one rings; unread counts tell of what came meanwhile."""


@dataclass(slots=True)
class Ringer:
    """Remembers when it rang last, so that a burst is one alert and not hundreds."""

    rang_at: float = float("-inf")

    def decide(
        self,
        arrived: Iterable[tuple[ChatKey, Message]],
        chats: Mapping[ChatKey, Chat],
        reading: ChatKey | None,
        now: float,
    ) -> Alert | None:
        """Decide whether what came in rings at `now`, in seconds of the monotonic clock."""
        if now - self.rang_at < QUIET_FOR:
            return None
        alert = summary(arrived, chats, reading)
        if alert is not None:
            self.rang_at = now
        return alert


def summary(
    arrived: Iterable[tuple[ChatKey, Message]],
    chats: Mapping[ChatKey, Chat],
    reading: ChatKey | None,
) -> Alert | None:
    """Sum up what came in within one frame; `None` if nothing of it should ring.

    The chat that is being read, muted chats and archived chats never ring.
    """
    loud: dict[ChatKey, list[Message]] = {}
    for key, message in arrived:
        chat = chats.get(key)
        if key != reading and chat is not None and not chat.muted and not chat.archived:
            loud.setdefault(key, []).append(message)
    if not loud:
        return None
    last = list(loud)[-1]
    count = sum(map(len, loud.values()))
    if len(loud) > 1:
        return Alert(Safe(f"{count} new in {len(loud)} chats"), Safe(""), last)
    if count > 1:
        return Alert(chats[last].name, Safe(f"{count} new messages"), last)
    message = loud[last][0]
    words = one_line(message.text, limit=120) or Safe(message.kind.value)
    return Alert(chats[last].name, words, last)
