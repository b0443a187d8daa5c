"""From what is typed into a search to what is looked for, and back to where that stands in a line. Pure.

Words mean what SQLite's full-text index takes for words; nothing that is typed can be taken for its syntax.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from watui.models import ChatKey, Kind, Message
from watui.text import clean, fold

__all__ = ["HAS", "OPERATORS", "Hit", "Query", "Spot", "Word", "marked", "named", "parse"]

Key = TypeVar("Key")

LONGEST = 1_000
"""Characters of a search that count."""

MARK_LIMIT = 200
"""Places marked in one text."""

OPERATORS = ("from", "in", "has", "before", "after")
"""What can stand before a colon and then means something."""

_MEDIA = (Kind.IMAGE, Kind.VIDEO, Kind.GIF, Kind.VOICE, Kind.AUDIO, Kind.DOCUMENT, Kind.STICKER)

HAS: Mapping[str, tuple[Kind, ...]] = {
    "media": _MEDIA,
    "photo": (Kind.IMAGE,),
    "picture": (Kind.IMAGE,),
    "image": (Kind.IMAGE,),
    "video": (Kind.VIDEO, Kind.GIF),
    "gif": (Kind.GIF,),
    "voice": (Kind.VOICE,),
    "audio": (Kind.AUDIO, Kind.VOICE),
    "document": (Kind.DOCUMENT,),
    "file": (Kind.DOCUMENT,),
    "sticker": (Kind.STICKER,),
    "location": (Kind.LOCATION,),
    "place": (Kind.LOCATION,),
    "contact": (Kind.CONTACT,),
    "poll": (Kind.POLL,),
    "call": (Kind.CALL,),
    "link": (),
    "star": (),
}
"""What a message can have, one or several of it, and the kinds that have it; a link is in the text."""

ME = ("me", "myself", "you")
"""What those call themselves whose messages are their own."""

LINK = '("http" OR "https" OR "www")'
"""What the index finds where there is a link."""

_PIECE = re.compile(
    r'(?P<operator>from|in|has|before|after):(?:"(?P<long>[^"]*)"?|(?P<short>[^\s"]*))'
    r'|"(?P<phrase>[^"]*)(?P<closed>"?)'
    r'|(?P<word>[^\s"]+)',
    re.IGNORECASE,
)

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))

_YEAR_FIRST = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})", re.ASCII)
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)

# Scripts that put no blank between words, so that the index takes a whole sentence for one: Thai to Tibetan,
# Myanmar, Khmer, Kana, Han.
_UNDIVIDED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)

_TOKENS = re.compile(r"[^\W_]+")


class Spot(NamedTuple):
    """Where a message stands among all that are filed: its time, its place among those of that time."""

    time: int
    place: int
    n: int


class Hit(NamedTuple):
    """A message that was found."""

    key: ChatKey
    message: Message
    spot: Spot


@dataclass(frozen=True, slots=True)
class Word:
    """A word that must be in a message, or a phrase of several."""

    text: str
    open: bool = False
    """Whether it may go on, being the last one typed."""

    @property
    def indexed(self) -> bool:
        """Whether the index knows it; signs, emoji and scripts without blanks have to be looked for."""
        return _UNDIVIDED.search(self.text) is None and any(map(_is_letter, self.text))

    @property
    def match(self) -> str:
        """Ask the index for it; for ß as for ss, which the index takes for different letters."""
        spellings = [self.text]
        lowered = self.text.lower()
        if "ß" in lowered:
            spellings.append(lowered.replace("ß", "ss"))
        elif "ss" in lowered:
            spellings.append(lowered.replace("ss", "ß"))
        asked = [f"{_quoted(spelling)}{'*' if self.open else ''}" for spelling in spellings]
        return asked[0] if len(asked) == 1 else f"({' OR '.join(asked)})"

    @property
    def pattern(self) -> str:
        """Give the pattern of it in a folded text."""
        tokens = _TOKENS.findall(fold(self.text)) if self.indexed else []
        if not tokens:
            return re.escape(fold(_plain(self.text)))
        between = r"[\W_]+".join(map(re.escape, tokens))
        return rf"(?<![^\W_]){between}" + ("" if self.open else r"(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: all of it must hold for a message."""

    words: tuple[Word, ...] = ()
    senders: tuple[str, ...] = ()
    """Names, one of which is the sender's."""
    own: bool = False
    """Whether one's own messages are meant, besides those of the senders."""
    chats: tuple[str, ...] = ()
    """Names, one of which is the chat's."""
    kinds: frozenset[Kind] = frozenset()
    """What the message may be; anything if none is named."""
    link: bool = False
    star: bool = False
    since: int | None = None
    """The first moment that counts, in milliseconds."""
    until: int | None = None
    """The first moment that does not count any more."""
    unclear: tuple[str, ...] = ()
    """What was typed behind an operator and means nothing, or nothing yet."""

    @property
    def asks(self) -> bool:
        """Whether anything is looked for."""
        return replace(self, unclear=()) != _NOTHING

    @property
    def match(self) -> str:
        """Ask the index; empty if there is nothing that it knows."""
        asked = [word.match for word in self.words if word.indexed]
        if self.link:
            asked.append(LINK)
        return " AND ".join(asked)

    @property
    def literal(self) -> list[str]:
        """Give what the index does not know, and has to be looked for in every message.

        Among words, signs only divide them.
        """
        signs = any(word.indexed for word in self.words)
        texts = (_plain(word.text) for word in self.words if not word.indexed)
        return [text for text in texts if text and not (signs and all(map(_is_sign, text)))]

    @property
    def vague(self) -> bool:
        """Whether it begins so many words that to collect them takes the index longer than to look."""
        return any(word.open and word.indexed and len(fold(word.text)) < 3 for word in self.words)


