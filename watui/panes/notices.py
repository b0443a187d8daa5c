"""The notices over the panes, at their upper right corner: a few lines, all of them drawn by one widget."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from watui.bidi import in_order
from watui.messages import NoticeChosen
from watui.notices import HIGH, Notice
from watui.panes import words
from watui.panes.chatrow import Piece
from watui.panes.painted import Painted
from watui.text import Safe, cell_len, fit, one_line

NARROW = 72
"""Cells of a screen below which a notice has one line, and all of its width."""

BELOW = 8
"""Lines at the lower edge of the panes that are left free: the composer at its highest, and what is above."""

LONGEST = 400
"""Characters of a text that any line has room for."""

CROSS = " × "

PARTS = {f"notices--{part}" for part in ("rule", "mark", "high", "title", "body", "quiet", "cursor")}
"""The looks of a notice, wherever it stands."""


class Row(NamedTuple):
    """What one line is for: a notice or, where it is `None`, those that are not seen."""

    notice: Notice | None
    second: bool = False
    """Whether it tells the body alone."""


class NoticeStack(Painted, can_focus=True):
    """Shows notices and lets one choose among them; it never takes the focus by itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Go there", key_display="Enter", id="notices.choose"),
        Binding("up,k", "move(-1)", "Up", show=False, key_display="↑ k", id="notices.up"),
        Binding("down,j", "move(1)", "Down", show=False, key_display="↓ j", id="notices.down"),
        Binding("d,delete", "dismiss", "Dismiss", key_display="d", id="notices.dismiss"),
        Binding("D", "dismiss_all", "Dismiss all", key_display="D", id="notices.dismiss_all"),
        Binding("H", "history", "All notices", key_display="H", id="notices.history"),
        Binding("escape", "leave", "Back", show=False, key_display="Esc", id="notices.leave"),
    ]

    LOOKS = "notices"
    COMPONENT_CLASSES: ClassVar[set[str]] = PARTS

    @dataclass
    class Dismissed(Message):
        """The person wants a notice gone; all of them if `number` is `None`."""

        number: int | None

    @dataclass
    class Choosing(Message):
        """The person begins to choose, so that nothing may go under their eyes, or ends."""

        on: bool

    @dataclass
    class HistoryAsked(Message):
        """The person wants to read what was told before."""

    def __init__(self) -> None:
        super().__init__(id="notices")
        self._notices: Sequence[Notice] = ()
        self._more = 0
        self._cursor = 0
        self._choosing = False
        self._back: Widget | None = None
        self.display = False

    @classmethod
    def over(cls, panes: Widget) -> Self:
        """Make one over the box of the panes, hidden until there is something to show.

        Not over the screen, where it would lie on what is said in a terminal that is too small.
        """
        stack = cls()
        # Before the others: what comes behind them would change their order, and all would be painted anew.
        panes.mount(stack, before=0 if panes.children else None)
        return stack

    # What the app tells it.

    def show(self, notices: Sequence[Notice], more: int = 0) -> None:
        """Show these, the first one on top, and how many `more` there are.

        Not for while a dialog lies over the panes: notices wait unseen then, and `Notices.hold` keeps them.
        """
        before = (len(self._notices), bool(self._more))
        self._cursor = self._followed(notices)
        self._notices, self._more = notices, more
        if not notices:
            self.leave()
            self.display = False
            return
        self.display = True
        if before == (len(notices), bool(more)):
            self._repaint()
        else:
            self.refresh(layout=True)

    def begin(self) -> bool:
        """Let the person choose, beginning with the newest; whether there is anything to choose from."""
        if not self._notices:
            return False
        if not self._choosing:
            self._cursor = max(each.number for each in self._seen() or self._notices)
            self._choosing = True
            self._back = self.screen.focused
            self.screen.set_focus(self, scroll_visible=False)
            self.post_message(self.Choosing(on=True))
            self._repaint()
        return True

    def leave(self) -> bool:
        """Go back to where the focus was; whether the person was choosing."""
        if not self._choosing:
            return False
        self._end()
        if self._back in self.screen.focus_chain:
            self.screen.set_focus(self._back, scroll_visible=False)
        else:
            self.screen.focus_next()
        return True

    @property
    def choosing(self) -> bool:
        """Whether the person chooses among them now."""
        return self._choosing

    def _end(self) -> None:
        self._choosing = False
        self.post_message(self.Choosing(on=False))
        self._repaint()

    # The focus.

    def allow_focus(self) -> bool:
        """Stay out of the way of Tab and of the mouse."""
        return self._choosing

    def on_blur(self) -> None:
        """End choosing, but for a terminal that is not looked at: the focus comes back with its own."""
        gone = self.screen.focused is not None or self.app.app_focus
        if self._choosing and gone and self.screen.focused is not self:
            self._end()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Keep the styles, none of which asks for the focus; how the cursor looks is seen to when drawing."""

    # What the person does.

    @property
    def _place(self) -> int:
        """Where the cursor is."""
        return next((n for n, each in enumerate(self._notices) if each.number == self._cursor), 0)

    def _followed(self, notices: Sequence[Notice]) -> int:
        """Find among other notices the one under the cursor, or what its chat tells now, or the next."""
        if not self._notices or not notices:
            return 0
        place = self._place
        pointed = self._notices[place]
        for each in notices:
            if each.number == pointed.number or (each.chat is not None and each.chat == pointed.chat):
                return each.number
        return notices[min(place, len(notices) - 1)].number

    def _seen(self) -> Sequence[Notice]:
        """Give those that have a line."""
        return [
            row.notice for row in self._rows(self.area.height) if row.notice is not None and not row.second
        ]

    def action_move(self, by: int) -> None:
        """Move the cursor, among those that are seen."""
        seen = self._seen()
        if seen:
            self._cursor = seen[min(max(0, self._place + by), len(seen) - 1)].number
            self._repaint()

    def action_choose(self) -> None:
        """Go where the notice under the cursor leads."""
        if self._notices:
            self._go(self._notices[self._place])

    def action_dismiss(self) -> None:
        """Want it gone."""
        self.post_message(self.Dismissed(self._cursor))

    def action_dismiss_all(self) -> None:
        """Want all gone."""
        self.post_message(self.Dismissed(None))

    def action_history(self) -> None:
        """Want to read what was told before."""
        self.leave()
        self.post_message(self.HistoryAsked())

    def action_leave(self) -> None:
        """Go back."""
        self.leave()

    def on_click(self, event: events.Click) -> None:
        """Go where a notice leads, or have it gone if its cross was clicked."""
        event.stop()
        rows = [*self._rows(self.area.height)]
        row = rows[event.y] if event.y < len(rows) else Row(None)
        if row.notice is None:
            self.begin()
        elif event.x >= self.area.width - cell_len(CROSS) and not row.second:
            self.post_message(self.Dismissed(row.notice.number))
        else:
            self._go(row.notice)

    def _go(self, notice: Notice) -> None:
        self.leave()
        self.post_message(NoticeChosen(notice.number, notice.chat, notice.device))

    # Drawing.

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as the notices, as far as the composer stays free."""
        return len([*self._rows(max(1, container.height - BELOW))])

    def _rows(self, room: int) -> Iterator[Row]:
        """Divide so many lines: two for each where there is room, else one; the last for the others."""
        count = len(self._notices)
        rest = 1 if self._more else 0
        if self.app.size.width >= NARROW and 2 * count + rest <= room:
            for notice in self._notices:
                yield Row(notice)
                yield Row(notice, second=True)
        else:
            if count + rest > room:
                rest = 1 if room > 1 else 0
                count = room - rest
            yield from map(Row, self._notices[:count])
        if rest:
            yield Row(None)

    def _repaint(self) -> None:
        """Paint the lines that look another way now."""
        if not self.painted:
            self.refresh()
        elif changed := [*self.changed_lines()]:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """Give one line."""
        return next(self.draw_lines((y,)))

    def draw_lines(self, ys: Iterable[int]) -> Iterator[Strip]:
        """Draw lines, each of which is half a notice or a whole one."""
        rows = [*self._rows(self.area.height)]
        flat = not any(row.second for row in rows)
        for y in ys:
            yield self._draw(rows[y], flat=flat) if y < len(rows) else self._strip([], "")

    def _draw(self, row: Row, *, flat: bool) -> Strip:
        notice, room = row.notice, max(0, self.area.width - 3)
        if notice is None:
            return self._strip([("│  ", "rule"), (fit(self._rest(flat=flat), room), "quiet")], "")
        pointed = self._choosing and notice.number == self._cursor
        loud = notice.priority >= HIGH
        line: list[Piece] = [("▌", "mark") if pointed else ("┃", "high") if loud else ("│", "rule")]
        if row.second:
            body = each(fit(one_line(notice.body, limit=LONGEST), room - 1), ": ")
            return self._strip([*line, ("  ", ""), (body, "body")], "cursor" if pointed else "")
        line += [(fit(notice.mark, 1) or " ", "high" if loud else "mark"), (" ", "")]
        tail = CROSS if flat else f" {words.clock(notice.at)}{CROSS}"
        room = max(0, room - cell_len(tail))
        told = [*_told(notice, room, flat=flat)]
        gap = " " * max(0, room - sum(cell_len(text) for text, _ in told))
        return self._strip([*line, *told, (gap, ""), (tail, "quiet")], "cursor" if pointed else "")

    def _rest(self, *, flat: bool) -> str:
        """Say how many are not seen."""
        count = self._more + len(self._notices) - len(self._seen())
        return f"+ {count} more, {'H lists all' if self._choosing else 'Ctrl+G'}"

    def _strip(self, pieces: Iterable[Piece], ground: str) -> Strip:
        segments = [Segment(text, self.look(look, ground)) for text, look in pieces if text]
        return Strip(segments).adjust_cell_length(self.area.width, self.look("", ground))


def called(notice: Notice, width: int) -> str:
    """Fit the title of a notice into a width, and for how many messages it stands if there are several."""
    count = f" ({notice.messages})" if notice.messages > 1 and not notice.is_sum else ""
    title = each(fit(one_line(notice.title, limit=LONGEST), max(0, width - cell_len(count))), " · ")
    return fit(f"{title}{count}", width)


def each(text: str, between: str) -> str:
    """Put right-to-left text in order: chat and device, or sender and what they wrote, each by itself."""
    return between.join(in_order(Safe(part)) for part in text.split(between, 1))


def _told(notice: Notice, room: int, *, flat: bool) -> Iterator[Piece]:
    """Say the title, and behind it the body where that has no line of its own."""
    body = one_line(notice.body, limit=LONGEST) if flat else Safe("")
    title = called(notice, room // 2 if body else room)
    yield title, "title"
    if body:
        yield "  ", ""
        yield each(fit(body, max(0, room - cell_len(title) - 2)), ": "), "body"
