"""What a gateway can do, as data: the adapter knows it, the screen greys what is missing."""

import enum


class Cap(enum.Flag):
    """One ability each; a "no such route" takes a flag away while watui runs."""

    NOTHING = 0
    ACK_EVENTS = enum.auto()
    """Ticks of own messages come over the socket; else the last one of a chat can be asked for."""
    OWN_EVENTS = enum.auto()
    """Messages typed on the phone come over the socket; else only the history has them."""
    TYPING_EVENTS = enum.auto()
    FULL_HISTORY = enum.auto()
    """Every message of a chat can be reached, answered and forwarded; else the newest ones (contract 2.6)."""
    REACT = enum.auto()
    EDIT = enum.auto()
    STAR = enum.auto()
    FORWARD = enum.auto()
    DELETE = enum.auto()
    PLACE = enum.auto()
    """A location can be sent (contract 2.9)."""
    ARCHIVE = enum.auto()
    CLEAR = enum.auto()
    DELETE_CHAT = enum.auto()
    MEMBERS = enum.auto()
    """A group tells who is in it (contract 2.15)."""
    MEDIA = enum.auto()
    """Files of messages can be fetched (contract 2.13)."""


USUAL = (
    Cap.FORWARD | Cap.DELETE | Cap.PLACE | Cap.ARCHIVE | Cap.CLEAR | Cap.DELETE_CHAT | Cap.MEMBERS | Cap.MEDIA
)
"""What every whatsapi-bridge has (contract 2.9 to 2.15), which tells nothing of what it can."""

WINDOW = 100
"""Newest messages of a chat among which such a gateway finds one to answer, forward or delete (contract 2.7,
2.10); one that reaches the full history finds any."""
