"""What is to be sent: written down before anything is tried, and kept until it is known what became of it."""

import json
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from watui.archive.shapes import enclosed_in, enclosed_of
from watui.bodies import Body
from watui.models import Ack, Message
from watui.text import Safe


class State(StrEnum):
    """How far a text has come."""

    QUEUED = "queued"
    SENDING = "sending"
    """It was handed to the gateway, whose answer is not known."""
    UNKNOWN = "unknown"
    """Nobody can tell whether it was sent; the person has to choose."""
    FAILED = "failed"
    """It was not sent, and will not be by itself."""


ACKS = {State.FAILED: Ack.FAILED, State.UNKNOWN: Ack.UNKNOWN}


@dataclass(slots=True)
class Letter:
    """A message on its way out."""

    id: Safe
    device: Safe
    chat: Safe
    body: Body
    time: int
    """When it was written, in ms since 1970 by this computer's clock."""
    state: State = State.QUEUED
    error: Safe = Safe("")
    seen: frozenset[str] | None = None
    """The equal own messages that the chat had before it was handed over; `None` if nobody knows."""
    after: int | None = None
    """The time of the newest message that the chat had then, in ms since 1970 by the gateway's clock."""
    written: bool = True
    """Whether it is in the outbox; where it could not be written down it is never sent."""

    @property
    def message(self) -> Message:
        """The message as which it is shown."""
        ack = ACKS.get(self.state, Ack.PENDING)
        return self.body.message(self.id, self.chat, self.time, ack, self.error)


class Outbox:
    """The texts of all devices that no gateway is known to have; each change is sure when it returns."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def put(self, letter: Letter) -> None:
        """Write a text down, or what became of it. Raises sqlite3.Error if that cannot be done."""
        seen = None if letter.seen is None else json.dumps(sorted(letter.seen))
        with self._sure():
            self._base.execute(
                "INSERT INTO outbox(id, device, chat, text, time, state, error, seen, after, enclosed, data) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET "
                "state = excluded.state, error = excluded.error, seen = excluded.seen, "
                "after = excluded.after",
                (
                    letter.id,
                    letter.device,
                    letter.chat,
                    letter.body.text,
                    letter.time,
                    letter.state,
                    letter.error,
                    seen,
                    letter.after,
                    enclosed_in(letter.body),
                    letter.body.file.data if letter.body.file is not None else None,
                ),
            )

    def remove(self, letter_id: Safe) -> None:
        """Forget a text, which was sent or is not wanted any more."""
        with self._sure():
            self._base.execute("DELETE FROM outbox WHERE id = ?", (letter_id,))

    def letters(self, device: Safe | None = None) -> list[Letter]:
        """List the texts of one device or of all, in the order in which they were written."""
        rows = self._base.execute(
            "SELECT id, device, chat, time, state, error, seen, after, text, enclosed, data FROM outbox "
            "WHERE ? IS NULL OR device = ? ORDER BY n",
            (device, device),
        ).fetchall()
        return [_letter(row) for row in rows]

    def _sure(self) -> "_Sure":
        return _Sure(self._base)


def _letter(row: tuple[Any, ...]) -> Letter:
    id_, of, chat, time, state, error, seen, after, *body = row
    ids = None if seen is None else frozenset(json.loads(seen))
    return Letter(
        Safe(id_), Safe(of), Safe(chat), enclosed_of(*body), time, State(state), Safe(error), ids, after
    )


class _Sure:
    """Ends the transaction with whatever else was written in it, safe from a power cut too.

    Otherwise a commit may be in memory only for some seconds, and a text that was sent be queued again.
    """

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def __enter__(self) -> None:
        try:
            if self._base.in_transaction:
                self._base.execute("COMMIT")
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            self.__exit__(type(error))
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._base.execute("COMMIT")
        finally:
            # Also when the end itself fails: what was said not to be written must not be there later.
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")
            self._base.execute("PRAGMA synchronous = NORMAL")
