"""The simulated accounts: believable, the same for the same seed, and cheap however large."""

import time
import unicodedata
from itertools import pairwise

import pytest

from watui.demo import pictures, talk
from watui.demo.history import proper
from watui.demo.message_shapes import merge
from watui.demo.options import DemoOptions
from watui.demo.pairing import qr_text
from watui.demo.phone import Phone


def phone(**choices: object) -> Phone:
    options = DemoOptions(**choices)  # type: ignore[arg-type]
    return Phone(options, 0, lambda: 1_795_390_000.0, paired=True)


def test_the_same_seed_tells_the_same_story() -> None:
    one, same, other = phone(seed=3), phone(seed=3), phone(seed=4)
    assert one.id == same.id != other.id
    for chat, twin in zip(one.ordered(), same.ordered(), strict=True):
        assert list(chat) == list(twin)
    assert [list(chat) for chat in one.ordered()] != [list(chat) for chat in other.ordered()]


def test_histories_are_in_order_and_findable() -> None:
    for chat in phone(messages=400).ordered():
        times = [message.at for message in chat]
        assert all(before <= after for before, after in pairwise(times))
        assert len({message.id for message in chat}) == len(chat)
        assert all(chat.find(message.id) == place for place, message in enumerate(chat))
        if len(chat):
            assert all(not message.mine for message in [*chat][len(chat) - chat.unread :])
    assert chat.find("false_x@c.us_NOPE") is None
    assert chat.find(f"false_{chat.id}_zzzzzz") is None


def test_an_account_has_all_kinds_of_things() -> None:
    one = phone(messages=400, chats=40)
    kinds, flags, letters = set(), set(), set()
    for chat in one.ordered():
        for message in chat:
            kinds.add(message.type)
            letters |= {unicodedata.bidirectional(letter) for letter in message.body}
            flags |= {
                name
                for name in ("quoted", "reactions", "forwards", "starred", "mentions", "author")
                if getattr(message, name)
            }
    assert len(kinds) == 19
    assert {"poll_creation", "call_log", "gp2", "multi_vcard", "album"} <= kinds
    assert len(flags) == 6
    assert {"R", "AL"} <= letters
    chats = one.ordered()
    for name in ("pinned", "muted", "archived", "unread", "is_group", "announce"):
        assert any(getattr(chat, name) for chat in chats), name
    assert any(chat.id.endswith("@lid") for chat in chats)
    assert any("-" in chat.id for chat in chats)
    assert any(not len(chat) for chat in chats)
    assert len({chat.id for chat in chats}) == 40


def test_size_costs_nothing_until_it_is_looked_at() -> None:
    start = time.perf_counter()
    large = phone(chats=50_000, messages=100)
    assert time.perf_counter() - start < 0.05
    assert len(large.chats) == 50_000
    long = phone(chats=1, messages=100_000)
    chat = long.ordered()[0]
    start = time.perf_counter()
    page = proper(chat, 100, chat[50_000].id, None)
    assert time.perf_counter() - start < 0.2
    assert [chat.find(message.id) for message in page.messages] == list(range(49_900, 50_000))


@pytest.mark.parametrize("bad", ["hello", "! no", "> [nonsense] x", "> [re far] x"])
def test_a_wrong_script_is_noticed(bad: str) -> None:
    with pytest.raises(ValueError):
        talk._line(bad, "en")


def test_pictures_begin_and_end_like_jpeg() -> None:
    for number in range(8):
        data = pictures.jpeg(64, 40, number)
        assert data.startswith(b"\xff\xd8\xff\xe0")
        assert data.endswith(b"\xff\xd9")
    assert pictures.media_bytes("application/pdf", 1, 1, "Title (1)", (0, 0)).startswith(b"%PDF-1.4")


def test_codes_change() -> None:
    assert len({qr_text(1, number) for number in range(20)}) == 20


def test_merging_is_deep() -> None:
    assert merge({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}, "d": 4}) == {"a": {"b": 3, "c": 2}, "d": 4}
