"""Linking a phone: the code to scan, drawn so that a phone's camera can read it."""

from typing import ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from watui.models import Device, DeviceState
from watui.text import Safe

QUIET_ZONE = 2
"""Modules of white around the code; it lies in a white box, so two are enough (none is not)."""

_INK = Color.from_rgb(0, 0, 0)
_PAPER = Color.from_rgb(255, 255, 255)


class Code(Widget):
    """A pairing code in half blocks, black on white whatever the theme: inverted ones are not read."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: list[Strip] = []

    def show(self, text: str | None) -> None:
        """Draw a pairing string, or nothing while there is none."""
        self._lines = _draw(text) if text else []
        self.refresh(layout=True)

    @property
    def needs(self) -> Size:
        """The cells that the whole code takes."""
        return Size(self._lines[0].cell_length if self._lines else 0, len(self._lines))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Be as wide as the code."""
        return self.needs.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as the code."""
        return self.needs.height

    def render_line(self, y: int) -> Strip:
        """Give one line of two rows of modules."""
        return self._lines[y] if y < len(self._lines) else Strip.blank(self.size.width, self.rich_style)


def _draw(text: str) -> list[Strip]:
    import segno  # noqa: PLC0415 - it imports HTTP and XML, which the first paint should not wait for

    # Level L and no boost: the smallest code that holds the text; a screen is never dirty.
    matrix = [
        list(row)
        for row in segno.make(text, error="L", boost_error=False, micro=False).matrix_iter(1, QUIET_ZONE)
    ]
    if len(matrix) % 2:
        matrix.append([0] * len(matrix[0]))
    inks = {0: _PAPER, 1: _INK}
    lines: list[Strip] = []
    for upper, lower in zip(matrix[::2], matrix[1::2], strict=True):
        segments = [
            Segment("▀", Style.from_color(inks[bool(above)], inks[bool(below)]))
            for above, below in zip(upper, lower, strict=True)
        ]
        lines.append(Strip(segments, len(segments)).simplify())
    return lines


STEPS = """\
1  open WhatsApp on the phone
2  Settings › Linked devices › Link a device
3  point the camera at the code"""


class PairingScreen(ModalScreen[None]):
    """Shows a device's code until the phone has scanned it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Later", key_display="Esc", id="pairing.close"),
    ]

    def __init__(self, device: Device) -> None:
        super().__init__(id="pairing")
        self._device = device

    @property
    def device(self) -> Safe:
        """Which device is being linked."""
        return self._device.id

    def compose(self) -> ComposeResult:
        """Lay out the steps beside the code, or above it where the screen is narrow."""
        with Horizontal(id="pairing-box"):
            with Vertical(id="pairing-words"):
                yield Static(markup=False, id="pairing-title")
                yield Static(STEPS, markup=False, id="pairing-steps")
                yield Static(markup=False, id="pairing-state")
            yield Code(id="pairing-code")

    def on_mount(self) -> None:
        """Draw what is known already."""
        self.show(self._device)

    def on_resize(self) -> None:
        """Say whether the code fits."""
        self.show(self._device)

    def show(self, device: Device) -> None:
        """Follow the device: a new code is drawn in place, a linked phone closes the screen."""
        self._device = device
        if not self.is_mounted:
            return  # it will be shown when there is something to show it on
        if device.state is DeviceState.READY:
            self.dismiss(None)
            return
        code = self.query_one(Code)
        code.show(device.qr if device.state is DeviceState.UNLINKED else None)
        needs = code.needs
        fits = needs.width <= self.size.width and needs.height <= self.size.height
        code.display = bool(needs) and fits
        self.query_one("#pairing-title", Static).update(Content(f"Link a phone to {device.label}"))
        self.query_one("#pairing-state", Static).update(Content(self._words(device, needs, fits=fits)))

    def _words(self, device: Device, needs: Size, *, fits: bool) -> str:
        if device.state is not DeviceState.UNLINKED:
            return f"the device is {device.state.value}"
        if not device.qr:
            return "waiting for a code from the gateway"
        if not fits:
            return f"Make the terminal {needs.width} × {needs.height}, then the code appears. Esc closes."
        return "A new code comes by itself. Esc closes."
