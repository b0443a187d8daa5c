"""How loud a recording is: of its samples, by a decoder that may hang, lie or not be there."""

import math
import sys
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watui.terminal import listening
from watui.terminal.listening import PEAKS, loudness, peaks


@given(st.binary(max_size=4000))
def test_loudness_is_told_in_hundredths(data: bytes) -> None:
    told = loudness(data)
    assert len(told) in (0, PEAKS)
    assert all(0 <= each <= 100 for each in told)


def test_what_is_loud_in_the_middle() -> None:
    samples = array("h", (int(30_000 * math.sin(math.pi * n / 6400)) * (-1) ** n for n in range(6400)))
    told = loudness(samples.tobytes())
    assert told[0] < 10
    assert told[PEAKS // 2] == 100
    assert told[-1] < 10


def decoder(tmp_path: Path, body: str) -> dict[str, str]:
    program = tmp_path / "ffmpeg"
    program.write_text(f"#!{sys.executable} -IS\nimport sys, time, os\n{body}\n")
    program.chmod(0o700)
    return {"PATH": str(tmp_path), "WATUI_API_KEY": "secret"}


async def test_a_decoder_is_asked_for_this_file_alone(tmp_path: Path) -> None:
    body = "open(os.environ['PATH'] + '/seen', 'w').write(repr((sys.argv[1:], dict(os.environ))))\n"
    body += "sys.stdout.buffer.write(b'\\x00\\x40' * 6400)"
    recording = tmp_path / "note.ogg"
    recording.write_bytes(b"OggS")
    assert await peaks(recording, decoder(tmp_path, body)) == (100,) * PEAKS
    seen = (tmp_path / "seen").read_text()
    assert str(recording) in seen
    assert "file,pipe" in seen
    assert "secret" not in seen


async def test_a_decoder_that_hangs_or_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "PATIENCE", 0.2)
    assert await peaks(tmp_path / "x", decoder(tmp_path, "time.sleep(60)")) == ()
    assert await peaks(tmp_path / "x", {"PATH": str(tmp_path / "nowhere")}) == ()
    assert await peaks(tmp_path / "x", decoder(tmp_path, "sys.exit(1)")) == ()
