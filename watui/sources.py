"""The places settings come from: the TOML file, an env file, and the environment.

A mistake in a setting is told in one line that names the file, the line and the setting, and shows how to
write it; the value itself is never repeated, because it may be the key.
"""

import difflib
import io
import json
import re
import shlex
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dotenv.parser import parse_stream

from watui.paths import expanded, read_text, reason

__all__ = [
    "ConfigError",
    "Given",
    "Known",
    "example_line",
    "from_env_file",
    "from_environment",
    "from_toml",
    "listed",
]

Known = Mapping[str, object]
"""The name of every setting, with an example of its value as JSON has it."""

PREFIX = "WATUI_"
"""What the environment variable of every setting begins with."""

_SECRETS = frozenset({"api_key", "access_token"})
_FILES = frozenset(
    {
        "api_key_file",
        "ca_file",
        "download_dir",
        "log_file",
        "sound_message",
        "sound_mention",
        "sound_device",
        "sound_error",
    }
)
_WORDS = frozenset({"api_key_command", "sound_player", "alert_command"})

# What the gateway's web client calls its settings (frontend/env.example and frontend/src); the first name
# that is there wins. NEXT_PUBLIC_DISABLE_SOCKET is the only one that says the opposite of its counterpart.
_WEB_CLIENT = {
    "NEXT_PUBLIC_BACKEND_URL": "url",
    "NEXT_PUBLIC_API_URL": "url",
    "BACKEND_URL": "url",
    "NEXT_PUBLIC_API_KEY": "api_key",
    "WHATSAPP_API_KEY": "api_key",
    "NEXT_PUBLIC_ACCESS_TOKEN": "access_token",
    "NEXT_PUBLIC_WEBSOCKET_URL": "socket_url",
    "NEXT_PUBLIC_SOCKET_URL": "socket_url",
    "NEXT_PUBLIC_WEBSOCKET_PATH": "socket_path",
    "NEXT_PUBLIC_SOCKET_PATH": "socket_path",
    "NEXT_PUBLIC_ENABLE_WEBSOCKET": "sockets",
    "NEXT_PUBLIC_ENABLE_REALTIME_NOTIFICATIONS": "notifications",
    "NEXT_PUBLIC_ENABLE_PUSH_NOTIFICATIONS": "desktop_notifications",
    "NEXT_PUBLIC_ENABLE_NOTIFICATION_SOUNDS": "sounds",
    "NEXT_PUBLIC_DEBUG_WEBSOCKET": "debug",
    "NEXT_PUBLIC_LOG_LEVEL": "log_level",
}
_WEB_CLIENT_OFF = "NEXT_PUBLIC_DISABLE_SOCKET"


