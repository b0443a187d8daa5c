"""Routes of chats: the list with its cache, one chat, sending, marking, archiving (contract 2.4 on)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from watui.demo import answers, chat_shapes, deletion, message_shapes, sending
from watui.demo.acts import Acts
from watui.demo.faults import Faults
from watui.demo.phone import Phone
from watui.demo.rest import NoBody, fields, has_body, ready

Json = dict[str, Any]

_TTL = 300
_ID = re.compile(r"[\w.-]+@(c\.us|g\.us|lid|broadcast|newsletter)\Z")
_FILTERS = ("all", "unread", "groups", "private", "archived")
_KEEP: dict[str, Callable[[Json], bool]] = {
    "unread": lambda item: item["unreadCount"] > 0,
    "groups": lambda item: item["isGroup"],
    "private": lambda item: not item["isGroup"],
    "archived": lambda item: item["archived"],
}


class ChatLists:
    """The chat lists that Redis keeps for five minutes, over restarts too (contract 2.4, Cache)."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts
        self._kept: dict[str, tuple[float, list[Json]]] = {}
        acts.on_fresh.append(self.drop)

    def drop(self, phone: Phone) -> None:
        """Forget the list of a phone."""
        self._kept.pop(phone.id, None)

    def get(self, phone: Phone) -> list[Json] | None:
        """Give the kept list when it is there and young enough."""
        at, items = self._kept.get(phone.id, (0.0, []))
        return items if items and self.acts.now() - at < _TTL else None

    def keep(self, phone: Phone) -> list[Json]:
        """Take a picture of all chats."""
        now = self.acts.now()
        items = [chat_shapes.compact_item(phone, chat, int(now * 1000)) for chat in phone.ordered()]
        self._kept[phone.id] = (now, items)
        return items


def summary_of(item: Json) -> Json:
    """Cut a list item down to the summary form; it reads `isMuted`, which no item has [112]."""
    last = item.get("lastMessage") or {}
    return {
        "id": item["id"],
        "name": item["name"] or "Unknown",
        "isGroup": item["isGroup"],
        "unreadCount": item["unreadCount"],
        "lastMessage": {
            "body": last.get("body") or "",
            "timestamp": last.get("timestamp") or None,
            "fromMe": last.get("fromMe") or False,
        },
        "timestamp": item["timestamp"],
        "archived": item["archived"],
        "pinned": item["pinned"],
        "muted": False,
    }


def _matches(item: Json, search: str) -> bool:
    low = search.lower()
    body = (item.get("lastMessage") or {}).get("body") or ""
    return (
        low in item["name"].lower() or (not item["isGroup"] and search in item["id"]) or low in body.lower()
    )


