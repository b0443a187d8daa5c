"""Which chats have to be looked at: what the gateway's list says of them, beside what is filed."""

import sqlite3
from collections.abc import Iterable

from watui.archive.filed import rank_of
from watui.models import Chat
from watui.text import Safe

Numbered = Iterable[tuple[int | None, Chat]]
"""Chats as the gateway lists them, each with the number under which it is filed, if it is."""


def stale(base: sqlite3.Connection, chats: Numbered, *, own_told: bool) -> list[Safe]:
    """List the chats of which something may be missing, the longest unread first.

    Their last message is not known here, or a hole may still be filled; but not those never read. Unless own
    messages are told too, what came over the socket may have some of them in between.
    """
    found: list[tuple[int, int, Safe]] = []
    for n, chat in chats:
        row = base.execute(
            "SELECT edge, looked, EXISTS(SELECT 1 FROM gaps WHERE chat = chats.n AND NOT final), read_to "
            "FROM chats WHERE n = ?",
            (n,),
        ).fetchone()
        if n is None or row is None or row[0] is None:
            continue
        edge, looked, open_gap, read_to = row
        if open_gap or (edge != read_to and not own_told) or not _is_last(base, n, edge, chat):
            found.append((looked, -chat.time, chat.key.jid))
    return [jid for _, _, jid in sorted(found)]


def unknown(base: sqlite3.Connection, chats: Numbered) -> list[Safe]:
    """List the chats of which no message is known, the newest first."""
    found: list[tuple[int, Safe]] = []
    for n, chat in chats:
        row = base.execute("SELECT edge FROM chats WHERE n = ?", (n,)).fetchone()
        if chat.time and (row is None or row[0] is None):
            found.append((-chat.time, chat.key.jid))
    return [jid for _, jid in sorted(found)]


def reaches(base: sqlite3.Connection, chat: int, message_id: Safe) -> bool:
    """Whether a page that begins with a message leaves nothing out behind what was read before."""
    (read_to,) = base.execute("SELECT read_to FROM chats WHERE n = ?", (chat,)).fetchone()
    last, first = rank_of(base, chat, read_to), rank_of(base, chat, message_id)
    return last is None or first is None or first <= last


def _is_last(base: sqlite3.Connection, n: int, edge: str | None, chat: Chat) -> bool:
    """Whether nothing is missing up to the last message that a list names."""
    if chat.preview is None and not chat.time:
        return True  # nothing was ever written in it
    rank = rank_of(base, n, edge)
    if rank is not None and chat.preview is not None and chat.preview.id is not None:
        last = rank_of(base, n, chat.preview.id)
        return last is not None and last <= rank  # lists lag behind what came live
    return rank is not None and rank.time >= chat.time
