"""The device worker: keeps one device connected and caught up, and carries out what the person asks of it.

It lives on the network thread and owns everything of its device. What it learns goes out through `Batch`,
one lot a frame, so that a burst of events costs the screen one message and keys still echo.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from watui import events as ev
from watui import log
from watui.archive.keeper import Keeper
from watui.batch import Batch, Frame, Post
from watui.bodies import Body
from watui.commands import Archive, Clear, Command, DeleteChat, Fetch, StopFetching
from watui.executing import Executing
from watui.fetching import Fetching
from watui.files.cache import MediaCache
from watui.gateway.base import (
    Actionable,
    DeviceUnknown,
    Gateway,
    GatewayBroken,
    GatewayError,
    GatewayGone,
    Live,
    LiveEvent,
    Offered,
    Question,
    Refused,
    WrongKey,
)
from watui.histories import Histories
from watui.models import Chat, Device, DeviceState, Link, LinkState, Message, Preview
from watui.outgoing import Outgoing
from watui.sync import Backoff, Tally
from watui.text import Safe

CHECK_EVERY = 60.0
"""Seconds between looks at what the socket may not have told."""

ALIVE_EVERY = 20.0
"""Seconds between looks whether the gateway still answers: a dead line may say nothing for a minute."""

SILENT_AFTER = 5.0
"""Seconds without an answer after which the person is told."""

POLL_EVERY = 5.0
"""Seconds between looks where there is no socket."""

POLL_FOR = 60.0
"""Seconds of polling after which a refused socket is tried again."""

SETTLE = 0.3
"""Seconds to wait after a doubtful event before asking, so that a flurry of them is one question."""

UNLINKED_CHECK = 10.0
"""Seconds between looks at a device that waits for its phone, in case an event was missed."""

KEY_EVERY = 60.0
"""Seconds after which a refused key is tried again, in case it was put right."""

STARTING_FOR = 30.0
"""Seconds during which an unknown device counts as not started yet (contract 2.2)."""

NO_PHONE = (DeviceState.UNLINKED, DeviceState.DISCONNECTED, DeviceState.FAILED)
"""The states in which no phone is linked to a device."""

OTHER_PHONE = Safe("not sent: another phone was linked before it could be; r sends it from there")

OTHERS = Safe(
    "another phone is linked now. The chats of the one before stay in the archive, what waited was not sent"
)

_log = logging.getLogger(__name__)


class Last(NamedTuple):
    """What a chat list said of a chat's last message."""

    time: int
    preview: Preview | None


