"""Messages as rows of the archive: where one stands, filing it, bringing it together with another copy."""

import sqlite3
from typing import NamedTuple

from watui.archive.shapes import COLUMNS, columns_of, message_of
from watui.models import Message, merged
from watui.text import Safe

_INSERT = f"""
INSERT INTO messages(chat, place, {COLUMNS})
VALUES (?, coalesce((SELECT max(place) + 1 FROM messages WHERE chat = ? AND time = ?), 0), ?,?,?,?,?,?,?,?,?)
ON CONFLICT(chat, id) DO NOTHING
"""  # noqa: S608 - names of our own

_UPDATE = """
UPDATE messages SET id = ?, time = ?, own = ?, kind = ?, sender = ?, ack = ?, text = ?, file = ?, facts = ?
WHERE n = ?
"""

_MOVE = """
UPDATE messages SET place = coalesce((SELECT max(place) + 1 FROM messages WHERE chat = ? AND time = ?), 0)
WHERE n = ?
"""


class Rank(NamedTuple):
    """Where a message stands in its chat."""

    time: int
    place: int


def rank_of(base: sqlite3.Connection, chat: int, message_id: str | None) -> Rank | None:
    """Tell where a message stands; `None` if it is not filed."""
    row = base.execute(
        "SELECT time, place FROM messages WHERE chat = ? AND id = ?", (chat, message_id)
    ).fetchone()
    return None if row is None else Rank(*row)


def oldest(base: sqlite3.Connection, chat: int | None) -> Safe | None:
    """Name the first message of a chat that is filed."""
    row = base.execute(
        "SELECT id FROM messages WHERE chat = ? ORDER BY time, place LIMIT 1", (chat,)
    ).fetchone()
    return None if row is None else Safe(row[0])


def insert(base: sqlite3.Connection, chat: int, message: Message) -> bool:
    """File a message behind those of its time; False if its id is filed already."""
    cursor = base.execute(_INSERT, (chat, chat, message.time, *columns_of(message)))
    return bool(cursor.rowcount)


def empty(base: sqlite3.Connection, chat: int, *, deleted: bool) -> None:
    """Drop all messages of a chat, and with `deleted` what is known of it."""
    base.execute("DELETE FROM messages WHERE chat = ?", (chat,))
    base.execute("DELETE FROM gaps WHERE chat = ?", (chat,))
    base.execute(
        "UPDATE chats SET older = 'none', edge = NULL, read_to = NULL, "
        "facts = CASE WHEN ?1 THEN NULL ELSE json_remove(facts, '$.last', '$.unread', '$.mentioned') END, "
        "listed = listed AND NOT ?1 WHERE n = ?2",
        (deleted, chat),
    )


def find(base: sqlite3.Connection, chat: int, message_id: Safe) -> tuple[int, Message] | None:
    """Give a message that is filed, without its chat's name, and the number of its row."""
    row = base.execute(
        f"SELECT n, {COLUMNS} FROM messages WHERE chat = ? AND id = ?",  # noqa: S608
        (chat, message_id),
    ).fetchone()
    return None if row is None else (row[0], message_of(row[1:], Safe("")))


def update(base: sqlite3.Connection, n: int, known: Message, message: Message) -> None:
    """Put another version of a message in its row, if it is another one."""
    before, now = columns_of(known), columns_of(message)
    if before != now:
        base.execute(_UPDATE, (*now, n))


def bring_together(base: sqlite3.Connection, chat: int, message: Message) -> None:
    """Bring a message together with the copy that is filed; one of another time stands behind those there."""
    found = find(base, chat, message.id)
    if found is not None:
        n, known = found
        both = merged(known, message)
        if both.time != known.time:
            base.execute(_MOVE, (chat, both.time, n))
        update(base, n, known, both)
