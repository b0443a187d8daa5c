"""Choosing files to send: a path that is completed while it is typed, and below it what it may become."""

import asyncio
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from watui.aside import aside
from watui.bidi import in_order
from watui.files.completing import complete
from watui.files.dropped import paths_in
from watui.files.sending import FileRefused, look
from watui.panes.entries import EntryList, FileLine, PathField, is_directory, path_of
from watui.panes.field import Field
from watui.panes.words import size
from watui.screens.dialog import Dialog
from watui.text import clean, fit, one_line

SETTLE = 0.03
"""Seconds without another key after which the disk is asked: a key that is held down asks only once."""

MOST = 200
"""Entries that are listed; more are not looked through by eye."""

HINT = "Tab completes · Ctrl+Space marks · Enter takes"


class AttachScreen(Dialog[list[Path] | None]):
    """Returns the chosen files in the order in which they were marked, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", key_display="Esc", id="attach.close"),
    ]

    def __init__(self, start: str) -> None:
        """Begin in a directory, with a slash at its end."""
        super().__init__(id="attach")
        self._typed = PathField(start, compact=True, select_on_focus=False)
        self._entries = EntryList()
        self._about = FileLine(id="attach-about")
        self._marks = FileLine(id="attach-marks")
        self._listed: str | None = None
        self._waiting: tuple[str, str] | None = None
        self._marked: list[Path] = []

    def compose(self) -> ComposeResult:
        """Lay out the field above what it may become."""
        with Vertical(id="attach-box"):
            yield self._typed
            yield self._entries
            yield self._about
            yield self._marks

    def on_mount(self) -> None:
        """List what there is before anything is typed."""
        self.set_focus(self._typed)
        self._marks.say("", HINT)
        self._ask()

    # What the disk says.

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._waiting is not None and self._waiting[0] != event.value:
            self._waiting = None
        self._ask()

    def _ask(self) -> None:
        self.run_worker(self._list(self._typed.value), group="list", exclusive=True)

    async def _list(self, typed: str) -> None:
        """List what a path may become; whatever is typed meanwhile ends this."""
        await asyncio.sleep(SETTLE)
        found = await aside(partial(complete, typed, MOST))
        self._listed = typed
        self._entries.show(found, found.index(typed) if typed in found else 0, more=len(found) == MOST)
        self._describe()
        if self._waiting is not None and self._waiting[0] == typed:
            self._act(self._waiting[1])

    def _describe(self) -> None:
        """Say what is under the cursor, once the disk has told."""
        self.workers.cancel_group(self, "look")
        entry, place = self._entries.pointed, self._entries.place
        if entry is None:
            empty = not self._listed or self._listed.endswith("/")
            self._about.say("there is nothing to send here" if empty else "nothing here begins like that")
        elif is_directory(entry):
            self._about.say("a directory; Tab opens it", place)
        else:
            self._about.say("", place)
            self.run_worker(self._look(entry), group="look", exclusive=True)

    async def _look(self, entry: str) -> None:
        await asyncio.sleep(SETTLE)
        try:
            outgoing = await aside(partial(look, path_of(entry)))
        except FileRefused as refused:
            self._about.say(refused.words, self._entries.place)
        else:
            self._about.say(f"{size(outgoing.size)} · {outgoing.mimetype}", self._entries.place)

    # What the person does.

    @on(Field.Moved)
    def _moved(self, event: Field.Moved) -> None:
        event.stop()
        if event.unit in {"move", "page"}:
            self._move(event.by * (self._entries.size.height if event.unit == "page" else 1))
        else:
            self._act(event.unit)

    def _act(self, what: str) -> None:
        """Act on the entry under the cursor; what is listed for fewer letters is not what is meant."""
        self._waiting = None
        if what == "choose" and self._marked:
            self._end([*self._marked])
        elif self._listed != self._typed.value:
            self._waiting = (self._typed.value, what)
        elif (entry := self._entries.pointed) is None:
            return
        elif what == "complete":
            self._type(entry)
        elif what == "mark":
            self._mark(entry)
        else:
            self._take(entry)

    @on(EntryList.Wheel)
    def _wheeled(self, event: EntryList.Wheel) -> None:
        event.stop()
        self._move(event.by)

    @on(EntryList.Clicked)
    def _clicked(self, event: EntryList.Clicked) -> None:
        event.stop()
        entry = self._entries.pointed
        if entry is not None:
            self._take(entry)

    @on(PathField.Pasted)
    def _pasted(self, event: PathField.Pasted) -> None:
        event.stop()
        self.run_worker(self._paste(event.text), group="paste")

    async def _paste(self, text: str) -> None:
        """Mark files that are dropped here; whatever else is pasted is a part of the path."""
        found = await aside(partial(paths_in, text))
        if found:
            self._marked += [path for path in found if path not in self._marked]
            self._show_marks()
        else:
            self._typed.insert_text_at_cursor(clean(text.strip()).partition("\n")[0])

    def _move(self, entries: int) -> None:
        self._entries.move(entries)
        self._describe()

    def _mark(self, entry: str) -> None:
        """Choose a file too, or not any more, and go on to the next one."""
        if is_directory(entry):
            return
        path = path_of(entry)
        if path in self._marked:
            self._marked.remove(path)
        else:
            self._marked.append(path)
        self._show_marks()
        self._move(1)

    def _show_marks(self) -> None:
        self._entries.number(self._marked)
        names = [in_order(fit(one_line(path.name), 24)) for path in self._marked]
        said = ", ".join(f"{number} {name}" for number, name in enumerate(names, 1))
        self._marks.say(said, f"{len(names)} marked: " if names else HINT)

    def _take(self, entry: str) -> None:
        if is_directory(entry):
            self._type(entry)
        else:
            self._end([path_of(entry)])

    def _type(self, path: str) -> None:
        self._typed.value = path
        self._typed.cursor_position = len(path)

    def action_close(self) -> None:
        """Choose nothing."""
        self._end(None)

    def _end(self, paths: list[Path] | None) -> None:
        # A second key may be on its way while the screen goes; it would take the screen below away too.
        if self.is_active:
            self.dismiss(paths)
