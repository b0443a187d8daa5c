"""Sends whose answers are late, lost, wrong or unreadable: each text is sent once, or shown as it stands."""

import asyncio
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults.driving import Driven
from tests.faults.hurry import WAITS
from tests.faults.ledger import Mark
from tests.faults.report import Report
from tests.faults.scene import Scene, scene

CALL = r"POST .*/chats$"

LIMIT = float(str(WAITS["watui.gateway.whatsapi.writing.SEND_LIMIT"]))
"""Seconds for which watui waits for an answer here."""


class Answer(NamedTuple):
    """What goes wrong, and what must be known of the text in the end."""

    name: str
    kind: str
    choices: dict[str, Any]
    ends: Mark = Mark.MESSAGE
    """How the text must be shown, if nobody does anything."""
    later: bool = False
    """Whether WhatsApp gets it when watui does not wait for it any more."""


ANSWERS = (
    Answer("slow, but in time", "slow", {"seconds": LIMIT / 4}),
    Answer("late", "stall", {"seconds": LIMIT + 0.5, "after": True}),
    Answer("sent later than it was waited for", "stall", {"seconds": LIMIT + 0.5}, later=True),
    Answer("lost after sending", "drop", {"after": True}),
    Answer("lost before sending", "drop", {}, Mark.UNKNOWN),
    Answer("500 after sending", "fail_after", {}),
    Answer("500 before sending", "fail_before", {}, Mark.UNKNOWN),
    Answer("429", "status", {"code": 429, "shape": "D"}),
    Answer("413", "status", {"code": 413, "shape": "C"}, Mark.FAILED),
    Answer("half of it", "truncate", {}),
    Answer("success without a message", "nodata", {}),
    Answer("a proxy's 502 after sending", "html", {"after": True}),
    Answer("a portal's page", "html", {"code": 200}, Mark.UNKNOWN),
    Answer("empty", "empty", {"after": True}),
)

AT_ONCE = 10
"""Chats that get a text at the same time."""


async def answers(home: Path, report: Report, seed: int, *, quick: bool) -> None:
    """Judge every kind of answer by itself, in chats where nothing waits from the one before."""
    times = 1 if quick else 50
    async with scene(home, seed=seed) as place, place.client() as client:
        chats = [place.gateway.chat(None, f"4918{n:07}@c.us", messages=20) for n in range(AT_ONCE)]
        await client.live()
        for answer in ANSWERS:
            first = len(place.asked)
            shown = 0
            for begun in range(0, times, AT_ONCE):
                shown += await _send(place, client, answer, chats[: times - begun])
            verdict = place.judge(place.filed())
            sent = [each.text for each in place.asked[first:]]
            done = sum(text in set(place.sent()) for text in sent)
            must = f"each once, {answer.ends}"
            figure = f"{verdict}; {done} of {times} sent in the end, {shown} shown as {answer.ends} before"
            ok = verdict.clean and shown == times
            report.add("answers", answer.name, figure, must, ok=ok, shown=shown, **verdict.counts())
            for line in verdict.examples().splitlines():
                report.note(line)


async def _send(place: Scene, client: Driven, answer: Answer, chats: list[str]) -> int:
    """Send a text to each chat; gives how many are shown as they must be, then lets the person choose."""
    place.gateway.faults(CALL, answer.kind, len(chats), **answer.choices)
    sent = {chat: place.send(client, chat) for chat in chats}
    if answer.later:
        await asyncio.sleep(LIMIT + 1.0)
        phone = place.gateway.handset()
        for chat, text in sent.items():
            place.gateway.acts.send(phone, phone.chats[chat], text)
    marks: list[Mark] = []
    for _ in range(60):
        await asyncio.sleep(0.1)
        filed = place.filed()
        rows = [(chat, row) for chat in sent if chat in filed for row in filed[chat].rows]
        marks = [row.mark for chat, row in rows if row.text == sent[chat]]
        if marks == [answer.ends] * len(sent):
            break
    place.gateway.clear_faults()
    await place.decided(client, 5)
    return marks.count(answer.ends)
