"""Any JSON at all: the adapter's own errors may come out of it, no others, and nothing unclean."""

import json
import string
from dataclasses import astuple
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.gateway.recordings import data, heard
from watui.gateway.whatsapi.abilities import learn
from watui.gateway.whatsapi.events import TABLE, Reader
from watui.gateway.whatsapi.kinds import KINDS
from watui.gateway.whatsapi.lists import chat_of, contact_of, device_of, stats_of
from watui.gateway.whatsapi.message import in_chat, of_event
from watui.gateway.whatsapi.refusals import refusal
from watui.gateway.whatsapi.wire import Drops, decode
from watui.models import Message, preview_of
from watui.panes import words
from watui.text import Safe, clean

DEVICE = Safe("d-1")
CHAT = Safe("1@c.us")

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**25), 10**25)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["", "true_1@c.us_A", "1@c.us", "\x1b[0m", "\u202e", "Unknown", "ready", "/9j/", "BEGIN:VCARD\nFN:"]
    )
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(string.ascii_letters, max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)

KEYS = sorted(
    {
        "_serialized",
        "quotedMsg",
        "quotedStanzaID",
        "messageIds",
        "reaction",
        "userId",
        "chat",
        "contact",
        "qr",
        "status",
    }
    | set(heard("incoming_image")["message"])
    | set(heard("incoming_image")["message"]["_data"])
    | {key for item in data("201-messages-limit-100") for key in item}
    | {key for item in data("127-chats-full-fresh") for key in item}
    | {
        "allowMultipleAnswers",
        "callOutcome",
        "caption",
        "ephemeralDuration",
        "groupName",
        "inviteGrpName",
        "inviteV4",
        "isEphemeral",
        "isLive",
        "lat",
        "lng",
        "name",
        "pollName",
        "pollOptions",
        "pollSelectableOptionsCount",
        "recipients",
        "subtype",
        "waveform",
    }
    | {
        "deviceId",
        "phoneNumber",
        "clientName",
        "qrCode",
        "messageId",
        "chatId",
        "message",
        "events",
        "error",
        "code",
    }
)

shaped = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=20,
)

quick = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def changed(sample: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Put anything into some fields of a real object."""
    fields = st.dictionaries(st.sampled_from(sorted(sample)), shaped, max_size=4)
    return fields.map(lambda some: sample | some)


def of_any_type(sample: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Make a real object of any type and put anything into what WhatsApp itself says of it."""
    told = st.dictionaries(st.sampled_from(KEYS), shaped, max_size=6).map(lambda some: sample["_data"] | some)
    types = st.sampled_from([*sorted(KINDS), "album"])
    return st.builds(
        lambda raw, word, told: raw | {"type": word, "_data": told}, changed(sample), types, told
    )


def looked_over(message: Message) -> None:
    media, quote, place = message.media, message.quote, message.place
    texts = [message.id, message.chat, message.text, message.sender, message.sender_name, message.type_name]
    texts += [*(card.name for card in message.cards), *(r.emoji for r in message.reactions)]
    texts += [number for card in message.cards for number in card.numbers]
    texts += [*message.mentions, message.invited_to, *(message.poll.options if message.poll else ())]
    texts += [media.name, media.mimetype] if media else []
    texts += [quote.id, quote.sender, quote.text] if quote else []
    texts += [place.name] if place else []
    for text in texts:
        assert text is None or (type(text) is Safe and clean(text) == text)
    assert 0 <= message.time <= 4_102_444_800_000
    assert media is None or all(0 <= level <= 100 for level in media.waveform)
    assert media is None or len(media.waveform) <= 64
    assert message.call is None or message.call.seconds is None or 0 <= message.call.seconds <= 10**7
    lines = [words.label(message), *words.facts(message), words.preview(preview_of(message))]
    lines += [words.quoted(quote.kind, quote.text)] if quote else []
    for line in lines:
        assert line is None or (line and clean(line) == line and "\n" not in line)
    assert message.text or lines[0]


@quick
@given(
    raw=anything
    | shaped
    | changed(heard("incoming_image")["message"])
    | changed(heard("incoming_quote")["message"])
    | of_any_type(heard("incoming_ptt")["message"])
)
def test_messages(raw: object) -> None:
    for make in (of_event, lambda raw: in_chat(raw, CHAT)):
        try:
            message = make(raw)
        except ValueError:  # pydantic's, or "a message of no chat"
            continue
        if message is not None:
            looked_over(message)


@quick
@given(
    raw=shaped
    | changed(heard("incoming_image")["message"])
    | changed(heard("incoming_quote")["message"])
    | of_any_type(heard("incoming_ptt")["message"])
)
def test_the_quick_way_and_the_other_read_the_same(raw: object) -> None:
    reader = Reader(DEVICE, Drops(), lambda: None)
    payload = {"deviceId": DEVICE, "message": raw}
    read = reader.read_message(json.dumps(["message", payload], separators=(",", ":")))
    if read is not None:
        assert [read] == reader.read("message", (payload,))


@quick
@given(
    raw=anything
    | shaped
    | changed(data("127-chats-full-fresh")[0])
    | changed(data("118-chats-full-cached")[0])
)
def test_chats(raw: object) -> None:
    try:
        found = chat_of(raw, DEVICE)
    except ValidationError:
        return
    if found is not None:
        chat, message = found
        assert clean(chat.name) == chat.name != ""
        assert chat.unread >= 0
        if message is not None:
            looked_over(message)


@quick
@given(raw=anything | shaped | changed(data("101-contacts-empty")[0]) | changed(data("040-device-status-qr")))
def test_contacts_and_devices(raw: object) -> None:
    for make in (contact_of, device_of):
        try:
            make(raw)
        except ValidationError:
            continue


@settings(quick, max_examples=60)
@given(raw=scalars | changed(data("520-analytics-quick-stats")))
def test_stats(raw: object) -> None:
    try:
        found = stats_of(raw)
    except ValidationError:
        return
    assert all(number is None or (type(number) is int and number >= 0) for number in astuple(found))


@quick
@given(
    event=st.sampled_from(sorted(TABLE)) | st.text(max_size=9), args=st.lists(anything | shaped, max_size=2)
)
def test_events(event: str, args: list[Any]) -> None:
    Reader(DEVICE, Drops(), lambda: None).read(event, tuple(args))


@quick
@given(
    event=st.sampled_from(sorted(TABLE)), payload=st.dictionaries(st.sampled_from(KEYS), shaped, max_size=6)
)
def test_events_with_likely_payloads(event: str, payload: dict[str, Any]) -> None:
    Reader(DEVICE, Drops(), lambda: None).read(event, ({**payload, "deviceId": DEVICE},))


@quick
@given(status=st.integers(100, 599), body=anything | shaped, sends=st.booleans())
def test_refusals_and_capabilities(status: int, body: object, sends: bool) -> None:
    error = refusal(status, body, "doing it", sends=sends)
    assert error.words
    learn(body)


@quick
@given(raw=st.binary(max_size=60) | st.text(max_size=60))
def test_any_bytes(raw: bytes | str) -> None:
    try:
        decode(raw)
    except ValueError:
        return
