"""What a gateway has beside what watui has: nothing lost, nothing doubled, in order, every hole marked.

The truth comes from the embedded gateway, which remembers everything. What watui holds comes from its store
or, where it ran as a process that is gone, from its archive.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from watui.models import Ack, Kind, Message, Older
from watui.store import Store

HIDDEN = frozenset({"call_log", "gp2", "e2e_notification"})
"""Types of messages that no history of a gateway with quirks shows, so that they cannot be missing."""


class Mark(StrEnum):
    """What a row of a thread is."""

    MESSAGE = "message"
    GAP = "gap"
    """A line that says that messages are missing."""
    WAITING = "waiting"
    UNKNOWN = "unknown"
    """Shown as sent perhaps."""
    FAILED = "failed"


@dataclass(slots=True, frozen=True)
class Row:
    """One line of a thread as watui has it."""

    id: str
    text: str = ""
    own: bool = False
    mark: Mark = Mark.MESSAGE


@dataclass(slots=True)
class Held:
    """A thread as watui has it."""

    rows: list[Row] = field(default_factory=list)
    older: str = Older.UNKNOWN.value


@dataclass(slots=True, frozen=True)
class Entry:
    """One message as the gateway has it."""

    id: str
    text: str = ""
    own: bool = False
    hidden: bool = False


@dataclass(slots=True, frozen=True)
class Asked:
    """A text that the person sent; `sure` once watui has said that it took it."""

    chat: str
    text: str
    sure: bool = True


Threads = Mapping[str, Held]
"""By chat."""

Truth = Mapping[str, Sequence[Entry]]


@dataclass(slots=True)
class Verdict:
    """All that is wrong, each in words, and what is right but worth counting."""

    lost: list[str] = field(default_factory=list)
    """Messages that the gateway has, watui has not, and no line says so."""
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    holes: list[str] = field(default_factory=list)
    """Places where neighbours of a thread are none in truth, and no line says so."""
    invented: list[str] = field(default_factory=list)
    """Messages that the gateway never had, and lines for holes in which nothing is missing."""
    unsent: list[str] = field(default_factory=list)
    """Texts that were neither sent nor shown as anything else."""
    resent: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    """Texts shown as failed that were sent."""
    messages: int = 0
    missing: int = 0
    """Messages that are missing and marked."""
    gaps: int = 0
    above: int = 0
    """Messages above the first of their thread, which nobody scrolled to yet."""
    asked: int = 0
    sent: int = 0
    states: Counter[str] = field(default_factory=Counter)
    """How the texts that were not sent, or are not known to be, are shown."""

    WRONG = ("lost", "doubled", "disordered", "holes", "invented", "unsent", "resent", "untrue")

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not any(getattr(self, name) for name in self.WRONG)

    def counts(self) -> dict[str, int]:
        """Give the number of each wrong, and of what is worth counting."""
        wrong = {name: len(getattr(self, name)) for name in self.WRONG}
        right = {
            name: getattr(self, name) for name in ("messages", "missing", "gaps", "above", "asked", "sent")
        }
        return wrong | right | dict(self.states)

    def __str__(self) -> str:
        found = [f"{len(wrongs)} {name}" for name in self.WRONG if (wrongs := getattr(self, name))]
        return ", ".join(found) or "all there"

    def examples(self, count: int = 3) -> str:
        """Quote some of each wrong, one a line."""
        return "\n".join(f"{name}: {words}" for name in self.WRONG for words in getattr(self, name)[:count])


def judge(
    truth: Truth,
    threads: Threads,
    asked: Iterable[Asked] = (),
    sends: Iterable[str] = (),
    *,
    least: int = 0,
) -> Verdict:
    """Compare; `sends` are the texts that WhatsApp got. Texts that are asked for have to be all different.

    `least`: how many messages each thread must have, if there are as many.
    """
    verdict = Verdict()
    for chat, entries in truth.items():
        held = threads.get(chat, Held())
        _judge_thread(chat, entries, held, verdict)
        few = min(least, sum(not entry.hidden for entry in entries))
        if sum(row.mark is Mark.MESSAGE for row in held.rows) < few:
            verdict.lost.append(f"{chat}: fewer than {few} are there")
    _judge_sends(truth, threads, list(asked), Counter(sends), verdict)
    return verdict


def _judge_thread(chat: str, entries: Sequence[Entry], held: Held, verdict: Verdict) -> None:
    place = {entry.id: index for index, entry in enumerate(entries)}
    known = [row for row in held.rows if row.mark is Mark.MESSAGE]
    ids = {row.id for row in known}
    counted = Counter(row.id for row in known)
    verdict.messages += len(known)
    verdict.doubled += [f"{chat}: {id_} stands {n} times" for id_, n in counted.items() if n > 1]
    verdict.invented += [f"{chat}: {id_}" for id_ in counted if id_ not in place]

    def absent(after: int, before: int) -> list[str]:
        return [entry.id for entry in entries[after + 1 : before] if entry.id not in ids and not entry.hidden]

    steps = list(_steps(held.rows, place))
    if not steps:
        verdict.above += len(entries)
        return
    above = absent(-1, steps[0][2])
    if held.older == Older.NONE.value and above:
        verdict.lost += [f"{chat}: {id_}, and nothing is said to be above" for id_ in above]
    else:
        verdict.above += len(above)
    for gap, before, after in steps[1:]:
        gone = absent(before, after)
        verdict.gaps += gap
        if after < before:
            verdict.disordered.append(f"{chat}: {entries[after].id} behind {entries[before].id}")
        elif gone and gap:
            verdict.missing += len(gone)
        elif gone:
            verdict.holes.append(f"{chat}: {len(gone)} between {entries[before].id} and {entries[after].id}")
            verdict.lost += [f"{chat}: {id_}, in a hole" for id_ in gone]
        elif gap and after == before + 1 and not entries[before].hidden:
            verdict.invented.append(f"{chat}: a gap behind {entries[before].id}, where nothing is missing")
    last = max(after for _, _, after in steps)
    verdict.lost += [f"{chat}: {id_}, at the end" for id_ in absent(last, len(entries))]


def _steps(rows: Sequence[Row], place: Mapping[str, int]) -> Iterator[tuple[bool, int, int]]:
    """Give for each message whether a gap is before it, and where the one before and it are in truth."""
    before, gap = -1, False
    for row in rows:
        if row.mark is Mark.GAP:
            gap = True
        elif row.mark is Mark.MESSAGE and row.id in place:
            yield gap, before, place[row.id]
            before, gap = place[row.id], False


def _judge_sends(
    truth: Truth, threads: Threads, asked: Sequence[Asked], sends: Counter[str], verdict: Verdict
) -> None:
    verdict.asked = len(asked)
    for each in asked:
        rows = [row for row in threads.get(each.chat, Held()).rows if row.own and row.text == each.text]
        local = [row.mark for row in rows if row.mark is not Mark.MESSAGE]
        real = len(rows) - len(local)
        count = sends[each.text]
        verdict.sent += bool(count)
        verdict.states.update(mark.value for mark in local)
        words = f"{each.chat}: {each.text!r}"
        if count > 1:
            verdict.resent.append(f"{words} was sent {count} times")
        if not count and not local and each.sure:
            verdict.unsent.append(words)
        if count and Mark.FAILED in local:
            verdict.untrue.append(words)
        if len(local) > 1 or (local and real):
            verdict.doubled.append(f"{words} is shown {len(rows)} times, as {', '.join(local)} too")


# Where threads come from.

_MARKS = {Ack.FAILED: Mark.FAILED, Ack.UNKNOWN: Mark.UNKNOWN}


def of_store(store: Store, device: str) -> dict[str, Held]:
    """Read what is on screen, or would be if the chat were opened."""
    return {
        key.jid: Held([_row(message) for message in thread.timeline], thread.older.value)
        for key, thread in store.threads.items()
        if key.device == device
    }


def _row(message: Message) -> Row:
    mark = Mark.MESSAGE
    if message.kind is Kind.MISSING:
        mark = Mark.GAP
    elif message.local:
        mark = _MARKS.get(message.ack or Ack.PENDING, Mark.WAITING)
    return Row(message.id, str(message.text), message.own, mark)


_STATES = {"queued": Mark.WAITING, "sending": Mark.WAITING, "unknown": Mark.UNKNOWN, "failed": Mark.FAILED}


def of_archive(path: Path, device: str) -> dict[str, Held]:
    """Read the archive's file, without writing to it; tables are those of `watui.archive.schema`."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)) as base:
        found: dict[str, Held] = {}
        for n, jid, older in base.execute("SELECT n, jid, older FROM chats WHERE device = ?", (device,)):
            gaps = dict(base.execute("SELECT above, n FROM gaps WHERE chat = ?", (n,)))
            held = found[jid] = Held([], older)
            rows = base.execute(
                "SELECT id, text, own FROM messages WHERE chat = ? ORDER BY time, place", (n,)
            )
            for id_, text, own in rows:
                held.rows.append(Row(id_, text, bool(own)))
                if id_ in gaps:
                    held.rows.append(Row(f"gap {gaps[id_]}", mark=Mark.GAP))
        for id_, jid, text, state in base.execute(
            "SELECT id, chat, text, state FROM outbox WHERE device = ? ORDER BY n", (device,)
        ):
            found.setdefault(jid, Held()).rows.append(Row(id_, text, own=True, mark=_STATES[state]))
        return found


def is_whole(path: Path) -> bool:
    """Whether SQLite finds no damage in an archive."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)) as base:
        (answer,) = base.execute("PRAGMA integrity_check").fetchone()
        return bool(answer == "ok")


# The same as JSON, for what is told from one process to another.


def as_json(threads: Threads) -> dict[str, Any]:
    """Give what `from_json` takes."""
    return {
        jid: [held.older, [[row.id, row.text, row.own, row.mark.value] for row in held.rows]]
        for jid, held in threads.items()
    }


def from_json(told: Mapping[str, Any]) -> dict[str, Held]:
    """Make threads of what `as_json` gave."""
    return {
        jid: Held([Row(id_, text, own, Mark(mark)) for id_, text, own, mark in rows], older)
        for jid, (older, rows) in told.items()
    }


def entry_of(item: Mapping[str, Any]) -> Entry:
    """Read one message as the gateway's `truth` tells it."""
    return Entry(item["id"], item.get("body") or "", bool(item.get("fromMe")), item.get("type") in HIDDEN)
