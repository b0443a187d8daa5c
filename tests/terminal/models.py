"""How terminals were seen to take text (design notes, section 6), and a screen that behaves like each."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.cells import get_character_cell_size

from watui.terminal.facts import SAMPLES
from watui.terminal.hard import PEOPLE, PICTURES, age_of

_PICTURE = re.compile(f"[{PICTURES}]")
_NARROW = re.compile("[0-9#*\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]")
_TOKEN = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[[\d;]*m|([^\x1b])", re.DOTALL)


@dataclass(frozen=True)
class Model:
    """One terminal's way of counting."""

    name: str
    selector: bool = False
    """Whether VS16 makes an emoji wide."""
    joins: bool = False
    joins_letters: bool = False
    tones: bool = False
    vowel: int = 1
    lone_letter: int = 1
    tag: int = 0
    ages: Mapping[str, int] = field(default_factory=dict)
    private: int = 1
    circled: int = 1
    unassigned: int = 0

    def cells(self) -> dict[str, int]:
        """What it would answer to the probe."""
        return {kind: sum(self.steps(text)) for kind, text in SAMPLES.items()}

    def steps(self, text: str) -> list[int]:
        """How far the cursor goes with each character."""
        return [cells for cells, _ in self.walk(text)]

    def walk(self, text: str) -> list[tuple[int, str]]:
        taken: list[tuple[int, str]] = []
        before, letter, joined = "", False, False  # the character before, whether half a flag, whether joined
        for place, char in enumerate(text):
            cells = get_character_cell_size(char)
            category = unicodedata.category(char)
            half = False
            if "\U0001f1e6" <= char <= "\U0001f1ff":
                follows = "\U0001f1e6" <= text[place + 1 : place + 2] <= "\U0001f1ff"
                cells = 1 if letter or follows else self.lone_letter
                half = not letter
            elif char == "\ufe0f":
                wide = self.selector and not joined and get_character_cell_size(before or "\ufe0f") == 1
                cells = int(wide and _NARROW.match(before) is not None)
            elif "\U0001f3fb" <= char <= "\U0001f3ff":
                cells = 0 if self.tones and PEOPLE.match(before) else 2
            elif "\U000e0020" <= char <= "\U000e007f":
                cells = self.tag
            elif self.joins and before == "\u200d" and (self.joins_letters or _PICTURE.match(char)):
                cells = 0
            elif (age := age_of(char)) and char != "䷀":  # which libraries of C differ on
                cells = self.ages.get(age, cells)
            elif category == "Mc":
                cells = self.vowel
            elif category == "Co":
                cells = self.private
            elif "\u3248" <= char <= "\u324f":
                cells = self.circled
            elif category == "Cn":
                cells = self.unassigned
            taken.append((cells, char))
            before, letter, joined = char, half, self.joins and before == "\u200d"
        return taken


TRIGRAM = {"trigram": 1}
XTERM = Model("XTerm(379)", ages={**TRIGRAM, "u15": 1, "u16": 1, "u17": 1}, unassigned=1)
KITTY = Model(
    "kitty(0.26.5)",
    selector=True,
    tones=True,
    vowel=0,
    lone_letter=2,
    ages={**TRIGRAM, "u16": 1, "u17": 1},
    private=2,
    unassigned=1,
)
TMUX = Model(
    "tmux 3.3a", joins=True, joins_letters=True, circled=2, ages={**TRIGRAM, "u15": 0, "u16": 0, "u17": 0}
)
SCREEN = Model("", ages={**TRIGRAM, "u15": 1, "u16": 1, "u17": 1}, tag=1, private=2)
MODERN = Model("ghostty 1.2", selector=True, joins=True, tones=True, vowel=0)
MODELS = (XTERM, KITTY, TMUX, SCREEN, MODERN)


class Screen:
    """A few rows on which frames are drawn as a terminal of a model draws them; `#` where nothing was."""

    def __init__(self, model: Model, columns: int = 1000, rows: int = 4) -> None:
        self.model = model
        self.rows = [["#"] * columns for _ in range(rows)]

    def draw(self, frame: str) -> None:
        """Draw one frame; what a terminal joins, it joins also over a change of style."""
        row, column, run = 0, 0, ""
        for match in _TOKEN.finditer(frame):
            if match[3] is not None and match[3] != "\n":
                run += match[3]
            elif match[1] is not None:
                self._write(row, column, run)
                run = ""
                row, column = int(match[1]) - 1, int(match[2]) - 1
        self._write(row, column, run)

    def _write(self, row: int, column: int, run: str) -> None:
        for cells, char in self.model.walk(run):
            for place in range(column, column + cells):
                self.rows[row][place] = char
            column += cells
