"""A gateway, a proxy before it, and watui behind that; with a ledger of what was written by whom."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.faults.driving import Driven
from tests.faults.ledger import HIDDEN, Asked, Entry, Held, Mark, Verdict, judge, of_archive
from tests.faults.proxy import Proxy
from watui.archive.schema import FILE
from watui.demo.gateway import DemoGateway
from watui.demo.message_shapes import raw_message
from watui.demo.options import DemoOptions

QUIET: dict[str, Any] = {
    "profile": "whatsapi",
    "chats": 12,
    "messages": 40,
    "pace": 0.0,
    "mark_read_delay": 0.02,
    "ping_interval": 1.0,
    "ping_timeout": 1.0,
}
"""A gateway on which nothing happens by itself, and which notices soon that somebody is gone."""


PAGE = 100
"""Messages that a chat shows as soon as it is opened, if it has them."""


class Scene:
    """One gateway's device, and the client that is kept from it."""

    def __init__(self, gateway: DemoGateway, proxy: Proxy, home: Path) -> None:
        self.gateway = gateway
        self.proxy = proxy
        self.home = home
        self.device = gateway.devices[0]
        phone = gateway.handset()
        jids = [chat.id for chat in phone.ordered() if chat.id != phone.jid]
        self.chats = [jid for jid in jids if jid.endswith("@c.us")]
        self.asked: list[Asked] = []
        self.received = 0

    def client(self, crash_at: str = "") -> Driven:
        """Make the next life of watui in this place."""
        return Driven(self.proxy.url, self.gateway.key, self.device, self.home, crash_at)

    def receive(self, chat: str, *, typed: bool = False) -> None:
        """Let a message arrive, or with `typed` let the owner write one on the phone."""
        self.received += 1
        if typed:
            self.gateway.phone(None, chat, f"typed {self.received}")
        else:
            self.gateway.message(None, chat, f"in {self.received}")

    def repeat(self, chat: str, back: int) -> None:
        """Let the socket tell a message again, the one that is so far back in its chat."""
        phone = self.gateway.handset()
        known = phone.chats[chat]
        message = known[max(0, len(known) - back)]
        if not message.mine:
            told = {"message": raw_message(phone, message)}
            self.gateway.acts.tell(phone, [("message", told)])

    def send(self, client: Driven, chat: str, file: int = 0) -> str:
        """Let the person send a text that is unlike all others, or a file of so many bytes with it."""
        text = f"mine {len(self.asked) + 1}"
        self.asked.append(Asked(chat, text))
        client.do("send", chat=chat, text=text, file=file)
        return text

    def doubt(self, since: int, taken: Iterable[str]) -> None:
        """Of the texts asked for since, be sure of those only that watui has said it took."""
        known = {*taken}
        self.asked[since:] = [replace(each, sure=each.text in known) for each in self.asked[since:]]

    def truth(self, chats: Sequence[str] | None = None) -> dict[str, list[Entry]]:
        """Give what the gateway has, in all of its chats or in some."""
        known = self.gateway.handset().chats
        return {
            jid: [Entry(m.id, m.body, m.mine, m.type in HIDDEN) for m in known[jid]]
            for jid in chats or [jid for jid in known if not jid.endswith("@broadcast")]
        }

    def judge(
        self, threads: dict[str, Held], chats: Sequence[str] | None = None, *, least: int = 0
    ) -> Verdict:
        """Compare what watui has with what the gateway has; each thread has to have `least` messages."""
        return judge(self.truth(chats), threads, self.asked, self.sent(), least=least)

    def sent(self) -> list[str]:
        """Give the texts that WhatsApp got through the gateway."""
        return [each["text"] for each in self.gateway.sends if not each["phone"]]

    def filed(self) -> dict[str, Held]:
        """Read what watui has filed."""
        return of_archive(self.home / FILE, self.device)

    async def settled(self, seconds: float, chats: Sequence[str] | None = None) -> Verdict:
        """Wait until nothing is wrong and nothing is on its way, or until time is up; gives the last look.

        What stands behind a text that waits for the person to choose is on no way.
        """
        deadline = time.monotonic() + seconds
        pause = 0.2
        while True:
            filed = self.filed()
            verdict = self.judge(filed, chats)
            if (verdict.clean and not any(map(_is_sending, filed.values()))) or time.monotonic() > deadline:
                return verdict
            await asyncio.sleep(pause)
            pause = min(2.0, pause * 1.5)

    async def decided(self, client: Driven, seconds: float) -> tuple[Verdict, int]:
        """Let the person choose until nothing is left to choose; gives the last look and how many choices."""
        choices = 0
        deadline = time.monotonic() + seconds
        while True:
            chosen = await self.choose(client)
            choices += chosen
            verdict = await self.settled(deadline - time.monotonic())
            if not chosen or time.monotonic() > deadline:
                return verdict, choices

    async def choose(self, client: Driven) -> int:
        """Choose for each text of which nobody knows, or that failed: again if WhatsApp has not got it.

        As a person does who looks at the phone. Gives how many there were.
        """
        sent = set(self.sent())
        doubtful = [
            (chat, row)
            for chat, held in self.filed().items()
            for row in held.rows
            if row.mark in (Mark.UNKNOWN, Mark.FAILED)
        ]
        for chat, row in doubtful:
            client.do("discard" if row.text in sent else "resend", chat=chat, id=row.id)
        await client.sync()
        return len(doubtful)

    async def on_screen(self, client: Driven, seconds: float = 5.0) -> Verdict:
        """Open every chat as a person does who looks for what is new, and judge what is shown."""
        for chat in self.truth():
            client.do("open", chat=chat)
            await asyncio.sleep(0.1)
        deadline = time.monotonic() + seconds
        while True:
            verdict = self.judge(await client.threads(), least=PAGE)
            if verdict.clean or time.monotonic() > deadline:
                return verdict
            await asyncio.sleep(0.3)

    def calm(self) -> None:
        """Let nothing bad happen any more."""
        self.proxy.let_pass()
        self.gateway.clear_faults()


def _is_sending(held: Held) -> bool:
    """Whether a text is on its way out and none before it in the chat waits for the person."""
    marks = [row.mark for row in held.rows]
    return Mark.WAITING in marks and not {Mark.UNKNOWN, Mark.FAILED}.intersection(marks)


@asynccontextmanager
async def scene(home: Path, **options: Any) -> AsyncIterator[Scene]:
    """Set the scene; `home` is a directory of its own."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # it tells of every call that was cut off
    async with (
        DemoGateway(DemoOptions(**{**QUIET, **options})) as gateway,
        Proxy(urlsplit(gateway.url).port or 0) as proxy,
    ):
        yield Scene(gateway, proxy, home)
