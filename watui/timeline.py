"""The messages of one chat in order, growable at both ends, each id once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import overload

from watui.models import Ack, Message, merged
from watui.text import Safe


class Timeline(Sequence[Message]):
    """Messages by (time, the gateway's order, arrival); those not yet accepted by a gateway come last.

    Looking up an id costs a binary search over times, so a pane can hold on to a message by its id while
    messages come and go around it.
    """

    __slots__ = ("_by_id", "_messages", "_times", "shifts")

    def __init__(self) -> None:
        self._by_id: dict[str, Message] = {}
        self._messages: list[Message] = []
        self._times: list[float] = []
        self.shifts = 0
        """How often anything but an addition at the end has changed which messages stand where."""

    def __len__(self) -> int:
        return len(self._messages)

    @overload
    def __getitem__(self, index: int) -> Message: ...
    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...
    def __getitem__(self, index: int | slice) -> Message | list[Message]:
        return self._messages[index]

    def __iter__(self) -> Iterator[Message]:
        return iter(self._messages)

    def get(self, message_id: str) -> Message | None:
        """Find a message by its id."""
        return self._by_id.get(message_id)

    @property
    def newest(self) -> Safe | None:
        """Name the last message that a gateway has; one that is on its way will get another id."""
        return next((message.id for message in reversed(self._messages) if not message.local), None)

    def index_of(self, message_id: str) -> int | None:
        """Where a message stands now, or `None` if it is not here."""
        message = self._by_id.get(message_id)
        if message is None:
            return None
        index = bisect_left(self._times, _rank(message))
        while self._messages[index].id != message_id:
            index += 1
        return index

    def put(self, message: Message) -> bool:
        """Add a message behind those of its time, or bring it together with the copy that is here.

        True if its id was not here before.
        """
        old = self._by_id.get(message.id)
        if old is not None:
            self.replace(message.id, merged(old, message))
            return False
        rank = _rank(message)
        if not self._times or self._times[-1] <= rank:
            self._times.append(rank)
            self._messages.append(message)
        else:
            self.shifts += 1
            index = bisect_right(self._times, rank)
            self._times.insert(index, rank)
            self._messages.insert(index, message)
        self._by_id[message.id] = message
        return True

    def replace(self, message_id: str, message: Message) -> None:
        """Put another version of a message in its place; raises KeyError if it is not here."""
        index = self.index_of(message_id)
        if index is None:
            raise KeyError(message_id)
        if message.id == message_id and _rank(message) == self._times[index]:
            self._messages[index] = message
            self._by_id[message_id] = message
            return
        self.remove(message_id)
        self.put(message)

    def remove(self, message_id: str) -> None:
        """Take a message out; nothing happens if it is not here."""
        index = self.index_of(message_id)
        if index is not None:
            self.shifts += 1
            del self._messages[index], self._times[index], self._by_id[message_id]

    def merge(self, page: Sequence[Message]) -> list[Message]:
        """Bring in a stretch of the gateway's; returns the messages whose ids were not here before.

        Within one second the order in which messages were first seen stays, and the gateway's own settles
        the rest: whatsapp-web.js hands messages of one second over in reverse when it had to sort them.
        """
        if not page:
            return []
        page = self._in_known_order({message.id: message for message in page}.values())
        new = [message for message in page if message.id not in self._by_id]
        ours: list[Message] = []
        for message in page:
            old = self._by_id.get(message.id)
            if old is not None:
                ours.append(merged(old, message))
                self.remove(message.id)
            else:
                ours.append(message)
        self.shifts += 1
        low = bisect_left(self._times, min(map(_rank, ours)))
        high = bisect_right(self._times, max(map(_rank, ours)))
        together = sorted([*ours, *self._messages[low:high]], key=_rank)
        self._messages[low:high] = together
        self._times[low:high] = map(_rank, together)
        self._by_id.update((message.id, message) for message in ours)
        return new

    def _in_known_order(self, page: Iterable[Message]) -> list[Message]:
        """Sort a page by time, messages of one second as they stand here where they do."""
        ordered: list[Message] = []
        for _, group in groupby(sorted(page, key=_rank), key=_rank):
            together = list(group)
            if len(together) > 1:
                places = {m.id: place for m in together if (place := self.index_of(m.id)) is not None}
                seen = [places[m.id] for m in together if m.id in places]
                if len(seen) > 1 and seen == sorted(seen, reverse=True):
                    together.reverse()
                known = iter(sorted((m for m in together if m.id in places), key=lambda m: places[m.id]))
                together = [next(known) if m.id in places else m for m in together]
            ordered += together
        return ordered


def _rank(message: Message) -> float:
    return float("inf") if message.local and message.ack is Ack.PENDING else message.time
