"""The line above what was unread when a chat was opened, and what came in below the edge since. Pure."""

from collections.abc import Mapping

from watui.models import Older
from watui.text import Safe
from watui.timeline import Timeline


class UnreadLine:
    """Knows above which message the line stands, and how many unread messages it announces."""

    def __init__(self) -> None:
        self.at: tuple[Safe, int] | None = None
        """The first unread message and how many there are; the line stays until one leaves the chat."""
        self._wanted = 0
        self._newest: Safe | None = None
        self._oldest: Safe | None = None
        self._old = False

    def begin(self, count: int) -> None:
        """Look for the first of so many unread messages, in the chat that is being opened."""
        self.at, self._wanted, self._old = None, count, False
        self._newest = self._oldest = None

    @property
    def open(self) -> bool:
        """Whether the first unread message may lie further back than what is known."""
        return bool(self._wanted)

    def find(self, timeline: Timeline, older: Older) -> None:
        """Find the message for the line.

        If not all of them are known yet, the line stands above those that are, until more are.
        """
        if not self._wanted or not timeline or timeline[0].id == self._oldest:
            return
        end = timeline.index_of(self._newest) if self._newest is not None else len(timeline) - 1
        if end is None:  # it is gone, and with it the place to count from
            self._wanted = 0
            return
        index, left, first = end + 1, self._wanted, None
        while index and left:
            index -= 1
            message = timeline[index]
            if message.incoming:
                first, left = message.id, left - 1
        if first is None:
            return
        self._newest, self._oldest = timeline[end].id, timeline[0].id
        self.at = (first, self._wanted if self.at is None else self.at[1])
        if not left or older not in (Older.MORE, Older.UNKNOWN):
            self._wanted = 0

    def rename(self, ids: Mapping[Safe, Safe]) -> None:
        """Know messages by their new ids."""
        if self.at is not None:
            self.at = (ids.get(self.at[0], self.at[0]), self.at[1])
        self._newest = self._newest and ids.get(self._newest, self._newest)

    def came_in(self, message_id: Safe) -> None:
        """Count a message that came in while nobody looked; after all was read a new line begins with it."""
        if self.at is None or self._old:
            self.at, self._old = (message_id, 1), False
        else:
            self.at = (self.at[0], self.at[1] + 1)

    def was_read(self) -> None:
        """Take note that all is read: the line stays where it is until there is something newer."""
        self._old = True


class Below:
    """Counts what came in after a message, own messages left out, looking at each of them once."""

    def __init__(self) -> None:
        self._known: tuple[Safe | None, int] = (None, 0)
        self._end = self._theirs = 0

    def count(self, timeline: Timeline, seen: Safe | None) -> int:
        """Count what stands behind `seen`; costs as much as was added at the end since the last time."""
        index = timeline.index_of(seen) if seen is not None else None
        if index is None:
            return 0
        known = (seen, timeline.shifts)
        if known != self._known:
            self._known, self._end, self._theirs = known, index + 1, 0
        self._theirs += sum(not message.own for message in timeline[self._end :])
        self._end = len(timeline)
        return self._theirs
