"""The gateway goes away and comes back, and both sides are frozen for a while."""

import asyncio
import random
from pathlib import Path

from tests.faults.report import Report
from tests.faults.scene import scene


async def restart(home: Path, report: Report, seed: int, *, quick: bool) -> None:
    """Judge what is there afterwards."""
    restarts, freezes, seconds = (2, 1, 2.3) if quick else (50, 3, 6.0)
    dice = random.Random(seed)
    async with scene(home, seed=seed) as place, place.client() as client:
        await client.live()

        def write() -> None:
            for _ in range(dice.randrange(10)):
                place.receive(dice.choice(place.chats), typed=dice.random() < 0.1)
            if dice.random() < 0.7:
                place.send(client, dice.choice(place.chats))

        for _ in range(restarts):
            write()
            back = asyncio.ensure_future(place.gateway.restart(dice.random() * 0.3, dice.random() * 0.3))
            await asyncio.sleep(0.02)
            write()
            await back
            write()
            await client.live()
            write()
        for _ in range(freezes):
            asleep = asyncio.ensure_future(client.freeze(seconds))
            for _ in range(20):
                await asyncio.sleep(seconds / 20)
                write()
            await asleep
            await client.live()
        for _ in range(freezes):
            place.proxy.go_deaf()  # what a gateway that is frozen looks like from here
            place.proxy.refuse(seconds)
            await asyncio.sleep(seconds)
            write()
            await client.live()
        verdict = await place.settled(30)
        what = f"{restarts} restarts of the gateway, watui frozen {freezes} times and deaf as often"
        report.judged("restart", what, verdict)
        verdict, choices = await place.decided(client, 30)
        report.judged("restart", f"and after the person chose for {choices} texts", verdict)
        sent = verdict.sent == verdict.asked
        report.add("restart", "texts sent in the end", f"{verdict.sent} of {verdict.asked}", "all", ok=sent)
        errors = client.errors
        report.add("restart", "tracebacks", errors[-300:] or "none", "none", ok=not errors)
