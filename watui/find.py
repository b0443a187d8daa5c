"""Finding a text in a thread: without regard to case and accents, a slice at a time. Pure."""

from collections.abc import Sequence

from watui.models import Kind, Message
from watui.text import Safe, fold
from watui.timeline import Timeline

SLICE = 2000
"""Messages looked through at a time: a few milliseconds of work."""

HIT_LIMIT = 200
"""Places marked in one message."""


def hits(text: str, query: str) -> list[tuple[int, int]]:
    """Where a folded query stands in a text, as ranges of the text's own characters."""
    places: list[tuple[int, int]] = []
    if text.isascii():
        folded: str = text.casefold()
        owners: Sequence[int] = range(len(text) + 1)
    else:
        parts = [fold(char) for char in text]
        folded = "".join(parts)
        owners = [number for number, part in enumerate(parts) for _ in part]
    at = folded.find(query) if query else -1
    while at >= 0 and len(places) < HIT_LIMIT:
        end = owners[at + len(query) - 1] + 1
        while end < len(text) and not fold(text[end]):  # accents belong to the letter before them
            end += 1
        if not places or owners[at] >= places[-1][1]:  # ß holds two s
            places.append((owners[at], end))
        at = folded.find(query, at + len(query))
    return places


def holds(message: Message, query: str) -> bool:
    """Whether a message shows a folded query: in its text, a file's name, a card, a place or a poll."""
    if message.kind is Kind.REVOKED:
        return False
    return any(query in fold(each) for each in (message.text, *_names(message)))


class Finder:
    """What was found so far, newest first, in a timeline that goes on growing at both ends."""

    def __init__(self, text: str) -> None:
        self.query = fold(text)
        self.matches: list[Safe] = []
        self._newest: Safe | None = None
        self._oldest: Safe | None = None
        self._seen = 0

    def scan(self, timeline: Timeline, budget: int = SLICE) -> bool:
        """Look through what came in, and through up to `budget` older messages; whether that was all."""
        end = len(timeline)
        while end and timeline[end - 1].local:
            end -= 1
        newest = timeline.index_of(self._newest) if self._newest is not None else None
        oldest = timeline.index_of(self._oldest) if self._oldest is not None else None
        if newest is None or oldest is None or newest - oldest + 1 != self._seen:
            self.matches.clear()  # at the beginning, or messages came or went between those that were seen
            newest, oldest, self._seen = end - 1, end, 0
        for message in timeline[newest + 1 : end]:
            if holds(message, self.query):
                self.matches.insert(0, message.id)
        low = max(0, oldest - budget)
        self.matches += [m.id for m in reversed(timeline[low:oldest]) if holds(m, self.query)]
        self._seen += end - 1 - newest + oldest - low
        if end:
            self._newest, self._oldest = timeline[end - 1].id, timeline[low].id
        return low == 0

    def place_of(self, message_id: str) -> int | None:
        """Give the number of a match, from 0 for the newest."""
        try:
            return self.matches.index(Safe(message_id))
        except ValueError:
            return None


def _names(message: Message) -> list[Safe]:
    names = [card.name for card in message.cards]
    if message.media is not None and message.media.name:
        names.append(message.media.name)
    if message.place is not None and message.place.name:
        names.append(message.place.name)
    if message.poll is not None:
        names += message.poll.options
    return names
