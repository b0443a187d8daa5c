"""What the archive can tell about one chat or one person: how much there is, of which kinds, and since when.

Each question costs about as much in an archive of a million messages as in a small one: what an index knows
is told exactly, and where messages have to be looked at, only the newest ones are.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple, TypeVar

from watui.models import ChatKey, Kind
from watui.text import Safe

T = TypeVar("T")

LOOKED = 50_000
"""Messages of a chat, the newest of all, that are looked at to count what is in them."""

GROUPS = 200
"""Groups, those last used, in which somebody is looked for."""

IN_EACH = 500
"""Messages of each of them, the newest of all, whose senders are looked at."""

_LINK = "(text LIKE '%http://_%' OR text LIKE '%https://_%' OR text LIKE '%www._%')"
"""As the search understands it."""


class Counted(NamedTuple):
    """How much of a chat is filed; times in ms since 1970."""

    messages: int
    first: int | None
    last: int | None
    starred: int
    kinds: Mapping[Kind, int]
    links: int
    whole: bool
    """Whether the last two are of all messages; else there are at least as many."""


def count(base: sqlite3.Connection, keys: Collection[ChatKey]) -> Counted:
    """Count what is filed of a chat, or of the several that one person has. Raises sqlite3.Error."""
    found = [base.execute("SELECT n FROM chats WHERE device = ? AND jid = ?", key).fetchone() for key in keys]
    chats = [row[0] for row in found if row is not None]
    counts = {chat: _one(base, "SELECT count(*) FROM messages WHERE chat = ?", chat) or 0 for chat in chats}
    kinds: Counter[Kind] = Counter()
    links = 0
    for chat in chats:
        rows = base.execute(
            f"SELECT kind, count(*), sum({_LINK}) FROM (SELECT kind, text FROM messages "  # noqa: S608
            "WHERE chat = ? ORDER BY time DESC, place DESC LIMIT ?) GROUP BY kind",
            (chat, LOOKED),
        ).fetchall()
        for kind, number, linked in rows:
            kinds[Kind(kind)] += number
            links += linked
    starred = _one(
        base,
        "SELECT count(*) FROM messages INDEXED BY messages_starred WHERE instr(facts, '\"starred') > 0 "
        "AND coalesce(json_extract(facts, '$.starred'), json_extract(facts, '$.starred_here')) "
        "AND chat IN (SELECT value FROM json_each(?))",
        json.dumps(chats),
    )
    first = [_one(base, "SELECT min(time) FROM messages WHERE chat = ?", chat) for chat in chats]
    last = [_one(base, "SELECT max(time) FROM messages WHERE chat = ?", chat) for chat in chats]
    return Counted(
        sum(counts.values()),
        min((time for time in first if time is not None), default=None),
        max((time for time in last if time is not None), default=None),
        starred or 0,
        kinds,
        links,
        whole=all(number <= LOOKED for number in counts.values()),
    )


def groups_with(base: sqlite3.Connection, device: Safe, jids: Collection[Safe]) -> list[Safe]:
    """Name the groups in which somebody wrote not long ago, the last used first; there may be more.

    `jids` are all that the person has. Raises sqlite3.Error.
    """
    groups = base.execute(
        "SELECT n, jid FROM chats WHERE device = ? AND jid LIKE '%@g.us' ORDER BY time DESC LIMIT ?",
        (device, GROUPS),
    ).fetchall()
    senders = json.dumps([*jids])
    wrote = (
        "SELECT EXISTS(SELECT 1 FROM (SELECT sender FROM messages WHERE chat = ? "
        "ORDER BY time DESC, place DESC LIMIT ?) WHERE sender IN (SELECT value FROM json_each(?)))"
    )
    return [Safe(jid) for n, jid in groups if base.execute(wrote, (n, IN_EACH, senders)).fetchone()[0]]


def _one(base: sqlite3.Connection, sql: str, value: object) -> int | None:
    number: int | None = base.execute(sql, (value,)).fetchone()[0]
    return number
