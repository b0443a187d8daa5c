"""The search over everything ever seen: a field, and below it the hits, each with the line that was found.

The screen looks for nothing itself. It says upward what is typed, and is told what was found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Input

from watui import models
from watui.bidi import has_rtl, in_order, is_rtl, ours, visual
from watui.models import ChatKey, number_of
from watui.panes import words
from watui.panes.chatrow import Marks, Piece
from watui.panes.field import Field
from watui.panes.line import Line
from watui.panes.painted import Painted
from watui.panes.wheel import Wheeled
from watui.searching import Hit, Query, marked
from watui.text import Safe, cell_len, fit

PATIENCE = 0.15
"""Seconds for which a search is silent, so that nothing flickers while one types."""

LOOKED = 20_000
"""Characters of a message in which the place that was found is looked for."""

AROUND = 200
"""Characters kept before that place, of which a line shows what it has room for."""

LONGEST = 1_000
"""Characters of a message that any line has room for."""

YOU = "You"

HELP = (
    ("ana lunch", "both words, in any order"),
    ('"see you"', "exactly these words"),
    ("from:ana", "who wrote it, or from:me"),
    ("in:family", "in which chat"),
    ("has:photo", "or video, voice, document, link, media"),
    ("before:2026-11-01", "or after:, with that day"),
)
"""What can be typed."""


class Chosen(NamedTuple):
    """The message that the person wants to see."""

    chat: ChatKey
    message: Safe


@dataclass
class Searched(Message):
    """The search reads differently, or more is wanted than what was found so far."""

    text: str
    within: ChatKey | None
    """The chat in which to look; all of them if it is None."""
    after: Hit | None = None
    """The last hit that is known, if what follows it is wanted."""


@dataclass(slots=True)
class Found:
    """What a search found; the first three say for which one."""

    text: str
    within: ChatKey | None
    after: Hit | None
    query: Query
    hits: Sequence[Hit] = ()
    more: bool = False
    """Whether there may be more than these."""
    unknown: Sequence[str] = field(default_factory=tuple)
    """Names of senders and chats that nobody has."""


class SearchField(Field):
    """The line in which one types; the keys that move through a list move in the one below it."""

    MOVES: ClassVar[dict[str, tuple[str, int]]] = {
        "up": ("move", -1),
        "down": ("move", 1),
        "pageup": ("page", -1),
        "pagedown": ("page", 1),
    }


class SearchScope(Line):
    """Says whether all chats or the open one are looked through; a click takes the other."""

    LOOKS = "search"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"search--chosen", "search--quiet"}

    @dataclass
    class Switched(Message):
        """The other one was chosen."""

    def __init__(self, chat: Safe) -> None:
        super().__init__(id="search-scope")
        self._chat = chat
        self.narrow = False

    def narrows(self, *, narrow: bool) -> None:
        """Show what is looked through now."""
        self.narrow = narrow
        self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Name both, the chosen one marked."""
        every, key = "all chats", " · Tab"
        room = max(0, width - cell_len(every) - cell_len(key) - 6)
        chat = in_order(fit(f"only {self._chat}", room))
        looks = ("quiet", "chosen") if self.narrow else ("chosen", "quiet")
        dots = ("○ ", "● ") if self.narrow else ("● ", "○ ")
        line = [(dots[0], "quiet"), (every, looks[0]), ("  ", ""), (dots[1], "quiet"), (chat, looks[1])]
        return [*line, (key, "quiet")] if width > 30 else line

    def on_click(self) -> None:
        """Take the other one."""
        self.post_message(self.Switched())


