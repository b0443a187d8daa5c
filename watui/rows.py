"""The chats to list, in order: what the store hands to the chat pane and the chat switcher."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import compress
from typing import NamedTuple, overload

from watui.matching import Found
from watui.models import Chat, ChatKey
from watui.text import Safe

Place = tuple[bool, int, ChatKey]
"""Where a chat stands in the list: pinned ones first, then by time, then by key so that it is definite."""

MANY = 100
"""Chats from which on it may cost less to sort an order anew than to move each of them."""

MANY_OF = 8
"""It does if one in so many moves."""


class Filter(StrEnum):
    """Which kind of chats to list."""

    ALL = "all"
    UNREAD = "unread"
    GROUPS = "groups"
    PRIVATE = "private"
    ARCHIVED = "archived"


class Listing(NamedTuple):
    """Which chats to list: those of a kind, of one device or of all."""

    filter: Filter = Filter.ALL
    device: Safe | None = None
    hidden: frozenset[Safe] = frozenset()
    """The devices that are out of sight where those of all are listed."""


EVERYTHING = Listing()
"""What is listed before anybody chose: the chats of all devices but for archived ones."""


def place_of(chat: Chat) -> Place:
    """Tell where a chat stands among others."""
    return (not chat.pinned, -chat.time, chat.key)


class Order:
    """Chats by their places, with the index of each to be had by a binary search."""

    def __init__(self) -> None:
        self.keys: list[ChatKey] = []
        self.texts: list[str] = []
        """For each of the keys the text under which it is found."""
        self._sorted: list[Place] = []
        self._places: dict[ChatKey, Place] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def put(self, key: ChatKey, place: Place | None, text: str = "") -> bool:
        """Move a chat to its place, or out with `None`; whether anything changed."""
        old = self._places.get(key)
        if old is None and place is None:
            return False
        if old is not None:
            index = bisect_left(self._sorted, old)
            if old == place:
                changed = self.texts[index] != text
                self.texts[index] = text
                return changed
            del self._sorted[index], self.keys[index], self.texts[index], self._places[key]
        if place is not None:
            index = bisect_left(self._sorted, place)
            self._sorted.insert(index, place)
            self.keys.insert(index, key)
            self.texts.insert(index, text)
            self._places[key] = place
        return True

    def put_all(self, moves: Sequence[tuple[ChatKey, Place | None, str]]) -> bool:
        """Do the same for several chats, at the price of one sorting if they are many."""
        if len(moves) < max(MANY, len(self) // MANY_OF):
            moved = [self.put(*move) for move in moves]
            return any(moved)
        texts = dict(zip(self.keys, self.texts, strict=True))
        changed = False
        for key, place, text in moves:
            if self._places.get(key) == place and texts.get(key, text) == text:
                continue
            changed = True
            if place is None:
                self._places.pop(key, None)
            else:
                self._places[key], texts[key] = place, text
        if not changed:
            return False
        self._sorted = sorted(self._places.values())
        # In place: rows that were handed out look at these lists.
        self.keys[:] = [key for _, _, key in self._sorted]
        self.texts[:] = [texts[key] for key in self.keys]
        return True

    def those(self, wanted: Callable[[ChatKey], bool]) -> "Order":
        """Make an order of some of the chats."""
        order = Order()
        kept = [wanted(key) for key in self.keys]
        order._sorted = [*compress(self._sorted, kept)]
        order.keys = [*compress(self.keys, kept)]
        order.texts = [*compress(self.texts, kept)]
        order._places = dict(zip(order.keys, order._sorted, strict=True))
        return order

    def index_of(self, key: ChatKey) -> int | None:
        """Where a chat stands."""
        place = self._places.get(key)
        return None if place is None else bisect_left(self._sorted, place)

    def beside(self, place: Place, step: int) -> list[ChatKey]:
        """List the chats behind a place, or with -1 before it, and round to the one that stands there."""
        if step > 0:
            high = bisect_right(self._sorted, place)
            return self.keys[high:] + self.keys[:high]
        low = bisect_left(self._sorted, place)
        return self.keys[:low][::-1] + self.keys[low:][::-1]


class Rows(Sequence[Chat]):
    """An ordered choice of chats; each is looked up when it is drawn, so that no row is out of date."""

    __slots__ = ("_chats", "_unread", "found", "index_of", "keys", "listing", "query", "version")

    def __init__(
        self,
        chats: Mapping[ChatKey, Chat],
        order: Order,
        unread: Order,
        listing: Listing = EVERYTHING,
        query: str = "",
    ) -> None:
        self._chats = chats
        self._unread = unread
        self.keys = order.keys
        self.index_of: Callable[[ChatKey], int | None] = order.index_of
        """Tells where a chat stands, or `None` if it is not in this choice."""
        self.listing = listing
        self.query = query
        self.found: Found | None = None
        self.version = 0
        """Which state of the orders a search was made in; it says nothing in another one."""

    def narrow(self, keys: list[ChatKey], found: Found, version: int) -> None:
        """Keep only what the query found."""
        self.keys, self.found, self.version = keys, found, version
        self.index_of = _finder(keys)

    def next_unread(self, after: ChatKey | None, step: int) -> ChatKey | None:
        """Give the next chat with unread messages, or with -1 the one before, in order and round the end.

        The chat itself comes last, for where no other has unread messages. Muted and archived chats are
        passed over: whoever muted them does not want to be led there.
        """
        chat = self._chats.get(after) if after is not None else None
        if chat is not None:
            keys = self._unread.beside(place_of(chat), step)
        else:
            keys = self._unread.keys[:: 1 if step > 0 else -1]
        found = frozenset(self.keys) if self.found is not None else None
        here = (key for key in keys if (self.index_of(key) is not None if found is None else key in found))
        return next(here, None)

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, index: int) -> Chat: ...
    @overload
    def __getitem__(self, index: slice) -> list[Chat]: ...
    def __getitem__(self, index: int | slice) -> Chat | list[Chat]:
        if isinstance(index, slice):
            return [self._chats[key] for key in self.keys[index]]
        return self._chats[self.keys[index]]


def _finder(keys: list[ChatKey]) -> Callable[[ChatKey], int | None]:
    """Look for a chat one by one: to number all that were found costs more than the few times one asks."""

    def index_of(key: ChatKey) -> int | None:
        try:
            return keys.index(key)
        except ValueError:
            return None

    return index_of
