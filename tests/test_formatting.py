"""WhatsApp's formatting: what is a marker and what is not, whatever is written."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.growth import is_linear
from watui.formatting import Look, Paragraph, Run, paragraphs

MARKS = {"*": Look.BOLD, "_": Look.ITALIC, "~": Look.STRIKE, "`": Look.MONO, "```": Look.MONO}
NAMES = {"491511": "Ana *x* _y_", "1": "`Bo`"}
WILD = st.lists(
    st.one_of(
        st.sampled_from(
            [*"*_~`>-• \n.,1", "```", "> ", "- ", "1. ", "a", "bc", "@491511", "@1", "https://a.de/x_y", "*️⃣"]
        ),
        st.characters(),
    ),
    max_size=40,
).map("".join)
WORD = st.text(alphabet="abcäя1", min_size=1, max_size=6)


@st.composite
def formatted(draw: st.DrawFn, inside: str = "*_~") -> tuple[str, str, list[tuple[str, Look]]]:
    """What is written, what is to be shown of it, and the looks of its parts, the outer first."""
    words = draw(st.lists(WORD, min_size=1, max_size=3))
    text = written = " ".join(words)
    looks: list[tuple[str, Look]] = []
    if inside and draw(st.booleans()):
        marker = draw(st.sampled_from(inside))
        inner, text, looks = draw(formatted(inside.replace(marker, "")))
        before, after = draw(
            st.sampled_from([("", ""), ("so ", ""), ("", ", no"), ("(", ")"), ("so ", " no")])
        )
        written = f"{marker}{before}{inner}{after}{marker}"
        text = f"{before}{text}{after}"
        looks = [(text, MARKS[marker]), *looks]
    return written, text, looks


def looks_of(paragraph: Paragraph) -> list[tuple[str, Look]]:
    return [(paragraph.text[run.start : run.end], run.look) for run in paragraph.runs]


def one(text: str) -> tuple[str, list[tuple[str, Look]]]:
    (paragraph,) = paragraphs(text, NAMES)
    assert not paragraph.lead
    return paragraph.text, looks_of(paragraph)


@settings(max_examples=600)
@given(WILD)
@example("> ```\nx```")
@example("*_`" * 5)
def test_whatever_is_written_runs_lie_within_their_text_and_within_each_other(text: str) -> None:
    shown = paragraphs(text, NAMES)
    assert 1 <= len(shown) <= text.count("\n") + 1
    for paragraph in shown:
        assert "\n" not in paragraph.text
        open_runs: list[Run] = []
        for run in paragraph.runs:
            assert 0 <= run.start < run.end <= len(paragraph.text)
            while open_runs and open_runs[-1].end <= run.start:
                open_runs.pop()
            assert not open_runs or run.end <= open_runs[-1].end
            open_runs.append(run)
        mono = [run for run in paragraph.runs if run.look is Look.MONO]
        for run in mono:
            assert not [
                other
                for other in paragraph.runs
                if other is not run
                and run.start <= other.start
                and other.end <= run.end
                and (other.start, other.end) != (run.start, run.end)
            ]


@settings(max_examples=600)
@given(WILD)
def test_nothing_but_markers_is_lost(text: str) -> None:
    def kept(line: str) -> str:
        return re.sub(r"[*_~`>•┃\s-]", "", line)

    assert kept("".join(each.lead + each.text for each in paragraphs(text))) == kept(text)


@settings(max_examples=500)
@given(st.lists(formatted(), min_size=1, max_size=4), st.sampled_from([" ", ", ", " – ", ") ("]))
def test_what_stands_between_markers_has_their_looks(
    parts: list[tuple[str, str, list[tuple[str, Look]]]], between: str
) -> None:
    written = between.join(each[0] for each in parts)
    text = between.join(each[1] for each in parts)
    assert one(written) == (text, [look for each in parts for look in each[2]])


def bold(line: str) -> tuple[str, list[tuple[str, Look]]]:
    """The rule for one marker, said in the plainest way and at any cost."""

    def opens(at: int) -> bool:
        before, after = line[:at].rstrip("*")[-1:], line[at + 1 : at + 2]
        return line[at] == "*" and not before.isalnum() and after not in {"", " ", "*"}

    def closes(at: int) -> bool:
        before, after = line[at - 1], line[at:].lstrip("*")[:1]
        return line[at] == "*" and before not in " *" and not after.isalnum()

    shown, at = "", 0
    looks: list[tuple[str, Look]] = []
    while at < len(line):
        end = next((end for end in range(at + 1, len(line)) if closes(end)), 0) if opens(at) else 0
        if end:
            looks.append((line[at + 1 : end], Look.BOLD))
            shown += line[at + 1 : end]
        else:
            shown += line[at]
        at = max(at, end) + 1
    return shown, looks


@settings(max_examples=800)
@given(st.text(alphabet="ab *.,(", max_size=25))
@example("1**2**3 **a** *** *a.**(b*")
def test_the_first_marker_that_may_open_ends_at_the_first_that_may_close(text: str) -> None:
    assert one(f"! {text}") == bold(f"! {text}")


@settings(max_examples=300)
@given(st.lists(WORD, min_size=2, max_size=8), st.sampled_from([*"*_~`", "**", "___", "```"]))
def test_markers_within_words_are_left_alone(words: list[str], marker: str) -> None:
    text = marker.join(words)
    assert one(text) == (text, [])
    assert one(f"_{text}_") == (text, [(text, Look.ITALIC)])


@settings(max_examples=300)
@given(
    st.text(alphabet="ab *_~`\n>-@1.", min_size=1, max_size=30).filter(
        lambda text: not text.isspace() and "`" not in text
    )
)
def test_code_is_shown_as_it_was_written(code: str) -> None:
    shown = paragraphs(f"```{code}```", NAMES)
    assert "\n".join(each.text for each in shown) == re.sub(r"\A\n|\n\Z", "", code)
    assert {run.look for each in shown for run in each.runs} == {Look.MONO}
    assert not any(each.lead for each in shown)


@given(st.text(alphabet="ab ,.\nä🎉", max_size=60))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert paragraphs(text) == [Paragraph("", line) for line in text.split("\n")]


@pytest.mark.parametrize(
    ("written", "text", "looks"),
    [
        ("*bold*", "bold", [("bold", Look.BOLD)]),
        ("_it_ ~st~", "it st", [("it", Look.ITALIC), ("st", Look.STRIKE)]),
        ("*_~all~_*", "all", [("all", Look.BOLD), ("all", Look.ITALIC), ("all", Look.STRIKE)]),
        ("`x*y*` ```_z_```", "x*y* _z_", [("x*y*", Look.MONO), ("_z_", Look.MONO)]),
        ("*a `b*` c*", "a b* c", [("a b* c", Look.BOLD), ("b*", Look.MONO)]),
        ("*a _b* c_", "a _b c_", [("a _b", Look.BOLD)]),
        ("*a _b_", "*a b", [("b", Look.ITALIC)]),
        ("_a *b_ c*", "a *b c*", [("a *b", Look.ITALIC)]),
        ("**bold**", "*bold*", [("bold", Look.BOLD)]),
        ("*a*b*", "a*b", [("a*b", Look.BOLD)]),
        ("🎉*a*🎉 ❤️*b*", "🎉a🎉 ❤️b", [("a", Look.BOLD), ("b", Look.BOLD)]),
        ("``` a ```", " a ", [(" a ", Look.MONO)]),
    ],
)
def test_markers(written: str, text: str, looks: list[tuple[str, Look]]) -> None:
    assert one(written) == (text, looks)


@pytest.mark.parametrize(
    "text",
    [
        "*a",
        "a*",
        "a * b * c",
        "* a*b",
        "*a *",
        "**",
        "****",
        "_ _",
        "``",
        "` `",
        "``` ```",
        "``a``",
        "````a````",
        "2*3*4",
        "2**3**4",
        "*** a ***",
        "snake_case_name",
        "f(*args, **kw)",
        "~5 or ~6",
        "`a",
        "```a",
        "`a ```b",
        "*️⃣ 1 *️⃣",
        "*️⃣ or a*",
        "की*का*",
        ">x",
        "-x",
        "1.x",
        "a > b",
        "a - b",
        "> ",
        "- ",
        "1.  ",
        "@49",
        "me@491511",
        "@4915110",
    ],
)
def test_what_is_no_marker_stays_as_it_is(text: str) -> None:
    shown = paragraphs(text, NAMES)
    assert [each.lead + each.text for each in shown] == [text if not text.startswith("* ") else "• a*b"]
    assert not [run for each in shown for run in each.runs]


def test_markers_end_with_their_line_and_code_does_not() -> None:
    assert [each.text for each in paragraphs("*a\nb* `c\nd`")] == ["*a", "b* `c", "d`"]
    assert [each.text for each in paragraphs("```a `b`\n*c* ```d")] == ["```a b", "c ```d"]
    assert [each.text for each in paragraphs("```a `b`\n*c* ``` *d*")] == ["a `b`", "*c*  d"]
    shown = paragraphs("see ```a\n\n- b_b_ ``` *c*")
    assert [each.text for each in shown] == ["see a", "", "- b_b_  c"]
    assert [looks_of(each) for each in shown] == [
        [("a", Look.MONO)],
        [],
        [("- b_b_ ", Look.MONO), ("c", Look.BOLD)],
    ]


def test_lines_of_nothing_but_the_marks_of_code_are_not_shown() -> None:
    shown = paragraphs("so:\n```\n- x\n\ny\n```\nend")
    assert [each.lead + each.text for each in shown] == ["so:", "- x", "", "y", "end"]


def test_quotes_and_lists_have_a_lead() -> None:
    text = "> *a*\n- b\n* c*\n• d\n1. _e_\n12. f\n1234. g\n> > h\nplain"
    assert paragraphs(text) == [
        Paragraph("┃ ", "a", (Run(0, 1, Look.QUOTE), Run(0, 1, Look.BOLD)), repeat=True),
        Paragraph("• ", "b"),
        Paragraph("• ", "c*"),
        Paragraph("• ", "d"),
        Paragraph("1. ", "e", (Run(0, 1, Look.ITALIC),)),
        Paragraph("12. ", "f"),
        Paragraph("", "1234. g"),
        Paragraph("┃ ", "> h", (Run(0, 3, Look.QUOTE),), repeat=True),
        Paragraph("", "plain"),
    ]


def test_one_lead_is_enough_to_be_seen() -> None:
    assert [each.lead for each in paragraphs("a\nb\n- c")] == ["", "", "• "]


def test_mentions_are_named_and_names_are_no_markers() -> None:
    assert one("_@491511_, @1!") == (
        "@Ana *x* _y_, @`Bo`!",
        [("@Ana *x* _y_", Look.ITALIC), ("@Ana *x* _y_", Look.MENTION), ("@`Bo`", Look.MENTION)],
    )
    assert paragraphs("@491511") == [Paragraph("", "@491511")]
    assert paragraphs("@491511", {"491511": ""}) == [Paragraph("", "@491511")]


def test_links_keep_what_looks_like_markers() -> None:
    address = "https://a.de/_x_*y*~z~"
    assert one(f"_{address}_ *b*") == (
        f"{address[:-1]}~ b",
        [(f"{address[:-1]}~", Look.ITALIC), (address[:-1], Look.LINK), ("b", Look.BOLD)],
    )
    assert one("www.a.de") == ("www.a.de", [("www.a.de", Look.LINK)])
    assert one("`www.a.de`") == ("www.a.de", [("www.a.de", Look.MONO)])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "*",
            "_*",
            "_*x",
            "*a ",
            "*a* ",
            "*_~x~_* ",
            "~_*`",
            "> ",
            "> > >\n",
            "- ",
            "1. ",
            "`",
            "`a ",
            "`a` ",
            "`a\n",
        ),
        *("```a ", "```\n", "``` ", "```a``` ", "`a```", "@1", "@1 ", "(*", "*a _b ~c ", "\n"),
    ],
)
def test_time_grows_with_the_text_and_no_faster(text: str) -> None:
    assert is_linear(lambda whole: paragraphs(whole, NAMES), text)


def test_runs_are_in_order() -> None:
    (paragraph,) = paragraphs("*a* _b_ `c` https://d.de @1 ~e~", NAMES)
    assert len(paragraph.runs) == 6
    assert all(first.end < second.start for first, second in pairwise(paragraph.runs))
