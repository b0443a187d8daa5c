"""The route that searches messages (contract 2.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from aiohttp import web

from watui.demo import answers, history, message_shapes
from watui.demo.acts import Acts
from watui.demo.phone import Phone
from watui.demo.records import Chat
from watui.demo.rest import found

Json = dict[str, Any]

_CHATS = 20
_EACH = 30
_MOST = 100
_NUMBER = re.compile(r"\s*\+?(\d+)")
_ALIKE = ("body", "timestamp", "fromMe", "type", "hasMedia")
_OPTIONAL = ("mediaInfo", "location", "quotedMessage")
_FLAGS = ("isForwarded", "isStarred")


class SearchRoutes:
    """The handler of the search, whose windows are the same in both profiles."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts

    def add(self, router: web.UrlDispatcher) -> None:
        """Register the route."""
        router.add_get("/api/v1/devices/{id}/messages/search", self.search)

    async def search(self, request: web.Request) -> web.Response:
        """Search the newest messages of one chat or of the first twenty [420-428]."""
        query = request.query.get("query")
        if not query:
            return answers.failed(400, "Search query is required")
        phone = found(self.acts, request)
        if phone is None or not phone.ready:
            return answers.failed(400, "Device not ready.")
        limit = _limit(request.query.get("limit", ""))
        chat_id = request.query.get("chatId")
        if chat_id:
            chat = phone.opened(chat_id)
            if chat is None:
                details = "Evaluation failed: Error: wid error: invalid wid"
                return answers.failed(500, "Failed to search messages.", details=details)
            hits = self._hits(phone, chat, 2 * limit, query)
        else:
            chats = phone.ordered()[:_CHATS]
            hits = (hit for chat in chats for hit in self._hits(phone, chat, _EACH, query))
        shown = list(
            islice(hits, limit)
        )  # each window is read from its old end, so the newest fall off [420]
        scope = "single_chat" if chat_id else "all_chats"
        return answers.ok(shown, query=query, totalResults=len(shown), searchScope=scope)

    def _hits(self, phone: Phone, chat: Chat, window: int, query: str) -> Iterator[Json]:
        cut = history.proper if self.acts.full else history.quirky
        low = query.lower()
        for message in cut(chat, window, None, None).messages:
            if low in message_shapes.body_of(phone, message).lower():
                yield _hit(chat, message_shapes.list_item(phone, message, full=self.acts.full))


def _limit(text: str) -> int:
    """Read a limit as the controller does: what is no number counts as 50, too much as 100 [424]."""
    number = _NUMBER.match(text)
    return min(int(number[1]) if number else 0, _MOST) or 50


def _hit(chat: Chat, item: Json) -> Json:
    """Turn an item of a list into a hit, whose `chatId` is the chat for own messages too [421]."""
    hit: Json = {"messageId": item["id"], "chatId": chat.id, "chatName": chat.name or "Unknown"}
    return hit | {key: item[key] for key in (*_ALIKE, *_OPTIONAL, *_FLAGS) if key in item}
