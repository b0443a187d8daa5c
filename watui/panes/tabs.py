"""The line above the chats that says which of them are listed, and lets one choose with the mouse."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message

from watui.panes.line import Line
from watui.rows import Filter, Listing
from watui.text import Safe, cell_len, fit

BETWEEN = "·"


class ChatTabs(Line):
    """One quiet line of filters, the chosen one bold and underlined; only that one where there is no room."""

    LOOKS = "tabs"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--tab", "tabs--chosen", "tabs--device"}

    @dataclass
    class Chosen(Message):
        """A filter was clicked, or the device, of which the next one is wanted."""

        filter: Filter | None

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.add_class("-all")
        self._listing = Listing()
        self._device = Safe("")

    def show(self, listing: Listing, device: Safe) -> None:
        """Show what is listed; `device` is the label of the one whose chats are, if it is only one's."""
        if (listing, device) != (self._listing, self._device):
            self._listing, self._device = listing, device
            self.set_class(listing == Listing(), "-all")
            self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Name the filters."""
        return [(text, part) for text, part, _ in self._pieces(width)]

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        at = 0
        for text, _, meant in self._pieces(self.size.width):
            at += cell_len(text)
            if event.x < at:
                if text.strip(f" {BETWEEN}"):
                    self.post_message(self.Chosen(meant))
                return

    def _pieces(self, width: int) -> list[tuple[str, str, Filter | None]]:
        """Divide the line into what can be clicked: its text, its look, and the filter that it means."""
        chosen = self._listing.filter
        tabs: list[tuple[str, str, Filter | None]] = []
        for each in Filter:
            tabs += [(BETWEEN, "tab", None)] if tabs else []
            tabs.append((each.value, "chosen" if each is chosen else "tab", each))
        device = f"  {self._device}" if self._device else ""
        taken = sum(cell_len(text) for text, _, _ in tabs)
        if taken + cell_len(device) > width:
            # Clicked alone, it makes way for the next one.
            every = list(Filter)
            following = every[(every.index(chosen) + 1) % len(every)]
            tabs = [(chosen.value, "chosen", following), (" 1-5", "tab", following)]
            taken = sum(cell_len(text) for text, _, _ in tabs)
        if taken + cell_len(device) < width:
            tabs.insert(0, (" ", "tab", None))
            taken += 1
        return [*tabs, (fit(device, width - taken), "device", None)]
