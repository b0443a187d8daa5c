"""Programs of the person's own that are started from here: where they run, and what they are given."""

import os
import shutil
from collections.abc import Mapping


def is_far(environ: Mapping[str, str]) -> bool:
    """Whether this runs on the far side of an SSH connection, with its screen and speakers elsewhere."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


def found(name: str, environ: Mapping[str, str]) -> str | None:
    """Find a program by its name in the path, or by its place; None if there is none that can be run."""
    return shutil.which(name, path=environ.get("PATH", os.defpath))


def given(environ: Mapping[str, str]) -> dict[str, str]:
    """Build what such a program inherits: all but what is watui's own, the gateway's key above all."""
    return {name: value for name, value in environ.items() if not name.startswith("WATUI_")}
