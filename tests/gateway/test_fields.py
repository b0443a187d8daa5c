"""What a message is beyond its text, in the spellings of lists and events; a bad field costs only itself."""

import base64
import time
from typing import Any

import pytest

from tests.gateway.recordings import data, heard
from watui.gateway.whatsapi.message import in_chat, of_event
from watui.gateway.whatsapi.parts import LEVELS, MENTIONS, OPTIONS
from watui.models import Call, Card, Kind, Media, Message, Place, Poll, merged
from watui.text import Safe, clean

CHAT = Safe("4915111111111@c.us")
ME = "491700000001@c.us"


def event(kind: str = "chat", told: dict[str, Any] | None = None, /, **fields: Any) -> Message:
    """Make a message of an event, `told` being what WhatsApp itself says of it."""
    raw = heard("incoming_text")["message"]
    message = of_event(raw | {"type": kind} | fields | {"_data": {**raw["_data"], **(told or {})}})
    assert message is not None
    return message


def item(kind: str = "chat", /, **fields: Any) -> Message:
    """Make a message of an item of a list."""
    return in_chat(data("201-messages-limit-100")[0] | {"type": kind} | fields, CHAT)


def safes(*texts: str) -> tuple[Safe, ...]:
    return tuple(map(Safe, texts))


RAW_POLL = {
    "pollName": "Lunch?",
    "pollOptions": [{"name": "Pizza", "localId": 0}, {"name": "\x1b[1mSushi", "localId": 1}],
}


def test_a_poll_of_an_event() -> None:
    options = safes("Pizza", "␛[1mSushi")
    several = event("poll_creation", {**RAW_POLL, "pollSelectableOptionsCount": 0}, body="Lunch?")
    assert (several.text, several.poll) == ("Lunch?", Poll(options, several=True))
    single = event("poll_creation", {**RAW_POLL, "pollSelectableOptionsCount": 1}, body="")
    assert (single.text, single.poll) == ("Lunch?", Poll(options))
    # whatsapp-web.js repeats them beside `_data`.
    assert event("poll_creation", **RAW_POLL, allowMultipleAnswers=True).poll == Poll(options, several=True)


def test_a_list_has_the_question_only() -> None:
    poll = item("poll_creation", body="Lunch?")
    assert (poll.text, poll.poll) == ("Lunch?", None)


@pytest.mark.parametrize(
    "options", ["x", 7, {}, [1], ["Pizza"], [{"name": 7}], [{}], [[]], [{"name": {"a": []}}]]
)
def test_bad_options_cost_the_options(options: object) -> None:
    poll = event(
        "poll_creation", {"pollOptions": options, "pollSelectableOptionsCount": "many"}, body="Lunch?"
    )
    assert (poll.kind, poll.text, poll.poll) == (Kind.POLL, "Lunch?", None)


def test_options_are_bounded() -> None:
    many = [{"name": "x" * 5000}] * 5000
    poll = event("poll_creation", {"pollOptions": many}).poll
    assert poll is not None
    assert len(poll.options) == OPTIONS
    assert {len(option) for option in poll.options} == {100}


def test_cards_of_both_spellings() -> None:
    text = "BEGIN:VCARD\nFN:Ann\nTEL;waid=1:+49 1\nEND:VCARD"
    cards = (Card(Safe("Ann"), safes("+49 1")),)
    for made in (event, item):
        assert made("vcard", body=text, vCards=[text]).cards == cards
        assert made("multi_vcard", body="", vCards=[text, text]).cards == cards * 2
        assert made("vcard", body=text, vCards="x").cards == cards
        assert made("multi_vcard", body="", vCards=[7]).cards == ()
    assert len(event("multi_vcard", vCards=[text] * 5000).cards) == 300


def test_mentions_of_both_spellings() -> None:
    named = [ME, "123456789012345@lid", ME]
    for message in (
        item(mentionedIds=named),
        event(mentionedIds=named),
        event(mentionedIds=[{"server": "c.us", "user": "491700000001", "_serialized": ME}, named[1]]),
        event("chat", {"mentionedJidList": named}, mentionedIds=[]),
    ):
        assert message.mentions == (ME, "123456789012345@lid")
        assert all(type(jid) is Safe for jid in message.mentions)
    assert heard("incoming_mention")["message"]["mentionedIds"] == [ME]
    assert event(**heard("incoming_mention")["message"]).mentions == (ME,)


