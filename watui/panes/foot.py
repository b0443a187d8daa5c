"""The line between the thread and the composer: who is typing, what is new below, what was found.

And at its right end how much is written, where that comes near to what one message holds.
"""

from dataclasses import dataclass
from typing import ClassVar

from textual.message import Message

from watui.bidi import in_order
from watui.panes.line import Line
from watui.text import Safe, cell_len, fit


class Foot(Line):
    """A rule with words on it: a row of its own, so that nothing it says moves the text."""

    LOOKS = "foot"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "foot--rule",
        "foot--writing",
        "foot--typing",
        "foot--pill",
        "foot--found",
        "foot--work",
        "foot--count",
        "foot--over",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._typing: tuple[Safe, ...] = ()
        self._pill = ""
        self._found = ""
        self._work = ""
        self._writing = False
        self._count = ""
        self._over = False

    @dataclass
    class Clicked(Message):
        """The person clicked on what is said of new messages below."""

    def on_click(self) -> None:
        """Go down to what is new."""
        if self._pill:
            self.post_message(self.Clicked())

    def show_writing(self, *, writing: bool) -> None:
        """Show whether letters go to the composer below; a class would have all styles made anew for that."""
        if writing != self._writing:
            self._writing = writing
            self.refresh()

    def show_typing(self, typing: tuple[Safe, ...]) -> None:
        """Show who is typing; a nameless one is the only other person in the chat."""
        if typing != self._typing:
            self._typing = typing
            self.refresh()

    def show_state(self, pill: str, found: str) -> None:
        """Show what came in below the lower edge of the thread, and how the search stands."""
        if (pill, found) != (self._pill, self._found):
            self._pill, self._found = pill, found
            self.refresh()

    def show_work(self, words: str) -> None:
        """Show what is being fetched or played; no words for nothing."""
        if words != self._work:
            self._work = words
            self.refresh()

    def show_count(self, words: str, *, over: bool) -> None:
        """Show how much is written, and whether that is more than can be sent; no words for nothing."""
        if (words, over) != (self._count, self._over):
            self._count, self._over = words, over
            self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Say it all; no room is left for the rest where the count takes all of it."""
        if not self._count:
            return self._left(width)
        count = fit(f" {self._count}{': too long' if self._over else ''} ", width)
        room = width - cell_len(count)
        left = self._left(room) if room else []
        gap = " " * (room - sum(cell_len(words) for words, _ in left))
        return [*left, (gap, ""), (count, "over" if self._over else "count")]

    def _left(self, width: int) -> list[tuple[str, str]]:
        """Say the rest; what somebody else is called comes last, where it can displace nothing."""
        rule = "writing" if self._writing else "rule"
        line = "━" if self._writing else "─"
        parts = [(f"{line * 2} ", rule)]
        if self._pill:
            parts += [(f" {self._pill} ", "pill"), (" ", rule)]
        if self._found:
            parts += [(f" {self._found} ", "found"), (" ", rule)]
        if self._work:
            parts += [(f" {fit(self._work, max(0, width - 8))} ", "work"), (" ", rule)]
        used = sum(cell_len(words) for words, _ in parts)
        typing = fit(self._typing_words(), max(0, width - used - 2))
        if typing:
            return [*parts, (typing, "typing")]
        if len(parts) == 1:
            return [(line * width, rule)]
        return [*parts, (line * max(0, width - used), rule)]

    def _typing_words(self) -> str:
        if not self._typing:
            return ""
        first = self._typing[0]
        if len(self._typing) > 1:
            return f"{len(self._typing)} people are typing…"
        return f"{in_order(fit(first, 20))} is typing…" if first else "typing…"
