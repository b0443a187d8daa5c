"""The gateway's key, from the place that the settings name: themselves, a file or a command."""

import os
import subprocess
from pathlib import Path

from pydantic import SecretStr

from watui.config import ConfigError, Settings, key_problem
from watui.paths import FILE_LIMIT, expanded, read_text, reason

__all__ = ["read_key"]

COMMAND_LIMIT = 10.0
"""Seconds `api_key_command` may take."""


def read_key(settings: Settings) -> SecretStr | None:
    """Return the gateway's key, read anew at each call so that a changed one needs no restart.

    Blocks for up to 10 s when `api_key_command` is slow: for the network thread, never the UI's. None if no
    place is set. Raises ConfigError in words that hold neither the key nor what the command printed.
    """
    if settings.api_key is not None:
        return settings.api_key
    if settings.api_key_file is not None:
        setting, text = "api_key_file", _key_of_file(settings.api_key_file)
    elif settings.api_key_command is not None:
        setting, text = "api_key_command", _key_of_command(settings.api_key_command)
    else:
        return None
    key = text.strip().split("\n", 1)[0].strip()
    if problem := key_problem(key):
        raise ConfigError(f"{setting}: the key {problem}")
    return SecretStr(key)


def _key_of_file(path: Path) -> str:
    try:
        text, shared = read_text(path)
    except FileNotFoundError:
        raise ConfigError(f"api_key_file: there is no file {path}; write the key into it") from None
    except OSError as error:
        raise ConfigError(f"api_key_file: {path} cannot be read: {reason(error)}") from None
    if shared:
        raise ConfigError(f"api_key_file: {path} holds the key, but {shared}")
    return text


def _key_of_command(command: tuple[str, ...]) -> str:
    program = Path(command[0]).name
    # A session of its own and no GPG_TTY: what asks for a passphrase must not draw over the screen.
    environ = {name: value for name, value in os.environ.items() if name != "GPG_TTY"}
    try:
        process = subprocess.Popen(  # noqa: S603 - the person's own command, as a list, without a shell
            [expanded(command[0]), *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environ,
            start_new_session=True,
        )
    except OSError as error:
        raise ConfigError(f"api_key_command: {program} cannot be run: {reason(error)}") from None
    with process:
        try:
            output, _ = process.communicate(timeout=COMMAND_LIMIT)
        except subprocess.TimeoutExpired:
            # Its children too: one that holds the pipe would be waited for. A group dies under its own id.
            os.killpg(process.pid, 9)
            raise ConfigError(
                f"api_key_command: {program} took more than {COMMAND_LIMIT:g} s; unlock its store first"
            ) from None
    if process.returncode:
        raise ConfigError(
            f"api_key_command: {program} ended with code {process.returncode}; run it in a shell to see why"
        )
    return output[:FILE_LIMIT].decode(errors="replace")
