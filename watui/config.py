"""The settings: what can be set, and what comes of it when every place has been read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from watui.addresses import base_url, is_plaintext
from watui.paths import Paths
from watui.sources import (
    ConfigError,
    Given,
    Known,
    example_line,
    from_env_file,
    from_environment,
    from_toml,
    listed,
)

__all__ = ["ConfigError", "Said", "Settings", "checked", "gathered", "key_problem", "load_settings"]

_KEYS = frozenset({"api_key", "api_key_file", "api_key_command"})

_TYPE_WORDS = {
    "bool_parsing": "should be true or false",
    "bool_type": "should be true or false",
    "string_type": "should be text in quotes",
    "path_type": "should be a path in quotes",
    "int_parsing": "should be a whole number",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
}

_HOURS = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?\s*[-–]\s*([01]?\d|2[0-3])(?::([0-5]\d))?", re.ASCII)


class Settings(BaseSettings):
    """Everything a person can set, checked and normalised.

    `load_settings` merges the places itself, so that each mistake can name its line; made directly, a
    `Settings` has the defaults and what it is given, and never looks at the process's environment.
    """

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True
    )

    UI: ClassVar[frozenset[str]] = frozenset(
        {
            "notifications",
            "terminal_notifications",
            "desktop_notifications",
            "alert_text",
            "alerts",
            "quiet_hours",
            "quiet_except",
            "sounds",
            "sound_player",
            "sound_message",
            "sound_mention",
            "sound_device",
            "sound_error",
            "sounds_over_ssh",
            "alert_command",
            "debug",
            "log_level",
            "log_file",
            "theme",
            "mark_read",
        }
    )
    """The settings that have nothing to do with a gateway; `--demo` keeps these."""

    allow_plaintext: bool = Field(default=False, examples=[True])
    """Whether http:// may be used to another computer; the network can then read key and messages."""

    url: str = Field(default="http://127.0.0.1:3000", examples=["http://127.0.0.1:3000"])
    """Address of the gateway, http or https; a trailing slash or /api/v1 is taken off."""

    socket_url: str | None = Field(default=None, examples=["http://127.0.0.1:3000"])
    """Address of the gateway's Socket.IO server where a proxy puts it elsewhere than `url`."""

    socket_path: str = Field(default="/ws", examples=["/ws"])
    """Path of Socket.IO on the gateway (contract 3)."""

    sockets: bool = Field(default=True, examples=[True])
    """Whether to hear of news over Socket.IO; without it watui asks from time to time."""

    api_key: SecretStr | None = Field(default=None, examples=["…"])
    """The gateway's key itself; in config.toml only if no other user can read that file."""

    api_key_file: Path | None = Field(default=None, examples=["~/.config/watui/key"])
    """File that holds the key in its first line; read anew for each connection."""

    api_key_command: tuple[str, ...] | None = Field(default=None, examples=[["pass", "show", "watui"]])
    """Program and arguments that print the key in the first line, in 10 s; run anew for each connection."""

    access_token: SecretStr | None = Field(default=None, examples=["…"])
    """Sent as the `access-token` query parameter beside the key, for a proxy that asks for one."""

    ca_file: Path | None = Field(default=None, examples=["~/.config/watui/ca.pem"])
    """Certificates (PEM) to trust instead of the system's."""

    tls_fingerprint: str | None = Field(default=None, examples=["9f86d081…"])
    """SHA-256 of the gateway's own certificate in hex, to trust that one alone; colons are allowed."""

    notifications: bool = Field(default=True, examples=[True])
    """Whether an alert shows a note inside watui."""

    terminal_notifications: bool = Field(default=True, examples=[True])
    """Whether an alert asks the terminal for a notification (OSC 9, 777 or 99), where it can give one."""

    desktop_notifications: bool = Field(default=True, examples=[True])
    """Whether `notify-send` tells of an alert where the terminal cannot, on a desktop of one's own."""

    alert_text: Literal["full", "sender", "new"] = Field(default="new", examples=["sender"])
    """What of a message leaves watui with an alert: all of it, who wrote, or only that there is one."""

    alerts: Literal["all", "mentions", "none"] = Field(default="all", examples=["mentions"])
    """What calls for attention: every message, what mentions or answers one's own number, or nothing."""

    quiet_hours: str | None = Field(default=None, examples=["22:00-07:00"])
    """Hours of the day, by the clock of this computer, in which nothing makes a noise."""

    quiet_except: tuple[str, ...] = Field(default=(), examples=[["Ana", "+49 30 123456"]])
    """Who is heard in those hours nevertheless: names of people or groups, or numbers."""

    sounds: bool = Field(default=True, examples=[True])
    """Whether an alert rings the terminal's bell."""

    sound_player: tuple[str, ...] | None = Field(default=None, examples=[["pw-play", "--volume=0.5"]])
    """Program and arguments that play a sound, the file comes last; left out, a player that is found here."""

    sound_message: Path | None = Field(default=None, examples=["~/sounds/message.oga"])
    """Sound file for a message."""

    sound_mention: Path | None = Field(default=None, examples=["~/sounds/mention.oga"])
    """Sound file for a mention or an answer."""

    sound_device: Path | None = Field(default=None, examples=["~/sounds/device.oga"])
    """Sound file for a device that is lost, back, or has to be linked."""

    sound_error: Path | None = Field(default=None, examples=["~/sounds/error.oga"])
    """Sound file for what went wrong."""

    sounds_over_ssh: bool = Field(default=False, examples=[True])
    """Whether sound files are played over SSH too, on the computer on which watui runs."""

    alert_command: tuple[str, ...] | None = Field(default=None, examples=[["logger", "-t", "watui"]])
    """Program and arguments that are run for an alert, with its words on their standard input."""

    mark_read: Literal["seen", "reply", "never"] = Field(default="seen", examples=["reply"])
    """When WhatsApp is told that a chat was read: when it is seen, when it is answered, or never."""

    keep: str = Field(default="forever", examples=["90 days"])
    """How long messages are kept on this computer: `forever`, a number of days, or `none` beyond the run."""

    queue: bool | tuple[str, ...] = Field(default=False, examples=[True])
    """Whether texts go through the gateway's own queue, one at a time; or the names of the devices for it."""

    max_body: int = Field(default=102_400, ge=1024, le=1_000_000_000, examples=[102_400])
    """Bytes of JSON that the gateway takes at a time (contract 1.2); three quarters of that for a file."""

    download_dir: Path | None = Field(default=None, examples=["~/Downloads"])
    """Where files of messages are saved; left out, the user's own directory for downloads."""

    media_cache: int = Field(default=500, ge=0, le=1_000_000, examples=[500])
    """Megabytes of fetched files that are kept for a while beside those that are saved."""

    media_days: int = Field(default=30, ge=0, le=100_000, examples=[30])
    """Days for which such a file is kept that nobody looks at."""

    theme: str | None = Field(default=None, examples=["nord"])
    """Name of the colour theme; left out, the one that was chosen last."""

    debug: bool = Field(default=False, examples=[True])
    """Whether the log tells everything, as `log_level = "debug"` does, and where in the code it was said."""

    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", examples=["info"])
    """The least a line must matter to be logged."""

    log_file: Path | None = Field(default=None, examples=["~/watui.log"])
    """Where the log goes; left out, watui.log in the user's log directory."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is given and nothing else; `load_settings` does the reading."""
        return (init_settings,)

    @field_validator("url", "socket_url")
    @classmethod
    def _address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        address = base_url(value)
        if not info.data.get("allow_plaintext", True) and is_plaintext(address):
            raise ValueError(
                "http:// to another computer shows the key and the messages to the network;"
                " use https://, or set allow_plaintext = true"
            )
        return address

    @field_validator("socket_path")
    @classmethod
    def _path(cls, value: str) -> str:
        if not re.fullmatch(r"[\w./~-]+", value, re.ASCII) or not value.strip("/"):
            raise ValueError("should be a path such as /ws")
        return "/" + value.strip("/")

    @field_validator("api_key", "access_token")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        key = value.get_secret_value().strip()
        if problem := key_problem(key):
            raise ValueError(problem)
        return SecretStr(key)

    @field_validator("api_key_command", "sound_player", "alert_command", mode="before")
    @classmethod
    def _command(cls, value: object) -> object:
        if value is None:
            return None
        words = value if isinstance(value, list | tuple) else ()
        if not words or not words[0] or not all(isinstance(word, str) and "\0" not in word for word in words):
            raise ValueError("should be a list: the program, then each argument by itself")
        return tuple(words)

    @field_validator("ca_file")
    @classmethod
    def _certificates(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError(f"there is no file {value}")
        return value

    @field_validator("tls_fingerprint")
    @classmethod
    def _fingerprint(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        digits = value.replace(":", "").strip().lower()
        if not re.fullmatch(r"[0-9a-f]{64}", digits):
            raise ValueError("should be the 64 hex digits of a SHA-256")
        if info.data.get("ca_file"):
            raise ValueError("trusts one certificate, ca_file trusts others; keep one of the two")
        return digits

    @field_validator("queue", mode="before")
    @classmethod
    def _queued(cls, value: object) -> object:
        if isinstance(value, bool):
            return value
        if isinstance(value, str):  # as the environment has it
            words = {"true": True, "1": True, "false": False, "0": False}
            return words.get(value.strip().lower(), tuple(filter(None, map(str.strip, value.split(",")))))
        if isinstance(value, list | tuple) and all(isinstance(name, str) and name.strip() for name in value):
            return tuple(name.strip() for name in value)
        raise ValueError("should be true, false, or a list of the devices' names")

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, value: str | None) -> str | None:
        if value is None:
            return None
        found = _HOURS.fullmatch(value.strip())
        if found is None:
            raise ValueError("should be hours such as 22:00-07:00")
        start, end = (f"{int(found[at]):02}:{found[at + 1] or '00'}" for at in (1, 3))
        if start == end:
            raise ValueError('begins when it ends; alerts = "none" is quiet all day')
        return f"{start}-{end}"

    @field_validator("quiet_except", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        if isinstance(value, str) and not value.strip().startswith("["):  # as the environment has it
            return tuple(filter(None, map(str.strip, value.split(","))))
        if isinstance(value, list | tuple) and all(isinstance(name, str) and name.strip() for name in value):
            return tuple(name.strip() for name in value)
        raise ValueError("should be a list of names or numbers")

    @field_validator("keep")
    @classmethod
    def _keep(cls, value: str) -> str:
        words = value.strip().lower()
        if words not in {"forever", "none"} and not re.fullmatch(r"[1-9]\d{0,5} ?days?", words, re.ASCII):
            raise ValueError("should be forever, none, or a number of days")
        return words

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        level = value.lower() if isinstance(value, str) else value
        return {"warn": "warning", "trace": "debug"}.get(level, level) if isinstance(level, str) else level

    @property
    def quiet_minutes(self) -> tuple[int, int] | None:
        """When the quiet hours begin and end, in minutes since midnight; they may go over it."""
        if self.quiet_hours is None:
            return None
        hours = (time.split(":") for time in self.quiet_hours.split("-"))
        start, end = (60 * int(hour) + int(minute) for hour, minute in hours)
        return start, end

    @property
    def socket_base(self) -> str:
        """Address to open Socket.IO at."""
        return self.socket_url or self.url

    @property
    def keep_days(self) -> int | None:
        """For how many days messages are kept; 0 for no longer than the run, `None` for ever."""
        return {"forever": None, "none": 0}.get(self.keep, int(re.sub(r"\D", "", self.keep) or 0))

    @property
    def plaintext(self) -> bool:
        """Whether the network can read what goes to the gateway; worth a warning for the whole session."""
        return any(is_plaintext(url) for url in (self.url, self.socket_base))

    @property
    def configured(self) -> bool:
        """Whether somebody said which gateway, or how to get its key."""
        return bool(self.model_fields_set & ({"url"} | _KEYS))

    def secrets(self) -> tuple[str, ...]:
        """Return what must never reach the log; the key of a file or command comes from `read_key`."""
        return tuple(secret.get_secret_value() for secret in (self.api_key, self.access_token) if secret)

    def for_demo(self, url: str, key: str) -> Self:
        """Return the same look and alerts, but with the embedded gateway and nothing of the user's own."""
        look = {name: getattr(self, name) for name in self.model_fields_set & self.UI}
        return type(self)(url=url, api_key=SecretStr(key), **look)


def key_problem(key: str) -> str:
    """Return why a key cannot be sent in a header, or nothing; the words do not repeat it."""
    if not key:
        return "is empty"
    return "" if key.isprintable() and len(key) <= 4096 else "holds control characters or is too long"


@dataclass(frozen=True, slots=True)
class Said:
    """What all places say together, before it is checked."""

    found: dict[str, Given]
    own: dict[str, Given]
    """What the TOML file says, also where another place wins."""
    winners: dict[str, str]
    """The settings that the TOML file cannot change, and for each the place that wins over it."""


def load_settings(
    config: Path | None,
    env_file: Path | None,
    environ: Mapping[str, str],
    *,
    demo: bool = False,
    text: str | None = None,
) -> Settings:
    """Read the settings of all places: WATUI_* variables win over `env_file`, that over the TOML file.

    Without `config` the file is the one `Paths.find` names, which need not exist. With `demo` nothing of the
    user's gateway is used, so that a wrong address or key does not keep anybody from the demo. `text` stands
    for what the TOML file holds, to find out what would come of it.
    Raises ConfigError with one line for the first mistake.
    """
    return checked(gathered(config, env_file, environ, demo=demo, text=text))


def gathered(
    config: Path | None,
    env_file: Path | None,
    environ: Mapping[str, str],
    *,
    demo: bool = False,
    text: str | None = None,
) -> Said:
    """Gather what all places say, as `load_settings` does. Raises ConfigError."""
    asked_for = config is not None or bool(environ.get("WATUI_CONFIG"))
    known = _known()
    path = config or Paths.find(environ).config
    layers = [from_toml(path, known, must_exist=asked_for, demo=demo, text=text)]
    if env_file is not None:
        layers += from_env_file(env_file, known, demo=demo)
    layers.append(from_environment(environ, known))
    if demo:
        layers = [{name: given for name, given in layer.items() if name in Settings.UI} for layer in layers]
    found: dict[str, Given] = {}
    winners: dict[str, str] = {}
    for number, layer in enumerate(layers):
        ways = [given for name, given in layer.items() if name in _KEYS]
        if len(ways) > 1:
            raise ConfigError(f"{ways[1].place}: a second way to the key; keep one of {listed(_KEYS)}")
        # A place that says how to get the key, or where the gateway is, says it whole.
        gone = dict.fromkeys(_KEYS, ways[0].place) if ways else {}
        if "url" in layer:
            gone["socket_url"] = layer["url"].place
        found = {name: given for name, given in found.items() if name not in gone} | layer
        if number:
            winners |= gone | {name: given.place for name, given in layer.items()}
    return Said(found, layers[0], winners)


def checked(said: Said) -> Settings:
    """Check what was gathered. Raises ConfigError with one line for the first mistake."""
    try:
        return Settings(**{name: given.value for name, given in said.found.items()})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _told(first, said.found) from None


def _told(error: Mapping[str, Any], found: Mapping[str, Given]) -> ConfigError:
    name = str(error["loc"][0]) if error["loc"] else ""
    match error["type"]:
        case "value_error":
            words = str(error["ctx"]["error"])
        case "literal_error":
            words = f"should be one of {error['ctx']['expected']}"
        case "greater_than_equal":
            words = f"should be at least {error['ctx']['ge']}"
        case "less_than_equal":
            words = f"should be at most {error['ctx']['le']}"
        case kind:
            words = _TYPE_WORDS.get(kind, "cannot be understood")
    if (given := found.get(name)) is None:
        return ConfigError(f"{name or 'settings'}: {words}")
    return ConfigError(f"{given.place}: {words}; write it like {example_line(given.write, _known()[name])}")


def _known() -> Known:
    return {name: (about.examples or [""])[0] for name, about in Settings.model_fields.items()}
