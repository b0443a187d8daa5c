"""Where one is in a thread: the view over its messages, the cursor among them, and the way back."""

from collections.abc import Mapping

from watui.models import Message
from watui.panes.blocks import ThreadBlocks
from watui.panes.viewport import Anchor, Row, Viewport
from watui.text import Safe


class Position:
    """Moves over the messages; what is drawn of them is the blocks' own business."""

    def __init__(self, blocks: ThreadBlocks) -> None:
        self._blocks = blocks
        self._view = Viewport(blocks)
        self._trail: list[tuple[Anchor | None, Safe | None]] = []

    @property
    def anchor(self) -> Anchor | None:
        """What holds the view; `None` follows the newest message."""
        return self._view.anchor

    @property
    def ends(self) -> bool:
        """Whether the newest message is in view."""
        return self._view.ends

    @property
    def rows(self) -> list[Row]:
        """What is in view."""
        return self._view.rows

    @property
    def selected(self) -> Message | None:
        """The message under the cursor."""
        cursor = self._blocks.cursor
        return None if cursor is None else self._blocks.timeline.get(cursor)

    def settle(self) -> None:
        """Stay where the view stands, since the messages are about to change."""
        self._view.settle()

    def build(self, width: int, height: int) -> list[Row]:
        """Build what is in view."""
        return self._view.build(width, height)

    def enter(self, anchor: Anchor | None) -> None:
        """Go to where one was in another chat."""
        self._view.anchor, self._blocks.cursor = anchor, None
        self._trail.clear()

    def scroll(self, lines: int) -> None:
        """Scroll by lines, down for positive numbers, and take the cursor along."""
        self._view.scroll(lines)
        rows, cursor = self._view.rows, self._blocks.cursor
        if cursor is not None and rows and all(self._blocks.id_of(row.block) != cursor for row in rows):
            self._blocks.cursor = self._blocks.id_of((rows[-1] if lines < 0 else rows[0]).block)

    def to_first(self) -> None:
        """Go to the first message that is known."""
        self._view.to_first()
        if self._blocks.cursor is not None and len(self._blocks):
            self._blocks.cursor = self._blocks.id_of(0)

    def to_last(self) -> None:
        """Go to the newest message and follow from there, without a cursor."""
        self._blocks.cursor = None
        self._view.to_last()

    def start_from(self, message_id: Safe) -> bool:
        """Put a message at the top with what stands above it, unless it is in view; whether it was moved."""
        index = self._blocks.index_of(message_id)
        if index is None or any(self._blocks.id_of(row.block) == message_id for row in self._view.rows):
            return False
        self._view.place(message_id, self._blocks.draw(index).lead)
        return True

    def select(self, message_id: Safe) -> None:
        """Put the cursor on a message and have it in view, moving as little as needed."""
        self._blocks.cursor = message_id
        self._view.reveal(message_id)
        self._view.hold(message_id)

    def deselect(self) -> None:
        """Take the cursor away, and follow the newest message again if that is in view."""
        self._blocks.cursor = None
        if self._view.ends:
            self._view.to_last()

    def step(self, step: int) -> bool:
        """Move the cursor to the message below or above; False if there is none.

        Within a message that is longer than the view it scrolls first, half a view at a time. Without a
        cursor the lowest message in view is selected.
        """
        rows, cursor = self._view.rows, self._blocks.cursor
        if not rows:
            return False
        index = self._blocks.index_of(cursor) if cursor is not None else None
        if cursor is None or index is None:
            self.select(self._blocks.id_of(rows[-1].block))
            return True
        edge = rows[0] if step < 0 else rows[-1]
        hidden = self._hidden(edge, step) if edge.block == index else 0
        if hidden:
            self._view.scroll(step * min(hidden, max(1, self._view.height // 2)))
            self._view.hold(cursor)
            return True
        if not 0 <= index + step < len(self._blocks):
            return False
        self.select(self._blocks.id_of(index + step))
        return True

    def _hidden(self, edge: Row, step: int) -> int:
        """How many lines of the message at an edge are beyond it."""
        if step < 0:
            return max(0, edge.line)
        block = self._blocks.draw(edge.block)
        return len(block.lines) - block.lead - 1 - edge.line

    def remember(self) -> None:
        """Remember where one is, before a jump."""
        self._trail.append((self._view.anchor, self._blocks.cursor))

    def forget(self) -> None:
        """Forget it again, since there was no jump."""
        if self._trail:
            self._trail.pop()

    def rename(self, ids: Mapping[Safe, Safe]) -> None:
        """Know messages by their new ids, wherever one is or was at them."""
        trail = [(self._view.anchor, self._blocks.cursor), *self._trail]
        (self._view.anchor, self._blocks.cursor), *self._trail = [
            (anchor and anchor.renamed(ids), cursor and ids.get(cursor, cursor)) for anchor, cursor in trail
        ]

    def back(self) -> bool:
        """Go back to where one was before the last jump; whether there was one."""
        if not self._trail:
            return False
        self._view.anchor, self._blocks.cursor = self._trail.pop()
        return True
