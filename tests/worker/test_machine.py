"""Whatever happens to a device and in whatever order: nothing lost, nothing doubled, and every hole marked.

The whole of what stands between a gateway and the screen, with neither: the worker, the archive and the
store, in a time of their own.
"""

import asyncio
import logging
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.faults.ledger import Asked, Entry, Truth, Verdict, is_whole, judge, of_archive, of_store
from tests.making import WORK, message
from tests.worker.hours import Hours
from tests.worker.phone import CHATS, LATE, LATENCY, Phone
from watui import events as ev
from watui.archive.keeper import Keeper
from watui.archive.outbox import State
from watui.archive.schema import FILE
from watui.bodies import Body
from watui.devices import DeviceWorker
from watui.files.cache import MediaCache
from watui.gateway.base import Gateway, Question
from watui.models import LOCAL_PREFIX, Ack, ChatKey, LinkState, Message
from watui.start import recalled
from watui.text import Safe

PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
SETTINGS = settings(max_examples=60, stateful_step_count=40, deadline=None, phases=PHASES)
THOROUGH = settings(SETTINGS, max_examples=300, stateful_step_count=60)

QUIET = 180.0
"""Seconds after which all must be as it should, once everything works."""

LOOKED_AT = 0.3
"""Seconds within which watui looks at a chat where much happens, in these tests."""

FATES = ("answer lost", "never", "late", "slow", "refused", "not now", "no line", "broken", "broken after")

SAME = "ok"
"""A text that people write again and again."""

chats = st.sampled_from(CHATS)


