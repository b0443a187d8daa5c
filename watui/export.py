"""`watui export`: writes what the archive holds as text, Markdown or JSON Lines.

It reads beside a running watui, without its lock, a page at a time: a chat may be longer than the memory is
large. What other people wrote stands where it cannot pass for a line of watui's own, and what is missing is
said where it is missing.
"""

import hashlib
import heapq
import json
import os
import re
import sqlite3
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from watui.archive.archive import Rank
from watui.archive.schema import FILE, MIGRATIONS
from watui.archive.shapes import COLUMNS, FLAGS, chat_of, device_of, message_of
from watui.matching import search, terms, text_of
from watui.models import Ack, Chat, ChatKey, Contact, Device, DeviceState, Kind, Message, Older, number_of
from watui.names import YOU, Names
from watui.panes import words
from watui.paths import expanded, private_dir, reason
from watui.text import Safe, clean, fold

__all__ = ["ExportError", "Wanted", "export"]

PAGE = 1000
"""Messages that are read at once."""

PAGE_TEXT = 2_000_000
"""Characters of texts beyond which a page ends before it is full."""

LISTED = 5
"""How many names are given where one must be chosen."""

STEM = 40
"""Letters of a chat's name at the beginning of its file's."""

FOREVER = 2**62
"""A time that no message reaches."""

_START = "start watui and open some chats, or set WATUI_HOME to where their archive is"


class ExportError(Exception):
    """Nothing, or not everything, can be written; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written, how and where: the options as they were given."""

    chat: str | None = None
    device: str | None = None
    form: str = "text"
    since: str | None = None
    until: str | None = None
    output: str | None = None
    force: bool = False


class Span(NamedTuple):
    """From which moment on, and before which, in milliseconds since 1970."""

    since: int = 0
    until: int = FOREVER


class Hole(NamedTuple):
    """What is missing between two times; `None` where it has no message on that side."""

    n: int
    after: int | None
    before: int | None
    final: bool
    """Whether the gateway cannot give it."""


@dataclass(slots=True)
class Filed:
    """A chat of the archive, and what the people in it are called."""

    n: int
    chat: Chat
    name: str
    device: Device
    names: Names

    def called(self, jid: Safe, pushed: Safe | None = None) -> str:
        """Name a person; nobody else passes for the one whose archive it is."""
        if self.names.is_oneself(jid):
            return YOU
        name = self.names.known.get(jid) or pushed or number_of(jid)
        return f"{name} ({number_of(jid)})" if fold(name) == fold(YOU) else name

    def author(self, message: Message) -> tuple[Safe | None, str]:
        """Tell who wrote a message, as jid and name; a notice is nobody's."""
        if message.own:
            return message.sender, YOU
        if message.sender is not None:
            return message.sender, self.called(message.sender, message.sender_name)
        if message.kind is Kind.SYSTEM:
            return None, ""
        if self.chat.group:
            return None, message.sender_name or "unknown"
        return self.chat.key.jid, self.called(self.chat.key.jid, message.sender_name)


def export(data: Path, wanted: Wanted) -> str:
    """Write what is wanted of the archive in a directory; gives what is to be said when that is done.

    Raises ExportError, and BrokenPipeError when nobody reads on.
    """
    span = _span(wanted)
    path = data / FILE
    try:
        with closing(_opened(path)) as base:
            shelf = Shelf(base, path)
            chats = [chat for chat in chosen(shelf, wanted) if shelf.holds(chat, span)]
            if not chats:
                return "the archive holds no messages of that; nothing was written"
            return _write(shelf, chats, span, wanted)
    except sqlite3.Error as error:
        raise ExportError(_unreadable(path, error)) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        place = wanted.output or "the output"
        raise ExportError(
            f"{place} cannot be written: {reason(error)}; choose another place with --output"
        ) from error


