"""The network thread as the screen sees it: asked without waiting, stopped in time.

A terminal that stops reading blocks Textual's loop for as long as it stalls; the network must not notice, so
it has a thread and an event loop of its own. What is heavy is imported there.
"""

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watui.bodies import Body
from watui.commands import Command
from watui.events import Event
from watui.models import ChatKey, Dress, Kept, Message
from watui.text import Safe

if TYPE_CHECKING:
    from watui.archive.keeper import Keeper
    from watui.archive.search import Searching
    from watui.batch import Post
    from watui.files.cache import MediaCache
    from watui.hub import Connect, Hub

_log = logging.getLogger(__name__)

LoopHandler = Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object]
"""Takes errors that nobody awaits, as an event loop reports them."""


class Network:
    """The handle of the network thread; its methods return at once, but for `stop`."""

    def __init__(
        self,
        connect: "Connect",
        post: "Post",
        *,
        keeper: "Keeper | None" = None,
        media: Path | None = None,
        on_error: LoopHandler | None = None,
    ) -> None:
        """Make ready; `keeper` is the archive, which is this thread's alone from `start` on.

        `media` is where fetched files are kept; without one, for this run only.
        """
        self._connect = connect
        self._post = post
        self._keeper = keeper
        self._media = media
        self._cache: MediaCache | None = None
        self._on_error = on_error
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)
        self._started = threading.Event()
        self._early: list[Callable[[Hub], object]] | None = []
        self._turn = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hub: Hub | None = None
        self._main: asyncio.Task[None] | None = None

    def searching(self) -> "Searching":
        """Give what looks for messages in the archive, on a thread of its own."""
        if self._keeper is None:
            raise sqlite3.OperationalError("nothing is kept")
        return self._keeper.searching()

    def retain(self, days: int | None, megabytes: int, file_days: int) -> None:
        """Keep messages as the archive's `retain` says, and fetched files up to a size and an age."""

        def keep(_: "Hub") -> None:
            if self._keeper is not None:
                self._keeper.retain(days)
            if self._cache is not None:
                self._cache.keep(megabytes, file_days)

        self._call(keep)

    @property
    def data(self) -> Path | None:
        """The directory of the archive; `None` if it is in memory."""
        return self._keeper.directory if self._keeper is not None else None

    @property
    def durable(self) -> bool:
        """Whether what waits to be sent is there after a restart."""
        return self._keeper is not None and self._keeper.durable

    @property
    def running(self) -> bool:
        """Whether the thread has begun and not ended."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float) -> bool:
        """End everything and wait for it up to `seconds`; whether it ended in time."""
        if not self._thread.is_alive():
            return True
        deadline = time.monotonic() + seconds
        if self._started.wait(seconds):
            self._call(lambda _: self._main.cancel() if self._main is not None else None)
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return not self._thread.is_alive()

    def open(self, chat: ChatKey) -> None:
        """Look after the thread of one chat, and no more after the one that was open before."""
        self._call(lambda hub: hub.open(chat))

    def more(self, chat: ChatKey, oldest: Safe, until: Safe | None = None) -> None:
        """Read what lies above the oldest message that is shown: a page, or all up to another one."""
        self._call(lambda hub: hub.more(chat, oldest, until))

    def search(self, words: str, chat: ChatKey | None) -> None:
        """Let the gateway look for words too; what only it had is filed, and told as `Uncovered`."""
        self._call(lambda hub: hub.search(words, chat))

    def send(self, device: Safe, message: Message, body: Body) -> None:
        """Send what is shown already as `message`; what becomes of it arrives as `Settled`."""
        self._call(lambda hub: hub.send(device, message, body))

    def execute(self, device: Safe, command: Command) -> None:
        """Do something else that the person wants; it ends with `Carried` or `Failed`."""
        self._call(lambda hub: hub.execute(device, command))

    def note(self, device: Safe, event: Event) -> None:
        """File what was found out here about a device's messages, and tell it."""
        self._call(lambda hub: hub.note(device, event))

    def keep(self, chat: ChatKey, kept: Kept | None) -> None:
        """Keep what the person set for a chat and no gateway can pass on."""
        self._call(lambda hub: hub.keep(chat, kept))

    def resend(self, device: Safe, local_id: Safe) -> None:
        """Send a text that failed, or of which nobody knows, because the person wants it."""
        self._call(lambda hub: hub.resend(device, local_id))

    def discard(self, chat: ChatKey, local_id: Safe) -> None:
        """Give up a text that was not sent."""
        self._call(lambda hub: hub.discard(chat, local_id))

    def read(self, chat: ChatKey, *, tell: bool) -> None:
        """Note that a chat was read, and tell WhatsApp if it is to know."""
        self._call(lambda hub: hub.read(chat, tell=tell))

    def kick(self) -> None:
        """Try everything again now that is waiting."""
        self._call(lambda hub: hub.kick())

    def create_device(self, instead_of: Safe | None = None) -> None:
        """Ask for a new device, which takes the place of another once the same phone is linked."""
        self._call(lambda hub: hub.create_device(instead_of))

    def delete_device(self, device: Safe) -> None:
        """Remove a device from the gateway."""
        self._call(lambda hub: hub.delete_device(device))

    def dress(self, device: Safe, dress: Dress) -> None:
        """Keep what the person set for a device and no gateway keeps."""
        self._call(lambda hub: hub.dress(device, dress))

    def measure(self, *, on: bool) -> None:
        """Find out from now on how the devices are doing, or no more."""
        self._call(lambda hub: hub.measure(on=on))

    def _call(self, request: "Callable[[Hub], object]") -> None:
        with self._turn:
            if self._early is not None:
                self._early.append(request)  # the thread begins after the first paint
                return
        loop, hub = self._loop, self._hub
        if loop is not None and hub is not None and not loop.is_closed():
            loop.call_soon_threadsafe(request, hub)

    # On the thread.

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception:
            _log.exception("the network thread ended")
            raise

    async def _serve(self) -> None:
        from watui.archive.keeper import Keeper  # noqa: PLC0415 - on this thread, after the first paint
        from watui.files.cache import MediaCache  # noqa: PLC0415
        from watui.hub import Hub  # noqa: PLC0415

        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._on_error)
        self._main = asyncio.current_task()
        self._keeper = self._keeper or Keeper()
        self._cache = MediaCache(self._media)
        self._hub = Hub(self._connect, self._post, self._keeper, self._cache)
        with self._turn:
            early, self._early = self._early or [], None
        for request in early:
            request(self._hub)
        self._started.set()
        await self._hub.serve()
