"""The Textual messages: what arrived from the network thread, and what the person did in a pane."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from watui.commands import Command
from watui.events import Event
from watui.models import ChatKey, Quote
from watui.models import Message as Subject
from watui.rows import Listing
from watui.text import Safe

if TYPE_CHECKING:  # which panes may not know, and they know this module
    from watui.alerts import Rules
    from watui.means import Means


@dataclass
class Arrived(Message):
    """Everything that happened on one device within a frame, in order."""

    device: Safe
    events: Sequence[Event]


@dataclass
class Configured(Message):
    """The settings were read, after the first paint, or changed; never on this thread."""

    warning: Safe = Safe("")
    """What the person should know for the whole session; empty for nothing."""
    theme: str | None = None
    mark_read: str = "seen"
    """When WhatsApp is told that a chat was read: `seen`, `reply` or `never`."""
    downloads: Path = field(default_factory=Path.home)
    """The directory for files that are saved."""
    max_body: int = 102_400
    """Bytes of JSON that the gateway takes at a time."""
    rules: "Rules | None" = None
    """Which alerts are wanted; `None` as long as no settings were read."""
    means: "Means | None" = None
    """What may be used to call; `None` as long as no settings were read."""


@dataclass
class Opened(Message):
    """The person chose a chat; to write there, or to read on with the keys of where one is."""

    chat: ChatKey
    write: bool = True


@dataclass
class MoreWanted(Message):
    """The thread was scrolled to its first known message."""

    chat: ChatKey


@dataclass
class Sent(Message):
    """The person pressed Enter on a text, which was written to a chat; to none if none was open."""

    chat: ChatKey | None
    text: str
    mentions: tuple[Safe, ...] = ()
    quote: Quote | None = None
    """The message that it answers."""


@dataclass
class Wanted(Message):
    """The person wants something done to a message; `what` is the name of an act."""

    what: str
    message: Subject


@dataclass
class Commanded(Message):
    """The person wants something of the open chat's device that needs no more questions."""

    command: Command


@dataclass
class ChatAsked(Message):
    """The person wants to know what can be done with a chat; `None` for the open one."""

    chat: ChatKey | None


@dataclass
class Decided(Message):
    """The person wants a message that was not sent to be sent again, or to be given up."""

    local_id: Safe
    again: bool


@dataclass
class Copied(Message):
    """A text is to go to the clipboard; `what` names it in what is said about that."""

    text: str
    what: str


@dataclass
class Paged(Message):
    """The person pressed a page key where the thread is meant; -1 for older."""

    pages: int


@dataclass
class Filtered(Message):
    """The filter over the chat list reads differently, or that in the switcher."""

    query: str
    switcher: bool = False


@dataclass
class Narrowed(Message):
    """The person chose which chats to list: a kind of them, one device's, or all."""

    listing: Listing


@dataclass
class Seen(Message):
    """The newest message of the open thread is in view."""

    chat: ChatKey


@dataclass
class NoticeChosen(Message):
    """The person wants to go where a notice leads: to a chat, or to what is known of a device."""

    number: int
    chat: ChatKey | None
    device: Safe | None
