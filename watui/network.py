"""The network thread: an event loop of its own, with one worker for each device of the gateway.

A terminal that stops reading blocks Textual's loop for as long as it stalls; the network must not notice.
Everything heavy (aiohttp, socketio) is imported here, after the first paint.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from watui import events as ev
from watui.batch import Post
from watui.devices import DeviceWorker
from watui.gateway.base import Actionable, Gateway, GatewayError, WrongKey
from watui.models import Ack, ChatKey, Device, Link, LinkState, Message
from watui.text import Safe

GATEWAY = Safe("")
"""The device id under which the gateway itself speaks, before any device is known."""

LIST_EVERY = 60.0
"""Seconds between looks at the list of devices."""

RETRY_EVERY = 2.0
"""Seconds before a gateway that did not answer is asked for its devices again."""

ACT_EVERY = 10.0
"""The same when the person has to act first, and may have done so elsewhere."""

_log = logging.getLogger(__name__)

Connect = Callable[[], Awaitable[Gateway]]
"""Makes the gateway, on the network thread; may take long and raise `GatewayError`."""

LoopHandler = Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object]
"""Takes errors that nobody awaits, as an event loop reports them."""

Request = Callable[[DeviceWorker], None]


class Network:
    """Starts and stops the thread, and takes requests to the right worker; safe from any thread."""

    def __init__(self, connect: Connect, post: Post, *, on_error: LoopHandler | None = None) -> None:
        self._connect = connect
        self._post = post
        self._on_error = on_error
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)
        self._started = threading.Event()
        self._look_again = asyncio.Event()
        self._gateway: Gateway | None = None
        self._workers: dict[Safe, DeviceWorker] = {}
        self._running: dict[Safe, asyncio.Task[None]] = {}
        self._open: ChatKey | None = None
        self._making: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self, seconds: float) -> bool:
        """End everything and wait for it up to `seconds`; whether it ended in time."""
        if not self._thread.is_alive():
            return True
        self._started.wait(seconds)
        self._call(self._cancel)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def open(self, chat: ChatKey, before: ChatKey | None) -> None:
        """Look after the thread of `chat`, and no more after the one that was open before."""
        self._open = chat  # a worker that begins later looks here
        if before is not None and before.device != chat.device:
            self._ask(before.device, lambda worker: worker.open(None))
        self._ask(chat.device, lambda worker: worker.open(chat.jid))

    def more(self, chat: ChatKey, oldest: Safe) -> None:
        """Read what lies above the oldest known message of a thread."""
        self._ask(chat.device, lambda worker: worker.more(chat.jid, oldest))

    def send(self, device: Safe, message: Message, text: str) -> None:
        """Send `text`, shown already as `message`; what becomes of it arrives as `Settled`."""
        failed = replace(message, ack=Ack.FAILED, error=Safe("not sent: the device is not there"))
        self._ask(
            device,
            lambda worker: worker.send(message, text),
            otherwise=lambda: self._post(device, [ev.Settled(message.id, failed)]),
        )

    def read(self, chat: ChatKey) -> None:
        """Tell WhatsApp that a chat was read."""
        self._ask(chat.device, lambda worker: worker.read(chat.jid))

    def kick(self) -> None:
        """Try everything again now that is waiting."""
        self._call(self._kick)

    def create_device(self) -> None:
        """Ask the gateway for a new device."""
        self._call(self._create_device)

    def _ask(self, device: Safe, request: Request, otherwise: Callable[[], None] | None = None) -> None:
        def ask() -> None:
            worker = self._workers.get(device)
            if worker is not None:
                request(worker)
            elif otherwise is not None:
                otherwise()

        self._call(ask)

    def _call(self, function: Callable[[], None]) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(function)

    # On the thread.

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception:
            _log.exception("the network thread ended")
            raise

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._on_error)
        self._main = asyncio.current_task()
        self._started.set()
        try:
            while True:
                seconds = await self._keep_list()
                try:
                    await asyncio.wait_for(self._look_again.wait(), seconds)
                except TimeoutError:
                    continue
                self._look_again.clear()
        except asyncio.CancelledError:
            _log.debug("ending")
        finally:
            tasks = [*self._running.values(), *self._making]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._gateway is not None:
                await self._gateway.close()

    async def _keep_list(self) -> float:
        """Bring the workers in line with the gateway's list; gives the seconds until the next look."""
        try:
            if self._gateway is None:
                self._say(LinkState.CONNECTING)
                self._gateway = await self._connect()
            gateway = self._gateway
            devices = await gateway.devices()
        except WrongKey as error:
            self._say(LinkState.WRONG_KEY, error.words)
            return LIST_EVERY
        except GatewayError as error:
            seconds = ACT_EVERY if isinstance(error, Actionable) else RETRY_EVERY
            self._say(LinkState.OFFLINE, error.words, asyncio.get_running_loop().time() + seconds)
            return seconds
        for device in devices:
            if device.id not in self._workers:
                self._begin(device, gateway)
        self._say(
            LinkState.LIVE, Safe("" if devices else "no device yet: press Ctrl+P and choose Add a device")
        )
        for gone in self._workers.keys() - {device.id for device in devices}:
            self._running.pop(gone).cancel()
            del self._workers[gone]
            self._post(gone, [ev.DeviceRemoved(gone)])
        return LIST_EVERY

    def _begin(self, device: Device, gateway: Gateway) -> None:
        self._post(device.id, [ev.DeviceChanged(device)])
        worker = DeviceWorker(device.id, gateway, self._post)
        if self._open is not None and self._open.device == device.id:
            worker.open(self._open.jid)
        self._workers[device.id] = worker
        self._running[device.id] = asyncio.get_running_loop().create_task(worker.run())

    def _say(self, state: LinkState, words: Safe = Safe(""), retry_at: float | None = None) -> None:
        self._post(GATEWAY, [ev.LinkChanged(Link(state, words, retry_at))])

    def _kick(self) -> None:
        self._look_again.set()
        for worker in self._workers.values():
            worker.kick()

    def _create_device(self) -> None:
        task = asyncio.get_running_loop().create_task(self._make_device())
        self._making.add(task)
        task.add_done_callback(self._making.discard)

    async def _make_device(self) -> None:
        if self._gateway is None:
            return
        try:
            self._begin(await self._gateway.create_device(), self._gateway)
        except GatewayError as error:
            self._say(LinkState.LIVE, error.words)

    def _cancel(self) -> None:
        if self._main is not None:
            self._main.cancel()
