"""Where settings are changed: opens their screen, asks the file, and tells the screen what came of it.

Whatever reads or writes is done on a thread of its own.
"""

import asyncio
import json
import tomllib
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from textual.app import App

from watui.addresses import base_url
from watui.aside import aside
from watui.screens.settings import Kind, Setting, SettingChosen, SettingsScreen
from watui.settings_file import Refused, SettingsFile, Value
from watui.text import Safe, clean, one_line

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from watui.config import Said

GATEWAY = "Gateway, changed after a restart"

GROUPS: dict[str, tuple[str, ...]] = {
    "Alerts": (
        "notifications",
        "sounds",
        "terminal_notifications",
        "desktop_notifications",
        "alert_text",
        "alerts",
        "quiet_hours",
        "quiet_except",
        "sound_player",
        "sound_message",
        "sound_mention",
        "sound_device",
        "sound_error",
        "sounds_over_ssh",
        "alert_command",
    ),
    "Looks and reading": ("theme", "mark_read"),
    "Keeping": ("keep", "download_dir", "media_cache", "media_days"),
    "Log": ("debug", "log_level", "log_file"),
    GATEWAY: (
        "url",
        "api_key",
        "api_key_file",
        "api_key_command",
        "access_token",
        "sockets",
        "socket_url",
        "socket_path",
        "allow_plaintext",
        "ca_file",
        "tls_fingerprint",
        "queue",
        "max_body",
    ),
}
"""Every setting, in the order in which they are listed."""

ADDRESSES = frozenset({"url", "socket_url"})

NONE = Safe("–")
"""What stands for no value."""

WRONG = Safe("not an address")
"""What stands for an address that is none: it may hold a password."""

LONGEST = 4096
"""Characters of a value that is written here."""

NO_FILE = "no settings file is in use here"

HELD = Safe("holds for this run only")

SECRET = Safe("secrets are neither shown nor changed here; an editor can")


class Settling:
    """Opens the screen once at a time, and carries out one change after the other."""

    def __init__(self, app: App[None], file: SettingsFile | None) -> None:
        self._app = app
        self._file = file
        self._screen: SettingsScreen | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0

    def open(self) -> None:
        """List the settings."""

        def closed(_: None) -> None:
            self._screen = None

        if self._file is None:
            self._app.notify(NO_FILE, markup=False)
        elif self._screen is None:
            where = "the demo writes none" if self._file.demo else one_line(str(self._file.path), limit=200)
            self._screen = SettingsScreen(f"Settings · {where}")
            self._app.push_screen(self._screen, closed)
            self._app.run_worker(self._read(self._file), group="settings")

    def change(self, message: SettingChosen) -> None:
        """Change a setting."""
        if self._file is not None:
            self._waiting += 1
            self._app.run_worker(self._change(self._file, message), group="settings")

    async def _change(self, file: SettingsFile, message: SettingChosen) -> None:
        """Wait for those before, since each begins with what the last one left."""
        async with self._turn:
            words, wrong = await aside(partial(changed, file, message.name, message.text))
            self._waiting -= 1
            await self._read(file)
        if self._screen is not None:
            self._screen.told(message.name, words, wrong=wrong)
        elif wrong:
            self._app.notify(words, markup=False)

    async def _read(self, file: SettingsFile) -> None:
        settings, trouble = await aside(partial(listed, file, sorted(self._app.available_themes)))
        if self._screen is not None and not self._waiting:  # else the screen is ahead of this
            self._screen.show(settings, trouble)


def changed(file: SettingsFile, name: str, text: str | None) -> tuple[Safe, bool]:
    """Change a setting to what was written: what came of it, and whether that is that it is wrong."""
    from watui.config import Settings  # noqa: PLC0415 - pydantic

    try:
        value = None if text is None else value_of(Settings.model_fields[name], text)
        done = file.change(name, value)
    except Refused as refused:
        return one_line(str(refused), limit=400), True
    later = "; used after a restart" if name in GROUPS[GATEWAY] else ""
    return one_line(f"{done.words}{later}", limit=400), False


