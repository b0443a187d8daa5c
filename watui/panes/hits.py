"""The drawn list of what a search found, or of notes where it found nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from watui.models import ChatKey, number_of
from watui.panes import hitrow
from watui.panes.chatrow import Marks, Piece
from watui.panes.painted import Painted
from watui.panes.wheel import Wheeled
from watui.searching import Hit, Query
from watui.text import Safe

HELP = (
    ("ana lunch", "both words, in any order"),
    ('"see you"', "exactly these words"),
    ("from:ana", "who wrote it, or from:me"),
    ("in:family", "in which chat"),
    ("has:photo", "or video, voice, document, link, media"),
    ("before:2026-11-01", "or after:, with that day"),
)
"""What can be typed."""


@dataclass(slots=True)
class Found:
    """What a search found; the first three say for which one."""

    text: str
    within: ChatKey | None
    after: Hit | None
    query: Query
    hits: Sequence[Hit] = ()
    more: bool = False
    """Whether there may be more than these."""
    unknown: Sequence[str] = field(default_factory=tuple)
    """Names of senders and chats that nobody has."""


class HitList(Wheeled, Painted):
    """The hits, two lines each: who wrote where and when, and what."""

    LOOKS = "search"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "search--who",
        "search--quiet",
        "search--text",
        "search--found",
        "search--mark",
        "search--cursor",
    }

    @dataclass
    class Clicked(Message):
        """A hit was chosen with the mouse."""

    @dataclass
    class Ended(Message):
        """The last hit came into view."""

    def __init__(self) -> None:
        super().__init__(id="search-hits")
        self.can_focus = False
        self.hits: list[Hit] = []
        self.cursor = 0
        self._first = 0
        self._query = Query()
        self._marks = Marks({}, {}, {}, {})
        self._chats: Mapping[ChatKey, Safe] = {}
        self._narrow = False
        self._notes: Sequence[tuple[str, str]] = HELP
        self._drawn: dict[tuple[int, bool], list[Strip]] = {}

    # What the screen tells it.

    def show(self, found: Found, marks: Marks, chats: Mapping[ChatKey, Safe]) -> None:
        """Show what was found, from the first hit on; or behind those that are shown, what follows them."""
        if found.after is None:
            pointed = self.pointed if found.query == self._query else None
            places = {hit.message.id: place for place, hit in enumerate(found.hits)}
            # The cursor stays on its hit where the same is looked for again.
            self.cursor = places.get(pointed.message.id, 0) if pointed is not None else 0
            self.hits, self._first = [*found.hits], 0
            self._keep_in_view()
        else:
            self.hits += found.hits
        self._query, self._marks, self._chats = found.query, marks, chats
        self._narrow, self._notes = found.within is not None, () if self.hits else _nothing(found)
        self._forget()

    def say(self, notes: Sequence[tuple[str, str]]) -> None:
        """Show no hit, but some lines: words, and what they mean."""
        self.hits, self.cursor, self._first, self._notes = [], 0, 0, notes
        self._forget()

    @property
    def pointed(self) -> Hit | None:
        """The hit under the cursor."""
        return self.hits[self.cursor] if self.hits else None

    # Moving.

    @property
    def rows(self) -> int:
        """How many hits are in view at once."""
        return max(1, self.size.height // 2)

    def move(self, rows: int) -> None:
        """Move the cursor, as far as there are hits."""
        self.cursor = max(0, min(self.cursor + rows, len(self.hits) - 1))
        self._keep_in_view()
        self._repaint()
        if self.hits and self._first + self.rows >= len(self.hits):
            self.post_message(self.Ended())

    def _keep_in_view(self) -> None:
        lowest = max(0, len(self.hits) - self.rows)
        self._first = max(self.cursor - self.rows + 1, min(self._first, self.cursor, lowest))

    def wheel(self, lines: int) -> None:
        """Move with the mouse."""
        self.move(lines)

    def on_click(self, event: events.Click) -> None:
        """Choose the hit that was clicked."""
        event.stop()
        index = self._first + event.y // 2
        if index < len(self.hits):
            self.move(index - self.cursor)
            self.post_message(self.Clicked())

    def on_resize(self) -> None:
        """Keep the cursor in view in the new height, and draw anew for the new width."""
        self._keep_in_view()
        self._forget()

    # Drawing.

    def notify_style_update(self) -> None:
        """Forget what was drawn when the theme changes."""
        super().notify_style_update()
        self._drawn.clear()

    def _forget(self) -> None:
        self._drawn.clear()
        self._repaint()

    def _repaint(self) -> None:
        """Paint the lines that look another way now."""
        if not self.painted:
            self.refresh()
        elif changed := [*self.changed_lines()]:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """Give one line: half a hit, or a note."""
        index = self._first + y // 2
        if index < len(self.hits):
            key = (index, index == self.cursor)
            lines = self._drawn.get(key)
            if lines is None:
                lines = self._drawn[key] = self._draw(*key)
            return lines[y % 2]
        noted = not self.hits and y < len(self._notes)
        return self._strip(hitrow.note(self._notes, y, self.area.width - 1) if noted else [], "")

    def _draw(self, index: int, pointed: bool) -> list[Strip]:
        hit = self.hits[index]
        bar: Piece = ("▌" if pointed else " ", "mark")
        width = max(0, self.area.width - 1)
        chat = self._chats.get(hit.key) or number_of(hit.key.jid)
        today = date.today()  # noqa: DTZ011 - the terminal's own time zone
        lines = hitrow.lines(hit, self._query, self._marks, chat, width, today=today, narrow=self._narrow)
        return [self._strip([bar, *line], "cursor" if pointed else "") for line in lines]

    def _strip(self, pieces: list[Piece], ground: str) -> Strip:
        segments = [Segment(text, self.look(look, ground)) for text, look in pieces if text]
        return Strip(segments).adjust_cell_length(self.area.width, self.look("", ground))


def _nothing(found: Found) -> Sequence[tuple[str, str]]:
    """Say that nothing was found, and what to do."""
    if not found.query.asks:
        return HELP
    notes = [("", "nothing found")]
    if found.within is not None:
        notes.append(("", "Tab looks in all chats"))
    return notes
