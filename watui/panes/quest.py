"""What one wants to go to and may lie further back than is known: a quoted message, a match of a search."""

from collections.abc import Mapping

from watui.panes.search import Search
from watui.text import Safe
from watui.timeline import Timeline

GONE = "the quoted message is older than what the gateway has"
LATER = "older messages cannot be read right now; try again when the device is live"


class Quest:
    """Looks through what is known, a slice at a time, and says when older messages are needed."""

    def __init__(self) -> None:
        self._quoted: Safe | None = None
        self._search: Search | None = None
        self._origin: Safe | None = None

    @property
    def query(self) -> str:
        """What is searched for, folded; empty for nothing."""
        return self._search.query if self._search is not None else ""

    @property
    def idle(self) -> bool:
        """Whether nothing is wanted: neither a quoted message nor what a search would find."""
        return self._quoted is None and self._search is None

    @property
    def words(self) -> str:
        """Say how the quest stands."""
        if self._quoted is not None:
            return "looking further back…"
        return self._search.words if self._search is not None else ""

    @property
    def wants_older(self) -> bool:
        """Whether what is known does not hold it."""
        return self._quoted is not None or (self._search is not None and self._search.wants_older)

    @property
    def quoted(self) -> bool:
        """Whether a quoted message is what one wants to go to."""
        return self._quoted is not None

    def begin(self, origin: Safe | None) -> None:
        """Begin to search from a message; every letter of the text searches from there."""
        self._origin = origin

    def find(self, text: str, names: Mapping[Safe, Safe]) -> None:
        """Search for a text; an empty one for nothing."""
        self._quoted = None
        self._search = Search(text, self._origin, names, self._search) if text.strip() else None

    def step(self, step: int) -> bool:
        """Want the next match, an older one, or with -1 the one before; whether there is a search."""
        if self._search is None:
            return False
        self._search.step(step)
        return True

    def go_to(self, message_id: Safe) -> None:
        """Want a quoted message."""
        self._quoted = message_id

    def look(self, timeline: Timeline, cursor: Safe | None) -> Safe | None:
        """Look through a slice more; gives what was found, to go there."""
        if self._quoted is not None and timeline.index_of(self._quoted) is not None:
            found, self._quoted = self._quoted, None
            return found
        return self._search.look(timeline, cursor) if self._search is not None else None

    @property
    def unfinished(self) -> bool:
        """Whether there is more to look through already."""
        return self._search is not None and not self._search.done

    def give_up(self) -> None:
        """Want nothing any more: one moved elsewhere, or there is nothing older to be had."""
        self._quoted = None
        if self._search is not None:
            self._search.give_up()

    def end(self) -> None:
        """End it all."""
        self._quoted = self._search = self._origin = None

    def rename(self, ids: Mapping[Safe, Safe]) -> None:
        """Know messages by their new ids."""
        self._origin = self._origin and ids.get(self._origin, self._origin)
        if self._search is not None:
            self._search.rename(ids)
