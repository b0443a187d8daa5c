"""The orders in which chats stand: always that of a plain sort, at the price of what moved."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.making import ANA, BOB, TEAM, WORK, chat, message
from watui import events as ev
from watui.models import Chat, ChatKey
from watui.rows import EVERYTHING, Filter, Listing, Order, place_of
from watui.store import Store
from watui.text import Safe

SHOP = Safe("shop-device")

moves = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9), st.booleans(), st.booleans()), max_size=40)


def numbered(number: int, at: int = 0, *, pinned: bool = False) -> Chat:
    return chat(f"49{number}@c.us", f"c{number}", at=at, pinned=pinned)


@given(moves, st.integers(0, 3))
def test_an_order_is_that_of_a_plain_sort_moved_one_by_one_or_all_at_once(
    steps: list[tuple[int, int, bool, bool]], sort_from: int
) -> None:
    one, all_at_once, known = Order(), Order(), {}
    for number, at, pinned, gone in steps:
        each = numbered(number, at, pinned=pinned)
        place, text = None if gone else place_of(each), f"text {at}"
        one.put(each.key, place, text)
        known[each.key] = (place, text)
    batch = [(key, place, text) for key, (place, text) in known.items()]
    for _ in range(40 if sort_from else 1):  # enough that one sorting is the cheaper way
        batch = [*batch, *batch][:200]
    assert all_at_once.put_all(batch) == bool(all_at_once.keys)
    listed = sorted((place, key, text) for key, (place, text) in known.items() if place is not None)
    assert one.keys == all_at_once.keys == [key for _, key, _ in listed]
    assert one.texts == all_at_once.texts == [text for _, _, text in listed]
    assert [one.index_of(key) for key in one.keys] == list(range(len(one)))


def make(number: int, at: int, unread: int, traits: int) -> Chat:
    """Make one of a few chats, some of them groups, of two devices, muted, archived or pinned."""
    jid = f"1203{number}@g.us" if number % 3 == 0 else f"49{number}@c.us"
    made = replace(chat(jid, f"c{number}", at=at, unread=unread), key=ChatKey(WORK, Safe(jid)))
    return replace(made, pinned=traits % 2 == 0, muted=traits % 3 == 0, archived=traits % 5 == 0)


steps = st.lists(
    st.tuples(st.sampled_from("lmrd"), st.integers(0, 8), st.integers(0, 20), st.integers(0, 12)), max_size=40
)


@given(steps, st.lists(st.sampled_from(Filter), max_size=4))
def test_every_listing_and_every_count_is_what_counting_anew_gives(
    steps: list[tuple[str, int, int, int]], looked_at: list[Filter]
) -> None:
    store = Store()
    for kind in looked_at:
        store.rows(listing=Listing(kind))
    for what, number, at, traits in steps:
        each = make(number, at, at % 4, traits)
        event: ev.Event = ev.ChatChanged(each)
        if what == "m":
            event = ev.MessageArrived(message(f"m{at}{number}", each.key.jid, at=at))
        elif what == "r":
            event = ev.ChatRead(each.key.jid)
        elif what == "d":
            event = ev.ChatsListed([each])
        store.apply(WORK, [event], 0.0)
    shown = [c for c in store.chats.values() if not c.archived]
    loud = sorted((c for c in shown if c.unread and not c.muted), key=place_of)
    assert store.unread() == (sum(c.unread for c in loud), len(loud))
    expected = {
        Filter.ALL: shown,
        Filter.UNREAD: [c for c in shown if c.unread],
        Filter.GROUPS: [c for c in shown if c.group],
        Filter.PRIVATE: [c for c in shown if not c.group],
        Filter.ARCHIVED: [c for c in store.chats.values() if c.archived],
    }
    for kind, chats in expected.items():
        for device, of_it in ((None, chats), (WORK, chats), (SHOP, [])):
            rows = store.rows(listing=Listing(kind, device))
            assert list(rows) == sorted(of_it, key=place_of)
            assert [rows.index_of(key) for key in rows.keys] == list(range(len(rows)))
    after = None
    for each in [*loud, *loud]:  # once round, and round again
        after = store.rows().next_unread(after, 1)
        assert after == each.key
    for each in reversed([*loud, *loud[:-1]]):
        after = store.rows().next_unread(after, -1)
        assert after == each.key


def test_the_next_unread_chat_is_looked_for_from_where_the_cursor_stands() -> None:
    store = Store()
    chats = [numbered(n, at=10 - n) for n in range(6)]
    for n in (1, 4):
        chats[n].unread = 2
    store.apply(WORK, [ev.ChatsListed(chats)], 0.0)
    keys = [each.key for each in chats]
    assert [store.next_unread(key) for key in (keys[0], keys[1], keys[3], keys[5])] == [
        keys[1],
        keys[4],
        keys[4],
        keys[1],
    ]
    assert [store.next_unread(key, -1) for key in (keys[0], keys[2])] == [keys[4], keys[1]]
    store.apply(WORK, [ev.ChatRead(keys[1].jid)], 0.0)
    assert store.next_unread(keys[4]) is None
    assert store.rows("c4").next_unread(keys[0], 1) == keys[4]
    assert store.rows("c3").next_unread(keys[0], 1) is None


def test_a_chat_that_is_open_stays_among_the_unread_ones_until_another_is() -> None:
    unread = Listing(Filter.UNREAD)
    ana, bob = ChatKey(WORK, ANA), ChatKey(WORK, BOB)
    store = Store()
    listed = [chat(ANA, "Ana", at=2, unread=1), chat(BOB, "Bob", at=1, unread=1), chat(TEAM, "Team")]
    store.apply(WORK, [ev.ChatsListed(listed)], 0.0)
    rows = store.rows(listing=unread)
    store.hold(ana)
    store.apply(WORK, [ev.ChatRead(ANA)], 0.0)
    assert rows.keys == [ana, bob]
    store.apply(WORK, [ev.MessageArrived(message("m", BOB, at=9))], 0.0)
    assert rows.keys == [bob, ana]
    assert store.hold(bob)
    assert rows.keys == [bob]
    store.apply(WORK, [ev.ChatRead(BOB)], 0.0)
    assert rows.keys == [bob]
    assert store.hold(None)
    assert not rows.keys
    assert not store.hold(ChatKey(WORK, TEAM))  # it never was unread
    assert not store.rows(listing=unread)


def test_a_query_looks_only_into_what_is_listed_and_everywhere_if_that_is_everything() -> None:
    store = Store()
    archived = replace(chat(BOB, "Anabel"), archived=True)
    store.apply(
        WORK, [ev.ChatsListed([chat(ANA, "Ana", at=1, unread=1), archived, chat(TEAM, "Banana")])], 0.0
    )

    def found(kind: Filter) -> list[str]:
        return [str(c.name) for c in store.rows("ana", listing=Listing(kind))]

    assert found(Filter.ALL) == ["Ana", "Banana", "Anabel"]
    assert found(Filter.UNREAD) == ["Ana"]
    assert found(Filter.GROUPS) == ["Banana"]
    assert found(Filter.ARCHIVED) == ["Anabel"]


def test_an_answer_that_is_out_of_date_is_not_narrowed() -> None:
    store = Store()
    store.apply(WORK, [ev.ChatsListed([chat(ANA, "Ana"), chat(BOB, "Bob")])], 0.0)
    within = store.rows("a")
    changes = store.apply(WORK, [ev.ChatChanged(chat(BOB, "Anton"))], 0.0)
    assert changes.order  # under another name it is found by another query
    assert [str(c.name) for c in store.rows("an", within)] == ["Ana", "Anton"]
    assert [str(c.name) for c in store.rows("an", within, Listing(Filter.GROUPS))] == []
    assert within.listing == EVERYTHING
