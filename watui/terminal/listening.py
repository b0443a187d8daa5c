"""How loud a recording is along its length, by a decoder that is found on this computer.

What is in the file was chosen by whoever sent it: the decoder reads that one file and nothing else, as Ogg
and as no list of others, and gets little time.
"""

import asyncio
import contextlib
import os
import signal
from array import array
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from watui.aside import aside
from watui.terminal.outside import found, given

PEAKS = 64
"""Parts of a recording whose loudness is told, as WhatsApp does."""

PATIENCE = 5.0
"""Seconds that the decoder gets."""

RATE = 2000
"""Samples a second that are looked at: enough to see where somebody speaks."""

LIMIT = 2 * RATE * 3600
"""Bytes of samples that are looked at, an hour of them."""


async def peaks(path: Path, environ: Mapping[str, str]) -> tuple[int, ...]:
    """Give how loud a recording is in each of its parts, from 0 to 100; nothing if that cannot be told.

    `path` is absolute.
    """
    decoder = found("ffmpeg", environ)
    if decoder is None:
        return ()
    command = (decoder, "-v", "quiet", "-nostdin", "-protocol_whitelist", "file,pipe", "-f", "ogg")
    output = ("-vn", "-ac", "1", "-ar", str(RATE), "-f", "s16le", "pipe:1")
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            "-i",
            str(path),
            *output,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=given(environ),
            start_new_session=True,
        )
    except OSError:
        return ()
    try:
        async with asyncio.timeout(PATIENCE):
            data = await _read(process)
    except TimeoutError:
        return ()
    finally:
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    return await aside(partial(loudness, data))


async def _read(process: asyncio.subprocess.Process) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while process.stdout is not None and size < LIMIT and (piece := await process.stdout.read(65_536)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def loudness(data: bytes) -> tuple[int, ...]:
    """Give the loudest of each part of some samples (signed, 16 bits, as this computer has them)."""
    samples = array("h", data[: len(data) // 2 * 2])
    if len(samples) < PEAKS:
        return ()
    loudest = [
        max(map(abs, samples[len(samples) * part // PEAKS : len(samples) * (part + 1) // PEAKS]))
        for part in range(PEAKS)
    ]
    top = max(loudest)
    return tuple(round(100 * each / top) for each in loudest) if top else (0,) * PEAKS
