"""What lies over the panes: a screen of its own, whose look is read when the panes have been painted."""

from pathlib import Path

from textual.screen import ModalScreen, ScreenResultType

LOOKS = Path(__file__).with_name("dialogs.tcss")
"""The stylesheet of all dialogs; what was not read before the first of them opens is read then."""


class Dialog(ModalScreen[ScreenResultType]):
    """The base of every dialog."""

    CSS_PATH = LOOKS
