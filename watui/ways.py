"""The ways in which an alert leaves watui: bell, notification, sound and a program of the person's own."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from time import monotonic
from typing import Any

from watui.alerts import Alert, Cause, Way
from watui.aside import aside
from watui.means import Means, Privacy, allowed, worded
from watui.terminal import output
from watui.terminal.bells import Bells, Gaps
from watui.terminal.desktop import LIMIT as DESKTOP_LIMIT
from watui.terminal.desktop import desktop_command, has_desktop
from watui.terminal.errands import Errands, resolved
from watui.terminal.host import Guarded
from watui.terminal.outer import Outer, outer
from watui.terminal.outside import is_far
from watui.terminal.sequences import BODY_LIMIT, TITLE_LIMIT, plain
from watui.terminal.sounds import LIMIT as SOUND_LIMIT
from watui.terminal.sounds import sound_command
from watui.text import one_line

__all__ = ["PATTERNS", "Means", "Privacy", "Ways", "allowed", "command_text"]

PATTERNS: Mapping[Cause, Gaps] = {
    Cause.MESSAGE: (),
    Cause.MENTION: (0.15,),
    Cause.DEVICE: (0.15, 0.15),
    Cause.ERROR: (0.45, 0.45),
}
"""What the bell sounds like for each cause; terminals make one of bells that come closer than this."""

COMMANDS = 4
"""Runs of the person's program at once, and desktop notifications on their way."""

COMMAND_LIMIT = 10.0
"""Seconds for one run."""

OUTER_FOR = 60.0
"""Seconds for which the answer of tmux holds: it may be re-attached to another terminal."""

_log = logging.getLogger(__name__)


class Ways:
    """Carries out what was decided, on the UI thread, which never waits for any of it.

    What goes to the terminal is kept from an editor that has it for a while. Programs never see the terminal,
    and run then too.
    """

    def __init__(self, app: Guarded[Any], environ: Mapping[str, str] = os.environ) -> None:
        self._app = app
        self._environ = environ
        self._means = Means()
        self._bells = Bells(app)
        self._sounds = Errands(most=1, limit=SOUND_LIMIT)
        self._commands = Errands(most=COMMANDS, limit=COMMAND_LIMIT)
        self._desktop = Errands(most=COMMANDS, limit=DESKTOP_LIMIT)
        self._outer = Outer()
        self._asked_at = float("-inf")
        self._telling: set[asyncio.Task[None]] = set()
        self._said: set[str] = set()

    def configure(self, means: Means) -> None:
        """Use no other means from now on."""
        if means != self._means:
            self._said.clear()
        self._means = means

    def carry_out(self, alert: Alert) -> bool:
        """Call in the ways of an alert, as far as the settings allow them; returns at once and never raises.

        Notes and badges are not its business. Gives whether there was a way that leads somewhere from here.
        """
        with _unharmed():
            return self._carry_out(alert)
        return False

    def show_title(self, unread: int) -> None:
        """Show a number of unread messages in the window's title, until exit."""
        output.set_title(self._app, f"({unread}) watui" if unread > 0 else "watui")

    async def close(self) -> None:
        """End all that is on its way, sounds and programs too."""
        self._means = Means(bell=False, terminal=False, desktop=False)
        self._bells.close()
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*(aside(each.close) for each in (self._sounds, self._commands, self._desktop)))

    def _carry_out(self, alert: Alert) -> bool:
        heading, body = worded(alert, self._means.privacy)
        goes = Way.SOUND in alert.ways and self._play(alert.cause)
        goes |= Way.COMMAND in alert.ways and self._run(alert.cause, heading, body)
        outside = Way.OUTSIDE in alert.ways and (self._means.terminal or self._means.desktop)
        # Not with every notification: in quiet hours one may go out alone.
        gaps = PATTERNS[alert.cause] if self._means.bell and Way.BELL in alert.ways else None
        if not outside:
            self._ring(gaps)
            return goes or gaps is not None
        if self._environ.get("TMUX") and monotonic() - self._asked_at > OUTER_FOR:
            task = asyncio.create_task(self._ask_and_tell(gaps, heading, body))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)
        else:
            self._tell(gaps, heading, body)
        return goes or gaps is not None or self._reaches

    @property
    def _reaches(self) -> bool:
        """Whether a notification gets anywhere, as far as that is known."""
        name, environ = self._app.terminal.name, self._environ
        if environ.get("TMUX"):
            name, environ = self._outer.name, self._outer.environ
        told = self._means.terminal and output.notifies(name, environ)
        return told or (self._means.desktop and has_desktop(self._environ))

    def _ring(self, gaps: Gaps | None) -> None:
        if gaps is not None and self._bells.begin(gaps):
            output.bell(self._app)

    async def _ask_and_tell(self, gaps: Gaps | None, heading: str, body: str) -> None:
        with _unharmed():
            self._outer = await aside(lambda: outer(self._environ))
            self._asked_at = monotonic()
            self._tell(gaps, heading, body)

    def _tell(self, gaps: Gaps | None, heading: str, body: str) -> None:
        """Ring, and have the terminal tell, or else the desktop."""
        name, environ, passes = self._app.terminal.name, self._environ, True
        if environ.get("TMUX"):
            name, environ, passes = self._outer.name, self._outer.environ, self._outer.passes
        told = False
        if self._means.terminal and output.notifies(name, environ):
            begins = gaps is not None and self._bells.begin(gaps)
            told = output.notify(self._app, heading, body, terminal=name, environ=environ, ring=begins)
        else:
            self._ring(gaps)
        if self._means.desktop and not (told and passes) and has_desktop(self._environ):
            build = partial(desktop_command, heading, body, self._environ)
            self._desktop.send(build, self._environ, self._telling_of("notify-send", aloud=False))

    def _play(self, cause: Cause) -> bool:
        path = self._means.sounds.get(cause)
        if path is None or (is_far(self._environ) and not self._means.sounds_over_ssh):
            return False
        build = partial(sound_command, path, self._means.player, self._environ)
        self._sounds.send(build, self._environ, self._telling_of(f"sound_{cause}"))
        return True

    def _run(self, cause: Cause, heading: str, body: str) -> bool:
        command = self._means.command
        if command is None:
            return False
        build = partial(resolved, command, self._environ, "alert_command")
        told = self._telling_of("alert_command")
        if not self._commands.send(build, self._environ, told, command_text(cause, heading, body)):
            _log.warning("alert_command: %s runs are not over, so this alert is not told to it", COMMANDS)
        return True

    def _telling_of(self, setting: str, *, aloud: bool = True) -> Callable[[str], None]:
        """Make what takes, on any thread, how a program did."""
        loop = asyncio.get_running_loop()

        def told(words: str) -> None:
            if words:
                with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
                    loop.call_soon_threadsafe(self._failed, setting, words, aloud)

        return told

    def _failed(self, setting: str, words: str, aloud: bool) -> None:
        _log.warning("%s: %s", setting, words)
        if aloud and setting not in self._said:
            self._said.add(setting)
            said = one_line(f"{setting}: {words}", limit=200)
            self._app.notify(said, severity="warning", markup=False)


@contextlib.contextmanager
def _unharmed() -> Iterator[None]:
    """Go on whatever is wrong with a bell: the message is there."""
    try:
        yield
    except Exception as error:
        _log.error("an alert could not go out: %s", type(error).__name__)


def command_text(cause: Cause, heading: str, body: str) -> str:
    """Write what the person's program reads: the cause, the heading and the body, a line each."""
    return f"{cause}\n{plain(heading, TITLE_LIMIT)}\n{plain(body, BODY_LIMIT)}\n"
