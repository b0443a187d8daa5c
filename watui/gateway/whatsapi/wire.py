"""The gate for everything the gateway sends: JSON made harmless, the types of fields, and what is left out.

Every field has one strict type with bounds. What does not fit costs the field if the message can do without
it, else the item; never the list it is in. What was left out is counted and logged without its content.
"""

import json
import logging
import re
from collections import Counter
from functools import lru_cache
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from watui.models import LOCAL_PREFIX
from watui.text import NAME_LIMIT, Safe, one_line

log = logging.getLogger("watui.gateway")

LAST_TIME = 4_102_444_800_000
"""Milliseconds since 1970 that no time goes past (the year 2100): the calendar must be able to take it."""

_SERVER = re.compile(r"^(\d+)(?::\d+)?@s\.whatsapp\.net$")
"""How other libraries spell a person's jid, with the number of one of their devices or without it."""

_SECONDS_END = 10**12
"""From here on a number is milliseconds: gateways mix both (contract 4)."""


class Wire(BaseModel):
    """What a JSON object of the gateway must look like; unknown keys are ignored, input is never quoted."""

    model_config = ConfigDict(
        extra="ignore", strict=True, hide_input_in_errors=True, allow_inf_nan=False, populate_by_name=False
    )

    needed: ClassVar[frozenset[str]] = frozenset()
    """Keys without which the object is worth nothing; any other that does not fit is left out."""


W = TypeVar("W", bound=Wire)


def _id(value: object) -> object:
    """Take an id from its object (contract 4); refuse those that watui gives itself."""
    if type(value) is dict:
        value = value.get("_serialized")
    if type(value) is str and value.startswith(LOCAL_PREFIX):
        raise ValueError("an id that only watui gives")
    return value


def _jid(value: object) -> object:
    """Take a jid as an id, in the spelling of WhatsApp Web: a person's number has two servers' names."""
    value = _id(value)
    return _SERVER.sub(r"\1@c.us", value) if type(value) is str else value


def _seconds(value: object) -> object:
    """Read a duration, which may be a number or digits in a string (contract 2.6)."""
    if isinstance(value, str):
        whole, _, rest = value.partition(".")
        if len(whole) <= 7 and whole.isdecimal() and whole.isascii() and (not rest or rest.isdecimal()):
            return float(whole)
    return value


MessageId = Annotated[str, BeforeValidator(_id), Field(pattern=r"^[A-Za-z0-9_.:@\-]{1,200}$")]
"""Those of groups hold two jids and a key (contract 2.6): 87 characters were seen."""

Jid = Annotated[str, BeforeValidator(_jid), Field(pattern=r"^[A-Za-z0-9_.:@\-]{1,120}$")]

DeviceId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{1,80}$")]

Time = Annotated[float, Field(ge=0, le=LAST_TIME)]
"""Seconds or milliseconds since 1970."""

Seconds = Annotated[float, BeforeValidator(_seconds), Field(ge=0, le=10**7)]

Size = Annotated[int, Field(ge=0, le=2**53)]

Pixels = Annotated[int, Field(ge=0, le=10**6)]

AckNumber = Annotated[int, Field(ge=-1, le=4)]

Text = Annotated[str, Field(max_length=2**25)]
"""Any text; `clean` or `one_line` cut it where it becomes part of a model."""


def milliseconds(time: float) -> int:
    """Bring a time to milliseconds since 1970, whichever unit it came in (contract 4)."""
    return min(int(time if time >= _SECONDS_END else time * 1000), LAST_TIME)


def name(text: str | None) -> Safe | None:
    """Clean a name; `None` if nothing is left of it."""
    if not text:
        return None
    return _short_name(text) if len(text) <= NAME_LIMIT else one_line(text) or None


@lru_cache(4096)
def _short_name(text: str) -> Safe | None:
    """Clean the name of somebody who writes again and again, and keep one copy of it."""
    return one_line(text) or None


def decode(data: bytes | str) -> Any:
    """Read JSON; raises ValueError for what is none, or nested too deep.

    Halves of surrogate pairs, which JavaScript may send where it cut a text, become U+FFFD: nothing further
    on could store or show them.
    """
    try:
        return from_json(data, cache_strings="keys")
    except ValueError:
        pass
    try:
        loose = json.dumps(json.loads(data), ensure_ascii=False)
        return from_json(loose.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError):
        pass
    raise ValueError("not JSON")


def read(model: type[W], raw: object) -> W:
    """Validate `raw`, leaving out what does not fit if it can be done without; raises ValidationError."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        places = error.errors(include_input=False, include_url=False, include_context=False)
        bad = {str(place["loc"][0]) for place in places if place["loc"]}
        if not isinstance(raw, dict) or not bad or bad & model.needed:
            raise
        left = {key: value for key, value in raw.items() if key not in bad}
    return model.model_validate(left)


class Drops:
    """Counts what was left out, by what it was, and logs it without any content."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def note(self, what: str, error: ValueError | None = None, *, where: str = "") -> None:
        """Count one `what`, perhaps of the event `where`; a flood is logged ever more rarely."""
        self.counts[what] += 1
        count = self.counts[what]
        if count > 10 and count & (count - 1):
            return
        detail = f" ({where})" if where else ""
        if isinstance(error, ValidationError):
            places = error.errors(include_input=False, include_url=False, include_context=False)
            spots = {".".join(map(str, place["loc"])) for place in places[:5]}
            detail += f": {error.error_count()} errors at {', '.join(sorted(spots))}"
        log.warning("left out %s, number %d%s", what, count, detail)