@pytest.mark.parametrize("mentions", ["x", 7, {}, [7], ["no jid\n"], [[]], [None], [{"_serialized": 7}]])
def test_bad_mentions_cost_the_mentions(mentions: object) -> None:
    for message in (item(mentionedIds=mentions), event("chat", {"mentionedJidList": mentions})):
        assert message.mentions == ()
        assert message.text


def test_mentions_are_bounded() -> None:
    assert len(item(mentionedIds=[f"{number}@c.us" for number in range(100_000)]).mentions) == MENTIONS


def test_the_waveform_as_it_was_recorded() -> None:
    message = of_event(heard("incoming_ptt")["message"])
    assert message is not None
    assert message.media is not None
    assert message.media.waveform[:5] == (50, 63, 75, 84, 89)
    assert len(message.media.waveform) == 64


def waveform(value: object) -> tuple[int, ...]:
    message = event("ptt", {"waveform": value, "duration": "4"})
    assert message.media is not None
    assert message.media.seconds == 4
    return message.media.waveform


@pytest.mark.parametrize(
    ("value", "levels"),
    [
        ([0, 50, 100], (0, 50, 100)),
        ({"0": 1, "2": 3, "1": 2}, (1, 2, 3)),
        (base64.b64encode(bytes([0, 99, 255])).decode(), (0, 99, 100)),
        ([200], (100,)),
        ([], ()),
        ({}, ()),
        ("", ()),
        (None, ()),
    ],
)
def test_waveforms(value: object, levels: tuple[int, ...]) -> None:
    assert waveform(value) == levels


@pytest.mark.parametrize(
    "value",
    [
        *(7, True, "not base64!", [1.5], [-1], ["5"], [True], [256], [[1]], {"a": 1}, {"1": 1}, {"0": None}),
        *([1] * 100_000, "A" * 100_000, {str(place): 1 for place in range(100_000)}),
    ],
)
def test_what_is_no_waveform_is_left_out(value: object) -> None:
    assert waveform(value) == ()


def test_a_long_waveform_keeps_its_peaks() -> None:
    levels = waveform([0] * 999 + [100])
    assert len(levels) == LEVELS
    assert levels == (0,) * (LEVELS - 1) + (100,)


def test_what_can_be_viewed_once() -> None:
    assert event("image", {"isViewOnce": True}, body="").view_once
    assert not event("image", {"isViewOnce": "yes"}, body="").view_once
    assert not item("image", body="").view_once
    # Without a file to fetch its thumbnail is its body; on a linked device there is not even that.
    bare = event("image", {"isViewOnce": True, "caption": "once"}, body="/9j/" + "A" * 400)
    assert (bare.text, bare.kind) == ("once", Kind.IMAGE)
    unshown = event("ciphertext", {"subtype": "view_once_unavailable_fanout"}, body="")
    assert (unshown.kind, unshown.view_once) == (Kind.ENCRYPTED, True)


def test_what_disappears() -> None:
    for message in (
        event(isEphemeral=True),
        event("chat", {"isEphemeral": True}),
        event("chat", {"ephemeralDuration": 604_800}),
    ):
        assert message.disappearing
    for message in (
        event(),
        item(),
        event("chat", {"ephemeralDuration": 0}, isEphemeral=False),
        event("chat", {"ephemeralDuration": "soon", "isEphemeral": 1}, isEphemeral="yes"),
    ):
        assert not message.disappearing


def test_the_group_of_an_invitation() -> None:
    assert event("groups_v4_invite", inviteV4={"groupName": "Lake"}, body="join us").invited_to == "Lake"
    assert event("groups_v4_invite", {"inviteGrpName": "La\nke"}).invited_to == "La ke"
    bads: list[Any] = [None, 7, "x", [], {"groupName": 7}]
    for bad in bads:
        message = event("groups_v4_invite", {"inviteGrpName": bad}, inviteV4=bad, body="join us")
        assert message.invited_to in (None, "x")
        assert message.text == "join us"
    assert item("groups_v4_invite", body="join us").invited_to is None


@pytest.mark.parametrize(
    ("told", "call"),
    [
        ({}, Call(missed=True)),
        ({"isVideoCall": True, "callDuration": None}, Call(video=True, missed=True)),
        ({"isVideoCall": True, "callDuration": 75}, Call(video=True, seconds=75)),
        ({"callDuration": "192"}, Call(seconds=192)),
        ({"subtype": "miss"}, Call(missed=True)),
        ({"subtype": "miss_group_video"}, Call(video=True, missed=True)),
        ({"callOutcome": "Completed"}, Call()),
        ({"callOutcome": "AcceptedElsewhere"}, Call()),
        ({"callOutcome": "Rejected"}, Call(missed=True)),
        ({"callOutcome": 4}, Call()),
        ({"callDuration": -5, "isVideoCall": "no", "subtype": []}, Call(missed=True)),
        ({"callDuration": 10**30}, Call(missed=True)),
    ],
)
def test_calls(told: dict[str, Any], call: Call) -> None:
    assert event("call_log", told, body="").call == call


