"""Pictures through the child: what comes back, what it may use, and that it is gone afterwards."""

import asyncio
import resource
import signal
import subprocess
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pictures.making import every_kind, halves, noise, png_bomb, saved, scan_bomb, webp_bomb
from tests.waiting import until
from watui.pictures import PictureError, asking, preview, shrink, worker

KINDS = every_kind()
on_linux = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    """Every child that was started; none while another one lives."""
    started: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def watched(*args: str, **options: object) -> asyncio.subprocess.Process:
        process = await start(*args, **options)  # type: ignore[arg-type]
        assert all(child.returncode is not None for child in started)
        started.append(process)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", watched)
    return started


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give what has another program run in place of the child."""

    def put(code: str) -> None:
        monkeypatch.setattr(worker, "command", lambda: [sys.executable, "-I", "-S", "-c", code])

    return put


def resident() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def limits(pid: int) -> str:
    return Path(f"/proc/{pid}/limits").read_text()


# Those for which Pillow loads something more, which it cannot once the limits hold.
@pytest.mark.parametrize("kind", ["jpeg turned", "two in a jpeg", "webp turned", "gif animated", "png few"])
async def test_every_format_goes_through_the_child(kind: str) -> None:
    picture = await preview(KINDS[kind], 40, 15)
    assert (picture.width, picture.height, len(picture.pixels)) == (40, 30, 3600)


async def test_a_photo_is_made_small_enough_to_be_sent() -> None:
    photo = saved(noise(4000, 3000), "JPEG", quality=80)
    assert len(photo) > 2_500_000
    small = await shrink(photo, 70_000)
    assert small.data.startswith(b"\xff\xd8")
    assert 35_000 < len(small.data) <= 70_000
    assert small.width * 3 == pytest.approx(small.height * 4, abs=4)
    assert 40 <= small.quality <= 85


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (png_bomb(30_000, 30_000), "too large to be shown safely"),
        (webp_bomb(), "too large to be shown safely"),
        (b"no picture", "no picture that watui can show"),
        (KINDS["png"][:900], "damaged or cut off"),
    ],
)
async def test_a_person_is_told_why_there_is_no_picture(data: bytes, why: str) -> None:
    with pytest.raises(PictureError, match=why):
        await preview(data, 40, 15)


async def test_a_bomb_is_not_shrunk() -> None:
    with pytest.raises(PictureError, match="too many pixels to be made smaller here"):
        await shrink(webp_bomb(), 70_000)


async def test_a_limit_that_cannot_be_reached_is_said() -> None:
    with pytest.raises(PictureError, match="cannot be made small enough"):
        await shrink(KINDS["png"], 300)


async def test_a_file_that_is_too_large_starts_no_child(children: list[object]) -> None:
    with pytest.raises(PictureError, match="too large to be shown safely"):
        await preview(bytes(asking.INPUT + 1), 40, 15)
    assert not children


async def test_the_size_that_is_asked_for_is_limited() -> None:
    picture = await preview(saved(halves(900, 900), "PNG"), 10**9, 10**9)
    assert (picture.width, picture.height) == (400, 400)
    tiny = await preview(KINDS["jpeg"], 0, -5)
    assert (tiny.width, tiny.height) == (1, 1)


async def test_there_is_one_child_at_a_time(children: list[asyncio.subprocess.Process]) -> None:
    await asyncio.gather(*(preview(KINDS["jpeg"], 9, 9) for _ in range(3)))
    assert [child.returncode is not None for child in children] == [True] * 3


async def test_pictures_can_be_read_from_any_thread() -> None:
    here = preview(KINDS["jpeg"], 40, 15)
    there = asyncio.to_thread(asyncio.run, preview(KINDS["jpeg"], 40, 15))
    first, second = await asyncio.gather(here, there)
    assert first == second


async def test_time_is_limited(
    children: list[asyncio.subprocess.Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "TIME", 0.001)
    with pytest.raises(PictureError, match="takes too long to be shown"):
        await preview(KINDS["jpeg"], 40, 15)
    assert children[0].returncode == -signal.SIGKILL


async def test_a_child_is_killed_when_nobody_waits_any_more(
    children: list[asyncio.subprocess.Process], instead: Callable[[str], None]
) -> None:
    instead("import signal; signal.pause()")
    asked = asyncio.create_task(preview(KINDS["jpeg"], 40, 15))
    await until(lambda: children)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert children[0].returncode == -signal.SIGKILL


async def test_what_the_child_started_is_killed_with_it(
    tmp_path: Path, instead: Callable[[str], None]
) -> None:
    note = tmp_path / "pid"
    instead(
        "import os, signal, time\n"
        "if os.fork(): time.sleep(60)\n"
        f"open({str(note)!r} + '.new', 'w').write(str(os.getpid()))\n"
        f"os.rename({str(note)!r} + '.new', {str(note)!r})\n"
        "time.sleep(60)"
    )
    asked = asyncio.create_task(preview(KINDS["jpeg"], 40, 15))
    await until(note.exists)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    state = Path(f"/proc/{note.read_text()}/stat")
    await until(lambda: not state.exists() or ") Z " in state.read_text())


@pytest.mark.parametrize(
    "said",
    [
        b'{"width": 2, "height": 2, "size": 3}\nabc',
        b'{"width": -1, "height": -1, "size": 3}\nabc',
        b'{"width": true, "height": 1, "size": 3}\nabc',
        b'{"width": 1, "height": 1, "size": 3}\nab',
        b'{"width": 1, "height": 1, "size": 3600000}\nab',
        b'{"width": 1, "height": 1}\nabc',
        b"[" * 60_000,
        b"[]\n",
    ],
)
async def test_nothing_is_believed_of_what_a_child_says(said: bytes, instead: Callable[[str], None]) -> None:
    # It reads all first, so that what it says decides, and not when it ends.
    instead(f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({said!r})")
    with pytest.raises(PictureError, match="damaged or cut off"):
        await preview(KINDS["jpeg"], 40, 15)


async def test_more_than_was_asked_for_is_not_sent(instead: Callable[[str], None]) -> None:
    said = b'{"width": 9, "height": 9, "quality": 50, "size": 101}\n\xff\xd8' + bytes(99)
    instead(f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({said!r})")
    assert len((await shrink(KINDS["jpeg"], 101)).data) == 101
    with pytest.raises(PictureError, match="damaged or cut off"):
        await shrink(KINDS["jpeg"], 100)


@pytest.mark.parametrize(
    "code",
    [
        "while True: print('x' * 99999)",
        "print('{\"size\": 1}')\nwhile True: print('x' * 99999)",
        "import os; os.abort()",
    ],
)
async def test_a_child_that_runs_wild_is_stopped(
    code: str, instead: Callable[[str], None], children: list[asyncio.subprocess.Process]
) -> None:
    instead(code)
    with pytest.raises(PictureError, match="damaged or cut off"):
        await preview(KINDS["jpeg"], 40, 15)
    assert children[0].returncode in {-signal.SIGKILL, -signal.SIGABRT}


@pytest.mark.parametrize("code", ["raise ImportError", "import sys; sys.exit(3)"])
async def test_a_library_that_does_not_run_is_said(code: str, instead: Callable[[str], None]) -> None:
    instead(code)
    with pytest.raises(PictureError, match="Pillow"):
        await preview(bytes(2**20), 40, 15)


async def test_a_library_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "find_spec", lambda _: None)
    with pytest.raises(PictureError, match="install watui again"):
        await preview(KINDS["jpeg"], 40, 15)


async def test_a_python_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(PictureError, match="install watui again"):
        await preview(KINDS["jpeg"], 40, 15)


async def test_the_end_of_its_computing_time_is_told_from_damage(instead: Callable[[str], None]) -> None:
    instead("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)")
    with pytest.raises(PictureError, match="takes too long to be made smaller"):
        await shrink(KINDS["jpeg"], 5000)


@on_linux
async def test_the_child_limits_itself_before_it_reads() -> None:
    child = await asyncio.create_subprocess_exec(*worker.command(), stdin=PIPE, stdout=PIPE, env={})
    await until(lambda: "Max open files            0 " in limits(child.pid))
    held = limits(child.pid)
    await child.communicate(b"")
    for line in (
        "Max address space         536870912            536870912 ",
        "Max cpu time              5                    6 ",
        "Max file size             0                    0 ",
        "Max core file size        0                    0 ",
        "Max processes             0                    0 ",
        "Max open files            0                    0 ",
    ):
        assert line in held


@on_linux
async def test_bombs_take_no_memory_of_the_program() -> None:
    bombs = [
        png_bomb(30_000, 30_000),
        png_bomb(12_000, 12_000),
        png_bomb(4400, 4400),
        webp_bomb(),
        b"\0" * 9**6,
    ]
    before = resident()
    for bomb in bombs:
        try:
            picture = await preview(bomb, 40, 15)
        except PictureError:
            continue
        assert len(picture.pixels) == 2700
    assert resident() - before < 40 * 2**20


def test_the_program_itself_never_loads_the_library() -> None:
    code = (
        "import asyncio, sys, watui.pictures\n"
        "picture = asyncio.run(watui.pictures.preview(sys.stdin.buffer.read(), 40, 15))\n"
        "print(picture.width, *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=KINDS["jpeg"], capture_output=True, check=True, cwd=Path.cwd()
    )
    width, *modules = done.stdout.decode().split()
    assert width == "40"
    assert not {name.partition(".")[0] for name in modules} & {"PIL", "textual", "rich", "aiohttp"}


@pytest.mark.torture
@on_linux
async def test_the_program_goes_on_while_bombs_are_tried() -> None:
    late: list[float] = []

    async def tick() -> None:
        while True:
            due = time.monotonic() + 0.005
            await asyncio.sleep(0.005)
            late.append(time.monotonic() - due)

    bombs = [
        png_bomb(30_000, 30_000),
        png_bomb(12_000, 12_000),
        webp_bomb(),
        scan_bomb(),
        b"\0" * asking.INPUT,
    ]
    before = resident()
    ticking = asyncio.create_task(tick())
    for bomb in bombs * 2:
        with pytest.raises(PictureError):
            await preview(bomb, 40, 15)
    ticking.cancel()
    late.sort()
    assert late[len(late) * 95 // 100] < 0.05
    assert resident() - before < 40 * 2**20
