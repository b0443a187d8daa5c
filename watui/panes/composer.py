"""The composer: where a message is written. Enter sends, Ctrl+J breaks the line, a paste never sends."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from watui.messages import Sent
from watui.terminal.paste import PasteGuard


class Composer(TextArea):
    """A text of a few lines, cleared at the very moment in which it is sent."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send", key_display="Enter", priority=True, id="composer.send"),
        Binding(
            "ctrl+j,shift+enter,shift+\\r,alt+enter",
            "newline",
            "New line",
            key_display="Ctrl+J",
            id="composer.newline",
        ),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            id=id,
            placeholder="write a message",
            compact=True,
            highlight_cursor_line=False,
            show_line_numbers=False,
            tab_behavior="focus",
        )
        self.cursor_blink = False
        self._guard = PasteGuard()
        self._typed = True

    def heard(self, key: events.Key) -> None:
        """Note when a key came, before it does anything, to tell a person's Enter from a paste's.

        The event's own time counts: a busy loop handles keys in a row that were pressed apart.
        """
        self._typed = self._guard.is_typed(key.time)
        self._guard.key(key.time)

    def action_send(self) -> None:
        """Send what is written, unless the Enter was typed by a paste, or there is nothing to send."""
        if not self._typed:
            self.action_newline()
            return
        text = self.text.strip()
        if not text:
            return
        self.text = ""
        self.post_message(Sent(text))

    def action_newline(self) -> None:
        """Break the line."""
        self.insert("\n")

    def show_draft(self, text: str) -> None:
        """Put a text that was begun earlier back, the cursor behind it."""
        self.text = text
        self.move_cursor(self.document.end)
