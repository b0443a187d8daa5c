"""WhatsApp's formatting of text: from a message as it was written to its lines and the looks of their parts.

Messages carry their formatting as markers in plain text, and every client makes of them what it can; the
rules here are WhatsApp's own. One pass to the right, nothing tried twice: a message made of markers costs
about as much as one made of words.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from watui.links import links

__all__ = ["Look", "Paragraph", "Run", "paragraphs"]


class Look(StrEnum):
    """What a part of a text is, so that a stylesheet can say how it looks."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strike"
    MONO = "mono"
    QUOTE = "quote"
    MENTION = "mention"
    LINK = "link"


@dataclass(slots=True, frozen=True)
class Run:
    """A part of a paragraph's text with a look of its own; runs nest or stand apart, the outer one first."""

    start: int
    end: int
    look: Look


@dataclass(slots=True, frozen=True)
class Paragraph:
    """One line of a message as it was written, not wrapped yet."""

    lead: str
    """What stands before its first wrapped line; the others are indented by as much."""
    text: str
    runs: tuple[Run, ...] = ()
    repeat: bool = False
    """Whether the lead stands before the other lines too."""


class _Fixed(NamedTuple):
    """A part of a line in which no marker counts, and what is shown in its place."""

    start: int
    end: int
    shown: str
    look: Look


class _Mono(NamedTuple):
    """What stands between backticks, in a text of many lines."""

    start: int
    end: int
    ticks: int


_LOOKS = {"*": Look.BOLD, "_": Look.ITALIC, "~": Look.STRIKE}
_FENCE = "```"

# One of these must be there for anything to be formatted; most messages have none and go no further.
_ANYTHING = frozenset("*_~`@/")
_LEAD = re.compile("(?:(?P<quote>>)|(?P<bullet>[-*•])|(?P<number>[0-9]{1,3}[.])) (?=[ ]*[^ \n])")
_ANY_LEAD = re.compile(f"^{_LEAD.pattern}", re.MULTILINE)
_TOKEN = re.compile(r"([*_~])\1*+|@[0-9]++")
_TICKS = re.compile("`+|\n")


def paragraphs(text: str, mentions: Mapping[str, str] | None = None) -> list[Paragraph]:
    """Split a message into its lines, markers taken out and kept as runs, so that they can be wrapped.

    `mentions` gives, for the digits behind an @, the name to show in their place.
    """
    if _ANYTHING.isdisjoint(text) and "www." not in text.lower() and not _ANY_LEAD.search(text):
        return [Paragraph("", line) for line in text.split("\n")]
    monos = _monos(text) if "`" in text else []
    shown: list[Paragraph] = []
    start = following = 0
    for line in text.split("\n"):
        end = start + len(line)
        fixed: list[_Fixed] = []
        while following < len(monos) and monos[following].start < end:
            fixed.append(_within(text, monos[following], start, end))
            if monos[following].end > end:
                break
            following += 1
        # A line that holds but the backticks around a block is not there to be read.
        if not line or not fixed or fixed[0].shown or fixed[0].end - fixed[0].start < len(line):
            shown.append(_paragraph(line, fixed, mentions or {}))
        start = end + 1
    return shown


def _monos(text: str) -> list[_Mono]:
    """Find what stands between one or three backticks; that comes before anything else."""
    ticks: list[tuple[int, int, int]] = []
    line = 0
    for match in _TICKS.finditer(text):
        if match[0] == "\n":
            line += 1
        elif len(match[0]) in {1, len(_FENCE)}:
            ticks.append((match.start(), len(match[0]), line))
    found: list[_Mono] = []
    done = 0
    closing = {1: 0, len(_FENCE): 0}  # where to look for the next of each: further on every time
    for index, (start, size, line) in enumerate(ticks):
        if start < done or not _opens(text, start, start + size):
            continue
        other = max(closing[size], index + 1)
        while other < len(ticks) and not _is_other(text, ticks[other], size):
            other += 1
        closing[size] = other
        if other == len(ticks):
            continue
        until, _, last = ticks[other]
        if last == line if size == 1 else not text[start + size : until].isspace():
            done = until + size
            found.append(_Mono(start, done, size))
    return found


def _is_other(text: str, ticks: tuple[int, int, int], size: int) -> bool:
    return ticks[1] == size and _closes(text, ticks[0], ticks[0] + size)


def _within(text: str, mono: _Mono, start: int, end: int) -> _Fixed:
    """Take what of a block lies on one line."""
    shown = text[max(mono.start + mono.ticks, start) : max(start, min(mono.end - mono.ticks, end))]
    return _Fixed(max(mono.start, start) - start, min(mono.end, end) - start, shown, Look.MONO)


