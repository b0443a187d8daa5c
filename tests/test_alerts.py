"""What rings never, how often it rings at most, and that nothing is lost between."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerting import AWAY, CHATS, HERE, RAVI, Session, known, line, refill, said
from tests.making import ANA, BOB, TEAM, WORK, chat, link, message
from watui import events as ev
from watui.alerts import EVERY_WAY, TELLING, Alert, Presence, Priority, Quiet, Rules, Way, exception
from watui.alerts.ringer import IN_WINDOW, LONGEST, PER_CHAT, STATUS, TRICKLE, WINDOW
from watui.alerts.words import named
from watui.changes import Arrival
from watui.models import ChatKey, DeviceState, Dress, Kept, Kind, LinkState, Loudness
from watui.text import Safe, clean

TEAM_2 = Safe("120363000000000002@g.us")
JIDS = (ANA, BOB, TEAM, TEAM_2)
ALL = (*CHATS, chat(TEAM_2, "Choir"))

# Pauses of eighths of a second, which floats hold exactly, with the limits' own lengths among them.
PAUSES = st.sampled_from((0.0, 0.125, 1.0, 2.5, 4.875, 5.0, 9.875, 10.0, 30.0)) | st.integers(0, 80).map(
    lambda eighths: eighths / 8
)
TRAFFIC = st.lists(
    st.tuples(PAUSES, st.sampled_from(JIDS), st.integers(1, 4), st.booleans(), st.integers(0, 9)),
    max_size=60,
)
"""Pause, chat, messages, whether the first is for the person, and something else at 0 and 1."""


# Never.

SILENCES = (
    *("own", "notice", "again", "refill", "status", "muted", "archived", "none", "mentions"),
    *("device none", "hidden", "open", "open, no focus known"),
)


def quieten(session: Session, how: str, jid: Safe) -> None:
    """Make a chat, or all of its device, silent in one of the ways that there are."""
    listed = next(each for each in ALL if each.key.jid == jid)
    match how:
        case "muted":
            session.at(0, ev.ChatKept(jid, Kept(muted_until=2**53)))
        case "archived":
            session.at(0, ev.ChatChanged(replace(listed, archived=True)))
        case "none":
            session.at(0, ev.ChatKept(jid, Kept(alerts=Loudness.NONE)))
        case "mentions":
            session.at(0, ev.ChatKept(jid, Kept(alerts=Loudness.MENTIONS)))
        case "device none":
            session.at(0, ev.DeviceDressed(Dress(alerts=Loudness.NONE)))
        case "hidden":
            session.at(0, ev.DeviceDressed(Dress(hidden=True)))
        case "open":
            session.presence = Presence(ChatKey(WORK, jid), focused=True, idle=999.0)
        case "open, no focus known":
            session.presence = Presence(ChatKey(WORK, jid), focused=None, idle=59.9)


def silent_events(how: str, jid: Safe, messages: int, *, me: bool) -> list[ev.Event]:
    """Make what comes into a chat that is silent, or what never rings in any."""
    me = me and how != "mentions"
    match how:
        case "refill":
            return [refill(*(said(jid, me=me).message for _ in range(messages)), jid=jid)]
        case "status":
            return [said(STATUS) for _ in range(messages)]
        case "own" | "notice":
            kind = Kind.SYSTEM if how == "notice" else Kind.TEXT
            sent = [said(jid, me=me, own=how == "own", kind=kind) for _ in range(messages)]
            polled = said(jid, own=how == "own", kind=kind).message
            return [*sent, refill(polled, jid=jid, news=True)]
    return [said(jid, me=me, again=how == "again") for _ in range(messages)]


@settings(deadline=None)
@given(TRAFFIC, st.sampled_from(SILENCES), st.sampled_from(JIDS))
def test_what_is_silent_never_rings_and_is_never_counted(
    traffic: list[tuple[float, Safe, int, bool, int]], how: str, silent: Safe
) -> None:
    session = Session().begin(*ALL)
    quieten(session, how, silent)
    everything = how in {"device none", "hidden"}
    loud = 0
    for pause, jid, messages, me, _ in traffic:
        if jid == silent or everything:
            session.at(session.tick + pause, *silent_events(how, jid, messages, me=me))
        else:
            session.at(session.tick + pause, *(said(jid, me=me) for _ in range(messages)))
            loud += messages
    session.wait(session.tick + 2 * LONGEST)
    names = {each.key: each.name for each in ALL}
    for _, alert in session.rang:
        assert not everything
        assert alert.chat is not None
        assert alert.chat.jid != silent
        assert alert.chats < len(JIDS)
        assert names[ChatKey(WORK, silent)] not in alert.title + alert.body
    assert sum(alert.count for _, alert in session.rang) <= loud


# How often.


def disturb(session: Session, what: int) -> None:
    """Let something happen to a device between the messages."""
    if what == 0:
        session.state(session.tick, DeviceState.UNLINKED)
    elif what == 1:
        session.state(session.tick, DeviceState.READY)
    elif what in (2, 3):
        session.link(session.tick, LinkState.OFFLINE if what == 2 else LinkState.LIVE)


@settings(deadline=None)
@given(TRAFFIC)
def test_it_never_rings_more_often_than_the_limits_allow(
    traffic: list[tuple[float, Safe, int, bool, int]],
) -> None:
    session = Session().begin(*ALL)
    for pause, jid, messages, me, what in traffic:
        session.at(session.tick + pause, *(said(jid, me=me) for _ in range(messages)))
        disturb(session, what)
    session.wait(session.tick + 2 * LONGEST)
    times = [tick for tick, _ in session.rang]
    assert all(later - first >= WINDOW for first, later in zip(times, times[IN_WINDOW:], strict=False))
    for jid in JIDS:
        of = [tick for tick, alert in session.rang if alert.chat == ChatKey(WORK, jid)]
        assert all(later - first >= PER_CHAT for first, later in pairwise(of))
    assert session.ringer.wake_at is None


# Nothing is lost.


class Ledger:
    """Where each message went, told from the alerts alone: into one of them, or forgotten by rule."""

    def __init__(self) -> None:
        self.held: dict[Safe, list[bool]] = {}
        """Messages that rang nowhere yet, each by whether it is for the person."""
        self.told = self.forgotten = self.read = 0

    def book(self, session: Session, since: int, new: dict[Safe, list[bool]]) -> None:
        """Book what rang, and what came with it."""
        for _, alert in session.rang[since:]:
            if alert.chat is None:
                continue
            jid = alert.chat.jid
            if jid in new:
                before = self.held.pop(jid, [])
                of = new.pop(jid) + (before if any(before) else [])
                self.forgotten += 0 if any(before) else len(before)
                assert alert.chats == 1
                assert alert.count == len(of)
            else:
                of = self._sum(alert)
            assert alert.priority is (Priority.HIGH if any(of) else Priority.NORMAL)
            assert alert.ways & Way.TOAST
            self.told += alert.count
        for jid, mine in new.items():
            self.held.setdefault(jid, []).extend(mine)

    def _sum(self, alert: Alert) -> list[bool]:
        """Book a sum: of all that is held, or in a flood of the chats that meant the person."""
        assert alert.chats == len(alert.of) > 0
        mine = [self.held.pop(key.jid) for key in alert.of]
        of = [each for every in mine for each in every]
        high = [jid for jid, every in self.held.items() if any(every)]
        assert not high  # of what is left nothing is for the person
        # Before a flood that is forgotten which was held only because its chat had rung.
        assert 0 < alert.count <= len(of)
        assert alert.count == len(of) or not all(map(any, mine))
        self.forgotten += len(of) - alert.count
        return of


@settings(deadline=None)
@given(TRAFFIC)
def test_every_message_is_told_once_or_forgotten_by_rule_and_those_for_the_person_are_told(
    traffic: list[tuple[float, Safe, int, bool, int]],
) -> None:
    session, ledger = Session().begin(*ALL), Ledger()
    came = 0
    for pause, jid, messages, me, what in traffic:
        since = len(session.rang)
        session.wait(session.tick + pause)
        ledger.book(session, since, {})
        if what == 0:
            session.at(session.tick, ev.ChatRead(jid))
            ledger.read += len(ledger.held.pop(jid, []))
        since = len(session.rang)
        session.at(session.tick, *(said(jid, me=me and not number) for number in range(messages)))
        ledger.book(session, since, {jid: [me and jid.endswith("@g.us")] + [False] * (messages - 1)})
        came += messages
    since = len(session.rang)
    session.wait(session.tick + 2 * LONGEST)
    ledger.book(session, since, {})
    assert not any(each for mine in ledger.held.values() for each in mine)
    assert came == ledger.told + ledger.read + ledger.forgotten + sum(map(len, ledger.held.values()))


@settings(deadline=None)
@given(TRAFFIC)
def test_what_is_for_the_person_is_told_within_two_minutes_however_much_comes(
    traffic: list[tuple[float, Safe, int, bool, int]],
) -> None:
    session = Session().begin(*ALL)
    owed: float | None = None
    for pause, jid, messages, me, _ in traffic:
        since = len(session.rang)
        session.at(session.tick + pause, *(said(jid, me=me) for _ in range(messages)))
        if any(alert.priority is Priority.HIGH for _, alert in session.rang[since:]):
            owed = None
        elif me and jid.endswith("@g.us"):
            owed = session.tick if owed is None else owed
        assert owed is None or session.tick - owed <= LONGEST + WINDOW


WAYS = st.integers(0, EVERY_WAY.value).map(Way)


@settings(deadline=None)
@given(WAYS, st.tuples(*[st.booleans()] * 5))
def test_what_matters_is_told_if_anything_is_and_makes_no_noise_where_it_must_not(
    ways: Way, how: tuple[bool, bool, bool, bool, bool]
) -> None:
    me, here, quiet, hushed, excepted = how
    rules = Rules(ways, quiet=Quiet(700, 800), excepted=frozenset({"ravi"} if excepted else ()))
    session = Session(rules, HERE if here else AWAY).begin()
    session.minute = 750 if quiet else 800
    session.ringer.hushed_until = session.now.wall + (9 if hushed else 0)
    rang = session.at(0, said(TEAM, me=me))
    muffled = hushed or (quiet and not excepted)
    assert len(rang) <= 1
    if me and ways & TELLING:
        assert rang
    if not ways & TELLING or (muffled and not me):
        assert not rang
    for alert in rang:
        assert alert.ways & TELLING
        assert alert.ways in ways
        if Way.TOAST in ways:
            assert Way.TOAST in alert.ways
            assert not (here and Way.OUTSIDE in alert.ways)
            assert not (muffled and alert.ways & ~(Way.BADGE | Way.TOAST))
        if not muffled and not here:
            assert alert.ways == ways


# Floods.


def test_ten_thousand_messages_in_a_minute_are_three_alerts_and_one_sum() -> None:
    chats = [chat(f"4930{number:06}@c.us", f"Chat {number}") for number in range(50)]
    session = Session().begin(*chats)
    for number in range(10_000):
        session.at(number * 0.006, said(chats[number * 7 % 50].key.jid))
    session.wait(1000)
    *alone, (tick, last) = session.rang
    assert [alert.count for _, alert in alone] == [1, 1, 1]
    assert tick == pytest.approx(60 + 5, abs=0.1)
    assert last.title == "9997 new in 50 chats"
    assert last.body == "Chat 43, Chat 36 and 48 more"
    assert (last.count, last.chats, last.chat) == (9997, 50, chats[9999 * 7 % 50].key)


def test_a_flood_that_does_not_end_is_told_every_two_minutes_and_counts_on() -> None:
    session = Session().begin(*ALL)
    for number in range(590):
        session.at(number, *(said(jid) for jid in JIDS))
    session.wait(1000)
    sums = [(tick, alert.count) for tick, alert in session.rang if alert.chats > 1]
    assert [tick for tick, _ in sums] == [LONGEST, 2 * LONGEST, 3 * LONGEST, 4 * LONGEST, 594]
    assert sum(told for _, told in sums) + 3 == 2360
    assert len(session.rang) == 3 + len(sums)


def test_what_comes_slowly_is_told_every_quarter_of_a_minute() -> None:
    session = Session().begin(*(chats := [chat(f"49151000000{n:02}@c.us", f"Chat {n}") for n in range(20)]))
    for number in range(60):
        session.at(2.0 * number, said(chats[number % 20].key.jid))
    sums = [tick for tick, alert in session.rang if alert.count > 1]
    assert sums == pytest.approx([TRICKLE * n + 6 for n in range(1, 8)], abs=2.0)


def test_what_was_read_or_silenced_meanwhile_is_not_in_the_sum() -> None:
    session = Session().begin(*ALL)
    session.at(0, *(said(jid) for jid in JIDS))
    session.at(1, *(said(jid) for jid in JIDS))
    session.at(2, ev.ChatRead(ANA), ev.ChatKept(BOB, Kept(muted_until=2**53)))
    (alert,) = session.wait(100)
    assert line(alert) == "normal message: 3 new in 2 chats | Choir and Team [tbsoc]"


def test_a_sum_of_one_chat_has_its_name() -> None:
    session = Session().begin(*ALL)
    session.at(0, *(said(jid) for jid in (ANA, BOB, TEAM)))
    session.at(1, *(said(TEAM_2, me=me) for me in (False, True, False)))
    (alert,) = session.wait(100)
    assert line(alert) == "high mention: Choir | 3 new messages [tbsoc]"


def test_several_of_one_chat_at_once_are_one_and_who_is_meant_comes_first() -> None:
    session = Session().begin(*ALL)
    rang = session.at(0, said(ANA), said(ANA), said(BOB), said(TEAM_2), said(TEAM), said(TEAM, me=True))
    assert [line(alert) for alert in rang] == [
        "high mention: Team | 2 new messages [tbsoc]",
        "normal message: Ana | 2 new messages [tbsoc]",
        "normal message: Bob | hi [tbsoc]",
    ]
    assert [alert.count for alert in rang] == [2, 2, 1]


def test_a_chat_that_turns_out_to_be_another_one_takes_along_what_was_held_back() -> None:
    session = Session().begin(*ALL)
    session.at(0, said(TEAM))
    session.at(1, said(TEAM, me=True))
    session.ringer.move(ChatKey(WORK, Safe(TEAM)), ChatKey(WORK, Safe(TEAM_2)))
    (alert,) = session.wait(100)
    assert (alert.title, alert.priority) == ("Choir", Priority.HIGH)


def test_a_sum_names_those_first_who_meant_the_person_and_leads_there() -> None:
    session = Session().begin(*ALL)
    session.at(0, *(said(jid) for jid in JIDS))
    session.at(1, said(TEAM, me=True), said(ANA))
    (alert,) = session.wait(100)
    assert line(alert) == "high mention: 3 new in 3 chats | Team, Ana and Choir [tbsoc]"
    assert alert.chat == ChatKey(WORK, Safe(TEAM))


def test_a_sum_waits_for_every_chat_in_which_somebody_meant_the_person() -> None:
    session = Session().begin(*ALL)
    session.at(0, said(TEAM))
    session.at(2, said(TEAM_2))
    session.at(3, said(TEAM_2, me=True))
    session.at(4, said(TEAM, me=True))
    session.at(4.5, said(TEAM_2))
    session.wait(100)
    assert session.lines[2:] == ["7 high mention: 3 new in 2 chats | Choir and Team [tbsoc]"]


def test_a_chat_that_rings_again_before_the_sum_tells_what_was_held_back_of_it() -> None:
    session = Session().begin(*ALL)
    session.at(0, said(TEAM))
    session.at(3, said(TEAM_2))
    session.at(4, said(TEAM, me=True))
    session.at(4.5, said(TEAM_2, me=True))
    assert [line(alert) for alert in session.at(6, said(TEAM))] == [
        "high mention: Team | 2 new messages [tbsoc]"
    ]
    session.at(7, said(TEAM), ev.ChatRead(TEAM_2))
    assert session.wait(100) == []


def test_what_is_for_nobody_is_not_told_for_the_sake_of_what_was_read() -> None:
    session = Session().begin(*ALL)
    session.at(0, said(TEAM), said(ANA))
    session.at(1, said(TEAM, me=True), said(ANA))
    session.at(2, ev.ChatRead(Safe(TEAM)))
    assert session.wait(100) == []


def test_a_sum_for_which_nobody_woke_is_told_before_what_comes_next() -> None:
    session = Session().begin(*ALL)
    session.at(0, *(said(jid) for jid in JIDS))
    late = Arrival(ChatKey(WORK, ANA), said(ANA).message)
    store = session.store
    rang = session.ringer.arrived(
        [late], store.chats, store.devices, store.names, AWAY, session.now._replace(tick=60.0)
    )
    assert [line(alert) for alert in rang] == [
        "normal message: Choir | 1 new message [tbsoc]",
        "normal message: Ana | hi [tbsoc]",
    ]


def test_nothing_is_kept_of_chats_that_rang() -> None:
    session = Session().begin(*ALL)
    for number in range(300):
        session.at(number * 20, said(f"49{number}@c.us"))
    assert len(session.rang) == 300
    assert not session.ringer._held
    assert len(session.ringer._rang) == IN_WINDOW


# Words.


@settings(deadline=None)
@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=400))
def test_words_are_bounded_and_on_one_line_whatever_people_call_themselves(
    name: str, who: str, text: str
) -> None:
    group = replace(chat(TEAM, "x"), name=clean(name))
    session = Session()
    session.at(0, known(), ev.ChatsListed([group]))
    sent = replace(message("m", TEAM, text=text), sender=Safe(RAVI), sender_name=clean(who))
    (alert,) = session.at(0, ev.MessageArrived(sent))
    for words, most in ((alert.title, 150), (alert.body, 160)):
        assert isinstance(words, Safe)
        assert words == clean(words).replace("\n", "")
        assert 0 < len(words) <= most


def test_several_are_named_in_few_words() -> None:
    assert named([]) == ""
    assert named(["a"]) == "a"
    assert named(["a", "b"]) == "a and b"
    assert named(["a", "b", "c"]) == "a, b and c"
    assert named(["work", "shop", "x", "y", "z"]) == "work, shop and 3 more"
    assert len(named(["x" * 999] * 99)) < 80


def test_quiet_hours_go_over_midnight_and_may_be_none() -> None:
    night, day, never = Quiet(1320, 420), Quiet(60, 120), Quiet(60, 60)
    assert [night.holds(minute) for minute in (1319, 1320, 1439, 0, 419, 420)] == [
        *(False, True, True, True, True, False)
    ]
    assert [day.holds(minute) for minute in (59, 60, 119, 120)] == [False, True, True, False]
    assert not any(never.holds(minute) for minute in range(1440))


def test_who_is_excepted_is_found_however_it_is_written() -> None:
    assert exception(" Älya  Ünal ") == exception("alya unal") == "alya unal"
    assert exception("+49 (151) 111-11111") == exception("4915111111111") == "4915111111111"


def test_an_empty_name_excepts_nobody() -> None:
    session = Session(Rules(quiet=Quiet(0, 1439), excepted=frozenset({""}))).begin()
    assert session.at(0, said("4930000000@c.us")) == []


# Devices.

UNLINKED, READY, STARTING = DeviceState.UNLINKED, DeviceState.READY, DeviceState.STARTING
LIVE, OFFLINE, POLLING = LinkState.LIVE, LinkState.OFFLINE, LinkState.POLLING


def fleet(devices: int, rules: Rules | None = None) -> Session:
    """Have several devices that are linked and live."""
    session = Session(rules)
    for number in range(devices):
        session.at(0, known(f"d{number}"), ev.LinkChanged(link()), device=Safe(f"d{number}"))
    return session


def test_the_first_start_is_silent_whatever_the_devices_are() -> None:
    session = Session()
    for condition in DeviceState:
        session.at(0, known(condition.value, condition), device=Safe(condition.value))
    for step, state in enumerate((LinkState.CONNECTING, OFFLINE, LinkState.CONNECTING, OFFLINE)):
        for device in (*map(Safe, DeviceState), ev.GATEWAY):
            session.link(step * 50.0, state, device)
    session.wait(1000)
    assert session.lines == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 59 * 8), st.integers(1, 400), st.booleans()), max_size=20))
def test_a_link_that_comes_back_within_a_minute_is_silent(flaps: list[tuple[int, int, bool]]) -> None:
    session = fleet(1)
    device = Safe("d0")
    for down, up, retries in flaps:
        session.link(session.tick + up, OFFLINE, device)
        if retries:
            session.link(session.tick, LinkState.CATCHING_UP, device)
            session.link(session.tick, OFFLINE, device)
        session.link(session.tick + down / 8, LIVE if up % 2 else POLLING, device)
    session.wait(session.tick + 1000)
    assert session.lines == []


def test_a_loss_is_told_once_however_often_it_is_tried_and_fails() -> None:
    session = fleet(1)
    for step in range(100):
        session.link(step * 7.0, OFFLINE, Safe("d0"), f"try {step}")
        if step > 10:
            session.link(step * 7.0 + 1, LIVE if step % 5 == 0 else LinkState.CATCHING_UP, Safe("d0"))
            session.link(step * 7.0 + 1, OFFLINE, Safe("d0"))
    session.wait(2000)
    assert session.lines == ["60 normal device: No connection to d0 | try 8 [tbsoc]"]


def test_a_gateway_that_starts_anew_and_says_404_is_silent() -> None:
    session = fleet(20)
    for number in range(20):
        device = Safe(f"d{number}")
        session.link(1, OFFLINE, device)
    for number in range(20):
        device = Safe(f"d{number}")
        session.state(20, STARTING, device)
        session.link(20, LinkState.UNLINKED, device)
    for number in range(20):
        device = Safe(f"d{number}")
        session.state(80, READY, device)
        session.link(80, LinkState.CATCHING_UP, device)
        session.link(80, LIVE, device)
    session.wait(1000)
    assert session.lines == []


def test_one_that_never_comes_back_from_that_needs_linking() -> None:
    session = fleet(1)
    session.state(1, STARTING, Safe("d0"))
    session.state(31, DeviceState.GONE, Safe("d0"))
    assert session.lines == [
        "31 high device: d0 needs linking | the gateway no longer knows it; link it again [tbsoc]"
    ]


def test_twenty_devices_that_are_lost_within_seconds_are_one_alert_and_so_is_their_return() -> None:
    session = fleet(20)
    session.link(0, OFFLINE, ev.GATEWAY, "down")
    for number in range(20):
        session.link(number / 5, OFFLINE, Safe(f"d{number}"), "down")
    session.wait(200)
    for number in range(20):
        session.link(200 + number / 5, LIVE, Safe(f"d{number}"))
    session.wait(1000)
    assert session.lines == [
        "63.8 normal device: No connection to d0, d1 and 18 more | down [tbsoc]",
        "205 low device: d0, d1 and 18 more are connected again [t]",
    ]


def test_one_that_is_lost_later_does_not_keep_the_first_waiting() -> None:
    session = fleet(2)
    session.link(0, OFFLINE, Safe("d0"), "down")
    session.link(30, OFFLINE, Safe("d1"), "down")
    session.wait(1000)
    assert session.lines == [
        "60 normal device: No connection to d0 | down [tbsoc]",
        "90 normal device: No connection to d1 | down [tbsoc]",
    ]


def test_of_those_that_come_back_one_after_the_other_some_are_told_together() -> None:
    session = fleet(3)
    for number in range(3):
        session.link(0, OFFLINE, Safe(f"d{number}"))
    for number, tick in enumerate((100, 104, 150)):
        session.link(tick, LIVE, Safe(f"d{number}"))
    session.wait(1000)
    assert session.lines[1:] == [
        "105 low device: d0 and d1 are connected again [t]",
        "155 low device: d2 is connected again [t]",
    ]


def test_twenty_that_lose_their_phones_one_after_the_other_keep_to_the_limit_and_all_are_named() -> None:
    session = fleet(20)
    for number in range(20):
        session.state(number / 10, UNLINKED, Safe(f"d{number}"))
    session.wait(1000)
    assert [alert.device for _, alert in session.rang] == ["d0", "d1", "d2", None]
    assert session.lines[3] == "10 high device: d3, d4 and 15 more need linking | link them again [tbsoc]"


def test_what_mended_itself_before_it_could_be_told_is_not_told() -> None:
    session = fleet(4)
    for number in range(4):
        session.state(0, UNLINKED, Safe(f"d{number}"))
    session.state(5, READY, Safe("d3"))
    session.wait(1000)
    assert len(session.rang) == 3


def test_one_that_is_lost_and_then_needs_its_phone_is_told_once() -> None:
    session = fleet(4)
    session.link(0, OFFLINE, Safe("d3"))
    for number in range(4):
        session.state(59, UNLINKED, Safe(f"d{number}"))
    session.wait(1000)
    assert session.lines[3:] == ["69 high device: d3 needs linking | scan its code with the phone [tbsoc]"]


def test_what_starts_again_before_it_could_be_told_is_told_when_it_fails() -> None:
    session = fleet(4)
    for number in range(4):
        session.state(number / 10, UNLINKED, Safe(f"d{number}"))
    session.state(5, STARTING, Safe("d3"))
    session.state(50, DeviceState.FAILED, Safe("d3"))
    session.wait(1000)
    assert session.lines[3:] == [
        "50 high device: d3 needs linking | the gateway could not start it; link it again [tbsoc]"
    ]


def test_a_device_that_is_deleted_is_forgotten_in_silence() -> None:
    session = fleet(2)
    session.link(0, OFFLINE, Safe("d0"))
    session.at(30, ev.DeviceRemoved(Safe("d0")), device=Safe("d0"))
    session.wait(100)
    session.at(100, known("d0", UNLINKED), device=Safe("d0"))
    session.wait(1000)
    assert session.lines == []


@pytest.mark.parametrize(
    ("dress", "lines"),
    [
        (Dress(hidden=True), ["1 high device: d0 needs linking | scan its code with the phone [tbsoc]"]),
        (Dress(alerts=Loudness.NONE), []),
        (
            Dress(alias=Safe("desk"), alerts=Loudness.MENTIONS),
            [
                "1 high device: desk needs linking | scan its code with the phone [tbsoc]",
                "15 low device: desk is connected again [t]",
                "160 normal device: No connection to desk | for a minute now; watui goes on trying [tbsoc]",
                "205 low device: desk is connected again [t]",
            ],
        ),
    ],
)
def test_a_device_that_is_hidden_or_silent_says_less(dress: Dress, lines: list[str]) -> None:
    session = fleet(1)
    device = Safe("d0")
    session.at(0, ev.DeviceDressed(dress), device=device)
    session.state(1, UNLINKED, device)
    session.state(10, READY, device)
    session.link(100, OFFLINE, device)
    session.link(200, LIVE, device)
    session.wait(1000)
    assert session.lines == lines


def test_a_loss_in_quiet_hours_is_not_told_and_neither_is_its_end() -> None:
    session = fleet(1, Rules(quiet=Quiet(0, 600)))
    session.minute = 500
    session.link(0, OFFLINE, Safe("d0"))
    session.wait(100)
    session.minute = 700
    session.link(3000, OFFLINE, Safe("d0"))
    session.link(4000, LIVE, Safe("d0"))
    session.wait(5000)
    assert session.lines == []
    session.link(5000, OFFLINE, Safe("d0"))
    session.wait(6000)
    assert len(session.rang) == 1


def test_the_key_is_told_once_for_all_devices_until_it_was_right_again() -> None:
    session = fleet(3)
    for number in range(3):
        session.link(number, LinkState.WRONG_KEY, Safe(f"d{number}"), "check it")
    for number in range(3):
        session.link(50, OFFLINE, Safe(f"d{number}"))
    session.link(55, LinkState.WRONG_KEY, Safe("d0"), "check it")
    for number in range(3):
        session.link(100, LIVE, Safe(f"d{number}"))
    session.link(200, LinkState.WRONG_KEY, ev.GATEWAY, "check it")
    session.wait(1000)
    assert session.lines == [
        "0 high error: The key does not work | check it [tbsoc]",
        "200 high error: The key does not work | check it [tbsoc]",
    ]


def test_a_gateway_without_devices_speaks_for_itself() -> None:
    session = Session()
    session.link(0, LIVE, ev.GATEWAY)
    session.link(10, OFFLINE, ev.GATEWAY, "nobody answers")
    session.wait(1000)
    assert session.lines == ["70 normal device: No connection to the gateway | nobody answers [tbsoc]"]


STATES = st.sampled_from(DeviceState) | st.sampled_from(LinkState)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 2), STATES), max_size=60))
def test_a_device_is_called_well_only_after_it_was_called_ill(
    steps: list[tuple[int, int, DeviceState | LinkState]],
) -> None:
    session = fleet(3)
    for pause, number, state in steps:
        device = Safe(f"d{number}")
        if isinstance(state, DeviceState):
            session.state(session.tick + pause, state, device)
        else:
            session.link(session.tick + pause, state, device)
    session.wait(session.tick + 1000)
    ill: set[str] = set()
    for _, alert in session.rang:
        of = {name for name in ("d0", "d1", "d2") if name in alert.title}
        if alert.priority is Priority.LOW:
            assert of <= ill
            ill -= of
        elif alert.priority is Priority.NORMAL:
            assert not of & ill
        ill |= of if alert.priority > Priority.LOW else set()
