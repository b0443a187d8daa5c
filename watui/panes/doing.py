"""What is done to a message within the conversation: asked by a key or the menu, done here or handed on."""

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watui.caps import USUAL, Cap
from watui.links import Link, links
from watui.messages import Copied, Decided, Wanted
from watui.models import Message, Place
from watui.panes.acts import ACTS, BY_NAME, Act, Around, holds_file, text_of

if TYPE_CHECKING:
    from watui.panes.conversation import Conversation
    from watui.screens.menu import Entry

LONG_HOST = 36
"""Characters of a host's name from which its end, which alone tells whose it is, might be out of sight."""


class Doing:
    """Does things to messages for one conversation; what it cannot do, it says why."""

    def __init__(self, conversation: "Conversation") -> None:
        self._conversation = conversation
        self.caps: Cap = USUAL
        """What the gateway can do."""

    def around(self, message: Message) -> Around:
        """Tell what an act depends on besides the message."""
        return Around(self.caps, self._conversation.thread.newer_than(message.id))

    def do(self, what: str, message: Message) -> None:
        """Do something to a message, or say why it cannot be done."""
        if what == "menu":
            self._menu(message)
            return
        act = BY_NAME[what]
        why = self._why_not(act, message)
        if why:
            self._say(f"{act.words.lower()}: {why}")
        else:
            self._do(act.name, message)

    def _why_not(self, act: Act, message: Message) -> str:
        if not act.applies(message):
            return act.otherwise
        return act.why_not(message, self.around(message))

    def _do(self, what: str, message: Message) -> None:
        pane = self._conversation
        match what:
            case "resend" | "discard":
                pane.post_message(Decided(message.id, again=what == "resend"))
            case "reply":
                pane.answer(message, alone=self.around(message).far)
            case "edit":
                pane.rewrite(message)
            case "copy":
                pane.post_message(Copied(text_of(message), "the text"))
            case "copy_all":
                pane.post_message(Copied(self._told(message), "the message"))
            case "open":
                self._open(message)
            case "quoted":
                self._quoted(message)
            case "whole":
                self._whole(message)
            case "info":
                self._info(message)
            case _:
                pane.post_message(Wanted(what, message))

    def _say(self, words: str) -> None:
        self._conversation.notify(words, markup=False)

    def _menu(self, message: Message) -> None:
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415 - dialogs load when they open

        def chosen(what: str | None) -> None:
            if what is not None:
                self.do(what, message)

        entries = [
            Entry(act.letter, act.words, act.name, off=act.why_not(message, self.around(message)))
            for act in ACTS
            if act.applies(message)
        ]
        self._conversation.app.push_screen(MenuScreen("This message", entries), chosen)

    def _told(self, message: Message) -> str:
        """Write a message down with who said it and when, in the terminal's own time zone."""
        then = datetime.fromtimestamp(message.time / 1000).astimezone()
        return f"[{then:%Y-%m-%d %H:%M}] {self._conversation.who_wrote(message)}: {text_of(message)}"

    def _open(self, message: Message) -> None:
        """Open a link or a place; more than one, or an odd one, is shown whole before that."""
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415

        pane = self._conversation
        found = links(message.text)
        entries = [
            Entry(str(number % 10) if number <= 10 else "", each.url, each.url, _warning(each))
            for number, each in enumerate(found, 1)
        ]
        if message.place is not None:
            entries += _places(message.place)
        if holds_file(message):
            off = "" if Cap.MEDIA in self.caps else "this gateway cannot fetch files"
            entries.append(Entry("f", "The file", FILE, off=off))
        if entries[0].value == FILE and not entries[0].off:
            pane.post_message(Wanted("open", message))
            return
        if len(found) == 1 == len(entries) and not _warning(found[0]):
            pane.post_message(pane.LinkChosen(found[0].url))
            return

        def chosen(target: str | None) -> None:
            if target == FILE:
                pane.post_message(Wanted("open", message))
            elif target is not None and target.startswith(COPIED):
                pane.post_message(Copied(target.removeprefix(COPIED), "the coordinates"))
            elif target is not None:
                pane.post_message(pane.LinkChosen(target))

        pane.app.push_screen(MenuScreen("Open", entries), chosen)

    def _quoted(self, message: Message) -> None:
        if message.quote is None or message.quote.id is None:
            self._say("the gateway does not tell which message is quoted")
        else:
            self._conversation.thread.go_to(message.quote.id)

    def _whole(self, message: Message) -> None:
        from watui.screens.pager import PagerScreen  # noqa: PLC0415

        pane = self._conversation
        pane.app.push_screen(PagerScreen(pane.titles.chat_name, message.text))

    def _info(self, message: Message) -> None:
        from watui.panes.facts import facts_of  # noqa: PLC0415
        from watui.screens.info import InfoScreen  # noqa: PLC0415

        pane = self._conversation
        pane.app.push_screen(InfoScreen(facts_of(message, pane.thread.names)))


FILE = "file:"
"""The target of a menu that is the message's own file."""

COPIED = "copy:"
"""What the target of a menu begins with that is to be copied."""


def _places(place: Place) -> "list[Entry]":
    """Offer a place as a link that map programs open, and as the numbers themselves."""
    from watui.screens.menu import Entry  # noqa: PLC0415

    where = f"{place.latitude:.6f},{place.longitude:.6f}"
    return [
        Entry("g", f"geo:{where}", f"geo:{where}", "a map program"),
        Entry("c", f"Copy {where}", f"{COPIED}{where}"),
    ]


def _warning(link: Link) -> str:
    """Say what a person should know before a link is opened; empty for nothing."""
    if link.odd:
        return "not what it seems"
    host = urlsplit(link.url).netloc
    return f"at …{host[-LONG_HOST:]}" if len(host) > LONG_HOST else ""
