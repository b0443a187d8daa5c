"""The figures of a device, counted in the archive on a thread of their own."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from watui.aside import aside
from watui.figures import Figures
from watui.network import Network
from watui.panes.figures import FiguresPane
from watui.people import NOT_COUNTED
from watui.store import Store
from watui.text import Safe

if TYPE_CHECKING:
    from watui.archive.search import Searching

_log = logging.getLogger(__name__)


class Counting:
    """Counts for whichever device is looked at, one at a time."""

    def __init__(self, store: Store, network: Network) -> None:
        self._store = store
        self._network = network
        self._pane: FiguresPane | None = None
        self._device: Safe | None = None
        self._found: dict[Safe, Figures] = {}
        self._searching: Searching | None = None
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def into(self, pane: FiguresPane) -> None:
        """Show from now on there what is counted; what was counted before is counted anew."""
        self._pane, self._device = pane, None
        self._found.clear()

    def end(self) -> None:
        """Count for nobody any more."""
        self._pane = self._device = None

    def of(self, device: Safe) -> None:
        """Show the figures of a device, as soon as they are counted."""
        if device == self._device:
            return
        self._device = device
        self.show()
        if device not in self._found:
            task = asyncio.get_running_loop().create_task(self._count(device))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def show(self, trouble: str = "") -> None:
        """Show what is known by now."""
        if self._pane is None or self._device is None:
            return
        found, store = self._found.get(self._device), self._store
        keys = [each.key for each in found.busiest] if found is not None else []
        chats = {key: store.chats.get(store.key(*key)) for key in keys}
        names = {key: chat.name for key, chat in chats.items() if chat is not None}
        self._pane.show(found, store.stats.get(self._device), names, trouble=trouble)

    async def _count(self, device: Safe) -> None:
        from watui.archive.search import Stopped  # noqa: PLC0415 - on nobody's first paint

        async with self._turn:
            try:
                self._found[device] = await aside(self._question(device))
            except Stopped:
                return
            except sqlite3.Error as error:
                _log.warning("figures cannot be counted: %s", error)
                self.show(NOT_COUNTED)
                return
        self.show()

    def _question(self, device: Safe) -> Callable[[], Figures]:
        from watui.archive import figures  # noqa: PLC0415

        def ask() -> Figures:
            if self._searching is None:
                self._searching = self._network.searching()
            now = time.time()
            return self._searching.ask(
                lambda base: figures.count(base, [device], now), lambda: self._device == device
            )

        return ask
