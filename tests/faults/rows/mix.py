"""A thousand connection faults in a row, while twenty thousand messages come and four hundred go."""

import random
from pathlib import Path

from tests.faults.report import Report
from tests.faults.scene import scene
from tests.faults.storm import Storm


async def mix(home: Path, report: Report, seed: int, *, quick: bool) -> None:
    """Before a gateway with every quirk."""
    await _mix("mix", home, report, seed, quick=quick, profile="whatsapi")


async def full(home: Path, report: Report, seed: int, *, quick: bool) -> None:
    """Before one that tells everything over its sockets."""
    await _mix("full", home, report, seed, quick=quick, profile="full")


async def _mix(row: str, home: Path, report: Report, seed: int, *, quick: bool, profile: str) -> None:
    """Judge what is left of it all when the storm is over."""
    faults, incoming, outgoing = (40, 800, 16) if quick else (1_000, 20_000, 400)
    dice = random.Random(seed)
    async with scene(home, seed=seed, profile=profile) as place, place.client() as client:
        await client.live()
        storm = Storm(place, client, dice, chats=8, incoming=incoming, outgoing=outgoing)
        await storm.rage(faults)
        place.calm()
        await client.live()
        verdict = await place.settled(30 if quick else 120)
        report.add(row, "faults", str(faults), done=faults)
        report.note(", ".join(f"{count} {name}" for name, count in storm.done.most_common()))
        report.note("connections hit: " + ", ".join(f"{n} {name}" for name, n in place.proxy.faults.items()))
        report.judged(row, "in the archive after the storm", verdict)
        verdict, choices = await place.decided(client, 30)
        report.judged(row, f"and after the person chose for {choices} texts", verdict)
        sent = verdict.sent == verdict.asked
        report.add(row, "texts sent in the end", f"{verdict.sent} of {verdict.asked}", "all", ok=sent)
        report.judged(row, "on screen, every chat opened", await place.on_screen(client))
        twice = (await client.tell())["twice"]
        report.add(row, "messages that rang more than once", f"{len(twice)}", "0", ok=not twice)
        errors = client.errors
        report.add(row, "tracebacks", errors[-300:] or "none", "none", ok=not errors)
