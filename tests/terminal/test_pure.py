"""The parts of the terminal package that need no terminal."""

import ast
import io
import os
import re
import select
import stat
import subprocess
import sys
import threading
import time
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.drivers.linux_driver import LinuxDriver

from watui.terminal import PasteGuard, Reporter, output, prepare, sequences
from watui.terminal.filters import Tripwire, guard
from watui.terminal.host import Guarded
from watui.terminal.outlet import BACKLOG, Outlet
from watui.terminal.sequences import AFTER_CUT

ROOT = Path(__file__).parents[2]
BLACK = Color(0, 0, 0)
HOSTILE = "a;b\x1b]0;x\x07\x9b\u202e\u2067\x00\n\rc"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def test_importing_the_package_imports_no_textual() -> None:
    code = "import sys, watui.terminal.sequences; sys.exit('textual' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_prepare() -> None:
    environ = {"TEXTUAL_LOG": "keys", "TEXTUAL": "devtools", "TEXTUAL_DRIVER": "x:y", "HOME": "/"}
    prepare(environ)
    assert environ == {"HOME": "/", "TEXTUAL_FPS": "1000", "TEXTUAL_ANIMATIONS": "none"}
    environ = {"SSH_CONNECTION": "1", "TEXTUAL_FPS": "15", "TEXTUAL_ANIMATIONS": "full"}
    prepare(environ)
    assert environ == {
        "SSH_CONNECTION": "1",
        "TEXTUAL_FPS": "15",
        "TEXTUAL_ANIMATIONS": "full",
        "ESCDELAY": "250",
    }


def test_paste_guard() -> None:
    guard = PasteGuard()
    assert guard.is_typed(0.0)
    guard.key(1.0)
    assert not guard.is_typed(1.019)
    assert guard.is_typed(1.0201)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("osc9", "\x1b]9;Ana: hi\x07"),
        ("osc777", "\x1b]777;notify;Ana;hi\x07"),
        ("osc99", "\x1b]99;i=watui:d=0;Ana\x1b\\\x1b]99;i=watui:d=1:p=body;hi\x1b\\"),
    ],
)
def test_notification_bytes(kind: sequences.Kind, expected: str) -> None:
    assert sequences.osc_notification(kind, "Ana", "hi") == expected


def test_a_notification_is_never_a_command() -> None:
    assert sequences.osc_notification("osc9", "4;1;42", "") == "\x1b]9;watui: 4,1,42\x07"


@given(st.text(), st.text(), st.sampled_from(["osc9", "osc777", "osc99"]))
def test_foreign_text_cannot_leave_its_place(heading: str, body: str, kind: sequences.Kind) -> None:
    empty = sequences.osc_notification(kind, "x", "y")
    full = sequences.osc_notification(kind, heading, body)
    assert CONTROL.findall(full) == CONTROL.findall(empty)
    assert full.count(";") == empty.count(";")
    assert len(full) < 400
    full.encode()


@pytest.mark.parametrize(
    ("environ", "terminal", "kind"),
    [
        ({}, "", None),
        ({"TERM": "xterm-256color"}, "", None),
        ({"TERM": "xterm-kitty"}, "", "osc99"),
        ({"KITTY_WINDOW_ID": "1"}, "", "osc99"),
        ({"KITTY_WINDOW_ID": "1", "STY": "s"}, "", "osc777"),
        ({"KITTY_WINDOW_ID": "1"}, "XTerm(379)", None),
        ({}, "kitty(0.26.5)", "osc99"),
        ({"TERM_PROGRAM": "ghostty"}, "", "osc777"),
        ({"TERM_PROGRAM": "WezTerm"}, "", "osc777"),
        ({"TERM": "foot"}, "", "osc777"),
        ({"TERM": "rxvt-unicode-256color"}, "", "osc777"),
        ({"TERM_PROGRAM": "iTerm.app"}, "", "osc9"),
        ({"LC_TERMINAL": "iTerm2"}, "", "osc9"),
        ({"WT_SESSION": "x"}, "", "osc9"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "", None),
    ],
)
def test_kind(environ: dict[str, str], terminal: str, kind: str | None) -> None:
    assert sequences.notification_kind(environ, terminal) == kind


