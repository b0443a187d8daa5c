"""Messages from recordings: one test for each quirk of the wire."""

import logging
from typing import Any

import pytest
from pydantic import ValidationError

from tests.gateway.recordings import data, heard
from watui.gateway.whatsapi.cards import card_name
from watui.gateway.whatsapi.kinds import is_thumbnail
from watui.gateway.whatsapi.message import in_chat, of_event
from watui.gateway.whatsapi.wire import LAST_TIME, Drops, decode, milliseconds
from watui.models import Ack, Card, Kind, Media, Message, Reaction
from watui.text import Safe

ALICE = Safe("4915111111111@c.us")
TEAM = Safe("120363000000000001@g.us")
OWN = "491700000001@c.us"


def listed(name: str, chat: Safe) -> list[Message]:
    return [in_chat(item, chat) for item in data(name)]


def arrived(scene: str) -> Message:
    message = of_event(heard(scene)["message"])
    assert message is not None
    return message


def one(messages: list[Message], kind: Kind) -> Message:
    return next(message for message in messages if message.kind is kind)


@pytest.fixture(scope="module")
def page() -> list[Message]:
    return listed("201-messages-limit-100", ALICE)


def test_every_item_of_a_list_is_read_in_order(page: list[Message]) -> None:
    assert len(page) == 100
    assert [m.time for m in page] == sorted(m.time for m in page)
    assert page[0].id == "false_4915111111111@c.us_B21B483FC6E71D8E111588D0A300015D"
    assert page[0].time == 1795215494000
    assert page[0].text == "#349 ipsum naïve café"


def test_chat_of_own_messages_is_the_one_asked_for(page: list[Message]) -> None:
    assert any(m.own for m in page)
    assert {m.chat for m in page} == {ALICE}


def test_list_without_ack_says_none(page: list[Message]) -> None:
    assert {m.ack for m in page} == {None}
    assert {m.sender for m in page} == {None}


def test_kinds_of_a_list(page: list[Message]) -> None:
    kinds = {m.kind for m in page}
    assert kinds >= {
        Kind.TEXT,
        Kind.IMAGE,
        Kind.VOICE,
        Kind.AUDIO,
        Kind.VIDEO,
        Kind.STICKER,
        Kind.DOCUMENT,
        Kind.LOCATION,
        Kind.CONTACT,
        Kind.REVOKED,
        Kind.ENCRYPTED,
        Kind.POLL,
        Kind.INVITE,
    }
    assert Kind.UNKNOWN not in kinds
    assert one(page, Kind.POLL).text == "Lunch?"
    assert one(page, Kind.INVITE).text == "join us"
    assert any(m.text == "Pick one" and m.kind is Kind.TEXT for m in page)  # interactive


def test_guesses_about_files_are_dropped_and_a_string_duration_read(page: list[Message]) -> None:
    assert one(page, Kind.DOCUMENT).media == Media()
    assert one(page, Kind.IMAGE).media == Media()
    assert one(page, Kind.VOICE).media == Media(seconds=4)
    assert any(m.kind is Kind.IMAGE and m.text == "portrait with a caption 🌅" for m in page)


def test_thumbnail_in_the_body_of_a_location_is_never_text(page: list[Message]) -> None:
    place = one(page, Kind.LOCATION)
    assert place.text == ""
    assert place.place is not None
    assert (place.place.latitude, place.place.longitude) == (52.5163, 13.3777)
    assert place.place.name == "Brandenburger Tor, Pariser Platz, 10117 Berlin"
    assert not any(m.text.startswith("/9j/") for m in page)


def test_quoted_location_has_no_text_either(page: list[Message]) -> None:
    quote = next(m.quote for m in page if m.text == "reply to the message right before")
    assert quote is not None
    assert (quote.kind, quote.text) == (Kind.LOCATION, "")
    assert quote.id == "true_4915111111111@c.us_3EB0D1039598F600019B"
    assert quote.sender == OWN


def test_names_of_contact_cards(page: list[Message]) -> None:
    assert {tuple(card.name for card in m.cards) for m in page if m.kind is Kind.CONTACT} == {
        ("John Doe",),
        ("A", "B"),
    }
    assert all(m.text == "" for m in page if m.kind is Kind.CONTACT)


def test_reactions_of_a_list(page: list[Message]) -> None:
    message = next(m for m in page if m.text == "everyone reacts to this")
    assert message.reactions == (Reaction(Safe("❤️")), Reaction(Safe("👍"), own=True))


