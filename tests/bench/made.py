"""Chats and messages to measure with: the same at every size, and every kind of line in them."""

from watui import events as ev
from watui.models import (
    Ack,
    Chat,
    ChatKey,
    Device,
    DeviceState,
    Kind,
    Link,
    LinkState,
    Media,
    Message,
    Older,
    Quote,
    Reaction,
)
from watui.store import Store
from watui.text import Safe, clean

DEVICE = Safe("bench-device")
NOW = 1_790_000_000_000
APART = 20 * 60 * 1000
"""Milliseconds between two messages: a new day every other page."""

TEXTS = (
    "are you coming tonight? we would start at eight, and somebody should bring chairs",
    "yes",
    "I have looked through the papers and there are three things that I do not understand: who signs the"
    " second page, why the sum is another one than in March, and whether *all* of it has to be sent by post",
    "ok 👍",
    "see https://example.org/a/rather/long/path?with=a&query=too for the map",
    "the train is late again, I shall be there at half past",
    "haha 😂😂",
    "first line of a list\n- apples\n- bread\n- something for the cat",
    "_perhaps_ tomorrow, if the weather holds; otherwise we find another day next week",
    "thanks!",
    "could you send me the photo from Sunday, the one in front of the old bridge? Mum would like to have it",
    "on my way",
    "das klingt gut, ich melde mich später noch einmal bei dir wegen der Schlüssel",
)

FIRST = (
    *("Ana", "Ben", "Clara", "Dario", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Karin", "Leo"),
    *("Mira", "Nils", "Olga", "Paul", "Rosa", "Sven", "Tariq", "Uta", "Vera", "Wim", "Yara", "Zoe"),
)
LAST = (
    *("Adler", "Bauer", "Costa", "Demir", "Engel", "Fischer", "Garcia", "Huber", "Ivanov", "Jung", "Kaya"),
    *("Lopez", "Meyer", "Nowak", "Okafor", "Peters", "Rossi", "Silva", "Tanaka", "Urban", "Vogel", "Wagner"),
)


def name(number: int) -> Safe:
    """Name a contact; some share a name, as people do."""
    return Safe(f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}")


def jid(number: int) -> Safe:
    """Name a chat of two."""
    return Safe(f"49151{number:08}@c.us")


def key(number: int) -> ChatKey:
    """Tell the key of a chat."""
    return ChatKey(DEVICE, jid(number))


def message(back: int, chat: int, text: str | None = None) -> Message:
    """Make the message that has `back` newer ones, which looks the same in a chat of any length."""
    own = back % 3 == 1
    made = Message(
        id=Safe(f"{'true' if own else 'false'}_{jid(chat)}_{back + 10**9:032}"),
        chat=jid(chat),
        time=NOW - back * APART,
        own=own,
        kind=Kind.TEXT,
        text=clean(f"{back}: {TEXTS[back % len(TEXTS)]}" if text is None else text),
        sender_name=None if own else name(chat),
        ack=Ack.READ if own else None,
    )
    if back % 11 == 3:
        made.quote = Quote(Safe(f"q{back}"), jid(chat), Kind.TEXT, Safe(TEXTS[(back + 2) % len(TEXTS)][:60]))
    if back % 17 == 4:
        made.reactions = (Reaction(Safe("❤"), jid(chat)),)
    if back % 23 == 6:
        made.kind, made.media = Kind.IMAGE, Media(Safe("image/jpeg"), size=123_456, width=1600, height=1200)
    return made


def history(chat: int, count: int) -> list[Message]:
    """Make the messages of a chat, oldest first."""
    return [message(back, chat) for back in reversed(range(count))]


def store_of(chats: int, sizes: list[int]) -> Store:
    """Fill a store with chats, of which the first ones hold so many messages, as an archive would."""
    store = Store()
    device = Device(DEVICE, DeviceState.READY, name=Safe("work"))
    store.apply(DEVICE, [ev.DeviceChanged(device), ev.LinkChanged(Link(LinkState.LIVE))], 0.0)
    listed = [Chat(key(number), name(number), time=NOW - number * 60_000) for number in range(chats)]
    store.apply(DEVICE, [ev.ChatsListed(listed)], 0.0)
    for number, count in enumerate(sizes):
        store.thread(key(number))  # as one that was opened, or its messages would stay in the archive
        page = ev.HistoryRead(jid(number), history(number, count), Older.NONE, newest=True)
        store.apply(DEVICE, [page], 0.0)
    return store
