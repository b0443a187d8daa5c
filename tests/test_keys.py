"""The gateway's key: where it is read from, what is refused, and that it is never repeated."""

import os
import sys
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.places import KEY, write
from watui import keys
from watui.config import ConfigError, Settings
from watui.keys import read_key


def test_the_key_of_a_file_is_read_anew(tmp_path: Path) -> None:
    file = write(tmp_path / "key", f"{KEY}\n# a note\n")
    found = Settings(api_key_file=file)
    key = read_key(found)
    assert key is not None
    assert key.get_secret_value() == KEY
    write(file, "rotated")
    assert read_key(found) == SecretStr("rotated")


def test_key_files_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    found = Settings(api_key_file=file)
    with pytest.raises(ConfigError, match=r"^api_key_file: there is no file .*/key; write the key into it$"):
        read_key(found)
    write(file, " \n")
    with pytest.raises(ConfigError, match=r"^api_key_file: the key is empty$"):
        read_key(found)
    write(file, KEY, 0o644)
    with pytest.raises(
        ConfigError, match=r"holds the key, but other users can get at it; run: chmod 600 "
    ) as caught:
        read_key(found)
    assert KEY not in str(caught.value)
    file.unlink()
    os.mkfifo(file)  # must not be waited for
    with pytest.raises(ConfigError):
        read_key(found)
    with pytest.raises(ConfigError, match="it has no proper name"):
        read_key(Settings(api_key_file=Path("a\0b")))


def test_the_key_of_a_command() -> None:
    key = read_key(Settings(api_key_command=(sys.executable, "-c", f"print({KEY!r}); print('note')")))
    assert key is not None
    assert key.get_secret_value() == KEY


def test_commands_refused_tell_neither_arguments_nor_output(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(*command: str) -> str:
        with pytest.raises(ConfigError) as caught:
            read_key(Settings(api_key_command=command))
        assert KEY not in str(caught.value)
        return str(caught.value)

    program = Path(sys.executable).name
    failing = f"import sys; print({KEY!r}); sys.exit({KEY!r})"
    assert said(sys.executable, "-c", failing) == (
        f"api_key_command: {program} ended with code 1; run it in a shell to see why"
    )
    assert said("/no/such-program", KEY) == (
        "api_key_command: such-program cannot be run: no such file or directory"
    )
    assert said(sys.executable, "-c", "") == "api_key_command: the key is empty"
    monkeypatch.setattr(keys, "COMMAND_LIMIT", 0.3)
    begun = time.monotonic()
    # A grandchild that keeps the pipe open must not be waited for either.
    assert "took more than 0.3 s" in said("sh", "-c", "sleep 30 & sleep 30")
    assert time.monotonic() - begun < 5
