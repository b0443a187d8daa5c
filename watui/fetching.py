"""Fetching files of messages for one device: into the cache, with a word now and then on how far it is.

A part of the device worker. Nothing is fetched by itself; what was begun can be stopped.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from watui import events as ev
from watui.aside import aside
from watui.commands import Fetch
from watui.files.cache import MediaCache
from watui.files.saving import SaveError, Saving, TooBig
from watui.gateway.base import Download, Expired, Gateway, GatewayError
from watui.models import Media
from watui.text import Safe, one_line

TELL_EVERY = 0.2
"""Seconds between words on how far it is."""

STOPPED = Safe("stopped")

FOREIGN = Safe("it has expired, or the gateway cannot pass on a name in these letters")
"""Why a file whose name is not in Latin-1 does not come (contract 2.13)."""

Tell = Callable[[ev.Event], None]
"""Takes an event on its way to the screen."""


class Fetching:
    """Fetches the files of one device's messages."""

    def __init__(self, device: Safe, gateway: Gateway, cache: MediaCache, *, tell: Tell, file: Tell) -> None:
        self._device = device
        self._gateway = gateway
        self._cache = cache
        self._tell = tell
        self._file = file
        self._running: dict[Safe, asyncio.Task[None]] = {}
        self._begun: set[Safe] = set()

    def fetch(self, command: Fetch, spawn: Callable[..., "asyncio.Task[None]"]) -> None:
        """Fetch a file, unless that is being done; `spawn` does something beside the rest."""
        if command.id not in self._running:
            task = self._running[command.id] = spawn(self._fetch(command))
            task.add_done_callback(lambda _: self._ended(command))

    def stop(self, message: Safe) -> None:
        """Fetch a file no more."""
        task = self._running.get(message)
        if task is not None:
            task.cancel()

    def _ended(self, command: Fetch) -> None:
        self._running.pop(command.id, None)
        if command.id not in self._begun:  # it was stopped before it could begin
            self._tell(ev.Failed(command, STOPPED))
        self._begun.discard(command.id)

    async def _fetch(self, command: Fetch) -> None:
        self._begun.add(command.id)
        try:
            path = await aside(partial(self._cache.find, self._device, command.id))
            media = None
            if path is None:
                path, media = await self._download(command)
        except TooBig:
            self._tell(ev.Oversized(command))
        except SaveError as error:
            self._tell(ev.Failed(command, error.words))
        except GatewayError as error:
            foreign = isinstance(error, Expired) and command.name is not None and not _is_latin(command.name)
            self._tell(ev.Failed(command, FOREIGN if foreign else error.words))
            self._tell(ev.CapsKnown(self._gateway.caps))
        except OSError as error:
            self._tell(ev.Failed(command, one_line(f"the cache cannot be used: {error.strerror}", limit=200)))
        except asyncio.CancelledError:
            self._tell(ev.Failed(command, STOPPED))
            raise
        else:
            if media is not None:
                self._file(ev.MediaKnown(command.id, media, command.chat))
            self._tell(ev.Fetched(command, path, media))

    async def _download(self, command: Fetch) -> tuple[Path, Media]:
        async with self._gateway.download(self._device, command.id) as download:
            size = download.media.size
            if size is not None and size > command.limit:
                raise TooBig("")
            saving = await aside(partial(self._cache.begin, self._device, command.id, command.limit))
            try:
                path = await self._write(command, download, saving)
            finally:
                await aside(saving.abandon)
        return path, download.media

    async def _write(self, command: Fetch, download: Download, saving: Saving) -> Path:
        loop = asyncio.get_running_loop()
        told = 0.0
        async for piece in download.pieces:
            await _whole(partial(saving.write, piece))
            if loop.time() - told >= TELL_EVERY:
                told = loop.time()
                self._tell(ev.Fetching(command, saving.size, download.media.size))
        path = await _whole(saving.finish)
        await aside(partial(self._cache.prune, path))
        return path


def _is_latin(name: str) -> bool:
    return all(ord(letter) < 256 for letter in name)


async def _whole(work: Callable[[], "Path | None"]) -> Path:
    """Do blocking work to its end though one is told to stop meanwhile: nobody else may touch the file."""
    task = asyncio.ensure_future(aside(work))
    try:
        return await asyncio.shield(task) or Path()
    except asyncio.CancelledError:
        with suppress(Exception):
            await task
        raise
