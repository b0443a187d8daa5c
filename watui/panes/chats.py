"""The chat pane: the chats of all devices in one list, with a filter above it."""

from collections.abc import Iterator
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input

from watui.messages import Filtered, Opened
from watui.models import ChatKey
from watui.panes.chatlist import ChatList, Marks
from watui.rows import Rows


class ChatsPane(Vertical):
    """Shows the chats, lets one filter and choose."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", id="chats.filter"),
    ]

    list = getters.query_one(ChatList)

    def compose(self) -> ComposeResult:
        """Lay out the list; the filter comes when it is asked for."""
        yield ChatList(id="chat-list")

    def show(self, rows: Rows, marks: Marks) -> None:
        """Show these chats."""
        self.list.show(rows, marks)

    def point_at(self, key: ChatKey | None, *, opened: bool = False) -> None:
        """Put the cursor on a chat."""
        self.list.point_at(key, opened=opened)

    @property
    def filtering(self) -> bool:
        """Whether a filter is set or being typed."""
        return bool(self.query(FilterField))

    async def action_filter(self) -> None:
        """Begin to filter, or go on with it."""
        if not self.filtering:
            field = FilterField(placeholder="filter", compact=True, select_on_focus=False)
            await self.mount(field, before=self.list)
        self.screen.set_focus(self.query_one(FilterField))  # at once, before the next letter

    def clear_filter(self) -> None:
        """Show all chats again, the cursor where it is."""
        self.query(FilterField).remove()
        self.post_message(Filtered(""))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.list.to_top()
        self.post_message(Filtered(event.value))

    @on(Input.Submitted)
    def _accepted(self, event: Input.Submitted) -> None:
        event.stop()
        self.list.action_choose()

    @on(ChatList.Chosen)
    def _chosen(self, event: ChatList.Chosen) -> None:
        event.stop()
        self.post_message(Opened(event.chat))


class FilterField(Input):
    """One line of filter text; the arrow keys move in the list below it."""

    def on_mount(self) -> None:
        """Keep still: a blinking cursor costs a slow link 500 bytes a second."""
        self.cursor_blink = False

    def on_key(self, event: Key) -> None:
        """Let the list have the keys that one line of text has no use for."""
        moves = {"up": -1, "down": 1}
        if event.key in moves:
            event.stop()
            event.prevent_default()
            for chats in _lists(self.parent):
                chats.action_move(moves[event.key])


def _lists(parent: object) -> Iterator[ChatList]:
    return iter(parent.query(ChatList)) if isinstance(parent, Widget) else iter(())
