"""The places settings come from, and that a mistake is told in one line that names it without values."""

import os
from pathlib import Path

import pytest

from tests.places import KEY, load, refusal, write
from watui.config import ConfigError, load_settings


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


# --- the web client -----------------------------------------------------------------------------------------


def test_the_env_file_of_the_web_client(toml: Path, tmp_path: Path) -> None:
    # As frontend/env.example of the gateway has it.
    env_file = write(
        tmp_path / ".env.local",
        f"""
# Database
DATABASE_URL="postgresql://user:password@localhost:5432/whatsapp_wrapper"
NEXT_PUBLIC_BACKEND_URL="http://localhost:3000"
export NEXT_PUBLIC_API_KEY="{KEY}"
NEXT_PUBLIC_WEBSOCKET_URL="ws://localhost:3001"
NEXT_PUBLIC_WEBSOCKET_PATH="/live"
NEXT_PUBLIC_ENABLE_WEBSOCKET="true"
NEXT_PUBLIC_DISABLE_SOCKET="false"
NEXT_PUBLIC_ACCESS_TOKEN=42
NEXT_PUBLIC_ENABLE_REALTIME_NOTIFICATIONS="false"
NEXT_PUBLIC_ENABLE_PUSH_NOTIFICATIONS="true"
NEXT_PUBLIC_ENABLE_NOTIFICATION_SOUNDS="false"
NEXT_PUBLIC_NOTIFICATION_AUTO_HIDE_DURATION="5000"
NEXT_PUBLIC_DEBUG_WEBSOCKET="true"
NEXT_PUBLIC_LOG_LEVEL="warn"
""",
    )
    found = load(toml, "", env_file)
    assert (found.url, found.socket_base, found.socket_path) == (
        "http://localhost:3000",
        "http://localhost:3001",
        "/live",
    )
    assert found.secrets() == (KEY, "42")
    assert found.sockets
    assert (found.notifications, found.desktop_notifications, found.sounds) == (False, True, False)
    assert (found.debug, found.log_level) == (True, "warning")


def test_the_web_clients_off_switch_wins_and_its_socket_address_may_be_the_only_one(
    toml: Path, tmp_path: Path
) -> None:
    text = "NEXT_PUBLIC_SOCKET_URL=http://localhost:3000\nNEXT_PUBLIC_ENABLE_WEBSOCKET=true\n"
    found = load(toml, "", write(tmp_path / ".env", text + "NEXT_PUBLIC_DISABLE_SOCKET=true\n"))
    assert (found.url, found.socket_url, found.sockets) == ("http://localhost:3000", None, False)


def test_watuis_own_names_win_within_an_env_file(toml: Path, tmp_path: Path) -> None:
    env_file = write(tmp_path / ".env", f"WATUI_API_KEY={KEY}\nNEXT_PUBLIC_API_KEY=theirs\n")
    assert load(toml, "", env_file).secrets() == (KEY,)


# --- mistakes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '\nsokets = "true"',
            "config.toml line 2: sokets: no such setting; did you mean sockets?",
        ),
        ('api-key = "x"', "config.toml line 1: api-key: no such setting; did you mean api_key?"),
        ('theme = "a"\n[url]\nx = 1', "config.toml line 2: url: should be text in quotes; write it like"),
        (
            "sockets = 'maybe'",
            "config.toml line 1: sockets: should be true or false; write it like sockets = true",
        ),
        ('log_level = "loud"', "config.toml line 1: log_level: should be one of 'debug', 'info'"),
        (
            "url = http://127.0.0.1:3000",
            'config.toml line 1: url: cannot be read; write it like url = "http://127.0.0.1:3000"',
        ),
        (
            'theme = "a"\ntheme = "b"',
            "config.toml line 2: theme: is set a second time; keep one of the two lines",
        ),
        ("\n\nrubbish", "config.toml line 3: is not TOML: Expected '='"),
        (
            'api_key_command = "pass show watui"',
            "config.toml line 1: api_key_command: should be a list: the program, then each argument by"
            ' itself; write it like api_key_command = ["pass", "show", "watui"]',
        ),
        ("api_key = ''", "config.toml line 1: api_key: is empty"),
        (
            'ca_file = "/no\\u001bwhere"',
            "config.toml line 1: ca_file: there is no file /no\\x1bwhere",
        ),
        ('tls_fingerprint = "12"', "config.toml line 1: tls_fingerprint: should be the 64 hex digits"),
        ('socket_path = "/ws?x=1"', "config.toml line 1: socket_path: should be a path such as /ws"),
        (
            "theme = '''\nurl = \"x\"\n'''\nurl = 5",
            "config.toml line 4: url: should be text in quotes",
        ),
        (
            f'api_key = "{KEY}"\napi_key_file = "x"',
            "config.toml line 2: api_key_file: a second way to the key; keep one of api_key,",
        ),
        (f'api_key = "{KEY}\\u0000"', "config.toml line 1: api_key: holds control characters"),
        (f"api_key = {KEY}", 'config.toml line 1: api_key: cannot be read; write it like api_key = "…"'),
    ],
)
def test_mistakes_in_toml(toml: Path, text: str, words: str) -> None:
    assert refusal(toml, text).startswith(words)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "WATUI_SOCKETS",
            "maybe",
            "WATUI_SOCKETS: should be true or false; write it like WATUI_SOCKETS=true",
        ),
        ("WATUI_API_KY", KEY, "WATUI_API_KY: no such setting; did you mean WATUI_API_KEY?"),
        ("WATUI_API_KEY", f"{KEY}\n{KEY}", "WATUI_API_KEY: holds control characters or is too long"),
        (
            "WATUI_API_KEY_COMMAND",
            "pass show x",
            "WATUI_API_KEY_COMMAND: should be a list: the program, then each argument by itself;"
            """ write it like WATUI_API_KEY_COMMAND='["pass", "show", "watui"]'""",
        ),
        (
            "WATUI_URL",
            "gate",
            "WATUI_URL: should begin with http:// or https://; write it like WATUI_URL=http:",
        ),
    ],
)
def test_mistakes_in_variables(toml: Path, name: str, value: str, words: str) -> None:
    toml.touch()
    with pytest.raises(ConfigError) as caught:
        load_settings(toml, None, {name: value})
    assert str(caught.value).startswith(words)
    assert KEY not in str(caught.value)


