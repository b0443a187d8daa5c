"""The chats to list, in order: what the store hands to the chat pane and the chat switcher."""

from collections.abc import Callable, Mapping, Sequence
from typing import overload

from watui.models import Chat, ChatKey


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
