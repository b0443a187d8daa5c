"""The screen with the panes: Textual's own, but that a move of the focus does not repaint all of it."""

from dataclasses import dataclass

from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget


class FirstScreen(Screen[None]):
    """The lowest screen; widgets that gain or lose the focus draw themselves, and nothing else has to."""

    BLANK = True  # the panes cover it

    @dataclass
    class Resumed(Message):
        """The dialogs above are gone: one sees the panes again."""

    def on_screen_resume(self) -> None:
        """Tell that one sees the panes again."""
        self.post_message(self.Resumed())

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
