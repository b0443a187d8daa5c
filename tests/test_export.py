"""`watui export`: what it writes, that nobody else's text passes for its own, and how it refuses."""

import errno
import io
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.every_kind import every_kind
from tests.making import ANA, BOB, CLARA, START, TEAM, WORK, chat, device, message
from watui import __main__ as command
from watui import events as ev
from watui.archive import schema
from watui.archive.archive import Archive
from watui.export import Wanted, export
from watui.export.choosing import chosen
from watui.export.filed import Filed
from watui.export.markdown import Markdown
from watui.export.reading import Shelf
from watui.export.text import Text
from watui.export.wanted import Span
from watui.export.writing import Write
from watui.models import Ack, ChatKey, Contact, Kind, Media, Message, Older, Preview, Quote, Reaction
from watui.names import Names
from watui.text import Safe, clean

ROOT = Path(__file__).parent.parent
HOME_CHAT = ChatKey(WORK, ANA)
GROUP = ChatKey(WORK, TEAM)
EVIL = "Bob *b* [x](http://x.y) <i> # `"
FAKE = "2026-09-21 16:13:20+02:00  Ana\n    I owe you a house\n--- messages missing here ---\n\n# Ana"

Fill = Callable[[Archive], object]


def every_message() -> list[Message]:
    """Give one of every kind, but for the holes, which no gateway sends."""
    return [each for each in every_kind() if each.kind is not Kind.MISSING]


class Home:
    """A home of watui with an archive, and its command line."""

    def __init__(self, path: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self.archive = path / schema.FILE
        self._capture = capture

    def fill(self, fill: Fill) -> None:
        base = schema.connect(self.archive)
        archive = Archive(base)
        fill(archive)
        archive.commit()
        base.close()

    def run(self, *arguments: str) -> tuple[int, str, str]:
        self._capture.readouterr()
        code = command.main(["export", *arguments])
        said = self._capture.readouterr()
        return code, said.out, said.err

    def out(self, *arguments: str) -> str:
        code, out, err = self.run(*arguments)
        assert (code, err) == (0, "")
        return out

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out("--format", "jsonl", *arguments).split("\n")[:-1]]

    def refused(self, *arguments: str) -> str:
        code, out, err = self.run(*arguments)
        assert (code, out) == (command.REFUSED, "")
        assert err.startswith("watui: ")
        assert err.endswith("\n")
        assert err.count("\n") == 1
        return err.removeprefix("watui: ").rstrip("\n")


