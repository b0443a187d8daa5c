"""The Textual app: takes what arrives to the store, shows what changed, and hands on what the person did.

Data goes one way. `Arrived` comes from the network thread, `Store.apply` says what changed, panes are told
by method call; panes answer with messages, which become requests to the network.
"""

import asyncio
import contextlib
import gc
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, getters, on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.dom import DOMNode
from textual.screen import Screen
from textual.theme import Theme
from textual.timer import Timer
from textual.widgets import TextArea

from watui import bidi, views
from watui import events as ev
from watui.changes import Changes
from watui.clipboard import offer
from watui.dialogs import Dialogs
from watui.drafts import Drafts
from watui.memory import Memory
from watui.messages import (
    Arrived,
    ChatAsked,
    Commanded,
    Configured,
    Copied,
    Decided,
    Filtered,
    MoreWanted,
    Narrowed,
    NoticeChosen,
    Opened,
    Seen,
    Sent,
    Wanted,
)
from watui.models import ChatKey
from watui.network import Network
from watui.panes import small
from watui.panes.chats import ChatsPane
from watui.panes.composer import Composer
from watui.panes.conversation import SHORT, Conversation
from watui.panes.hints import Hints
from watui.panes.status import StatusPane
from watui.panes.thread import ThreadPane
from watui.panes.words import clock
from watui.reading import Reading
from watui.ringing import Ringing
from watui.rows import EVERYTHING, Rows
from watui.screens.first import FirstScreen
from watui.seeking import Seeking
from watui.store import SILENCE, Store
from watui.terminal import Reporter, output
from watui.terminal.host import Guarded
from watui.text import Safe
from watui.workshop import Workshop

if TYPE_CHECKING:
    from watui.panes.notices import NoticeStack
    from watui.screens.devices import DeviceWanted
    from watui.screens.people import PersonAsked
    from watui.screens.search import Searched
    from watui.screens.settings import SettingChosen
    from watui.settings_file import SettingsFile

STOP_WITHIN = 0.7
"""Seconds that the network gets to end when the person quits."""

KEEP_AFTER = 1.0
"""Seconds without another letter after which what is being written is kept."""

SETTLE_AFTER = 1.5
"""Seconds after the first paint when start-up garbage is collected once and the rest is frozen."""


OF_THE_PANES = frozenset(
    (
        "attach",
        "details",
        "devices",
        "edit_text",
        "notices",
        "out",
        "people",
        "retry",
        "search",
        "settings",
        "switch",
        "unread",
    )
)
"""The actions that make no sense while a dialog lies over the panes."""


def stylesheet() -> Path:
    """Find the stylesheet: inside the installed package, or beside it in a checkout."""
    here = Path(__file__).parent
    inside = here / "watui.tcss"
    return inside if inside.exists() else here.parent / "watui.tcss"


class Panes(Horizontal):
    """The panes side by side, which leave nothing of it to be seen."""

    BLANK = True


