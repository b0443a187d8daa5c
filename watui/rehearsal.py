"""`watui doctor --alerts`: rings in each way in turn, asks what was seen and heard, and says what to set."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from watui.alerts import Alert, Cause
from watui.doctor import terminal_here
from watui.means import Means, worded
from watui.terminal.desktop import LIMIT as DESKTOP_LIMIT
from watui.terminal.desktop import desktop_command, has_desktop
from watui.terminal.direct import Direct
from watui.terminal.errands import Errands, resolved
from watui.terminal.facts import UNKNOWN, Terminal
from watui.terminal.outer import Outer, outer
from watui.terminal.output import notifies
from watui.terminal.outside import is_far
from watui.terminal.sounds import LIMIT as SOUND_LIMIT
from watui.terminal.sounds import sound_command
from watui.text import Safe, one_line
from watui.ways import COMMAND_LIMIT, PATTERNS, command_text

FAILED = 1
"""Exit code when something that was tried did not reach the person."""

_SOUNDS_LIKE = {
    Cause.MESSAGE: "one bell",
    Cause.MENTION: "two quick bells",
    Cause.DEVICE: "three quick bells",
    Cause.ERROR: "three slow bells",
}

_ENTRY = 26  # cells of the widest name in the table
_BELL_OFF = "see whether the terminal's own bell is switched off"


class Entry(NamedTuple):
    """A line of the table."""

    way: str
    reached: bool | None
    """Whether it reached the person; None if it was not tried."""
    words: str
    """Why not, or what to set."""


class Over(Exception):
    """The person wants to answer no more."""


class Rehearsal:
    """One run through all ways. Without Textual: what is tried is the terminal, not the app."""

    def __init__(
        self, means: Means, terminal: Terminal, environ: Mapping[str, str], ask: Callable[[str], str]
    ) -> None:
        """`ask` puts a question and gives the line of the answer, with its end; raises Over at the end."""
        self._means = means
        self._terminal = terminal
        self._environ = environ
        self._ask = ask
        self._direct = Direct()
        self._alert = Alert(Safe("Ana Example"), Safe("This is a rehearsal"))

    def run(self) -> list[Entry]:
        """Go through all ways until the person has had enough."""
        entries: list[Entry] = []
        try:
            for entry in self._all():
                entries.append(entry)
        except Over:
            pass
        return entries

    def _all(self) -> Iterator[Entry]:
        yield from self._bells()
        yield self._title()
        around = outer(self._environ) if self._environ.get("TMUX") else None
        told = self._notification(around)
        yield told
        yield self._desktop(quiet=bool(told.reached))
        for cause in Cause:
            yield self._sound(cause)
        yield self._command()

    def _bells(self) -> Iterator[Entry]:
        for cause, gaps in PATTERNS.items():
            way = f"bell for {_OF[cause]}"
            if not self._means.bell:
                yield Entry(way, None, "switched off: sounds = true rings it")
                continue
            self._direct.bell(gaps)
            heard = self._yes(f"The terminal's bell, {_SOUNDS_LIKE[cause]}. Did you hear or see it?")
            within = " (in tmux: set -g bell-action any)" if self._environ.get("TMUX") else ""
            yield Entry(way, heard, "" if heard else f"{_BELL_OFF}{within}")

    def _title(self) -> Entry:
        with self._direct.title("(3) watui"):
            seen = self._yes("Does the title of the window or tab say (3) watui?")
        within = "set -g set-titles on in tmux.conf" if self._environ.get("TMUX") else ""
        return Entry("window title", seen, "" if seen else within or "this terminal may not show titles")

    def _notification(self, around: Outer | None) -> Entry:
        way = "terminal's notification"
        if not self._means.terminal:
            return Entry(way, None, "switched off: terminal_notifications = true")
        name, environ = self._terminal.name, self._environ
        if around is not None:
            name, environ = around.name, around.environ
        known = name or environ.get("TERM", "") or "the terminal"
        if not notifies(name, environ):
            return Entry(way, None, f"{known} is not known to show any")
        heading, body = worded(self._alert, self._means.privacy)
        self._direct.notify(heading, body, terminal=name, environ=environ)
        seen = self._yes(f"A notification by {known}: {heading}, {body}. Do you see it?")
        if seen:
            return Entry(way, True, "")
        if around is not None and not around.passes:
            return Entry(way, False, "set -g allow-passthrough on in tmux.conf")
        return Entry(way, False, "see whether the terminal or the desktop has switched them off")

    def _desktop(self, *, quiet: bool) -> Entry:
        way = "desktop's notification"
        if not self._means.desktop:
            return Entry(way, None, "switched off: desktop_notifications = true")
        if is_far(self._environ):
            return Entry(way, None, "over SSH the desktop here is not yours")
        if not has_desktop(self._environ):
            return Entry(way, None, "no desktop is here")
        if quiet:
            return Entry(way, None, "not needed: the terminal notifies")
        heading, body = worded(self._alert, self._means.privacy)
        trouble = self._sent(DESKTOP_LIMIT, lambda: desktop_command(heading, body, self._environ))
        if trouble:
            return Entry(way, False, f"notify-send: {trouble}")
        seen = self._yes(f"A notification by the desktop: {heading}, {body}. Do you see it?")
        return Entry(way, seen, "" if seen else "see whether the desktop is set not to disturb")

    def _sound(self, cause: Cause) -> Entry:
        way = f"sound for {_OF[cause]}"
        path = self._means.sounds.get(cause)
        if path is None:
            return Entry(way, None, f"no file: set sound_{cause} to one")
        if is_far(self._environ) and not self._means.sounds_over_ssh:
            return Entry(way, None, "over SSH it may be heard elsewhere; sounds_over_ssh = true plays it")
        trouble = self._sent(SOUND_LIMIT, lambda: sound_command(path, self._means.player, self._environ))
        if trouble:
            return Entry(way, False, trouble)
        heard = self._yes("That was a sound. Did you hear it?")
        return Entry(way, heard, "" if heard else "see whether the player's volume is up")

    def _command(self) -> Entry:
        way, command = "your own program", self._means.command
        if command is None:
            return Entry(way, None, "none: set alert_command to one")
        text = command_text(Cause.MESSAGE, *worded(self._alert, self._means.privacy))
        trouble = self._sent(COMMAND_LIMIT, lambda: resolved(command, self._environ, "alert_command"), text)
        if trouble:
            return Entry(way, False, f"alert_command: {trouble}")
        did = self._yes("Your program has run. Did it do what it should?")
        return Entry(way, did, "" if did else "it gets the cause, a heading and a text, a line each")

    def _sent(self, limit: float, build: Callable[[], list[str]], text: str = "") -> str:
        """Run a program to its end; gives what went wrong."""
        over, trouble = threading.Event(), [""]

        def told(words: str) -> None:
            trouble[0] = words
            over.set()

        errands = Errands(most=1, limit=limit)
        try:
            errands.send(build, self._environ, told, text)
            over.wait(limit + 1)
        finally:
            errands.close()
        return trouble[0]

    def _yes(self, question: str) -> bool:
        while True:
            answer = self._ask(f"{question} [y/n/q] ").strip().casefold()
            if answer in {"y", "yes"}:
                return True
            if answer in {"n", "no"}:
                return False
            if answer in {"q", "quit"}:
                raise Over


_OF = {
    Cause.MESSAGE: "a message",
    Cause.MENTION: "a mention",
    Cause.DEVICE: "a device",
    Cause.ERROR: "an error",
}


def main(means: Means, environ: Mapping[str, str] = os.environ) -> int:
    """Rehearse in the terminal on standard input and output, which must be one; returns the exit code."""
    terminal = terminal_here() or UNKNOWN
    sys.stdout.write("watui rings in each way in turn. Say what reaches you, with y or n; q stops.\n")
    entries = Rehearsal(means, terminal, environ, _asked).run()
    sys.stdout.write("\n")
    for entry in entries:
        mark, said = {True: ("✓", "reached you"), False: ("✗", "did not"), None: ("·", "not tried")}[
            entry.reached
        ]
        words = one_line(entry.words, limit=300)
        sys.stdout.write(f"{mark} {entry.way:<{_ENTRY}}{said:<13}{words}".rstrip() + "\n")
    return FAILED if any(entry.reached is False for entry in entries) else 0


def _asked(question: str) -> str:
    sys.stdout.write(question)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise Over
    return line
