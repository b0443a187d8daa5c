"""Every way out, at the worst moment: within a second, the terminal as it was, nothing left running."""

import fcntl
import json
import os
import pty
import signal
import socket
import stat
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.desk import ALICE, QUIET, WATUI, Desk, gateway


@pytest.fixture(scope="module")
def house() -> Iterator[dict[str, Any]]:
    with gateway(*QUIET, "--profile", "full") as ready:
        yield ready


@contextmanager
def deaf() -> Iterator[str]:
    """Something that lets one connect and never says a word; yields its address."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def tell(how: str, seconds: float) -> None:
    print(f"left {how} in {seconds:.3f} s")


def left(desk: Desk, how: str) -> None:
    """Press Ctrl+Q and see that all is as it should be."""
    tell(how, desk.leave())
    desk.assert_clean()


def test_while_the_gateway_says_nothing(tmp_path: Path) -> None:
    with deaf() as url, Desk({"url": url, "key": "k" * 20}, tmp_path) as desk:
        desk.until("connecting")
        left(desk, "while connecting")


def test_while_the_live_connection_says_nothing(house: dict[str, Any], tmp_path: Path) -> None:
    with deaf() as url, Desk(house, tmp_path, WATUI_SOCKET_URL=url) as desk:
        desk.until(lambda: "connecting" in desk.text and "Robin" in desk.text)
        left(desk, "while the socket connects")


def test_offline(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    with Desk({"url": url, "key": "k" * 20}, tmp_path) as desk:
        desk.until("offline")
        left(desk, "offline")


def test_in_a_burst(tmp_path: Path) -> None:
    with gateway(*QUIET, "--profile", "full") as ready, Desk(ready, tmp_path) as desk:
        desk.live()
        desk.open()
        desk.do("burst", count=100_000, rate=5000)
        desk.until("burst 1")
        desk.until(lambda: desk.text.count("burst ") > 10)
        left(desk, "in a burst of 5,000 a second")


@pytest.mark.parametrize(
    ("keys", "shown"),
    [(b"\x0b", "▌Alice Bergmann  "), (b"\x1bOP", "everywhere"), (b"\x10", "About this chat")],
    ids=["switcher", "help", "palette"],
)
def test_in_a_dialog(keys: bytes, shown: str, house: dict[str, Any], tmp_path: Path) -> None:
    with Desk(house, tmp_path) as desk:
        desk.live()
        desk.send(keys)
        desk.until(shown)
        left(desk, "in a dialog")


def test_while_a_message_is_on_its_way(tmp_path: Path) -> None:
    with gateway(*QUIET, "--profile", "full") as ready, Desk(ready, tmp_path) as desk:
        desk.live()
        desk.open()
        desk.do("faults", match="POST .*/chats$", kind="stall", seconds=60)
        desk.type("on its way")
        desk.enter()
        desk.until(lambda: any(call.get("fault") == "stall" for call in desk.calls()["calls"]))
        left(desk, "while sending")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_by_a_signal(number: signal.Signals, house: dict[str, Any], tmp_path: Path) -> None:
    with Desk(house, tmp_path) as desk:
        desk.live()
        desk.open()
        desk.type("half a thought")
        tell(f"by {number.name}", desk.ended(lambda: desk.terminal.signal(number), 128 + number))
        desk.assert_clean()
        assert draft(tmp_path) == "half a thought"


def test_when_the_terminal_goes_away(house: dict[str, Any], tmp_path: Path) -> None:
    with Desk(house, tmp_path) as desk:
        desk.live()
        desk.open()
        desk.type("half a thought")
        tell("by a hangup", desk.ended(desk.terminal.hangup, 129))
        assert draft(tmp_path) == "half a thought"


def test_when_the_input_ends(house: dict[str, Any], tmp_path: Path) -> None:
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    fcntl.ioctl(master, termios.TIOCSWINSZ, b"\x28\0\x78\0\0\0\0\0")
    argv = ("/bin/sh", "-c", 'exec "$@" <"$0"', name, *WATUI)
    with Desk(house, tmp_path, argv=argv) as desk:
        desk.live()
        os.close(slave)
        tell("by the end of input", desk.ended(lambda: os.close(master), 129))


def draft(home: Path) -> str:
    """Give the one draft that was kept, in a file that nobody else can read."""
    path = home / "state.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (kept,) = json.loads(path.read_text("utf-8"))["drafts"].values()
    return str(kept)


def test_a_draft_waits_for_the_next_start(house: dict[str, Any], tmp_path: Path) -> None:
    with Desk(house, tmp_path) as desk:
        desk.live()
        desk.open()
        desk.type("half a thought 🌙")
        left(desk, "with a draft")
    assert draft(tmp_path) == "half a thought 🌙"
    with Desk(house, tmp_path) as desk:
        desk.live()
        desk.until("half a thought 🌙")  # the chat that was open last is open again
        desk.open()
        desk.enter()
        desk.until(lambda: desk.sends("half a thought 🌙"))
        desk.until("write a message")
        desk.leave()
    assert "drafts" not in json.loads((tmp_path / "state.json").read_text("utf-8"))


def children(pid: int) -> list[int]:
    """Processes that a process has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


def running(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")
@pytest.mark.parametrize("killed", [False, True], ids=["quit", "killed"])
def test_the_gateway_of_the_demo_ends_with_it(killed: bool, tmp_path: Path) -> None:
    with Desk({}, tmp_path, "--demo") as desk:
        desk.until(lambda: "● live" in desk.text or "linked" in desk.text or "Link a phone" in desk.text)
        (child,) = children(desk.terminal.pid)
        assert running(child)
        if killed:
            desk.terminal.signal(signal.SIGKILL)
            assert desk.terminal.wait_exit() == -signal.SIGKILL
            desk.until(lambda: not running(child))
        else:
            left(desk, "from the demo")
            assert not running(child)


@pytest.mark.skipif(sys.platform != "linux", reason="counts what Linux tells")
def test_nothing_runs_on(house: dict[str, Any], tmp_path: Path) -> None:
    with Desk(house, tmp_path) as desk:
        desk.live()
        desk.open(ALICE)
        before = children(desk.terminal.pid)
        left(desk, "in peace")
        assert before == []
