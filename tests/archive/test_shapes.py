"""Models survive the way through SQLite as they are."""

import sqlite3
from contextlib import closing
from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from watui.archive import filed
from watui.archive.archive import Archive
from watui.archive.schema import connect
from watui.archive.shapes import chat_facts, chat_of, device_facts, device_of
from watui.models import (
    Ack,
    Call,
    Card,
    Chat,
    ChatKey,
    Device,
    DeviceState,
    Kind,
    Media,
    Message,
    Place,
    Poll,
    Preview,
    Quote,
    Reaction,
)
from watui.text import Safe, clean

KINDS = st.sampled_from([kind for kind in Kind if kind is not Kind.MISSING])
TEXT = st.text(max_size=12).map(clean)
NAME = st.text(min_size=1, max_size=8).map(clean).filter(bool)  # no text and no name are the same
NUMBER = st.none() | st.integers(0, 2**53)
ANGLE = st.floats(-180, 180)
CALL = st.builds(Call, st.booleans(), st.booleans(), NUMBER)
ACK = st.none() | st.sampled_from(Ack)


def some(strategy: st.SearchStrategy[Safe]) -> st.SearchStrategy[Safe | None]:
    return st.none() | strategy


def several(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


MESSAGES = st.builds(
    Message,
    id=NAME,
    chat=st.just(Safe("chat")),
    time=st.integers(0, 2**53),
    own=st.booleans(),
    kind=KINDS,
    text=TEXT,
    sender=some(NAME),
    sender_name=some(NAME),
    ack=ACK,
    quote=st.none() | st.builds(Quote, some(NAME), some(NAME), KINDS, TEXT),
    reactions=several(st.builds(Reaction, NAME, some(NAME), st.booleans())),
    media=st.none()
    | st.builds(Media, some(NAME), some(NAME), NUMBER, NUMBER, NUMBER, NUMBER, several(st.integers(0, 100))),
    place=st.none() | st.builds(Place, ANGLE, ANGLE, some(NAME), st.booleans()),
    cards=several(st.builds(Card, TEXT, several(TEXT))),
    poll=st.none() | st.builds(Poll, several(TEXT), st.booleans()),
    call=st.none() | CALL,
    missing=st.none(),
    invited_to=some(NAME),
    mentions=several(NAME),
    type_name=some(NAME),
    forwarded=st.booleans(),
    starred=st.booleans(),
    edited=st.booleans(),
    view_once=st.booleans(),
    disappearing=st.booleans(),
    error=st.just(Safe("")),
)

CHATS = st.builds(
    Chat,
    key=st.builds(ChatKey, NAME, NAME),
    name=TEXT,
    time=st.integers(0, 2**53),
    group=st.booleans(),
    unread=st.integers(0, 2**31),
    preview=st.none()
    | st.builds(
        Preview, KINDS, TEXT, st.booleans(), some(NAME), some(NAME), ACK, st.none() | CALL, some(NAME)
    ),
    pinned=st.booleans(),
    muted=st.booleans(),
    archived=st.booleans(),
    mentioned=st.booleans(),
)


def through_sqlite(facts: str) -> str:
    with closing(sqlite3.connect(":memory:")) as base:
        return str(base.execute("SELECT json(?)", (facts,)).fetchone()[0])


def all_safe(value: object) -> bool:
    """Whether every text in a model is known to be harmless."""
    if isinstance(value, str):
        return isinstance(value, Safe | Kind | DeviceState)
    if isinstance(value, tuple):
        return all(map(all_safe, value))
    if hasattr(value, "__dataclass_fields__"):
        return all(all_safe(getattr(value, each.name)) for each in fields(value))  # type: ignore[arg-type]
    return True


@settings(deadline=None)
@given(MESSAGES)
def test_a_message(message: Message) -> None:
    with closing(connect(None)) as base:
        archive = Archive(base)
        key = ChatKey(Safe("device"), message.chat)
        archive.put(key, message)
        (back,), _ = archive.newest(key, 10)
    assert back == message
    assert all_safe(back)
    assert type(back.kind) is Kind
    assert back.ack is None or type(back.ack) is Ack
    flags = [each.name for each in fields(Message) if isinstance(getattr(message, each.name), bool)]
    assert all(type(getattr(back, name)) is bool for name in flags)


@settings(deadline=None)
@given(MESSAGES, MESSAGES)
def test_another_version_of_a_message_leaves_nothing_of_the_first(one: Message, two: Message) -> None:
    with closing(connect(None)) as base:
        archive = Archive(base)
        key = ChatKey(Safe("device"), one.chat)
        archive.put(key, one)
        two = replace(two, id=one.id, time=one.time)
        n = base.execute("SELECT n FROM messages").fetchone()[0]
        filed.update(base, n, one, two)
        assert archive.newest(key, 10)[0] == [two]


@given(CHATS)
def test_a_chat(chat: Chat) -> None:
    for facts in (chat_facts(chat), through_sqlite(chat_facts(chat))):
        back = chat_of(chat.key, facts)
        assert back == chat
        assert all_safe(back)


@given(st.builds(Device, NAME, st.sampled_from(DeviceState), some(NAME), some(NAME), some(NAME)))
def test_a_device_but_for_what_only_the_gateway_knows(device: Device) -> None:
    back = device_of(device.id, device_facts(device))
    assert back == replace(device, state=DeviceState.STARTING, qr=None)
    assert all_safe(back)


def test_a_preview_without_an_id() -> None:
    bare = Chat(ChatKey(Safe("d"), Safe("j")), Safe("n"), preview=Preview(Kind.TEXT, Safe(""), own=False))
    assert chat_of(bare.key, chat_facts(bare)) == bare
