"""Which messages the gateway finds by their id: it reads lists for that, and not far back."""

from __future__ import annotations

from watui.demo import history
from watui.demo.acts import Acts
from watui.demo.phone import Phone
from watui.demo.records import Chat, Message

_ONE = 100
_CHATS = 20
_EACH = 50
_MEDIA_CHATS = 50
_MEDIA_EACH = 100


class NoChat(Exception):
    """WhatsApp throws at the id of a chat, as it does for unknown groups and for what is no id [211, 212]."""


def to_pass(acts: Acts, phone: Phone, message_id: str, chat_id: str | None) -> Message | None:
    """Find a message to forward or delete (contract 2.10, [407]); raises NoChat."""
    if chat_id is None:
        return _found(acts, phone, message_id, phone.ordered()[:_CHATS], _EACH)
    chat = phone.opened(chat_id)
    if chat is None:
        raise NoChat(chat_id)
    return _found(acts, phone, message_id, [chat], _ONE)


def with_media(acts: Acts, phone: Phone, message_id: str) -> Message | None:
    """Find a message whose file is asked for (contract 2.13, [449])."""
    return _found(acts, phone, message_id, phone.ordered()[:_MEDIA_CHATS], _MEDIA_EACH)


def _found(acts: Acts, phone: Phone, message_id: str, chats: list[Chat], each: int) -> Message | None:
    if acts.full:
        return acts.message(phone, message_id) if acts.has(phone, message_id) else None
    home = next((chat for chat in chats if chat.find(message_id) is not None), None)
    newest = history.newest(home, each) if home is not None else []
    return next((message for message in newest if message.id == message_id), None)
