"""The messages of a thread as blocks of lines, each drawn once for every way in which it can look."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from zlib import crc32

from watui.models import Older
from watui.panes import bubble
from watui.panes.bubble import NAME_COLOURS, Block, Looks
from watui.text import Safe
from watui.timeline import Timeline

KEPT = 1000
"""Drawn messages kept for the next paint."""

NOTICES = {
    Older.MORE: "older messages: PgUp",
    Older.UNKNOWN: "older messages: PgUp",
    Older.WALL: "the gateway has nothing older",
    Older.NONE: "the beginning of this chat",
}
"""What is said above the first message that is known."""


class ThreadBlocks:
    """Draws the messages of a timeline when they come into view."""

    def __init__(self, looks: Callable[[], Looks]) -> None:
        self._looks = looks
        self._drawn: OrderedDict[Safe, Block] = OrderedDict()
        self.timeline = Timeline()
        self.names: Mapping[Safe, Safe] = {}
        self.older = Older.UNKNOWN
        self.width = 0
        self.today = date.min
        self.cursor: Safe | None = None
        self.unread: tuple[Safe, int] | None = None
        """The first unread message and how many there are, for the line above it."""
        self.colours: dict[Safe, int] = {}
        """The colours that the senders of this chat have got, in the order in which they were seen."""
        self.query = ""
        """What is searched for, folded."""

    def clear(self) -> None:
        """Forget what was drawn: styles, names or the chat are others now."""
        self._drawn.clear()

    def _colour(self, sender: Safe) -> int:
        """Give a sender a colour: the same in every group, unless somebody seen before has it in this one."""
        colours = self.colours
        if sender not in colours:
            wanted = crc32(sender.encode())
            free = [n for n in range(NAME_COLOURS) if n not in colours.values()] or [*range(NAME_COLOURS)]
            own = wanted % NAME_COLOURS
            colours[sender] = own if own in free else free[wanted % len(free)]
        return colours[sender]

    def __len__(self) -> int:
        return len(self.timeline)

    def id_of(self, index: int) -> Safe:
        """Name a block by its message."""
        return self.timeline[index].id

    def index_of(self, block_id: str) -> int | None:
        """Where a message is now."""
        return self.timeline.index_of(block_id)

    def draw(self, index: int) -> Block:
        """Draw a message, or take it as it was drawn if nothing about it is another."""
        message = self.timeline[index]
        unread = self.unread[1] if self.unread is not None and self.unread[0] == message.id else 0
        around = bubble.surroundings(
            message,
            self.timeline[index - 1] if index else None,
            width=self.width,
            today=self.today,
            unread=unread,
            notice="" if index else NOTICES[self.older],
            selected=message.id == self.cursor,
            query=self.query,
            colour=self._colour(message.sender) if message.sender is not None else 0,
        )
        block = self._drawn.get(message.id)
        if block is None or block.message is not message or block.surroundings != around:
            block = self._drawn[message.id] = bubble.draw(message, around, self.names, self._looks())
        self._drawn.move_to_end(message.id)
        while len(self._drawn) > KEPT:
            self._drawn.popitem(last=False)
        return block
