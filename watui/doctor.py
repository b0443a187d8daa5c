"""`watui doctor`: tries every step from settings to a live connection, and says what is wrong."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from watui import __version__
from watui.config import Settings
from watui.gateway.base import Gateway, GatewayError, LiveEvent
from watui.models import Device, DeviceState
from watui.start import open_gateway
from watui.terminal import probe
from watui.terminal.facts import SAMPLES, Terminal
from watui.text import Safe, cell_len

FAILED = 1
"""Exit code when a step failed."""

CONNECTS_WITHIN = 25.0
"""Seconds that a live connection gets."""


def main(settings: Settings) -> int:
    """Examine the gateway and print what was found, one line a step; returns the exit code."""
    _say("·", f"watui {__version__}, gateway at {settings.url}")
    for line in examined(terminal_here()):
        _say("·", f"terminal: {line}")
    if settings.plaintext:
        _say("!", "http:// to another machine: others on the way can read the key and the messages")
    return 0 if asyncio.run(_examine(settings)) else FAILED


def terminal_here() -> Terminal | None:
    """Ask the terminal, if there is one; what is typed meanwhile is dropped."""
    asked = probe.begin(os.environ, target=1)
    if asked is None:
        return None
    try:
        return asked.answer()
    finally:
        asked.close()


def examined(terminal: Terminal | None) -> list[str]:
    """Say what is known of a terminal, one line for each thing."""
    if terminal is None:
        return ["none here that could be asked, so hard emoji would be drawn simpler"]
    said = [f"{terminal.name or 'it does not tell its name'}{', inside another' * terminal.multiplexed}"]
    cells = terminal.cells
    if not cells:
        said.append("it does not tell where its cursor is, so hard emoji are drawn simpler")
    said += [
        f"it takes {cells[kind]} for {_KINDS[kind]}, the rule is {cell_len(text)}; watui adapts"
        for kind, text in SAMPLES.items()
        if cells.get(kind, cell_len(text)) != cell_len(text)
    ]
    if terminal.reorders:
        stops = "lets watui do it" if terminal.stops_reordering else "cannot be told not to"
        said.append(f"it reorders right-to-left text by itself, and {stops}")
    return said


_KINDS = {
    "vs16": "a red heart (symbols made emoji)",
    "keycap": "a keycap",
    "zwj": "a family (joined emoji)",
    "rainbow": "the rainbow flag",
    "skin": "a thumb with a skin tone",
    "flag": "the flag of a country",
    "tagflag": "the flag of Scotland",
    "letter": "half a flag",
    "u13": "emoji of 2020",
    "u14": "emoji of 2021",
    "u15": "emoji of 2022",
    "u16": "emoji of 2024",
    "u17": "emoji of 2025",
    "trigram": "a trigram",
    "vowel": "a Tamil syllable",
    "conjunct": "a Devanagari syllable",
}


async def _examine(settings: Settings) -> bool:
    try:
        gateway: Gateway = await open_gateway(settings)
    except GatewayError as error:
        _say("✗", error.words)
        return False
    try:
        return await _steps(gateway)
    finally:
        await gateway.close()


async def _steps(gateway: Gateway) -> bool:
    if not await _step("something answers like a gateway", gateway.ping):
        return False
    devices: list[Device] = []

    async def list_devices() -> None:
        devices.extend(await gateway.devices())

    if not await _step("it takes the key", list_devices):
        return False
    if not devices:
        _say("!", "it has no device yet: start watui and press F2, then a")
    return all([await _device(gateway, device.id) for device in devices])


async def _device(gateway: Gateway, device: Safe) -> bool:
    try:
        found = await gateway.device(device)
    except GatewayError as error:
        _say("✗", f"device {device[:12]}: {error.words}")
        return False
    if found.state is not DeviceState.READY:
        _say("!", f"device {found.label}: {found.state.value}, so no chats; link it in watui with F2")
        return True

    async def chats() -> None:
        _say("·", f"device {found.label}: {len(await gateway.chats(device) or ())} chats")

    if not await _step(f"device {found.label}: its chats can be read", chats):
        return False

    async def health() -> None:
        told = await gateway.health(device)
        score = "" if told.score is None else f" ({told.score} of 100)"
        queue = "" if told.queued is None else f", {told.queued} in the gateway's queue"
        _say("·", f"device {found.label}: {told.word}{score}{queue}")
        for warning in told.warnings:
            _say("!", f"device {found.label}: {warning}")

    await _step(f"device {found.label}: its health can be asked for", health)
    if not gateway.sockets:
        _say("·", "sockets are switched off in the settings: news come by asking every few seconds")
        return True

    async def connect() -> None:
        async with asyncio.timeout(CONNECTS_WITHIN), gateway.live(device, _ignore):
            pass

    return await _step(f"device {found.label}: the live connection opens", connect)


async def _step(what: str, do: Callable[[], Awaitable[None]]) -> bool:
    try:
        await do()
    except GatewayError as error:
        _say("✗", f"{what}: no. {error.words}")
        return False
    except TimeoutError:
        _say("✗", f"{what}: no answer within {CONNECTS_WITHIN:.0f} s")
        return False
    _say("✓", what)
    return True


def _ignore(event: LiveEvent) -> None:
    """Take a live event and do nothing."""


def _say(mark: str, words: str) -> None:
    sys.stdout.write(f"{mark} {words}\n")
