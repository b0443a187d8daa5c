"""What the parser makes of input, without a terminal."""

import re
from codecs import getincrementaldecoder

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events, messages
from textual.message import Message

from watui.terminal import parser as parser_module
from watui.terminal.parser import PASTE_LIMIT, SafeParser

KEYS = {
    "\r": ["enter"],
    "\n": ["ctrl+j"],
    "\x1b[13u": ["enter"],
    "\x1b[13;2u": ["shift+enter"],
    "\x1b[13;5u": ["ctrl+enter"],
    "\x1b[27;2;13~": ["shift+enter"],
    "\x1b[27;5;13~": ["ctrl+enter"],
    "\x1b\r": ["alt+enter"],
    "\x1b[13;3u": ["alt+enter"],
    "\x1b[106;5u": ["ctrl+j"],
    "\x1b[A": ["up"],
    "\x1bOA": ["up"],
    "\x1b[B\x1b[C\x1b[D": ["down", "right", "left"],
    "\x1b[1;5C": ["ctrl+right"],
    "\x1b[1;2A": ["shift+up"],
    "\x1b[H\x1b[F\x1b[5~\x1b[6~": ["home", "end", "pageup", "pagedown"],
    "\x1b[3~": ["delete"],
    "\x1bOP\x1b[[A\x1b[11~": ["f1", "f1", "f1"],
    "\x1b[Z": ["shift+tab"],
    "\x1b[c": ["shift+right"],  # rxvt; an answer to DA1 has parameters
    "\x1ba": ["alt+a"],
    "\x1bA": ["alt+shift+a"],
    "\x1b\x1b[A": ["escape", "up"],
    "\x1b[27u": ["escape"],
    "\x1b[97;;97u": ["a"],
    "\x1b[97;5u": ["ctrl+a"],
    "\x03\x11\x13\x1a": ["ctrl+c", "ctrl+q", "ctrl+s", "ctrl+z"],
    "\x7f\t\x00": ["backspace", "tab", "ctrl+@"],
    "aé😀": ["a", "é", "grinning_face"],
    "\x9bA": ["up"],
    "\x1b[3$": ["shift+delete"],
}

NOT_KEYS = [
    "\x1b[?1;2c",
    "\x1b[?64;1;2;6;9c",
    "\x1b[>0;276;0c",
    "\x1b[=1;0;0c",
    "\x1b[6c",
    "\x1b[0n",
    "\x1b[3n",
    "\x1b[?13n",
    "\x1b[24;80R",
    "\x1b[1;2R",
    "\x1b[?1;1;1R",
    "\x1b[?25u",
    "\x1b[?1$y",
    "\x1b[12;1$y",
    "\x1b[8;24;80t",
    "\x1b[3;0;0t",
    "\x1b[2;1;1;112;112;1;0x",
    "\x1b[?2;0S",
    "\x1b[99999999999u",
    "\x1b[1114112;1u",
    "\x1b[<0;99999999999999999999;1;1;1M",
    "\x1b]lsend me\r\x1b\\",
    "\x1b]11;rgb:1/2/3\x07",
    "\x1b]52;c;ZXZpbA==\x1b\\",
    "\x1bP>|kitty(0.26.5)\x1b\\",
    "\x1bP1$r0m\x07\r\x1b\\",
    "\x1b_Gi=1;OK\x1b\\",
    "\x1b^private\x1b\\",
    "\x1bXstart\x1b\\",
    "\x9d0;title\x9c",
    "\x90dcs\r\x9c",
    "\x9b?1;2c",
    "\x85\x99",
    "\x1b\\",
    "\x1b[201~",
    "\x1b[M !!",
    "\x1b[65A",
    "\x1b[u",
    "\x1b[999~",
]


def feed(data: str, parser: SafeParser | None = None) -> list[Message]:
    return list((parser or SafeParser()).feed(data))


def keys(found: list[Message]) -> list[str]:
    return [event.key for event in found if isinstance(event, events.Key)]


def told(found: list[Message]) -> list[tuple[object, ...]]:
    """Give events a form that can be compared."""
    result: list[tuple[object, ...]] = []
    for event in found:
        match event:
            case events.Key():
                result.append(("key", event.key, event.character))
            case events.Paste():
                result.append(("paste", event.text))
            case events.MouseEvent():
                result.append((type(event).__name__, event.x, event.y, event.button))
            case events.Resize():
                result.append(("resize", event.size, event.pixel_size))
            case _:
                result.append((type(event).__name__,))
    return result


@pytest.mark.parametrize("data", KEYS, ids=repr)
def test_keys(data: str) -> None:
    assert keys(feed(data)) == KEYS[data]


@pytest.mark.parametrize("data", NOT_KEYS, ids=repr)
def test_answers(data: str) -> None:
    parser = SafeParser()
    assert told(feed(data, parser)) == []
    assert keys(feed("k", parser)) == ["k"], "and the next key is read"


