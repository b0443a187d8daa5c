"""Writing chats to standard output or into files that only this user can read."""

import hashlib
import os
import re
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from watui.export.filed import Filed
from watui.export.forms import FORMS, Form
from watui.export.reading import Shelf
from watui.export.wanted import ExportError, Span, Wanted
from watui.models import Message
from watui.paths import expanded, private_dir
from watui.text import clean

STEM = 40
"""Letters of a chat's name at the beginning of its file's."""

Write = Callable[[str], None]


def write_out(shelf: Shelf, chats: Sequence[Filed], span: Span, wanted: Wanted) -> str:
    """Write chats where they are wanted; gives what is to be said when that is done."""
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