def _span(wanted: Wanted) -> Span:
    span = Span()
    if wanted.since is not None:
        span = span._replace(since=_moments("--since", wanted.since)[0])
    if wanted.until is not None:
        span = span._replace(until=_moments("--until", wanted.until)[1])
    if span.since >= span.until:
        raise ExportError(f"--since {wanted.since} is later than --until {wanted.until}; exchange them")
    return span


def _moments(option: str, text: str) -> tuple[int, int]:
    """Read a day or a time of a day: when it begins, and when it is over."""
    try:
        then = datetime.fromisoformat(text)
        try:
            after = datetime.combine(date.fromisoformat(text) + timedelta(days=1), then.time())
        except ValueError:
            after = then + timedelta(milliseconds=1)
        return _milliseconds(then), _milliseconds(after)
    except (ValueError, OverflowError, OSError):
        raise ExportError(
            f'{option}: "{text}" is no date; write it like 2026-11-30 or 2026-11-30T14:05'
        ) from None


def _milliseconds(then: datetime) -> int:
    return round(then.timestamp() * 1000)


# --- reading ------------------------------------------------------------------------------------------------


def _opened(path: Path) -> sqlite3.Connection:
    """Open the archive for reading only, so that it works beside a watui that writes."""
    if not path.exists():
        raise ExportError(f"there is no archive yet at {path}; {_START}")
    base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=5.0)
    try:
        (version,) = base.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise ExportError(f"{path} was made by a newer watui; update this one")
        if version < len(MIGRATIONS):
            raise ExportError(f"{path} is not up to date; start watui once, which brings it up to date")
    except BaseException:
        base.close()
        raise
    return base


def _unreadable(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"{path} is in use by a program that does not let go of it; try again later"
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}:
        return _damaged(path, str(error))
    return f"{path} cannot be read: {error}; it and its directory must be readable and writable for you"


def _damaged(path: Path, words: str) -> str:
    return f"{path} is damaged ({words}); keep a copy of it, and start watui to have it begin a new one"


