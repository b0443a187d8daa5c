"""How one message is drawn: from a message and its surroundings to the lines of a given width."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.style import Style

from watui.bidi import in_order
from watui.formatting import Look
from watui.models import IMPERSONAL, Ack, Kind, Message, Quote, number_of
from watui.panes import words
from watui.panes.folding import Folded, Manner, fold, plain
from watui.text import Safe, cell_len, fit

NAME_COLOURS = 8
"""How many colours sender names are spread over."""

MARGIN = 2
"""Cells left of every text, where the cursor's bar stands."""

TICK = 3
"""Cells at the right for the ticks, and one to leave free."""

WIDEST = 90
"""Cells beyond which lines become hard to read, however wide the terminal is."""

LINE_LIMIT = 60
"""Lines of one message that a thread shows."""

CHAR_LIMIT = 4096
"""Characters of one message that a thread shows."""

WORDLESS = (Kind.REVOKED, Kind.ENCRYPTED, Kind.UNKNOWN, Kind.SYSTEM, Kind.CALL, Kind.MISSING)
"""The kinds of message of which there is nothing to see but a remark."""

GROUP_WITHIN = 10 * 60 * 1000
"""Milliseconds within which messages of one sender stand under one name."""

Piece = tuple[int, Content]
"""A column and what is written from there on."""

PARTS = (
    "day",
    "unread",
    "time",
    "quote",
    "media",
    "error",
    "read",
    "reaction",
    "note",
    "found",
    *(f"text-{look}" for look in Look),
)
"""The parts of a message that the stylesheet gives looks to, as component classes `thread--<part>`."""


@dataclass(slots=True)
class Looks:
    """The styles of every part of a message, taken from the stylesheet once for a theme."""

    base: Style
    selected: Style
    parts: Mapping[str, Style]
    names: list[Style]
    formats: Mapping[Look, Style] = field(init=False)
    """The styles of formatted text."""

    def __post_init__(self) -> None:
        self.formats = {look: self.parts[f"text-{look}"] for look in Look}


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
    unread: int = 0
    """How many unread messages begin with this one."""
    notice: str = ""
    """What is said above the first message."""
    selected: bool = False
    query: str = ""
    """What is searched for, folded."""
    colour: int = 0
    """Which of the colours for names the sender has."""


@dataclass(slots=True)
class Block:
    """A drawn message: its lines, and how many of them come before the message itself."""

    lines: list[Strip]
    lead: int
    texts: list[tuple[int, Folded | None]]
    """For each line the column where its text begins, and that text, for copying."""
    surroundings: Surroundings = field(repr=False)
    message: Message = field(repr=False)


def surroundings(
    message: Message,
    before: Message | None,
    *,
    width: int,
    today: date,
    unread: int = 0,
    notice: str = "",
    selected: bool = False,
    query: str = "",
    colour: int = 0,
) -> Surroundings:
    """Find out how a message stands to the one before it."""
    day = words.day(message.time)
    new_day = before is None or words.day(before.time) != day
    said = message.kind not in IMPERSONAL
    other = before is None or _speaker(before) != _speaker(message)
    apart = other or new_day or (before is not None and message.time - before.time > GROUP_WITHIN)
    return Surroundings(
        width=width,
        day=day if new_day else None,
        today=today,
        named=message.sender is not None and not message.own and said and (apart or unread > 0),
        spaced=other and not new_day and not unread,
        unread=unread,
        notice=notice,
        selected=selected,
        query=query,
        colour=colour,
    )


def _speaker(message: Message) -> tuple[bool, Safe | None]:
    """Tell whose words a message is; a notice is nobody's."""
    return (False, Safe("")) if message.kind in IMPERSONAL else (message.own, message.sender)


def draw(message: Message, around: Surroundings, names: Mapping[Safe, Safe], looks: Looks) -> Block:
    """Draw a message; foreign text enters only as `Content`, which takes it for what it is."""
    width = around.width
    lead = _lead(message, around, names, looks)
    base = looks.selected if around.selected else looks.base
    bar: list[Piece] = [(0, Content("▌").stylize(looks.parts["unread"]))] if around.selected else []
    lines = [_strip([(0, line)], width, looks.base) for line in lead]
    texts: list[tuple[int, Folded | None]] = [(0, None)] * len(lead)
    for pieces, folded in _body(message, around, names, looks):
        lines.append(_strip([*bar, *pieces], width, base))
        texts.append((pieces[0][0], folded))
    return Block(lines, len(lead), texts, around, message)


def rule(text: str, width: int, looks: Looks, part: str = "day") -> Strip:
    """Draw a line across the thread that says something between the messages."""
    return _strip([(0, _centered(text, width, looks.parts[part]))], width, looks.base)


def _lead(message: Message, around: Surroundings, names: Mapping[Safe, Safe], looks: Looks) -> list[Content]:
    lead: list[Content] = []
    if around.notice:
        lead.append(_centered(around.notice, around.width, looks.parts["note"]))
    if around.spaced:
        lead.append(Content(""))
    if around.day is not None:
        name = words.day_name(around.day, around.today)
        lead.append(_centered(name, around.width, looks.parts["day"]))
    if around.unread:
        lead.append(_centered(f"{around.unread} unread", around.width, looks.parts["unread"]))
    if around.named and message.sender:
        name = names.get(message.sender) or message.sender_name or number_of(message.sender)
        line = in_order(fit(name, around.width - MARGIN - 1))
        lead.append(Content.assemble(" " * MARGIN, (line, looks.names[around.colour])))
    return lead


