"""What an event made out of date: how the store tells the app which panes to tell."""

from dataclasses import dataclass, field

from watui.models import ChatKey, Message


@dataclass(slots=True)
class Changes:
    """Which parts of the screen an `apply` made out of date, and what just came in."""

    chats: set[ChatKey] = field(default_factory=set)
    order: bool = False
    """Rows moved, came or went, or are found under another name."""
    threads: set[ChatKey] = field(default_factory=set)
    typing: set[ChatKey] = field(default_factory=set)
    names: bool = False
    devices: bool = False
    arrived: list[tuple[ChatKey, Message]] = field(default_factory=list)
    """Messages from others seen for the first time, live: the ones that may ring."""
    moved: dict[ChatKey, ChatKey] = field(default_factory=dict)
    """Chats that turned out to be another one: two jids of one person."""
