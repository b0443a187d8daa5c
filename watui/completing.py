"""Completion while a message is written: what is typed at the cursor, and what may stand in its place.

Pure. The composer holds an `Offers` and asks it at every key, so that what a key does depends on the keys
before it and not on what has been painted since.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from watui.mentioning import Member
from watui.text import fold

__all__ = ["Candidate", "Command", "Offers", "Token", "Wanted", "wanted"]

Command = tuple[str, str, str]
"""A command: its name without the slash, what it takes, and words that say what it does."""

LONGEST = 64
"""Characters behind which nobody wants what is typed to be completed."""

OFFERED = 50
"""Candidates that are offered at most."""


class Token(StrEnum):
    """What kind of thing is being typed."""

    EMOJI = "emoji"
    MEMBER = "member"
    COMMAND = "command"


class Wanted(NamedTuple):
    """Something that can be completed, from its sign up to the cursor."""

    kind: Token
    start: int
    """Where its sign stands in the text before the cursor."""
    typed: str
    """What is typed behind the sign."""
    closed: bool = False
    """Whether it is an emoji's whole name, with the colon behind it."""


class Candidate(NamedTuple):
    """Something that may stand in the place of what is typed."""

    insert: str
    shown: str
    note: str
    """A few quiet words about it."""
    value: str
    """The emoji, the jid or the command's name."""


_COMMAND = r"/(\w*)\Z"
# Two letters at least, or every smiley made of signs would be one; `+1` and `-1` are emoji too.
_EMOJI = r"(?<![\w:/]):([+-]1|\w[\w+-]+)(:?)\Z"
# Not within a word, or every e-mail address would be one, nor within a link.
_MEMBER = r"(?<![\w/.@+-])@([^\s@]*)\Z"


def wanted(text: str, *, group: bool) -> Wanted | None:
    """Find what is being typed at the end of the text before the cursor; people are mentioned in groups."""
    if len(text) <= LONGEST and (command := re.match(_COMMAND, text)):
        return Wanted(Token.COMMAND, 0, command[1])
    before = max(0, len(text) - LONGEST)
    token = re.compile(_EMOJI).search(text, before)
    if token is not None:
        return Wanted(Token.EMOJI, token.start(), token[1], closed=bool(token[2]))
    token = re.compile(_MEMBER).search(text, before) if group else None
    return Wanted(Token.MEMBER, token.start(), token[1]) if token is not None else None


class Offers:
    """What is offered at the cursor, and which of it is meant."""

    def __init__(self) -> None:
        self.group = False
        self.members: Sequence[Member] = ()
        self.commands: Sequence[Command] = ()
        self.wanted: Wanted | None = None
        self.candidates: list[Candidate] = []
        """Empty when nothing is offered."""
        self.cursor = 0
        self._declined: tuple[Token, int] | None = None

    def look(self, text: str) -> None:
        """Offer what can stand at the end of the text before the cursor; not again what was declined."""
        found = wanted(text, group=self.group)
        token = (found.kind, found.start) if found is not None else None
        if token != self._declined:
            self._declined = None
        if found != self.wanted:
            self.cursor = 0
        self.wanted = found
        self.candidates = self._candidates(found) if found is not None and self._declined is None else []

    def end(self) -> None:
        """Offer nothing any more: the cursor is somewhere else."""
        self.wanted, self.candidates = None, []

    def decline(self) -> None:
        """Offer nothing for as long as the same thing is typed, however it goes on."""
        if self.wanted is not None:
            self._declined = (self.wanted.kind, self.wanted.start)
        self.candidates = []

    def move(self, by: int) -> None:
        """Mean another candidate."""
        self.cursor = max(0, min(self.cursor + by, len(self.candidates) - 1))

    @property
    def whole(self) -> bool:
        """Whether what is typed needs no completing, so that Enter does not mean a candidate."""
        wanted = self.wanted
        if wanted is None or wanted.kind is not Token.COMMAND:
            return False
        return any(name == wanted.typed for name, _, _ in self.commands)

    def _candidates(self, wanted: Wanted) -> list[Candidate]:
        match wanted.kind:
            case Token.EMOJI:
                return [] if wanted.closed else _emojis(wanted.typed)
            case Token.MEMBER:
                return _members(wanted.typed, self.members)
            case Token.COMMAND:
                return _commands(wanted.typed, self.commands)


def _emojis(typed: str) -> list[Candidate]:
    from watui import emojis  # noqa: PLC0415 - when one is wanted

    # Nothing that is only called nearly so: Enter would put it into texts that were meant as they are.
    return [
        Candidate(each.character, f"{each.character}  :{each.alias}:", each.name, each.character)
        for each in emojis.find(typed, OFFERED, near=False)
    ]


def _members(typed: str, members: Sequence[Member]) -> list[Candidate]:
    """Find members: whose name begins so, then with a word that begins so, then those that hold it."""
    key = fold(typed)
    number = key.removeprefix("+")
    ranked: list[tuple[int, int]] = []
    for place, member in enumerate(members):
        name, joined, digits = member.found_by
        if name.startswith(key) or joined.startswith(key):
            ranked.append((0, place))
        elif f" {key}" in name:
            ranked.append((1, place))
        elif key in joined or number in digits:
            ranked.append((2, place))
    found = (members[place] for _, place in sorted(ranked)[:OFFERED])
    return [
        Candidate(f"@{each.label} ", each.label, "" if each.number in each.label else each.number, each.jid)
        for each in found
        if each.label
    ]


def _commands(typed: str, commands: Sequence[Command]) -> list[Candidate]:
    key = typed.casefold()
    return [
        Candidate(f"/{name} " if takes else f"/{name}", f"/{name} {takes}".rstrip(), words, name)
        for name, takes, words in commands
        if name.startswith(key)
    ]
