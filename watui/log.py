"""The log: one line an event, and no line that gives away a key, a number or a message.

Redaction comes last, after a traceback has become text, because that is where URLs with keys turn up.
The crash reporter uses the same `redact`.
"""

import json
import logging
import logging.handlers
import os
import re
import stat
import threading
import time
from io import TextIOWrapper
from pathlib import Path
from typing import Literal

__all__ = ["ENGINEIO", "SOCKETIO", "Kind", "close", "event", "hide", "logger", "redact", "set_up"]

Kind = Literal["connection", "device", "message", "error", "state"]

MARKS: dict[Kind, str] = {"connection": "⇄", "device": "▣", "message": "✉", "error": "✗", "state": "○"}
"""What each kind of line begins with, so that the eye finds it."""

LEVELS: dict[Kind, int] = {"error": logging.ERROR, "message": logging.DEBUG}
"""The levels of the kinds that are not plain information."""

SIZE = 5 * 1024 * 1024
"""Bytes after which a new file is begun."""

KEPT = 2
"""Older files kept."""

logger = logging.getLogger("watui")

SOCKETIO = logging.getLogger("watui.socketio")
"""To be handed to python-socketio, whose own default writes over the screen."""

ENGINEIO = logging.getLogger("watui.engineio")
"""To be handed to python-engineio; never below WARNING, because at INFO it tells the URL with the key."""


# --- redacting ----------------------------------------------------------------------------------------------


