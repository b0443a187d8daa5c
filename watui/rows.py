"""The chats to list, in order: what the store hands to the chat pane and the chat switcher."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import overload

from watui.models import Chat, ChatKey

Place = tuple[bool, int, ChatKey]
"""Where a chat stands in the list: pinned ones first, then by time, then by key so that it is definite."""


class Rows(Sequence[Chat]):
    """An ordered choice of chats; each is looked up when it is drawn, so that no row is out of date."""

    __slots__ = ("_chats", "index_of", "keys")

    def __init__(
        self,
        chats: Mapping[ChatKey, Chat],
        keys: list[ChatKey],
        index_of: Callable[[ChatKey], int | None],
    ) -> None:
        self._chats = chats
        self.keys = keys
        self.index_of = index_of
        """Tells where a chat stands, or `None` if it is not in this choice."""

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


class Order:
    """Chats by their places, with the index of each to be had by a binary search."""

    def __init__(self) -> None:
        self.keys: list[ChatKey] = []
        self._sorted: list[Place] = []
        self._places: dict[ChatKey, Place] = {}

    def put(self, key: ChatKey, place: Place | None) -> bool:
        """Move a chat to its place, or out with `None`; whether anything changed."""
        old = self._places.get(key)
        if old == place:
            return False
        if old is not None:
            index = bisect_left(self._sorted, old)
            del self._sorted[index], self.keys[index], self._places[key]
        if place is not None:
            index = bisect_left(self._sorted, place)
            self._sorted.insert(index, place)
            self.keys.insert(index, key)
            self._places[key] = place
        return True

    def index_of(self, key: ChatKey) -> int | None:
        """Where a chat stands."""
        place = self._places.get(key)
        return None if place is None else bisect_left(self._sorted, place)
