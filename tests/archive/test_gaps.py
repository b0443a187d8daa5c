"""What the archive says is missing, against a chat of which everything is known."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.making import ANA, WORK, message
from watui import events as ev
from watui.archive.archive import Archive
from watui.archive.gaps import PREFIX, Gap
from watui.archive.schema import FILE, connect
from watui.models import ChatKey, Kind, Message, Older
from watui.text import Safe

KEY = ChatKey(WORK, ANA)
PAGE = 3
SETTINGS = settings(max_examples=60, stateful_step_count=30, deadline=None)
THOROUGH = settings(max_examples=300, stateful_step_count=60, deadline=None)


class Chatting(RuleBasedStateMachine):
    """One chat, a gateway that knows all of it, and an archive that is sometimes told.

    This gateway reads from any message straight upwards; pages begin and end anywhere, also within a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.path = Path(self.directory.name) / FILE
        self.base = connect(self.path)
        self.archive = Archive(self.base)
        self.truth: list[Message] = []
        self.heard: set[str] = set()
        self.connected = False
        self.sure = False
        """Whether nothing was missed since the newest page was read."""
        self.lost: set[str] = set()
        """What the gateway itself leaves out of its pages."""

    def teardown(self) -> None:
        self.base.close()
        self.directory.cleanup()

    # The gateway.

    def newest(self) -> tuple[list[Message], Older]:
        start = self.cut(len(self.truth) - PAGE)
        return self.truth[start:], Older.MORE if start else Older.NONE

    def above(self, message_id: str) -> tuple[list[Message], Older]:
        end = self.at(message_id)
        start = self.cut(end - PAGE)
        return self.truth[start:end], Older.MORE if start else Older.NONE

    def cut(self, index: int) -> int:
        """Begin a page where it may begin: not behind a message of the same second that came alone.

        Nothing tells the archive on which side of such a page that message belongs; see `woven`.
        """
        index = max(0, index)
        edge = self.edge()
        sure = self.at(edge) if edge is not None else -1
        while any(
            each.time == self.truth[index].time and each.id in self.heard and self.at(each.id) > sure
            for each in self.truth[:index]
        ):
            index -= 1
        return index

    def at(self, message_id: str) -> int:
        return next(n for n, each in enumerate(self.truth) if each.id == message_id)

    # What happens.

    @rule(seconds=st.integers(0, 2), own=st.booleans(), count=st.integers(1, 5))
    def somebody_writes(self, seconds: int, own: bool, count: int) -> None:
        for _ in range(count):
            at = (self.truth[-1].time - message().time) // 1000 + seconds if self.truth else 0
            new = message(f"m{len(self.truth)}", at=at, own=own)
            self.truth.append(new)
            if self.connected:
                told = self.archive.take(WORK, ev.MessageArrived(new))
                assert isinstance(told, ev.MessageArrived)
                assert not told.again
                self.heard.add(new.id)
                if self.sure:
                    self.archive.trust(KEY, new)
            seconds = 0

    @rule(connected=st.booleans())
    def the_line_breaks(self, connected: bool) -> None:
        self.connected, self.sure = connected, False

    @rule()
    def the_newest_page_is_read(self) -> None:
        page, older = self.newest()
        new = self.archive.page(KEY, page, older, None)
        assert [each.id for each in new] == [each.id for each in page if each.id not in self.heard]
        self.heard |= {each.id for each in page}
        self.sure = self.connected

    @precondition(lambda self: self.connected)
    @rule(seconds=st.integers(0, 2), count=st.integers(1, 5))
    def somebody_writes_while_the_newest_page_is_on_its_way(self, seconds: int, count: int) -> None:
        page, older = self.newest()
        if page and page[0].time == page[-1].time and older is Older.MORE:
            seconds = max(1, seconds)  # else nothing tells on which side of such a page the new ones belong
        self.somebody_writes(seconds, own=False, count=count)
        self.archive.page(KEY, page, older, None)
        self.heard |= {each.id for each in page}
        self.sure = True

    @precondition(lambda self: self.archive.gaps(KEY))
    @rule(data=st.data())
    def a_gap_is_read(self, data: st.DataObject) -> None:
        self.fill(data.draw(st.sampled_from(self.archive.gaps(KEY))))

    def fill(self, gap: Gap) -> None:
        page, older = self.above(gap.below)
        self.archive.page(KEY, page, older, gap.below)
        self.heard |= {each.id for each in page}
        same = next((each for each in self.archive.gaps(KEY) if each.n == gap.n), None)
        if same is not None and (older is not Older.MORE or same.below == gap.below):
            self.archive.give_up(same)

    @precondition(lambda self: self.heard)
    @rule()
    def the_person_scrolls_up(self) -> None:
        first = self.filed()[0].id
        page, older = self.above(first)
        self.archive.page(KEY, page, older, first)
        self.heard |= {each.id for each in page}

    @precondition(lambda self: self.archive.gaps(KEY))
    @rule(data=st.data())
    def a_gap_is_given_up(self, data: st.DataObject) -> None:
        gap = data.draw(st.sampled_from(self.archive.gaps(KEY)))
        self.archive.give_up(gap)
        assert next(each for each in self.archive.gaps(KEY) if each.n == gap.n).final

    @precondition(lambda self: self.truth)
    @rule(data=st.data(), revoked=st.booleans())
    def a_message_changes(self, data: st.DataObject, revoked: bool) -> None:
        known = data.draw(st.sampled_from(self.truth))
        event = ev.Revoked(known.id, ANA) if revoked else ev.Edited(known.id, Safe("changed"), ANA)
        self.archive.take(WORK, event)

    @rule()
    def watui_starts_again(self) -> None:
        self.archive.commit()
        self.base.close()
        self.base = connect(self.path)
        self.archive = Archive(self.base)
        self.connected = self.sure = False

    # What holds.

    def filed(self) -> list[Message]:
        messages, _ = self.archive.newest(KEY, 1000)
        return [each for each in messages if each.kind is not Kind.MISSING]

    def edge(self) -> str | None:
        row = self.base.execute("SELECT edge FROM chats").fetchone()
        return row[0] if row else None

    def missing(self, above: str, below: str) -> bool:
        return any(each.id not in self.lost for each in self.truth[self.at(above) + 1 : self.at(below)])

    @invariant()
    def each_message_is_filed_once_and_in_order(self) -> None:
        filed = [each.id for each in self.filed()]
        assert filed == [each.id for each in self.truth if each.id in self.heard]

    @invariant()
    def gaps_stand_between_neighbours_and_wherever_something_is_missing(self) -> None:
        gaps = [(gap.above, gap.below) for gap in self.archive.gaps(KEY)]
        assert len(gaps) == len(set(gaps))
        filed = [each.id for each in self.filed()]
        assert set(gaps) <= set(pairwise(filed))
        edge = self.edge()
        sure = filed[: filed.index(Safe(edge)) + 1] if edge is not None else []
        assert {pair for pair in pairwise(sure) if self.missing(*pair)} <= set(gaps)

    @invariant()
    def what_is_above_is_told_rightly(self) -> None:
        filed = self.filed()
        if not filed:
            return
        _, older = self.archive.newest(KEY, 1000)
        assert older is self.archive.older(KEY, filed[0].id)
        assert older is not Older.NONE or filed[0].id == self.truth[0].id
        assert all(self.archive.older(KEY, each.id) is Older.MORE for each in filed[1:])

    @invariant()
    def reading_upwards_tells_everything_once(self) -> None:
        whole, _ = self.archive.newest(KEY, 1000)
        for size in (1, 2, 5):
            part, older = self.archive.newest(KEY, size)
            pages = [part]
            while older is Older.MORE and part:
                first = next(each.id for each in part if each.kind is not Kind.MISSING)
                part, older = self.archive.above(KEY, first, size)
                pages.append(part)
            assert [each.id for part in reversed(pages) for each in part] == [each.id for each in whole]
        for above, gap in pairwise(whole):
            if gap.kind is Kind.MISSING:
                assert gap.id.startswith(PREFIX)
                assert above.time <= gap.time

    @rule()
    def nothing_is_missing_once_everything_was_read(self) -> None:
        for _ in range(len(self.truth)):
            gap = next((gap for gap in self.archive.gaps(KEY) if not gap.final), None)
            if gap is not None:
                self.fill(gap)
        filed = [each.id for each in self.filed()]
        finals = {(gap.above, gap.below) for gap in self.archive.gaps(KEY)}
        assert all(gap.final for gap in self.archive.gaps(KEY))
        edge = self.edge()
        sure = filed[: filed.index(Safe(edge)) + 1] if edge is not None else []
        assert {pair for pair in pairwise(sure) if self.missing(*pair)} <= finals


