"""What comes from a gateway: one message, five thousand a second, as many as there are."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from tests.bench.desk import empty
from tests.bench.measure import PYTHON, ROOT, Watched, control, cpu, environment, gateway, median, percentile
from tests.bench.report import Report, times

RATE, SECONDS = 5_000, 10

FLOOD = 40_000

DEVICES, EACH = 20, 10
"""Devices of the fleet, and how many messages a second each of them gets."""

PAIRS = 3
"""How often watui and the bare client take turns."""

QUIET_GATEWAY = ("--profile", "whatsapi", "--devices", "1", "--unpaired", "0", "--rate", "0")


class Counted(Watched):
    """watui on a gateway, with its first chat open."""

    def __init__(self, home: Path, ready: dict[str, Any], **more: str) -> None:
        number = len(list(home.glob("pipe*")))
        self._pipe, self._answer = home / f"pipe{number}", home / f"texts{number}"
        os.mkfifo(self._pipe)
        # Each with an archive of its own: in another one's it would find the same texts.
        env = environment(home / f"home{number}", WATUI_URL=ready["url"], WATUI_API_KEY=ready["key"], **more)
        super().__init__([PYTHON, "-m", "tests.bench.counted", str(self._pipe), str(self._answer)], env)

    def __enter__(self) -> Self:
        self.until("live", timeout=30)
        self.press("\r")
        self.until("write a message", timeout=10)
        self.settle(2.5)
        return self

    def texts(self, prefix: str) -> list[str]:
        """Give the texts in the open chat that begin so, in order."""
        return [line for line in self._ask("texts") if line.startswith(prefix)]

    def counts(self) -> dict[str, int]:
        """Tell how many messages of the fleet's each device holds."""
        return {device: int(count) for device, count in map(str.split, self._ask("devices"))}

    def _ask(self, order: str) -> list[str]:
        self._answer.unlink(missing_ok=True)
        with self._pipe.open("a", encoding="utf-8") as pipe:
            pipe.write(f"{order}\n")
        end = time.monotonic() + 30
        while not self._answer.exists() and time.monotonic() < end:
            time.sleep(0.05)
        return self._answer.read_text(encoding="utf-8").split("\n")

    def shown(self, text: str, after: int, within: float) -> float:
        """Wait until a text has been written; gives the time at which it was."""
        wanted = text.encode()
        end = time.monotonic() + within
        seen = b""
        while time.monotonic() < end:
            while after < len(self.chunks):
                moment, data = self.chunks[after]
                after += 1
                seen = seen[-100:] + data
                if wanted in seen:
                    return moment
            time.sleep(0.002)
        raise AssertionError(f"not shown: {text}\n{self.text}")


def whole(texts: list[str], prefix: str, count: int) -> bool:
    """Whether messages with the numbers from 1 on are all there, each once, in order."""
    return [text.rstrip("·.") for text in texts] == [f"{prefix}{number}" for number in range(1, count + 1)]


def inbound(home: Path, report: Report) -> None:
    """One message after a while of silence, from the order to the gateway to the screen."""
    with gateway(*QUIET_GATEWAY) as ready, empty(home) as unit:
        device, chat = _first_chat(ready)
        with Counted(home, ready) as watui:
            taken = []
            for number in range(25):
                time.sleep(0.15)
                after = len(watui.chunks)
                text = f"inbound number {number}."
                began = time.monotonic()
                control(ready, "/message", {"device": device, "chat": chat, "text": text})
                taken.append(watui.shown(text, after, 5.0) - began)
                unit.key()
        ours = median(taken)
        report.add(
            "inbound",
            "one message, from the order to the gateway to the screen",
            f"{times(ours, unit.median)} control",
            "<= 12 x control",
            ok=ours <= 12 * unit.median,
            seconds=ours,
            control=unit.median,
        )


