"""What is said of a message: all that is known, and nothing that is not."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making import ANA, BOB, TEAM, message
from watui.models import (
    Ack,
    Call,
    Card,
    Kind,
    Media,
    Message,
    Place,
    Poll,
    Quote,
    Reaction,
)
from watui.panes.facts import facts_of
from watui.text import Safe, clean, one_line

NAMES = {Safe(ANA): Safe("Ana Lima"), Safe(BOB): Safe("Bob")}
LID = Safe("123456789012345@lid")


@pytest.fixture(autouse=True)
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tell times in one zone."""
    with monkeypatch.context() as context:
        context.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


def told(what: Message) -> dict[str, str]:
    facts = facts_of(what, NAMES)
    assert len({label for label, _ in facts}) == len(facts)
    return dict(facts)


def test_a_plain_message() -> None:
    assert facts_of(message(), NAMES) == [
        ("from", "Ana Lima · +4915111111111"),
        ("sent", "Monday, 21 September 2026, 16:13:20 (CEST)"),
        ("kind", "text"),
        ("id", "m1"),
    ]


@pytest.mark.parametrize(
    ("made", "sender", "own_name"),
    [
        (message(own=True), "you", None),
        (message(chat=TEAM, sender=BOB), "Bob · +4915122222222", None),
        (message(chat=TEAM, sender="4930@c.us"), "+4930", None),
        (message(chat=TEAM), "not known", None),
        (replace(message(chat=TEAM), sender_name=Safe("anita")), "anita", None),
        (replace(message(chat=TEAM, sender=LID), sender_name=Safe("+49 30 1")), f"+49 30 1 · {LID}", None),
        (replace(message(chat=TEAM, sender=ANA), sender_name=Safe("anita")), "Ana Lima · +49151", "anita"),
        (replace(message(), sender_name=Safe("Ana Lima")), "Ana Lima · +49151", None),
    ],
)
def test_who_wrote_it(made: Message, sender: str, own_name: str | None) -> None:
    facts = told(made)
    assert facts["from"].startswith(sender)
    assert facts.get("own name") == own_name


@pytest.mark.parametrize(
    ("ack", "error", "state"),
    [
        (None, "", "sent"),
        (Ack.PENDING, "", "on its way"),
        (Ack.SENT, "", "sent"),
        (Ack.DELIVERED, "", "delivered"),
        (Ack.READ, "", "read"),
        (Ack.PLAYED, "", "played"),
        (Ack.FAILED, "the chat is gone", "not sent: the chat is gone"),
        (Ack.FAILED, "not sent: the device is not there", "not sent: the device is not there"),
        (Ack.UNKNOWN, "", "not known whether it was sent"),
        (Ack.UNKNOWN, "no answer came", "not known whether it was sent: no answer came"),
    ],
)
def test_what_became_of_it(ack: Ack | None, error: str, state: str) -> None:
    assert told(replace(message(own=True, ack=ack), error=Safe(error)))["state"] == state
    assert "state" not in told(message(ack=ack))


def test_a_file() -> None:
    media = Media(Safe("image/jpeg"), Safe("praia.jpg"), 240_123, 1600, 1200, 75)
    facts = told(replace(message(kind=Kind.IMAGE), media=media))
    assert facts["kind"] == "photo"
    assert facts["file"] == "praia.jpg"
    assert facts["file type"] == "image/jpeg"
    assert facts["size"] == "240,123 bytes (240 kB)"
    assert facts["pixels"] == "1600 × 1200"
    assert facts["length"] == "1:15"
    assert told(replace(message(), media=Media(size=0)))["size"] == "0 bytes"
    assert (
        not {"file", "file type", "size", "pixels", "length"} & told(replace(message(), media=Media())).keys()
    )


def test_marks() -> None:
    marked = replace(message(), edited=True, forwarded=True, starred=True, view_once=True, disappearing=True)
    assert told(marked)["marks"] == (
        "edited, forwarded, starred, can be viewed once, disappears after a time"
    )


