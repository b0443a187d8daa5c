"""Linking a phone: the code to scan, drawn so that a phone's camera can read it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from math import ceil
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from watui.aside import aside
from watui.bidi import in_order
from watui.files.momentary import Momentary
from watui.models import Device, DeviceState
from watui.panes.line import Line
from watui.panes.qr import Code, Drawing, Modules, modules_of, needs, picture_of
from watui.paths import reason
from watui.pictures.picture import PictureError
from watui.screens.dialog import Dialog
from watui.text import Safe, cell_len, fit

LIVES = 20.0
"""Seconds until the gateway offers the next code (contract 3.2)."""

LATE = 60.0
"""Seconds without another code after which something is wrong."""

WORDS = 50
"""Cells that the steps take at most, with the air around them."""

LEAST_WORDS = 36
"""Cells in which the steps can be read beside the code."""

LINES = 6
"""Lines above the code that the steps take, with the title and what the keys do."""

ROOMY = 16
"""Lines from which the steps are shown where there is no code."""

STEPS = """\
1  open WhatsApp on the phone
2  Settings › Linked devices › Link a device
3  point the camera at the code"""

KEYS = "m other drawing · i as picture · Esc later"

ANEW = "delete the device in the list of devices (F2) and add it again"


class Countdown(Line):
    """How old the code is: one line, so that a second costs no more than that."""

    LOOKS = "pairing"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"pairing--quiet"}

    def __init__(self) -> None:
        super().__init__(id="pairing-countdown")
        self._said = ""

    def say(self, words: str) -> None:
        """Say something else."""
        if words != self._said:
            self._said = words
            self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Say it."""
        return [(fit(self._said, width), "quiet")]


