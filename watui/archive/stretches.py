"""Stretches of history on their way into the archive: messages between which the gateway has no other."""

import sqlite3
from collections.abc import Collection, Sequence
from itertools import groupby

from watui.archive import filed, gaps
from watui.archive.filed import rank_of
from watui.models import Message, Older, merged
from watui.text import Safe
from watui.timeline import woven


def file(
    base: sqlite3.Connection,
    chat: int,
    page: Sequence[Message],
    older: Older,
    above: Safe | None,
    *,
    keeps_oldest: bool,
    ordered: bool,
) -> list[Message]:
    """File the newest stretch of a chat, or one directly above a message; see `Archive.page`.

    Gives the messages that were not known before. What is between it and what is known stays a gap.
    """
    edge, known = base.execute(
        "SELECT edge, EXISTS(SELECT 1 FROM messages WHERE chat = chats.n) FROM chats WHERE n = ?", (chat,)
    ).fetchone()
    if not page:
        _note_end(base, chat, older, above)
        return []
    before: set[Safe] = set()
    if older is not Older.NONE and not keeps_oldest:
        before = _before(base, chat, page, edge if above is None else above, including=above is None)
    new = _merge(base, chat, page, before, ordered=ordered)
    first, last = _ends(base, chat, page, above)
    if above is None:
        if known:
            gaps.open_up_to(base, chat, edge, first)
        if not _is_before(base, chat, last, edge):  # what came meanwhile, unbroken, is no less sure now
            base.execute("UPDATE chats SET edge = ? WHERE n = ?", (last, chat))
    base.execute(
        "UPDATE chats SET time = max(time, ?) WHERE n = ?", (max(message.time for message in page), chat)
    )
    gaps.bridge(base, chat, first, last)
    _note_end(base, chat, older, first)
    return new


def _ends(
    base: sqlite3.Connection, chat: int, page: Sequence[Message], above: Safe | None
) -> tuple[Safe, Safe]:
    """Name the first and the last message of a stretch, and of the one above which it lies, as filed."""
    times = [message.time for message in page]
    ends = {min(times), max(times)}
    ids = [message.id for message in page if message.time in ends]
    ids += [above] if above is not None else []
    ranked = sorted((rank, id_) for id_ in ids if (rank := rank_of(base, chat, id_)) is not None)
    return ranked[0][1], ranked[-1][1]


def _is_before(base: sqlite3.Connection, chat: int, one: str, other: str | None) -> bool:
    first, second = rank_of(base, chat, one), rank_of(base, chat, other)
    return first is not None and second is not None and first < second


def _before(
    base: sqlite3.Connection, chat: int, page: Sequence[Message], border: str | None, *, including: bool
) -> set[Safe]:
    """Name what is known of a stretch's first second up to a border: it lies before what is not known."""
    end = rank_of(base, chat, border)
    time = min(message.time for message in page)
    if end is None:
        return set()
    found = base.execute(
        "SELECT id FROM messages WHERE chat = ? AND time = ? AND (time, place) < (?, ?)",
        (chat, time, end.time, end.place + including),
    )
    return {Safe(id_) for (id_,) in found}


def _merge(
    base: sqlite3.Connection, chat: int, page: Sequence[Message], before: Collection[Safe], *, ordered: bool
) -> list[Message]:
    """File messages in the gateway's order, as far as it tells it."""
    new: list[Message] = []
    times: dict[Safe, int] = {}
    placed: set[Safe] = set()
    for message in page:
        time = message.time
        if filed.insert(base, chat, message):
            new.append(message)
        elif (found := filed.find(base, chat, message.id)) is not None:
            n, known = found
            both = merged(known, message)
            filed.update(base, n, known, both)
            time = both.time
            if known.time == time and message.id not in times:
                placed.add(message.id)
        times[message.id] = time
    for time, group in groupby(sorted(times, key=times.__getitem__), times.__getitem__):
        together = [*group]
        stand = base.execute(
            "SELECT id, place FROM messages WHERE chat = ? AND time = ? ORDER BY place", (chat, time)
        ).fetchall()
        places = {Safe(id_): place for id_, place in stand}
        known_ids = [id_ for id_ in places if id_ in placed or id_ not in times]
        for place, id_ in enumerate(woven(known_ids, together, before, ordered=ordered)):
            if places[id_] != place:
                base.execute("UPDATE messages SET place = ? WHERE chat = ? AND id = ?", (place, chat, id_))
    return new


def _note_end(base: sqlite3.Connection, chat: int, older: Older, first: Safe | None) -> None:
    """Note what lies above the first message that is filed, if it is this one."""
    oldest = filed.oldest(base, chat)
    if oldest is None:
        return  # what is written into an empty chat may be missed
    if oldest == first:
        base.execute("UPDATE chats SET older = ? WHERE n = ?", (older.value, chat))
    elif older is Older.NONE and first is not None:
        # What is not there any more was deleted, or belongs to a link before this one: nobody can tell.
        for gap in gaps.of_chat(base, chat):
            if gap.below == first or _is_before(base, chat, gap.below, first):
                gaps.give_up(base, gap)
