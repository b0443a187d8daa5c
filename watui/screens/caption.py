"""Asking before files are sent: what they are, whether they fit, and the words that go with them.

What is read is read only after the person pressed Enter, or wants a picture to be made smaller.
"""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from watui.attached import Attached, Planned, Ready, Room, planned
from watui.bodies import Body, File
from watui.files.sending import NAME_CHARACTERS, FileRefused
from watui.panes.attachments import CaptionField, CaptionFoot, CaptionTitle, FileList
from watui.panes.words import size
from watui.pictures import PictureError, shrink
from watui.pictures.asking import INPUT
from watui.screens.dialog import Dialog
from watui.text import Safe, fit, one_line

JPEG = "image/jpeg"

CLOSES = "Esc closes"


class CaptionScreen(Dialog[Ready | None]):
    """Returns what is to be sent, or `None`; what is left in the field then is `caption`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Back", key_display="Esc", id="caption.close"),
        Binding("ctrl+s", "shrink", "Make pictures fit", key_display="Ctrl+S", id="caption.shrink"),
    ]

    def __init__(
        self,
        to: Safe,
        caption: str,
        looked: Callable[[], Awaitable[Sequence[Attached]]],
        room: Room,
        typed: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Ask about files to a chat of that name; `looked` gives them, or none where nothing can be sent.

        `typed` is told the caption whenever it changes, so that it outlives the program.
        """
        super().__init__(id="caption")
        self._looked = looked
        self._room = room
        self._typed = typed
        self._title_line = CaptionTitle(to)
        self._list = FileList()
        self._field = CaptionField(caption)
        self._foot = CaptionFoot()
        self._files: list[Attached] = []
        self._busy = ""
        self._asking: set[int] = set()

    def compose(self) -> ComposeResult:
        """Lay out the files above the field."""
        with Vertical(id="caption-box"):
            yield self._title_line
            yield self._list
            yield self._field
            yield self._foot

    def on_mount(self) -> None:
        """Write behind what is written already, while the files are looked at."""
        self.set_focus(self._field)
        self._work("looking…", self._look())

    @property
    def caption(self) -> str:
        """What is in the field."""
        return self._field.text

    # How it stands.

    @property
    def plans(self) -> list[Planned]:
        """What becomes of the files as things are."""
        return planned(self._files, self.caption.strip(), self._room)

    def _show(self) -> None:
        plans = self.plans
        self._title_line.count(len(plans) or 1)
        self._list.show(plans)
        fitting = sum(plan.fits for plan in plans)
        if self._busy:
            self._foot.say(self._busy, CLOSES)
        elif self._asking:
            self._foot.say("Enter again sends it all the same", CLOSES)
        elif fitting == len(plans):
            self._foot.say("", f"Enter sends · Ctrl+J new line · {CLOSES}")
        else:
            does = f"Enter sends {fitting} of {len(plans)}" if fitting else "it does not fit"
            self._foot.say("", " · ".join([does, *(["Ctrl+S shrinks"] if _any(plans) else []), CLOSES]))

    def _work(self, doing: str, work: Coroutine[None, None, None]) -> None:
        """Do something that takes its time, one at a time; Escape ends it."""
        self._busy = doing
        self._show()
        self.run_worker(self._done(work))

    async def _done(self, work: Coroutine[None, None, None]) -> None:
        await work
        self._busy = ""
        self._show()

    async def _look(self) -> None:
        self._files = [*await self._looked()]
        if not self._files:
            self._end(None)

    # What the person does.

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._typed(self.caption)
        self._show()

    @on(CaptionField.Paged)
    def _paged(self, event: CaptionField.Paged) -> None:
        event.stop()
        self._list.page(event.pages)

    @on(CaptionField.Entered)
    def _entered(self, event: CaptionField.Entered) -> None:
        """Send what fits; what there is a warning of, only when it is said again."""
        event.stop()
        if self._busy:
            return
        plans = self.plans
        sending = [at for at, plan in enumerate(plans) if plan.fits]
        warned = {at for at in sending if plans[at].file.warning}
        if not sending:
            self.notify(_nothing(plans), markup=False, severity="warning")
        elif not warned <= self._asking:
            self._asking = warned
            words = one_line(plans[min(warned)].file.warning, limit=200)
            self.notify(f"{words}; Enter again sends it", markup=False, severity="warning")
            self._show()
        else:
            text, self._field.text = self.caption, ""  # what is typed from here on is not a part of it
            self._work("reading…", self._read(text, plans, sending))

    async def _read(self, text: str, plans: Sequence[Planned], sending: Sequence[int]) -> None:
        """Read the files, and end; or, where one of them cannot be read, stay with all as it was."""
        bodies: list[Body] = []
        for at in sending:
            file, caption, most, _ = plans[at]
            try:
                data = await file.read(most)
            except FileRefused as refused:
                self._files[at] = replace(file, note=refused.words, refused=True)
                self._give_back(text)
                return
            bodies.append(Body(text=caption, file=File(file.name, file.mimetype, data)))
        if not self._end(Ready(tuple(bodies))):
            self._give_back(text)

    def _give_back(self, text: str) -> None:
        """Put back what was not sent, before what was typed since."""
        self._field.text = text + self.caption
        self._field.move_cursor(self._field.document.end)

    def action_shrink(self) -> None:
        """Make the pictures that are too large small enough."""
        if self._busy:
            return
        plans = self.plans
        if _any(plans):
            self._work("making it smaller…", self._shrink(plans))
        elif all(plan.fits for plan in plans):
            self.notify("all of it fits as it is", markup=False, timeout=3)
        else:
            self.notify("only pictures can be made smaller", markup=False, timeout=3)

    async def _shrink(self, plans: Sequence[Planned]) -> None:
        for at, plan in enumerate(plans):
            if plan.shrinks:
                try:
                    self._files[at] = await self._smaller(plan.file.whole or plan.file)
                except FileRefused as refused:
                    self._files[at] = replace(plan.file, note=refused.words, refused=True)
                except PictureError as error:
                    self._files[at] = replace(plan.file, note=str(error), stays=True)

    async def _smaller(self, whole: Attached) -> Attached:
        """Make a picture small enough to take the caption. Raises FileRefused and PictureError."""
        if whole.size > INPUT:
            most = f"{INPUT // 1_000_000} MB"
            raise PictureError(f"pictures of at most {most} are made smaller here; use another program")
        name = whole.name
        if not name.lower().endswith((".jpg", ".jpeg")):
            stem = name.rpartition(".")[0] or name
            name = one_line(f"{stem[: NAME_CHARACTERS - 4]}.jpg", limit=NAME_CHARACTERS)
        small = replace(whole, name=name, mimetype=JPEG, whole=whole)
        found = await shrink(await whole.read(INPUT), self._room(small, self.caption.strip()))

        async def give(_: int) -> bytes:
            return found.data

        note = f"{size(whole.size)} → {size(len(found.data))}, {found.width}×{found.height}"
        moved = ", its first picture only" if whole.mimetype == "image/gif" else ""
        return replace(small, size=len(found.data), read=give, note=f"{note}{moved}")

    def action_close(self) -> None:
        """Send nothing."""
        self._end(None)

    def _end(self, ready: Ready | None) -> bool:
        """Close, unless something else lies on it or it is going already; whether it does."""
        active = self.is_active
        if active:
            self.dismiss(ready)
        return active


def _any(plans: Sequence[Planned]) -> bool:
    """Whether there is a picture that can be made to fit."""
    return any(plan.shrinks for plan in plans)


def _nothing(plans: Sequence[Planned]) -> str:
    """Say why nothing can be sent."""
    if not plans or plans[0].file.refused:
        return "there is nothing that can be sent; Esc closes"
    plan = plans[0]
    return f"{fit(plan.file.name, 40)}: {plan.too_large()}"
