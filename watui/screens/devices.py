"""The device screen: how every device stands, what can be done with it, and its figures on a second tab.

The screen asks for nothing itself. It is told how things stand, and says up what the person wants.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from watui.panes.about import AboutList
from watui.panes.devicelist import ALIAS, DeviceFacts, DeviceList, DeviceRow
from watui.panes.field import Field
from watui.panes.line import Line
from watui.panes.painted import Painted
from watui.screens.dialog import Dialog
from watui.screens.moving import moves
from watui.text import Safe, cell_len, fit

NAMING = (("Enter", "names it"), ("Esc", "leaves it"))

NONE_YET = "no device yet: a makes one"


@dataclass
class DeviceWanted(Message):
    """The person wants something done to a device; `what` is the name of it."""

    what: str
    device: Safe | None
    text: str = ""


class DevicesHead(Line):
    """The two tabs, the one in front bold and underlined."""

    LOOKS = "about"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"about--chosen", "about--quiet", "about--title"}

    def __init__(self) -> None:
        super().__init__()
        self._figures = False
        self._device = Safe("")

    def show(self, device: Safe, *, figures: bool) -> None:
        """Show which tab is in front, and whose figures they are."""
        if (device, figures) != (self._device, self._figures):
            self._device, self._figures = device, figures
            self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Name the tabs."""
        whose = fit(f"  {self._device}" if self._figures else "", max(0, width - 28))
        return [
            (" ", ""),
            ("Devices", "quiet" if self._figures else "chosen"),
            (" · ", "quiet"),
            ("Figures", "chosen" if self._figures else "quiet"),
            (whose, "title"),
            (" " * max(1, width - 24 - cell_len(whose)), ""),
            ("Tab", "quiet"),
        ]


class DevicesFoot(Painted):
    """What the keys do, in two lines at most; F1 lists them all."""

    LOOKS = "about"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"about--key", "about--quiet"}
    LINES = 2

    def __init__(self) -> None:
        super().__init__()
        self._keys: Sequence[tuple[str, str]] = ()

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Name these keys."""
        if keys != self._keys:
            self._keys = keys
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as the keys need."""
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        lines = self._lines(self.area.width)
        parts = lines[y] if y < len(lines) else []
        segments = [
            Segment(text, self.look(look))
            for key, does in parts
            for text, look in ((f" {key}", "key"), (f" {does} ", "quiet"))
        ]
        return Strip(segments).adjust_cell_length(self.area.width, self.look(""))

    def _lines(self, width: int) -> list[list[tuple[str, str]]]:
        """Divide the keys into lines, as far as there is room."""
        lines: list[list[tuple[str, str]]] = [[]]
        room = width
        for key, does in self._keys:
            taken = cell_len(key) + cell_len(does) + 3
            if taken > room:
                if len(lines) == self.LINES:
                    break
                lines.append([])
                room = width
            room -= taken
            lines[-1].append((key, does))
        return lines


