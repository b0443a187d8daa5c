"""Hard text on terminals that count as they were seen to: nothing beside it moves or is left over."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich import cells as rich_cells
from rich.segment import Segment
from textual import _cells
from textual.content import Content
from textual.strip import Strip

from tests.terminal.models import KITTY, MODELS, MODERN, SCREEN, TMUX, XTERM, Model, Screen
from tests.terminal.rows import ROWS
from watui import text as watui_text
from watui.terminal.facts import UNKNOWN, Terminal, described
from watui.terminal.frames import Frames
from watui.terminal.hard import is_plain
from watui.terminal.measure import adopt
from watui.terminal.widths import TOFU, Widths
from watui.text import cell_len

TABLE = {
    "vs16": (1, 2, 1, 1),
    "keycap": (1, 2, 1, 1),
    "zwj": (8, 8, 2, 8),
    "rainbow": (3, 4, 1, 3),
    "skin": (4, 2, 4, 4),
    "u15": (1, 2, 0, 1),
    "u16": (1, 1, 0, 1),
    "conjunct": (3, 2, 3, 3),
    "vowel": (2, 1, 2, 2),
    "letter": (1, 2, 1, 1),
}
PIECES = [
    *"ab 1#❤☝👩👍👨🚀🌈🏳🏴😀🫨🫩🥲☰🇩🇪கநிक्षिא文",
    "\u200d",
    "\ufe0f",
    "\ufe0e",
    "\u20e3",
    "🏽",
    "\u0301",
    "\u0378",
    "\ue0b0",
    "\u1161",
    "\u0dca",
    "\U000e0067",
    "\U000e007f",
    "\u200c",
    "㉈",
]
HARD = st.one_of(
    st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(ROWS)), max_size=14).map("".join),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20),
)


def told(model: Model, *, multiplexed: bool = False) -> Terminal:
    return Terminal(model.name, model.cells(), multiplexed)


@contextmanager
def measured_as(terminal: Terminal) -> Iterator[Widths]:
    undo = adopt(terminal)
    try:
        yield Widths(terminal)
    finally:
        if undo:
            undo()


def test_the_models_count_as_the_terminals_did() -> None:
    for kind, row in TABLE.items():
        assert tuple(model.cells()[kind] for model in (XTERM, KITTY, TMUX, SCREEN)) == row, kind


def shown(model: Model, terminal: Terminal, pieces: list[str]) -> tuple[list[str], int]:
    """Draw pieces in two styles and a bar; return the row and the column where the bar must be."""
    with measured_as(terminal) as widths:
        at = 4 + sum(map(cell_len, pieces))
        text = "".join(f"\x1b[{30 + n}m{piece}\x1b[0m" for n, piece in enumerate(pieces))
        screen = Screen(model)
        screen.draw(Frames(widths).fitted(f"\x1b[2;5H{text}\x1b[1m|\x1b[0m\n\x1b[3;1Hsecond"))
        assert "".join(screen.rows[2][:7]) == "second#"
        return screen.rows[1], at


def in_place(model: Model, terminal: Terminal, pieces: list[str]) -> None:
    row, at = shown(model, terminal, pieces)
    assert row[at] == "|", "".join(row)
    assert row[:4] == ["#"] * 4
    assert set(row[at + 1 :]) == {"#"}
    assert "#" not in set(row[4:at]) or "#" in "".join(pieces)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
@pytest.mark.parametrize("line", ROWS)
def test_every_known_row_ends_where_it_must(model: Model, line: str) -> None:
    for terminal in (told(model), UNKNOWN):
        in_place(model, terminal, [line])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(MODELS), st.booleans(), st.lists(HARD, max_size=3))
@example(XTERM, True, ["क्षिनि"])
@example(KITTY, False, ["ක්\u200dෂ"])
@example(MODERN, False, ["👩", "\u200d👧x"])
def test_whatever_is_drawn_nothing_beside_it_moves(model: Model, asked: bool, pieces: list[str]) -> None:
    in_place(model, told(model) if asked else UNKNOWN, pieces)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(MODELS), st.booleans(), HARD)
def test_rewritten_text_keeps_its_cells(model: Model, multiplexed: bool, line: str) -> None:
    for terminal in (UNKNOWN, told(model, multiplexed=multiplexed)):
        widths = Widths(terminal)
        made = widths.rewrite(line)
        assert cell_len(made) == cell_len(line)
        assert widths.rewrite(made) == made
        if is_plain(line):
            assert made is line


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_rewritten_rows_take_the_cells_they_were_given(model: Model) -> None:
    with measured_as(told(model)) as widths:
        for line in ROWS:
            made = widths.rewrite(line)
            if not widths.is_doubtful(made):
                assert sum(model.steps(made)) == cell_len(line), line


def test_what_the_terminal_can_do_it_is_given() -> None:
    modern = Widths(told(MODERN))
    for line in ROWS[:7]:
        assert modern.rewrite(line) == line.replace("☝🏽", "☝").replace("☝️🏽", "☝ ")
    kitty = Widths(told(KITTY))
    assert kitty.rewrite("❤️ 1️⃣ 👍🏽 👩\u200d🚀 🇩🇪🇫") == "❤️ 1️⃣ 👍🏽 👩 🇩🇪F"
    xterm = Widths(told(XTERM))
    assert xterm.rewrite("❤️ 1️⃣ 👍🏽 👩🏽\u200d🚀 😀") == "❤  1  👍 👩 😀"
    tmux = Widths(told(TMUX, multiplexed=True))
    assert tmux.rewrite("👩\u200d🚀 🫨 🇩🇪 \u0378") == f"👩 {TOFU}  🇩🇪 {TOFU}"


def test_doubtful_words_begin_and_end_where_they_must() -> None:
    fitted = Frames(Widths(UNKNOWN)).fitted("\x1b[2;5H\x1b[1mab நி  cd\x1b[0m\n\x1b[3;1Hx")
    assert fitted == "\x1b[2;5H\x1b[1mab    \x1b[2;8Hநி\x1b[2;11Hcd\x1b[0m\n\x1b[3;1Hx"


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "plain\n",
        "\x1b[2;5H\x1b[1mgrößer привет 你好 שלום │ ✓✓ 😀 🌡\x1b[0m\n",
        "\x1b]22;text\a",
        "\x1b[?2026h",
    ],
)
def test_a_frame_without_hard_text_comes_back_itself(frame: str) -> None:
    assert Frames(Widths(UNKNOWN)).fitted(frame) is frame


def test_sequences_are_left_alone() -> None:
    frame = "\x1b[1;1H\x1b]8;id=1;https://a.example/❤️\x1b\\❤️\x1b]8;;\x1b\\"
    assert Frames(Widths(UNKNOWN)).fitted(frame) == frame.replace("\\❤️", "\\❤ ")
    # Where the cursor is is not known, so nothing can be held there.
    assert Frames(Widths(UNKNOWN)).fitted("நி\x1b[3Cநி❤️") == "நி\x1b[3Cநி❤ "


def test_vowel_signs_are_counted_as_the_terminal_counts_them() -> None:
    line = ROWS[9]
    before = cell_len(line)
    with measured_as(told(XTERM)):
        # One width function, by whatever name and however it is cached.
        counted = {
            cell_len(line),
            _cells.cell_len(line),
            Content(line).cell_length,
            Strip([Segment(line)]).cell_length,
        }
        assert counted == {sum(XTERM.steps(line))}
        assert cell_len("❤️👍🏽") == 4
    assert cell_len(line) == before
    for terminal in (UNKNOWN, told(KITTY), Terminal(cells={"vowel": 2, "conjunct": 2})):
        assert adopt(terminal) is None


def test_there_is_one_width_function() -> None:
    assert watui_text.cell_len is rich_cells.cell_len
    assert watui_text.set_cell_size is rich_cells.set_cell_size  # type: ignore[attr-defined]
    line = "".join(ROWS)
    assert _cells.cell_len(line) == cell_len(line)


def test_time_is_linear_in_hostile_text() -> None:
    frames = Frames(Widths(UNKNOWN))
    for piece in ("❤\u200d", "🇩", "क्", "\u200d", "🏽", "a\ufe0f", "नि ", "\u0378"):
        begin = time.process_time()
        frames.fitted("\x1b[1;1H" + piece * (100_000 // len(piece)))
        assert time.process_time() - begin < 3.0, piece


@pytest.mark.parametrize(
    ("name", "environ", "multiplexed", "reorders", "stops"),
    [
        ("VTE(7600)", {}, False, True, True),
        ("", {"VTE_VERSION": "7600"}, False, True, True),
        ("Konsole 24.12", {}, False, True, False),
        ("", {"KONSOLE_VERSION": "241201"}, False, True, False),
        ("mlterm(3.9.3)", {}, False, True, False),
        ("", {"TERM_PROGRAM": "Apple_Terminal"}, False, True, False),
        ("tmux 3.3a", {"VTE_VERSION": "7600"}, True, True, False),
        ("tmux 3.3a", {"TERM_PROGRAM": "tmux"}, True, False, False),
        ("", {"STY": "1.pts"}, True, False, False),
        ("", {"TERM": "screen-256color"}, True, False, False),
        ("kitty(0.26.5)", {"VTE_VERSION": "7600"}, False, False, False),
        ("XTerm(379)", {"TERM": "xterm"}, False, False, False),
        ("", {}, False, False, False),
    ],
)
def test_who_reorders(
    name: str, environ: dict[str, str], multiplexed: bool, reorders: bool, stops: bool
) -> None:
    terminal = described(name, {}, environ)
    assert (terminal.multiplexed, terminal.reorders, terminal.stops_reordering) == (
        multiplexed,
        reorders,
        stops,
    )