@pytest.fixture
def home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Home]:
    """A home two hours east of Greenwich."""
    umask = os.umask(0o022)
    monkeypatch.setenv("WATUI_HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "EAST-2")
    time.tzset()
    yield Home(tmp_path, capsys)
    monkeypatch.undo()
    time.tzset()
    os.umask(umask)


def people(archive: Archive) -> None:
    archive.take(WORK, ev.DeviceChanged(device()))
    archive.take(WORK, ev.ChatsListed([chat(ANA, "Ana"), chat(TEAM, "Team *1*")]))
    archive.take(WORK, ev.ContactsListed([Contact(BOB, Safe(EVIL)), Contact(CLARA, None, Safe("Clara"))]))


def nasty(archive: Archive) -> None:
    """A group with a hole, in which everybody wants to be somebody else."""
    people(archive)
    archive.page(GROUP, [message("m1", TEAM, text=FAKE, sender=BOB)], Older.NONE, None)
    photo = Media(Safe("image/jpeg"), Safe("*x*_[1].jpg"), 86_000, 640, 480)
    archive.page(
        GROUP,
        [
            replace(
                message("m2", TEAM, text="1. a\n- b\n\\", sender=CLARA, at=3600, kind=Kind.IMAGE),
                media=photo,
                quote=Quote(Safe("m1"), BOB, Kind.TEXT, clean("*hi*\nthere")),
                reactions=(Reaction(Safe("👍🏽"), BOB), Reaction(Safe("❤️"), own=True)),
                starred=True,
                edited=True,
                forwarded=True,
            ),
            message("m3", TEAM, text="שלום <b>x</b>", own=True, at=3660, ack=Ack.FAILED),
            replace(message("m4", TEAM, text="", at=3661, kind=Kind.UNKNOWN), type_name=Safe("what")),
        ],
        Older.MORE,
        None,
    )


TEXT = """\
Chat: Team *1*
JID: 120363000000000001@g.us
Device: work

2026-09-21 16:13:20+02:00  Bob *b* [x](http://x.y) <i> # `
    2026-09-21 16:13:20+02:00  Ana
        I owe you a house
    --- messages missing here ---

    # Ana
--- messages missing here, 21 Sep 2026 16:13 – 17:13 ---
2026-09-21 17:13:20+02:00  Clara
  forwarded, edited, starred
  answer to Bob *b* [x](http://x.y) <i> # `: *hi*
  [photo 640×480 · 86 kB] *x*_[1].jpg
    1. a
    - b
    \\
  reactions: 👍🏽 Bob *b* [x](http://x.y) <i> # `, ❤️ You
2026-09-21 17:14:20+02:00  You
  not sent
    שלום <b>x</b>
2026-09-21 17:14:21+02:00  unknown
  unsupported message (what)
"""

MARKDOWN = r"""# Team \*1\*

120363000000000001\@g.us on work

**Bob \*b\* \[x\](http\://x.y) \<i\> \# \`**, 2026-09-21 16:13:20+02:00

> 2026-09-21 16:13:20+02:00  Ana\
> ####I owe you a house\
> \--- messages missing here ---
>
> \# Ana

*— messages missing here, 21 Sep 2026 16:13 – 17:13 —*

**Clara**, 2026-09-21 17:13:20+02:00

> *forwarded, edited, starred*\
> *answer to Bob \*b\* \[x\](http\://x.y) \<i\> \# \`: \*hi\**\
> *\[photo 640×480 · 86 kB\] \*x\*\_\[1\].jpg*
>
> 1\. a\
> \- b\
> \\
>
> *reactions: 👍🏽 Bob \*b\* \[x\](http\://x.y) \<i\> \# \`, ❤️ You*

**You**, 2026-09-21 17:14:20+02:00

> *not sent*
>
> שלום \<b\>x\</b\>

**unknown**, 2026-09-21 17:14:21+02:00

> *unsupported message (what)*

""".replace("####", "\N{NO-BREAK SPACE}" * 4)


# --- what is written ----------------------------------------------------------------------------------------


def test_text(home: Home) -> None:
    home.fill(nasty)
    assert home.out("--chat", "team *1*") == TEXT


def test_markdown(home: Home) -> None:
    home.fill(nasty)
    assert home.out("--format", "markdown") == MARKDOWN


def test_json_lines(home: Home) -> None:
    home.fill(nasty)
    where = {"device": WORK, "device_name": "work", "chat": TEAM, "chat_name": "Team *1*"}
    bob = {"jid": BOB, "name": EVIL}
    assert home.lines() == [
        where
        | {"id": "m1", "time": "2026-09-21T16:13:20+02:00", "sender": bob, "own": False}
        | {"kind": "text", "text": FAKE},
        where
        | {"id": None, "time": "2026-09-21T16:13:20+02:00", "kind": "missing messages"}
        | {
            "missing": {
                "after": "2026-09-21T16:13:20+02:00",
                "before": "2026-09-21T17:13:20+02:00",
                "final": False,
            }
        },
        where
        | {"id": "m2", "time": "2026-09-21T17:13:20+02:00", "sender": {"jid": CLARA, "name": "Clara"}}
        | {"own": False, "kind": "photo", "text": "1. a\n- b\n\\"}
        | {"forwarded": True, "starred": True, "edited": True}
        | {"quote": {"id": "m1", "sender": bob, "kind": "text", "text": "*hi*\nthere"}}
        | {
            "reactions": [
                {"emoji": "👍🏽", "sender": bob, "own": False},
                {"emoji": "❤️", "sender": None, "own": True},
            ]
        }
        | {
            "media": {
                "mimetype": "image/jpeg",
                "name": "*x*_[1].jpg",
                "size": 86_000,
                "width": 640,
                "height": 480,
            }
        },
        where
        | {"id": "m3", "time": "2026-09-21T17:14:20+02:00", "sender": {"jid": None, "name": "You"}}
        | {"own": True, "kind": "text", "text": "שלום <b>x</b>", "ack": "failed"},
        where
        | {"id": "m4", "time": "2026-09-21T17:14:21+02:00", "sender": {"jid": None, "name": "unknown"}}
        | {"own": False, "kind": "unsupported message", "text": "", "type_name": "what"},
    ]


def test_every_kind_is_told_in_every_form(home: Home) -> None:
    home.fill(people)
    home.fill(lambda archive: archive.page(GROUP, every_message(), Older.NONE, None))
    text = home.out()
    for words in (
        "  [photo 640×480 · 84 kB]",
        "  [photo, view once]",
        "  [1:15 video · 4.4 MB]",
        "  [0:14 voice note]",
        "  [3:21 audio · 3.2 MB] song.mp3",
        "  [document · 998 kB] Route, final (2).pdf",
        "  [location] Südbloc, Admiralstraße 1 52.50300, 13.44100",
        "  [2 contacts]\n",
        "  Nadia K. · +49 30 1234567, +49 171 99",
        "  ○ Friday",
        "  □ Soup",
        "  [group invitation] Canoe crew",
        "  [missed video call]",
        "  deleted message",
        "  waiting for this message",
        "  notice\n    Bob joined",
        "  unsupported message (rotated_key)",
        f"    @{EVIL} see https://example.org",
        "  reactions: 😂 Ana, 😂 Bob",
        "  edited, starred, goes away by itself",
        "  nobody knows whether it was sent",
    ):
        assert words in text
    written = [line for line in text.split("\n")[4:] if line and not line.startswith(" ")]
    assert len(written) == len(every_message())
    told = home.lines()
    assert [each["id"] for each in told] == [each.id for each in every_message()]
    assert {each["kind"] for each in told} == {kind.value for kind in Kind} - {Kind.MISSING.value}
    assert all(each["text"] == known.text for each, known in zip(told, every_message(), strict=True))
    assert home.out("--format", "markdown").count("+02:00\n\n") == len(every_message())


def test_a_body_of_a_megabyte(home: Home) -> None:
    body = "x " * 500_000 + "y"
    home.fill(people)
    home.fill(lambda archive: archive.put(HOME_CHAT, message(text=body)))
    assert f"\n    {body}\n" in home.out()
    assert f"\n> {body}\n" in home.out("--format", "markdown")
    assert home.lines()[-1]["text"] == body


def test_nobody_is_called_as_oneself_is(home: Home) -> None:
    def fill(archive: Archive) -> None:
        people(archive)
        archive.take(WORK, ev.ContactsListed([Contact(BOB, None, Safe("yoU"))]))
        archive.page(
            GROUP, [message("m", TEAM, sender=CLARA), message("n", TEAM, own=True)], Older.NONE, None
        )
        archive.take(WORK, ev.ContactsListed([Contact(CLARA, Safe("you"))]))

    home.fill(fill)
    assert [line["sender"]["name"] for line in home.lines()] == ["you (+4915133333333)", "You"]


def test_names_of_people_of_whom_little_is_known(home: Home) -> None:
    lid = "123@lid"

    def fill(archive: Archive) -> None:
        archive.take(WORK, ev.ContactsListed([Contact(Safe(lid), None, Safe("Lara"), Safe("4977"))]))
        archive.put(ChatKey(WORK, Safe("4977@c.us")), message("a", "4977@c.us"))
        pushed = replace(message("b", TEAM, sender=CLARA), sender_name=Safe("pushed"))
        archive.page(
            GROUP, [pushed, message("c", TEAM, sender=BOB), message("d", TEAM, sender=lid)], Older.NONE, None
        )

    home.fill(fill)
    assert {each["id"]: each["sender"]["name"] for each in home.lines() if each["id"]} == {
        "a": "Lara",
        "b": "pushed",
        "c": "+4915122222222",
        "d": "Lara",
    }
    assert {each["chat_name"] for each in home.lines()} == {"Lara", TEAM.partition("@")[0]}
    assert {each["device_name"] for each in home.lines()} == {WORK}


def test_an_archive_that_was_not_cleaned(home: Home) -> None:
    home.fill(people)
    evil = Safe("a\x1b]52;c;aGk=\x07b\u202ec\x9bd")
    home.fill(lambda archive: archive.put(HOME_CHAT, replace(message(), text=evil)))
    for form in ("text", "markdown", "jsonl"):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", home.out("--format", form))


# --- what is markup and what is not -------------------------------------------------------------------------

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PIECES = st.sampled_from(
    [
        *"\n\n\n  \\`*_{}[]()<>#+-=.!|~&:\"'1x",
        "http://a.b",
        "www.a.b",
        "&amp;",
        "    ",
        "```",
        "---",
        "===",
        "1. ",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.lists(PIECES, min_size=1, max_size=9).map("".join))
def test_markdown_shows_a_text_as_it_was_written(body: str, name: str) -> None:
    called = Safe(" ".join(name.split()) or "x")
    filed = Filed(1, chat(), called, device(), Names())
    filed.names.learn(Contact(ANA, called))
    written = Markdown().message(filed, message(text=body or "x"))
    tokens = READER.parse(written)
    blocks = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert blocks <= {"paragraph", "inline", "blockquote"}
    head, *rest = [token.children or [] for token in tokens if token.type == "inline"]
    assert [token.type for token in head if token.content or token.nesting] == [
        "strong_open",
        "text",
        "strong_close",
        "text",
    ]
    assert {token.type for each in rest for token in each} <= {"text", "hardbreak"}
    said = ["".join(" " if part.type == "hardbreak" else part.content for part in each) for each in rest]
    assert " ".join(said).split() == (body or "x").split()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300).map(clean))