def test_people_around_it() -> None:
    reactions = (
        Reaction(Safe("😂"), Safe(ANA)),
        Reaction(Safe("❤️"), own=True),
        Reaction(Safe("👍")),
        Reaction(Safe("🙏"), LID),
        Reaction(Safe("👍")),
        Reaction(Safe("🎉")),
    )
    quote = Quote(None, Safe(BOB), Kind.TEXT, Safe("first line\nsecond line"))
    facts = told(replace(message(), reactions=reactions, quote=quote, mentions=(Safe(ANA), LID)))
    assert facts["reactions"].split("\n") == ["Ana Lima: 😂", "you: ❤️", f"{LID}: 🙏", "👍 × 2", "🎉 × 1"]
    assert facts["answer to"] == "Bob: first line"
    assert facts["mentions"].split("\n") == ["Ana Lima · +4915111111111", LID]
    assert told(replace(message(), quote=replace(quote, sender=None)))["answer to"] == "first line"


def test_what_it_carries() -> None:
    carried = replace(
        message(kind=Kind.UNKNOWN),
        type_name=Safe("rotated_key"),
        poll=Poll((Safe("Saturday"), Safe("Sunday")), several=True),
        cards=(
            Card(Safe("Nadia K."), (Safe("+49 151 1"), Safe("+49 30 2"))),
            Card(Safe("+49 1"), (Safe("+49 1"),)),
        ),
        place=Place(52.503, 13.441, Safe("Südbloc")),
        call=Call(video=True, missed=True, seconds=61),
        invited_to=Safe("Climbing"),
    )
    facts = told(carried)
    assert facts["kind"] == "unsupported message"
    assert facts["type"] == "rotated_key"
    assert facts["options"] == "Saturday\nSunday"
    assert facts["choice"] == "several"
    assert facts["contacts"] == "Nadia K. · +49 151 1, +49 30 2\n+49 1"
    assert facts["place"] == "Südbloc"
    assert facts["position"] == "52.503000, 13.441000"
    assert facts["call"] == "video, missed, 1:01"
    assert facts["invited to"] == "Climbing"
    assert list(facts)[-1] == "id"


LINE = st.text(max_size=30).map(one_line)
JID = st.sampled_from([Safe(ANA), Safe(BOB), LID, Safe(TEAM), Safe("x"), Safe("@"), Safe("x@c.us")])
SOME = st.none() | LINE
NUMBER = st.none() | st.integers(0, 2**53)


@given(
    st.builds(
        Message,
        id=JID,
        chat=JID,
        time=st.integers(0, 4_102_444_800_000),
        own=st.booleans(),
        kind=st.sampled_from(Kind),
        text=st.text().map(clean),
        sender=st.none() | JID,
        sender_name=SOME,
        ack=st.none() | st.sampled_from(Ack),
        quote=st.none()
        | st.builds(Quote, SOME, st.none() | JID, st.sampled_from(Kind), st.text().map(clean)),
        reactions=st.lists(st.builds(Reaction, LINE, st.none() | JID, st.booleans()), max_size=9).map(tuple),
        media=st.none() | st.builds(Media, SOME, SOME, NUMBER, NUMBER, NUMBER, NUMBER),
        place=st.none() | st.builds(Place, st.floats(-90, 90), st.floats(-180, 180), SOME, st.booleans()),
        cards=st.lists(st.builds(Card, LINE, st.lists(LINE).map(tuple)), max_size=3).map(tuple),
        poll=st.none() | st.builds(Poll, st.lists(LINE).map(tuple), st.booleans()),
        call=st.none() | st.builds(Call, st.booleans(), st.booleans(), NUMBER),
        mentions=st.lists(JID).map(tuple),
        type_name=SOME,
        error=LINE,
    ),
    st.dictionaries(JID, LINE),
)
def test_any_message_has_facts(any_message: Message, names: dict[Safe, Safe]) -> None:
    facts = facts_of(any_message, names)
    assert [facts[0][0], facts[-1]] == ["from", ("id", any_message.id)]
    assert all(label and value for label, value in facts)
    assert len({label for label, _ in facts}) == len(facts)
