"""The settings that watui runs with: read from every place, and changed one at a time in `config.toml`.

What else stands in that file stays as it is, to the byte. Nothing here is for the screen's thread, since
reading settings imports pydantic, and changing them waits for the disk.
"""

import codecs
import errno
import os
import stat
import tempfile
import threading
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from watui.paths import Paths, private_dir, read_text, reason

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

    from watui.config import Said, Settings

Value = bool | int | str | list[object]
"""What a setting can be in TOML."""

ATTEMPTS = 5
"""Times that a change is tried while somebody else writes the same file."""

OF_THE_DEMO = "holds until the demo ends, which writes no settings"


class Refused(Exception):
    """A change that cannot be made; `str()` of it is one line that says why, and nothing has changed."""


class Changed(NamedTuple):
    """What became of a change."""

    words: str
    written: bool
    """Whether it stands in the file; else it holds for this run only."""


class SettingsFile:
    """Reads the settings, and changes them in the file or, where that cannot be, for this run."""

    def __init__(
        self, config: Path | None, env_file: Path | None, environ: Mapping[str, str], *, demo: bool = False
    ) -> None:
        """Take the places as `load_settings` does; in the demo nothing is written."""
        self._config, self._env_file, self._environ = config, env_file, environ
        self.demo = demo
        self.path = config or Paths.find(environ).config
        self.applied: Callable[[Settings], object] = lambda _: None
        """Takes the settings each time that they were read or changed, on the thread where that was."""
        self.held: Mapping[str, Value | None] = {}
        """The changes that hold for this run only."""
        self._turn = threading.Lock()

    def load(self) -> "Settings":
        """Read the settings and have them applied. Raises ConfigError."""
        with self._turn:
            settings = self._settings(self._with_held())
            self.applied(settings)
            return settings

    def said(self) -> "Said":
        """Give what every place says. Raises ConfigError."""
        from watui.config import gathered  # noqa: PLC0415 - pydantic

        with self._turn:
            text = self._with_held()
        return gathered(self._config, self._env_file, self._environ, demo=self.demo, text=text)

    def change(self, name: str, value: Value | None) -> Changed:
        """Set a setting, or with `None` take it out of the file, and have what comes of it applied.

        Raises Refused if the file or the value is wrong.
        """
        from watui.config import ConfigError  # noqa: PLC0415 - pydantic

        try:
            self.said()  # whose words about a broken file name the line
            with self._turn:
                return self._change(name, value)
        except ConfigError as error:
            raise Refused(str(error)) from None
        except OSError as error:
            raise Refused(f"{self.path.name} cannot be read: {reason(error)}") from None

    def _change(self, name: str, value: Value | None) -> Changed:
        for _ in range(ATTEMPTS):
            before = _text(self.path)
            after = edited(before or "", name, value)
            held = {each: kept for each, kept in self.held.items() if each != name}
            settings = self._settings(_edited_all(after, held))
            words = "holds until watui ends"
            try:
                if not self.demo and after != (before or "") and not _replace(self.path, before, after):
                    continue
            except OSError as error:
                failed = f"{self.path.name} cannot be written: {reason(error)}; it {words}"
                changed = Changed(failed, written=False)
            else:
                said = OF_THE_DEMO if self.demo else f"written to {self.path.name}"
                changed = Changed(said, written=not self.demo)
            self.held = held if changed.written else {**held, name: value}
            self.applied(settings)
            return changed
        raise Refused(f"somebody else is writing {self.path.name}; try again")

    def _settings(self, text: str | None) -> "Settings":
        from watui.config import load_settings  # noqa: PLC0415 - pydantic

        return load_settings(self._config, self._env_file, self._environ, demo=self.demo, text=text)

    def _with_held(self) -> str | None:
        """Give the file's text with what holds for this run; `None` if that is just what it is."""
        if not self.held:
            return None
        try:
            return _edited_all(_text(self.path) or "", self.held)
        except (OSError, ValueError, Refused):
            return None  # whoever reads the file next says what is wrong with it


def _edited_all(text: str, values: Mapping[str, Value | None]) -> str:
    for name, value in values.items():
        text = edited(text, name, value)
    return text


def edited(text: str, name: str, value: Value | None) -> str:
    """Set one name at the top level of a TOML text, or take it out; nothing else of it changes.

    Raises Refused where that cannot be done, ValueError if the text is no TOML.
    """
    import tomlkit  # noqa: PLC0415 - 20 ms, when something is changed
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    wanted = tomllib.loads(text)
    if wanted.get(name) == value and (type(wanted.get(name)) is type(value)):
        return text
    try:
        document = tomlkit.parse(text)
        if value is None:
            document.remove(name)
        elif name in document:
            _set(document, name, value)
        else:
            item = tomlkit.item(value)
            item.trivia.trail = "\r\n" if "\r\n" in text else "\n"
            document.append(name, item)
        after = tomlkit.dumps(document)
        wanted = {each: kept for each, kept in wanted.items() if each != name}
        if value is not None:
            wanted[name] = value
        if tomllib.loads(after) == wanted:
            return after
    except (TOMLKitError, tomllib.TOMLDecodeError):
        pass
    raise Refused(f"{name} stands among what only an editor can change; change it there")


def _set(document: "TOMLDocument", name: str, value: Value) -> None:
    """Give a name another value; a list keeps what it has and the comments in it."""
    known = document[name]
    if isinstance(known, list) and isinstance(value, list):
        for place in reversed(range(len(known))):
            if known[place] not in value:
                del known[place]
        for each in value:
            if each not in known:
                known.append(each)
        if list(known) == value:
            return
    document[name] = value


def _text(path: Path) -> str | None:
    """Give what a file holds, `None` if there is none. Raises OSError."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no ordinary file")
    try:
        return read_text(path)[0]
    except FileNotFoundError:
        return None


def _replace(path: Path, before: str | None, after: str) -> bool:
    """Write a file as a whole, whether or not that succeeds; a link to it stays one.

    Returns False if it does not hold any more what it held `before`. Raises OSError.
    """
    target = path.resolve()
    mode, mark = 0o600, b""
    if before is not None:
        mode = stat.S_IMODE(target.stat().st_mode)
        if not (mode & 0o222 and os.access(target, os.W_OK)):
            raise OSError(errno.EACCES, "it is read-only")
        with target.open("rb") as file:
            mark = codecs.BOM_UTF8 if file.read(3) == codecs.BOM_UTF8 else b""
    private_dir(target.parent)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(mark + after.encode())
            file.flush()
            os.fsync(descriptor)
        if _text(path) != before:
            return False
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
    return True
