"""The route of what the gateway counts of a device (contract 2.16)."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from watui.demo import answers
from watui.demo.acts import Acts
from watui.demo.rest import found

_DAY = 86_400


class AnalyticsRoutes:
    """The handler of `quick-stats`, the same in both profiles."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts

    def add(self, router: web.UrlDispatcher) -> None:
        """Register the route."""
        router.add_get("/api/v1/devices/{id}/analytics/quick-stats", self.quick_stats)

    async def quick_stats(self, request: web.Request) -> web.Response:
        """Count chats; an unknown device is refused as one that is not ready [520, 0518, 0609]."""
        phone = found(self.acts, request)
        if phone is None or not phone.ready:
            return answers.failed(400, "Device not ready")
        chats, now = phone.ordered(), self.acts.now()
        groups = [chat for chat in chats if chat.is_group]
        unread = [chat for chat in chats if chat.unread > 0]
        oldest = min((chat.at for chat in unread), default=now)
        newest = max(chats, key=lambda chat: chat.at, default=None)
        moment = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
        return answers.ok(
            {
                "totalChats": len(chats),
                "unreadChats": len(unread),
                "unreadMessages": sum(chat.unread for chat in unread),
                "totalGroups": len(groups),
                "activeGroups": sum(chat.unread > 0 for chat in groups),
                "oldestUnreadDays": max(0, int((now - oldest) // _DAY)),
                "topSender": newest.name if newest is not None else None,
            },
            snapshot={
                "title": "Quick Stats Snapshot",
                "timestamp": moment.replace("+00:00", "Z"),
                "status": "active",
            },
        )
