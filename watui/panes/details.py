"""What is known of one chat or person besides messages: in words, and in the pane beside a thread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.strip import Strip

from watui.bidi import in_order
from watui.models import EVER, Chat, ChatKey, Kind, Loudness
from watui.names import Person
from watui.panes.chatrow import Piece
from watui.panes.painted import Painted
from watui.screens.cutting import fold
from watui.text import Safe, cell_len, fit

if TYPE_CHECKING:
    from watui.archive.about import Counted

LABELS = 12
"""Cells of the widest label that is shown whole."""

MARGIN = 2
"""Cells left free at the left of the pane."""

NAMED = 8
"""Groups in common that are named; of more only the number is told."""

HERE = "only in watui"

LOUD = {
    Loudness.ALL: "all that comes in",
    Loudness.MENTIONS: "mentions and replies only",
    Loudness.NONE: "none",
}
"""What may ring, in words."""

MEDIA = (
    ("photo", (Kind.IMAGE,)),
    ("video", (Kind.VIDEO, Kind.GIF)),
    ("voice note", (Kind.VOICE,)),
    ("audio file", (Kind.AUDIO,)),
    ("document", (Kind.DOCUMENT,)),
)
"""What is counted under which name."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a chat, or of somebody with whom there may be none yet."""

    key: ChatKey
    name: Safe
    person: Person | None
    """Who it is; `None` for a group."""
    chat: Chat | None = None
    device: Safe = Safe("")
    """Through which device, where there are several."""
    members: int | None = None
    admins: int = 0
    """How many are in the group, and how many of them decide about it; `None` while nobody told."""
    counted: "Counted | None" = None
    """What is filed of it; `None` while it is being counted."""
    trouble: str = ""
    """Why it could not be counted."""
    says: Safe = Safe("")
    """What a group says of itself."""
    groups: Sequence[Safe] = ()
    """The names of groups that the person is in too, as far as they are known."""

    @property
    def group(self) -> bool:
        """Whether it is a group."""
        return self.key.jid.endswith("@g.us")


def facts_of(about: About) -> list[tuple[str, str]]:
    """List what is known, as labels and values."""
    return [(label, value) for label, value in _facts(about) if value]


def _facts(about: About) -> Iterator[tuple[str, str]]:
    if about.person is not None:
        yield from _person(about.person)
    if about.group and about.members is not None:
        yield "members", f"{about.members:,}, {about.admins:,} of them admins"
    yield "says", about.says
    yield "device", about.device
    if about.chat is not None:
        yield from _state(about.chat)
    if about.counted is not None:
        yield from _filed(about.counted)
    else:
        yield "messages", about.trouble or "…"
    if about.groups:
        named = "\n".join(about.groups[:NAMED])
        more = len(about.groups) - NAMED
        yield "both in", f"{named}\nand {more} more" if more > 0 else named
    yield "id", about.key.jid


def _person(person: Person) -> Iterator[tuple[str, str]]:
    yield "number", f"+{person.number}" if person.number else "WhatsApp does not tell it"
    yield "own name", person.chosen if person.chosen != person.name else ""
    yield "contact", "in the address book" if person.own else "not in the address book"
    yield "business", "yes" if person.business else ""


def _state(chat: Chat) -> Iterator[tuple[str, str]]:
    """Tell how a chat stands, and what of it nobody but watui knows."""
    kept = chat.kept
    if chat.unread:
        yield "unread", f"{chat.unread:,}"
    elif kept is not None and kept.unread:
        yield "unread", f"marked so, {HERE}"
    if kept is not None and kept.muted_until is not None:
        yield "muted", f"{_silence(kept.muted_until)}, {HERE}"
    else:
        yield "muted", "yes" if chat.muted else ""
    if kept is not None and kept.pinned is not None:
        yield "pinned", f"{'yes' if kept.pinned else 'no'}, {HERE}"
    else:
        yield "pinned", "yes" if chat.pinned else ""
    if kept is not None and kept.alerts is not None:
        yield "alerts", LOUD[kept.alerts]
    yield "archived", "yes" if chat.archived else ""


def _silence(until: int) -> str:
    if until <= 0:
        return "no"
    return "always" if until >= EVER else f"until {_moment(until)}"


def _filed(counted: "Counted") -> Iterator[tuple[str, str]]:
    if not counted.messages or counted.first is None or counted.last is None:
        yield "messages", "none known here"
        return
    first, last = counted.first, counted.last
    yield "messages", f"{counted.messages:,} known here\nfrom {_moment(first)}\nto {_moment(last)}"
    numbers = [(name, sum(counted.kinds.get(kind, 0) for kind in kinds)) for name, kinds in MEDIA]
    numbers.append(("link", counted.links))
    media = "\n".join(f"{number:,} {name}{'' if number == 1 else 's'}" for name, number in numbers if number)
    yield "media", media if counted.whole else f"at least\n{media}" if media else ""
    yield "starred", f"{counted.starred:,}" if counted.starred else ""


def _moment(time: int) -> str:
    """Tell a moment in ms since 1970 in the terminal's own time zone."""
    then = datetime.fromtimestamp(time / 1000).astimezone()
    return f"{then.day} {then:%B %Y, %H:%M}"


def lines(facts: Sequence[tuple[str, str]], width: int) -> list[list[Piece]]:
    """Put labels and the values folded beside them into lines."""
    column = min(LABELS, max((cell_len(label) for label, _ in facts), default=0)) + 2
    made: list[list[Piece]] = []
    for label, value in facts:
        head = fit(label, column - 2)
        head += " " * (column - cell_len(head))
        for start, end in fold(value, width - column):
            made.append([(head, "label"), (in_order(fit(value[start:end].rstrip(), width - column)), "text")])
            head = " " * column
    return made


class DetailsPane(Painted):
    """Shows what is known of the open chat."""

    LOOKS = "details"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "details--title",
        "details--label",
        "details--text",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._about: About | None = None
        self._lines: list[list[Piece]] | None = None

    def show(self, about: About | None) -> None:
        """Show this, or nothing."""
        if about != self._about:
            self._about, self._lines = about, None
            self.refresh()

    def on_resize(self) -> None:
        """Fold anew."""
        self._lines = None

    def render_line(self, y: int) -> Strip:
        """Give one line."""
        if self._lines is None:
            self._lines = self._fitted()
        pieces = self._lines[y] if y < len(self._lines) else []
        segments = [Segment(text, self.look(look)) for text, look in pieces if text]
        return Strip(segments).adjust_cell_length(self.area.width, self.look(""))

    def _fitted(self) -> list[list[Piece]]:
        """Put all of it into lines; where they are too many the last one says so."""
        about = self._about
        width, height = self.area.width - 2 * MARGIN, self.area.height
        if about is None or width < 1:
            return []
        indent: Piece = (" " * MARGIN, "")
        told = [[indent, *line] for line in lines(facts_of(about), width)]
        shown = [[indent, (in_order(fit(about.name, width)), "title")], [], *told]
        return shown if len(shown) <= height else [*shown[: height - 1], [indent, ("…", "label")]]
