"""Emoji by name: what `smi` finds.

Pure. The names come from the `emoji` library, whose table takes 25 ms to read: it is read when somebody first
looks for an emoji, and never before. Skin tones are not listed, or each person would come six times.
"""

import re
from dataclasses import dataclass
from functools import cache

from watui.text import fold

__all__ = ["USUAL", "Emoji", "about", "bare", "find", "named", "warm"]

USUAL = ("👍", "❤️", "😂", "😮", "😢", "🙏")
"""What WhatsApp itself offers as reactions."""

GUESSED = 3
"""Letters from which a name may be mistyped."""

LIKENESS = 75
"""How much of a hundred a mistyped name must be like the right one."""

_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
_BETWEEN = re.compile(r"(?<=\w)[_\s-]+(?=\w)|_")


@dataclass(slots=True, frozen=True)
class Emoji:
    """An emoji and what it is called, in English."""

    character: str
    """One or several characters that are shown as one."""
    name: str
    """Words that describe it."""
    alias: str
    """What it is called between two colons, without them."""


@dataclass(slots=True, frozen=True)
class _Index:
    """All emoji in the table's order, and under what they are found."""

    emojis: list[Emoji]
    keys: list[tuple[str, ...]]
    """The name of each comes behind its aliases."""
    words: list[str]
    """All words of each with a blank before every one."""
    named: dict[str, str]
    about: dict[str, Emoji]


def find(typed: str, limit: int, *, near: bool = True) -> list[Emoji]:
    """Find at most `limit` emoji by a part of their name, the likeliest first, with or without colons.

    First what is called so or begins so, the shortest name first, then what has words that begin so; and
    where `near` and there is room, what is called nearly so.
    """
    key = _key(typed.strip().strip(":"))
    if not key:
        return []
    index = _index()
    starts = [f" {word}" for word in key.split()]
    ranked: list[tuple[int, int, int, int]] = []
    for place, (keys, words) in enumerate(zip(index.keys, index.words, strict=True)):
        if starts[0] not in words:
            continue
        begun = [(len(each), which) for which, each in enumerate(keys) if each.startswith(key)]
        if begun:
            ranked.append((0, *min(begun), place))
        elif all(start in words for start in starts):
            ranked.append((1, len(index.emojis[place].name), 0, place))
    places = [ranks[-1] for ranks in sorted(ranked)[:limit]]
    if near and len(places) < limit and len(key) >= GUESSED:
        places += _near(key, limit - len(places), frozenset(places))
    return [index.emojis[place] for place in places]


def named(alias: str) -> str | None:
    """Give the emoji that is called exactly so between two colons."""
    return _index().named.get(alias.casefold())


def about(character: str) -> Emoji | None:
    """Tell what an emoji is called, whichever of its spellings and skin tones this is."""
    return _index().about.get(_TONES.sub("", bare(character)))


def bare(character: str) -> str:
    """Leave out what only asks for colours: phones and gateways do not agree on whether to write it."""
    return character.replace("\ufe0f", "")


def warm() -> None:
    """Read the table, before the key that needs it."""
    _index()


def _near(key: str, limit: int, found: frozenset[int]) -> list[int]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - takes 40 ms, which the first paint need not wait for

    index = _index()
    flat = [(each, place) for place, keys in enumerate(index.keys) if place not in found for each in keys]
    alike = process.extract(
        key, [each for each, _ in flat], scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=2 * limit
    )
    return [*dict.fromkeys(flat[at][1] for _, _, at in alike)][:limit]


def _key(name: str) -> str:
    """Reduce a name to what is compared: words without case and accents, a blank between them."""
    return _BETWEEN.sub(" ", fold(name)).strip()


@cache
def _index() -> _Index:
    from emoji import EMOJI_DATA, STATUS  # noqa: PLC0415 - see above

    index = _Index([], [], [], {}, {})
    described: dict[str, str] = {}
    full = STATUS["fully_qualified"]
    for character, facts in EMOJI_DATA.items():
        if facts["status"] != full or _TONES.search(character):
            continue
        names = [name.strip(":") for name in (*facts.get("alias", ()), facts["en"])]
        emoji = Emoji(character, names[-1].replace("_", " "), names[0])
        keys = tuple(dict.fromkeys(map(_key, names)))
        index.emojis.append(emoji)
        index.keys.append(keys)
        index.words.append(" " + " ".join(keys))
        index.about[bare(character)] = emoji
        for alias in names[:-1]:
            index.named.setdefault(alias.casefold(), character)
        described[names[-1].casefold()] = character
    for name, character in described.items():  # one emoji's alias may be another one's name
        index.named.setdefault(name, character)
    return index
