"""Where something is missing in a chat: holes between messages that are filed.

Whatever is read is a stretch without holes. What lies between it and what was sure before is a gap until it
is read too, or until the gateway says that it cannot be.
"""

import sqlite3
from itertools import pairwise
from typing import NamedTuple

from watui.archive.filed import rank_of
from watui.models import LOCAL_PREFIX, Kind, Message, Missing
from watui.text import Safe

PREFIX = LOCAL_PREFIX + "gap:"
"""How the ids begin under which gaps stand among the messages."""


class Gap(NamedTuple):
    """A hole: the messages on both sides of it, and whether the gateway cannot give what is missing."""

    n: int
    above: Safe
    below: Safe
    final: bool


def of_chat(base: sqlite3.Connection, chat: int) -> list[Gap]:
    """List the gaps of a chat."""
    rows = base.execute("SELECT n, above, below, final FROM gaps WHERE chat = ?", (chat,))
    return [Gap(n, Safe(above), Safe(below), bool(final)) for n, above, below, final in rows]


def open_up_to(base: sqlite3.Connection, chat: int, edge: str | None, first: Safe) -> None:
    """Note that something may be missing behind the last message that was sure, up to a new page.

    Between them may stand messages that came alone, each with a hole on both sides.
    """
    low, high = rank_of(base, chat, edge), rank_of(base, chat, first)
    if edge is None or low is None or high is None or low >= high:
        return
    between = base.execute(
        "SELECT id FROM messages WHERE chat = ? AND (time, place) > (?, ?) AND (time, place) < (?, ?) "
        "ORDER BY time, place",
        (chat, *low, *high),
    ).fetchall()
    for above, below in pairwise([edge, *(id_ for (id_,) in between), first]):
        base.execute("INSERT INTO gaps(chat, above, below) VALUES (?, ?, ?)", (chat, above, below))


def bridge(base: sqlite3.Connection, chat: int, first: str, last: str) -> None:
    """Take out of the gaps of a chat what a stretch from one message to another fills."""
    low, high = rank_of(base, chat, first), rank_of(base, chat, last)
    if low is None or high is None:
        return
    for gap in of_chat(base, chat):
        above, below = rank_of(base, chat, gap.above), rank_of(base, chat, gap.below)
        if above is None or below is None or above >= below:  # their second was told in another order since
            base.execute("DELETE FROM gaps WHERE n = ?", (gap.n,))
        elif below <= low or above >= high:
            continue
        elif above >= low and below <= high:
            base.execute("DELETE FROM gaps WHERE n = ?", (gap.n,))
        elif above >= low:
            base.execute("UPDATE gaps SET above = ? WHERE n = ?", (last, gap.n))
        else:
            base.execute("UPDATE gaps SET below = ? WHERE n = ?", (first, gap.n))
            if below > high:
                base.execute(
                    "INSERT INTO gaps(chat, above, below, final) VALUES (?, ?, ?, ?)",
                    (chat, last, gap.below, gap.final),
                )


def drop_lost(base: sqlite3.Connection, chat: int) -> None:
    """Drop the gaps of which a side is no longer filed."""
    for gap in of_chat(base, chat):
        if rank_of(base, chat, gap.above) is None or rank_of(base, chat, gap.below) is None:
            base.execute("DELETE FROM gaps WHERE n = ?", (gap.n,))


def give_up(base: sqlite3.Connection, gap: Gap) -> None:
    """Note that the gateway cannot give what is missing there."""
    base.execute("UPDATE gaps SET final = 1 WHERE n = ?", (gap.n,))


def shown(base: sqlite3.Connection, chat: int, jid: Safe) -> dict[Safe, Message]:
    """Give the gaps of a chat as they stand among its messages, by their ids."""
    messages: dict[Safe, Message] = {}
    for gap in of_chat(base, chat):
        above, below = rank_of(base, chat, gap.above), rank_of(base, chat, gap.below)
        if above is not None and below is not None:
            id_ = Safe(f"{PREFIX}{gap.n}")
            messages[id_] = Message(
                id_,
                jid,
                above.time + 1,  # times are whole seconds (contract 2.6): behind all of that one
                own=False,
                kind=Kind.MISSING,
                missing=Missing(below.time, gap.final),
            )
    return messages
