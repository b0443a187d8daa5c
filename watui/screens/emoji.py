"""The emoji picker: those used last, then WhatsApp's own six, and by typing every other one."""

from collections.abc import Sequence
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from watui.emojis import USUAL, about, bare, find
from watui.panes.field import Field
from watui.panes.finder import FilterField
from watui.screens.dialog import Dialog
from watui.screens.menu import Entry, MenuList
from watui.text import Safe, cell_len, one_line

FOUND = 50
"""Emoji that a search lists at most."""

COLUMN = 4
"""Cells that an emoji has before its name."""


class EmojiScreen(Dialog[str | None]):
    """Returns the chosen emoji, or `None`; one's own reactions are marked, and may be chosen again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="Esc", id="emoji.close"),
    ]

    field = getters.query_one(FilterField)
    list = getters.query_one(MenuList)

    def __init__(self, recent: Sequence[str], chosen: frozenset[str], title: str = "React with") -> None:
        super().__init__(id="emoji")
        self._chosen = {bare(each): each for each in chosen}
        # One that is chosen must be there to be taken back.
        first: dict[str, str] = {}
        for each in (*recent, *sorted(chosen), *USUAL):
            first.setdefault(bare(each), each)
        self._first = [*first.values()]
        self._title = title
        self._query = ""

    def compose(self) -> ComposeResult:
        """Lay out the field above what it finds."""
        with Vertical(id="emoji-box"):
            yield FilterField(placeholder="type a name, as in: smile", compact=True, select_on_focus=False)
            yield MenuList(self._title, self._entries(self._first))

    def on_mount(self) -> None:
        """Make ready for the first letter, at once."""
        self.set_focus(self.field)

    def _entries(self, characters: Sequence[str]) -> Sequence[Entry]:
        return [self._entry(each) for each in characters]

    def _entry(self, character: str) -> Entry:
        emoji = about(character)
        shown = one_line(character)
        if emoji is not None:
            whole = emoji.character if bare(emoji.character) == character else shown
            shown = Safe(f"{whole}{' ' * max(1, COLUMN - cell_len(whole))}{emoji.name}")
        chosen = self._chosen.get(bare(character))
        # One's own reaction comes back as it was given, or nobody would know it again.
        return Entry("", shown, chosen or character, "your reaction" if chosen else "")

    def _search(self, query: str) -> None:
        """List what a query finds, the best one selected."""
        if query == self._query:
            return
        self._query = query
        characters = [each.character for each in find(query, FOUND)] if query.strip(" :") else self._first
        self.list.entries = self._entries(characters)
        self.list.cursor = 0
        self.list.refresh()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._search(event.value)

    @on(Input.Submitted)
    def _accepted(self, event: Input.Submitted) -> None:
        event.stop()
        self._search(event.value)
        entries = self.list.entries
        if entries:
            self._end(entries[self.list.cursor].value)

    @on(Field.Moved)
    def _moved(self, event: Field.Moved) -> None:
        event.stop()
        self.list.move(event.by * (self.list.rows if event.unit == "page" else 1))

    @on(MenuList.Clicked)
    def _clicked(self, event: MenuList.Clicked) -> None:
        event.stop()
        self._end(event.entry.value)

    def action_close(self) -> None:
        """Choose nothing."""
        self._end(None)

    def _end(self, value: str | None) -> None:
        # A second key may be on its way while the screen goes; it would take the screen below away too.
        if self.is_active:
            self.dismiss(value)
