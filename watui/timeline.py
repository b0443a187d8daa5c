"""The messages of one chat in order, growable at both ends, each id once."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import overload

from watui.models import Ack, Message, merged
from watui.text import Safe


class Timeline(Sequence[Message]):
    """Messages by (time, the archive's order, arrival); those not yet accepted by a gateway come last.

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

    @property
    def oldest(self) -> Safe | None:
        """Name the first message that a gateway has, above which older ones can be asked for."""
        return next((message.id for message in self._messages if not message.local), None)

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
        """Bring in a stretch as it is filed, in its order; gives the messages that were not here before."""
        if not page:
            return []
        new = [message for message in {m.id: m for m in page}.values() if message.id not in self._by_id]
        ours: dict[Safe, Message] = {}
        for message in page:
            old = ours.get(message.id) or self._by_id.get(message.id)
            ours[message.id] = message if old is None else merged(old, message)
            if old is not None and _rank(old) != _rank(ours[message.id]):
                self.remove(message.id)
        self.shifts += 1
        low = bisect_left(self._times, min(map(_rank, ours.values())))
        high = bisect_right(self._times, max(map(_rank, ours.values())))
        self._by_id.update((message.id, message) for message in ours.values())
        together = [self._by_id[id_] for id_ in _in_order(self._messages[low:high], ours.values())]
        self._messages[low:high] = together
        self._times[low:high] = map(_rank, together)
        return new


def _in_order(known: Iterable[Message], page: Iterable[Message]) -> Iterator[Safe]:
    """Name the messages of both in the order of their times, those of one second as `woven` has them."""
    here = {rank: [message.id for message in group] for rank, group in groupby(known, key=_rank)}
    there = {
        rank: [message.id for message in group] for rank, group in groupby(sorted(page, key=_rank), key=_rank)
    }
    for rank in sorted(here.keys() | there.keys()):
        yield from woven(here.get(rank, []), there.get(rank, []), ordered=True)


def _rank(message: Message) -> float:
    return float("inf") if message.local and message.ack is Ack.PENDING else message.time


def woven(
    known: Sequence[Safe], page: Sequence[Safe], before: Collection[Safe] = (), *, ordered: bool
) -> list[Safe]:
    """Bring a stretch into the messages of one second, those that are new beside those that are known.

    Known ones take the order of a stretch that is `ordered`. Otherwise they keep their own, since it may
    stand the other way round: if it tells all of them so, it is turned. `before` are the known ones that lie
    before a stretch which shows none of them.
    """
    shown = [id_ for id_ in page if id_ in known]
    if not shown:
        behind = [id_ for id_ in known if id_ not in before]
        return [*(id_ for id_ in known if id_ in before), *page, *behind]
    if ordered:
        told = iter(shown)
        known = [next(told) if id_ in shown else id_ for id_ in known]
    as_known = [id_ for id_ in known if id_ in shown]
    if len(shown) > 1 and shown == as_known[::-1]:
        page = page[::-1]
    neighbours = iter(as_known)
    beside: dict[Safe, list[Safe]] = {id_: [id_] for id_ in known}
    last: Safe | None = None
    first: list[Safe] = []
    for id_ in page:
        if id_ in shown:
            last = next(neighbours)
            beside[last] = [*first, *beside[last]]
            first = []
        elif last is None:
            first.append(id_)
        else:
            beside[last].append(id_)
    return [id_ for together in beside.values() for id_ in together]
