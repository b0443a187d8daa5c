"""What people are called: the one place that decides, for everything that shows a person.

The phone's own address book comes first, then what the gateway calls a chat of two, then the name that
people chose themselves, then the number. WhatsApp knows one person under several jids; where a contact tells
the number behind a `@lid`, both share everything that is known of either.
"""

import re
from typing import NamedTuple

from watui.models import Contact, number_of
from watui.text import Safe

PERSON = "@c.us"
"""How the jid of somebody known by the phone number ends."""

HIDDEN = "@lid"
"""How the jid of somebody ends whose number WhatsApp does not tell to everyone."""

YOU = Safe("You")
"""What the device's own number is called where the gateway has no name for the chat with oneself."""

_DIALLED = re.compile(r"\s*(?:\+|00)?[\s(]*([1-9][\d\s().\-/]*)")
"""A number as it is dialled from abroad: none begins with a zero behind the signs for that."""


class Person(NamedTuple):
    """Somebody a device knows, as a list of people tells of them."""

    jid: Safe
    name: Safe
    number: str
    """Its digits; empty where nobody told them."""
    chosen: Safe
    """The name that they chose themselves; empty where it is not known."""
    own: bool
    """Whether the phone's own address book has a name for them."""
    business: bool


def dialled(text: str) -> Safe | None:
    """Make the jid of a phone number that somebody typed; `None` if it cannot be one.

    It has its country's code, and 7 to 15 digits as every such number does.
    """
    match = _DIALLED.fullmatch(text.replace("(0)", ""))  # which is dialled within the country alone
    digits = "".join(filter(str.isdecimal, match[1])) if match is not None else ""
    return Safe(digits + PERSON) if digits.isascii() and 7 <= len(digits) <= 15 else None


class Names:
    """The people that one device knows."""

    def __init__(self) -> None:
        self.known: dict[Safe, Safe] = {}
        """The best name of each jid; this mapping stays the same and grows."""
        self._own: dict[Safe, Safe] = {}
        self._listed: dict[Safe, Safe] = {}
        self._chosen: dict[Safe, Safe] = {}
        self._twins: dict[Safe, Safe] = {}
        self._met: set[Safe] = set()
        self._firms: set[Safe] = set()
        self._oneself: Safe | None = None

    def of(self, jid: Safe) -> Safe:
        """Name somebody as well as can be done, by the number if by nothing else."""
        return self.known.get(jid) or number_of(jid)

    def person(self, jid: Safe) -> Person:
        """Tell what is known of somebody, under whichever of their jids."""
        twin = self._twins.get(jid, jid)
        return Person(
            jid,
            self.of(jid),
            self.number(jid),
            self._chosen.get(jid) or self._chosen.get(twin) or Safe(""),
            jid in self._own or twin in self._own,
            jid in self._firms or twin in self._firms,
        )

    def everybody(self) -> list[Person]:
        """List the people, in no order; whoever has two jids stands there once, with the number."""
        jids = {jid for jid in self._met | self.known.keys() if jid.endswith((PERSON, HIDDEN))}
        hidden = {jid for jid in jids & self._twins.keys() if jid.endswith(HIDDEN)}
        return [*map(self.person, (jids - hidden) | {self._twins[jid] for jid in hidden})]

    @property
    def pairs(self) -> bool:
        """Whether anybody is known under two jids."""
        return bool(self._twins)

    def twin(self, jid: Safe) -> Safe | None:
        """Give the other jid of the same person, if there is one that is known."""
        return self._twins.get(jid)

    def number(self, jid: Safe) -> str:
        """Give the digits of a person's phone number, empty where nobody told them."""
        known = jid if jid.endswith(PERSON) else self._twins.get(jid, "")
        return known.removesuffix(PERSON)

    def is_oneself(self, jid: Safe) -> bool:
        """Whether a jid is one of the device's own."""
        return self._oneself is not None and self._oneself in (jid, self._twins.get(jid))

    def learn(self, contact: Contact) -> set[Safe]:
        """Take in a contact; gives the jids that are called something else now."""
        number = contact.number or ""
        self._met.add(contact.jid)
        if contact.business:
            self._firms.add(contact.jid)
        if contact.jid.endswith(HIDDEN) and number.isdecimal():
            person = Safe(number + PERSON)
            self._twins[contact.jid], self._twins[person] = person, contact.jid
        if contact.name:
            self._own[contact.jid] = contact.name
        if contact.push_name:
            self._chosen[contact.jid] = contact.push_name
        return self._settle(contact.jid)

    def learn_listed(self, jid: Safe, name: Safe) -> set[Safe]:
        """Take in what the gateway calls a chat of two, which may be no more than its number."""
        if self._listed.get(jid) == name or is_number(name, jid) or is_number(name, self._twins.get(jid, "")):
            return set()
        self._listed[jid] = name
        return self._settle(jid)

    def learn_chosen(self, jid: Safe, name: Safe) -> set[Safe]:
        """Take in the name that came with somebody's message."""
        if self._chosen.get(jid) == name:
            return set()
        self._chosen[jid] = name
        return self._settle(jid)

    def learn_oneself(self, number: str) -> set[Safe]:
        """Take in the device's own number, under which others quote and mention it."""
        digits = "".join(filter(str.isdecimal, number))
        if not digits or self._oneself == digits + PERSON:
            return set()
        self._oneself = Safe(digits + PERSON)
        return self._settle(self._oneself)

    def _settle(self, jid: Safe) -> set[Safe]:
        twin = self._twins.get(jid)
        changed = set()
        for one in (jid,) if twin is None else (jid, twin):
            best = self._best(one)
            if best is not None and self.known.get(one) != best:
                self.known[one] = best
                changed.add(one)
        return changed

    def _best(self, jid: Safe) -> Safe | None:
        twin = self._twins.get(jid)
        for source in (self._own, self._listed, self._chosen):
            if source is self._chosen and self.is_oneself(jid):
                return YOU
            found = source.get(jid) or (source.get(twin) if twin is not None else None)
            if found:
                return found
        return number_of(twin) if twin is not None and jid.endswith(HIDDEN) else None


def is_number(name: str, jid: str) -> bool:
    """Whether a name is only the jid's own number, however it is written."""
    if name[:1].isalpha():
        return False
    user = jid.partition("@")[0]
    return bool(user) and "".join(filter(str.isdecimal, name)) == user and not any(map(str.isalpha, name))
