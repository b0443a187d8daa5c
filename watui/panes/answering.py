"""The line above the composer: which message the text below answers, or which one it is to replace."""

from typing import ClassVar, NamedTuple

from watui.bidi import in_order
from watui.models import Message, Quote
from watui.panes import words
from watui.panes.line import Line
from watui.text import Safe, cell_len, fit

UNQUOTED = "too far back for the gateway to quote: it will stand alone"
"""What is said of an answer to a message that the gateway will not find (contract 2.7)."""


class Answer(NamedTuple):
    """What the text in the composer is for, besides being sent."""

    message: Message
    edits: bool = False
    """Whether it is to replace the message."""
    alone: bool = False
    """Whether it cannot quote the message that it answers."""
    begun: str = ""
    """What was being written before the message came into the composer."""
    text: str = ""
    """How far the other text of the message is, while another chat is written to."""

    @property
    def quote(self) -> Quote | None:
        """What is sent along with an answer."""
        message = self.message
        if self.edits or self.alone:
            return None
        return Quote(message.id, message.sender, message.kind, message.text)


class AnswerLine(Line):
    """One line, there only while there is something to say."""

    LOOKS = "answer"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"answer--mark", "answer--who", "answer--said", "answer--note"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._answer: Answer | None = None
        self._who = Safe("")
        self.display = False

    def show(self, answer: Answer | None, who: Safe = Safe("")) -> None:
        """Show what is answered and who wrote it, or nothing."""
        if (answer, who) != (self._answer, self._who):
            self._answer, self._who = answer, who
            self.display = answer is not None
            self.refresh()

    def parts(self, width: int) -> list[tuple[str, str]]:
        """Say it; the words of others come last, where they can displace nothing."""
        answer = self._answer
        if answer is None:
            return []
        doing = "edit" if answer.edits else "reply to"
        note = f" {UNQUOTED} · " if answer.alone else ""
        note = fit(f"{note or ' '}Esc drops it ", max(0, width - 12))
        who = fit(self._who, max(0, min(24, width - cell_len(note) - 14)))
        head = f" ┃ {doing} {in_order(who)}" if who else f" ┃ {doing}"
        room = width - cell_len(head) - cell_len(note) - 3
        message = answer.message
        told = words.quoted(message.kind, message.text).replace("\n", " ")
        said = fit(told, room) if room > 6 else ""
        return [(note, "note"), (head.lstrip(), "who"), (f": {in_order(said)}" if said else "", "said")]
