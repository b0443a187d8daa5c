"""About one person or group: what is known of them, what can be done, and who is in the group.

The screen asks for nothing itself. It is told what is known, at first and whenever more is.
"""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from watui import matching
from watui.bidi import in_order
from watui.models import ChatKey
from watui.panes import details
from watui.panes.about import AboutList, Part
from watui.panes.details import About
from watui.panes.field import Field
from watui.panes.finder import FilterField
from watui.panes.line import Line
from watui.screens.dialog import Dialog
from watui.screens.menu import Entry
from watui.screens.moving import moves
from watui.text import Safe, fit

WRITES = (
    "Rename it",
    "Change its description",
    "Add somebody",
    "Remove somebody",
    "Leave it",
    "Join one by invitation",
)
"""What would change a group."""

NO_WRITES = "this gateway cannot: its own check refuses every such call"
"""Why none of it can be done (contract 2.15)."""


class Fellow(NamedTuple):
    """Somebody in a group."""

    jid: Safe
    name: Safe
    number: str
    """As it is written; empty where it is not known, or is the name."""
    role: str
    """What they are in the group, if more than a member."""


class Asked(NamedTuple):
    """With whom the person wants to write, and whether to begin by mentioning everybody."""

    chat: ChatKey
    everybody: bool = False


class AboutLine(Line):
    """The name at the top, or what the keys do at the bottom."""

    LOOKS = "about"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"about--title", "about--quiet"}

    def __init__(self, look: str) -> None:
        super().__init__()
        self._look, self._said = look, ""

    def say(self, words: str) -> None:
        """Say something else."""
        if words != self._said:
            self._said = words
            self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Say it."""
        return [(" ", ""), (in_order(fit(self._said, width - 1)), self._look)]


class AboutScreen(Dialog[Asked | None]):
    """Returns with whom to write, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="Esc", id="about.close"),
        Binding("enter", "choose", "Choose", key_display="Enter", id="about.choose"),
        Binding("slash", "find", "Find a member", key_display="/", id="about.find"),
        Binding("a", "everybody", "Mention everybody", key_display="a", id="about.everybody"),
        *moves("about"),
    ]

    list = getters.query_one(AboutList)
    box = getters.query_one("#about-box", Vertical)

    def __init__(self, about: About) -> None:
        super().__init__(id="about")
        self._about = about
        self._members: Sequence[Entry] = ()
        self._texts: Sequence[str] = ()
        self._unknown = "being asked for …"
        self._found: matching.Found | None = None
        self._laid_out = False
        self._head, self._foot = AboutLine("title"), AboutLine("quiet")

    def compose(self) -> ComposeResult:
        """Lay out the facts and the entries between the name and the keys."""
        with Vertical(id="about-box"):
            yield self._head
            yield AboutList()
            yield self._foot

    def on_mount(self) -> None:
        """Show what is known so far."""
        self._laid_out = True
        self._show(anew=True)

    # What the app tells it.

    def show(self, about: About) -> None:
        """Show what is known now."""
        self._about = about
        self._show()

    def show_members(self, members: Sequence[Fellow], unknown: str = "") -> None:
        """Show who is in the group, or say why nobody knows."""
        self._members = [_entry(each) for each in members]
        self._texts = [matching.text_of(each.name, each.number) for each in members]
        self._unknown, self._found = unknown, None
        self._show()

    def _show(self, *, anew: bool = False) -> None:
        if not self._laid_out:
            return
        query = self._query
        self._head.say(self._about.name)
        if query is not None:
            self.list.show((), [self._sought(query)], anew=anew)
            self._foot.say("Enter writes to them · Esc shows all")
        else:
            self.list.show(details.facts_of(self._about), [*self._offered()], anew=anew)
            more = "/ finds a member · a mentions all · " if self._about.group else ""
            self._foot.say(f"Enter chooses · {more}Esc closes")

    def _offered(self) -> Sequence[Part]:
        """Give what can be done, and for a group who is in it and what cannot be done."""
        if not self._about.group:
            return [("", [Entry("", f"Write to {self._about.name}", "write")])]
        everybody = Entry("a", "Mention everybody", "everybody", off=self._why_no_members())
        return [
            ("", [Entry("", "Write in the group", "write"), everybody]),
            (f"Members: {why}" if (why := self._why_no_members()) else "Members", self._members),
            (f"Changes: {NO_WRITES}", [Entry("", words, "", off=NO_WRITES) for words in WRITES]),
        ]

    def _why_no_members(self) -> str:
        return "" if self._members else self._unknown or "there are none"

    # Searching the members.

    @property
    def _query(self) -> str | None:
        """What is typed to find a member; `None` where there is no field."""
        field = FilterField.shown(self.box)
        return None if field is None else field.value

    def _sought(self, query: str) -> Part:
        wanted = matching.terms(query)
        if not wanted:
            self._found = None
            return f"{len(self._members):,} members", self._members
        self._found = matching.search(wanted, self._texts, self._found)
        places = self._found.places
        words = f"{len(places):,} found" if places else "nobody is called so"
        return words, [self._members[place] for place in places]

    async def action_find(self) -> None:
        """Begin to search the members."""
        if not self._about.group:
            return
        if why := self._why_no_members():
            self.notify(f"the members: {why}", markup=False)
        elif await FilterField.open(self.box, "name or number", before=self.list):
            self._show(anew=True)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(anew=True)

    @on(Input.Submitted)
    def _accepted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_choose()

    @on(Field.Moved)
    def _field_moved(self, event: Field.Moved) -> None:
        event.stop()
        (self.list.page if event.unit == "page" else self.list.move)(event.by)

    # What the person does.

    @on(AboutList.Clicked)
    def _clicked(self, event: AboutList.Clicked) -> None:
        event.stop()
        self.action_choose()

    def action_move(self, entries: int) -> None:
        """Move the cursor."""
        self.list.move(entries)

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in view."""
        self.list.page(pages)

    def action_edge(self, way: int) -> None:
        """Move the cursor to the first or the last entry."""
        self.list.edge(way)

    def action_choose(self) -> None:
        """Write to whom is selected, or say why something cannot be done."""
        entry = self.list.accept()
        if entry is None:
            return
        if entry.off:
            self.notify(f"{entry.words}: {entry.off}", markup=False)
        elif entry.value == "write":
            self._end(Asked(self._about.key))
        elif entry.value == "everybody":
            self._end(Asked(self._about.key, everybody=True))
        else:
            self._end(Asked(ChatKey(self._about.key.device, Safe(entry.value))))

    def action_everybody(self) -> None:
        """Begin a message that mentions everybody in the group."""
        if not self._about.group:
            return
        if why := self._why_no_members():
            self.notify(f"the members: {why}", markup=False)
        else:
            self._end(Asked(self._about.key, everybody=True))

    def action_close(self) -> None:
        """Show all again, or choose nothing."""
        if FilterField.close(self.box):
            self.set_focus(None)
            self._show(anew=True)
        else:
            self._end(None)

    def _end(self, asked: Asked | None) -> None:
        # A second key may be on its way while the screen goes; it would take the screen below away too.
        if self.is_current:
            self.dismiss(asked)


def _entry(each: Fellow) -> Entry:
    return Entry("", each.name, each.jid, " · ".join(filter(None, [each.role, each.number])))
