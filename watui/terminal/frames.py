"""Whole frames as this terminal must be given them: hard text simpler, doubtful text held in its place.

This looks at what Textual writes, not at the lines of widgets: there each line has been cut, its place on the
screen is known, and layout, stored and copied text are out of reach.
"""

import re

from rich.cells import cell_len

from watui.terminal.hard import is_plain
from watui.terminal.widths import Widths

_MOVE = re.compile(r"\x1b\[(\d+);(\d+)H")
_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f]+)|(?P<style>\x1b\[[\d;:]*m|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?)"
    r"|\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x1f\x7f]",
)
_WORD = re.compile(r"[^ ]+ *| +")


class Frames:
    """What one terminal is to be given in the place of each frame."""

    def __init__(self, widths: Widths) -> None:
        self._widths = widths

    def fitted(self, frame: str) -> str:
        """Rewrite what the terminal would take other cells for; a frame without such comes back as it is."""
        if is_plain(frame):
            return frame
        pieces = _MOVE.split(frame)
        made = [pieces[0] if is_plain(pieces[0]) else self._run(pieces[0], None)]
        for row, column, piece in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            made.append(f"\x1b[{row};{column}H")
            made.append(piece if is_plain(piece) else self._run(piece, (int(row), int(column))))
        return "".join(made)

    def _run(self, piece: str, place: tuple[int, int] | None) -> str:
        """Rewrite what is drawn from one place on; doubtful text is held only if that place is known."""
        tokens = [(match.lastgroup, match[0]) for match in _TOKEN.finditer(piece)]
        texts = [self._widths.rewrite(token) if kind == "text" else "" for kind, token in tokens]
        left = sum(map(cell_len, texts))
        made: list[str] = []
        for (kind, token), text in zip(tokens, texts, strict=True):
            if kind != "text":
                made.append(token)
                if kind is None:
                    place = None  # no longer known
                continue
            cells = cell_len(text)
            if place is None or not self._widths.is_doubtful(text):
                made.append(text)
            else:
                made.append(self._held(text, *place, left - cells))
            left -= cells
            if place is not None:
                place = place[0], place[1] + cells
        return "".join(made)

    def _held(self, text: str, row: int, column: int, after: int) -> str:
        """Draw text of which each doubtful word begins and ends where it must, whatever the terminal thinks.

        Blanks are drawn first, so that what a word takes too little is blank, and that what it takes too much
        may show on the blanks behind it. What is drawn next covers the rest; where nothing is (`after` cells
        of the same piece are left), the word is cut instead, since that would be somebody else's cells.
        """
        made: list[str] = []
        words = _WORD.findall(text)
        left = cell_len(text) + after
        for word in words:
            cells = cell_len(word)
            left -= cells
            if self._widths.is_doubtful(word):
                shown = self._cut(word.rstrip(" "), cells + left)
                begin, end = f"\x1b[{row};{column}H", f"\x1b[{row};{column + cells}H"
                made.append(f"{' ' * cells}{begin}{shown}{end}")
            else:
                made.append(word)
            column += cells
        return "".join(made)

    def _cut(self, word: str, room: int) -> str:
        """Drop characters at the end of a word that might take more than `room` cells."""
        at_most = self._widths.at_most
        if 2 * len(word) <= room or at_most(word) <= room:
            return word
        short, long = 0, len(word)
        while short + 1 < long:
            middle = (short + long) // 2
            if at_most(word[:middle]) <= room:
                short = middle
            else:
                long = middle
        return word[:short]
