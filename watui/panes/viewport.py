"""A window of lines onto blocks of lines, held by one of them: what a thread and a pager are made of.

Pure: no Textual but the lines themselves. Its only position is an anchor, a block and the row on which that
stands, or "at the end". Building a view draws the blocks in it and no others, and whatever comes, goes or
grows around the anchor, its row stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from textual.strip import Strip

from watui.text import Safe

SUCCESSORS = 4
"""Blocks remembered beside the one that holds the view."""


class Drawn(Protocol):
    """A block of lines."""

    @property
    def lines(self) -> Sequence[Strip]:
        """All of its lines at the width of the view; at least one."""

    @property
    def lead(self) -> int:
        """How many of them stand before the block itself: a day, a sender's name."""


class Blocks(Protocol):
    """Where the blocks come from: drawn one at a time, found again by id when they have moved."""

    def __len__(self) -> int: ...

    def id_of(self, index: int) -> str:
        """Name a block, so that it is found again."""

    def index_of(self, block_id: str) -> int | None:
        """Where a block is now; `None` if it is gone."""

    def draw(self, index: int) -> Drawn:
        """Draw a block at the width of the view."""


@dataclass(slots=True, frozen=True)
class Anchor:
    """Which block holds the view, and where."""

    id: str
    row: int
    """The row of its first line after the lead, counted from the top edge; negative above it."""
    width: int
    height: int
    size: int
    """The view's width and height then, and how many lines the block had: another width folds it anew."""
    others: tuple[tuple[str, int], ...] = ()
    """Other blocks that began in view and their rows, one of which holds the view if this one goes."""

    def renamed(self, names: Mapping[Safe, Safe]) -> "Anchor":
        """Hold by the same blocks under new names, given by the old ones."""
        known = {str(old): str(new) for old, new in names.items()}
        others = tuple((known.get(name, name), row) for name, row in self.others)
        return replace(self, id=known.get(self.id, self.id), others=others)


class Row(NamedTuple):
    """One line in view: which block, which line of it counted after the lead, and how it looks."""

    block: int
    line: int
    strip: Strip


