"""What an event made out of date: how the store tells the app which panes to tell."""

from dataclasses import dataclass, field
from typing import NamedTuple

from watui.commands import Command
from watui.events import Fetched, Fetching, Oversized
from watui.models import ChatKey, Message
from watui.text import Safe


class Arrival(NamedTuple):
    """A message from somebody else that just came in, live, and was never seen before."""

    chat: ChatKey
    message: Message
    for_me: bool = False
    """Whether it is of a group and names the device's own number, or answers something written with it."""


@dataclass(slots=True)
class Changes:
    """Which parts of the screen an `apply` made out of date, and what just came in."""

    chats: set[ChatKey] = field(default_factory=set)
    order: bool = False
    """Rows moved, came or went, or are found under another name."""
    threads: set[ChatKey] = field(default_factory=set)
    renamed: dict[Safe, Safe] = field(default_factory=dict)
    """Messages that got an id of the gateway's, by the one that they had on their way."""
    missed: set[ChatKey] = field(default_factory=set)
    """Chats whose older messages could not be read."""
    uncovered: bool = False
    """More can be found than before."""
    typing: set[ChatKey] = field(default_factory=set)
    names: bool = False
    devices: bool = False
    arrived: list[Arrival] = field(default_factory=list)
    """The messages that may ring."""
    looked_at: bool = False
    """The gateway counts as unread what the person is looking at: it has to be told."""
    members: set[ChatKey] = field(default_factory=set)
    """Groups of which it is known now who is in them."""
    carried: list[tuple[ChatKey, Command]] = field(default_factory=list)
    """What the person wanted and was done."""
    failed: list[tuple[ChatKey, Command, Safe]] = field(default_factory=list)
    """What was not done, in which chat, and why."""
    fetched: list[tuple[ChatKey, Fetching | Fetched | Oversized]] = field(default_factory=list)
    """How files come that were asked for."""
    measured: set[Safe] = field(default_factory=set)
    """Devices of which the gateway told how they are doing."""
    made: list[tuple[Safe, Safe | None]] = field(default_factory=list)
    """Devices that were made because the person wanted them, each with the one whose place it is to take."""
    refused: list[tuple[Safe, Safe]] = field(default_factory=list)
    """Devices to which something was not done that the person wanted, and why."""
    caps: bool = False
    """The gateway can do something else than was known."""
    moved: dict[ChatKey, ChatKey] = field(default_factory=dict)
    """Chats that are filed under another key now: two jids of one person, or another device."""

    def follow(self) -> None:
        """Tell what came in of the chats as they are filed now."""
        self.arrived = [each._replace(chat=self.moved.get(each.chat, each.chat)) for each in self.arrived]