class Shelf:
    """The archive as it is read: devices, chats, and a chat's messages with the holes among them."""

    def __init__(self, base: sqlite3.Connection, path: Path) -> None:
        self._base = base
        self._path = path

    def devices(self) -> list[Device]:
        """List the devices, also those that the gateway has no more."""
        known = self._base.execute("SELECT id, facts FROM devices").fetchall()
        with self._legible():
            listed = {id_: device_of(id_, facts) for id_, facts in known}
        for (id_,) in self._base.execute("SELECT DISTINCT device FROM chats"):
            listed.setdefault(id_, Device(Safe(id_), DeviceState.GONE))
        return [listed[id_] for id_ in sorted(listed)]

    def chats(self, device: Device) -> list[Filed]:
        """List the chats of a device, the last used one first."""
        rows = self._base.execute(
            "SELECT n, jid, facts FROM chats WHERE device = ? ORDER BY time DESC, n", (device.id,)
        )
        chats = [(n, self._chat(ChatKey(device.id, Safe(jid)), facts)) for n, jid, facts in rows]
        names = self._names(device)
        for _, chat in chats:
            if not chat.group and chat.name:
                names.learn_listed(chat.key.jid, chat.name)
        return [Filed(n, chat, _chat_name(chat, names), device, names) for n, chat in chats]

    def _chat(self, key: ChatKey, facts: str | None) -> Chat:
        if facts is None:
            return Chat(key, Safe(""), group=key.jid.endswith("@g.us"))
        with self._legible():
            return chat_of(key, facts)

    def _names(self, device: Device) -> Names:
        names = Names()
        names.learn_oneself(device.number or "")
        rows = self._base.execute(
            "SELECT jid, name, push_name, number FROM contacts WHERE device = ?", (device.id,)
        )
        for row in rows:
            names.learn(Contact(*(None if text is None else Safe(text) for text in row)))  # type: ignore[arg-type]
        return names

    def holds(self, chat: Filed, span: Span) -> bool:
        """Whether there is anything to write of a chat."""
        found = self._base.execute(
            "SELECT 1 FROM messages WHERE chat = ? AND time >= ? AND time < ? LIMIT 1", (chat.n, *span)
        ).fetchone()
        return found is not None or bool(self._holes(chat, *span))

    def entries(self, chat: Filed, span: Span) -> Iterator[Message | Hole]:
        """Read the messages of a chat in their order, and what is missing where it is missing."""
        first, newest, older = self._base.execute(
            "SELECT (SELECT min(time) FROM messages WHERE chat = chats.n), "
            "(SELECT max(time) FROM messages WHERE chat = chats.n), older FROM chats WHERE n = ?",
            (chat.n,),
        ).fetchone()
        if first is not None and first >= span.since and older != Older.NONE:
            yield Hole(0, None, first, older == Older.WALL)
        yield from self._pages(chat, span)
        if newest is not None and newest < span.until and self._goes_on(chat, newest):
            yield Hole(0, newest, None, final=False)

    def _goes_on(self, chat: Filed, newest: int) -> bool:
        """Whether the gateway listed a later message than any that is here."""
        last = chat.chat.preview
        found = self._base.execute(
            "SELECT 1 FROM messages WHERE chat = ? AND id = ?", (chat.n, last.id if last else None)
        ).fetchone()
        return chat.chat.time > newest and found is None

    def _pages(self, chat: Filed, span: Span) -> Iterator[Message | Hole]:
        shown: set[int] = set()
        start: Rank | None = Rank(span.since, -1)
        while start is not None:
            # Between pages nothing is held, so that whoever reads the output slowly hinders no writer.
            self._base.execute("BEGIN")
            rows, following = self._page(chat, start, span.until)
            end = span.until if following is None else following.time
            holes = [hole for hole in self._holes(chat, start.time, end) if hole.n not in shown]
            self._base.execute("COMMIT")
            shown.update(hole.n for hole in holes)
            with self._legible():
                messages: Iterator[Message | Hole] = (message_of(row, chat.chat.key.jid) for row in rows)
                yield from heapq.merge(messages, holes, key=_order)
            start = following

    def _page(self, chat: Filed, start: Rank, until: int) -> tuple[list[tuple[Any, ...]], Rank | None]:
        """Read some messages, and tell where those behind them begin.

        Places within one time may change while watui runs, so a page ends between two times if it can.
        """
        cursor = self._base.execute(
            f"SELECT {COLUMNS}, time, place FROM messages "  # noqa: S608 - names of our own
            "WHERE chat = ? AND (time, place) > (?, ?) AND time < ? ORDER BY time, place",
            (chat.n, *start, until),
        )
        rows: list[tuple[Any, ...]] = []
        size = 0
        with closing(cursor):
            for row in cursor:
                rows.append(row)
                size += len(row[6])
                if len(rows) >= PAGE or size >= PAGE_TEXT:
                    break
            else:
                return rows, None
        last, place = rows[-1][-2:]
        whole = [row for row in rows if row[-2] != last]
        return (whole, Rank(last, -1)) if whole else (rows, Rank(last, place))

    def _holes(self, chat: Filed, since: int, until: int) -> list[Hole]:
        """List what is missing between two times, as far as it begins before the second."""
        rows = self._base.execute(
            "SELECT g.n, a.time, b.time, g.final FROM gaps g "
            "CROSS JOIN messages a ON a.chat = g.chat AND a.id = g.above "
            "CROSS JOIN messages b ON b.chat = g.chat AND b.id = g.below "
            "WHERE g.chat = ? AND +a.time < ? AND +b.time > ? ORDER BY a.time, b.time",
            (chat.n, until, since),
        )
        return [Hole(n, after, before, bool(final)) for n, after, before, final in rows]

    @contextmanager
    def _legible(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, TypeError, LookupError) as error:
            raise ExportError(_damaged(self._path, type(error).__name__)) from error


