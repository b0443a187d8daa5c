"""How one message is drawn: from a message and its surroundings to the lines of a given width."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zlib import crc32

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.style import Style

from watui.models import Ack, Kind, Message, Quote, number_of
from watui.panes import words
from watui.text import Safe, cell_len, fit

NAME_COLOURS = 8
"""How many colours sender names are spread over."""

MARGIN = 2
"""Cells left of every text, where a mark can stand."""

STAMP = 10
"""Cells right of every text, for the time and the ticks, and one to leave free."""

WIDEST = 90
"""Cells beyond which lines become hard to read, however wide the terminal is."""

LINE_LIMIT = 60
"""Lines of one message that a thread shows."""

CHAR_LIMIT = 4096
"""Characters of one message that a thread shows."""

WORDLESS = (Kind.REVOKED, Kind.ENCRYPTED, Kind.UNKNOWN, Kind.SYSTEM, Kind.CALL)
"""The kinds of message of which there is nothing to see but a remark."""

GROUP_WITHIN = 10 * 60 * 1000
"""Milliseconds within which messages of one sender stand under one name."""

PARTS = ("day", "time", "quote", "media", "error", "read", "reaction", "note")
"""The parts of a message that the stylesheet gives looks to, as component classes `thread--<part>`."""


@dataclass(slots=True)
class Looks:
    """The styles of every part of a message, taken from the stylesheet once for a theme."""

    base: Style
    parts: Mapping[str, Style]
    names: list[Style]

    def name(self, jid: str) -> Style:
        """Give a person's colour, the same everywhere and always."""
        return self.names[crc32(jid.encode()) % len(self.names)]


@dataclass(slots=True, frozen=True)
class Surroundings:
    """What stands around a message, as far as it changes how the message is drawn."""

    width: int
    day: date | None
    """The day to announce above it, if it is the first of that day."""
    today: date
    named: bool
    """Whether the sender's name stands above it."""
    spaced: bool
    """Whether a blank line sets it off from the one before."""


@dataclass(slots=True)
class Block:
    """A drawn message: its lines, and how many of them come before the message itself."""

    lines: list[Strip]
    lead: int
    surroundings: Surroundings = field(repr=False)
    message: Message = field(repr=False)


def surroundings(
    message: Message, before: Message | None, *, width: int, today: date, group: bool
) -> Surroundings:
    """Find out how a message stands to the one before it."""
    day = words.day(message.time)
    new_day = before is None or words.day(before.time) != day
    other = before is None or (before.own, before.sender) != (message.own, message.sender)
    apart = other or new_day or (before is not None and message.time - before.time > GROUP_WITHIN)
    return Surroundings(
        width=width,
        day=day if new_day else None,
        today=today,
        named=group and not message.own and apart,
        spaced=other and not new_day,
    )


def draw(message: Message, around: Surroundings, names: Mapping[Safe, Safe], looks: Looks) -> Block:
    """Draw a message; foreign text enters only as `Content`, which takes it for what it is."""
    lead: list[Content] = []
    if around.spaced:
        lead.append(Content(""))
    if around.day is not None:
        lead.append(_day_line(around.day, around, looks))
    if around.named and message.sender:
        name = names.get(message.sender) or message.sender_name or number_of(message.sender)
        line = fit(name, around.width - MARGIN - 1)
        lead.append(Content.assemble(" " * MARGIN, (line, looks.name(message.sender))))
    body = _body(message, around, names, looks)
    lines = [_strip(line, around.width, looks) for line in (*lead, *body)]
    return Block(lines, len(lead), around, message)


def rule(text: str, width: int, looks: Looks, part: str = "day") -> Strip:
    """Draw a line across the thread that says something between the messages."""
    return _strip(_centered(text, width, looks.parts[part]), width, looks)