class Viewport:
    """Builds the lines in view, and moves over the blocks."""

    def __init__(self, blocks: Blocks, *, at_end: bool = True) -> None:
        self._blocks = blocks
        self._at_end = at_end
        self._anchor: Anchor | None = None
        self._stands: Anchor | None = None
        self.width = self.height = 0
        self.rows: list[Row] = []
        """What was built last, at most `height` rows, from the top."""

    @property
    def anchor(self) -> Anchor | None:
        """What holds the view; `None` follows the end (or stands at the start in a view from the start)."""
        return self._anchor

    @anchor.setter
    def anchor(self, anchor: Anchor | None) -> None:
        self._anchor = self._stands = anchor

    # Building.

    def build(self, width: int, height: int) -> list[Row]:
        """Build the rows in view from the anchor; costs as much as is in view.

        Where the anchor cannot hold its row, for want of lines above or below, the view stands elsewhere. It
        goes on from there unless that is for the size alone: sizes back and forth end where they began.
        """
        self.width, self.height = width, height
        self.rows = self._from_anchor() or self._from_edge()
        if self._stands is not None:
            self._stands = replace(self._stands, others=self._others(self._stands))
        if self._anchor is None or (width, height) == (self._anchor.width, self._anchor.height):
            self._anchor = self._stands
        return self.rows

    def _others(self, anchor: Anchor) -> tuple[tuple[str, int], ...]:
        """Find what else begins in view, the nearest to the anchor first."""
        begun = ((self._blocks.id_of(row.block), n) for n, row in enumerate(self.rows) if row.line == 0)
        others = [each for each in begun if each[0] != anchor.id]
        return tuple(sorted(others, key=lambda each: abs(each[1] - anchor.row))[:SUCCESSORS])

    def settle(self) -> None:
        """Hold by where the view stands, since something is about to change other than its size."""
        self._anchor = self._stands

    @property
    def ends(self) -> bool:
        """Whether the last line of the last block is in view."""
        if not self.rows or not len(self._blocks):
            return True
        last = self.rows[-1]
        block = self._blocks.draw(last.block)
        return last.block == len(self._blocks) - 1 and last.line == len(block.lines) - block.lead - 1

    @property
    def starts(self) -> bool:
        """Whether the first line of the first block is in view."""
        if not self.rows:
            return True
        first = self.rows[0]
        return first.block == 0 and first.line == -self._blocks.draw(0).lead

    def _from_edge(self) -> list[Row]:
        self._stands = None
        if not self._at_end:
            return self._down(0, 0)
        return self._up(len(self._blocks) - 1)

    def _from_anchor(self) -> list[Row]:
        """Build around the anchor; nothing if it is gone, or if room would be left below the last block."""
        anchor = self._anchor
        index = self._blocks.index_of(anchor.id) if anchor is not None else None
        if anchor is not None and index is None:
            anchor, index = self._succeeded(anchor)
        if anchor is None or index is None:
            return []
        row = self._row_of(anchor, index)
        rows, gap = self._from_top(index, -row)
        self._stands = self._anchor_at(index, row - gap) if rows else None
        return rows

    def _from_top(self, index: int, line: int) -> tuple[list[Row], int]:
        """Build with a line of a block at the top edge, which may well lie outside of that block.

        Also tells how many lines are missing above. No rows: there is not enough below.
        """
        block = self._blocks.draw(index)
        line += block.lead
        while line < 0 and index > 0:
            index -= 1
            block = self._blocks.draw(index)
            line += len(block.lines)
        while line >= len(block.lines) and index < len(self._blocks) - 1:
            line -= len(block.lines)
            index += 1
            block = self._blocks.draw(index)
        gap = max(0, -line)
        rows = self._down(index, line + gap)
        if len(rows) < self.height:
            if self._at_end:
                return [], 0
            rows = self._up(len(self._blocks) - 1)
        return rows, gap

    def _succeeded(self, anchor: Anchor) -> tuple[Anchor | None, int | None]:
        """Hold the view by another block that was in it, since the one that did is gone."""
        for name, row in anchor.others:
            index = self._blocks.index_of(name)
            if index is not None:
                self._anchor = replace(anchor, id=name, row=row)
                return self._anchor, index
        return None, None

    def _row_of(self, anchor: Anchor, index: int) -> int:
        """Where the anchor's block stands now: unmoved, unless it is folded anew or would be out of view."""
        row = anchor.row
        block = self._blocks.draw(index)
        own = len(block.lines) - block.lead
        if row < 0 and anchor.width != self.width:
            # Within a long block the same part of it stays at the top edge.
            row = -(-row * own // max(1, anchor.size))
        if self.height < anchor.height:  # all of it stays in view
            row = min(row, max(0, self.height - own))
        return max(1 - own, min(row, self.height - 1 + block.lead))

    def _down(self, index: int, line: int) -> list[Row]:
        rows: list[Row] = []
        while index < len(self._blocks) and len(rows) < self.height:
            block = self._blocks.draw(index)
            rows += [
                Row(index, number - block.lead, strip)
                for number, strip in enumerate(block.lines[line : line + self.height - len(rows)], line)
            ]
            index, line = index + 1, 0
        return rows

    def _up(self, index: int) -> list[Row]:
        filled = 0
        while index >= 0:
            filled += len(self._blocks.draw(index).lines)
            if filled >= self.height:
                break
            index -= 1
        return self._down(max(0, index), max(0, filled - self.height))

    # Moving.

    def scroll(self, lines: int) -> bool:
        """Move by lines, down for positive numbers, as far as there are any; whether anything moved."""
        before = self._fresh()
        if not before:
            return False
        index, line, _ = before[0]
        if lines > 0 and self.ends:
            if self._at_end:
                self.anchor = None
            return False
        after, _ = self._from_top(index, line + lines)
        self.rows = after = after or self._from_edge()
        if self.ends and self._at_end and (lines > 0 or self.starts):
            self.anchor = None
        else:
            self._hold_rows()
        return (after[0].block, after[0].line) != (index, line)

    def to_first(self) -> None:
        """Go to the first line of the first block."""
        if len(self._blocks):
            self.anchor = self._anchor_at(0, self._blocks.draw(0).lead)

    def to_last(self) -> None:
        """Go to the end, and follow it where the view does that."""
        if self._at_end:
            self.anchor = None
        elif len(self._blocks):
            self.rows = self._up(len(self._blocks) - 1)
            self._hold_rows()

    def hold(self, block_id: str | None = None) -> None:
        """Hold the view as it is: by a block that is wanted and begins in view, else the first that does."""
        if self._fresh():
            self._hold_rows(block_id)

    def _hold_rows(self, block_id: str | None = None) -> None:
        rows = self.rows
        place, found = 0, rows[0]
        for number, row in enumerate(rows):
            if row.line == 0 and (found.line != 0 or self._blocks.id_of(row.block) == block_id):
                place, found = number, row
                if block_id is None:
                    break
        self.anchor = self._anchor_at(found.block, place - found.line)

    def reveal(self, block_id: str) -> None:
        """Move as little as needed to have a block in view from its lead, or its first part if it is long."""
        index = self._blocks.index_of(block_id)
        if index is None:
            return
        rows = self._fresh()
        block = self._blocks.draw(index)
        own = len(block.lines) - block.lead
        first = next((n - row.line for n, row in enumerate(rows) if row.block == index), None)
        if first is None:
            first = -own if rows and index < rows[0].block else self.height
        low = min(block.lead, max(self.height - own, 0))
        if own < self.height:
            row = max(min(first, self.height - own), low)
        else:  # from above one comes to its beginning, from below to its end
            row = min(max(first, self.height - own), low)
        self.anchor = self._anchor_at(index, row)

    def place(self, block_id: str, row: int) -> None:
        """Put a block on a row, as far as there is enough above and below it."""
        index = self._blocks.index_of(block_id)
        if index is not None:
            self.anchor = self._anchor_at(index, row)

    def _anchor_at(self, index: int, row: int) -> Anchor:
        block = self._blocks.draw(index)
        return Anchor(self._blocks.id_of(index), row, self.width, self.height, len(block.lines) - block.lead)

    def _fresh(self) -> list[Row]:
        self.settle()
        return self.build(self.width, self.height)
