"""The app's own dialogs: linking a phone, finding a chat, the keys; which is open, and what it is told.

Their screens are imported when they open, so that the first paint need not wait for them.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from textual.app import App
from textual.dom import DOMNode

from watui import views
from watui.models import ChatKey
from watui.rows import EVERYTHING, Listing
from watui.store import Store
from watui.text import Safe

if TYPE_CHECKING:
    from watui.screens.choosing import ChooseScreen
    from watui.screens.pairing import PairingScreen
    from watui.screens.switcher import SwitcherScreen


class Dialogs:
    """Opens each dialog once at a time, and keeps those that are open up to date."""

    def __init__(self, app: App[None], store: Store, drafts: Mapping[ChatKey, str]) -> None:
        self._app = app
        self._store = store
        self._drafts = drafts
        self._pairing: PairingScreen | None = None
        self._switcher: SwitcherScreen | ChooseScreen | None = None
        self._listing = EVERYTHING
        self._link_later = False

    def switch(self) -> None:
        """Open the chat switcher."""
        from watui.screens.switcher import SwitcherScreen  # noqa: PLC0415

        def closed(_: None) -> None:
            self._switcher = None

        self._listing = EVERYTHING
        self._switcher = SwitcherScreen(self._store.rows(), views.marks(self._store, self._drafts))
        self._app.push_screen(self._switcher, closed)

    def choose_chats(self, what: str, device: Safe, chosen: Callable[[list[ChatKey] | None], object]) -> None:
        """Let the person choose chats of a device, `what` for."""
        from watui.screens.choosing import ChooseScreen  # noqa: PLC0415

        def closed(chats: list[ChatKey] | None) -> None:
            self._switcher = None
            chosen(chats)

        self._listing = Listing(device=device)
        rows = self._store.rows("", None, self._listing)
        self._switcher = ChooseScreen(what, rows, views.marks(self._store, self._drafts))
        self._app.push_screen(self._switcher, closed)

    def show_chats(self, query: str | None = None) -> bool:
        """Show in the chat switcher what there is now, or what holds another query; whether it is open."""
        if self._switcher is None:
            return False
        wanted = self._switcher.query_text if query is None else query
        found = self._store.rows(wanted, self._switcher.rows, self._listing)
        self._switcher.show(found, views.marks(self._store, self._drafts))
        return True

    def help(self, groups: Mapping[str, Iterable[DOMNode]]) -> None:
        """Show every key, under the names of its groups."""
        from watui.screens.help import HelpScreen  # noqa: PLC0415

        self._app.push_screen(HelpScreen(views.keys(self._app, groups)))

    def link(self, device: Safe | None = None) -> None:
        """Show the code of a device, or of the first one that waits for a phone."""
        from watui.screens.pairing import PairingScreen  # noqa: PLC0415

        def closed(_: None) -> None:
            self._pairing = None
            # Closed by the person, it does not open by itself again.
            self._link_later = bool(views.unlinked(self._store))

        if self._pairing is not None:
            return
        known = self._store.devices.get(device) if device is not None else None
        waiting = [known] if known is not None else views.unlinked(self._store)
        if waiting:
            self._pairing = PairingScreen(waiting[0])
            self._app.push_screen(self._pairing, closed)
        else:
            words = "every device is linked; F2, then a, makes another device"
            self._app.notify(words, markup=False)

    def show_devices(self) -> None:
        """Show a new code, close the dialog of a device that is gone, open it if nothing else can be done."""
        if self._pairing is not None:
            device = self._store.devices.get(self._pairing.device)
            if device is None:
                self._pairing.dismiss(None)
            else:
                self._pairing.show(device)
        elif (
            len(self._app.screen_stack) == 1
            and views.only_linking_is_left(self._store)
            and not self._link_later
        ):
            self.link()
