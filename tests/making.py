"""Short ways to make models, so that a test says only what it is about."""

from watui.models import Ack, Chat, ChatKey, Device, DeviceState, Kind, Link, LinkState, Message
from watui.text import Safe, clean

WORK = Safe("work-device")
ANA = Safe("4915111111111@c.us")
BOB = Safe("4915122222222@c.us")
CLARA = Safe("4915133333333@c.us")
TEAM = Safe("120363000000000001@g.us")
START = 1_790_000_000_000


def message(
    name: str = "m1",
    chat: str = ANA,
    *,
    text: str = "hello",
    at: int = 0,
    own: bool = False,
    sender: str | None = None,
    ack: Ack | None = None,
    kind: Kind = Kind.TEXT,
    mentions: tuple[str, ...] = (),
) -> Message:
    """Make a message `at` seconds after the start of the tests' time."""
    return Message(
        Safe(name),
        Safe(chat),
        START + at * 1000,
        own,
        kind,
        clean(text),
        sender=Safe(sender) if sender else None,
        ack=ack,
        mentions=tuple(map(Safe, mentions)),
    )


def chat(jid: str = ANA, name: str = "Ana", *, at: int = 0, unread: int = 0, pinned: bool = False) -> Chat:
    """Make a chat last used `at` seconds after the start of the tests' time."""
    return Chat(
        ChatKey(WORK, Safe(jid)),
        Safe(name),
        time=START + at * 1000,
        group=jid.endswith("@g.us"),
        unread=unread,
        pinned=pinned,
    )


def device(name: str = "work", state: DeviceState = DeviceState.READY) -> Device:
    """Make a device."""
    return Device(WORK, state, name=Safe(name))


def link(state: LinkState = LinkState.LIVE, words: str = "") -> Link:
    """Make a link."""
    return Link(state, Safe(words))
