"""The decisions of staying in touch, without doing any of it: when to try again, which send is which message.

Time is passed in and chance is a parameter, so that every path can be tested without waiting.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from watui.bodies import may_be
from watui.models import Message
from watui.text import Safe

FIRST_WAIT = 0.5
"""Seconds before the first new try, at most; each further one may take twice as long."""

LONGEST_WAIT = 30.0
"""Seconds that no wait exceeds, and that a connection must hold before the waits begin anew."""


@dataclass(slots=True)
class Backoff:
    """How long to wait before the next try: exponential with full jitter, forgiven after a good while.

    `chance` gives numbers from 0 to 1. Full jitter keeps many clients of one gateway apart.
    """

    chance: Callable[[], float]
    tries: int = 0
    up_since: float | None = None

    def up(self, now: float) -> None:
        """Note that the connection stands."""
        self.up_since = now

    def next_wait(self, now: float) -> float:
        """Give the seconds to wait after a failure, and count it."""
        if self.up_since is not None and now - self.up_since >= LONGEST_WAIT:
            self.tries = 0
        self.up_since = None
        ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(self.tries, 10))
        self.tries += 1
        return ceiling * self.chance()


@dataclass(slots=True)
class Tally:
    """Counts something from midnight on."""

    day: date | None = None
    count: int = 0

    def add(self, day: date) -> int:
        """Count one more of a day; gives how many that are."""
        self.day, self.count = day, self.count + 1 if day == self.day else 1
        return self.count


@dataclass(slots=True)
class Line:
    """The live connection, and the chats of which everything is known that came over it or before.

    What was asked before the line stood, or before it was doubted, says nothing about it.
    """

    number: int = 0
    up: bool = False
    whole: set[Safe] = field(default_factory=set)
    """The chats in which a message that comes has nothing missing before it."""

    def begin(self) -> None:
        """Note that it stands."""
        self.doubt()
        self.up = True

    def end(self) -> None:
        """Note that it is lost."""
        self.doubt()
        self.up = False

    def doubt(self) -> None:
        """Take no chat for whole that was asked about before now."""
        self.number += 1
        self.whole.clear()

    def is_whole(self, chat: Safe, asked: int) -> None:
        """Note that a chat is whole, by what was asked when the line had this number."""
        if self.up and asked == self.number:
            self.whole.add(chat)

    def are_whole(self, chats: Iterable[Safe]) -> None:
        """Note that these are, by a list that was asked for since the line stands."""
        if self.up:
            self.whole.update(chats)


ACK_WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Seconds between the questions whether an own message was read, where no event tells (contract 2.5)."""


def find_sent(
    page: Iterable[Message], sent: Message, before: frozenset[str], after: int | None = None
) -> Message | None:
    """Find in a page of history the message that an unconfirmed send became.

    It is an own one that says the same (`sent`) whose id was not there before the send, and no older than the
    newest message that the chat had then (`after`, in ms since 1970 by the gateway's clock). Two equal sends
    in a row are told apart because sends of one chat go one at a time, so the first is among `before` for
    the second.
    """
    return next(
        (m for m in page if may_be(sent, m) and m.id not in before and (after is None or m.time >= after)),
        None,
    )
