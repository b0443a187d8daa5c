"""The search over everything ever seen: a field, and below it the hits, each with the line that was found.

The screen looks for nothing itself. It says upward what is typed, and is told what was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from watui.bidi import in_order
from watui.models import ChatKey
from watui.panes.chatrow import Marks
from watui.panes.field import LIST_MOVES, Field
from watui.panes.hits import HELP, Found, HitList
from watui.panes.line import Line
from watui.screens.dialog import Dialog
from watui.searching import Hit
from watui.text import Safe, cell_len, fit

PATIENCE = 0.15
"""Seconds for which a search is silent, so that nothing flickers while one types."""


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


class SearchField(Field):
    """The line in which one types; the keys that move through a list move in the one below it."""

    MOVES = LIST_MOVES


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


class SearchScreen(Dialog[Chosen | None]):
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
