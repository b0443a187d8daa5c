"""The app's own dialogs: linking a phone, finding a chat, the keys; which is open, and what it is told.

Their screens are imported when they open, so that the first paint need not wait for them.
"""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from textual.app import App
from textual.dom import DOMNode

from watui import views
from watui.bidi import in_order
from watui.models import ChatKey, Device, DeviceState
from watui.paths import Paths
from watui.rows import EVERYTHING, Listing
from watui.store import Store
from watui.terminal.facts import UNKNOWN, Terminal, draws_sextants
from watui.text import Safe, fit

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
        self._codes: dict[Safe, tuple[object, float]] = {}
        """What each device offers to be scanned, and since when (monotonic seconds)."""

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

    def help_here(self) -> None:
        """Show the keys of the dialog in front, or close what shows them."""
        from watui.screens.help import HelpScreen  # noqa: PLC0415

        screen = self._app.screen
        if isinstance(screen, HelpScreen):
            screen.dismiss(None)
        else:
            self._app.push_screen(HelpScreen(views.keys(self._app, {"keys here": [screen]}), alone=True))

    def link(self, device: Safe | None = None, called: Safe | None = None) -> None:
        """Show the code of a device, or of the first one that waits for a phone.

        `called` is the name of the one whose place it is to take.
        """
        if self._pairing is not None:
            return
        known = self._store.devices.get(device) if device is not None else None
        waiting = [known] if known is not None else views.unlinked(self._store)
        if known is not None and known.state is DeviceState.READY:
            self._say_linked(known)
        elif waiting:
            self._show_code(waiting[0], called)
        else:
            words = "every device is linked; F2, then a, makes another device"
            self._app.notify(words, markup=False)

    def _show_code(self, device: Device, called: Safe | None) -> None:
        from watui.files.momentary import Momentary  # noqa: PLC0415
        from watui.pictures.asking import code  # noqa: PLC0415
        from watui.screens.pairing import PairingScreen  # noqa: PLC0415

        def closed(linked: bool | None) -> None:
            self._pairing = None
            # Closed by the person, it does not open by itself again.
            self._link_later = bool(views.unlinked(self._store))
            if linked:
                self._say_linked(self._store.devices.get(device.id, device))

        terminal: Terminal = getattr(self._app, "terminal", UNKNOWN)
        self._note_codes()
        self._pairing = PairingScreen(
            device,
            Momentary(Paths.find(os.environ).media, ".png"),
            code,
            seen=self._codes[device.id][1],
            sextants=draws_sextants(terminal),
            perhaps=terminal.multiplexed,
            called=called,
        )
        self._app.clear_notifications()  # which might lie over the code
        self._app.push_screen(self._pairing, closed)

    def _say_linked(self, device: Device) -> None:
        self._app.notify(f"{in_order(fit(device.label, 40))} is linked", markup=False)

    def _note_codes(self) -> None:
        """Note since when each device offers what it does: no code is new only because somebody sees it."""
        now = time.monotonic()
        before, self._codes = self._codes, {}
        for device in self._store.devices.values():
            offered = (device.state, device.qr, device.qr_picture)
            known = before.get(device.id)
            self._codes[device.id] = known if known and known[0] == offered else (offered, now)

    def show_devices(self) -> None:
        """Show a new code, say of a device that it is gone, open the dialog if nothing else can be done."""
        self._note_codes()
        if self._pairing is not None:
            device = self._store.devices.get(self._pairing.device)
            if device is None:
                self._pairing.gone()
            else:
                self._pairing.show(device, self._codes[device.id][1])
        elif (
            len(self._app.screen_stack) == 1
            and views.only_linking_is_left(self._store)
            and not self._link_later
        ):
            self.link()
