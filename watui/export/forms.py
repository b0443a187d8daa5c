"""The forms in which chats can be written, by the names that `--format` has for them."""

from typing import Protocol

from watui.export.filed import Filed, Hole
from watui.export.jsonl import Lines
from watui.export.markdown import Markdown
from watui.export.text import Text
from watui.models import Message


class Form(Protocol):
    """How chats, messages and holes are written."""

    ending: str
    """Of the names of files."""
    between: str
    """Between two chats."""

    def heading(self, chat: Filed) -> str:
        """Write what stands above a chat."""

    def message(self, chat: Filed, message: Message) -> str:
        """Write a message."""

    def hole(self, chat: Filed, hole: Hole) -> str:
        """Write that something is missing."""


FORMS: dict[str, Form] = {"text": Text(), "markdown": Markdown(), "jsonl": Lines()}
