"""The people that the devices know: typed for by name or number, to write to them or to see who they are.

A number that nobody in the list has can be written to as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple, overload

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from watui import matching
from watui.models import ChatKey
from watui.names import Person, dialled
from watui.panes.field import Field
from watui.panes.finder import FilterField
from watui.screens.dialog import Dialog
from watui.screens.menu import Entry, MenuList
from watui.text import Safe, fit

KEYS = "Enter writes · Tab about them · Esc closes"

NO_CODE = "To write to a new number"

BEGIN = "begin with its country's code, as in +49"

LOCAL = 7
"""Digits from which on what is typed may be meant as a whole number."""


class Listed(NamedTuple):
    """Somebody, and the device that knows them."""

    device: Safe
    person: Person


@dataclass
class PersonAsked(Message):
    """The person wants to know who somebody is."""

    chat: ChatKey


class Entries(Sequence[Entry]):
    """People as entries of a menu, each made when it is drawn, and what else can be chosen below them.

    What an entry returns is where it stands.
    """

    def __init__(self, people: Sequence[Listed], marks: Mapping[Safe, Safe], others: Sequence[Entry]) -> None:
        self._people, self._marks, self._others = people, marks, others

    def __len__(self) -> int:
        return len(self._people) + len(self._others)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        if isinstance(place, slice):
            return [self[each] for each in range(len(self))[place]]
        if place >= len(self._people):
            return replace(self._others[place - len(self._people)], value=str(place))
        device, person = self._people[place]
        number = f"+{person.number}" if person.number else ""
        notes = ["business" if person.business else "", number if number != person.name else ""]
        return Entry(
            self._marks.get(device, ""), person.name, str(place), " · ".join(each for each in notes if each)
        )


class PeopleList(MenuList):
    """The people, as entries of a menu."""

    def __init__(self, marks: Mapping[Safe, Safe]) -> None:
        super().__init__("Contacts", [Entry(mark, "", "") for mark in marks.values()])

    def _hint(self, rows: int) -> Content:
        place = f"{self.cursor + 1}/{len(self.entries)} · " if len(self.entries) > rows else ""
        return Content.assemble((fit(f"{place}{KEYS}", self.size.width), self._look("note")))


class PeopleScreen(Dialog[ChatKey | None]):
    """Returns with whom to begin a chat, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="Esc", id="people.close"),
        # Which a terminal does not tell from Ctrl+I.
        Binding("tab", "about", "About them", key_display="Tab", priority=True, id="people.about"),
    ]

    field = getters.query_one(FilterField)
    list = getters.query_one(PeopleList)

    def __init__(self, people: Sequence[Listed], devices: Sequence[Safe], marks: Mapping[Safe, Safe]) -> None:
        """Take the people in any order, the devices that can write, and the marks of devices, if several."""
        super().__init__(id="people")
        self._devices, self._marks = devices, marks
        self._typed = ""
        self._found: matching.Found | None = None
        self._take(people)
        self._shown = self._people

    def _take(self, people: Sequence[Listed]) -> None:
        """Put the people in order: those of the address book first."""
        texts = [matching.text_of(one.person.name, one.person.number) for one in people]
        ranks = [(not one.person.own, text) for one, text in zip(people, texts, strict=True)]
        order = sorted(range(len(people)), key=ranks.__getitem__)
        self._texts = [texts[place] for place in order]
        self._people = [people[place] for place in order]

    def compose(self) -> ComposeResult:
        """Lay out the field above what it finds."""
        with Vertical(id="people-box"):
            yield FilterField(placeholder="name or number", compact=True, select_on_focus=False)
            yield PeopleList(self._marks)

    def on_mount(self) -> None:
        """Make ready for the first letter, at once."""
        self.set_focus(self.field)
        self._search("")

    def show(self, people: Sequence[Listed]) -> None:
        """Show whom the devices know now, the cursor where it was."""
        pointed = self.pointed
        self._take(people)
        self._found = None
        self._search(self._typed)
        keys = [ChatKey(device, person.jid) for device, person in self._shown]
        if pointed in keys:
            self.list.cursor = keys.index(pointed)

    @property
    def pointed(self) -> ChatKey | None:
        """Who is under the cursor."""
        place = self.list.cursor
        if place >= len(self._shown):
            return None
        device, person = self._shown[place]
        return ChatKey(device, person.jid)

    # Finding.

    def _search(self, typed: str) -> None:
        """List whom a text finds, the best hit selected, and below them a number that nobody has."""
        self._typed = typed
        typed = typed.strip()
        wanted = matching.terms(f"+{typed[2:]}" if typed.startswith("00") else typed)
        self._found = matching.search(wanted, self._texts, self._found) if wanted else None
        found = self._people if self._found is None else [self._people[n] for n in self._found.places]
        new = [*self._new(typed)]
        wrong = not found and not new and wanted.isdecimal() and len(wanted) >= LOCAL
        self._shown = [*found, *new]
        self.list.entries = Entries(
            self._shown, self._marks, [Entry("", NO_CODE, "", off=BEGIN)] if wrong else []
        )
        self.list.cursor = 0
        self.list.refresh()

    def _new(self, typed: str) -> Iterator[Listed]:
        """Offer to write to a number that is not listed, from each device to which it is new."""
        jid = dialled(typed)
        if jid is not None:
            number = jid.partition("@")[0]
            knowing = {one.device for one in self._people if one.person.number == number}
            person = Person(jid, Safe(f"New chat with +{number}"), "", Safe(""), own=False, business=False)
            yield from (Listed(device, person) for device in self._devices if device not in knowing)

    # What the person does.

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._typed:
            self._search(event.value)

    @on(Input.Submitted)
    def _accepted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value != self._typed:
            self._search(event.value)
        self._choose()

    @on(Field.Moved)
    def _moved(self, event: Field.Moved) -> None:
        event.stop()
        self.list.move(event.by * (self.list.rows if event.unit == "page" else 1))

    @on(MenuList.Clicked)
    def _clicked(self, event: MenuList.Clicked) -> None:
        event.stop()
        self.list.cursor = int(event.entry.value)
        self._choose()

    def action_about(self) -> None:
        """Ask who is under the cursor."""
        if self.pointed is not None and self.is_current:
            self.post_message(PersonAsked(self.pointed))

    def action_close(self) -> None:
        """Choose nobody."""
        self._end(None)

    def _choose(self) -> None:
        if self.pointed is not None:
            self._end(self.pointed)
        elif self.list.entries:
            self.notify(f"{NO_CODE}, {BEGIN}", markup=False)

    def _end(self, chat: ChatKey | None) -> None:
        # A second key may be on its way while the screen goes; it would take the screen below away too.
        if self.is_current:
            self.dismiss(chat)
