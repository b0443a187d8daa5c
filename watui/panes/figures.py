"""The figures of a device: numbers in words, small bar charts, and what the gateway counts beside them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip

from watui.bidi import in_order
from watui.figures import Answers, Busy, Day, Figures
from watui.models import ChatKey, Stats
from watui.panes.chatrow import Piece
from watui.panes.painted import Painted
from watui.panes.wheel import Wheeled
from watui.panes.words import BAR
from watui.screens.cutting import fold
from watui.text import Safe, cell_len, fit

LABELS = 13
"""Cells of the labels at the left, with what is free beside them."""

NAME = 26
"""Cells of the longest name of a chat."""

WIDEST = 3
"""Cells of the widest bar of a day."""

ACROSS = "▏▎▍▌▋▊▉█"
"""How far a bar reaches into its last cell."""

ACROSS_MOST = 40
"""Cells of the longest of them."""

LAYOUTS = ((3, True), (2, True), (1, True), (1, False))
"""How high the bars of the days are, and whether blank lines stand between the parts: the first that fits."""

COUNTING = "counting…"

NOTHING = "nothing yet: figures begin with the first message"


class FiguresPane(Wheeled, Painted):
    """Shows figures; where they are too many for its height it scrolls with the wheel."""

    LOOKS = "about"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"about--label", "about--text", "about--quiet", "about--mark"}

    def __init__(self, *, id: str | None = "figures") -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.can_focus = False
        self._told: tuple[Figures | None, Stats | None, Mapping[ChatKey, Safe], str] = (None, None, {}, "")
        self._lines: list[list[Piece]] = []
        self._first = 0

    def show(
        self,
        figures: Figures | None,
        stats: Stats | None = None,
        names: Mapping[ChatKey, Safe] | None = None,
        *,
        trouble: str = "",
    ) -> None:
        """Show these figures, or that they are being counted, or why they cannot be.

        `names` are better ones for chats than the archive has.
        """
        told = (figures, stats, names or {}, trouble)
        if told != self._told:
            self._told = told
            self._lay_out()

    def on_resize(self) -> None:
        """Lay out anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        figures, stats, names, trouble = self._told
        for high, apart in LAYOUTS:
            self._lines = lines_of(
                figures, stats, names, self.size.width - 1, trouble=trouble, high=high, apart=apart
            )
            if len(self._lines) <= self.size.height:
                break
        self.wheel(0)

    def wheel(self, lines: int) -> None:
        """Scroll with the mouse."""
        self._first = max(0, min(self._first + lines, len(self._lines) - self.size.height))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Give one line."""
        place = self._first + y
        line = self._lines[place] if place < len(self._lines) else []
        segments = [Segment(text, self.look(look)) for text, look in [(" ", ""), *line] if text]
        return Strip(segments).adjust_cell_length(self.area.width, self.look(""))


def lines_of(
    figures: Figures | None,
    stats: Stats | None,
    names: Mapping[ChatKey, Safe],
    width: int,
    *,
    trouble: str = "",
    high: int = 1,
    apart: bool = False,
) -> list[list[Piece]]:
    """Put figures into lines of a width, the bars of days so `high`, perhaps with the parts `apart`."""
    room = max(1, width - LABELS)
    parts = [_now(figures, stats, room, trouble or COUNTING)]
    if figures is not None and any(figures.hours):
        parts += [
            _days(figures.days, room, high),
            _hours(figures.hours, room),
            _busiest(figures.busiest, names, room),
            _answers(figures.ours, figures.theirs, room),
        ]
    elif figures is not None and figures.messages:
        parts.append(_said("30 days", "no message in the last 30 days", room))
    lines: list[list[Piece]] = []
    for part in parts:
        lines += [[], *part] if lines and apart else part
    return lines


# What there is now.


def _now(figures: Figures | None, stats: Stats | None, room: int, instead: str) -> list[list[Piece]]:
    lines: list[list[Piece]] = []
    if figures is None:
        lines += _said("now", instead, room)
    else:
        groups = f", {figures.groups:,} of them {'a group' if figures.groups == 1 else 'groups'}"
        chats = _many(figures.chats, "chat") + (groups if figures.groups else "")
        unread = _unread(figures.unread, figures.unread_chats)
        lines += _said("now", f"{unread} · {chats}", room)
    counted = ", ".join(_counted(stats, figures)) if stats is not None else ""
    if counted:
        lines += _said("the gateway", f"counts {counted}", room)
    if figures is not None:
        since = f" since {_date(figures.first)}" if figures.first is not None else ""
        kept = f"{_many(figures.messages, 'message')}{since}" if figures.messages else NOTHING
        lines += _said("kept here", kept, room)
    return lines


def _counted(stats: Stats, figures: Figures | None) -> Iterator[str]:
    """Say what the gateway counts, where that is not what is counted here."""
    if stats.chats is not None and (figures is None or stats.chats != figures.chats):
        yield _many(stats.chats, "chat")
    if stats.groups is not None and (figures is None or stats.groups != figures.groups):
        yield _many(stats.groups, "group")
    alike = (
        figures is not None
        and stats.unread == figures.unread
        and stats.unread_chats in (None, figures.unread_chats)
    )
    if stats.unread is not None and not alike:
        yield _unread(stats.unread, stats.unread_chats)
    if stats.oldest_unread_days and stats.unread != 0:
        yield f"the oldest unread {_many(stats.oldest_unread_days, 'day')} old"


def _unread(messages: int, chats: int | None) -> str:
    if not messages:
        return "nothing unread"
    return f"{messages:,} unread in {_many(chats, 'chat')}" if chats else f"{messages:,} unread"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _date(time: int) -> str:
    then = datetime.fromtimestamp(time / 1000)  # noqa: DTZ006 - the terminal's own time zone is meant
    return f"{then.day} {then:%B %Y}"


# Charts.


def _days(days: Sequence[Day], room: int, high: int) -> list[list[Piece]]:
    """Draw what came above the days and what was sent below them, in bars of one scale."""
    most = max(max(day.came, day.sent) for day in days)
    top = f" {most:,}" if 0 < most < 100_000 else f" {most // 1000:,}k" if most else ""
    cells = max(2, min(WIDEST + 1, (room - len(top)) // len(days)))

    def bars(label: str, look: str, numbers: Sequence[int]) -> list[list[Piece]]:
        rows = reversed(range(high))
        drawn = [
            "".join(_part(each, most, row, high) * (cells - 1) + " " for each in numbers) for row in rows
        ]
        return [[_label(label if row == high - 1 else ""), (line, look)] for row, line in enumerate(drawn)]

    came = bars("came", "text", [day.came for day in days])
    came[0].append((top, "quiet"))
    named = "".join(f"{day.date:%A}"[: max(1, cells - 2)].ljust(cells) for day in days)
    return [*came, [_label("14 days"), (named, "quiet")], *bars("sent", "mark", [day.sent for day in days])]


def _part(number: int, most: int, row: int, high: int) -> str:
    """Give the cell of a bar in a row from below; what is more than nothing is seen."""
    eighths = max(1, round(number * high * 8 / most)) if number else 0
    rest = eighths - row * 8
    return BAR[min(rest, 8) - 1] if rest > 0 else "·" if row == 0 else " "


def _hours(hours: Sequence[int], room: int) -> list[list[Piece]]:
    most = max(hours)
    busiest = hours.index(most)
    line = "".join(_part(number, most, 0, 1) for number in hours)
    words = f"  most from {busiest} to {busiest + 1}: {most:,}"
    if len(hours) + len(words) > room:
        words = f" {most:,}"
    return [
        [_label("by the hour"), (line, "text"), (words, "quiet")],
        [_label("30 days"), ("0     6     12    18", "quiet")],
    ]


def _busiest(busiest: Sequence[Busy], names: Mapping[ChatKey, Safe], room: int) -> list[list[Piece]]:
    """Draw a bar for each chat, beside its name and before its number."""
    called = [names.get(each.key) or each.name for each in busiest]
    counts = [f" {each.messages:,}" for each in busiest]
    column = min(NAME, room // 2, max(map(cell_len, called)))
    longest = max(1, min(ACROSS_MOST, room - column - 2 - max(map(len, counts))))
    most = busiest[0].messages
    lines: list[list[Piece]] = []
    for head, name, each, number in zip(_once("busiest"), called, busiest, counts, strict=False):
        cut = fit(name, column)
        bar = _across(each.messages, most, longest)
        gap = " " * (column - cell_len(cut) + 2)
        lines.append([_label(head), (in_order(cut) + gap, "text"), (bar, "mark"), (number, "quiet")])
    return lines


def _across(number: int, most: int, longest: int) -> str:
    eighths = max(1, round(number * longest * 8 / most))
    rest = eighths % 8
    return ACROSS[-1] * (eighths // 8) + (ACROSS[rest - 1] if rest else "")


# Answers.


def _answers(ours: Answers | None, theirs: Answers | None, room: int) -> list[list[Piece]]:
    if ours is None and theirs is None:
        return _said("answers", "none in chats of two in the last 30 days", room)
    told = [_answered("you answer", ours), _answered("they answer", theirs)]
    return [
        line for head, words in zip(_once("answers"), told, strict=False) for line in _said(head, words, room)
    ]


def _answered(who: str, answers: Answers | None) -> str:
    if answers is None:
        return f"{who}: not once in the last 30 days"
    return f"{who} within {_while(answers.seconds)} (median of {answers.number:,})"


def _while(seconds: int) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


# Lines.


def _once(label: str) -> Iterator[str]:
    """Give a label for the first line, and none for all others."""
    yield label
    while True:
        yield ""


def _said(label: str, words: str, room: int) -> list[list[Piece]]:
    """Fold words beside their label."""
    places = fold(words, room)
    return [
        [_label(head), (words[start:end].rstrip(), "text")]
        for head, (start, end) in zip(_once(label), places, strict=False)
    ]


def _label(label: str) -> Piece:
    return (label.ljust(LABELS), "label")
