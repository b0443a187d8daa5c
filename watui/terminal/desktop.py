"""The desktop's own notification, by `notify-send`, where the desktop is the person's."""

from collections.abc import Mapping

from watui.terminal import sequences
from watui.terminal.errands import Unable, resolved

LIMIT = 2.0
"""Seconds that `notify-send` gets; without a desktop that listens it waits for one."""


def desktop_command(heading: str, body: str, environ: Mapping[str, str]) -> list[str]:
    """Build the program and its arguments; raises Unable where there is no desktop of the person's."""
    command = sequences.desktop_command(heading, body, environ)
    if command is None:
        raise Unable("no desktop of yours is here")
    return resolved(command, environ, "PATH")


def has_desktop(environ: Mapping[str, str]) -> bool:
    """Whether a desktop is here, and the person before it."""
    return sequences.desktop_command("", "", environ) is not None
