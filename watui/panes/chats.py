"""The chat pane: the chats of all devices in one list, with a choice and a filter above it."""

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from watui.messages import ChatAsked, Filtered, Narrowed, Opened
from watui.models import ChatKey
from watui.panes.chatlist import ChatList, Marks
from watui.panes.finder import FilterField, Finder
from watui.panes.tabs import ChatTabs
from watui.rows import EVERYTHING, Filter, Listing, Rows
from watui.text import Safe


class ChatsPane(Finder):
    """Shows the chats, lets one filter and choose."""

    BLANK = True  # its parts cover it

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", id="chats.filter"),
        Binding("n", "next_unread(1)", "Next unread", id="chats.next_unread"),
        Binding("N", "next_unread(-1)", "Unread before", show=False, id="chats.previous_unread"),
        *(
            Binding(str(number), f"narrow('{each}')", f"List {each}", show=False, id=f"chats.{each}")
            for number, each in enumerate(Filter, start=1)
        ),
        Binding("m", "chat_menu", "This chat", key_display="m", id="chats.menu"),
        Binding("d", "next_device", "List one device", show=False, id="chats.device"),
    ]

    tabs = getters.query_one(ChatTabs)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._listing = EVERYTHING
        self._marks = Marks({}, {}, {}, {})

    def compose(self) -> ComposeResult:
        """Lay out the list; the filter comes when it is asked for."""
        yield ChatTabs(id="chat-tabs")
        yield ChatList(id="chat-list")

    def show(self, rows: Rows, marks: Marks) -> None:
        """Show these chats."""
        self._marks = marks
        device = rows.listing.device
        if device is not None and device not in marks.devices:  # it is gone, or the only one left
            if self._listing.device == device:
                self._choose(self._listing._replace(device=None))
            device = None
        self.tabs.show(rows.listing, self._label(device))
        super().show(rows, marks)

    def point_at(self, key: ChatKey | None, *, opened: bool = False) -> None:
        """Put the cursor on a chat."""
        self.list.point_at(key, opened=opened)

    # The filter that is typed.

    @property
    def filtering(self) -> bool:
        """Whether a filter is set or being typed."""
        return FilterField.shown(self) is not None

    async def action_filter(self) -> None:
        """Begin to filter, or go on with it."""
        await FilterField.open(self, "filter", before=self.list)

    def clear_filter(self) -> None:
        """Show all chats again, the cursor where it is."""
        FilterField.close(self)
        self._choosing = False
        self.post_message(Filtered(""))

    # The choice of chats.

    def action_narrow(self, kind: str) -> None:
        """List one kind of chats."""
        self._choose(self._listing._replace(filter=Filter(kind)))

    def action_next_device(self) -> None:
        """List the chats of the next device alone, and after the last one those of all."""
        every = [None, *self._marks.devices]
        here = every.index(self._listing.device) if self._listing.device in every else 0
        self._choose(self._listing._replace(device=every[(here + 1) % len(every)]))

    @property
    def narrowed(self) -> bool:
        """Whether not all chats are listed."""
        return self._listing != EVERYTHING

    def action_widen(self) -> None:
        """List everything again."""
        self._choose(EVERYTHING)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave devices alone if there is only one."""
        if action == "next_device":
            return bool(self._marks.devices)
        return True

    @property
    def device(self) -> Safe | None:
        """The device whose chats alone are listed; `None` for those of all."""
        return self._listing.device

    def narrow_to(self, device: Safe | None) -> None:
        """List the chats of one device alone, or those of all."""
        self._choose(self._listing._replace(device=device))

    def _choose(self, listing: Listing) -> None:
        self._listing = listing
        self.post_message(Narrowed(listing))

    def _label(self, device: Safe | None) -> Safe:
        if device is None:
            return Safe("")
        return self._marks.labels.get(device) or self._marks.devices.get(device, Safe(""))

    @on(ChatTabs.Chosen)
    def _clicked(self, event: ChatTabs.Chosen) -> None:
        event.stop()
        self.list.focus()
        if event.filter is None:
            self.action_next_device()
        else:
            self.action_narrow(event.filter.value)

    def action_chat_menu(self) -> None:
        """Ask what can be done with the chat under the cursor."""
        if self.list.cursor is not None:
            self.post_message(ChatAsked(self.list.cursor))

    # From one unread chat to the next.

    def action_next_unread(self, step: int) -> None:
        """Open the next chat with unread messages, or with -1 the one before."""
        rows = self.list.rows
        key = rows.next_unread(self.list.cursor, step) if rows is not None else None
        if key is None:
            self.notify("nothing unread here", markup=False, timeout=2)
            return
        self.list.point_at(key)
        self.post_message(Opened(key, write=False))
