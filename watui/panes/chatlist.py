"""The list of many chats, drawn row by row: used by the chat pane and by the chat switcher."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import ClassVar, Self

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from watui.models import Chat, ChatKey
from watui.panes import chatrow
from watui.panes.chatrow import COLOURS, Marks, Piece
from watui.panes.painted import Painted
from watui.panes.wheel import Wheeled
from watui.rows import Filter, Rows
from watui.text import fit

__all__ = ["ChatList", "Marks"]

KEPT = 500
"""Drawn rows kept for the next paint."""

TALL_FROM = 30
"""Cells of width from which a chat gets a second line with its last message."""

NOTHING = {
    Filter.ALL: ("no chat",),
    Filter.UNREAD: ("no unread chats", "1 shows all"),
    Filter.GROUPS: ("no groups", "1 shows all"),
    Filter.PRIVATE: ("no chats of two", "1 shows all"),
    Filter.ARCHIVED: ("nothing archived", "1 shows all"),
}
"""What an empty list says, and what to do."""

NOTHING_FOUND = ("nothing found", "Esc shows all")


@dataclass(slots=True)
class Drawn:
    """A drawn row, and all that it was drawn from."""

    chat: Chat
    marks: Marks
    looks: tuple[object, ...]
    facts: tuple[object, ...]
    lines: list[Strip]


class ChatList(Wheeled, Painted, can_focus=True):
    """A list of chats drawn line by line: a paint costs the rows in view, however many there are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, key_display="↑ k", id="chats.up"),
        Binding("down,j", "move(1)", "Down", show=False, key_display="↓ j", id="chats.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, key_display="PgUp", id="chats.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, key_display="PgDn", id="chats.page_down"),
        Binding("home,g", "edge(0)", "First", show=False, key_display="g", id="chats.first"),
        Binding("end,G", "edge(-1)", "Last", show=False, key_display="G", id="chats.last"),
        Binding("enter", "choose", "Open", key_display="Enter", id="chats.open"),
    ]

    LOOKS = "chats"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chats--name",
        "chats--unread",
        "chats--time",
        "chats--preview",
        "chats--read",
        "chats--typing",
        "chats--draft",
        "chats--cursor",
        "chats--open",
        "chats--mark",
        *(f"chats--device-{number}" for number in range(COLOURS)),
    }

    @dataclass
    class Chosen(Message):
        """A chat was chosen by Enter or a click."""

        chat: ChatKey

    def __init__(self, *, id: str | None = None, tall: bool = True) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tall = tall
        self._rows: Rows | None = None
        self._marks = Marks({}, {}, {}, {})
        self._cursor: ChatKey | None = None
        self._cursor_index = 0
        self._first = 0
        self._opened: ChatKey | None = None
        self._drawn: dict[ChatKey, Drawn] = {}

    # What the pane or screen above tells it.

    def show(self, rows: Rows, marks: Marks) -> None:
        """Show these chats; the cursor stays on its chat, or where it was if that is gone.

        A new query puts it on the best hit, another listing on its first chat if its own is not listed.
        """
        before, self._rows, self._marks = self._rows, rows, marks
        if before is not None and rows.query != before.query and rows.query:
            self._cursor = None
        found = rows.index_of(self._cursor) if self._cursor is not None else None
        if found is None:
            if before is not None and (rows.query, rows.listing) != (before.query, before.listing):
                self._cursor_index = self._first = 0
            self._cursor_index = max(0, min(self._cursor_index, len(rows) - 1))
            self._cursor = rows.keys[self._cursor_index] if rows else None
        else:
            # The cursor keeps its line on the screen too when rows move around it.
            if self._first:
                self._first = max(0, self._first + found - self._cursor_index)
            self._cursor_index = found
        self._keep_in_view()
        self.refresh()

    def point_at(self, key: ChatKey | None, *, opened: bool = False) -> None:
        """Put the cursor on a chat, and remember it as the open one if told so."""
        first, touched = self._first, {self._cursor, self._opened, key}
        if opened:
            self._opened = key
        index = self._rows.index_of(key) if self._rows is not None and key is not None else None
        if index is not None:
            self._cursor, self._cursor_index = key, index
            self._keep_in_view()
        if self._first != first:
            self.refresh()
        elif regions := [*self._regions(touched)]:
            self.refresh(*regions)

    def _regions(self, keys: Iterable[ChatKey | None]) -> Iterator[Region]:
        """Tell where chats are on the screen."""
        per_row, width = self._lines_per_row, self.size.width
        for key in keys:
            index = self._rows.index_of(key) if self._rows is not None and key is not None else None
            if index is not None and 0 <= index - self._first <= self._rows_in_view:
                yield Region(0, (index - self._first) * per_row, width, per_row)

    @property
    def cursor(self) -> ChatKey | None:
        """The chat under the cursor."""
        return self._cursor

    @property
    def rows(self) -> Rows | None:
        """What is listed."""
        return self._rows

    # Drawing.

    @property
    def _lines_per_row(self) -> int:
        return self._lines_at(self.size.width)

    def _lines_at(self, width: int) -> int:
        return 2 if self._tall and width >= TALL_FROM else 1

    @property
    def _rows_in_view(self) -> int:
        return max(1, self.size.height // self._lines_per_row)

    def on_resize(self) -> None:
        """Keep the cursor in view in the new height, and the list at its top where that shows it."""
        if self._cursor_index < self._rows_in_view:
            self._first = 0
        self._keep_in_view()
        self.refresh()

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Paint anew what is told, or else the lines that look another way now."""
        if regions or not repaint or layout or recompose or not self.painted:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        changed = [*self.changed_lines()]
        return super().refresh(*changed) if changed else self

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Keep the styles, none of which asks for the focus; how the cursor looks is seen to when drawing."""

    def notify_style_update(self) -> None:
        """Forget every drawn row when the theme or the size class changes."""
        super().notify_style_update()
        self._drawn.clear()

    def render_line(self, y: int) -> Strip:
        """Give one line."""
        return next(self.draw_lines((y,)))

    def draw_lines(self, ys: Iterable[int]) -> Iterator[Strip]:
        """Draw lines, each of which is half a chat, or a whole one in a narrow list."""
        width = self.area.width
        per_row = self._lines_at(width)
        focused, today = self.has_focus, date.today()  # noqa: DTZ011 - the terminal's own time zone
        for row, lines in groupby(ys, lambda y: y // per_row):
            index = self._first + row
            if self._rows is not None and index < len(self._rows):
                drawn = self._row(self._rows[index], today, focused=focused)
                yield from (drawn[y % per_row] for y in lines)
            else:
                for y in lines:
                    line = [(fit(f" {self._nothing(y)}", width), "preview")]
                    yield self._strip(line, width, "")

    def _nothing(self, y: int) -> str:
        """Say in an empty list why it is empty, in one line if there is room."""
        if self._rows is None or self._rows:
            return ""
        said = NOTHING_FOUND if self._rows.query.strip() else NOTHING[self._rows.listing.filter]
        if said == NOTHING[Filter.ALL] and self._rows.listing.device is not None:
            said = ("no chat of this device", "d shows others")
        joined = " · ".join(said)
        lines = (joined,) if len(joined) + 2 <= self.area.width else said
        return lines[y] if y < len(lines) else ""

    def _row(self, chat: Chat, today: date, *, focused: bool) -> list[Strip]:
        """Give the lines of a chat, drawn anew only when something in them is another."""
        key = chat.key
        pointed = key == self._cursor
        looks = (self.area.width, pointed, pointed and focused, key == self._opened, today)
        drawn = self._drawn.get(key)
        if drawn is not None and drawn.looks != looks:
            drawn = None
        if drawn is not None and drawn.chat is chat and drawn.marks is self._marks:
            return drawn.lines  # nothing was told since
        facts = chatrow.facts(chat, self._marks)
        if drawn is not None and drawn.facts == facts:
            drawn.chat, drawn.marks = chat, self._marks
            return drawn.lines
        if len(self._drawn) >= KEPT:
            self._drawn.clear()
        drawn = self._drawn[key] = Drawn(chat, self._marks, looks, facts, self._draw(chat, today))
        return drawn.lines

    def _draw(self, chat: Chat, today: date) -> list[Strip]:
        width = self.area.width
        ground = self._ground(chat.key)
        bar: Piece = ("▌" if chat.key == self._cursor else "▏" if chat.key == self._opened else " ", "mark")
        if self._lines_at(width) == 1:
            lines = [chatrow.flat(chat, self._marks, width - 1, today)]
        else:
            lines = [*chatrow.tall(chat, self._marks, width - 1, today)]
        return [self._strip([bar, *line], width, ground) for line in lines]

    def _ground(self, key: ChatKey) -> str:
        """Tell on what a row is drawn: on the cursor, on the mark of the open chat, or on nothing."""
        if key == self._cursor and self.has_focus:
            return "cursor"
        return "open" if key == self._opened else ""

    def _strip(self, pieces: list[Piece], width: int, ground: str) -> Strip:
        segments = [Segment(text, self.look(look, ground)) for text, look in pieces if text]
        return Strip(segments).adjust_cell_length(width, self.look("", ground))

    # Moving.

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self._move_to(self._cursor_index + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in view."""
        self._move_to(self._cursor_index + pages * self._rows_in_view)

    def action_edge(self, index: int) -> None:
        """Move the cursor to the first chat, or with -1 to the last."""
        self._move_to(len(self._rows or ()) if index else 0)

    def action_choose(self) -> None:
        """Choose the chat under the cursor."""
        if self._cursor is not None:
            self.post_message(self.Chosen(self._cursor))

    def _move_to(self, index: int) -> None:
        if not self._rows:
            return
        self._cursor_index = max(0, min(index, len(self._rows) - 1))
        self._cursor = self._rows.keys[self._cursor_index]
        self._keep_in_view()
        self.refresh()

    def _keep_in_view(self) -> None:
        visible = self._rows_in_view
        lowest = max(0, len(self._rows or ()) - visible)
        self._first = max(self._cursor_index - visible + 1, min(self._first, self._cursor_index, lowest))

    def wheel(self, lines: int) -> None:
        """Scroll with the mouse."""
        self.action_move(lines)

    def on_click(self, event: events.Click) -> None:
        """Choose the chat that was clicked."""
        index = self._first + event.y // self._lines_per_row
        if self._rows is not None and index < len(self._rows):
            self._move_to(index)
            self.action_choose()