class Watui(Guarded[None]):
    """Four panes over a store, and a network thread beside them."""

    CSS_PATH = stylesheet()
    TITLE = "watui"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - an instance variable to Textual's types
        (0, "-tiny"),
        (small.COLUMNS, "-narrow"),
        (72, "-middle"),
        (100, "-wide"),
        (140, "-huge"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (small.ROWS, "-short"), (SHORT, "-tall")]  # noqa: RUF012
    ESCAPE_TO_MINIMIZE = False
    # Textual's selection reaches for widgets that are just going (a second click on a toast ends the app),
    # and the drawn panes have nothing that it could select. Shift and the mouse select in any terminal.
    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that the keys right behind it go to where it leads.
        Binding("escape", "out", "Back", key_display="Esc", priority=True, id="app.back"),
        Binding("ctrl+n", "unread(1)", "Next unread", show=False, key_display="Ctrl+N", id="app.unread"),
        Binding("ctrl+f", "search", "Search", key_display="Ctrl+F", priority=True, id="app.search"),
        Binding("ctrl+k", "switch", "Chats", key_display="Ctrl+K", priority=True, id="app.switch"),
        Binding("ctrl+t", "attach", "File", show=False, key_display="Ctrl+T", id="app.attach"),
        # In dialogs too, where letters may be text.
        Binding("f1", "help", "Keys", key_display="F1", priority=True, id="app.help"),
        Binding("question_mark", "help", "Keys", show=False, key_display="?", id="app.keys"),
        Binding("ctrl+q", "quit", "Quit", key_display="Ctrl+Q", priority=True, id="app.quit"),
        Binding("f3", "people", "Contacts", show=False, key_display="F3", id="app.people"),
        Binding("f5", "settings", "Settings", show=False, key_display="F5", id="app.settings"),
        Binding("f4", "details", "About this chat", show=False, key_display="F4", id="app.details"),
        Binding("ctrl+g", "notices", "Notices", show=False, key_display="Ctrl+G", id="app.notices"),
        Binding("f2", "devices", "Devices", show=False, key_display="F2", id="app.devices"),
        Binding("r,ctrl+r", "retry", "Try again now", show=False, key_display="r Ctrl+R", id="app.retry"),
        Binding("tab", "app.focus_next", "Next pane", show=False, key_display="Tab", id="app.next"),
        Binding(
            "shift+tab",
            "app.focus_previous",
            "Pane before",
            show=False,
            key_display="Shift+Tab",
            id="app.previous",
        ),
    ]

    chats = getters.query_one(ChatsPane)
    conversation = getters.query_one(Conversation)
    thread = getters.query_one(ThreadPane)
    composer = getters.query_one(Composer)
    status = getters.query_one(StatusPane)

    def __init__(
        self,
        make_network: Callable[[Callable[[Safe, list[ev.Event]], None]], Network],
        *,
        store: Store | None = None,
        reporter: Reporter | None = None,
        memory: Memory | None = None,
        opened_last: ChatKey | None = None,
    ) -> None:
        super().__init__(reporter)
        self.store = store or Store()
        self.network = make_network(self._post)
        self.open_chat: ChatKey | None = None
        self._opened_last = opened_last
        self.memory = memory or Memory()
        self.drafts = Drafts(self.memory)
        self.settings = Configured()
        self.settings_file: SettingsFile | None = None
        if self.memory.theme in self.available_themes:
            self.theme = self.memory.theme
        self._leaving = False
        self._given_theme: str | None = None
        self.dialogs = Dialogs(self, self.store, self.drafts)
        self._seeking = Seeking(self, self.store, self.drafts, self.network, self._go_to)
        self.workshop = Workshop(self)
        self._sought: tuple[ChatKey, Safe] | None = None
        self._ringing = Ringing(self)
        self._reading = Reading(self, self.store, self._looked_at, self._read)
        self._rows: Rows | None = None
        self._query = ""
        self._listing = EVERYTHING
        self._list_chosen = False
        """Whether somebody chose what is listed, now or in the run before."""
        self._tick: Timer | None = None
        self._pause: Timer | None = None
        self._typing_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        yield StatusPane(id="status")
        with Panes(id="panes"):
            yield ChatsPane(id="chats")
            yield Conversation(id="conversation")
        yield Hints(id="hints")
        yield small.TooSmall(id="small")

    def get_default_screen(self) -> Screen[None]:
        """Make the screen that the panes are on, of the size that it has: to learn it later costs a paint."""
        sizes = zip(self.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True)
        return FirstScreen(
            id="_default",
            classes=" ".join(max(step for step in steps if cells >= step[0])[1] for cells, steps in sizes),
        )

    def on_mount(self) -> None:
        """Paint what is known before anything else happens."""
        self.app_resume_signal.subscribe(self, self._back)
        self.chats.list.focus()
        self.watch(self.screen, "focused", self._show_hints, init=False)
        if self._reporter is not None:
            asyncio.get_running_loop().set_exception_handler(self._reporter.loop_handler)
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        if self.terminal.reorders and not (self.terminal.stops_reordering and output.own_bidi(self)):
            bidi.leave_to_terminal()
        self._show_all()
        self._narrow_again()
        if self._opened_last is not None:
            self._open_again(self._opened_last)
        self.call_after_refresh(self._begin)

    def _open_again(self, key: ChatKey) -> None:
        """Go on where the last run ended: with its chat before one, but in one pane with the list."""
        if key in self.store.chats and not self.screen.has_class("-narrow"):
            self.open_thread(key, write=False)
        elif key in self.store.chats:
            self.chats.point_at(key)

    def _narrow_again(self) -> None:
        """List the chats of one device alone as before, as soon as that one is known."""
        if self.memory.device in self.store.devices:
            self._list_chosen = True
            self.chats.narrow_to(Safe(self.memory.device))

    def _begin(self) -> None:
        """Start the network after the first paint, and settle memory when that is done."""
        self.network.start()
        self._show_hints()
        self.set_timer(SETTLE_AFTER, self._settle)
        self.set_interval(SILENCE, self.show_status)

    def _settle(self) -> None:
        """Do what the first paint need not wait for, and the first dialog should not."""
        from watui.screens.dialog import LOOKS  # noqa: PLC0415

        if not self.stylesheet.has_source(str(LOOKS)):
            self.stylesheet.read(LOOKS)
        settle_memory()

    async def on_unmount(self) -> None:
        """End the network thread, however the app came to its end."""
        await self.workshop.close()
        await self._ringing.close()
        await asyncio.to_thread(self.network.stop, STOP_WITHIN)

    # From the network thread.

    def _post(self, device: Safe, happened: list[ev.Event]) -> None:
        self.post_message(Arrived(device, happened))

    @on(Arrived)
    def _arrived(self, message: Arrived) -> None:
        self.apply(message.device, message.events)

    @on(Configured)
    def _configured(self, message: Configured) -> None:
        self._ringing.configure(message)
        before, self.settings = self.settings, message
        if message.theme != before.theme and message.theme in self.available_themes:
            if before.rules is not None:
                self.theme = message.theme  # it was changed meanwhile, which is as good as choosing it
            elif self.memory.theme is None:
                self._given_theme = self.theme = message.theme
        self.show_status()

    def _keep_theme(self, theme: Theme) -> None:
        """Remember a theme that the person chose; one that the settings gave is theirs to change."""
        if theme.name == self._given_theme:
            self._given_theme = None
        else:
            self.memory.keep_theme(theme.name)

    def apply(self, device: Safe, happened: Iterable[ev.Event]) -> None:
        """Let something happen, and show it."""
        self.store.reading = self._looked_at()
        self._show(self.store.apply(device, happened, time.monotonic()))

    def _show(self, changes: Changes) -> None:
        """Tell each pane what concerns it."""
        if not self.is_running:
            return  # the panes are being taken down; a last timer fired, or a last event came
        for old, new in changes.moved.items():
            self._follow(old, new)
            if old.device == self.chats.device != new.device:
                self.chats.narrow_to(new.device)
        if changes.devices and self.memory.device and self.chats.device is None and not self._list_chosen:
            self._narrow_again()
        if changes.order or changes.chats or changes.typing:
            self._show_chats(order=changes.order)
        self._show_open(changes)
        if changes.devices:
            self._show_devices()
        elif changes.chats:
            self.show_status()
        if changes.typing:
            self._expire_later()
        self.workshop.show(changes)
        if changes.uncovered:
            self._seeking.look_again()
        if changes.looked_at and self.store.reading is not None:
            self._reading.owe(self.store.reading)
        self._ringing.show(changes)

    def _show_open(self, changes: Changes) -> None:
        """Tell the conversation what concerns it."""
        key = self.open_chat
        if changes.renamed:
            self.thread.rename(changes.renamed)
        if key in changes.threads:
            self._show_thread()
        if key in changes.missed:
            self.thread.older_missed()
        if changes.names:
            self.thread.show_names()
        if key in changes.typing or key in changes.chats or changes.names:
            self._show_title()
        for message in self._reading.arrived(changes.arrived, key):
            self.thread.came_in_unseen(message.id)

    @property
    def panes_seen(self) -> bool:
        """Whether the panes are on the terminal: under no dialog, and with no editor in their place."""
        if len(self.screen_stack) != 1 or output.is_lent(self):
            return False
        cover = self.screen_stack[0].query_one_optional(small.TooSmall)
        return cover is not None and not cover.display  # there is none while they are being taken down

    @property
    def in_view(self) -> ChatKey | None:
        """The chat whose thread is on the terminal, whether or not somebody looks at it."""
        if not self.panes_seen:
            return None
        thread = self.query_one_optional(ThreadPane)
        return self.open_chat if thread is not None and thread.region.area else None

    def _looked_at(self) -> ChatKey | None:
        """Tell which chat's newest message is before the person's eyes."""
        thread = self.query_one_optional(ThreadPane)
        if thread is None or not thread.at_end:
            return None
        return self.in_view if self._ringing.here else None

    # To the panes.

    def _show_all(self) -> None:
        self._show_chats(order=True)
        self._show_thread()
        self._show_title()
        self.show_status()

    def _show_chats(self, *, order: bool) -> None:
        if order or self._rows is None:
            self._rows = self.store.rows(self._query, self._rows, self._listing)
        marks = views.marks(self.store, self.drafts)
        self.chats.show(self._rows, marks)
        if order:
            self.dialogs.show_chats()

    def _show_thread(self) -> None:
        key = self.open_chat
        if key is None:
            return
        thread = self.store.thread(key)
        chat = self.store.chats.get(key)
        unread = chat.unread if chat is not None else 0
        self.thread.show(key, thread.timeline, thread.older, self.store.names_of(key.device), unread)
        if self._sought is not None and self._sought[0] == key and thread.timeline:
            self._seek(self._sought[1])

    def _go_to(self, key: ChatKey, message_id: Safe) -> None:
        """Open a chat at one of its messages."""
        self._sought = (key, message_id)
        self.open_thread(key, write=False)
        self.screen_stack[0].set_focus(self.thread)

    def _seek(self, message_id: Safe) -> None:
        """Go to a message of the open chat, however far back it is filed."""
        key, self._sought = self.open_chat, None
        timeline = self.store.thread(key).timeline if key is not None else None
        if key is not None and timeline and timeline.oldest and timeline.get(message_id) is None:
            self.network.more(key, timeline.oldest, message_id)
        self.thread.go_to(message_id)

    def _show_title(self) -> None:
        self.conversation.show_title(*views.title(self.store, self.open_chat))

    def _show_devices(self) -> None:
        self.show_status()
        self._show_title()
        if (
            self.open_chat is not None
            and self.store.devices
            and self.open_chat.device not in self.store.devices
        ):
            self.close_thread()
        self.dialogs.show_devices()
        waiting = any(link.retry_at is not None for link in self.store.links.values())
        if waiting and self._tick is None:
            self._tick = self.set_interval(1.0, self.show_status)
        elif not waiting and self._tick is not None:
            self._tick.stop()
            self._tick = None

    def show_status(self) -> None:
        """Show how every device stands."""
        if self.is_running:
            now = time.monotonic()
            hushed = self._ringing.hushed_until
            until = clock(round(hushed * 1000)) if hushed else ""
            self.status.show(views.summary(self.store, self.settings.warning, now, until), now)

    def _show_hints(self) -> None:
        if self.is_running and self.screen_stack:  # the focus moves once more while the screen is taken down
            hints = self.query_one_optional(Hints)
            if hints is not None:
                hints.show(self.screen_stack[0].active_bindings.values())

    def _expire_later(self) -> None:
        soonest = min(
            (until for people in self.store.typing.values() for until in people.values()), default=None
        )
        if self._typing_timer is not None:
            self._typing_timer.stop()
            self._typing_timer = None
        if soonest is not None:
            self._typing_timer = self.set_timer(max(0.1, soonest - time.monotonic()), self._expire)

    def _expire(self) -> None:
        self._typing_timer = None
        self._show(self.store.expire(time.monotonic()))
        self._expire_later()

    # From the panes.

    @on(Opened)
    def _opened(self, message: Opened) -> None:
        self.open_thread(message.chat, write=message.write)

    def open_thread(self, key: ChatKey, *, write: bool = True) -> None:
        """Open a chat: show its thread and let the person write, or go on where the focus is."""
        before = self.open_chat
        loose = "" if before is not None else self.composer.text  # written before any chat was open
        if before is not None:
            self.drafts.keep(before, self.conversation.draft)
        self.open_chat = key
        if key != before:
            self.conversation.show_draft(key, self.drafts.take(key) + loose)
        self.network.open(key)
        self.workshop.opened(key)
        if self.store.hold(key):
            self._show_chats(order=True)
        self._put_in_front(thread=True)
        if self.chats.filtering:
            self.chats.clear_filter()
        self.chats.point_at(key, opened=True)
        self._show_thread()
        self._show_title()
        # At once: `focus()` waits a message, and letters do not.
        screen = self.screen_stack[0]
        if write:
            screen.set_focus(self.composer, scroll_visible=False)
        elif screen.has_class("-narrow") and self.focused is not self.composer:
            screen.set_focus(self.thread)  # it has come in front of the list

    def _follow(self, old: ChatKey, new: ChatKey) -> None:
        """Go on in the chat that another one turned out to be, without anything moving."""
        self.conversation.follow(old, new)
        self.workshop.moved(old, new)
        if self.open_chat == old:
            self.open_chat = new
            self.network.open(new)
            self.chats.point_at(new, opened=True)
            self.workshop.follow()
        begun = self.drafts.take(old)
        if begun:
            self.drafts.keep(new, begun + self.drafts.get(new, ""))

    def _put_in_front(self, *, thread: bool) -> None:
        """Note whether the thread is in front of the list; it is to be seen only where they do not fit."""
        screen = self.screen_stack[0]
        narrow = screen.has_class("-narrow")
        if thread:
            screen.add_class("-open", update=narrow)
        else:
            screen.remove_class("-open", update=narrow)

    def close_thread(self) -> None:
        """Close the open chat, whose device is gone; what was being written stays in the composer."""
        self.open_chat = None
        self.workshop.follow()
        self.thread.close()
        self.conversation.show_draft(None, self.composer.text)
        self._show_title()

    @on(Sent)
    def _sent(self, message: Sent) -> None:
        self.workshop.desk.sent(message)

    @on(Composer.Dropped)
    def _dropped(self, message: Composer.Dropped) -> None:
        self.workshop.desk.offer(message.paths, message.text)

    @on(TextArea.Changed, "#composer")
    def _written(self) -> None:
        """Keep what is being written, once the person pauses: watui may be killed."""
        if self._pause is not None:
            self._pause.reset()
        else:
            self._pause = self.set_timer(KEEP_AFTER, self._keep_draft)

    def _keep_draft(self) -> None:
        self._pause = None
        if not self.is_running:
            return  # whoever left has kept it
        self._keep_drafts()
        if self.open_chat is not None:
            self.drafts.take(self.open_chat)  # it is in the composer

    @on(Wanted)
    def _wanted(self, message: Wanted) -> None:
        self.workshop.wanted(message)

    @on(Commanded)
    def _commanded(self, message: Commanded) -> None:
        self.workshop.commanded(message)

    @on(ChatAsked)
    def _chat_asked(self, message: ChatAsked) -> None:
        self.workshop.chat_asked(message)

    @on(Decided)
    def _decided(self, message: Decided) -> None:
        if self.open_chat is None:
            return
        if message.again:
            self.network.resend(self.open_chat.device, message.local_id)
        else:
            self.network.discard(self.open_chat, message.local_id)

    @on(MoreWanted)
    def _more_wanted(self, message: MoreWanted) -> None:
        oldest = self.store.thread(message.chat).timeline.oldest
        if oldest is not None:
            self.network.more(message.chat, oldest)

    @on(Seen)
    def _seen(self, message: Seen) -> None:
        if message.chat == self._looked_at():
            self._reading.soon()

    @on(Filtered)
    def _filtered(self, message: Filtered) -> None:
        if message.switcher:
            self.dialogs.show_chats(message.query)
            return
        self._query = message.query
        self._show_chats(order=True)

    @on(Narrowed)
    def _narrowed(self, message: Narrowed) -> None:
        self._listing = message.listing
        self._list_chosen = True
        self.memory.keep_device(message.listing.device or "")
        self.store.hold(None)
        self._show_chats(order=True)

    def _read(self, key: ChatKey) -> None:
        self.thread.was_read()
        tell = self.settings.mark_read == "seen"
        self.network.read(key, tell=tell)
        self.apply(key.device, [ev.ChatRead(key.jid, here_only=not tell)])

    async def on_event(self, event: events.Event) -> None:
        """Take note of each sign that somebody is there, before anything is done with it."""
        signs = isinstance(event, events.Key | events.Paste | events.MouseDown)
        if signs and self._ringing.pressed():
            self._reading.soon()
        await super().on_event(event)

    def _back(self, _: object) -> None:
        """Take the terminal again after an editor had it."""
        self._resumed()

    @on(FirstScreen.Resumed)
    def _resumed(self) -> None:
        self._reading.soon()
        self._ringing.show_notices()

    @on(events.AppFocus)
    def _focused(self) -> None:
        self._ringing.focused = True
        self._reading.soon()

    @on(events.AppBlur)
    def _blurred(self) -> None:
        self._ringing.focused = False

    # Notices.

    def on_notice_chosen(self, message: NoticeChosen) -> None:
        """Go where a notice leads."""
        self._ringing.dismiss(message.number)
        self.go_where(message.chat, message.device)

    def go_where(self, chat: ChatKey | None, device: Safe | None) -> None:
        """Open the chat or the device that something was told of."""
        if chat is not None and chat in self.store.chats:
            self.open_thread(chat, write=False)
        elif device is not None:
            self.workshop.fleet.open(device)

    def on_notice_stack_dismissed(self, message: "NoticeStack.Dismissed") -> None:
        """Let a notice go."""
        self._ringing.dismiss(message.number)

    def on_notice_stack_choosing(self, message: "NoticeStack.Choosing") -> None:
        """Let none go while somebody chooses."""
        self._ringing.choose(on=message.on)

    def on_notice_stack_history_asked(self, _: "NoticeStack.HistoryAsked") -> None:
        """List what was told before."""
        self._ringing.list_past()

    def on_notices_screen_cleared(self) -> None:
        """Forget what was told before."""
        self._ringing.notices.forget()

    def action_notices(self) -> None:
        """Choose among the notices, or see those of before."""
        if not self._ringing.begin():
            self._ringing.list_past()

    def action_past_notices(self) -> None:
        """List what was told before."""
        self._ringing.list_past()

    def action_hush(self) -> None:
        """Ask for how long the person is not to be disturbed."""
        self._ringing.ask_to_hush()

    def on_searched(self, message: "Searched") -> None:
        """Look for what is typed."""
        self._seeking.ask(message)

    @on(Copied)
    def _copied(self, message: Copied) -> None:
        self.notify(offer(self, message.text, message.what), markup=False, timeout=3)

    @on(Conversation.LinkChosen)
    def _link_chosen(self, message: Conversation.LinkChosen) -> None:
        from watui.terminal.opening import open_url  # noqa: PLC0415 - when a link is opened

        if open_url(message.url, os.environ):
            self.notify(f"opening {message.url}", markup=False, timeout=3)
        else:
            self._copied(Copied(message.url, "the link, since nothing here opens it"))

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep the app's own keys out of dialogs, where they would act behind them."""
        if action in OF_THE_PANES:
            return len(self.screen_stack) == 1
        return True

    def action_out(self) -> None:
        """Go one level back: from the composer to the thread, to the chats, out of the filter."""
        focused = self.focused
        if self._ringing.leave() or self.conversation.retreat():
            return
        if focused is self.thread:
            self._put_in_front(thread=False)
            self.screen_stack[0].set_focus(self.chats.list)
        elif self.chats.filtering:
            self.chats.clear_filter()
            self.screen_stack[0].set_focus(self.chats.list)
        elif self.chats.narrowed:
            self.chats.action_widen()

    def action_unread(self, step: int) -> None:
        """Open the next chat that has unread messages, or with -1 the one before."""
        key = self.store.next_unread(self.open_chat, step)
        if key is None:
            self.notify("no other chat has unread messages", markup=False, timeout=3)
        else:
            self.open_thread(key, write=False)

    def action_switch(self) -> None:
        """Open the chat switcher."""
        self.dialogs.switch()

    def action_search(self) -> None:
        """Search everything that was ever seen."""
        self._seeking.open(self.open_chat)

    def action_people(self) -> None:
        """List the contacts."""
        self.workshop.people.open()

    def action_details(self) -> None:
        """Tell about the open chat: beside it where there is room, else above it."""
        self.workshop.toggle_details()

    def on_person_asked(self, message: "PersonAsked") -> None:
        """Tell about somebody."""
        self.workshop.tell_about(message.chat)

    def action_starred(self) -> None:
        """List every starred message."""
        self.look_for("has:star ")

    def look_for(self, text: str) -> None:
        """Search for a text in everything that was ever seen."""
        self._seeking.open(self.open_chat, text)

    def action_attach(self) -> None:
        """Send files."""
        self.workshop.desk.attach()

    def action_edit_text(self) -> None:
        """Write in an editor."""
        self.workshop.desk.edit()

    def action_faster(self) -> None:
        """Play a voice note faster."""
        if not self.workshop.media.faster():
            self.notify("nothing is played; p on a voice note plays it", markup=False, timeout=3)

    def action_help(self) -> None:
        """Show every key, or in a dialog those that it has."""
        if len(self.screen_stack) > 1:
            self.dialogs.help_here()
            return
        groups: dict[str, list[DOMNode]] = {
            "everywhere": [self],
            "chats": [self.chats.list, self.chats],
            "thread": [self.thread, self.conversation],
            "composer": [self.composer],
        }
        self.dialogs.help(groups)

    def action_devices(self) -> None:
        """Show how the devices stand."""
        self.workshop.fleet.open()

    def on_device_wanted(self, message: "DeviceWanted") -> None:
        """Do something to a device."""
        self.workshop.fleet.wanted(message)

    def action_settings(self) -> None:
        """List the settings, to change them."""
        self.workshop.settling.open()

    def on_setting_chosen(self, message: "SettingChosen") -> None:
        """Change a setting."""
        self.workshop.settling.change(message)

    def action_link(self) -> None:
        """Show the code of a device that waits for a phone."""
        self.dialogs.link()

    def action_retry(self) -> None:
        """Try again now what is waiting."""
        self.network.kick()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """List the commands of the palette."""
        from watui.palette import commands  # noqa: PLC0415 - when the palette opens

        return commands(self)

    async def action_quit(self) -> None:
        """Leave, keeping what was begun to write, up to the last letter that is still in the queue."""
        (self.query_one_optional(Composer) or self).call_later(self._leave)

    async def _leave(self) -> None:
        """Let sends on their way come to an end, then take what they became, then go."""
        if not self._leaving:
            self._leaving = True
            await asyncio.to_thread(self.network.stop, STOP_WITHIN)
            self.call_later(self._go)

    def _go(self, code: int = 0) -> None:
        self._keep_drafts()
        self.exit(return_code=code)

    def terminal_gone(self, code: int) -> None:
        """Leave at once when a signal says so or the terminal is gone."""
        self._go(code)

    def _fatal_error(self) -> None:
        with contextlib.suppress(Exception):
            self._keep_drafts()
        super()._fatal_error()

    def _keep_drafts(self) -> None:
        """Keep what is not sent: texts that were begun, and those that failed or were still waiting."""
        if self.open_chat is not None:
            self.drafts.keep(self.open_chat, self.conversation.draft)
        # What waits in an outbox that stays is no draft.
        self.drafts.remember({} if self.network.durable else views.unsent(self.store))


def settle_memory() -> None:
    """Collect start-up garbage once and keep what is left out of later collections, which stop the screen."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 1000)
    gc.enable()
