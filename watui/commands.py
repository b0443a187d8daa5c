"""What a person can ask of a device besides sending, as data on its way to the worker."""

from typing import NamedTuple

from watui.text import Safe


class React(NamedTuple):
    """Put an emoji under a message, or with an empty one take one's own away."""

    chat: Safe
    id: Safe
    emoji: str


class Edit(NamedTuple):
    """Give an own message another text."""

    chat: Safe
    id: Safe
    text: str


class Star(NamedTuple):
    """Star a message, or take the star away; `here` if the gateway has no stars."""

    chat: Safe
    id: Safe
    on: bool
    here: bool


class Delete(NamedTuple):
    """Delete a message, for oneself or for everyone."""

    chat: Safe
    id: Safe
    everyone: bool


class Forward(NamedTuple):
    """Send a message on to another chat of the device."""

    chat: Safe
    id: Safe
    to: Safe


class Archive(NamedTuple):
    """Put a chat among the archived ones, or bring it back."""

    chat: Safe
    on: bool


class Clear(NamedTuple):
    """Delete every message of a chat, for oneself."""

    chat: Safe


class DeleteChat(NamedTuple):
    """Delete a chat and all that is in it, for oneself."""

    chat: Safe


class ListMembers(NamedTuple):
    """Find out who is in a group."""

    chat: Safe


class Fetch(NamedTuple):
    """Fetch the file of a message; one of more than `limit` bytes only if the person says so again."""

    chat: Safe
    id: Safe
    limit: int
    name: Safe | None = None
    """What the file is called, as far as that is known."""


class StopFetching(NamedTuple):
    """Fetch the file of a message no more."""

    chat: Safe
    id: Safe


OfMessage = React | Edit | Star | Delete | Forward | Fetch | StopFetching

OfChat = Archive | Clear | DeleteChat | ListMembers

Command = OfMessage | OfChat
