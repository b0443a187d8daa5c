"""Everything of one gateway on the network thread: its list of devices, and a worker for each."""

import asyncio
import contextlib
import itertools
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial

from watui import events as ev
from watui import log
from watui.archive.keeper import OPENED, Keeper
from watui.archive.outbox import Letter, State
from watui.aside import aside
from watui.batch import Frame, Post
from watui.bodies import Body
from watui.commands import Command, Star
from watui.devices import DeviceWorker
from watui.files.cache import MediaCache
from watui.gateway.base import Actionable, DeviceUnknown, Gateway, GatewayError, WrongKey
from watui.histories import PAGE
from watui.models import ChatKey, Device, Dress, Kept, Link, LinkState, Message
from watui.replacing import Replacing
from watui.text import Safe, one_line

LIST_EVERY = 60.0
"""Seconds between looks at the list of devices."""

RETRY_EVERY = 2.0
"""Seconds before a gateway that did not answer is asked for its devices again."""

ACT_EVERY = 10.0
"""The same when the person has to act first, and may have done so elsewhere."""

ASLEEP = 10.0
"""Seconds by which a second may be longer than it is before watui must have been asleep."""

NOT_THERE = Safe("not sent: the device is not there")

OTHER_PHONE = Safe("another phone was linked than before: both devices stay, each with its own chats")

MEASURE_EVERY = 10.0
"""Seconds between looks at how devices are doing, while somebody wants to know."""

STATS_EVERY = 6
"""Looks of which one asks too what the gateway counts."""


COMMIT_EVERY = 1.0
"""Seconds between looks at the archive."""

DRAIN = 0.4
"""Seconds that sends on their way get to end when the person quits."""

_log = logging.getLogger(__name__)

Connect = Callable[[], Awaitable[Gateway]]
"""Makes the gateway; may take long and raise `GatewayError`."""


