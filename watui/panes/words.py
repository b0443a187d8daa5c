"""What messages, times and states are called on screen. Pure: from values to text, no styles."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from watui.formatting import paragraphs
from watui.models import Ack, Call, Card, Kind, Media, Message, Missing, Place, Preview
from watui.text import Safe, one_line

TICKS = {
    Ack.UNKNOWN: "?",
    Ack.FAILED: "!",
    Ack.PENDING: "…",
    Ack.SENT: "✓",
    Ack.DELIVERED: "✓✓",
    Ack.READ: "✔✔",
    Ack.PLAYED: "✔✔",
}
"""How far an own message has come: a shape for each, of which read ones are heavy."""


BAR = "▁▂▃▄▅▆▇█"
"""How loud a voice note is, from silent to as loud as it gets."""

BAR_WIDTH = 32
"""Cells of the line that shows a voice note."""


def clock(time: int) -> str:
    """Tell the time of day of a moment in milliseconds, in the terminal's own time zone."""
    return f"{_local(time):%H:%M}"


def day(time: int) -> date:
    """Tell on which day a moment lies."""
    return _local(time).date()


def day_name(then: date, today: date) -> str:
    """Name a day as people do: Today, Yesterday, the weekday within a week, else the date."""
    ago = (today - then).days
    if ago == 0:
        return "Today"
    if ago == 1:
        return "Yesterday"
    if 1 < ago < 7:
        return f"{then:%A}, {then.day} {then:%B}"
    return f"{then:%A}, {then.day} {then:%B %Y}"


def short_time(time: int, today: date) -> str:
    """Say when a chat was last used, in at most ten cells: time of day, weekday or date."""
    if not time:
        return ""
    then = _local(time)
    ago = today - then.date()
    if ago < timedelta(days=1):
        return f"{then:%H:%M}"
    if ago < timedelta(days=2):
        return "Yesterday"
    if ago < timedelta(days=7):
        return f"{then:%a}"
    return f"{then:%d.%m.%y}"


def length(seconds: int) -> str:
    """Write a duration in seconds as minutes and seconds, with hours before them where it has any."""
    hours, rest = divmod(seconds, 3600)
    if hours:
        return f"{hours}:{rest // 60:02}:{rest % 60:02}"
    return f"{rest // 60}:{rest % 60:02}"


def size(count: int) -> str:
    """Write a number of bytes in the largest unit that leaves a digit before the point."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def label(message: Message) -> str | None:
    """Name what a message carries besides its text, for its own line; `None` where the text says it all."""
    media = message.media or Media()
    match message.kind:
        case Kind.TEXT:
            return None if message.text else "empty message"
        case Kind.REVOKED:
            return "deleted message"
        case Kind.ENCRYPTED if message.view_once:
            return "can be viewed once, on the phone"
        case Kind.ENCRYPTED:
            return "waiting for this message; this may take a while"
        case Kind.VIDEO | Kind.VOICE | Kind.AUDIO if media.seconds is not None:
            return _boxed(f"{length(media.seconds)} {message.kind.value}", media, once=message.view_once)
        case Kind.LOCATION:
            return _located(message.place)
        case Kind.CONTACT:
            count = len(message.cards)
            return f"[{count} contacts]" if count > 1 else "[contact]"
        case Kind.INVITE:
            return _followed(message.kind.value, message.invited_to)
        case Kind.CALL:
            return f"[{_called(message.call)}]"
        case Kind.SYSTEM:
            if message.text:
                return None
            return f"notice ({message.type_name})" if message.type_name else "notice"
        case Kind.MISSING if message.missing is not None:
            return missing(message.time, message.missing)
        case Kind.UNKNOWN:
            return f"unsupported message ({message.type_name or 'of unknown type'})"
    return _boxed(message.kind.value, media, once=message.view_once)


def missing(since: int, hole: Missing) -> str:
    """Say between which times messages are missing, in the terminal's own time zone."""
    begin, end = _local(since), _local(hole.until)
    last = f"{end:%H:%M}" if begin.date() == end.date() else f"{end.day} {end:%b %H:%M}"
    words = "messages missing here" if hole.final else "reading what is missing here"
    return f"{words} ({begin.day} {begin:%b %H:%M} - {last})"


def undelivered(message: Message) -> str:
    """Say why a message was not sent, and which keys do something about it."""
    match message.ack:
        case Ack.UNKNOWN:
            return f"sent? {message.error} · r sends it again, d gives it up"
        case Ack.FAILED:
            return f"{message.error} · r sends it again, d gives it up"
    return message.error