def test_an_own_call_is_missed_by_nobody_here() -> None:
    own = event("call_log", body="", fromMe=True, to=CHAT)
    assert own.call == Call()


def test_places() -> None:
    still, moving = {"lat": 1.5, "lng": 2.5, "loc": "A\nB"}, {"lat": 1.5, "lng": 2.5, "isLive": True}
    assert event("location", still).place == Place(1.5, 2.5, Safe("A, B"))
    assert event("location", moving).place == Place(1.5, 2.5, live=True)
    assert event("live_location", {**moving, "caption": "on my way"}).text == "on my way"
    assert item("live_location", location={"latitude": 1.5, "longitude": 2.5}).place == Place(
        1.5, 2.5, live=True
    )
    assert event("location", {"lat": "x", "lng": 1}).place is None


def test_files() -> None:
    told = {"filename": "r.pdf", "size": 598, "mimetype": "application/pdf"}
    named = event("document", {**told, "caption": "r.pdf"}, body="r.pdf")
    assert (named.text, named.media) == ("", Media(Safe("application/pdf"), Safe("r.pdf"), 598))
    assert event("document", told, body="please read").text == "please read"
    assert event("video", {"isGif": True}, body="").kind is Kind.GIF
    assert event("video", body="", isGif=True).kind is Kind.GIF


def test_quotes_of_files_and_polls() -> None:
    def quoted(**told: Any) -> tuple[Kind, str]:
        quote = event("chat", {"quotedMsg": told}).quote
        assert quote is not None
        return quote.kind, quote.text

    assert quoted(type="document", body="/9j/" + "A" * 400, filename="r.pdf") == (Kind.DOCUMENT, "r.pdf")
    assert quoted(type="poll_creation", body="", pollName="Lunch?") == (Kind.POLL, "Lunch?")
    assert quoted(type="vcard", body="BEGIN:VCARD\nFN:Ann\nEND:VCARD") == (Kind.CONTACT, "Ann")
    assert event("chat", {"quotedMsg": {"type": 7, "body": ["x"]}}).quote is None


def test_a_list_takes_nothing_from_what_an_event_told() -> None:
    def both(kind: str, told: dict[str, Any], **fields: Any) -> Message:
        return merged(event(kind, told, **fields), item(kind, body=fields.get("body", "")))

    poll = both("poll_creation", RAW_POLL, body="Lunch?")
    assert poll.poll is not None
    assert both("video", {"isGif": True}, body="").kind is Kind.GIF
    assert both("image", {"isViewOnce": True}, body="").view_once
    assert both("chat", {"ephemeralDuration": 60}, body="x").disappearing
    assert both("groups_v4_invite", {"inviteGrpName": "Lake"}, body="x").invited_to == "Lake"
    assert both("call_log", {"callDuration": 5}, body="").call == Call(seconds=5)
    voice = both("ptt", {"waveform": [1, 2]}, body="")
    assert voice.media is not None
    assert voice.media.waveform == (1, 2)
    place = merged(
        event("location", {"lat": 1, "lng": 2, "isLive": True}), event("location", {"lat": 1, "lng": 2})
    )
    assert place.place is not None
    assert place.place.live


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"name": value, "0": [value], "_serialized": value}
    return value


HUGE = [
    deep(8),
    "x" * 3_000_000,
    ["x"] * 300_000,
    {str(place): place for place in range(300_000)},
    10**400,
    float("inf"),
]


@pytest.mark.parametrize("value", HUGE, ids=["deep", "text", "list", "dict", "number", "infinite"])
def test_whatever_a_field_holds_the_message_stays(value: Any) -> None:
    start = time.perf_counter()
    for field in ("pollOptions", "waveform", "recipients", "mentionedJidList", "callDuration", "subtype"):
        for kind in ("poll_creation", "ptt", "gp2", "call_log", "chat", "strange"):
            message = event(kind, {field: value})
            assert len(message.text) <= 2000
            assert message.type_name is None or clean(message.type_name) == message.type_name
    for field in ("vCards", "mentionedIds", "inviteV4", "pollOptions", "isEphemeral", "allowMultipleAnswers"):
        assert event("multi_vcard", **{field: value}).kind is Kind.CONTACT
    assert time.perf_counter() - start < 10
