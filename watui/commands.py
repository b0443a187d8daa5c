"""What a person can ask of a device besides sending, as data on its way to the worker."""

from dataclasses import dataclass

from watui.text import Safe


@dataclass(frozen=True, slots=True)
class React:
    """Put an emoji under a message, or with an empty one take one's own away."""

    chat: Safe
    id: Safe
    emoji: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Give an own message another text."""

    chat: Safe
    id: Safe
    text: str


@dataclass(frozen=True, slots=True)
class Star:
    """Star a message, or take the star away; `here` if the gateway has no stars."""

    chat: Safe
    id: Safe
    on: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a message, for oneself or for everyone."""

    chat: Safe
    id: Safe
    everyone: bool


@dataclass(frozen=True, slots=True)
class Forward:
    """Send a message on to another chat of the device."""

    chat: Safe
    id: Safe
    to: Safe


@dataclass(frozen=True, slots=True)
class Archive:
    """Put a chat among the archived ones, or bring it back."""

    chat: Safe
    on: bool


@dataclass(frozen=True, slots=True)
class Clear:
    """Delete every message of a chat, for oneself."""

    chat: Safe


@dataclass(frozen=True, slots=True)
class DeleteChat:
    """Delete a chat and all that is in it, for oneself."""

    chat: Safe


@dataclass(frozen=True, slots=True)
class ListMembers:
    """Find out who is in a group."""

    chat: Safe


@dataclass(frozen=True, slots=True)
class Fetch:
    """Fetch the file of a message; one of more than `limit` bytes only if the person says so again."""

    chat: Safe
    id: Safe
    limit: int
    name: Safe | None = None
    """What the file is called, as far as that is known."""


@dataclass(frozen=True, slots=True)
class StopFetching:
    """Fetch the file of a message no more."""

    chat: Safe
    id: Safe


OfMessage = React | Edit | Star | Delete | Forward | Fetch | StopFetching

OfChat = Archive | Clear | DeleteChat | ListMembers

Command = OfMessage | OfChat
