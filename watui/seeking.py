"""The search over everything ever seen: its dialog, and a thread that looks in the archive."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from textual.app import App
from textual.timer import Timer

from watui import views
from watui.aside import aside
from watui.models import ChatKey
from watui.network import Network
from watui.store import Store
from watui.text import Safe

if TYPE_CHECKING:
    from watui.archive.search import Searching
    from watui.panes.hits import Found
    from watui.screens.search import Chosen, Searched, SearchScreen

HITS = 100
"""Messages that are found at a time."""

FURTHER_AFTER = 0.5
"""Seconds without another letter after which the gateway is asked too."""

FURTHER_FROM = 3
"""Letters of the longest word from which on the gateway is asked."""

_log = logging.getLogger(__name__)


class Seeking:
    """Opens the search, has each text looked for, and drops answers to what was typed before."""

    def __init__(
        self,
        app: App[None],
        store: Store,
        drafts: Mapping[ChatKey, str],
        network: Network,
        chosen: Callable[[ChatKey, Safe], None],
    ) -> None:
        self._app = app
        self._store = store
        self._drafts = drafts
        self._network = network
        self._chosen = chosen
        self._searching: Searching | None = None
        self._screen: SearchScreen | None = None
        self._text, self._within = "", False
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked: Searched | None = None
        self._further: Timer | None = None

    def open(self, here: ChatKey | None, text: str | None = None) -> None:
        """Open the search with what was looked for last, or with a text; `here` is the open chat."""
        from watui.screens.search import SearchScreen  # noqa: PLC0415 - dialogs load when they open

        def closed(chosen: "Chosen | None") -> None:
            self._screen = None
            self._turn += 1
            if chosen is not None:
                self._chosen(chosen.chat, chosen.message)

        chat = self._store.chats.get(here) if here is not None else None
        name = chat.name if chat is not None else Safe("")
        if text is not None:
            self._text, self._within = text, False
        self._screen = SearchScreen(here, name, within=self._within, text=self._text)
        self._app.push_screen(self._screen, closed)

    def ask(self, asked: "Searched") -> None:
        """Look for a text, and for nothing that was asked before."""
        self._text, self._within = asked.text, asked.within is not None
        self._ask(asked)
        if self._further is not None:
            self._further.stop()
        if asked.text and asked.after is None:
            self._further = self._app.set_timer(FURTHER_AFTER, lambda: self._ask_gateway(asked))

    def look_again(self) -> None:
        """Look once more for what is asked: more is filed now. Who has gone on reading is left alone."""
        if self._screen is not None and self._asked is not None and self._asked.after is None:
            self._ask(self._asked)

    def _ask_gateway(self, asked: "Searched") -> None:
        from watui.searching import parse  # noqa: PLC0415

        words = (word.text for word in parse(asked.text, date.today()).words)  # noqa: DTZ011 - no day matters
        longest = max(words, key=len, default="")
        if self._screen is not None and len(longest) >= FURTHER_FROM:
            self._network.search(longest, asked.within)

    def _ask(self, asked: "Searched") -> None:
        self._turn += 1
        self._asked = asked
        if asked.text:
            task = asyncio.get_running_loop().create_task(self._answer(asked, self._turn))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, asked: "Searched", turn: int) -> None:
        from watui.archive.search import Stopped  # noqa: PLC0415

        try:
            found = await aside(self._look(asked, turn))
        except Stopped:
            return
        except sqlite3.Error as error:
            _log.warning("the search failed: %s", error)
            if self._screen is not None and turn == self._turn:
                self._screen.fail("the archive cannot be searched; the log tells why")
            return
        if self._screen is not None and turn == self._turn:
            names = {key: chat.name for key, chat in self._store.chats.items()}
            self._screen.show(found, views.marks(self._store, self._drafts), names)

    def _look(self, asked: "Searched", turn: int) -> Callable[[], "Found"]:
        """Make ready what the thread does; names are taken now, since they belong to this thread."""
        from watui.panes.hits import Found  # noqa: PLC0415
        from watui.searching import named, parse  # noqa: PLC0415

        query = parse(asked.text, date.today())  # noqa: DTZ011 - the terminal's own time zone
        people = {jid: name for known in self._store.names.values() for jid, name in known.items()}
        senders = named(query.senders, people)
        chats: list[ChatKey] | None = None if asked.within is None else [asked.within]
        if query.chats:
            meant = named(query.chats, {key: chat.name for key, chat in self._store.chats.items()})
            chats = [key for key in meant if asked.within in (None, key)]

        def look() -> Found:
            if self._searching is None:
                self._searching = self._network.searching()
            hits = self._searching.find(
                query,
                limit=HITS + 1,
                after_result=asked.after,
                people=senders,
                chats=chats,
                wanted=lambda: turn == self._turn,
            )
            unknown = query.senders if query.senders and not senders and not query.own else ()
            more = len(hits) > HITS
            return Found(asked.text, asked.within, asked.after, query, hits[:HITS], more, unknown)

        return look
