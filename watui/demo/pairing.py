"""Devices that come up: rotating QR codes, pairing, and the slow start of the gateway (contract 2.2, 3.2)."""

from __future__ import annotations

import asyncio
import base64

from watui.demo.acts import Acts
from watui.demo.dice import roll
from watui.demo.phone import Phone

_OWNERS = ("Kim Petersen", "Ada Nwosu", "Juno Bergström")


def qr_text(*parts: int) -> str:
    """Make the text of a QR code as WhatsApp has it: a reference and four keys, 257 characters."""
    numbers = (roll(*parts, place) for place in range(64))
    noise = b"".join(number.to_bytes(8, "big") for number in numbers)
    reference, rest = noise[:90], noise[90:]
    keys = [base64.b64encode(rest[32 * place : 32 * place + 32]).decode() for place in range(3)]
    return f"2@{base64.b64encode(reference).decode()},{','.join(keys)}"


class Pairing:
    """One task for each device that is not ready yet."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts
        self.options = acts.options
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._shown = 0

    def start(self, phone: Phone) -> None:
        """Let a device offer QR codes."""
        self._run(phone, self._offer(phone))

    def restore(self, phone: Phone, seconds: float) -> None:
        """Let a paired device come back after a start of the gateway: 404, initializing, ready [640, 702]."""
        phone.absent, phone.status = True, "initializing"
        self._run(phone, self._restore(phone, seconds))

    def stop(self, phone: Phone) -> None:
        """End what a device is doing."""
        task = self._tasks.pop(phone.id, None)
        if task:
            task.cancel()

    async def close(self) -> None:
        """End all."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _run(self, phone: Phone, work: object) -> None:
        self.stop(phone)
        if asyncio.iscoroutine(work):
            self._tasks[phone.id] = asyncio.ensure_future(work)

    async def _offer(self, phone: Phone) -> None:
        phone.status = phone.listed = "initializing"
        await asyncio.sleep(self.options.qr_delay)
        left = self.options.pair_after
        while True:
            self.show(phone)
            pause = self.options.qr_every if left is None else min(self.options.qr_every, left)
            await asyncio.sleep(pause)
            if left is not None:
                left -= pause
                if left <= 0:
                    await self._pair(phone)
                    return

    def show(self, phone: Phone) -> None:
        """Offer the next QR code."""
        self._shown += 1
        phone.qr = qr_text(phone.seed, self._shown)
        self.acts.status(phone, "qr")

    def pair(self, phone: Phone, number: str | None = None, name: str | None = None) -> None:
        """Let somebody scan the code of a device."""
        self._run(phone, self._pair(phone, number, name))

    async def _pair(self, phone: Phone, number: str | None = None, name: str | None = None) -> None:
        # `authenticated` fires before the account is known, hence its placeholders (contract 3.2).
        placeholders = {"phoneNumber": "unknown", "clientName": "WhatsApp Client"}
        self.acts.tell(phone, [("authenticated", placeholders)])
        await asyncio.sleep(0.4 * self.options.pace)
        owner = _OWNERS[phone.index % len(_OWNERS)]
        phone.sign_in(number or phone.number or f"49170{1 + phone.index:07}", name or phone.name or owner)
        self.acts.status(phone, "ready")

    async def _restore(self, phone: Phone, seconds: float) -> None:
        await asyncio.sleep(seconds * 0.4)
        phone.absent = False  # the list still says `ready`
        await asyncio.sleep(seconds * 0.3)
        phone.listed = "initializing"
        await asyncio.sleep(seconds * 0.3)
        await self._pair(phone)
