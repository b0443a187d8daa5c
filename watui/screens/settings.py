"""The settings, by group: each in the word of the config file, with its value, and where that comes from.

The screen changes nothing itself. It says up what is wanted, and is told what became of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar, NamedTuple

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from watui.panes.about import AboutList, Part
from watui.panes.field import LIST_MOVES, Field
from watui.panes.finder import FilterField
from watui.screens.about import AboutLine
from watui.screens.dialog import Dialog
from watui.screens.menu import Entry, MenuScreen
from watui.screens.moving import moves
from watui.text import Safe, fold

STEPS = 4
"""Choices that Enter steps through; more of them are a menu."""

KEYS = "Enter changes · x takes the default · / finds · Esc closes"

READING = "being read …"


class Kind(Enum):
    """How a setting is changed."""

    SWITCH = auto()
    CHOICE = auto()
    LINE = auto()
    NOT_HERE = auto()


class Setting(NamedTuple):
    """A setting as it is shown."""

    name: str
    group: str
    kind: Kind
    value: Safe
    """What holds now, in words."""
    text: Safe = Safe("")
    """What a field begins with."""
    choices: tuple[str, ...] = ()
    help: str = ""
    source: Safe = Safe("default")
    """Where the value comes from."""
    mark: str = ""
    """A sign for that."""
    default: Safe = Safe("")
    example: str = ""
    fixed: Safe = Safe("")
    """Why it cannot be changed here; empty if it can."""
    own: bool = False
    """Whether there is something to take back, so that the default holds again."""


@dataclass
class SettingChosen(Message):
    """The person wants a setting to be another one; `None` for its default."""

    name: str
    text: str | None


class ValueField(Field):
    """The line in which a value is written."""

    MOVES = LIST_MOVES  # which move nothing while one writes


class SettingsScreen(Dialog[None]):
    """Lists the settings until it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="Esc", id="settings.close"),
        Binding("enter,space", "choose", "Change", key_display="Enter", id="settings.choose"),
        Binding("x,delete", "reset", "Take the default", key_display="x", id="settings.reset"),
        Binding("slash", "find", "Find a setting", key_display="/", id="settings.find"),
        *moves("settings"),
    ]

    list = getters.query_one(AboutList)
    box = getters.query_one("#settings-box", Vertical)

    def __init__(self, title: str) -> None:
        super().__init__(id="settings")
        self._settings: dict[str, Setting] = {}
        self._trouble = READING
        self._laid_out = False
        self._edited: str | None = None
        self._head, self._foot = AboutLine("title"), AboutLine("quiet")
        self._head.say(title)
        self._words = Static(id="settings-words", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the settings above what is to be said of the one under the cursor."""
        with Vertical(id="settings-box"):
            yield self._head
            yield AboutList()
            yield self._words
            yield self._foot

    def on_mount(self) -> None:
        """Show what is known so far."""
        self._laid_out = True
        self._show(anew=True)

    # What the app tells it.

    def show(self, settings: Sequence[Setting], trouble: Safe = Safe("")) -> None:
        """Show the settings as they are now, or why nobody knows."""
        anew = not self._settings
        self._settings = {each.name: each for each in settings}
        self._trouble = trouble
        self._show(anew=anew)

    def told(self, name: str, words: Safe, *, wrong: bool) -> None:
        """Say what became of a change; what is wrong can be written otherwise."""
        if not self._laid_out:
            return
        if self._edited == name and not wrong:
            self._end_edit()
        setting = self.pointed
        if wrong or (setting is not None and setting.name == name):
            self._say(words if wrong else f"{name}: {words}", wrong=wrong)

    def _show(self, *, anew: bool = False) -> None:
        if not self._laid_out:
            return
        query = FilterField.shown(self.box)
        terms = fold(query.value).split() if query is not None else []
        groups: dict[str, list[Entry]] = {}
        for each in self._settings.values():
            text = fold(f"{each.name} {each.group} {each.help}")
            if all(term in text for term in terms):
                entry = Entry(each.mark, each.name, each.name, each.value, "fixed" if each.fixed else "")
                groups.setdefault(each.group, []).append(entry)
        parts: list[Part] = [*groups.items()]
        if not parts:
            parts = [(self._trouble or "no setting is called so", ())]
        self.list.show((), parts, anew=anew)
        if self._edited is None:
            self._tell()

    @property
    def pointed(self) -> Setting | None:
        """The setting under the cursor."""
        entry = self.list.pointed if self._laid_out else None
        return self._settings.get(entry.value) if entry is not None else None

    def _tell(self) -> None:
        """Tell about the setting under the cursor, and what the keys do."""
        setting = self.pointed
        if setting is None:
            self._say("")
        else:
            usual = f" · default: {setting.default}" if setting.own or setting.fixed else ""
            self._say(f"{setting.fixed or setting.source}{usual}\n{setting.help}")
        self._foot.say(KEYS)

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self._words.set_class(wrong, "-wrong")
        self._words.update(Content(f"! {words}" if wrong else words))

    # What the person does.

    async def action_choose(self) -> None:
        """Change the setting under the cursor, or begin to."""
        entry = self.list.accept()
        setting = self.pointed
        if entry is None or setting is None or self._edited is not None:
            return
        if setting.fixed:
            self._say(setting.fixed, wrong=True)
        elif setting.kind is Kind.SWITCH:
            self._want(setting, "false" if setting.value == "true" else "true")
        elif setting.kind is Kind.LINE:
            await self._edit(setting)
        elif len(setting.choices) > STEPS:
            self._choose_from_menu(setting)
        else:
            now = setting.choices.index(setting.value) if setting.value in setting.choices else -1
            self._want(setting, setting.choices[(now + 1) % len(setting.choices)])

    def _choose_from_menu(self, setting: Setting) -> None:
        entries = [Entry("", each, each, "now" if each == setting.value else "") for each in setting.choices]

        def closed(chosen: str | None) -> None:
            if chosen is not None:
                self._want(setting, chosen)

        self.app.push_screen(MenuScreen(setting.name, entries), closed)

    def _want(self, setting: Setting, text: str | None) -> None:
        """Ask for it, and show it so that a second key goes on from there."""
        shown = Safe(text) if text is not None else setting.default
        if setting.kind is not Kind.LINE:
            self._settings[setting.name] = setting._replace(value=shown)
            self._show()
        self.post_message(SettingChosen(setting.name, text))

    def action_reset(self) -> None:
        """Let the default of the setting under the cursor hold."""
        setting = self.pointed
        if setting is None or self._edited is not None:
            return
        if setting.fixed:
            self._say(setting.fixed, wrong=True)
        elif setting.own:
            self._want(setting, None)
        else:
            self._say(f"{setting.name}: the default holds already")

    # Writing a value.

    async def _edit(self, setting: Setting) -> None:
        self._edited = setting.name
        await ValueField.open(self.box, "", before=self._words)
        field = ValueField.shown(self.box)
        if field is not None:
            field.placeholder = f"as in {setting.example}" if setting.example else ""
            field.value = setting.text
            field.cursor_position = len(setting.text)
        self._foot.say(f"Enter sets {setting.name} · Esc leaves it")

    def _end_edit(self) -> None:
        self._edited = None
        ValueField.close(self.box)
        self.set_focus(None)
        self._tell()

    @on(Input.Submitted)
    async def _accepted(self, event: Input.Submitted) -> None:
        event.stop()
        if isinstance(event.input, FilterField):
            await self.action_choose()
        elif self._edited is not None:
            self.post_message(SettingChosen(self._edited, event.value.strip() or None))

    # Finding.

    async def action_find(self) -> None:
        """Begin to search the settings."""
        if self._edited is None and await FilterField.open(
            self.box, "name, or what it is about", before=self.list
        ):
            self._show(anew=True)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if isinstance(event.input, FilterField):
            self._show(anew=True)

    # Moving.

    @on(Field.Moved)
    def _field_moved(self, event: Field.Moved) -> None:
        event.stop()
        (self.action_page if event.unit == "page" else self.action_move)(event.by)

    @on(AboutList.Clicked)
    async def _clicked(self, event: AboutList.Clicked) -> None:
        event.stop()
        if self._edited is not None:
            self._end_edit()
        self._tell()
        await self.action_choose()

    def action_move(self, entries: int) -> None:
        """Move the cursor."""
        if self._edited is None:
            self.list.move(entries)
            self._tell()

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in view."""
        if self._edited is None:
            self.list.page(pages)
            self._tell()

    def action_edge(self, way: int) -> None:
        """Move the cursor to the first or the last setting."""
        if self._edited is None:
            self.list.edge(way)
            self._tell()

    def action_close(self) -> None:
        """Leave the value as it is, or show all again, or close."""
        if self._edited is not None:
            self._end_edit()
            found = FilterField.shown(self.box)
            self.set_focus(found)
        elif FilterField.close(self.box):
            self.set_focus(None)
            self._show(anew=True)
        elif self.is_current:
            self.dismiss(None)
