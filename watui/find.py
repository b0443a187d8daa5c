"""Finding a text in a thread: without regard to case and accents, a slice at a time. Pure."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from watui.formatting import paragraphs
from watui.models import Kind, Message
from watui.text import Safe, fold
from watui.timeline import Timeline

SLICE = 40_000
"""Characters looked through at a time: a few milliseconds of work."""

FEWEST = 40
"""Characters that a message counts for at least."""

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


def holds(message: Message, query: str, names: Mapping[Safe, Safe]) -> bool:
    """Whether a message shows a folded query: in its text, a file's name, a card, a place or a poll.

    The text counts as it is shown, without formatting and with people's names; see `names`, by jid.
    """
    if message.kind is Kind.REVOKED:
        return False
    mentions = {jid.partition("@")[0]: str(names.get(jid, "")) for jid in message.mentions}
    if any(query in fold(paragraph.text) for paragraph in paragraphs(message.text, mentions)):
        return True
    return any(query in fold(each) for each in _facts(message))


class Finder:
    """What was found so far, newest first, in a timeline that goes on growing at both ends."""

    def __init__(self, text: str, names: Mapping[Safe, Safe], before: "Finder | None" = None) -> None:
        self.query = fold(text)
        self._names = names
        self.matches: list[Safe] = []
        self._newest: Safe | None = None
        self._oldest: Safe | None = None
        self._seen = 0
        self._narrowed: list[Safe] = []
        if before is not None and not before._narrowed and before.query and before.query in self.query:
            # Only what held the shorter text can hold the longer one.
            self._newest, self._oldest, self._seen = before._newest, before._oldest, before._seen
            self._narrowed = before.matches[::-1]

    def scan(self, timeline: Timeline, budget: int = SLICE) -> bool:
        """Look through what came in, and `budget` characters of older messages; whether that was all."""
        end = len(timeline)
        while end and timeline[end - 1].local:
            end -= 1
        newest = timeline.index_of(self._newest) if self._newest is not None else None
        oldest = timeline.index_of(self._oldest) if self._oldest is not None else None
        if newest is None or oldest is None or newest - oldest + 1 != self._seen:
            self.matches.clear()  # at the beginning, or messages came or went between those that were seen
            self._narrowed.clear()
            newest, oldest, self._seen = end - 1, end, 0
        for message in timeline[newest + 1 : end]:
            if holds(message, self.query, self._names):
                self.matches.insert(0, message.id)
        self._seen += end - 1 - newest
        while self._narrowed and budget > 0:
            budget -= self._take(timeline.get(self._narrowed.pop()))
        low = oldest
        while low > 0 and budget > 0 and not self._narrowed:
            low -= 1
            budget -= self._take(timeline[low])
        self._seen += oldest - low
        if end:
            self._newest, self._oldest = timeline[end - 1].id, timeline[min(low, end - 1)].id
        return low == 0 and not self._narrowed

    def _take(self, message: Message | None) -> int:
        """Look at one message; gives the characters that it cost."""
        if message is None:
            return 0
        if holds(message, self.query, self._names):
            self.matches.append(message.id)
        return max(FEWEST, len(message.text))

    def still(self, timeline: Timeline, message_id: Safe) -> bool:
        """Whether a match holds the text yet; one that was changed or deleted is a match no more."""
        message = timeline.get(message_id)
        if message is not None and holds(message, self.query, self._names):
            return True
        self.matches.remove(message_id)
        return False

    def newer_than(self, timeline: Timeline, message_id: Safe) -> int | None:
        """Count the matches that are newer than a message, by a binary search; `None` if it is not here."""
        here = timeline.index_of(message_id)
        if here is None:
            return None
        return bisect_left(self.matches, -here, key=lambda each: -(timeline.index_of(each) or 0))

    def place_of(self, timeline: Timeline, message_id: Safe) -> int | None:
        """Give the number of a match, from 0 for the newest."""
        newer = self.newer_than(timeline, message_id)
        return newer if newer is not None and self.matches[newer : newer + 1] == [message_id] else None


def _facts(message: Message) -> list[str]:
    facts: list[str] = [each for card in message.cards for each in (card.name, *card.numbers)]
    if message.media is not None and message.media.name:
        facts.append(message.media.name)
    if message.place is not None and message.place.name:
        facts.append(message.place.name)
    if message.poll is not None:
        facts += message.poll.options
    if message.invited_to:
        facts.append(message.invited_to)
    return facts