class Hub:
    """Keeps the workers in line with the gateway's devices, and takes requests to the right one."""

    def __init__(self, connect: Connect, post: Post, keeper: Keeper, cache: MediaCache) -> None:
        self._connect = connect
        self._post = post
        self._keeper = keeper
        self._cache = cache
        keeper.on_trouble = self._say_trouble
        keeper.on_loss = self._lost
        self._look_again = asyncio.Event()
        self._frame = Frame()
        self._gateway: Gateway | None = None
        self._workers: dict[Safe, DeviceWorker] = {}
        self._running: dict[Safe, asyncio.Task[None]] = {}
        self._open: ChatKey | None = None
        self._listed = False
        self._said: tuple[LinkState, Safe] | None = None
        self._making: set[asyncio.Task[None]] = set()
        self._mutes = {chat: kept for chat, kept in keeper.kept().items() if kept.muted}
        self._measuring: asyncio.Task[None] | None = None
        self._replacing = Replacing(keeper)
        self._busy: set[Safe] = set()
        """Devices that are being made or deleted; the gateway itself for one that has no name yet."""

    async def serve(self) -> None:
        """Work until cancelled, then end every worker and close the gateway."""
        try:
            self._beside(self._keep_archive(), self._notice_sleep())
            while True:
                seconds = await self._keep_list()
                # Not `wait_for`, which may take no notice of a cancellation (Python 3.11).
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._look_again.wait()
                self._look_again.clear()
        except asyncio.CancelledError:
            _log.debug("ending")
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DRAIN):
                    await asyncio.gather(*(worker.drain() for worker in self._workers.values()))
            self.measure(on=False)
            tasks = [*self._running.values(), *self._making]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._gateway is not None:
                await self._gateway.close()
            self._keeper.close()
            self._cache.close()

    # What the person asks for.

    def open(self, chat: ChatKey) -> None:
        """Look after the thread of one chat, and no more after the one that was open before."""
        before, self._open = self._open, chat
        self._keeper.leave_note(OPENED, " ".join(chat))
        if before is not None and before.device != chat.device and before.device in self._workers:
            self._workers[before.device].open(None)
        if chat.device in self._workers:
            self._workers[chat.device].open(chat.jid)
        elif before != chat:
            self._post(chat.device, [self._keeper.thread(chat)])

    def more(self, chat: ChatKey, oldest: Safe, until: Safe | None) -> None:
        """Read what lies above the oldest message that is shown: a page, or all up to another one."""
        if chat.device in self._workers:
            self._workers[chat.device].more(chat.jid, oldest, until)
        else:
            self._post(chat.device, [self._from_archive(chat, oldest)])

    def _from_archive(self, chat: ChatKey, oldest: Safe) -> ev.Event:
        """Give what is filed above a message while there is nobody to ask."""
        messages, older = self._keeper.above(chat, oldest, PAGE)
        if not messages:
            return ev.OlderMissed(chat.jid)
        return ev.HistoryRead(chat.jid, messages, older, newest=False, above=oldest)

    def search(self, words: str, chat: ChatKey | None) -> None:
        """Let the gateway look for words too, in a chat or in all of every device."""
        for device, worker in self._workers.items():
            if chat is None or chat.device == device:
                worker.search(words, chat.jid if chat is not None else None)

    def send(self, device: Safe, message: Message, body: Body) -> None:
        """Send a message, at once or when the devices are known; say it if this one is none of them."""
        if device in self._workers:
            self._workers[device].send(message, body)
            return
        letter = Letter(message.id, device, message.chat, body.sound(), message.time)
        if self._listed:
            letter.state, letter.error = State.FAILED, NOT_THERE
        self._keeper.write_down(letter)
        if letter.error:
            self._post(device, [ev.Settled(letter.id, letter.message)])

    def resend(self, device: Safe, local_id: Safe) -> None:
        """Send a text that failed, or of which nobody knows, because the person wants it."""
        if device in self._workers:
            self._workers[device].resend(local_id)

    def discard(self, chat: ChatKey, local_id: Safe) -> None:
        """Give up a text that was not sent."""
        if chat.device in self._workers:
            self._workers[chat.device].discard(local_id)
        elif self._keeper.discard(local_id):
            self._post(chat.device, [ev.Discarded(local_id, chat.jid)])

    def read(self, chat: ChatKey, *, tell: bool) -> None:
        """Note that a chat was read, and tell WhatsApp if it is to know."""
        if tell and chat.device in self._workers:
            self._workers[chat.device].read(chat.jid)
        elif not tell:
            self._keeper.take(chat.device, ev.ChatRead(chat.jid, here_only=True))

    def execute(self, device: Safe, command: Command) -> None:
        """Do something else that the person wants; what needs no gateway is done without one."""
        if device in self._workers:
            self._workers[device].execute(command)
        elif isinstance(command, Star) and command.here:
            self.note(device, ev.Starred(command.id, command.on, command.chat, here=True))
        else:
            self._post(device, [ev.Failed(command, Safe("the device is not there"))])

    def keep(self, chat: ChatKey, kept: Kept | None) -> None:
        """Keep what the person set for a chat and no gateway can pass on."""
        self.note(chat.device, ev.ChatKept(chat.jid, kept))
        self._mutes.pop(chat, None)
        if kept is not None and kept.muted:
            self._mutes[chat] = kept

    def _unmute(self) -> None:
        """End the silence of chats whose time is over."""
        now = time.time() * 1000
        for chat, kept in [*self._mutes.items()]:
            if kept.muted_until is not None and kept.muted_until <= now:
                self.keep(chat, replace(kept, muted_until=None))

    def note(self, device: Safe, event: ev.Event) -> None:
        """File what happened, and tell it."""
        self._post(device, [self._keeper.take(device, event)])

    def kick(self) -> None:
        """Try everything again now that is waiting."""
        self._look_again.set()
        for worker in self._workers.values():
            worker.kick()

    # What the person does to devices.

    def create_device(self, instead_of: Safe | None = None) -> None:
        """Ask for a new device, which takes the place of another once the same phone is linked."""
        self._beside(self._make_device(instead_of))

    def delete_device(self, device: Safe) -> None:
        """Remove a device from the gateway; the phone keeps it among its linked devices (contract 2.2)."""
        self._beside(self._delete_device(device))

    def dress(self, device: Safe, dress: Dress) -> None:
        """Keep what the person set for a device and no gateway keeps."""
        self.note(device, ev.DeviceDressed(dress))

    def measure(self, *, on: bool) -> None:
        """Find out from now on how the devices are doing, or no more."""
        if self._measuring is not None:
            self._measuring.cancel()
        self._measuring = asyncio.get_running_loop().create_task(self._measure()) if on else None

    async def _measure(self) -> None:
        for number in itertools.count():
            for worker in self._workers.values():
                worker.measure(stats=number % STATS_EVERY == 0)
            await asyncio.sleep(MEASURE_EVERY)

    async def _make_device(self, instead_of: Safe | None) -> None:
        """Make a device, one at a time; if one waits already to take that place, that is the one."""
        waiting = self._replacing.waiting(instead_of) if instead_of is not None else None
        if waiting in self._workers:
            self._post(waiting, [ev.DeviceMade(instead_of)])
            return
        if self._gateway is None or ev.GATEWAY in self._busy:
            why = "the gateway is not there" if self._gateway is None else "one is being made already"
            self._post(ev.GATEWAY, [ev.DeviceFailed(Safe(f"no device was made: {why}"))])
            return
        self._busy.add(ev.GATEWAY)
        try:
            made = await self._gateway.create_device()
        except GatewayError as error:
            self._post(ev.GATEWAY, [ev.DeviceFailed(error.words)])
            return
        finally:
            self._busy.discard(ev.GATEWAY)
            self._look_again.set()
        if instead_of is not None:
            self._replacing.wish(made.id, instead_of)
        self._begin(made, self._gateway)
        self._post(made.id, [ev.DeviceMade(instead_of)])

    async def _delete_device(self, device: Safe) -> None:
        """Delete a device because the person wants it; what it was still to send is not wanted either."""
        if await self._deleted(device):
            for letter in self._keeper.letters(device):
                self._keeper.discard(letter.id)
            self._look_again.set()

    async def _deleted(self, device: Safe) -> bool:
        """Delete a device at the gateway; whether it is not there any more."""
        if self._gateway is None:
            self._post(device, [ev.DeviceFailed(Safe("not deleted: the gateway is not there"))])
            return False
        try:
            await self._gateway.delete_device(device)
        except DeviceUnknown:
            log.event("device", "was gone already", device=device)
        except GatewayError as error:
            self._post(device, [ev.DeviceFailed(one_line(f"not deleted: {error.words}", limit=200))])
            return False
        return True

    def _replaces(self, device: Device) -> bool:
        """Let a device take another one's place, if it was made for that and the same phone is linked now.

        Called before anything of its chats is filed.
        """
        try:
            old = self._replacing.take(device)
        except ValueError:
            self._post(device.id, [ev.DeviceFailed(OTHER_PHONE)])
            return False
        if old is None:
            return False
        running = self._running.get(old)
        if running is not None:
            running.cancel()
        worn = self._keeper.dress(old)
        # Together with the note, so that watui may be killed at any moment.
        self.note(device.id, ev.DeviceReplaced(old))
        self._replacing.note()
        self._keeper.commit()
        if worn is not None:
            self._post(device.id, [ev.DeviceDressed(worn)])
        self._beside(self._end_replaced(device.id, old))
        return True

    async def _end_replaced(self, new: Safe, old: Safe) -> None:
        """Delete a device whose place was taken, once that is sure; else with the next list."""
        if self._keeper.words or old in self._busy:
            return
        self._busy.add(old)
        try:
            if await self._deleted(old):
                self._replacing.forget(new)
                self._look_again.set()
        finally:
            self._busy.discard(old)

    def _beside(self, *works: Coroutine[None, None, None]) -> None:
        """Do something beside the list until it is done or all ends."""
        for work in works:
            task = asyncio.get_running_loop().create_task(work)
            self._making.add(task)
            task.add_done_callback(self._making.discard)

    # The list.

    async def _keep_list(self) -> float:
        """Bring the workers in line with the gateway's list; gives the seconds until the next look."""
        try:
            if self._gateway is None:
                self._say(LinkState.CONNECTING)
                self._gateway = await self._connect()
                self._post(ev.GATEWAY, [ev.CapsKnown(self._gateway.caps)])
            gateway, before = self._gateway, {*self._workers}
            replaced = self._replacing.replaced
            devices = [each for each in await gateway.devices() if each.id not in replaced.values()]
        except WrongKey as error:
            self._say(LinkState.WRONG_KEY, error.words, asyncio.get_running_loop().time() + LIST_EVERY)
            return LIST_EVERY
        except GatewayError as error:
            seconds = ACT_EVERY if isinstance(error, Actionable) else RETRY_EVERY
            self._say(LinkState.OFFLINE, error.words, asyncio.get_running_loop().time() + seconds)
            return seconds
        except Exception as error:  # a fault of our own must not end what works
            _log.exception("the list of devices cannot be kept")
            self._say(LinkState.OFFLINE, Safe(f"watui stumbled ({type(error).__name__}); see the log"))
            return ACT_EVERY
        for device in devices:
            try:
                self._begin(device, gateway)
            except Exception:  # a fault of our own must not end the other devices
                _log.exception("the worker of %s cannot begin", device.id)
        self._say(LinkState.LIVE, Safe("" if devices else "no device yet: press F2, then a, to make one"))
        self._listed = True
        for new, old in replaced.items():
            self._beside(self._end_replaced(new, old))
        present = {device.id for device in devices}
        for gone in self._keeper.devices() - present - self._workers.keys():
            self._tell_removed(gone)
        for gone in before - present:  # and none that was made meanwhile
            del self._workers[gone]
            running = self._running.pop(gone)
            # Told when the worker has ended, so that nothing of the device comes after it.
            running.add_done_callback(partial(self._removed, gone))
            running.cancel()
        return LIST_EVERY

    def _begin(self, device: Device, gateway: Gateway) -> None:
        if device.id in self._workers:
            return
        kept = [(key, kept) for key, kept in self._keeper.kept().items() if key.device == device.id]
        events = [self._keeper.take(device.id, ev.DeviceChanged(device))]
        self._post(device.id, [*events, *(ev.ChatKept(key.jid, what) for key, what in kept)])
        worker = DeviceWorker(
            device.id,
            gateway,
            self._post,
            self._keeper,
            self._cache,
            frame=self._frame,
            replaces=self._replaces,
        )
        if self._open is not None and self._open.device == device.id:
            worker.open(self._open.jid)
        self._workers[device.id] = worker
        self._running[device.id] = asyncio.get_running_loop().create_task(worker.run())

    def _removed(self, device: Safe, _: asyncio.Task[None]) -> None:
        if device not in self._workers:  # it may be back already
            self._tell_removed(device)

    def _lost(self) -> None:
        """Ask for everything anew: not all of what came could be filed."""
        for worker in self._workers.values():
            worker.lost()

    def _tell_removed(self, device: Safe) -> None:
        self._post(device, [self._keeper.take(device, ev.DeviceRemoved(device))])

    # The archive.

    async def _keep_archive(self) -> None:
        """See to the archive where no device does: write what could not be written, find damage."""
        if self._keeper.words:
            self._say_trouble(self._keeper.words)
        if self._keeper.doubtful and not await aside(self._keeper.is_sound):
            self._keeper.rebuild()
        while True:
            try:
                self._unmute()
                self._keeper.commit()
                self._keeper.prune()
            except Exception:  # a fault of our own must not leave what comes unwritten
                _log.exception("the archive cannot be seen to")
            await asyncio.sleep(COMMIT_EVERY)

    async def _notice_sleep(self) -> None:
        """Connect every device anew after the computer was asleep, or watui was stopped."""
        while True:
            before = time.time(), time.monotonic()
            await asyncio.sleep(COMMIT_EVERY)
            if max(time.time() - before[0], time.monotonic() - before[1]) > ASLEEP:
                log.event("state", "awake", of="computer")
                for worker in self._workers.values():
                    worker.wake()
                self.kick()

    def _say_trouble(self, words: Safe) -> None:
        log.event("state", "trouble" if words else "well again", of="archive", words=words or None)
        self._post(ev.GATEWAY, [ev.ArchiveTroubled(words)])

    def _say(self, state: LinkState, words: Safe = Safe(""), retry_at: float | None = None) -> None:
        if (state, words) != self._said:
            self._said = (state, words)
            log.event("state", state.value, of="gateway", words=words or None)
        self._post(ev.GATEWAY, [ev.LinkChanged(Link(state, words, retry_at))])