def test_another_programs_variables_are_left_alone(toml: Path) -> None:
    load(toml, "", WATUI_BENCH="1", WATUI_HOME="/x", WATUI_CONFIG="/y", HOME="/root", SOCKETS="maybe")


def test_mistakes_in_an_env_file_name_its_line(toml: Path, tmp_path: Path) -> None:
    env_file = tmp_path / "gate.env"
    write(env_file, "# a\n\n\nNEXT_PUBLIC_ENABLE_WEBSOCKET=perhaps\n")
    assert refusal(toml, "", env_file).startswith(
        "gate.env line 4: NEXT_PUBLIC_ENABLE_WEBSOCKET: should be true or false;"
        " write it like NEXT_PUBLIC_ENABLE_WEBSOCKET=true"
    )
    write(env_file, "\nWATUI_SOKETS=1\n")
    assert refusal(toml, "", env_file).startswith(
        "gate.env line 2: WATUI_SOKETS: no such setting; did you mean"
    )
    write(env_file, f"A=1\nWATUI_API_KEY='{KEY}\n")
    assert refusal(toml, "", env_file).startswith("gate.env line 2: cannot be read")
    assert refusal(toml, "", tmp_path / "gone").endswith("gone cannot be read: no such file or directory")


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no configuration file .*/none\.toml"):
        load_settings(tmp_path / "none.toml", None, {})
    with pytest.raises(ConfigError, match="there is no configuration file"):
        load_settings(None, None, {"WATUI_CONFIG": str(tmp_path / "none.toml")})
    with pytest.raises(ConfigError, match="cannot be read: is a directory"):
        load_settings(tmp_path, None, {})
    with pytest.raises(ConfigError, match="cannot be read: it is larger than 1 MB"):
        load_settings(Path("/dev/zero"), None, {})
    assert not load_settings(Path("/dev/null"), None, {}).configured


def test_not_text(toml: Path) -> None:
    toml.write_bytes(b"theme = '\xff'")
    with pytest.raises(ConfigError, match="it is not text in UTF-8"):
        load_settings(toml, None, {})
    toml.write_bytes("\ufefftheme = 'bom'\r\n".encode())
    assert load_settings(toml, None, {}).theme == "bom"


# --- secrets ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
@pytest.mark.parametrize("name", ["api_key", "access_token"])
def test_a_configuration_with_a_secret_must_be_private(toml: Path, mode: int, name: str) -> None:
    said = refusal(toml, f'{name} = "{KEY}"', mode=mode)
    assert said == f"config.toml holds {name}, but other users can get at it; run: chmod 600 {toml}"
    load(toml, 'theme = "nord"', mode=mode)


def test_an_env_file_with_a_secret_must_be_private(toml: Path, tmp_path: Path) -> None:
    env_file = write(tmp_path / "my env", f"NEXT_PUBLIC_API_KEY={KEY}", 0o644)
    assert refusal(toml, "", env_file).endswith(f"run: chmod 600 '{env_file}'")
    load(toml, "", write(env_file, "WATUI_THEME=nord", 0o644))


def test_secrets_of_another_user_are_refused(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() == 0:
        write(toml, f'api_key = "{KEY}"')
        os.chown(toml, 12345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
        write(toml, f'api_key = "{KEY}"')
    with pytest.raises(ConfigError, match="belongs to another user"):
        load_settings(toml, None, {})
