"""Looking at a file that is to be sent, and reading it. Everything here blocks on the disk."""

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from watui.files.kinds import HEAD, mimetype_of
from watui.paths import Paths, reason
from watui.text import Safe, one_line

NAME_CHARACTERS = 255
"""Characters of a name that are sent; no file system has longer ones."""

_OWN = "this is one of watui's own files: it may hold your key or your messages"
_KEY = "this looks like a private key: whoever has it can act in your name"
_PASSWORDS = "this looks like a store of passwords"
_HIDDEN = "this is a hidden file: it may hold settings and secrets"


class FileRefused(Exception):
    """A file cannot be sent; `words` say why and what to do next, in a form that can be shown."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words: Safe = one_line(words, limit=300)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file as it was when it was chosen."""

    path: Path
    name: Safe
    """What it is called, for the screen and for who gets it."""
    size: int
    mimetype: str
    warning: str
    """Why it should perhaps not be sent; empty where nothing speaks against it."""
    identity: tuple[int, ...] = field(repr=False)
    """What changes when it becomes another file."""


def look(path: Path, environ: Mapping[str, str] | None = None) -> Outgoing:
    """Look at a file before anybody is asked whether to send it; the environment tells where watui's own are.

    Raises FileRefused for what is missing, unreadable, empty or no ordinary file.
    """
    with _opened(path) as (file, about):
        head = _read(file, path, HEAD)
    if not about.st_size:
        raise FileRefused(f"{_called(path)} is empty; there is nothing to send")
    return Outgoing(
        path=path,
        name=one_line(path.name, limit=NAME_CHARACTERS),
        size=about.st_size,
        mimetype=mimetype_of(path.name, head),
        warning=_warning(path, head, os.environ if environ is None else environ),
        identity=_identity(about),
    )


def read(outgoing: Outgoing, limit: int) -> bytes:
    """Read all of a file of at most `limit` bytes. Raises FileRefused if it is larger, or was changed."""
    path = outgoing.path
    with _opened(path) as (file, _):
        data = _read(file, path, limit + 1)
        after = _identity(os.fstat(file.fileno()))  # also tells what was changed while it was read
    if after != outgoing.identity:
        raise FileRefused(f"{_called(path)} was changed since it was chosen; choose it again")
    if len(data) > limit:
        most = f"{limit // 1000} kB" if limit >= 1000 else f"{limit} bytes"
        raise FileRefused(f"{_called(path)} is larger than the {most} that can be sent")
    return data


def largest(limit: int, overhead: int) -> int:
    """Return how many bytes of a file fit into a body of `limit` bytes, 0 if none.

    `overhead` is the size of the body with everything but the file, whose base64 takes four bytes for each
    three begun (contract 1.2, 2.7).
    """
    return max(0, (limit - overhead) // 4 * 3)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, os.stat_result]]:
    """Open an ordinary file without waiting for whoever writes into a pipe. Raises FileRefused."""
    called = _called(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise FileRefused(f"there is no file {called}; look at the path") from None
    except PermissionError:
        raise FileRefused(f"{called} cannot be read: no right to; choose another file") from None
    except OSError as error:
        raise FileRefused(f"{called} cannot be opened: {reason(error)}") from None
    except ValueError:  # NUL, or what no path can be made of
        raise FileRefused(f"{called} is no name of a file") from None
    try:
        about = os.fstat(descriptor)
        if stat.S_ISDIR(about.st_mode):
            raise FileRefused(f"{called} is a directory; choose a file in it")
        if not stat.S_ISREG(about.st_mode):
            raise FileRefused(f"{called} is a pipe or a device; save what comes out of it and send that")
    except BaseException:
        os.close(descriptor)
        raise
    with open(descriptor, "rb") as file:  # noqa: PTH123 - of a descriptor
        yield file, about


def _read(file: BinaryIO, path: Path, count: int) -> bytes:
    try:
        return file.read(count)
    except OSError as error:
        raise FileRefused(f"{_called(path)} cannot be read: {reason(error)}") from None


def _called(path: Path) -> Safe:
    return one_line(path.name or str(path))


def _identity(about: os.stat_result) -> tuple[int, ...]:
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns


def _warning(path: Path, head: bytes, environ: Mapping[str, str]) -> str:
    real = Path(os.path.realpath(path))
    if any(real.is_relative_to(own) for own in _own(environ)):
        return _OWN
    names = {path.name.lower(), real.name.lower()}
    if head.startswith(b"-----BEGIN ") and b"PRIVATE KEY" in head:
        return _KEY
    if any(name.startswith("id_") or name.endswith((".pem", ".key")) for name in names):
        return _KEY
    if any(name.endswith(".kdbx") for name in names):
        return _PASSWORDS
    return _HIDDEN if any(name.startswith(".") for name in names) else ""


def _own(environ: Mapping[str, str]) -> Iterator[Path]:
    """Give the directories that are watui's, and the settings wherever WATUI_CONFIG has put them."""
    usual = Paths.find({**environ, "WATUI_CONFIG": ""})
    places = (
        Paths.find(environ).config,
        usual.config.parent,
        usual.state.parent,
        usual.log.parent,
        usual.crashes,
        usual.data,
    )
    return (Path(os.path.realpath(place)) for place in places)