def _order(entry: Message | Hole) -> tuple[int, int]:
    """Put a hole behind all messages that have the time of the one above it."""
    return (entry.time, 0) if isinstance(entry, Message) else (entry.after or 0, 1)


def _chat_name(chat: Chat, names: Names) -> str:
    return chat.name or number_of(chat.key.jid) if chat.group else names.of(chat.key.jid)


# --- choosing -----------------------------------------------------------------------------------------------


def chosen(shelf: Shelf, wanted: Wanted) -> list[Filed]:
    """List the chats that are wanted. Raises ExportError where it is not clear which."""
    devices = shelf.devices()
    if wanted.device is not None:
        devices = [_device(devices, wanted.device)]
    chats = [chat for device in devices for chat in shelf.chats(device)]
    return chats if wanted.chat is None else _chats(chats, wanted.chat)


def _device(devices: Sequence[Device], query: str) -> Device:
    found = [each for each in devices if each.id == query] or [
        each for each in devices if fold(query) == fold(each.label) or terms(query) == each.number
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise ExportError(
            f'several devices are called "{query}": {_listed(each.id for each in found)}; name one by its id'
        )
    if not devices:
        raise ExportError(f"the archive knows no device yet; {_START}")
    listed = _listed(f"{each.label} ({each.id})" for each in devices)
    raise ExportError(f'no device is called "{query}"; there are: {listed}')


def _chats(chats: Sequence[Filed], query: str) -> list[Filed]:
    sought = terms(query)
    found = (
        [each for each in chats if each.chat.key.jid == query]
        or [each for each in chats if sought.isdecimal() and sought == _number(each)]
        or [each for each in chats if fold(query).split() == fold(each.name).split()]
    )
    people = {(each.device.id, _number(each) or each.chat.key.jid) for each in found}
    if len(people) == 1:
        return found  # several only where one person has two jids
    if found:
        listed = _listed(f"{each.chat.key.jid} on {each.device.label} ({each.device.id})" for each in found)
        raise ExportError(f'several chats are "{query}": {listed}; give the jid, and --device if need be')
    if not chats:
        raise ExportError(f"the archive holds no chats yet; {_START}")
    near = search(sought, [text_of(each.name, _number(each)) for each in chats]).places
    hint = (
        f"nearly: {_listed(chats[place].name for place in near)}" if near else "without --chat all are taken"
    )
    raise ExportError(f'no chat is called "{query}"; {hint}')


def _number(chat: Filed) -> str:
    return "" if chat.chat.group else chat.names.number(chat.chat.key.jid)


def _listed(names: Iterable[str]) -> str:
    *some, rest = [*dict.fromkeys(names), ""]
    return ", ".join(some[:LISTED]) + (f" and {len(some) - LISTED} more" if len(some) > LISTED else rest)


# --- the forms ----------------------------------------------------------------------------------------------


class Form(Protocol):
    """How chats, messages and holes are written."""

    ending: str
    """Of the names of files."""
    between: str
    """Between two chats."""

    def heading(self, chat: Filed) -> str:
        """Write what stands above a chat."""

    def message(self, chat: Filed, message: Message) -> str:
        """Write a message."""

    def hole(self, chat: Filed, hole: Hole) -> str:
        """Write that something is missing."""


class Text:
    """Plain text: only watui's own lines begin at the margin, its remarks at two blanks, bodies at four."""

    ending = "txt"
    between = "\n"

    def heading(self, chat: Filed) -> str:
        """Name the chat and where it was."""
        return f"Chat: {chat.name}\nJID: {chat.chat.key.jid}\nDevice: {chat.device.label}\n\n"

    def message(self, chat: Filed, message: Message) -> str:
        """Write when and who, then what."""
        _, name = chat.author(message)
        before, body, after = _parts(chat, message)
        lines = [f"{_time(message.time)}  {name}".rstrip(), *(f"  {line}" for line in before)]
        if body:
            lines += [f"    {line}" if line else "" for line in body.split("\n")]
        lines += [f"  {line}" for line in after]
        return "\n".join(lines) + "\n"

    def hole(self, chat: Filed, hole: Hole) -> str:
        """Say what is missing."""
        return f"--- {_missing(hole)} ---\n"


class Markdown:
    """CommonMark in which no text of other people is markup: a message is a quotation, remarks are italic."""

    ending = "md"
    between = "\n"

    def heading(self, chat: Filed) -> str:
        """Name the chat and where it was."""
        where = f"{chat.chat.key.jid} on {chat.device.label}"
        return f"# {_literal(chat.name)}\n\n{_literal(where)}\n\n"

    def message(self, chat: Filed, message: Message) -> str:
        """Write who and when, then what."""
        _, name = chat.author(message)
        before, body, after = _parts(chat, message)
        who = f"**{_literal(name)}**, " if name else ""
        said = [_remarks(before), *(_broken(part) for part in _PARAGRAPHS.split(body)), _remarks(after)]
        quoted = "\n>\n".join(f"> {part}".replace("\n", "\n> ") for part in said if part)
        return f"{who}{_time(message.time)}\n\n{quoted}\n\n" if quoted else f"{who}{_time(message.time)}\n\n"

    def hole(self, chat: Filed, hole: Hole) -> str:
        """Say what is missing."""
        return f"*— {_literal(_missing(hole))} —*\n\n"


_PARAGRAPHS = re.compile(r"\n(?: *+\n)+")
_BLANK_LINES = re.compile(r"(?:[^\S\n]*+\n)+")
_MARKUP = re.compile(r"[\\`*_\[\]<>&~|$^{}#@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LEADING = re.compile(r"( *)([-+=]|[0-9]+(?=[.)]))?")


def _remarks(lines: Sequence[str]) -> str:
    return "\\\n".join(f"*{_literal(line)}*" for line in lines)


def _broken(text: str) -> str:
    """Write the lines of a paragraph so that each stays one."""
    text = text.rstrip()
    blank = _BLANK_LINES.match(text)
    return "\\\n".join(map(_literal, text[blank.end() if blank else 0 :].split("\n")))


def _literal(line: str) -> str:
    """Write a line so that Markdown takes none of it for markup."""
    lead = _LEADING.match(line)
    blanks, mark = lead.groups() if lead else ("", None)
    rest = _MARKUP.sub(r"\\\g<0>", line[lead.end() if lead else 0 :])
    if mark is None:
        return "\N{NO-BREAK SPACE}" * len(blanks) + rest
    return "\N{NO-BREAK SPACE}" * len(blanks) + (f"{mark}\\{rest}" if mark.isdecimal() else f"\\{mark}{rest}")


class Lines:
    """JSON Lines: an object for each message and each hole; a key that says nothing is left out."""

    ending = "jsonl"
    between = ""

    def heading(self, chat: Filed) -> str:
        """Nothing: every line names its chat."""
        return ""

    def message(self, chat: Filed, message: Message) -> str:
        """Write everything that is known of a message."""
        jid, name = chat.author(message)
        told = {
            **_place(chat),
            "id": message.id,
            "time": _time(message.time, "T"),
            "sender": {"jid": jid, "name": name} if name else None,
            "own": message.own,
            "kind": message.kind.value,
            "text": message.text,
        }
        told |= {flag: True for flag in FLAGS if getattr(message, flag)}
        if message.ack is not None:
            told["ack"] = message.ack.name.lower()
        if (quote := message.quote) is not None:
            told["quote"] = {
                "id": quote.id,
                "sender": _person(chat, quote.sender),
                "kind": quote.kind.value,
                "text": quote.text,
            }
        if message.reactions:
            told["reactions"] = [
                {"emoji": each.emoji, "sender": _person(chat, each.sender), "own": each.own}
                for each in message.reactions
            ]
        if message.mentions:
            told["mentions"] = [_person(chat, jid) for jid in message.mentions]
        for part in ("media", "place", "poll", "call"):
            if (value := getattr(message, part)) is not None:
                told[part] = _facts(value)
        if message.cards:
            told["cards"] = [_facts(card) for card in message.cards]
        for part in ("invited_to", "type_name"):
            if value := getattr(message, part):
                told[part] = value
        return _json(told)

    def hole(self, chat: Filed, hole: Hole) -> str:
        """Write from when to when something is missing."""
        after, before = (None if at is None else _time(at, "T") for at in (hole.after, hole.before))
        missing = {"after": after, "before": before, "final": hole.final}
        return _json(
            {**_place(chat), "id": None, "time": after, "kind": Kind.MISSING.value, "missing": missing}
        )


def _place(chat: Filed) -> dict[str, Any]:
    return {
        "device": chat.device.id,
        "device_name": chat.device.label,
        "chat": chat.chat.key.jid,
        "chat_name": chat.name,
    }


def _person(chat: Filed, jid: Safe | None) -> dict[str, str] | None:
    return None if jid is None else {"jid": jid, "name": chat.called(jid)}


def _facts(part: Any) -> dict[str, Any]:
    told = {field.name: getattr(part, field.name) for field in fields(part)}
    return {name: value for name, value in told.items() if value is not None and value != ()}


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"


FORMS: dict[str, Form] = {"text": Text(), "markdown": Markdown(), "jsonl": Lines()}


# --- words --------------------------------------------------------------------------------------------------

_REMARKS = {
    "forwarded": "forwarded",
    "edited": "edited",
    "starred": "starred",
    "disappearing": "goes away by itself",
}
_FATES = {Ack.FAILED: "not sent", Ack.UNKNOWN: "nobody knows whether it was sent"}
_MENTION = re.compile("@([0-9]+)")


def _parts(chat: Filed, message: Message) -> tuple[list[str], str, list[str]]:
    """Divide a message into remarks, its text, and what stands below that; remarks are one line each."""
    before = [", ".join(said for flag, said in _REMARKS.items() if getattr(message, flag))]
    if message.own and message.ack in _FATES:
        before.append(_FATES[message.ack])
    if (quote := message.quote) is not None:
        whom = f"to {chat.called(quote.sender)}" if quote.sender is not None else "to"
        before.append(f"answer {whom}: {words.quoted(quote.kind, quote.text)}")
    label = words.label(message)
    before.append(label or ("notice" if message.kind is Kind.SYSTEM else ""))
    if message.kind is not Kind.VOICE:  # the shape of a voice is nothing to read
        before += words.facts(message)
    after = ", ".join(
        f"{each.emoji} {YOU if each.own else chat.called(each.sender) if each.sender else ''}".rstrip()
        for each in message.reactions
    )
    return _flat(before), _mentioning(chat, message), _flat([f"reactions: {after}"] if after else [])


def _flat(lines: Iterable[str]) -> list[str]:
    return [flat for line in lines if (flat := " ".join(line.split()))]


def _mentioning(chat: Filed, message: Message) -> str:
    """Give the text of a message, those whom it mentions by their names."""
    if not message.mentions:
        return message.text
    called = {jid.partition("@")[0]: chat.called(jid) for jid in message.mentions}
    return _MENTION.sub(lambda found: f"@{called.get(found[1], found[1])}", message.text)


def _missing(hole: Hole) -> str:
    if hole.after is None:
        said = f"older messages are missing here, before {_minute(hole.before or 0)}"
    elif hole.before is None:
        said = f"newer messages are missing here, after {_minute(hole.after)}"
    else:
        end = _minute(hole.before)
        if end.startswith(day := _minute(hole.after).rpartition(" ")[0]):
            end = end.removeprefix(f"{day} ")
        said = f"messages missing here, {_minute(hole.after)} – {end}"
    return f"{said}; the gateway cannot give them" if hole.final else said


def _minute(time: int) -> str:
    then = datetime.fromtimestamp(time / 1000).astimezone()
    return f"{then.day} {then:%b %Y %H:%M}"


def _time(time: int, between: str = " ") -> str:
    """Write a moment with its offset, so that it stays the same one wherever it is read."""
    then = datetime.fromtimestamp(time / 1000).astimezone()
    return then.isoformat(between, "milliseconds" if time % 1000 else "seconds")


# --- writing ------------------------------------------------------------------------------------------------

Write = Callable[[str], None]


def _write(shelf: Shelf, chats: Sequence[Filed], span: Span, wanted: Wanted) -> str:
    form = FORMS[wanted.form]
    if wanted.output is None or wanted.output == "-":
        with _standard_output() as write:
            _tell(write, form, shelf, chats, span)
        return ""
    path = Path(expanded(wanted.output))
    if path.is_dir() or wanted.output.endswith("/"):
        files = {private_dir(path) / f"{_stem(chat)}.{form.ending}": [chat] for chat in chats}
    else:
        files = {path: [*chats]}
    _refuse_taken(files, force=wanted.force)
    count = 0
    for file, those in files.items():
        with _new_file(file, force=wanted.force) as write:
            count += _tell(write, form, shelf, those, span)
    return f"wrote into {path}: chats {len(chats)}, messages {count}"


def _tell(write: Write, form: Form, shelf: Shelf, chats: Iterable[Filed], span: Span) -> int:
    """Write chats one after the other; gives how many messages there were."""
    count = 0
    for number, chat in enumerate(chats):
        write((form.between if number else "") + form.heading(chat))
        for entry in shelf.entries(chat, span):
            if isinstance(entry, Message):
                write(form.message(chat, entry))
                count += 1
            else:
                write(form.hole(chat, entry))
    return count


def _writer(file: BinaryIO) -> Write:
    """Write text as UTF-8; cleaned once more, for the archive may be older than today's rules."""

    def write(text: str) -> None:
        file.write(clean(text, limit=sys.maxsize).encode())

    return write


@contextmanager
def _standard_output() -> Iterator[Write]:
    try:
        file = sys.stdout.buffer
    except AttributeError:
        raise ExportError("there is no output to write to; name a file with --output") from None
    try:
        yield _writer(file)
        file.flush()
    except OSError:
        with suppress(OSError):  # Python would try once more to get rid of the rest, and complain
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


@contextmanager
def _new_file(path: Path, *, force: bool) -> Iterator[Write]:
    """Write a file that only this user can read; it is there when it is whole, and not before."""
    descriptor, name = tempfile.mkstemp(prefix=".watui-export-", dir=path.parent)  # is 0600
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield _writer(file)
        if force:
            beside.replace(path)
        else:
            _put(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _put(beside: Path, path: Path) -> None:
    """Give a file its name, unless somebody took that while it was written."""
    try:
        path.hardlink_to(beside)
    except OSError:  # it is taken, or there are no links here
        _refuse_taken([path], force=False)
        beside.replace(path)


def _refuse_taken(files: Iterable[Path], *, force: bool) -> None:
    taken = [file for file in files if os.path.lexists(file)]
    odd = [file for file in taken if not (file.is_file() or file.is_symlink())]
    if odd:
        raise ExportError(f"{odd[0]} is no file that could be replaced; choose another name")
    if taken and not force:
        others = f" and {len(taken) - 1} others are" if len(taken) > 1 else " is"
        raise ExportError(f"{taken[0]}{others} there already; choose another place, or replace with --force")


def _stem(chat: Filed) -> str:
    """Name a chat's file: letters and digits of its own, and what no other chat's name ends in."""
    name = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", chat.name))[:STEM].strip("-")
    digest = hashlib.sha256(" ".join(chat.chat.key).encode()).hexdigest()
    return f"{name or 'chat'}-{digest[:10]}"
