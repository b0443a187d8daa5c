"""What can be done to a message or a chat: one table for the keys, the menus, the palette and the hints.

Each act says by itself for what it is, and why it cannot be done where it cannot: what a gateway lacks is
shown with the reason, and not left out.
"""

from collections.abc import Callable
from typing import NamedTuple

from watui.caps import USUAL, WINDOW, Cap
from watui.links import links
from watui.models import IMPERSONAL, Ack, Chat, Kind, Message
from watui.panes import words


class Around(NamedTuple):
    """What an act depends on besides the message."""

    caps: Cap = USUAL
    newer: int = 0
    """How many messages of its chat are newer."""

    @property
    def far(self) -> bool:
        """Whether the gateway does not look so far back for a message (contract 2.7, 2.10)."""
        return self.newer >= WINDOW and Cap.FULL_HISTORY not in self.caps


FAR = f"the gateway looks only through the newest {WINDOW} messages"


class Act(NamedTuple):
    """Something that can be done to the message under the cursor."""

    name: str
    letter: str
    words: str
    applies: Callable[[Message], bool]
    otherwise: str
    """What is said where it does not apply."""
    needs: Cap = Cap.NOTHING
    near: bool = False
    """Whether the gateway has to find the message."""

    def why_not(self, message: Message, around: Around) -> str:
        """Say why it cannot be done to a message, to which it applies; empty if it can."""
        if self.needs not in around.caps:
            return "this gateway cannot " + ("fetch files" if self.needs is Cap.MEDIA else self.name)
        return FAR if self.near and around.far else ""


def text_of(message: Message) -> str:
    """Give what a message says as text to copy: what was written, else what is told of it."""
    return message.text or "\n".join(filter(None, [words.label(message) or "", *words.facts(message)]))


def undecided(message: Message) -> bool:
    """Whether a message was not sent, or nobody knows whether it was: the person has to choose."""
    return message.local and message.ack in (Ack.FAILED, Ack.UNKNOWN)


def withdrawable(message: Message) -> bool:
    """Whether a message can be taken back because no gateway has it."""
    return undecided(message) or (message.local and bool(message.error))


def said(message: Message) -> bool:
    """Whether somebody said it, the gateway has it, and it is still there."""
    return not message.local and message.kind not in (*IMPERSONAL, Kind.REVOKED, Kind.CALL)


def readable(message: Message) -> bool:
    """Whether there is something in it to be sent on."""
    return said(message) and message.kind not in (Kind.ENCRYPTED, Kind.UNKNOWN)


def editable(message: Message) -> bool:
    """Whether it is an own text."""
    return said(message) and message.own and message.kind is Kind.TEXT


def holds_file(message: Message) -> bool:
    """Whether a file belongs to it that can be fetched."""
    return said(message) and message.media is not None and not message.view_once


def shows(message: Message) -> bool:
    """Whether its file is one that can be looked at or listened to here."""
    return holds_file(message) and message.kind in (*PICTURES, *SOUNDS)


def openable(message: Message) -> bool:
    """Whether there is a link, a place or a file to be opened."""
    return message.place is not None or holds_file(message) or bool(links(message.text))


PICTURES = (Kind.IMAGE, Kind.STICKER)

SOUNDS = (Kind.VOICE, Kind.AUDIO)


ACTS = (
    Act("resend", "r", "Send it again", undecided, "it was sent"),
    Act("discard", "d", "Give it up", withdrawable, "it was sent"),
    Act("reply", "r", "Reply", said, "there is nothing to reply to"),
    Act("react", "+", "React", said, "there is nothing to react to", needs=Cap.REACT),
    Act("forward", "f", "Forward", readable, "there is nothing to forward", needs=Cap.FORWARD, near=True),
    Act("edit", "e", "Edit", editable, "only texts of one's own can be edited", needs=Cap.EDIT),
    Act("delete", "d", "Delete", said, "there is nothing to delete", needs=Cap.DELETE, near=True),
    Act("star", "*", "Star, or take the star away", said, "there is nothing to star"),
    Act("copy", "y", "Copy the text", lambda message: bool(text_of(message)), "there is no text in it"),
    Act("copy_all", "Y", "Copy with sender and time", lambda message: bool(text_of(message)), "it is empty"),
    Act("open", "o", "Open", openable, "there is no link, no place and no file in it"),
    Act("save", "s", "Save the file", holds_file, "there is no file in it", needs=Cap.MEDIA),
    Act("preview", "p", "Look at it, or listen to it", shows, "neither picture nor sound", needs=Cap.MEDIA),
    Act("quoted", "q", "Go to the quoted message", lambda m: m.quote is not None, "it quotes no other"),
    Act("whole", "v", "Read it all", lambda message: bool(message.text), "there is no text in it"),
    Act("info", "i", "About this message", lambda _: True, ""),
)
"""In the order of the menu. Of two with one letter the first that applies is meant."""

BY_NAME = {act.name: act for act in ACTS}

DECISIONS = ("resend", "discard")
"""What concerns messages that were not sent."""


class ChatAct(NamedTuple):
    """Something that can be done to a chat."""

    name: str
    letter: str
    words: Callable[[Chat], str]
    needs: Cap = Cap.NOTHING
    here: bool = False
    """Whether only this watui knows it, since no gateway of this kind can pass it on."""

    def why_not(self, caps: Cap) -> str:
        """Say why it cannot be done; empty if it can."""
        return "" if self.needs in caps else "this gateway has no call for it"


def _muted(chat: Chat) -> str:
    return "Let it ring again" if chat.muted else "Mute …"


CHAT_ACTS = (
    ChatAct("about", "i", lambda chat: "About this group" if chat.group else "About this chat"),
    ChatAct("read", "r", lambda chat: "Mark as read" if chat.waiting else "Mark as unread", here=True),
    ChatAct("pin", "p", lambda chat: "Unpin" if chat.pinned else "Pin", here=True),
    ChatAct("mute", "m", _muted, here=True),
    ChatAct("alerts", "e", lambda _: "What may ring …", here=True),
    ChatAct("archive", "a", lambda chat: "Unarchive" if chat.archived else "Archive", needs=Cap.ARCHIVE),
    ChatAct("clear", "c", lambda _: "Clear: delete all messages for you", needs=Cap.CLEAR),
    ChatAct("delete_chat", "D", lambda _: "Delete the chat for you", needs=Cap.DELETE_CHAT),
)
"""In the order of the menu."""