def paced(home: Path, report: Report) -> None:
    """5,000 messages a second into the open chat, while somebody types."""
    with gateway(*QUIET_GATEWAY) as ready, empty(home) as unit:
        device, _ = _first_chat(ready)
        with Counted(home, ready) as watui:
            count = RATE * SECONDS
            after, used, began = len(watui.chunks), cpu(watui.pid), time.monotonic()
            order = {"device": device, "count": count, "rate": RATE, "chats": 1, "prefix": "f", "size": 20}
            control(ready, "/burst", order)
            ours, units = [], []
            while time.monotonic() - began < SECONDS:
                units.append(unit.echo())
                ours.append(watui.echo())
                time.sleep(0.01)
            while not (state := control(ready, "/burst"))["done"]:
                time.sleep(0.05)
            watui.shown(f"f{count}·", after, 60)
            share = (cpu(watui.pid) - used) / (time.monotonic() - began)
            texts = watui.texts("f")
    base = median(units)
    rate = state["sent"] / state["seconds"]
    report.add(
        "paced", "5,000 messages/s for 10 s: how many a second the gateway sent", f"{rate:.0f}/s", rate=rate
    )
    report.add(
        "paced",
        "of these held in the open chat, each once and in order",
        f"{len(texts)} of {count}",
        "none lost",
        ok=whole(texts, "f", count),
        held=len(texts),
    )
    report.add("paced", "CPU of watui meanwhile", f"{share:.0%}", share=share)
    for what, figure, most in (("p95", percentile(ours, 0.95), 6), ("worst", max(ours), 20)):
        report.add(
            "paced",
            f"a key meanwhile, {what}",
            f"{times(figure, base)} control",
            f"<= {most} x control",
            ok=figure <= most * base,
            seconds=figure,
            control=base,
        )


def fleet(home: Path, report: Report) -> None:
    """Twenty devices that get 200 messages a second together, while somebody types."""
    quiet = ("--profile", "whatsapi", "--devices", str(DEVICES), "--unpaired", "0", "--rate", "0")
    with gateway(*quiet) as ready, empty(home) as unit, Counted(home, ready) as watui:
        count = EACH * SECONDS
        order = {"count": count, "rate": EACH, "chats": 4, "prefix": "fleet ", "size": 30}
        used, began = cpu(watui.pid), time.monotonic()
        for device in ready["devices"]:
            control(ready, "/burst", {"device": device, **order})
        ours, units = [], []
        while time.monotonic() - began < SECONDS:
            units.append(unit.echo())
            ours.append(watui.echo())
            time.sleep(0.01)
        share = (cpu(watui.pid) - used) / (time.monotonic() - began)
        watui.settle(1.0)
        held = watui.counts()
    whole_ones = sum(held.get(device) == count for device in ready["devices"])
    report.add(
        "fleet",
        f"{DEVICES} devices, {DEVICES * EACH} messages/s: devices that hold all {count}",
        f"{whole_ones} of {DEVICES}",
        "all",
        ok=whole_ones == DEVICES,
        devices=whole_ones,
    )
    report.add("fleet", "CPU of watui meanwhile", f"{share:.0%}", share=share)
    base, p95 = median(units), percentile(ours, 0.95)
    report.add(
        "fleet",
        "a key meanwhile, p95",
        f"{times(p95, base)} control",
        "<= 25 ms",
        ok=p95 <= 0.025,
        seconds=p95,
        control=base,
    )


def flood(home: Path, report: Report) -> None:
    """As many messages as there are, as fast as they are taken; in turns with a client that does nothing."""
    _flood_of_gateway(home, report)
    _flood_of_frames(home, report)


