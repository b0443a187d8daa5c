"""What is told at the start is what was known at the end."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.making import ANA, BOB, CLARA, START, TEAM, WORK, chat, device, message
from watui import events as ev
from watui.archive.archive import Archive
from watui.archive.outbox import Letter, Outbox, State
from watui.archive.recall import recall, thread
from watui.archive.schema import FILE, connect
from watui.bodies import Body
from watui.models import Ack, ChatKey, Contact, Kind, LinkState, Older, Preview, preview_of
from watui.store import Store
from watui.text import Safe

KEY = ChatKey(WORK, ANA)


class Run:
    """A screen and an archive that are told the same, and the screen of the next start."""

    def __init__(self, path: Path | None = None) -> None:
        self.base = connect(path)
        self.archive = Archive(self.base)
        self.store = Store()
        self.tell(ev.DeviceChanged(device()))

    def tell(self, *events: ev.Event) -> None:
        for event in events:
            told = self.archive.take(WORK, event)
            self.archive.commit()
            self.store.apply(WORK, [told], 0.0)

    def next(self) -> Store:
        store = Store()
        for of, events in recall(self.base):
            store.apply(of, events, 0.0)
        return store

    def same(self) -> Store:
        """Compare both screens; gives the next one."""
        after = self.next()
        assert after.chats == self.store.chats
        assert after.rows().keys == self.store.rows().keys
        assert after.names == self.store.names
        assert after.unread() == self.store.unread()
        return after


def last(name: str, text: str = "hello", *, own: bool = False, ack: Ack | None = None) -> Preview:
    return Preview(Kind.TEXT, Safe(text), own, Safe(name), ack=ack)


def test_chats_and_people_are_told_as_they_were(tmp_path: Path) -> None:
    run = Run(tmp_path / FILE)
    run.tell(
        ev.ContactsListed(
            [Contact(ANA, Safe("Ana B."), Safe("ana"), None), Contact(BOB, push_name=Safe("bob"))]
        ),
        ev.ChatsListed(
            [
                replace(chat(ANA, at=3, unread=2), preview=last("m3")),
                replace(chat(BOB, "+4915122222222", at=5, pinned=True), muted=True, archived=True),
                chat(TEAM, "Team", at=9),
            ]
        ),
    )
    run.archive.commit()
    run.base.close()
    run.base = connect(tmp_path / FILE)
    after = run.same()
    assert after.names_of(WORK)[ANA] == "Ana B."
    assert after.devices[WORK].name == "work"


def test_a_message_newer_than_the_list_is_the_last_one() -> None:
    run = Run()
    run.tell(ev.ChatsListed([replace(chat(at=3), preview=last("m3")), chat(BOB, "Bob", at=4)]))
    run.tell(ev.MessageArrived(message("m4", at=8, text="news")))
    after = run.same()
    assert after.chats[KEY].preview == preview_of(message("m4", at=8, text="news"))
    assert after.chats[KEY].unread == 1
    assert next(iter(after.rows().keys)) == KEY


def test_a_message_of_the_second_that_the_list_names_is_the_last_one() -> None:
    run = Run()
    run.tell(ev.MessageArrived(message("m3", at=3)))
    run.tell(ev.ChatsListed([replace(chat(at=3, unread=1), preview=last("m3"))]))
    run.tell(ev.MessageArrived(message("m4", at=3, text="same second")))
    assert run.same().chats[KEY].unread == 2


def test_a_list_may_name_a_later_one_of_the_same_second() -> None:
    run = Run()
    run.tell(ev.MessageArrived(message("m3", at=3)))
    run.tell(ev.ChatsListed([replace(chat(at=3, unread=2), preview=last("m4", "not seen yet"))]))
    assert run.next().chats[KEY].preview == last("m4", "not seen yet")


def test_a_last_message_that_was_deleted_or_changed_is_not_shown_as_it_was() -> None:
    run = Run()
    run.tell(ev.MessageArrived(message("m3", at=3, own=True)))
    run.tell(ev.ChatsListed([replace(chat(at=3), preview=last("m3", own=True, ack=Ack.READ))]))
    run.tell(ev.Edited(Safe("m3"), Safe("better"), ANA))
    assert run.next().chats[KEY].preview == last("m3", "better", own=True, ack=Ack.READ)
    run.tell(ev.Revoked(Safe("m3"), ANA))
    shown = run.next().chats[KEY].preview
    assert shown is not None
    assert (shown.kind, shown.text) == (Kind.REVOKED, "")


def test_what_the_list_has_counted_is_not_counted_again() -> None:
    run = Run()
    run.tell(ev.ChatsListed([replace(chat(at=3, unread=2), preview=last("m3"))]))
    run.tell(ev.MessageArrived(message("m2", at=2)), ev.MessageArrived(message("m3", at=3)))
    assert run.same().chats[KEY].unread == 2
    run.tell(ev.MessageArrived(message("m4", at=4)), ev.MessageArrived(message("m4", at=4)))
    assert run.same().chats[KEY].unread == 3


def test_a_chat_that_no_list_had_yet_is_there() -> None:
    run = Run()
    run.tell(ev.MessageArrived(message("m1", TEAM, sender=ANA), chat_name=Safe("Team")))
    run.tell(ev.MessageArrived(message("m1", BOB, at=3)))
    run.tell(ev.MessageArrived(message("m2", CLARA, at=4, own=True)))
    run.same()


def test_a_name_that_came_with_a_message_is_known() -> None:
    run = Run()
    run.tell(ev.MessageArrived(replace(message("m1"), sender_name=Safe("Ana"))))
    run.tell(ev.MessageArrived(replace(message("m2", TEAM, sender=BOB), sender_name=Safe("Bobby"))))
    run.tell(ev.MessageArrived(replace(message("m3", at=3), sender_name=Safe("Anna"))))
    assert run.same().names_of(WORK) == {ANA: "Anna", BOB: "Bobby"}


def test_what_was_read_is_read(tmp_path: Path) -> None:
    run = Run()
    run.tell(ev.ChatsListed([chat(at=3, unread=2), chat(BOB, "Bob", unread=1)]), ev.ChatRead(ANA))
    assert run.same().chats[KEY].unread == 0


def test_what_was_read_without_the_gateway_stays_read_when_it_counts_on() -> None:
    run = Run()
    listed = [replace(chat(at=3, unread=2), preview=last("m3"))]
    run.tell(ev.ChatsListed(listed), ev.ChatRead(ANA, here_only=True))
    after = run.same()
    after.apply(WORK, [ev.ChatsListed(listed)], 0.0)
    assert after.chats[KEY].unread == 0
    run.tell(ev.MessageArrived(message("m4", at=5)))
    after = run.same()
    assert after.chats[KEY].unread == 1


def test_what_was_read_up_to_a_page_stays_read() -> None:
    run = Run()
    run.tell(ev.ChatsListed([replace(chat(at=3), preview=last("m3"))]))
    run.archive.page(KEY, [message("m3", at=3), message("m4", at=7)], Older.MORE, None)
    run.archive.take(WORK, ev.ChatRead(ANA, here_only=True))
    after = run.next()
    after.apply(WORK, [ev.ChatsListed([replace(chat(at=7, unread=1), preview=last("m4"))])], 0.0)
    assert after.chats[KEY].unread == 0


def test_a_chat_that_has_left_the_list_is_not_told() -> None:
    run = Run()
    run.tell(ev.ChatsListed([chat(), chat(BOB, "Bob")]), ev.ChatsListed([chat(BOB, "Bob")]))
    assert run.next().chats == run.store.chats
    assert list(run.store.chats) == [ChatKey(WORK, BOB)]


def test_what_is_to_be_sent_is_shown_as_what_became_of_it() -> None:
    run = Run()
    run.tell(ev.ChatsListed([chat(at=3)]))
    outbox = Outbox(run.base)
    for number, state in enumerate(State):
        text, at = f"text {number}", START + 60_000 + number
        letter = Letter(
            Safe(f"watui:{number}"), WORK, ANA, Body(text), at, state, Safe("why" if number else "")
        )
        outbox.put(letter)
        run.store.apply(WORK, [ev.Queued(letter.message)], 0.0)
    outbox.put(Letter(Safe("watui:x"), Safe("another"), ANA, Body("not of this device"), 5))
    assert [each.text for each in run.next().thread(ChatKey(Safe("another"), ANA)).timeline] == [
        "not of this device"
    ]  # though nothing else is known of it
    outbox.remove(Safe("watui:x"))
    after = run.same()
    assert list(after.thread(KEY).timeline) == list(run.store.thread(KEY).timeline)
    assert len(after.thread(KEY).timeline) == len(State)


def test_a_removed_device_is_not_told() -> None:
    run = Run()
    run.tell(ev.ChatsListed([chat()]), ev.DeviceRemoved(WORK))
    assert not run.next().devices
    assert not run.next().chats


def test_the_open_chat_is_told_with_what_is_missing_in_it() -> None:
    run = Run()
    run.archive.page(KEY, [message("m1", at=1)], Older.NONE, None)
    run.archive.page(KEY, [message("m9", at=9)], Older.MORE, None)
    told = thread(run.archive, KEY)
    assert [each.kind for each in told.messages] == [Kind.TEXT, Kind.MISSING, Kind.TEXT]
    assert (told.older, told.newest, told.chat) == (Older.NONE, True, ANA)
    assert thread(run.archive, ChatKey(WORK, BOB)).messages == []


JIDS = st.sampled_from([ANA, BOB, TEAM])
HAPPENINGS = st.lists(
    st.one_of(
        st.tuples(st.just("message"), JIDS, st.booleans()),
        st.tuples(st.just("again"), JIDS, st.booleans()),
        st.tuples(st.just("list"), JIDS, st.booleans()),
        st.tuples(st.just("change"), JIDS, st.booleans()),
        st.tuples(st.just("edit"), JIDS, st.booleans()),
        st.tuples(st.just("read"), JIDS, st.booleans()),
        st.tuples(st.just("contact"), JIDS, st.booleans()),
    ),
    max_size=25,
)


@settings(deadline=None)
@given(HAPPENINGS, st.sets(st.integers(0, 25)))
def test_whatever_happened_the_next_screen_is_like_the_last(
    happenings: list[tuple[str, Safe, bool]], same_second: set[int]
) -> None:
    run = Run()
    at = 0
    lasts: dict[Safe, str] = {}
    for number, (what, jid, flag) in enumerate(happenings):
        at += number not in same_second
        known = run.store.chats.get(ChatKey(WORK, jid))
        match what:
            case "message":
                new = message(f"m{number}", jid, at=at, own=flag, ack=Ack.SENT if flag else None)
                new.sender_name = Safe("chosen") if at % 2 else None
                run.tell(ev.MessageArrived(new))
                lasts[jid] = new.id
            case "again" if jid in lasts:
                held = run.store.thread(ChatKey(WORK, jid)).timeline.get(lasts[jid])
                assert held is not None
                run.tell(ev.MessageArrived(held))
            case "list":
                run.tell(ev.ChatsListed([replace(each, muted=flag) for each in run.store.chats.values()]))
            case "change" if known is not None:
                run.tell(ev.ChatChanged(replace(known, pinned=flag)))
            case "edit" if jid in lasts:
                name = Safe(lasts[jid])
                held = run.store.thread(ChatKey(WORK, jid)).timeline.get(name)
                assert held is not None
                gone = flag and not held.own  # the screen keeps the ticks of an own one that is deleted
                run.tell(ev.Revoked(name, jid) if gone else ev.Edited(name, Safe("changed"), jid))
            case "read":
                run.tell(ev.ChatRead(jid, here_only=flag))
            case "contact":
                run.tell(ev.ContactsListed([Contact(jid, Safe("own") if flag else None, Safe("chosen"))]))
    run.same()
    run.base.close()


def test_a_link_and_typing_are_of_the_moment() -> None:
    run = Run()
    run.tell(ev.ChatsListed([chat()]), ev.Typed(ANA, ANA, on=True))
    after = run.next()
    assert not after.typing
    assert not after.links
    assert LinkState.LIVE not in {each.state for each in after.links.values()}
