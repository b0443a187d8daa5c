"""What the person wants done to messages and chats: asked back where that is needed, sent on, and answered.

The dialogs are imported when they open.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import App

from watui import commands as do
from watui import events as ev
from watui.caps import Cap
from watui.changes import Changes
from watui.dialogs import Dialogs
from watui.memory import Memory
from watui.models import EVER, Chat, ChatKey, Kept, Loudness, Message
from watui.network import Network
from watui.panes.acts import CHAT_ACTS
from watui.store import Store
from watui.text import Safe, one_line

if TYPE_CHECKING:
    from watui.commands import Command

HOUR = 3_600_000
"""Milliseconds of an hour."""

SILENCES = {"8": 8 * HOUR, "w": 7 * 24 * HOUR, "a": None}
"""For how many ms a chat is muted, by the letter in the menu; `None` for good."""

RECENT = 20
"""Emoji that are remembered."""

Apply = Callable[[Safe, list[ev.Event]], object]
"""Lets something happen on the screen at once."""


class Dispatch:
    """Takes what is wanted to the network, and tells how it ended."""

    def __init__(
        self,
        app: App[None],
        store: Store,
        network: Network,
        *,
        memory: Memory,
        dialogs: Dialogs,
        apply: Apply,
        tell_about: Callable[[ChatKey], object],
    ) -> None:
        self._app = app
        self._store = store
        self._network = network
        self._memory = memory
        self._dialogs = dialogs
        self._apply = apply
        self._tell_about = tell_about

    def command(self, device: Safe, command: "Command") -> None:
        """Let a device do something."""
        self._network.execute(device, command)

    # Messages.

    def do(self, key: ChatKey, what: str, message: Message) -> None:
        """Do something to a message of a chat."""
        match what:
            case "react":
                self._react(key, message)
            case "forward":
                self._forward(key, message)
            case "delete":
                self._delete(key, message)
            case "star":
                here = Cap.STAR not in self._store.caps
                on = not (message.starred_here if here else message.starred)
                self.command(key.device, do.Star(message.chat, message.id, on, here))
                if here:
                    words = "starred here; this gateway cannot tell WhatsApp" if on else "the star is gone"
                    self._say(words)

    def _react(self, key: ChatKey, message: Message) -> None:
        from watui.screens.emoji import EmojiScreen  # noqa: PLC0415

        own = frozenset(str(each.emoji) for each in message.reactions if each.own)

        def chosen(emoji: str | None) -> None:
            if emoji is None:
                return
            taken = emoji in own
            if not taken:
                self.used(emoji)
            self.command(key.device, do.React(message.chat, message.id, "" if taken else emoji))

        self._app.push_screen(EmojiScreen(self._memory.emoji, own), chosen)

    def used(self, emoji: str) -> None:
        """Remember an emoji as the one used last."""
        self._memory.emoji = [emoji, *(each for each in self._memory.emoji if each != emoji)][:RECENT]
        self._memory.keep_emoji(self._memory.emoji)

    def _forward(self, key: ChatKey, message: Message) -> None:
        def chosen(chats: list[ChatKey] | None) -> None:
            for chat in chats or ():
                self.command(key.device, do.Forward(message.chat, message.id, chat.jid))

        self._dialogs.choose_chats("forward to", key.device, chosen)

    def _delete(self, key: ChatKey, message: Message) -> None:
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415

        theirs = "" if message.own else "only its sender can, whatever the gateway says"
        entries = [
            Entry("m", "For me", "me", "it cannot be brought back"),
            Entry("e", "For everyone", "everyone", "if WhatsApp still allows it", off=theirs),
        ]

        def chosen(which: str | None) -> None:
            if which is not None:
                self.command(key.device, do.Delete(message.chat, message.id, which == "everyone"))

        self._app.push_screen(MenuScreen("Delete this message", entries), chosen)

    # Chats.

    def chat(self, key: ChatKey) -> None:
        """Ask what is to be done with a chat."""
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415

        chat = self._store.chats.get(key)
        if chat is None:
            self._say("this chat begins with your first message")
            return
        entries = [
            Entry(
                act.letter,
                act.words(chat),
                act.name,
                "only in watui" if act.here else "",
                off=act.why_not(self._store.caps),
            )
            for act in CHAT_ACTS
        ]

        def chosen(what: str | None) -> None:
            now = self._store.chats.get(key)
            if what is not None and now is not None:
                self._do(what, now)

        self._app.push_screen(MenuScreen(chat.name, entries), chosen)

    def chat_act(self, what: str, chat: Chat) -> str:
        """Do something to a chat by the name of the act; gives why it cannot be done."""
        act = next(act for act in CHAT_ACTS if act.name == what)
        why = act.why_not(self._store.caps)
        if not why:
            self._do(what, chat)
        return why

    def _do(self, what: str, chat: Chat) -> None:
        key, kept = chat.key, chat.kept or Kept()
        match what:
            case "about":
                self._tell_about(key)
            case "read" if chat.waiting:
                self.read(chat)
            case "read":
                self.keep(key, replace(kept, unread=True))
            case "pin":
                self.keep(key, replace(kept, pinned=not chat.pinned))
            case "mute" if chat.muted:
                self.keep(key, replace(kept, muted_until=0))
            case "mute":
                self._mute(chat)
            case "alerts":
                self._ask_alerts(chat)
            case "archive":
                self.command(key.device, do.Archive(key.jid, not chat.archived))
            case "clear":
                self._confirm(chat, "Delete all its messages for you", do.Clear(key.jid))
            case "delete_chat":
                self._confirm(chat, "Delete the chat for you", do.DeleteChat(key.jid))

    def read(self, chat: Chat) -> None:
        """Take a chat for read, and tell WhatsApp."""
        self.unmark(chat.key)
        if chat.unread:
            self._network.read(chat.key, tell=True)
            self._apply(chat.key.device, [ev.ChatRead(chat.key.jid)])

    def unmark(self, key: ChatKey) -> None:
        """Take away the mark that something is unread."""
        chat = self._store.chats.get(key)
        if chat is not None and chat.kept is not None and chat.kept.unread:
            self.keep(key, replace(chat.kept, unread=False))

    def keep(self, key: ChatKey, kept: Kept) -> None:
        """Keep what was set for a chat."""
        now = None if kept == Kept() else kept
        self._apply(key.device, [ev.ChatKept(key.jid, now)])
        self._network.keep(key, now)

    def _mute(self, chat: Chat) -> None:
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415

        entries = [Entry("8", "8 hours", "8"), Entry("w", "1 week", "w"), Entry("a", "Always", "a")]

        def chosen(which: str | None) -> None:
            if which is not None:
                self.mute(chat, SILENCES[which])

        self._app.push_screen(MenuScreen(f"Mute {chat.name}", entries), chosen)

    def _ask_alerts(self, chat: Chat) -> None:
        """Ask what of a chat may ring."""
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415

        now = chat.kept.alerts if chat.kept is not None else None
        entries = [
            Entry(letter, words, which or "", "as it is" if which is now else "")
            for letter, words, which in (
                ("d", "As its device and the settings say", None),
                ("a", "All that comes in", Loudness.ALL),
                ("m", "Mentions and replies only", Loudness.MENTIONS),
                ("n", "Nothing", Loudness.NONE),
            )
        ]

        def chosen(which: str | None) -> None:
            if which is not None:
                self.keep(chat.key, replace(chat.kept or Kept(), alerts=Loudness(which) if which else None))

        at = next(place for place, entry in enumerate(entries) if entry.value == (now or ""))
        self._app.push_screen(MenuScreen(f"What of {chat.name} may ring", entries, at), chosen)

    def mute(self, chat: Chat, silence: int | None) -> None:
        """Let a chat not ring for some ms, or for good; with 0 it rings again."""
        until = EVER if silence is None else silence and round(time.time() * 1000) + silence
        self.keep(chat.key, replace(chat.kept or Kept(), muted_until=until))

    def _confirm(self, chat: Chat, words: str, command: "Command") -> None:
        from watui.screens.confirm import ConfirmScreen  # noqa: PLC0415

        def sure(yes: bool | None) -> None:
            if yes:
                self.command(chat.key.device, command)

        self._app.push_screen(ConfirmScreen(words, chat.name), sure)

    # What became of it.

    def ended(self, changes: Changes) -> None:
        """Say what was done, where that is not to be seen, and what was not."""
        for key, command in changes.carried:
            words = self._done(key, command)
            if words:
                self._say(words)
        for _, command, words in changes.failed:
            if isinstance(command, do.ListMembers | do.Fetch):
                continue  # of the one nobody may have asked, of the other somebody else tells
            self._app.notify(f"{_name(command)}: {words}", markup=False, severity="warning", timeout=8)

    def _done(self, key: ChatKey, command: "Command") -> str:
        match command:
            case do.Forward(to=to):
                chat = self._store.chats.get(ChatKey(key.device, to))
                return f"forwarded to {chat.name if chat is not None else to}"
            case do.Archive(on=on):
                return "archived; 5 lists what is" if on else "it is among the other chats again"
            case do.Clear():
                return "all its messages are deleted for you"
            case do.DeleteChat():
                return "the chat is deleted for you"
            case _:
                return ""

    def _say(self, words: str) -> None:
        self._app.notify(one_line(words, limit=200), markup=False, timeout=3)


def _name(command: "Command") -> str:
    """Name what was to be done."""
    match command:
        case do.React():
            return "not reacted"
        case do.Edit():
            return "not edited"
        case do.Star():
            return "not starred"
        case do.Delete():
            return "not deleted"
        case do.Forward():
            return "not forwarded"
        case do.Archive():
            return "not archived"
        case do.Clear():
            return "not cleared"
        case do.DeleteChat():
            return "the chat is not deleted"
        case _:
            return "not done"