def _paragraph(line: str, fixed: list[_Fixed], mentions: Mapping[str, str]) -> Paragraph:
    lead = None if fixed and fixed[0].start == 0 else _LEAD.match(line)
    inline = _Inline(line, lead.end() if lead else 0)
    inline.read(fixed, mentions)
    text, runs = inline.result()
    if lead is None:
        return Paragraph("", text, runs)
    if lead["quote"]:
        return Paragraph("┃ ", text, (Run(0, len(text), Look.QUOTE), *runs) if text else (), repeat=True)
    return Paragraph("• " if lead["bullet"] else lead[0], text, runs)


class _Inline:
    """One line being read: its text in pieces, of which those that turn out to be markers become empty."""

    __slots__ = ("_at", "_line", "_open", "_pieces", "_runs", "_stack")

    def __init__(self, line: str, start: int) -> None:
        self._line = line
        self._at = start
        self._pieces: list[str] = []
        self._runs: list[tuple[int, int, Look]] = []  # from and to which piece
        self._stack: list[str] = []  # markers that wait for their other half, the innermost last
        self._open: dict[str, int] = {}  # and which piece each is

    def read(self, fixed: list[_Fixed], mentions: Mapping[str, str]) -> None:
        """Read the whole line."""
        line = self._line
        found = [_Fixed(link.start, link.end, line[link.start : link.end], Look.LINK) for link in links(line)]
        parts = iter(sorted(fixed + found, key=lambda part: part.start))
        part = next(parts, None)
        for token in _TOKEN.finditer(line, self._at):
            here = token.start()
            while part is not None and part.start <= here:
                self._fix(part)
                part = next(parts, None)
            if here < self._at:
                continue
            if token[1]:
                self._mark(here, token.end())
            elif (name := mentions.get(token[0][1:])) and not _is_word(line[here - 1 : here]):
                self._fix(_Fixed(here, token.end(), f"@{name}", Look.MENTION))
        while part is not None:
            self._fix(part)
            part = next(parts, None)

    def result(self) -> tuple[str, tuple[Run, ...]]:
        """Put the pieces together."""
        pieces = [*self._pieces, self._line[self._at :]]
        places = [0, *accumulate(map(len, pieces))]
        # What was closed later lies around what was closed before.
        runs = [Run(places[first], places[last], look) for first, last, look in reversed(self._runs)]
        runs.sort(key=lambda run: (run.start, -run.end))
        return "".join(pieces), tuple(runs)

    def _fix(self, part: _Fixed) -> None:
        if part.start < self._at:
            return  # a link in code
        self._pieces += (self._line[self._at : part.start], part.shown)
        self._at = part.end
        if part.shown:
            self._runs.append((len(self._pieces) - 1, len(self._pieces), part.look))

    def _mark(self, start: int, end: int) -> None:
        """Take a marker for what it is; of several in a row the first may close and the last may open."""
        marker = self._line[start]
        first = self._open.get(marker)
        if first is not None and _closes(self._line, start, end):
            self._pieces += (self._line[self._at : start], "")
            self._pieces[first] = ""
            self._runs.append((first, len(self._pieces), _LOOKS[marker]))
            # What was opened inside and not closed there stays as it was written.
            while (inner := self._stack.pop()) != marker:
                del self._open[inner]
            del self._open[marker]
            self._at = start + 1
        if marker not in self._open and self._at < end and _opens(self._line, start, end):
            self._pieces += (self._line[self._at : end - 1], marker)
            self._stack.append(marker)
            self._open[marker] = len(self._pieces) - 1
            self._at = end


def _opens(text: str, start: int, end: int) -> bool:
    """Tell whether markers stand where one may open: outside of words, with a text right behind it."""
    after = text[end : end + 1]
    if not after or _is_word(text[max(0, start - 1) : start]):
        return False
    return text[start:end] == _FENCE or not (after.isspace() or _is_mark(after))


def _closes(text: str, start: int, end: int) -> bool:
    """Tell whether markers stand where one may close: right behind a text, outside of words."""
    after = text[end : end + 1]
    if not start or _is_word(after):
        return False
    return text[start:end] == _FENCE or not (text[start - 1].isspace() or _is_mark(after))


def _is_word(char: str) -> bool:
    """Tell whether a marker beside this character is part of a word; a vowel sign is, no emoji is."""
    if char <= "\u02ff":
        return char.isalnum()
    if char.isalnum():
        return True
    return unicodedata.category(char) in {"Mn", "Mc"} and not "\ufe00" <= char <= "\ufe0f"


def _is_mark(char: str) -> bool:
    """Tell whether this makes another character of the marker before it, as in the key * of a telephone."""
    return char > "\u02ff" and unicodedata.category(char).startswith("M")
