"""What watui asks of any gateway: the calls, what it can do, what comes live, and how it fails."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from watui.bodies import Body, Upload
from watui.caps import Cap
from watui.events import Event
from watui.models import Chat, Contact, Device, Health, Media, Member, Message, Older, Stats
from watui.text import Safe, one_line


@dataclass(slots=True)
class Page:
    """A stretch of history without holes, oldest first, and whether there is more above it."""

    messages: list[Message]
    older: Older
    keeps_oldest: bool = False
    """Whether its first second may lack the newest messages, and not the oldest as anybody would think."""
    ordered: bool = True
    """Whether messages of one second are known to stand in order, and not perhaps the other way round."""


@dataclass(slots=True)
class Question:
    """Something happened that only the REST side can tell the truth about; the worker should ask it."""

    words: Safe
    why: Safe = Safe("")
    """Why WhatsApp has disconnected the device, if it has."""


@dataclass(slots=True)
class Offered:
    """The gateway offered a new pairing string for the device."""

    qr: str


@dataclass(slots=True)
class Download:
    """The file of a message on its way: what the gateway tells of it, and its bytes in pieces."""

    media: Media
    pieces: AsyncIterator[bytes]


LiveEvent = Event | Question | Offered
"""What a live connection reports: events as they are, and hints that make the worker ask."""

Sink = Callable[[LiveEvent], None]
"""Takes live events, in order, at once and without waiting."""


class Live(Protocol):
    """An open live connection to one device."""

    async def closed(self) -> str:
        """Wait until the connection is lost; gives the reason in the transport's words."""


class Gateway(Protocol):
    """One gateway, spoken to by one key; every call has a time limit and may raise `GatewayError`."""

    caps: Cap
    queue_turn: asyncio.Lock
    """Held by whoever has a text in the gateway's queue, which all devices share."""
    sockets: bool
    """Whether to open live connections; else the workers ask every few seconds."""

    async def ping(self) -> None:
        """Find out whether anything that is a gateway answers."""

    async def devices(self) -> list[Device]:
        """List the devices; states in it may be stale after the gateway restarted."""

    async def device(self, device: Safe) -> Device:
        """Ask how one device is: the truth about its state (contract 0.3)."""

    async def create_device(self) -> Device:
        """Make a new device, which will then offer a code to scan."""

    async def delete_device(self, device: Safe) -> None:
        """Remove a device from the gateway; the phone keeps it among its linked devices."""

    async def qr(self, device: Safe) -> str | None:
        """Ask for the pairing string, if there is one."""

    async def chats(self, device: Safe, *, fresh: bool = False) -> list[Chat] | None:
        """List every chat; unless `fresh`, `None` if nothing changed since the last call."""

    async def chat(self, device: Safe, chat: Safe) -> tuple[Chat, Message | None]:
        """Ask for one chat and its last message, whose ack is true (contract 2.5)."""

    async def recent(self, device: Safe, chat: Safe, *, fresh: bool) -> Page | None:
        """Read the newest page of a chat; unless `fresh`, `None` if nothing changed since the last call."""

    async def older(self, device: Safe, chat: Safe, oldest: Safe) -> Page:
        """Read what lies directly above the message `oldest`."""

    async def search(self, device: Safe, words: str, chat: Safe | None) -> list[tuple[Safe, Safe]]:
        """Name the messages that hold some words, each with its chat, as far back as the gateway looks."""

    async def health(self, device: Safe) -> Health:
        """Ask for a device's queue and health in one call, which has no rate limit (contract 1.4)."""

    async def stats(self, device: Safe) -> Stats:
        """Ask what the gateway itself counts of a device."""

    async def contacts(self, device: Safe) -> list[Contact]:
        """List the people a device knows."""

    async def send(self, device: Safe, chat: Safe, body: Body, upload: Upload | None = None) -> Message:
        """Send a message once, directly. Raises `Unsure` when it may or may not have happened.

        `upload` is told how much of it has gone out, and stops it: then `Stopped` is raised.
        """

    def queues(self, device: Safe) -> bool:
        """Whether a device's texts are to go through the gateway's own queue."""

    async def queue(self, device: Safe, chat: Safe, body: Body) -> None:
        """Put a text into the gateway's queue. Raises `Unsure` when it may or may not be in it."""

    async def mark_read(self, device: Safe, chat: Safe) -> None:
        """Tell WhatsApp that a chat was read."""

    async def react(self, device: Safe, chat: Safe, message: Safe, emoji: str) -> None:
        """Put an emoji under a message, or with an empty one take one's own away."""

    async def edit(self, device: Safe, chat: Safe, message: Safe, text: str) -> None:
        """Give an own message another text."""

    async def star(self, device: Safe, chat: Safe, message: Safe, starred: bool) -> None:
        """Star a message, or take the star away."""

    async def forward(self, device: Safe, chat: Safe, message: Safe, to: Safe) -> None:
        """Send a message on to another chat once. Raises `Unsure` when it may have happened."""

    async def delete(self, device: Safe, chat: Safe, message: Safe, *, everyone: bool) -> None:
        """Delete a message, for oneself or for everyone."""

    async def archive(self, device: Safe, chat: Safe, *, on: bool) -> None:
        """Put a chat among the archived ones, or bring it back."""

    async def clear(self, device: Safe, chat: Safe) -> None:
        """Delete all messages of a chat for oneself."""

    async def delete_chat(self, device: Safe, chat: Safe) -> None:
        """Delete a chat for oneself."""

    async def members(self, device: Safe, group: Safe) -> list[Member]:
        """List who is in a group."""

    async def about_group(self, device: Safe, group: Safe) -> Safe:
        """Tell what a group says of itself; empty if it says nothing."""

    def download(self, device: Safe, message: Safe) -> AbstractAsyncContextManager[Download]:
        """Fetch the file of a message piece by piece."""

    def live(self, device: Safe, sink: Sink) -> AbstractAsyncContextManager[Live]:
        """Open the live connection; leaving the context closes it."""

    async def close(self) -> None:
        """Give every connection back."""


