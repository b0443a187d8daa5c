"""What is sent: a text, and what goes with it. Plain values, gateway-neutral."""

import json
from collections.abc import Callable
from typing import NamedTuple

from watui.models import Ack, Card, Kind, Media, Message, Place, Quote
from watui.text import Safe, clean, one_line

KINDS = {"image": Kind.IMAGE, "video": Kind.VIDEO, "audio": Kind.AUDIO}
"""What a file becomes in WhatsApp, by the first half of its type; anything else is a document."""


class File(NamedTuple):
    """A file that is sent, whole: it may be gone from the disk when its turn comes."""

    name: str
    mimetype: str
    data: bytes

    def __repr__(self) -> str:
        """Tell of it without its bytes."""
        return f"File({self.name!r}, {self.mimetype!r}, {len(self.data)} bytes)"


class Body(NamedTuple):
    """A message before it is one; of a file, a place and a card it has one at most."""

    text: str = ""
    """As the person wrote it; the caption of a file."""
    quote: Quote | None = None
    """The message that it answers."""
    mentions: tuple[Safe, ...] = ()
    """The jids of those whom the text names as `@` and their number."""
    file: File | None = None
    place: Place | None = None
    card: Card | None = None

    def sound(self) -> "Body":
        """Give the same without half a character, which a terminal may hand over and no database takes.

        The spaces around the text go too, as in the gateway's queue (contract 5.2).
        """
        return self._replace(text=self.text.encode("utf-8", "replace").decode("utf-8").strip())

    @property
    def kind(self) -> Kind:
        """What kind of message it will be."""
        if self.file is not None:
            return KINDS.get(self.file.mimetype.partition("/")[0], Kind.DOCUMENT)
        if self.place is not None:
            return Kind.LOCATION
        return Kind.CONTACT if self.card is not None else Kind.TEXT

    def message(self, id_: Safe, chat: Safe, time: int, ack: Ack, error: Safe) -> Message:
        """Give the message as which it is shown while it is on its way; `time` in ms since 1970."""
        file = self.file
        return Message(
            id_,
            chat,
            time,
            own=True,
            kind=self.kind,
            text=clean(self.text),
            ack=ack,
            quote=self.quote,
            media=Media(one_line(file.mimetype), one_line(file.name), len(file.data)) if file else None,
            place=self.place,
            cards=(self.card,) if self.card is not None else (),
            mentions=self.mentions,
            error=error,
        )


def overhead(chat: Safe, body: Body) -> int:
    """Count the bytes in which a gateway is handed a file, all but the file itself (contract 2.7).

    The recipient, the caption, the name and all else in the JSON count; of the file's base64 nothing does.
    """
    body = body.sound()
    content: dict[str, object] = {"to": chat}
    if body.text:
        content["text"] = body.text
    if body.file is not None:
        content["media"] = {"mimetype": body.file.mimetype, "data": "", "filename": body.file.name}
    if body.quote is not None and body.quote.id:
        content["quotedMessageId"] = body.quote.id
    if body.mentions:
        content["mentions"] = [*body.mentions]
    return len(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))


class Upload:
    """How much of a message has gone out to the gateway; until its last piece goes, it can be stopped."""

    def __init__(self, told: Callable[["Upload"], None] = lambda _: None) -> None:
        """Call `told` whenever there is more of it."""
        self._told = told
        self.done = 0
        """Bytes that have gone out."""
        self.size = 0
        """Bytes that there are."""
        self.stopped = False
        self.abort: Callable[[], object] = lambda: None
        """Breaks the line off over which it goes."""
        self._last = False

    def stop(self) -> bool:
        """Let nothing more go; False if the last piece has gone, and the gateway may have it all."""
        if not self._last and not self.stopped:
            self.stopped = True
            self.abort()
        return self.stopped

    @property
    def whole(self) -> bool:
        """Whether the gateway may have all of it."""
        return self._last

    def next(self, size: int) -> None:
        """Note that a piece of so many bytes goes out now."""
        self._last = self.done + size >= self.size

    def gone(self, size: int) -> None:
        """Note that it has gone."""
        self.done += size
        self._told(self)


def may_be(sent: Message, found: Message) -> bool:
    """Whether a message that was found in a history may be what was sent, by all that both tell.

    A list tells of a file neither name nor size (contract 2.6), and rounds no place.
    """
    if not found.own or sent.text != found.text or _sort(sent) is not _sort(found):
        return False
    if sent.place is not None:
        there = found.place
        return there is not None and _near(sent.place, there)
    return [card.name for card in sent.cards] == [card.name for card in found.cards]


SORTS = {Kind.GIF: Kind.VIDEO, Kind.VOICE: Kind.AUDIO}
"""Kinds that lists do not tell apart from another one (contract 2.6)."""


def _sort(message: Message) -> Kind:
    return SORTS.get(message.kind, message.kind)


def _near(one: Place, other: Place) -> bool:
    return abs(one.latitude - other.latitude) < NEAR and abs(one.longitude - other.longitude) < NEAR


NEAR = 1e-6
"""Degrees by which two places are one, some ten centimetres."""
