"""The devices, one a line, and below them what is known of the one under the cursor."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from watui.bidi import in_order
from watui.panes import details
from watui.panes.about import AboutList
from watui.panes.chatrow import COLOURS, Piece, device_look
from watui.panes.painted import Painted
from watui.screens.menu import Entry
from watui.text import Safe, cell_len, fit

NUMBER = 17
"""Cells of the column of numbers, where there is room for it."""

ALIAS = 40
"""Characters that the name of a device may have."""

ROOMY = 64
"""Cells from which there is."""


class DeviceRow(NamedTuple):
    """What a line says of a device, and what is told below it."""

    id: Safe
    label: Safe
    number: Safe
    mark: str
    """The letter by which it is told in the chat list."""
    sign: str
    """How it stands, as a shape."""
    stand: str
    """How it stands, in words."""
    look: str
    """The same as a look: live, busy or bad."""
    colour: int | None = None
    unread: int = 0
    hidden: bool = False
    alias: str = ""
    """What the person calls it, if anything."""
    facts: Sequence[tuple[str, str]] = ()
    alone: bool = False
    """Whether its chats alone are listed."""


class DeviceList(AboutList):
    """Lists devices."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "about--live",
        "about--busy",
        "about--bad",
        "about--unread",
        *(f"about--device-{number}" for number in range(COLOURS)),
    }

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, DeviceRow] = {}
        self._column = 0

    def show_rows(self, rows: Sequence[DeviceRow], *, at: Safe | None = None) -> None:
        """Show these devices, the cursor on `at` or where it was."""
        wanted = at or self.device
        self._rows = {row.id: row for row in rows}
        self._column = max((cell_len(row.label) for row in rows), default=0)
        entries = [Entry("", row.label, row.id) for row in rows]
        pointed = next((number for number, row in enumerate(rows) if row.id == wanted), 0)
        self._show_at(entries, pointed)

    @property
    def device(self) -> Safe | None:
        """The device under the cursor."""
        row = self.row
        return None if row is None else row.id

    @property
    def row(self) -> DeviceRow | None:
        """Its row."""
        return None if self.pointed is None else self._rows.get(self.pointed.value)

    def _show_at(self, entries: Sequence[Entry], place: int) -> None:
        before = len(self._lines)
        self.show((), [("", entries)])
        if entries and self._cursor != place:
            self._cursor = place
            self._keep_in_view()
            self.refresh()
        if len(self._lines) != before:
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as there are devices."""
        return max(1, len(self._rows))

    def _entry(self, entry: Entry, *, pointed: bool) -> list[Piece]:
        row = self._rows[entry.value]
        width = self.area.width
        roomy = width >= ROOMY
        unread = f"{row.unread} unread" if row.unread else ""
        right = "listed alone" if row.alone else "hidden" if row.hidden else unread
        number = row.number if roomy and row.number != row.label else Safe("")
        room = width - 5 - (NUMBER + 2 if roomy else 0) - (cell_len(right) + 2 if right else 0)
        column = max(8, min(self._column, room // 2))
        label = fit(row.label, column)
        stand = fit(row.stand, max(0, room - column - 4))
        taken = 5 + column + 2 + (NUMBER + 2 if roomy else 0) + 2 + cell_len(stand)
        padded = fit(number, NUMBER)
        return [
            ("▌" if pointed else " ", "mark"),
            (f" {row.mark or ' '}  ", device_look(row.colour)),
            (in_order(label), "quiet" if row.hidden else "text"),
            (" " * (column - cell_len(label) + 2), ""),
            (f"{padded}{' ' * (NUMBER + 2 - cell_len(padded))}" if roomy else "", "quiet"),
            (f"{row.sign} ", row.look),
            (stand, row.look),
            (" " * max(1, width - taken - cell_len(right) - 1), ""),
            (right, "quiet" if row.hidden and not row.alone else "unread"),
        ]


class DeviceFacts(Painted):
    """What is known of the device under the cursor."""

    LOOKS = "about"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"about--label", "about--text"}

    def __init__(self) -> None:
        super().__init__()
        self._facts: Sequence[tuple[str, str]] = ()

    def show(self, facts: Sequence[tuple[str, str]]) -> None:
        """Tell these facts, as labels and values."""
        if facts != self._facts:
            self._facts = facts
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Give one line; what does not fit is not told."""
        lines = details.lines(self._facts, max(1, self.area.width - 3))
        pieces = lines[y] if y < len(lines) else []
        segments = [Segment(text, self.look(look)) for text, look in [("  ", ""), *pieces] if text]
        return Strip(segments).adjust_cell_length(self.area.width, self.look(""))
