"""Running the child that decodes: one at a time, for a limited time, and believing nothing that it says."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from weakref import WeakKeyDictionary

__all__ = ["GRACE", "TIME", "Failed", "ask", "command"]

TIME = 8.0
"""Seconds from the start of a child to the end of its answer."""

GRACE = 1.0
"""Seconds that are waited for a killed child to be gone."""

_HEADER = 65536
"""Most bytes of the line before the answer, and what the pipe holds back beyond an answer."""

_SLICE = 262_144
"""Bytes handed to the pipe at once, so that the file is not copied whole."""

# -I and -S: neither the environment nor a .pth file decides what runs there. The library's directory is said
# instead, so that it is found wherever this program found it.
_START = "import sys; sys.path += sys.argv[1:]; import child; child.main()"

# Without these some systems do not find the libraries that Python itself is linked with.
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

_LOCKS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


class Failed(Exception):
    """The child gave no picture.

    `word` is one of `bomb`, `format`, `broken`, `too large`, `no code` (its own), `slow` and `no child`.
    """

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


async def ask(wanted: dict[str, str | int], data: bytes, most: int) -> tuple[dict[str, int], bytes]:
    """Hand a file to a new child and return the numbers and the bytes that it answers, `most` of them.

    The child is dead when this returns, raises or is cancelled. Raises Failed.
    """
    async with _LOCKS.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        process = await _started()
        try:
            async with asyncio.timeout(TIME):
                await _tell(process, wanted, data)
                return await _answer(process, most)
        except TimeoutError:
            raise Failed("slow") from None
        finally:
            await _end(process)


def command() -> list[str]:
    """Give the command that starts a child; raises Failed if there is no Python or no Pillow to start."""
    library = find_spec("PIL")
    if not sys.executable or library is None or not library.submodule_search_locations:
        raise Failed("no child")
    places = (Path(__file__).parent, Path(library.submodule_search_locations[0]).parent)
    return [sys.executable, "-I", "-S", "-c", _START, *(str(place.absolute()) for place in places)]


async def _started() -> Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command(),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=_HEADER,
            cwd="/",
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            start_new_session=True,
        )
    except OSError:
        raise Failed("no child") from None


async def _tell(process: Process, wanted: dict[str, str | int], data: bytes) -> None:
    pipe = process.stdin
    assert pipe is not None  # noqa: S101 - asked for above
    # A child that ended before it read all has its reason, which is asked for next.
    with suppress(BrokenPipeError, ConnectionResetError):
        pipe.write(json.dumps({**wanted, "size": len(data)}).encode() + b"\n")
        view = memoryview(data)
        for start in range(0, len(view), _SLICE):
            pipe.write(view[start : start + _SLICE])
            await pipe.drain()
        pipe.close()


async def _answer(process: Process, most: int) -> tuple[dict[str, int], bytes]:
    pipe = process.stdout
    assert pipe is not None  # noqa: S101 - asked for above
    try:
        line = await pipe.readline()
        if not line:
            raise Failed(_why(await process.wait()))
        said = json.loads(line)
        if word := said.get("word"):
            raise Failed(str(word))
        numbers = {str(name): number for name, number in said.items() if type(number) is int}
        size = numbers["size"]
        if not 0 <= size <= most:
            raise Failed("broken")
        return numbers, await pipe.readexactly(size)
    except (ValueError, LookupError, AttributeError, RecursionError, asyncio.IncompleteReadError):
        raise Failed("broken") from None


def _why(code: int) -> str:
    """Give the word for a child that ended without one."""
    if code == -signal.SIGXCPU:
        return "slow"
    # What is wrong before the file is read ends it with Python's own code; a signal is the file's doing.
    return "broken" if code < 0 else "no child"


async def _end(process: Process) -> None:
    """Kill the child with all that it may have started, and wait until it is gone."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            # What it wrote beyond its answer would keep the pipe open.
            while process.stdout is not None and await process.stdout.read(_HEADER):
                pass
            await process.wait()
