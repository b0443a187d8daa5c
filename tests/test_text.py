"""The gate for foreign text: what may come out of it, whatever went in."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watui.text import MARKS_IN_A_ROW, Safe, cell_len, clean, fit, fold, one_line

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
INVISIBLE = frozenset("\xad\u115f\u1160\u200b\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0")

NASTY = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.characters(categories=("Cc", "Cf", "Cs", "Mn", "Me")),
        st.sampled_from(
            [*"\x00\x07\x1b\x7f\x85\x9b\x9d\r\n\t [](){}@click=app.quit/", "🏴", "\U000e007f", "\U000e0067"]
        ),
    ),
    max_size=80,
)


def longest_run_of_marks(text: str) -> int:
    longest = run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        longest = max(longest, run)
    return longest


@settings(max_examples=1500)
@given(NASTY, st.integers(1, 60))
def test_whatever_goes_in_only_harmless_text_comes_out(text: str, limit: int) -> None:
    result = clean(text, limit=limit)
    assert isinstance(result, Safe)
    assert len(result) <= limit
    assert not [char for char in result if unicodedata.category(char) in {"Cc", "Cs"} and char != "\n"]
    assert not BIDI.intersection(result)
    assert not INVISIBLE.intersection(result)
    assert longest_run_of_marks(result) <= MARKS_IN_A_ROW
    result.encode()
    assert clean(result, limit=limit) == result


@settings(max_examples=1000)
@given(NASTY, st.integers(1, 60))
def test_one_line_stays_one_line_within_its_limit(text: str, limit: int) -> None:
    result = one_line(text, limit=limit)
    assert "\n" not in result
    assert len(result) <= limit
    assert result == result.strip()
    assert one_line(result, limit=limit) == result
    assert clean(result) == result


@settings(max_examples=500)
@given(NASTY, st.integers(0, 40))
@example("🏻", 0)  # takes no cell by itself, so it fits where nothing else does
def test_fit_never_exceeds_its_width(text: str, width: int) -> None:
    line = one_line(text)
    fitted = fit(line, width)
    assert cell_len(fitted) <= width
    if cell_len(line) <= width:
        assert fitted == line


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("\x1b]52;c;ZXZpbA==\x07", "␛]52;c;ZXZpbA==␇"),
        ("a\x9b2Jb", "a�2Jb"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\tb", "a    b"),
        ("nul\x00", "nul␀"),
        ("\ud83d", "�"),
        ("👩🏽‍🚀 ❤️ 1️⃣", "👩🏽‍🚀 ❤️ 1️⃣"),
        ("می‌خواهم", "می‌خواهم"),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("[/b] [@click=app.quit]x[/]", "[/b] [@click=app.quit]x[/]"),
        ("Z" + "\u0301" * 40, "Z" + "\u0301" * 4),
    ],
)
def test_known_payloads(given_text: str, shown: str) -> None:
    assert clean(given_text) == shown


def test_a_megabyte_is_cleaned_without_being_cut() -> None:
    assert len(clean("é\x1b" * 500_000)) == 1_000_000


def test_folding_forgets_case_and_accents() -> None:
    assert fold("São PAULO ﬁ") == fold("sao paulo FI")
