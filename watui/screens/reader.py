"""Reading what may be longer than the screen, from its beginning: what the pager and the facts are made of.

Only the pieces in view are folded and drawn, whatever there is besides them.
"""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.style import Style

from watui.bidi import in_order
from watui.panes.viewport import Row, Viewport
from watui.panes.wheel import Wheeled
from watui.text import fit

KEPT = 200
"""Drawn pieces kept for the next paint."""

AIRY = 10
"""Lines from which two are left free, below the title and above the last line."""

PARTS = ("title", "label", "foot")
"""The parts that the stylesheet gives looks to, as component classes `reader--<part>`."""


@dataclass(slots=True)
class Leaf:
    """A drawn piece: its lines, and with which of its characters each of them begins."""

    lines: list[Strip]
    starts: list[int]
    lead: int = 0


class Leaves(ABC):
    """Pieces of something to read, as blocks of a viewport: each is drawn when it comes into view."""

    def __init__(self, starts: list[int]) -> None:
        self.starts = starts
        """With which character each piece begins, and at last where the end is."""
        self.width = 0
        self._looks: Mapping[str, Style] = {}
        self._drawn: OrderedDict[int, Leaf] = OrderedDict()

    def dress(self, width: int, looks: Mapping[str, Style]) -> None:
        """Say how wide to draw and in which styles; the nameless one is that of everything."""
        if width != self.width or looks is not self._looks:
            self._drawn.clear()
        self.width, self._looks = width, looks

    def __len__(self) -> int:
        return len(self.starts) - 1

    def id_of(self, index: int) -> str:
        """Name a piece; they never move."""
        return str(index)

    def index_of(self, block_id: str) -> int | None:
        """Find a piece by its name."""
        return int(block_id)

    def draw(self, index: int) -> Leaf:
        """Draw a piece, or take it as it was drawn."""
        leaf = self._drawn.get(index)
        if leaf is None:
            leaf = self._drawn[index] = self.make(index)
            if len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(index)
        return leaf

    @abstractmethod
    def rows(self, index: int, width: int) -> list[tuple[int, int]]:
        """Fold a piece: the part of it that each line shows."""

    @abstractmethod
    def make(self, index: int) -> Leaf:
        """Draw a piece at the present width."""

    def line(self, *parts: tuple[str, str], in_place: bool = False) -> Strip:
        """Draw a line of texts and the names of their styles, as wide as everything.

        `in_place`: each is in the order in which it is read already.
        """
        base = self._looks[""]
        ordered = [(text if in_place else in_order(text), part) for text, part in parts]
        content = Content.assemble(*((text, self._looks[part]) if part else text for text, part in ordered))
        return Strip(content.render_segments(base)).adjust_cell_length(self.width, base.rich_style)


