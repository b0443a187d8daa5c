"""Folding a text into lines: nothing lost, nothing wider than the room, looks and order carried along."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.style import Style

from watui import bidi
from watui.formatting import Look
from watui.panes.folding import Folded, Manner, fold
from watui.text import clean

LOOKS = {look: Style(bold=True) if look is Look.BOLD else Style.null() for look in Look}
FOUND = Style(reverse=True)


def folded(text: str, room: int = 40, *, query: str = "") -> list[Folded]:
    return fold(text, room, Manner(LOOKS, {"4911": "Ana"}, query, FOUND), 1000)


def styled(line: Folded, want: str) -> str:
    return "".join(
        line.content.plain[span.start : span.end]
        for span in line.content.spans
        if getattr(span.style, want, False)
    )


@given(st.text(alphabet="ab *_~`>-1.\n@49אב(ع)👍🏽漢é", max_size=120), st.integers(4, 50))
def test_no_line_is_wider_than_the_room_and_the_text_is_all_there(text: str, room: int) -> None:
    lines = folded(str(clean(text)), room)
    assert all(line.content.cell_length <= max(room, 8) for line in lines)
    whole = folded(str(clean(text)), 10_000)
    joined = "".join(line.text + line.after for line in lines)
    assert joined.split() == "".join(line.text + line.after for line in whole).split()


def test_looks_names_and_matches_are_carried_along() -> None:
    (line,) = folded("see *bold* for @4911 now", query="now")
    assert line.content.plain == "see bold for @Ana now"
    assert styled(line, "bold") == "bold"
    assert styled(line, "reverse") == "now"


def test_leads_hang_and_quotes_repeat_them() -> None:
    lines = folded("- " + "word " * 12, 20)
    assert [line.content.plain[:2] for line in lines] == ["• ", "  ", "  ", "  "]
    assert all(line.content.plain.startswith("┃ ") for line in folded("> " + "word " * 12, 20))


def test_text_from_right_to_left_is_put_in_order_with_its_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = folded("שלום *abc* (טוב)")
    assert line.right
    assert line.content.plain == "(בוט) abc םולש"
    assert styled(line, "bold") == "abc"
    assert line.text == "שלום abc (טוב)"
    monkeypatch.setattr(bidi, "_left_to_terminal", False)
    bidi.leave_to_terminal()
    (logical,) = folded("שלום *abc* (טוב)")
    assert logical.content.plain == "שלום abc (טוב)"
    assert logical.right


def test_wrapped_first_and_ordered_line_by_line() -> None:
    lines = folded("אחת שתיים שלוש ארבע", 10)
    assert [line.content.plain[::-1] for line in lines] == [line.text for line in lines]
    assert "".join(line.text + line.after for line in lines).strip() == "אחת שתיים שלוש ארבע"