def test_wrapping() -> None:
    inside = sequences.notification({"TMUX": "x"}, "Ana", "hi", "foot(1.16)")
    assert inside == "\x07\x1bPtmux;\x1b\x1b]777;notify;Ana;hi\x07\x1b\\"
    assert (
        sequences.notification({"STY": "x"}, "Ana", "hi", "foot")
        == "\x07\x1bP\x1b]777;notify;Ana;hi\x07\x1b\\"
    )
    assert sequences.notification({}, "Ana", "hi") == "\x07"
    assert (
        sequences.clipboard("hi", {"TMUX": "x"}) == "\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\"
    )
    assert sequences.clipboard("\ud83d", {}) == "\x1b]52;c;Pw==\x07"
    assert sequences.clipboard("x" * 74_995, {}) is None


@pytest.mark.parametrize("reopens", [True, False])
def test_outlet_on_a_stalled_terminal(monkeypatch: pytest.MonkeyPatch, reopens: bool) -> None:
    if not reopens:
        monkeypatch.setattr("watui.terminal.outlet._reopen", lambda fd: (os.dup(fd), False))
    master, slave = os.openpty()
    drained, lost = threading.Event(), threading.Event()
    outlet = Outlet(slave, "utf-8", drained=drained.set, lost=lost.set)
    outlet.start()
    begin = time.monotonic()
    taken = sum(outlet.write("x" * 10_000) for _ in range(1000))
    assert BACKLOG <= taken * 10_000 < BACKLOG + 100_000
    assert outlet.write("kept", keep=True)
    assert not outlet.settle(0.1)
    assert outlet.write("reset") is reopens
    assert outlet.stop(0.1) is reopens
    assert time.monotonic() - begin < 0.8
    if reopens:
        assert os.read(master, 1_000_000)  # what the line discipline still held
        assert os.read(master, 1_000_000).endswith(AFTER_CUT.encode() + b"reset")
    os.close(master)  # which lets go of the thread that was left
    outlet._thread.join(2)
    assert not outlet._thread.is_alive()
    os.close(slave)


def test_outlet_catches_up_and_notices_the_end() -> None:
    master, slave = os.openpty()
    drained, lost = threading.Event(), threading.Event()
    outlet = Outlet(slave, "utf-8", drained=drained.set, lost=lost.set)
    outlet.start()
    while outlet.write("x" * 10_000):
        pass
    while not drained.is_set():
        if select.select([master], [], [], 0.05)[0]:
            os.read(master, 65536)
    assert outlet.write("again \ud83d")
    assert outlet.settle(2)
    seen = b""
    while not seen.endswith(rb"again \ud83d"):
        seen += os.read(master, 65536)
    os.close(master)
    outlet.write("into the void")
    assert lost.wait(2)
    assert not outlet.write("nothing")
    assert outlet.stop(1)
    os.close(slave)


def test_title_and_plain() -> None:
    assert sequences.title(HOSTILE) == "\x1b]0;a,b]0,x c\x07"
    assert sequences.plain("x" * 200, 10) == "x" * 9 + "…"
    assert sequences.plain("👩\u200d🚀", 10) == "👩\u200d🚀"


def test_desktop_command() -> None:
    local = {"DBUS_SESSION_BUS_ADDRESS": "unix:", "WAYLAND_DISPLAY": "w"}
    assert sequences.desktop_command("-evil", "<b>&\x1b\n", local) == [
        *("notify-send", "--app-name=watui", "--", "-evil", "&lt;b&gt;&amp;")
    ]
    for environ in (
        {},
        {"DISPLAY": ":0"},
        {"DBUS_SESSION_BUS_ADDRESS": "x"},
        {**local, "SSH_CONNECTION": "x"},
    ):
        assert sequences.desktop_command("a", "b", environ) is None


