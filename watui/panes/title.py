"""The line above the thread: which chat is open, and through which device."""

from typing import ClassVar

from textual.content import Content
from textual.widget import Widget

from watui.bidi import in_order
from watui.text import Safe, cell_len, fit


class TitleLine(Widget):
    """One line."""

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

    def render(self) -> Content:
        """Draw the line; the name is cut last."""
        width = self.size.width - 1
        name = in_order(fit(self.chat_name, width))
        about = fit(self._about, width - cell_len(name) - 2)
        look = self.get_visual_style
        return Content.assemble(
            (f" {name}", look("title--name", partial=True)),
            (f"  {about}" if about else "", look("title--about", partial=True)),
        )