def value_of(about: "FieldInfo", text: str) -> Value:
    """Read what was written as the kind of value that a setting has; what is none stays text."""
    text = clean(text, limit=LONGEST).partition("\n")[0].strip()
    kinds = _kinds(about)
    if kinds == {bool}:
        return text == "true"
    if about.default == () and not text.startswith("["):  # names, as one writes them
        return [*filter(None, map(str.strip, text.split(",")))]
    if int in kinds or tuple in kinds:
        try:
            read = tomllib.loads(f"value = {text}")
        except tomllib.TOMLDecodeError:
            return text
        if isinstance(read["value"], bool | int | str | list):
            return read["value"]
    return text


def _kinds(about: "FieldInfo") -> set[object]:
    """Name the types that a setting can have, but for none at all."""
    kind = about.annotation
    if get_origin(kind) is Literal:
        return {Literal}
    each = get_args(kind) if get_origin(kind) not in {None, tuple} else (kind,)
    return {get_origin(one) or one for one in each} - {type(None)}


def listed(file: SettingsFile, themes: Iterable[str]) -> tuple[list[Setting], Safe]:
    """List the settings as they are now, or say why they cannot be read."""
    from watui.config import ConfigError, Settings  # noqa: PLC0415 - pydantic

    try:
        said = file.said()
    except ConfigError as error:
        return [], one_line(str(error), limit=400)
    settings = [
        _setting(group, name, Settings.model_fields[name], said, file)
        for group, names in GROUPS.items()
        for name in names
        if not file.demo or name in Settings.UI
    ]
    return [
        each._replace(kind=Kind.CHOICE, choices=tuple(themes)) if each.name == "theme" else each
        for each in settings
    ], Safe("")


def _setting(group: str, name: str, about: "FieldInfo", said: "Said", file: SettingsFile) -> Setting:
    from pydantic import SecretStr  # noqa: PLC0415 - with `watui.config`

    kinds = _kinds(about)
    secret = SecretStr in kinds
    given, winner = said.found.get(name), said.winners.get(name)
    default = value = _shown(name, about.default)
    if given is not None:
        written = given.value if winner is not None else given.written
        value = Safe("set") if secret else _shown(name, written)
    source, mark, fixed = Safe("default"), "", Safe("")
    if winner is not None:
        mark, fixed = "$", one_line(f"{winner} wins over {file.path.name}; change it there", limit=200)
    elif name in file.held:
        source, mark = HELD, "~"
    elif given is not None:
        source, mark = one_line(f"from {given.place.removesuffix(f': {name}')}", limit=200), "*"
    if secret:
        place = f"{winner or given.place.removesuffix(f': {name}')}: " if given is not None else ""
        fixed = one_line(f"{place}{SECRET}", limit=200)
    return Setting(
        name,
        group,
        Kind.NOT_HERE if secret else _kind(kinds),
        value,
        text=Safe("") if secret or value in {NONE, WRONG} else value,
        choices=get_args(about.annotation) if Literal in kinds else (),
        help=about.description or "",
        source=source,
        mark=mark,
        default=default,
        example=_words((about.examples or [""])[0]),
        fixed=fixed,
        own=name in said.own or name in file.held,
    )


def _kind(kinds: set[object]) -> Kind:
    if kinds == {bool}:
        return Kind.SWITCH
    return Kind.CHOICE if Literal in kinds else Kind.LINE


def _shown(name: str, value: Any) -> Safe:
    """Write a value as it is shown, and as it can be written again."""
    if name in ADDRESSES and isinstance(value, str):
        try:
            base_url(value)
        except ValueError:
            return WRONG
    if value is None or value in ((), []):
        return NONE
    return clean(_words(value), limit=LONGEST)


def _words(value: Any) -> str:
    return str(value) if isinstance(value, str | Path) else json.dumps(value, ensure_ascii=False, default=str)
