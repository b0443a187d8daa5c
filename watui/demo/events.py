"""The events of the demo gateway: one table of payloads, and the functions that build them.

Every event goes to all clients of the namespace `/device/{deviceId}` with one JSON object as its only
argument. Every object carries `deviceId` (string) and `timestamp` (integer **milliseconds**), also where
the table leaves them out. `id` in the table is a serialized message id, `false_4915111111111@c.us_3EB0…`,
the same string that REST lists give. A *raw message* is the whatsapp-web.js object of contract 3.3 (`id`
an object, `timestamp` seconds); the others are the items of the named REST route. `ack` is -1 failed, 0
pending, 1 sent, 2 delivered, 3 read, 4 played.

Profile `whatsapi` emits the first six only, as contract 3.2 has them. Profile `full` emits all of them.

====================== ================================================================ ====================
event                  payload (besides deviceId, timestamp)                            when
====================== ================================================================ ====================
state                  status: "ready" (constant on connect) | "CONNECTED" "UNPAIRED" … connect; control
                                                                                        port
qr                     qr: "2@…"                                                        each new QR string
authenticated          phoneNumber: "unknown", clientName: "WhatsApp Client"            the QR was scanned
ready                  (nothing)                                                        the device can be
                                                                                        used
message                message: raw message (incoming)                                  every incoming
                                                                                        message
disconnected           reason: "LOGOUT" … or a Socket.IO reason (whatsapi)              device or client
                                                                                        left
---------------------- ---------------------------------------------------------------- --------------------
message:create         message: raw message (fromMe true)                               own, from phone or
                                                                                        REST
message-sent           messageId: id, chatId, message: raw message (fromMe true)        as message:create
message:status         messageId: id, chatId, status: "sent|delivered|read|failed"      an ack of an own
                                                                                        message
message:ack            messageId: id, chatId, ack: int                                  as message:status
message-ack            id: {"_serialized": id, "fromMe", "remote", "id"}, chatId, ack:  as message:status
                       int
message:read           chatId, messageIds: [id]                                         they read own
                                                                                        messages
message-revoked        messageId: id, chatId                                            deleted for everyone
message:edit           messageId: id, chatId, body: str                                 either side edits
message:reaction       messageId: id, chatId, senderId: jid, reaction: str ("" takes    either side reacts
                       away)
typing:start           chatId, userId: jid                                              they start to type
typing:stop            chatId, userId: jid                                              they stop
typing-status          chatId, userId: jid, isTyping: bool                              with each typing:*
chat:update            chat: item of GET /chats (summary form, `muted` correct)         any change of a chat
contact:update         contact: item of POST /contacts                                  new or renamed
                                                                                        contact
contact-changed        contactId: jid, oldId: null, contact: as contact:update          with contact:update
group-update           chatId, type: "subject|description|…", author: jid | null,       subject changed
                       subject: str
group-join             chatId, participantIds: [jid], author: jid | null                control port
group-leave            chatId, participantIds: [jid], author: jid | null                control port
connection:status      status: "connecting|qr|connected|disconnected", reason: str |    device status
                       null                                                             changes
device-status          status: the REST word                                            with
                       ("initializing|qr|ready|disconnected|error"),                    connection:status
                       reason: str | null
device-error           error: str                                                       status "error"
device-deleted         (nothing)                                                        DELETE /devices/{id}
device-battery         battery: 0-100, plugged: bool                                    control port
====================== ================================================================ ====================

Twins (`message:status`/`message:ack`/`message-ack`, `message:create`/`message-sent`,
`typing:*`/`typing-status`, `contact:*`, `connection:status`/`device-status`) are sent together, in the
order of the table and with equal content, so a client may listen to any one of each. `message:create`
follows a REST send too, possibly before its HTTP answer: match it by id. `message:read` comes in addition
to the `read` status. In groups `userId` and `senderId` are the member's jid. A reaction has one emoji a
sender: a second one replaces the first.

Order within one happening: `message` or `message:create` first, then `chat:update`. An unknown number
gives `message`, `contact:update`, `contact-changed`, `chat:update`.

REST in `full`, beyond contract 2: message items carry `ack`, `isEdited`, `senderName` (address book name or
push name, incoming only) and `notifyName` (push name, incoming only); `chatId` is always the chat. What a
message is beyond its text comes in `_data`, as in a raw message but without pictures: file, waveform, view
once, disappearing, options of a poll, group of an invitation, call, subtype of a notice. Calls and notices
are listed. `GET D/chats` is never stale (`cached: false`), `muted` is right in both forms, `summary=false`
gives the compact form of contract 2.4 (`cached: true` there) with `ack`, `type` and `author` added to
`lastMessage`. `before=X` gives the `limit` messages next older than X, `after=X` the next newer ones, both
oldest first; `hasMore` is true when more lie in that direction (without a cursor: older ones),
`cursors.older.before` is the oldest id of the page, `cursors.newer.after` its newest. `POST
D/chats/{chatId}/messages/{id}/react {"emoji"}` ("" takes away) · `/edit {"text"}` (own texts) · `/star
{"starred"}`: 200 `{"success": true, "data": {"messageId", "chatId", …what was set}}`, 404 `Message not
found` shape A, 400 shape B.

Forwarding and deleting find every message, the description of a location arrives, and no call takes longer
than it must; a file name of any letters comes as `filename*`. No event tells that a message or a chat was
deleted for oneself; `chat:update` follows where the last message of a chat changed.

The send queue sends everything once, and files with their caption and name.

`GET /api/v1/capabilities` (profile `full`; 404 shape C in `whatsapi`) lists what is there: `{"success":
true, "data": {"profile": "full", "events": [names], "actions": ["react", "edit", "star", "archive"],
"history": "unlimited", "cursors": {"older": "before", "newer": "after"}, "markReadLid": true,
"bodyLimit": 102400}}`.
"""