_NOTHING = Query()


def parse(text: str, today: date) -> Query:
    """Read what was typed, of which anything means something; names are for the caller to resolve."""
    typed = clean(text, limit=LONGEST).translate(_QUOTES)
    query = Query()
    words: list[Word] = []
    for piece in _PIECE.finditer(typed):
        operator = (piece["operator"] or "").lower()
        if operator:
            value = (piece["long"] if piece["long"] is not None else piece["short"]).strip()
            if value:
                query = _operate(query, operator, value, today)
        elif piece["phrase"] is None:
            words.append(Word(piece["word"], open=True))
        elif piece["phrase"].strip():
            words.append(Word(piece["phrase"].strip(), open=not piece["closed"]))
    # What is not the last one was typed to its end, and so was a phrase that was closed.
    words = [
        word if place == len(words) - 1 else replace(word, open=False) for place, word in enumerate(words)
    ]
    return replace(query, words=tuple(words))


def _operate(query: Query, operator: str, value: str, today: date) -> Query:
    folded = fold(value)
    if operator == "from":
        if folded in ME:
            return replace(query, own=True)
        return replace(query, senders=(*query.senders, value))
    if operator == "in":
        return replace(query, chats=(*query.chats, value))
    if operator == "has":
        thing = folded if folded in HAS else folded.removesuffix("s")
        if thing == "link":
            return replace(query, link=True)
        if thing == "star":
            return replace(query, star=True)
        if thing in HAS:
            return replace(query, kinds=query.kinds.union(HAS[thing]))
    elif (moment := _moment(folded, today)) is not None:
        if operator == "before":
            return replace(query, until=moment if query.until is None else min(moment, query.until))
        return replace(query, since=moment if query.since is None else max(moment, query.since))
    return replace(query, unclear=(*query.unclear, f"{operator}:{value}"))


def _moment(value: str, today: date) -> int | None:
    """Tell when a day begins, in milliseconds and in the terminal's own time zone."""
    try:
        day = _day(value, today)
        if day is None or not 1970 < day.year < 9000:
            return None
        return int(datetime(day.year, day.month, day.day).astimezone().timestamp()) * 1000
    except (ValueError, OverflowError, OSError):  # there is no such day
        return None


def _day(value: str, today: date) -> date | None:
    """Read a day: a year and what follows it, or a day, a month and a year that can be nothing else."""
    if value == "today":
        return today
    if value == "yesterday":
        return today - timedelta(days=1)
    if found := _YEAR_FIRST.fullmatch(value):
        year, month, day = (int(each or 1) for each in found.groups())
        return date(year, month, day)
    if found := _DAY_FIRST.fullmatch(value):
        day, month, year = (int(each) for each in found.groups())
        return date(year if year > 99 else 2000 + year, month, day)
    if found := _SLASHES.fullmatch(value):
        first, second, year = (int(each) for each in found.groups())
        if first == second or max(first, second) > 12:
            return date(year, min(first, second), max(first, second))
    return None


def named(wanted: Iterable[str], names: Mapping[Key, str]) -> frozenset[Key]:
    """Find whom or what names mean: what has their words at the beginning of words, else anywhere.

    A number finds those whose key holds it, if that is a jid.
    """
    found: set[Key] = set()
    folded = {key: fold(name) for key, name in names.items()}
    for each in wanted:
        words = fold(each).split()
        starts = [re.compile(rf"(?<!\w){re.escape(word)}") for word in words]
        hits = {key for key, name in folded.items() if all(start.search(name) for start in starts)}
        if not hits:
            hits = {key for key, name in folded.items() if all(word in name for word in words)}
        digits = "".join(filter(str.isdecimal, each))
        if not hits and len(digits) > 3 and not any(map(str.isalpha, each)):
            hits = {key for key in names if digits in _jid(key).partition("@")[0]}
        found |= hits
    return frozenset(found)


def marked(text: str, query: Query) -> list[tuple[int, int]]:
    """Where what is looked for stands in a text, as ranges of its own characters, from left to right."""
    patterns = [word.pattern for word in query.words]
    if query.link:
        patterns.append(r"(?<![^\W_])(?:https?://|www\.)\S*")
    if not text or not patterns:
        return []
    if text.isascii():
        folded, owners = text.casefold(), None
    else:
        parts = [fold(char) for char in text]
        folded = "".join(parts)
        owners = [number for number, part in enumerate(parts) for _ in part]
    places: list[tuple[int, int]] = []
    for pattern in patterns:
        for found in re.finditer(pattern, folded):
            start, end = found.span()
            if start == end or len(places) == MARK_LIMIT:
                break
            if owners is not None:
                start, end = owners[start], owners[end - 1] + 1
                while end < len(text) and not fold(text[end]):  # accents belong to the letter before them
                    end += 1
            places.append((start, end))
    return _joined(places)


def _joined(places: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _quoted(text: str) -> str:
    """Write a text as a string of the index's query language, in which nothing but its end has a meaning."""
    return '"' + text.replace('"', '""') + '"'


def _plain(text: str) -> str:
    """Leave away what makes an emoji of a sign, since not every phone writes it."""
    return text.replace("\ufe0f", "").replace("\ufe0e", "")


def _is_letter(char: str) -> bool:
    """Whether the index takes a character for one of a word."""
    category = unicodedata.category(char)
    return category[0] in "LN" or category == "Co"


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] == "P" or char in "+-=<>|~^$`"


def _jid(key: object) -> str:
    return key.jid if isinstance(key, ChatKey) else str(key)
