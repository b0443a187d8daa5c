"""Contact cards (vCard 2.1 to 4): the name and the numbers on each, and nothing else of them."""

import quopri
import re
from collections.abc import Iterable, Iterator

from watui.models import Card
from watui.text import Safe, one_line

CARDS = 300
"""Contact cards kept of one message."""

NUMBERS = 10
"""Phone numbers kept of one card."""

NUMBER_LIMIT = 40
"""Characters kept of a number, as it is written with blanks and brackets."""

_BUDGET = 1_000_000
"""Characters that are read of all the cards of one message, pictures in them included."""

_END = re.compile(r"^END:VCARD[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_ESCAPED = re.compile(r"[\\,;]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def cards_of(texts: Iterable[str]) -> tuple[Card, ...]:
    """Read the cards of a message, of which each text may hold several; one without a name is left out."""
    cards: list[Card] = []
    budget = _BUDGET
    for text in texts:
        cut = text[:budget]
        budget -= len(cut)
        for part in _END.split(cut, maxsplit=CARDS):
            card = card_of(part) if part.strip() else None
            if card is not None:
                cards.append(card)
            if len(cards) == CARDS:
                return tuple(cards)
    return tuple(cards)


def text_of_card(card: Card) -> str:
    """Write a card in the way in which WhatsApp takes it (vCard 3.0)."""
    name = _ESCAPED.sub(r"\\\g<0>", card.name)
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:;{name};;;", f"FN:{name}"]
    for number in card.numbers:
        digits = "".join(filter(str.isdigit, number))
        lines.append(f"TEL;type=CELL;waid={digits}:{_ESCAPED.sub(' ', number)}")
    return "\n".join([*lines, "END:VCARD"])


def card_of(text: str) -> Card | None:
    """Read one card: FN, else N, else whom it belongs to or its number; `None` if nobody is named."""
    fields: dict[str, list[str]] = {}
    for field, value in _fields(text[:_BUDGET]):
        values = fields.setdefault(field, [])
        if len(values) < NUMBERS:
            values.append(value)
    first = {field: values[0] for field, values in fields.items()}
    numbers = tuple(dict.fromkeys(filter(None, map(_number, fields.get("TEL", ())))))
    family, *given = first.get("N", "").split(";", 3)
    candidates = (
        first.get("FN", ""),
        " ".join([*given[:2], family]),
        first.get("ORG", "").replace(";", " "),
        *numbers[:1],
    )
    names = (one_line(_ESCAPE.sub(_unescape, candidate[:1000])) for candidate in candidates)
    name = next(filter(None, names), None)
    return Card(name, numbers) if name else None


def card_name(text: str) -> Safe | None:
    """Find the name on a card of which no more is wanted."""
    card = card_of(text)
    return card.name if card else None


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Give the fields that are looked at, by their names without group and parameters."""
    for line in _unfolded(text):
        head, colon, value = line.partition(":")
        if not colon:
            continue
        name, *parameters = head[:200].upper().split(";")
        name = name.rpartition(".")[2]
        if name not in {"FN", "N", "ORG", "TEL"}:
            continue
        if any(parameter.endswith("QUOTED-PRINTABLE") for parameter in parameters):
            value = quopri.decodestring(value.encode("utf-8", "replace")).decode("utf-8", "replace")
        yield name, value


def _unfolded(text: str) -> Iterator[str]:
    """Join the lines that were broken: after a `=` where it is quoted-printable, else before a blank."""
    parts: list[str] = []
    quoted = False
    for line in text.splitlines():
        if quoted and parts[-1].endswith("="):
            parts[-1] = parts[-1][:-1]
            parts.append(line)
        elif parts and line.startswith((" ", "\t")):
            parts.append(line[1:])
        else:
            if parts:
                yield "".join(parts)
            parts = [line]
            quoted = "QUOTED-PRINTABLE" in line[:200].upper()
    if parts:
        yield "".join(parts)


def _number(value: str) -> Safe:
    # Version 4 writes a number as an address: tel:+49-151-11111111;ext=1
    value = value[:200].strip()
    if value[:4].casefold() == "tel:":
        value = value[4:].partition(";")[0]
    return one_line(_ESCAPE.sub(_unescape, value), limit=NUMBER_LIMIT)


def _unescape(match: re.Match[str]) -> str:
    return " " if match[1] in "nN" else match[1]