def facts(message: Message) -> list[str]:
    """Say what belongs below the label, a line each: options of a poll, people on cards, a voice's shape."""
    match message.kind:
        case Kind.POLL if message.poll is not None:
            mark = "□" if message.poll.several else "○"
            return [f"{mark} {option}" for option in message.poll.options]
        case Kind.CONTACT:
            return [reached(card) for card in message.cards]
        case Kind.VOICE if message.media is not None and message.media.waveform:
            return [bar(message.media.waveform)]
    return []


def reached(card: Card) -> str:
    """Name somebody on a card, and under which numbers to reach them."""
    numbers = ", ".join(number for number in card.numbers if number != card.name)
    return f"{card.name} · {numbers}" if card.name and numbers else card.name or numbers


def bar(levels: tuple[int, ...]) -> str:
    """Draw levels of 0 to 100 as one line of at most `BAR_WIDTH` cells, each the loudest of its part."""
    count = min(len(levels), BAR_WIDTH)
    parts = (levels[at * len(levels) // count : (at + 1) * len(levels) // count] for at in range(count))
    return "".join(BAR[max(0, min(max(part), 100)) * (len(BAR) - 1) // 100] for part in parts)


def preview(shown: Preview) -> str:
    """Say in a few words what the last message of a chat was; what is no text begins with what it is."""
    match shown.kind:
        case Kind.TEXT:
            return shown.text or "empty message"
        case Kind.REVOKED | Kind.ENCRYPTED:
            return shown.kind.value
        case Kind.CALL:
            return f"[{_called(shown.call)}]"
        case Kind.SYSTEM if shown.text:
            return shown.text
        case Kind.UNKNOWN if shown.type_name:
            return _followed(shown.type_name, shown.text)
        case Kind.UNKNOWN:  # lists name no type; one without a text is most likely a picture or a voice note
            return shown.text or "[media]"
    return _followed(shown.kind.value, shown.text)


class Mentioned(Mapping[str, str]):
    """What those are called whom a text names by the digits of their jid."""

    def __init__(self, names: Mapping[Safe, Safe]) -> None:
        self._names = names

    def __getitem__(self, digits: str) -> str:
        return self._names.get(Safe(f"{digits}@c.us")) or self._names[Safe(f"{digits}@lid")]

    def __iter__(self) -> Iterator[str]:
        return (jid.partition("@")[0] for jid in self._names)

    def __len__(self) -> int:
        return len(self._names)


def flat(text: str, names: Mapping[Safe, Safe]) -> str:
    """Put a text on one line without its formatting, those whom it mentions by name."""
    return " ".join(paragraph.text for paragraph in paragraphs(text, Mentioned(names)))


def quoted(kind: Kind, text: Safe) -> str:
    """Say in one line what a message answers."""
    said = one_line(text.lstrip().partition("\n")[0], limit=200)
    match kind:
        case Kind.REVOKED:
            return "deleted message"
        case Kind.ENCRYPTED:
            return kind.value
        case Kind.TEXT | Kind.UNKNOWN:
            return said or "message"
        case Kind.SYSTEM if said:
            return said
    return _followed(kind.value, said)


def _followed(words: str, text: str | None) -> str:
    return f"[{words}] {text}" if text else f"[{words}]"


def _boxed(words: str, media: Media, *, once: bool) -> str:
    if once:  # it can be looked at on the phone only, so how large it is tells nothing
        return f"[{words}, view once]"
    facts = [words]
    if media.width and media.height:
        facts[0] += f" {media.width}×{media.height}"
    if media.size is not None and not words.endswith(Kind.VOICE):
        facts.append(size(media.size))
    return _followed(" · ".join(facts), media.name)


def _located(place: Place | None) -> str:
    if place is None:
        return "[location]"
    words = "live location" if place.live else "location"
    name = f"{place.name} " if place.name else ""
    return f"[{words}] {name}{place.latitude:.5f}, {place.longitude:.5f}"


def _called(call: Call | None) -> str:
    if call is None:
        return "call"
    words = "video call" if call.video else "voice call"
    if call.missed:
        return f"missed {words}"
    return f"{words} · {length(call.seconds)}" if call.seconds is not None else words


def _local(time: int) -> datetime:
    return datetime.fromtimestamp(time / 1000)  # noqa: DTZ006 - of the terminal, and to be quick, without its name
