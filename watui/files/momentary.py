"""A file for the user's eyes that is there only while it is wanted. Everything here blocks, for a moment."""

import atexit
import contextlib
import os
import tempfile
import threading
from pathlib import Path

from watui.paths import private_dir


class Momentary:
    """One private file under a name that nobody can know before; it goes at the latest when watui ends."""

    def __init__(self, directory: Path, suffix: str) -> None:
        self._directory = directory
        self._suffix = suffix
        self._path: Path | None = None
        self._closed = False
        self._lock = threading.Lock()

    def put(self, data: bytes) -> Path | None:
        """Write the file, in the place of what was in it before; gives `None` if it was closed meanwhile.

        Raises OSError.
        """
        with self._lock:
            if self._closed:
                return None
            # It makes the file with O_EXCL and O_NOFOLLOW, and mode 0600.
            descriptor, name = tempfile.mkstemp(self._suffix, "watui-", private_dir(self._directory))
            new = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                if self._path is None:
                    atexit.register(self.close)
                    self._path = new
                else:
                    new.replace(self._path)
            except BaseException:
                new.unlink(missing_ok=True)
                raise
            return self._path

    def remove(self) -> None:
        """Remove the file, if it is there."""
        with self._lock:
            self._remove()

    def close(self) -> None:
        """Remove the file, and write it no more."""
        with self._lock:
            self._closed = True
            self._remove()
        atexit.unregister(self.close)

    def _remove(self) -> None:
        path, self._path = self._path, None
        if path is not None:
            with contextlib.suppress(OSError):
                path.unlink()
