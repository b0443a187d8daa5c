"""What is said of messages: the line of each kind, the lines below it, previews and quotes."""

from dataclasses import replace

import pytest

from tests.making import message
from watui.models import Call, Card, Kind, Media, Message, Place, Poll, Preview, preview_of
from watui.panes import words
from watui.text import Safe, cell_len

PHOTO = Media(width=1600, height=1200, size=240_000)


def made(kind: Kind, text: str = "", **fields: object) -> Message:
    return replace(message(text=text, kind=kind), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "label"),
    [
        (made(Kind.TEXT, "hi"), None),
        (made(Kind.TEXT), "empty message"),
        (made(Kind.IMAGE), "[photo]"),
        (made(Kind.IMAGE, media=PHOTO), "[photo 1600×1200 · 240 kB]"),
        (made(Kind.IMAGE, media=PHOTO, view_once=True), "[photo, view once]"),
        (made(Kind.VIDEO, media=Media(seconds=9), view_once=True), "[0:09 video, view once]"),
        (made(Kind.VIDEO, media=Media(seconds=75, size=4_400_000)), "[1:15 video · 4.4 MB]"),
        (made(Kind.GIF), "[gif]"),
        (made(Kind.STICKER, media=Media(width=512, height=512)), "[sticker 512×512]"),
        (made(Kind.VOICE, media=Media(seconds=14, size=31_000)), "[0:14 voice note]"),
        (made(Kind.VOICE), "[voice note]"),
        (made(Kind.AUDIO, media=Media(seconds=3723, name=Safe("a.mp3"))), "[1:02:03 audio] a.mp3"),
        (made(Kind.DOCUMENT, media=Media(size=598, name=Safe("r.pdf"))), "[document · 598 B] r.pdf"),
        (made(Kind.LOCATION), "[location]"),
        (made(Kind.LOCATION, place=Place(52.52, 13.405, Safe("Name"))), "[location] Name 52.52000, 13.40500"),
        (made(Kind.LOCATION, place=Place(-1.0, 2.0, live=True)), "[live location] -1.00000, 2.00000"),
        (made(Kind.CONTACT), "[contact]"),
        (made(Kind.CONTACT, cards=(Card(Safe("A")), Card(Safe("B")))), "[2 contacts]"),
        (made(Kind.POLL, "When?"), "[poll]"),
        (made(Kind.INVITE, "come"), "[group invitation]"),
        (made(Kind.INVITE, invited_to=Safe("Lake")), "[group invitation] Lake"),
        (made(Kind.CALL), "[call]"),
        (made(Kind.CALL, call=Call(video=True, missed=True)), "[missed video call]"),
        (made(Kind.CALL, call=Call(seconds=192)), "[voice call · 3:12]"),
        (made(Kind.CALL, call=Call(video=True)), "[video call]"),
        (made(Kind.REVOKED), "deleted message"),
        (made(Kind.ENCRYPTED), "waiting for this message; this may take a while"),
        (made(Kind.ENCRYPTED, view_once=True), "can be viewed once, on the phone"),
        (made(Kind.SYSTEM, "Ana left"), None),
        (made(Kind.SYSTEM), "notice"),
        (made(Kind.SYSTEM, type_name=Safe("gp2")), "notice (gp2)"),
        (made(Kind.UNKNOWN, type_name=Safe("album")), "unsupported message (album)"),
        (made(Kind.UNKNOWN), "unsupported message (of unknown type)"),
    ],
)
def test_labels(shown: Message, label: str | None) -> None:
    assert words.label(shown) == label


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_says_something_everywhere(kind: Kind) -> None:
    bare = made(kind)
    assert words.label(bare)
    assert words.facts(bare) == []
    assert words.preview(preview_of(bare))
    assert words.quoted(kind, Safe(""))
    for said in (words.preview(Preview(kind, Safe("said"), own=False)), words.quoted(kind, Safe("said"))):
        assert "said" in said or kind in {Kind.REVOKED, Kind.ENCRYPTED, Kind.CALL}