class ChatRoutes:
    """Handlers of everything below `/chats` but messages."""

    def __init__(self, acts: Acts, faults: Faults) -> None:
        self.acts = acts
        self.faults = faults
        self.lists = ChatLists(acts)

    def add(self, router: web.UrlDispatcher) -> None:
        """Register the routes."""
        base = "/api/v1/devices/{id}/chats"
        one = base + "/{chat}"
        router.add_get(base, self.checked_list)
        router.add_post(base, self.checked_send)
        router.add_get(one, ready(self.acts, self.get))
        router.add_post(f"{one}/markRead", ready(self.acts, self.mark_read))
        router.add_post(f"{one}/archive", ready(self.acts, self.archive))
        router.add_post(f"{one}/unarchive", ready(self.acts, self.unarchive))
        router.add_post(f"{one}/clear", ready(self.acts, self.clear))
        router.add_delete(one, ready(self.acts, self.delete))

    async def checked_list(self, request: web.Request) -> web.StreamResponse:
        """Validate the query of the list before anything else, as Joi's middleware does."""
        query = answers.Checked(request.query)
        which = query.choice("filter", "all", _FILTERS)
        limit = query.integer("limit", 20, 1, 100)
        summary = query.boolean("summary", default=True)
        search = query.string("search", longest=100)
        if query.problems:
            return answers.invalid(*query.problems)

        async def listed(_request: web.Request, phone: Phone) -> web.StreamResponse:
            return self._list(phone, which, limit if summary else None, search)

        return await ready(self.acts, listed)(request)

    def _list(self, phone: Phone, which: str, limit: int | None, search: str | None) -> web.Response:
        """List chats; `limit` None asks for the full form, which knows none (contract 2.4)."""
        kept = None if self.acts.full else self.lists.get(phone)
        items = self._now(phone, limit) if self.acts.full else kept or self.lists.keep(phone)
        if search:
            items = [item for item in items if _matches(item, search)]
        if which in _KEEP:
            items = [item for item in items if _KEEP[which](item)]
        shown = items[:limit]
        if not self.acts.full and limit is not None:
            shown = [summary_of(item) for item in shown]
        elif not self.acts.full and kept is None:
            shown = [chat_shapes.fresh_item(phone, phone.chats[item["id"]]) for item in shown]
        return answers.ok(
            shown,
            total=len(items),
            returned=len(shown),
            cached=kept is not None,
            filters={"search": search, "filter": which},
        )

    def _now(self, phone: Phone, limit: int | None) -> list[Json]:
        """Give all chats as they are now (`full`), in full form when `limit` is None."""
        if limit is None:
            now = int(self.acts.now() * 1000)
            return [chat_shapes.rich_item(phone, chat, now) for chat in phone.ordered()]
        return [chat_shapes.chat_item(phone, chat, full=True) for chat in phone.ordered()]

    async def get(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Give one chat as it is now (contract 2.5)."""
        chat_id = request.match_info["chat"]
        chat = phone.chats.get(chat_id)
        if chat is not None:
            return answers.ok(chat_shapes.raw_chat(phone, chat))
        if chat_id.endswith("@newsletter"):
            return answers.answer({"success": True})
        if not _ID.match(chat_id) or chat_id.endswith("@g.us"):
            return answers.failed(500, "Failed to get chat")
        return answers.ok(chat_shapes.empty_chat(chat_id))

    async def checked_send(self, request: web.Request) -> web.StreamResponse:
        """Validate a message to send; a missing body passes and breaks later [343]."""
        if has_body():
            problems = sending.problems(fields())
            if problems:
                return answers.invalid(*problems)
        return await ready(self.acts, self._send)(request)

    async def _send(self, _request: web.Request, phone: Phone) -> web.StreamResponse:
        try:
            message = sending.hand_over(self.acts, phone, fields())
        except (NoBody, sending.Refused):
            return answers.failed(500, "Failed to send message")
        return answers.ok(message_shapes.raw_message(phone, message))

    async def mark_read(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Mark a chat as read (contract 2.12)."""
        chat_id = request.match_info["chat"]
        known = chat_id in phone.chats
        if not self.acts.full:
            if not chat_id.endswith(("@c.us", "@g.us")):
                expected = "Expected format: number@c.us or number@g.us"
                return answers.failed(400, f"Invalid chat ID format. {expected}")
            if not known and chat_id.endswith("@g.us"):
                return answers.failed(
                    500,
                    "WhatsApp session is closed or invalid. Please reconnect the device.",
                    sessionError=True,
                    details="Evaluation failed: ServerStatusCodeError: item-not-found",
                )
            await self.faults.wait(self.acts.options.mark_read_delay)
        before = self.acts.mark_read(phone, phone.chats[chat_id]) if known else 0
        at = datetime.fromtimestamp(self.acts.now(), UTC).isoformat(timespec="milliseconds")
        return answers.answer(
            {
                "success": True,
                "message": "Chat marked as read successfully",
                "data": {
                    "chatId": chat_id,
                    "initialUnreadCount": before,
                    "unreadCount": 0,
                    "markedAt": at.replace("+00:00", "Z"),
                },
            }
        )

    async def archive(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Archive a chat (contract 2.14)."""
        return self._archive(request, phone, archived=True)

    async def unarchive(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Bring an archived chat back."""
        return self._archive(request, phone, archived=False)

    def _archive(self, request: web.Request, phone: Phone, *, archived: bool) -> web.Response:
        word = "archive" if archived else "unarchive"
        chat = phone.chats.get(request.match_info["chat"])
        if chat is None:
            return answers.failed(500, f"Failed to {word} chat")
        self.acts.archive(phone, chat, archived)
        return answers.answer({"success": True, "message": f"Chat {word}d successfully"})

    async def clear(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Delete the messages of a chat; of an unknown one there are none [505]."""
        chat = phone.opened(request.match_info["chat"])
        if chat is None:
            return answers.failed(500, "Failed to clear chat")
        if chat.id in phone.chats:
            deletion.clear_chat(self.acts, phone, chat)
        return answers.answer({"success": True, "message": "Chat cleared successfully"})

    async def delete(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """Delete a chat, known or not [506-508]."""
        chat = phone.opened(request.match_info["chat"])
        if chat is None:
            return answers.failed(500, "Failed to delete chat")
        if chat.id in phone.chats:
            deletion.delete_chat(self.acts, phone, chat)
        return answers.answer({"success": True, "message": "Chat deleted successfully"})
