"""watui is killed again and again, also between a send and its answer; nothing is lost or sent twice."""

import asyncio
import random
import time
from pathlib import Path

from tests.faults.crash import POINTS
from tests.faults.ledger import is_whole
from tests.faults.report import Report
from tests.faults.scene import Scene, scene
from watui.archive.schema import FILE

CHATS = 6

LONGEST = 0.5
"""Seconds of life after which it is killed at the latest, once it is live."""


async def kill(home: Path, report: Report, seed: int, *, quick: bool) -> None:
    """Judge what a last life finds."""
    kills, sending = (4, 2) if quick else (100, 25)
    dice = random.Random(seed)
    points = [*([""] * (kills - sending)), *(POINTS[n % len(POINTS)] for n in range(sending))]
    dice.shuffle(points)
    damaged = died = 0
    lame: list[str] = []
    async with scene(home, seed=seed) as place:
        for point in points:
            died += await _live_and_die(place, dice, point, lame)
            damaged += not is_whole(home / FILE)
        async with place.client() as client:
            await client.live()
            verdict = await place.settled(30)
            what = f"killed {kills} times, {died} of them in a send"
            report.judged("kill", what, verdict, kills=kills, sending=died)
            verdict, choices = await place.decided(client, 30)
            report.judged("kill", f"and after the person chose for {choices} texts", verdict)
            report.judged("kill", "on screen, every chat opened", await place.on_screen(client))
            sure, sent = [each.text for each in place.asked if each.sure], {*place.sent()}
            done = sum(text in sent for text in sure)
            figure = f"{done} of {len(sure)}"
            report.add("kill", "texts that watui took and sent", figure, "all", ok=done == len(sure))
            await client.stop()
            errors = client.errors
    report.add("kill", "lives that never connected", str(len(lame)), "0", ok=not lame)
    report.add("kill", "damaged archives", str(damaged), "0", ok=not damaged)
    report.add("kill", "tracebacks", errors[-300:] or "none", "none", ok=not errors)


async def _live_and_die(place: Scene, dice: random.Random, point: str, lame: list[str]) -> bool:
    """Let messages come and go in one life, which ends at a point of a send or at any time.

    Gives whether it came to that point.
    """
    chats = place.chats[:CHATS]
    for _ in range(dice.randrange(30)):
        place.receive(dice.choice(chats), typed=dice.random() < 0.1)
    async with place.client(point) as client:
        texts = len(place.asked)
        if not await client.until(lambda: client.up or client.ended, 5):
            lame.append(client.errors[-300:])
            return False
        if client.ended:  # in a send of a text that waited
            return True
        await place.choose(client)  # or texts of unknown fate would hold back all others
        doomed = time.monotonic() + dice.random() * LONGEST
        for _ in range(4):
            place.receive(dice.choice(chats))
            place.send(client, dice.choice(chats))
            await asyncio.sleep(dice.random() * 0.05)
        if point:
            await client.until(lambda: client.ended, 5)
        elif (left := doomed - time.monotonic()) > 0:
            await asyncio.sleep(left)
        died = client.ended
        await client.kill()
    place.doubt(texts, client.taken)
    return died
