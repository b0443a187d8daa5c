"""What can happen on a device: the only things that ever change what is on screen.

A gateway adapter and the device workers make these, `Store.apply` takes them. They say what happened,
not what to do about it, and know nothing of sockets.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from watui.caps import Cap
from watui.commands import Command, Fetch
from watui.models import (
    Ack,
    Chat,
    Contact,
    Device,
    Dress,
    Health,
    Kept,
    Link,
    LinkState,
    Media,
    Member,
    Message,
    Older,
    Reaction,
    Stats,
)
from watui.text import Safe

GATEWAY = Safe("")
"""The device id under which the gateway itself speaks, before any device is known."""

DEAF = frozenset({LinkState.OFFLINE, LinkState.WRONG_KEY, LinkState.UNLINKED})
"""The states of a link in which messages may be missed."""


@dataclass(slots=True)
class LinkChanged:
    """The connection to a device stands differently now."""

    link: Link


@dataclass(slots=True)
class ArchiveTroubled:
    """The archive cannot be used as it should be, or can again if there are no words."""

    words: Safe


@dataclass(slots=True)
class DeviceChanged:
    """The gateway said something new about the device itself."""

    device: Device


@dataclass(slots=True)
class DeviceDressed:
    """The person set for a device what only this watui knows."""

    dress: Dress


@dataclass(slots=True)
class DeviceMade:
    """The person wanted a device, and this one was made; it will offer a code to scan."""

    instead_of: Safe | None = None
    """The device whose place it is to take."""


@dataclass(slots=True)
class AccountChanged:
    """Another phone is linked to the device than before, whose number this was: its chats are not those."""

    before: Safe


@dataclass(slots=True)
class DeviceReplaced:
    """The device has taken the place of another one, with all that was known of it."""

    old: Safe


@dataclass(slots=True)
class DeviceFailed:
    """What the person wanted done to a device was not done."""

    words: Safe


@dataclass(slots=True)
class HealthTold:
    """The gateway said how it thinks the device is doing."""

    health: Health


@dataclass(slots=True)
class StatsTold:
    """The gateway said what it counts of the device."""

    stats: Stats


@dataclass(slots=True)
class Reconnected:
    """The live connection came about anew: for which time on a day, which is told by its date."""

    times: int
    day: date


@dataclass(slots=True)
class DeviceRemoved:
    """The device is no longer in the gateway's list."""

    device: Safe


@dataclass(slots=True)
class ChatsListed:
    """The whole chat list of a device, as the gateway has it."""

    chats: list[Chat]


@dataclass(slots=True)
class ChatChanged:
    """One chat's own facts (name, unread count, pinned …) are new."""

    chat: Chat


@dataclass(slots=True)
class ContactsListed:
    """People whose names are known now; others stay as they were."""

    contacts: list[Contact]


@dataclass(slots=True)
class HistoryRead:
    """A stretch of a chat's history without holes, oldest first, as the gateway ordered it."""

    chat: Safe
    messages: list[Message]
    older: Older
    newest: bool
    """Whether the stretch reaches the newest message that the gateway had."""
    news: frozenset[Safe] = frozenset()
    """Where there is no socket: which of the messages are news, and no refill."""
    above: Safe | None = None
    """The message above which it lies; without that one it would stand beside a hole."""


@dataclass(slots=True)
class GapsChanged:
    """What is missing in a chat is something else now."""

    chat: Safe
    gaps: list[Message]
    """All of its holes, as they stand among its messages."""


@dataclass(slots=True)
class OlderMissed:
    """Older messages of a chat were asked for and could not be read."""

    chat: Safe


@dataclass(slots=True)
class Uncovered:
    """Messages were filed that a search had not found here: what is being looked for may be among them."""


@dataclass(slots=True)
class MessageArrived:
    """A message came over the live connection."""

    message: Message
    chat_name: Safe | None = None
    again: bool = False
    """Whether it was known before: then it neither counts nor rings."""


@dataclass(slots=True)
class Discarded:
    """A message that was not sent is not wanted any more."""

    local_id: Safe
    chat: Safe


