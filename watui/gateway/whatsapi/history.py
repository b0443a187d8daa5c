"""How to read older messages from a gateway that sees only a window of each chat.

Pure logic: a walk yields queries, is sent their answers, and returns the stretch that they make.

The gateway takes the newest W = min(3 * limit, 300) messages, oldest first. `after=X` gives the *oldest*
`limit` of those before X in W, `before=X` the oldest `limit` of those behind X; `total` counts all of that
side (contract 2.6, recordings 220-226). So the stretch above X begins at W's far end and is walked towards X.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

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


Walk = Generator[Query, Answer, Page]


def newest(answer: Answer, *, full: bool) -> Page:
    """Make the newest page: a full one means that there are older messages (contract 2.6)."""
    more = len(answer.items) >= PAGE
    if full and answer.more is not None:
        more = answer.more
    return Page(_sound(answer.items), Older.MORE if more else Older.NONE)


def straight(oldest: Safe) -> Walk:
    """Read one page above `oldest` from a gateway whose cursors mean what they say."""
    answer = yield Query(before=oldest)
    if not answer.found:
        return Page([], Older.UNKNOWN)
    return newest(answer, full=True)


def windowed(oldest: Safe) -> Walk:
    """Read everything that can be reached above `oldest`, without a hole, in two to four queries.

    The page ends with `WALL` where something older exists or cannot be excluded, also when `oldest` itself
    has left the window; with `NONE` when its first message is the chat's first.
    """
    for _ in range(TRIES):
        far = yield Query(after=oldest)
        if not far.found:
            break
        above: list[Message | None] = list(far.items)
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
            above.extend(near.items if gap is None else near.items[:gap])
            joined = gap is not None or len(above) == far.total
            if len(above) >= WINDOW:
                break
        if not joined:
            continue
        if size is None:
            behind = yield Query(before=oldest)
            if behind.found:
                size = _size(len(above) + 1, behind)
        return Page(_sound(above), Older.NONE if size is not None and size < WINDOW else Older.WALL)
    return Page([], Older.WALL)


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


def _last(items: Sequence[Message | None]) -> Safe | None:
    return next((item.id for item in reversed(items) if item is not None), None)


def _sound(items: Sequence[Message | None]) -> list[Message]:
    return [item for item in items if item is not None]
