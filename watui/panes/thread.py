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
from textual.geometry import Size
from textual.message import Message as Posted
from textual.strip import Strip

from watui.messages import MoreWanted, Seen
from watui.models import ChatKey, Message, Older
from watui.panes import acts, bubble
from watui.panes.blocks import ThreadBlocks
from watui.panes.bubble import Looks
from watui.panes.dragging import Drag, Spot
from watui.panes.painted import Painted
from watui.panes.position import Position
from watui.panes.quest import GONE, LATER, Quest
from watui.panes.unread import Below, UnreadLine
from watui.panes.viewport import Anchor, Row
from watui.panes.wheel import Wheeled
from watui.text import Safe
from watui.timeline import Timeline

PREFETCH = 20
"""Older messages are asked for when fewer than this many stand above the top edge."""

SELECTED = RichStyle(reverse=True)
"""How a text looks while it is selected with the mouse."""


@dataclass(slots=True)
class Place:
    """Where a chat was left."""

    anchor: Anchor | None
    last_seen: Safe | None


class ThreadPane(Wheeled, Painted, can_focus=True):
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
            Binding(
                act.letter,
                f"{'decide' if act.name in acts.DECISIONS else 'ask'}('{act.name}')",
                act.words,
                show=False,
                id=f"thread.{act.name}",
            )
            for act in acts.ACTS
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
        self._blocks = ThreadBlocks(self._looks_of_bubbles)
        self._position = Position(self._blocks)
        self._unread = UnreadLine()
        self._below = Below()
        self._places: dict[ChatKey, Place] = {}
        self._colours: dict[ChatKey, dict[Safe, int]] = {}
        self._last_seen: Safe | None = None
        self._bubble_looks: Looks | None = None
        self._rows: list[Row] | None = None
        self._built = Size(0, 0)
        self._ended = False
        self._fresh = True
        self._seen: Safe | None = None
        self._quest = Quest()
        self._looking = False
        self._asked_above: Safe | None = None
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
            # What is unread comes before where one was: it is read from its beginning, or at the end.
            self._position.enter(None if unread else place.anchor)
            self._last_seen = place.last_seen
            self._fresh = self._position.anchor is None
            self._unread.begin(unread)
            self._blocks.names = names
            self._blocks.colours = self._colours.setdefault(chat, {})
        self._position.settle()
        self._blocks.timeline, self._blocks.older = timeline, older
        self._unread.find(timeline, older)
        self._blocks.unread = self._unread.at
        self._changed()
        self._go_on()

    def show_names(self) -> None:
        """Draw anew, since people are called differently now."""
        self._blocks.clear()
        self._changed()

    def follow(self, old: ChatKey, new: ChatKey) -> None:
        """Go on in the chat that another one turned out to be."""
        if old in self._places:
            self._places.setdefault(new, self._places.pop(old))
        if self._chat == old:
            self._chat = new

    def rename(self, ids: Mapping[Safe, Safe]) -> None:
        """Know messages that were on their way by the ids that the gateway has given them."""
        self._position.rename(ids)
        self._unread.rename(ids)
        self._quest.rename(ids)
        if self._drag is not None:
            self._drag.rename(ids)
        self._blocks.unread = self._unread.at
        for place in self._places.values():
            place.anchor = place.anchor and place.anchor.renamed(ids)

    def older_missed(self) -> None:
        """Take note that older messages could not be read; whatever needs them is not to be had now."""
        self._asked_above = None
        if self._quest.wants_older:
            self._say(self.NotFound(LATER))
            self._give_up()

    def close(self) -> None:
        """Show nothing."""
        self._leave()
        self._chat, self._blocks.timeline = None, Timeline()
        self._changed()

    def came_in_unseen(self, message_id: Safe) -> None:
        """Take note of a message that came in while nobody looked: the unread line begins there."""
        self._unread.came_in(message_id)
        self._blocks.unread = self._unread.at
        self._changed()

    def was_read(self) -> None:
        """Take note that all is read: the unread line stays where it is until there is something newer."""
        self._unread.was_read()

    @property
    def at_end(self) -> bool:
        """Whether the newest message is in view."""
        if self._rows is None:
            self._build()
        return self._ended

    @property
    def names(self) -> Mapping[Safe, Safe]:
        """What people are called in the open chat."""
        return self._blocks.names

    def message(self, message_id: Safe) -> Message | None:
        """Give a message of the open chat by its id."""
        return self._blocks.timeline.get(message_id)

    def newer_than(self, message_id: Safe) -> int:
        """Count the known messages of the open chat that are newer than one."""
        index = self._blocks.timeline.index_of(message_id)
        return 0 if index is None else len(self._blocks.timeline) - 1 - index

    @property
    def selected(self) -> Message | None:
        """The message under the cursor."""
        return self._position.selected

    def _leave(self) -> None:
        if self._chat is not None:
            # A place right at the end is no place: the chat is opened at its end again.
            anchor = None if self._ended else self._position.anchor
            self._places[self._chat] = Place(anchor, self._last_seen)
        self._blocks.clear()
        self._position.enter(None)
        self._blocks.unread = None
        self._blocks.query = ""
        self._quest.end()
        self._last_seen = self._seen = self._asked_above = self._drag = None

    def _changed(self) -> None:
        self._rows = None
        self.refresh()

    # Drawing.

    def notify_style_update(self) -> None:
        """Forget every drawn message when the theme or the size class changes."""
        super().notify_style_update()
        self._bubble_looks = None
        self._blocks.clear()
        self._rows = None

    def on_resize(self) -> None:
        """Wrap anew; the anchor keeps the same message in place."""
        self._rows = None

    def render_line(self, y: int) -> Strip:
        """Give one line of the viewport, which is built at the first line that is asked for."""
        width, height = self.area
        if self._rows is None or self._built != self.size:
            self._build()
        rows = self._rows or []
        above = height - len(rows)  # a short thread stands at the foot of the pane
        if not rows and y == height // 2:
            return bubble.rule(self._empty_words(), width, self._looks_of_bubbles(), "note")
        if not above <= y < height:  # above it all, or asked for while the size is another already
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
            self._ended = False  # nobody sees anything
            return []
        self._prepare()
        self._built = self.size
        self._rows = self._position.build(*self.size)
        if self._fresh and self._blocks.timeline:
            self._open_at_unread()
        self._ended = self._position.ends
        if self._ended and self._blocks.timeline:
            self._last_seen = self._blocks.timeline.newest
            if self._chat is not None and self._seen != self._blocks.timeline[-1].id:
                self._seen = self._blocks.timeline[-1].id
                self._say(Seen(self._chat))
        self._tell()
        return self._rows

    def _open_at_unread(self) -> None:
        """Begin where what is unread begins, if it does not fit into the view that ends with the newest."""
        self._fresh = self._unread.open  # not all of it may be known yet
        timeline = self._blocks.timeline
        first = self._unread.at[0] if self._unread.at is not None else None
        if first is not None and self._position.start_from(first):
            before = (timeline.index_of(first) or 0) - 1
            self._last_seen = timeline[before].id if before >= 0 else None
            self._rows = self._position.build(*self.size)

    def _tell(self) -> None:
        told = (self._pill(), self._quest.words)
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
        new = self._below.count(self._blocks.timeline, self._last_seen)
        return f"▼ {new} new" if new else "▼"

    def _empty_words(self) -> str:
        if self._chat is None:
            return "choose a chat and press Enter"
        return "no messages yet" if self._blocks.older is Older.NONE else "reading the newest messages"

    def _looks_of_bubbles(self) -> Looks:
        if self._bubble_looks is None:
            look = self.get_visual_style
            self._bubble_looks = Looks(
                self.visual_style,
                look("thread--selected"),
                {part: look(f"thread--{part}", partial=True) for part in bubble.PARTS},
                [look(f"thread--name-{number}", partial=True) for number in range(bubble.NAME_COLOURS)],
            )
        return self._bubble_looks

    # Moving.

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines, down for positive numbers."""
        self._build()
        self._position.scroll(lines)
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
        self._position.to_first()
        self._moved()

    def action_last(self) -> None:
        """Go to the newest message and follow from there."""
        self._position.to_last()
        self._moved()

    def action_select(self, step: int) -> None:
        """Move the cursor to another message; above the first may be older ones, below is the composer."""
        if not self._build():
            return
        if self._position.step(step):
            self._moved()
        elif step > 0:
            self._say(self.Left())
        else:
            self._want_more()

    def select(self, message_id: Safe) -> None:
        """Put the cursor on a message and have it in view."""
        self._select(message_id)

    def _select(self, message_id: Safe, *, sought: bool = False) -> None:
        self._build()
        self._position.select(message_id)
        self._moved(sought=sought)

    def deselect(self) -> None:
        """Take the cursor away."""
        self._build()
        self._position.deselect()
        self._moved()

    def _moved(self, *, sought: bool = False) -> None:
        """Show where one is now; one who moves elsewhere than to what was sought wants that no more."""
        self._fresh = False
        if not sought:
            self._quest.give_up()
            self._asked_above = None
        rows = self._build()
        self.refresh()
        if rows and rows[0].block < PREFETCH:
            self._want_more()

    def _want_more(self) -> bool:
        """Ask for older messages, once above the same one; whether they are to be had."""
        timeline = self._blocks.timeline
        more = self._blocks.older in (Older.MORE, Older.UNKNOWN)
        if self._chat is None or not timeline or not more or timeline[0].local:
            return False
        if self._asked_above != timeline[0].id:
            self._asked_above = timeline[0].id
            self._say(MoreWanted(self._chat))
        return True

    # Going to a message: a quoted one, one that was found, and back.

    def go_to(self, message_id: Safe) -> None:
        """Go to a message, back in time until it is found; Ctrl+O comes back from there."""
        self._position.remember()
        self._quest.go_to(message_id)
        self._go_on()

    def action_back(self) -> None:
        """Go back to where one was before the last jump."""
        if self._position.back():
            self._moved()

    def begin_find(self) -> None:
        """Begin to search from the message under the cursor, or else from the lowest in view."""
        rows = self._build()
        cursor = self._blocks.cursor
        self._quest.begin(self._blocks.id_of(rows[-1].block) if cursor is None and rows else cursor)

    def find(self, text: str) -> None:
        """Go to the nearest match above where the search began; an empty text finds nothing."""
        self._quest.find(text, self._blocks.names)
        self._show_quest()

    def end_find(self) -> None:
        """End the search; the cursor stays where it led."""
        self._quest.end()
        self._show_quest()

    def action_found(self, step: int) -> None:
        """Go to the next match, which is an older one, or with -1 to the one before."""
        if self._quest.step(step):
            self._go_on()

    def _show_quest(self) -> None:
        self._blocks.query = self._quest.query
        self._changed()
        self._go_on()
        self._tell()

    def _go_on(self) -> None:
        """Look through a slice of the thread; keys come first, then the next slice."""
        if self._chat is None or self._quest.idle:
            return
        found = self._quest.look(self._blocks.timeline, self._blocks.cursor)
        if found is not None:
            self._select(found, sought=True)
        if self._quest.unfinished:
            if not self._looking:
                self._looking = True
                self.call_later(self._go_on_later)
        elif self._quest.wants_older and not self._want_more():
            if self._quest.quoted:  # a search says below the thread how it stands
                self._say(self.NotFound(GONE))
            self._give_up()
        self._tell()

    def _go_on_later(self) -> None:
        self._looking = False
        self._go_on()

    def _give_up(self) -> None:
        if self._quest.quoted:
            self._position.forget()
        self._quest.give_up()
        self._tell()

    def action_ask(self, what: str) -> None:
        """Ask for something to be done; without a cursor that takes the lowest message in view first."""
        if self.selected is None and what not in ("find", "menu") and self._build():
            self._position.step(-1)
            self._moved()
        message = self.selected
        self.post_message(self.Asked(what, message))

    def action_decide(self, what: str) -> None:
        """Send a message again that was not sent, or give it up."""
        self.post_message(self.Asked(what, self._unsent(what)))

    def _unsent(self, what: str) -> Message | None:
        """Give the message that is meant: the one under the cursor, or without one the newest."""
        applies = acts.undecided if what == "resend" else acts.withdrawable
        message = self.selected
        if message is None and self._blocks.timeline:
            message = self._blocks.timeline[-1]
        return message if message is not None and applies(message) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the letters of unsent messages to others where there is none."""
        return action != "decide" or self._unsent(str(parameters[0])) is not None

    # The mouse.

    def wheel(self, lines: int) -> None:
        """Scroll with the mouse."""
        self.action_scroll(lines)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to select a text, or a message if the pointer stays where it is."""
        spot = self._spot(event.x, event.y)
        if event.button == 1 and spot is not None:
            self.capture_mouse()
            self._drag = Drag(spot, spot)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select on to where the pointer is."""
        if event.button != 1:
            self._drag = None  # the button was let go where nobody told
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
