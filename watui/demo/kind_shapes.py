"""What messages of one kind have beyond the others on the wire: files, places, polls, calls, quotes."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from watui.demo.dice import roll
from watui.demo.phone import Phone
from watui.demo.pictures import thumbnail
from watui.demo.records import Media, Message

Json = dict[str, Any]

_LEVELS = 64


def add_kind(phone: Phone, message: Message, raw: Json, data: Json) -> None:
    """Add what only some messages have to a raw message and to its `_data`."""
    if message.media:
        raw["mediaKey"] = _digest("key", message)
        if message.media.duration:
            raw["duration"] = str(message.media.duration)
        data.update(_media_data(message, message.media))
    if not data["body"]:
        del data["body"]
    if message.place:
        place = message.place
        data.update(lat=place.latitude, lng=place.longitude, loc=place.text, isLive=place.live)
        raw["location"] = {
            "latitude": place.latitude,
            "longitude": place.longitude,
            "name": place.name,
            "address": place.address,
            "description": place.text,
        }
    if message.expires:
        raw["isEphemeral"] = data["isEphemeral"] = True
        data["ephemeralDuration"] = message.expires
    if len(message.cards) > 1:
        names = [card.partition("FN:")[2].partition("\n")[0] for card in message.cards]
        pairs = zip(names, message.cards, strict=True)
        data["vcardList"] = [{"displayName": name, "vcard": card} for name, card in pairs]
    _add_poll(message, raw, data)
    _add_invite(message, raw, data)
    if message.call:
        data["isVideoCall"] = message.call.video
        data["callDuration"] = message.call.seconds
        if message.call.seconds is None and not message.mine:
            data["subtype"] = "miss_video" if message.call.video else "miss"
    if message.notice:
        data.update(subtype=message.notice.subtype, recipients=list(message.notice.recipients))
    original = quoted(phone, message)
    if original:
        data["quotedMsg"] = _quoted_data(original)
        data["quotedStanzaID"] = original.key
        data["quotedParticipant"] = sender_of(phone, original)


def _add_poll(message: Message, raw: Json, data: Json) -> None:
    poll = message.poll
    if not poll:
        return
    secret = list(hashlib.sha256(message.key.encode()).digest())
    options = [{"name": option, "localId": place} for place, option in enumerate(poll.options)]
    shared = {"pollName": message.body, "pollOptions": options}
    data.pop("body", None)
    data.update(shared, pollSelectableOptionsCount=0 if poll.several else 1)
    data["messageSecret"] = {str(place): byte for place, byte in enumerate(secret)}
    raw.update(shared, allowMultipleAnswers=poll.several, pollInvalidated=False)
    raw.update(isSentCagPollCreation=False, messageSecret=secret)


def _add_invite(message: Message, raw: Json, data: Json) -> None:
    if not message.invite:
        return
    code, group = _digest("invite", message)[:8], f"120363{message.at:012}@g.us"
    expires = message.at + 259_200
    data.update(inviteCode=code, inviteCodeExp=expires, inviteGrp=group, inviteGrpName=message.invite)
    raw["inviteV4"] = {
        "inviteCode": code,
        "inviteCodeExp": expires,
        "groupId": group,
        "groupName": message.invite,
        "fromId": raw["from"],
        "toId": raw["to"],
    }


def _quoted_data(original: Message) -> Json:
    data: Json = {
        "viewed": False,
        "body": shown_body(original),
        "type": original.type,
        "kicNotified": False,
        "mentionedJidList": list(original.mentions),
        "groupMentions": [],
    }
    if original.media:
        # As in a message of its own, the body of a file is no text (contract 3.3).
        data["body"] = _file_body(original.type, original.media)
        if original.body:
            data["caption"] = original.body
    if original.poll:
        data.update(body="", pollName=original.body)
    return data


def _file_body(kind: str, media: Media) -> str:
    if kind in {"image", "video"}:
        return thumbnail(media.number % 32)
    return media.filename or "" if kind == "document" else ""


def shown_body(message: Message) -> str:
    """Give the body of a message as whatsapp-web.js does: of a location it is a picture (contract 2.6)."""
    return thumbnail(message.at % 32) if message.place else message.body


def _digest(salt: str, message: Message) -> str:
    return base64.b64encode(hashlib.sha256((salt + message.key).encode()).digest()).decode()


def _media_data(message: Message, media: Media) -> Json:
    path = f"/v/t62.7118-24/{message.key}_n.enc?ccb=11-4&oh=01_demo&oe=demo&_nc_sid=5e03e0"
    data: Json = {
        "deprecatedMms3Url": f"https://mmg.whatsapp.net{path}&mms3=true",
        "directPath": path,
        "mimetype": media.mimetype,
        "filehash": _digest("file", message),
        "encFilehash": _digest("enc", message),
        "size": media.size,
        "mediaKey": _digest("key", message),
        "mediaKeyTimestamp": message.at,
        "isViewOnce": message.once,
        "staticUrl": "",
        "interactiveAnnotations": [],
        "body": _file_body(message.type, media),
    }
    if message.gif:
        data["isGif"] = True
    if message.type == "ptt":
        data["waveform"] = {str(place): level for place, level in enumerate(_levels(media.number))}
    if message.body:
        data["caption"] = message.body
    if media.width:
        data.update(width=media.width, height=media.height)
    if media.filename is not None:
        data["filename"] = media.filename
    if media.duration:
        data["duration"] = str(media.duration)
    return data


def _levels(number: int) -> list[int]:
    """Make the waveform of a voice note: words of several lengths, and silence between them [610]."""
    levels = []
    for place in range(_LEVELS):
        word = roll(number, place // 7) % 100
        levels.append(roll(number, place) % 8 if word < 20 else min(99, word // 2 + roll(number, place) % 60))
    return levels


def sender_of(phone: Phone, message: Message) -> str:
    """Give the id of who wrote a message."""
    return message.author or (phone.jid if message.mine else message.chat)


def quoted(phone: Phone, message: Message) -> Message | None:
    """Find the message that another one replies to."""
    chat = phone.chats.get(message.chat) if message.quoted else None
    place = chat.find(message.quoted) if chat and message.quoted else None
    return chat[place] if chat and place is not None else None