class DevicesScreen(Dialog[None]):
    """Shows the devices until it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="Esc", id="devices.close"),
        Binding("enter", "want('use')", "Link, or its chats alone", key_display="Enter", id="devices.use"),
        Binding("a", "want('add')", "Add a device", key_display="a", id="devices.add"),
        Binding("l", "want('link')", "Link again", key_display="l", id="devices.link"),
        Binding("n", "name", "Name it", key_display="n", id="devices.name"),
        Binding("c", "want('colour')", "Next colour", key_display="c", id="devices.colour"),
        Binding("space", "want('hide')", "Show or hide its chats", key_display="Space", id="devices.hide"),
        Binding("o", "want('only')", "Its chats alone, or all", key_display="o", id="devices.only"),
        Binding("e", "want('alerts')", "What may ring", key_display="e", id="devices.alerts"),
        Binding("K,shift+up", "want('up')", "Move up", show=False, key_display="K", id="devices.raise"),
        Binding("J,shift+down", "want('down')", "Move down", show=False, key_display="J", id="devices.lower"),
        Binding("x,delete", "want('delete')", "Delete", key_display="x", id="devices.delete"),
        Binding("r", "want('refresh')", "Ask anew", key_display="r", id="devices.refresh"),
        Binding("tab,shift+tab", "turn", "Figures", key_display="Tab", priority=True, id="devices.turn"),
        *moves("devices"),
    ]

    list = getters.query_one(DeviceList)
    box = getters.query_one("#devices-box", Vertical)

    def __init__(self, rows: Sequence[DeviceRow], figures: Widget, *, at: Safe | None = None) -> None:
        """Show these devices, the cursor on `at`; `figures` is the second tab."""
        super().__init__(id="devices")
        self._rows = rows
        self._at = at
        self._figures = figures
        self._laid_out = False
        self._naming: Safe | None = None
        """The device for which a name is being written."""
        self._head, self._facts, self._foot = DevicesHead(), DeviceFacts(), DevicesFoot()

    def compose(self) -> ComposeResult:
        """Lay out the two tabs, of which one is seen."""
        with Vertical(id="devices-box"):
            yield self._head
            yield DeviceList()
            yield self._facts
            yield self._figures
            yield self._foot

    def on_mount(self) -> None:
        """Show what is known so far."""
        self._laid_out = True
        self._figures.display = False
        self._show()

    @property
    def turned(self) -> bool:
        """Whether the figures are in front."""
        return self._figures.display and self._laid_out

    @property
    def device(self) -> Safe | None:
        """The device under the cursor."""
        return self.list.device if self._laid_out else self._at

    def show(self, rows: Sequence[DeviceRow], *, at: Safe | None = None) -> None:
        """Show how things stand now, the cursor on `at` or where it was."""
        self._rows, self._at = rows, at or self._at
        if self._laid_out:
            self._show()

    def _show(self) -> None:
        self.list.show_rows(self._rows, at=self._at)
        self._at = None
        row = self.list.row
        self._facts.show(row.facts if row is not None else ())
        self._head.show(row.label if row is not None else Safe(""), figures=self.turned)
        self._foot.show(NAMING if self._naming is not None else self._keys(row))
        self._tell_turned()

    def _keys(self, row: DeviceRow | None) -> Sequence[tuple[str, str]]:
        if row is None:
            return (("a", "makes a device"), ("Esc", "closes"))
        if self.turned:
            return (("↑↓", "another device"), ("Tab", "devices"), ("Esc", "closes"))
        use = "alone" if row.look == "live" else "links it"
        return (
            ("Enter", use),
            ("a", "add"),
            ("n", "name"),
            ("c", "colour"),
            ("Space", "show" if row.hidden else "hide"),
            ("e", "alerts"),
            ("l", "relink"),
            ("x", "delete"),
            ("K J", "move"),
            ("Tab", "figures"),
            ("r", "ask anew"),
            ("Esc", "close"),
            ("F1", "all keys"),
        )

    # What the person does.

    def action_want(self, what: str) -> None:
        """Say what is wanted."""
        if self.device is not None or what in ("add", "refresh"):
            self.post_message(DeviceWanted(what, self.device))
        else:
            self.notify(NONE_YET, markup=False, timeout=3)

    async def action_name(self) -> None:
        """Begin to write a name for the device."""
        row = self.list.row
        if row is None:
            self.notify(NONE_YET, markup=False, timeout=3)
        elif await Field.open(self.box, "", before=self._foot):
            field = self.box.query_one(Field)
            field.max_length = ALIAS
            field.placeholder = f"a name for {row.label} of your own; empty for its account's"
            field.value = row.alias
            field.cursor_position = len(field.value)
            self._naming = row.id
            self._show()

    @on(Input.Submitted)
    def _named(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(DeviceWanted("name", self._naming, event.value))
        self._end_name()

    def _end_name(self) -> bool:
        closed = Field.close(self.box)
        if closed:
            self._naming = None
            self.set_focus(None)
            self._show()
        return closed

    def action_turn(self) -> None:
        """Turn to the other tab."""
        if self._naming is not None:
            return
        self._figures.display = not self._figures.display
        self.list.display = self._facts.display = not self._figures.display
        self._show()

    def action_move(self, entries: int) -> None:
        """Move the cursor."""
        self._moved(self.list.move, entries)

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in view."""
        self._moved(self.list.page, pages)

    def action_edge(self, way: int) -> None:
        """Move the cursor to the first or the last device."""
        self._moved(self.list.edge, way)

    def _moved(self, move: Callable[[int], None], by: int) -> None:
        if self._naming is not None:
            return
        move(by)
        self._show()

    def _tell_turned(self) -> None:
        if self.turned:
            self.post_message(DeviceWanted("figures", self.device))

    @on(AboutList.Clicked)
    def _clicked(self, event: AboutList.Clicked) -> None:
        event.stop()
        self._show()

    def action_close(self) -> None:
        """Leave the name as it is, or close."""
        # A second key may be on its way while the screen goes; it would take the screen below away too.
        if not self._end_name() and self.is_current:
            self.dismiss(None)
