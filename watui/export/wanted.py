"""What is wanted: the options as they were given, and the span of time that they mean."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

FOREVER = 2**62
"""A time that no message reaches."""


class ExportError(Exception):
    """Nothing, or not everything, can be written; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written, how and where: the options as they were given."""

    chat: str | None = None
    device: str | None = None
    form: str = "text"
    since: str | None = None
    until: str | None = None
    output: str | None = None
    force: bool = False


class Span(NamedTuple):
    """From which moment on, and before which, in milliseconds since 1970."""

    since: int = 0
    until: int = FOREVER


def span_of(wanted: Wanted) -> Span:
    """Read the two dates. Raises ExportError where there is no time between them."""
    span = Span()
    if wanted.since is not None:
        span = span._replace(since=_moments("--since", wanted.since)[0])
    if wanted.until is not None:
        span = span._replace(until=_moments("--until", wanted.until)[1])
    if span.since >= span.until:
        raise ExportError(f"--since {wanted.since} is later than --until {wanted.until}; exchange them")
    return span


def _moments(option: str, text: str) -> tuple[int, int]:
    """Read a day or a time of a day: when it begins, and when it is over."""
    try:
        then = datetime.fromisoformat(text)
        try:
            after = datetime.combine(date.fromisoformat(text) + timedelta(days=1), then.time())
        except ValueError:
            after = then + timedelta(milliseconds=1)
        return _milliseconds(then), _milliseconds(after)
    except (ValueError, OverflowError, OSError):
        raise ExportError(
            f'{option}: "{text}" is no date; write it like 2026-11-30 or 2026-11-30T14:05'
        ) from None


def _milliseconds(then: datetime) -> int:
    return round(then.timestamp() * 1000)
