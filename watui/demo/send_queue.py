"""The send queue that all devices share, with what makes it dangerous (contract 5)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from watui.demo.acts import Acts
from watui.demo.dice import roll
from watui.demo.sending import Refused, hand_over

Json = dict[str, Any]

_RUN = 5
_MINUTE = 60.0
_LEAST = 0.01  # a worker without a pause would let nothing else run


@dataclass(slots=True, eq=False)
class Queued:
    """A message that waits; `body` is that of a direct send."""

    device: str
    body: Json


class SendQueue:
    """What was accepted for sending, and the worker that sends it; whether it did, nobody is told.

    A run takes up to five messages. With two or more in one run the second one goes out twice [372], because
    the real runs overlap and the next one finds it still listed; profile `full` doubles nothing.
    """

    def __init__(self, acts: Acts) -> None:
        self.acts = acts
        self._waiting: list[Queued] = []
        self._typed: Queued | None = None
        self._sent: dict[str, list[float]] = {}
        self._tickets = 0
        self._worker: asyncio.Task[None] | None = None

    def put(self, device: str, body: Json) -> str:
        """Accept a message and give its ticket, which appears nowhere else [321]."""
        self._waiting.append(Queued(device, body))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.ensure_future(self._work())
        self._tickets += 1
        tail = f"{roll(self.acts.options.seed, self._tickets) % 16**9:09x}"
        return f"msg_{int(self.acts.now() * 1000)}_{tail}"

    def counts(self) -> Json:
        """Count what is in the queue, over all devices [320]."""
        pending, processing = len(self._waiting), int(self._typed is not None)
        return {"pending": pending, "processing": processing, "totalQueued": pending + processing}

    def of(self, device: str) -> Json:
        """Tell of a device what the queue sent lately, and of all what waits (contract 2.18)."""
        sent = self._sent.get(device, [])
        since = self.acts.now() - _MINUTE
        return {
            "messagesInLast60s": sum(at > since for at in sent),
            "lastMessageTime": int(sent[-1] * 1000) if sent else None,
            "queuedMessages": len(self._waiting),
        }

    async def close(self) -> None:
        """End; what waits is lost with the process."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)

    def _ready(self, queued: Queued) -> bool:
        phone = self.acts.phones.get(queued.device)
        return phone is not None and phone.ready

    async def _work(self) -> None:
        while self._waiting:
            await asyncio.sleep(max(self.acts.options.queue_delay, _LEAST))
            # What is for a device that is not ready stays, again and again, until it is (contract 5.3).
            due = [queued for queued in self._waiting if self._ready(queued)][:_RUN]
            for place, queued in enumerate(due):
                await self._send(queued, 2 if place == 1 and not self.acts.full else 1)

    async def _send(self, queued: Queued, times: int) -> None:
        self._waiting.remove(queued)
        self._typed = queued
        await asyncio.sleep(self.acts.options.queue_delay / 2)
        self._typed = None
        if not self._ready(queued):
            self._waiting.append(queued)
            return
        for _ in range(times):
            try:
                if "location" not in queued.body:  # which is logged as sent and never is [304]
                    hand_over(self.acts, self.acts.phones[queued.device], queued.body)
            except Refused:
                return  # dropped without a trace on the API [316]
            self._sent.setdefault(queued.device, []).append(self.acts.now())
