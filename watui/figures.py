"""What is counted of one or several devices, as plain values: from our own archive, with nothing invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from watui.models import ChatKey
from watui.text import Safe


class Day(NamedTuple):
    """The messages of one day of the calendar."""

    date: date
    came: int
    sent: int


class Busy(NamedTuple):
    """A chat in which much was written."""

    key: ChatKey
    name: Safe
    messages: int


class Answers(NamedTuple):
    """How long answers took: the median of so many, in seconds."""

    seconds: int
    number: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What the archive knows of some devices; muted and archived chats count too, notices do not."""

    chats: int
    """Chats that the gateway listed last, groups among them; two jids of one person are one chat."""
    groups: int
    unread: int
    unread_chats: int
    messages: int
    """All that is kept, of whatever age; the only number that has the notices in it."""
    first: int | None
    """When the first of them was sent, in ms since 1970."""
    days: Sequence[Day]
    """The last days, today at the end."""
    hours: Sequence[int]
    """Messages by the hour of the day in which they were sent, from 0 to 23."""
    busiest: Sequence[Busy]
    """The chats with most messages, the busiest first."""
    ours: Answers | None
    """How soon this side answered in chats of two; `None` if it never did."""
    theirs: Answers | None
