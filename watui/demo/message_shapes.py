"""The forms in which messages go over the wire: raw in events, as items in lists (contract 2.6, 3.3)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from watui.demo.kind_shapes import add_kind, quoted, sender_of, shown_body
from watui.demo.phone import Phone
from watui.demo.records import Message

Json = dict[str, Any]

_LINK = re.compile(r"https?://\S+")
_MEDIA_TYPES = {"ptt": "audio"}
_GUESSES = {  # contract 2.6: one mimetype a type, whatever the file is
    "image": "image/jpeg",
    "video": "video/mp4",
    "ptt": "audio/ogg",
    "audio": "audio/mpeg",
    "document": "application/octet-stream",
    "sticker": "image/webp",
}
# What whatsapp-web.js copies along with every message; recording 610.
_FALSE = """
kicNotified isFromTemplate pollInvalidated isSentCagPollCreation isEventCanceled eventInvalidated
isVcardOverMmsDocument productHeaderImageRejected isDynamicReplyButtonsMsg isCarouselCard isVideoCall
isMdHistoryMsg isAvatar botPluginMaybeParent hostedBizEncStateMismatch senderOrRecipientAccountTypeHosted
placeholderCreatedWhenAccountIsHosted galaxyFlowDisabled
"""
_NULL = """
latestEditMsgKey latestEditSenderTimestampMs parentMsgId callSilenceReason callDuration callCreator
callParticipants isCallLink callLinkToken invokedBotWid bizBotType botResponseTargetId botPluginType
botPluginReferenceIndex botPluginSearchProvider botPluginSearchUrl botPluginSearchQuery
botReelPluginThumbnailCdnUrl botMessageDisclaimerText botMsgBodyType reportingTokenInfo
requiresDirectConnection bizContentPlaceholderType
"""
_REST: Json = {
    **dict.fromkeys(_FALSE.split(), False),
    **dict.fromkeys(_NULL.split()),
    "groupMentions": [],
    "labels": [],
    "viewMode": "VISIBLE",
    "lastPlaybackProgress": 0,
    "stickerSentTs": 0,
    "lastUpdateFromServerTs": 0,
}
# What `full` tells in lists besides, in the words of `_data` (events.py).
_FACTS = """
subtype recipients mimetype filename size width height duration waveform isGif isViewOnce isEphemeral
ephemeralDuration isLive pollOptions pollSelectableOptionsCount inviteGrpName isVideoCall callDuration
"""


def merge(under: Json, over: Json) -> Json:
    """Lay one tree of dicts over another, in place."""
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(under.get(key), dict):
            merge(under[key], value)
        else:
            under[key] = value
    return under


def links(body: str) -> list[Json]:
    """Find the links of a text; punycode ones count as suspicious [201]."""
    return [{"link": link, "isSuspicious": "xn--" in link} for link in _LINK.findall(body)]


def raw_message(phone: Phone, message: Message) -> Json:
    """Give a message as whatsapp-web.js serialises it: events, send replies, `GET chat` (contract 3.3)."""
    key: Json = {"fromMe": message.mine, "remote": message.chat, "id": message.key}
    if message.author:
        key["participant"] = message.author
    key["_serialized"] = message.id
    sender, to = (phone.jid, message.chat) if message.mine else (message.chat, phone.jid)
    found = links(message.body) if message.type in {"chat", "image", "video"} else []
    body = shown_body(message)
    data: Json = {
        "id": key,
        "rowId": 1_000_000_000 + int(message.key[-6:], 16),
        "viewed": False,
        "body": body,
        "type": message.type,
        "t": message.at,
        "notifyName": message.push,
        "from": sender,
        "to": to,
        "self": "out" if message.mine else "in",
        "ack": message.ack,
        "invis": False,
        "isNewMsg": True,
        "star": message.starred,
        "isForwarded": message.forwards > 0,
        "hasReaction": bool(message.reactions),
        "mentionedJidList": list(message.mentions),
        "links": found,
        "isStatusV3": message.chat == "status@broadcast",
        **_REST,
    }
    raw: Json = {
        "_data": data,
        "id": key,
        "ack": message.ack,
        "hasMedia": message.media is not None,
        "body": body,
        "type": message.type,
        "timestamp": message.at,
        "from": sender,
        "to": to,
        "deviceType": "web" if message.mine else "android",
        "isForwarded": message.forwards > 0,
        "forwardingScore": message.forwards,
        "isStatus": message.chat == "status@broadcast",
        "isStarred": message.starred,
        "fromMe": message.mine,
        "hasQuotedMsg": message.quoted is not None,
        "hasReaction": bool(message.reactions),
        "vCards": list(message.cards),
        "mentionedIds": list(message.mentions),
        "groupMentions": [],
        "isGif": message.gif,
        "links": found,
    }
    if message.author:
        data["author"] = raw["author"] = message.author
    if message.forwards:
        data["forwardingScore"] = message.forwards
    if message.edited:
        data["latestEditMsgKey"] = {**key, "id": f"{message.key}E"}
    add_kind(phone, message, raw, data)
    return merge(raw, message.raw) if message.raw else raw


def body_of(phone: Phone, message: Message) -> str:
    """Give the body that goes out, without making the rest of the message."""
    return str(raw_message(phone, message)["body"]) if message.raw else shown_body(message)


def list_item(phone: Phone, message: Message, *, full: bool) -> Json:
    """Give a message as `GET messages` lists it (contract 2.6); `full` completes it (events.py)."""
    raw = raw_message(phone, message)
    item: Json = {
        "id": raw["id"]["_serialized"],
        "chatId": message.chat if full else raw["from"],
        "body": raw["body"],
        "type": raw["type"],
        "timestamp": raw["timestamp"] * 1000,
        "fromMe": raw["fromMe"],
    }
    if "author" in raw:
        item["author"] = raw["author"]
    item.update(hasMedia=raw["hasMedia"], isForwarded=raw["isForwarded"], isStarred=raw["isStarred"])
    if raw["hasMedia"]:
        item["mediaInfo"] = _media_info(phone, message, item["id"])
    if "location" in raw:
        place = raw["location"]
        item["location"] = {"latitude": place["latitude"], "longitude": place["longitude"]}
        if place.get("description"):
            item["location"]["description"] = place["description"]
    for key in ("vCards", "mentionedIds", "links"):
        if raw[key]:
            item[key] = raw[key]
    original = quoted(phone, message)
    if original:
        item["quotedMessage"] = {
            "id": original.id,
            "body": shown_body(original),
            "author": sender_of(phone, original),
            "type": original.type,
        }
    if message.reactions:
        item["reactions"] = _reactions(phone, message)
    if full:
        item.update(ack=message.ack, isEdited=message.edited)
        facts = _facts(raw["_data"])
        if facts:
            item["_data"] = facts
        if not message.mine:
            known = phone.who(message.author or message.chat)
            item.update(senderName=known.name or message.push, notifyName=message.push)
    return item


def _facts(data: Json) -> Json:
    """Take what a list of `full` tells besides out of `_data`; 0 is a fact, as of a poll's choices."""
    known = {key: data.get(key) for key in _FACTS.split()}
    return {key: value for key, value in known.items() if value or (value == 0 and value is not False)}


def _media_info(phone: Phone, message: Message, message_id: str) -> Json:
    path = f"/api/v1/devices/{phone.id}/messages/{message_id}/media"
    info: Json = {
        "downloadUrl": f"{path}/download",
        "thumbnailUrl": f"{path}/thumbnail",
        "mediaType": _MEDIA_TYPES.get(message.type, message.type),
        "mimetype": _GUESSES.get(message.type, "application/octet-stream"),
    }
    if message.type == "document":
        info["filename"] = "document"
    if message.type == "ptt" and message.media:
        info["duration"] = str(message.media.duration)
    return info


def _reactions(phone: Phone, message: Message) -> list[Json]:
    mine = message.reactions.get(phone.jid)
    return [
        {"id": emoji, "aggregateEmoji": emoji, "hasReactionByMe": emoji == mine}
        for emoji in sorted(set(message.reactions.values()))
    ]


def cursor_url(phone: Phone, chat: str, limit: int, name: str, message_id: str) -> str:
    """Give the path of a neighbouring page."""
    return f"/api/v1/devices/{phone.id}/chats/{chat}/messages?limit={limit}&{name}={quote(message_id)}"
