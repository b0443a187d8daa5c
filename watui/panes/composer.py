"""The composer: where a message is written. Enter sends, Ctrl+J breaks the line, a paste never sends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from watui.completing import Candidate, Token
from watui.mentioning import Given, members_of, resolve
from watui.messages import Paged, Sent
from watui.models import ChatKey
from watui.panes.offering import OfferingArea
from watui.slash import COMMANDS
from watui.terminal.paste import PasteGuard
from watui.text import Safe
from watui.written import Written

PAGES = {"pageup": -1, "pagedown": 1}
"""Keys that a text which is all in view has no use for: they turn the pages of the thread."""

LIMIT = 65_536
"""Characters that WhatsApp takes in one text."""

NEAR = 60_000
"""Characters from which they are counted."""

MARKERS = frozenset("*_~`")
"""What WhatsApp's formatting is made of: typed over a selection, it goes around it."""


@dataclass
class Kept:
    """What the composer keeps of a chat while the program runs."""

    taken: dict[str, Safe] = field(default_factory=dict)
    """Who stands behind the labels of mentions."""
    written: Written = field(default_factory=Written)


class Composer(OfferingArea):
    """A text of a few lines, cleared at the very moment in which it is sent."""

    class Above(Message):
        """The person went up from an empty composer, to the messages."""

    @dataclass
    class Counted(Message):
        """The text comes near to what one message holds, or beyond; no words if it is far from that."""

        words: str
        over: bool

    @dataclass
    class Dropped(Message):
        """Files were dropped, or their paths pasted."""

        text: str
        paths: Sequence[Path]

    @dataclass
    class Refused(Message):
        """The text cannot be sent as it is."""

        words: str

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send", key_display="Enter", id="composer.send"),
        Binding(
            "ctrl+j,shift+enter,alt+enter",
            "newline",
            "New line",
            key_display="Ctrl+J",
            id="composer.newline",
        ),
        Binding("ctrl+e", "app.edit_text", "Editor", show=False, key_display="Ctrl+E", id="composer.editor"),
        Binding("ctrl+z", "undo", "Undo", show=False, key_display="Ctrl+Z", id="composer.undo"),
        Binding(
            "ctrl+up,alt+up",
            "recall(-1)",
            "What you wrote before",
            show=False,
            key_display="Ctrl+↑ Alt+↑",
            id="composer.before",
        ),
        Binding(
            "ctrl+down,alt+down",
            "recall(1)",
            "What you wrote after",
            show=False,
            key_display="Ctrl+↓ Alt+↓",
            id="composer.after",
        ),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, placeholder="write a message")
        self.commands = COMMANDS
        self._guard = PasteGuard()
        self._chat: ChatKey | None = None
        self._kept: dict[ChatKey | None, Kept] = {}
        self._counted = ""

    # Keys.

    async def on_key(self, event: events.Key) -> None:
        """Act on Enter, Backspace and all that is bound here in their turn among the letters.

        A binding with priority would overtake letters that were typed before it and wait in the queue: the
        end of a text would be missing from what is sent. One without would be overtaken by them.
        """
        # The event's own time counts: a busy loop handles keys in a row that were pressed apart.
        typed = self._guard.is_typed(event.time)
        self._guard.key(event.time)
        key = event.key
        if self.choose_by(key, typed=typed) or self._act_on(event, typed=typed) or await self._run_bound(key):
            event.stop()
            event.prevent_default()

    def _act_on(self, event: events.Key, *, typed: bool) -> bool:
        """Act on a key that is no letter here; whether it is one of those."""
        key = event.key
        bound = {each.action for each in self._bindings.key_to_bindings.get(key, ())}
        if key in PAGES and self.document.line_count <= self.size.height:
            self.post_message(Paged(PAGES[key]))
        elif key == "up" and not self.text:
            self.post_message(self.Above())
        elif key == "tab" and not typed:
            self.insert("    ")
        elif event.character in MARKERS and self.selected_text.strip():
            self._wrap(str(event.character))
        elif "send" in bound and typed:
            self.action_send()
        elif bound & {"send", "newline"}:
            self.action_newline()
        else:
            return False
        return True

    async def _run_bound(self, key: str) -> bool:
        """Do what a key is bound to here; whether it was anything."""
        for binding in self._bindings.key_to_bindings.get(key, ()):
            if await self.app.run_action(binding.action, self):
                return True
        return False

    def on_paste(self, event: events.Paste) -> None:
        """Count a paste among the keys, so that an Enter at its heels does not send it.

        A file that is dropped on a terminal comes as a paste of its path.
        """
        from watui.files.dropped import paths_in  # noqa: PLC0415 - when something is pasted

        self._guard.key(event.time)
        paths = paths_in(event.text)
        if paths:
            event.stop()
            event.prevent_default()
            self.post_message(self.Dropped(event.text, paths))

    # What is done to the text.

    def action_send(self) -> None:
        """Send what is written to the chat for which it was written; not more than WhatsApp takes."""
        text = self.text.strip()
        if not text:
            return
        resolved, mentions = resolve(text, self._here.taken)
        if len(resolved) > LIMIT:
            self.post_message(
                self.Refused(
                    f"not sent: the text has {len(resolved):,} characters and WhatsApp takes {LIMIT:,}; "
                    "shorten it, or send it in parts"
                )
            )
            return
        if self._chat is not None:
            self._here.written.add(text)
        self.text = ""
        self.post_message(Sent(self._chat, resolved, mentions))

    def action_newline(self) -> None:
        """Break the line."""
        self.insert("\n")

    def action_recall(self, step: int) -> None:
        """Go to an earlier text of this chat, or back towards the one that was begun."""
        text = self._here.written.step(step, self.text)
        if text is not None:
            self._exchange(text, (0, 0), self.document.end)

    def _wrap(self, marker: str) -> None:
        """Put a marker around what is selected, on each line of it: none reaches beyond its line."""
        start, end = sorted(self.selection)
        wrapped = re.sub(r"(?m)\S(?:.*\S)?", lambda found: f"{marker}{found[0]}{marker}", self.selected_text)
        self.selection = Selection(start, self._exchange(wrapped, start, end).end_location)

    def take(self, index: int) -> Candidate | None:
        """Put a candidate in the place of what is typed, and remember whom it mentions."""
        wanted = self._offers.wanted
        candidate = super().take(index)
        if candidate is not None and wanted is not None and wanted.kind is Token.MEMBER:
            self._here.taken[candidate.shown] = Safe(candidate.value)
        return candidate

    @on(TextArea.Changed)
    def _count(self) -> None:
        count = len(self.text)
        words = f"{count:,} of {LIMIT:,}" if count > NEAR else ""
        if words != self._counted:
            self._counted = words
            self.post_message(self.Counted(words, over=count > LIMIT))

    # What the pane above tells it.

    @property
    def _here(self) -> Kept:
        return self._kept.setdefault(self._chat, Kept())

    def show_members(self, members: Sequence[Given]) -> None:
        """Offer to mention these people, in the group that is written to: each one's jid, name and number."""
        self._offers.members = members_of(members)
        self._look_for(Token.MEMBER)

    def mention(self, people: Sequence[Given]) -> None:
        """Write the names of people, as if each had been chosen."""
        members = members_of(people)
        self._here.taken.update((member.label, member.jid) for member in members)
        self.insert("".join(f"@{member.label} " for member in members))

    def write_to(self, chat: ChatKey) -> None:
        """Send what is written to another chat, which the present one turned out to be."""
        if self._chat in self._kept:
            self._kept[chat] = self._kept.pop(self._chat)
        self._go_to(chat)

    def show_draft(self, chat: ChatKey | None, text: str) -> None:
        """Write to a chat from here on, beginning with what was begun earlier, the cursor behind it."""
        if chat != self._chat:
            self._offers.members = ()
        self._go_to(chat)
        if text or self.text:
            self.text = text
            self.move_cursor(self.document.end)
        else:
            self.history.clear()  # what was sent to another chat must not come back here

    def _go_to(self, chat: ChatKey | None) -> None:
        self._chat = chat
        self._offers.group = chat is not None and chat.jid.endswith("@g.us")
