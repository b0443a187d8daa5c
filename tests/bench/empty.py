"""The control of every figure: a Textual app with one line of text and one field."""

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class Empty(App[None]):
    """As little as a Textual app can be and still take keys."""

    def compose(self) -> ComposeResult:
        yield Static("empty app")
        field = Input()
        field.cursor_blink = False
        yield field


if __name__ == "__main__":
    Empty().run()
