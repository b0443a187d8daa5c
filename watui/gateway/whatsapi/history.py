"""How to read older messages from a gateway that sees only a window of each chat.

Pure logic: a walk yields queries, is sent their answers, and returns the stretch that they make.

The gateway takes the newest W = min(3 * limit, 300) messages, oldest first. `after=X` gives the *oldest*
`limit` of those before X in W, `before=X` the oldest `limit` of those behind X; `total` counts all of that
side (contract 2.6, recordings 220-226). So the stretch above X begins at W's far end and is walked towards X.

Where the gateway has to cut, whatsapp-web.js sorts first, by seconds and with a comparator that never says
"equal": messages of one second come out exactly reversed, in every cut page and window that was tried, and in
none that held a chat whole. So each second of a full page or window is turned round; only where it was full
without having been cut, as in a chat of exactly 100, that is wrong. And a cut through a second keeps its
*oldest* messages: what is missing then belongs behind the page's first ones, where a window that is whole
has it. That is why a walk reads on to the end of the second that it set out from. What the window itself
cuts off at its far end is lost.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import groupby

from watui.gateway.base import Page
from watui.models import Message, Older
from watui.text import Safe

PAGE = 100
"""Messages asked for in one query, the most there is; fewer would make the window smaller."""

WINDOW = 300
"""Messages of one chat that can be reached at all."""

TRIES = 3
"""How often to begin anew when so much arrived meanwhile that the window left the walk behind."""


@dataclass(slots=True)
class Query:
    """What to ask; at most one of the two is set. The words are the gateway's, and mean the opposite."""

    before: Safe | None = None
    after: Safe | None = None


@dataclass(slots=True)
class Answer:
    """What came back: the page, oldest first, with `None` for items that made no sense."""

    items: Sequence[Message | None]
    found: bool = True
    """Whether the message asked about is in the window."""
    total: int | None = None
    """How many there are on the side asked about, if the gateway says so."""
    more: bool | None = None
    """What the gateway says of further ones; worth something with `Cap.FULL_HISTORY` only."""


Items = list[Message | None]

Walk = Generator[Query, Answer, Page]


def doubtful(answer: Answer) -> Query | None:
    """Give what to ask about a newest page of which nobody can tell whether it was cut, if it matters.

    One that is just full, and has messages of one second: they are turned round if it was cut.
    """
    times = [item.time for item in answer.items if item is not None]
    first = _first(answer.items)
    if len(answer.items) < PAGE or len(times) == len({*times}) or first is None:
        return None
    return Query(after=first)


def newest(answer: Answer, *, full: bool, whole: bool = False) -> Page:
    """Make the newest page: a full one means that there are older messages (contract 2.6).

    `whole`: it is known that there is nothing before it.
    """
    cut = len(answer.items) >= PAGE and not whole
    more = answer.more if full and answer.more is not None else cut
    turn = cut and not full
    return Page(_sound(answer.items, turn=turn), Older.MORE if more else Older.NONE, keeps_oldest=turn)


def straight(oldest: Safe) -> Walk:
    """Read one page above `oldest` from a gateway whose cursors mean what they say."""
    answer = yield Query(before=oldest)
    if not answer.found:
        return Page([], Older.UNKNOWN)
    return newest(answer, full=True)


def windowed(oldest: Safe) -> Walk:
    """Read everything that can be reached above `oldest`, without a hole, in two to four queries.

    `oldest` itself and the rest of its second come too, so that their order can be told. The page ends with
    `WALL` where something older exists or cannot be excluded, also when `oldest` itself has left the window;
    with `NONE` when its first message is the chat's first.
    """
    for _ in range(TRIES):
        far = yield Query(after=oldest)
        if not far.found:
            break
        above: Items = list(far.items)
        behind: Items | None = None
        size: int | None = None
        joined = _reaches(far, len(above), far.total)
        while not joined:
            cursor = _last(above)
            near = (yield Query(before=cursor)) if cursor else Answer([], found=False)
            if not near.found or not near.items:
                break
            if size is None:
                size = _size(len(above), near)
            gap = _index(near.items, oldest)
            above.extend(near.items[:gap])
            joined = gap is not None or len(above) == far.total
            if gap is not None:
                behind = list(near.items[gap:])
            if len(above) >= WINDOW:
                break
        if not joined:
            continue
        if behind is None:
            behind, counted = yield from _from(oldest, above)
            if behind is None:
                continue
            size = counted if size is None else size
        behind = yield from _one_second(behind)
        whole = size is not None and size < WINDOW
        older = Older.NONE if whole else Older.WALL
        # A window that is just full, of a chat that it holds whole, was not cut and is turned all the same.
        return Page(_sound(above + behind, turn=not whole), older, keeps_oldest=not whole, ordered=whole)
    return Page([], Older.WALL)


def _from(oldest: Safe, above: Items) -> Generator[Query, Answer, tuple[Items | None, int | None]]:
    """Read on from `oldest`, itself included, and count the window; no items if it is not where it was.

    A message comes only with the neighbour that was asked about: the one above it, or else the next one.
    """
    cursor = _last(above)
    if cursor is not None:
        near = yield Query(before=cursor)
        gap = _index(near.items, oldest)
        return (None if gap is None else list(near.items[gap:])), _size(len(above), near)
    behind = yield Query(before=oldest)
    if not behind.found:
        return None, None
    size = _size(len(above) + 1, behind)
    following = _first(behind.items)
    if following is None:
        return [], size
    first = yield Query(after=following)
    gap = _index(first.items, oldest)
    return (None if gap is None else [*first.items[gap:], *behind.items]), size


def _one_second(behind: Items) -> Generator[Query, Answer, Items]:
    """Cut what follows the first message's second off, or read on to its end."""
    items = list(behind)
    for _ in range(WINDOW // PAGE):
        together = [item for item in items if item is None or item.time == _time(items)]
        cursor = _last(items)
        if len(together) < len(items) or cursor is None:
            break
        more = yield Query(before=cursor)
        if not more.items:
            break
        items.extend(more.items)
    return [item for item in items if item is not None and item.time == _time(items)]


def _reaches(far: Answer, count: int, total: int | None) -> bool:
    """Whether the far page goes all the way to the message asked about."""
    return count < PAGE if total is None else count >= total


def _size(passed: int, near: Answer) -> int | None:
    """Count the window: what lies up to and with the cursor, and what lies behind it.

    When messages arrived meanwhile, the sum is too large rather than too small; never the other way round.
    """
    if near.total is not None:
        return passed + near.total
    return passed + len(near.items) if len(near.items) < PAGE else None


def _index(items: Sequence[Message | None], message_id: Safe) -> int | None:
    return next((i for i, item in enumerate(items) if item is not None and item.id == message_id), None)


def _first(items: Sequence[Message | None]) -> Safe | None:
    return next((item.id for item in items if item is not None), None)


def _last(items: Sequence[Message | None]) -> Safe | None:
    return _first(items[::-1])


def _time(items: Sequence[Message | None]) -> int | None:
    return next((item.time for item in items if item is not None), None)


def _sound(items: Sequence[Message | None], *, turn: bool) -> list[Message]:
    """Leave out what made no sense; with `turn`, turn round what is of one second."""
    sound = [item for item in items if item is not None]
    if turn:
        sound = [m for _, group in groupby(sound, key=lambda m: m.time) for m in [*group][::-1]]
    return sound
