"""Text from right to left in terminals that know only one direction: Unicode's bidirectional algorithm.

This is UAX #9 for one line without tabs, embeddings, overrides and isolates, which `watui.text.clean`
takes out of every text: rules W1 to W7, N0 to N2, I1 and I2, L2 to L4. python-bidi gives back only the
line, not where each character went, and takes marks and joined emoji apart; so the tests ask it for the
order, and the program does not need it.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import groupby, pairwise

__all__ = ["has_rtl", "in_order", "is_rtl", "leave_to_terminal", "ours", "visual"]

# The blocks of scripts from right to left; Arabic digits are among them, since they order each other so.
_RTL = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"

_STRONG = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
_OPEN_BRACKETS = 63
"""Brackets that may be open at a time before pairing is given up, as the standard has it."""

_OTHER_SIDE = {"LEFT": "RIGHT", "RIGHT": "LEFT", "LESS": "GREATER", "GREATER": "LESS"}


def has_rtl(text: str) -> bool:
    """Tell whether a text has anything that may run from right to left, so that other text costs nothing."""
    return not text.isascii() and _rtl().search(text) is not None


def is_rtl(text: str) -> bool:
    """Tell whether a paragraph runs from right to left, which its first letter decides."""
    if not has_rtl(text):
        return False
    for char in text:
        kind = _kind(char)
        if kind in {"L", "R", "AL"}:
            return kind != "L"
    return False


_left_to_terminal = False


def leave_to_terminal() -> None:
    """Leave the order of all text to the terminal from now on, since it sees to that by itself."""
    global _left_to_terminal  # noqa: PLW0603 - there is one terminal
    _left_to_terminal = True


def ours() -> bool:
    """Tell whether lines are to be put in order here."""
    return not _left_to_terminal


def in_order(line: str, *, rtl: bool | None = None) -> str:
    """Put a line in the order in which it is read off the screen.

    `rtl` is the direction of its paragraph; one that stands by itself, as a name does, has its own.
    """
    if not has_rtl(line) or not ours():
        return line
    return visual(line, rtl=is_rtl(line) if rtl is None else rtl)[0]


def visual(line: str, *, rtl: bool) -> tuple[str, list[int]]:
    """Put one wrapped line in the order in which it is read off a screen, for terminals that do not.

    `rtl` is the direction of its paragraph. The list gives for each character of the result its index
    in `line`, so that looks can follow; marks and joined emoji stay behind their base.
    """
    if not rtl and not has_rtl(line):
        return line, list(range(len(line)))
    clusters = _clusters(line)
    bases = "".join(line[first] for first, _ in clusters)
    levels = _levels(bases, 1 if rtl else 0)
    shown: list[str] = []
    indexes: list[int] = []
    for cluster in _order(levels):
        first, end = clusters[cluster]
        base = line[first]
        shown.append(_mirror(base) if levels[cluster] % 2 else base)
        shown.append(line[first + 1 : end])
        indexes += range(first, end)
    return "".join(shown), indexes


@cache
def _rtl() -> re.Pattern[str]:
    """Make the pattern when the first text beyond ASCII is met, and not at start."""
    return re.compile(_RTL)


def _clusters(line: str) -> list[tuple[int, int]]:
    """Find what must not be taken apart; a simple rule, since what is written from left to right stays so."""
    starts: list[int] = []
    before = ""
    for index, char in enumerate(line):
        joined = before == "\u200d" and unicodedata.category(char) == "So"
        if not before or char < "\u0300" or not (joined or _extends(char)):
            starts.append(index)
        before = char
    return list(pairwise([*starts, len(line)]))


def _extends(char: str) -> bool:
    return (
        char in "\u200c\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= char <= "\U000e007f"  # the letters of regional flags
        or unicodedata.category(char) in {"Mn", "Me", "Mc"}
    )


def _kind(char: str) -> str:
    """Give a character's bidirectional class, also where this Python's Unicode is too old to know it."""
    return unicodedata.bidirectional(char) or ("R" if has_rtl(char) else "L")


def _levels(chars: str, base: int) -> list[int]:
    """Resolve how deep each character lies: even levels run from left to right, odd ones to the left."""
    toward = "R" if base else "L"
    kinds = _weak([_kind(char) for char in chars], toward)
    _brackets(chars, kinds, toward)
    _neutral(kinds, toward)
    return [base + _rise(kind, base) for kind in kinds]


def _rise(kind: str, base: int) -> int:
    """Tell how many levels above its paragraph a character lies (I1 and I2)."""
    if base:
        return 0 if kind == "R" else 1
    return {"L": 0, "R": 1}.get(kind, 2)


def _weak(kinds: list[str], toward: str) -> list[str]:
    """Resolve what numbers, and the signs in and around them, count as (W1 to W7)."""
    weak: list[str] = []
    strong = toward
    for kind in kinds:
        if kind in {"L", "R", "AL"}:
            strong = kind
        if kind == "EN" and strong == "AL":
            weak.append("AN")
        elif kind == "NSM":  # one without a base, so at the start
            weak.append(toward)
        else:
            weak.append({"AL": "R", "BN": "ON"}.get(kind, kind))
    for index in range(1, len(weak) - 1):
        kind, before = weak[index], weak[index - 1]
        if before == weak[index + 1] and (kind, before) in {("ES", "EN"), ("CS", "EN"), ("CS", "AN")}:
            weak[index] = before
    for step, indexes in ((-1, range(1, len(weak))), (1, range(len(weak) - 2, -1, -1))):
        for index in indexes:
            if weak[index] == "ET" and weak[index + step] == "EN":
                weak[index] = "EN"
    strong = toward
    for index, kind in enumerate(weak):
        if kind in {"L", "R"}:
            strong = kind
        elif kind in {"ES", "ET", "CS"}:
            weak[index] = "ON"
        elif kind == "EN" and strong == "L":
            weak[index] = "L"
    return weak


def _brackets(chars: str, kinds: list[str], toward: str) -> None:
    """Let both brackets of a pair run in one direction, so that they are seen to belong together (N0)."""
    for opening, closing in _pairs(chars, kinds):
        inside = {_STRONG.get(kind) for kind in kinds[opening + 1 : closing]}
        if inside <= {None}:
            continue
        direction = toward
        if toward not in inside:
            before = (_STRONG.get(kinds[index]) for index in range(opening - 1, -1, -1))
            direction = next(filter(None, before), toward)
        kinds[opening] = kinds[closing] = direction


def _pairs(chars: str, kinds: list[str]) -> list[tuple[int, int]]:
    """Find the brackets that belong together, in the order of the opening ones."""
    pairs: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for index, char in enumerate(chars):
        category = unicodedata.category(char) if kinds[index] == "ON" else ""
        if category not in {"Ps", "Pe"} or not unicodedata.mirrored(char):
            continue
        if category == "Ps":
            if len(waiting) == _OPEN_BRACKETS:
                break
            waiting.append((unicodedata.normalize("NFC", _mirror(char)), index))
            continue
        closing = unicodedata.normalize("NFC", char)
        for depth in reversed(range(len(waiting))):
            if waiting[depth][0] == closing:
                pairs.append((waiting[depth][1], index))
                del waiting[depth:]
                break
    return sorted(pairs)


def _neutral(kinds: list[str], toward: str) -> None:
    """Let what has no direction follow its neighbours if they agree, and else its paragraph (N1 and N2)."""
    start = 0
    for neutral, group in groupby(kinds.copy(), lambda kind: kind not in _STRONG):
        end = start + len(list(group))
        if neutral:
            before = _STRONG[kinds[start - 1]] if start else toward
            after = _STRONG[kinds[end]] if end < len(kinds) else toward
            kinds[start:end] = [before if before == after else toward] * (end - start)
        start = end


def _order(levels: list[int]) -> list[int]:
    """Turn round every stretch of a level or a deeper one, the deepest first (L2)."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        for deep, group in groupby(levels, level.__le__):
            end = start + len(list(group))
            if deep:
                order[start:end] = order[start:end][::-1]
            start = end
    return order


@lru_cache(maxsize=256)
def _mirror(char: str) -> str:
    """Give the character that faces the other way; Python knows that there is one, and names tell which."""
    if not unicodedata.mirrored(char):
        return char
    name = re.sub("LEFT|RIGHT|LESS|GREATER", lambda side: _OTHER_SIDE[side[0]], unicodedata.name(char, ""))
    try:
        return unicodedata.lookup(name)
    except KeyError:  # a mathematical sign that would have to be drawn the other way round
        return char
