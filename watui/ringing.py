"""Calling for the person's attention: what came in goes to the policy, and what that decides goes out.

Nothing of it is needed before the first paint, so all of it is made when something first happens.
"""

import time
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from textual.timer import Timer

from watui.changes import Changes
from watui.panes.words import clock

if TYPE_CHECKING:
    from watui.alerts import Alert, Moment, Presence
    from watui.alerts.ringer import Ringer
    from watui.app import Watui
    from watui.messages import Configured
    from watui.notices import Notice, Notices
    from watui.panes.notices import NoticeStack
    from watui.screens.notices import NoticesScreen
    from watui.ways import Ways

HOURS = (1, 2, 4, 8)
"""For how long the person can ask not to be disturbed."""


class Ringing:
    """Carries each alert out: into the stack of notices, and by whatever else the settings allow."""

    def __init__(self, app: "Watui") -> None:
        self._app = app
        self._timer: Timer | None = None
        self._expiry: Timer | None = None
        self._number = 0
        self._choosing = False
        self._key_at = time.monotonic()  # whoever has just started it is there
        self._past: NoticesScreen | None = None
        self.focused: bool | None = None
        """Whether the terminal has the focus; `None` as long as it has never told."""

    @cached_property
    def ringer(self) -> "Ringer":
        """Decides what rings."""
        from watui.alerts.ringer import Ringer  # noqa: PLC0415

        store = self._app.store
        ringer = Ringer(is_contact=lambda device, jid: store.person(device, jid).own)
        ringer.hushed_until = self._app.memory.hushed_until
        return ringer

    @cached_property
    def ways(self) -> "Ways":
        """Goes the ways out of watui."""
        from watui.ways import Ways  # noqa: PLC0415

        return Ways(self._app)

    @cached_property
    def notices(self) -> "Notices":
        """Knows what was told inside watui."""
        from watui.notices import Notices  # noqa: PLC0415

        return Notices()

    def _is_made(self, part: str) -> bool:
        return part in self.__dict__

    def configure(self, settings: "Configured") -> None:
        """Ring as the settings say from now on."""
        if settings.rules is not None and settings.means is not None:
            self.ringer.rules = settings.rules
            self.ways.configure(settings.means)
            self.show_title()

    async def close(self) -> None:
        """End what is on its way."""
        if self._is_made("ways"):
            await self.ways.close()

    # What happens.

    def pressed(self) -> bool:
        """Take note that somebody is there; whether nobody was before."""
        away = not self.here
        self._key_at = time.monotonic()
        if self.focused is False:  # the terminal has not told that it is looked at again
            self.focused = True
        return away

    @property
    def here(self) -> bool:
        """Whether the person is at watui, as far as that can be known."""
        return self._presence().here

    def show(self, changes: Changes) -> None:
        """Let ring what should, and no longer tell what was read."""
        if self._is_made("ringer") or changes.arrived or changes.devices:
            self._follow(changes)
            self._ring(changes)
        if changes.chats:
            self.show_title()

    def _follow(self, changes: Changes) -> None:
        store, fewer = self._app.store, False
        for old, new in changes.moved.items():
            self.ringer.move(old, new)
            fewer |= self.notices.follow(old, new)
        for key in changes.chats:
            chat = store.chats.get(key)
            if chat is None or not chat.unread:
                self.ringer.read(key)
                fewer |= self.notices.read(key)
        if changes.devices and self._is_made("notices"):
            from watui.alerts.devicewatch import troubled  # noqa: PLC0415

            fewer |= self.notices.settle(troubled(store.devices, store.links))
        if fewer:
            self.show_notices()

    def _ring(self, changes: Changes) -> None:
        store, presence, now = self._app.store, self._presence(), _now()
        if changes.arrived:
            arrived = changes.arrived
            self._tell(self.ringer.arrived(arrived, store.chats, store.devices, store.names, presence, now))
        if changes.devices:
            self._tell(self.ringer.devices(store.devices, store.links, presence, now))
        self._wake_later()

    def _wake(self) -> None:
        """Tell what was held back and may be told now."""
        self._timer = None
        if not self._app.is_running:
            return
        store, presence, now = self._app.store, self._presence(), _now()
        self._tell(self.ringer.due(store.chats, store.devices, presence, now))
        self._tell(self.ringer.devices(store.devices, store.links, presence, now))
        self._wake_later()

    def _wake_later(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        at = self.ringer.wake_at
        if at is not None:
            self._timer = self._app.set_timer(max(0.01, at - time.monotonic()), self._wake)

    def _presence(self) -> "Presence":
        from watui.alerts import Presence  # noqa: PLC0415

        return Presence(self._app.in_view, self.focused, time.monotonic() - self._key_at)

    # What is told.

    def _tell(self, alerts: "list[Alert]") -> None:
        from watui.alerts import Priority, Way  # noqa: PLC0415

        for alert in alerts:
            gone = self.ways.carry_out(alert)
            # What matters is told in some way: here at the least, where no other can be gone.
            if Way.TOAST in alert.ways or (alert.priority is Priority.HIGH and not gone):
                self._note(alert)
        if alerts:
            self.show_notices()
            if self._past is not None:
                self._past.show(self.notices.history)

    def _note(self, alert: "Alert") -> None:
        from watui.notices import MARKS, Notice  # noqa: PLC0415

        self._number += 1
        notice = Notice(
            self._number,
            alert.title,
            alert.body,
            MARKS[alert.cause],
            int(alert.priority),
            alert.chat,
            alert.device,
            round(time.time() * 1000),
            max(1, alert.count),
            alert.of,
            alert.troubles,
            alert.chats > 1,
        )
        self.notices.add(notice, time.monotonic())

    def show_title(self) -> None:
        """Say in the window's title how much is unread."""
        if self._is_made("ways"):
            self.ways.show_title(self._app.store.unread()[0])

    # The notices.

    @cached_property
    def stack(self) -> "NoticeStack":
        """Shows notices over the panes."""
        from watui.panes.notices import NoticeStack  # noqa: PLC0415

        return NoticeStack.over(self._app.query_one("#panes"))

    def show_notices(self) -> None:
        """Show what stands, and come again when the next one goes; what nobody sees does not go."""
        if not self._app.is_running or not self._is_made("notices"):
            return
        notices, covered = self.notices, not self._app.panes_seen
        notices.hold(time.monotonic(), on=covered or self._choosing)
        if not covered and (notices.visible or self._is_made("stack")):
            self.stack.show(notices.visible, notices.folded)
        if self._expiry is not None:
            self._expiry.stop()
            self._expiry = None
        if notices.next_expiry is not None:
            self._expiry = self._app.set_timer(
                max(0.01, notices.next_expiry - time.monotonic()), self._expire
            )

    def _expire(self) -> None:
        self._expiry = None
        self.notices.expire(time.monotonic())
        self.show_notices()

    def choose(self, *, on: bool) -> None:
        """Take note that the person begins to choose among the notices, or ends."""
        self._choosing = on
        self.show_notices()

    def list_past(self) -> None:
        """List what was told lately."""
        from watui.screens.notices import NoticesScreen  # noqa: PLC0415

        def chosen(notice: "Notice | None") -> None:
            self._past = None
            if notice is not None:
                self._app.go_where(notice.chat, notice.device)

        self._past = NoticesScreen(self.notices.history)
        self._app.push_screen(self._past, chosen)

    def dismiss(self, number: int | None) -> None:
        """Let one notice go, or all."""
        if self.notices.dismiss_all() if number is None else self.notices.dismiss(number):
            self.show_notices()

    def begin(self) -> bool:
        """Let the person choose among the notices; whether there are any."""
        return self._is_made("stack") and self.stack.begin()

    def leave(self) -> bool:
        """End choosing among the notices; whether somebody was."""
        return self._is_made("stack") and self.stack.leave()

    # Not to be disturbed.

    def ask_to_hush(self) -> None:
        """Ask for how long the person is not to be disturbed."""
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415

        entries = [Entry(str(n), f"{n} hour{'s' * (n > 1)}", str(n)) for n in HOURS]
        if self.hushed_until:
            until = clock(round(self.hushed_until * 1000))
            entries.append(Entry("0", "Not any more", "0", f"it is on until {until}"))

        def chosen(hours: str | None) -> None:
            if hours is not None:
                self.hush(int(hours))

        self._app.push_screen(MenuScreen("Do not disturb for", entries), chosen)

    def hush(self, hours: int) -> None:
        """Do not disturb the person for so many hours; with 0 do so again."""
        until = time.time() + hours * 3600 if hours else 0.0
        self.ringer.hushed_until = until
        self._app.memory.keep_hush(until)
        self._app.show_status()
        quiet = f"only what is meant for you is shown, without a noise, until {clock(round(until * 1000))}"
        said = quiet if hours else "alerts are on again"
        self._app.notify(said, markup=False, timeout=3)

    @property
    def hushed_until(self) -> float:
        """Until when that is, in s since 1970."""
        until = self.ringer.hushed_until if self._is_made("ringer") else self._app.memory.hushed_until
        return until if until > time.time() else 0.0


def _now() -> "Moment":
    from watui.alerts import Moment  # noqa: PLC0415

    wall = time.time()
    here = datetime.fromtimestamp(wall).astimezone()
    return Moment(time.monotonic(), here.hour * 60 + here.minute, wall)
