"""Which texts a query finds, and in which order: what holds its words first, then what nearly does.

Pure, and quick enough to run at every key over fifty thousand texts. Within each kind of hit the given order
stays, which is that of the chat list: the latest first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, islice, repeat
from operator import contains

from watui.text import fold

ENOUGH = 60
"""Hits beyond which nobody looks for what only nearly fits; and as many of those are found at most."""

LEAPING = 3
"""Letters from which a query may leave letters out: `mro` finds Maria Oliveira."""

MISTYPED = 5
"""Letters from which a query may hold a wrong one; of fewer too little is left to tell names apart."""

LIKENESS = 80
"""How much of a hundred the letters of a mistyped query must fit some stretch of the text."""

_NUMBER = re.compile(r"[+(]?[\d\s().\-/]*\d[\d\s().\-/]*")


@dataclass(slots=True)
class Found:
    """What a query found, by places in the texts."""

    query: str
    exact: list[int]
    """The hits that hold every word; only they can do so for a longer query."""
    near: list[int]
    texts: Sequence[str] = ()
    """The texts of the exact hits."""

    @property
    def places(self) -> list[int]:
        """Every hit, the best kind first."""
        return self.exact + self.near if self.near else self.exact


def text_of(name: str, number: str) -> str:
    """Make the text under which somebody is found: the name without case and accents, and the number."""
    return f"{fold(name)}\n{number}" if number else fold(name)


def terms(query: str) -> str:
    """Reduce a query to what is compared: a number to its digits, anything else as names are."""
    query = query.strip()
    if _NUMBER.fullmatch(query):
        return "".join(filter(str.isdecimal, query))
    return " ".join(fold(query).split())


def search(query: str, texts: Sequence[str], within: Found | None = None) -> Found:
    """Find the texts that fit a query as `terms` gives it.

    `within` is what the same texts gave for a beginning of the query, so that each further key costs less.
    """
    usable = within is not None and query.startswith(within.query)
    exact = within.exact if within is not None and usable else [*range(len(texts))]
    holding = within.texts if within is not None and usable else texts
    for word in query.split():
        # In C throughout: this is what a key costs while thousands of texts fit.
        fits = [*map(contains, holding, repeat(word))]
        if not all(fits):
            exact, holding = [*compress(exact, fits)], [*compress(holding, fits)]
    near: list[int] = []
    if len(exact) < ENOUGH and len(query) >= LEAPING and not query.isdecimal():
        near = _near(query, texts, frozenset(exact))
    return Found(query, exact, near, holding)


def warm() -> None:
    """Import what the search for near hits needs, before the key that needs it."""
    from rapidfuzz import fuzz, process  # noqa: F401, PLC0415
    from rapidfuzz.distance import LCSseq  # noqa: F401, PLC0415


def _near(query: str, texts: Sequence[str], found: frozenset[int]) -> list[int]:
    """Find what leaves letters out, then what holds a wrong one."""
    # Imported here: it takes 40 ms, which the first paint need not wait for.
    from rapidfuzz import fuzz, process  # noqa: PLC0415
    from rapidfuzz.distance import LCSseq  # noqa: PLC0415

    length = len(query)
    wrong = 1 if length >= MISTYPED else 0
    leaping = _leap(query)
    near: list[int] = []
    rest: list[int] = []
    # How many of the letters stand in a text in their order: by far the quickest way to leave most texts out.
    common = process.extract_iter(query, texts, scorer=LCSseq.similarity, score_cutoff=length - wrong)
    for text, letters, place in common:
        if place in found:
            continue
        if letters == length and leaping.search(text):
            near.append(place)
            if len(near) == ENOUGH:
                return near
        elif wrong:
            rest.append(place)
    alike = process.extract_iter(
        query, (texts[place] for place in rest), scorer=fuzz.partial_ratio, score_cutoff=LIKENESS
    )
    return near + [rest[index] for _, _, index in islice(alike, ENOUGH - len(near))]


def _leap(query: str) -> re.Pattern[str]:
    """Make a pattern of letters in their order, the first one at the beginning of a word."""
    first, *others = (re.escape(letter) for letter in query if not letter.isspace())
    return re.compile(rf"\b{first}" + "".join(f"[^{other}\n]*{other}" for other in others))
