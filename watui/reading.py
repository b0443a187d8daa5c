"""What counts as read: the messages of the chat whose end is before the person's eyes for a moment."""

from collections.abc import Callable, Iterable

from textual.app import App
from textual.timer import Timer

from watui.changes import Arrival
from watui.models import ChatKey, Message
from watui.store import Store

AFTER = 0.5
"""Seconds from then until the gateway is told, once for all that came in meanwhile (contract 2.12)."""


class Reading:
    """Remembers what came in while it was being looked at, and marks it as read a moment later."""

    def __init__(
        self,
        app: App[None],
        store: Store,
        looked_at: Callable[[], ChatKey | None],
        mark: Callable[[ChatKey], None],
    ) -> None:
        self._app = app
        self._store = store
        self._looked_at = looked_at
        self._mark = mark
        self._owed: set[ChatKey] = set()
        self._timer: Timer | None = None

    def arrived(self, arrived: Iterable[Arrival], chat: ChatKey | None) -> list[Message]:
        """Take note of what came in; gives what of it came into `chat` without being looked at."""
        here = [each.message for each in arrived if each.chat == chat]
        reading = self._store.reading
        if not here or reading is None:
            return here
        self.owe(reading)
        return []

    def owe(self, key: ChatKey) -> None:
        """Take note that the gateway counts as unread what is looked at in a chat."""
        self._owed.add(key)
        self.soon()

    def soon(self) -> None:
        """Mark the chat that is looked at as read in a moment, if it still is then."""
        key = self._looked_at()
        if key is not None and key in self._store.chats and self._store.chats[key].unread:
            self._owed.add(key)  # it may count as read before the gateway is told
        if self._timer is None:
            self._timer = self._app.set_timer(AFTER, self._now)

    def _now(self) -> None:
        self._timer = None
        key = self._looked_at()
        chat = self._store.chats.get(key) if key is not None else None
        if key is not None and chat is not None and (chat.unread or key in self._owed):
            self._owed.discard(key)
            self._mark(key)
