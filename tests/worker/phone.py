"""A gateway without a wire: what happens on a phone, and how much of it a client gets to know."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from tests.making import ANA, BOB, chat, device, message
from watui import events as ev
from watui.bodies import Body, Upload
from watui.caps import Cap
from watui.gateway.base import (
    GatewayBroken,
    GatewayGone,
    Later,
    LiveEvent,
    Page,
    Refused,
    Sink,
    Unsure,
)
from watui.models import Ack, Chat, Contact, Device, Health, Message, Older, Stats, preview_of
from watui.text import Safe

CHATS = (ANA, BOB)

PAGE = 4
"""Messages of a newest page, at least."""

LATENCY = 0.05
"""Seconds that an answer takes where all is well."""

QUEUE = 5.0
"""Seconds that a text is in the queue."""

LATE = 20.0
"""Seconds that a slow send takes, and after which one happens of which nobody thought so any more."""

DONE_UNSURE = ("answer lost", "late", "broken after")


class Phone:
    """Two chats on a phone, and a gateway that shows them: all of a chat, or its newest messages."""

    def __init__(self, hours: asyncio.AbstractEventLoop, *, window: int | None, tells_own: bool) -> None:
        self._hours = hours
        self._window = window
        self.caps = Cap.OWN_EVENTS | Cap.ACK_EVENTS if tells_own else Cap.NOTHING
        self.sockets = True
        self.truth: dict[Safe, list[Message]] = {jid: [] for jid in CHATS}
        self.deleted: set[str] = set()
        self.unread: Counter[Safe] = Counter()
        self.sends: Counter[str] = Counter()
        """The texts that watui sent, and how often."""
        self.told: list[Message] = []
        """What went over the socket."""
        self.coming: Counter[str] = Counter()
        """Those that will be sent though nobody was told so."""
        self.doubled: list[str] = []
        """Texts that came into the queue beside another one."""
        self.fates: list[str] = []
        """What becomes of the next sends; all others go well."""
        self.borders: set[tuple[Safe, Safe]] = set()
        """The chats and first messages of windows: nobody can tell whether there is anything before them."""
        self.reachable = True
        self.latency = LATENCY
        """Seconds from a question to its answer."""
        self.queue_turn = asyncio.Lock()
        self.queueing = False
        """Whether watui sends through the queue."""
        self.queued = 0
        self._sink: Sink | None = None
        self._closed: asyncio.Future[str] | None = None
        self._count = 0

    # What happens on the phone.

    def write(self, jid: Safe, *, own: bool = False, text: str = "", told: bool = True) -> Message:
        """Let a message be written now."""
        self._count += 1
        new = message(
            f"{str(own).lower()}_{jid}_{self._count:04}",
            jid,
            text=text or f"text {self._count}",
            at=int(self._hours.time()),
            own=own,
            ack=Ack.SENT if own else None,
        )
        self.truth[jid].append(new)
        if not own:
            self.unread[jid] += 1
        if told and (not own or Cap.OWN_EVENTS in self.caps):
            self.tell(ev.MessageArrived(new))
        return new

    def tell(self, event: LiveEvent) -> None:
        """Tell a client that is connected."""
        if self._sink is not None:
            self._sink(event)
            if isinstance(event, ev.MessageArrived):
                self.told.append(event.message)

    def cut(self) -> None:
        """Break the line."""
        self._sink = None
        if self._closed is not None and not self._closed.done():
            self._closed.set_result("cut")

    def shown(self, jid: Safe) -> list[Message]:
        """Give what the gateway would show of a chat, if it showed all."""
        return [each for each in self.truth[jid] if each.id not in self.deleted]

    # What a client may ask.

    async def _answer(self) -> None:
        for _ in range(2):
            if not self.reachable:
                raise GatewayGone("nothing answers")
            await asyncio.sleep(self.latency / 2)
        if not self.reachable:
            raise GatewayGone("nothing answers")

    def queues(self, device_id: Safe) -> bool:
        return self.queueing

    async def health(self, device_id: Safe) -> Health:
        await self._answer()
        return Health(Safe("healthy"), 100, (), self.queued)

    async def stats(self, device_id: Safe) -> Stats:
        await self._answer()
        return Stats()

    async def queue(self, device_id: Safe, jid: Safe, body: Body) -> None:
        text = body.text
        fate = self.fates.pop(0) if self.fates else "sent"
        await asyncio.sleep(self.latency / 2)
        self._fail_before(fate)
        if self.queued:
            self.doubled.append(text)  # as the real one may do with what is in it together
        self.queued += 1
        self.coming[text] += 1
        self._hours.call_later(QUEUE, self._leave_queue, jid, text)
        if fate == "broken after":
            raise GatewayBroken("no sense in it")
        if fate == "answer lost" or self._is_gone():
            raise Unsure("nobody knows")

    def _leave_queue(self, jid: Safe, text: str) -> None:
        self.queued -= 1
        self._come(jid, text)

    def _fail_before(self, fate: str) -> None:
        """Fail as a send does of which nothing comes."""
        if not self.reachable or fate == "no line":
            raise GatewayGone("nothing answers")
        if fate == "refused":
            raise Refused("the gateway said no")
        if fate == "not now":
            raise Later("too many")
        if fate == "never":
            raise Unsure("nobody knows")
        if fate == "broken":
            raise GatewayBroken("no sense in it")

    async def device(self, device_id: Safe) -> Device:
        await self._answer()
        return device()

    async def chats(self, device_id: Safe, *, fresh: bool = False) -> list[Chat] | None:
        chats = [self._chat(jid) for jid in CHATS]
        await self._answer()
        return chats

    async def chat(self, device_id: Safe, jid: Safe) -> tuple[Chat, Message | None]:
        found = self._chat(jid), next(reversed(self.shown(jid)), None)
        await self._answer()
        return found

    def _chat(self, jid: Safe) -> Chat:
        last = next(reversed(self.shown(jid)), None)
        made = replace(chat(jid, jid[:6]), unread=self.unread[jid], time=0)
        return made if last is None else replace(made, time=last.time, preview=preview_of(last))

    async def contacts(self, device_id: Safe) -> list[Contact]:
        await self._answer()
        return []

    async def recent(self, device_id: Safe, jid: Safe, *, fresh: bool) -> Page | None:
        history = self.shown(jid)
        start = _cut(history, len(history) - PAGE)
        await self._answer()
        return Page(history[start:], Older.MORE if start else Older.NONE)

    async def older(self, device_id: Safe, jid: Safe, oldest: Safe) -> Page:
        history = self.shown(jid)
        start = 0 if self._window is None else _cut(history, len(history) - self._window)
        end = next((n for n, each in enumerate(history) if each.id == oldest), None)
        await self._answer()
        wall = Older.WALL if start else Older.NONE
        if end is None or end < start:
            return Page([], Older.UNKNOWN if self._window is None else Older.WALL)
        if self._window is not None:
            self.borders.add((jid, history[start].id))
            return Page(history[start : end + 1], wall)
        start = _cut(history, end - PAGE)
        return Page(history[start:end], Older.MORE if start else Older.NONE)

    async def mark_read(self, device_id: Safe, jid: Safe) -> None:
        await self._answer()
        self.unread[jid] = 0

    async def send(self, device_id: Safe, jid: Safe, body: Body, upload: Upload | None = None) -> Message:
        text = body.text
        fate = self.fates.pop(0) if self.fates else "sent"
        await asyncio.sleep(LATENCY / 2)
        self._fail_before(fate)
        if fate == "late":
            self.coming[text] += 1
            self._hours.call_later(LATE, self._come, jid, text)
            raise Unsure("nobody knows")
        sent = self._take(jid, text)
        await asyncio.sleep(LATE if fate == "slow" else LATENCY / 2)
        if fate == "broken after":
            raise GatewayBroken("no sense in it")
        if fate == "answer lost" or self._is_gone():
            raise Unsure("nobody knows")
        return sent

    def _is_gone(self) -> bool:
        return not self.reachable

    def _come(self, jid: Safe, text: str) -> None:
        self.coming[text] -= 1
        self._take(jid, text)

    def _take(self, jid: Safe, text: str) -> Message:
        self.sends[text] += 1
        return self.write(jid, own=True, text=text)

    @asynccontextmanager
    async def live(self, device_id: Safe, sink: Sink) -> AsyncIterator["Phone"]:
        await self._answer()
        self._sink, self._closed = sink, asyncio.get_running_loop().create_future()
        try:
            yield self
        finally:
            self.cut()

    async def closed(self) -> str:
        assert self._closed is not None
        return await asyncio.shield(self._closed)


def _cut(history: list[Message], start: int) -> int:
    """Begin a page with the first message of a second: where it is cut is a matter of each adapter."""
    start = max(0, start)
    while start and history[start].time == history[start - 1].time:
        start -= 1
    return start
