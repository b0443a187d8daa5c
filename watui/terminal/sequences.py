"""Builders of escape sequences and of the desktop command: pure, so that tests can read every byte."""

import base64
import unicodedata
from collections.abc import Mapping
from typing import Literal

Kind = Literal["osc9", "osc777", "osc99"]

BELL = "\a"
TITLE_SAVE = "\x1b[22;0t"
TITLE_RESTORE = "\x1b[23;0t"
MOUSE_PIXELS_OFF = "\x1b[?1016l"
# BDSM: who reorders right-to-left text, the program (off) or the terminal (on, as it was).
BIDI_OFF = "\x1b[8l"
BIDI_ON = "\x1b[8h"
# CAN ends whatever sequence a cut has left open; then the end of a synchronised update and plain colours.
AFTER_CUT = "\x18\x1b[?2026l\x1b[0m"
# What a program that was killed may leave behind and Textual does not set itself: a scroll region, insert
# mode, places counted from that region, other codes of arrow keys and keypad, another character set, colours.
AFTER_GUEST = "\x18\x1b[r\x1b[4l\x1b[?6l\x1b[?1l\x1b>\x0f\x1b(B\x1b[0m"

TITLE_LIMIT = 100
BODY_LIMIT = 200
CLIPBOARD_LIMIT = 74_994
"""Bytes of text: more than this and xterm and tmux drop the whole sequence."""

_JOINERS = "\u200c\u200d"  # part of emoji and of Persian and Indic words


def plain(text: str, limit: int) -> str:
    """Make one line of at most `limit` characters without controls, bidi marks or semicolons."""
    words = " ".join(text[: limit * 4].replace(";", ",").split())
    kept = (c for c in words if c in _JOINERS or not unicodedata.category(c).startswith("C"))
    short = "".join(kept)
    return short if len(short) <= limit else short[: limit - 1] + "…"


def title(text: str) -> str:
    """Build the sequence that sets the window's title and icon name."""
    return f"\x1b]0;{plain(text, TITLE_LIMIT)}\a"


def osc_notification(kind: Kind, heading: str, body: str) -> str:
    """Build one notification of the given kind, without any wrapping for tmux or screen."""
    heading, body = plain(heading, TITLE_LIMIT), plain(body, BODY_LIMIT)
    if kind == "osc777":
        return f"\x1b]777;notify;{heading};{body}\a"
    if kind == "osc99":
        return f"\x1b]99;i=watui:d=0;{heading}\x1b\\\x1b]99;i=watui:d=1:p=body;{body}\x1b\\"
    line = f"{heading}: {body}" if heading and body else heading or body
    # OSC 9 with a number is a command to ConEmu and Windows Terminal (progress, directory), not a text.
    return f"\x1b]9;{'watui: ' if line[:1].isdigit() else ''}{line}\a"


def wrap_tmux(sequence: str) -> str:
    """Wrap a sequence so that tmux hands it to the outer terminal (where `allow-passthrough` is on)."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def wrap_screen(sequence: str) -> str:
    """Wrap a sequence, which must end with BEL and not ST, so that GNU screen hands it on."""
    return f"\x1bP{sequence}\x1b\\"


def wrap(sequence: str, environ: Mapping[str, str]) -> str:
    """Wrap a sequence for the multiplexer that the environment tells of, if any."""
    if environ.get("TMUX"):
        return wrap_tmux(sequence)
    return wrap_screen(sequence) if environ.get("STY") else sequence


def notification_kind(environ: Mapping[str, str], terminal: str = "") -> Kind | None:
    """Choose what the terminal understands, by its XTVERSION name (`kitty(0.26.5)`) or the environment."""
    program = (terminal or environ.get("TERM_PROGRAM", "")).lower()
    term = environ.get("TERM", "")
    hints = "" if terminal else term + " " + environ.get("LC_TERMINAL", "").lower()
    if "kitty" in program or "kitty" in hints or (not terminal and environ.get("KITTY_WINDOW_ID")):
        # Screen ends its wrapping at the first ST, which OSC 99 needs; kitty reads OSC 777 as well.
        return "osc777" if environ.get("STY") and not environ.get("TMUX") else "osc99"
    if any(name in program for name in ("ghostty", "wezterm", "foot", "rxvt")) or hints.startswith(
        ("foot", "rxvt-unicode", "xterm-ghostty", "wezterm")
    ):
        return "osc777"
    if "iterm" in program or "iterm" in hints or (not terminal and environ.get("WT_SESSION")):
        return "osc9"
    return None


def notification(
    environ: Mapping[str, str], heading: str, body: str, terminal: str = "", *, ring: bool = True
) -> str:
    """Build the bell, if it is to ring, and the notification where the terminal is known to show one."""
    kind = notification_kind(environ, terminal)
    told = wrap(osc_notification(kind, heading, body), environ) if kind else ""
    return f"{BELL if ring else ''}{told}"


def clipboard(text: str, environ: Mapping[str, str]) -> str | None:
    """Build OSC 52 for a text, twice where tmux would eat it; None when it is too long for terminals."""
    data = text.encode("utf-8", "replace")
    if len(data) > CLIPBOARD_LIMIT:
        return None
    sequence = f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\a"
    return sequence + wrap_tmux(sequence) if environ.get("TMUX") else sequence


def desktop_command(heading: str, body: str, environ: Mapping[str, str]) -> list[str] | None:
    """Build the arguments of `notify-send`; None without a desktop, or over SSH, where it is the server's."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return None
    if not environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return None
    # The body is markup to the daemon, the heading is not; `--` because a name may begin with a dash.
    import html  # noqa: PLC0415 - its table of entities is long, and few notify so

    escaped = html.escape(plain(body, BODY_LIMIT))
    return ["notify-send", "--app-name=watui", "--", plain(heading, TITLE_LIMIT) or "watui", escaped]