class DeviceWorker:
    """The shell around one device: connection, catching up, sending."""

    def __init__(
        self,
        device: Safe,
        gateway: Gateway,
        post: Post,
        keeper: Keeper,
        cache: MediaCache,
        *,
        frame: Frame | None = None,
        replaces: Callable[[Device], bool] = lambda _: False,
    ) -> None:
        """Make ready; `replaces` is asked whether the device takes another one's place as it is now.

        `frame` is the one that all devices share.
        """
        self.id = device
        self._replaces = replaces
        self._reconnects = Tally()
        self._was_connected = False
        known = keeper.device(device)
        self._number = known.number if known is not None else None
        """The number of the phone that is linked, or was."""
        self._why = Safe("")
        """Why WhatsApp has disconnected the device, as far as somebody said so."""
        self._gateway = gateway
        self._keeper = keeper
        self._batch = Batch(device, post, keeper.commit, frame)
        self._backoff = Backoff(random.random)
        self._device: Device | None = None
        self._link: Link | None = None
        self._open: Safe | None = None
        self._kick = asyncio.Event()
        self._doubt = asyncio.Event()
        self._chats: dict[Safe, Last] = {}
        self._listed: list[Chat] = []
        self._contacts_known = False
        self._trouble = Safe("")
        """Why the open chat cannot be read, while the rest works."""
        self._ahead: asyncio.Task[None] | None = None
        self._searching: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._histories = Histories(device, gateway, keeper, self._tell, self._seen)
        self._outgoing = Outgoing(
            device,
            gateway,
            keeper,
            tell=self._tell,
            read=self._histories.newest,
            hear=self._hear,
            spawn=self._spawn,
        )
        self._fetching = Fetching(device, gateway, cache, tell=self._tell, file=self._file)
        self._executing = Executing(device, gateway, keeper, self._histories, tell=self._tell, now=_now)
        self._unknown_since: float | None = None
        self._slept = False
        self._silent = False
        self._anew = True
        """Whether the list is to be read though it may be the same: this worker has not filed it yet."""

    # What the person asks for. All of it is called on the network thread's loop.

    def open(self, chat: Safe | None) -> None:
        """Look after a chat's thread: it was opened, or with `None` none is open any more."""
        self._open, self._trouble = chat, Safe("")
        self._outgoing.open(chat)
        if chat is not None:
            self._histories.show(chat)
            if self._ready:
                self._spawn(self._read_thread(chat))

    def more(self, chat: Safe, oldest: Safe, until: Safe | None) -> None:
        """Read what lies above the oldest message that is shown: a page, or all up to another one."""
        self._spawn(self._histories.more(chat, oldest, until))

    def search(self, words: str, chat: Safe | None) -> None:
        """Let the gateway look for words too, and file what it finds; says so if that was not known."""
        if self._searching is not None:
            self._searching.cancel()
        if self._ready:
            self._searching = self._spawn(self._search(words, chat))

    def send(self, message: Message, body: Body) -> None:
        """Send what the person wrote; it is shown already as `message`, under its local id."""
        self._outgoing.send(message, body)

    def execute(self, command: Command) -> None:
        """Do something else that the person wants."""
        match command:
            case Fetch():
                self._fetching.fetch(command, self._spawn)
            case StopFetching(id=message):
                self._fetching.stop(message)
            case _:
                self._spawn(self._execute(command))

    def measure(self, *, stats: bool) -> None:
        """Find out how the device is doing, and with `stats` what the gateway counts of it."""
        self._spawn(self._measure(stats))

    async def _measure(self, stats: bool) -> None:
        with suppress(GatewayError):  # nothing hangs on it, and who has no connection says so himself
            self._tell(ev.HealthTold(await self._gateway.health(self.id)))
        if stats and self._ready:
            with suppress(GatewayError):
                self._tell(ev.StatsTold(await self._gateway.stats(self.id)))

    def resend(self, local_id: Safe) -> None:
        """Send a text that failed, or of which nobody knows, because the person wants it."""
        self._outgoing.resend(local_id)

    def discard(self, local_id: Safe) -> None:
        """Give up a text that was not sent."""
        self._outgoing.discard(local_id)

    def read(self, chat: Safe) -> None:
        """Tell WhatsApp that a chat was read."""
        self._spawn(self._mark_read(chat))

    async def drain(self) -> None:
        """Wait for the sends that are on their way."""
        await self._outgoing.drain()

    def wake(self) -> None:
        """Connect anew: the computer was asleep, and the other side may have given the line up."""
        self._slept = True
        self.kick()

    def lost(self) -> None:
        """Ask for everything anew: some of what came could not be filed."""
        self._histories.lost()
        self._anew = True
        self.kick()

    def kick(self) -> None:
        """Try again now instead of waiting."""
        self._kick.set()

    # The supervisor.

    async def run(self) -> None:
        """Keep the device connected until cancelled; whatever goes wrong is said and tried again."""
        try:
            while True:
                await self._once()
                self._histories.deafened()
        finally:
            self._outgoing.end()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._batch.flush()

    async def _once(self) -> None:
        wait = 0.0
        self._slept = False
        try:
            self._say_trying()
            await self._ask_device()
            if self._gateway.sockets:
                await self._stay_connected()
            else:
                await self._poll(None)
        except WrongKey as error:
            wait = KEY_EVERY
            self._say(LinkState.WRONG_KEY, error.words, _now() + wait)
        except GatewayError as error:
            wait = self._backoff.next_wait(_now())
            if isinstance(error, Actionable):
                wait = max(wait, 10.0)
            self._say(LinkState.OFFLINE, error.words, _now() + wait)
        except Exception as error:  # a fault of our own must not silence the device
            _log.exception("the worker of %s failed", self.id)
            wait = max(1.0, self._backoff.next_wait(_now()))
            self._say(
                LinkState.OFFLINE,
                Safe(f"watui stumbled ({type(error).__name__}); see the log"),
                _now() + wait,
            )
        await self._pause(wait)

    async def _stay_connected(self) -> None:
        async with AsyncExitStack() as stack:
            try:
                live = await stack.enter_async_context(self._gateway.live(self.id, self._heard))
            except Refused as error:
                log.event("error", "the socket was refused", device=self.id, why=error.words)
            else:
                await self._attend(live)
        await self._poll(POLL_FOR)

    async def _attend(self, live: Live) -> None:
        """Look after an open connection until it is lost."""
        closed = asyncio.ensure_future(live.closed())
        self._histories.connected()
        if self._was_connected:
            today = datetime.now().astimezone().date()
            self._tell(ev.Reconnected(self._reconnects.add(today), today))
        self._was_connected = True
        try:
            # Asked again: what happened before the connection stood was told to nobody (contract 3.5).
            await self._ask_device()
            await self._catch_up(LinkState.LIVE)
            self._backoff.up(_now())
            checked = _now()
            while not closed.done():
                woken = await self._wait(closed, ALIVE_EVERY if self._ready else UNLINKED_CHECK)
                if closed.done() or self._slept:
                    break
                before = self._ready
                await self._ask_if_alive()
                if not self._ready or not before:
                    await self._catch_up(LinkState.LIVE)
                elif woken:
                    await self._catch_up(LinkState.LIVE, quiet=True)
                elif _now() - checked >= CHECK_EVERY:
                    await self._check()
                else:
                    continue
                checked = _now()
            raise GatewayGone("the connection was lost")
        finally:
            closed.cancel()
            await asyncio.gather(closed, return_exceptions=True)

    async def _ask_if_alive(self) -> None:
        """Ask how the device is, and tell the person when the answer is long in coming."""
        timer = asyncio.get_running_loop().call_later(
            SILENT_AFTER, self._say_silent, time.strftime("%H:%M:%S")
        )
        try:
            await self._ask_device()
        finally:
            timer.cancel()
        if self._silent and self._link is not None:
            self._silent = False
            self._say(self._link.state, self._trouble)

    def _say_silent(self, since: str) -> None:
        if self._link is not None and self._link.state is LinkState.LIVE:
            self._silent = True
            self._say(LinkState.LIVE, Safe(f"the gateway has not answered since {since}"))

    async def _wait(self, closed: asyncio.Future[str], seconds: float) -> bool:
        """Wait for the connection's end, a kick, a doubt, or `seconds`; whether somebody woke us."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self._kick, self._doubt)]
        everything: list[asyncio.Future[Any]] = [closed, *waits]
        try:
            await asyncio.wait(everything, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        woken = self._kick.is_set() or self._doubt.is_set()
        if self._doubt.is_set():
            await asyncio.sleep(SETTLE)
        self._kick.clear()
        self._doubt.clear()
        return woken

    async def _pause(self, seconds: float) -> None:
        # Not `wait_for`, which takes no notice of a cancellation that comes with the kick (Python 3.11).
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._kick.wait()
        self._kick.clear()

    async def _poll(self, seconds: float | None) -> None:
        """Stand in for the socket by asking every few seconds, for `seconds` or for good."""
        until = None if seconds is None else _now() + seconds
        await self._catch_up(LinkState.POLLING)
        self._backoff.up(_now())
        while until is None or _now() < until:
            await self._pause(POLL_EVERY if self._ready else UNLINKED_CHECK)
            before = self._ready
            await self._ask_device()
            if not self._ready or not before:
                await self._catch_up(LinkState.POLLING)
            else:
                await self._check(live=True)

    # Catching up.

    @property
    def _ready(self) -> bool:
        return self._device is not None and self._device.state is DeviceState.READY

    async def _ask_device(self) -> None:
        """Ask how the device is, the only call that tells the truth (contract 0.3)."""
        try:
            device = await self._gateway.device(self.id)
            self._unknown_since = None
        except DeviceUnknown:
            self._unknown_since = self._unknown_since or _now()
            starting = _now() - self._unknown_since < STARTING_FOR
            state = DeviceState.STARTING if starting else DeviceState.GONE
            known = self._device
            device = replace(known, state=state, qr=None) if known else Device(self.id, state)
        # Which some answers do not tell, of a device that failed or before its account is known.
        device = replace(device, number=device.number or self._number)
        if device.state is DeviceState.DISCONNECTED:
            device = replace(device, why=self._why)
        elif device.state is DeviceState.READY:
            self._why = Safe("")
        if device != self._device:
            log.event("device", device.state.value, device=self.id)
            if self._replaces(device):
                self._outgoing.take_over()
            elif device.state is DeviceState.READY and self._number not in (None, device.number):
                self._begin_anew()
            self._number = device.number or self._number
            self._file(ev.DeviceChanged(device))
        self._device = device
        if device.state in NO_PHONE:
            self._outgoing.shut()

    def _begin_anew(self) -> None:
        """Part with the chats of the phone that was linked before; another one is now."""
        log.event("device", "another phone is linked", device=self.id)
        if self._number is not None:
            self._file(ev.AccountChanged(self._number))
        self._outgoing.refuse(OTHER_PHONE)
        self._tell(ev.DeviceFailed(OTHERS))
        self._histories.lost()
        self._chats, self._listed = {}, []
        self._anew, self._contacts_known = True, False

    async def _catch_up(self, state: LinkState, *, quiet: bool = False) -> None:
        """Read everything that may have changed, then say `state`; or say why the device cannot be used."""
        if self._device is None or not self._ready:
            self._say(LinkState.UNLINKED, _device_words(self._device))
            return
        if not quiet:
            self._say(LinkState.CATCHING_UP)
            self._outgoing.up()
        await self._list_chats()
        if self._open is not None:
            await self._look_at(self._open)
        behind = [chat for chat in self._behind() if chat != self._open]
        for number, chat in enumerate(behind, start=1):
            if not quiet:
                self._say(LinkState.CATCHING_UP, Safe(f"{number} of {len(behind)}"))
            await self._look_at(chat)
        self._say(state, self._trouble)
        if self._ahead is None or self._ahead.done():
            self._ahead = self._spawn(self._histories.read_ahead(self._listed))
        if not self._contacts_known:
            self._spawn(self._list_contacts())

    async def _check(self, *, live: bool = False) -> None:
        """Look for what the socket did not tell; `live` when there is none, so that news may ring."""
        before = self._chats
        newest = max((last.time for last in before.values()), default=0)
        await self._list_chats()
        changed = [chat for chat, last in self._chats.items() if live and last != before.get(chat)]
        for chat in changed:
            known = before.get(chat)
            await self._look_at(chat, news_since=known.time if known else newest)
        others = [*self._behind(), *self._histories.active(), *([self._open] if self._open else [])]
        for chat in dict.fromkeys(others):
            if chat not in changed:
                await self._look_at(chat, always=False)

    async def _list_chats(self) -> None:
        chats = await self._gateway.chats(self.id, fresh=self._anew)
        if chats is not None:
            if self._anew and self._device is not None:
                self._keeper.take(self.id, ev.DeviceChanged(self._device))
            self._anew = False
            chats = self._executing.corrected(chats)
            self._chats = {chat.key.jid: Last(chat.time, chat.preview) for chat in chats}
            self._listed = chats
            self._file(ev.ChatsListed(chats))

    def _behind(self) -> list[Safe]:
        """List the chats of which something may be missing, and those with a text of unknown fate."""
        behind = self._histories.behind(self._listed)
        return [*behind, *self._outgoing.doubtful().difference(behind)]

    async def _list_contacts(self) -> None:
        self._file(ev.ContactsListed(await self._gateway.contacts(self.id)))
        self._contacts_known = True

    async def _look_at(self, chat: Safe, *, always: bool = True, news_since: int | None = None) -> None:
        """Refresh a thread; one that cannot be read is no reason to give the device up."""
        trouble = await self._histories.look(chat, always=always, news_since=news_since)
        if chat == self._open and trouble != self._trouble:
            self._trouble = trouble
            if self._link is not None and self._link.state in (LinkState.LIVE, LinkState.POLLING):
                self._say(self._link.state, trouble)

    async def _read_thread(self, chat: Safe) -> None:
        await self._look_at(chat)
        self._outgoing.follow(chat)  # not before the page is told, or the tick would find no message

    # The live connection.

    def _heard(self, event: LiveEvent) -> None:
        """Take what the socket says; called by the adapter, in order, and must not wait."""
        match event:
            case Question():
                self._why = event.why or self._why
                log.event("connection", "asking again", device=self.id, why=event.words)
                self._doubt.set()
            case Offered():
                known = self._device or Device(self.id, DeviceState.UNLINKED)
                self._device = replace(known, state=DeviceState.UNLINKED, qr=event.qr)
                self._tell(ev.DeviceChanged(self._device))
                self._outgoing.shut()
                self._doubt.set()
            case ev.MessageArrived(message) if message.own and self._outgoing.holds(event):
                pass  # which one it is shows when the call returns
            case ev.MessageArrived():
                self._hear(event)
            case _:
                self._file(event)

    def _seen(self, chat: Safe, messages: Sequence[Message]) -> None:
        self._outgoing.seen(chat, messages)

    def _hear(self, event: ev.MessageArrived) -> None:
        """Take in a message that came over the socket."""
        message = event.message
        self._histories.heard(event)
        if message.own:
            self._outgoing.seen(message.chat, [message])
        elif message.chat not in self._chats:
            self._chats[message.chat] = Last(message.time, None)
            self._spawn(self._introduce(message.chat))
        if self._histories.is_crowded(message.chat):
            self._spawn(self._look_at(message.chat))

    async def _introduce(self, chat: Safe) -> None:
        """Learn the name of a chat that was not in the list."""
        found, _ = await self._gateway.chat(self.id, chat)
        self._file(ev.ChatChanged(found))

    async def _execute(self, command: Command) -> None:
        done = await self._executing.execute(command)
        if not done or not isinstance(command, Archive | Clear | DeleteChat):
            return
        self._listed = self._executing.corrected(self._listed)
        if isinstance(command, Archive):
            for chat in self._listed:
                if chat.key.jid == command.chat:
                    self._file(ev.ChatChanged(chat))

    async def _search(self, words: str, chat: Safe | None) -> None:
        found: dict[Safe, list[Safe]] = {}
        for where, message_id in await self._gateway.search(self.id, words, chat):
            if where in self._chats and chat in (None, where):  # and nothing else that an answer may name
                found.setdefault(where, []).append(message_id)
        for where, ids in found.items():
            uncovered = False
            with suppress(Refused, GatewayBroken):  # of one chat, which is no reason to leave out the others
                uncovered = await self._histories.uncover(where, ids)
            if uncovered:
                self._keeper.commit()  # for whoever reads the file beside this thread
                self._tell(ev.Uncovered())

    async def _mark_read(self, chat: Safe) -> None:
        try:
            await self._gateway.mark_read(self.id, chat)
        except Refused:  # as for every `@lid` chat (contract 2.12)
            self._file(ev.ChatRead(chat, here_only=True))
        else:
            self._file(ev.ChatRead(chat))

    # Small things.

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Do something beside the supervisor; what fails is logged, and looked into if it is the device."""
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # if it ended before it began
        return task

    async def _guarded(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Refused as error:
            log.event("error", "a call was refused", device=self.id, why=error.words)
        except GatewayError as error:
            log.event("error", "a call failed", device=self.id, why=error.words)
            self._doubt.set()
        except Exception:
            _log.exception("a call for %s failed", self.id)

    def _file(self, event: ev.Event) -> None:
        """Keep what happened, and tell it."""
        self._tell(self._keeper.take(self.id, event))

    def _tell(self, event: ev.Event) -> None:
        if log.logger.isEnabledFor(logging.DEBUG):
            _note(self.id, event)
        if isinstance(event, ev.Settled):
            self._histories.touched(event.message.chat)
        self._batch.add(event)

    def _say_trying(self) -> None:
        """Say that a try is under way, keeping the words about what failed before it."""
        if self._link is not None and self._link.state in ev.DEAF and self._link.words:
            self._say(self._link.state, self._link.words)
        else:
            self._say(LinkState.CONNECTING)

    def _say(self, state: LinkState, words: Safe = Safe(""), retry_at: float | None = None) -> None:
        link = Link(state, words, retry_at)
        if link != self._link:
            self._link = link
            log.event("state", state.value, device=self.id, words=words or None)
            self._tell(ev.LinkChanged(link))


def _note(device: Safe, event: ev.Event) -> None:
    """Log what goes to the screen, without a word of what people write."""
    about = event.message if isinstance(event, ev.MessageArrived | ev.Settled | ev.Queued) else event
    log.event(
        "message",
        type(event).__name__,
        device=device,
        chat=getattr(about, "chat", None),
        id=getattr(about, "id", None),
        kind=getattr(about, "kind", None),
    )


def _device_words(device: Device | None) -> Safe:
    match device.state if device else DeviceState.STARTING:
        case DeviceState.UNLINKED:
            return Safe("scan the code with the phone")
        case DeviceState.STARTING:
            return Safe("the gateway is starting the device")
        case DeviceState.DISCONNECTED:
            why = f": {device.why}" if device is not None and device.why else ""
            return Safe(f"WhatsApp has disconnected this device{why}. F2 links it again")
        case DeviceState.GONE:
            return Safe("the gateway no longer knows this device")
        case DeviceState.FAILED:
            return Safe("the gateway could not start this device")
        case DeviceState.READY:
            return Safe("")


def _now() -> float:
    return asyncio.get_running_loop().time()