class GatewayError(Exception):
    """Something did not work; `words` say what happened and what to do next, in a form that can be shown.

    Subclasses of `Actionable` need the person, the others mend themselves or concern one call only.
    """

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words: Safe = one_line(words, limit=200)


class Actionable(GatewayError):
    """It stays like this until the person does something."""


class WrongKey(Actionable):
    """The gateway refused the key, or has none itself."""


class NotAGateway(Actionable):
    """Something answers at the address, but it does not speak the gateway's language."""


class BadSettings(Actionable):
    """The settings do not allow the call: an address that redirects elsewhere, a certificate that fails."""


class DeviceUnknown(GatewayError):
    """The gateway does not know the device: it was deleted, or the gateway is only just starting."""


class NotReady(GatewayError):
    """The device is there but not linked or not started; nothing was done."""


class GatewayGone(GatewayError):
    """Nothing answers; the call did not happen."""


class GatewayBroken(GatewayError):
    """The gateway answered that it failed, or in a way that makes no sense."""


class Refused(GatewayError):
    """The gateway understood and said no; nothing was done."""


class Later(Refused):
    """The gateway takes it at another time; nothing was done."""


class NotFound(Refused):
    """The gateway looked for a message and did not find it, which it does only so far back."""


class Expired(Refused):
    """The file of a message is not to be had any more."""


class Stopped(Refused):
    """The person did not want it any more, and not all of it had gone out."""


class TooLarge(Refused):
    """The gateway takes no body of this size (contract 2.7)."""


class Unsupported(Refused):
    """This gateway has no such call."""


class Unsure(GatewayError):
    """The call may or may not have taken effect: no answer, a broken one, or a failure after the fact."""
