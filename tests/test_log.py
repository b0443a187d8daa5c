"""The log: one line an event, private files, and nothing in them that gives somebody away."""

import io
import json
import logging
import os
import sys
import traceback
import urllib.parse
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watui import log
from watui.log import OneLine, PrivateFile, Redactor

KEY = "s3cret KEY/with+odd=chars%&\"'é"


@pytest.fixture(autouse=True)
def untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave no secret and no handler behind."""
    monkeypatch.setattr(log, "_redactor", Redactor())
    levels = {each: each.level for each in (log.logger, log.SOCKETIO, log.ENGINEIO)}
    yield
    log.close()
    for each, level in levels.items():
        each.setLevel(level)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "watui.log"


def redacted(text: str, *secrets: str) -> str:
    redactor = Redactor()
    for secret in secrets:
        redactor.hide(secret)
    return redactor.redact(text)


# --- redacting ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "ws://h:3000/ws/?apiKey=abc%20d&EIO=4&access-token=7",
            "ws://h:3000/ws/?apiKey=…&EIO=4&access-token=…",
        ),
        ("GET /?x=1&api_key=abc HTTP", "GET /?x=1&api_key=… HTTP"),
        ("{'x-api-key': 'a b', 'n': 1}", "{'x-api-key': '…', 'n': 1}"),
        ('{"apiKey": "a\\"b", "n": 1}', '{"apiKey": "…", "n": 1}'),
        (r'"{\"apiKey\": \"abc\", \"n\": 1}"', r'"{\"apiKey\": \"…\", \"n\": 1}"'),
        ("(b'x-api-key', b'abc')", "(b'x-api-key', b'…')"),
        ("X-API-Key: abc", "X-API-Key: …"),
        ("authorization: Bearer abc.def", "authorization: …"),
        ("'Authorization': 'Bearer abc.def'", "'Authorization': '…'"),
        ("'apiKey': 'cut off", "'apiKey': '…"),
        ("from 4915111111111@c.us", "from 4915…11@c.us"),
        ("group 120363012345678901@g.us", "group 1203…01@g.us"),
        ("old group 4915111111111-1500000000@g.us", "old group 4915…11-15…00@g.us"),
        ("false_4915111111111@c.us_3EB0AA", "false_4915…11@c.us_3EB0AA"),
        ("/chats/4915111111111%40c.us/messages", "/chats/4915…11%40c.us/messages"),
        ("short 12345@c.us", "short …@c.us"),
        ("lid 98765432109876@lid", "lid 9876…76@lid"),
        ("call +49 151 111-11111 or +1 (555) 0100-99", "call +49 …11 or +1…99"),
        ("number 5511912345678 or 1512345", "number 5511…78 or 15…45"),
        ("٤٩١٥١١١١١١١", "٤٩١٥…١١"),
    ],
)
def test_what_is_cut_out(text: str, meant: str) -> None:
    assert redacted(text) == meant
    assert redacted(meant) == meant


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T12:31:05.123+0100",
        "ws://127.0.0.1:65535 up after 3.250 s, 101 events, len=48213",
        "event of 1763809865123 ms",
        "WATUI_API_KEY: is empty; write it like …",
        "work: the gateway refused the key. Set WATUI_API_KEY or api_key_file, then press Ctrl+R.",
        'File "/usr/lib/python3.11/asyncio/base_events.py", line 1234, in run',
    ],
)
def test_what_stays_readable(text: str) -> None:
    assert redacted(text) == text


def forms(secret: str) -> set[str]:
    """Return a secret in each encoding of the libraries it passes through."""
    octets = secret.encode("utf-8", "surrogatepass")
    quoted = {urllib.parse.quote(octets, safe=safe) for safe in ("", "/", "/:@!$'()*,?=&+")}
    lower = "".join(f"%{byte:02x}" for byte in octets)
    return {secret, urllib.parse.quote_plus(octets), lower, lower.upper(), repr(secret)[1:-1], *quoted}


def test_a_secret_in_any_encoding() -> None:
    for form in forms(KEY) | {json.dumps(KEY)[1:-1]}:
        assert redacted(f"a{form}b {form}", KEY) == "a…b …"


# Letters of the mark, of labels and numbers, and of encodings, so that they meet.
_letters = st.one_of(
    st.text(), st.text(st.sampled_from("…a%2B2b+ '\"\\=@.:,\n\x1b1234567890é─"), max_size=12)
)
_pieces = st.one_of(
    _letters,
    st.sampled_from(
        [
            "apiKey=",
            "'x-api-key': '",
            '"authorization": "',
            "authorization: Bearer ",
            "@c.us",
            "%40g.us",
            "+49 151 ",
            "4915111111111\n        ",
            "120363012345678901@g.us",
            "1763809865123",
            "access-token=",
            "…",
            "─",
        ]
    ),
)


@settings(max_examples=700, deadline=None)
@given(st.lists(_letters.filter(bool), max_size=3), st.lists(_pieces, max_size=6), st.data())
def test_no_secret_survives_and_twice_is_once(
    secrets: list[str], pieces: list[str], data: st.DataObject
) -> None:
    for secret in secrets:
        shown = data.draw(st.sampled_from(sorted(forms(secret))))
        pieces.insert(data.draw(st.integers(0, len(pieces))), shown)
    redactor = Redactor()
    for secret in secrets:
        redactor.hide(secret)
    text = redactor.redact("".join(pieces))
    assert not [form for secret in secrets for form in forms(secret) if form in text]
    assert redactor.redact(text) == text


@settings(max_examples=300, deadline=None)
@given(st.integers(7, 30), st.sampled_from(["@c.us", "@g.us", " ", "", "-", "_"]), st.data())
def test_no_number_survives(digits: int, after: str, data: st.DataObject) -> None:
    number = data.draw(st.from_regex(rf"[2-9]\d{{{digits - 1}}}", fullmatch=True))
    assert number not in redacted(f"x{number}{after}")


def test_long_text_is_redacted_in_time() -> None:
    redactor = Redactor()
    redactor.hide(KEY)
    for text in (
        "+1 (" * 50_000,
        "1" * 200_000,
        "apiKey=" * 30_000,
        "'apikey': '" + "\\'" * 100_000,
        "%25" * 60_000,
    ):
        redactor.redact(text)  # the time limit of the test run is the assertion


# --- lines --------------------------------------------------------------------------------------------------


def line(message: str, **extra: object) -> str:
    record = logging.LogRecord("watui", logging.INFO, __file__, 1, message, (), None)
    record.__dict__.update(extra)
    return OneLine().format(record)


def test_a_line_says_when_what_kind_and_what(path: Path) -> None:
    assert log.set_up(path, "debug", False) is None
    log.event("connection", "live", device="work", after=3.25, status=101)
    log.event("device", "shows a code", device="the shop")
    log.event("message", "arrived", body="hello you", chat="4915111111111@c.us")
    log.event("error", "the gateway refused the key")
    log.event("state", "archive opened")
    logging.getLogger("PIL").warning("odd picture")
    lines = path.read_text().splitlines()
    assert [each.split(" ", 1)[1] for each in lines] == [
        "INFO    ⇄ connection: live device=work after=3.250 status=101",
        'INFO    ▣ device: shows a code device="the shop"',
        "DEBUG   ✉ message: arrived body.len=9 chat=4915…11@c.us",
        "ERROR   ✗ error: the gateway refused the key",
        "INFO    ○ state: archive opened",
        "WARNING · PIL: odd picture",
    ]
    assert all(len(each.split(" ", 1)[0]) == len("2026-11-22T12:31:05.123+0100") for each in lines)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_no_text_breaks_the_line(text: str) -> None:
    written = line("said %s", args=(text,), kind="message", about={"name": text})
    assert written.isprintable()
    assert len(written.splitlines()) == 1
    written.encode("utf-8")


def test_a_secret_that_looks_like_an_escape() -> None:
    log.hide("x1b")
    assert "x1b" not in line("\x1b")


def test_a_traceback_is_redacted_and_stays_in_its_line() -> None:
    log.hide(KEY)
    try:
        raise ValueError(f"url='ws://h/?apiKey={urllib.parse.quote(KEY)}&EIO=4'\nfrom 4915111111111@c.us")
    except ValueError:
        written = line("failed", exc_info=sys.exc_info())
        assert KEY not in log.redact(traceback.format_exc())
    assert "?apiKey=…&EIO=4' ⏎ from 4915…11@c.us" in written
    assert len(written.splitlines()) == 1


def test_levels(path: Path) -> None:
    log.set_up(path, "debug", False)
    log.ENGINEIO.info("Attempting polling connection to http://h/?apiKey=%s", KEY)
    log.SOCKETIO.info("Emitting event")
    log.logger.debug("seen")
    log.set_up(path, "error", False)
    log.logger.warning("unseen")
    log.ENGINEIO.warning("unseen")
    log.set_up(path, "error", True)
    log.logger.debug("source")
    written = path.read_text()
    assert [each.split(": ", 1)[1] for each in written.splitlines()] == [
        "seen",
        f"source (test_log:{test_levels.__code__.co_firstlineno + 9})",
    ]


# --- files --------------------------------------------------------------------------------------------------


def test_the_file_is_private_even_if_it_was_not(path: Path) -> None:
    umask = os.umask(0)
    try:
        log.set_up(path, "info", False)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        path.chmod(0o666)
        log.set_up(path, "info", False)
        assert path.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(umask)


def test_it_is_rotated_and_all_parts_are_private(path: Path) -> None:
    path.parent.mkdir()
    handler = PrivateFile(path, size=1000)
    for number in range(100):
        handler.handle(logging.LogRecord("watui", logging.INFO, "", 1, f"{number:0100}", (), None))
    handler.close()
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["watui.log", "watui.log.1", "watui.log.2"]
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.stat().st_size <= 1000
    assert handler.lost == 0


@pytest.mark.parametrize("kind", ["link", "directory", "fifo", "parent"])
def test_a_log_that_cannot_be_written_is_told_in_words(
    path: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    victim = path.parent.parent / "victim"
    victim.write_text("untouched")
    if kind == "parent":
        path.parent.write_text("a file")
    else:
        path.parent.mkdir()
    if kind == "link":
        path.symlink_to(victim)
    elif kind == "directory":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    words = log.set_up(path, "info", False)
    assert words is not None
    assert words.startswith(f"There is no log: {path} cannot be written (")
    log.event("error", "nobody hears")
    logging.getLogger("asyncio").error("nor this")
    log.close()
    assert victim.read_text() == "untouched"
    assert capfd.readouterr() == ("", "")


def test_nothing_is_said_on_stderr(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log.set_up(path, "info", False)
    handler = log._handler
    assert handler is not None
    handler.handle(logging.LogRecord("watui", logging.INFO, "", 1, "wrong %d", ("argument",), None))
    assert handler.lost == 1
    logging.getLogger("asyncio").error("Task exception was never retrieved")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("a library grumbles", stacklevel=1)
        logging.captureWarnings(capture=False)
    written = path.read_text()
    assert "Task exception" in written
    assert "a library grumbles" in written
    assert capfd.readouterr() == ("", "")


def test_a_full_disk_costs_lines_only(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log.set_up(path, "info", False)
    handler = log._handler
    assert handler is not None

    class Full(io.TextIOWrapper):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    assert handler.stream is not None
    handler.stream.close()
    handler.stream = Full(io.BytesIO(), encoding="utf-8")
    log.event("state", "unwritten")
    assert handler.lost == 1
    assert capfd.readouterr() == ("", "")
