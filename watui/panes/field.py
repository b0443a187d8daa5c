"""One line of text above something that it searches: there when it is asked for, hidden when that ends."""

from dataclasses import dataclass
from typing import ClassVar, Self

from textual import events
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

LIST_MOVES = {"up": ("move", -1), "down": ("move", 1), "pageup": ("page", -1), "pagedown": ("page", 1)}
"""The keys that move through a list, for a field above one."""


class Field(Input):
    """A line of text that hands on the keys for which it has no use itself."""

    MOVES: ClassVar[dict[str, tuple[str, int]]] = {}
    """What each of those keys means: what to move by, and how far."""

    @dataclass
    class Moved(Message):
        """The person wants to move in what is searched."""

        unit: str
        by: int

    def on_mount(self) -> None:
        """Keep still: a blinking cursor costs a slow link 500 bytes a second."""
        self.cursor_blink = False

    def on_key(self, event: events.Key) -> None:
        """Hand on a key."""
        move = self.MOVES.get(event.key)
        if move is not None:
            event.stop()
            event.prevent_default()
            self.post_message(self.Moved(*move))

    @classmethod
    def shown(cls, parent: Widget) -> Self | None:
        """Give the field of a pane, unless there is none to be seen."""
        field = cls._of(parent)
        return field if field is not None and field.display else None

    @classmethod
    def _of(cls, parent: Widget) -> Self | None:
        return next((child for child in parent.children if isinstance(child, cls)), None)

    @classmethod
    async def open(cls, parent: Widget, placeholder: str, before: Widget) -> bool:
        """Show the field in a pane and write into it; whether it was not there already."""
        field = cls._of(parent)
        if field is None:
            field = cls(placeholder=placeholder, compact=True, select_on_focus=False)
            await parent.mount(field, before=before)
            opened = True
        else:
            opened = not field.display
            field.display = field.can_focus = True
        parent.screen.set_focus(field)  # at once, before the next letter
        return opened

    @classmethod
    def close(cls, parent: Widget) -> bool:
        """Empty the field of a pane and hide it; whether there was one.

        It is not taken away: one that is going would still get the next letters.
        """
        field = cls.shown(parent)
        if field is None:
            return False
        with field.prevent(Input.Changed):
            field.value = ""
        # Textual gives the focus to what is not seen too, when a dialog above goes.
        field.display = field.can_focus = False
        return True
