"""Files that are to be sent: only ordinary ones, as they were when chosen, and secrets not unasked."""

import base64
import json
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watui.files.kinds import mimetype_of
from watui.files.sending import FileRefused, largest, look, read

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(100)
M4A = b"\x00\x00\x00\x20ftypM4A " + bytes(100)
HEIC = b"\x00\x00\x00\x20ftypheic" + bytes(100)
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(100)
UNKNOWN = "application/octet-stream"


def made(path: Path, data: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def refused(path: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        look(path)
    return caught.value.words


def test_a_file_is_described_and_read_as_it_is(tmp_path: Path) -> None:
    for name, data in (('Фото "1" it\'s.png', PNG), ("one", b"1"), ("x" * 250, bytes(range(256)) * 300)):
        outgoing = look(made(tmp_path / name, data))
        assert (outgoing.name, outgoing.size, outgoing.warning) == (name, len(data), "")
        assert read(outgoing, len(data)) == data


def test_names_are_safe_to_show_and_to_send(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"a\xff\x1b[2J\xe2\x80\xae.txt")
    outgoing = look(made(odd))
    assert outgoing.name == "a\ufffd␛[2J.txt"
    assert read(outgoing, 10) == b"x"


def test_only_ordinary_files_are_sent(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    made(tmp_path / "empty", b"")
    (tmp_path / "to the pipe").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        assert refused(tmp_path / "socket").startswith("socket cannot be opened: ")
    assert refused(tmp_path / "pipe").startswith("pipe is a pipe or a device")
    assert refused(tmp_path / "to the pipe").startswith("to the pipe is a pipe or a device")
    assert refused(Path("/dev/zero")).startswith("zero is a pipe or a device")
    assert refused(tmp_path).endswith(" is a directory; choose a file in it")
    assert refused(tmp_path / "empty") == "empty is empty; there is nothing to send"
    assert refused(tmp_path / "none") == "there is no file none; look at the path"
    assert refused(tmp_path / "a\x00b") == "a␀b is no name of a file"
    assert refused(tmp_path / "a\ud83d") == "a\ufffd is no name of a file"
    assert "cannot be opened: file name too long" in refused(tmp_path / ("x" * 300))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = made(tmp_path / "x")
    monkeypatch.setattr(os, "open", deny)
    assert refused(path) == "x cannot be read: no right to; choose another file"


def test_what_was_changed_since_is_not_sent(tmp_path: Path) -> None:
    path = made(tmp_path / "a.txt", b"first")
    os.utime(path, ns=(1, 1))
    outgoing = look(path)
    os.utime(path, ns=(1, 2))  # as if it had been written to
    with pytest.raises(FileRefused, match=r"a\.txt was changed"):
        read(outgoing, 100)
    outgoing = look(path)
    other = made(tmp_path / "b.txt", b"other")
    os.utime(other, ns=(1, 2))
    other.replace(path)
    with pytest.raises(FileRefused, match=r"a\.txt was changed"):
        read(outgoing, 100)
    outgoing = look(path)
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(FileRefused, match=r"a\.txt was changed"):
        read(outgoing, 100)
    outgoing = look(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(FileRefused, match="is a pipe"):
        read(outgoing, 100)
    path.unlink()
    with pytest.raises(FileRefused, match="there is no file"):
        read(outgoing, 100)


def test_no_more_is_read_than_can_be_sent(tmp_path: Path) -> None:
    outgoing = look(made(tmp_path / "x.bin", bytes(80_000)))
    with pytest.raises(FileRefused) as caught:
        read(outgoing, 76_722)
    assert caught.value.words == "x.bin is larger than the 76 kB that can be sent"
    assert len(read(outgoing, 80_000)) == 80_000


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("id_ed25519", "private key"),
        ("ID_RSA.old", "private key"),
        ("server.pem", "private key"),
        ("tls.KEY", "private key"),
        ("vault.kdbx", "passwords"),
        (".netrc", "hidden file"),
        ("photo.jpg", ""),
        ("keyboard.txt", ""),
    ],
)
def test_secrets_are_not_sent_unasked(tmp_path: Path, name: str, words: str) -> None:
    path = made(tmp_path / name)
    link = tmp_path / "harmless.txt"
    link.symlink_to(path)
    for asked in (path, link):
        warning = look(asked, {"WATUI_HOME": "/nowhere"}).warning
        assert words in warning
        assert bool(warning) is bool(words)


def test_a_private_key_is_known_by_what_it_holds(tmp_path: Path) -> None:
    key = made(tmp_path / "deploy", b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl")
    assert "private key" in look(key).warning
    assert look(made(tmp_path / "public", b"-----BEGIN CERTIFICATE-----\n")).warning == ""


def test_files_of_watuis_own_are_not_sent_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    environ = {"WATUI_HOME": str(home), "WATUI_CONFIG": str(other / "mine.toml")}
    for path in (
        home / "archive.db",
        home / "watui.log",
        home / "key",
        home / "crashes/1",
        other / "mine.toml",
    ):
        assert "watui's own" in look(made(path), environ).warning
    (other / "link").symlink_to(home / "archive.db")
    assert "watui's own" in look(other / "link", environ).warning
    assert look(made(other / "beside"), environ).warning == ""
    monkeypatch.setenv("WATUI_HOME", str(home))
    assert "watui's own" in look(home / "key").warning


@pytest.mark.parametrize(
    ("name", "data", "mimetype"),
    [
        ("a.png", PNG, "image/png"),
        ("a.jpg", PNG, "image/png"),
        ("a", JPEG, "image/jpeg"),
        ("a.jpeg", b"no picture", UNKNOWN),
        ("a.webp", WEBP, "image/webp"),
        ("a.gif", b"GIF89a", "image/gif"),
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.pdf", b"MZ", UNKNOWN),
        ("a.ogg", b"OggS", "audio/ogg"),
        ("a.ogv", b"OggS", "video/ogg"),
        ("a.mp4", MP4, "video/mp4"),
        ("a.mp4", b"x", UNKNOWN),
        ("a.mov", MP4, "video/quicktime"),
        ("a", M4A, "audio/mp4"),
        ("a.png", MP4, "video/mp4"),
        ("a.mp4", HEIC, UNKNOWN),
        ("a.txt", b"text", "text/plain"),
        ("a.tar.gz", b"\x1f\x8b", "application/gzip"),
        ("a.tar.xz", b"\xfd7zXZ", UNKNOWN),
        ("data:text/html,x", b"text", UNKNOWN),
        ("http://x.txt?.html", b"text", "text/html"),
        ("a.unheardof", b"text", UNKNOWN),
        ("", b"", UNKNOWN),
    ],
)
def test_what_a_file_holds_decides_over_what_its_name_says(name: str, data: bytes, mimetype: str) -> None:
    assert mimetype_of(name, data) == mimetype


@given(st.integers(0, 400), st.integers(0, 300), st.text(max_size=20))
def test_the_largest_file_just_fits(limit: int, size: int, text: str) -> None:
    def body(data: bytes) -> int:
        sent = {"text": text, "media": {"data": base64.b64encode(data).decode()}}
        return len(json.dumps(sent).encode())

    fits = body(bytes(size)) <= limit
    most = largest(limit, body(b""))
    assert (size <= most) is (fits or size == 0)


def test_the_gateways_limit_leaves_75_kb() -> None:
    assert largest(102_400, 103) == 76_722
    assert largest(102_400, 200_000) == 0
