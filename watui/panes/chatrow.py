"""What the row of a chat says, and how it is fitted into its width: pieces of text, each with its look.

Nothing in a row is told by colour alone. Looks are the names of the list's component classes, so that nothing
here knows of styles, and foreign text stays a piece that nobody parses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from watui.bidi import in_order
from watui.models import Ack, Chat, ChatKey
from watui.panes import words
from watui.text import Safe, cell_len, fit

Piece = tuple[str, str]
"""A text and the name of its look."""

NAME_ROOM = 12
"""Cells that a row of one line keeps for the name before it also tells the time."""

TYPISTS = 2
"""People of a group who are named while they type."""

READ = (Ack.READ, Ack.PLAYED)

COLOURS = 8
"""Colours of names, which devices may have too."""


@dataclass(slots=True)
class Marks:
    """What a row shows that is no property of the chat: device marks, who types, what is half written."""

    devices: Mapping[Safe, Safe]
    """A short mark for each device, empty when there is only one."""
    names: Mapping[Safe, Mapping[Safe, Safe]]
    """For each device, what people are called."""
    typing: Mapping[ChatKey, Mapping[Safe, float]]
    drafts: Mapping[ChatKey, str]
    labels: Mapping[Safe, Safe] = field(default_factory=dict)
    """The name of each device, for where there is more room than for its mark."""
    colours: Mapping[Safe, int] = field(default_factory=dict)
    """The colour of each device that has one of its own."""


def facts(chat: Chat, marks: Marks) -> tuple[object, ...]:
    """Give everything that a row is drawn from, so that it is drawn anew only when that is another."""
    return (
        chat,
        typing(chat, marks),
        marks.drafts.get(chat.key),
        marks.devices.get(chat.key.device),
        marks.colours.get(chat.key.device),
        _sender(chat, marks),
    )


def flat(chat: Chat, marks: Marks, width: int, today: date) -> list[Piece]:
    """Fit a chat into one line: name and badge, and the time where that leaves room for the name."""
    name = _name(chat, marks)
    right = _badge(chat)
    if typing(chat, marks):
        right = [("…", "typing"), *right]
    elif marks.drafts.get(chat.key):
        right = [("✎", "draft"), *right]
    time = words.short_time(chat.time, today)
    timed = _apart([*right, (time, "time")])
    wanted = min(NAME_ROOM, _width(name))
    return _spread(name, timed if time and wanted + 2 + _width(timed) <= width else _apart(right), width)


def tall(chat: Chat, marks: Marks, width: int, today: date) -> tuple[list[Piece], list[Piece]]:
    """Fit a chat into two lines: name and time, and below them the last message and the badge."""
    time = words.short_time(chat.time, today)
    indent = [("  ", "preview")] if marks.devices else []
    return (
        _spread(_name(chat, marks), [(time, "time")], width),
        _spread([*indent, *_last(chat, marks)], _apart(_badge(chat)), width),
    )


def typing(chat: Chat, marks: Marks) -> str:
    """Say who is typing, by first names in a group; empty if nobody is."""
    people = marks.typing.get(chat.key)
    if not people:
        return ""
    names = marks.names.get(chat.key.device, {}) if chat.group else {}
    first = [name.partition(" ")[0] for person in people if (name := names.get(person))][:TYPISTS]
    return f"{', '.join(first)} typing…" if first else "typing…"


def _name(chat: Chat, marks: Marks) -> list[Piece]:
    mark = marks.devices.get(chat.key.device)
    name: Piece = (chat.name, "unread" if chat.unread else "name")
    return [(f"{mark} ", device_look(marks.colours.get(chat.key.device))), name] if mark else [name]


def device_look(colour: int | None) -> str:
    """Name the look of a device's mark."""
    return "mark" if colour is None else f"device-{colour}"


def _last(chat: Chat, marks: Marks) -> list[Piece]:
    """Say what happened last in a chat; what is half written goes before, who is typing before that."""
    typists = typing(chat, marks)
    if typists:
        return [(typists, "typing")]
    draft = marks.drafts.get(chat.key)
    if draft:
        return [("draft: ", "draft"), (draft.partition("\n")[0], "preview")]
    shown = chat.preview
    if shown is None:
        return []
    said = words.flat(words.preview(shown), marks.names.get(chat.key.device, {}))
    if shown.own:
        ack = shown.ack if shown.ack is not None else Ack.SENT
        return [(words.TICKS[ack], "read" if ack in READ else "preview"), (f" {said}", "preview")]
    who = _sender(chat, marks)
    if not who or not said:
        return [(said, "preview")]
    return [(who.partition(" ")[0], "preview"), (": ", "preview"), (said, "preview")]


def _sender(chat: Chat, marks: Marks) -> Safe | None:
    """Name who wrote the last message of a group, if that is known."""
    sender = chat.preview.sender if chat.preview else None
    return marks.names.get(chat.key.device, {}).get(sender) if sender else None


def _badge(chat: Chat) -> list[Piece]:
    """Mark by its own shape each of: pinned, muted, archived, how much is unread and whether it names one."""
    pieces: list[Piece] = []
    if chat.pinned:
        pieces.append(("▴", "mark"))
    if chat.muted:
        pieces.append(("∅", "mark"))
    if chat.archived:
        pieces.append(("archived", "mark"))
    if chat.unread:
        count = f"@{chat.unread}" if chat.mentioned else str(chat.unread)
        pieces.append((count, "mark" if chat.muted and not chat.mentioned else "unread"))
    return pieces


def _apart(pieces: Sequence[Piece]) -> list[Piece]:
    """Put a blank between pieces."""
    return [each for piece in pieces for each in ((" ", piece[1]), piece)][1:]


def _width(pieces: Sequence[Piece]) -> int:
    return sum(cell_len(text) for text, _ in pieces)


def _spread(left: Sequence[Piece], right: Sequence[Piece], width: int) -> list[Piece]:
    """Put some text left and some right on a line, cutting the left one where they would meet."""
    room = max(0, width - _width(right) - (2 if right else 1))
    line: list[Piece] = []
    for text, look in left:
        cut = fit(text, room)
        room -= cell_len(cut)
        line.append((in_order(cut), look))
    return [*line, (" " * (room + (1 if right else 0)), "name"), *right]
