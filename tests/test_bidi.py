"""Text from right to left: its order on the screen, held against python-bidi, and where each char went."""

import sys
import unicodedata
from itertools import product

import pytest
from bidi import get_display  # type: ignore[import-untyped]
from bidi.mirror import MIRRORED  # type: ignore[import-untyped]
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watui import bidi as direction
from watui.bidi import has_rtl, is_rtl, visual

# One of each class that a clean text may hold, and among the neutral ones brackets of three kinds.
CLASSES = {
    "L": "a",
    "R": "א",
    "AL": "ع",
    "EN": "1",
    "AN": "٢",
    "ES": "+",
    "ET": "%",
    "CS": ":",
    "ON": "!",
    "WS": " ",
}
LINES = st.text(alphabet="abcאבגעغمم123١٢٣+-%$€:,./!?… ()[]{}<>«»〈〉〈〉", max_size=40)
MARKED = st.lists(
    st.sampled_from(
        [*"abאבעم12٣+,! ()[]", "שִׁ", "ے\u0654", "e\u0301", "👍🏽", "👨‍👩‍👧", "❤️", "1️⃣", "می‌", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇮🇱"]
    ),
    max_size=20,
)
MARKS = ("Mn", "Me", "Mc")


def in_order(line: str, *, rtl: bool) -> str:
    return "".join(line[index] for index in visual(line, rtl=rtl)[1])


def expected(line: str, *, rtl: bool) -> str:
    return str(get_display(line, base_dir="R" if rtl else "L"))


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_every_short_line_is_ordered_as_unicode_has_it(length: int, rtl: bool) -> None:
    lines = ["".join(chars) for chars in product(CLASSES.values(), repeat=length)]
    assert [line for line in lines if in_order(line, rtl=rtl) != expected(line, rtl=rtl)] == []


@settings(max_examples=600)
@given(LINES, st.booleans())
@example("a((b)א)", True)
@example("(a)!)א", True)
@example("a[(א]b)c", True)
def test_lines_are_ordered_as_unicode_has_it(line: str, rtl: bool) -> None:
    assert in_order(line, rtl=rtl) == expected(line, rtl=rtl)


def test_every_bracket_stays_with_the_other_of_its_pair() -> None:
    brackets = [char for char in MIRRORED if unicodedata.category(char) == "Ps"]
    lines = [f"א foo {bracket}bar{MIRRORED[bracket]}" for bracket in brackets]
    apart = [line for line in lines if in_order(line, rtl=True) != expected(line, rtl=True)]
    assert len(brackets) > 50
    assert [
        line for line in apart if not {"༺", "༼", "᚛"} & set(line)
    ] == []  # Tibetan and Ogham have no sides


@settings(max_examples=600)
@given(MARKED, st.booleans())
def test_every_character_is_shown_once_where_the_list_says(parts: list[str], rtl: bool) -> None:
    line = "".join(parts)
    shown, indexes = visual(line, rtl=rtl)
    assert sorted(indexes) == list(range(len(line)))
    assert len(shown) == len(line)
    for char, index in zip(shown, indexes, strict=True):
        assert char in {line[index], MIRRORED.get(line[index])}


@settings(max_examples=500)
@given(MARKED, st.booleans())
def test_what_belongs_together_is_not_taken_apart(parts: list[str], rtl: bool) -> None:
    shown = visual("".join(parts), rtl=rtl)[0]
    for part in parts:
        if len(part) > 1 and part != "می‌":
            assert part in shown
    assert "\u200cی" not in shown


@settings(max_examples=500)
@given(st.text(alphabet="abאבע 12()!", min_size=1, max_size=20), st.booleans())
def test_marks_change_no_order(line: str, rtl: bool) -> None:
    shown = visual("".join(char + "\u0301" for char in line), rtl=rtl)[0]
    assert shown[1::2] == "\u0301" * len(line)
    assert shown[::2] == visual(line, rtl=rtl)[0]


@given(st.text(alphabet="abc 12.,()[]é漢🎉", max_size=30))
def test_text_from_left_to_right_stays_as_it_is(line: str) -> None:
    assert visual(line, rtl=False) == (line, list(range(len(line))))


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("שלום (עולם) 12-34", "12-34 (םלוע) םולש"),
        ("שלום foo (bar)", "foo (bar) םולש"),
        ("א < ב « ג", "ג » ב > א"),
        ("נפגש ב-20:30!", "!20:30-ב שגפנ"),
        ("مرحبا 50%", "%50 ابحرم"),
        ("שלום 50%", "50% םולש"),
        ("abc!", "!abc"),
    ],
)
def test_a_line_of_a_paragraph_from_right_to_left(line: str, shown: str) -> None:
    assert visual(line, rtl=True)[0] == shown


def test_words_from_right_to_left_within_others() -> None:
    shown, indexes = visual("say שלום (12)", rtl=False)
    assert shown == "say (12) םולש"
    assert indexes == [0, 1, 2, 3, 12, 10, 11, 9, 8, 7, 6, 5, 4]


def test_what_faces_the_other_way_is_what_unicode_says() -> None:
    """Names of characters stand in for a table; none may lead to a wrong one."""
    wrong = {
        char: found
        for char, other in MIRRORED.items()
        if (found := visual(f"א{char}א", rtl=True)[0][1]) not in {char, other}
    }
    assert wrong == {}
    for char in "()[]{}<>«»‹›≤≥⟨⟩「」":
        assert visual(f"א{char}א", rtl=True)[0] == f"א{MIRRORED[char]}א"


def test_no_character_from_right_to_left_is_missed() -> None:
    chars = [chr(code) for code in range(sys.maxunicode + 1)]
    moving = {char for char in chars if unicodedata.bidirectional(char) in {"R", "AL", "AN"}}
    staying = {char for char in chars if unicodedata.bidirectional(char) == "L"}
    found = {char for char in chars if has_rtl(char)}
    assert moving - found == {"\u200f"}  # the right-to-left mark, which `clean` takes out
    assert not staying & found


@pytest.mark.parametrize(
    ("text", "rtl"),
    [
        ("", False),
        ("hello", False),
        ("שלום", True),
        ("مرحبا hello", True),
        ("hello שלום", False),
        ("12:30 – «שלום» ok", True),
        ("🎉 (é) שלום", False),
        ("🎉 שלום", True),
        ("١٢٣", False),
        ("\U0001e900", True),
    ],
)
def test_the_first_letter_decides(text: str, rtl: bool) -> None:
    assert is_rtl(text) is rtl


def test_numbers_of_brackets_beyond_reason_are_borne() -> None:
    for depth in (62, 63, 64, 200):
        line = "a" + "(" * depth + "אa" + ")" * depth + "b"
        assert in_order(line, rtl=True) == expected(line, rtl=True)


def test_a_name_is_put_in_order_unless_the_terminal_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direction, "_left_to_terminal", False)
    assert direction.in_order("Ana") == "Ana"
    assert direction.in_order("שלום (2)") == "(2) םולש"
    direction.leave_to_terminal()
    assert direction.in_order("שלום") == "שלום"
