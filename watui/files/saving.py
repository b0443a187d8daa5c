"""Writing a received file into a directory: never over another one, never anywhere else, and whole or not.

Everything here blocks. A `Saving` belongs to one thread at a time.
"""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from watui.files.names import numbered, safe_name
from watui.paths import reason
from watui.text import Safe, one_line

SAVE_LIMIT = 100_000_000
"""Bytes of a file that is saved without being asked about."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

_NO_RIGHT = "no right to write to {}; choose another directory"
_REASONS = {
    errno.ENOSPC: "the disk is full; make room and save it again",
    errno.EDQUOT: "your share of the disk is used up; make room and save it again",
    errno.EFBIG: "the disk of {} takes no file of this size; choose another directory",
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.EROFS: "{} can only be read; choose another directory",
    errno.ENOENT: "there is no directory {}; make it, or choose another",
    errno.ENOTDIR: "{} is no directory; choose another",
    errno.EEXIST: "{} holds too many files of this name; move some of them away",
}


class SaveError(Exception):
    """A file was not saved; `words` say why and what to do next, in a form that can be shown."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words: Safe = one_line(f"not saved: {words}", limit=500)


class TooBig(SaveError):
    """There is more of it than was allowed."""


class Saving:
    """A file on its way into a directory, where its name is taken only when all of it is there.

    As a context manager it removes what was not finished.
    """

    def __init__(self, directory: Path, name: str, *, limit: int = SAVE_LIMIT) -> None:
        """Begin a hidden file beside the place of the real one; the name is made safe here once more.

        A missing directory is made, but none above it. `limit` is in bytes. Raises SaveError.
        """
        self._directory = directory.absolute()
        self._name = safe_name(name, "file")
        self._limit = limit
        self._open = False
        self.size = 0
        """Bytes that are written."""
        with self._telling():
            self._place = _opened(self._directory)
            try:
                self._part, self._file = self._begun()
            except BaseException:
                os.close(self._place)
                raise
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()

    def write(self, piece: bytes) -> None:
        """Add some bytes. Raises TooBig if that is more than is allowed, else SaveError if it cannot be."""
        if self.size + len(piece) > self._limit:
            raise TooBig(f"it is larger than {_rounded(self._limit)}")
        rest = memoryview(piece)
        with self._telling():
            while rest:
                written = os.write(self._file, rest)
                self.size += written
                rest = rest[written:]

    def finish(self) -> Path:
        """Give the file its name, or the next one that is free, and return where it is now.

        Raises SaveError; it can then only be abandoned.
        """
        with self._telling():
            os.fsync(self._file)
            name = self._named()
        self.abandon()
        return self._directory / name

    def abandon(self) -> None:
        """Remove the hidden file; does nothing to what is finished, or abandoned before."""
        if not self._open:
            return
        self._open = False
        with contextlib.suppress(OSError):
            os.unlink(self._part, dir_fd=self._place)
        for descriptor in (self._file, self._place):
            with contextlib.suppress(OSError):  # some disks tell only now of what fsync has told before
                os.close(descriptor)

    def _begun(self) -> tuple[str, int]:
        for name in numbered(self._name):
            part = f".{name}.part"
            with contextlib.suppress(FileExistsError):
                return part, os.open(part, _NEW, 0o600, dir_fd=self._place)
        raise FileExistsError(errno.EEXIST, "taken")

    def _named(self) -> str:
        for name in numbered(self._name):
            with contextlib.suppress(FileExistsError):
                self._put(name)
                return name
        raise FileExistsError(errno.EEXIST, "taken")

    def _put(self, name: str) -> None:
        """Give the file a name. Raises FileExistsError if that is taken, by whatever it is."""
        place = self._place
        try:
            os.link(self._part, name, src_dir_fd=place, dst_dir_fd=place, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError:  # a disk that knows no links, such as most memory sticks: the name is taken first
            os.close(os.open(name, _NEW, 0o600, dir_fd=place))
            try:
                os.rename(self._part, name, src_dir_fd=place, dst_dir_fd=place)
            except BaseException:
                os.unlink(name, dir_fd=place)
                raise

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            words = _REASONS.get(error.errno or 0)
            told = words.format(self._directory) if words else f"{self._directory}: {reason(error)}"
            raise SaveError(told) from None


def _opened(directory: Path) -> int:
    """Open a directory, so that it stays the same one whatever becomes of its name."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    try:
        return os.open(directory, flags)
    except FileNotFoundError:
        with contextlib.suppress(FileExistsError):  # made by another meanwhile, or a link to nowhere
            directory.mkdir(mode=0o700)
        return os.open(directory, flags)


def _rounded(count: int) -> str:
    for unit, name in ((1_000_000, "MB"), (1000, "kB")):
        if count >= unit:
            return f"{count // unit} {name}"
    return f"{count} bytes"