@dataclass(slots=True)
class Queued:
    """The person sent a message; it is shown before any gateway has it."""

    message: Message


@dataclass(slots=True)
class Settled:
    """A queued message has become a message of the gateway's, or its fate is known to be bad or unknown.

    `message` carries the gateway's id on success; else it is the local one with its ack and error words.
    """

    local_id: Safe
    message: Message


@dataclass(slots=True)
class Acked:
    """Own messages came further: sent, delivered, read."""

    ids: tuple[Safe, ...]
    ack: Ack
    chat: Safe | None = None


@dataclass(slots=True)
class Edited:
    """A message has a new text."""

    id: Safe
    text: Safe
    chat: Safe | None = None


@dataclass(slots=True)
class Revoked:
    """A message was deleted for everyone."""

    id: Safe
    chat: Safe | None = None


@dataclass(slots=True)
class Reacted:
    """Somebody set, changed or (with an empty emoji) took back a reaction."""

    id: Safe
    reaction: Reaction
    chat: Safe | None = None


@dataclass(slots=True)
class Starred:
    """A message was starred or unstarred."""

    id: Safe
    starred: bool
    chat: Safe | None = None
    here: bool = False
    """Whether only this watui knows."""


@dataclass(slots=True)
class Typed:
    """Somebody began or stopped typing in a chat."""

    chat: Safe
    sender: Safe
    on: bool


@dataclass(slots=True)
class ChatRead:
    """The unread messages of a chat were read, here or on another device."""

    chat: Safe
    here_only: bool = False
    """Whether the gateway could not be told, and goes on counting them."""


@dataclass(slots=True)
class ChatKept:
    """The person set for a chat what only this watui knows; `None` for nothing any more."""

    chat: Safe
    kept: Kept | None


@dataclass(slots=True)
class ChatCleared:
    """Every message of a chat is gone, and with `deleted` the chat too."""

    chat: Safe
    deleted: bool = False


@dataclass(slots=True)
class MembersListed:
    """Who is in a group, and what it says of itself."""

    chat: Safe
    members: list[Member]
    about: Safe = Safe("")


@dataclass(slots=True)
class MediaKnown:
    """What the file of a message really is, which only fetching it tells (contract 2.6)."""

    id: Safe
    media: Media
    chat: Safe | None = None


@dataclass(slots=True)
class Fetching:
    """A file is on its way: so many bytes are here, of so many, if that is known."""

    command: Fetch
    done: int
    size: int | None


@dataclass(slots=True)
class Fetched:
    """A file is here, at a place that is watui's own; `media` is what the gateway told of it just now."""

    command: Fetch
    path: Path
    media: Media | None


@dataclass(slots=True)
class Oversized:
    """A file is larger than was allowed."""

    command: Fetch


@dataclass(slots=True)
class CapsKnown:
    """What the gateway can do, as far as it is known now."""

    caps: Cap


@dataclass(slots=True)
class Carried:
    """What the person wanted was done."""

    command: Command


@dataclass(slots=True)
class Failed:
    """What the person wanted was not done, or nobody knows whether it was; the words say which and why."""

    command: Command
    words: Safe


Event = (
    LinkChanged
    | ArchiveTroubled
    | DeviceChanged
    | DeviceDressed
    | DeviceFailed
    | AccountChanged
    | DeviceMade
    | DeviceReplaced
    | DeviceRemoved
    | HealthTold
    | StatsTold
    | Reconnected
    | ChatsListed
    | ChatChanged
    | ContactsListed
    | HistoryRead
    | GapsChanged
    | OlderMissed
    | Uncovered
    | MessageArrived
    | Queued
    | Discarded
    | Settled
    | Acked
    | Edited
    | Revoked
    | Reacted
    | Starred
    | Typed
    | ChatRead
    | ChatKept
    | ChatCleared
    | MembersListed
    | MediaKnown
    | Fetching
    | Fetched
    | Oversized
    | CapsKnown
    | Carried
    | Failed
)
