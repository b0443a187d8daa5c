"""Opening a web or mail address with the desktop's own program: locally only, and never through a shell."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from urllib.parse import unquote

__all__ = ["can_open", "open_url"]

# No blank, no control character, and a scheme that no program takes for a file or a command.
_WEB = re.compile(r"https?://[^\s\x00-\x20\x7f]+", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s\x00-\x20\x7f]+", re.IGNORECASE)

# What has no place in an address as it is, and might mean something to the shell scripts behind `xdg-open`.
_FOREIGN = re.compile(r'["<>\\^`{|}]')


def can_open(environ: Mapping[str, str]) -> bool:
    """Whether a browser would open before the person, and not on the far side of an SSH connection."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return False
    return _on_mac() or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_url(url: str, environ: Mapping[str, str]) -> bool:
    """Start the desktop's program for an address; False where there is no desktop, or it is no such address.

    Returns at once. That it was started says nothing about whether a page appeared.
    """
    if not can_open(environ):
        return False
    if not (_WEB.fullmatch(url) or (_MAIL.fullmatch(url) and not _attaches(url))):
        return False
    opener = shutil.which("open" if _on_mac() else "xdg-open", path=environ.get("PATH", os.defpath))
    if opener is None:
        return False
    address = _FOREIGN.sub(lambda match: f"%{ord(match[0]):02X}", url)
    try:
        process = subprocess.Popen(  # noqa: S603 - a list, no shell, and an address that begins with its scheme
            [opener, address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # The gateway's key is nothing that a browser should inherit.
            env={name: value for name, value in environ.items() if not name.startswith("WATUI_")},
            start_new_session=True,
        )
    except (OSError, ValueError):  # too long, or letters that the system cannot write
        return False
    # Somebody must ask how it ended, or it stays in the list of processes until watui does.
    threading.Thread(target=process.wait, name="opened", daemon=True).start()
    return True


def _attaches(url: str) -> bool:
    """Whether a mail address would have a file of the person's sent along, which some programs do."""
    fields = unquote(url.partition("?")[2]).lower()
    return any(field.strip().startswith("attach") for field in re.split("[&;?]", fields))


def _on_mac() -> bool:
    return sys.platform == "darwin"
