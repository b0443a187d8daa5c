"""What simulated people do by themselves: they receive, read, type, answer, and write out of the blue."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

from watui.demo import talk
from watui.demo.acts import Acts
from watui.demo.dice import roll
from watui.demo.phone import Phone
from watui.demo.records import Call, Chat, Message
from watui.demo.story import Story
from watui.demo.talk import Line

_REACTIONS = ("👍", "❤️", "😂", "😮", "🙏🏽", "🎉")
_UNTOLD = {"chat", "call_log", "gp2"}  # plain, or with a mood of its own, or never an event [610]
_MOODS = (
    ("write", 80),
    ("react", 8),
    ("edit", 3),
    ("revoke", 2),
    ("status", 3),
    ("call", 2),
    ("kind", 8),
    ("stranger", 2),
)


class Life:
    """The tasks behind acks, answers and live traffic."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts
        self.options = acts.options
        self.rate = acts.options.rate
        self._random = random.Random(acts.options.seed)
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._strangers = 0
        acts.on_sent.append(self._sent)

    def start(self) -> None:
        """Let messages arrive at the chosen rate."""
        self._spawn(self._live())

    def set_rate(self, per_minute: float) -> None:
        """Change how many messages a minute arrive by themselves, over all devices."""
        self.rate = per_minute
        self._changed.set()

    async def close(self) -> None:
        """End all."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self.options.pace)

    # -- answers -----------------------------------------------------------------------------------------

    def _sent(self, phone: Phone, message: Message) -> None:
        self._spawn(self._receive(phone, message))

    async def _receive(self, phone: Phone, message: Message) -> None:
        """Let a message reach the others: sent, delivered, read, perhaps answered."""
        for pause, ack in ((0.2, 1), (0.5, 2)):
            await self._pause(pause)
            if not self._got(phone, message, ack):
                return
        chat = phone.chats[message.chat]
        if not self.options.reply or chat.announce or message.itself:
            await self._pause(0.8)
            self._got(phone, message, 3)
            return
        writer = self._random.choice(chat.members) if chat.is_group and chat.members else chat.id
        await self._pause(0.6)
        self.acts.typing(phone, chat.id, writer, True)
        await self._pause(0.2)
        self._got(phone, message, 3)
        lang = chat.lang.partition(" ")[0]
        line = self._random.choice(talk.replies(lang, message.body.rstrip().endswith(("?", "？", "؟"))))
        await self._pause(1.2 + min(len(line.text), 60) * 0.04)
        self.acts.typing(phone, chat.id, writer, False)
        if line.reaction and self.acts.has(phone, message.id):
            self.acts.react(phone, message.id, line.reaction, writer)
        self._say(phone, chat, line, writer)

    def _got(self, phone: Phone, message: Message, ack: int) -> bool:
        """Tell how far an own message came, unless it failed or was deleted here; say whether it was told."""
        told = message.ack >= 0 and self.acts.has(phone, message.id)
        if told:
            self.acts.ack(phone, message.id, ack)
        return told

    def _say(self, phone: Phone, chat: Chat, line: Line, writer: str | None) -> Message:
        chat = phone.chat_for(chat.id)  # which the owner may have deleted meanwhile
        number = self._random.getrandbits(48)
        message = Story(phone, chat, 0).compose(line, chat.end, int(self.acts.now()), number)
        message.reactions.clear()
        if chat.is_group and writer and writer != message.author:
            message.author, message.push = writer, phone.who(writer).push
        return self.acts.deliver(phone, chat, message)

    # -- live traffic ------------------------------------------------------------------------------------

    async def _live(self) -> None:
        while True:
            self._changed.clear()
            pause = self._random.expovariate(self.rate / 60) if self.rate > 0 else None
            try:
                async with asyncio.timeout(pause):
                    await self._changed.wait()
            except TimeoutError:
                self._spawn(self._happen())

    async def _happen(self) -> None:
        phones = [phone for phone in self.acts.phones.values() if phone.status == "ready"]
        if not phones:
            return
        phone = self._random.choice(phones)
        chats = [chat for chat in phone.ordered()[:24] if len(chat) and chat.id != phone.jid]
        if not chats:
            return
        chat = chats[min(int(self._random.expovariate(0.25)), len(chats) - 1)]
        names, weights = zip(*_MOODS, strict=True)
        mood = self._random.choices(names, weights)[0]
        last = chat.last
        if mood == "react" and last and last.mine:
            writer = self._random.choice(chat.members) if chat.members else chat.id
            self.acts.react(phone, last.id, self._random.choice(_REACTIONS), writer)
        elif mood == "edit" and last and not last.mine and last.type == "chat":
            self.acts.edit(phone, last.id, f"{last.body} ✏️")
        elif mood == "revoke" and last and not last.mine:
            self.acts.revoke(phone, last.id)
        elif mood in {"status", "call"}:
            self._unlisted(phone, chat, mood)
        elif mood == "kind":
            shown = [line for line in talk.every_kind() if line.who and line.kind not in _UNTOLD]
            self._say(phone, chat, self._random.choice(shown), None)
        elif mood == "stranger":
            self._strangers += 1
            number = 4_915_200_000_000 + roll(self.options.seed, self._strangers) % 10**8
            new, is_new = self.acts.incoming_chat(phone, f"{number}@c.us", None, "Nadia K.")
            message = self.acts.draft(phone, new, mine=False)
            message.body = "Hi! I got your number from Marta, is the bike still for sale?"
            self.acts.deliver(phone, new, message, new=is_new)
        else:
            await self._write(phone, chat)

    async def _write(self, phone: Phone, chat: Chat) -> None:
        writer = self._random.choice(chat.members) if chat.is_group and chat.members else chat.id
        self.acts.typing(phone, chat.id, writer, True)
        await self._pause(1.5)
        self.acts.typing(phone, chat.id, writer, False)
        self._say(phone, chat, self._random.choice(talk.openers(chat.lang.partition(" ")[0])), writer)

    def _unlisted(self, phone: Phone, chat: Chat, mood: str) -> None:
        """Send what no chat list shows, but the socket does: a status or a missed call [610]."""
        writer = self._random.choice(chat.members) if chat.members else chat.id
        target = phone.broadcasts if mood == "status" else chat
        message = self.acts.draft(phone, target, mine=False, author=writer)
        if mood == "status":
            message.body = "Sunday mood ☀️"
        else:
            message.type = "call_log"
            message.call = Call(self._random.random() < 0.5, self._random.choice((None, 75, 192)))
        self.acts.deliver(phone, target, message)
