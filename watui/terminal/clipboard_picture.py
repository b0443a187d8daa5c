"""The picture in the desktop's clipboard, through a tool that is found on this computer."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping

from watui.terminal.opening import can_open
from watui.terminal.outside import found, given

LIMIT = 32 * 1024 * 1024
"""Bytes of a picture that are taken; a larger one is none."""

PATIENCE = 3.0
"""Seconds for all of it: the picture has to come from another program, which may hang."""

_ENDING = 1.0  # seconds in which a tool that was killed must have let go of its output

_KINDS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


async def picture(environ: Mapping[str, str]) -> bytes | None:
    """Take the PNG or JPEG out of the clipboard; None if there is none that comes in time, or no tool.

    None over SSH too, where the clipboard is not the person's.
    """
    if not can_open(environ):
        return None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            for kind, beginning in _KINDS.items():
                command = _command(kind, environ)
                data = await _output(command, environ) if command else b""
                if data.startswith(beginning):
                    return data
    return None


def _command(kind: str, environ: Mapping[str, str]) -> list[str] | None:
    if environ.get("WAYLAND_DISPLAY") and (program := found("wl-paste", environ)):
        return [program, "--no-newline", "--type", kind]
    if environ.get("DISPLAY") and (program := found("xclip", environ)):
        return [program, "-selection", "clipboard", "-target", kind, "-out"]
    if kind == "image/png" and (program := found("pngpaste", environ)):
        return [program, "-"]
    return None


async def _output(command: list[str], environ: Mapping[str, str]) -> bytes:
    """Run a tool and give what it wrote; nothing if it failed or wrote too much."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=given(environ),
            start_new_session=True,
        )
    except OSError:
        return b""
    output, data = process.stdout, bytearray()
    try:
        while output is not None and len(data) <= LIMIT and (more := await output.read(65536)):
            data += more
        return bytes(data) if len(data) <= LIMIT and await process.wait() == 0 else b""
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):  # it has ended this moment
                os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            # To the end of the output, or asyncio never lets go of it.
            async with asyncio.timeout(_ENDING):
                await process.communicate()
