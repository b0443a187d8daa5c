"""A group's messages, one of everything that WhatsApp sends and that can happen to a message."""

from dataclasses import replace

from tests.making import ANA, BOB, CLARA, TEAM, message
from watui.models import Ack, Call, Card, Kind, Media, Message, Missing, Place, Poll, Quote, Reaction
from watui.text import Safe, clean

LONG = "The first of many lines, which is longer than most screens are wide and so is wrapped.\n" * 200


def _said(number: int, text: str, *, kind: Kind = Kind.TEXT, sender: Safe = ANA) -> Message:
    return message(f"k{number}", TEAM, text=text, kind=kind, at=number * 60, sender=sender)


def every_kind() -> list[Message]:
    """Make the messages, oldest first; names are those of the tests' store."""
    number = iter(range(1000))

    def said(text: str = "", *, kind: Kind = Kind.TEXT, sender: Safe = ANA) -> Message:
        return _said(next(number), text, kind=kind, sender=sender)

    def own(text: str, ack: Ack) -> Message:
        at = next(number)
        return message(f"k{at}", TEAM, text=text, own=True, ack=ack, at=at * 60)

    def filed(kind: Kind, text: str = "", **facts: int | str | tuple[int, ...]) -> Message:
        if "name" in facts:
            facts["name"] = Safe(str(facts["name"]))
        return replace(said(text, kind=kind), media=Media(**facts))  # type: ignore[arg-type]

    def missing(*, final: bool) -> Message:
        hole = said(kind=Kind.MISSING)
        return replace(hole, sender=None, missing=Missing(hole.time + 5_000_000, final))

    first = said("*bold*, _italic_, ~gone~, `code` and *_both_*; snake_case and 2*3*4 as they are")
    waves = tuple(range(0, 100, 4)) + tuple(range(100, 0, -7))
    return [
        first,
        said("```def f(x):\n    return x```\n> quoted before\n- one thing\n- another\n1. first of all"),
        replace(
            said("@4915122222222 see https://example.org/a_b_c?x=1 or mail me@example.org", sender=BOB),
            mentions=(BOB,),
        ),
        replace(
            said("an answer", sender=CLARA), quote=Quote(first.id, ANA, Kind.TEXT, Safe("*bold*, _italic_"))
        ),
        replace(
            said("liked", sender=CLARA),
            reactions=(Reaction(Safe("😂"), ANA), Reaction(Safe("😂"), BOB), Reaction(Safe("❤️"), own=True)),
        ),
        replace(said("changed my mind"), edited=True),
        replace(said("sent on"), forwarded=True),
        replace(said("kept"), starred=True),
        replace(said("goes away"), disappearing=True, starred=True, edited=True),
        filed(Kind.IMAGE, "The wall", width=640, height=480, size=84_000),
        replace(filed(Kind.IMAGE, width=640, height=480), view_once=True),
        filed(Kind.VIDEO, seconds=75, size=4_400_000),
        filed(Kind.GIF, size=300_000),
        filed(Kind.VOICE, seconds=14, size=31_000, waveform=waves),
        filed(Kind.VOICE, seconds=3),
        filed(Kind.AUDIO, seconds=201, size=3_200_000, name="song.mp3"),
        filed(Kind.DOCUMENT, "please read", size=998_000, name="Route, final (2).pdf"),
        filed(Kind.STICKER, width=512, height=512),
        replace(said(kind=Kind.LOCATION), place=Place(52.503, 13.441, Safe("Südbloc, Admiralstraße 1"))),
        replace(said(kind=Kind.LOCATION), place=Place(-33.85, 151.2, live=True)),
        replace(
            said(kind=Kind.CONTACT),
            cards=(Card(Safe("Nadia K."), (Safe("+49 30 1234567"), Safe("+49 171 99"))), Card(Safe("Omar"))),
        ),
        replace(said("When?", kind=Kind.POLL), poll=Poll((Safe("Friday"), Safe("Saturday, if it is dry")))),
        replace(
            said("What do you bring?", kind=Kind.POLL), poll=Poll((Safe("Soup"), Safe("Bread")), several=True)
        ),
        replace(said("join us", kind=Kind.INVITE), invited_to=Safe("Canoe crew")),
        replace(said(kind=Kind.CALL), call=Call(video=True, missed=True)),
        replace(said(kind=Kind.CALL, sender=BOB), call=Call(seconds=754)),
        said(kind=Kind.REVOKED),
        said(kind=Kind.ENCRYPTED),
        said("Bob joined", kind=Kind.SYSTEM),
        missing(final=True),
        missing(final=False),
        replace(said(kind=Kind.SYSTEM), type_name=Safe("change_ephemeral_setting")),
        replace(said(kind=Kind.UNKNOWN), type_name=Safe("rotated_key")),
        said("שלום! מתי מתחילים? (ב-12:10)", sender=BOB),
        said("مرحبا، نلتقي *غدا* عند البحيرة", sender=BOB),
        said("Mixed: the sign says שלום and 漢字 and ยินดี", sender=BOB),
        said("👩🏽‍🚀 ❤️ 1️⃣ 🏳️‍🌈 👨‍👩‍👧‍👦 👍🏽 🇩🇪 🫠", sender=CLARA),
        replace(said(sender=CLARA), text=clean("[b]not bold[/b] [@click=app.quit]nor a button[/]")),
        *(own(f"{ack.name.lower()} message", ack) for ack in Ack),
        replace(own("never left", Ack.FAILED), error=Safe("not sent: the device is not there")),
        message("long", TEAM, text=LONG, at=next(number) * 60, sender=BOB),
    ]
