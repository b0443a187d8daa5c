"""The line above what was unread when a chat was opened, and what came in below the edge since. Pure."""

from watui.models import Kind, Older
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

    def find(self, timeline: Timeline, older: Older) -> Safe | None:
        """Find the message for the line; gives it the first time that it is found.

        If not all of them are known yet, the line stands above those that are, until more are.
        """
        if not self._wanted or not timeline or timeline[0].id == self._oldest:
            return None
        end = timeline.index_of(self._newest) if self._newest is not None else len(timeline) - 1
        if end is None:  # it is gone, and with it the place to count from
            self._wanted = 0
            return None
        index, left, first = end + 1, self._wanted, None
        while index and left:
            index -= 1
            message = timeline[index]
            if not message.own and message.kind is not Kind.SYSTEM:
                first, left = message.id, left - 1
        if first is None:
            return None
        fresh = self.at is None
        self._newest, self._oldest = timeline[end].id, timeline[0].id
        self.at = (first, self._wanted if fresh or self.at is None else self.at[1])
        if not left or older not in (Older.MORE, Older.UNKNOWN):
            self._wanted = 0
        return first if fresh else None

    def rename(self, old: Safe, new: Safe) -> None:
        """Know a message by its new id."""
        if self.at is not None and self.at[0] == old:
            self.at = (new, self.at[1])
        self._newest = new if self._newest == old else self._newest

    def came_in(self, message_id: Safe) -> None:
        """Count a message that came in while nobody looked; after all was read a new line begins with it."""
        if self.at is None or self._old:
            self.at, self._old = (message_id, 1), False
        else:
            self.at = (self.at[0], self.at[1] + 1)

    def was_read(self) -> None:
        """Take note that all is read: the line stays where it is until there is something newer."""
        self._old = True


def newest(timeline: Timeline) -> Safe | None:
    """Name the newest message that keeps its id: one that is being sent gets another."""
    return next((message.id for message in reversed(timeline) if not message.local), None)


def came_after(timeline: Timeline, seen: Safe | None) -> int:
    """Count what came in after a message, own messages left out."""
    index = timeline.index_of(seen) if seen is not None else None
    return 0 if index is None else sum(not message.own for message in timeline[index + 1 :])
