"""Opening an address or a received file with the desktop's own program: locally only, never through a shell.

What is in a file was chosen by whoever sent it, so only what is looked at, heard or read is opened: nothing
that is run, and nothing that a browser would show as a page of this computer's own.
"""

import re
import stat
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from watui.paths import reason
from watui.terminal.outside import found, given, is_far

__all__ = ["can_open", "open_path", "open_url", "refusal"]

# No blank, no control character, and a scheme that no program takes for a file or a command.
_WEB = re.compile(r"https?://[^\s\x00-\x20\x7f]+", re.IGNORECASE)
_PLACE = re.compile(r"geo:-?\d{1,2}\.\d{1,9},-?\d{1,3}\.\d{1,9}", re.ASCII)
_MAIL = re.compile(r"mailto:[^\s\x00-\x20\x7f]+", re.IGNORECASE)

# What has no place in an address as it is, and might mean something to the shell scripts behind `xdg-open`.
_FOREIGN = re.compile(r'["<>\\^`{|}]')

# Pictures, sounds, films and documents. Not HTML and SVG, which hold scripts; not archives, which hold
# anything; no office files that say themselves that they hold macros.
_OPENED = re.compile(
    r"""\.(?:
        avif | bmp | gif | heic | heif | jpeg | jpg | png | tif | tiff | webp
      | aac | amr | flac | m4a | mp3 | oga | ogg | opus | wav
      | 3gp | avi | m4v | mkv | mov | mp4 | mpeg | mpg | ogv | webm
      | csv | doc | docx | epub | ics | odp | ods | odt | pdf | ppt | pptx | rtf | txt | vcf | xls | xlsx
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_HEAD = 1024  # bytes of a file that are looked at
_PROGRAMS = (
    b"#!",
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",  # Java, and Macs of several kinds
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\0asm",
)
# Some desktops go by how a file begins, not by its name.
_PAGE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<[!?/a-z]|^\s*\[Desktop Entry", re.IGNORECASE | re.MULTILINE)


def can_open(environ: Mapping[str, str]) -> bool:
    """Whether a browser would open before the person, and not on the far side of an SSH connection."""
    if is_far(environ):
        return False
    return _on_mac() or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_url(url: str, environ: Mapping[str, str]) -> bool:
    """Start the desktop's program for an address; False where there is no desktop, or it is no such address.

    Returns at once. That it was started says nothing about whether a page appeared.
    """
    if not can_open(environ):
        return False
    if not (_WEB.fullmatch(url) or _PLACE.fullmatch(url) or (_MAIL.fullmatch(url) and not _attaches(url))):
        return False
    return _start(_FOREIGN.sub(lambda match: f"%{ord(match[0]):02X}", url), environ)


def refusal(path: Path) -> str:
    """Say why a file is never opened from here; nothing if it may be.

    Judged by the ending of its name, its mode and how it begins, and not by the type that its sender gave.
    """
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode):
            return "it is no plain file"
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        return f"it cannot be read: {reason(error)}"
    if mode & 0o111 or head.startswith(_PROGRAMS):
        return "it is a program or marked as one; watui starts none"
    if not _OPENED.fullmatch(path.suffix):
        return "watui opens only pictures, sounds, films and documents"
    if _PAGE.search(head):
        return "it is a web page or a starter of programs, whatever its name says"
    return ""


def open_path(path: Path, environ: Mapping[str, str]) -> bool:
    """Start the desktop's program for a file; False where there is no desktop, or `refusal` says why.

    Returns at once. That it was started says nothing about whether a window appeared.
    """
    return can_open(environ) and not refusal(path) and _start(str(path.absolute()), environ)


def _start(argument: str, environ: Mapping[str, str]) -> bool:
    opener = found("open" if _on_mac() else "xdg-open", environ)
    if opener is None:
        return False
    try:
        process = subprocess.Popen(  # noqa: S603 - a list, no shell, and nothing that could be an option
            [opener, argument],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=given(environ),
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