class Windowed(Chatting):
    """The same with a gateway that shows no more than a window of the newest messages.

    Where it cuts through a second it keeps the oldest of that second (`watui.gateway.whatsapi.history`).
    """

    window = 7

    def newest(self) -> tuple[list[Message], Older]:
        return self.last(PAGE), Older.MORE if len(self.truth) >= PAGE else Older.NONE

    def above(self, message_id: str) -> tuple[list[Message], Older]:
        window = self.last(self.window)
        time = self.truth[self.at(message_id)].time
        if message_id not in {each.id for each in window}:
            return [], Older.WALL
        page = [each for each in window if self.at(each.id) <= self.at(message_id) or each.time == time]
        return page, Older.WALL if len(self.truth) >= self.window else Older.NONE

    def last(self, count: int) -> list[Message]:
        """Give the newest messages, but leave out no known one of a second of which unknown ones come.

        Nothing tells the archive on which side of such a page that message belongs; see `woven`.
        """
        start = max(0, len(self.truth) - count)
        time = self.truth[start].time if self.truth else 0
        behind = [each for each in self.truth if each.time > time]
        cut = [each for each in self.truth if each.time == time]
        kept = count - len(behind)
        while {each.id for each in cut[kept:]} & self.heard and {each.id for each in cut[:kept]} - self.heard:
            kept += 1
        self.lost |= {each.id for each in cut[kept:]}
        return [*cut[:kept], *behind]


@pytest.mark.parametrize("machine", [Chatting, Windowed])
def test_every_hole_is_marked_and_every_message_filed_once(machine: type[Chatting]) -> None:
    run_state_machine_as_test(machine, settings=SETTINGS)


@pytest.mark.torture
@pytest.mark.timeout(900)
@pytest.mark.parametrize("machine", [Chatting, Windowed])
def test_every_hole_is_marked_in_long_runs_too(machine: type[Chatting]) -> None:
    run_state_machine_as_test(machine, settings=THOROUGH)