def _body(message: Message, around: Surroundings, names: Mapping[Safe, Safe], looks: Looks) -> list[Content]:
    stamp = _stamp(message, looks)
    room = max(10, min(WIDEST, around.width - MARGIN - stamp.cell_length - (6 if message.own else 0)))
    lines: list[Content] = []
    if message.quote is not None:
        lines.append(_quote_line(message.quote, room, names, looks))
    label = words.label(message)
    if label is not None:
        part = "note" if message.kind in WORDLESS else "media"
        lines += Content(label).stylize(looks.parts[part]).wrap(room)
    if message.text and message.kind not in (Kind.REVOKED, Kind.ENCRYPTED):
        lines += _text_lines(message.text, room, looks)
    if not lines:
        lines.append(Content("(empty)").stylize(looks.parts["note"]))
    edge = around.width - stamp.cell_length
    indent = edge - max(line.cell_length for line in lines) if message.own else MARGIN
    stamped = [_indented(line, indent) for line in lines]
    last = stamped[-1]
    stamped[-1] = Content.assemble(last, " " * max(0, edge - last.cell_length), stamp)
    if message.reactions:
        stamped.append(_indented(_reaction_line(message, room, looks), indent))
    if message.error:
        error = Content(message.error).stylize(looks.parts["error"])
        stamped += [_indented(line, edge - line.cell_length) for line in error.wrap(room)]
    return stamped


def _text_lines(text: Safe, room: int, looks: Looks) -> list[Content]:
    shown = text[:CHAR_LIMIT]
    lines = Content(shown).wrap(room)[:LINE_LIMIT]
    hidden = len(text) - sum(len(line.plain) + 1 for line in lines)
    if hidden > room:
        lines.append(Content(f"… {words.size(hidden)} more").stylize(looks.parts["note"]))
    return lines


def _quote_line(quote: Quote, room: int, names: Mapping[Safe, Safe], looks: Looks) -> Content:
    who = (names.get(quote.sender) or number_of(quote.sender)) if quote.sender else ""
    said = words.quoted(quote.kind, quote.text)
    return Content.assemble((fit(f"┃ {who}: {said}" if who else f"┃ {said}", room), looks.parts["quote"]))


def _reaction_line(message: Message, room: int, looks: Looks) -> Content:
    counts: dict[str, int] = {}
    for reaction in message.reactions:
        counts[reaction.emoji] = counts.get(reaction.emoji, 0) + 1
    line = "  ".join(emoji if count == 1 else f"{emoji} {count}" for emoji, count in counts.items())
    return Content.assemble((fit(line, room), looks.parts["reaction"]))


def _stamp(message: Message, looks: Looks) -> Content:
    """Draw what stands at the right of a message's last line: marks, time and ticks."""
    marks = " *" if message.starred else ""
    marks += " edited" if message.edited else ""
    marks += " forwarded" if message.forwarded else ""
    ack = Ack.SENT if message.ack is None else message.ack
    tick = words.TICKS[ack] if message.own else ""
    return Content.assemble(
        (f"{marks} {words.clock(message.time)} ", looks.parts["time"]),
        (tick, looks.parts[_tick_part(ack)]),
        " " * (STAMP - 7 - len(tick)),
    )


def _tick_part(ack: Ack) -> str:
    if ack < Ack.PENDING:
        return "error"
    return "read" if ack >= Ack.READ else "time"


def _day_line(day: date, around: Surroundings, looks: Looks) -> Content:
    return _centered(words.day_name(day, around.today), around.width, looks.parts["day"])


def _centered(text: str, width: int, style: Style) -> Content:
    text = fit(text, width - 8)
    dashes = min(9, (width - cell_len(text) - 6) // 2)
    line = f"{'─' * dashes}  {text}  {'─' * dashes}"
    return Content.assemble(" " * ((width - cell_len(line)) // 2), (line, style))


def _indented(line: Content, cells: int) -> Content:
    return Content.assemble(" " * max(0, cells), line)


def _strip(line: Content, width: int, looks: Looks) -> Strip:
    segments = line.render_segments(looks.base)
    used = line.cell_length
    if used < width:
        segments.append(Segment(" " * (width - used), looks.base.rich_style))
    strip = Strip(segments, max(used, width))
    return strip if used <= width else strip.crop(0, width)
