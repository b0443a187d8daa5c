"""The messages of every chat as far as they are known, and where there may be a hole between them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from watui.events import HistoryRead
from watui.models import ChatKey, Kind, Message, Older
from watui.text import Safe
from watui.timeline import Timeline


@dataclass(slots=True)
class Thread:
    """The messages of one chat that are known, and what is known of the rest."""

    timeline: Timeline = field(default_factory=Timeline)
    older: Older = Older.UNKNOWN
    gaps: set[Safe] = field(default_factory=set)
    """The holes that stand among the messages."""

    def read(self, page: HistoryRead) -> None:
        """Bring in a stretch of history."""
        if page.above is not None and self.timeline.get(page.above) is None:
            return  # what it was to stand above has gone meanwhile
        self.timeline.merge(page.messages)
        self.gaps.update(message.id for message in page.messages if message.kind is Kind.MISSING)
        if not page.newest or not page.messages or self.timeline.oldest == page.messages[0].id:
            self.older = page.older
        elif self.older is Older.UNKNOWN:
            self.older = Older.MORE

    def clear(self) -> None:
        """Know of no message, since there is none any more but what is still to be sent."""
        unsent = [message for message in self.timeline if message.local]
        self.timeline, self.older = Timeline(), Older.NONE
        self.timeline.merge(unsent)
        self.gaps.clear()

    def mark_gaps(self, gaps: Iterable[Message]) -> None:
        """Show what is missing among the messages, and nothing of it any more where it was found."""
        now = {gap.id: gap for gap in gaps if self.timeline and gap.time > self.timeline[0].time}
        for known in self.gaps:
            if self.timeline.get(known) != now.get(known):
                self.timeline.remove(known)
        for gap in now.values():
            self.timeline.put(gap)
        self.gaps = {*now}


class Threads(dict[ChatKey, Thread]):
    """The threads by their chats; one that is asked for is there, empty if nothing of it is known."""

    def of(self, key: ChatKey) -> Thread:
        """Give the thread of a chat."""
        return self.setdefault(key, Thread())

    def holds(self, key: ChatKey, message_id: Safe | None) -> bool:
        """Whether a message of a chat has been seen here."""
        thread = self.get(key)
        return thread is not None and message_id is not None and thread.timeline.get(message_id) is not None

    def find(self, device: Safe, message_id: Safe, key: ChatKey | None) -> list[tuple[ChatKey, Message]]:
        """Where a message is shown: in the chat that is named, else wherever its id is known."""
        keys = [key] if key is not None else [each for each in self if each.device == device]
        found = ((each, thread.timeline.get(message_id)) for each in keys if (thread := self.get(each)))
        return [(each, message) for each, message in found if message is not None]

    def move(self, old: ChatKey, new: ChatKey) -> None:
        """Bring two threads of one person together."""
        thread = self.pop(old, None)
        if thread is not None:
            into = self.of(new)
            for message in thread.timeline:
                into.timeline.put(message)
            into.gaps |= thread.gaps
            if into.older is Older.UNKNOWN or into.timeline.oldest == thread.timeline.oldest:
                into.older = thread.older