class Reader(Wheeled, can_focus=True):
    """Shows pieces between a title and a line that tells where one is; a paint costs what is in view."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll(-1)", "Up", show=False, key_display="↑ k", id="reader.up"),
        Binding("down,j", "scroll(1)", "Down", show=False, key_display="↓ j", id="reader.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, key_display="PgUp", id="reader.page_up"),
        Binding("pagedown,space", "page(1)", "Page down", key_display="PgDn", id="reader.page_down"),
        Binding(
            "ctrl+u", "half(-1)", "Half a page up", show=False, key_display="Ctrl+U", id="reader.half_up"
        ),
        Binding("ctrl+d", "half(1)", "Half down", show=False, key_display="Ctrl+D", id="reader.half_down"),
        Binding("home,g", "edge(0)", "Beginning", show=False, key_display="g", id="reader.first"),
        Binding("end,G", "edge(-1)", "End", show=False, key_display="G", id="reader.last"),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"reader--{part}" for part in PARTS}

    def __init__(self, title: str, leaves: Leaves, hint: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._title, self._hint = title, hint
        self._leaves = leaves
        self._view = Viewport(leaves, at_end=False)
        self._top = (0, 0)
        self._said = ""
        self._looks: dict[str, Style] | None = None
        self._shown: list[Strip] | None = None

    # Drawing.

    def notify_style_update(self) -> None:
        """Forget everything drawn when the theme changes."""
        super().notify_style_update()
        self._looks = None
        self._shown = None

    def on_resize(self) -> None:
        """Fold anew."""
        self._shown = None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as what there is to read, as far as the screen goes."""
        lines = 0
        for index in range(len(self._leaves)):
            lines += len(self._leaves.rows(index, width))
            if lines >= container.height:
                break
        return max(AIRY, lines + 4)

    def render_line(self, y: int) -> Strip:
        """Give one line; all of them are built at the first that is asked for."""
        if self._shown is None:
            self._shown = self._build()
        return self._shown[y] if y < len(self._shown) else Strip.blank(self.size.width, self.rich_style)

    def _build(self) -> list[Strip]:
        width, height = self.size
        if width < 1 or height < 1:
            return []
        if height < 4:  # no room for words about it
            return [row.strip for row in self._rows(width, height)]
        air = 1 if height >= AIRY else 0
        body = height - 2 - 2 * air
        rows = self._rows(width, body)
        line = self._leaves.line
        blank = line(("", ""))
        strips = [row.strip for row in rows] + [blank] * (body - len(rows))
        title, foot = fit(self._title, width), fit(self._foot(), width)
        return [line((title, "title")), *[blank] * air, *strips, *[blank] * air, line((foot, "foot"))]

    def _rows(self, width: int, height: int) -> list[Row]:
        """Build what is in view; the character at the upper edge stays there in any width."""
        if self._looks is None:
            parts = {part: self.get_visual_style(f"reader--{part}", partial=True) for part in PARTS}
            self._looks = {"": self.visual_style, **parts}
        folded_anew = width != self._leaves.width
        self._leaves.dress(width, self._looks)
        if folded_anew and len(self._leaves):
            self._hold()
        return self._view.build(width, height)

    def _foot(self) -> str:
        if self._view.starts and self._view.ends:
            return self._said or self._hint
        return f"{self.percent} % · {self._said or self._hint}"

    @property
    def percent(self) -> int:
        """How much of it lies above the lower edge."""
        if not self._view.rows or self._view.ends:
            return 100
        last = self._view.rows[-1]
        starts = self._leaves.draw(last.block).starts
        following = last.line + 1
        begin = self._leaves.starts[last.block]
        end = begin + starts[following] if following < len(starts) else self._leaves.starts[last.block + 1]
        return min(99, 100 * end // max(1, self._leaves.starts[-1]))

    # Moving.

    def say(self, words: str) -> None:
        """Say something in the last line, until one moves."""
        self._said = words
        self._changed()

    def wheel(self, lines: int) -> None:
        """Scroll with the mouse."""
        self.action_scroll(lines)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines, down for positive numbers."""
        if self._ready():
            self._view.scroll(lines)
            self._after_move()

    def action_page(self, pages: int) -> None:
        """Scroll by what is in view less two lines, so that the eye finds its place again."""
        if self._ready():
            self.action_scroll(pages * max(1, self._view.height - 2))

    def action_half(self, pages: int) -> None:
        """Scroll by half of what is in view."""
        if self._ready():
            self.action_scroll(pages * max(1, self._view.height // 2))

    def action_edge(self, index: int) -> None:
        """Go to the beginning, or with -1 to the end."""
        if self._ready():
            if index:
                self._view.to_last()
            else:
                self._view.to_first()
                self._view.build(self._view.width, self._view.height)
            self._after_move()

    def _ready(self) -> bool:
        """Build what is not built since the last change, so that one moves on from what is seen."""
        if self._shown is None:
            self._shown = self._build()
        return bool(self._view.rows)

    def _after_move(self) -> None:
        top = self._view.rows[0]
        self._top = (top.block, self._leaves.draw(top.block).starts[top.line])
        self._hold()
        self.say("")

    def _hold(self) -> None:
        """Hold the view by its first line, whose first character is known."""
        index, char = self._top
        line = bisect_right(self._leaves.draw(index).starts, char) - 1
        self._view.place(self._leaves.id_of(index), -line)

    def _changed(self) -> None:
        self._shown = None
        self.refresh()
