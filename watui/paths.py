"""Where watui's files live, and how they are made and read so that they stay the user's own.

Needs nothing but the standard library and platformdirs: the demo's gateway starts before pydantic is there.
"""

import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import platformdirs

__all__ = ["FILE_LIMIT", "Paths", "expanded", "private_dir", "read_text", "reason"]

FILE_LIMIT = 1_048_576
"""Bytes read of a file that people write by hand: settings or a key."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Where watui's files live; nothing else in watui decides that."""

    config: Path
    """The TOML file."""

    state: Path
    """The small JSON file of `watui.memory`."""

    log: Path
    """The log, unless `Settings.log_file` says otherwise."""

    crashes: Path
    """Directory for crash reports."""

    data: Path
    """Directory for the archive."""

    media: Path
    """Directory for files of messages that were fetched, which may be lost."""

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> Self:
        """Return the platform's places, or one directory for all if WATUI_HOME is set; makes nothing."""
        if home := environ.get("WATUI_HOME"):
            paths = cls._within(Path(expanded(home)).absolute())
        else:
            dirs = platformdirs.PlatformDirs("watui", appauthor=False)
            paths = cls(
                config=dirs.user_config_path / "config.toml",
                state=dirs.user_state_path / "state.json",
                log=dirs.user_log_path / "watui.log",
                crashes=dirs.user_state_path / "crashes",
                data=dirs.user_data_path,
                media=dirs.user_cache_path / "media",
            )
        if config := environ.get("WATUI_CONFIG"):
            return replace(paths, config=Path(expanded(config)).absolute())
        return paths

    def for_demo(self) -> Self:
        """Return places beside the user's own, so that the demo leaves nothing among real messages.

        Makes the data directory: a fresh one, to be removed at the end, for each demo is another world.
        Raises OSError if it cannot be made.
        """
        home = private_dir(self.state.parent / "demo")
        data = Path(tempfile.mkdtemp(prefix="data-", dir=home))
        return type(self)(
            self.config, home / "state.json", home / "watui.log", home / "crashes", data, data / "media"
        )

    @classmethod
    def _within(cls, home: Path) -> Self:
        return cls(
            home / "config.toml",
            home / "state.json",
            home / "watui.log",
            home / "crashes",
            home,
            home / "media",
        )


def downloads() -> Path:
    """Return the user's own directory for downloads."""
    return platformdirs.user_downloads_path()


def private_dir(path: Path) -> Path:
    """Make a directory, and those above it, that only this user can enter; one that is there stays as it is.

    Raises OSError.
    """
    for part in reversed([path, *path.parents]):
        if not part.is_dir():
            part.mkdir(mode=0o700, exist_ok=True)
    return path


def expanded(text: str) -> str:
    """Return a path with the home directory in place of ~, else as it was written.

    Unlike Path.expanduser this leaves an unknown ~user alone instead of raising, and keeps a leading "./".
    """
    return os.path.expanduser(text)  # noqa: PTH111


def read_text(path: Path, limit: int = FILE_LIMIT) -> tuple[str, str]:
    """Return a file's text, and words against keeping a secret in it (empty if none).

    The open file is what is looked at, so that nobody can swap it between the look and the reading.
    Raises OSError, with a reason of its own for what is no text or has more than `limit` bytes.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError:
        raise OSError(22, "it has no proper name") from None
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        data = file.read(limit + 1) or b""
    if len(data) > limit:
        raise OSError(27, f"it is larger than {limit // 1_048_576} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OSError(84, "it is not text in UTF-8") from None
    shared = ""
    if about.st_uid not in {os.geteuid(), 0}:
        shared = f"{path} belongs to another user; keep keys in a file of your own"
    elif stat.S_IMODE(about.st_mode) & 0o066:
        import shlex  # noqa: PLC0415 - a millisecond, before the first paint

        shared = f"other users can get at it; run: chmod 600 {shlex.quote(str(path))}"
    return text, shared


def reason(error: OSError) -> str:
    """Return why a file or program cannot be used, to stand after a colon."""
    words = error.strerror or type(error).__name__
    return words[:1].lower() + words[1:]
