"""A piece of text that is being selected with the mouse: where it begins and ends, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from watui.bidi import has_rtl
from watui.panes.blocks import ThreadBlocks
from watui.panes.folding import Folded
from watui.panes.viewport import Row
from watui.text import Safe, cell_len

MOST = 1000
"""Messages that can be copied at a time: more than any terminal's clipboard takes."""


class Spot(NamedTuple):
    """A cell of a thread, which stays with its message when that moves."""

    id: Safe
    line: int
    """The line of the message, counted after its lead."""
    column: int


@dataclass(slots=True)
class Drag:
    """From where the button went down to where the pointer is."""

    start: Spot
    end: Spot

    @property
    def empty(self) -> bool:
        """Whether the pointer has not left its cell yet."""
        return self.start == self.end

    def rename(self, ids: Mapping[Safe, Safe]) -> None:
        """Know messages by their new ids."""
        self.start, self.end = (
            spot._replace(id=ids.get(spot.id, spot.id)) for spot in (self.start, self.end)
        )

    def columns(self, row: Row, blocks: ThreadBlocks) -> tuple[int, int] | None:
        """Tell which cells of a row are selected, from and up to; `None` if none of them is."""
        ends = self._ordered(blocks)
        if ends is None:
            return None
        (first, low, left), (last, high, right) = ends
        place = (row.block, row.line)
        if not (first, low) <= place <= (last, high):
            return None
        begin = left if place == (first, low) else 0
        end = right + 1 if place == (last, high) else row.strip.cell_length
        return begin, max(begin, end)

    def text(self, blocks: ThreadBlocks) -> str:
        """Give what is selected, as it was written."""
        ends = self._ordered(blocks)
        if ends is None:
            return ""
        (first, low, left), (last, high, right) = ends
        said: list[str] = []
        for index in range(first, min(last, first + MOST) + 1):
            block = blocks.draw(index)
            for number, (start, folded) in enumerate(block.texts):
                place = (index, number - block.lead)
                if folded is None or not folded.text or not (first, low) <= place <= (last, high):
                    continue
                begin = left if place == (first, low) else 0
                end = right + 1 if place == (last, high) else None
                said += [_cut(folded, start, begin, end), folded.after if end is None else ""]
        return "".join(said).strip("\n")

    def _ordered(self, blocks: ThreadBlocks) -> list[tuple[int, int, int]] | None:
        places: list[tuple[int, int, int]] = []
        for spot in (self.start, self.end):
            index = blocks.index_of(spot.id)
            if index is None:
                return None
            places.append((index, spot.line, spot.column))
        return sorted(places)


def _cut(folded: Folded, start: int, begin: int, end: int | None) -> str:
    """Cut out what stands between two columns; a line that is not shown as it was written is taken whole."""
    if has_rtl(folded.text):
        return folded.text
    # What stands before the text, as a bullet does, is no part of it.
    start += folded.content.cell_length - cell_len(folded.text)
    low = _index(folded.text, begin - start)
    return folded.text[low : None if end is None else _index(folded.text, end - start)]


def _index(text: str, cells: int) -> int:
    """Tell which character of a text stands at a cell."""
    if text.isascii():
        return max(0, min(cells, len(text)))
    filled = 0
    for index, char in enumerate(text):
        if filled >= cells:
            return index
        filled += cell_len(char)
    return len(text)
