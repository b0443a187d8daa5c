"""Text as this terminal must be given it, so that it takes the cells that Textual has laid out for it.

Terminals disagree on emoji, and Textual lays out by the newest Unicode. What this terminal takes otherwise is
drawn simpler, within the same cells; what nobody can tell is left for `frames` to hold in its place.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from watui.terminal.facts import SAMPLES, Terminal
from watui.terminal.hard import (
    DOUBTFUL,
    DOUBTFUL_ABOVE,
    NEW,
    NEWER,
    PEOPLE,
    PICTURES,
    TAGS,
    TONES,
    age_of,
    is_plain,
)

_SINGLE = f"[{PICTURES}](?:\ufe0f[{TONES}]?|[{TONES}])?"
_WHOLE = re.compile(f"{_SINGLE}(?:\u200d{_SINGLE})*|\U0001f3f4[{TAGS}]+|[0-9#*]\ufe0f\u20e3")
_MADE_UP = f"[\ufe0e\ufe0f\u20e3{TONES}{TAGS}]"
_HARD = re.compile(
    f"[\U0001f1e6-\U0001f1ff]+|[0-9#*{PICTURES}](?:{_MADE_UP}|\u200d.?)+|\u200d.?{_MADE_UP}*"
    f"|[\ufe0e\ufe0f{TONES}{TAGS}]+|[{NEWER}]",
    re.DOTALL,
)
_EMOJI = re.compile(f"[{PICTURES}\U0001f1e6-\U0001f1ff\u200d]|{_MADE_UP}")

TOFU = "▯"
"""What stands for a character that the terminal does not have."""


class Widths:
    """How one terminal is to be given its text; a text keeps its cells by Textual's measure."""

    def __init__(self, terminal: Terminal) -> None:
        cells = terminal.cells
        self._agrees = frozenset(kind for kind, text in SAMPLES.items() if cells.get(kind) == cell_len(text))
        if terminal.multiplexed:
            # The terminal that draws was not asked: what is made of several characters stays simple.
            self._agrees -= {"vs16", "keycap", "zwj", "rainbow", "skin", "tagflag"}
        self._terminal = terminal
        self._sure_of_vowels = {"vowel", "conjunct"} <= self._agrees
        doubted = "".join(chars for kind, chars in NEW.items() if kind not in self._agrees)
        self._doubtful = re.compile(f"[{DOUBTFUL}{DOUBTFUL_ABOVE}{doubted}]|\u200d(?![{PICTURES}])")
        self.simple = lru_cache(4096)(self._simple)

    def rewrite(self, text: str) -> str:
        """Make each emoji one that the terminal takes the same cells for, and unassigned characters a box."""
        if is_plain(text):
            return text
        # What is not assigned is not printable, nor are a few others.
        made = text if text.replace("\u200d", "").isprintable() else "".join(map(_boxed, text))
        made = _HARD.sub(self._replace, made)
        if cell_len(made) != (cells := cell_len(text)):
            # A selector counts for a character further back than the one it follows.
            made = _exactly(made, cells)
        return made

    def is_doubtful(self, text: str) -> bool:
        """Say whether nobody can tell the cells that the terminal will take for a rewritten text."""
        return self._doubtful.search(text) is not None

    def at_most(self, text: str) -> int:
        """Count the most cells that any terminal takes for a rewritten text, or a few more."""
        more, before = 0, ""
        for character in text:
            more += self._most(character) - cell_len(character)
            if before == "\u200d" and not _EMOJI.match(character):
                more += cell_len(character)  # which Textual has counted as nothing
            before = character
        return cell_len(text) + more

    def _most(self, character: str) -> int:
        cells = cell_len(character)
        category = unicodedata.category(character)
        if category == "Co" or "\u3248" <= character <= "\u324f" or "\u302e" <= character <= "\u302f":
            return 2
        if category == "Mc" or "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7ff":
            return cells if self._sure_of_vowels and category == "Mc" else max(cells, 1)
        return cells

    def _replace(self, match: re.Match[str]) -> str:
        return self.simple(match[0])

    def _simple(self, cluster: str) -> str:
        """Return what stands for one emoji, however it is made up."""
        first = cluster[0]
        if "\U0001f1e6" <= first <= "\U0001f1ff":
            return self._flags(cluster)
        if first == "\u200d" and cluster[1:2].isprintable() and not _EMOJI.match(cluster, 1):
            return cluster[:2]  # of a word; Textual counts what follows it as nothing
        cells = cell_len(cluster)
        if not cells:
            return ""
        if not self._knows(first):
            return set_cell_size(TOFU, cells)
        if len(cluster) == 1 or self._draws(cluster):
            return cluster
        return first + " " * (cells - cell_len(first)) if cell_len(first) <= cells else " " * cells

    def _knows(self, character: str) -> bool:
        """Say whether a character can be drawn where it must: not if the terminal gives it no cell."""
        kind = age_of(character)
        taken = self._terminal.cells.get(kind) if kind is not None else None
        if taken is None or kind in self._agrees:
            return True
        return 0 < taken <= cell_len(character) and (kind == "trigram" or not self._terminal.multiplexed)

    def _draws(self, cluster: str) -> bool:
        """Say whether the terminal is known to draw a cluster in the cells that it has."""
        if not _WHOLE.fullmatch(cluster):
            return False
        needed: set[str] = set()
        previous = ""
        for character in cluster:
            if character == "\ufe0f":
                if cell_len(previous) != 1 or cell_len(previous + character) != 2:
                    return False  # no emoji that it makes wide
                needed.add("vs16")
            elif character == "\u20e3":
                needed.add("keycap")
            elif character == "\u200d":
                needed |= {"zwj", "rainbow"} if cell_len(cluster[0]) == 1 else {"zwj"}
            elif character >= "\U000e0020":
                needed.add("tagflag")
            elif "\U0001f3fb" <= character <= "\U0001f3ff":
                if cell_len(previous) != 2 or not PEOPLE.match(previous):
                    return False
                needed.add("skin")
            elif (age := age_of(character)) is not None:
                needed.add(age)
            previous = character
        if "keycap" in needed:
            return "keycap" in self._agrees and "\ufe0f" in cluster
        return needed <= self._agrees

    def _flags(self, letters: str) -> str:
        """Keep pairs of regional letters if the terminal makes a flag of them; plain letters else."""
        kept = len(letters) - len(letters) % 2 if "flag" in self._agrees else 0
        return letters[:kept] + "".join(chr(ord(letter) - 0x1F1E6 + 0x41) for letter in letters[kept:])


def _boxed(character: str) -> str:
    """Put a box for a character that Unicode has not assigned, of the cells that Textual counts for it."""
    if unicodedata.category(character) != "Cn" or age_of(character):
        return character
    return set_cell_size(TOFU, cell_len(character))


def _exactly(text: str, cells: int) -> str:
    """Cut or pad a text; Rich's own way of it counts otherwise than `cell_len` where a joiner has no base."""
    end = bisect_right(range(len(text)), cells, key=lambda end: cell_len(text[:end]))
    cut = text[: end - 1] if cell_len(text) > cells else text
    return cut + " " * (cells - cell_len(cut))
