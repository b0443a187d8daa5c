"""The seeded past of a chat, told message by message in any order: a long one costs nothing until read."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from watui.demo.dice import pick, roll
from watui.demo.dress import dress
from watui.demo.people import Person
from watui.demo.records import Chat, Message, make_key
from watui.demo.talk import Line, Reel, fill, fill_arg, group_reel, openers, private_reel

_LONGEST = 3 * 365 * 86_400  # a history reaches back no further, in seconds
_UNREAD_GAP = 95
_WEEK = 604_800


class Account(Protocol):
    """What a story has to know of the phone that it happens on."""

    seed: int
    name: str | None

    @property
    def jid(self) -> str:
        """The own id."""

    def who(self, jid: str) -> Person:
        """Give the person behind an id."""


class Story:
    """The past of one chat, ending with `unread` lines of the others."""

    __slots__ = ("account", "chat", "salt", "unread")

    def __init__(self, account: Account, chat: Chat, unread: int) -> None:
        self.account = account
        self.chat = chat
        self.unread = unread
        self.salt = roll(account.seed, zlib.crc32(chat.id.encode()))

    def tell(self, index: int) -> Message:
        """Make the message at a place in the chat, 0 being the oldest."""
        chat = self.chat
        back = chat.base - 1 - index
        if back < self.unread:
            lines = openers(chat.lang.partition(" ")[0])
            line = lines[(self.salt + self.unread - back) % len(lines)]
            at = chat.since - back * _UNREAD_GAP
            return self.compose(line, index, at, self.salt, index)
        reel = group_reel(chat.lang) if chat.is_group else private_reel(chat.lang)
        cycle, rest = divmod(back - self.unread, len(reel))
        order = roll(self.salt, cycle) % len(reel.lines)
        place = len(reel) - 1 - rest
        line, dialogue = reel.lines[order][place]
        age = (cycle * reel.span + reel.ages[order][place]) * self._tempo(reel)
        at = chat.since - self.unread * _UNREAD_GAP - int(age)
        return self.compose(line, index, at, self.salt, cycle, dialogue)

    def _tempo(self, reel: Reel) -> float:
        cycles = self.chat.base // len(reel) + 1
        return min(0.4 + self.salt % 160 / 100, _LONGEST / (cycles * reel.span))

    def compose(self, line: Line, index: int, at: int, *parts: int) -> Message:
        """Turn a line of a script into a message; `parts` seed what is left open, `at` in seconds."""
        me = (self.account.name or "you").partition(" ")[0]
        author = _author(self.account, self.chat, line.who, parts)
        mine = line.who == 0 or author == self.account.jid
        message = Message(
            make_key(self.account.seed, self.chat.id, index, mine=mine),
            self.chat.id,
            mine,
            at,
            line.kind,
            fill(line, me, *parts),
            author,
        )
        if mine:
            message.push = self.account.name or ""
            message.ack = pick((1, 2, 3, 3), *parts) if index == self.chat.base - 1 else 3
            message.itself = self.chat.id == self.account.jid
        else:
            message.push = self.account.who(author or self.chat.id).push
        if line.mentions:
            named = [self._member(parts, who) for who in line.mentions]
            message.mentions = tuple(dict.fromkeys(named))
            called = [f"@{jid.partition('@')[0]}" for jid in message.mentions]
            message.body = " ".join([*called, message.body])
        if line.reply is not None and index - line.reply >= 0:
            message.quoted = self.chat.told(index - line.reply).id
        if line.reaction:
            message.reactions[_reactor(self.account, self.chat, mine, parts)] = line.reaction
        message.forwards = line.forwards
        message.starred = line.starred
        message.once = line.once
        message.expires = _WEEK if line.expires else 0
        if line.kind != "chat":
            member = partial(self._member, parts)
            dress(message, line, fill_arg(line, me, *parts), roll(*parts, index), member)
        return message

    def _member(self, parts: Sequence[int], who: int) -> str:
        """Give the id of somebody in the script."""
        return _author(self.account, self.chat, who, parts) or (self.chat.id if who else self.account.jid)


def _author(account: Account, chat: Chat, who: int, parts: Sequence[int]) -> str | None:
    if not chat.is_group:
        return None
    if who == 0 or not chat.members:
        return account.jid
    return chat.members[(roll(*parts) + who - 1) % len(chat.members)]


def _reactor(account: Account, chat: Chat, mine: bool, parts: tuple[int, ...]) -> str:
    if not mine:
        return account.jid
    return pick(chat.members, *parts) if chat.members else chat.id