def test_group_senders() -> None:
    group = listed("207-messages-group", TEAM)
    assert {m.sender for m in group} >= {"971501111111@c.us", OWN, ALICE}
    assert {m.chat for m in group} == {TEAM}


def test_self_and_lid_chats() -> None:
    me = Safe(OWN)
    assert next(m.id for m in listed("209-messages-self", me)).endswith("_out")
    lid = Safe("123456789012345@lid")
    assert [m.own for m in listed("208-messages-lid", lid)] == [True, False, False]


def test_event_text() -> None:
    message = arrived("incoming_text")
    assert message.id == "false_4915111111111@c.us_E7661A880AED23B6882B64078100035D"
    assert (message.chat, message.own, message.sender) == (ALICE, False, None)
    assert message.time == 1795390609000  # seconds inside events
    assert message.sender_name == "Alice 🌸"
    assert message.ack is None  # of incoming messages it says nothing


@pytest.mark.parametrize("scene", ["incoming_group", "incoming_group_objids"])
def test_event_in_a_group_with_ids_as_strings_or_objects(scene: str) -> None:
    message = arrived(scene)
    assert (message.chat, message.sender, message.sender_name) == (TEAM, "14155550123@c.us", "Bob")


def test_sender_is_found_in_the_id_without_an_author() -> None:
    raw = heard("incoming_group")["message"]
    del raw["author"]
    message = of_event(raw)
    assert message is not None
    assert message.sender == "14155550123@c.us"


def test_lid_author() -> None:
    assert arrived("incoming_group_lid_author").sender == "123456789012345@lid"
    assert arrived("incoming_lid").chat == "123456789012345@lid"


def test_status_updates_are_no_messages() -> None:
    assert of_event(heard("incoming_status")["message"]) is None


def test_files_in_events_are_told_truly() -> None:
    assert arrived("incoming_image").media == Media(Safe("image/jpeg"), None, 95884, 720, 1280, None)
    assert arrived("incoming_image").text == "look"
    voice = arrived("incoming_ptt").media
    assert voice is not None
    assert (voice.mimetype, voice.seconds, voice.size) == ("audio/ogg; codecs=opus", 4, 37435)
    document = arrived("incoming_doc").media
    assert document is not None
    assert (document.name, document.size) == ("Quarterly report.pdf", 598)
    assert arrived("incoming_sticker").kind is Kind.STICKER


def test_place_in_an_event() -> None:
    message = arrived("incoming_location")
    assert message.text == ""
    assert message.place is not None
    assert message.place.name == "Marienplatz, München"


def test_quote_in_an_event_gets_its_whole_id() -> None:
    quote = arrived("incoming_quote").quote
    assert quote is not None
    assert quote.id == "false_4915111111111@c.us_E7661A880AED23B6882B64078100035D"
    assert (quote.sender, quote.text, quote.kind) == (ALICE, "hello from Alice 👋", Kind.TEXT)


def test_quote_of_a_photo_shows_its_caption_not_its_thumbnail() -> None:
    raw = heard("incoming_quote")["message"]
    raw["_data"]["quotedMsg"] = {"type": "image", "body": "/9j/" + "A" * 400, "caption": "us"}
    message = of_event(raw)
    assert message is not None
    assert message.quote is not None
    assert (message.quote.kind, message.quote.text) == (Kind.IMAGE, "us")


def test_other_kinds_of_events() -> None:
    assert arrived("incoming_call_log").kind is Kind.CALL
    assert arrived("incoming_ciphertext").kind is Kind.ENCRYPTED
    assert arrived("incoming_vcard").cards == (Card(Safe("X")),)
    assert arrived("incoming_forwarded").forwarded


def test_answer_to_a_send() -> None:
    message = of_event(data("330-direct-text"))
    assert message is not None
    assert (message.chat, message.own, message.ack) == (ALICE, True, Ack.PENDING)
    assert message.id == "true_4915111111111@c.us_3EB08EDF8B8CE100035D"
    assert message.sender_name is None
    place = of_event(data("360-location-ok"))
    assert place is not None
    assert place.kind is Kind.LOCATION


def test_own_document_keeps_its_name() -> None:
    message = of_event(data("333-direct-pdf"))
    assert message is not None
    assert message.kind is Kind.DOCUMENT


def changed(**fields: Any) -> dict[str, Any]:
    message: dict[str, Any] = heard("incoming_text")["message"]
    return message | fields


