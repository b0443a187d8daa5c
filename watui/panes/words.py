"""What messages, times and states are called on screen. Pure: from values to text, no styles."""

from datetime import date, datetime, timedelta

from watui.models import Ack, Kind, Media, Message, Preview
from watui.text import Safe, one_line

TICKS = {
    Ack.UNKNOWN: "?",
    Ack.FAILED: "!",
    Ack.PENDING: "…",
    Ack.SENT: "✓",
    Ack.DELIVERED: "✓✓",
    Ack.READ: "✓✓",
    Ack.PLAYED: "✓✓",
}
"""How far an own message has come; read ones differ from delivered ones by weight and underline too."""


FIXED: dict[Kind, str | None] = {
    Kind.TEXT: None,
    Kind.POLL: "[poll]",
    Kind.INVITE: "[group invitation]",
    Kind.CALL: "[call]",
    Kind.REVOKED: "deleted message",
    Kind.ENCRYPTED: "waiting for this message; this may take a while",
}
"""What is said of kinds of message whose own facts are their text, or of which nothing more is known."""


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
    """Write a duration as minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


def size(count: int) -> str:
    """Write a number of bytes in the largest unit that leaves a digit before the point."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def label(message: Message) -> str | None:
    """Name what a message carries besides its text, for its own line; `None` for plain text."""
    if message.kind in FIXED:
        return FIXED[message.kind]
    media = message.media or Media()
    match message.kind:
        case Kind.VIDEO | Kind.VOICE | Kind.AUDIO if media.seconds is not None:
            return _boxed(f"{length(media.seconds)} {message.kind.value}", media)
        case Kind.LOCATION:
            place = message.place
            if place is None:
                return "[location]"
            name = f"{place.name} " if place.name else ""
            return f"[location] {name}{place.latitude:.5f}, {place.longitude:.5f}"
        case Kind.CONTACT:
            names = ", ".join(card.name for card in message.cards)
            return f"[contact] {names}" if names else "[contact]"
        case Kind.SYSTEM:
            return f"notice ({message.type_name})" if message.type_name else "notice"
        case Kind.UNKNOWN:
            return f"unsupported message ({message.type_name or 'of unknown type'})"
    return _boxed(message.kind.value, media)


def preview(shown: Preview) -> str:
    """Say in a few words what the last message of a chat was."""
    match shown.kind:
        case Kind.TEXT:
            return shown.text
        case Kind.REVOKED | Kind.ENCRYPTED:
            return shown.kind.value
        case Kind.UNKNOWN:  # lists name no type; one without a text is most likely a picture or a voice note
            return shown.text or "[media]"
    return f"[{shown.kind.value}] {shown.text}" if shown.text else f"[{shown.kind.value}]"


def quoted(kind: Kind, text: Safe) -> str:
    """Say in one line what a message answers."""
    if text:
        return one_line(text.partition("\n")[0], limit=200)
    return kind.value


def _boxed(words: str, media: Media) -> str:
    facts = [words]
    if media.width and media.height:
        facts[0] += f" {media.width}×{media.height}"
    if media.size is not None:
        facts.append(size(media.size))
    box = f"[{' · '.join(facts)}]"
    return f"{box} {media.name}" if media.name else box


def _local(time: int) -> datetime:
    return datetime.fromtimestamp(time / 1000).astimezone()
