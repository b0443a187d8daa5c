"""The drawing of many chats in rows: used by the chat pane and by the chat switcher."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from watui.models import Ack, Chat, ChatKey
from watui.panes import words
from watui.rows import Rows
from watui.text import Safe, cell_len, fit

WHEEL = 3
"""Lines that one step of the mouse wheel scrolls."""

NOTHING = " no chat"
"""What an empty list says."""

KEPT = 500
"""Drawn rows kept for the next paint."""

TALL_FROM = 30
"""Cells of width from which a chat gets a second line with its last message."""


@dataclass(slots=True)
class Marks:
    """What a row shows that is no property of the chat: device marks, who types, what is half written."""

    devices: Mapping[Safe, Safe]
    """A short mark for each device, empty when there is only one."""
    names: Mapping[Safe, Mapping[Safe, Safe]]
    """For each device, what people are called."""
    typing: Mapping[ChatKey, Mapping[Safe, float]]
    drafts: Mapping[ChatKey, str]


class ChatList(Widget, can_focus=True):
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

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chats--name",
        "chats--unread",
        "chats--time",
        "chats--preview",
        "chats--typing",
        "chats--draft",
        "chats--cursor",
        "chats--open",
        "chats--mark",
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
        self._drawn: dict[ChatKey, tuple[tuple[object, ...], list[Strip]]] = {}

    # What the pane or screen above tells it.

    def show(self, rows: Rows, marks: Marks) -> None:
        """Show these chats; the cursor stays on its chat, or where it was if that is gone."""
        self._rows, self._marks = rows, marks
        found = rows.index_of(self._cursor) if self._cursor is not None else None
        if found is None:
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
        if opened:
            self._opened = key
        index = self._rows.index_of(key) if self._rows is not None and key is not None else None
        if index is not None:
            self._cursor, self._cursor_index = key, index
            self._keep_in_view()
        self.refresh()

    def to_top(self) -> None:
        """Put the cursor on the first chat, as after a new filter."""
        self._cursor = None
        self._cursor_index = self._first = 0

    @property
    def cursor(self) -> ChatKey | None:
        """The chat under the cursor."""
        return self._cursor

    # Drawing.

    @property
    def _lines_per_row(self) -> int:
        return 2 if self._tall and self.size.width >= TALL_FROM else 1

    @property
    def _rows_in_view(self) -> int:
        return max(1, self.size.height // self._lines_per_row)

    def on_resize(self) -> None:
        """Keep the cursor in view in the new height, and the list at its top where that shows it."""
        if self._cursor_index < self._rows_in_view:
            self._first = 0
        self._keep_in_view()

    def notify_style_update(self) -> None:
        """Forget every drawn row when the theme or the size class changes."""
        super().notify_style_update()
        self._drawn.clear()

    def render_line(self, y: int) -> Strip:
        """Give one line: half a chat, or a whole one in a narrow list."""
        per_row = self._lines_per_row
        index = self._first + y // per_row
        if self._rows is None or index >= len(self._rows):
            words = NOTHING if self._rows is not None and not self._rows and y == 0 else ""
            line = Content.assemble((fit(words, self.size.width), self._look("preview")))
            return Strip(line.render_segments(self.visual_style)).adjust_cell_length(
                self.size.width, self.rich_style
            )
        return self._row(self._rows[index])[y % per_row]

    def _row(self, chat: Chat) -> list[Strip]:
        """Give the lines of a chat, drawn anew only when something in them is another."""
        key = chat.key
        marks = self._marks
        about = (
            chat,
            self.size.width,
            key == self._cursor,
            key == self._opened,
            self.has_focus,
            bool(marks.typing.get(key)),
            marks.drafts.get(key),
            marks.devices.get(key.device),
            self._sender(chat),
            date.today(),  # noqa: DTZ011 - the terminal's own time zone
        )
        drawn = self._drawn.get(key)
        if drawn is None or drawn[0] != about:
            if len(self._drawn) >= KEPT:
                self._drawn.clear()
            drawn = self._drawn[key] = (about, self._draw(chat))
        return drawn[1]

    def _draw(self, chat: Chat) -> list[Strip]:
        width = self.size.width
        style = self._row_style(chat.key)
        bar = "▌" if chat.key == self._cursor else " "
        if self._lines_per_row == 1:
            return [self._strip(bar, self._one_line(chat, width - 1), width, style)]
        return [
            self._strip(bar, self._name_line(chat, width - 1), width, style),
            self._strip(bar, self._preview_line(chat, width - 1), width, style),
        ]

    def _row_style(self, key: ChatKey) -> Style:
        if key == self._cursor and self.has_focus:
            return self.get_visual_style("chats--cursor")
        if key == self._opened:
            return self.get_visual_style("chats--open")
        return self.visual_style

    def _look(self, part: str) -> Style:
        return self.get_visual_style(f"chats--{part}", partial=True)

    def _name_line(self, chat: Chat, width: int) -> Content:
        time = words.short_time(chat.time, date.today())  # noqa: DTZ011 - the terminal's own time zone
        return self._spread(self._name_parts(chat), [(time, self._look("time"))], width)

    def _one_line(self, chat: Chat, width: int) -> Content:
        right = self._badge(chat)
        typing = self._marks.typing.get(chat.key)
        if typing:
            right = [("…", self._look("typing")), *right]
        return self._spread(self._name_parts(chat), right, width)

    def _preview_line(self, chat: Chat, width: int) -> Content:
        draft = self._marks.drafts.get(chat.key)
        if self._marks.typing.get(chat.key):
            left = [("typing…", self._look("typing"))]
        elif draft:
            left = [("draft: ", self._look("draft")), (Safe(draft.partition("\n")[0]), self._look("preview"))]
        else:
            left = [(self._preview(chat), self._look("preview"))]
        indent = "  " if self._marks.devices else ""
        return self._spread([(indent, self._look("preview")), *left], self._badge(chat), width)

    def _preview(self, chat: Chat) -> str:
        shown = chat.preview
        if shown is None:
            return ""
        if not shown.own:
            said = words.preview(shown)
            who = self._sender(chat)
            return f"{who.partition(' ')[0]}: {said}" if who and said else said
        tick = words.TICKS[shown.ack if shown.ack is not None else Ack.SENT]
        return f"{tick} {words.preview(shown)}"

    def _sender(self, chat: Chat) -> Safe | None:
        """Name who wrote the last message of a group, if that is known."""
        sender = chat.preview.sender if chat.preview else None
        return self._marks.names.get(chat.key.device, {}).get(sender) if sender else None

    def _name_parts(self, chat: Chat) -> list[tuple[str, Style]]:
        mark = self._marks.devices.get(chat.key.device)
        name: list[tuple[str, Style]] = [(chat.name, self._look("unread" if chat.unread else "name"))]
        return [(f"{mark} ", self._look("mark")), *name] if mark else name

    def _badge(self, chat: Chat) -> list[tuple[str, Style]]:
        parts: list[tuple[str, Style]] = []
        if chat.pinned:
            parts.append(("▴", self._look("mark")))
        if chat.muted:
            parts.append(("∅", self._look("mark")))
        if chat.archived:
            parts.append(("archived", self._look("mark")))
        if chat.unread:
            parts.append((str(chat.unread), self._look("mark" if chat.muted else "unread")))
        return [part for pair in ((p, (" ", p[1])) for p in parts) for part in pair][:-1]

    def _spread(
        self, left: Sequence[tuple[str, Style]], right: Sequence[tuple[str, Style]], width: int
    ) -> Content:
        """Put one text left and one right on a line, cutting the left one where they would meet."""
        taken = sum(cell_len(text) for text, _ in right) + (2 if right else 1)
        room = max(0, width - taken)
        parts: list[tuple[str, Style]] = []
        for text, look in left:
            cut = fit(text, room)
            room -= cell_len(cut)
            parts.append((cut, look))
        return Content.assemble(*parts, " " * (room + (1 if right else 0)), *right)

    def _strip(self, bar: str, line: Content, width: int, style: Style) -> Strip:
        content = Content.assemble((bar, self._look("mark")), line)
        return Strip(content.render_segments(style)).adjust_cell_length(width, style.rich_style)

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

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up with the wheel."""
        event.stop()
        self.action_move(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down with the wheel."""
        event.stop()
        self.action_move(WHEEL)

    def on_click(self, event: events.Click) -> None:
        """Choose the chat that was clicked."""
        index = self._first + event.y // self._lines_per_row
        if self._rows is not None and index < len(self._rows):
            self._move_to(index)
            self.action_choose()
