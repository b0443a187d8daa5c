"""What is read: chats of the archive with what their people are called, and holes among their messages."""

from dataclasses import dataclass
from typing import NamedTuple

from watui.models import Chat, Device, Kind, Message, number_of
from watui.names import YOU, Names
from watui.text import Safe, fold


class Hole(NamedTuple):
    """What is missing between two times; `None` where it has no message on that side."""

    n: int
    after: int | None
    before: int | None
    final: bool
    """Whether the gateway cannot give it."""


@dataclass(slots=True)
class Filed:
    """A chat of the archive, and what the people in it are called."""

    n: int
    chat: Chat
    name: str
    device: Device
    names: Names

    def called(self, jid: Safe, pushed: Safe | None = None) -> str:
        """Name a person; nobody else passes for the one whose archive it is."""
        if self.names.is_oneself(jid):
            return YOU
        name = self.names.known.get(jid) or pushed or number_of(jid)
        return f"{name} ({number_of(jid)})" if fold(name) == fold(YOU) else name

    def author(self, message: Message) -> tuple[Safe | None, str]:
        """Tell who wrote a message, as jid and name; a notice is nobody's."""
        if message.own:
            return message.sender, YOU
        if message.sender is not None:
            return message.sender, self.called(message.sender, message.sender_name)
        if message.kind is Kind.SYSTEM:
            return None, ""
        if self.chat.group:
            return None, message.sender_name or "unknown"
        return self.chat.key.jid, self.called(self.chat.key.jid, message.sender_name)
