"""A short sound file and the player for it: the person's own, or one that is found here."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from watui.paths import reason
from watui.terminal.errands import Unable, resolved
from watui.terminal.playing import find_player

LIMIT = 10.0
"""Seconds that a sound of an alert may take."""


def sound_command(path: Path, player: Sequence[str] | None, environ: Mapping[str, str]) -> list[str]:
    """Build the player's program and arguments for a file.

    `player` is a program and its arguments, to which the file is appended; without one, a player that
    `playing` knows is looked for. Raises Unable if there is none, or no such file.
    """
    path = path.expanduser().absolute()
    try:
        if not path.is_file():
            raise Unable(f"there is no plain file {path}")
        path.open("rb").close()
    except OSError as error:
        raise Unable(f"{path} cannot be read: {reason(error)}") from None
    if player:
        return [*resolved(player, environ, "sound_player"), str(path)]
    # Whether one may be heard over SSH is for the person to say, and was asked before.
    usual = find_player({"PATH": environ.get("PATH", os.defpath)})
    if usual is None:
        raise Unable("no player was found; set sound_player to one")
    return usual.command(path, 1.0)
