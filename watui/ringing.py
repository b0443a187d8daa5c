"""Calling for the person's attention, in the ways that the settings allow."""

import time
from collections.abc import Iterable, Mapping

from watui.alerts import Ringer
from watui.changes import Arrival
from watui.messages import Configured
from watui.models import Chat, ChatKey
from watui.terminal import output
from watui.terminal.host import Guarded


class Ringing:
    """Rings the bell, shows a toast and has the terminal notify, once for everything within a few seconds."""

    def __init__(self, app: Guarded[None]) -> None:
        self._app = app
        self._ringer = Ringer()
        self._toasts = self._sounds = True
        self._desktop = False

    def configure(self, settings: Configured) -> None:
        """Ring as the settings say from now on."""
        self._toasts, self._sounds, self._desktop = settings.notifications, settings.sounds, settings.desktop

    def ring(
        self,
        arrived: Iterable[Arrival],
        chats: Mapping[ChatKey, Chat],
        reading: ChatKey | None,
        *,
        covered: bool,
    ) -> None:
        """Ring for what came in, if any of it should; `covered`: nothing may lie over the screen now."""
        alert = self._ringer.decide([each[:2] for each in arrived], chats, reading, time.monotonic())
        if alert is None:
            return
        if self._sounds:
            output.bell(self._app)
        if self._toasts and not covered:
            self._app.notify(alert.body, title=alert.title, markup=False, timeout=4)
        if self._desktop:
            # What leaves the terminal ends up in histories and on lock screens: no names, no text.
            output.notify(self._app, "watui", "New message", terminal=self._app.terminal.name)
