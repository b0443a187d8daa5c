"""Routes of messages and of the address book (contract 2.3, 2.6), and actions of `full`."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from watui.demo import answers, chat_shapes, history, message_shapes
from watui.demo.acts import Acts
from watui.demo.phone import Phone
from watui.demo.records import Message
from watui.demo.rest import fields, has_body, ready

Json = dict[str, Any]


class MessageRoutes:
    """Handlers of everything that is about messages or contacts."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts

    def add(self, router: web.UrlDispatcher) -> None:
        """Register the routes."""
        base = "/api/v1/devices/{id}"
        one = f"{base}/chats/{{chat}}/messages"
        router.add_get(one, self.checked_list)
        if self.acts.full:
            for action in ("react", "edit", "star"):
                router.add_post(f"{one}/{{message}}/{action}", ready(self.acts, getattr(self, action)))
        else:
            router.add_post(f"{one}/{{message}}/markRead", self.mark_read)
        router.add_post(f"{base}/contacts", self.checked_contacts)
        router.add_get(f"{base}/contacts/mentionable", self.checked_mentionable)

    async def checked_list(self, request: web.Request) -> web.StreamResponse:
        """Validate the query of a page of messages."""
        query = answers.Checked(request.query)
        limit = query.integer("limit", 20, 1, 100)
        before, after = query.string("before"), query.string("after")
        if query.problems:
            return answers.invalid(*query.problems)

        async def listed(request: web.Request, phone: Phone) -> web.StreamResponse:
            return self._list(request, phone, limit, before, after)

        return await ready(self.acts, listed)(request)

    def _list(
        self, request: web.Request, phone: Phone, limit: int, before: str | None, after: str | None
    ) -> web.Response:
        chat_id = request.match_info["chat"]
        chat = phone.opened(chat_id)
        if chat is None:
            details = "Evaluation failed: ServerStatusCodeError: item-not-found"
            return answers.failed(500, "Failed to fetch messages", details=details)
        cut = history.proper if self.acts.full else history.quirky
        page = cut(chat, limit, before, after)
        pagination: Json = {
            "total": page.total,
            "returned": len(page.messages),
            "requestedLimit": limit,
            "hasMore": page.more,
            "referenceFound": page.found,
            "referenceType": page.kind,
            "referenceId": (before or after)
            if page.found
            else {"before": before}.get(page.kind or "", after),
        }
        if page.found:
            cursors: Json = {"newer": None, "older": None}
            for side, name, message_id in (("newer", "after", page.newer), ("older", "before", page.older)):
                if message_id:
                    url = message_shapes.cursor_url(phone, chat_id, limit, name, message_id)
                    cursors[side] = {name: message_id, "url": url}
            pagination["cursors"] = cursors
        items = [message_shapes.list_item(phone, message, full=self.acts.full) for message in page.messages]
        return answers.ok(items, pagination=pagination)

    async def mark_read(self, _request: web.Request) -> web.StreamResponse:
        """Fail as the variant for one message always does [435]."""
        return answers.invalid('"messageId" is not allowed')

    def _message(self, request: web.Request, phone: Phone) -> Message | None:
        message_id = request.match_info["message"]
        return self.acts.message(phone, message_id) if self.acts.has(phone, message_id) else None

    async def react(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Put an own reaction on a message, or take it away with an empty one (`full`)."""
        message = self._message(request, phone)
        emoji = self._field("emoji")
        if not isinstance(emoji, str):
            return answers.invalid('"emoji" must be a string')
        if message is None:
            return answers.failed(404, "Message not found")
        self.acts.react(phone, message.id, emoji)
        return answers.ok({"messageId": message.id, "chatId": message.chat, "emoji": emoji})

    async def edit(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Change the text of an own message (`full`)."""
        message = self._message(request, phone)
        text = self._field("text")
        if not isinstance(text, str) or not text:
            return answers.invalid('"text" is not allowed to be empty')
        if message is None:
            return answers.failed(404, "Message not found")
        if not message.mine or message.type == "revoked":
            return answers.failed(400, "Only own messages can be edited")
        self.acts.edit(phone, message.id, text)
        return answers.ok({"messageId": message.id, "chatId": message.chat, "text": text})

    async def star(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Star a message or take the star away (`full`)."""
        message = self._message(request, phone)
        starred = self._field("starred")
        if not isinstance(starred, bool):
            return answers.invalid('"starred" must be a boolean')
        if message is None:
            return answers.failed(404, "Message not found")
        self.acts.star(phone, message.id, starred)
        return answers.ok({"messageId": message.id, "chatId": message.chat, "starred": starred})

    @staticmethod
    def _field(name: str) -> object:
        return fields().get(name) if has_body() else None

    async def checked_contacts(self, request: web.Request) -> web.StreamResponse:
        """List the address book (contract 2.3)."""
        body = answers.Checked(fields() if has_body() else {})
        search = body.string("search", longest=100)
        wanted = body.strings("contactIds")
        if body.problems:
            return answers.invalid(*body.problems)

        async def listed(_request: web.Request, phone: Phone) -> web.StreamResponse:
            items = chat_shapes.contacts(phone)
            if wanted:
                items = [item for item in items if item["id"] in wanted]
            if search:
                items = [item for item in items if _named(item, search)]
            meta = {"total": len(items), "search": search, "filteredByIds": len(wanted) if wanted else None}
            return answers.ok(items, meta=meta)

        return await ready(self.acts, listed, _wait)(request)

    async def checked_mentionable(self, request: web.Request) -> web.StreamResponse:
        """List who can be mentioned: numbers with a push name, which comes first as the name."""
        query = answers.Checked(request.query)
        search = query.string("search", longest=100)
        limit = query.integer("limit", 50, 1, 100)
        if query.problems:
            return answers.invalid(*query.problems)

        async def listed(_request: web.Request, phone: Phone) -> web.StreamResponse:
            people = [one for one in chat_shapes.people(phone) if one.push and one.number]
            items = [
                {"id": one.id, "name": one.push, "number": one.number, "isMyContact": one.name is not None}
                for one in people
                if not search or search.lower() in one.push.lower() or search in (one.number or "")
            ][:limit]
            return answers.ok(items, totalResults=len(items), searchTerm=search)

        return await ready(self.acts, listed, lambda _: answers.failed(400, "Device not ready."))(request)


def _named(item: Json, search: str) -> bool:
    return search.lower() in item["name"].lower() or search in (item["number"] or "")


def _wait(_phone: Phone) -> web.Response:
    return answers.failed(400, "Device is not ready. Please wait for device to be connected.")
