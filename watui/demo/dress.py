"""What the messages of a script hold besides text, by the mark that they have there (see talk.py)."""

from __future__ import annotations

from collections.abc import Callable

from watui.demo.dice import pick
from watui.demo.records import Call, Media, Message, Notice, Place, Poll
from watui.demo.talk import Line

_SECURITY = {"encrypt", "identity"}
_SHAPES = ((640, 480), (480, 640), (720, 480), (480, 480))
_MIMETYPES = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "ptt": "audio/ogg; codecs=opus",
    "audio": "audio/mpeg",
    "sticker": "image/webp",
}
_DOCUMENTS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "epub": "application/epub+zip",
}


def dress(message: Message, line: Line, arg: str, number: int, member: Callable[[int], str]) -> None:
    """Give a message what its kind needs besides text; `member` gives the id of somebody in the script."""
    kind = line.kind
    if kind in _MIMETYPES:
        message.gif = line.mark == "gif"
        message.media = _file(kind, arg, number)
    elif kind == "document":
        mimetype = _DOCUMENTS.get(arg.rpartition(".")[2], "application/octet-stream")
        message.media = Media(mimetype, 40_000 + number % 900_000, number % 1000, filename=arg)
    elif kind == "location":
        point, _, label = arg.partition(" ")
        latitude, _, longitude = point.partition(",")
        name, _, address = label.partition("|")
        message.place = Place(float(latitude), float(longitude), name, address, live=line.mark == "live")
    elif kind == "vcard":
        message.cards = (vcard(*arg.split("|")),)
        message.body = message.cards[0]
    elif kind == "multi_vcard":
        message.cards = tuple(vcard(*card.split("|")) for card in arg.split(";"))
        message.body = ""
    elif kind == "poll_creation":
        message.body, *options = message.body.split("|")
        message.poll = Poll(tuple(options), several=line.mark == "polls")
    elif kind == "groups_v4_invite":
        message.invite = arg
    elif kind == "call_log":
        words = arg.split()
        message.call = Call("video" in words, next((int(word) for word in words if word.isdecimal()), None))
    elif kind == "gp2":
        subtype, _, about = arg.partition(" ")
        message.type = "e2e_notification" if subtype in _SECURITY else kind
        touched = about.isdecimal()
        message.notice = Notice(subtype, (member(int(about)),) if touched else ())
        message.body = "" if touched else about


def _file(kind: str, arg: str, number: int) -> Media:
    width, height = (512, 512) if kind == "sticker" else pick(_SHAPES, number)
    media = Media(_MIMETYPES[kind], 20_000 + number % 70_000, number % 1000)
    if kind not in {"ptt", "audio"}:
        media.width, media.height = width, height
    if kind in {"video", "ptt", "audio"}:
        media.duration = int(arg or 5)
        media.size = media.duration * (60_000 if kind == "video" else 4_000) + number % 3_000
    return media


def vcard(name: str, *numbers: str) -> str:
    """Make a contact card."""
    first, _, last = name.partition(" ")
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{last};{first};;;", f"FN:{name}"]
    for number in numbers:
        waid = "".join(filter(str.isdigit, number))
        lines.append(f"TEL;type=CELL;waid={waid}:{number}")
    return "\n".join([*lines, "END:VCARD"])
