"""A search in a thread: which match comes next, and what is said about it."""

from bisect import bisect_left

from watui.find import Finder
from watui.text import Safe
from watui.timeline import Timeline


class Search:
    """Steps through the matches of a text, from a message to older ones and on to older pages."""

    def __init__(self, text: str, start: Safe | None) -> None:
        self._finder = Finder(text)
        self._start = start
        self._step = 1
        self._wanted = True
        self._at: int | None = None
        self._done = False
        self.target: Safe | None = None
        """The match to go to, once it is known."""
        self.wants_older = False
        """Whether only older messages than those that are known can hold the next match."""

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
        if not count:
            return "not found" if self._done else "searching…"
        more = "" if self._done else "+"
        return f"{count}{more} found" if self._at is None else f"{self._at + 1} of {count}{more} · n N"

    def step(self, step: int) -> None:
        """Want the next match, an older one for 1 and a newer one for -1."""
        self._step, self._wanted, self._start = step, True, None

    def look(self, timeline: Timeline, cursor: Safe | None) -> bool:
        """Look through a slice more; whether all that is known has been looked through."""
        self._done = self._finder.scan(timeline)
        if self._wanted:
            self._choose(timeline, cursor)
        at = self._finder.place_of(cursor) if cursor is not None else None
        self._at = self._at if self.target is not None else at
        return self._done

    def _choose(self, timeline: Timeline, cursor: Safe | None) -> None:
        """Find the match that lies next to the cursor; with none known yet, that on older pages is wanted."""
        matches = self._finder.matches
        origin = cursor if self._start is None else self._start
        here = timeline.index_of(origin) if origin is not None else None
        if here is None:
            place = 0
        else:
            place = bisect_left(matches, -here, key=lambda each: -(timeline.index_of(each) or 0))
            if self._step < 0:
                place -= 1
            elif self._start is None and place < len(matches) and matches[place] == cursor:
                place += 1
        if 0 <= place < len(matches):
            self.target, self._at = matches[place], place
            self._wanted = self.wants_older = False
            self._start = None
        elif place < 0:
            self._wanted = False
        elif self._done:
            self.wants_older = True
