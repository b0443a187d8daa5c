"""Settings written where watui looks for them, and what it says to a mistake in them."""

from pathlib import Path

import pytest

from watui.config import ConfigError, Settings, load_settings

__all__ = ["KEY", "load", "refusal", "write"]

KEY = "s3cret-KEY/with+odd=chars"


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def load(toml: Path, text: str, env_file: Path | None = None, mode: int = 0o600, **environ: str) -> Settings:
    return load_settings(write(toml, text, mode), env_file, environ)


def refusal(toml: Path, text: str, env_file: Path | None = None, mode: int = 0o600, **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(toml, text, env_file, mode, **environ)
    words = str(caught.value)
    assert "\n" not in words
    assert KEY not in words
    return words
