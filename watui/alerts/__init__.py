"""What calls for the person's attention, in which ways and under which rules. Plain values."""

from dataclasses import dataclass
from enum import Flag, IntEnum, StrEnum, auto
from typing import NamedTuple

from watui.models import ChatKey, Loudness
from watui.names import PERSON, dialled
from watui.text import Safe, fold, one_line


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

TELLING = EVERY_WAY & ~Way.BADGE
"""Those of which at least one is left in every alert that is given; the badge shows without one."""


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
    """Messages that it stands for; 0 where it is about devices."""
    chats: int = 1
    """Chats that those are of; 0 where it is about devices."""
    of: frozenset[ChatKey] = frozenset()
    """Those chats."""
    troubles: frozenset[Safe] = frozenset()
    """The devices that need the person, where it is about that; it holds as long as one of them does."""


class Quiet(NamedTuple):
    """Hours in which nothing makes a noise, in minutes since midnight; they may go over midnight."""

    start: int
    end: int
    """The first minute after them; where it is the start, there are none."""

    def holds(self, minute: int) -> bool:
        """Whether it is quiet in that minute of the day."""
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say of alerts."""

    ways: Way = EVERY_WAY
    """Those that are wanted at all."""
    loudness: Loudness = Loudness.ALL
    quiet: Quiet | None = None
    excepted: frozenset[str] = frozenset()
    """Who rings in quiet hours as by day, a person or a chat, each as `exception` gives it."""


AWAY_AFTER = 60.0
"""Seconds without a key after which the person counts as gone, where the terminal does not tell."""


class Presence(NamedTuple):
    """Where the person is, as far as that can be known."""

    chat: ChatKey | None
    """The chat that is open before them, if one is."""
    focused: bool | None
    """Whether the terminal has the focus; `None` as long as it has never told."""
    idle: float
    """Seconds since the last key."""

    @property
    def here(self) -> bool:
        """Whether the person is at watui; without a word of the terminal, keys are the only sign of it."""
        return self.idle < AWAY_AFTER if self.focused is None else self.focused


class Moment(NamedTuple):
    """When it is, by three clocks."""

    tick: float
    """The monotonic clock, in s."""
    minute: int
    """Minutes since midnight, here."""
    wall: float
    """Seconds since 1970."""


def exception(words: str) -> str:
    """Give what somebody wrote, a name or a number, as it stands in `Rules.excepted`."""
    number = dialled(words)
    return number.removesuffix(PERSON) if number is not None else fold(one_line(words))
