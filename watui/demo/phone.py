"""A simulated phone: its account, its people, its chats, and what the gateway says about it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from watui.demo.dice import roll
from watui.demo.options import DemoOptions
from watui.demo.people import Person, person, stranger
from watui.demo.records import Chat, make_key
from watui.demo.story import Story

_GROUPS = (
    ("Family 👨‍👩‍👧‍👦", "en family"),
    ("Platform team 🚀", "en work"),
    ("Lake weekend 🏞", "en lake"),
    ("Klasse 3b – Eltern", "de klasse"),
    ("Familia ❤️", "es familia"),
    ("Altstadt-Lauftreff", "de verein"),
    ("המשפחה", "he mishpacha"),
    ("Climbing Tuesdays 🧗🏽", "en friends"),
    ("Announcements", "en work"),
    ("高中同学", "zh tongxue"),
    ("Наш двор", "ru dvor"),
)
_PRIVATE = re.compile(r"[\w.-]+@(c\.us|lid)\Z")


class Phone:
    """A device: the account, its people and chats, and what the gateway says about it."""

    def __init__(self, options: DemoOptions, index: int, clock: Callable[[], float], *, paired: bool) -> None:
        self.options = options
        self.index = index
        self.seed = roll(options.seed, index)
        self.id = str(uuid.UUID(int=roll(self.seed, 1) << 64 | roll(self.seed, 2), version=4))
        self.number: str | None = None
        self.name: str | None = None
        self.status = "initializing"
        self.listed = "initializing"  # what Redis says, contract 2.2
        self.absent = False  # not restored yet after a start: 404
        self.clock = clock
        self.created = self.seen = int(clock() * 1000)
        self.qr: str | None = None
        self.epoch = clock()
        self._chats: dict[str, Chat] | None = None
        self._deleted: dict[str, Chat] = {}
        self.people: dict[str, Person] = {}
        self.broadcasts = Chat("status@broadcast", "Status")  # never listed
        if paired:
            self.sign_in(f"49170{1 + index:07}", ("Robin Feldmann", "Robin (work)", "Sam Adeyemi")[index % 3])
            self.status = self.listed = "ready"

    def sign_in(self, number: str, name: str) -> None:
        """Link the device to an account."""
        self.number, self.name = number, name

    @property
    def ready(self) -> bool:
        """Whether WhatsApp can be reached through it."""
        return self.status == "ready" and not self.absent

    @property
    def jid(self) -> str:
        """The own id."""
        return f"{self.number or 'unknown'}@c.us"

    @property
    def chats(self) -> dict[str, Chat]:
        """All chats by id, made at the first look."""
        if self._chats is None:
            self._chats = {}
            for index in range(self.options.chats):
                chat = self._chat(index)
                self._chats[chat.id] = chat
        return self._chats

    def ordered(self) -> list[Chat]:
        """Give the chats as WhatsApp lists them: pinned first, then the newest."""
        return sorted(self.chats.values(), key=lambda chat: (not chat.pinned, -chat.at))

    def _chat(self, index: int) -> Chat:
        seed = self.seed
        options = self.options
        luck = roll(seed, index, 3)
        group = index % 5 in {2, 4}
        count = options.messages if index < 8 else max(1, options.messages * (1 + luck % 12) // 12)
        count = 0 if index == 13 else count
        # The newest chats are minutes apart, the older ones days.
        end = int(self.epoch) - 60 - (index * index * 240 if index < 40 else 380_000 + (index - 40) * 900)
        unread = 1 + (luck >> 8) % 6 if 0 < index < 25 and (luck >> 16) % 3 == 0 else 0
        if group:
            chat = self._group(index // 5 * 2 + (index % 5 == 4), end)
        elif index == 21 and self.number:
            chat = Chat(self.jid, f"{self.name} (You)", lang="self")
            self.people[self.jid] = Person(self.jid, self.name, self.name or "", "en")
            unread = 0
        else:
            friend = self._acquaintance(index // 5 * 3 + (0, 1, 1, 2)[index % 5])
            self.people.setdefault(friend.id, friend)
            chat = Chat(friend.id, friend.shown, lang=friend.lang)
        chat.base = count
        chat.unread = min(unread, count)
        chat.pinned = index in {0, 4}
        chat.muted = index % 11 == 9
        chat.archived = index % 19 == 15
        chat.since = end
        chat.tell = Story(self, chat, chat.unread).tell
        return chat

    def _acquaintance(self, index: int) -> Person:
        """Give somebody of the address book; only the first device knows the dozen of every account."""
        return person(self.seed, index + 100 * self.index)

    def _group(self, number: int, end: int) -> Chat:
        seed = self.seed
        subject, theme = _GROUPS[(number + 3 * self.index) % len(_GROUPS)]
        if number >= len(_GROUPS):
            subject = f"{subject} {number // len(_GROUPS) + 1}"
        tail = "" if number != 5 else f"-{1_400_000_000 + roll(seed, number, 31) % 10**8}"
        head = 120363 * 10**12 + roll(seed, number, 30) % 10**12 if not tail else 491_512_345_678
        chat = Chat(f"{head}{tail}@g.us", subject, lang=theme, since=end)
        chat.announce = theme == "en work" and number % 3 == 2
        chat.recruit = lambda: self._recruit(number)
        return chat

    def _recruit(self, number: int) -> list[str]:
        known = max(self.options.chats * 3 // 5, 12)
        members: list[str] = []
        for place in range(3 + roll(self.seed, number, 32) % 8):
            member = self._acquaintance(roll(self.seed, number, 33, place) % (known + 10))
            if member.id not in members and not member.business:
                self.people.setdefault(member.id, member)
                members.append(member.id)
        return members

    def members(self, chat: Chat) -> list[str]:
        """Give everybody in a group, oneself first."""
        return [self.jid, *(jid for jid in chat.members if jid != self.jid)]

    def who(self, jid: str) -> Person:
        """Give the person behind an id, known or not."""
        return self.people.get(jid) or stranger(jid, jid.partition("@")[0])

    def chat_for(self, jid: str, name: str | None = None) -> Chat:
        """Give the chat of an id; make it when it is new."""
        chat = self.chats.get(jid)
        if chat is None:
            chat = self._deleted.pop(jid, None)  # an empty one, which counts as false
            if chat is None:
                chat = Chat(jid, name or self.who(jid).shown)
            chat.since = int(self.clock())
            self.chats[jid] = chat
        return chat

    def delete(self, chat: Chat) -> None:
        """Take a chat out of the list; its next message brings it back, with a key that none had."""
        chat.clear()
        chat.pinned = chat.archived = False
        self._deleted[chat.id] = self.chats.pop(chat.id)

    def opened(self, jid: str) -> Chat | None:
        """Give a chat to read: an empty one for an unknown number, None where WhatsApp throws [210-212]."""
        chat = self.chats.get(jid)
        return Chat(jid, "") if chat is None and _PRIVATE.match(jid) else chat

    def next_key(self, chat: Chat, *, mine: bool) -> str:
        """Make the key of the next message in a chat."""
        return make_key(self.seed, chat.id, chat.end, mine=mine)
