"""The thread pane: the messages of one chat, anchored so that nothing moves under the reader's eyes.

Its only position is an anchor: a message and a line of it at the top edge, or "at the end". A paint builds
one viewport from there, drawing each message once per width; cost does not grow with the chat.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget

from watui.messages import MoreWanted, Seen
from watui.models import ChatKey, Older
from watui.panes import bubble
from watui.panes.bubble import Block, Looks
from watui.text import Safe
from watui.timeline import Timeline

KEPT = 1000
"""Drawn messages kept for the next paint."""

WHEEL = 3
"""Lines that one step of the mouse wheel scrolls."""

PREFETCH = 20
"""Older messages are asked for when fewer than this many stand above the top edge."""


@dataclass(slots=True)
class Anchor:
    """The message at the top edge, and which of its lines; lines before its text count negative."""

    id: Safe
    line: int


class ThreadPane(Widget, can_focus=True):
    """Shows a timeline and lets one move in it."""

    HELP = "The messages of the open chat."

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll(-1)", "Up", show=False, key_display="↑ k", id="thread.up"),
        Binding("down,j", "scroll(1)", "Down", show=False, key_display="↓ j", id="thread.down"),
        Binding("pageup,ctrl+u", "page(-1)", "Older", key_display="PgUp", id="thread.page_up"),
        Binding("pagedown,ctrl+d", "page(1)", "Newer", key_display="PgDn", id="thread.page_down"),
        Binding("home,g", "first", "First", key_display="g", id="thread.first"),
        Binding("end,G", "last", "Newest", key_display="G", id="thread.last"),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"thread--{part}" for part in bubble.PARTS),
        *(f"thread--name-{number}" for number in range(bubble.NAME_COLOURS)),
        "thread--pill",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._chat: ChatKey | None = None
        self._timeline = Timeline()
        self._older = Older.UNKNOWN
        self._names: Mapping[Safe, Safe] = {}
        self._anchor: Anchor | None = None
        self._anchors: dict[ChatKey, Anchor | None] = {}
        self._last_seen: Safe | None = None
        self._blocks: OrderedDict[Safe, Block] = OrderedDict()
        self._looks: Looks | None = None
        self._viewport: list[Strip] | None = None
        self._top = (0, 0)
        self._today = date.min

    # What the app tells it.

    def show(self, chat: ChatKey, timeline: Timeline, older: Older, names: Mapping[Safe, Safe]) -> None:
        """Show a chat's timeline, at the place where it was left; or that the shown one has changed."""
        if chat != self._chat:
            if self._chat is not None:
                self._anchors[self._chat] = self._anchor
            self._chat, self._anchor = chat, self._anchors.get(chat)
            self._names = names
            self._blocks.clear()
            self._last_seen = None
        if self._anchor is not None and self._last_seen is None and timeline:
            self._last_seen = timeline[-1].id
        self._timeline, self._older = timeline, older
        self._changed()
        if self._anchor is None and timeline:
            self.post_message(Seen(chat))

    def show_names(self) -> None:
        """Draw anew, since people are called differently now."""
        self._blocks.clear()
        self._changed()

    def close(self) -> None:
        """Show nothing."""
        self._chat, self._timeline = None, Timeline()
        self._changed()

    @property
    def at_end(self) -> bool:
        """Whether the newest message is in view and the next one will be followed."""
        return self._anchor is None

    def _changed(self) -> None:
        self._viewport = None
        self.refresh()

    # Drawing.

    def notify_style_update(self) -> None:
        """Forget every drawn message when the theme or the size class changes."""
        super().notify_style_update()
        self._looks = None
        self._blocks.clear()
        self._viewport = None

    def on_resize(self) -> None:
        """Wrap anew; the anchor keeps the same message in place."""
        self._viewport = None

    def render_line(self, y: int) -> Strip:
        """Give one line of the viewport, which is built at the first line that is asked for."""
        if self._viewport is None:
            self._viewport = self._build()
        width = self.size.width
        if y < len(self._viewport):
            return self._viewport[y]
        return Strip.blank(width, self.rich_style)

    def _build(self) -> list[Strip]:
        width, height = self.size
        if width < 1 or height < 1:
            return []
        today = date.today()  # noqa: DTZ011 - days are named in the terminal's own time zone
        if today != self._today:
            self._today = today
            self._blocks.clear()
        if not self._timeline:
            return self._empty(width, height)
        lines = self._build_from_anchor(height) if self._anchor is not None else None
        if lines is None:
            self._anchor = None
            lines = self._build_from_end(height)
        pill = self._pill()
        if pill and lines:
            lines[-1] = self._with_pill(lines[-1], pill, width)
        return lines

    def _build_from_anchor(self, height: int) -> list[Strip] | None:
        """Build downwards from the anchor; `None` if that would leave room below the last message."""
        top = self._find_anchor()
        if top is None:
            return None
        self._top = top
        index, line = top
        lines = self._block(index).lines[line:]
        while len(lines) < height:
            index += 1
            if index == len(self._timeline):
                return None
            lines = lines + self._block(index).lines
        return lines[:height]

    def _build_from_end(self, height: int) -> list[Strip]:
        index = len(self._timeline)
        blocks: list[list[Strip]] = []
        filled = 0
        while index and filled < height:
            index -= 1
            blocks.append(self._block(index).lines)
            filled += len(blocks[-1])
        lines = [line for block in reversed(blocks) for line in block]
        self._top = (index, max(0, filled - height))
        blank = Strip.blank(self.size.width, self.rich_style)
        return [blank] * max(0, height - filled) + lines[-height:]

    def _find_anchor(self) -> tuple[int, int] | None:
        """Where the anchor's line is now, as the index of a message and a line of its block."""
        anchor = self._anchor
        index = None if anchor is None else self._timeline.index_of(anchor.id)
        if anchor is None or index is None:
            return None
        return self._normal(index, anchor.line + self._block(index).lead)

    def _normal(self, index: int, line: int) -> tuple[int, int]:
        """Carry a line that lies outside its block over to the block in which it lies."""
        while line < 0 and index > 0:
            index -= 1
            line += len(self._block(index).lines)
        while line >= len(self._block(index).lines) and index < len(self._timeline) - 1:
            line -= len(self._block(index).lines)
            index += 1
        return index, max(0, min(line, len(self._block(index).lines) - 1))

    def _block(self, index: int) -> Block:
        message = self._timeline[index]
        before = self._timeline[index - 1] if index else None
        around = bubble.surroundings(
            message,
            before,
            width=self.size.width,
            today=self._today,
            group=message.sender is not None,
        )
        block = self._blocks.get(message.id)
        if block is None or block.message is not message or block.surroundings != around:
            block = bubble.draw(message, around, self._names, self._get_looks())
            self._blocks[message.id] = block
        self._blocks.move_to_end(message.id)
        while len(self._blocks) > KEPT:
            self._blocks.popitem(last=False)
        if index == 0:
            notice = bubble.rule(self._older_words(), around.width, self._get_looks(), "note")
            return Block([notice, *block.lines], block.lead + 1, around, message)
        return block

    def _get_looks(self) -> Looks:
        if self._looks is None:
            self._looks = Looks(
                self.visual_style,
                {part: self.get_visual_style(f"thread--{part}", partial=True) for part in bubble.PARTS},
                [
                    self.get_visual_style(f"thread--name-{number}", partial=True)
                    for number in range(bubble.NAME_COLOURS)
                ],
            )
        return self._looks

    def _older_words(self) -> str:
        match self._older:
            case Older.MORE | Older.UNKNOWN:
                return "older messages: PgUp"
            case Older.WALL:
                return "the gateway has nothing older"
            case Older.NONE:
                return "the beginning of this chat"

    def _empty(self, width: int, height: int) -> list[Strip]:
        self._top = (0, 0)
        blank = Strip.blank(width, self.rich_style)
        if self._chat is None:
            text = "choose a chat and press Enter"
        elif self._older is Older.NONE:
            text = "no messages yet"
        else:
            text = "reading the newest messages"
        lines = [blank] * height
        lines[height // 2] = bubble.rule(text, width, self._get_looks(), "note")
        return lines

    def _pill(self) -> str:
        """Say how many messages came in below the lower edge since one scrolled up."""
        if self._anchor is None or not self._timeline:
            return ""
        seen = self._timeline.index_of(self._last_seen) if self._last_seen else None
        new = 0 if seen is None else len(self._timeline) - 1 - seen
        return f" ▼ {new} new " if new else " ▼ "

    def _with_pill(self, line: Strip, pill: str, width: int) -> Strip:
        style = self.get_component_rich_style("thread--pill")
        return Strip.join([line.crop(0, width - len(pill)), Strip([Segment(pill, style)], len(pill))])

    # Moving.

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines, down for positive numbers."""
        if not self._timeline:
            return
        if self._viewport is None:
            self._viewport = self._build()
        index, line = self._normal(self._top[0], self._top[1] + lines)
        if lines > 0 and self._anchor is None:
            return
        if self._anchor is None:
            self._last_seen = self._timeline[-1].id
        self._anchor = Anchor(self._timeline[index].id, line - self._block(index).lead)
        self._after_move()

    def action_page(self, pages: int) -> None:
        """Scroll by a viewport less two lines, so that the eye finds its place again."""
        self.action_scroll(pages * max(1, self.size.height - 2))

    def action_first(self) -> None:
        """Go to the first known message."""
        if self._timeline:
            if self._anchor is None:
                self._last_seen = self._timeline[-1].id
            self._anchor = Anchor(self._timeline[0].id, -self._block(0).lead)
            self._after_move()

    def action_last(self) -> None:
        """Go to the newest message and follow from there."""
        self._anchor = None
        self._after_move()

    def _after_move(self) -> None:
        self._viewport = self._build()
        self.refresh()
        if self._chat is None:
            return
        if self._anchor is None:
            self.post_message(Seen(self._chat))
        self._want_more()

    def _want_more(self) -> None:
        """Ask for older messages when the top is near."""
        if self._chat is None or not self._timeline or self._older not in (Older.MORE, Older.UNKNOWN):
            return
        if self._top[0] < PREFETCH and not self._timeline[0].local:
            self.post_message(MoreWanted(self._chat))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up with the wheel."""
        event.stop()
        self.action_scroll(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down with the wheel."""
        event.stop()
        self.action_scroll(WHEEL)
