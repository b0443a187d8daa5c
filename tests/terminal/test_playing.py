"""Players: which is found, how it is started, and that none outlives what it was started for."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import until
from watui.terminal.playing import CannotPlay, Player, Playing, find_player

PLAYER = f"""#!{sys.executable} -IS
import json, os, sys, time
record = [sys.argv, dict(os.environ), os.getsid(0) == os.getpid(), [os.fstat(fd).st_rdev for fd in (0, 1, 2)]]
with open(sys.argv[-1] + ".part", "w") as file:
    json.dump([*record, os.getpid()], file)
os.rename(sys.argv[-1] + ".part", sys.argv[-1] + ".played")
time.sleep(60 if "long" in sys.argv[-1] else 0)
sys.exit("broken" in sys.argv[-1])
"""

NULL = os.stat(os.devnull).st_rdev  # noqa: PTH116 - of a device

Recording = Callable[[str], Path]
Played = Callable[[Path], Awaitable[list[Any]]]


@pytest.fixture
def playing(tmp_path: Path) -> Playing:
    program = tmp_path / "mpv"
    program.write_text(PLAYER)
    program.chmod(0o700)
    environ = {"PATH": str(tmp_path), "WATUI_API_KEY": "secret"}
    player = find_player(environ)
    assert player == Player("mpv", str(program))
    return Playing(player, environ)


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    def make(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(b"OggS" + bytes(100))
        return path

    return make


async def played(path: Path) -> list[Any]:
    """Wait until the player has got a file, and give what it was started with."""
    record = path.with_name(path.name + ".played")
    await until(record.exists)
    return list(json.loads(record.read_text()))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("mpv", "--no-config --no-video --no-terminal --really-quiet --speed=1.5 -- /notes/-a.ogg"),
        ("ffplay", "-nodisp -autoexit -loglevel quiet -af atempo=1.5 -i /notes/-a.ogg"),
        ("afplay", "-r 1.5 /notes/-a.ogg"),
        ("pw-play", "/notes/-a.ogg"),
        ("paplay", "/notes/-a.ogg"),
    ],
)
def test_each_player_has_its_words(name: str, arguments: str, tmp_path: Path) -> None:
    program = tmp_path / name
    program.touch(0o700)
    player = find_player({"PATH": str(tmp_path)})
    assert player is not None
    assert player.command(Path("/notes/-a.ogg"), 1.5) == [str(program), *arguments.split()]
    assert player.has_speeds is ("1.5" in arguments)


def test_no_player_is_found_where_there_is_none_or_nobody_would_hear_it(tmp_path: Path) -> None:
    assert find_player({"PATH": str(tmp_path)}) is None
    (tmp_path / "paplay").touch(0o700)
    here = {"PATH": str(tmp_path)}
    assert find_player(here) is not None
    assert find_player(here | {"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}) is None
    assert find_player(here | {"SSH_TTY": "/dev/pts/1"}) is None
    (tmp_path / "mpv").touch(0o700)
    player = find_player(here)
    assert player is not None
    assert player.name == "mpv"


async def test_a_note_is_played_to_its_end(playing: Playing, recording: Recording) -> None:
    path = recording("$(id) `id`.ogg")
    done = await playing.start(path, 2.0)
    argv, environ, leads, streams, _ = await played(path)
    assert argv[1:6] == ["--no-config", "--no-video", "--no-terminal", "--really-quiet", "--speed=2"]
    assert argv[6:] == ["--", str(path)]
    assert "WATUI_API_KEY" not in environ
    assert leads
    assert streams == [NULL] * 3
    assert await done == ""
    assert playing.position > 0
    assert playing.position == playing.position  # the clock stands
    await playing.stop()


async def test_a_note_takes_the_place_of_another_and_is_stopped(
    playing: Playing, recording: Recording
) -> None:
    first, second = recording("long 1"), recording("long 2")
    done = await playing.start(first)
    pid = (await played(first))[-1]
    assert is_alive(pid)
    other = await playing.start(second)
    assert not is_alive(pid)
    assert await done == ""
    pid = (await played(second))[-1]
    assert 0 < playing.position < 60
    await playing.stop()
    assert not is_alive(pid)
    assert await other == ""
    await playing.stop()


async def test_only_one_plays_whoever_is_faster(playing: Playing, recording: Recording) -> None:
    paths = [recording(f"long {number}") for number in range(3)]
    ends = await asyncio.gather(*map(playing.start, paths))
    assert [end.done() for end in ends] == [True, True, False]
    await playing.stop()
    assert ends[-1].done()
    end = await playing.start(paths[0])
    await playing.stop()
    assert end.done()
    _, end = await asyncio.gather(playing.stop(), playing.start(paths[0]))
    assert not end.done()
    end, _ = await asyncio.gather(playing.start(paths[1]), playing.stop())
    assert end.done()


def test_the_end_of_the_app_is_the_end_of_the_player(playing: Playing, recording: Recording) -> None:
    path = recording("long")

    async def app() -> int:
        await playing.start(path)
        return int((await played(path))[-1])

    assert not is_alive(asyncio.run(app()))


async def test_what_cannot_be_played_is_said(playing: Playing, recording: Recording, tmp_path: Path) -> None:
    done = await playing.start(recording("broken"))
    assert await done == "mpv could not play it; save it and try another program"
    tracks = tmp_path / "tracks.ogg"
    tracks.write_text("#EXTM3U\nhttps://example.com/a\n")
    with pytest.raises(CannotPlay, match="this is no recording"):
        await playing.start(tracks)
    with pytest.raises(CannotPlay, match="it could not be played: no such file or directory"):
        await playing.start(tmp_path / "gone.ogg")
    path = recording("note")
    (tmp_path / "mpv").unlink()
    with pytest.raises(CannotPlay, match="it could not be played: no such file or directory"):
        await playing.start(path)


@pytest.mark.parametrize(
    "head",
    [
        b"OggS",
        b"ID3\x04",
        b"RIFF....WAVE",
        b"fLaC",
        b"#!AMR\n",
        b"\0\0\0 ftypM4A ",
        b"\xff\xfb\x90",
        b"\xff\xf1P",
    ],
)
async def test_every_kind_of_sound_is_played(head: bytes, playing: Playing, tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_bytes(head)
    assert await (await playing.start(path)) == ""
