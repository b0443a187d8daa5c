r"""The dialogues that simulated people have, read from `scripts/*.txt`.

A dialogue starts with `== language [theme]`. `>` opens a line of the contact, `1>`, `2>` … one of a group
member, `<` one of the phone's owner. Marks in brackets stand before the text.

The kind: `[image]` `[video 31]` `[gif 3]` `[ptt 12]` `[audio 180]` `[doc name.pdf]` `[sticker]`
`[loc lat,lng name|address]` `[live lat,lng]` `[vcard name|number|number]` `[vcards name|number;name|number]`
`[poll]` and `[polls]` (question|option|…, the second with more than one choice) `[invite group]` `[call]`
`[call 192]` `[call video]` `[call video 75]` (missed without seconds) `[notice add 2]` `[notice subject X]`
(a subtype, and the member or the text that it is about) `[revoked]` `[cipher]` `[type word]` (any other).

What else: `[re n]` replies to the line n before, `[react 👍]` is a reaction of the other side, `[at me]` and
`[at 2]` mention somebody, `[fwd n]` is forwarded n times, `[star]` starred, `[once]` can be viewed once,
`[gone]` disappears after a week, `[long n]` repeats the text up to n characters. `{me}` `{day}` `{time}`
`{n}` are filled in, `\n` breaks the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from watui.demo.dice import pick, roll

_KINDS = {
    "image": "image",
    "video": "video",
    "gif": "video",
    "ptt": "ptt",
    "audio": "audio",
    "doc": "document",
    "sticker": "sticker",
    "loc": "location",
    "live": "location",
    "vcard": "vcard",
    "vcards": "multi_vcard",
    "poll": "poll_creation",
    "polls": "poll_creation",
    "call": "call_log",
    "notice": "gp2",
    "invite": "groups_v4_invite",
    "revoked": "revoked",
    "cipher": "ciphertext",
}
_MARK = re.compile(r"\[(\w+)(?: ([^\]]*))?\] ?")
_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "it": ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
    "pt": ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo"),
    "ru": ("понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье"),
    "he": ("ראשון", "שני", "שלישי", "רביעי", "חמישי", "שישי", "שבת"),
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "hi": ("सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार"),
}
_SHUFFLES = 12


@dataclass(slots=True, frozen=True)
class Line:
    """One message of a script; `who` 0 is the owner of the phone, others count from 1."""

    who: int
    kind: str = "chat"
    text: str = ""
    arg: str = ""
    reply: int | None = None
    reaction: str = ""
    mentions: tuple[int, ...] = ()
    """Who is mentioned, counted as `who`."""
    forwards: int = 0
    starred: bool = False
    mark: str = ""
    """The word in the script for its kind, of which some make one kind of the wire."""
    once: bool = False
    expires: bool = False
    long: int = 0
    answer: bool = False
    lang: str = "en"


@dataclass(slots=True, frozen=True)
class Reel:
    """Dialogues in several orders, each flat, with the age of every line counted back from its end (s)."""

    lines: tuple[tuple[tuple[Line, int], ...], ...]
    ages: tuple[tuple[int, ...], ...]
    span: int

    def __len__(self) -> int:
        return len(self.lines[0])


def fill(line: Line, me: str, *parts: int) -> str:
    """Put names, days, times and numbers into the text of a line."""
    text = _fill(line.text, line.lang, me, parts)
    return (f"{text} " * (line.long // (len(text) + 1) + 1))[: line.long] if line.long else text


def fill_arg(line: Line, me: str, *parts: int) -> str:
    """Do the same for the argument of its mark, such as a file name."""
    return _fill(line.arg, line.lang, me, parts)


def _fill(text: str, lang: str, me: str, parts: tuple[int, ...]) -> str:
    if "{" not in text:
        return text
    number = roll(*parts)
    return (
        text.replace("{me}", me)
        .replace("{day}", pick(_DAYS.get(lang, _DAYS["en"]), number, 1))
        .replace("{time}", f"{7 + number % 14}:{number // 16 % 12 * 5:02}")
        .replace("{n}", str(3 + number // 256 % 7))
    )


def _line(source: str, lang: str) -> Line:
    mark, _, text = source.partition(" ")
    if mark != "<" and not mark.endswith(">"):
        raise ValueError(f"not a line of a script: {source!r}")
    who = 0 if mark == "<" else int(mark[:-1] or 1)
    answer = text.startswith("? ")
    text = text.removeprefix("? ")
    given: dict[str, Any] = {}
    while found := _MARK.match(text):
        given |= _marked(found[1], found[2] or "", given)
        text = text[found.end() :]
    return Line(who, text=text.replace("\\n", "\n").strip(" "), answer=answer, lang=lang, **given)


def _marked(name: str, value: str, given: dict[str, Any]) -> dict[str, Any]:
    """Give the fields of a line that a mark stands for."""
    if name in _KINDS:
        return {"kind": _KINDS[name], "arg": value, "mark": name}
    match name:
        case "type":
            return {"kind": value, "mark": name}
        case "re":
            return {"reply": int(value)}
        case "react":
            return {"reaction": value}
        case "at":
            return {"mentions": (*given.get("mentions", ()), 0 if value == "me" else int(value))}
        case "fwd":
            return {"forwards": int(value or 1)}
        case "long":
            return {"long": int(value)}
        case "star" | "once" | "gone":
            return {{"star": "starred", "gone": "expires"}.get(name, name): True}
    raise ValueError(f"unknown mark {name!r}")


@cache
def _read(name: str) -> dict[str, list[tuple[Line, ...]]]:
    scripts: dict[str, list[tuple[Line, ...]]] = {}
    source = Path(__file__).with_name("scripts").joinpath(f"{name}.txt").read_text("utf-8")
    for block in source.split("\n== ")[1:]:
        head, *rest = block.strip().split("\n")
        lang = head.partition(" ")[0]
        scripts.setdefault(head, []).append(tuple(_line(line, lang) for line in rest if line))
    return scripts


def _reel(dialogues: list[tuple[Line, ...]]) -> Reel:
    orders, ages = [], []
    for shuffle in range(_SHUFFLES):
        order = sorted(range(len(dialogues)), key=lambda index: roll(shuffle, index))
        flat = tuple((line, index) for index in order for line in dialogues[index])
        gaps = [
            18 + roll(index, place) % 75 if place else 9_000 + roll(index) % 110_000
            for index in order
            for place in range(len(dialogues[index]))
        ]
        back = list(accumulate(reversed(gaps), initial=0))
        orders.append(flat)
        ages.append(tuple(reversed(back[:-1])))
    return Reel(tuple(orders), tuple(ages), back[-1])


@cache
def private_reel(lang: str) -> Reel:
    """Give what two people say to each other, in their language and in English."""
    if lang in {"business", "self"}:
        return _reel([(line,) for line in openers(lang)])
    scripts = _read("private")
    own = scripts.get(lang, [])
    english = scripts["en"]
    return _reel(english if lang == "en" else own * 2 + english[:: 1 + len(own)])


@cache
def group_reel(theme: str) -> Reel:
    """Give what a group says; `theme` is the head of its dialogues, such as `en work`."""
    scripts = _read("groups")
    return _reel(scripts.get(theme) or scripts["en friends"])


def every_kind() -> list[Line]:
    """Give the lines of the group in which everything happens that can happen to a message."""
    return [line for dialogue in _read("groups")["en lake"] for line in dialogue]


@cache
def openers(lang: str) -> tuple[Line, ...]:
    """Give the lines that somebody writes out of the blue."""
    scripts = _read("openers")
    return (scripts.get(lang) or scripts["en"])[0]


@cache
def replies(lang: str, question: bool) -> tuple[Line, ...]:
    """Give the answers that fit a question or anything else."""
    scripts = _read("replies")
    lines = (scripts.get(lang) or scripts["en"])[0]
    return tuple(line for line in lines if line.answer == question) or lines