def test_options_of_a_poll() -> None:
    options = (Safe("Tent"), Safe("[b]Canoe"))
    assert words.facts(made(Kind.POLL, poll=Poll(options))) == ["○ Tent", "○ [b]Canoe"]
    assert words.facts(made(Kind.POLL, poll=Poll(options, several=True))) == ["□ Tent", "□ [b]Canoe"]
    assert words.facts(made(Kind.TEXT, poll=Poll(options))) == []


def test_people_on_cards() -> None:
    cards = (
        Card(Safe("Ann"), (Safe("+49 1"), Safe("+1 2"))),
        Card(Safe("Ben")),
        Card(Safe("+49 3"), (Safe("+49 3"),)),
    )
    assert words.facts(made(Kind.CONTACT, cards=cards)) == ["Ann · +49 1, +1 2", "Ben", "+49 3"]


def test_the_shape_of_a_voice_note() -> None:
    assert words.bar(()) == ""
    assert words.bar((0, 50, 100)) == "▁▄█"
    assert words.bar((-5, 400)) == "▁█"
    assert words.bar((0,) * 63 + (100,)) == "▁" * 31 + "█"
    for count in (1, 31, 32, 33, 64, 1000):
        assert cell_len(words.bar((99,) * count)) == min(count, words.BAR_WIDTH)
    note = made(Kind.VOICE, media=Media(seconds=4, waveform=(0, 100)))
    assert words.facts(note) == ["▁█"]
    assert words.facts(made(Kind.VOICE, media=Media(seconds=4))) == []


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (made(Kind.TEXT, "hi"), "hi"),
        (made(Kind.IMAGE, "caption"), "[photo] caption"),
        (made(Kind.IMAGE), "[photo]"),
        (made(Kind.DOCUMENT, media=Media(name=Safe("r.pdf"))), "[document] r.pdf"),
        (made(Kind.LOCATION, place=Place(1.0, 2.0, Safe("Name"))), "[location] Name"),
        (made(Kind.CONTACT, cards=(Card(Safe("A")), Card(Safe("B")))), "[contact] A, B"),
        (made(Kind.POLL, "When?"), "[poll] When?"),
        (made(Kind.INVITE, invited_to=Safe("Lake")), "[group invitation] Lake"),
        (made(Kind.CALL, call=Call(missed=True)), "[missed voice call]"),
        (made(Kind.REVOKED), "deleted"),
        (made(Kind.SYSTEM, "Ana left"), "Ana left"),
        (made(Kind.SYSTEM), "[notice]"),
        (made(Kind.UNKNOWN, "text"), "text"),
        (made(Kind.UNKNOWN), "[media]"),
        (made(Kind.UNKNOWN, type_name=Safe("album")), "[album]"),
    ],
)
def test_previews(shown: Message, said: str) -> None:
    assert words.preview(preview_of(shown)) == said


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (Kind.TEXT, "first\nsecond", "first"),
        (Kind.TEXT, "\n\nfirst", "first"),
        (Kind.TEXT, "x" * 20_000, "x" * 200),
        (Kind.TEXT, "", "message"),
        (Kind.IMAGE, "", "[photo]"),
        (Kind.IMAGE, "us", "[photo] us"),
        (Kind.VOICE, "", "[voice note]"),
        (Kind.POLL, "When?", "[poll] When?"),
        (Kind.REVOKED, "", "deleted message"),
        (Kind.UNKNOWN, "", "message"),
        (Kind.SYSTEM, "Ana left", "Ana left"),
    ],
)
def test_quotes(kind: Kind, text: str, said: str) -> None:
    assert words.quoted(kind, Safe(text)) == said


def test_durations() -> None:
    assert [words.length(seconds) for seconds in (0, 9, 75, 3600, 36_061)] == [
        "0:00",
        "0:09",
        "1:15",
        "1:00:00",
        "10:01:01",
    ]


def test_a_text_on_one_line_names_people_and_shows_no_markers() -> None:
    names = {Safe("4915111111111@c.us"): Safe("Ana"), Safe("77001@lid"): Safe("Bo")}
    said = words.flat("*Hi* @4915111111111 and @77001,\n> _is_ @4999 here?", names)
    assert said == "Hi @Ana and @Bo, is @4999 here?"