def test_only_headers_begin_at_the_margin(body: str) -> None:
    filed = Filed(1, chat(), "Ana", device(), Names())
    lines = Text().message(filed, message(text=body)).split("\n")
    assert [line for line in lines[1:] if line and not line.startswith("  ")] == []
    assert all(line.startswith("    ") or line in ("", "  empty message") for line in lines[1:])


# --- order and holes ----------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 12), max_size=40), st.integers(1, 7))
def test_every_message_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, times: list[int], page: int
) -> None:
    path = tmp_path_factory.mktemp("order") / schema.FILE
    messages = [message(f"m{number}", text=f"t\n{number}", at=at) for number, at in enumerate(times)]
    base = schema.connect(path)
    archive = Archive(base)
    people(archive)
    for each in messages:
        archive.take(WORK, ev.MessageArrived(each))
    archive.commit()
    base.close()
    output = path.with_name("all.jsonl")
    monkeypatch.setattr("watui.export.reading.PAGE", page)
    export(path.parent, Wanted(form="jsonl", output=str(output)))
    monkeypatch.undo()
    if not times:
        assert not output.exists()
        return
    told = [json.loads(line) for line in output.read_text().split("\n")[:-1]]
    assert told[0]["missing"]["before"] == told[1]["time"]
    expected = sorted(messages, key=lambda each: each.time)
    assert [(each["id"], each["text"]) for each in told[1:]] == [(each.id, each.text) for each in expected]


