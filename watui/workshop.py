"""Where what the person wants gets done: each bench of it is set up when it is first needed.

The first paint need not wait for any of them.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from watui.caps import Cap
from watui.changes import Changes
from watui.commands import DeleteChat, Edit, Fetch
from watui.messages import ChatAsked, Commanded, Wanted
from watui.models import Chat, ChatKey, LinkState

if TYPE_CHECKING:
    from watui.app import Watui
    from watui.desk import Desk
    from watui.dispatch import Dispatch
    from watui.fleet import Fleet
    from watui.media import MediaRoom
    from watui.panes.details import DetailsPane
    from watui.people import People
    from watui.settling import Settling

FILES = frozenset(("save", "preview", "open"))
"""What is done with the file of a message."""


class Workshop:
    """Does what the app is asked for, and tells it how that ended."""

    def __init__(self, app: "Watui") -> None:
        self._app = app
        self._details: DetailsPane | None = None

    @cached_property
    def dispatch(self) -> "Dispatch":
        """Does things to messages and chats."""
        from watui.dispatch import Dispatch  # noqa: PLC0415

        app = self._app
        return Dispatch(
            app,
            app.store,
            app.network,
            memory=app.memory,
            dialogs=app.dialogs,
            apply=app.apply,
            tell_about=self.tell_about,
        )

    @cached_property
    def desk(self) -> "Desk":
        """Takes what is written."""
        from watui.desk import Desk  # noqa: PLC0415

        app = self._app
        return Desk(
            app,
            app.store,
            app.network,
            settings=lambda: app.settings,
            drafts=app.drafts,
            dispatch=self.dispatch,
            apply=app.apply,
            conversation=lambda: app.conversation,
            search=app.look_for,
        )

    @cached_property
    def media(self) -> "MediaRoom":
        """Fetches files."""
        from watui.media import MediaRoom  # noqa: PLC0415

        app = self._app
        return MediaRoom(app, app.network, self._say_work, lambda: app.settings.downloads)

    @cached_property
    def people(self) -> "People":
        """Tells about people and groups."""
        from watui.people import People  # noqa: PLC0415

        app = self._app
        return People(app, app.store, app.network, chosen=app.open_thread, mention=self.desk.mention_all)

    @cached_property
    def fleet(self) -> "Fleet":
        """Sees to the devices."""
        from watui.fleet import Fleet  # noqa: PLC0415

        app = self._app
        return Fleet(
            app,
            app.store,
            app.network,
            apply=app.apply,
            link=app.dialogs.link,
            only=app.chats.narrow_to,
            listed=lambda: app.chats.device,
        )

    @cached_property
    def settling(self) -> "Settling":
        """Changes the settings."""
        from watui.settling import Settling  # noqa: PLC0415

        return Settling(self._app, self._app.settings_file)

    def _has(self, bench: str) -> bool:
        """Whether a bench was set up."""
        return bench in self.__dict__

    async def close(self) -> None:
        """End what would go on by itself."""
        if self._has("media"):
            await self.media.close()

    # What is wanted.

    def wanted(self, message: Wanted) -> None:
        """Do something to a message of the open chat."""
        key = self._app.open_chat
        if key is not None:
            bench = self.media if message.what in FILES else self.dispatch
            bench.do(key, message.what, message.message)

    def commanded(self, message: Commanded) -> None:
        """Let the open chat's device do something."""
        key = self._app.open_chat
        if key is not None:
            self.dispatch.command(key.device, message.command)

    def chat_asked(self, message: ChatAsked) -> None:
        """Ask what is to be done with a chat."""
        key = message.chat or self._app.open_chat
        if key is not None:
            self.dispatch.chat(key)

    def do_to_chat(self, what: str, chat: Chat) -> None:
        """Do something to a chat by the name of the act, or say why it cannot be done."""
        why = self.dispatch.chat_act(what, chat)
        if why:
            self._app.notify(why, markup=False)

    def opened(self, key: ChatKey) -> None:
        """Take note that a chat is open from now on."""
        chat = self._app.store.chats.get(key)
        if chat is not None and chat.kept is not None and chat.kept.unread:
            self.dispatch.unmark(key)
        if chat is not None and chat.group:
            self._app.call_after_refresh(self._show_members)
        if self._details is not None:
            self.follow()

    def _show_members(self) -> None:
        self.desk.show_members()

    def moved(self, old: ChatKey, new: ChatKey) -> None:
        """File under its key from now on what is kept of a chat that turned out to be another one."""
        chat = self._app.store.chats.get(new)
        if chat is not None and chat.kept is not None:
            self._app.network.keep(new, chat.kept)
            self._app.network.keep(old, None)

    # What came of it.

    def show(self, changes: Changes) -> None:
        """Tell what came of what was wanted."""
        app = self._app
        if app.open_chat in changes.members or (changes.devices and self._knows_nobody()):
            self.desk.show_members()
        if changes.caps:
            app.conversation.show_caps(app.store.caps)
        for key, event in changes.fetched:
            self.media.came(key, event)
        if changes.carried or changes.failed:
            self._ended(changes)
        if self._has("people"):
            self.people.changed(changes)
        if self._has("fleet") or changes.made or changes.refused:
            self.fleet.changed(changes)

    def _knows_nobody(self) -> bool:
        """Whether nobody has told yet who is in the open group, and somebody could now."""
        store, key = self._app.store, self._app.open_chat
        chat = store.chats.get(key) if key is not None else None
        if key is None or chat is None or not chat.group or key in store.members:
            return False
        link = store.links.get(key.device)
        return link is not None and link.state is LinkState.LIVE and Cap.MEMBERS in store.caps

    def _ended(self, changes: Changes) -> None:
        """Say what became of commands; a text that could not replace another is there again."""
        app = self._app
        self.dispatch.ended(changes)
        for key, command, words in changes.failed:
            if isinstance(command, Fetch):
                self.media.failed(key, command, words)
            elif isinstance(command, Edit) and not app.conversation.edit_failed(
                key, command.id, command.text
            ):
                self.desk.give_back(key, command.text)
        for key, command in changes.carried:
            if isinstance(command, DeleteChat) and key == app.open_chat:
                app.drafts.keep(key, app.conversation.draft)  # and not carried over to another chat
                app.composer.text = ""
                app.close_thread()

    def _say_work(self, words: str) -> None:
        """Say what is being fetched or played."""
        if self._app.is_running:
            self._app.conversation.foot.show_work(words)

    # What is known of a chat.

    def tell_about(self, key: ChatKey) -> None:
        """Tell about somebody or a group."""
        self.people.about(key)

    def toggle_details(self) -> None:
        """Tell about the open chat: beside it where there is room, else above it."""
        from watui.panes.details import DetailsPane  # noqa: PLC0415

        app = self._app
        if app.open_chat is None:
            app.notify("open a chat first", markup=False, timeout=3)
        elif not app.screen.has_class("-huge"):
            self.people.about(app.open_chat)
        elif self._details is None:
            self._details = DetailsPane(id="details")
            app.query_one("#panes").mount(self._details)
            self.follow()
        else:
            self._details.remove()
            self._details = None
            self.follow()

    def follow(self) -> None:
        """Tell about the open chat from now on, if that is wanted."""
        if self._details is not None:
            self.people.follow(self._app.open_chat, self._details.show)
        elif self._has("people"):
            self.people.follow(None, lambda _: None)
