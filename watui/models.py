"""What watui knows: devices, chats, messages and people, told apart from how any gateway spells them.

Everything here is plain data. Text that came from somebody else is `Safe`; times are milliseconds since
1970; ids are the gateway's own, checked for their alphabet where they entered. Values are shared between
the network thread and the screen, so they are never changed in place: `dataclasses.replace` makes the next.
"""

from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import NamedTuple

from watui.text import Safe, one_line


class ChatKey(NamedTuple):
    """Which chat of which device: the name under which everything about a chat is filed."""

    device: Safe
    jid: Safe


def number_of(jid: Safe) -> Safe:
    """Name somebody of whom nothing but the jid is known: by the phone number where it holds one."""
    user, _, server = jid.partition("@")
    return Safe(f"+{user}") if server == "c.us" and user.isdigit() else Safe(user or jid)


class DeviceState(StrEnum):
    """Whether a device can be used, as the gateway's own status call tells it (contract 2.2)."""

    STARTING = "starting"
    UNLINKED = "unlinked"
    """It waits for its code to be scanned by a phone."""
    READY = "ready"
    DISCONNECTED = "disconnected"
    FAILED = "failed"
    GONE = "gone"
    """The gateway does not know it (any more)."""


class Loudness(StrEnum):
    """What of a chat, of a device or of everything may call for attention."""

    ALL = "all"
    MENTIONS = "mentions"
    """What names the device's own number or answers it, and nothing else."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Dress:
    """What the person set for a device and no gateway keeps, so that only this watui knows it."""

    alias: Safe = Safe("")
    """What to call it; empty for the name that its account has."""
    colour: int | None = None
    """Which of the colours of names it has."""
    place: int | None = None
    """Where it stands among the devices; those without one come last, by their names."""
    hidden: bool = False
    """Whether it is out of sight: its chats are neither listed nor counted, and do not ring."""
    alerts: Loudness | None = None


PLAIN = Dress()
"""How a device is for which nothing was set."""


@dataclass(slots=True)
class Device:
    """A linked WhatsApp session at the gateway."""

    id: Safe
    state: DeviceState
    name: Safe | None = None
    number: Safe | None = None
    qr: str | None = field(default=None, repr=False)
    """The pairing string to draw while unlinked; a secret, so never shown or logged as text."""
    qr_picture: bytes | None = field(default=None, repr=False)
    """A picture of the code, where the gateway gives no string; foreign and undecoded, and as secret."""
    seen: int | None = field(default=None, compare=False)
    """When the gateway had to do with it last, in ms since 1970."""
    why: Safe = Safe("")
    """What WhatsApp called the reason why it disconnected the device, in words."""
    dress: Dress = PLAIN

    @property
    def label(self) -> Safe:
        """What to call it: its alias, else the account's name, else its number, else the id's beginning."""
        return self.dress.alias or self.name or self.number or Safe(self.id[:12])


@dataclass(frozen=True, slots=True)
class Health:
    """How the gateway thinks a device is doing (contract 2.18)."""

    word: Safe
    """Its word for it: healthy, warning, critical."""
    score: int | None
    """The same from 0 to 100."""
    warnings: tuple[Safe, ...]
    queued: int | None
    """Messages in the gateway's own queue, over all devices; `None` if it does not say."""
    took: float = 0.0
    """Seconds that the gateway took to say so, there and back."""


@dataclass(frozen=True, slots=True)
class Stats:
    """What the gateway itself counts of a device, as far as it does not invent it (contract 2.16)."""

    chats: int | None = None
    groups: int | None = None
    unread_chats: int | None = None
    unread: int | None = None
    oldest_unread_days: int | None = None


class LinkState(StrEnum):
    """How watui stands with one device right now; exactly one holds at any time."""

    CONNECTING = "connecting"
    CATCHING_UP = "catching up"
    LIVE = "live"
    POLLING = "polling"
    """No socket, by choice or by force: the gateway is asked every few seconds."""
    OFFLINE = "offline"
    WRONG_KEY = "wrong key"
    UNLINKED = "not linked"
    """The gateway answers, but no phone is linked to this device."""


@dataclass(slots=True)
class Link:
    """The state of the connection to one device, with words for the person."""

    state: LinkState
    words: Safe = Safe("")
    """What happened and what to do; empty when there is nothing to say."""
    retry_at: float | None = None
    """When the next try is due, on the monotonic clock in seconds."""


class Ack(IntEnum):
    """How far an own message has come (contract 2.5); `UNKNOWN` and `FAILED` are watui's own findings too."""

    UNKNOWN = -2
    """It may or may not have been sent; only the history can tell."""
    FAILED = -1
    PENDING = 0
    SENT = 1
    DELIVERED = 2
    READ = 3
    PLAYED = 4