def stretches(archive: Archive) -> None:
    """Hours 0, 1 and 2, then a hole, then hours 5 and 6, then a final hole, then hour 9."""
    people(archive)
    for number, hours in enumerate(([0, 1, 2], [5, 6], [9])):
        page = [message(f"h{hour}", at=hour * 3600) for hour in hours]
        archive.page(HOME_CHAT, page, Older.WALL if number == 0 else Older.MORE, None)
    archive.give_up(archive.gaps(HOME_CHAT)[0])


@pytest.mark.parametrize("page", [1, 2, 3, 1000])
def test_holes_stand_where_they_are(home: Home, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    monkeypatch.setattr("watui.export.reading.PAGE", page)
    home.fill(stretches)
    told = [each["id"] or each["missing"]["final"] for each in home.lines()]
    assert told == [True, "h0", "h1", "h2", False, "h5", "h6", True, "h9"]
    text = home.out()
    assert (
        "--- older messages are missing here, before 21 Sep 2026 16:13; the gateway cannot give them ---"
        in text
    )
    assert "--- messages missing here, 21 Sep 2026 18:13 – 21:13 ---" in text
    assert (
        "--- messages missing here, 21 Sep 2026 22:13 – 22 Sep 2026 01:13; the gateway cannot give them"
        in text
    )


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-09-21", None, [True, "h0", "h1", "h2", False, "h5", "h6", True, "h9"]),
        ("2026-09-22", None, [True, "h9"]),
        (None, "2026-09-21", [True, "h0", "h1", "h2", False, "h5", "h6", True]),
        ("2026-09-21T17:13:20", "2026-09-21T18:13:20", ["h1", "h2", False]),
        ("2026-09-21T17:13:21", "2026-09-21T18:13:19", []),
        ("2026-09-21 19:00", "2026-09-21T20:00", [False]),
        ("2026-09-21T19:13:20Z", "2026-09-21T21:13:20+02:00", ["h5"]),
        ("2027-01-01", None, []),
    ],
)
def test_since_and_until(home: Home, since: str | None, until: str | None, expected: list[object]) -> None:
    home.fill(stretches)
    chosen = [*(["--since", since] if since else []), *(["--until", until] if until else [])]
    code, out, err = home.run("--format", "jsonl", *chosen)
    told = [json.loads(line) for line in out.splitlines()]
    assert [each["id"] or each["missing"]["final"] for each in told] == expected
    assert (code, err) == (
        0,
        "" if expected else "watui: the archive holds no messages of that; nothing was written\n",
    )


