"""A flood of incoming messages at a chosen rate, from packets that are all but ready beforehand."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from watui.demo import message_shapes
from watui.demo.acts import Acts
from watui.demo.phone import Phone
from watui.demo.records import Chat, Message
from watui.demo.sockets import Sockets

_TICK = 0.004
_KEY = "KEY~OF~MESSAGE"
_BODY = "BODY~OF~MESSAGE"


class Burst:
    """One flood of `message` events, without `chat:update`; `rate` in events a second.

    Bodies are `prefix` and the number of the event from 1, filled up to `size` characters; the messages go
    round `chats` chats and are in the world as any other.
    """

    def __init__(
        self, acts: Acts, phone: Phone, *, count: int, rate: float, chats: int, prefix: str, size: int
    ) -> None:
        self.acts = acts
        self.phone = phone
        self.count = count
        self.rate = rate
        self.prefix = prefix
        self.size = size
        self.sent = 0
        self.seconds = 0.0
        self.chats = [chat for chat in phone.ordered() if not chat.is_group and chat.id != phone.jid][:chats]
        self._templates: dict[str, str] = {}

    @property
    def state(self) -> dict[str, Any]:
        """How far it got; `seconds` since its start."""
        return {"sent": self.sent, "done": self.sent >= self.count, "seconds": round(self.seconds, 3)}

    async def run(self, sockets: Sockets) -> None:
        """Send all."""
        start = time.perf_counter()
        second = -1
        while self.sent < self.count:
            now = int(self.acts.now())
            if now != second:
                second = now
                self._templates.clear()
            due = min(int((time.perf_counter() - start + _TICK) * self.rate) + 1, self.count)
            while self.sent < due:
                self._next(sockets, now)
            for called in self.acts.on_fresh:
                called(self.phone)
            self.seconds = time.perf_counter() - start
            await asyncio.sleep(_TICK)

    def _next(self, sockets: Sockets, now: int) -> None:
        chat = self.chats[self.sent % len(self.chats)]
        self.sent += 1
        body = f"{self.prefix}{self.sent}".ljust(self.size, "·")
        key = self.phone.next_key(chat, mine=False)
        chat.added.append(
            Message(key, chat.id, mine=False, at=now, body=body, push=self.phone.who(chat.id).push)
        )
        chat.unread += 1
        template = self._templates.get(chat.id)
        if template is None:
            template = self._templates[chat.id] = self._template(chat, now)
        text = template.replace(_KEY, key).replace(_BODY, json.dumps(body)[1:-1])
        sockets.send(self.phone.id, sockets.text_packet(text))

    def _template(self, chat: Chat, now: int) -> str:
        sample = Message("0" * 26 + "000000", chat.id, mine=False, at=now, body=_BODY)
        sample.push = self.phone.who(chat.id).push
        raw = message_shapes.raw_message(self.phone, sample)
        serialized = f"false_{chat.id}_{_KEY}"
        for part in (raw["id"], raw["_data"]["id"]):
            part.update(id=_KEY, _serialized=serialized)
        payload = {"deviceId": self.phone.id, "message": raw, "timestamp": int(self.acts.now() * 1000)}
        event = json.dumps(["message", payload], separators=(",", ":"))
        return f"2/device/{self.phone.id},{event}"
