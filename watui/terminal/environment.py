"""What must stand in the environment before Textual is imported, because Textual reads it at import."""

from collections.abc import MutableMapping

# Each of the TEXTUAL ones writes key presses or events to a file, a socket or the screen, presses keys, or
# puts another driver in the place of the guarded one.
UNWANTED = (
    "COLUMNS",  # would count more than the terminal's own size, for ever
    "LINES",
    "TEXTUAL",
    "TEXTUAL_DEBUG",
    "TEXTUAL_DEVTOOLS_HOST",
    "TEXTUAL_DEVTOOLS_PORT",
    "TEXTUAL_DRIVER",
    "TEXTUAL_LOG",
    "TEXTUAL_PRESS",
    "TEXTUAL_SCREENSHOT",
    "TEXTUAL_SCREENSHOT_FILENAME",
    "TEXTUAL_SCREENSHOT_LOCATION",
    "TEXTUAL_SHOW_RETURN",
    "UNICODE_VERSION",  # Rich would lay out by it, and the terminal has been asked
)


def prepare(environ: MutableMapping[str, str]) -> None:
    """Set frame rate, escape delay (ms) and animations where the user has not, and remove what leaks keys."""
    for name in UNWANTED:
        environ.pop(name, None)
    environ.setdefault("TEXTUAL_FPS", "1000")
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    if environ.get("SSH_CONNECTION"):
        # An arrow key that the network cuts in two would be read as Escape and letters.
        environ.setdefault("ESCDELAY", "250")
