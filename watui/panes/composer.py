"""The composer: where a message is written. Enter sends, Ctrl+J breaks the line, a paste never sends."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from watui.messages import Paged, Sent
from watui.models import ChatKey
from watui.terminal.paste import PasteGuard

PAGES = {"pageup": -1, "pagedown": 1}
"""Keys that a text which is all in view has no use for: they turn the pages of the thread."""


class Composer(TextArea):
    """A text of a few lines, cleared at the very moment in which it is sent."""

    class Above(Message):
        """The person went up from an empty composer, to the messages."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send", key_display="Enter", id="composer.send"),
        Binding(
            "ctrl+j,shift+enter,alt+enter",
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
        self._chat: ChatKey | None = None

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Keep the styles: none of them asks for the focus, and to go through them takes its time."""

    def on_key(self, event: events.Key) -> None:
        """Act on Enter and its relatives in their turn among the letters.

        A binding with priority would overtake letters that were typed before it and wait in the queue: the
        end of a text would be missing from what is sent.
        """
        # The event's own time counts: a busy loop handles keys in a row that were pressed apart.
        typed = self._guard.is_typed(event.time)
        self._guard.key(event.time)
        if self._act_on(event.key, typed=typed):
            event.stop()
            event.prevent_default()

    def _act_on(self, key: str, *, typed: bool) -> bool:
        """Act on a key that is no letter here; whether it is one of those."""
        bound = {each.action for each in self._bindings.key_to_bindings.get(key, ())}
        if key in PAGES and self.document.line_count <= self.size.height:
            self.post_message(Paged(PAGES[key]))
        elif key == "up" and not self.text:
            self.post_message(self.Above())
        elif key == "tab" and not typed:
            self.insert("    ")
        elif "send" in bound and typed:
            self.action_send()
        elif bound & {"send", "newline"}:
            self.action_newline()
        else:
            return False
        return True

    def on_paste(self, event: events.Paste) -> None:
        """Count a paste among the keys, so that an Enter at its heels does not send it."""
        self._guard.key(event.time)

    def action_send(self) -> None:
        """Send what is written to the chat for which it was written."""
        text = self.text.strip()
        if not text:
            return
        self.text = ""
        self.post_message(Sent(self._chat, text))

    def action_newline(self) -> None:
        """Break the line."""
        self.insert("\n")

    def write_to(self, chat: ChatKey) -> None:
        """Send what is written to another chat, which the present one turned out to be."""
        self._chat = chat

    def show_draft(self, chat: ChatKey | None, text: str) -> None:
        """Write to a chat from here on, beginning with what was begun earlier, the cursor behind it."""
        self._chat = chat
        if text or self.text:
            self.text = text
            self.move_cursor(self.document.end)
        else:
            self.history.clear()  # what was sent to another chat must not come back here
