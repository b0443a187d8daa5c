"""The forms in which chats, contacts and devices go over the wire (contract 2.2 to 2.5)."""

from __future__ import annotations

from typing import Any

from watui.demo.message_shapes import body_of, raw_message
from watui.demo.people import Person
from watui.demo.phone import Phone
from watui.demo.records import Chat, Message

Json = dict[str, Any]

_CREATED = 1_600_000_000


def jid(text: str) -> Json:
    """Take an id apart, the form of `GET chat`."""
    user, _, server = text.partition("@")
    return {"server": server, "user": user, "_serialized": text}


def chat_item(phone: Phone, chat: Chat, *, full: bool) -> Json:
    """Give a chat in summary form (contract 2.4); `muted` is false there unless `full`."""
    return _chat_item(phone, chat, chat.last, full=full)


def _chat_item(phone: Phone, chat: Chat, last: Message | None, *, full: bool) -> Json:
    preview: Json = {"body": "", "timestamp": None, "fromMe": False}
    if last:
        preview = {"body": body_of(phone, last), "timestamp": last.at, "fromMe": last.mine}
    return {
        "id": chat.id,
        "name": chat.name,
        "isGroup": chat.is_group,
        "unreadCount": chat.unread,
        "lastMessage": preview,
        "timestamp": chat.at,
        "archived": chat.archived,
        "pinned": chat.pinned,
        "muted": chat.muted and full,
    }


def compact_item(phone: Phone, chat: Chat, cached_at: int) -> Json:
    """Give a chat in the form that the cache keeps: `summary=false`, `cached: true` (contract 2.4, [118])."""
    return _compact(phone, chat, chat.last, cached_at)


def _compact(phone: Phone, chat: Chat, last: Message | None, cached_at: int) -> Json:
    item = _chat_item(phone, chat, last, full=True)
    preview = item.pop("lastMessage")
    if chat.is_group:
        item["participantCount"] = len(chat.members) + 1
    if last:
        item["lastMessage"] = {**preview, "messageId": last.id}
    item.update(cachedAt=cached_at, deviceId=phone.id)
    return item


def rich_item(phone: Phone, chat: Chat, now: int) -> Json:
    """Give a chat in the full form of profile `full`: compact, with what is known of the last message."""
    last = chat.last
    item = _compact(phone, chat, last, now)
    if last:
        item["lastMessage"].update(ack=last.ack, type=last.type)
        if last.author:
            item["lastMessage"]["author"] = last.author
    return item


def fresh_item(phone: Phone, chat: Chat) -> Json:
    """Give a chat in the form of `summary=false`, `cached: false`: with the whole raw last message [127]."""
    last = chat.last
    item = _chat_item(phone, chat, last, full=True)
    item.pop("lastMessage")
    return {**item, "lastMessage": raw_message(phone, last) if last else None}


def raw_chat(phone: Phone, chat: Chat) -> Json:
    """Give a chat as whatsapp-web.js serialises it: `GET chat` (contract 2.5)."""
    raw: Json = {}
    if chat.is_group:
        raw["groupMetadata"] = _group(phone, chat)
    raw.update(
        id=jid(chat.id),
        name=chat.name,
        isGroup=chat.is_group,
        isReadOnly=chat.announce,
        unreadCount=chat.unread,
        timestamp=chat.at,
        pinned=chat.pinned,
        isMuted=chat.muted,
        muteExpiration=-1 if chat.muted else 0,
    )
    if chat.archived:
        raw["archived"] = True
    if chat.last:
        raw["lastMessage"] = raw_message(phone, chat.last)
    return raw


def _group(phone: Phone, chat: Chat) -> Json:
    members = phone.members(chat)
    return {
        "id": jid(chat.id),
        "creation": _CREATED,
        "owner": jid(members[-1]),
        "subject": chat.name,
        "subjectTime": 1_600_000_000,
        "desc": _description(chat),
        "descId": "3EB0DE5C",
        "descTime": 1_600_000_001,
        "restrict": False,
        "announce": chat.announce,
        "size": len(members),
        "participants": [{**one, "id": jid(one["id"])} for one in participants(phone, chat)],
        "pendingParticipants": [],
        "pastParticipants": [],
    }


def _description(chat: Chat) -> str:
    return f"{chat.name}: be kind, no chain letters"


def participants(phone: Phone, chat: Chat) -> list[Json]:
    """Give the members of a group: the last made it; of every other size oneself is an admin too."""
    members = phone.members(chat)
    last = len(members) - 1
    return [
        {
            "id": member,
            "isAdmin": place == last or (place == 0 and last % 2 == 0),
            "isSuperAdmin": place == last,
        }
        for place, member in enumerate(members)
    ]


def group_item(phone: Phone, chat: Chat, *, full: bool) -> Json:
    """Give a group (contract 2.15); `full` with its members."""
    members = participants(phone, chat)
    item: Json = {
        "id": chat.id,
        "name": chat.name,
        "description": _description(chat),
        "participantCount": len(members),
        "isAdmin": any(one["id"] == phone.jid and one["isAdmin"] for one in members),
        "createdAt": str(_CREATED),
        "archived": chat.archived,
        "pinned": chat.pinned,
        "muted": chat.muted,
    }
    return item | {"participants": members} if full else item


def empty_chat(chat_id: str) -> Json:
    """Give the chat of a number that nobody wrote with yet [130-chat-get-unknown-cus]."""
    user = chat_id.partition("@")[0]
    return {
        "id": jid(chat_id),
        "name": f"+{user}",
        "isGroup": False,
        "isReadOnly": False,
        "unreadCount": 0,
        "pinned": False,
        "isMuted": False,
        "muteExpiration": 0,
    }


def people(phone: Phone) -> list[Person]:
    """Give everybody that a phone knows; the chats have to be made first."""
    for chat in phone.ordered()[:200]:
        phone.members(chat)
    return list(phone.people.values())


def contacts(phone: Phone) -> list[Json]:
    """Give the address book with groups and oneself, sorted by name (contract 2.3)."""
    items = [contact_item(phone, one.id) for one in people(phone)]
    items += [
        {
            "id": chat.id,
            "name": chat.name,
            "number": chat.id.partition("@")[0],
            "profilePicUrl": None,
            "isGroup": True,
            "isBusiness": False,
            "isMyContact": False,
        }
        for chat in phone.chats.values()
        if chat.is_group
    ]
    return sorted(items, key=lambda item: str(item["name"]).casefold())


def contact_item(phone: Phone, contact: str) -> Json:
    """Give one contact (contract 2.3)."""
    known = phone.who(contact)
    return {
        "id": known.id,
        "name": known.name or known.push or "Unknown",
        "number": known.number,
        "profilePicUrl": None,
        "isGroup": False,
        "isBusiness": known.business,
        "isMyContact": known.name is not None,
    }


def device_item(phone: Phone, *, listed: bool) -> Json:
    """Give a device (contract 2.2); `listed` is what Redis says, else what the process knows."""
    return {
        "deviceId": phone.id,
        "status": phone.listed if listed else phone.status,
        "createdAt": phone.created,
        "lastSeen": phone.seen,
        "phoneNumber": phone.number,
        "clientName": phone.name,
    }
