"""Bell, title, notifications and clipboard: the only ways to write to the terminal beside drawing."""

import os
import threading
from collections.abc import Mapping
from typing import Any

from textual.app import App

from watui.terminal import sequences
from watui.terminal.driver import WatuiDriver


def bell(app: App[Any]) -> bool:
    """Ring the terminal's bell; False if the app has no terminal now."""
    return _send(app, sequences.BELL)


def set_title(app: App[Any], text: str) -> bool:
    """Set the window's title until exit, which brings the old one back; False if there is no terminal now."""
    driver = _driver(app)
    return driver is not None and driver.set_title(sequences.plain(text, sequences.TITLE_LIMIT))


def notify(
    app: App[Any],
    heading: str,
    body: str,
    *,
    terminal: str = "",
    environ: Mapping[str, str] = os.environ,
    ring: bool = True,
) -> bool:
    """Have the terminal notify where it can, and ring; `terminal` is its XTVERSION name, if it was asked.

    Bell and notification are one write. False if nothing went out, or could.
    """
    sequence = sequences.notification(environ, heading, body, terminal, ring=ring)
    return bool(sequence) and _send(app, sequence)


def notifies(terminal: str, environ: Mapping[str, str]) -> bool:
    """Whether a terminal of this name or environment is known to show notifications."""
    return sequences.notification_kind(environ, terminal) is not None


def is_lent(app: App[Any]) -> bool:
    """Whether another program has the terminal now, and nothing may go there."""
    driver = _driver(app)
    return driver is not None and driver.is_lent


def copy(app: App[Any], text: str, *, environ: Mapping[str, str] = os.environ) -> bool:
    """Offer a text to the terminal's clipboard, which may refuse unseen; False if too long or no terminal."""
    sequence = sequences.clipboard(text, environ)
    return sequence is not None and _send(app, sequence)


def own_bidi(app: App[Any]) -> bool:
    """Have the terminal leave the order of right-to-left text to the app until exit.

    False if it would not, or there is no terminal now: what `Terminal.reorders` says then holds.
    """
    driver = _driver(app)
    return driver is not None and driver.own_bidi()


def _send(app: App[Any], sequence: str) -> bool:
    driver = _driver(app)
    return driver is not None and driver.control(sequence)


def _driver(app: App[Any]) -> WatuiDriver | None:
    """Return the driver of a running app with a real terminal; None when headless or on the web.

    Raises RuntimeError off the UI thread.
    """
    if app._driver is None:
        return None
    if app._thread_id != threading.get_ident():
        raise RuntimeError("the terminal belongs to the UI thread")
    return app._driver if isinstance(app._driver, WatuiDriver) else None