class Kind(StrEnum):
    """What a message is, in the order in which people meet them."""

    TEXT = "text"
    IMAGE = "photo"
    VIDEO = "video"
    GIF = "gif"
    VOICE = "voice note"
    AUDIO = "audio"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    POLL = "poll"
    INVITE = "group invitation"
    CALL = "call"
    REVOKED = "deleted"
    ENCRYPTED = "waiting for this message"
    SYSTEM = "notice"
    UNKNOWN = "unsupported message"
    MISSING = "missing messages"
    """No message but a hole among them, as far as it is known."""


IMPERSONAL = (Kind.SYSTEM, Kind.MISSING)
"""What nobody said."""


@dataclass(slots=True)
class Media:
    """What is known of a file before it is fetched; bytes, pixels and seconds, all of them optional."""

    mimetype: Safe | None = None
    name: Safe | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    seconds: int | None = None
    waveform: tuple[int, ...] = ()
    """How loud a voice note is along its length, 0 to 100, where WhatsApp tells it."""


@dataclass(slots=True)
class Card:
    """A contact card: a name, and the numbers on it as they are written there."""

    name: Safe
    numbers: tuple[Safe, ...] = ()


@dataclass(slots=True)
class Poll:
    """What can be voted for; the question is the message's text, and no gateway tells the votes."""

    options: tuple[Safe, ...] = ()
    several: bool = False
    """Whether one person may choose more than one."""


@dataclass(slots=True)
class Call:
    """A call that was made or missed."""

    video: bool = False
    missed: bool = False
    seconds: int | None = None


@dataclass(slots=True)
class Place:
    """Where a location message points, in degrees."""

    latitude: float
    longitude: float
    name: Safe | None = None
    live: bool = False
    """Whether it moves with whoever shares it."""


@dataclass(slots=True)
class Missing:
    """A hole in a thread, which begins at the time of the message that stands for it."""

    until: int
    """The time of the next message that is known."""
    final: bool
    """Whether the gateway cannot give what is missing; else it is being read, or will be."""


@dataclass(slots=True)
class Quote:
    """The message that another one answers, as far as the gateway repeats it."""

    id: Safe | None
    sender: Safe | None
    kind: Kind
    text: Safe


@dataclass(slots=True)
class Reaction:
    """One emoji under a message; `sender` is not known for reactions read from a list (contract 2.6)."""

    emoji: Safe
    sender: Safe | None = None
    own: bool = False


@dataclass(slots=True)
class Message:
    """One message of one chat."""

    id: Safe
    chat: Safe
    time: int
    own: bool
    kind: Kind
    text: Safe = Safe("")
    """The body or the caption; never the base64 thumbnail that gateways put there."""
    sender: Safe | None = None
    """Who wrote it in a group, as a jid; `None` in a chat of two."""
    sender_name: Safe | None = None
    """The push name that came with it."""
    ack: Ack | None = None
    """`None` where the gateway did not say; an own message is then shown as sent."""
    quote: Quote | None = None
    reactions: tuple[Reaction, ...] = ()
    media: Media | None = None
    place: Place | None = None
    cards: tuple[Card, ...] = ()
    poll: Poll | None = None
    call: Call | None = None
    missing: Missing | None = None
    invited_to: Safe | None = None
    """The name of the group that an invitation is for."""
    mentions: tuple[Safe, ...] = ()
    """The jids of those whom the text names as `@` and their number."""
    type_name: Safe | None = None
    """The gateway's own word for a type that watui does not know, or for what a notice is about."""
    forwarded: bool = False
    starred: bool = False
    starred_here: bool = False
    """Whether only this watui has the star, since the gateway knows none."""
    edited: bool = False
    view_once: bool = False
    disappearing: bool = False
    """Whether it goes away by itself after a time."""
    error: Safe = Safe("")
    """Why sending failed or could not be confirmed, in words."""

    @property
    def incoming(self) -> bool:
        """Whether somebody else wrote it: what may ring, and counts as unread. Notices do not."""
        return not self.own and self.kind not in IMPERSONAL

    @property
    def local(self) -> bool:
        """Whether it is on its way out and has no id of the gateway's yet."""
        return self.id.startswith(LOCAL_PREFIX)


LOCAL_PREFIX = "watui:"
"""How ids begin that watui gave: no gateway id holds a colon before the first `@`."""


