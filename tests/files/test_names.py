"""What a received file is called: nothing in a sender's words does harm, and what can be is kept."""

import unicodedata
from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watui.files.names import NAME_BYTES, fallback_name, numbered, safe_name
from watui.models import Kind

PIECES = st.one_of(
    st.characters(),
    st.characters(categories=("Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Mn")),
    st.sampled_from([*'/\\.-~ <>:"|?*', "CON", "nul", "com1", ".txt", ".tar.gz", "\u202e", "ж", "a" * 70]),
)
NASTY = st.lists(PIECES, max_size=40).map("".join)
FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
DEVICES = {"con", "prn", "aux", "nul", "com1", "lpt9"}


@settings(max_examples=250)
@given(NASTY, NASTY)
@example("con" + " " * 140 + "x" * 50 + ".txt", "")  # becomes a device only when it is cut
@example("con." + "x." * 72 + "ab", "")  # is too long only when it is no device any more
@example("e\u200d\u0301", "")  # can be composed only when what is invisible has gone
@example("//", "..")
def test_whatever_is_sent_the_name_is_harmless(name: str, fallback: str) -> None:
    safe = safe_name(name, fallback)
    assert safe
    assert len(safe.encode()) <= NAME_BYTES
    assert not set(safe) & set('/\\<>:"|?*')
    assert not {unicodedata.category(char) for char in safe} & FORBIDDEN
    assert safe[0] not in ".-~"
    assert safe.strip() == safe
    assert not safe.endswith(".")
    assert safe.partition(".")[0].strip().lower() not in DEVICES
    assert safe_name(safe, "other") == safe
    assert unicodedata.is_normalized("NFC", safe)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../../../etc/cron.d/x", "x"),
        ("..\\..\\boot.ini", "boot.ini"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("~root", "root"),
        (" .- ~x", "x"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("Отчёт за ноябрь.pdf", "Отчёт за ноябрь.pdf"),
        ("Отче\u0308т.pdf", "Отчёт.pdf"),
        ('my "quoted" name.pdf', "my quoted name.pdf"),
        ("it's ; $(touch x) `y`.txt", "it's ; $(touch x) `y`.txt"),
        ("CON", "_CON"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("LPT1 .txt", "_LPT1 .txt"),
        ("console.txt", "console.txt"),
        ("a\x00b\x1b[2J\n.txt", "ab[2J.txt"),
        ("half\ud83d.txt", "half.txt"),
        ("photo.jpg. . ", "photo.jpg"),
        ("a" * 300 + ".jpeg", "a" * 145 + ".jpeg"),
        ("ж" * 300 + ".tar.gz", "ж" * 71 + ".tar.gz"),
        ("a" * 140 + " " * 20 + "b.pdf", "a" * 140 + ".pdf"),
        ("a" * 140 + ". what follows is no ending at all", "a" * 140 + ". what fol"),
        ("name." + "x" * 300, "name." + "x" * 145),
        ("dir/", "kept.bin"),
        ("", "kept.bin"),
        (None, "kept.bin"),
        ("\u3164", "kept.bin"),
    ],
)
def test_examples(name: str | None, safe: str) -> None:
    assert safe_name(name, "kept.bin") == safe


def test_a_fallback_is_not_trusted_either() -> None:
    assert safe_name(None, "../.x") == "x"
    assert safe_name("", "...") == "file"


@pytest.mark.parametrize(
    ("kind", "mimetype", "named"),
    [
        (Kind.IMAGE, "image/jpeg", "photo-2026-11-23-1431.jpg"),
        (Kind.VOICE, "Audio/OGG; codecs=opus", "voice-note-2026-11-23-1431.ogg"),
        (Kind.DOCUMENT, "application/pdf", "document-2026-11-23-1431.pdf"),
        (Kind.STICKER, None, "sticker-2026-11-23-1431.bin"),
        (Kind.IMAGE, "image/../../x.desktop", "photo-2026-11-23-1431.bin"),
        (Kind.DOCUMENT, "application/x-msdownload", "document-2026-11-23-1431.bin"),
    ],
)
def test_what_has_no_name_is_called_by_kind_time_and_what_it_holds(
    kind: Kind, mimetype: str | None, named: str
) -> None:
    time = int(datetime(2026, 11, 23, 14, 31).astimezone().timestamp() * 1000)
    assert fallback_name(kind, time, mimetype) == named
    assert safe_name(None, named) == named


def test_numbers_stand_before_the_ending() -> None:
    def second(name: str) -> str:
        return [name for name, _ in zip(numbered(name), range(2), strict=False)][1]

    assert second("report.pdf") == "report (1).pdf"
    assert second("all.tar.gz") == "all (1).tar.gz"
    assert second("README") == "README (1)"
    assert second("v1. final draft") == "v1. final draft (1)"
