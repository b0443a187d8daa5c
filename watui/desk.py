"""Where messages are written: to the open chat, as a command, with a file, or in the person's own editor."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from textual.app import App

from watui import events as ev
from watui import slash, views
from watui.bodies import Body
from watui.commands import ListMembers
from watui.dispatch import Dispatch
from watui.drafts import Drafts
from watui.messages import Configured, Opened, Sent
from watui.models import LOCAL_PREFIX, Ack, ChatKey, Member
from watui.network import Network
from watui.panes.conversation import Conversation
from watui.store import Store
from watui.text import Safe

if TYPE_CHECKING:
    from watui.attaching import Attaching
    from watui.slashing import Slashing

QUOTED = 300
"""Bytes that are left for the id of a message that a file answers."""

Apply = Callable[[Safe, Iterable[ev.Event]], object]
"""Lets something happen on the screen at once."""


class Desk:
    """Takes what is written for one conversation."""

    def __init__(
        self,
        app: App[None],
        store: Store,
        network: Network,
        *,
        settings: Callable[[], Configured],
        drafts: Drafts,
        dispatch: Dispatch,
        apply: Apply,
        conversation: Callable[[], Conversation],
        search: Callable[[str], object],
    ) -> None:
        self._app = app
        self._store = store
        self._network = network
        self._settings = settings
        self._drafts = drafts
        self._dispatch = dispatch
        self._apply = apply
        self._conversation = conversation
        self.search = search
        self._attaching: Attaching | None = None
        self._slashing: Slashing | None = None
        self._editing = False

    @property
    def downloads(self) -> Path:
        """Where what is written for the person goes."""
        return self._settings().downloads

    # Sending.

    def sent(self, message: Sent) -> None:
        """Send what was written, or do what it says."""
        key = message.chat
        if key is None:
            self._conversation().composer.show_draft(None, message.text)
            self._app.notify("open a chat first", markup=False)
            return
        self._drafts.take(key)
        if message.text.startswith("/") and self._slashed(key, message):
            return
        self.send(key, Body(slash.plain(message.text), message.quote, message.mentions))

    def send(self, key: ChatKey, body: Body) -> None:
        """Send to a chat; it is shown at once."""
        id_, now = Safe(LOCAL_PREFIX + uuid4().hex), round(time.time() * 1000)
        body = body.sound()
        local = body.message(id_, key.jid, now, Ack.PENDING, Safe(""))
        conversation = self._conversation()
        if key == conversation.chat:
            conversation.thread.action_last()
            conversation.thread.was_read()
            if body.quote is not None or conversation.answers is not None:
                conversation.end_answer()
        self._apply(key.device, [ev.Queued(local)])
        self._network.send(key.device, local, body)
        if self._settings().mark_read == "reply":
            self._network.read(key, tell=True)

    def give_back(self, key: ChatKey, text: str) -> None:
        """Let the person go on with a text that was not sent; what was begun since stays behind it."""
        if key == self._conversation().chat:
            self._conversation().give_back(text)
        else:
            self._drafts.keep(key, "\n".join(filter(None, [text, self._drafts.take(key)])))

    def _slashed(self, key: ChatKey, message: Sent) -> bool:
        if self._slashing is None:
            from watui.slashing import Slashing  # noqa: PLC0415 - when somebody types a command

            self._slashing = Slashing(
                self._app, self._store, self._network, dispatch=self._dispatch, desk=self
            )
        return self._slashing.take(key, message)

    # Files.

    def attach(self) -> None:
        """Let the person choose files for the open chat."""
        key = self._conversation().chat
        if key is None:
            self._app.notify("open a chat first", markup=False)
        else:
            self.attaching().choose(key, self._name(key), self._conversation().draft)

    def offer(self, paths: Sequence[Path], text: str = "") -> None:
        """Ask whether files that were dropped on the terminal are to be sent; else they are the text."""
        conversation = self._conversation()
        key = conversation.chat

        def declined() -> None:
            if conversation.chat == key:
                conversation.composer.insert(text)

        if key is None:
            declined()
        else:
            self.attaching().offer(key, self._name(key), conversation.draft, paths, declined)

    def picture(self, key: ChatKey) -> None:
        """Ask whether the picture in the desktop's clipboard is to be sent."""
        self._app.run_worker(self._picture(key), exit_on_error=False)

    async def _picture(self, key: ChatKey) -> None:
        from watui.terminal.clipboard_picture import picture  # noqa: PLC0415

        data = await picture(os.environ)
        if data is None:
            self._app.notify("there is no picture in a clipboard that can be reached here", markup=False)
            return
        ending = "png" if data.startswith(b"\x89PNG") else "jpeg"
        mimetype, filename = f"image/{ending}", f"picture.{ending}"
        caption = self._conversation().draft if key == self._conversation().chat else ""
        self.attaching().offer_bytes(
            key, self._name(key), caption, data=data, mimetype=mimetype, filename=filename
        )

    def attaching(self) -> "Attaching":
        """Give what asks for files."""
        if self._attaching is None:
            from watui.attaching import Attaching  # noqa: PLC0415 - when somebody sends a file

            self._attaching = Attaching(self._app, self._send_file, self._caption_left)
        self._attaching.max_body = self._settings().max_body - QUOTED
        return self._attaching

    def _send_file(self, key: ChatKey, body: Body) -> None:
        """Send a file, the first of several as an answer if one is being written."""
        answer = self._conversation().answers if key == self._conversation().chat else None
        self.send(key, body._replace(quote=answer.quote) if answer is not None else body)

    def _caption_left(self, key: ChatKey, text: str) -> None:
        """Take what is left of a caption as what is written to its chat."""
        conversation = self._conversation()
        if key != conversation.chat:
            self._drafts.keep(key, text)
        elif text != conversation.draft:
            conversation.show_draft(key, text)

    def _name(self, key: ChatKey) -> Safe:
        chat = self._store.chats.get(key)
        return chat.name if chat is not None else key.jid

    # The editor.

    def edit(self) -> None:
        """Let the person write in an editor of their own, while everything else goes on."""
        # Not awaited in a handler, whose widget would hear of nothing as long as the editor runs.
        if not self._editing:
            self._editing = True
            self._app.run_worker(self._edit(), exit_on_error=False)

    async def _edit(self) -> None:
        from watui.terminal.editor import edit  # noqa: PLC0415 - when somebody wants an editor

        composer = self._conversation().composer
        key = self._conversation().chat
        composer.read_only = True  # keys that were typed ahead must not send it meanwhile
        try:
            edited = await edit(self._app, composer.text, os.environ)
        finally:
            self._editing = False
            composer.read_only = False
        if edited.trouble:
            self._app.notify(edited.trouble, markup=False, severity="warning", timeout=8)
        elif key == self._conversation().chat:
            composer.show_draft(key, edited.text)
        elif key is not None:
            self._drafts.keep(key, edited.text)
            self._app.notify("what you wrote is kept as a draft of its chat", markup=False)

    # Groups.

    def mention_all(self, key: ChatKey, members: Sequence[Member]) -> None:
        """Begin a message that names everybody in a group, but for oneself."""
        self._app.post_message(Opened(key))
        others = [each for each in members if not self._store.is_oneself(ChatKey(key.device, each.jid))]
        wanted = {each.jid for each in others}
        given = [each for each in views.mentionable(self._store, key) if each[0] in wanted]
        self._app.call_after_refresh(lambda: self._conversation().composer.mention(given))

    def show_members(self) -> None:
        """Offer to mention those who are in the open group, whom nobody may know yet."""
        key = self._conversation().chat
        chat = self._store.chats.get(key) if key is not None else None
        if key is None or chat is None or not chat.group:
            return
        if key in self._store.members:
            self._conversation().composer.show_members(views.mentionable(self._store, key))
        else:
            self._network.execute(key.device, ListMembers(key.jid))
