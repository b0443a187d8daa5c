"""What the question before files are sent is drawn with: the files, the caption, and what the keys do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from watui.attached import Planned
from watui.bidi import in_order
from watui.panes.line import Line
from watui.panes.painted import Painted
from watui.panes.wheel import Wheeled
from watui.panes.words import size
from watui.terminal.paste import PasteGuard
from watui.text import Safe, cell_len, fit, one_line

NEWLINES = frozenset({"ctrl+j", "shift+enter", "alt+enter"})
PAGES = {"pageup": -1, "pagedown": 1}

SHRINKS = "Ctrl+S makes it fit"


class CaptionTitle(Line):
    """Says how many files go to whom."""

    LOOKS = "caption"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"caption--title"}

    def __init__(self, to: Safe) -> None:
        super().__init__(id="caption-title")
        self._to = to
        self._count = 1

    def count(self, files: int) -> None:
        """Say another number."""
        self._count = files
        self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Say it."""
        what = "Send a file to " if self._count == 1 else f"Send {self._count} files to "
        return [(f"{what}{in_order(fit(self._to, max(0, width - cell_len(what))))}", "title")]


class FileList(Wheeled, Painted):
    """Draws the files, and below each what is to be said of it."""

    LOOKS = "caption"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "caption--name",
        "caption--about",
        "caption--bad",
        "caption--note",
    }

    def __init__(self) -> None:
        super().__init__(id="caption-files")
        self.can_focus = False
        self._plans: Sequence[Planned] = ()
        self._lines: list[list[tuple[str, str]]] = []
        self._width = 0
        self._first = 0

    def show(self, plans: Sequence[Planned]) -> None:
        """Show other files, or what else is to be said of these."""
        before = len(self._lines)
        self._plans, self._lines = plans, _lines(plans, self._width)
        self.refresh(layout=len(self._lines) != before)

    def wheel(self, lines: int) -> None:
        """Scroll, as far as there are lines."""
        self._first = self._scrolled(self._first + lines)
        self.refresh()

    def page(self, pages: int) -> None:
        """Scroll by what is in view."""
        self.wheel(pages * max(1, self.size.height - 1))

    def _scrolled(self, first: int) -> int:
        return max(0, min(first, len(self._lines) - self.size.height))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as all lines."""
        if width != self._width:
            self._width, self._lines = width, _lines(self._plans, width)
        return max(1, len(self._lines))

    def render_line(self, y: int) -> Strip:
        """Give one line."""
        at = self._scrolled(self._first) + y
        line = self._lines[at] if at < len(self._lines) else []
        below = len(self._lines) - at
        if y == self.area.height - 1 and below > 1 and y:
            line = [(fit(f"  {below} more lines · PgDn", self.area.width), "about")]
        segments = [Segment(text, self.look(part)) for text, part in line if text]
        return Strip(segments).adjust_cell_length(self.area.width, self.look(""))


def _lines(plans: Sequence[Planned], width: int) -> list[list[tuple[str, str]]]:
    lines: list[list[tuple[str, str]]] = []
    for number, plan in enumerate(plans, 1):
        file = plan.file
        before = f"{number} " if len(plans) > 1 else ""
        about = fit(f"{size(file.size)} · {one_line(file.mimetype)}", max(0, width // 2))
        name = in_order(fit(file.name, max(0, width - cell_len(before) - cell_len(about) - 2)))
        gap = " " * max(0, width - cell_len(before) - cell_len(name) - cell_len(about))
        lines.append([(before, "about"), (name, "name"), (gap, ""), (about, "about")])
        for words, look in _said(plan):
            wrapped = Content(words).wrap(max(1, width - 2))
            lines += [[("  ", ""), (in_order(line.plain), look)] for line in wrapped]
    return lines


def _said(plan: Planned) -> list[tuple[str, str]]:
    """Say what was done to a file, what is wrong with it and what speaks against sending it."""
    said: list[tuple[str, str]] = []
    if plan.file.note:
        said.append((plan.file.note, "bad" if plan.file.refused or plan.file.stays else "note"))
    if not (plan.fits or plan.file.refused):
        said.append((plan.too_large() + (f" · {SHRINKS}" if plan.shrinks else ""), "bad"))
    if plan.file.warning:
        said.append((plan.file.warning, "bad"))
    return said


class CaptionFoot(Line):
    """Says what is being done, or what the keys do."""

    LOOKS = "caption"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"caption--state", "caption--about"}

    def __init__(self) -> None:
        super().__init__(id="caption-foot")
        self._state = self._keys = ""

    def say(self, state: str, keys: str) -> None:
        """Say something else."""
        if (state, keys) != (self._state, self._keys):
            self._state, self._keys = state, keys
            self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Say what happens before what can be done."""
        state = fit(self._state, width)
        gap = "  " if state else ""
        keys = fit(self._keys, max(0, width - cell_len(state) - cell_len(gap)))
        return [(state, "state"), (gap, ""), (keys, "about")]


class CaptionField(TextArea):
    """A text of a few lines; keys act in their turn among the letters, and a paste never sends."""

    @dataclass
    class Entered(Message):
        """The person pressed Enter."""

    @dataclass
    class Paged(Message):
        """The person wants to see the files above or below those that are in view."""

        pages: int

    def __init__(self, text: str) -> None:
        super().__init__(
            text,
            placeholder="add a caption",
            compact=True,
            highlight_cursor_line=False,
            show_line_numbers=False,
            tab_behavior="focus",
        )
        self.cursor_blink = False
        self._guard = PasteGuard()

    def on_mount(self) -> None:
        """Go on behind what is written."""
        self.move_cursor(self.document.end)

    def on_key(self, event: events.Key) -> None:
        """Act on a key that is no letter here."""
        typed = self._guard.is_typed(event.time)
        self._guard.key(event.time)
        if event.key == "enter" and typed:
            self.post_message(self.Entered())
        elif event.key == "enter" or event.key in NEWLINES:
            self.insert("\n")
        elif event.key in PAGES:
            self.post_message(self.Paged(PAGES[event.key]))
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Count a paste among the keys, so that an Enter at its heels does not send it."""
        self._guard.key(event.time)