def test_what_textual_asks_for_is_kept() -> None:
    assert told(feed("\x1b[I\x1b[O")) == [("AppFocus",), ("AppBlur",)]
    modes = feed("\x1b[?2026;2$y\x1b[?2048;2$y")
    assert isinstance(modes[0], messages.TerminalSupportsSynchronizedOutput)
    assert isinstance(modes[1], messages.InBandWindowResize)
    assert told(feed("\x1b[<0;3;4M\x1b[<0;3;4m\x1b[<65;1;1M")) == [
        ("MouseDown", 2.0, 3.0, 1),
        ("MouseUp", 2.0, 3.0, 1),
        ("MouseScrollDown", 0.0, 0.0, 0),
    ]
    assert told(feed("\x1b[48;24;80;480;800t\x1b[<0;11;21M"))[1] == ("MouseDown", 1.0, 1.0, 1)
    assert told(feed("\x1b[48;24;80;0;0t\x1b[<0;11;21M"))[1] == ("MouseDown", 10.0, 20.0, 1), (
        "no pixels, no division"
    )


def test_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(parser_module, "get_time", lambda: now)
    for data, pause, expected in [
        ("\x1b", 0.3, ["escape"]),
        ("\x1b[", 1.1, ["left_square_bracket"]),
        ("\x1b]", 1.1, ["right_square_bracket"]),
        ("\x1bO", 1.1, ["alt+shift+o"]),
        ("\x1b[?1;2", 1.1, []),
        ("\x1b]0;half", 1.1, []),
        ("\x1bP", 1.1, ["alt+shift+p"]),
    ]:
        parser = SafeParser()
        assert told(feed(data, parser)) == []
        patience = parser.patience()
        assert patience is not None
        assert 0 < patience < pause
        assert list(parser.tick()) == []
        now += pause
        assert keys(list(parser.tick())) == expected
        assert parser.patience() is None
        assert keys(feed("k", parser)) == ["k"]
    assert SafeParser().patience() is None


def test_paste_waits_and_is_bounded() -> None:
    parser = SafeParser()
    assert told(feed("\x1b[200~" + "x" * 600_000, parser)) == []
    assert parser.patience() is None, "a paste over a slow link may pause as long as it likes"
    assert told(feed("y" * 600_000, parser)) == []
    (paste,) = feed("\x1b[201~", parser)
    assert isinstance(paste, events.Paste)
    assert len(paste.text) == PASTE_LIMIT
    assert told(feed("\x1b[200~\x1b[201~", parser)) == [("paste", "")]


TEXT = st.text(st.characters(exclude_characters="\x1b"), max_size=30)
PARAMETERS = st.text("0123456789;:", max_size=12)
STRINGS = st.one_of(
    st.builds("\x1b{}{}\x1b\\".format, st.sampled_from("PX^_"), TEXT),
    st.builds("\x1b]{}{}".format, TEXT.map(lambda t: t.replace("\a", "")), st.sampled_from(["\a", "\x1b\\"])),
)
REPORTS = st.one_of(
    st.builds("\x1b[{}{}{}".format, st.sampled_from("?>="), PARAMETERS, st.sampled_from("cunRSymhlt")),
    st.builds("\x1b[{}{}".format, st.integers(0, 9999), st.sampled_from("cnR")),
    st.builds("\x1b[{};{}R".format, st.integers(0, 9999), st.integers(0, 9999)),
    st.builds("\x1b[?{};{}$y".format, st.integers(0, 9999), st.integers(0, 4)),
)
ANYTHING = st.one_of(
    TEXT,
    STRINGS,
    REPORTS,
    st.sampled_from(
        [
            *KEYS,
            *NOT_KEYS,
            "\x1b[200~",
            "\x1b[201~",
            "\x1b",
            "\x1b[",
            "\x1b[48;24;80;480;800t",
            "\x1b[<0;3;4M",
        ]
    ),
    st.builds("\x1b[200~{}\x1b[201~".format, st.text(max_size=20)),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(STRINGS, REPORTS), max_size=4))
def test_no_answer_is_a_key(answers: list[str]) -> None:
    parser = SafeParser()
    assert keys(feed("".join(answers), parser)) == []
    assert keys(feed("k", parser)) == ["k"]


@settings(max_examples=400, deadline=None)
@given(st.lists(ANYTHING, max_size=6).map("".join), st.data())
def test_cutting_changes_nothing(text: str, data: st.DataObject) -> None:
    raw = text.encode("utf-8", "replace")
    cuts = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=8)))
    whole, pieces = SafeParser(), SafeParser()
    decode = getincrementaldecoder("utf-8")("replace").decode
    found: list[Message] = []
    for begin, end in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        if part := decode(raw[begin:end]):
            found += pieces.feed(part)
    expected = feed(whole_text, whole) if (whole_text := raw.decode("utf-8", "replace")) else []
    assert told(found) == told(expected)
    assert told(list(pieces.feed(""))) == told(list(whole.feed("")))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60).filter(lambda t: "\x1b[201~" not in t))
def test_a_paste_is_one_event_without_controls(text: str) -> None:
    found = feed(f"\x1b[200~{text}\x1b[201~")
    # The text may end in what makes an end mark together with the real one.
    assert [type(event) for event in found] == [events.Paste]
    assert isinstance(found[0], events.Paste)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", found[0].text)
