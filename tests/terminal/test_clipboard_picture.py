"""Pictures from the clipboard: which tool is asked for what, and what of its answer is taken."""

import gc
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from watui.terminal import clipboard_picture
from watui.terminal.clipboard_picture import picture

PNG, JPEG = b"\x89PNG\r\n\x1a\n" + bytes(200_000), b"\xff\xd8\xff" + bytes(100)

X11 = {"DISPLAY": ":0"}
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}

HOLDS = """#!/bin/sh
echo "${{0##*/}} $*" >> {home}/asked
env > {home}/env
case "$*" in *{kind}*) exec cat {home}/data;; esac
echo "no such thing" >&2
exit 1
"""
HANGS = """#!/bin/sh
echo $$ > {home}/pid
exec sleep 60
"""
FLOODS = """#!/bin/sh
exec cat /dev/zero
"""

Tool = Callable[..., dict[str, str]]


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """Make a tool that holds data of one kind, and give the environment in which it is found."""

    def make(name: str, kind: str = "", data: bytes = b"", script: str = HOLDS) -> dict[str, str]:
        (tmp_path / "data").write_bytes(data)
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(script.format(home=tmp_path, kind=kind))
        program.chmod(0o700)
        # What the scripts need must be found by them, and no tool of this computer's.
        for needed in ("cat", "sleep", "env"):
            link = program.parent / needed
            if not link.exists():
                link.symlink_to(
                    next(p for p in (Path("/bin") / needed, Path("/usr/bin") / needed) if p.exists())
                )
        return {"PATH": str(program.parent), "WATUI_API_KEY": "secret"}

    return make


@pytest.mark.parametrize(
    ("desktop", "asked"),
    [
        (WAYLAND, "wl-paste --no-newline --type {}"),
        (WAYLAND, "xclip -selection clipboard -target {} -out"),
        (X11, "xclip -selection clipboard -target {} -out"),
    ],
)
@pytest.mark.parametrize("data", [PNG, JPEG], ids=["png", "jpeg"])
async def test_a_picture_comes_whole(
    desktop: dict[str, str], asked: str, data: bytes, tool: Tool, tmp_path: Path
) -> None:
    kinds = ["image/png"] if data == PNG else ["image/png", "image/jpeg"]
    assert await picture(tool(asked.partition(" ")[0], kinds[-1], data) | desktop) == data
    assert (tmp_path / "asked").read_text().splitlines() == [asked.format(kind) for kind in kinds]
    assert "WATUI" not in (tmp_path / "env").read_text()


async def test_a_mac_has_its_tool(tool: Tool) -> None:
    assert await picture(tool("pngpaste", "-", PNG) | X11) == PNG


@pytest.mark.parametrize(
    "desktop", [{}, X11 | {"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}], ids=["none", "far"]
)
async def test_nothing_is_asked_where_the_clipboard_is_not_the_persons(
    desktop: dict[str, str], tool: Tool, tmp_path: Path
) -> None:
    assert await picture(tool("xclip", "image/png", PNG) | desktop) is None
    assert not (tmp_path / "asked").exists()


async def test_what_is_no_picture_is_not_taken(tool: Tool, tmp_path: Path) -> None:
    assert await picture(tool("xclip", "image/", b"<svg/>") | X11) is None
    assert await picture(tool("xclip", "nothing", PNG) | X11) is None
    (tmp_path / "bin" / "xclip").unlink()
    assert await picture({"PATH": str(tmp_path / "bin"), "DISPLAY": ":0"}) is None


async def test_no_more_is_taken_than_the_limit(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard_picture, "LIMIT", 1_000_000)
    assert await picture(tool("xclip", script=FLOODS) | X11) is None
    gc.collect()  # which would complain of what is still open


async def test_a_tool_that_hangs_is_ended(
    tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard_picture, "PATIENCE", 0.3)
    begin = time.monotonic()
    assert await picture(tool("xclip", script=HANGS) | X11) is None
    assert time.monotonic() - begin < 2.0
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