class SearchFoot(Line):
    """Says how the search stands, and what the keys do where there is room."""

    LOOKS = "search"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"search--state", "search--quiet"}

    def __init__(self) -> None:
        super().__init__(id="search-foot")
        self._state = ""

    def say(self, state: str) -> None:
        """Say something else."""
        if state != self._state:
            self._state = state
            self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Put the state left and the keys right."""
        state = fit(self._state, width)
        keys = "Enter opens · Esc closes"
        gap = width - cell_len(state) - cell_len(keys)
        if gap < (2 if state else 0):
            return [(state, "state")]
        return [(state, "state"), (" " * gap, ""), (keys, "quiet")]


class HitList(Wheeled, Painted):
    """The hits, two lines each: who wrote where and when, and what."""

    LOOKS = "search"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "search--who",
        "search--quiet",
        "search--text",
        "search--found",
        "search--mark",
        "search--cursor",
    }

    @dataclass
    class Clicked(Message):
        """A hit was chosen with the mouse."""

    @dataclass
    class Ended(Message):
        """The last hit came into view."""

    def __init__(self) -> None:
        super().__init__(id="search-hits")
        self.can_focus = False
        self.hits: list[Hit] = []
        self.cursor = 0
        self._first = 0
        self._query = Query()
        self._marks = Marks({}, {}, {}, {})
        self._chats: Mapping[ChatKey, Safe] = {}
        self._narrow = False
        self._notes: Sequence[tuple[str, str]] = HELP
        self._drawn: dict[tuple[int, bool], list[Strip]] = {}

    # What the screen tells it.

    def show(self, found: Found, marks: Marks, chats: Mapping[ChatKey, Safe]) -> None:
        """Show what was found, from the first hit on; or behind those that are shown, what follows them."""
        if found.after is None:
            self.hits, self.cursor, self._first = [*found.hits], 0, 0
        else:
            self.hits += found.hits
        self._query, self._marks, self._chats = found.query, marks, chats
        self._narrow, self._notes = found.within is not None, ()
        self._forget()

    def say(self, notes: Sequence[tuple[str, str]]) -> None:
        """Show no hit, but some lines: words, and what they mean."""
        self.hits, self.cursor, self._first, self._notes = [], 0, 0, notes
        self._forget()

    @property
    def pointed(self) -> Hit | None:
        """The hit under the cursor."""
        return self.hits[self.cursor] if self.hits else None

    # Moving.

    @property
    def rows(self) -> int:
        """How many hits are in view at once."""
        return max(1, self.size.height // 2)

    def move(self, rows: int) -> None:
        """Move the cursor, as far as there are hits."""
        self.cursor = max(0, min(self.cursor + rows, len(self.hits) - 1))
        self._keep_in_view()
        self._repaint()
        if self.hits and self._first + self.rows >= len(self.hits):
            self.post_message(self.Ended())

    def _keep_in_view(self) -> None:
        lowest = max(0, len(self.hits) - self.rows)
        self._first = max(self.cursor - self.rows + 1, min(self._first, self.cursor, lowest))

    def wheel(self, lines: int) -> None:
        """Move with the mouse."""
        self.move(lines)

    def on_click(self, event: events.Click) -> None:
        """Choose the hit that was clicked."""
        event.stop()
        index = self._first + event.y // 2
        if index < len(self.hits):
            self.move(index - self.cursor)
            self.post_message(self.Clicked())

    def on_resize(self) -> None:
        """Keep the cursor in view in the new height, and draw anew for the new width."""
        self._keep_in_view()
        self._forget()

    # Drawing.

    def notify_style_update(self) -> None:
        """Forget what was drawn when the theme changes."""
        super().notify_style_update()
        self._drawn.clear()

    def _forget(self) -> None:
        self._drawn.clear()
        self._repaint()

    def _repaint(self) -> None:
        """Paint the lines that look another way now."""
        if not self.painted:
            self.refresh()
        elif changed := [*self.changed_lines()]:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """Give one line: half a hit, or a note."""
        index = self._first + y // 2
        if index < len(self.hits):
            key = (index, index == self.cursor)
            lines = self._drawn.get(key)
            if lines is None:
                lines = self._drawn[key] = self._draw(*key)
            return lines[y % 2]
        return self._strip(self._note(y) if not self.hits and y < len(self._notes) else [], "")

    def _note(self, y: int) -> list[Piece]:
        """Draw a note; the words stand above each other, where there are any."""
        label, meaning = self._notes[y]
        width = self.area.width - 1
        column = max(cell_len(label) + 2 if label else 0 for label, _ in self._notes)
        label = fit(label, width)
        room = max(0, width - column)
        return [
            (" ", ""),
            (label, "text"),
            (" " * (column - cell_len(label)), ""),
            (fit(meaning, room), "quiet"),
        ]

    def _draw(self, index: int, pointed: bool) -> list[Strip]:
        hit = self.hits[index]
        bar: Piece = ("▌" if pointed else " ", "mark")
        width = max(0, self.area.width - 1)
        ground = "cursor" if pointed else ""
        device = self._marks.devices.get(hit.key.device)
        indent: list[Piece] = [(" " * (cell_len(device) + 1), "")] if device else []
        said = self._said(hit, max(0, width - (cell_len(device) + 1 if device else 0)))
        return [
            self._strip([bar, *self._head(hit, device, width)], ground),
            self._strip([bar, *indent, *said], ground),
        ]

    def _head(self, hit: Hit, device: Safe | None, width: int) -> list[Piece]:
        """Say who wrote it and in which chat, and at the right when."""
        today = date.today()  # noqa: DTZ011 - the terminal's own time zone
        time = words.short_time(hit.message.time, today)
        room = max(0, width - cell_len(time) - 2)
        left: list[Piece] = [(f"{device} ", "mark")] if device else []
        chat = self._chats.get(hit.key) or number_of(hit.key.jid)
        who = self._who(hit, chat)
        left.append((who, "who"))
        if who != chat and not self._narrow:
            left += [(" · ", "quiet"), (chat, "quiet")]
        line: list[Piece] = []
        for text, look in left:
            cut = fit(text, room)
            room -= cell_len(cut)
            line.append((in_order(cut), look))
        return [*line, (" " * (room + 1), ""), (time, "quiet")]

    def _who(self, hit: Hit, chat: Safe) -> str:
        message = hit.message
        if message.own:
            return YOU
        if message.sender is None:
            return message.sender_name or chat if hit.key.jid.endswith("@g.us") else chat
        names = self._marks.names.get(hit.key.device, {})
        return names.get(message.sender) or message.sender_name or number_of(message.sender)

    def _said(self, hit: Hit, width: int) -> list[Piece]:
        """Give of a message the line in which something was found, with that marked."""
        line, start = told(hit.message, self._query, self._marks.names.get(hit.key.device, {}))
        places = [(at, end) for at, end in marked(line, self._query) if at >= start]
        if places:
            line, places = _scrolled(line, places, width)
        line = fit(line, width)
        found = bytearray(len(line))
        for at, end in places:
            found[at:end] = b"\1" * len(found[at:end])
        order: Sequence[int] = range(len(line))
        if has_rtl(line) and ours():
            line, order = visual(line, rtl=is_rtl(line))
        pieces: list[Piece] = []
        at = 0
        for is_found, run in groupby(order, lambda index: found[index]):
            end = at + len([*run])
            pieces.append((line[at:end], "found" if is_found else "text"))
            at = end
        return pieces

    def _strip(self, pieces: list[Piece], ground: str) -> Strip:
        segments = [Segment(text, self.look(look, ground)) for text, look in pieces if text]
        return Strip(segments).adjust_cell_length(self.area.width, self.look("", ground))


def told(message: models.Message, query: Query, names: Mapping[Safe, Safe]) -> tuple[str, int]:
    """Put a message on one line that begins not far before what was found; and tell where its text begins."""
    text: str = message.text[:LOOKED]
    places = marked(text, query)
    start = max(0, places[0][0] - AROUND) if places else 0
    if start:
        start = max(start, text.find(" ", start, places[0][0]) + 1)
    said = ("…" if start else "") + words.flat(text[start : start + LONGEST], names)
    name = message.media.name if message.media is not None else None
    if name and (not said or marked(name, query)):
        said = f"{name} · {said}" if said else name
    if not said:
        said = models.preview_of(message).text
    line = words.preview(
        models.Preview(message.kind, Safe(said), message.own, call=message.call, type_name=message.type_name)
    )
    return line, max(0, len(line) - len(said)) if line.endswith(said) else 0


def _scrolled(line: str, places: list[tuple[int, int]], width: int) -> tuple[str, list[tuple[int, int]]]:
    """Leave away the beginning of a line in which the first place would not be seen."""
    at, end = places[0]
    if cell_len(line[:end]) < width:
        return line, places
    start = at
    while start > 0 and cell_len(line[start - 1 : at]) < width // 3:
        start -= 1
    blank = line.find(" ", start, at)
    start = blank + 1 if blank >= 0 else start
    moved = [(max(0, at - start) + 1, end - start + 1) for at, end in places if end > start]
    return "…" + line[start:], moved


class SearchScreen(ModalScreen[Chosen | None]):
    """Finds a message; returns which one, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="Esc", id="search.close"),
        Binding("tab", "switch", "All chats or this one", key_display="Tab", id="search.switch"),
    ]

    hit_list = getters.query_one(HitList)
    foot = getters.query_one(SearchFoot)
    typed = getters.query_one(SearchField)

    def __init__(
        self, here: ChatKey | None = None, name: Safe = Safe(""), *, within: bool = False, text: str = ""
    ) -> None:
        """Begin with a text, if there is one; `here` is the open chat, to which it may be narrowed."""
        super().__init__(id="search")
        self._here, self._called, self._typed = here, name, text
        self._narrow = within and here is not None
        self._asked: Searched | None = None
        self._more = self._reading = self._choosing = False
        self._patience: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the field above what it finds."""
        with Vertical(id="search-box"):
            yield SearchField(
                self._typed, placeholder="search everything", compact=True, select_on_focus=False
            )
            if self._here is not None:
                yield SearchScope(self._called)
            yield HitList()
            yield SearchFoot()

    def on_mount(self) -> None:
        """Ask for what is typed already."""
        self._show_scope()
        if self._typed:
            self._ask()

    @property
    def text(self) -> str:
        """What is typed."""
        return self.typed.value if self.is_mounted else self._typed

    @property
    def within(self) -> ChatKey | None:
        """The chat in which to look; None for all."""
        return self._here if self._narrow else None

    # What the app tells it.

    def show(self, found: Found, marks: Marks, chats: Mapping[ChatKey, Safe]) -> None:
        """Show what was found, unless something else is looked for by now. `chats` are their names."""
        asked = self._asked
        if not self.is_mounted or asked is None:
            return
        if (found.text, found.within, found.after) != (asked.text, asked.within, asked.after):
            return
        self._settle()
        self._more = found.more
        self.hit_list.show(found, marks, chats)
        if not self.hit_list.hits:
            self.hit_list.say(self._nothing(found))
        self.foot.say(self._words(found))
        if self._choosing:
            self.action_choose()

    def fail(self, why: str) -> None:
        """Say why nothing can be found."""
        if self.is_mounted:
            self._settle()
            self._asked = None
            self.hit_list.say([("", why)])
            self.foot.say("")

    # What the person does.

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._ask()

    @on(Input.Submitted)
    def _accepted(self, event: Input.Submitted) -> None:
        """Choose what was found; what is still listed for fewer letters is not what the person means."""
        event.stop()
        self.action_choose()

    @on(Field.Moved)
    def _moved(self, event: Field.Moved) -> None:
        event.stop()
        self.hit_list.move(event.by * (self.hit_list.rows if event.unit == "page" else 1))

    @on(HitList.Clicked)
    def _clicked(self, event: HitList.Clicked) -> None:
        event.stop()
        self.action_choose()

    @on(HitList.Ended)
    def _ended(self, event: HitList.Ended) -> None:
        """Ask for more, once."""
        event.stop()
        if self._more and not self._waits and self.hit_list.hits:
            self._reading = True
            self._post(Searched(self.text, self.within, self.hit_list.hits[-1]))

    @on(SearchScope.Switched)
    def _switched(self, event: SearchScope.Switched) -> None:
        event.stop()
        self.action_switch()

    def action_switch(self) -> None:
        """Look through the open chat only, or through all again."""
        if self._here is not None:
            self._narrow = not self._narrow
            self._show_scope()
            self._ask()

    def action_choose(self) -> None:
        """Choose the hit under the cursor, once it is known."""
        if self._waits and not self._reading:
            self._choosing = True
        elif (hit := self.hit_list.pointed) is not None and self.is_current:
            self.dismiss(Chosen(hit.key, hit.message.id))

    def action_close(self) -> None:
        """Choose nothing."""
        if self.is_current:
            self.dismiss(None)

    # How it stands.

    @property
    def _waits(self) -> bool:
        """Whether something is being looked for."""
        return self._patience is not None

    def _ask(self) -> None:
        """Ask for what is typed; for nothing, say what can be typed."""
        self._choosing = self._reading = self._more = False
        if self.text.strip():
            self._post(Searched(self.text, self.within))
            return
        self._settle()
        self._asked = None
        self.post_message(Searched("", self.within))  # what is being looked for is not wanted any more
        self.hit_list.say(HELP)
        self.foot.say("")

    def _post(self, asked: Searched) -> None:
        self._asked = asked
        self.post_message(asked)
        if self._patience is not None:
            self._patience.stop()
        self._patience = self.set_timer(PATIENCE, lambda: self.foot.say("searching…"))

    def _settle(self) -> None:
        if self._patience is not None:
            self._patience.stop()
            self._patience = None
        self._reading = False

    def _show_scope(self) -> None:
        for scope in self.query(SearchScope):
            scope.narrows(narrow=self._narrow)

    def _nothing(self, found: Found) -> list[tuple[str, str]]:
        """Say that nothing was found, and what to do."""
        if not found.query.asks:
            return [*HELP]
        notes = [("", "nothing found")]
        if found.within is not None:
            notes.append(("", "Tab looks in all chats"))
        return notes

    def _words(self, found: Found) -> str:
        count = len(self.hit_list.hits)
        said = [f"nobody and no chat is called {name}" for name in found.unknown]
        said += [_unclear(typed) for typed in found.query.unclear]
        if count:
            said.insert(0, f"the first {count} · type more to narrow" if found.more else f"{count} found")
        return " · ".join(said)


def _unclear(typed: str) -> str:
    """Say what is wrong with what was typed behind an operator."""
    if typed.startswith("has:"):
        return f"{typed} is not known"
    return f"{typed} is no day, 2026-11-01 is"
