"""Where a text may be cut: into pieces that are folded one at a time, and into lines. Pure."""

import re
from itertools import pairwise
from unicodedata import category

from rich.cells import chop_cells

from watui.text import cell_len

PIECE = 1000
"""Characters of a piece at most: few enough to fold in less than a millisecond."""

CLUSTER = 32
"""Characters in which to look for the beginning of what is drawn as one; longer ones are cut."""

_BLANK = " \u1680\u2000-\u2006\u2008-\u200a\u205f\u3000"  # where a line may end: not at a no-break space
_LAST_BLANK = re.compile(f".*[{_BLANK}]", re.DOTALL)
_REGIONAL = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # two of them are a flag
_WORD = re.compile(f"([^{_BLANK}]*)([{_BLANK}]*)")


def cut(text: str) -> list[int]:
    """Find where to cut a text into pieces: after a line, else after a word, else after what is drawn as one.

    Gives where each piece begins and at last the length; a text without any character is one piece.
    """
    starts = [0]
    start = 0
    while len(text) - start > PIECE:
        end = start + PIECE
        found = text.rfind("\n", start, end) + 1
        if not found:
            blank = _LAST_BLANK.match(text, start, end)
            found = blank.end() if blank else _between_clusters(text, start, end)
        starts.append(found)
        start = found
    return [*starts, len(text)]


def _between_clusters(text: str, start: int, end: int) -> int:
    for at in range(end, max(start, end - CLUSTER), -1):
        if not _joined(text, start, at):
            return at
    return end


def _joined(text: str, start: int, at: int) -> bool:
    """Whether what stands before and after is drawn as one: an accent, a skin tone, a family, a flag."""
    char = text[at]
    if text[at - 1] == "\u200d" or char == "\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    if char in _REGIONAL:
        before = text[start:at]
        return (len(before) - len(before.rstrip(_REGIONAL))) % 2 == 1
    return category(char) in {"Mn", "Mc", "Me"} or "\U000e0020" <= char <= "\U000e007f"


def fold(text: str, width: int) -> list[tuple[int, int]]:
    """Fold a text into lines of a width: from where to where each goes, leaving out nothing but line ends.

    Blanks at the end of a line may stand out; they are not seen anyway.
    """
    rows: list[tuple[int, int]] = []
    start = 0
    for line in text.removesuffix("\n").split("\n"):
        rows += [(start + a, start + b) for a, b in pairwise([0, *_breaks(line, max(2, width)), len(line)])]
        start += len(line) + 1
    return rows


def _breaks(line: str, width: int) -> list[int]:
    """Find where in a line the next one has to begin."""
    if len(line) * 2 <= width or cell_len(line) <= width:
        return []
    breaks: list[int] = []
    used = 0
    for word in _WORD.finditer(line):
        wide = cell_len(word[1])
        if word[1] and used and used + wide > width:
            breaks.append(word.start())
            used = 0
        if wide > width:
            at = word.start()
            *full, rest = _chopped(word[1], width)
            for part in full:
                at += len(part)
                breaks.append(at)
            wide = cell_len(rest)
        used += wide + cell_len(word[2])
    return breaks


def _chopped(word: str, width: int) -> list[str]:
    """Chop a word wider than a line; nonsense that is measured in two ways is halved until it fits."""
    parts = chop_cells(word, width)
    if "".join(parts) != word:
        parts = [word]
    return [half for part in parts for half in _halved(part, width)]


def _halved(part: str, width: int) -> list[str]:
    if len(part) < 2 or cell_len(part) <= width:
        return [part]
    middle = len(part) // 2
    return [*_halved(part[:middle], width), *_halved(part[middle:], width)]
