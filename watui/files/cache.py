"""Files of messages that were fetched, kept for a while: private, bounded in size and age, safe to lose.

Everything here blocks.
"""

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

from watui.files.saving import Saving
from watui.paths import private_dir
from watui.text import Safe

MEGABYTE = 1_000_000

DAY = 86_400.0
"""Seconds of a day."""


class MediaCache:
    """A directory of files that are named by nothing of a stranger's; without one, a place for this run."""

    def __init__(self, directory: Path | None = None) -> None:
        self._given = directory
        self._made: Path | None = None
        self._room = 500 * MEGABYTE
        self._age = 30 * DAY

    def keep(self, megabytes: int, days: int) -> None:
        """Keep files up to this size all together, and for so long after they were last looked at."""
        self._room, self._age = megabytes * MEGABYTE, days * DAY

    @property
    def _directory(self) -> Path:
        if self._given is not None:
            return private_dir(self._given)
        if self._made is None:
            self._made = Path(tempfile.mkdtemp(prefix="watui-"))
        return self._made

    def find(self, device: Safe, message: Safe) -> Path | None:
        """Give the file of a message if it is here, and keep it for longer. Raises OSError."""
        path = self._directory / _name(device, message)
        try:
            about = path.lstat()
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid():
            return None  # which nobody but watui should have put there
        with contextlib.suppress(OSError):
            os.utime(path)
        return path

    def begin(self, device: Safe, message: Safe, limit: int) -> Saving:
        """Begin to write the file of a message, of at most `limit` bytes. Raises SaveError, OSError."""
        return Saving(self._directory, _name(device, message), limit=limit)

    def prune(self, new: Path | None = None) -> None:
        """Remove what is too old, and the oldest of what is too much, but not a new one that is just wanted.

        What cannot be removed stays.
        """
        files = []
        with contextlib.suppress(OSError):
            for path in self._directory.iterdir():
                with contextlib.suppress(OSError):
                    about = path.lstat()
                    files.append((about.st_mtime, about.st_size, path))
        left, oldest = 0, time.time() - self._age
        for when, size, path in sorted(files, reverse=True):
            left += size
            if path != new and (left > self._room or when < oldest):
                with contextlib.suppress(OSError):
                    path.unlink()

    def close(self) -> None:
        """Remove what was for this run only."""
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
            self._made = None


def _name(device: Safe, message: Safe) -> str:
    return hashlib.sha256(f"{device} {message}".encode()).hexdigest()