def test_tripwire() -> None:
    tripwire = Tripwire()
    clean = [
        Segment("hello "),
        Segment("wörld ❤️", Style(bold=True)),
        Segment("\x1b[H", None, [(ControlType.HOME,)]),
    ]
    assert tripwire.apply(clean, BLACK) is clean
    assert tripwire.hits == 0
    dirty = [*clean, Segment(HOSTILE), Segment("x", Style(link="http://a/\x1b\\"))]
    cleaned = tripwire.apply(dirty, BLACK)
    assert cleaned[:3] == clean
    assert cleaned[3].text == "a;b]0;xc"
    assert cleaned[4].style is not None
    assert cleaned[4].style.link is None
    assert tripwire.hits == 9


async def test_headless_apps_get_nothing_written() -> None:
    app = Guarded[None]()
    async with app.run_test():
        assert not output.bell(app)
        assert not output.set_title(app, "x")
        assert not output.notify(app, "x", "y", environ={"TERM_PROGRAM": "ghostty"})
        failed: list[BaseException] = []

        def elsewhere() -> None:
            try:
                output.bell(app)
            except RuntimeError as error:
                failed.append(error)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        assert len(failed) == 1, "not from another thread"
    assert not output.bell(App[None]())
    assert isinstance(guard(App[None]()), Tripwire)


def test_reporter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    reporter = Reporter(tmp_path / "reports", lambda text: text.replace("KEY", "[key]"), logged.append)

    def fail() -> None:
        local = "SECRET" + "-LOCAL"
        raise ValueError(f"KEY\x1b]0;x\x07 {len(local)}")

    with pytest.raises(ValueError) as caught:
        fail()
    line = reporter.report(caught.value)
    assert reporter.report(caught.value) == line
    (path,) = (tmp_path / "reports").iterdir()
    assert line == f"watui stopped: ValueError; report in {path}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = path.read_text(encoding="utf-8")
    assert "ValueError: [key]" in text
    assert "SECRET-LOCAL" not in text
    assert "\x1b" not in text

    reporter.loop_handler(None, {"message": "never retrieved", "exception": KeyError("x")})
    assert re.fullmatch(r"asyncio: never retrieved: KeyError; report in \S+", logged[-1])
    monkeypatch.setattr(threading, "excepthook", reporter.thread_hook)
    thread = threading.Thread(target=fail, name="net")
    thread.start()
    thread.join()
    assert re.fullmatch(r"thread net: ValueError; report in \S+", logged[-1])
    for number in range(Reporter.MOST):
        reporter.report(ValueError(number))
    assert len(list((tmp_path / "reports").iterdir())) == Reporter.MOST
    assert reporter.report(OSError()) == "watui stopped: OSError; too many reports"


