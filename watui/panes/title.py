"""The line above the thread: which chat is open, through which device, and who is typing."""

from typing import ClassVar

from textual.content import Content
from textual.widget import Widget

from watui.text import Safe, cell_len, fit


class TitleLine(Widget):
    """One line, so that typing notices never move the text below."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"title--name", "title--about", "title--typing"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._chat_name = Safe("")
        self._about = Safe("")
        self._typing: tuple[Safe, ...] = ()

    def show(self, name: Safe, about: Safe, typing: tuple[Safe, ...]) -> None:
        """Show the open chat's name, a few words about it, and those who type in it."""
        if (name, about, typing) != (self._chat_name, self._about, self._typing):
            self._chat_name, self._about, self._typing = name, about, typing
            self.refresh()

    def render(self) -> Content:
        """Draw the line; the name is cut last."""
        width = self.size.width - 1
        typing = self._typing_words()
        name = fit(self._chat_name, max(10, width - cell_len(typing) - 2))
        about = fit(self._about, width - cell_len(name) - cell_len(typing) - 4)
        look = self.get_visual_style
        return Content.assemble(
            (f" {name}", look("title--name", partial=True)),
            (f"  {about}" if about else "", look("title--about", partial=True)),
            (f"  {typing}" if typing else "", look("title--typing", partial=True)),
        )

    def _typing_words(self) -> str:
        if not self._typing:
            return ""
        first = self._typing[0]
        if len(self._typing) > 1:
            return f"{len(self._typing)} people are typing…"
        return f"{fit(first, 20)} is typing…" if first else "typing…"
