"""Situations, each in a line or two: what happens in which second, and what rings of it when."""

from dataclasses import dataclass, replace

import pytest

from tests.alerting import AWAY, CHATS, HERE, OWN_NUMBER, RAVI, Session, known, refill, said
from tests.making import ANA, BOB, START, TEAM, WORK, chat, message
from watui import events as ev
from watui.alerts import Presence, Quiet, Rules, Way, exception
from watui.alerts.ringer import STATUS, USUAL
from watui.models import ChatKey, DeviceState, Dress, Kept, Kind, Link, LinkState, Loudness, Quote
from watui.text import Safe

OPEN = ChatKey(WORK, ANA)
BOOKS = "1-2@g.us"
EXCEPTED = frozenset({exception("BOB"), exception("+49 151 44444444")})
NIGHT = Rules(quiet=Quiet(22 * 60, 7 * 60), excepted=EXCEPTED)
LATE = 23 * 60
MENTIONS_ONLY = Rules(loudness=Loudness.MENTIONS)
LIVE, OFFLINE, WRONG = LinkState.LIVE, LinkState.OFFLINE, LinkState.WRONG_KEY
UNLINKED, READY, STARTING, GONE = (
    DeviceState.UNLINKED,
    DeviceState.READY,
    DeviceState.STARTING,
    DeviceState.GONE,
)
ALL, MENTIONS, NONE = Loudness

Step = tuple[float, ev.Event] | tuple[float, ev.Event, Safe]


@dataclass
class Case:
    """A situation: what happens, what rings, and how everything else is."""

    name: str
    happens: ev.Event | list[Step]
    """An event in the first second, or several and when."""
    rings: str = ""
    rules: Rules = USUAL
    there: Presence = AWAY
    minute: int = 12 * 60
    hushed: float = 0.0
    """Seconds from the start in which the person is not to be disturbed."""


def changed(jid: str, **facts: object) -> Step:
    """A chat of the table is otherwise from the start."""
    known_as = next(each for each in CHATS if each.key.jid == jid)
    return 0, ev.ChatChanged(replace(known_as, **facts))  # type: ignore[arg-type]


def kept(jid: str, alerts: Loudness) -> Step:
    return 0, ev.ChatKept(Safe(jid), Kept(alerts=alerts))


def dress(**facts: object) -> Step:
    return 0, ev.DeviceDressed(replace(Dress(), **facts))  # type: ignore[arg-type]


def linked(state: LinkState, words: str = "") -> ev.LinkChanged:
    return ev.LinkChanged(Link(state, Safe(words)))


def answer() -> ev.MessageArrived:
    quote = Quote(Safe("true_1"), Safe(f"{OWN_NUMBER}@c.us"), Kind.TEXT, Safe("mine"))
    return ev.MessageArrived(replace(message("answer", TEAM, text="hi", at=1, sender=RAVI), quote=quote))


NEWS = message("news", ANA, text="hi", at=900)
SHOP = Safe("shop")
SHOP_TOO: list[Step] = [(0, known("shop"), SHOP), (0, linked(LIVE), SHOP)]
FOUR: list[Step] = [(1, said(f"{number}@c.us")) for number in (46, 47, 48, 49)]
THREE_RANG = "; ".join(f"1 normal message: +{number} | hi [tbsoc]" for number in (46, 47, 48))

RINGS = "1 normal message: Ana | hi [tbsoc]"
GROUP_RINGS = "1 normal message: Team | Ravi: hi [tbsoc]"
CALLS = "1 high mention: Team | Ravi: hi [tbsoc]"