def _body(
    message: Message, around: Surroundings, names: Mapping[Safe, Safe], looks: Looks
) -> list[tuple[list[Piece], Folded | None]]:
    """Give each line of a message in pieces, the stamp behind the last of its text."""
    stamp = _stamp(message, looks)
    indent = 6 if message.own and around.width >= 40 else 0
    room = max(10, min(WIDEST, around.width - MARGIN - stamp.cell_length - indent))
    lines = _lines(message, room, around.query, names, looks)
    edge = around.width - stamp.cell_length
    left = edge - max(line.content.cell_length for line in lines) if message.own else MARGIN
    right = edge if message.own else min(edge, MARGIN + room)
    if message.kind in IMPERSONAL:  # in the middle
        left = max(MARGIN, (edge - max(line.content.cell_length for line in lines)) // 2)
    body: list[tuple[list[Piece], Folded | None]] = [
        ([(right - line.content.cell_length if line.right else left, line.content)], line) for line in lines
    ]
    if message.kind is not Kind.MISSING:  # which says between which times
        body[-1][0].append((edge, stamp))
    if message.reactions:
        body.append(([(left, _reaction_line(message, room, looks))], None))
    if message.error:
        error = Content(words.undelivered(message)).stylize(looks.parts["error"])
        body += [([(edge - line.cell_length, line)], None) for line in error.wrap(room)]
    return body


def _lines(message: Message, room: int, query: str, names: Mapping[Safe, Safe], looks: Looks) -> list[Folded]:
    lines: list[Folded] = []
    note = looks.parts["note"]
    if message.forwarded:
        lines.append(Folded(Content("forwarded").stylize(note), ""))
    if message.quote is not None:
        lines.append(Folded(_quote_line(message.quote, room, names, looks), ""))
    label = words.label(message)
    if label is not None:
        lines += plain(label, note if message.kind in WORDLESS else looks.parts["media"], room)
    if message.text and message.kind not in (Kind.REVOKED, Kind.ENCRYPTED):
        said = _text_lines(message, room, query, names, looks)
        if message.kind is Kind.SYSTEM:
            said = [line._replace(content=line.content.stylize(note)) for line in said]
        lines += said
    for fact in words.facts(message):
        lines += plain(fact, looks.base, room)
    return lines or [Folded(Content("(empty)").stylize(note), "")]


def _text_lines(
    message: Message, room: int, query: str, names: Mapping[Safe, Safe], looks: Looks
) -> list[Folded]:
    text = message.text
    shown = "\n".join(text[:CHAR_LIMIT].split("\n", LINE_LIMIT)[:LINE_LIMIT])
    mentions = {jid.partition("@")[0]: str(names.get(jid) or number_of(jid)) for jid in message.mentions}
    manner = Manner(looks.formats, mentions, query, looks.parts["found"])
    lines = fold(shown, room, manner, LINE_LIMIT)
    hidden = len(text) - len(shown) + sum(len(line.text) + 1 for line in lines[LINE_LIMIT:])
    if hidden > 0:
        more = Content(f"… {words.size(hidden)} more · v reads it all").stylize(looks.parts["note"])
        lines[LINE_LIMIT:] = [Folded(more, "")]
    return lines


def _quote_line(quote: Quote, room: int, names: Mapping[Safe, Safe], looks: Looks) -> Content:
    who = (names.get(quote.sender) or number_of(quote.sender)) if quote.sender else ""
    said = words.flat(words.quoted(quote.kind, quote.text), names)
    lead = f"┃ {in_order(fit(who, room // 2))}: " if who else "┃ "
    return Content.assemble((f"{lead}{in_order(fit(said, room - cell_len(lead)))}", looks.parts["quote"]))


def _reaction_line(message: Message, room: int, looks: Looks) -> Content:
    counts: dict[str, int] = {}
    for reaction in message.reactions:
        counts[reaction.emoji] = counts.get(reaction.emoji, 0) + 1
    line = "  ".join(emoji if count == 1 else f"{emoji} {count}" for emoji, count in counts.items())
    return Content.assemble((fit(line, room), looks.parts["reaction"]))


def _stamp(message: Message, looks: Looks) -> Content:
    """Draw what stands at the right of a message's last line: marks, time and ticks."""
    marks = " ★" if message.starred else " ☆" if message.starred_here else ""
    marks += " ◷" if message.disappearing else ""
    marks += " edited" if message.edited else ""
    ack = Ack.SENT if message.ack is None else message.ack
    tick = words.TICKS[ack] if message.own else ""
    return Content.assemble(
        (f"{marks} {words.clock(message.time)} ", looks.parts["time"]),
        (tick, looks.parts[_tick_part(ack)]),
        " " * (TICK - len(tick)),
    )


def _tick_part(ack: Ack) -> str:
    if ack < Ack.PENDING:
        return "error"
    return "read" if ack >= Ack.READ else "time"


def _centered(text: str, width: int, style: Style) -> Content:
    text = fit(text, width - 8)
    dashes = max(0, min(9, (width - cell_len(text) - 6) // 2))
    line = f"{'─' * dashes}  {text}  {'─' * dashes}"
    return Content.assemble(" " * ((width - cell_len(line)) // 2), (line, style))


def _strip(pieces: Sequence[Piece], width: int, base: Style) -> Strip:
    """Put pieces on a line, each in its column or behind the one before it."""
    segments: list[Segment] = []
    blank, used = base.rich_style, 0
    for column, content in pieces:
        if used < column:
            segments.append(Segment(" " * (column - used), blank))
            used = column
        if content.spans:
            segments += content.render_segments(base)
        else:
            segments.append(Segment(content.plain, blank))
        used += content.cell_length
    if used < width:
        segments.append(Segment(" " * (width - used), blank))
    strip = Strip(Segment.simplify(segments), max(used, width))
    return strip if used <= width else strip.crop(0, width)
