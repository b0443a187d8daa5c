"""What is told about a chat is what is filed of it, or no more than that where that would take too long."""

import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.making import ANA, BOB, CLARA, START, TEAM, WORK, chat, device, message
from watui import events as ev
from watui.archive import about
from watui.archive.archive import Archive
from watui.archive.recall import recall
from watui.archive.schema import FILE, connect
from watui.archive.search import Searching, Stopped
from watui.models import ChatKey, Contact, Kind, Message
from watui.text import Safe

KEY = ChatKey(WORK, ANA)
HIDDEN = Safe("123456789012345@lid")
OTHER = Safe("120363000000000002@g.us")

MESSAGES = st.lists(
    st.builds(
        lambda kind, text, starred, here: replace(
            message(text=text, kind=kind), starred=starred, starred_here=here
        ),
        st.sampled_from([*Kind]),
        st.sampled_from(["hello", "see https://watui.example", "WWW.watui.example", "http:", '"starred']),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
)


def file(archive: Archive, key: ChatKey, *messages: Message) -> None:
    archive.begin()
    for place, each in enumerate(messages):
        archive.put(key, replace(each, id=Safe(f"{key.jid}-{place}"), chat=key.jid, time=START + place))
    archive.commit()


@settings(max_examples=40)
@given(MESSAGES, MESSAGES)
def test_what_is_counted_is_what_is_there(some: list[Message], more: list[Message]) -> None:
    base = connect(None)
    archive = Archive(base)
    file(archive, KEY, *some)
    file(archive, ChatKey(WORK, HIDDEN), *more)
    file(archive, ChatKey(WORK, BOB), message(kind=Kind.IMAGE))
    found = about.count(base, [KEY, ChatKey(WORK, HIDDEN), ChatKey(WORK, CLARA)])
    base.close()
    both = some + more
    assert found.messages == len(both)
    assert found.kinds == Counter(each.kind for each in both)
    assert found.links == sum("watui.example" in each.text for each in both)
    assert found.starred == sum(each.starred or each.starred_here for each in both)
    times = [START + place for kind in (some, more) for place in range(len(kind))]
    assert (found.first, found.last) == (min(times, default=None), max(times, default=None))
    assert found.whole


def test_of_a_long_chat_only_the_newest_are_looked_at(
    archive: Archive, base: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(about, "LOOKED", 10)
    kinds = [Kind.IMAGE] * 20 + [Kind.VIDEO] * 3 + [Kind.TEXT] * 5
    file(archive, KEY, *(message(kind=kind) for kind in kinds))
    found = about.count(base, [KEY])
    assert found.messages == 28
    assert found.kinds == {Kind.IMAGE: 2, Kind.VIDEO: 3, Kind.TEXT: 5}
    assert not found.whole


def test_no_question_goes_through_all_messages(archive: Archive, base: sqlite3.Connection) -> None:
    archive.chat(KEY)
    archive.chat(ChatKey(WORK, TEAM))
    said: list[str] = []
    base.set_trace_callback(said.append)
    about.count(base, [KEY])
    about.groups_with(base, WORK, [ANA])
    base.set_trace_callback(None)
    asked = [each for each in said if "FROM messages" in each]
    assert len(asked) == 6
    for sql in asked:
        plan = [row[3] for row in base.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert "SCAN messages" not in plan, (sql, plan)


def test_groups_are_known_by_who_wrote_in_them(
    archive: Archive, base: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(archive, ChatKey(WORK, TEAM), message(sender=BOB), message(sender=HIDDEN), message(sender=BOB))
    file(archive, ChatKey(WORK, OTHER), message(sender=BOB))
    file(archive, KEY, message(sender=ANA))
    file(archive, ChatKey(Safe("other-device"), OTHER), message(sender=ANA))
    assert about.groups_with(base, WORK, [ANA, HIDDEN]) == [TEAM]
    assert set(about.groups_with(base, WORK, [BOB])) == {TEAM, OTHER}
    assert about.groups_with(base, WORK, [ANA]) == []
    monkeypatch.setattr(about, "IN_EACH", 1)
    assert about.groups_with(base, WORK, [HIDDEN]) == []


def test_it_is_asked_over_the_connection_of_a_search(tmp_path: Path) -> None:
    base = connect(tmp_path / FILE)
    file(Archive(base), KEY, message(kind=Kind.IMAGE))
    base.close()
    searching = Searching(tmp_path / FILE)
    assert searching.ask(lambda base: about.count(base, [KEY]), lambda: True).kinds == {Kind.IMAGE: 1}
    with pytest.raises(Stopped):
        searching.ask(lambda base: about.count(base, [KEY]), lambda: False)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        searching.ask(lambda base: base.execute("DELETE FROM messages"), lambda: True)
    searching.close()


def test_who_is_a_business_is_kept(archive: Archive, base: sqlite3.Connection) -> None:
    archive.take(WORK, ev.DeviceChanged(device()))
    archive.take(WORK, ev.ChatsListed([chat()]))
    archive.take(WORK, ev.ContactsListed([Contact(ANA, Safe("Ana"), business=True), Contact(BOB)]))
    archive.take(WORK, ev.ContactsListed([Contact(ANA, push_name=Safe("ana"))]))  # which does not say
    archive.commit()
    told = [event for _, events in recall(base) for event in events if isinstance(event, ev.ContactsListed)]
    assert told[0].contacts == [Contact(ANA, Safe("Ana"), Safe("ana"), None, True), Contact(BOB)]
