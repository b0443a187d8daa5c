"""The keys that move a cursor through a list, the same in every screen that has one."""

from textual.binding import Binding, BindingType


def moves(of: str) -> list[BindingType]:
    """Give the bindings of a screen's actions `move`, `page` and `edge`; their ids begin with its name."""
    return [
        Binding("up,k", "move(-1)", "Up", show=False, key_display="↑ k", id=f"{of}.up"),
        Binding("down,j", "move(1)", "Down", show=False, key_display="↓ j", id=f"{of}.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, key_display="PgUp", id=f"{of}.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, key_display="PgDn", id=f"{of}.page_down"),
        Binding("home,g", "edge(-1)", "First", show=False, key_display="g", id=f"{of}.first"),
        Binding("end,G", "edge(1)", "Last", show=False, key_display="G", id=f"{of}.last"),
    ]
