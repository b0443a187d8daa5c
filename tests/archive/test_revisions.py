"""What becomes of a message is the same in the archive and on screen."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.every_kind import every_kind
from tests.making import ANA, BOB, TEAM, WORK, message
from watui import events as ev
from watui.archive.archive import Archive
from watui.archive.schema import connect
from watui.models import Ack, ChatKey, Kind, Message, Reaction
from watui.revisions import Revision, revised
from watui.store import Store
from watui.text import Safe

KEY = ChatKey(WORK, TEAM)
# Neither holes nor why a text was not sent are filed with messages.
KINDS = [replace(each, error=Safe("")) for each in every_kind() if each.kind is not Kind.MISSING]
NAMES = [each.id for each in KINDS] + [Safe("nothing")]
NAME = st.sampled_from(NAMES)
REACTION = st.builds(
    Reaction,
    st.sampled_from([Safe("👍"), Safe("❤️"), Safe("")]),
    st.sampled_from([ANA, BOB, None]),
    st.booleans(),
)
REVISIONS: st.SearchStrategy[Revision] = st.one_of(
    st.builds(ev.Acked, st.lists(NAME, max_size=4).map(tuple), st.sampled_from(Ack), st.just(TEAM)),
    st.builds(ev.Edited, NAME, st.sampled_from([Safe("changed"), Safe("")]), st.just(TEAM)),
    st.builds(ev.Revoked, NAME, st.just(TEAM)),
    st.builds(ev.Reacted, NAME, REACTION, st.just(TEAM)),
    st.builds(ev.Starred, NAME, st.booleans(), st.just(TEAM)),
)


def both(messages: list[Message], events: list[Revision]) -> tuple[list[Message], list[Message]]:
    """Let the same happen to the archive and to the screen."""
    base = connect(None)
    archive, store = Archive(base), Store()
    for each in messages:
        archive.take(WORK, ev.MessageArrived(each))
        store.apply(WORK, [ev.MessageArrived(each)], 0.0)
    for event in events:
        archive.take(WORK, event)
        store.apply(WORK, [event], 0.0)
    archived, _ = archive.newest(ChatKey(WORK, messages[0].chat), 1000)
    base.close()
    return archived, list(store.thread(ChatKey(WORK, messages[0].chat)).timeline)


@settings(deadline=None)
@given(st.lists(REVISIONS, max_size=8))
def test_every_kind_of_message_and_of_change(events: list[Revision]) -> None:
    archived, shown = both(KINDS, events)
    assert archived == shown


def test_an_id_names_its_chat() -> None:
    name = Safe(f"true_{ANA}_ABC")
    events: list[Revision] = [
        ev.Acked((name,), Ack.READ),
        ev.Edited(name, Safe("changed")),
        ev.Reacted(name, Reaction(Safe("👍"), BOB)),
        ev.Starred(name, starred=True),
    ]
    archived, shown = both([message(name, ANA, own=True)], events)
    assert archived == shown
    assert (archived[0].ack, archived[0].text, archived[0].starred) == (Ack.READ, "changed", True)
    group = Safe(f"false_{TEAM}_ABC_{ANA}")
    archived, shown = both([message(group, TEAM)], [ev.Revoked(group)])
    assert archived == shown


@pytest.mark.parametrize(
    ("known", "event"),
    [
        (message(own=True, ack=Ack.READ), ev.Acked((Safe("m1"),), Ack.SENT)),
        (message(), ev.Acked((Safe("m1"),), Ack.READ)),
    ],
)
def test_a_tick_that_says_nothing_new_changes_nothing(known: Message, event: Revision) -> None:
    assert revised(known, event) is known


def test_a_deletion_leaves_only_who_and_when() -> None:
    gone = revised(
        replace(message(sender=ANA), sender_name=Safe("Ana"), starred=True), ev.Revoked(Safe("m1"))
    )
    assert gone == replace(message(sender=ANA, text="", kind=gone.kind), sender_name=Safe("Ana"))
