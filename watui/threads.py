"""The messages of every chat as far as they are known, and where there may be a hole between them."""

from dataclasses import dataclass, field

from watui.events import HistoryRead
from watui.models import ChatKey, Message, Older
from watui.text import Safe
from watui.timeline import Timeline


@dataclass(slots=True)
class Thread:
    """The messages of one chat that are known, and what is known of the rest."""

    timeline: Timeline = field(default_factory=Timeline)
    older: Older = Older.UNKNOWN
    tail: Safe | None = None
    """The newest message when the connection was lost: until a page shows it again, there may be a hole."""

    def read(self, page: HistoryRead) -> list[Message]:
        """Bring in a stretch of history; gives the messages that were not known before."""
        if page.newest:
            self._close_hole(page)
        elif page.above is not None and self.timeline.get(page.above) is None:
            return []  # what it was to stand above has gone meanwhile, into a hole
        new = self.timeline.merge(page.messages)
        if not page.newest or not page.messages or self.timeline[0].id == page.messages[0].id:
            self.older = page.older
        elif self.older is Older.UNKNOWN:
            self.older = Older.MORE
        return new

    def _close_hole(self, page: HistoryRead) -> None:
        """Drop what lies before a possible hole; it can be read again from above."""
        tail, self.tail = self.tail, None
        if page.older is Older.NONE or not page.messages or self.timeline.newest is None:
            return
        apart = all(self.timeline.get(message.id) is None for message in page.messages)
        if apart or (tail is not None and all(message.id != tail for message in page.messages)):
            first = page.messages[0].time
            for message in [m for m in self.timeline if m.time < first and not m.local]:
                self.timeline.remove(message.id)
            self.older = page.older


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

    def deafen(self, device: Safe) -> None:
        """Remember where the threads of a device ended when messages began to be missed."""
        for key, thread in self.items():
            if key.device == device and thread.tail is None:
                thread.tail = thread.timeline.newest

    def move(self, old: ChatKey, new: ChatKey) -> None:
        """Bring two threads of one person together."""
        thread = self.pop(old, None)
        if thread is not None:
            for message in thread.timeline:
                self.of(new).timeline.put(message)