from __future__ import annotations

from typing import Any

Payload = dict[str, Any]
Event = tuple[str, Payload]

BASIC = ("state", "qr", "authenticated", "ready", "message", "disconnected")
"""The six events that the real gateway emits (contract 3.2)."""

WIDE = (
    "message:create",
    "message-sent",
    "message:status",
    "message:ack",
    "message-ack",
    "message:read",
    "message-revoked",
    "message:edit",
    "message:reaction",
    "typing:start",
    "typing:stop",
    "typing-status",
    "chat:update",
    "contact:update",
    "contact-changed",
    "group-update",
    "group-join",
    "group-leave",
    "connection:status",
    "device-status",
    "device-error",
    "device-deleted",
    "device-battery",
)
"""What profile `full` adds."""

ACTIONS = ("react", "edit", "star", "archive")
"""What `POST D/chats/{chatId}/messages/{id}/…` and chat management can do in `full`."""

_ACK_WORDS = {-1: "failed", 1: "sent", 2: "delivered", 3: "read", 4: "read"}
_CONNECTION_WORDS = {
    "initializing": "connecting",
    "qr": "qr",
    "ready": "connected",
    "disconnected": "disconnected",
    "error": "disconnected",
}


def created(message_id: str, chat: str, raw: Payload) -> list[Event]:
    """Tell of an own message that came into being, `raw` in the form of contract 3.3."""
    return [
        ("message:create", {"message": raw}),
        ("message-sent", {"messageId": message_id, "chatId": chat, "message": raw}),
    ]


def acked(message_id: str, chat: str, ack: int) -> list[Event]:
    """Tell of the delivery state of an own message; `ack` 0 has no `message:status`."""
    serialized = {
        "_serialized": message_id,
        "fromMe": True,
        "remote": chat,
        "id": message_id.removeprefix(f"true_{chat}_").partition("_")[0],
    }
    events: list[Event] = []
    if ack in _ACK_WORDS:
        word = _ACK_WORDS[ack]
        events.append(("message:status", {"messageId": message_id, "chatId": chat, "status": word}))
    events.append(("message:ack", {"messageId": message_id, "chatId": chat, "ack": ack}))
    events.append(("message-ack", {"id": serialized, "chatId": chat, "ack": ack}))
    if ack == 3:
        events.append(("message:read", {"chatId": chat, "messageIds": [message_id]}))
    return events


def revoked(message_id: str, chat: str) -> list[Event]:
    """Tell that a message was deleted for everyone."""
    return [("message-revoked", {"messageId": message_id, "chatId": chat})]


def edited(message_id: str, chat: str, body: str) -> list[Event]:
    """Tell the new text of a message."""
    return [("message:edit", {"messageId": message_id, "chatId": chat, "body": body})]


def reacted(message_id: str, chat: str, sender: str, emoji: str) -> list[Event]:
    """Tell that `sender` put `emoji` on a message, or took it away with an empty one."""
    payload = {"messageId": message_id, "chatId": chat, "senderId": sender, "reaction": emoji}
    return [("message:reaction", payload)]


def typing(chat: str, user: str, on: bool) -> list[Event]:
    """Tell that somebody starts or stops typing."""
    name = "typing:start" if on else "typing:stop"
    return [
        (name, {"chatId": chat, "userId": user}),
        ("typing-status", {"chatId": chat, "userId": user, "isTyping": on}),
    ]


def chat_changed(item: Payload) -> list[Event]:
    """Tell the new state of a chat, `item` in the summary form of contract 2.4."""
    return [("chat:update", {"chat": item})]


def contact_changed(item: Payload) -> list[Event]:
    """Tell of a new or renamed contact, `item` in the form of contract 2.3."""
    return [
        ("contact:update", {"contact": item}),
        ("contact-changed", {"contactId": item["id"], "oldId": None, "contact": item}),
    ]


def group_renamed(chat: str, subject: str, author: str | None) -> list[Event]:
    """Tell the new subject of a group."""
    return [("group-update", {"chatId": chat, "type": "subject", "author": author, "subject": subject})]


def device_changed(status: str, reason: str | None) -> list[Event]:
    """Tell the new status of a device, `status` the word of contract 2.2."""
    events: list[Event] = [
        ("connection:status", {"status": _CONNECTION_WORDS.get(status, status), "reason": reason}),
        ("device-status", {"status": status, "reason": reason}),
    ]
    if status == "error":
        events.append(("device-error", {"error": reason or "unknown"}))
    return events


def capabilities(body_limit: int) -> Payload:
    """Give the answer of `GET /api/v1/capabilities` in profile `full`; `body_limit` in bytes."""
    return {
        "profile": "full",
        "events": [*BASIC, *WIDE],
        "actions": list(ACTIONS),
        "history": "unlimited",
        "cursors": {"older": "before", "newer": "after"},
        "markReadLid": True,
        "bodyLimit": body_limit,
    }
