"""A hundred texts and ten files go out through fifty connection faults."""

import hashlib
import random
from pathlib import Path

from tests.faults.client import made
from tests.faults.report import Report
from tests.faults.scene import scene
from tests.faults.storm import FILE, Storm


async def files(home: Path, report: Report, seed: int, *, quick: bool) -> None:
    """Judge what arrived, and whether every file did so bit for bit."""
    faults, texts, attached = (10, 20, 4) if quick else (50, 100, 10)
    dice = random.Random(seed)
    async with scene(home, seed=seed, profile="whatsapi") as place, place.client() as client:
        await client.live()
        everything = texts + attached
        storm = Storm(place, client, dice, chats=4, incoming=faults, outgoing=everything, files=attached)
        await storm.rage(faults)
        place.calm()
        await client.live()
        verdict = await place.settled(60)
        report.add("files", "faults", str(faults), done=faults)
        report.judged("files", "in the archive after the storm", verdict)
        verdict, choices = await place.decided(client, 60)
        report.judged("files", f"and after the person chose for {choices}", verdict)
        sent = verdict.sent == verdict.asked
        report.add("files", "sent in the end", f"{verdict.sent} of {verdict.asked}", "all", ok=sent)
        arrived = [each for each in place.gateway.sends if each["sha256"]]
        whole = [
            each for each in arrived if each["sha256"] == hashlib.sha256(made(each["text"], FILE)).hexdigest()
        ]
        told = f"{len(whole)} of {len(arrived)}"
        report.add("files", "files bit for bit", told, "all", ok=whole == arrived != [])
        errors = client.errors
        report.add("files", "tracebacks", errors[-300:] or "none", "none", ok=not errors)
