"""What WhatsApp itself knows: messages and chats, as data."""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from watui.demo.dice import roll


@dataclass(slots=True)
class Media:
    """A file in a message; `data` is None for seeded ones, whose bytes are made when asked for."""

    mimetype: str
    size: int
    number: int = 0
    filename: str | None = None
    width: int = 0
    height: int = 0
    duration: int = 0
    data: bytes | None = None
    expired: bool = False
    """Whether WhatsApp no longer has it."""


@dataclass(slots=True)
class Place:
    """A shared location."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""
    live: bool = False

    @property
    def text(self) -> str:
        """What is written at it."""
        return "\n".join(filter(None, (self.name, self.address)))


@dataclass(slots=True)
class Poll:
    """What can be voted for; `several` when one person may choose more than one."""

    options: tuple[str, ...]
    several: bool = False


@dataclass(slots=True)
class Call:
    """A call; `seconds` is None when nobody took it."""

    video: bool = False
    seconds: int | None = None


@dataclass(slots=True)
class Notice:
    """What WhatsApp writes into a chat by itself: the subtype, and who was touched by it."""

    subtype: str
    recipients: tuple[str, ...] = ()


@dataclass(slots=True)
class Message:
    """One message; `at` in seconds, `quoted` a serialized id, `raw` laid over what goes out."""

    key: str
    chat: str
    mine: bool
    at: int
    type: str = "chat"
    body: str = ""
    author: str | None = None
    push: str = ""
    ack: int = 1
    media: Media | None = None
    place: Place | None = None
    cards: tuple[str, ...] = ()
    poll: Poll | None = None
    call: Call | None = None
    notice: Notice | None = None
    invite: str = ""
    """The name of the group that an invitation is for."""
    gif: bool = False
    once: bool = False
    """Whether it can be viewed once only."""
    expires: int = 0
    """Seconds after which it disappears; 0 when it stays."""
    mentions: tuple[str, ...] = ()
    quoted: str | None = None
    reactions: dict[str, str] = field(default_factory=dict)
    forwards: int = 0
    starred: bool = False
    edited: bool = False
    itself: bool = False
    raw: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        """The serialized id (contract 2.6)."""
        tail = f"_{self.author}" if self.author else "_out" if self.itself else ""
        return f"{'true' if self.mine else 'false'}_{self.chat}_{self.key}{tail}"


@dataclass(slots=True)
class Chat:
    """A conversation: a story told on demand, what was changed of it, what came since, less what was removed.

    As a sequence it holds what is left. A message keeps the place that it had when all were there, and its
    key ends in it.
    """

    id: str
    name: str
    tell: Callable[[int], Message] | None = None
    """Makes the message at a place below `base`."""
    base: int = 0
    unread: int = 0
    pinned: bool = False
    muted: bool = False
    archived: bool = False
    announce: bool = False
    since: int = 0
    lang: str = "en"
    added: list[Message] = field(default_factory=list)
    touched: dict[int, Message] = field(default_factory=dict)
    start: int = 0
    """The place before which nothing is left."""
    removed: list[int] = field(default_factory=list)
    """The places from `start` on that nothing is left at, in order."""
    recruit: Callable[[], list[str]] | None = None
    """Finds the members of a seeded group."""
    joined: list[str] | None = None

    @property
    def is_group(self) -> bool:
        """Whether several people talk here."""
        return self.id.endswith("@g.us")

    @property
    def members(self) -> list[str]:
        """The ids of the others in a group, found at the first look; may be changed."""
        if self.joined is None:
            self.joined = self.recruit() if self.recruit else []
        return self.joined

    @property
    def end(self) -> int:
        """The place of the next message."""
        return self.base + len(self.added)

    def __len__(self) -> int:
        return self.end - self.start - len(self.removed)

    def __getitem__(self, index: int) -> Message:
        return self.told(self._place(index))

    def _place(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise IndexError(index)
        place = self.start + index
        return place + bisect_right(range(len(self.removed)), place, key=lambda at: self.removed[at] - at)

    def told(self, place: int) -> Message:
        """Give the message of a place, also one that was removed."""
        if place >= self.base:
            return self.added[place - self.base]
        if place in self.touched:
            return self.touched[place]
        if self.tell is None or place < 0:
            raise IndexError(place)
        return self.tell(place)

    def __iter__(self) -> Iterator[Message]:
        return (self[index] for index in range(len(self)))

    @property
    def last(self) -> Message | None:
        """The newest message."""
        return self[len(self) - 1] if len(self) else None

    @property
    def at(self) -> int:
        """When something last happened here, in seconds."""
        if self.added:
            return self.added[-1].at
        return self.since

    def find(self, message_id: str) -> int | None:
        """Find the index of a message by its serialized id; None when there is none, or no more."""
        key = message_id.removeprefix("true_").removeprefix("false_")
        if not key.startswith(f"{self.id}_"):
            return None
        key = key[len(self.id) + 1 :].partition("_")[0]
        try:
            place = int(key[-6:], 16)
        except ValueError:
            return None
        index = place - self.start - bisect_left(self.removed, place)
        return index if 0 <= index < len(self) and self[index].id == message_id else None

    def touch(self, index: int) -> Message:
        """Take a message for changing it."""
        place = self._place(index)
        message = self.told(place)
        if place < self.base:
            self.touched[place] = message
        return message

    def remove(self, index: int) -> None:
        """Take a message out of the chat."""
        insort(self.removed, self._place(index))

    def clear(self) -> None:
        """Take all messages out of the chat."""
        self.start = self.end
        self.removed.clear()
        self.unread = 0


def make_key(seed: int, chat: str, index: int, *, mine: bool) -> str:
    """Make a message key that ends in its place in the chat: 20 digits for own web messages, else 32."""
    salt = roll(seed, zlib.crc32(chat.encode()), index)
    if mine:
        return f"3EB0{salt % 16**10:010X}{index:06X}"
    return f"{salt:016X}{roll(salt) % 16**10:010X}{index:06X}"
