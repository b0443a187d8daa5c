"""A search in a thread: which match comes next, and what is said about it."""

from collections.abc import Mapping

from watui.find import Finder
from watui.text import Safe
from watui.timeline import Timeline


class Search:
    """Steps through the matches of a text, from a message to older ones and on to older pages."""

    def __init__(
        self, text: str, start: Safe | None, names: Mapping[Safe, Safe], before: "Search | None" = None
    ) -> None:
        self._finder: Finder = Finder(text, names, before._finder if before is not None else None)
        self._start = start
        self._step = 1
        self._wanted = True
        self._at: int | None = None
        self.done = False
        """Whether all that is known has been looked through."""
        self.wants_older = False
        """Whether only older messages than those that are known can hold the next match."""
        self._edge = ""

    @property
    def query(self) -> str:
        """What is searched for, folded."""
        return self._finder.query

    @property
    def words(self) -> str:
        """Say how the search stands."""
        count = len(self._finder.matches)
        if self.wants_older:
            return f"{count} found · looking further back…"
        if self._edge and count:
            return f"{(self._at or 0) + 1} of {count} · {self._edge}"
        if not count:
            return "not found" if self.done else "searching…"
        more = "" if self.done else "+"
        return f"{count}{more} found" if self._at is None else f"{self._at + 1} of {count}{more} · n N"

    def step(self, step: int) -> None:
        """Want the next match, an older one for 1 and a newer one for -1."""
        self._step, self._wanted, self._start, self._edge = step, True, None, ""

    def give_up(self) -> None:
        """Want no other match any more: one moved elsewhere, or there are no older messages to be had."""
        if self.wants_older:
            self._edge = "none older · N newer"
        self._wanted = self.wants_older = False

    def rename(self, ids: Mapping[Safe, Safe]) -> None:
        """Know messages by their new ids."""
        self._start = self._start and ids.get(self._start, self._start)

    def look(self, timeline: Timeline, cursor: Safe | None) -> Safe | None:
        """Look through a slice more; gives the match to go to, once it is known."""
        self.done = self._finder.scan(timeline)
        found = self._choose(timeline, cursor) if self._wanted else None
        at = found if found is not None else cursor
        self._at = self._finder.place_of(timeline, at) if at is not None else None
        return found

    def _choose(self, timeline: Timeline, cursor: Safe | None) -> Safe | None:
        """Find the match that lies next to the cursor; with none known yet, that on older pages is wanted."""
        while True:
            place = self._next(timeline, cursor)
            if place < 0:
                self._wanted, self._edge = False, "none newer · n older"
                return None
            count = len(self._finder.matches)
            if place >= count and self.done and count and self._start is not None:
                place = count - 1  # all of them are below where the search began
            if place >= count:
                self.wants_older = self.done
                return None
            found = self._finder.matches[place]
            if self._finder.still(timeline, found):
                self._wanted = self.wants_older = False
                self._start = None
                return found

    def _next(self, timeline: Timeline, cursor: Safe | None) -> int:
        origin = cursor if self._start is None else self._start
        newer = self._finder.newer_than(timeline, origin) if origin is not None else None
        if newer is None:
            return 0
        if self._step < 0:
            return newer - 1
        on_match = self._start is None and self._finder.matches[newer : newer + 1] == [cursor]
        return newer + 1 if on_match else newer
