"""A text of several lines that offers to complete names as they are typed: of emoji, people and commands."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from watui.completing import Candidate, Command, Offers, Token, Wanted


class OfferingArea(TextArea):
    """Knows what it offers, and says so to whoever shows it; keys act in their turn among the letters."""

    @dataclass
    class Completing(Message):
        """What can stand in the place of what is typed is another, or another of it is meant."""

        wanted: Wanted | None
        candidates: Sequence[Candidate]
        cursor: int

    def __init__(self, *, id: str | None = None, placeholder: str = "") -> None:  # noqa: A002
        super().__init__(
            id=id,
            placeholder=placeholder,
            compact=True,
            highlight_cursor_line=False,
            show_line_numbers=False,
            tab_behavior="focus",
        )
        self.cursor_blink = False
        self._offers = Offers()
        self._told: tuple[tuple[Candidate, ...], int] = ((), 0)
        self._editing = False

    @property
    def commands(self) -> Sequence[Command]:
        """What can be done with a slash at the very beginning of a text."""
        return self._offers.commands

    @commands.setter
    def commands(self, commands: Sequence[Command]) -> None:
        self._offers.commands = commands

    # What changes the offer.

    def edit(self, edit: Edit) -> EditResult:
        """Change the text, and offer to complete what is typed; nothing that is pasted."""
        self._editing = True
        result = super().edit(edit)
        self._editing = False
        if len(edit.text) <= 1:
            self._look()
        else:
            self._offers.end()
        self._tell()
        if edit.text == ":":  # at leisure, before the letters of a name
            self.call_after_refresh(_warm)
        return result

    def load_text(self, text: str) -> None:
        """Write something else altogether."""
        super().load_text(text)
        self._end()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Keep the styles: none of them asks for the focus, and to go through them takes its time."""
        if not has_focus:
            self._end()

    def watch_selection(self) -> None:
        """Offer nothing where the cursor only passes by."""
        if self.is_mounted and not self._editing:
            self._end()

    def mean(self, by: int) -> None:
        """Mean another candidate."""
        self._offers.move(by)
        self._tell()

    def decline(self) -> bool:
        """Offer no more for what is being typed; whether there was an offer."""
        if not self._offers.candidates:
            return False
        self._offers.decline()
        self._tell()
        return True

    def take(self, index: int) -> Candidate | None:
        """Put a candidate in the place of what is typed, and tell which; None if it is offered no more."""
        wanted = self._offers.wanted
        if wanted is None or index >= len(self._offers.candidates):
            return None
        candidate = self._offers.candidates[index]
        self._put(candidate.insert, wanted)
        return candidate

    def choose_by(self, key: str, *, typed: bool) -> bool:
        """Act on a key that means the candidates while there are any; whether it was one of those.

        One that was not `typed` but came in a paste takes nothing.
        """
        if not self._offers.candidates:
            return False
        if key in {"up", "down"}:
            self.mean(-1 if key == "up" else 1)
        elif typed and (key == "tab" or (key == "enter" and not self._offers.whole)):
            self.take(self._offers.cursor)
        else:
            return False
        return True

    def _look(self) -> None:
        row, column = self.cursor_location
        if not self.selection.is_empty or self.document.get_line(row)[column : column + 1].isalnum():
            self._offers.end()  # within a word
            return
        self._offers.look(self._before())
        wanted = self._offers.wanted
        if wanted is not None and wanted.closed:
            from watui.emojis import named  # noqa: PLC0415 - when one is typed

            if found := named(wanted.typed):
                self._put(found, wanted)

    def _look_for(self, kind: Token) -> None:
        """Look again because there is more to be offered of a kind, if that is what is being typed."""
        wanted = self._offers.wanted
        if wanted is not None and wanted.kind is kind:
            self._look()
            self._tell()

    def _before(self) -> str:
        """Give the line up to the cursor, behind a line end unless it is the first one."""
        row, column = self.cursor_location
        return ("\n" if row else "") + self.document.get_line(row)[:column]

    def _put(self, text: str, wanted: Wanted) -> None:
        row, column = self.cursor_location
        start = column - (len(self._before()) - wanted.start)
        self._exchange(text, (row, start), (row, column))
        self._end()

    def _exchange(self, text: str, start: tuple[int, int], end: tuple[int, int]) -> EditResult:
        """Put a text in the place of another one, the cursor behind it, to be undone by itself."""
        self.history.checkpoint()
        result = self.replace(text, start, end, maintain_selection_offset=False)
        self.history.checkpoint()
        return result

    def _end(self) -> None:
        self._offers.end()
        self._tell()

    def _tell(self) -> None:
        """Say what is offered, if that is another."""
        offers = self._offers
        told = (tuple(offers.candidates), offers.cursor)
        if told != self._told:
            self._told = told
            self.post_message(self.Completing(offers.wanted, *told))


def _warm() -> None:
    """Read the table of emoji."""
    from watui.emojis import warm  # noqa: PLC0415

    warm()
