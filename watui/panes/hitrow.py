"""How a hit is told: who wrote where and when, and the line of it that was found, with that marked.

As in the row of a chat, looks are names, and foreign text stays a piece that nobody parses.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from watui import models
from watui.bidi import has_rtl, in_order, is_rtl, ours, visual
from watui.models import number_of
from watui.panes import words
from watui.panes.chatrow import Marks, Piece
from watui.searching import Hit, Query, marked
from watui.text import Safe, cell_len, fit

LOOKED = 20_000
"""Characters of a message in which the place that was found is looked for."""

AROUND = 200
"""Characters kept before that place, of which a line shows what it has room for."""

LONGEST = 1_000
"""Characters of a message that any line has room for."""

YOU = "You"


def lines(
    hit: Hit, query: Query, marks: Marks, chat: Safe, width: int, *, today: date, narrow: bool
) -> tuple[list[Piece], list[Piece]]:
    """Fit a hit into two lines; `chat` is the name of its chat, left out if all hits are of that one."""
    device = marks.devices.get(hit.key.device)
    mark: list[Piece] = [(f"{device} ", "mark")] if device else []
    indent: list[Piece] = [(" " * (cell_len(device) + 1), "")] if device else []
    room = max(0, width - (cell_len(device) + 1 if device else 0))
    names = marks.names.get(hit.key.device, {})
    return (
        _head(hit, [*mark, *_where(hit, names, chat, narrow=narrow)], width, today),
        [*indent, *_said(hit, query, names, room)],
    )


def note(notes: Sequence[tuple[str, str]], index: int, width: int) -> list[Piece]:
    """Fit a note into one line; the words stand above each other, where there are any."""
    label, meaning = notes[index]
    column = max(cell_len(label) + 2 if label else 0 for label, _ in notes)
    label = fit(label, width)
    room = max(0, width - column)
    return [
        (" ", ""),
        (label, "text"),
        (" " * (column - cell_len(label)), ""),
        (fit(meaning, room), "quiet"),
    ]


def told(message: models.Message, query: Query, names: Mapping[Safe, Safe]) -> tuple[str, int]:
    """Put a message on one line that begins not far before what was found; and tell where its text begins."""
    text: str = message.text[:LOOKED]
    places = marked(text, query)
    start = max(0, places[0][0] - AROUND) if places else 0
    if start:
        start = max(start, text.find(" ", start, places[0][0]) + 1)
    said = ("…" if start else "") + words.flat(text[start : start + LONGEST], names)
    name = message.media.name if message.media is not None else None
    if name and (not said or marked(name, query)):
        said = f"{name} · {said}" if said else name
    if not said:
        said = models.preview_of(message).text
    line = words.preview(
        models.Preview(message.kind, Safe(said), message.own, call=message.call, type_name=message.type_name)
    )
    return line, max(0, len(line) - len(said)) if line.endswith(said) else 0


def _head(hit: Hit, left: Sequence[Piece], width: int, today: date) -> list[Piece]:
    """Put at the right of a line when it was written."""
    time = words.short_time(hit.message.time, today)
    room = max(0, width - cell_len(time) - 2)
    line: list[Piece] = []
    for text, look in left:
        cut = fit(text, room)
        room -= cell_len(cut)
        line.append((in_order(cut), look))
    return [*line, (" " * (room + 1), ""), (time, "quiet")]


def _where(hit: Hit, names: Mapping[Safe, Safe], chat: Safe, *, narrow: bool) -> list[Piece]:
    """Say who wrote it and in which chat."""
    who = _who(hit, names, chat)
    if who == chat or narrow:
        return [(who, "who")]
    return [(who, "who"), (" · ", "quiet"), (chat, "quiet")]


def _who(hit: Hit, names: Mapping[Safe, Safe], chat: Safe) -> str:
    message = hit.message
    if message.own:
        return YOU
    if message.sender is None:
        return message.sender_name or chat if hit.key.jid.endswith("@g.us") else chat
    return names.get(message.sender) or message.sender_name or number_of(message.sender)


def _said(hit: Hit, query: Query, names: Mapping[Safe, Safe], width: int) -> list[Piece]:
    """Give of a message the line in which something was found, with that marked."""
    line, start = told(hit.message, query, names)
    places = [(at, end) for at, end in marked(line, query) if at >= start]
    if places:
        line, places = _scrolled(line, places, width)
    return _marked(fit(line, width), places)


def _scrolled(line: str, places: list[tuple[int, int]], width: int) -> tuple[str, list[tuple[int, int]]]:
    """Leave away the beginning of a line in which the first place would not be seen."""
    at, end = places[0]
    if cell_len(line[:end]) < width:
        return line, places
    start = at
    while start > 0 and cell_len(line[start - 1 : at]) < width // 3:
        start -= 1
    blank = line.find(" ", start, at)
    start = blank + 1 if blank >= 0 else start
    moved = [(max(0, at - start) + 1, end - start + 1) for at, end in places if end > start]
    return "…" + line[start:], moved


def _marked(line: str, places: Sequence[tuple[int, int]]) -> list[Piece]:
    """Divide a line, in the order in which it is shown, where something found begins or ends."""
    found = bytearray(len(line))
    for at, end in places:
        found[at:end] = b"\1" * len(found[at:end])
    order: Sequence[int] = range(len(line))
    if has_rtl(line) and ours():
        line, order = visual(line, rtl=is_rtl(line))
    pieces: list[Piece] = []
    at = 0
    for is_found, run in groupby(order, lambda index: found[index]):
        end = at + len([*run])
        pieces.append((line[at:end], "found" if is_found else "text"))
        at = end
    return pieces
