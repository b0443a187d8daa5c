"""What the owner deletes: messages, all messages of a chat, chats (contract 2.10, 2.14)."""

from __future__ import annotations

from watui.demo.acts import Acts
from watui.demo.phone import Phone
from watui.demo.records import Chat


def delete_message(acts: Acts, phone: Phone, message_id: str, *, everyone: bool) -> None:
    """Delete a message, for everyone only if it is an own one [412]; raises KeyError for an unknown id."""
    message = acts.message(phone, message_id)
    everyone = everyone and message.mine and message.type != "revoked"
    acts.note(phone, "delete", message.chat, id=message_id, everyone=everyone)
    if everyone:
        acts.revoke(phone, message_id)
        return
    chat = phone.chats[message.chat]
    was_last = chat.last is message
    place = chat.find(message_id)
    if place is not None:
        chat.remove(place)
    if was_last:
        acts.chat_changed(phone, chat)


def clear_chat(acts: Acts, phone: Phone, chat: Chat) -> None:
    """Delete all messages of a chat, which stays; nobody else notices."""
    acts.note(phone, "clear", chat.id)
    chat.clear()
    acts.chat_changed(phone, chat)


def delete_chat(acts: Acts, phone: Phone, chat: Chat) -> None:
    """Delete a chat with all its messages."""
    acts.note(phone, "delete-chat", chat.id)
    phone.delete(chat)