class Redactor:
    """Takes registered secrets, keys in URLs and headers, JIDs and phone numbers out of text.

    Whatever is cut out leaves one mark that no secret contains: so nothing that is left can grow together
    into a secret, and a second pass finds nothing more.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        self._mark = "…"
        self._pattern: re.Pattern[str] | None = None
        self._short_jid = self._short_jid_pattern()

    def hide(self, secret: str) -> None:
        """Register a text that is never to be seen, nor any percent-encoded or quoted form of it."""
        with self._lock:
            if not secret or secret in self._secrets:
                return
            self._secrets.add(secret)
            forms = {form for known in self._secrets for form in _forms(known)}
            used = {char for form in forms for char in form}
            self._mark = next(char for char in ("…", *map(chr, range(0x2500, 0x2800))) if char not in used)
            # The longest first: where one secret begins with another, all of it goes.
            ordered = sorted(forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(_any_encoding(form) for form in ordered))
            self._short_jid = self._short_jid_pattern()

    def redact(self, text: str) -> str:
        """Return text without what must not be seen; doing it twice changes nothing."""
        mark = self._mark
        if self._pattern is not None:
            text = self._pattern.sub(mark, text)
        text = _LABELLED.sub(lambda found: _without_value(found, mark), text)
        text = _PHONE.sub(lambda found: _shortened(found[0], mark), text)
        text = _NUMBER.sub(lambda found: _shortened(found[0], mark), text)
        return self._short_jid.sub(mark, text)

    def _short_jid_pattern(self) -> re.Pattern[str]:
        # Seven digits and more are shortened already; the mark before tells which.
        return re.compile(rf"(?<![\d{re.escape(self._mark)}])\d{{1,6}}(?=(?:@|%40){_SERVER})")


_SERVER = r"(?:c\.us|s\.whatsapp\.net|g\.us|lid|broadcast|newsletter)"

# apiKey=… in a URL, 'x-api-key': '…' in a dict, ("x-api-key", "…") in a list, x-api-key: … on a line.
_LABELLED = re.compile(
    r"""(?P<label>(?:api[-_]?key|access[-_]?token)(?:=|%3d)
        | (?:x-api-key|apikey|access-?token|authorization|api_key|access_token)\\?["']\s*[:=,]\s*b?(?=\\?["'])
        | (?:x-api-key|apikey|access-token|authorization)\s*[:=]\s*)
    (?:(?P<quote>\\?["'])(?:(?!(?P=quote))(?:\\.|.))*(?P<end>(?P=quote)|\Z)
        | (?:(?:bearer|basic|digest|token)\s+)?[^\s&"',;<>(){}\[\]]+)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)

_PHONE = re.compile(r"\+\d(?:[ ().-]{0,2}\d){5,}")

# Phone numbers and JIDs; a group's has 18 digits, and there is no upper limit. A time in ms since 1970 (13
# digits, and no E.164 number) may stay, unless it stands in a JID.
_NUMBER = re.compile(r"(?<!\d)(?!1[5-9]\d{11}(?!\d|@|%40|-))\d{7,}(?!\d)")


def _without_value(found: re.Match[str], mark: str) -> str:
    return f"{found['label']}{found['quote'] or ''}{mark}{found['end'] or ''}"


def _shortened(number: str, mark: str) -> str:
    """Return a number with the beginning and end that tell two people apart, and no more."""
    digits = sum(char.isdigit() for char in number)
    return f"{number[: 4 if digits > 10 else 2]}{mark}{number[-2:]}"


def _forms(secret: str) -> set[str]:
    """Return a secret as it stands, and as `repr` and JSON would write it."""
    return {
        secret,
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }


def _any_encoding(secret: str) -> str:
    """Return a pattern for a secret with any of its characters percent-encoded: each library has its own."""
    return "".join(_either(char) for char in secret)


def _either(char: str) -> str:
    encoded = "".join(
        f"%{''.join(f'[{digit.lower()}{digit}]' if digit.isalpha() else digit for digit in f'{byte:02X}')}"
        for byte in char.encode("utf-8", "surrogatepass")
    )
    return f"(?:{re.escape(char)}|{encoded}{'|[+]' if char == ' ' else ''})"


_redactor = Redactor()


def hide(secret: str) -> None:
    """Register a text that no log line or crash report may show, in whatever encoding."""
    _redactor.hide(secret)


def redact(text: str) -> str:
    """Return text fit for a log or a crash report: no registered secret, key, JID or phone number."""
    return _redactor.redact(text)


# --- writing ------------------------------------------------------------------------------------------------

_BODIES = frozenset({"body", "caption", "content", "message", "quoted", "subject"})


def event(kind: Kind, text: str, /, **about: str | int | float | bool | None) -> None:
    """Log one line of a kind, `error` as an error, `message` for debugging; `about` follows as name=value.

    What people write is not for a log: fields named body, caption and the like appear as their length.
    """
    level = LEVELS.get(kind, logging.INFO)
    logger.log(level, "%s", text, extra={"kind": kind, "about": about}, stacklevel=2)


class OneLine(logging.Formatter):
    """Writes a record as time, level, mark, kind and text, in one line whatever the text holds."""

    def __init__(self, *, source: bool = False) -> None:
        super().__init__()
        self._source = source

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without line end."""
        kind: Kind | None = getattr(record, "kind", None)
        about: dict[str, object] = getattr(record, "about", {})
        told = (_field(name, value) for name, value in about.items() if value is not None)
        parts = [record.getMessage(), *told]
        text = _visible(redact(" ".join(parts)))
        trace = self.formatException(record.exc_info) if record.exc_info else record.exc_text or ""
        if record.stack_info:
            trace = f"{trace}\n{record.stack_info}"
        if trace:
            text = " ⏎ ".join(
                [text, *(_visible(line) for line in redact(trace).splitlines() if line.strip())]
            )
        head = f"{MARKS[kind]} {kind}" if kind else f"· {record.name}"
        source = f" ({record.module}:{record.lineno})" if self._source else ""
        # Once more, for a secret that looks like an escaped character.
        return f"{self._time(record)} {record.levelname:<7} {head}: {redact(text)}{source}"

    @staticmethod
    def _time(record: logging.LogRecord) -> str:
        when = time.localtime(record.created)
        return (
            f"{time.strftime('%Y-%m-%dT%H:%M:%S', when)}.{int(record.msecs):03d}{time.strftime('%z', when)}"
        )


def _field(name: str, value: object) -> str:
    if name in _BODIES:
        return f"{name}.len={len(value) if isinstance(value, str) else 0}"
    if isinstance(value, float):
        return f"{name}={value:.3f}"
    text = str(value)
    return f'{name}="{text}"' if " " in text else f"{name}={text}"


def _visible(text: str) -> str:
    """Return text with everything that would break a line or move a cursor written as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


class PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating log that only its user can read, and that never speaks on stderr, where the screen is."""

    lost = 0
    """Lines that could not be written."""

    def __init__(self, path: Path, *, size: int = SIZE) -> None:
        super().__init__(path, maxBytes=size, backupCount=KEPT, encoding="utf-8", errors="backslashreplace")

    def _open(self) -> TextIOWrapper:
        # O_NONBLOCK, so that a FIFO in the place of the log is refused instead of waited for.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(self.baseFilename, flags, 0o600)
        try:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise OSError(22, "it is no ordinary file")
            if stat.S_IMODE(about.st_mode) & 0o077:
                os.fchmod(descriptor, 0o600)
            return os.fdopen(descriptor, "a", encoding=self.encoding, errors=self.errors)
        except BaseException:
            os.close(descriptor)
            raise

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Count the line as lost: a full disk is no reason to write over the screen."""
        self.lost += 1


_handler: PrivateFile | None = None


def set_up(path: Path, level: str, debug: bool) -> str | None:
    """Send watui's log, and the warnings of everything else, to a file of mode 0600.

    Returns words for the status line if that file cannot be written; watui then runs without a log.
    """
    global _handler  # noqa: PLW0603 - the log is the process's, as logging itself is
    close()
    logger.setLevel(logging.DEBUG if debug else level.upper())
    for library in (SOCKETIO, ENGINEIO):
        library.setLevel(max(logging.WARNING, logger.level))
    logging.captureWarnings(capture=True)
    try:
        for part in reversed([path.parent, *path.parent.parents]):
            if not part.is_dir():
                part.mkdir(mode=0o700, exist_ok=True)
        handler = PrivateFile(path)
    except OSError as error:
        # A root logger without any handler would have Python's own write warnings on stderr.
        logging.getLogger().addHandler(_SILENCE)
        return f"There is no log: {path} cannot be written ({(error.strerror or 'no reason given').lower()})."
    handler.setFormatter(OneLine(source=debug))
    logging.getLogger().addHandler(handler)
    _handler = handler
    return None


_SILENCE = logging.NullHandler()


def close() -> None:
    """Undo `set_up`: close the file, and let go of the root logger."""
    global _handler  # noqa: PLW0603
    root = logging.getLogger()
    root.removeHandler(_SILENCE)
    if _handler is not None:
        root.removeHandler(_handler)
        _handler.close()
        _handler = None
    logging.captureWarnings(capture=False)
