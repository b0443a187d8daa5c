"""Routes that forward and delete messages, each in two variants that differ (contract 2.10)."""

from __future__ import annotations

from aiohttp import web

from watui.demo import answers, deletion, history, message_shapes, reach, sending
from watui.demo.acts import Acts
from watui.demo.faults import Faults
from watui.demo.phone import Phone
from watui.demo.rest import NoBody, fields, has_body, ready, strictly

_UNREAD = "Cannot destructure property 'messageId' of 'req.body' as it is undefined."


class ForwardRoutes:
    """Handlers of forwarding and deleting, for any message and for those of a chat."""

    def __init__(self, acts: Acts, faults: Faults) -> None:
        self.acts = acts
        self.faults = faults

    def add(self, router: web.UrlDispatcher) -> None:
        """Register the routes."""
        any_chat = "/api/v1/devices/{id}/messages"
        one_chat = "/api/v1/devices/{id}/chats/{chat}/messages"
        router.add_post(f"{any_chat}/forward", self.checked_forward)
        router.add_post(f"{any_chat}/delete", self.checked_delete)
        router.add_post(f"{one_chat}/forward", self.checked_chat_forward)
        router.add_post(f"{one_chat}/delete", self.checked_chat_delete)

    async def checked_forward(self, request: web.Request) -> web.StreamResponse:
        """Forward a message of a chat that is told, or of one of the first [400-407]."""
        if not has_body():
            return answers.failed(500, "Failed to forward message.", details=_UNREAD)
        body = answers.Checked(fields())
        message_id, to = body.string("messageId", required=True), body.string("to", required=True)
        source = body.string("fromChatId")
        if body.problems or message_id is None or to is None:
            return answers.invalid(*body.problems)
        recipient = sending.completed(to)

        async def forwarded(_request: web.Request, phone: Phone) -> web.StreamResponse:
            try:
                original = reach.to_pass(self.acts, phone, message_id, source)
                if original is None:
                    return answers.failed(404, "Message not found")
                sending.forward(self.acts, phone, original, recipient)
            except (reach.NoChat, sending.Refused):
                return answers.failed(500, "Failed to forward message.")
            return answers.ok({"originalMessageId": message_id, "recipient": recipient, "status": "sent"})

        return await strictly(self.acts, forwarded)(request)

    async def checked_chat_forward(self, request: web.Request) -> web.StreamResponse:
        """Forward a message of one chat, and give what is then the newest of the other one [404, 405]."""
        body = answers.Checked(fields() if has_body() else {})
        if has_body():
            body.string("messageId", required=True)
            body.string("to", required=True)
        if body.problems:
            return answers.invalid(*body.problems)
        return await ready(self.acts, self._chat_forward)(request)

    async def _chat_forward(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        try:
            message_id, to = fields()["messageId"], fields()["to"]
            original = reach.to_pass(self.acts, phone, message_id, request.match_info["chat"])
            if original is None:
                return answers.failed(404, "Message not found")
            sent = sending.forward(self.acts, phone, original, to)
        except (NoBody, reach.NoChat, sending.Refused):
            return answers.failed(500, "Failed to forward message")
        if self.acts.full:
            return answers.ok(message_shapes.raw_message(phone, sent))
        await self.faults.wait(self.acts.options.forward_delay)
        newest = history.newest(phone.chat_for(to), 1)
        if not newest:
            return answers.answer({"success": True})
        return answers.ok(message_shapes.raw_message(phone, newest[-1]))

    async def checked_delete(self, request: web.Request) -> web.StreamResponse:
        """Delete a message of a chat that is told, or of one of the first [410-414]."""
        if not has_body():
            return answers.failed(500, "Failed to delete message.", details=_UNREAD)
        body = answers.Checked(fields())
        message_id = body.string("messageId", required=True)
        everyone, source = body.boolean("forEveryone", default=False), body.string("fromChatId")
        if body.problems or message_id is None:
            return answers.invalid(*body.problems)

        async def deleted(_request: web.Request, phone: Phone) -> web.StreamResponse:
            try:
                message = reach.to_pass(self.acts, phone, message_id, source)
            except reach.NoChat:
                return answers.failed(500, "Failed to delete message.")
            if message is None:
                return answers.failed(404, "Message not found")
            deletion.delete_message(self.acts, phone, message_id, everyone=everyone)
            now = int(self.acts.now() * 1000)
            return answers.ok({"messageId": message_id, "forEveryone": everyone, "timestamp": now})

        return await strictly(self.acts, deleted)(request)

    async def checked_chat_delete(self, request: web.Request) -> web.StreamResponse:
        """Delete a message of one chat [415]."""
        body = answers.Checked(fields() if has_body() else {})
        if has_body():
            body.string("messageId", required=True)
        everyone = body.boolean("forEveryone", default=False)
        if body.problems:
            return answers.invalid(*body.problems)

        async def deleted(request: web.Request, phone: Phone) -> web.StreamResponse:
            try:
                message_id = fields()["messageId"]
                message = reach.to_pass(self.acts, phone, message_id, request.match_info["chat"])
            except (NoBody, reach.NoChat):
                return answers.failed(500, "Failed to delete message")
            if message is None:
                return answers.failed(404, "Message not found")
            deletion.delete_message(self.acts, phone, message_id, everyone=everyone)
            return answers.ok({"messageId": message_id})

        return await ready(self.acts, deleted)(request)
