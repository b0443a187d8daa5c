"""Playing a voice note with a player that is found on this computer: one at a time, never through a shell."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from watui.paths import reason
from watui.terminal.outside import found, given, is_far

# What stands between the program and the file. A player reads no settings, shows nothing, and takes no keys.
_PLAYERS = {
    "mpv": ("--no-config", "--no-video", "--no-terminal", "--really-quiet", "--speed={speed}", "--"),
    "ffplay": ("-nodisp", "-autoexit", "-loglevel", "quiet", "-af", "atempo={speed}", "-i"),
    "afplay": ("-r", "{speed}"),
    "pw-play": (),
    "paplay": (),
}

# How sound begins. A list of tracks does not: a player would fetch what stands in it from anywhere.
_SOUNDS = (b"OggS", b"ID3", b"RIFF", b"fLaC", b"#!AMR", b"\x1a\x45\xdf\xa3")
_HEAD = 12


class CannotPlay(Exception):
    """A file cannot be played; its text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Player:
    """A player: its name, and the place of its program."""

    name: str
    program: str

    @property
    def has_speeds(self) -> bool:
        """Whether it can play faster and slower."""
        return any("{speed}" in argument for argument in _PLAYERS[self.name])

    def command(self, path: Path, speed: float) -> list[str]:
        """Build the program and its arguments for a file; speed 1 is that of the recording."""
        options = [argument.format(speed=f"{speed:g}") for argument in _PLAYERS[self.name]]
        return [self.program, *options, str(path.absolute())]


def find_player(environ: Mapping[str, str]) -> Player | None:
    """Find a player; None if there is none, or over SSH, where it would be heard on the other side."""
    if is_far(environ):
        return None
    for name in _PLAYERS:
        if program := found(name, environ):
            return Player(name, program)
    return None


class Playing:
    """What is played now. Whatever ends it, and be it the end of the app, ends the player too."""

    def __init__(self, player: Player, environ: Mapping[str, str]) -> None:
        self._player = player
        self._environ = given(environ)
        self._changing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._began: float | None = None
        self._length = 0.0
        self._speed = 1.0

    @property
    def position(self) -> float:
        """Seconds of the recording that have been played, by the clock: players tell nothing."""
        if self._began is None:
            return self._length
        return (monotonic() - self._began) * self._speed

    async def start(self, path: Path, speed: float = 1.0) -> asyncio.Future[str]:
        """Play a file from its beginning, in place of what is played now; gives what tells of the end.

        That has a result when it has ended or was stopped: nothing, or words if the player gave up. The speed
        has no effect on a player without speeds. Raises CannotPlay if the file is no sound or cannot be read,
        or if the player cannot be started.
        """
        async with self._changing:
            await self._end()
            process = await self._started(path, speed)
            self._speed = speed if self._player.has_speeds else 1.0
            self._began = monotonic()
            done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._play(process, done))
            # A task that is cancelled before it has begun would leave the player to itself.
            await asyncio.sleep(0)
            return done

    async def stop(self) -> None:
        """Stop what is played now, if anything is, or what is about to be."""
        async with self._changing:
            await self._end()

    async def _end(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait((task,))

    async def _started(self, path: Path, speed: float) -> asyncio.subprocess.Process:
        try:
            if not _is_sound(path):
                raise CannotPlay("this is no recording that can be played here; save it instead")
            return await asyncio.create_subprocess_exec(
                *self._player.command(path, speed),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=self._environ,
                start_new_session=True,
            )
        except OSError as error:
            raise CannotPlay(f"it could not be played: {reason(error)}; save it instead") from None

    async def _play(self, process: asyncio.subprocess.Process, done: asyncio.Future[str]) -> None:
        words = ""
        try:
            if await process.wait():
                words = f"{self._player.name} could not play it; save it and try another program"
        finally:
            self._length, self._began = self.position, None
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):  # it has ended this moment
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
            if not done.done():
                done.set_result(words)


def _is_sound(path: Path) -> bool:
    """Whether a file begins as sound does; raises OSError if it cannot be read."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return (
        head.startswith(_SOUNDS)
        or head[4:8] == b"ftyp"
        or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0)  # MP3 and AAC without a title
    )