class Faults(logging.Handler):
    """Takes what the worker bears silently: faults of its own."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info is not None:
            self.seen.append(self.format(record))


class Living(RuleBasedStateMachine):
    """A person with a phone and a watui, on a gateway that shows everything."""

    window: int | None = None
    tells_own = True

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.home = Path(self.directory.name)
        self.hours = Hours()
        self.phone = Phone(self.hours, window=self.window, tells_own=self.tells_own)
        self.asked: dict[Safe, tuple[Safe, str]] = {}
        """What the person wrote: by local id, the chat and the text."""
        self.again: Counter[str] = Counter()
        """How often the person chose to send a text again."""
        self.given_up: set[Safe] = set()
        self.regretted: dict[str, int] = {}
        """Texts that were given up, and how often each had been sent then."""
        self.became: dict[str, set[Safe]] = {}
        """By message, the local ids that have become it."""
        self.rang: Counter[str] = Counter()
        self.faults = Faults(logging.ERROR)
        logging.getLogger("watui").addHandler(self.faults)
        self.begin()

    def begin(self) -> None:
        """Start watui."""
        self.keeper = Keeper.at(self.home)
        self.store = recalled(self.keeper)
        self.links: list[LinkState] = []
        self.crashed = False
        self.live(self.start)
        self.open: Safe | None = None

    def start(self) -> None:
        self.worker = DeviceWorker(WORK, cast("Gateway", self.phone), self.post, self.keeper, MediaCache())
        self.task = asyncio.get_running_loop().create_task(self.worker.run())

    def post(self, device: Safe, happened: list[ev.Event]) -> None:
        if self.crashed:
            return
        for event in happened:
            if isinstance(event, ev.Settled) and not event.message.local:
                self.became.setdefault(event.message.id, set()).add(event.local_id)
        changes = self.store.apply(device, happened, self.hours.time())
        self.rang.update(each.message.id for each in changes.arrived)

    def live(self, act: Callable[..., object], *args: Any, **named: Any) -> None:
        """Do something in the time of those who live in the loop."""

        async def doing() -> None:
            act(*args, **named)

        self.hours.run_until_complete(doing())

    def end(self) -> None:
        """Let the worker go."""
        self.task.cancel()
        self.hours.run_until_complete(asyncio.gather(self.task, return_exceptions=True))

    def teardown(self) -> None:
        self.end()
        logging.getLogger("watui").removeHandler(self.faults)
        self.keeper.close()
        self.hours.close()
        self.directory.cleanup()

    # What happens.

    @rule(
        chat=chats,
        count=st.integers(1, 6),
        told=st.sampled_from([True, True, True, False]),
        apart=st.sampled_from([0.0, 1.0]),
    )
    def people_write(self, chat: Safe, count: int, *, told: bool, apart: float) -> None:
        for _ in range(count if told else count * count):
            # What is not told at once is told later or never: the line was as good as dead.
            self.live(self.phone.write, chat, told=told)
            self.hours.pass_by(apart)
        if not told:
            self.live(self.phone.cut)
        if not self.tells_own:
            self.hours.pass_by(LOOKED_AT)

    @precondition(lambda self: self.phone.told)
    @rule(data=st.data())
    def a_message_is_told_again(self, data: st.DataObject) -> None:
        known = data.draw(st.sampled_from(self.phone.told))
        self.live(self.phone.tell, ev.MessageArrived(known))

    @rule(chat=chats)
    def the_owner_writes_on_the_phone(self, chat: Safe) -> None:
        self.live(self.phone.write, chat, own=True)

    @rule(chat=chats, fate=st.sampled_from(("sent", "sent", *FATES)), same=st.booleans())
    def the_person_sends(self, chat: Safe, fate: str, *, same: bool) -> None:
        number = len(self.asked)
        text = SAME if same else f"sent {number}"
        local = message(
            f"{LOCAL_PREFIX}{number}", chat, text=text, at=number, own=True, ack=Ack.PENDING
        )  # by a clock that goes wrong
        self.asked[local.id] = chat, text
        self.phone.fates.append(fate)
        self.store.apply(WORK, [ev.Queued(local)], self.hours.time())
        self.live(self.worker.send, local, Body(text))

    @precondition(lambda self: self.choices())
    @rule(data=st.data())
    def the_person_chooses(self, data: st.DataObject) -> None:
        """Send again what the phone does not show, or give it up."""
        known = data.draw(st.sampled_from(self.choices()))
        text = str(known.text)
        if known.ack is Ack.PENDING:  # it waits, and the person does not
            self.give_up(known)
            return
        if known.ack is Ack.UNKNOWN and (self.phone.sends[text] or self.phone.coming[text]):
            return  # whoever looks at the phone knows better
        if data.draw(st.booleans()):
            self.again[text] += 1
            self.live(self.worker.resend, known.id)
        else:
            self.give_up(known)

    def give_up(self, known: Message) -> None:
        self.live(self.worker.discard, known.id)
        if known.id not in {letter.id for letter in self.keeper.letters(WORK)}:
            self.given_up.add(known.id)
            if known.text != SAME:
                text = str(known.text)
                self.regretted[text] = self.phone.sends[text] + self.phone.coming[text]

    def choices(self) -> list[Message]:
        """List what the person has to decide about, or may be tired of waiting for."""
        letters = [letter.message for letter in self.keeper.letters(WORK)]
        return [each for each in letters if each.ack in (Ack.UNKNOWN, Ack.FAILED) or each.error]

    @rule(chat=chats)
    def the_person_opens_a_chat(self, chat: Safe) -> None:
        self.open = chat
        self.store.thread(ChatKey(WORK, chat))
        self.live(self.worker.open, chat)

    @precondition(lambda self: self.open is not None)
    @rule()
    def the_person_scrolls_up(self) -> None:
        assert self.open is not None
        oldest = self.store.thread(ChatKey(WORK, self.open)).timeline.oldest
        if oldest is not None:
            self.live(self.worker.more, self.open, oldest, None)

    @rule()
    def the_line_breaks(self) -> None:
        self.live(self.phone.cut)

    @rule(latency=st.sampled_from([LATENCY, 3.0, 20.0]))
    def the_gateway_is_slow(self, latency: float) -> None:
        self.phone.latency = latency

    @rule(queueing=st.booleans())
    def the_setting_for_the_queue_is(self, *, queueing: bool) -> None:
        self.phone.queueing = queueing

    @rule()
    def the_gateway_goes(self) -> None:
        self.phone.reachable = False
        self.live(self.phone.cut)

    @rule()
    def the_gateway_comes(self) -> None:
        self.phone.reachable = True

    @rule()
    def something_odd_is_told(self) -> None:
        self.live(self.phone.tell, Question(Safe("odd")))

    @rule(seconds=st.sampled_from([0.01, 0.1, 0.5, 1.0, 5.0, 30.0, 70.0]))
    def time_passes(self, seconds: float) -> None:
        self.hours.pass_by(seconds)

    @rule()
    def the_computer_wakes(self) -> None:
        self.live(self.worker.wake)

    @precondition(lambda self: any(self.phone.truth.values()))
    @rule(data=st.data())
    def a_message_is_deleted(self, data: st.DataObject) -> None:
        each = data.draw(st.sampled_from([each for chat in CHATS for each in self.phone.truth[chat]]))
        self.phone.deleted.add(each.id)

    @rule()
    def watui_crashes_and_starts_again(self) -> None:
        left = self.home / "left"  # with all that is committed, and nothing else
        left.mkdir()
        for each in self.home.glob(f"{FILE}*"):
            shutil.copy(each, left)
        self.crashed = True
        self.end()
        self.keeper.close()
        self.home = left
        assert is_whole(self.home / FILE)
        self.begin()

    @rule()
    def watui_is_left_and_starts_again(self) -> None:
        self.end()
        self.keeper.close()
        self.begin()

    # What holds.

    def truth(self) -> Truth:
        return {
            chat: [
                Entry(each.id, str(each.text), each.own, hidden=each.id in self.phone.deleted)
                for each in self.phone.truth[chat]
            ]
            for chat in CHATS
        }

    @invariant()
    def nothing_is_sent_more_often_than_somebody_wanted(self) -> None:
        wanted = Counter(text for _, text in self.asked.values()) + self.again
        assert self.phone.sends <= wanted

    @invariant()
    def nothing_is_sent_that_was_given_up(self) -> None:
        assert all(self.phone.sends[text] <= count for text, count in self.regretted.items())

    @invariant()
    def nothing_is_in_the_queue_beside_another(self) -> None:
        assert self.phone.doubled == []

    @invariant()
    def the_worker_makes_no_fault(self) -> None:
        assert self.faults.seen == []

    @invariant()
    def no_message_stands_for_two_that_were_sent(self) -> None:
        assert all(len(locals_) == 1 for locals_ in self.became.values())

    @invariant()
    def nothing_rings_twice(self) -> None:
        assert all(count == 1 for count in self.rang.values())

    @rule()
    def all_is_well_once_everything_works(self) -> None:
        self.phone.reachable = True
        self.phone.latency = LATENCY
        self.phone.fates = ["sent"] * 1000
        self.live(self.worker.kick)
        self.hours.pass_by(QUIET + LATE)
        self.phone.fates = []
        link = self.store.links[WORK]
        assert link.state is LinkState.LIVE, link
        asked = [
            Asked(chat, text)
            for local, (chat, text) in self.asked.items()
            if text != SAME and local not in self.given_up
        ]
        self.check(
            judge(self.truth(), of_archive(self.home / FILE, WORK), asked, self.phone.sends.elements())
        )
        if self.open is not None:
            shown = of_store(self.store, WORK)
            self.check(judge({self.open: self.truth()[self.open]}, {self.open: shown[self.open]}))

        letters = [*self.keeper.letters(WORK)]
        there = Counter(letter.body.text for letter in letters) + self.phone.sends
        assert there[SAME] >= sum(
            text == SAME for local, (_, text) in self.asked.items() if local not in self.given_up
        )
        waiting = [letter for letter in letters if letter.state in (State.QUEUED, State.SENDING)]
        failed = {letter.chat for letter in letters if letter.state is State.FAILED}
        assert {letter.chat for letter in waiting} <= failed
        rows = [row.text for held in of_archive(self.home / FILE, WORK).values() for row in held.rows]
        assert all(rows.count(letter.body.text) == 1 for letter in letters if letter.body.text != SAME)
        for chat in {*CHATS} - self.with_deleted():
            assert self.store.chats[ChatKey(WORK, chat)].unread == self.phone.unread[chat]

    def with_deleted(self) -> set[Safe]:
        """Name the chats of which something was deleted."""
        every = (each for chat in CHATS for each in self.phone.truth[chat])
        return {each.chat for each in every if each.id in self.phone.deleted}

    def check(self, verdict: Verdict) -> None:
        if verdict.resent:
            verdict.resent = [words for words in verdict.resent if not any(t in words for t in self.again)]
        verdict.disordered = [
            words for words in verdict.disordered if not any(id_ in words for id_ in self.phone.deleted)
        ]  # nobody can tell any more where in its second it stood
        # Nobody can tell what was before a window's first message, or beside one that is no longer there.
        vague = {chat for chat, _ in self.phone.borders} | self.with_deleted()
        verdict.invented = [
            words
            for words in verdict.invented
            if not any(words.startswith(f"{chat}: a gap") for chat in vague)
        ]
        assert verdict.clean, f"{verdict}\n{verdict.examples()}"


class Walled(Living):
    """The same on a gateway that shows the newest messages of a chat only, and tells nothing of own ones."""

    window = 24
    tells_own = False


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is much is less here, as are the gateway's pages."""
    monkeypatch.setattr("watui.histories.CROWD", 3)
    monkeypatch.setattr("watui.histories.CROWD_EVERY", 0.0)


@pytest.mark.parametrize("machine", [Living, Walled])
def test_nothing_is_lost_or_doubled(machine: type[Living]) -> None:
    run_state_machine_as_test(machine, settings=SETTINGS)


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("machine", [Living, Walled])
def test_nothing_is_lost_or_doubled_in_long_runs_either(machine: type[Living]) -> None:
    run_state_machine_as_test(machine, settings=THOROUGH)