class ConfigError(Exception):
    """A setting, a file or a key that cannot be used; `str()` of it is one line to show as it is."""

    def __init__(self, words: str) -> None:
        super().__init__(_plain(words))


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was found, where, and the beginning of the line that would set it there."""

    value: object = field(repr=False)
    place: str
    write: str
    written: object = field(default=None, repr=False)
    """The value as it stands in the TOML file, where `value` is a path that was made whole."""


def from_toml(
    path: Path, known: Known, *, must_exist: bool, demo: bool, text: str | None = None
) -> dict[str, Given]:
    """Return what a TOML file says, or what `text` would say in its place; paths in it are relative to it.

    With `demo` a secret that others can read does no harm, for it is not used. Raises ConfigError.
    """
    try:
        held, shared = read_text(path)
    except FileNotFoundError:
        if must_exist:
            raise ConfigError(f"there is no configuration file {path}") from None
        held = shared = ""
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {reason(error)}") from None
    text = held if text is None else text
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, text, str(error), known) from None
    found = {}
    for name, value in values.items():
        line = _line_of(text, name)
        place = f"{path.name} line {line}: {name}" if line else f"{path.name}: {name}"
        if name not in known:
            raise ConfigError(f"{place}: no such setting{_nearest(name, known)}")
        whole = value
        if name in _FILES and isinstance(value, str):
            whole = path.absolute().parent / expanded(value)
        found[name] = Given(whole, place, f"{name} = ", value)
    if shared and not demo and (kept := _SECRETS & found.keys()):
        raise ConfigError(f"{path.name} holds {listed(kept)}, but {shared}")
    return found


def _not_toml(path: Path, text: str, error: str, known: Known) -> ConfigError:
    lines = text.split("\n")
    at = re.search(r"\s*\(at line (\d+), column (\d+)\)", error)
    number = int(at[1]) if at else len(text.rstrip().split("\n"))
    place = f"{path.name} line {number}"
    name = re.match(r"\s*([\w-]+)", lines[number - 1])
    if name and name[1] in known:
        if "overwrite" in error:
            return ConfigError(f"{place}: {name[1]}: is set a second time; keep one of the two lines")
        example = example_line(f"{name[1]} = ", known[name[1]])
        return ConfigError(f"{place}: {name[1]}: cannot be read; write it like {example}")
    what = re.sub(r"\s*\(at .*\)$", "", error)
    return ConfigError(f'{place}: is not TOML: {what}; a line looks like url = "http://127.0.0.1:3000"')


def _line_of(text: str, name: str) -> int | None:
    """Return the line in which a top-level name is set, counted from 1."""
    lines = text.split("\n")
    pattern = re.compile(rf"""\s*\[*\s*["']?{re.escape(name)}["']?\s*[=.\]]""")
    for number, line in enumerate(lines, 1):
        if pattern.match(line):
            try:  # what comes before is whole only when this line is not inside a longer text or list
                tomllib.loads("\n".join(lines[: number - 1]))
            except tomllib.TOMLDecodeError:
                continue
            return number
    return None


def from_env_file(path: Path, known: Known, *, demo: bool) -> list[dict[str, Given]]:
    """Return what the web client's names say, and what watui's own say, which count for more.

    With `demo` a secret that others can read does no harm, for it is not used. Raises ConfigError.
    """
    try:
        text, shared = read_text(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {reason(error)}") from None
    lines: dict[str, Given] = {}
    own: dict[str, Given] = {}
    for line in parse_stream(io.StringIO(text)):
        blank = len(line.original.string) - len(line.original.string.lstrip())
        number = line.original.line + line.original.string[:blank].count("\n")
        if line.error:
            raise ConfigError(f"{path.name} line {number}: cannot be read; a line looks like WATUI_API_KEY=…")
        if not line.key or not line.value:
            continue
        place = f"{path.name} line {number}: {line.key}"
        lines[line.key] = Given(line.value, place, f"{line.key}=")
        if line.key.startswith(PREFIX):
            setting = line.key.removeprefix(PREFIX).lower()
            if setting not in known:
                raise ConfigError(f"{place}: no such setting{_nearest(line.key, _variables(known))}")
            own[setting] = Given(_from_text(setting, line.value), place, f"{line.key}=")
    theirs: dict[str, Given] = {}
    for name, setting in _WEB_CLIENT.items():
        if name in lines:
            theirs.setdefault(setting, lines[name])
    off = lines.get(_WEB_CLIENT_OFF)
    if off and off.value == "true":  # as the web client reads it (frontend/src/hooks/useSocket.ts)
        theirs["sockets"] = replace(off, value=False)
    if "socket_url" in theirs and "url" not in theirs:
        theirs["url"] = theirs.pop("socket_url")
    if shared and not demo and _SECRETS & (own.keys() | theirs.keys()):
        raise ConfigError(f"{path.name} holds a key, but {shared}")
    return [theirs, own]


def from_environment(environ: Mapping[str, str], known: Known) -> dict[str, Given]:
    """Return what WATUI_* variables say; an empty one counts as not set. Raises ConfigError."""
    found = {}
    for name, value in environ.items():
        setting = name.removeprefix(PREFIX).lower()
        if not name.startswith(PREFIX) or not value:
            continue
        if setting in known:
            found[setting] = Given(_from_text(setting, value), name, f"{name}=")
        elif name not in {"WATUI_CONFIG", "WATUI_HOME"} and difflib.get_close_matches(
            name, _variables(known), cutoff=0.9
        ):
            # Other names are left alone: they may be another program's.
            raise ConfigError(f"{name}: no such setting{_nearest(name, _variables(known))}")
    return found


def _from_text(setting: str, value: str) -> object:
    if setting in _FILES:
        return Path(expanded(value)).absolute()
    if setting in _WORDS:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _variables(known: Known) -> list[str]:
    return [PREFIX + name.upper() for name in known]


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name.replace("-", "_"), list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are {listed(known)}"


def example_line(write: str, example: object) -> str:
    """Return the line that sets an example, as TOML has it (`name = `) or as a shell takes it (`NAME=`)."""
    if write.endswith("= ") or isinstance(example, bool):
        return write + json.dumps(example, ensure_ascii=False)
    return write + (example if isinstance(example, str) else shlex.quote(json.dumps(example)))


def listed(names: Iterable[str]) -> str:
    """Return names in the order of the alphabet, to stand in a sentence."""
    return ", ".join(sorted(names))


def _plain(text: str) -> str:
    """Return text as one line without anything a terminal would obey."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
