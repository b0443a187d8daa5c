"""Routes of groups and of mentions, with the six that never work (contract 2.15)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from watui.demo import answers, chat_shapes, message_shapes, sending
from watui.demo.acts import Acts
from watui.demo.phone import Phone
from watui.demo.rest import fields, has_body, strictly

Json = dict[str, Any]

_LONGEST = 4096
_GONE = "Evaluation failed: ServerStatusCodeError: item-not-found"
_BROKEN = (
    ("POST", "join"),
    ("POST", "leave"),
    ("POST", "participants/add"),
    ("POST", "participants/remove"),
    ("PUT", "subject"),
    ("PUT", "description"),
)


class GroupRoutes:
    """Handlers of groups and of messages that mention somebody."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts

    def add(self, router: web.UrlDispatcher) -> None:
        """Register the routes."""
        groups = "/api/v1/devices/{id}/groups"
        one = groups + "/{group}"
        router.add_get(groups, strictly(self.acts, self.all))
        router.add_get(f"{one}/participants", strictly(self.acts, self.participants))
        router.add_post(f"{one}/mention", self.checked_mention)
        router.add_post("/api/v1/devices/{id}/mentions/send", self.checked_send)
        for method, name in _BROKEN:
            router.add_route(method, f"{one}/{name}", self.broken)

    async def broken(self, _request: web.Request) -> web.StreamResponse:
        """Fail as all that would change a group does, whatever is asked [515, 0516]."""
        return answers.invalid('"id" is not allowed')

    async def all(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """List the groups in the order of the chats [510, 511]."""
        wide = request.query.get("includeParticipants") == "true"
        groups = [chat for chat in phone.ordered() if chat.is_group]
        items = [chat_shapes.group_item(phone, chat, full=wide) for chat in groups]
        return answers.ok(items, totalGroups=len(items))

    async def participants(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """List who is in a group [512-514]."""
        chat = phone.opened(request.match_info["group"])
        if chat is None:
            return answers.failed(500, "Failed to get group participants.", details=_GONE)
        if not chat.is_group:
            return answers.failed(400, "Chat is not a group.")
        members = chat_shapes.participants(phone, chat)
        return answers.ok(
            {
                "groupId": chat.id,
                "groupName": chat.name,
                "participants": members,
                "totalParticipants": len(members),
                "admins": sum(one["isAdmin"] for one in members),
            }
        )

    async def checked_mention(self, request: web.Request) -> web.StreamResponse:
        """Send a text to a group that mentions some or all [516, 517]."""
        if not has_body():
            return answers.failed(500, "Failed to mention users in group.", details=_undefined("text"))
        body = answers.Checked(fields())
        text, some = body.string("text", required=True, longest=_LONGEST), body.strings("mentions")
        everyone = body.boolean("mentionAll", default=False)
        if body.problems:
            return answers.invalid(*body.problems)

        async def sent(request: web.Request, phone: Phone) -> web.StreamResponse:
            chat = phone.opened(request.match_info["group"])
            if chat is None:
                return answers.failed(500, "Failed to mention users in group.", details=_GONE)
            if not chat.is_group:
                return answers.failed(400, "Chat is not a group.")
            if not everyone and not some:
                return answers.failed(400, "Must specify mentions array or set mentionAll to true.")
            mentions = phone.members(chat) if everyone else [sending.completed(one) for one in some or ()]
            whole = f"@everyone {text}" if everyone else text
            message = sending.hand_over(
                self.acts, phone, {"to": chat.id, "text": whole, "mentions": mentions}
            )
            return answers.ok(
                {
                    "message": message_shapes.raw_message(phone, message),
                    "groupId": chat.id,
                    "groupName": chat.name,
                    "mentionCount": len(mentions),
                    "mentionedAll": everyone,
                    "mentions": mentions,
                }
            )

        return await strictly(self.acts, sent)(request)

    async def checked_send(self, request: web.Request) -> web.StreamResponse:
        """Send any message directly, also to a bare number [518]."""
        if not has_body():
            return answers.failed(500, "Failed to send mention message.", details=_undefined("to"))
        body = answers.Checked(fields())
        body.string("to", required=True)
        body.string("text", required=True, longest=_LONGEST)
        body.strings("mentions")
        body.string("quotedMessageId")
        sending.check_media(body)
        everyone = body.boolean("mentionAll", default=False)
        if body.problems:
            return answers.invalid(*body.problems)

        async def sent(_request: web.Request, phone: Phone) -> web.StreamResponse:
            return self._send(phone, fields(), everyone=everyone)

        return await strictly(self.acts, sent)(request)

    def _send(self, phone: Phone, body: Json, *, everyone: bool) -> web.Response:
        recipient = sending.completed(body["to"])
        chat = phone.opened(recipient)
        group = chat is not None and chat.is_group
        everyone = everyone and group
        mentions = [sending.completed(one) for one in body.get("mentions") or ()]
        whole = body | {"to": recipient, "mentions": mentions}
        if everyone and chat is not None:
            whole["mentions"] = mentions = phone.members(chat)
            whole["text"] = f"@everyone {body['text']}"
        media = body.get("media")
        if media:
            whole["media"] = media | {"filename": media.get("filename") or "media"}
        try:
            message = sending.hand_over(self.acts, phone, whole)
        except sending.Refused:
            return answers.failed(500, "Failed to send mention message.", details=_GONE)
        return answers.ok(
            {
                "message": message_shapes.raw_message(phone, message),
                "recipient": recipient,
                "chatType": "group" if group else "individual",
                "groupName": chat.name if chat is not None and group else None,
                "mentionCount": len(mentions),
                "mentionedAll": everyone,
                "mentions": mentions,
                "hasMedia": media is not None,
                "isReply": "quotedMessageId" in body,
            }
        )


def _undefined(name: str) -> str:
    return f"Cannot destructure property '{name}' of 'req.body' as it is undefined."
