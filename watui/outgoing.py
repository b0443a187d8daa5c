"""What a device sends: one text at a time for each chat, each once, and what became of it.

A part of the device worker. Each text is in the outbox before anything is tried. A send whose answer is lost
is never repeated: the history tells whether it happened, and where that cannot be known the person chooses.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from itertools import dropwhile

from watui import events as ev
from watui import queued
from watui.archive.keeper import Keeper
from watui.archive.outbox import Letter, State
from watui.bodies import Body, Upload
from watui.caps import Cap
from watui.gateway.base import (
    Actionable,
    DeviceUnknown,
    Gateway,
    GatewayBroken,
    GatewayError,
    GatewayGone,
    Later,
    NotReady,
    Refused,
    Stopped,
    Unsure,
)
from watui.models import Ack, ChatKey, Kind, Message
from watui.sync import ACK_WAITS, Backoff, find_sent
from watui.text import Safe, one_line

LOOK_WAITS = (1.0, 2.0, 4.0)
"""Seconds between looks into the history for a message whose fate is unknown."""

FRESH = 5.0
"""Seconds for which a newest page that was read tells which own messages a chat has."""

LATER = 30.0
"""Seconds to wait when the gateway wants to be left alone (contract 5.4)."""

SLOW = 0.5
"""Seconds after which it is said how much of a message has gone out."""

TELL_EVERY = 0.2
"""Seconds between saying so."""

UNTOUCHED = (GatewayGone, NotReady, DeviceUnknown, Later, Actionable)
"""The errors after which nothing was sent and another try may go well."""

INTERRUPTED = Safe("watui ended before the gateway had answered")

NO_PHONE = Safe("waiting: no phone is linked to the device")

HELD_BACK = Safe("waiting: the message before it was not sent")

_log = logging.getLogger(__name__)

Tell = Callable[[ev.Event], None]
"""Takes an event on its way to the screen."""

Read = Callable[[Safe], Awaitable[Sequence[Message]]]
"""Reads and files the newest page of a chat; raises GatewayError."""

Spawn = Callable[[Coroutine[None, None, None]], "asyncio.Task[None]"]
"""Does something beside the rest, and sees to its failures."""


class Outgoing:
    """Sends for one device."""

    def __init__(
        self,
        device: Safe,
        gateway: Gateway,
        keeper: Keeper,
        *,
        tell: Tell,
        read: Read,
        hear: Callable[[ev.MessageArrived], None],
        spawn: Spawn,
    ) -> None:
        self._device = device
        self._gateway = gateway
        self._keeper = keeper
        self._tell = tell
        self._read = read
        self._hear = hear
        self._spawn = spawn
        self._letters: dict[Safe, list[Letter]] = {}
        self._running: set[Safe] = set()
        self._sending: set[Safe] = set()
        self._waits: dict[Safe, asyncio.TimerHandle] = {}
        self._backoff = Backoff(random.random)
        self._own: dict[Safe, dict[str, str]] = {}
        self._held: dict[Safe, list[ev.MessageArrived]] = {}
        self._open: Safe | None = None
        self._uploads: dict[Safe, Upload] = {}
        self._posting = 0
        self._ending = False
        self._shut = False
        self._newest: dict[Safe, int] = {}
        self._read_at: dict[Safe, float] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._watch: asyncio.Task[None] | None = None
        self._take_on(keeper.letters(device))

    def take_over(self) -> None:
        """Send too what another device was to send, whose place this one has taken."""
        new = [letter for letter in self._keeper.letters(self._device) if self._find(letter.id) is None]
        self._take_on(new)
        for letter in new:
            self._wake(letter.chat)

    def refuse(self, why: Safe) -> None:
        """Send nothing of what waits: it is for the person to choose whether it should go out from here."""
        for letters in [*self._letters.values()]:
            for letter in letters:
                if letter.state is State.QUEUED:
                    self._settle(letter, State.FAILED, why)

    def _take_on(self, letters: Sequence[Letter]) -> None:
        for letter in letters:
            self._letters.setdefault(letter.chat, []).append(letter)
        for letter in letters:
            if letter.state is State.SENDING:
                self._leave_open(letter, INTERRUPTED)

    # What the person asks for.

    def send(self, message: Message, body: Body) -> None:
        """Send what the person wrote; it is shown already as `message`, under its local id."""
        letter = Letter(message.id, self._device, message.chat, body.sound(), message.time)
        self._letters.setdefault(message.chat, []).append(letter)
        self._write_down(letter)
        self._wake(message.chat)
        self._hold_back(message.chat)

    def resend(self, letter_id: Safe) -> None:
        """Send a text that failed, or of which nobody knows, because the person wants it."""
        letter = self._find(letter_id)
        if letter is not None and letter.state in (State.FAILED, State.UNKNOWN):
            if letter.state is State.FAILED:
                letter.seen = None  # nothing was sent that could be found
            self._read_at.pop(letter.chat, None)
            self._settle(letter, State.QUEUED, Safe(""))
            if not letter.written:
                self._write_down(letter)
            self._wake(letter.chat)
            self._hold_back(letter.chat)

    def _write_down(self, letter: Letter) -> None:
        self._keeper.write_down(letter)
        if not letter.written:
            self._tell(ev.Settled(letter.id, letter.message))

    def discard(self, letter_id: Safe) -> None:
        """Give a text up; those behind it go their way."""
        letter = self._find(letter_id)
        if letter is None:
            return
        if letter.state is State.SENDING:
            upload = self._uploads.get(letter.id)
            if upload is None or not upload.stop():
                self._say(letter, Safe("cannot be given up: the gateway may have it"))
            return  # `Stopped` comes of it
        if letter.written and not self._keeper.discard(letter.id):
            # It would be there again at the next start.
            self._settle(letter, letter.state, one_line(f"still there: {self._keeper.words}", limit=200))
            return
        self._drop(letter)
        self._tell(ev.Discarded(letter.id, letter.chat))
        self._wake(letter.chat)

    def open(self, chat: Safe | None) -> None:
        """Note which chat is open; its ticks are followed, and no other's."""
        self._open = chat
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    # How things stand.

    def shut(self) -> None:
        """Send nothing before the device is up: it has no phone, and the next one may be another."""
        self._shut = True

    def up(self) -> None:
        """Send what waits: the device can be reached again."""
        self._shut = False
        self._backoff = Backoff(random.random)
        for chat in [*self._letters]:
            self._wake(chat)

    def doubtful(self) -> set[Safe]:
        """Give the chats in whose history a text of unknown fate may be found."""
        return {
            chat
            for chat, letters in self._letters.items()
            if any(letter.state is State.UNKNOWN for letter in letters)
        }

    async def drain(self) -> None:
        """Wait until nothing is on its way to the gateway, and let nothing more go."""
        self._ending = True
        await self._idle.wait()

    def end(self) -> None:
        """Let nothing more go, at once."""
        self._ending = True
        for wait in self._waits.values():
            wait.cancel()

    # What comes from the gateway.

    def seen(self, chat: Safe, messages: Sequence[Message]) -> None:
        """Note the own messages in a page of history, and find in it texts of unknown fate."""
        letters = [*self._letters.get(chat, ())]
        # What is found may be the text that is on its way: its answer will tell.
        on_its_way = {letter.body.text for letter in letters if letter.state is State.SENDING}
        for letter in letters:
            if letter.state is not State.UNKNOWN or letter.seen is None or letter.body.text in on_its_way:
                continue
            found = find_sent(messages, letter.message, letter.seen, letter.after)
            if found is not None:
                self._sent(letter, found)
                self._wake(chat)
        self._own.setdefault(chat, {}).update((m.id, m.text) for m in messages if m.own)
        self._newest[chat] = max([self._newest.get(chat, 0), *(m.time for m in messages)])

    def holds(self, event: ev.MessageArrived) -> bool:
        """Keep an own message from the socket back while one is being sent: it may be the very one."""
        chat = event.message.chat
        if chat not in self._sending:
            return False
        self._held.setdefault(chat, []).append(event)
        return True

    def follow(self, chat: Safe) -> None:
        """Follow the last own message of the open chat where no event tells what became of it."""
        if chat != self._open:
            return
        self.open(chat)
        if Cap.ACK_EVENTS not in self._gateway.caps:
            self._watch = self._spawn(self._follow(chat))

    # Sending.

    def _wake(self, chat: Safe) -> None:
        """Go on with a chat's texts, unless that is being done."""
        wait = self._waits.pop(chat, None)
        if wait is not None:
            wait.cancel()
        if chat not in self._running and self._letters.get(chat):
            self._running.add(chat)
            self._spawn(self._run(chat))

    async def _run(self, chat: Safe) -> None:
        """Send a chat's texts in order."""
        try:
            while (letter := self._next(chat)) is not None and await self._send(letter):
                pass
        finally:
            self._running.discard(chat)

    def _next(self, chat: Safe) -> Letter | None:
        """Find the text whose turn it is: one that failed holds back those behind it.

        One of which nobody knows does not, since it may be there already.
        """
        for letter in self._letters.get(chat, ()):
            if letter.state is State.FAILED or self._ending:
                break
            if self._shut and letter.state is State.QUEUED:
                self._settle(letter, State.QUEUED, NO_PHONE)
                break
            if letter.state is State.QUEUED:
                return letter
        return None

    def _hold_back(self, chat: Safe) -> None:
        """Say under the texts behind one that failed why they wait."""
        letters = self._letters.get(chat, [])
        held = dropwhile(lambda letter: letter.state is not State.FAILED, letters)
        for letter in [*held]:
            if letter.state is State.QUEUED and letter.error != HELD_BACK:
                self._settle(letter, State.QUEUED, HELD_BACK)

    async def _send(self, letter: Letter) -> bool:
        """Try to send a text; whether to go on with the next one at once."""
        chat = letter.chat
        queue = letter.body.kind is Kind.TEXT and self._gateway.queues(self._device)
        try:
            async with AsyncExitStack() as stack:
                try:
                    if queue:
                        say = partial(self._say, letter)
                        await stack.enter_async_context(queued.turn(self._gateway, self._device, say))
                    self._sending.add(chat)
                    seen = await self._known(letter)
                except GatewayError as error:
                    return self._put_off(letter, error)
                if not self._waits_still(letter) or self._ending:
                    return not self._ending
                if self._shut:
                    return True  # for the look at what is next, which says so
                if self._was_sent_before(letter):
                    return True
                letter.seen, letter.after = seen, self._newest.get(chat)
                letter.state = State.SENDING
                if letter.error:
                    self._say(letter, Safe(""))
                if not self._keeper.put(letter):
                    letter.seen = None  # nothing was sent that could be found
                    self._postpone(letter, GatewayGone(self._keeper.words))
                    return False
                await self._hand_over(letter, queue=queue)
        finally:
            self._sending.discard(chat)
            for event in self._held.pop(chat, ()):
                self._hear(event)
        if letter.state is State.QUEUED:
            return False
        if letter.state is State.SENDING:  # and sent
            self.follow(chat)
        return True

    def _waits_still(self, letter: Letter) -> bool:
        """Whether a text was not given up meanwhile."""
        return letter in self._letters.get(letter.chat, ())

    def _put_off(self, letter: Letter, error: GatewayError) -> bool:
        """Leave a text that was not tried for later, if that helps; whether to go on with the next one."""
        if not self._waits_still(letter):
            return True
        if isinstance(error, Refused) and not isinstance(error, UNTOUCHED):
            self._settle(letter, State.FAILED, error.words)
            self._hold_back(letter.chat)
        else:
            self._postpone(letter, error)
        return False

    def _was_sent_before(self, letter: Letter) -> bool:
        """Whether an earlier try to send a text is filed as a message; then it is that one."""
        if letter.seen is None:
            return False
        filed = self._filed(letter, letter.after or 0)
        found = find_sent(filed, letter.message, letter.seen, letter.after)
        if found is not None:
            self._sent(letter, found)
        return found is not None

    def _say(self, letter: Letter, words: Safe) -> None:
        """Say how far a text is, which nobody has to know after a restart."""
        if words != letter.error and self._waits_still(letter):
            letter.error = words
            self._tell(ev.Settled(letter.id, letter.message))

    async def _hand_over(self, letter: Letter, *, queue: bool) -> None:
        try:
            message = await self._post(letter, queue=queue)
        except Stopped:
            self._settle(letter, State.FAILED, Safe("stopped"))
            self.discard(letter.id)
        except Unsure as error:
            await self._look_for(letter, error.words)
        except UNTOUCHED as error:
            letter.seen = None  # nothing was sent that could be found
            self._postpone(letter, error)
        except GatewayBroken as error:
            self._leave_open(letter, error.words)
        except GatewayError as error:
            self._settle(letter, State.FAILED, error.words)
            self._hold_back(letter.chat)
        except Exception:  # a fault of our own: it may have happened
            _log.exception("sending failed")
            self._settle(letter, State.UNKNOWN, Safe("watui stumbled; see the log"))
        else:
            self._sent(letter, message)

    async def _post(self, letter: Letter, *, queue: bool) -> Message:
        self._posting += 1
        self._idle.clear()
        try:
            if queue:
                say = partial(self._say, letter)
                await queued.send(self._gateway, self._device, letter.chat, letter.body, say)
            upload = self._uploads[letter.id] = Upload(self._teller(letter))
            return await self._gateway.send(self._device, letter.chat, letter.body, upload)
        finally:
            self._uploads.pop(letter.id, None)
            self._posting -= 1
            if not self._posting:
                self._idle.set()

    def _teller(self, letter: Letter) -> Callable[[Upload], None]:
        """Make what says now and then how much of a message has gone out, if that takes a while."""
        told = _now() + SLOW

        def tell(upload: Upload) -> None:
            nonlocal told
            if _now() >= told and upload.done < upload.size:
                told = _now() + TELL_EVERY
                self._say(letter, Safe(f"{upload.done * 100 // upload.size} % sent · d stops it"))

        return tell

    def _postpone(self, letter: Letter, error: GatewayError) -> None:
        """Try again in a while, or when the device can be reached again."""
        seconds = LATER if isinstance(error, Later) else self._backoff.next_wait(_now()) + 0.2
        self._settle(letter, State.QUEUED, one_line(f"waiting: {error.words}", limit=200))
        chat = letter.chat
        self._waits[chat] = asyncio.get_running_loop().call_later(seconds, self._wake, chat)

    async def _known(self, letter: Letter) -> frozenset[str]:
        """Give the own messages of the same text that the chat has, as far as that can be found out.

        Without them an equal text from earlier, or from the phone, could be taken for the one that is sent.
        Raises GatewayError if nothing answers: then nothing would be sent either.
        """
        chat, text = letter.chat, letter.message.text
        readable = True
        if _now() - self._read_at.get(chat, -FRESH) >= FRESH:
            try:
                self.seen(chat, await self._read(chat))
                self._read_at[chat] = _now()
            except (Refused, GatewayBroken):  # there are chats that can be written to and not read
                readable = False
        # What was deleted meanwhile stands in no page any more, but it is filed still.
        filed = self._filed(letter, self._newest.get(chat, 0) if readable else 0)
        own = {id_ for id_, known in self._own.get(chat, {}).items() if known == text}
        return frozenset(own.union(message.id for message in filed))

    async def _look_for(self, letter: Letter, words: Safe) -> None:
        """Find out from the history whether an unanswered send happened."""
        for seconds in LOOK_WAITS:
            page: Sequence[Message] = ()
            with suppress(GatewayError):
                page = await self._read(letter.chat)
            found = find_sent(page, letter.message, letter.seen or frozenset(), letter.after)
            if found is not None:
                self._sent(letter, found)
                return
            await asyncio.sleep(seconds)
        # It may still come: a send can take longer than its answer is waited for.
        self._leave_open(letter, words)

    def _leave_open(self, letter: Letter, words: Safe) -> None:
        """Let the person choose, unless what was sent is filed already and may never be told again."""
        if not self._was_sent_before(letter):
            self._settle(letter, State.UNKNOWN, words)

    def _filed(self, letter: Letter, since: int = 0) -> list[Message]:
        return self._keeper.own(ChatKey(self._device, letter.chat), letter.message.text, since)

    def _sent(self, letter: Letter, message: Message) -> None:
        self._drop(letter)
        for other in self._letters.get(letter.chat, ()):
            if (
                other.state is State.UNKNOWN
                and other.seen is not None
                and other.body.text == letter.body.text
            ):
                other.seen |= {message.id}  # that one is this text, and not the other
                self._keeper.put(other)
        self._own.setdefault(letter.chat, {})[message.id] = message.text
        self._keeper.sent(letter, message)
        self._tell(ev.Settled(letter.id, message))

    def _settle(self, letter: Letter, state: State, error: Safe) -> None:
        if not self._waits_still(letter):
            return  # or it would be in the outbox again
        letter.state, letter.error = state, error
        if letter.written:
            self._keeper.put(letter)
        self._tell(ev.Settled(letter.id, letter.message))

    def _find(self, letter_id: Safe) -> Letter | None:
        every = (letter for letters in self._letters.values() for letter in letters)
        return next((letter for letter in every if letter.id == letter_id), None)

    def _drop(self, letter: Letter) -> None:
        letters = self._letters.get(letter.chat, [])
        if letter in letters:
            letters.remove(letter)
        if not letters:
            self._letters.pop(letter.chat, None)

    # Ticks.

    async def _follow(self, chat: Safe) -> None:
        for seconds in ACK_WAITS:
            _, last = await self._gateway.chat(self._device, chat)
            if last is None or not last.own or last.ack is None:
                return
            self._tell(self._keeper.take(self._device, ev.Acked((last.id,), last.ack, chat)))
            if last.ack >= Ack.READ or last.ack < Ack.PENDING:
                return
            await asyncio.sleep(seconds)


def _now() -> float:
    return asyncio.get_running_loop().time()
