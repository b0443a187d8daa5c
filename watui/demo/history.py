"""Pages of a chat's history: as the real gateway cuts them, and as they were meant to be (contract 2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from watui.demo.records import Chat, Message

_WALL = 300
_HIDDEN = {"call_log", "gp2", "e2e_notification"}  # by whatsapp-web.js


@dataclass(slots=True)
class Page:
    """Messages oldest first; `total` counts what matched before the limit, None ends carry no cursor."""

    messages: list[Message]
    total: int
    more: bool
    found: bool = True
    newer: str | None = None
    older: str | None = None
    kind: str | None = None


def newest(chat: Chat, reach: int) -> list[Message]:
    """Give the newest messages as whatsapp-web.js does.

    When it has more than it was asked for it sorts them, with a comparison that turns messages of one
    second round, and cuts afterwards: of the second at the cut the older ones stay.
    """
    found: list[Message] = []
    for index in range(len(chat) - 1, -1, -1):
        message = chat[index]
        if message.type in _HIDDEN:
            continue
        if len(found) >= reach and message.at != found[-1].at:
            break
        found.append(message)
    found.reverse()
    if len(found) == len(chat) <= reach or len(found) < reach:
        return found
    if len(found) == reach and not any(chat[i].type not in _HIDDEN for i in range(len(chat) - len(found))):
        return found
    turned = [m for _, second in groupby(found, lambda m: m.at) for m in reversed(list(second))]
    return turned[-reach:]


def quirky(chat: Chat, limit: int, before: str | None, after: str | None) -> Page:
    """Cut a page as the real gateway does: cursors inverted, nothing older than a window of 300."""
    if before is None and after is None:
        page = Page(newest(chat, limit), 0, more=False)
        page.total = len(page.messages)
    else:
        reach = min(3 * limit, _WALL)
        window = rest = newest(chat, reach)
        for cursor in (before, after):
            if cursor is None:
                continue
            place = next((at for at, message in enumerate(rest) if message.id == cursor), None)
            if place is None:
                return Page([], 0, more=False, found=False, kind="before" if cursor is before else "after")
            rest = rest[place + 1 :] if cursor is before else rest[:place]
        more = len(rest) > limit or reach == len(window) == _WALL
        page = Page(rest[:limit], len(rest), more=more, kind="before" if before else "after")
    if page.messages:
        page.newer = page.messages[0].id
        page.older = page.messages[-1].id if page.more else None
    return page


def proper(chat: Chat, limit: int, before: str | None, after: str | None) -> Page:
    """Cut a page as profile `full` does: `before` is older, `after` newer, adjacent, without an end."""
    reference = before or after
    if reference is None:
        start, stop = len(chat) - limit, len(chat)
    else:
        place = chat.find(reference)
        if place is None:
            return Page([], 0, more=False, found=False, kind="before" if before else "after")
        start, stop = (place - limit, place) if before else (place + 1, min(place + 1 + limit, len(chat)))
    start = max(start, 0)
    messages = [chat[index] for index in range(start, stop)]
    more = start > 0 if before or not after else stop < len(chat)
    kind = "before" if before else "after" if after else None
    page = Page(messages, len(messages), more=more, kind=kind)
    if messages:
        page.newer = messages[-1].id
        page.older = messages[0].id if start > 0 else None
    return page
