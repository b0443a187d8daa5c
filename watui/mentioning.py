"""Mentions while they are written: what stands for somebody in a text, and what is sent in its place.

WhatsApp sends `@` and the user part of a jid, and the jid beside the text; a person writes `@` and a name.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from watui.text import Safe, fold, one_line

__all__ = ["Given", "Member", "members_of", "resolve"]

Given = tuple[Safe, Safe, Safe]
"""Somebody in a group: the jid, the name and the number, the latter two empty where they are not known."""


LONGEST = 60
"""Characters kept of a name."""


class Member(NamedTuple):
    """Somebody who can be mentioned."""

    jid: Safe
    label: Safe
    """What is written behind the @; no two members of a group have the same."""
    number: Safe
    """Empty where it is not known."""
    found_by: tuple[str, ...]
    """Texts of which one holds what is typed to find this member: name, the same without blanks, number."""


def members_of(given: Sequence[Given]) -> tuple[Member, ...]:
    """Label the members of a group: by their names, those of one name with their numbers behind it."""
    numbers = [one_line(number) for _, _, number in given]
    standing = [number or _user(jid) for (jid, _, _), number in zip(given, numbers, strict=True)]
    names = [one_line(name, limit=LONGEST) for _, name, _ in given]
    names = [name or number for name, number in zip(names, standing, strict=True)]
    often = Counter(names)
    used: set[str] = set()
    members: list[Member] = []
    for place, (jid, _, _) in enumerate(given):
        name, number = names[place], numbers[place]
        label: str = name if often[name] == 1 else f"{name} {standing[place]}"
        while label in used:  # somebody may be called what another one is labelled
            label = f"{label} {_user(jid)}"
        used.add(label)
        folded = fold(label)
        digits = "".join(filter(str.isdecimal, number))
        members.append(Member(jid, Safe(label), number, (folded, folded.replace(" ", ""), digits)))
    return tuple(members)


def resolve(text: str, taken: Mapping[str, Safe]) -> tuple[str, tuple[Safe, ...]]:
    """Put the numbers of those who are mentioned into a text, and tell who they are, each once.

    `taken` gives the jid for each label that was put into the text; only whole words count, and of labels
    that begin alike the longest.
    """
    labels = sorted(filter(None, taken), key=len, reverse=True)
    if not labels or "@" not in text:
        return text, ()
    mentions: dict[Safe, None] = {}

    def number(match: re.Match[str]) -> str:
        jid = taken[match[1]]
        mentions[jid] = None
        return f"@{_user(jid)}"

    # An underscore is no letter here: _@Maria_ is a mention in italics.
    found = re.compile(rf"(?<![^\W_])@({'|'.join(map(re.escape, labels))})(?![^\W_])")
    return found.sub(number, text), tuple(mentions)


def _user(jid: Safe) -> Safe:
    return Safe(jid.partition("@")[0])