def test_what_the_gateway_has_newer_is_missing(home: Home) -> None:
    def listed(archive: Archive) -> None:
        last = Preview(Kind.TEXT, Safe("later"), own=False, id=Safe("later"))
        archive.take(WORK, ev.ChatsListed([replace(chat(ANA, at=7200), preview=last)]))
        archive.page(HOME_CHAT, [message("m1")], Older.NONE, None)

    home.fill(listed)
    assert home.out().endswith("--- newer messages are missing here, after 21 Sep 2026 16:13 ---\n")
    home.fill(lambda archive: archive.take(WORK, ev.MessageArrived(message("later", at=7199))))
    assert "newer messages" not in home.out()


def test_it_reads_beside_a_watui_that_writes(home: Home) -> None:
    home.fill(nasty)
    lock = schema.Lock(home.path)
    base = schema.connect(home.archive)
    archive = Archive(base)
    archive.take(WORK, ev.MessageArrived(message("a")))
    archive.commit()
    archive.take(WORK, ev.MessageArrived(message("b", at=1)))  # not committed yet
    assert [each["id"] for each in home.lines("--chat", "Ana") if each["id"]] == ["a"]
    archive.commit()
    assert [each["id"] for each in home.lines("--chat", "Ana") if each["id"]] == ["a", "b"]
    base.close()
    lock.close()


