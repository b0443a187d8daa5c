"""What can be done to a message: one table for the keys, the menu and the hints."""

from collections.abc import Callable
from dataclasses import dataclass

from watui.links import links
from watui.models import Ack, Message
from watui.panes import words


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done to the message under the cursor."""

    name: str
    letter: str
    words: str
    applies: Callable[[Message], bool]


def text_of(message: Message) -> str:
    """Give what a message says as text to copy: what was written, else what is told of it."""
    return message.text or "\n".join(filter(None, [words.label(message) or "", *words.facts(message)]))


def undecided(message: Message) -> bool:
    """Whether a message was not sent, or nobody knows whether it was: the person has to choose."""
    return message.local and message.ack in (Ack.FAILED, Ack.UNKNOWN)


def withdrawable(message: Message) -> bool:
    """Whether a message can be taken back because no gateway has it."""
    return undecided(message) or (message.local and bool(message.error))


ACTS = (
    Act("resend", "r", "Send it again", undecided),
    Act("discard", "d", "Give it up", withdrawable),
    Act("copy", "y", "Copy the text", lambda message: bool(text_of(message))),
    Act("links", "o", "Open a link", lambda message: bool(links(message.text))),
    Act("quoted", "q", "Go to the quoted message", lambda message: message.quote is not None),
    Act("whole", "v", "Read it all", lambda message: bool(message.text)),
    Act("info", "i", "About this message", lambda _: True),
)
"""In the order of the menu."""

DECISIONS = ("resend", "discard")
"""What concerns messages that were not sent."""
