"""Filing what one device has under another one: because it took its place, or belongs to another account."""

import sqlite3

from watui.text import Safe

_SAME = """
SELECT new.n, old.n FROM chats old JOIN chats new ON new.jid = old.jid AND new.device = ? WHERE old.device = ?
"""


def move(base: sqlite3.Connection, old: Safe, new: Safe) -> None:
    """File everything of the old device under the new one, and bring together the chats that both have.

    The history of such a chat is the old one's; what came meanwhile stands behind it, with whatever may be
    missing between them. What was set for the old one holds.
    """
    for fresh, known in base.execute(_SAME, (new, old)).fetchall():
        _join(base, fresh, known)
    base.execute("UPDATE chats SET device = ? WHERE device = ?", (new, old))
    base.execute("UPDATE OR IGNORE contacts SET device = ? WHERE device = ?", (new, old))
    base.execute("DELETE FROM contacts WHERE device = ?", (old,))
    base.execute("UPDATE OR REPLACE kept SET device = ? WHERE device = ?", (new, old))
    base.execute("UPDATE outbox SET device = ? WHERE device = ?", (new, old))


def _join(base: sqlite3.Connection, fresh: int, known: int) -> None:
    """Move the messages of a chat that has just begun to the one that was known before."""
    place = (
        "place = coalesce((SELECT max(place) + 1 FROM messages m "
        "WHERE m.chat = ?1 AND m.time = messages.time), place)"
    )
    for (n,) in base.execute(
        "SELECT n FROM messages WHERE chat = ?2 AND id NOT IN (SELECT id FROM messages WHERE chat = ?1) "
        "ORDER BY time, place",
        (known, fresh),
    ).fetchall():
        base.execute(f"UPDATE messages SET chat = ?1, {place} WHERE n = ?2", (known, n))  # noqa: S608 - ours
    base.execute("UPDATE gaps SET chat = ? WHERE chat = ?", (known, fresh))
    base.execute(
        "UPDATE chats SET time = max(chats.time, new.time), facts = coalesce(new.facts, chats.facts), "
        "listed = max(chats.listed, new.listed) FROM (SELECT time, facts, listed FROM chats WHERE n = ?) new "
        "WHERE n = ?",
        (fresh, known),
    )
    base.execute("DELETE FROM chats WHERE n = ?", (fresh,))
