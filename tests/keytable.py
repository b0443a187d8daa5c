"""The README's table of keys, out of the bindings: `python -m tests.keytable README.md` writes it anew."""

import re
import sys
from pathlib import Path

from textual.dom import DOMNode

from watui.app import Watui
from watui.network import Network
from watui.panes.chatlist import ChatList
from watui.panes.chats import ChatsPane
from watui.panes.composer import Composer
from watui.panes.conversation import Conversation
from watui.panes.thread import ThreadPane
from watui.screens.help import MOUSE
from watui.views import keys_of

BEGIN, END = "<!-- keys -->\n", "<!-- end of keys -->\n"

GROUPS: dict[str, list[type[DOMNode]]] = {
    "everywhere": [Watui],
    "chats": [ChatList, ChatsPane],
    "thread": [ThreadPane, Conversation],
    "composer": [Composer],
}


def table() -> str:
    """Give the table in Markdown."""
    app = Watui(lambda _: Network(None, None))  # type: ignore[arg-type]
    lines = ["| where | keys |", "|---|---|"]
    groups = [*keys_of(app, GROUPS), ("mouse", MOUSE)]
    for name, keys in groups:
        told = " · ".join(f"{_cell(key)} {_cell(does[:1].lower() + does[1:])}" for key, does in keys)
        lines.append(f"| {name} | {told} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return re.sub(r"([|*`<_])", r"\\\1", text)


def written(readme: str) -> str:
    """Give the table that a README holds."""
    return readme.partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    path = Path(sys.argv[1])
    readme = path.read_text(encoding="utf-8")
    path.write_text(readme.replace(written(readme), table()), encoding="utf-8")