class PairingScreen(Dialog[bool]):
    """Shows a device's code until the phone has scanned it; returns whether it has."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "draw", "Draw it differently", key_display="m", id="pairing.draw"),
        Binding("i", "save", "Save as picture", key_display="i", id="pairing.save"),
        Binding("escape", "close", "Later", key_display="Esc", id="pairing.close"),
    ]

    def __init__(
        self,
        device: Device,
        file: Momentary,
        read: Callable[[bytes], Awaitable[Modules]],
        *,
        seen: float | None = None,
        sextants: bool = False,
        perhaps: bool = False,
        called: Safe | None = None,
    ) -> None:
        """Show a device; `seen` tells when its code was seen first (monotonic seconds).

        `called` is the name of the one whose place it is to take.

        `file` is for the code as a picture, `read` finds the code in a picture that the gateway sent, and
        raises PictureError. `sextants`: the terminal draws them; `perhaps`: nobody knows, but it may well.
        """
        super().__init__(id="pairing")
        self._device = device
        self._called = called
        self._file = file
        self._read = read
        self._since = time.monotonic() if seen is None else seen
        self._sextants, self._perhaps = sextants, perhaps
        self._modules: Modules | None = None
        self._chosen: Drawing | None = None
        self._wanted = False
        """Whether the code is to be in the file."""
        self._told = ""
        """What became of the file."""
        self._broken = ""
        """Why there is no code in what the gateway sent."""
        self._writing = asyncio.Lock()

    @property
    def device(self) -> Safe:
        """Which device is being linked."""
        return self._device.id

    def compose(self) -> ComposeResult:
        """Lay out the steps and the code; where they stand depends on the room."""
        with Container(id="pairing-box"):
            with Vertical(id="pairing-words"):
                yield Static(markup=False, id="pairing-title")
                yield Static(STEPS, markup=False, id="pairing-steps")
                yield Static(markup=False, id="pairing-state")
                yield Countdown()
                yield Static(KEYS, markup=False, id="pairing-keys")
            yield Code(id="pairing-code")

    def on_mount(self) -> None:
        """Draw what is known already, and count from then on."""
        self._take(self._device)
        self._lay_out()
        self.set_interval(1.0, self._tick)

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        self._file.close()

    def on_resize(self) -> None:
        """Draw in another way where there is other room."""
        self._lay_out()

    def on_screen_resume(self) -> None:
        """Close if the phone was linked while something lay above."""
        if self._device.state is DeviceState.READY and self.is_active:
            self.dismiss(True)

    # What the gateway says.

    def show(self, device: Device, seen: float | None = None) -> None:
        """Follow the device: a new code is drawn in place, a linked phone closes the screen."""
        before, self._device = self._device, device
        if _code(device) != _code(before) or self._offers(device) != self._offers(before):
            self._since = time.monotonic() if seen is None else seen
            if self.is_mounted:
                self._take(device)
        if not self.is_mounted:
            return  # it will be shown when there is something to show it on
        if device.state is DeviceState.READY and self.is_active:
            self.dismiss(True)
        elif device != before:
            self._lay_out()

    def gone(self) -> None:
        """Say that the gateway does not know the device any more."""
        self.show(Device(self._device.id, DeviceState.GONE, name=self._device.name, dress=self._device.dress))

    @staticmethod
    def _offers(device: Device) -> bool:
        return device.state is DeviceState.UNLINKED

    def _take(self, device: Device) -> None:
        """Make the code of what the gateway offers."""
        self._broken = ""
        if not self._offers(device):
            self._put(None)
        elif device.qr is not None:
            try:
                self._put(modules_of(device.qr))
            except ValueError:
                self._broken = "what came is too long for a code"
                self._put(None)
        elif device.qr_picture is not None:
            self.run_worker(self._look_at(device.qr_picture), group="reading", exclusive=True)
        else:
            self._put(None)

    async def _look_at(self, picture: bytes) -> None:
        """Draw the code that is in a picture; the one before stays until then."""
        modules, broken = None, ""
        try:
            modules = await self._read(picture)
        except PictureError as error:
            broken = str(error)
        if self._device.qr_picture == picture and self._device.qr is None and self._offers(self._device):
            self._broken = broken
            self._put(modules)
            self._lay_out()

    def _put(self, modules: Modules | None) -> None:
        """Take another code, or none; the file follows."""
        changed, self._modules = modules != self._modules, modules
        if self._wanted and changed:
            self.run_worker(self._write(), group="writing")

    # What the person wants.

    def action_draw(self) -> None:
        """Draw the code in the next way, whether there is room for it or not."""
        if self._modules is not None:
            self._chosen = (self._drawing() or self._smallest).after
            self._told = ""
            self._lay_out()

    async def action_save(self) -> None:
        """Write the code into a file that only this user can read, and say where."""
        if self._modules is None:
            self._told = "There is no code yet that could be saved."
            self._lay_out()
            return
        self._wanted = True
        await self._write()

    async def _write(self) -> None:
        """Bring the file to what it is to hold: the code there is now, or nothing."""
        async with self._writing:
            modules = self._modules
            if modules is None:
                self._file.remove()
                self._told = ""
            else:
                try:
                    path = await aside(partial(self._file.put, picture_of(modules)))
                except OSError as error:
                    self._wanted = False
                    self._told = f"Not saved: {reason(error)}."
                else:
                    self._told = f"Saved as {path}, for you only. It is deleted when this closes."
        if self.is_mounted:
            self._lay_out()

    def action_close(self) -> None:
        """Close, with the phone not linked."""
        if self.is_active:
            self.dismiss(False)

    # How it looks.

    def _room(self, drawing: Drawing) -> bool:
        """Whether there is room for all of the code in a drawing."""
        size = needs(len(self._modules or ()), drawing)
        return size.width <= self.size.width and size.height <= self.size.height

    def _drawing(self) -> Drawing | None:
        """Choose how to draw the code; `None` if it could only be cut, or drawn as nobody knows what."""
        if self._chosen is not None:
            return self._chosen
        known = (Drawing.HALVES, self._smallest)
        return next((drawing for drawing in known if self._room(drawing)), None)

    @property
    def _smallest(self) -> Drawing:
        """The drawing that takes the least room, of those that may be chosen without asking."""
        return Drawing.SEXTANTS if self._sextants or self._perhaps else Drawing.HALVES

    def _lay_out(self) -> None:
        """Put the steps beside the code, above it or nowhere, and say how things stand."""
        code = self.query_one_optional(Code)
        if code is None:
            return  # watui is being left, and what was on the screen has gone before it
        drawing = self._drawing() if self._modules is not None else None
        if drawing is not None and not self._room(drawing):
            drawing = None
        said = self._said(drawing)
        layout = "-alone"
        if drawing is not None and self._modules is not None:
            code.show(self._modules, drawing)
            layout = self._layout(code.needs, said)
            if self._told and layout in ("-line", "-bare"):  # what was asked for last goes first
                drawing, layout = None, "-alone"
        code.display = drawing is not None
        for each in ("-beside", "-above", "-line", "-bare", "-alone"):
            self.set_class(each == layout, each)
        width, height = self.size
        words = self.query_one("#pairing-words")
        words.display = layout != "-bare"
        words.styles.width = max(1, min(WORDS, width - (code.needs.width if layout == "-beside" else 0)))
        words.styles.max_height = max(1, height - (code.needs.height if layout in ("-above", "-line") else 0))
        self.query_one("#pairing-title", Static).update(
            Content(f"Link a phone to {in_order(fit(self._called or self._device.label, 30))}")
        )
        self.query_one("#pairing-steps").display = layout != "-line" and (
            layout != "-alone" or height >= ROOMY
        )
        state = self.query_one("#pairing-state", Static)
        state.update(Content(said))
        state.display = bool(said) and layout != "-line"
        self._tick()

    def _layout(self, code: Size, said: str) -> str:
        """Find the place of the words: beside the code, above it, in one line above it, or nowhere."""
        width, height = self.size
        if width - code.width >= LEAST_WORDS:
            return "-beside"
        lines = LINES + (1 + cell_len(said) // (WORDS - 8) if said else 0)
        if height - code.height >= lines and width >= WORDS - 2:
            return "-above"
        return "-line" if height > code.height else "-bare"

    def _tick(self) -> None:
        """Say how old the code is."""
        age = time.monotonic() - self._since
        late = age > LATE
        countdown = self.query_one_optional(Countdown)
        if countdown is None:
            return
        countdown.display = self._modules is not None
        if self._modules is not None:
            countdown.say(_age(age) + ("  m i Esc" if self.has_class("-line") else ""))
        if late != self.has_class("-late"):
            self.set_class(late, "-late")
            self._lay_out()

    def _said(self, drawing: Drawing | None) -> str:
        return " ".join(filter(None, (self._words(drawing), self._told)))

    def _words(self, drawing: Drawing | None) -> str:
        device = self._device
        match device.state:
            case DeviceState.UNLINKED:
                return self._offer(drawing)
            case DeviceState.STARTING:
                return "The gateway is starting the device; its code comes after that."
            case DeviceState.DISCONNECTED:
                why = f": {fit(device.why, 60)}" if device.why else ""
                return f"WhatsApp has disconnected this device{why}. If no new code comes, {ANEW}."
            case DeviceState.FAILED:
                return f"The gateway could not start this device. Restart the gateway, or {ANEW}."
            case DeviceState.GONE:
                return (
                    "The gateway no longer knows this device. Esc, then add one in the list of devices (F2)."
                )
            case DeviceState.READY:
                return "The phone is linked."

    def _offer(self, drawing: Drawing | None) -> str:
        """Say what is the matter with the code, if anything is."""
        late = time.monotonic() - self._since > LATE
        if self._broken:
            return f"The gateway sent no code: {self._broken}. Scan it on the gateway's own page, or {ANEW}."
        if self._modules is None and late:
            return f"The gateway has sent no code for {LATE:.0f} s. Restart it, or {ANEW}."
        if self._modules is None:
            return "Waiting for a code from the gateway."
        if late:
            return (
                f"No other code has come for {LATE:.0f} s, and this one may be too old. "
                f"Restart the gateway, or {ANEW}."
            )
        if drawing is None and not self._told:
            shown = self._chosen or self._smallest
            size = needs(len(self._modules), shown)
            return (
                f"In {shown.value} the code takes {size.width} × {size.height} cells; "
                f"here are {self.size.width} × {self.size.height}. "
                "Make the terminal larger, press m for another drawing, or i for a picture."
            )
        if drawing is Drawing.SEXTANTS and not self._sextants:
            return "If you see boxes and no code, this terminal cannot draw it: press m or i."
        return ""


def _code(device: Device) -> tuple[str | None, bytes | None]:
    return device.qr, device.qr_picture


def _age(age: float) -> str:
    if age < LIVES:
        return f"new code in {ceil(LIVES - age)} s"
    if age < LATE:
        return "a new code is due"
    return f"this code is {int(age // 60)} min old"
