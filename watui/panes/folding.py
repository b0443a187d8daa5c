"""From the text of a message to the lines that fit a width: formatted, searched, and in reading order.

Each line keeps what of the text it shows, so that what is selected with the mouse is copied as written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from textual.content import Content
from textual.style import Style

from watui import bidi
from watui.find import hits
from watui.formatting import Look, Paragraph, paragraphs
from watui.text import cell_len


class Folded(NamedTuple):
    """A line of a message."""

    content: Content
    text: str
    """The part of the message that it shows, in the order in which it was written."""
    after: str = "\n"
    """What comes between it and the next line: nothing where a word was cut."""
    right: bool = False
    """Whether it is read from right to left, and so begins at the right."""


@dataclass(slots=True, frozen=True)
class Manner:
    """How the text of a message is to be shown."""

    looks: Mapping[Look, Style]
    mentions: Mapping[str, str] = field(default_factory=dict)
    """For the digits behind an @, whom they name."""
    query: str = ""
    """What is searched for, folded."""
    found: Style = field(default_factory=Style.null)
    """How every appearance of it looks."""


def plain(text: str, style: Style, room: int) -> list[Folded]:
    """Fold words of watui's own into lines."""
    return _fold(Content(text).stylize(style), text, room)


def fold(text: str, room: int, manner: Manner, limit: int) -> list[Folded]:
    """Fold the text of a message into lines of `room` cells, hardly more of them than `limit`."""
    lines: list[Folded] = []
    for paragraph in paragraphs(text, manner.mentions):
        if len(lines) >= limit:
            break
        lines += _fold_paragraph(paragraph, room, manner)
    return lines


def _fold_paragraph(paragraph: Paragraph, room: int, manner: Manner) -> list[Folded]:
    content = Content(paragraph.text)
    for run in paragraph.runs:
        content = content.stylize(manner.looks[run.look], run.start, run.end)
    if manner.query:
        for start, end in hits(paragraph.text, manner.query):
            content = content.stylize(manner.found, start, end)
    lead = paragraph.lead
    if not lead:
        return _fold(content, paragraph.text, room)
    lines = _fold(content, paragraph.text, max(4, room - cell_len(lead)))
    hang = lead if paragraph.repeat else " " * cell_len(lead)
    return [
        line._replace(content=Content.assemble(hang, line.content))
        if number
        else line._replace(content=Content.assemble(lead, line.content), text=lead + line.text)
        for number, line in enumerate(lines)
    ]


def _fold(content: Content, text: str, room: int) -> list[Folded]:
    if not bidi.has_rtl(text):
        # A text that is sure to fit is not measured: the most common case by far.
        if len(text) * 2 <= room or (len(text) <= room and text.isascii()):
            return [Folded(content, text)]
        return _with_texts(content.wrap(room), text)
    rtl = bidi.is_rtl(text)
    lines = [line._replace(right=rtl) for line in _with_texts(content.wrap(room), text)]
    if not bidi.ours():
        return lines
    return [line._replace(content=_reordered(line.content, rtl=rtl)) for line in lines]


def _with_texts(lines: Sequence[Content], text: str) -> list[Folded]:
    """Find out which part of a text each line shows, and what was left out between them."""
    folded: list[Folded] = []
    position = 0
    for number, line in enumerate(lines):
        start = text.find(line.plain, position)
        start = position if start < 0 else start
        end = start + len(line.plain)
        following = lines[number + 1].plain if number + 1 < len(lines) else ""
        begins = text.find(following, end) if following else len(text)
        folded.append(Folded(line, line.plain, text[end : max(end, begins)] if following else "\n"))
        position = end
    return folded


def _reordered(line: Content, *, rtl: bool) -> Content:
    """Put a line into the order in which it is shown, its styles with it."""
    shown, order = bidi.visual(line.plain, rtl=rtl)
    content = Content(shown)
    for span in line.spans:
        place = 0
        for inside, run in groupby(span.start <= index < span.end for index in order):
            end = place + len(list(run))
            if inside:
                content = content.stylize(span.style, place, end)
            place = end
    return content
