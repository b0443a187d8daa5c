"""Away while so many messages come to one chat that the gateway can, or cannot, give all of them."""

import asyncio
from pathlib import Path

from tests.faults.ledger import Verdict
from tests.faults.report import Report
from tests.faults.scene import Scene, scene

REACH = 300
"""Messages of one chat that a gateway with quirks can give (contract 2.6)."""

COUNTS = (99, 100, 101, 299, 300, 301, 450)

APART = 7
"""Seconds between two messages by the gateway's clock."""


async def outage(home: Path, report: Report, seed: int, *, quick: bool) -> None:
    """Judge each chat by itself."""
    for count, verdict in (await missed(home, seed, COUNTS)).items():
        lost = max(0, count - REACH)
        # Of exactly as many as can be reached nobody can tell that they are all: a line may stand there.
        gaps = {0, 1} if count == REACH else {int(count > REACH)}
        ok = _is_whole(verdict, count) and verdict.missing == lost and verdict.gaps in gaps
        must = "all there, no gap" if count < REACH else f"{lost} missing, {max(gaps)} gap"
        figure = f"{verdict}; {verdict.missing} missing, {verdict.gaps} gaps"
        report.add("outage", f"{count} new messages in one chat", figure, must, ok=ok, **verdict.counts())


def _is_whole(verdict: Verdict, count: int) -> bool:
    """Whether nothing is wrong, but for a gap in which just nothing is missing."""
    unsure = count == REACH and verdict.gaps == 1 and len(verdict.invented) == 1
    return verdict.clean or (str(verdict) == "1 invented" and unsure)


async def missed(
    home: Path, seed: int, counts: tuple[int, ...], *, within: int = APART
) -> dict[int, Verdict]:
    """Let a chat for each count get messages while watui is away; gives what the archive has of each then.

    `within`: seconds between two messages by the gateway's clock.
    """
    async with scene(home, seed=seed) as place:
        chats = {count: place.gateway.chat(None, f"4917{count:08}@c.us", messages=60) for count in counts}
        async with place.client() as client:
            await client.live()
            for chat in chats.values():
                client.do("open", chat=chat)
                await asyncio.sleep(0.1)
            before = await place.settled(10)
            assert before.clean, before.examples()
            place.proxy.refuse()
            place.proxy.reset()
            for count, chat in chats.items():
                for _ in range(count):
                    place.gateway.acts._epoch += within
                    place.receive(chat)
            place.proxy.let_pass()
            await client.live()
            await _done(place, list(chats.values()))
        filed = place.filed()
        return {count: place.judge(filed, [chat]) for count, chat in chats.items()}


async def _done(place: Scene, chats: list[str]) -> None:
    """Wait until nothing more comes of it."""
    before = ""
    for _ in range(40):
        now = str(place.judge(place.filed(), chats).counts())
        if now == before:
            return
        before = now
        await asyncio.sleep(0.7)
