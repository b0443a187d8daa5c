"""The conversation: the open chat's title, thread, foot and composer, and what is done within them."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message as Posted
from textual.widget import Widget
from textual.widgets import Input

from watui.bidi import in_order
from watui.links import Link, links
from watui.messages import Copied, Decided, Paged
from watui.models import ChatKey, Message
from watui.panes.acts import ACTS, text_of
from watui.panes.composer import Composer
from watui.panes.field import Field
from watui.panes.foot import Foot
from watui.panes.thread import ThreadPane
from watui.panes.title import TitleLine
from watui.text import Safe, fit

SHORT = 18
"""Rows of the terminal below which there is no title."""

LONG_HOST = 36
"""Characters of a host's name from which its end, which alone tells whose it is, might be out of sight."""


class FindField(Field):
    """One line of text to find; the arrow keys go from match to match."""

    MOVES: ClassVar[dict[str, tuple[str, int]]] = {"up": ("step", 1), "down": ("step", -1)}


def _warning(link: Link) -> str:
    """Say what a person should know before a link is opened; empty for nothing."""
    if link.odd:
        return "not what it seems"
    host = urlsplit(link.url).netloc
    return f"at …{host[-LONG_HOST:]}" if len(host) > LONG_HOST else ""


class Conversation(Vertical):
    """Everything that concerns the open chat and needs no more than what is shown of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "right_square_bracket", "app.unread(1)", "Next unread chat", key_display="]", id="thread.unread"
        ),
        Binding(
            "left_square_bracket",
            "app.unread(-1)",
            "Unread chat before",
            show=False,
            key_display="[",
            id="thread.unread_before",
        ),
    ]

    thread = getters.query_one(ThreadPane)
    composer = getters.query_one(Composer)
    titles = getters.query_one(TitleLine)
    foot = getters.query_one(Foot)

    @dataclass
    class LinkChosen(Posted):
        """A link is to be opened, where there is a browser."""

        url: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._from_composer = False
        self._short = False
        self._placeholder = ""

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        yield TitleLine(id="title")
        yield ThreadPane(id="thread")
        yield Foot(id="foot")
        yield Composer(id="composer")

    def show_title(self, name: Safe, about: Safe, typing: tuple[Safe, ...]) -> None:
        """Show what the chat is called, and who is typing in it."""
        self.titles.show(name, about)
        self.foot.show_typing(typing)
        self._show_placeholder()

    def show_draft(self, chat: ChatKey | None, text: str) -> None:
        """Write to another chat from here on; a search was for the one before."""
        self._end_search()
        self._from_composer = False
        self.composer.show_draft(chat, text)

    def retreat(self) -> bool:
        """Go one level back within the conversation; False if there is none, and one leaves it."""
        focused = self.screen.focused
        if self._end_search():
            self.screen.set_focus(self.thread)
        elif focused is self.composer:
            self._from_composer = False
            self.screen.set_focus(self.thread)
        elif focused is self.thread and self.thread.selected is not None:
            self.thread.deselect()
        else:
            return False
        return True

    # The cursor among the messages.

    @on(Composer.Above)
    def _select_last(self) -> None:
        self._from_composer = True
        self.screen.set_focus(self.thread)
        self.thread.action_select(-1)

    @on(ThreadPane.Left)
    def _deselect(self) -> None:
        self.thread.deselect()
        if self._from_composer:
            self._from_composer = False
            self.screen.set_focus(self.composer)

    @on(Paged)
    def _paged(self, message: Paged) -> None:
        message.stop()
        self.thread.action_page(message.pages)

    @on(ThreadPane.Told)
    def _told(self, message: ThreadPane.Told) -> None:
        self.foot.show_state(message.pill, message.found)

    @on(Foot.Clicked)
    def _to_newest(self) -> None:
        self.thread.action_last()

    def on_mount(self) -> None:
        """Follow the focus at once, so that all that it changes is painted together."""
        self.watch(self.screen, "focused", self._show_writing, init=False)

    def on_resize(self, event: events.Resize) -> None:
        """Name the chat in the composer where there is no title: one must see to whom one writes."""
        self._short = self.app.size.height < SHORT
        self._show_placeholder()

    def _show_placeholder(self) -> None:
        name = self.titles.chat_name
        words = f"write to {in_order(fit(name, 40))}" if self._short and name else "write a message"
        if words != self._placeholder:
            self._placeholder = words
            self.composer.placeholder = Content(words)

    def _show_writing(self, focused: Widget | None) -> None:
        """Show where letters go."""
        foot = self.query_one_optional(Foot)
        if foot is not None:  # the focus moves once more while the screen is taken down
            foot.show_writing(writing=isinstance(focused, Composer))

    @on(ThreadPane.NotFound)
    def _not_found(self, message: ThreadPane.NotFound) -> None:
        self.notify(message.words, markup=False)

    # What is done to a message.

    @on(ThreadPane.Asked)
    async def _asked(self, asked: ThreadPane.Asked) -> None:
        if not self.screen.is_active:
            return  # a second key, pressed before the dialog of the first one was there
        message = asked.message
        if asked.what == "find":
            await self._begin_search()
        elif asked.what == "menu" and message is None:
            self.thread.action_select(-1)
        elif message is not None:
            self._do(asked.what, message)

    def _do(self, what: str, message: Message) -> None:
        match what:
            case "menu":
                self._menu(message)
            case "resend" | "discard":
                self.post_message(Decided(message.id, again=what == "resend"))
            case "copy":
                self.post_message(Copied(text_of(message), "the text"))
            case "links":
                self._links(message)
            case "quoted":
                self._quoted(message)
            case "whole":
                self._whole(message)
            case "info":
                self._info(message)

    def _menu(self, message: Message) -> None:
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415 - dialogs load when they open

        def chosen(what: str | None) -> None:
            if what is not None:
                self._do(what, message)

        acts = [act for act in ACTS if act.applies(message)]
        self.app.push_screen(
            MenuScreen("This message", [Entry(a.letter, a.words, a.name) for a in acts]), chosen
        )

    def _links(self, message: Message) -> None:
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415

        found = links(message.text)
        if not found:
            self.notify("there is no link in this message", markup=False)
        elif len(found) == 1 and not _warning(found[0]):
            self.post_message(self.LinkChosen(found[0].url))
        else:

            def chosen(url: str | None) -> None:
                if url is not None:
                    self.post_message(self.LinkChosen(url))

            entries = [
                Entry(str(number % 10) if number <= 10 else "", each.url, each.url, _warning(each))
                for number, each in enumerate(found, 1)
            ]
            self.app.push_screen(MenuScreen("Open which link", entries), chosen)

    def _quoted(self, message: Message) -> None:
        if message.quote is None:
            self.notify("this message quotes no other", markup=False)
        elif message.quote.id is None:
            self.notify("the gateway does not tell which message is quoted", markup=False)
        else:
            self.thread.go_to(message.quote.id)

    def _whole(self, message: Message) -> None:
        from watui.screens.pager import PagerScreen  # noqa: PLC0415

        self.app.push_screen(PagerScreen(self.titles.chat_name, message.text))

    def _info(self, message: Message) -> None:
        from watui.panes.facts import facts_of  # noqa: PLC0415
        from watui.screens.info import InfoScreen  # noqa: PLC0415

        self.app.push_screen(InfoScreen(facts_of(message, self.thread.names)))

    @on(ThreadPane.Selected)
    def _selected(self, message: ThreadPane.Selected) -> None:
        if message.text:
            self.post_message(Copied(message.text, "what you selected"))

    # Searching.

    async def _begin_search(self) -> None:
        if await FindField.open(self, "find in this chat", before=self.foot):
            self.thread.begin_find()

    def _end_search(self) -> bool:
        """End a search; whether there was one."""
        if not FindField.close(self):
            return False
        self.thread.end_find()
        return True

    @on(Field.Moved)
    def _moved(self, message: Field.Moved) -> None:
        message.stop()
        self.thread.action_found(message.by)

    @on(Input.Changed)
    def _find(self, event: Input.Changed) -> None:
        event.stop()
        self.thread.find(event.value)

    @on(Input.Submitted)
    def _found(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.set_focus(self.thread)
