"""A menu: a few things to choose from, by a letter, with the arrows or with the mouse."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.style import Style

from watui.bidi import in_order
from watui.panes.wheel import Wheeled
from watui.screens.dialog import Dialog
from watui.screens.moving import moves
from watui.text import cell_len, fit

AIRY = 7
"""Lines from which two are left free, below the title and above what the keys do."""

WIDEST = 72
"""Cells that a menu takes at most, however long its words are."""

HINT = "Enter chooses · Esc closes"

NOTHING = "nothing to choose from"
"""What an empty menu says."""


@dataclass
class Entry:
    """Something to choose."""

    letter: str
    """The key that chooses it at once; empty for none."""
    words: str
    value: str
    """What the menu returns for it."""
    note: str = ""
    """A few quiet words at the right."""
    off: str = ""
    """Why it cannot be chosen; empty if it can."""


class MenuList(Wheeled):
    """Draws a menu, and holds which entry is selected; keys come from the screen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "menu--title",
        "menu--letter",
        "menu--words",
        "menu--note",
        "menu--mark",
        "menu--off",
        "menu--cursor",
    }

    @dataclass
    class Clicked(Message):
        """An entry was chosen with the mouse."""

        entry: Entry

    def __init__(self, title: str, entries: Sequence[Entry]) -> None:
        super().__init__(id="menu-list")
        self._title = title
        self.entries = entries
        self.cursor = 0
        self._first = 0
        # Texts are measured no further than they can be seen: a menu of links is made by strangers.
        self._letters = max((cell_len(entry.letter[:2]) for entry in entries), default=0)

    @property
    def rows(self) -> int:
        """How many entries are in view at once."""
        return max(1, self.size.height - 2 * self._above)

    @property
    def _above(self) -> int:
        """How many lines stand above the entries, and as many below: title and keys, where there is room."""
        height = self.size.height
        return 0 if height < 4 else 1 if height < AIRY else 2

    def move(self, entries: int) -> None:
        """Move the cursor, as far as there are entries."""
        self.cursor = max(0, min(self.cursor + entries, len(self.entries) - 1))
        self.refresh()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Be as wide as the longest entry."""
        shown = [self._title[:WIDEST], f"9999/9999 · {HINT}"]
        widths = [cell_len(text) for text in shown]
        for entry in self.entries:
            note = cell_len((entry.off or entry.note)[:WIDEST])
            used = 4 + self._letters + (2 + note if note else 0)
            widths.append(used + cell_len(entry.words[:WIDEST]))
        return min(max(widths), WIDEST, container.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as all entries."""
        return max(AIRY, len(self.entries) + 4)

    def render_line(self, y: int) -> Strip:
        """Give one line: the title, an entry, or what the keys do."""
        above, rows = self._above, self.rows
        if above <= y < above + rows:
            return self._entry(self._scrolled(rows) + y - above)
        if y == 0:
            return self._line(Content.assemble((fit(self._title, self.size.width), self._look("title"))))
        return self._line(self._hint(rows) if y == self.size.height - 1 else Content(""))

    def _scrolled(self, rows: int) -> int:
        """Find the first entry in view, so that the cursor is in view and no row is left empty."""
        lowest = max(0, len(self.entries) - rows)
        self._first = min(max(self.cursor - rows + 1, min(self._first, self.cursor)), lowest)
        return self._first

    def _entry(self, index: int) -> Strip:
        if not self.entries and index == 0:
            return self._line(Content.assemble((fit(NOTHING, self.size.width), self._look("note"))))
        if index >= len(self.entries):
            return self._line(Content(""))
        entry = self.entries[index]
        selected = index == self.cursor
        letter = entry.letter[:2]
        room = max(0, self.size.width - self._letters - 4)
        most = max(room // 2, room - cell_len(entry.words[:WIDEST]) - 2)
        note = fit(entry.off or entry.note, most)
        words = in_order(fit(entry.words, room - (cell_len(note) + 2 if note else 0)))
        gap = " " * max(0, room - cell_len(words) - cell_len(note)) if note else ""
        line = Content.assemble(
            ("▌" if selected else " ", self._look("mark")),
            (f"{letter}{' ' * (self._letters - cell_len(letter))}  ", self._look("letter")),
            (words, self._look("off" if entry.off else "words")),
            gap,
            (note, self._look("note")),
        )
        return self._line(line, "menu--cursor" if selected else "")

    def _hint(self, rows: int) -> Content:
        hint = HINT
        if len(self.entries) > rows:
            hint = f"{self.cursor + 1}/{len(self.entries)} · {hint}"
        return Content.assemble((fit(hint, self.size.width), self._look("note")))

    def _look(self, part: str) -> Style:
        return self.get_visual_style(f"menu--{part}", partial=True)

    def _line(self, line: Content, component: str = "") -> Strip:
        style = self.get_visual_style(component) if component else self.visual_style
        return Strip(line.render_segments(style)).adjust_cell_length(self.size.width, style.rich_style)

    def wheel(self, lines: int) -> None:
        """Move with the mouse."""
        self.move(lines)

    def on_click(self, event: events.Click) -> None:
        """Choose the entry that was clicked."""
        event.stop()
        spot = event.get_content_offset(self)
        if spot is None:
            return
        row = spot.y - self._above
        index = self._first + row
        if 0 <= row < self.rows and index < len(self.entries):
            self.post_message(self.Clicked(self.entries[index]))


class MenuScreen(Dialog[str | None]):
    """Returns what was chosen, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="Esc", id="menu.close"),
        Binding("enter", "choose", "Choose", key_display="Enter", id="menu.choose"),
        *moves("menu"),
    ]

    def __init__(self, title: str, entries: Sequence[Entry], at: int = 0) -> None:
        """Offer the entries, the cursor `at` one of them."""
        super().__init__()
        self._list = MenuList(title, entries)
        self._list.cursor = at
        self._entries = {entry.letter: entry for entry in reversed(entries) if entry.letter}

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield self._list

    def on_key(self, event: events.Key) -> None:
        """Choose by a letter; one that an entry has means nothing else here."""
        if event.character is not None and event.character in self._entries:
            event.stop()
            event.prevent_default()
            self._choose(self._entries[event.character])

    @on(MenuList.Clicked)
    def _clicked(self, event: MenuList.Clicked) -> None:
        event.stop()
        self._choose(event.entry)

    def action_close(self) -> None:
        """Choose nothing."""
        self._end(None)

    def action_choose(self) -> None:
        """Choose the selected entry."""
        entries = self._list.entries
        if entries:
            self._choose(entries[self._list.cursor])
        else:
            self._end(None)

    def action_move(self, entries: int) -> None:
        """Move the cursor."""
        self._list.move(entries)

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in view."""
        self._list.move(pages * self._list.rows)

    def action_edge(self, way: int) -> None:
        """Move the cursor to the first or the last entry."""
        self._list.move(way * len(self._list.entries))

    def _choose(self, entry: Entry) -> None:
        if entry.off:
            self.notify(entry.off, markup=False)
        else:
            self._end(entry.value)

    def _end(self, value: str | None) -> None:
        # A second key may be on its way while the screen goes; it would take the screen below away too.
        if self.is_active:
            self.dismiss(value)