# fmt: off
TABLE = (
    Case("a message, nobody there", said(), RINGS),
    Case("a message, somebody there", said(), "1 normal message: Ana | hi [tbsc]", there=HERE),
    Case("one in a group says who wrote", said(TEAM), GROUP_RINGS),
    Case("one without words says what it is", said(text="", kind=Kind.VOICE),
         "1 normal message: Ana | voice note [tbsoc]"),
    Case("one of several devices says which", [*SHOP_TOO, (1, said())],
         "1 normal message: Ana · work | hi [tbsoc]"),
    Case("a mention", said(TEAM, me=True), CALLS),
    Case("an answer to an own message", answer(), CALLS),
    Case("an own message, from the phone", said(own=True)),
    Case("a notice", said(TEAM, kind=Kind.SYSTEM)),
    Case("somebody's status", said(STATUS)),
    Case("the first list, with unread messages", ev.ChatsListed([chat(ANA, "Ana", at=9, unread=7)])),
    Case("a refill after a gap", refill(NEWS)),
    Case("news where there is no socket", refill(NEWS, news=True), RINGS),
    Case("one that came over the socket after it was caught up", said(again=True)),
    Case("a muted chat", [changed(ANA, muted=True), (1, said())]),
    Case("an archived chat", [changed(ANA, archived=True), (1, said())]),
    Case("a chat set to none, though it calls the person", [kept(TEAM, NONE), (1, said(TEAM, me=True))]),
    Case("a chat set to mentions, none in it", [kept(TEAM, MENTIONS), (1, said(TEAM))]),
    Case("a chat set to mentions, one in it", [kept(TEAM, MENTIONS), (1, said(TEAM, me=True))], CALLS),
    Case("only mentions, but not for this chat", [kept(ANA, ALL), (1, said())], RINGS, MENTIONS_ONLY),
    Case("only mentions, and none set for this chat", said(), "", MENTIONS_ONLY),
    Case("a device set to mentions", [dress(alerts=MENTIONS), (1, said())]),
    Case("a device set to mentions, but not for this chat",
         [kept(ANA, ALL), dress(alerts=MENTIONS), (1, said())], RINGS),
    Case("a device set to none outweighs its chats", [kept(ANA, ALL), dress(alerts=NONE), (1, said())]),
    Case("a device out of sight", [dress(hidden=True), (1, said(TEAM, me=True))]),
    Case("the open chat, focus", said(), there=Presence(OPEN, focused=True, idle=999)),
    Case("the open chat, no focus", said(), RINGS, there=Presence(OPEN, focused=False, idle=0)),
    Case("the open chat, focus unknown, a key just now", said(), there=Presence(OPEN, None, idle=59)),
    Case("the open chat, focus unknown, no key for long", said(), RINGS, there=Presence(OPEN, None, idle=60)),
    Case("quiet hours", said(), "", NIGHT, minute=LATE),
    Case("quiet hours, a mention", said(BOOKS, me=True), "1 high mention: 1-2 | Ravi: hi [t]",
         replace(NIGHT, excepted=frozenset()), minute=LATE),
    Case("quiet hours, an excepted chat", said(BOB), "1 normal message: Bob | hi [tbsoc]", NIGHT, minute=419),
    Case("quiet hours, somebody excepted in a group", said(TEAM), GROUP_RINGS, NIGHT, minute=0),
    Case("quiet hours are over", said(), RINGS, NIGHT, minute=420),
    Case("not to be disturbed, not even by who is excepted", [(1, said(BOB)), (31, said(BOB))],
         "31 normal message: Bob | hi [tbsoc]", NIGHT, hushed=30),
    Case("only the bell is wanted", said(), "1 normal message: Ana | hi [b]", Rules(ways=Way.BELL)),
    Case("only notes outside are wanted, somebody there", said(), "", Rules(ways=Way.OUTSIDE), HERE),
    Case("only notes outside are wanted, somebody there, a mention", said(TEAM, me=True),
         "1 high mention: Team | Ravi: hi [o]", Rules(ways=Way.OUTSIDE), HERE),
    Case("no way is wanted", said(TEAM, me=True), "", Rules(ways=Way.BADGE)),
    Case("again in one chat before 5 s are over", [(1, said()), (5.5, said())], RINGS),
    Case("again in one chat after 5 s", [(1, said()), (6, said())],
         f"{RINGS}; 6 normal message: Ana | hi [tbsoc]"),
    Case("a mention right after its chat rang", [(1, said(TEAM)), (2, said(TEAM, me=True))],
         f"{GROUP_RINGS}; 6 high mention: Team | 1 new message [tbsoc]"),
    Case("that mention is read before it is told",
         [(1, said(TEAM)), (2, said(TEAM, me=True)), (3, ev.ChatRead(Safe(TEAM)))], GROUP_RINGS),
    Case("four chats at once, one again", [*FOUR, (2, said("46@c.us", "more"))],
         f"{THREE_RANG}; 11 normal message: 2 new in 2 chats | +46 and +49 [tbsoc]"),
    Case("a device loses its phone, and gets it back", [(1, known(state=UNLINKED)), (2, known())],
         "1 high device: work needs linking | scan its code with the phone [tbsoc]; "
         "7 low device: work is connected again [t]"),
    Case("a device that is new waits for its phone", [(1, known("shop", UNLINKED), SHOP)]),
    Case("the gateway starts anew and knows nothing for a while",
         [(1, linked(OFFLINE)), (5, known(state=STARTING)), (5, linked(LinkState.UNLINKED)),
          (30, known()), (31, linked(LIVE))]),
    Case("a device lost for a minute, and back", [(1, linked(OFFLINE, "no answer")), (90, linked(LIVE))],
         "61 normal device: No connection to work | no answer [tbsoc]; "
         "95 low device: work is connected again [t]"),
    Case("the key is refused", [(1, linked(WRONG, "check it")), (2, linked(WRONG, "check it"), ev.GATEWAY)],
         "1 high error: The key does not work | check it [tbsoc]"),
)
# fmt: on


def test_there_are_forty_of_them_and_no_two_are_called_the_same() -> None:
    assert len(TABLE) == len({case.name for case in TABLE}) >= 40


@pytest.mark.parametrize("case", TABLE, ids=[case.name for case in TABLE])
def test_it_rings_as_the_table_says(case: Case) -> None:
    session = Session(case.rules, case.there).begin()
    session.minute = case.minute
    session.ringer.hushed_until = START / 1000 + case.hushed
    for tick, event, *device in case.happens if isinstance(case.happens, list) else [(1, case.happens)]:
        session.at(tick, event, device=device[0] if device else WORK)
    session.wait(1000)
    assert "; ".join(session.lines) == case.rings
