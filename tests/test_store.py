"""The store: what each event changes, and in which order chats stand."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.making import ANA, BOB, START, TEAM, WORK, chat, device, link, message
from watui import events as ev
from watui.changes import Arrival
from watui.models import (
    LOCAL_PREFIX,
    Ack,
    ChatKey,
    Contact,
    Kind,
    Message,
    Missing,
    Older,
    Place,
    Preview,
    Quote,
    Reaction,
    preview_of,
)
from watui.store import TYPING_SECONDS, Changes, Store
from watui.text import Safe
from watui.views import summary

KEY = ChatKey(WORK, ANA)


def apply(store: Store, *events: ev.Event, now: float = 0.0) -> Changes:
    return store.apply(WORK, events, now)


def names(store: Store, query: str = "") -> list[str]:
    return [str(each.name) for each in store.rows(query)]


def test_pinned_chats_come_first_and_then_the_newest() -> None:
    store = Store()
    apply(
        store,
        ev.ChatsListed(
            [chat(BOB, "Bob", at=5), chat(ANA, "Ana", at=9), chat(TEAM, "Team", at=1, pinned=True)]
        ),
    )
    assert names(store) == ["Team", "Ana", "Bob"]
    changes = apply(store, ev.MessageArrived(message("m1", BOB, at=20)))
    assert names(store) == ["Team", "Bob", "Ana"]
    assert changes.order
    assert changes.chats == {ChatKey(WORK, BOB)}


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 50), st.booleans(), st.booleans()), max_size=60))
def test_the_order_is_that_of_a_plain_sort_whatever_happened(
    moves: list[tuple[int, int, bool, bool]],
) -> None:
    store = Store()
    for number, at, pinned, archived in moves:
        jid = f"49{number}@c.us"
        apply(
            store, ev.ChatChanged(replace(chat(jid, f"c{number}", at=at, pinned=pinned), archived=archived))
        )
        if at % 3 == 0:
            apply(store, ev.MessageArrived(message(f"m{at}", jid, at=at)))
    listed = list(store.rows())
    assert listed == sorted(listed, key=lambda c: (not c.pinned, -c.time, c.key))
    assert {c.key for c in listed} == {key for key, c in store.chats.items() if not c.archived}
    for index, each in enumerate(listed):
        assert store.rows().index_of(each.key) == index


def test_unread_counts_hang_on_the_first_sight_of_a_message() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat()]))
    arrived = message("m1", at=1)
    assert apply(store, ev.MessageArrived(arrived)).arrived == [Arrival(KEY, arrived)]
    assert apply(store, ev.MessageArrived(arrived)).arrived == []
    assert apply(store, ev.HistoryRead(ANA, [arrived], Older.NONE, newest=True)).arrived == []
    assert store.chats[KEY].unread == 1
    assert apply(store, ev.MessageArrived(message("mine", own=True, at=2))).arrived == []
    assert store.unread() == (1, 1)


def test_the_chat_that_is_read_collects_nothing() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat()]))
    store.reading = KEY
    changes = apply(store, ev.ChatsListed([chat(unread=3)]), ev.MessageArrived(message("m1", at=1)))
    assert store.chats[KEY].unread == 0
    assert changes.looked_at
    assert len(changes.arrived) == 1


def test_what_was_unread_stays_so_until_the_gateway_is_told() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat(unread=3)]))
    store.reading = KEY
    assert apply(store, ev.ChatsListed([chat(unread=4)])).looked_at
    assert store.chats[KEY].unread == 3
    apply(store, ev.ChatRead(ANA))
    assert store.chats[KEY].unread == 0


def test_a_refill_is_no_news_but_a_poll_is() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat()]))
    assert not apply(store, ev.HistoryRead(ANA, [message("a", at=1)], Older.MORE, newest=True)).arrived
    page = [message(name, at=at) for name, at in (("old", 0), ("a", 1), ("b", 2))]
    polled = ev.HistoryRead(ANA, page, Older.MORE, newest=True, news=frozenset({Safe("b")}))
    assert [each.message.id for each in apply(store, polled).arrived] == ["b"]
    assert store.chats[KEY].unread == 0  # the list that went before has counted it


def test_a_chat_that_the_gateway_no_longer_lists_goes() -> None:
    store = Store()
    for _ in range(2):
        apply(store, ev.ChatsListed([chat(), chat(BOB, "Bob")]))
    apply(store, ev.ChatsListed([chat(BOB, "Bob")]))
    assert names(store) == ["Bob"]


def hole(number: int, at: int, until: int, *, final: bool = False) -> Message:
    """Make what stands for messages that are missing."""
    gap = message(f"{LOCAL_PREFIX}gap:{number}", at=at, kind=Kind.MISSING)
    return replace(gap, missing=Missing(START + until * 1000, final))


def test_what_is_missing_stands_among_the_messages_until_it_is_found() -> None:
    store = Store()
    thread = store.thread(KEY)
    apply(store, ev.HistoryRead(ANA, [message(f"m{n}", at=n) for n in range(5)], Older.MORE, newest=True))
    page = [message(f"m{n}", at=n) for n in range(50, 53)]
    apply(store, ev.HistoryRead(ANA, page, Older.MORE, newest=True))
    changes = apply(store, ev.GapsChanged(ANA, [hole(1, -9, 0), hole(2, 5, 50)]))
    assert changes.threads == {KEY}
    assert [m.id for m in thread.timeline] == [
        "m0",
        "m1",
        "m2",
        "m3",
        "m4",
        "watui:gap:2",
        "m50",
        "m51",
        "m52",
    ]
    apply(store, ev.GapsChanged(ANA, [hole(2, 40, 50, final=True)]))
    assert [m.missing.final for m in thread.timeline if m.missing] == [True]
    assert thread.timeline.index_of("watui:gap:2") == 5
    apply(store, ev.GapsChanged(ANA, []))
    assert all(m.kind is not Kind.MISSING for m in thread.timeline)
    shown = store.chats[KEY].preview
    assert shown is not None
    assert shown.id == "m52"


def test_a_chat_that_was_never_opened_holds_no_messages() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat(at=1)]))
    apply(store, ev.HistoryRead(ANA, [message("m9", text="new", at=9)], Older.MORE, newest=True))
    assert KEY not in store.threads
    shown = store.chats[KEY].preview
    assert shown is not None
    assert shown.text == "new"


def test_what_was_known_before_a_restart_neither_counts_nor_rings() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat(at=1)]))
    changes = apply(store, ev.MessageArrived(message("m1", at=9), again=True))
    assert not changes.arrived
    assert store.chats[KEY].unread == 0
    assert [m.id for m in store.threads[KEY].timeline] == ["m1"]


def test_what_is_given_up_goes_and_the_row_tells_what_was_before() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat()]), ev.MessageArrived(message("m1", text="before", at=1)))
    local = message(LOCAL_PREFIX + "1", own=True, ack=Ack.FAILED, text="given up", at=5)
    apply(store, ev.Queued(local), ev.Discarded(local.id, ANA))
    assert [m.id for m in store.threads[KEY].timeline] == ["m1"]
    shown = store.chats[KEY].preview
    assert shown is not None
    assert shown.text == "before"


def test_a_text_that_waits_hides_nothing_of_what_a_list_counts_whatever_its_clock() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat(at=5)]))
    local = message(LOCAL_PREFIX + "1", text="mine", at=3600, own=True, ack=Ack.PENDING)
    apply(store, ev.Queued(local))
    apply(store, ev.ChatsListed([chat(at=9, unread=2)]))
    (shown,) = store.chats.values()
    assert shown.unread == 2
    assert shown.preview == preview_of(local)
    apply(store, ev.MessageArrived(message("new", at=12)))
    apply(store, ev.ChatsListed([chat(at=9, unread=2)]))  # from before
    assert store.chats[shown.key].unread == 3


def test_it_is_known_how_long_a_connection_told_nothing() -> None:
    store = Store()
    store.apply(WORK, [ev.DeviceChanged(device()), ev.LinkChanged(link())], 100.0)
    assert summary(store, Safe(""), 150.0).quiet == {}
    assert summary(store, Safe(""), 100.0 + 3 * 60).quiet == {WORK: 3}
    assert store.apply(WORK, [ev.MessageArrived(message("m1"))], 300.0).devices  # so that it is seen at once
    assert summary(store, Safe(""), 301.0).quiet == {}
    assert not store.apply(WORK, [ev.Typed(ANA, ANA, on=True)], 310.0).devices
    store.apply(WORK, [ev.LinkChanged(link())], 320.0)  # live as before: nothing was told
    assert summary(store, Safe(""), 310.0 + 24 * 3600).quiet == {WORK: 24 * 60}


def test_a_page_below_a_text_that_waits_tells_what_is_above() -> None:
    store = Store()
    apply(store, ev.HistoryRead(ANA, [], Older.NONE, newest=True))
    apply(store, ev.Queued(message(LOCAL_PREFIX + "1", own=True, ack=Ack.UNKNOWN)))
    apply(store, ev.HistoryRead(ANA, [message("m1", at=5)], Older.MORE, newest=True))
    assert store.thread(ChatKey(WORK, ANA)).older is Older.MORE


def test_a_list_that_lags_behind_does_not_turn_the_clock_back() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat(at=1)]), ev.MessageArrived(message("m1", text="new", at=9)))
    old = Preview(Kind.TEXT, Safe("old"), own=False, id=Safe("m0"))
    apply(store, ev.ChatsListed([replace(chat(at=1), preview=old)]))
    shown = store.chats[KEY]
    assert shown.preview is not None
    assert (shown.preview.text, shown.time, shown.unread) == ("new", START + 9000, 1)


def test_a_sent_message_is_shown_at_once_and_becomes_the_gateways() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat()]))
    local = message(LOCAL_PREFIX + "1", own=True, ack=Ack.PENDING, text="hi", at=3600)
    apply(store, ev.Queued(local))
    real = replace(local, id=Safe("true_ana_X"), time=START + 2000, ack=Ack.SENT)
    apply(store, ev.Settled(local.id, real))
    assert list(store.threads[KEY].timeline) == [real]
    assert store.chats[KEY].time == real.time
    apply(store, ev.MessageArrived(real))
    assert len(store.threads[KEY].timeline) == 1


def test_a_failed_message_stays_with_its_reason() -> None:
    store = Store()
    local = message(LOCAL_PREFIX + "1", own=True, ack=Ack.PENDING)
    apply(
        store, ev.Queued(local), ev.Settled(local.id, replace(local, ack=Ack.FAILED, error=Safe("too large")))
    )
    (shown,) = store.threads[KEY].timeline
    assert (shown.ack, shown.error) == (Ack.FAILED, "too large")


def test_acks_only_go_forward() -> None:
    store = Store()
    apply(store, ev.MessageArrived(message("m1", own=True, ack=Ack.SENT)))
    for ack in (Ack.READ, Ack.DELIVERED):
        apply(store, ev.Acked((Safe("m1"),), ack))
    assert store.threads[KEY].timeline[0].ack is Ack.READ
    preview = store.chats[KEY].preview
    assert preview is not None
    assert preview.ack is Ack.READ


def test_edits_deletions_stars_and_reactions_change_the_message_in_place() -> None:
    store = Store()
    apply(store, ev.MessageArrived(message("m1", text="teh", at=1)), ev.MessageArrived(message("m2", at=2)))
    m1 = Safe("m1")
    apply(store, ev.Edited(m1, Safe("the")), ev.Starred(m1, starred=True))
    apply(
        store,
        ev.Reacted(m1, Reaction(Safe("👍"), sender=BOB)),
        ev.Reacted(m1, Reaction(Safe("❤"), sender=BOB)),
    )
    shown = store.threads[KEY].timeline[0]
    assert (shown.text, shown.edited, shown.starred) == ("the", True, True)
    assert [r.emoji for r in shown.reactions] == ["❤"]
    apply(store, ev.Reacted(m1, Reaction(Safe(""), sender=BOB)), ev.Revoked(m1))
    gone = store.threads[KEY].timeline[0]
    assert (gone.kind, gone.text, gone.reactions) == (Kind.REVOKED, "", ())
    apply(store, ev.HistoryRead(ANA, [message("m1", text="teh", at=1)], Older.NONE, newest=False))
    assert store.threads[KEY].timeline[0].kind is Kind.REVOKED


def test_typing_ends_with_a_message_a_stop_or_with_time() -> None:
    store = Store()
    apply(
        store,
        ev.Typed(ANA, ANA, on=True),
        ev.Typed(BOB, BOB, on=True),
        ev.Typed(TEAM, BOB, on=True),
        now=10.0,
    )
    assert set(store.typing) == {KEY, ChatKey(WORK, BOB), ChatKey(WORK, TEAM)}
    changes = apply(store, ev.MessageArrived(message("m1")), ev.Typed(BOB, BOB, on=False))
    assert set(store.typing) == {ChatKey(WORK, TEAM)}
    assert changes.typing == {KEY, ChatKey(WORK, BOB)}
    assert store.expire(10.0 + TYPING_SECONDS).typing == {ChatKey(WORK, TEAM)}
    assert not store.typing


def test_the_address_books_name_beats_the_push_name() -> None:
    store = Store()
    first = apply(store, ev.MessageArrived(replace(message("m1"), sender_name=Safe("ana the great"))))
    assert first.names
    assert names(store) == ["ana the great"]
    apply(store, ev.ContactsListed([Contact(ANA, name=Safe("Ana Lima"))]))
    apply(store, ev.MessageArrived(replace(message("m2", at=1), sender_name=Safe("ana again"))))
    assert names(store) == ["Ana Lima"]


def test_a_group_is_never_called_by_its_senders_name() -> None:
    store = Store()
    apply(store, ev.MessageArrived(replace(message("m1", TEAM, sender=BOB), sender_name=Safe("Bob"))))
    assert names(store) == ["120363000000000001"]
    assert store.names_of(WORK) == {BOB: "Bob"}


def test_filtering_forgets_case_and_accents_and_finds_numbers_and_archived_chats() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat(ANA, "José"), replace(chat(BOB, "Bob"), archived=True)]))
    assert names(store) == ["José"]
    assert names(store, "jose") == ["José"]
    assert names(store, "BOB") == ["Bob"]
    assert names(store, "1512222") == ["Bob"]
    narrowed = store.rows("jo", None)
    assert list(store.rows("jos", narrowed)) == list(store.rows("jos"))


def test_a_removed_device_takes_its_chats_along() -> None:
    store = Store()
    apply(store, ev.DeviceChanged(device()), ev.ChatsListed([chat()]))
    changes = apply(store, ev.DeviceRemoved(WORK))
    assert not store.devices
    assert names(store) == []
    assert changes.order


def listed(at: int, unread: int, last: str) -> ev.ChatsListed:
    """A listing that counts up to a message."""
    preview = Preview(Kind.TEXT, Safe("x"), own=False, id=Safe(last))
    return ev.ChatsListed([replace(chat(at=at, unread=unread), preview=preview)])


def test_what_a_listing_has_counted_is_not_counted_again_when_it_arrives() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat()]), ev.MessageArrived(message("m1", at=1)))
    apply(store, listed(1, 5, "m5"))
    for number in range(2, 8):
        apply(store, ev.MessageArrived(message(f"m{number}", at=1)))
    assert store.chats[KEY].unread == 7


def test_a_listing_from_before_the_last_events_of_its_second_is_no_news() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat()]))
    apply(store, *(ev.MessageArrived(message(f"m{number}", at=1)) for number in range(3)))
    apply(store, listed(1, 2, "m1"))
    assert store.chats[KEY].unread == 3


def test_what_could_only_be_read_here_stays_read_until_something_new_comes() -> None:
    store = Store()
    apply(store, listed(1, 2, "m1"), ev.ChatRead(ANA, here_only=True))
    apply(store, listed(1, 2, "m1"))
    assert store.chats[KEY].unread == 0
    apply(store, listed(2, 3, "m2"))
    assert store.chats[KEY].unread == 3


def test_a_page_of_history_takes_neither_tick_nor_words_from_the_list() -> None:
    store = Store()
    place = replace(
        message("m1", own=True, ack=Ack.READ, kind=Kind.LOCATION, text=""), place=Place(1.0, 2.0, Safe("Tor"))
    )
    apply(store, ev.ChatsListed([chat()]), ev.MessageArrived(place))
    plain = replace(place, ack=None, place=Place(1.0, 2.0))
    apply(store, ev.HistoryRead(ANA, [plain], Older.NONE, newest=True))
    preview = store.chats[KEY].preview
    assert preview is not None
    assert (preview.ack, preview.text) == (Ack.READ, "Tor")


LID = Safe("123456789012345@lid")
LID_KEY = ChatKey(WORK, LID)
IT_IS_ANA = ev.ContactsListed([Contact(LID, number=Safe("4915111111111"))])


def test_a_message_that_names_or_answers_oneself_in_a_group_marks_it_until_it_is_read() -> None:
    own = replace(device(), number=Safe("+49 170 0000001"))
    mine = message("true_team_1", TEAM, own=True, at=0)
    for number, told in enumerate(
        (
            replace(message("m1", TEAM, at=1, sender=BOB), mentions=(Safe("491700000001@c.us"),)),
            replace(
                message("m2", TEAM, at=1, sender=BOB),
                quote=Quote(Safe("true_team_1"), None, Kind.TEXT, Safe("")),
            ),
            replace(
                message("m3", TEAM, at=1, sender=BOB),
                quote=Quote(None, Safe("491700000001@c.us"), Kind.TEXT, Safe("")),
            ),
        )
    ):
        store = Store()
        apply(store, ev.DeviceChanged(own), ev.ChatsListed([chat(TEAM, "Team")]), ev.MessageArrived(mine))
        key = ChatKey(WORK, TEAM)
        other = replace(message("m0", TEAM, sender=BOB), mentions=(BOB,))
        apply(store, ev.MessageArrived(other))
        assert not store.chats[key].mentioned
        apply(store, ev.MessageArrived(told))
        assert store.chats[key].mentioned, number
        apply(store, ev.ChatsListed([chat(TEAM, "Team", at=1, unread=2)]))
        assert store.chats[key].mentioned
        apply(store, ev.ChatRead(TEAM))
        assert not store.chats[key].mentioned
        store.reading = key
        apply(store, ev.MessageArrived(replace(told, id=Safe("m9"), time=told.time + 1000)))
        assert not store.chats[key].mentioned


def test_a_mention_goes_when_the_phone_has_read_it() -> None:
    store = Store()
    own = replace(device(), number=Safe("491700000001"))
    told = replace(message("m1", TEAM, at=1, sender=BOB), mentions=(Safe("491700000001@c.us"),))
    apply(store, ev.DeviceChanged(own), ev.ChatsListed([chat(TEAM, "Team")]), ev.MessageArrived(told))
    preview = Preview(Kind.TEXT, Safe("hello"), own=False, id=Safe("m1"))
    apply(store, ev.ChatsListed([replace(chat(TEAM, "Team", at=1), preview=preview)]))
    shown = store.chats[ChatKey(WORK, TEAM)]
    assert (shown.unread, shown.mentioned) == (0, False)


def test_two_jids_of_one_person_are_one_chat_once_that_is_known() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat(at=1, unread=1), chat(LID, "ana", at=5, unread=2)]))
    apply(store, ev.MessageArrived(message("m1", at=6)), ev.MessageArrived(message("m2", LID, at=7)))
    store.reading = LID_KEY
    changes = apply(store, IT_IS_ANA)
    assert changes.moved == {LID_KEY: KEY}
    assert store.reading == KEY
    assert [c.key for c in store.rows()] == [KEY]
    assert store.chats[KEY].unread == 5
    assert [m.id for m in store.threads[KEY].timeline] == ["m1", "m2"]
    store.reading = None
    apply(store, ev.MessageArrived(message("m3", LID, at=8)), ev.Typed(LID, LID, on=True))
    assert [m.id for m in store.threads[KEY].timeline] == ["m1", "m2", "m3"]
    assert set(store.typing) == {KEY}
    apply(store, ev.ChatsListed([chat(at=1, unread=1), chat(LID, "ana", at=5, unread=2)]))
    assert [c.key for c in store.rows()] == [KEY]


def test_a_person_with_one_chat_keeps_it_whichever_jid_a_message_comes_under() -> None:
    store = Store()
    apply(store, ev.ChatsListed([chat(LID, "Ana Lima", at=5)]), IT_IS_ANA)
    changes = apply(store, ev.MessageArrived(message("m1", ANA, at=6)))
    assert changes.threads == {LID_KEY}
    assert [c.key for c in store.rows()] == [LID_KEY]
    apply(store, ev.ChatsListed([chat(at=6), chat(LID, "Ana Lima", at=5)]))
    assert [(c.key, c.name) for c in store.rows()] == [(LID_KEY, "Ana Lima")]
    assert [c.key for c in store.rows("4915111")] == [LID_KEY]


def test_people_known_to_be_one_before_their_chats_are_listed_get_one_chat() -> None:
    store = Store()
    apply(store, IT_IS_ANA, ev.ChatsListed([chat(LID, "ana", at=5, unread=2), chat(at=1, unread=1)]))
    assert [(c.key, c.unread) for c in store.rows()] == [(KEY, 3)]
    apply(store, ev.ChatRead(ANA))
    apply(store, ev.ChatsListed([chat(LID, "ana", at=5, unread=2), chat(at=1)]))
    assert store.chats[KEY].unread == 0  # what was read here of the other half stays read
