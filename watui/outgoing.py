"""What a device sends: one text at a time for each chat, each once, and what became of it.

A part of the device worker. A send whose answer is lost is never repeated: the history tells whether it
happened, and where that cannot be known the message says so.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace

from watui import events as ev
from watui.gateway.base import Cap, Gateway, GatewayError, Unsure
from watui.models import Ack, Message
from watui.sync import ACK_WAITS, find_sent
from watui.text import Safe

LOOK_WAITS = (1.0, 2.0, 4.0)
"""Seconds between looks into the history for a message whose fate is unknown."""

_log = logging.getLogger(__name__)

Tell = Callable[[ev.Event], None]
"""Takes an event on its way to the screen."""

Spawn = Callable[[Coroutine[None, None, None]], "asyncio.Task[None]"]
"""Does something beside the rest, and sees to its failures."""


@dataclass(slots=True)
class Lost:
    """A send of which nobody knows whether it happened."""

    message: Message
    before: frozenset[str]
    """The own messages that the chat had before it."""


class Outgoing:
    """Sends for one device."""

    def __init__(self, device: Safe, gateway: Gateway, tell: Tell, spawn: Spawn) -> None:
        self._device = device
        self._gateway = gateway
        self._tell = tell
        self._spawn = spawn
        self._own_ids: dict[Safe, set[str]] = {}
        self._bound: set[str] = set()
        self._lost: dict[Safe, list[Lost]] = {}
        self._turns: dict[Safe, asyncio.Lock] = {}
        self._held: dict[Safe, list[ev.Event]] = {}
        self._open: Safe | None = None
        self._posting = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._watch: asyncio.Task[None] | None = None

    def send(self, message: Message, text: str) -> None:
        """Send `text` as the person wrote it; it is shown already as `message`, under its local id."""
        self._spawn(self._send(message, text))

    def seen(self, chat: Safe, messages: list[Message]) -> None:
        """Note the own messages in a page of history, and find in it sends that seemed lost."""
        for lost in list(self._lost.get(chat, ())):
            found = find_sent(messages, lost.message.text, lost.before | self._bound)
            if found is not None:
                self._lost[chat].remove(lost)
                self._bound.add(found.id)
                self._tell(ev.Settled(lost.message.id, found))
        self._own_ids.setdefault(chat, set()).update(m.id for m in messages if m.own)

    def heard(self, event: ev.MessageArrived) -> None:
        """Take an own message from the socket: it may be the very one that is being sent."""
        chat = event.message.chat
        turn = self._turns.get(chat)
        if turn is not None and turn.locked():
            self._held.setdefault(chat, []).append(event)  # which one it is shows when the call returns
            return
        self._tell(event)
        if chat in self._own_ids:
            self.seen(chat, [event.message])

    def open(self, chat: Safe | None) -> None:
        """Note which chat is open; its ticks are followed, and no other's."""
        self._open = chat
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def drain(self) -> None:
        """Wait until nothing is on its way to the gateway."""
        await self._idle.wait()

    def follow(self, chat: Safe) -> None:
        """Follow the last own message of the open chat where no event tells what became of it."""
        if chat != self._open:
            return
        self.open(chat)
        if Cap.ACK_EVENTS not in self._gateway.caps:
            self._watch = self._spawn(self._follow(chat))

    async def _send(self, message: Message, text: str) -> None:
        chat = message.chat
        async with self._turns.setdefault(chat, asyncio.Lock()):
            before = await self._known(chat)
            try:
                settled = await self._post(chat, text)
            except Unsure as error:
                settled = await self._look_for(message, before, error.words)
            except GatewayError as error:
                settled = replace(message, ack=Ack.FAILED, error=error.words)
            except Exception:  # a fault of our own: it may have happened
                _log.exception("sending failed")
                settled = replace(message, ack=Ack.UNKNOWN, error=Safe("watui stumbled; see the log"))
            self._bound.add(settled.id)
            self._tell(ev.Settled(message.id, settled))
            self.seen(chat, [settled])
        for event in self._held.pop(chat, ()):
            self._tell(event)
        if settled.ack not in (Ack.FAILED, Ack.UNKNOWN):
            self.follow(chat)

    async def _post(self, chat: Safe, text: str) -> Message:
        self._posting += 1
        self._idle.clear()
        try:
            return await self._gateway.send_text(self._device, chat, text)
        finally:
            self._posting -= 1
            if not self._posting:
                self._idle.set()

    async def _known(self, chat: Safe) -> frozenset[str] | None:
        """Give the own messages that the chat has already, reading it if need be; `None` if that fails.

        Without them an equal text from earlier could be taken for the one that is being sent.
        """
        if chat not in self._own_ids:
            try:
                page = await self._gateway.recent(self._device, chat, fresh=True)
            except GatewayError:
                return None
            if page is not None:
                self.seen(chat, page.messages)
        return frozenset(self._own_ids.get(chat, ()))

    async def _look_for(self, message: Message, before: frozenset[str] | None, words: Safe) -> Message:
        """Find out from the history whether an unanswered send happened."""
        unknown = replace(message, ack=Ack.UNKNOWN, error=words)
        if before is None:
            return unknown
        for seconds in LOOK_WAITS:
            try:
                page = await self._gateway.recent(self._device, message.chat, fresh=True)
            except GatewayError:
                page = None
            found = find_sent(page.messages, message.text, before | self._bound) if page else None
            if found is not None:
                return found
            await asyncio.sleep(seconds)
        # It may still come: a send can take longer than its answer is waited for.
        self._lost.setdefault(message.chat, []).append(Lost(message, before))
        return unknown

    async def _follow(self, chat: Safe) -> None:
        for seconds in ACK_WAITS:
            _, last = await self._gateway.chat(self._device, chat)
            if last is None or not last.own or last.ack is None:
                return
            self._tell(ev.Acked((last.id,), last.ack, chat))
            if last.ack >= Ack.READ or last.ack < Ack.PENDING:
                return
            await asyncio.sleep(seconds)