def test_what_changes_between_two_pages_is_not_told_twice(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watui.export.reading.PAGE", 3)
    home.fill(
        lambda archive: (
            archive.page(HOME_CHAT, [message(f"m{n}", at=n // 2) for n in range(9)], Older.NONE, None)
            and None
        )
    )
    base = schema.connect(home.archive)
    archive = Archive(base)
    with sqlite3.connect(f"{home.archive.as_uri()}?mode=ro", uri=True, isolation_level=None) as reading:
        shelf = Shelf(reading, home.archive)
        (filed,) = chosen(shelf, Wanted())
        told: list[str] = []
        for entry in shelf.entries(filed, Span()):
            assert isinstance(entry, Message)
            told.append(entry.id)
            if len(told) == 1:  # pushes those of second 1 back by one place
                archive.page(HOME_CHAT, [message("new", at=1), message("m2", at=1)], Older.NONE, None)
                archive.commit()
    reading.close()
    base.close()
    assert told == ["m0", "m1", "new", *(f"m{n}" for n in range(2, 9))]


# --- choosing -----------------------------------------------------------------------------------------------

SHOP = Safe("shop-device")


def two_devices(archive: Archive) -> None:
    people(archive)
    archive.take(SHOP, ev.DeviceChanged(replace(device("Shop"), id=SHOP, number=Safe("4930"))))
    shop = [
        replace(chat(jid, name), key=ChatKey(SHOP, Safe(jid))) for jid, name in ((ANA, "Ana"), (BOB, "Bernd"))
    ]
    archive.take(SHOP, ev.ChatsListed(shop))
    for key in (HOME_CHAT, GROUP, ChatKey(SHOP, ANA), ChatKey(SHOP, BOB)):
        archive.page(key, [message(f"{key.device}-{key.jid}", key.jid)], Older.NONE, None)


@pytest.mark.parametrize(
    ("options", "chats"),
    [
        ((), 4),
        (("--device", "work"), 2),
        (("--device", "SHOP"), 2),
        (("--device", SHOP), 2),
        (("--device", "+49 30"), 2),
        (("--chat", "bernd"), 1),
        (("--chat", BOB), 1),
        (("--chat", "+49 151 22222222"), 1),
        (("--chat", "ana", "--device", "shop"), 1),
        (("--chat", TEAM), 1),
    ],
)
def test_chats_are_chosen(home: Home, options: tuple[str, ...], chats: int) -> None:
    home.fill(two_devices)
    assert len({(each["device"], each["chat"]) for each in home.lines(*options)}) == chats


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--chat", "Bermd"), 'no chat is called "Bermd"; nearly: Bernd'),
        (("--chat", "an"), 'no chat is called "an"; nearly: Ana'),
        (("--chat", "qqqq\n"), 'no chat is called "qqqq\\n"; without --chat all are taken'),
        (
            ("--chat", "Ana"),
            f'several chats are "Ana": {ANA} on Shop ({SHOP}), {ANA} on work ({WORK}); give the jid, and'
            " --device if need be",
        ),
        (("--device", "x"), f'no device is called "x"; there are: Shop ({SHOP}), work ({WORK})'),
        (("--since", "soon"), '--since: "soon" is no date; write it like 2026-11-30 or 2026-11-30T14:05'),
        (
            ("--until", "9999-12-31"),
            '--until: "9999-12-31" is no date; write it like 2026-11-30 or 2026-11-30T14:05',
        ),
        (
            ("--since", "2026-09-22", "--until", "2026-09-21"),
            "--since 2026-09-22 is later than --until 2026-09-21; exchange them",
        ),
    ],
)
def test_what_is_not_clear_is_refused(home: Home, options: tuple[str, ...], words: str) -> None:
    home.fill(two_devices)
    assert home.refused(*options) == words


def test_devices_of_one_name(home: Home) -> None:
    home.fill(two_devices)
    home.fill(lambda archive: archive.take(SHOP, ev.DeviceChanged(replace(device(), id=SHOP))))
    assert home.refused("--device", "work") == (
        f'several devices are called "work": {SHOP}, {WORK}; name one by its id'
    )


def test_one_person_with_two_jids_is_one(home: Home) -> None:
    lid = Safe("99@lid")

    def fill(archive: Archive) -> None:
        archive.take(WORK, ev.ContactsListed([Contact(lid, Safe("Lara"), None, Safe("4977"))]))
        for jid in ("4977@c.us", lid):
            archive.page(ChatKey(WORK, Safe(jid)), [message(jid, jid)], Older.NONE, None)

    home.fill(fill)
    for query in ("Lara", "+4977"):
        assert {each["id"] for each in home.lines("--chat", query)} == {"4977@c.us", lid}
    assert {each["id"] for each in home.lines("--chat", lid)} == {lid}


# --- files --------------------------------------------------------------------------------------------------


def test_one_file(home: Home) -> None:
    home.fill(nasty)
    path = home.path / "mine.txt"
    assert home.run("--output", str(path)) == (0, "", f"watui: wrote into {path}: chats 1, messages 4\n")
    assert path.read_text() == TEXT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert home.refused("--output", str(path)).startswith(f"{path} is there already")
    path.write_text("old")
    home.run("--output", str(path), "--force")
    assert path.read_text() == TEXT
    assert not [*home.path.glob(".watui-export-*")]


def test_a_directory_with_a_file_for_each_chat(home: Home) -> None:
    def fill(archive: Archive) -> None:
        names = ["../../etc/passwd", "..", "x" * 99, "Ann", "ann", "Ελένη 👍", "-rf *", "a\n"]
        jids = [f"49{number}@c.us" for number in range(len(names))]
        archive.take(WORK, ev.ChatsListed([chat(jid, name) for jid, name in zip(jids, names, strict=True)]))
        for jid in jids:
            archive.page(ChatKey(WORK, Safe(jid)), [message("m", jid)], Older.NONE, None)
        archive.take(WORK, ev.ChatsListed([chat("4999@c.us", "nothing was read of it")]))

    home.fill(fill)
    where = home.path / "out" / "deep"
    code, _, err = home.run("--output", f"{where}/", "--format", "markdown")
    assert (code, err) == (0, f"watui: wrote into {where}: chats 8, messages 8\n")
    files = sorted(file.name for file in where.iterdir())
    assert len({name.casefold() for name in files}) == 8
    for name in files:
        assert re.fullmatch(r"[\w-]{1,40}-[0-9a-f]{10}\.md", name), name
    assert {name.rsplit("-", 1)[0] for name in files} == {
        "etc-passwd",
        "chat",
        "x" * 40,
        "Ann",
        "ann",
        "Ελένη",
        "rf",
        "a",
    }
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in where.iterdir())
    assert stat.S_IMODE(where.stat().st_mode) == 0o700
    before = {file.name: file.stat().st_ino for file in where.iterdir()}
    assert "and 7 others are there already" in home.refused("--output", str(where), "--format", "markdown")
    assert {file.name: file.stat().st_ino for file in where.iterdir()} == before
    assert home.run("--output", str(where), "--format", "markdown", "--force")[0] == 0
    assert sorted(file.name for file in where.iterdir()) == files


def test_places_that_cannot_be_written(home: Home) -> None:
    home.fill(nasty)
    nowhere = home.path / "no" / "file.txt"
    assert home.refused("--output", str(nowhere)) == (
        f"{nowhere} cannot be written: no such file or directory; choose another place with --output"
    )
    assert home.refused("--output", "/dev/null", "--force").startswith("/dev/null is no file that could be")
    link = home.path / "link"
    link.symlink_to(home.path / "precious")
    assert "is there already" in home.refused("--output", str(link))


def test_a_file_that_appears_meanwhile_is_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.fill(nasty)
    path = home.path / "mine.txt"

    def tell(*_: object) -> int:
        path.write_text("precious")
        return 1

    monkeypatch.setattr("watui.export.writing._tell", tell)
    assert "is there already" in home.refused("--output", str(path))
    assert path.read_text() == "precious"
    assert not [*home.path.glob(".watui-export-*")]


def test_a_full_disk(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.fill(nasty)
    path = home.path / "mine.txt"

    def tell(write: Write, *_: object) -> int:
        write("half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("watui.export.writing._tell", tell)
    assert home.refused("--output", str(path)) == (
        f"{path} cannot be written: no space left on device; choose another place with --output"
    )
    assert not path.exists()
    assert not [*home.path.glob(".watui-export-*")]


# --- the archive itself -------------------------------------------------------------------------------------


def test_no_archive(home: Home) -> None:
    assert home.refused().startswith(f"there is no archive yet at {home.archive}; start watui")
    assert [*home.path.iterdir()] == []
    home.fill(lambda archive: None)
    assert home.run() == (0, "", "watui: the archive holds no messages of that; nothing was written\n")
    assert home.refused("--chat", "x").startswith("the archive holds no chats yet")
    assert home.refused("--device", "x").startswith("the archive knows no device yet")


def test_an_archive_of_another_version(home: Home) -> None:
    home.fill(nasty)
    for version, words in (
        (99, "was made by a newer watui; update this one"),
        (0, "is not up to date; start"),
    ):
        with sqlite3.connect(home.archive) as base:
            base.execute(f"PRAGMA user_version = {version}")
        base.close()
        assert home.refused().startswith(f"{home.archive} {words}")


def test_an_archive_that_is_damaged(home: Home) -> None:
    home.archive.write_bytes(b"no archive at all" * 1000)
    assert home.refused() == (
        f"{home.archive} is damaged (file is not a database); keep a copy of it, and start watui to have it"
        " begin a new one"
    )
    home.archive.unlink()
    home.fill(nasty)
    with sqlite3.connect(home.archive) as base:
        base.execute("UPDATE messages SET kind = 'nonsense' WHERE id = 'm3'")
    base.close()
    path = home.path / "mine.txt"
    assert home.refused("--output", str(path)).startswith(f"{home.archive} is damaged (ValueError)")
    assert not path.exists()
    with sqlite3.connect(home.archive) as base:
        base.execute("UPDATE chats SET facts = '{'")
    base.close()
    assert "is damaged" in home.refused()


def test_an_odd_path(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = home.path / "a?mode=rw#b%20c ü"
    odd.mkdir()
    monkeypatch.setenv("WATUI_HOME", str(odd))
    elsewhere = Home(odd, home._capture)
    elsewhere.fill(nasty)
    assert elsewhere.out() == TEXT
    assert sorted(path.name for path in home.path.iterdir()) == [odd.name]


# --- as a program -------------------------------------------------------------------------------------------


def start(home: Home, *arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "watui", "export", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
        stderr=subprocess.PIPE,
        **options,
    )


def test_as_a_program(home: Home) -> None:
    home.fill(nasty)
    with start(home, stdout=subprocess.PIPE) as program:
        out, err = program.communicate(timeout=20)
    assert (program.returncode, err) == (0, b"")
    assert out.decode() == TEXT


def test_nobody_reads_on(home: Home) -> None:
    home.fill(people)
    home.fill(
        lambda archive: (
            archive.page(
                HOME_CHAT, [message(f"m{n}", text="x" * 1000, at=n) for n in range(500)], Older.NONE, None
            )
            and None
        )
    )
    with start(home, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline() == b"Chat: Ana\n"
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait(20) == command.UNREAD


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
def test_a_full_device(home: Home) -> None:
    home.fill(nasty)
    with Path("/dev/full").open("wb") as full, start(home, stdout=full) as program:
        _, err = program.communicate(timeout=20)
    assert program.returncode == command.REFUSED
    assert err.decode() == (
        "watui: the output cannot be written: no space left on device; choose another place with --output\n"
    )


def test_it_starts_without_the_screen_and_the_network(home: Home) -> None:
    home.fill(nasty)
    code = "import sys, watui.__main__ as m\nm.main(['export', '--chat', 'zzzz'])\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {
        "textual",
        "aiohttp",
        "socketio",
        "engineio",
        "pydantic",
        "pydantic_settings",
        "asyncio",
    }


def test_memory_does_not_grow_with_the_chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = schema.connect(tmp_path / schema.FILE)
    archive = Archive(base)
    (number,) = (archive.chat(HOME_CHAT),)
    base.executemany(
        "INSERT INTO messages(chat, id, time, place, own, kind, sender, ack, text, file) "
        "VALUES (?, ?, ?, 0, 0, 'text', NULL, NULL, ?, '')",
        ((number, f"m{n}", START + n * 1000, "words " * 40) for n in range(20_000)),
    )
    archive.commit()
    base.close()
    out = io.TextIOWrapper((tmp_path / "out").open("wb"))
    monkeypatch.setattr(sys, "stdout", out)
    tracemalloc.start()
    export(tmp_path, Wanted())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    out.close()
    assert (tmp_path / "out").stat().st_size > 5_000_000
    assert peak < 2_500_000