def _flood_of_gateway(home: Path, report: Report) -> None:
    """From the embedded gateway, a python-socketio server, which may be the slowest of all."""
    # A gateway for each, so that they do not share its time.
    with gateway(*QUIET_GATEWAY) as ours, gateway(*QUIET_GATEWAY) as theirs:
        devices = [_first_chat(ready)[0] for ready in (ours, theirs)]
        with Counted(home, ours) as watui, _bare(theirs["url"], theirs["key"], devices[1]) as bare:
            taken: list[tuple[float, float]] = []
            lost = False
            for turn in range(PAIRS):
                prefix = "pqr"[turn]
                order = {"count": FLOOD, "rate": 1e6, "chats": 1, "prefix": prefix, "size": 20}
                _ask(bare, FLOOD)
                began = _burst(theirs, {"device": devices[1], **order})
                alone = _said(bare) - began
                after = len(watui.chunks)
                began = _burst(ours, {"device": devices[0], **order})
                taken.append((watui.shown(f"{prefix}{FLOOD}·", after, 120) - began, alone))
                lost = lost or not whole(watui.texts(prefix), prefix, FLOOD)
    _judge(report, "flood of 40,000 from the gateway", taken, lost=lost)


def _flood_of_frames(home: Path, report: Report) -> None:
    """The same from frames that are ready beforehand."""
    with gateway(*QUIET_GATEWAY) as ready:
        device, chat = _first_chat(ready)
        with (
            _blaster(device, chat) as (url, blaster),
            _blaster(device, chat) as (other, second),
            Counted(home, ready, WATUI_SOCKET_URL=url) as watui,
            _bare(other, ready["key"], device) as bare,
        ):
            taken: list[tuple[float, float]] = []
            lost = False
            for turn in range(PAIRS):
                prefix = "pqr"[turn]
                _ask(bare, FLOOD)
                _tell(second, f"{FLOOD} {prefix}")
                alone = _said(bare) - _said(second)
                after = len(watui.chunks)
                _tell(blaster, f"{FLOOD} {prefix}")
                shown = watui.shown(f"{prefix}{FLOOD}.", after, 120)
                taken.append((shown - _said(blaster), alone))
                lost = lost or not whole(watui.texts(prefix), prefix, FLOOD)
    _judge(report, "flood of 40,000 ready frames", taken, lost=lost)


def _judge(report: Report, what: str, taken: list[tuple[float, float]], *, lost: bool) -> None:
    ratio = median([alone / ours for ours, alone in taken])
    rate, bare = (median([FLOOD / each[place] for each in taken]) for place in (0, 1))
    words = "" if not lost else ", SOME LOST"
    report.add(
        "flood",
        f"{what}: watui / bare client",
        f"{rate:.0f} / {bare:.0f} a second, {ratio:.2f}{words}",
        ">= 0.5, none lost",
        ok=ratio >= 0.5 and not lost,
        rate=rate,
        bare=bare,
        least=min(alone / ours for ours, alone in taken),
        most=max(alone / ours for ours, alone in taken),
    )


def _first_chat(ready: dict[str, Any]) -> tuple[str, str]:
    """Give the device and its first chat, which is opened, and which gets a burst for one chat."""
    device = ready["devices"][0]
    return device, control(ready, f"/truth?device={device}")["chats"][0]["id"]


def _burst(ready: dict[str, Any], order: dict[str, Any]) -> float:
    began = time.monotonic()
    control(ready, "/burst", order)
    return began


@contextmanager
def _bare(url: str, key: str, device: str) -> Iterator["subprocess.Popen[str]"]:
    argv = [PYTHON, "-m", "tests.bench.bare", url, key, device]
    with _talking(argv) as process:
        assert _line(process) == "connected"
        yield process


@contextmanager
def _blaster(device: str, chat: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    with _talking([PYTHON, "-m", "tests.bench.blaster", device, chat]) as process:
        yield _line(process), process


@contextmanager
def _talking(argv: list[str]) -> Iterator["subprocess.Popen[str]"]:
    """Run a program that answers each line with one; it ends when nothing more comes."""
    process = subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=ROOT
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _tell(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _said(process: "subprocess.Popen[str]") -> float:
    return float(_line(process))


def _ask(bare: "subprocess.Popen[str]", count: int) -> None:
    _tell(bare, str(count))
    assert _line(bare) == "waiting"
