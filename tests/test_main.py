"""The command line: how fast it starts, when it refuses, and that the embedded gateway never outlives it."""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from watui import __main__ as command
from watui import demo_process
from watui.demo_process import DemoError, DemoProcess, Ready

ROOT = Path(__file__).parent.parent

GATEWAY = """
import json, sys, time
{before}
print(json.dumps({{"url": "http://127.0.0.1:1234", "key": "demo", "control": "http://127.0.0.1:1235",
    "devices": ["work", "shop"]}}), flush=True)
{after}
sys.stdin.read()
"""


def watui(*arguments: str, home: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATUI_")}
    return subprocess.run(
        [sys.executable, "-m", "watui", *arguments],
        cwd=ROOT,
        env=kept | {"WATUI_HOME": str(home)} | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, umask: None) -> Path:
    """A terminal, and a home of its own for watui, whose path it returns."""

    monkeypatch.setattr(os, "isatty", lambda _: True)
    for variable in [name for name in os.environ if name.startswith("WATUI_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("WATUI_HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm-256color")
    return tmp_path


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """An app that notes in what order it is started, and with what."""
    told: list[Any] = []

    def prepare(environ: object) -> None:
        assert environ is os.environ
        told.append("prepared")

    def run(*arguments: object) -> int:
        told.extend(["running", gc.isenabled(), *arguments])
        if isinstance(raised := globals().get("_raised"), BaseException):
            raise raised
        return 7

    def begin(environ: object) -> ModuleType:
        assert environ is os.environ
        told.append("asked")
        asked.__dict__["close"] = lambda: closed.append(asked)
        return asked

    asked, closed = ModuleType("the probe"), list[ModuleType]()
    stand_ins: dict[str, dict[str, object]] = {
        "watui.terminal": {},
        "watui.terminal.environment": {"prepare": prepare},
        "watui.terminal.probe": {"begin": begin},
        "watui.start": {"run": run},
    }
    for name, contents in stand_ins.items():
        stand_in = ModuleType(name)
        stand_in.__dict__.update(contents)
        monkeypatch.setitem(sys.modules, name, stand_in)
    yield told
    gc.enable()
    assert closed == ([asked] if told else [])


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a few lines of Python stand for the embedded gateway."""

    def stand_in(before: str = "", after: str = "") -> None:
        popen = subprocess.Popen

        def start(argv: list[str], **options: Any) -> subprocess.Popen[bytes]:
            assert argv[:5] == [sys.executable, "-P", "-m", "watui", "gateway"]
            assert "--until-stdin-closes" in argv
            assert options["env"].get("WATUI_API_KEY") is None
            return popen([sys.executable, "-c", GATEWAY.format(before=before, after=after)], **options)

        monkeypatch.setattr(subprocess, "Popen", start)

    return stand_in


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


# --- without a terminal -------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_is_fast(option: str, tmp_path: Path) -> None:
    script = f"""
import sys
from watui.__main__ import main
try:
    main([{option!r}])
except SystemExit as end:
    assert end.code == 0
heavy = {{"textual", "rich", "socketio", "engineio", "aiohttp", "pydantic", "pydantic_settings", "asyncio"}}
print(sorted(heavy & sys.modules.keys()))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=20
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "watui" in done.stdout
    assert "--api-key" not in done.stdout


def test_no_option_takes_the_key(tmp_path: Path) -> None:
    for arguments in (("--api-key", "s3cret"), ("--api-key=s3cret",), ("--demo", "--access-token", "s3cret")):
        done = watui(*arguments, home=tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith("watui: no key on the command line")
        assert "s3cret" not in done.stderr


def test_without_a_terminal(tmp_path: Path) -> None:
    for arguments in ((), ("--demo",)):
        done = watui(*arguments, home=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "watui needs a terminal: its input is a file or a pipe\n"
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("\nurl = 5\n")
    for arguments in (("doctor",), ("--config", str(tmp_path / "config.toml"), "doctor")):
        done = watui(*arguments, home=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "watui: config.toml line 2: url: should be text in quotes; write it like url ="
            ' "http://127.0.0.1:3000"\n'
        )
    done = watui("doctor", "--env-file", str(tmp_path / "gone\n"), home=tmp_path)
    assert done.stderr.endswith("gone\\n cannot be read: no such file or directory\n")


def test_the_gateway_gets_its_arguments_untouched(monkeypatch: pytest.MonkeyPatch, umask: None) -> None:
    cli = ModuleType("watui.demo.cli")
    told: list[list[str]] = []

    def main(argv: list[str]) -> int:
        told.append(argv)
        return 3

    cli.__dict__["main"] = main
    monkeypatch.setitem(sys.modules, "watui.demo.cli", cli)
    assert command.main(["gateway", "--profile", "full", "--help", "--config", "x"]) == 3
    assert told == [["--profile", "full", "--help", "--config", "x"]]


def test_doctor_gets_the_settings(monkeypatch: pytest.MonkeyPatch, terminal: Path) -> None:
    doctor = ModuleType("watui.doctor")
    doctor.__dict__["main"] = lambda settings: 0 if settings.url == "http://127.0.0.1:9" else 1
    monkeypatch.setitem(sys.modules, "watui.doctor", doctor)
    config = terminal / "mine.toml"
    config.write_text('url = "http://127.0.0.1:9"')
    assert command.main(["--config", str(config), "doctor"]) == 0
    assert command.main(["doctor", "--config", str(config)]) == 0


# --- in a terminal ------------------------------------------------------------------------------------------


def test_a_dumb_terminal(
    monkeypatch: pytest.MonkeyPatch, terminal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert command.main([]) == 2
    assert "TERM is dumb" in capsys.readouterr().err


def test_a_newcomer_is_told_how_to_begin(
    terminal: Path, app: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([]) == 2
    said = capsys.readouterr().err
    assert "watui --demo" in said
    assert str(terminal / "config.toml") in said
    assert app == []


def test_the_app_runs_with_the_settings(
    monkeypatch: pytest.MonkeyPatch, terminal: Path, app: list[Any]
) -> None:
    monkeypatch.setenv("WATUI_API_KEY", "s3cret")
    assert command.main([]) == 7
    prepared, asked, running, collecting, settings, paths, demo, probe = app
    assert (prepared, asked, running, collecting, demo) == ("prepared", "asked", "running", False, None)
    assert probe is not None
    assert settings.load().secrets() == ("s3cret",)
    assert paths.log == terminal / "watui.log"
    assert os.umask(0o077) == 0o077


def test_another_configuration_file(terminal: Path, app: list[Any]) -> None:
    config = terminal / "mine.toml"
    config.write_text('url = "http://127.0.0.1:9"')
    assert command.main(["--config", str(config)]) == 7
    assert app[4].load().url == "http://127.0.0.1:9"
    assert app[5].config == config


def test_interrupted(monkeypatch: pytest.MonkeyPatch, terminal: Path, app: list[Any], capsys: Any) -> None:
    monkeypatch.setenv("WATUI_API_KEY", "s3cret")
    monkeypatch.setitem(globals(), "_raised", KeyboardInterrupt())
    assert command.main([]) == 130
    assert capsys.readouterr() == ("", "")


# --- the demo -----------------------------------------------------------------------------------------------


def test_the_demo_starts_its_gateway_and_ends_it(
    monkeypatch: pytest.MonkeyPatch, terminal: Path, app: list[Any], gateway: Callable[..., None]
) -> None:
    monkeypatch.setenv("WATUI_API_KEY", "s3cret")
    gateway()
    assert command.main(["--demo"]) == 7
    settings, paths, demo, _ = app[4:]
    assert settings.load().secrets() == ()
    assert paths.state == terminal / "demo" / "state.json"
    assert gone(demo.pid)
    assert not paths.data.exists()


def test_the_demos_gateway_starts_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    script = """
import os, subprocess, sys
heavy = {"textual", "rich", "socketio", "engineio", "aiohttp", "pydantic", "pydantic_settings", "asyncio"}
def start(argv, **_):
    print(argv[4], sorted(heavy & sys.modules.keys()))
    raise OSError(2, "No such file or directory")
os.isatty = lambda _: True
subprocess.Popen = start
from watui.__main__ import main
sys.exit(main(["--demo"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"WATUI_HOME": str(tmp_path), "TERM": "xterm-256color"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.stdout == "gateway []\n"
    assert (done.returncode, done.stderr) == (
        2,
        "watui: the demo gateway cannot be started: No such file or directory\n",
    )


def test_the_demo_ends_its_gateway_when_the_app_fails(
    monkeypatch: pytest.MonkeyPatch, terminal: Path, app: list[Any], gateway: Callable[..., None]
) -> None:
    gateway()
    monkeypatch.setitem(globals(), "_raised", ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        command.main(["--demo"])
    assert gone(app[-2].pid)


def test_the_gateway_says_where_it_is(gateway: Callable[..., None], tmp_path: Path) -> None:
    gateway(before="print('a note', file=sys.stderr); time.sleep(0.1)")
    demo = DemoProcess(tmp_path / "gateway.log")
    try:
        with pytest.raises(DemoError, match="is not ready yet"):
            demo.ready(0.0)
        ready = Ready("http://127.0.0.1:1234", "demo", "http://127.0.0.1:1235", ("work", "shop"))
        assert demo.ready(10) == ready
        assert demo.ready(0) == ready
    finally:
        demo.stop()
    demo.stop()
    assert gone(demo.pid)
    assert (tmp_path / "gateway.log").read_text() == "a note\n"
    assert (tmp_path / "gateway.log").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("sys.exit(1)", "the demo gateway ended; .*gateway.log may say why"),
        ("print('Traceback', flush=True)", "said something else than expected"),
        ("print('[1]', flush=True)", "said something else than expected"),
    ],
)
def test_a_gateway_that_fails_is_told_in_words(
    gateway: Callable[..., None], tmp_path: Path, before: str, words: str
) -> None:
    gateway(before)
    demo = DemoProcess(tmp_path / "gateway.log")
    try:
        with pytest.raises(DemoError, match=words):
            demo.ready(10)
    finally:
        demo.stop()
    with pytest.raises(DemoError):
        demo.ready(1)


def test_a_gateway_that_will_not_end_is_killed(
    monkeypatch: pytest.MonkeyPatch, gateway: Callable[..., None], tmp_path: Path
) -> None:
    monkeypatch.setattr(demo_process, "GRACE", 0.1)
    stay = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    gateway(before=stay, after="time.sleep(60)")
    demo = DemoProcess(tmp_path / "gateway.log")
    demo.ready(10)
    begun = time.monotonic()
    demo.stop()
    assert gone(demo.pid)
    assert time.monotonic() - begun < 5


def test_the_gateway_ends_even_if_watui_is_killed(tmp_path: Path) -> None:
    script = f"""
import subprocess, sys, time
from pathlib import Path
from watui import demo_process
popen = subprocess.Popen
gateway = {GATEWAY.format(before="", after="")!r}
subprocess.Popen = lambda argv, **rest: popen([sys.executable, "-c", gateway], **rest)
demo = demo_process.DemoProcess(Path({str(tmp_path / "gateway.log")!r}))
demo.ready(10)
print(demo.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait(10)
    deadline = time.monotonic() + 10
    while not (gone(pid) or _is_zombie(pid)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_zombie(pid: int) -> bool:
    # Where nobody reaps orphans, as in a bare container, an ended process keeps its number.
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_a_child_finds_watui_and_not_the_current_directory(tmp_path: Path) -> None:
    (tmp_path / "watui.py").write_text("raise SystemExit('hijacked')")
    environ = demo_process._environment()
    assert not [name for name in environ if name.startswith("WATUI_")]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "watui", "--version"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    assert done.stdout.startswith("watui ")
    assert json.dumps(done.stderr) == '""'
