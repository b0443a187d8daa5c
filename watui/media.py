"""What is done with files of messages once they are here: saved, looked at, listened to, opened.

Nothing is fetched by itself. What is heavy is imported when it is used.
"""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App
from textual.timer import Timer

from watui import events as ev
from watui.aside import aside
from watui.commands import Fetch, StopFetching
from watui.messages import Copied
from watui.models import ChatKey, Kind, Media, Message
from watui.network import Network
from watui.panes import words
from watui.panes.thread import ThreadPane
from watui.text import Safe, one_line

if TYPE_CHECKING:
    from watui.terminal.playing import Playing

LIMIT = 100_000_000
"""Bytes of a file that is fetched without being asked about."""

LARGEST = 32 * 2**20
"""Bytes of a picture that is looked at."""

NO_LIMIT = 2**62

SPEEDS = (1.0, 1.5, 2.0)
"""How fast a voice note is played, one after the other."""

TICK = 0.5
"""Seconds between looks at how far it is played."""


@dataclass(slots=True)
class Want:
    """What is to be done with a file that is on its way."""

    what: str
    message: Message


class MediaRoom:
    """Fetches files for the person, and does with them what was wanted."""

    def __init__(
        self,
        app: App[None],
        network: Network,
        say_work: Callable[[str], object],
        downloads: Callable[[], Path],
    ) -> None:
        self._app = app
        self._network = network
        self._say_work = say_work
        self.downloads = downloads
        """Gives where files are saved."""
        self._wants: dict[tuple[Safe, Safe], Want] = {}
        """By the device and the message."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._playing: Playing | None = None
        self._played: tuple[Message, Path, float] | None = None
        self._timer: Timer | None = None

    # What the person asks for.

    def do(self, key: ChatKey, what: str, message: Message) -> None:
        """Do something with the file of a message; the same key again stops what is on its way."""
        want = self._wants.get((key.device, message.id))
        if want is not None and want.what != what:
            want.what = what  # of the same file
        elif want is not None:
            self._network.execute(key.device, StopFetching(key.jid, message.id))
        elif what == "preview" and self._played is not None and self._played[0].id == message.id:
            self._spawn(self._stop())
        else:
            self._fetch(key, what, message, LIMIT)

    def faster(self) -> bool:
        """Play what is played at the next speed; whether anything is."""
        if self._played is None:
            return False
        message, path, speed = self._played
        further = SPEEDS[(SPEEDS.index(speed) + 1) % len(SPEEDS)]
        self._spawn(self._play(message, path, further))
        return True

    def _fetch(self, key: ChatKey, what: str, message: Message, limit: int) -> None:
        self._wants[key.device, message.id] = Want(what, message)
        self._say_work(f"⇣ {_called(message)}")
        name = message.media.name if message.media is not None else None
        self._network.execute(key.device, Fetch(key.jid, message.id, limit, name))

    async def close(self) -> None:
        """Stop what is played."""
        if self._playing is not None:
            await self._playing.stop()

    # What comes of it.

    def came(self, key: ChatKey, event: ev.Fetching | ev.Fetched | ev.Oversized) -> None:
        """Take note of how a file comes."""
        want = self._wants.get((key.device, event.command.id))
        if want is None:
            return
        if isinstance(event, ev.Fetching):
            self._say_work(_progress(want.message, event.done, event.size))
            return
        self._done(key, event.command.id)
        if isinstance(event, ev.Oversized):
            self._ask(key, want)
        else:
            media = event.media or want.message.media or Media()
            self._spawn(self._use(want, event.path, media))
            if want.message.kind is Kind.VOICE and not media.waveform:
                self._spawn(self._draw(key, want.message, event.path, media))

    def failed(self, key: ChatKey, command: Fetch, why: Safe) -> None:
        """Say that a file does not come."""
        want = self._done(key, command.id)
        if want is not None:
            self._say(f"{_called(want.message)}: {why}", warning=why != "stopped")

    def _done(self, key: ChatKey, message_id: Safe) -> Want | None:
        want = self._wants.pop((key.device, message_id), None)
        if not self._wants and self._played is None:
            self._say_work("")
        return want

    def _ask(self, key: ChatKey, want: Want) -> None:
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415

        size = want.message.media.size if want.message.media is not None else None
        told = words.size(size) if size is not None else f"more than {words.size(LIMIT)}"

        def chosen(answer: str | None) -> None:
            if answer is not None:
                self._fetch(key, want.what, want.message, NO_LIMIT)

        entries = [Entry("y", f"Fetch it: {told}", "yes")]
        self._app.push_screen(MenuScreen(f"{_called(want.message)} is large", entries), chosen)

    async def _use(self, want: Want, path: Path, media: Media) -> None:
        from watui.terminal.opening import can_open  # noqa: PLC0415

        here = can_open(os.environ)
        match want.what:
            case "preview" if want.message.kind in (Kind.VOICE, Kind.AUDIO):
                await self._listen(want.message, path, media)
            case "preview":
                await self._show(want.message, path)
            case "open" if here:
                await self._open(want.message, path, media)
            case _:
                await self._save(want.message, path, media, tell_path=want.what == "open")

    async def _draw(self, key: ChatKey, message: Message, path: Path, media: Media) -> None:
        """Show how loud a voice note is along its length, where WhatsApp has not told and it can be found."""
        from watui.terminal.listening import peaks  # noqa: PLC0415

        waveform = await peaks(path, os.environ)
        if waveform:
            known = replace(message.media or media, waveform=waveform)
            self._network.note(key.device, ev.MediaKnown(message.id, known, key.jid))

    # Saving and opening.

    async def _save(self, message: Message, path: Path, media: Media, *, tell_path: bool) -> None:
        from watui.files.saving import SaveError  # noqa: PLC0415

        try:
            saved = await aside(partial(_copied, path, self.downloads(), _file_name(message, media)))
        except SaveError as error:
            self._say(error.words, warning=True)
            return
        except OSError:
            self._say("the file was gone again; save it once more", warning=True)
            return
        if tell_path:  # there is nothing here to open it with
            self._app.post_message(Copied(str(saved), f"saved, and the path {_shown(saved)}"))
        else:
            self._say(f"saved as {_shown(saved)}")

    async def _open(self, message: Message, path: Path, media: Media) -> None:
        """Open a file with the desktop's program, under a name that says what it is."""
        from watui.files.saving import SaveError  # noqa: PLC0415
        from watui.terminal.opening import open_path, refusal  # noqa: PLC0415

        try:
            named = await aside(partial(_copied, path, self.downloads(), _file_name(message, media)))
        except (SaveError, OSError) as error:
            self._say(str(error), warning=True)
            return
        why = await aside(partial(refusal, named))
        if why:
            self._say(f"saved as {_shown(named)}, but not opened: {why}", warning=True)
        elif open_path(named, os.environ):
            self._say(f"opening {_shown(named)}")
        else:
            self._say(f"saved as {_shown(named)}; nothing was found here to open it with", warning=True)

    # Looking and listening.

    async def _show(self, message: Message, path: Path) -> None:
        from watui.pictures import PictureError, preview  # noqa: PLC0415
        from watui.screens.preview import PreviewScreen  # noqa: PLC0415

        size = self._app.size
        self._say_work("drawing …")
        try:
            data = await aside(partial(_read, path))
            picture = await preview(data, max(4, size.width - 4), max(2, size.height - 4))
        except PictureError as error:
            self._say(f"{_called(message)}: {error}", warning=True)
        except OSError:
            self._say("the file was gone again; press p once more", warning=True)
        else:
            if self._looks_on():
                self._app.push_screen(PreviewScreen(picture, _called(message)))
            else:  # who has gone on to something else is not to be disturbed
                self._say(f"{_called(message)} is here; p on it shows it")
        finally:
            self._say_work("")

    def _looks_on(self) -> bool:
        """Whether the person still looks at the messages, and at nothing above them."""
        return len(self._app.screen_stack) == 1 and isinstance(self._app.focused, ThreadPane)

    async def _listen(self, message: Message, path: Path, media: Media) -> None:
        from watui.terminal.playing import Playing, find_player  # noqa: PLC0415

        player = find_player(os.environ)
        if player is None:
            await self._save(message, path, media, tell_path=False)
            return
        if self._playing is None:
            self._playing = Playing(player, os.environ)
        await self._play(message, path, SPEEDS[0])

    async def _play(self, message: Message, path: Path, speed: float) -> None:
        from watui.terminal.playing import CannotPlay  # noqa: PLC0415

        if self._playing is None:
            return
        try:
            done = await self._playing.start(path, speed)
        except CannotPlay as error:
            self._say(f"{_called(message)}: {error}", warning=True)
            return
        now = self._played = (message, path, speed)
        if self._timer is None:
            self._timer = self._app.set_interval(TICK, self._tick)
        self._tick()
        why = await done
        if self._played is now:
            self._quiet()
        if why:
            self._say(f"{_called(message)}: {why}", warning=True)

    async def _stop(self) -> None:
        if self._playing is not None:
            await self._playing.stop()

    def _tick(self) -> None:
        if self._played is None or self._playing is None:
            return
        message, _, speed = self._played
        seconds = message.media.seconds if message.media is not None else None
        at = words.length(int(self._playing.position))
        of = f" of {words.length(seconds)}" if seconds is not None else ""
        fast = f" ×{speed:g}" if speed != SPEEDS[0] else ""
        self._say_work(f"▶ {at}{of}{fast} · p stops · > faster")

    def _quiet(self) -> None:
        self._played = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._say_work("")

    # Small things.

    def _say(self, said: str, *, warning: bool = False) -> None:
        self._app.notify(
            one_line(said, limit=400),
            markup=False,
            severity="warning" if warning else "information",
            timeout=8 if warning else 5,
        )

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _called(message: Message) -> str:
    name = message.media.name if message.media is not None else None
    return name or message.kind.value


def _progress(message: Message, done: int, size: int | None) -> str:
    of = f" of {words.size(size)}" if size else ""
    filled = round(10 * done / size) if size else 0
    bar = f"▕{'█' * filled}{'░' * (10 - filled)}▏" if size else ""
    return f"⇣ {_called(message)} {bar} {words.size(done)}{of} · the same key stops it"


def _file_name(message: Message, media: Media) -> str:
    from watui.files.names import fallback_name, safe_name  # noqa: PLC0415

    fallback = fallback_name(message.kind.value, message.time or round(time.time() * 1000), media.mimetype)
    known = message.media.name if message.media is not None else None
    # The name in a download's header is spoilt where it is not ASCII (contract 2.13).
    return safe_name(known or media.name, fallback)


def _copied(path: Path, directory: Path, name: str) -> Path:
    """Copy a file into a directory under a name that is free. Raises SaveError, OSError."""
    from watui.files.saving import Saving  # noqa: PLC0415

    with path.open("rb") as file, Saving(directory, name, limit=NO_LIMIT) as saving:
        while piece := file.read(1_048_576):
            saving.write(piece)
        return saving.finish()


def _read(path: Path) -> bytes:
    """Read a picture, or the beginning of what is too large to be shown. Raises OSError."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _shown(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