def test_reporter_never_raises(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "no report could be written" in Reporter(tmp_path / "file" / "x", str).report(ValueError())
    assert "(ZeroDivisionError)" in Reporter(tmp_path, lambda text: str(1 // 0)).report(ValueError())
    assert not list(tmp_path.glob("crash*"))


def test_no_other_module_touches_the_terminal() -> None:
    """`watui/demo` plays hostile senders and is no part of the client; all else goes through this package."""
    raw = re.compile(r"\\x1b|\\033|\\u001b|\\e\[|\\N\{ESC|\x1b|\b_driver\b", re.IGNORECASE)
    ringing = re.compile(r"\x07|(?<!\\)\\(?:a(?![a-z])|x07|007|u0007|N\{BEL)")
    found = []
    for path in sorted((ROOT / "watui").rglob("*.py")):
        if path.relative_to(ROOT / "watui").parts[0] in {"terminal", "demo"}:
            continue
        source = path.read_text(encoding="utf-8")
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in {tokenize.STRING, tokenize.NAME} and (
                raw.search(token.string) or ringing.search(token.string)
            ):
                found.append(f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string[:60]}")
        found += [f"{path.relative_to(ROOT)}: {each}" for each in _builders(ast.parse(source))]
    assert not found, found


HARMLESS = {"BODY_LIMIT", "CLIPBOARD_LIMIT", "TITLE_LIMIT", "plain"}
"""What others may take from `sequences`: nothing that holds or builds one."""


def _builders(tree: ast.AST) -> Iterator[str]:
    """Find what builds a control by its number, takes builders of sequences, or has Textual itself ring."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="chr"), args=[ast.Constant(value=int(code))]) if code < 32:
                yield f"chr({code})"
            case ast.Call(func=ast.Attribute(value=value, attr="bell")) if not _is_named(
                value, "output", "_direct"
            ):
                yield f"{ast.unparse(node)}"
            case ast.ImportFrom(module="watui.terminal", names=names):
                yield from (each.name for each in names if each.name in {"sequences", "outlet", "driver"})
            case ast.ImportFrom(module="watui.terminal.sequences", names=names):
                yield from (each.name for each in names if each.name not in HARMLESS)
            case ast.ImportFrom(module="watui.terminal.outlet" | "watui.terminal.driver"):
                yield str(node.module)
            case ast.Import(names=names):
                yield from (each.name for each in names if each.name.startswith("watui.terminal."))


def _is_named(value: ast.expr, *names: str) -> bool:
    return ast.unparse(value).rpartition(".")[2] in names


@pytest.mark.parametrize(
    "line",
    [
        "app.bell()",
        "print(chr(27))",
        "from watui.terminal.sequences import BELL",
        "from watui.terminal import sequences",
        "from watui.terminal.outlet import Outlet",
        "import watui.terminal.sequences",
    ],
)
def test_each_way_round_is_found(line: str) -> None:
    assert list(_builders(ast.parse(line)))


@pytest.mark.parametrize(
    ("owner", "method", "relied_on"),
    [
        (App, "__init__", ["self._filters: list[LineFilter] = [", "driver_class or self.get_driver_class()"]),
        (
            App,
            "_handle_exception",
            ["self._return_code = 1", "self._exception = error", "self.panic(error)", "self._fatal_error()"],
        ),
        (App, "_fatal_error", ["self._exit_renderables.append", "self._close_messages_no_wait()"]),
        (
            App,
            "_shutdown",
            ["driver.disable_input()", "self._driver.close()", "self._print_error_renderables()"],
        ),
        (
            App,
            "_process_messages",
            ["driver.start_application_mode()", "driver.stop_application_mode()", "self._build_driver("],
        ),
        (App, "_thread_init", ["self._thread_id = threading.get_ident()"]),
        (
            App,
            "suspend",
            ["self._driver.suspend_application_mode()", "self._driver.resume_application_mode()"],
        ),
        (
            LinuxDriver,
            "start_application_mode",
            [
                "target=self._run_input_thread",
                "self._key_thread.start()",
                "self._must_signal_resume",
                "self.write(",
            ],
        ),
        (LinuxDriver, "stop_application_mode", ["self.attrs_before", "self.disable_input()", "self.write("]),
        (LinuxDriver, "disable_input", ["self._key_thread.join()", "self.exit_event.is_set()"]),
        (LinuxDriver, "close", ["if self._writer_thread is not None"]),
        (LinuxDriver, "_sigcont_application", ["self.resume_application_mode()"]),
        (LinuxDriver, "_enable_mouse_pixels", ["self._mouse_pixels = True"]),
        (LinuxDriver, "process_message", ["InBandWindowResize"]),
    ],
)
def test_textual_is_still_what_this_relies_on(owner: type, method: str, relied_on: list[str]) -> None:
    import inspect

    source = inspect.getsource(getattr(owner, method))
    for text in relied_on:
        assert text in source, f"{owner.__name__}.{method} has changed: read it again, then watui/terminal/"
