"""The last line: the keys that apply right now."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import ActiveBinding

from watui.panes.line import Line
from watui.text import cell_len


class Hints(Line):
    """One line of keys, as many as there is room for, the pane's own before the app's."""

    LOOKS = "hints"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"hints--key", "hints--does"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._hints: list[tuple[str, str]] = []

    def show(self, bindings: Iterable[ActiveBinding]) -> None:
        """Show the keys of these bindings."""
        hints = list(
            {
                active.binding.id: (self.app.get_key_display(active.binding), active.binding.description)
                for active in sorted(bindings, key=_is_of_the_app)
                if active.binding.show and active.enabled and active.binding.id
            }.values()
        )
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Name the keys that fit."""
        kept = [hint for hint in self._hints if hint[0] == "F1"]  # where all others are listed
        room = width - sum(map(_width, kept))
        shown = []
        for hint in self._hints:
            if hint not in kept:
                room -= _width(hint)
                if room < 0:
                    break
                shown.append(hint)
        parts: list[tuple[str, str]] = []
        for key, does in [*shown, *kept]:
            parts += ((" ", ""), (key, "key"), (f" {does.lower()} ", "does"), (" ", ""))
        return parts


def _width(hint: tuple[str, str]) -> int:
    return sum(map(cell_len, hint)) + 4


def _is_of_the_app(active: ActiveBinding) -> bool:
    return bool(active.binding.id and active.binding.id.startswith("app."))
