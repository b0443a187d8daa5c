"""Handing a text to the terminal's clipboard, and saying what came of it."""

from textual.app import App

from watui.panes.words import size
from watui.terminal import output
from watui.terminal.sequences import CLIPBOARD_LIMIT


def offer(app: App[None], text: str, what: str) -> str:
    """Offer a text to the terminal's clipboard; gives the words for the person, in which `what` names it."""
    app._clipboard = text  # what Ctrl+V pastes into a field of Textual's
    if output.copy(app, text):
        return f"copied {what} (if the terminal allows it)"
    length = len(text.encode("utf-8", "replace"))
    if length > CLIPBOARD_LIMIT:
        return f"not copied: {what} is {size(length)}, a terminal takes {size(CLIPBOARD_LIMIT)}"
    return "not copied: there is no terminal now"
