"""What the archive costs with a thousand messages and with a million."""

import time
from datetime import date
from pathlib import Path

from tests.bench.made import DEVICE, NOW, jid, key, message, name
from tests.bench.measure import PYTHON, environment, first_paint, median, paired
from tests.bench.report import Report
from watui import events as ev
from watui.archive.keeper import OPENED, Keeper
from watui.archive.search import Searching
from watui.models import Chat, Device, DeviceState
from watui.searching import parse

LARGE, SMALL = 1_000_000, 1_000

CHATS = 500

FRAME = 2_000
"""Messages in a transaction."""

RARE = "xylophone"

RUNS = 7


def archive(home: Path, report: Report) -> None:
    """The first paint, a page and a search, from an archive of a million messages."""
    homes = {count: filled(home / f"archive{count}", count) for count in (SMALL, LARGE)}
    _start(homes, report)
    _read(homes[LARGE], report)


def filled(home: Path, count: int) -> Path:
    """Make an archive with so many messages in its chats, every one of the last page in the first of them."""
    home.mkdir()
    keeper = Keeper.at(home)
    keeper.take(DEVICE, ev.DeviceChanged(Device(DEVICE, DeviceState.READY, name(0))))
    for number in range(count):
        chat = 0 if number >= count - 100 else number % CHATS
        text = f"a {RARE} in it" if number % (count // 10) == 7 else None
        new = message(count - number, chat, text)
        keeper.take(DEVICE, ev.MessageArrived(new))
        if number % FRAME == FRAME - 1:
            keeper.commit()
    listed = [Chat(key(number), name(number), time=NOW - number * 60_000) for number in range(CHATS)]
    keeper.take(DEVICE, ev.ChatsListed(listed))
    keeper.leave_note(OPENED, " ".join(key(0)))
    keeper.close()
    return home


def _start(homes: dict[int, Path], report: Report) -> None:
    """From the command line to the last message of the chat that was open."""
    taken: dict[int, list[float]] = {count: [] for count in homes}
    last = message(1, 0).text[:20].encode()
    for _ in range(RUNS):
        for count, home in homes.items():
            env = environment(home, WATUI_URL="http://127.0.0.1:9", WATUI_API_KEY="none")
            taken[count].append(first_paint([PYTHON, "-m", "watui"], last, env))
    large, small = (median(taken[count]) for count in (LARGE, SMALL))
    ratio = paired(taken[LARGE], taken[SMALL])
    report.add(
        "archive",
        "start to the last thread, 1,000,000 messages / 1,000",
        f"{large * 1000:.0f} / {small * 1000:.0f} ms, {ratio:.2f}",
        "<= 1.3",
        ok=ratio <= 1.3,
        large=large,
        small=small,
    )


def _read(home: Path, report: Report) -> None:
    keeper = Keeper.at(home)
    began = time.perf_counter()
    page = keeper.thread(key(1))
    seconds = time.perf_counter() - began
    assert page.messages[-1].chat == jid(1)
    _add(report, "a chat's newest page", seconds, 0.02)
    keeper.close()
    searching = Searching(home / "archive.db")
    for words, text, within in (
        ("a rare word", RARE, 0.05),
        ("a common word", "tomorrow", None),
        ("the beginning of a word", "pap", None),
    ):
        began = time.perf_counter()
        hits = searching.find(parse(text, date(2026, 11, 23)), limit=100)
        seconds = time.perf_counter() - began
        assert hits
        _add(report, f"search for {words}, first results", seconds, within)
    searching.close()


def _add(report: Report, what: str, seconds: float, within: float | None) -> None:
    report.add(
        "archive",
        f"1,000,000 messages: {what}",
        f"{seconds * 1000:.1f} ms",
        f"<= {within * 1000:.0f} ms" if within else "",
        ok=seconds <= within if within else None,
        seconds=seconds,
    )
