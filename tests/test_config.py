"""Settings: which place wins, what each setting becomes, and what the demo takes of them."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.places import KEY, load, refusal, write
from watui.config import ConfigError, Settings, load_settings
from watui.keys import read_key


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_nothing_set_means_the_gateways_own_port_on_this_computer(tmp_path: Path) -> None:
    found = load_settings(None, None, {"WATUI_HOME": str(tmp_path)})
    assert found.url == "http://127.0.0.1:3000"
    assert not found.configured
    assert not found.plaintext
    assert found.desktop_notifications
    assert read_key(found) is None


def test_all_of_it_from_toml(toml: Path, tmp_path: Path) -> None:
    write(tmp_path / "ca.pem", "x")
    found = load(
        toml,
        f"""
url = "https://gate.example/wa/api/v1/"
api_key = "{KEY}"
access_token = "t0ken"
socket_path = "live/"
sockets = false
ca_file = "ca.pem"
log_level = "WARN"
log_file = "here.log"
theme = "nord"
desktop_notifications = false
""",
    )
    assert found.url == "https://gate.example/wa"
    assert found.secrets() == (KEY, "t0ken")
    assert (found.socket_path, found.sockets, found.log_level) == ("/live", False, "warning")
    # Relative to the file, wherever watui is started.
    assert (found.ca_file, found.log_file) == (tmp_path / "ca.pem", tmp_path / "here.log")
    assert (found.theme, found.desktop_notifications, found.configured) == ("nord", False, True)
    assert KEY not in repr(found)
    assert "t0ken" not in repr(found)


def test_whose_texts_go_through_the_queue(toml: Path) -> None:
    assert load(toml, "").queue is False
    assert load(toml, "queue = true").queue is True
    assert load(toml, 'queue = ["shop", " work "]').queue == ("shop", "work")
    assert load(toml, "", WATUI_QUEUE="true").queue is True
    assert load(toml, "queue = true", WATUI_QUEUE="shop, work").queue == ("shop", "work")
    with pytest.raises(ConfigError, match=r"config.toml line 1: queue: should be true, false, or a list"):
        load(toml, "queue = 7")


def test_variables_win_over_the_env_file_and_that_over_toml(toml: Path, tmp_path: Path) -> None:
    env_file = write(tmp_path / ".env", "WATUI_THEME=file\nWATUI_SOCKET_PATH=/file\n")
    text = 'theme = "toml"\nsocket_path = "/toml"\nlog_level = "error"\n'
    found = load(toml, text, env_file, WATUI_THEME="variable", WATUI_LOG_LEVEL="")
    assert (found.theme, found.socket_path, found.log_level) == ("variable", "/file", "error")


def test_a_key_in_a_variable_replaces_the_file_of_the_configuration(toml: Path) -> None:
    found = load(toml, 'api_key_file = "/nowhere"', WATUI_API_KEY=KEY)
    assert found.api_key_file is None
    key = read_key(found)
    assert key is not None
    assert key.get_secret_value() == KEY


def test_an_address_in_a_variable_takes_the_sockets_along(toml: Path) -> None:
    found = load(toml, 'socket_url = "https://old.example"', WATUI_URL="https://new.example")
    assert found.socket_base == "https://new.example"


def test_the_process_environment_is_not_looked_at(monkeypatch: pytest.MonkeyPatch, toml: Path) -> None:
    monkeypatch.setenv("WATUI_THEME", "leaked")
    monkeypatch.setenv("THEME", "leaked")
    assert Settings().theme is None
    assert load(toml, "").theme is None


def test_every_setting_is_documented_and_its_example_is_valid(toml: Path, tmp_path: Path) -> None:
    for name, about in Settings.model_fields.items():
        assert about.description, name
        assert about.examples, name
        if name not in {"tls_fingerprint", "ca_file"}:
            load(toml, f"{name} = {json.dumps(about.examples[0])}")


def test_the_demo_keeps_the_look_and_nothing_of_the_gateway(toml: Path) -> None:
    write(
        toml, f'url = "nonsense"\napi_key = "{KEY}"\ntheme = "nord"\nsounds = false\nsockets = false', 0o644
    )
    environ = {"WATUI_TLS_FINGERPRINT": "nonsense", "WATUI_DEBUG": "1"}
    mine = load_settings(toml, None, environ, demo=True)
    assert mine.secrets() == ()
    found = mine.for_demo("http://127.0.0.1:1234", "demo-key")
    assert (found.url, found.secrets(), found.sockets) == ("http://127.0.0.1:1234", ("demo-key",), True)
    assert (found.theme, found.sounds, found.debug) == ("nord", False, True)
    whole = Settings(url="https://gate.example", access_token=SecretStr(KEY), theme="nord")
    assert whole.for_demo("http://127.0.0.1:1", "k").secrets() == ("k",)


def test_the_settings_of_alerts(toml: Path, tmp_path: Path) -> None:
    usual = load(toml, "")
    assert (usual.terminal_notifications, usual.alert_text, usual.alerts) == (True, "new", "all")
    assert (usual.quiet_minutes, usual.quiet_except, usual.sound_player) == (None, (), None)
    found = load(
        toml,
        'quiet_hours = "22-7:30"\nquiet_except = ["Ana", " +49 30 "]\nsound_player = ["mpv"]\n'
        'sound_message = "ding.oga"\nalerts = "mentions"',
        WATUI_ALERT_COMMAND='["logger", "-t", "x"]',
        WATUI_SOUND_ERROR="/x.oga",
    )
    assert (found.quiet_hours, found.quiet_minutes) == ("22:00-07:30", (22 * 60, 7 * 60 + 30))
    assert (found.quiet_except, found.sound_player) == (("Ana", "+49 30"), ("mpv",))
    assert (found.sound_message, found.sound_error) == (tmp_path / "ding.oga", Path("/x.oga"))
    assert found.alert_command == ("logger", "-t", "x")
    demo = load_settings(toml, None, {}, demo=True).for_demo("http://127.0.0.1:1", "k")
    assert (demo.alerts, demo.quiet_hours) == ("mentions", "22:00-07:30")
    assert load(toml, "", WATUI_QUIET_EXCEPT="Ana, Bob").quiet_except == ("Ana", "Bob")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('quiet_hours = "25:00-7:00"', "quiet_hours: should be hours such as 22:00-07:00; write it like"),
        ('quiet_hours = "7-07:00"', 'quiet_hours: begins when it ends; alerts = "none" is quiet all day'),
        ("quiet_except = [1]", "quiet_except: should be a list of names or numbers; write it like"),
        ('sound_player = "mpv"', "sound_player: should be a list: the program, then each argument"),
        ("alert_command = []", "alert_command: should be a list: the program, then each argument"),
        ('alerts = "loud"', "alerts: should be one of 'all', 'mentions' or 'none'"),
        ("media_days = -1", "media_days: should be at least 0; write it like media_days = 30"),
        ("media_days = 1_000_000", "media_days: should be at most 100000; write it like"),
        ('media_days = "many"', "media_days: should be a whole number; write it like"),
    ],
)
def test_mistakes_in_them(toml: Path, text: str, words: str) -> None:
    assert refusal(toml, text).startswith(f"config.toml line 1: {words}")
