"""The screen with the panes: Textual's own, but that a move of the focus does not repaint all of it."""

from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget


class FirstScreen(Screen[None]):
    """The lowest screen; widgets that gain or lose the focus draw themselves, and nothing else has to."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
