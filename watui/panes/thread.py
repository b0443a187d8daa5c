"""The thread pane: the messages of one chat, anchored so that nothing moves under the reader's eyes.

A paint builds one viewport from the anchor, drawing each message once per width; cost does not grow with
the chat. A cursor selects messages; letters act on the one under it (`acts`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from rich.style import Style as RichStyle
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message as Posted
from textual.strip import Strip
from textual.widget import Widget

from watui.messages import MoreWanted, Seen
from watui.models import ChatKey, Message, Older
from watui.panes import bubble
from watui.panes.acts import ACTS
from watui.panes.blocks import ThreadBlocks
from watui.panes.bubble import Looks
from watui.panes.dragging import Drag, Spot
from watui.panes.search import Search
from watui.panes.viewport import Anchor, Row, Viewport
from watui.text import Safe
from watui.timeline import Timeline

WHEEL = 3
"""Lines that one step of the mouse wheel scrolls."""

PREFETCH = 20
"""Older messages are asked for when fewer than this many stand above the top edge."""

SELECTED = RichStyle(reverse=True)
"""How a text looks while it is selected with the mouse."""


@dataclass(slots=True)
class Place:
    """Where a chat was left."""

    anchor: Anchor | None
    last_seen: Safe | None


class ThreadPane(Widget, can_focus=True):
    """Shows a timeline and lets one move in it."""

    HELP = "The messages of the open chat."

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "select(-1)", "Select", key_display="↑ k", id="thread.up"),
        Binding("down,j", "select(1)", "Next message", show=False, key_display="↓ j", id="thread.down"),
        Binding("pageup", "page(-1)", "Older", show=False, key_display="PgUp", id="thread.page_up"),
        Binding("pagedown", "page(1)", "Newer", show=False, key_display="PgDn", id="thread.page_down"),
        Binding("ctrl+u", "half(-1)", "Half a page", show=False, key_display="Ctrl+U", id="thread.half_up"),
        Binding("ctrl+d", "half(1)", "Half down", show=False, key_display="Ctrl+D", id="thread.half_down"),
        Binding("home,g", "first", "First", show=False, key_display="g", id="thread.first"),
        Binding("end,G", "last", "Newest", show=False, key_display="G", id="thread.last"),
        Binding("enter", "ask('menu')", "Actions", key_display="Enter", id="thread.menu"),
        Binding("slash", "ask('find')", "Find", key_display="/", id="thread.find"),
        Binding("n", "found(1)", "Next match", show=False, key_display="n", id="thread.next_match"),
        Binding("N", "found(-1)", "Match before", show=False, key_display="N", id="thread.match_before"),
        Binding("ctrl+o", "back", "Back from a quote", show=False, key_display="Ctrl+O", id="thread.back"),
        *(
            Binding(act.letter, f"ask('{act.name}')", act.words, show=False, id=f"thread.{act.name}")
            for act in ACTS
        ),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"thread--{part}" for part in bubble.PARTS),
        *(f"thread--name-{number}" for number in range(bubble.NAME_COLOURS)),
        "thread--selected",
    }

    @dataclass
    class Asked(Posted):
        """The person asks for something to be done, to the message under the cursor or to the thread."""

        what: str
        message: Message | None

    @dataclass
    class Told(Posted):
        """Something changed that is said below the thread."""

        pill: str
        found: str

    @dataclass
    class Selected(Posted):
        """A piece of text was selected with the mouse."""

        text: str

    @dataclass
    class Left(Posted):
        """The cursor went down below the newest message."""

    @dataclass
    class NotFound(Posted):
        """What one wanted to go to is not there."""

        words: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._chat: ChatKey | None = None
        self._blocks = ThreadBlocks(self._get_looks)
        self._view = Viewport(self._blocks)
        self._places: dict[ChatKey, Place] = {}
        self._last_seen: Safe | None = None
        self._unread_wanted = 0
        self._unread_old = False
        self._looks: Looks | None = None
        self._rows: list[Row] | None = None
        self._ended = True
        self._search: Search | None = None
        self._origin: Safe | None = None
        self._sought: Safe | None = None
        self._trail: list[tuple[Anchor | None, Safe | None]] = []
        self._drag: Drag | None = None
        self._told = ("", "")

    # What the app tells it.

    def show(
        self,
        chat: ChatKey,
        timeline: Timeline,
        older: Older,
        names: Mapping[Safe, Safe],
        unread: int = 0,
    ) -> None:
        """Show a chat's timeline, at the place where it was left; or that the shown one has changed.

        `unread` counts for a chat that is opened: a line is drawn above so many of its newest messages.
        """
        if chat != self._chat:
            self._leave()
            self._chat = chat
            place = self._places.get(chat, Place(None, None))
            self._view.anchor, self._last_seen = place.anchor, place.last_seen
            self._unread_wanted = unread
            self._blocks.names = names
        self._blocks.timeline, self._blocks.older = timeline, older
        if self._unread_wanted and timeline:
            self._draw_unread_line()
        self._changed()
        self._go_on()
        if self.at_end and timeline:
            self._say(Seen(chat))

    def show_names(self) -> None:
        """Draw anew, since people are called differently now."""
        self._blocks.clear()
        self._changed()

    def close(self) -> None:
        """Show nothing."""
        self._leave()
        self._chat, self._blocks.timeline = None, Timeline()
        self._changed()

    def came_in_unseen(self, message_id: Safe) -> None:
        """Take note of a message that came in while nobody looked: the unread line begins there."""
        unread = self._blocks.unread
        if unread is None or self._unread_old:
            self._blocks.unread, self._unread_old = (message_id, 1), False
        else:
            self._blocks.unread = (unread[0], unread[1] + 1)
        self._changed()

    def was_read(self) -> None:
        """Take note that all is read: the unread line stays where it is until there is something newer."""
        self._unread_old = True

    @property
    def at_end(self) -> bool:
        """Whether the newest message is in view."""
        if self._view.anchor is not None and self._rows is None:
            self._build()
        return self._view.anchor is None or self._ended

    @property
    def names(self) -> Mapping[Safe, Safe]:
        """What people are called in the open chat."""
        return self._blocks.names

    @property
    def selected(self) -> Message | None:
        """The message under the cursor."""
        cursor = self._blocks.cursor
        return None if cursor is None else self._blocks.timeline.get(cursor)

    def _leave(self) -> None:
        if self._chat is not None:
            # A place right at the end is no place: the chat is opened at its end again.
            anchor = None if self._ended else self._view.anchor
            self._places[self._chat] = Place(anchor, self._last_seen)
        self._blocks.clear()
        self._blocks.cursor = self._blocks.unread = None
        self._blocks.query = ""
        self._search = self._sought = self._last_seen = self._drag = None
        self._unread_old = False
        self._trail.clear()

    def _draw_unread_line(self) -> None:
        """Find the first of the unread messages; if not all are known yet, look again when more are."""
        timeline = self._blocks.timeline
        index, left = len(timeline), self._unread_wanted
        first = None
        while index and left:
            index -= 1
            if not timeline[index].own and not timeline[index].local:
                first, left = timeline[index].id, left - 1
        if first is None:
            return
        fresh = self._blocks.unread is None
        self._blocks.unread = (first, self._unread_wanted)
        if not left or self._blocks.older is not Older.MORE:
            self._unread_wanted = 0
        if fresh and self._view.anchor is None and self.size.height:
            self._prepare()
            self._view.build(*self.size)
            rows = [self._blocks.id_of(row.block) for row in self._view.rows]
            if first not in rows:  # they do not all fit: one reads on from where one was
                place = timeline.index_of(first) or 0
                self._view.place(first, self._blocks.draw(place).lead)
                self._last_seen = timeline[place - 1].id if place else None

    def _changed(self) -> None:
        self._rows = None
        self.refresh()

    # Drawing.

    def notify_style_update(self) -> None:
        """Forget every drawn message when the theme or the size class changes."""
        super().notify_style_update()
        self._looks = None
        self._blocks.clear()
        self._rows = None

    def on_resize(self) -> None:
        """Wrap anew; the anchor keeps the same message in place."""
        self._rows = None

    def render_line(self, y: int) -> Strip:
        """Give one line of the viewport, which is built at the first line that is asked for."""
        width, height = self.size
        if self._rows is None:
            self._build()
        rows = self._rows or []
        above = height - len(rows)  # a short thread stands at the foot of the pane
        if not rows and y == height // 2:
            return bubble.rule(self._empty_words(), width, self._get_looks(), "note")
        if y < above:
            return Strip.blank(width, self.rich_style)
        row = rows[y - above]
        if self._drag is not None and not self._drag.empty:
            columns = self._drag.columns(row, self._blocks)
            if columns is not None:
                left, right = columns
                middle = row.strip.crop(left, right).apply_style(SELECTED)
                return Strip.join([row.strip.crop(0, left), middle, row.strip.crop(right)])
        return row.strip

    def _prepare(self) -> None:
        today = date.today()  # noqa: DTZ011 - days are named in the terminal's own time zone
        blocks = self._blocks
        if (today, self.size.width) != (blocks.today, blocks.width):
            blocks.today, blocks.width = today, self.size.width
            blocks.clear()

    def _build(self) -> list[Row]:
        if self.size.width < 1 or self.size.height < 1:
            return []
        self._prepare()
        self._rows = self._view.build(*self.size)
        self._ended = self._view.ends
        if self._ended and self._blocks.timeline:
            self._last_seen = self._blocks.timeline[-1].id
        self._tell()
        return self._rows

    def _tell(self) -> None:
        told = (self._pill(), self._search.words if self._search is not None else "")
        if told != self._told:
            self._told = told
            self._say(self.Told(*told))

    def _say(self, message: Posted) -> None:
        """Post a message as this pane's own: made in a call from above or in a paint, it would end there."""
        self.post_message(message.set_sender(self))

    def _pill(self) -> str:
        """Say how many messages came in below the lower edge since that was the end."""
        if self._ended or not self._blocks.timeline:
            return ""
        seen = self._blocks.index_of(self._last_seen) if self._last_seen else None
        new = 0 if seen is None else len(self._blocks) - 1 - seen
        return f"▼ {new} new" if new else "▼"

    def _empty_words(self) -> str:
        if self._chat is None:
            return "choose a chat and press Enter"
        return "no messages yet" if self._blocks.older is Older.NONE else "reading the newest messages"

    def _get_looks(self) -> Looks:
        if self._looks is None:
            look = self.get_visual_style
            self._looks = Looks(
                self.visual_style,
                look("thread--selected"),
                {part: look(f"thread--{part}", partial=True) for part in bubble.PARTS},
                [look(f"thread--name-{number}", partial=True) for number in range(bubble.NAME_COLOURS)],
            )
        return self._looks

    # Moving.

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines, down for positive numbers."""
        self._build()
        self._view.scroll(lines)
        self._bring_cursor(lines)
        self._moved()

    def action_page(self, pages: int) -> None:
        """Scroll by a viewport less two lines, so that the eye finds its place again."""
        self.action_scroll(pages * max(1, self.size.height - 2))

    def action_half(self, pages: int) -> None:
        """Scroll by half a viewport."""
        self.action_scroll(pages * max(1, self.size.height // 2))

    def action_first(self) -> None:
        """Go to the first known message."""
        self._build()
        self._view.to_first()
        if self._blocks.cursor is not None:
            self._set_cursor(self._blocks.id_of(0))
        self._moved()

    def action_last(self) -> None:
        """Go to the newest message and follow from there."""
        self._set_cursor(None)
        self._view.to_last()
        self._moved()

    def action_select(self, step: int) -> None:
        """Move the cursor to another message; within one that is longer than the view, scroll first."""
        rows = self._build()
        if not rows:
            return
        cursor = self._blocks.cursor
        index = self._blocks.index_of(cursor) if cursor is not None else None
        if index is None:
            self.select(self._blocks.id_of(rows[-1].block))
            return
        edge = rows[0] if step < 0 else rows[-1]
        if edge.block == index and self._hidden(edge, step):
            self._view.scroll(step * min(self._hidden(edge, step), max(1, self.size.height // 2)))
            self._view.hold(cursor)
            self._moved()
        elif 0 <= index + step < len(self._blocks):
            self.select(self._blocks.id_of(index + step))
        elif step > 0:
            self._say(self.Left())
        else:
            self._want_more()

    def select(self, message_id: Safe) -> None:
        """Put the cursor on a message and have it in view."""
        self._build()
        self._set_cursor(message_id)
        self._view.reveal(message_id)
        self._view.build(*self.size)
        self._view.hold(message_id)
        self._moved()

    def deselect(self) -> None:
        """Take the cursor away, and follow the newest message again if that is in view."""
        self._set_cursor(None)
        if self._ended:
            self._view.to_last()
        self._moved()

    def _set_cursor(self, message_id: Safe | None) -> None:
        self._blocks.cursor = message_id
        self._rows = None

    def _hidden(self, edge: Row, step: int) -> int:
        """How many lines of the message at an edge are beyond it."""
        if step < 0:
            return max(0, edge.line)
        block = self._blocks.draw(edge.block)
        return len(block.lines) - block.lead - 1 - edge.line

    def _bring_cursor(self, direction: int) -> None:
        """Take the cursor along when the view leaves it behind."""
        cursor = self._blocks.cursor
        rows = self._view.rows
        if cursor is None or not rows or any(self._blocks.id_of(row.block) == cursor for row in rows):
            return
        nearest = rows[-1] if direction < 0 else rows[0]
        self._set_cursor(self._blocks.id_of(nearest.block))

    def _moved(self) -> None:
        self._build()
        self.refresh()
        if self._chat is None:
            return
        if self.at_end:
            self._say(Seen(self._chat))
        if self._view.rows and self._view.rows[0].block < PREFETCH:
            self._want_more()

    def _want_more(self) -> bool:
        """Ask for older messages, if there are any; whether they were asked for."""
        timeline = self._blocks.timeline
        more = self._blocks.older in (Older.MORE, Older.UNKNOWN)
        if self._chat is None or not timeline or not more or timeline[0].local:
            return False
        self._say(MoreWanted(self._chat))
        return True

    # Going to a message: a quoted one, one that was found, and back.

    def go_to(self, message_id: Safe) -> None:
        """Go to a message, back in time until it is found; Ctrl+O comes back from there."""
        self._trail.append((self._view.anchor, self._blocks.cursor))
        self._sought = message_id
        self._go_on()

    def action_back(self) -> None:
        """Go back to where one was before the last jump."""
        if self._trail:
            self._sought = None
            self._view.anchor, cursor = self._trail.pop()
            self._set_cursor(cursor)
            self._moved()

    def find(self, text: str) -> None:
        """Search for a text and go to the nearest match above; an empty text ends the search.

        Every letter that is added searches from where one was when the search began.
        """
        if self._search is None and (rows := self._build()):
            cursor = self._blocks.cursor
            self._origin = self._blocks.id_of(rows[-1].block) if cursor is None else cursor
        self._search = Search(text, self._origin) if text.strip() else None
        self._blocks.query = self._search.query if self._search is not None else ""
        self._changed()
        self._go_on()

    def action_found(self, step: int) -> None:
        """Go to the next match, which is an older one, or with -1 to the one before."""
        if self._search is not None:
            self._search.step(step)
            self._go_on()

    def _go_on(self) -> None:
        """Go on looking for what was wanted, now that more may be known."""
        if self._sought is not None:
            if self._blocks.index_of(self._sought) is not None:
                self.select(self._sought)
                self._sought = None
            elif not self._want_more():
                self._sought = None
                self._trail.pop()
                self._say(self.NotFound("the quoted message is older than what the gateway has"))
        if self._search is not None:
            self._look()

    def _look(self) -> None:
        """Look through a slice of the thread; keys come first, then the next slice."""
        search = self._search
        if search is None or self._chat is None:
            return
        scanned = search.look(self._blocks.timeline, self._blocks.cursor)
        if search.target is not None:
            self.select(search.target)
            search.target = None
        if not scanned:
            self.call_later(self._look)
        elif search.wants_older:
            search.wants_older = self._want_more()
        self._tell()

    def action_ask(self, what: str) -> None:
        """Ask for something to be done; letters act on the message under the cursor, else on the newest."""
        message = self.selected
        if message is None and what not in ("find", "menu"):
            rows = self._build()
            message = self._blocks.timeline[rows[-1].block] if rows else None
        self.post_message(self.Asked(what, message))

    # The mouse.

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up with the wheel."""
        event.stop()
        self.action_scroll(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down with the wheel."""
        event.stop()
        self.action_scroll(WHEEL)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to select a text, or a message if the pointer stays where it is."""
        spot = self._spot(event.x, event.y)
        if event.button == 1 and spot is not None:
            self.capture_mouse()
            self._drag = Drag(spot, spot)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select on to where the pointer is."""
        spot = self._spot(event.x, event.y) if self._drag is not None else None
        if self._drag is not None and spot is not None and spot != self._drag.end:
            self._drag.end = spot
            self.refresh()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End the selection: hand on its text, or put the cursor on the message that was clicked."""
        self.release_mouse()
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if drag.empty:
            self.select(drag.start.id)
        else:
            self.post_message(self.Selected(drag.text(self._blocks)))
            self.refresh()

    def _spot(self, x: int, y: int) -> Spot | None:
        """Tell which cell of which message lies under the pointer, or nearest to it."""
        rows = self._rows
        if not rows:
            return None
        number = max(0, min(y - self.size.height + len(rows), len(rows) - 1))
        row = rows[number]
        return Spot(self._blocks.id_of(row.block), row.line, max(0, min(x, self.size.width - 1)))