@pytest.mark.parametrize(
    "fields",
    [
        {"location": {"latitude": 400, "longitude": 0}},
        {"ack": "much"},
        {"_data": {"size": -1, "notifyName": "Al", "width": 1e99}},
        {"_data": "nothing"},
        {"mediaInfo": []},
        {"isForwarded": "yes"},
        {"reactions": [{"id": 7}]},
        {"author": "no id at all"},
    ],
)
def test_a_bad_field_costs_only_itself(fields: dict[str, Any]) -> None:
    message = of_event(changed(**fields))
    assert message is not None
    assert message.text == "hello from Alice 👋"


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "../../../admin"},
        {"id": "a b"},
        {"id": "x" * 201},
        {"id": "watui:1"},
        {"id": {"_serialized": "watui:1"}},
        {"id": None},
        {"id": {"id": "x"}},
        {"timestamp": "1795390609"},
        {"timestamp": True},
        {"timestamp": float("nan")},
        {"timestamp": float("inf")},
        {"timestamp": -1},
        {"timestamp": 10**400},
    ],
)
def test_a_bad_id_or_time_costs_the_message(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        of_event(changed(**fields))
    assert "hello" not in str(caught.value)
    assert "x" * 50 not in str(caught.value)


def test_unknown_type_keeps_its_word() -> None:
    message = of_event(changed(type="pinned_\x1b[31mthing"))
    assert message is not None
    assert message.kind is Kind.UNKNOWN
    assert message.type_name == "pinned_␛[31mthing"
    assert message.text == "hello from Alice 👋"


def test_everything_shown_is_clean() -> None:
    raw = changed(body="a\x1b]52;c;eA==\x07b\u202e", type="chat")
    raw["_data"]["notifyName"] = "M\nal\u200blory\x9b"
    message = of_event(raw)
    assert message is not None
    assert type(message.text) is Safe
    assert message.text == "a␛]52;c;eA==␇b"
    assert message.sender_name == "M allory�"
    assert all(type(value) is Safe for value in (message.id, message.chat))


def test_times_in_either_unit_and_none_past_the_calendar() -> None:
    assert milliseconds(1795390609) == milliseconds(1795390609000) == 1795390609000
    assert milliseconds(9.9e11) == LAST_TIME


def test_halves_of_surrogate_pairs_become_replacement_characters() -> None:
    assert decode('{"a": "x\\ud83d"}') == {"a": "x�"}
    assert decode(b'["\\ud83d\\ude00"]') == ["😀"]
    for garbage in ("", "{", "[" * 5000, b"\xff", "1" * 5000):
        with pytest.raises(ValueError, match="not JSON"):
            decode(garbage)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("BEGIN:VCARD\r\nFN:Ann\r\n  Other\r\nEND:VCARD", "Ann Other"),
        (
            "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BC=\nrgen\nEND:VCARD",
            "Jürgen",
        ),
        ("BEGIN:VCARD\nitem1.FN:Grouped\\, Name\nEND:VCARD", "Grouped, Name"),
        ("BEGIN:VCARD\nN:Doe;John;;;\nEND:VCARD", "John Doe"),
        ("BEGIN:VCARD\nFN:\nORG:ACME;Dept\nEND:VCARD", "ACME Dept"),
        ("BEGIN:VCARD\nTEL;type=CELL:+49 151\nEND:VCARD", "+49 151"),
        ("BEGIN:VCARD\nFN:e\x1b[0mvil\nEND:VCARD", "e␛[0mvil"),
        ("nothing", None),
        ("", None),
    ],
)
def test_card_names(card: str, expected: str | None) -> None:
    assert card_name(card) == expected


def test_thumbnails_are_told_from_words() -> None:
    assert is_thumbnail("/9j/" + "A" * 200 + "==")
    assert not is_thumbnail("/9j/ is how it begins " + "A" * 200)
    assert not is_thumbnail("/9j/short")


def test_what_is_left_out_is_logged_without_content(caplog: pytest.LogCaptureFixture) -> None:
    drops = Drops()
    with caplog.at_level(logging.WARNING, "watui.gateway"):
        for _ in range(1000):
            try:
                of_event(changed(id="secret words", timestamp="secret time"))
            except ValidationError as error:
                drops.note("a message", error)
    assert drops.counts["a message"] == 1000
    assert len(caplog.records) < 25
    assert "2 errors at id, timestamp" in caplog.text
    assert "secret" not in caplog.text
