"""What a device knows of its chats' messages: read from the archive, made whole from the gateway.

A part of the device worker. The gateway's history is the truth and the socket a hint: whatever is read is
filed first and told then, and what lies between it and what was known is a gap until that is read too.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from watui import events as ev
from watui import log
from watui.archive.keeper import Keeper
from watui.caps import Cap
from watui.gateway.base import Gateway, GatewayBroken, GatewayError, Page, Refused
from watui.models import Chat, ChatKey, Kind, Message, Older
from watui.sync import Line
from watui.text import Safe, one_line

PAGE = 100
"""Messages read from the archive at a time."""

FILLS = 20
"""Stretches that are read in a row to fill the gaps of one chat; what is left waits for the next look."""

CROWD = 50
"""Messages over the socket after which a chat is looked at without waiting, so that one page reaches back."""

FLOOD = 250
"""Messages over the socket after which a look would not reach back any more, and only cost time."""

CROWD_EVERY = 1.0
"""Seconds between such looks at one chat."""

AHEAD_EVERY = 0.1
"""Seconds between chats that are read ahead, so that the gateway has time for other things."""

Tell = Callable[[ev.Event], None]
"""Takes an event on its way to the screen."""

Seen = Callable[[Safe, Sequence[Message]], None]
"""Takes the messages of a chat as the gateway has them: texts whose fate is unknown may be among them."""


class Histories:
    """The messages of one device's chats."""

    def __init__(self, device: Safe, gateway: Gateway, keeper: Keeper, tell: Tell, seen: Seen) -> None:
        self._device = device
        self._gateway = gateway
        self._keeper = keeper
        self._tell = tell
        self._seen = seen
        self._line = Line()
        self._active: set[Safe] = set()
        self._crowds: Counter[Safe] = Counter()
        self._crowded_at: dict[Safe, float] = {}
        self._unreached: set[Safe] = set()
        self._reading: set[Safe] = set()
        self._gaps: dict[Safe, list[Message]] = {}
        self._looking: dict[Safe, asyncio.Lock] = {}
        self._listed: dict[Safe, Chat] = {}
        self._answered: dict[Safe, Chat] = {}

    # What comes over the socket.

    def heard(self, event: ev.MessageArrived) -> None:
        """Take a message that came alone; on an unbroken line nothing is missing before it."""
        self._keeper.take(self._device, event)
        chat = event.message.chat
        self._active.add(chat)
        self._crowds[chat] += 1
        if chat in self._line.whole:
            self._keeper.trust(ChatKey(self._device, chat), event.message)
        self._tell(event)

    def is_crowded(self, chat: Safe) -> bool:
        """Whether so much came in a chat that it should be looked at now; says so once in a while.

        What the owner writes meanwhile may be told by no socket, and has to be found before a page or a
        window of the gateway's is full of other messages.
        """
        now = asyncio.get_running_loop().time()
        looking = self._looking.get(chat)
        if (
            self._own_told
            or (looking is not None and looking.locked())
            or not CROWD <= self._crowds[chat] < FLOOD
            or now - self._crowded_at.get(chat, -CROWD_EVERY) < CROWD_EVERY
        ):
            return False
        self._crowded_at[chat] = now
        return True

    @property
    def _own_told(self) -> bool:
        return Cap.OWN_EVENTS in self._gateway.caps

    def connected(self) -> None:
        """Note that a line stands: what comes over it from here on is all there is."""
        self._line.begin()

    def deafened(self) -> None:
        """Trust no line any more: from here on messages may be missed."""
        self._line.end()
        self._answered.clear()

    def lost(self) -> None:
        """Trust nothing that was known: some of what came could not be filed."""
        self._line.doubt()
        self._answered.clear()

    # Looking.

    def behind(self, chats: Iterable[Chat]) -> list[Safe]:
        """List the chats that have to be looked at, after a list of all of them; the others are whole."""
        self._listed = {chat.key.jid: chat for chat in chats}
        behind = [
            jid
            for jid in self._keeper.behind(self._device, self._listed.values(), own_told=self._own_told)
            # A list may name as the last message what no history has.
            if not _same_last(self._answered.get(jid), self._listed[jid]) or self._open_gap(jid)
        ]
        self._line.are_whole(self._listed.keys() - {*behind})
        return behind

    def _open_gap(self, chat: Safe) -> bool:
        return any(not gap.final for gap in self._keeper.gaps(ChatKey(self._device, chat)))

    def touched(self, chat: Safe) -> None:
        """Note that something was sent to a chat: what became of it is to be looked for."""
        self._active.add(chat)

    def active(self) -> set[Safe]:
        """Give the chats that had messages since they were last looked at.

        What was written on the phone in between no socket may have told.
        """
        return {*self._active}

    async def look(self, chat: Safe, *, always: bool = True, news_since: int | None = None) -> Safe:
        """Read the newest page of a chat and what is missing before it; gives words if it cannot be read.

        `news_since`: from which time on messages seen first count as news. Raises GatewayError if it is not
        about this chat alone.
        """
        # One at a time: of two pages the later one has to be filed last.
        async with self.alone_with(chat):
            line = self._line.number
            self._crowds.pop(chat, None)
            try:
                fresh = always or chat in self._unreached
                self._unreached.add(chat)  # until all has been read
                page = await self._gateway.recent(self._device, chat, fresh=fresh)
                filed = page is None or self._newest(chat, page, news_since)
                filed = filed and (page is None or await self._reach(chat, page)) and await self._fill(chat)
            except (Refused, GatewayBroken) as error:
                log.event("error", "a chat cannot be read", device=self._device, chat=chat, why=error.words)
                return one_line(f"this chat cannot be read: {error.words}", limit=200)
            self._active.discard(chat)
            self._unreached.discard(chat)
            listed = self._listed.get(chat)
            if filed and (page is None or listed is None or _reaches(page, listed)):
                if listed is not None:
                    self._answered[chat] = listed
                self._line.is_whole(chat, line)
            return Safe("")

    async def newest(self, chat: Safe) -> Sequence[Message]:
        """Read the newest page of a chat for somebody who looks for something in it. Raises GatewayError.

        It is filed like any other: the gateway says only once that something is new.
        """
        async with self.alone_with(chat):
            page = await self._gateway.recent(self._device, chat, fresh=True)
            if page is None:
                return ()
            self._newest(chat, page, None)
            return page.messages

    def _newest(self, chat: Safe, page: Page, news_since: int | None) -> bool:
        """File and tell a newest page; whether it could be filed."""
        key = ChatKey(self._device, chat)
        new = self._file(key, page)
        self._keeper.looked(key)
        news: frozenset[Safe] = frozenset()
        if news_since is not None and new is not None:
            news = frozenset(message.id for message in new if message.incoming and message.time > news_since)
        filed = self._keeper.stretch(key, page.messages)
        older = self._keeper.older(key, filed[0].id, page.older) if filed else page.older
        self._tell(ev.HistoryRead(chat, filed, older, newest=True, news=news))
        self._tell_gaps(chat)
        self._seen(chat, page.messages)
        return new is not None

    async def _reach(self, chat: Safe, newest: Page) -> bool:
        """Read on to where pages were read last, if own messages may stand in between that no socket told.

        As far as the gateway has it; whether it could be filed.
        """
        key, page = ChatKey(self._device, chat), newest
        if not self._own_told:
            for _ in range(FILLS):
                if page.older is not Older.MORE or not page.messages:
                    break
                above = page.messages[0].id
                if self._keeper.reaches(key, above):
                    break
                page = await self._gateway.older(self._device, chat, above)
                if not self._older(chat, page, above):
                    return False
            else:
                return True  # not yet: the next look reads it once more
        if newest.messages:
            self._keeper.was_read(key, newest.messages[-1].id)
        return True

    async def _fill(self, chat: Safe) -> bool:
        """Read what is missing, the newest first, as far as the gateway has it; whether it could be filed."""
        key = ChatKey(self._device, chat)
        for _ in range(FILLS):
            gap = next((gap for gap in self._keeper.gaps(key) if not gap.final), None)
            if gap is None:
                break
            page = await self._gateway.older(self._device, chat, gap.below)
            if not self._older(chat, page, gap.below):
                return False
            same = next((each for each in self._keeper.gaps(key) if each.n == gap.n), None)
            if same is not None and (page.older is not Older.MORE or same.below == gap.below):
                self._keeper.give_up(same)
            self._tell_gaps(chat)
        return True

    def _older(self, chat: Safe, page: Page, above: Safe) -> bool:
        """File and tell a page above a message; whether it could be filed."""
        key = ChatKey(self._device, chat)
        new = self._file(key, page, above)
        filed = self._keeper.stretch(key, page.messages)
        older = self._keeper.older(key, filed[0].id if filed else above, page.older)
        self._tell(ev.HistoryRead(chat, filed, older, newest=False, above=above))
        self._tell_gaps(chat)
        self._seen(chat, page.messages)
        return new is not None

    def _file(self, key: ChatKey, page: Page, above: Safe | None = None) -> list[Message] | None:
        return self._keeper.page(
            key, page.messages, page.older, above, keeps_oldest=page.keeps_oldest, ordered=page.ordered
        )

    def _tell_gaps(self, chat: Safe) -> None:
        gaps = self._keeper.shown_gaps(ChatKey(self._device, chat))
        if gaps != self._gaps.get(chat, []):
            self._gaps[chat] = gaps
            self._tell(ev.GapsChanged(chat, gaps))

    def alone_with(self, chat: Safe) -> asyncio.Lock:
        """Give what keeps everybody else from reading a chat."""
        return self._looking.setdefault(chat, asyncio.Lock())

    def forget(self, chat: Safe) -> None:
        """Know nothing of a chat any more, whose messages are gone."""
        for known in (self._gaps, self._answered, self._crowds):
            known.pop(chat, None)
        self._unreached.discard(chat)

    # What the person asks for.

    def show(self, chat: Safe) -> None:
        """Tell at once what is known of a chat."""
        known = self._keeper.thread(ChatKey(self._device, chat))
        if known.messages:
            self._tell(known)

    async def more(self, chat: Safe, oldest: Safe, until: Safe | None) -> None:
        """Tell what lies above the oldest message that is shown, from the archive or else the gateway.

        A page, or everything up to a message that is filed.
        """
        if chat in self._reading:
            return  # scrolling on asks again and again
        self._reading.add(chat)
        try:
            key = ChatKey(self._device, chat)
            wanted = self._keeper.between(key, until, oldest) if until is not None else 0
            while True:
                messages, older = self._keeper.above(key, oldest, PAGE)
                if not messages:
                    break
                self._tell(ev.HistoryRead(chat, messages, older, newest=False, above=oldest))
                oldest = messages[0].id  # no hole: one stands behind the message above it
                wanted -= sum(message.kind is not Kind.MISSING for message in messages)
                if wanted <= 0:
                    return
                await asyncio.sleep(0)
            self._older(chat, await self._gateway.older(self._device, chat, oldest), oldest)
        except BaseException:
            self._tell(ev.OlderMissed(chat))
            raise
        finally:
            self._reading.discard(chat)

    async def uncover(self, chat: Safe, ids: Iterable[Safe]) -> bool:
        """Read a chat back to messages that the gateway has; whether any of them was not filed before."""
        key = ChatKey(self._device, chat)
        missing = [id_ for id_ in ids if not self._keeper.holds(key, id_)]
        if not missing:
            return False
        if await self.look(chat):
            return False  # it cannot be read
        for _ in range(FILLS):
            oldest = self._keeper.oldest(key)
            if oldest is None or all(self._keeper.holds(key, id_) for id_ in missing):
                break
            page = await self._gateway.older(self._device, chat, oldest)
            if not self._older(chat, page, oldest) or page.older is not Older.MORE:
                break
        return any(self._keeper.holds(key, id_) for id_ in missing)

    async def read_ahead(self, chats: Iterable[Chat]) -> None:
        """Read the newest page of chats of which nothing is known, so that they can be searched."""
        if not self._keeper.durable:
            return
        for chat in self._keeper.never_read(chats):
            try:
                await self.look(chat)
            except GatewayError:
                return  # it goes on with the next list
            await asyncio.sleep(AHEAD_EVERY)


def _same_last(one: Chat | None, other: Chat) -> bool:
    return one is not None and (one.time, one.preview) == (other.time, other.preview)


def _reaches(page: Page, listed: Chat) -> bool:
    """Whether a newest page holds what a list names as the last message of the chat, or a later one."""
    if not page.messages:
        return not listed.time
    last = listed.preview.id if listed.preview is not None else None
    return page.messages[-1].time >= listed.time or any(message.id == last for message in page.messages)
