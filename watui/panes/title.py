"""The line above the thread: which chat is open, and through which device."""

from typing import ClassVar

from watui.bidi import in_order
from watui.panes.line import Line
from watui.text import Safe, cell_len, fit


class TitleLine(Line):
    """One line."""

    LOOKS = "title"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"title--name", "title--about"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.chat_name = Safe("")
        self._about = Safe("")

    def show(self, name: Safe, about: Safe) -> None:
        """Show the open chat's name and a few words about it."""
        if (name, about) != (self.chat_name, self._about):
            self.chat_name, self._about = name, about
            self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Say it; the name is cut last."""
        name = in_order(fit(self.chat_name, width - 1))
        about = fit(self._about, width - 3 - cell_len(name))
        return [(f" {name}", "name"), (f"  {about}" if about else "", "about")]
