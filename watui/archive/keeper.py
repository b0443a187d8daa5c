"""The archive as the workers use it: what cannot be written is said, kept for a while and tried again.

Nobody who asks it has to know of SQLite. It belongs to the network thread from the moment that one runs.
"""

import contextlib
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from watui import events as ev
from watui.archive import recall, schema
from watui.archive.archive import Archive
from watui.archive.gaps import Gap
from watui.archive.outbox import Letter, Outbox, State
from watui.archive.shapes import device_of
from watui.models import Chat, ChatKey, Device, Dress, Kept, Message, Older
from watui.text import Safe, one_line

if TYPE_CHECKING:
    from watui.archive.search import Searching

OPENED = "opened"
"""The note of the chat that was open last."""

OWED = 10_000
"""Writes that are kept for when there is room again; beyond that the gateway is asked anew."""

RETRY = 2.0
"""Seconds between tries to write to an archive that could not be written."""

PRUNED = 2000
"""Messages that are dropped at a time, so that nothing waits long for it."""

PRUNE_EVERY = 3600.0
"""Seconds between looks for messages that have become too old."""

DAY = 86_400.0

REASONS = {
    "SQLITE_FULL": "the disk is full: new messages are not kept and nothing can be sent. Make room",
    "SQLITE_READONLY": "the archive may only be read: new messages are not kept and nothing can be sent",
    "SQLITE_BUSY": "another program holds the archive: new messages are not kept until it lets go",
    "SQLITE_LOCKED": "another program holds the archive: new messages are not kept until it lets go",
}

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Keeper:
    """Files what happens and reads it again, whatever the disk does."""

    def __init__(self, path: Path | None = None, lock: schema.Lock | None = None) -> None:
        """Open the file, or a place in memory. Raises ArchiveError, OSError or sqlite3.Error."""
        self._path = path
        self._lock = lock
        self._base = schema.connect(path)
        self._archive, self._outbox = Archive(self._base), Outbox(self._base)
        self._since: deque[Callable[[], object]] = deque()
        self._retry_at: float | None = None
        self._overflowed = False
        self._searchings: list[Searching] = []
        self._closed = False
        self._days: int | None = None
        self._prune_at = 0.0
        self.words = Safe("")
        """What is wrong with the archive, and what to do about it."""
        self.on_trouble: Callable[[Safe], object] = lambda words: None
        """Called when `words` change."""
        self.on_loss: Callable[[], object] = lambda: None
        """Called when what was not filed has to be asked for again."""
        self.doubtful = path is not None and self._begin_run()
        """Whether the last run did not come to its end, so that the file may be damaged."""

    @classmethod
    def at(cls, directory: Path) -> "Keeper":
        """Use the archive of a directory, a new one if the old is broken.

        Raises Busy if another watui uses it, ArchiveError or OSError if it cannot be used at all.
        """
        lock = schema.Lock(directory)
        path = directory / schema.FILE
        try:
            try:
                if schema.is_for_one_run(path):  # which did not come to its end
                    schema.start_afresh(path)
                return cls(path, lock)
            except sqlite3.DatabaseError as error:
                if not schema.is_damage(error):
                    raise schema.ArchiveError(_words(error)) from None
                aside = schema.set_aside(path)
                keeper = cls(path, lock)
                keeper.words = _rebuilt(aside)
                return keeper
        except BaseException:
            lock.close()
            raise

    @property
    def directory(self) -> Path | None:
        """Where it is; `None` if it is in memory."""
        return self._path.parent if self._path is not None else None

    @property
    def durable(self) -> bool:
        """Whether anything of it is there after a restart."""
        return self._path is not None

    def _begin_run(self) -> bool:
        clean = self.note("clean")
        with contextlib.suppress(sqlite3.Error):
            self._put_note("clean", "no")
        return clean == "no"

    def close(self) -> None:
        """Make sure of everything and let go of the file; nothing more happens if that was done."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(sqlite3.Error):
            self.commit()
            if self._path is not None and self._retry_at is None:
                self._put_note("clean", "yes")
                self._base.execute("PRAGMA optimize")
        for searching in self._searchings:  # over this very connection, perhaps, and on another thread
            searching.close()
        self._base.close()
        if self._path is not None and self._days == 0:
            with contextlib.suppress(OSError, sqlite3.Error):
                schema.start_afresh(self._path)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # Writing.

    def take(self, device: Safe, event: ev.Event) -> ev.Event:
        """File what happened; gives the event, which says after `commit` whether a message was known."""
        return self._write(lambda: self._archive.take(device, event), event)

    def page(
        self,
        key: ChatKey,
        page: Sequence[Message],
        older: Older,
        above: Safe | None = None,
        *,
        keeps_oldest: bool = False,
        ordered: bool = True,
    ) -> list[Message] | None:
        """File a stretch of history: the newest, or one directly above a message; see `Page`.

        Gives what of it is new; `None` if it could not be filed: then nothing is known of holes around it.
        """
        nothing: list[Message] | None = None
        return self._write(
            lambda: self._archive.page(key, page, older, above, keeps_oldest=keeps_oldest, ordered=ordered),
            nothing,
        )

    def trust(self, key: ChatKey, message: Message) -> None:
        """Note that nothing is missing up to a message that came over an unbroken connection."""
        self._write(lambda: self._archive.trust(key, message), None)

    def was_read(self, key: ChatKey, message_id: Safe) -> None:
        """Note that pages were read without a hole up to a message."""
        self._write(lambda: self._archive.was_read(key, message_id), None)

    def looked(self, key: ChatKey) -> None:
        """Note that the newest page of a chat was read just now."""
        self._write(lambda: self._archive.looked(key, int(time.time())), None)

    def give_up(self, gap: Gap) -> None:
        """Note that the gateway cannot give what is missing there."""
        self._write(lambda: self._archive.give_up(gap), None)

    def commit(self) -> None:
        """Make sure of what was written, and try again what could not be."""
        if self._retry_at is not None:
            if time.monotonic() < self._retry_at:
                return
            self._retry_at = None
            try:
                for work in [*self._since]:
                    work()
                self._archive.commit()
            except sqlite3.Error as error:
                self._fail(error)
                return
            self._since.clear()
            self._overflowed = False
            self._say(Safe(""))
            self.on_loss()  # what was asked meanwhile was shown, but nobody looked for holes around it
            return
        try:
            self._archive.commit()
            self._since.clear()
        except sqlite3.Error as error:
            self._fail(error)

    def retain(self, days: int | None) -> None:
        """Keep messages for so many days from now on, or with 0 no longer than this run; `None`: for ever.

        What is older goes at once, and in time while watui runs.
        """
        self._days = days
        self._prune_at = 0.0
        self.leave_note(schema.FOR_ONE_RUN, "yes" if days == 0 else "no")
        self.commit()

    def prune(self) -> None:
        """Drop a lot of what is too old; the rest is for the next call."""
        if not self._days or time.monotonic() < self._prune_at:
            return
        before = int((time.time() - self._days * DAY) * 1000)
        if not self._write(lambda: self._archive.prune(before, PRUNED), 0):
            self._prune_at = time.monotonic() + PRUNE_EVERY
        self.commit()

    # The outbox.

    def letters(self, device: Safe) -> list[Letter]:
        """List what a device is to send, in the order in which it was written."""
        return self._read(lambda: list(self._outbox.letters(device)), [])

    def put(self, letter: Letter) -> bool:
        """Write down a text that is to be sent, or how far it has come; False if that cannot be done."""
        try:
            self._archive.commit()
            self._outbox.put(letter)
        except sqlite3.Error as error:
            self._fail(error)
            return False
        if self._retry_at is None:
            self._since.clear()  # it is all in the same transaction
        return True

    def write_down(self, letter: Letter) -> None:
        """Write down a text that is to be sent; if not even that can be done, it counts as failed.

        It must not be tried then: nobody would know afterwards whether it was sent.
        """
        letter.written = self.put(letter)
        if not letter.written:
            letter.state = State.FAILED
            letter.error = one_line(f"not sent: {self.words}", limit=200)

    def sent(self, letter: Letter, message: Message) -> None:
        """File the message that a text has become, and forget the text."""
        key = ChatKey(letter.device, letter.chat)

        def both() -> None:
            self._archive.begin()
            self._archive.put(key, message)
            self._outbox.remove(letter.id)

        self._write(both, None)

    def discard(self, letter_id: Safe) -> bool:
        """Forget a text that is not wanted any more; False if that cannot be done now."""
        try:
            self._archive.commit()
            self._outbox.remove(letter_id)
        except sqlite3.Error as error:
            self._fail(error)
            return False
        return True

    # Reading.

    def recall(self) -> Iterable[tuple[Safe, list[ev.Event]]]:
        """Tell what is known of each device, but for messages."""
        return self._read(lambda: list(recall.recall(self._base)), [])

    def thread(self, key: ChatKey) -> ev.HistoryRead:
        """Tell the newest messages of a chat."""
        nothing = ev.HistoryRead(key.jid, [], Older.UNKNOWN, newest=True)
        return self._read(lambda: recall.thread(self._archive, key), nothing)

    def above(self, key: ChatKey, message_id: Safe, count: int) -> tuple[list[Message], Older]:
        """Read the messages directly above one, with the gaps among them, and what lies above those."""
        nothing: tuple[list[Message], Older] = ([], Older.UNKNOWN)
        return self._read(lambda: self._archive.above(key, message_id, count), nothing)

    def stretch(self, key: ChatKey, page: Sequence[Message]) -> list[Message]:
        """Give the messages from the first to the last of a page as they are filed, with what it lacked."""
        return self._read(lambda: self._archive.stretch(key, page), [*page])

    def between(self, key: ChatKey, first: Safe, last: Safe) -> int:
        """Count the messages from one to another."""
        return self._read(lambda: self._archive.between(key, first, last), 0)

    def older(self, key: ChatKey, first: Safe, said: Older) -> Older:
        """Tell what lies above a message, of which the gateway has `said` something."""
        found = self._read(lambda: self._archive.older(key, first), said)
        return said if found is Older.UNKNOWN else found

    def gaps(self, key: ChatKey) -> list[Gap]:
        """List the holes of a chat, the newest first."""
        return self._read(lambda: self._archive.gaps(key), [])

    def shown_gaps(self, key: ChatKey) -> list[Message]:
        """Give the holes of a chat as they stand among its messages."""
        return self._read(lambda: [*self._archive.shown_gaps(key).values()], [])

    def holds(self, key: ChatKey, message_id: Safe) -> bool:
        """Whether a message of a chat is filed."""
        return self._read(lambda: self._archive.holds(key, message_id), False)

    def newest_time(self, device: Safe, chat: Safe) -> int:
        """Give the time of the last message that is known of a chat, in ms since 1970; 0 for none."""
        find = "SELECT time FROM chats WHERE device = ? AND jid = ?"
        nothing: tuple[int] | None = None
        row = self._read(lambda: self._base.execute(find, (device, chat)).fetchone(), nothing)
        return row[0] if row is not None else 0

    def oldest(self, key: ChatKey) -> Safe | None:
        """Name the first message of a chat that is filed."""
        nothing: Safe | None = None
        return self._read(lambda: self._archive.oldest(key), nothing)

    def own(self, key: ChatKey, text: str, since: int = 0) -> list[Message]:
        """Give the own messages of a chat that have one text, in order, from a time in ms since 1970 on."""
        return self._read(lambda: self._archive.own(key, text, since), [])

    def behind(self, device: Safe, chats: Iterable[Chat], *, own_told: bool) -> list[Safe]:
        """List the known chats of which something may have been missed, the longest unread first.

        `own_told`: whether sockets tell what its owner writes too.
        """
        return self._read(lambda: self._archive.stale(device, chats, own_told=own_told), [])

    def reaches(self, key: ChatKey, message_id: Safe) -> bool:
        """Whether a page that begins with a message leaves nothing out behind what was read before."""
        return self._read(lambda: self._archive.reaches(key, message_id), True)

    def never_read(self, chats: Iterable[Chat]) -> list[Safe]:
        """List the chats of which no message was ever read, the newest first."""
        return self._read(lambda: self._archive.unknown(chats), [])

    def kept(self) -> dict[ChatKey, Kept]:
        """Give what only watui knows of chats."""
        nothing: dict[ChatKey, Kept] = {}
        return self._read(lambda: recall.kept(self._base), nothing)

    def dress(self, device: Safe) -> Dress | None:
        """Give what the person set for a device."""
        nothing: dict[Safe, Dress] = {}
        return self._read(lambda: recall.dresses(self._base), nothing).get(device)

    def device(self, device: Safe) -> Device | None:
        """Give what is known of a device."""
        nothing: tuple[str] | None = None
        find = "SELECT facts FROM devices WHERE id = ?"
        row = self._read(lambda: self._base.execute(find, (device,)).fetchone(), nothing)
        return device_of(device, row[0]) if row is not None else None

    def devices(self) -> set[Safe]:
        """Name the devices that are known."""
        rows: list[tuple[str]] = []
        rows = self._read(lambda: self._base.execute("SELECT id FROM devices").fetchall(), rows)
        return {Safe(id_) for (id_,) in rows}

    def note(self, name: str) -> str | None:
        """Read a note that was left."""
        nothing: tuple[str] | None = None
        find = "SELECT value FROM notes WHERE key = ?"
        row = self._read(lambda: self._base.execute(find, (name,)).fetchone(), nothing)
        return row[0] if row is not None else None

    def leave_note(self, name: str, value: str) -> None:
        """Leave a note for the next run."""
        self._write(lambda: self._put_note(name, value), None)

    def _put_note(self, name: str, value: str) -> None:
        self._base.execute(
            "INSERT INTO notes(key, value) VALUES (?, ?) "
            "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def searching(self) -> "Searching":
        """Give what looks for messages, over a connection of its own; for a thread of its own."""
        from watui.archive.search import Searching  # noqa: PLC0415 - when somebody searches

        searching = Searching(self._base if self._path is None else self._path)
        self._searchings.append(searching)
        return searching

    # Trouble.

    def is_sound(self) -> bool:
        """Look through the whole file for damage; for a thread of its own."""
        return self._path is None or schema.is_sound(self._path)

    def rebuild(self) -> None:
        """Begin a new file in the place of a broken one; the gateway is asked for everything again."""
        if self._path is None:
            return
        self._base.close()
        try:
            aside = schema.set_aside(self._path)
            self._base = schema.connect(self._path)
        except (OSError, sqlite3.Error) as error:
            _log.exception("the archive cannot be built anew")
            self._base = schema.connect(None)
            self._path = None
            self._say(one_line(f"the archive is broken, and no new one can be made: {error}", limit=200))
        else:
            self._say(_rebuilt(aside))
        self._archive, self._outbox = Archive(self._base), Outbox(self._base)
        self._since.clear()
        self._retry_at = None
        self.on_loss()

    def _write(self, work: Callable[[], T], otherwise: T) -> T:
        self._owe(work)
        if self._retry_at is not None:
            return otherwise
        try:
            return work()
        except sqlite3.Error as error:
            self._fail(error)
            return otherwise

    def _owe(self, work: Callable[[], object]) -> None:
        """Remember a write until it is sure; too many of them are worth nothing without each other."""
        if len(self._since) >= OWED and self._retry_at is not None:
            self._since.clear()
            self._overflowed = True
        if not self._overflowed:
            self._since.append(work)

    def _read(self, work: Callable[[], T], otherwise: T) -> T:
        try:
            return work()
        except sqlite3.Error as error:
            self._fail(error)
            return otherwise

    def _fail(self, error: sqlite3.Error) -> None:
        _log.error("the archive: %s (%s)", error, getattr(error, "sqlite_errorname", ""))
        if schema.is_damage(error):
            self.rebuild()
            return
        with contextlib.suppress(sqlite3.Error):
            self._archive.rollback()
        self._retry_at = time.monotonic() + RETRY
        self._say(_words(error))

    def _say(self, words: Safe) -> None:
        if words != self.words:
            self.words = words
            self.on_trouble(words)


def _words(error: sqlite3.Error) -> Safe:
    name = str(getattr(error, "sqlite_errorname", ""))
    for each, words in REASONS.items():
        if name == each or name.startswith(f"{each}_"):
            return Safe(words)
    return one_line(
        f"the archive cannot be used ({error}): new messages are not kept, nothing can be sent", limit=200
    )


def _rebuilt(aside: Path) -> Safe:
    return one_line(
        f"the archive was damaged; it is kept as {aside.name}, and a new one is read from the gateway",
        limit=200,
    )