def merged(old: Message, new: Message) -> Message:
    """Bring two copies of one message together so that the poorer one erases nothing.

    Socket events know sender names and file sizes that lists do not; lists know reactions and what became
    of a message. A deletion wins over everything, an ack never goes back.
    """
    if Kind.REVOKED in (old.kind, new.kind):
        gone = new if new.kind is Kind.REVOKED else old
        return replace(
            gone,
            time=old.time,
            sender=old.sender or new.sender,
            sender_name=old.sender_name or new.sender_name,
        )
    if new.kind is Kind.ENCRYPTED and old.kind is not Kind.ENCRYPTED:
        new, old = old, new
    return replace(
        new,
        # Lists do not tell that a video is played like a picture (contract 2.6).
        kind=old.kind if (old.kind, new.kind) == (Kind.GIF, Kind.VIDEO) else new.kind,
        ack=_further(old.ack, new.ack),
        sender=new.sender or old.sender,
        sender_name=new.sender_name or old.sender_name,
        quote=new.quote or old.quote,
        reactions=new.reactions or old.reactions,
        media=_merged_media(old.media, new.media),
        place=_merged_place(old.place, new.place),
        cards=new.cards or old.cards,
        poll=new.poll or old.poll,
        call=new.call or old.call,
        invited_to=new.invited_to or old.invited_to,
        mentions=new.mentions or old.mentions,
        view_once=new.view_once or old.view_once,
        disappearing=new.disappearing or old.disappearing,
        forwarded=new.forwarded or old.forwarded,
        starred_here=new.starred_here or old.starred_here,
        edited=new.edited or old.edited,
        error=Safe(""),
    )


def _further(old: Ack | None, new: Ack | None) -> Ack | None:
    if old is None or new is None:
        return new if old is None else old
    return max(old, new)


def _merged_media(old: Media | None, new: Media | None) -> Media | None:
    if old is None or new is None:
        return new or old
    return Media(
        mimetype=old.mimetype if old.size is not None and new.size is None else new.mimetype or old.mimetype,
        name=new.name or old.name,
        size=new.size if new.size is not None else old.size,
        width=new.width or old.width,
        height=new.height or old.height,
        seconds=new.seconds if new.seconds is not None else old.seconds,
        waveform=new.waveform or old.waveform,
    )


def _merged_place(old: Place | None, new: Place | None) -> Place | None:
    if old is None or new is None:
        return new or old
    return replace(new, name=new.name or old.name, live=new.live or old.live)


@dataclass(slots=True)
class Preview:
    """The last message of a chat as its row in the list tells it."""

    kind: Kind
    text: Safe
    own: bool
    id: Safe | None = None
    sender: Safe | None = None
    ack: Ack | None = None
    call: Call | None = None
    type_name: Safe | None = None
    """As a message has it."""


PREVIEW_LIMIT = 160
"""Characters of a message kept for its chat's row."""


def preview_of(message: Message) -> Preview:
    """Reduce a message to what its chat's row tells of it."""
    text: str = message.text[: PREVIEW_LIMIT * 2] or ", ".join(card.name for card in message.cards)
    if not text and message.place is not None:
        text = message.place.name or ""
    if not text and message.media is not None:
        text = message.media.name or ""
    return Preview(
        message.kind,
        one_line(text or message.invited_to or "", limit=PREVIEW_LIMIT),
        message.own,
        message.id,
        message.sender,
        message.ack,
        message.call,
        message.type_name,
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What the person set for a chat and no gateway can pass on, so that only this watui knows it.

    `None` leaves it as WhatsApp has it.
    """

    pinned: bool | None = None
    muted_until: int | None = None
    """In ms since 1970; 0 for not muted."""
    unread: bool = False
    alerts: Loudness | None = None

    @property
    def muted(self) -> bool | None:
        """Whether it is muted, as long as nobody says that the time is over."""
        return None if self.muted_until is None else self.muted_until > 0


EVER = 2**53
"""A time that does not come."""


@dataclass(slots=True)
class Chat:
    """One conversation of one device."""

    key: ChatKey
    name: Safe
    time: int = 0
    """When its last message was sent; 0 for a chat without any."""
    group: bool = False
    unread: int = 0
    preview: Preview | None = None
    pinned: bool = False
    muted: bool = False
    archived: bool = False
    mentioned: bool = False
    """Whether one of its unread messages names this device's own number."""
    kept: Kept | None = None
    """What of it only this watui knows; `pinned` and `muted` have taken it in."""

    @property
    def waiting(self) -> bool:
        """Whether something in it is unread, or it was marked so."""
        return self.unread > 0 or (self.kept is not None and self.kept.unread)


@dataclass(slots=True)
class Contact:
    """Somebody a device knows: `name` is from the phone's address book, `push_name` what they chose."""

    jid: Safe
    name: Safe | None = None
    push_name: Safe | None = None
    number: Safe | None = None
    business: bool = False
    """Whether it is known to be a company's; false too where nobody said."""


@dataclass(slots=True)
class Member:
    """Somebody who is in a group."""

    jid: Safe
    admin: bool = False
    founder: bool = False
    """Whether nobody can take that away: WhatsApp calls it super admin."""


class Older(StrEnum):
    """Whether a thread goes on above its first known message."""

    MORE = "more"
    NONE = "none"
    WALL = "wall"
    """There is more, but this gateway cannot reach it (contract 2.6)."""
    UNKNOWN = "unknown"
