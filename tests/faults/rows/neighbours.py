"""One device loses its connection again and again; the others hear nothing of that, and it loses nothing."""

import asyncio
import random
import time
from pathlib import Path

from tests.bench.measure import percentile
from tests.faults.report import Report
from tests.faults.scene import Scene, scene

OTHERS = 3
RATE = 20
"""Messages a second for each of the others; the one whose connection is cut gets half of that."""

LATE = 0.1
"""Seconds that a message of the others may take from the gateway to the screen's side."""


async def neighbours(home: Path, report: Report, seed: int, *, quick: bool) -> None:
    """Judge how late the messages of the others were, and whether those of the one are all there."""
    cuts = 12 if quick else 100
    dice = random.Random(seed)
    async with scene(home, seed=seed, devices=1 + OTHERS, chats=4) as place, place.client() as client:
        await client.live()
        _, *others = place.gateway.devices
        client.do("beat", clock="in the texts")
        await client.sync()
        stop = asyncio.Event()
        talk = [asyncio.ensure_future(_talk(place, device, stop, 1 / RATE)) for device in others]
        talk.append(asyncio.ensure_future(_talk(place, place.device, stop, 2 / RATE)))
        for _ in range(cuts):
            await asyncio.sleep(dice.uniform(0.02, 0.3))
            await place.gateway.socket(cut=place.device)
            await client.live()
        stop.set()
        counts = [len(each) for each in await asyncio.gather(*talk)]
        sent = dict(zip([*others, place.device], counts, strict=True))
        verdict = await place.settled(20)
        report.judged("neighbours", f"the one device, cut off {cuts} times", verdict)
        told = await client.tell()
        late = {device: told["late"].get(device, []) for device in others}
        heard = sum(map(len, late.values()))
        wanted = sum(sent[device] for device in others)
        report.add(
            "neighbours",
            "messages of the other devices heard over their sockets",
            f"{heard} of {wanted}",
            "all",
            # On a busy machine a page may be read before what came over a socket is filed.
            ok=None if quick else heard == wanted,
        )
        every = [seconds for each in late.values() for seconds in each]
        report.add(
            "neighbours",
            "how late they were: p95 and worst",
            f"{percentile(every, 0.95) * 1000:.1f} ms, {max(every) * 1000:.1f} ms",
            "" if quick else f"<= {LATE * 1000:.0f} ms",
            ok=None if quick else max(every) <= LATE,  # a short run is one of many at a time
            p95=percentile(every, 0.95),
            worst=max(every),
        )
        report.add(
            "neighbours",
            "how often the connections of the others were lost",
            str(sum(told["links"].get(device, 0) for device in others)),
            "0",
            ok=not any(told["links"].get(device) for device in others),
        )


async def _talk(place: Scene, device: str, stop: asyncio.Event, every: float) -> list[str]:
    """Let messages arrive that tell when they were sent."""
    phone = place.gateway.handset(device)
    chats = [chat.id for chat in phone.ordered() if chat.id.endswith("@c.us") and chat.id != phone.jid]
    sent: list[str] = []
    while not stop.is_set():
        chat = chats[len(sent) % len(chats)]
        sent.append(place.gateway.message(device, chat, f"{time.monotonic():.6f}"))
        await asyncio.sleep(every)
    return sent
