"""What was told lately, by days: to go where it leads, however long ago it went from the screen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from rich.segment import Segment
from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from watui import matching
from watui.notices import HIGH, Notice
from watui.panes import words
from watui.panes.chatrow import Piece
from watui.panes.field import Field
from watui.panes.finder import FilterField
from watui.panes.notices import LONGEST, PARTS, called, each
from watui.panes.painted import Painted
from watui.panes.wheel import Wheeled
from watui.screens.dialog import Dialog
from watui.screens.moving import moves
from watui.text import cell_len, fit, one_line

AIRY = 7
"""Lines from which two are left free, below the title and above what the keys do."""

WIDEST = 24
"""Cells of the widest title."""

KEYS = "Enter opens · / finds · c clears · Esc closes"


class NoticeField(FilterField):
    """The line that narrows the list."""


class NoticeList(Wheeled, Painted):
    """Draws notices, each in one line, below a line for each day; keys come from the screen."""

    LOOKS = "notices"
    COMPONENT_CLASSES: ClassVar[set[str]] = PARTS

    @dataclass
    class Clicked(Message):
        """A notice was chosen with the mouse."""

    def __init__(self) -> None:
        super().__init__(id="notices-list")
        self.notices: Sequence[Notice] = ()
        self.cursor = 0
        self._nothing = ""
        self._first = 0
        self._lines: list[int | date] = []

    def show(self, notices: Sequence[Notice], cursor: int, nothing: str) -> None:
        """Show these, the newest first, and where there are none say so."""
        self.notices, self._nothing = notices, nothing
        self._lines = [*_by_days(notices)]
        self.cursor, self._first = 0, 0
        self.move(cursor)

    @property
    def rows(self) -> int:
        """How many lines are in view at once."""
        return max(1, self.size.height - 2 * self._above)

    @property
    def _above(self) -> int:
        """How many lines stand above the notices, and as many below: title and keys, where there is room."""
        height = self.size.height
        return 0 if height < 4 else 1 if height < AIRY else 2

    def move(self, by: int) -> None:
        """Move the cursor, as far as there are notices."""
        self.cursor = max(0, min(self.cursor + by, len(self.notices) - 1))
        self._keep_in_view()
        self.refresh()

    def _keep_in_view(self) -> None:
        if not self.notices:
            return
        line = self._lines.index(self.cursor)
        day = line - 1 if isinstance(self._lines[line - 1], date) else line  # its name belongs to it
        lowest = max(0, len(self._lines) - self.rows)
        self._first = max(line - self.rows + 1, min(self._first, day, lowest))

    def on_resize(self) -> None:
        """Keep the cursor in view in the new height."""
        self._keep_in_view()

    def wheel(self, lines: int) -> None:
        """Move with the mouse."""
        self.move(lines)

    def on_click(self, event: events.Click) -> None:
        """Choose the notice that was clicked."""
        event.stop()
        row = event.y - self._above
        line = (
            self._lines[self._first + row]
            if 0 <= row < min(self.rows, len(self._lines) - self._first)
            else None
        )
        if isinstance(line, int):
            self.move(line - self.cursor)
            self.post_message(self.Clicked())

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """Give one line: the title, a day, a notice, or what the keys do."""
        above, rows, width = self._above, self.rows, self.area.width
        if above <= y < above + rows:
            at = self._first + y - above
            if not self._lines and y == above:
                return self._strip([(fit(self._nothing, width), "quiet")])
            return self._line(self._lines[at]) if at < len(self._lines) else self._strip([])
        if y == 0:
            return self._strip([(fit("Notices", width), "title")])
        if y < self.area.height - 1:
            return self._strip([])
        place = f"{self.cursor + 1}/{len(self.notices)} · "
        placed = len(self._lines) > rows and cell_len(place) + cell_len(KEYS) <= width
        return self._strip([(fit(f"{place if placed else ''}{KEYS}", width), "quiet")])

    def _line(self, line: int | date) -> Strip:
        if isinstance(line, date):
            name = words.day_name(line, date.today())  # noqa: DTZ011 - the terminal's own time zone
            return self._strip([(fit(f" ── {name} ──", self.area.width), "quiet")])
        notice, pointed = self.notices[line], line == self.cursor
        mark = "high" if notice.priority >= HIGH else "mark"
        line_of: list[Piece] = [
            ("▌" if pointed else " ", "mark"),
            (words.clock(notice.at), "quiet"),
            (" ", ""),
            (fit(notice.mark, 1) or " ", mark),
            (" ", ""),
        ]
        room = max(0, self.area.width - sum(cell_len(text) for text, _ in line_of))
        column = min(WIDEST, room // 3)
        title = called(notice, column)
        body = each(fit(one_line(notice.body, limit=LONGEST), max(0, room - column - 3)), ": ")
        gap = " " * (column - cell_len(title) + 2)
        return self._strip(
            [*line_of, (title, "title"), (gap, ""), (body, "body")], "cursor" if pointed else ""
        )

    def _strip(self, pieces: Iterable[Piece], ground: str = "") -> Strip:
        segments = [Segment(text, self.look(look, ground)) for text, look in pieces if text]
        return Strip(segments).adjust_cell_length(self.area.width, self.look("", ground))


class NoticesScreen(Dialog[Notice | None]):
    """Returns the notice that leads where the person wants to go, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="Esc", id="told.close"),
        Binding("enter", "choose", "Go there", key_display="Enter", id="told.choose"),
        Binding("slash", "find", "Find", key_display="/", id="told.find"),
        Binding("c", "clear", "Clear", key_display="c", id="told.clear"),
        *moves("told"),
    ]

    @dataclass
    class Cleared(Message):
        """The person wants all of it forgotten."""

    box = getters.query_one("#notices-box", Vertical)
    list = getters.query_one(NoticeList)

    def __init__(self, notices: Sequence[Notice]) -> None:
        """Take the notices, the newest first."""
        super().__init__(id="told")
        self._take(notices)
        self._typed = ""

    def _take(self, notices: Sequence[Notice]) -> None:
        self._notices = notices
        self._texts = [matching.text_of(f"{n.title} {one_line(n.body, limit=LONGEST)}", "") for n in notices]

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(id="notices-box"):
            yield NoticeList()

    def on_mount(self) -> None:
        """Show all of them."""
        self._search("")

    def show(self, notices: Sequence[Notice]) -> None:
        """Show what was told by now, the cursor where it was."""
        self._take(notices)
        if self.is_mounted:
            self._search(self._typed, self.pointed)

    @property
    def pointed(self) -> Notice | None:
        """The notice under the cursor."""
        return self.list.notices[self.list.cursor] if self.list.notices else None

    def _search(self, typed: str, pointed: Notice | None = None) -> None:
        """List what a text finds, by days as ever."""
        self._typed = typed
        wanted = matching.terms(typed)
        places = sorted(matching.search(wanted, self._texts).places) if wanted else range(len(self._notices))
        found = [self._notices[place] for place in places]
        cursor = found.index(pointed) if pointed in found else 0
        self.list.show(found, cursor, "nothing found" if self._notices else "nothing was told yet")

    # What the person does.

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._search(event.value)

    @on(Input.Submitted)
    def _accepted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value != self._typed:
            self._search(event.value)
        self.action_choose()

    @on(Field.Moved)
    def _moved(self, event: Field.Moved) -> None:
        event.stop()
        self.list.move(event.by * (self.list.rows if event.unit == "page" else 1))

    @on(NoticeList.Clicked)
    def _clicked(self, event: NoticeList.Clicked) -> None:
        event.stop()
        self.action_choose()

    async def action_find(self) -> None:
        """Narrow the list to what is typed."""
        await NoticeField.open(self.box, "sender or text", self.list)

    def action_clear(self) -> None:
        """Forget all of it."""
        self.show(())
        self.post_message(self.Cleared())

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.list.move(by)

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in view."""
        self.list.move(pages * self.list.rows)

    def action_edge(self, way: int) -> None:
        """Move the cursor to the first or the last notice."""
        self.list.move(way * len(self.list.notices))

    def action_close(self) -> None:
        """Show all of it again, or choose nothing."""
        if NoticeField.close(self.box):
            self.set_focus(None)
            self._search("", self.pointed)
        else:
            self._end(None)

    def action_choose(self) -> None:
        """Choose the notice under the cursor, if it leads anywhere."""
        notice = self.pointed
        if notice is not None and (notice.chat or notice.device):
            self._end(notice)

    def _end(self, notice: Notice | None) -> None:
        # A second key may be on its way while the screen goes; it would take the screen below away too.
        if self.is_current:
            self.dismiss(notice)


def _by_days(notices: Sequence[Notice]) -> Iterator[int | date]:
    """Give the place of each notice, and before the first one of a day that day."""
    before: date | None = None
    for place, notice in enumerate(notices):
        day = words.day(notice.at)
        if day != before:
            yield day
        before = day
        yield place
