"""Whatever others can write into, they do write into: no byte of it reaches the terminal as a command.

Each place of the screen gets every payload over the wire; then all that watui has ever written to the
terminal is searched, not only the last screen.
"""

import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.desk import ALICE, QUIET, RING_EACH, Desk, bells, gateway, smuggled

# What comes, and what is to be read of it. Each stands between two words, so that the rest counts too.
PAYLOADS = {
    "clear": ("\x1b[2J\x1b[5;33m", "␛[2J␛[5;33m"),
    "clipboard, BEL": ("\x1b]52;c;ZXZpbA==\x07", "␛]52;c;ZXZpbA==␇"),
    "clipboard, ST": ("\x1b]52;p;ZXZpbA==\x1b\\", "␛]52;p;ZXZpbA==␛\\"),
    "title": ("\x1b]0;owned\x07", "␛]0;owned␇"),
    "link": ("\x1b]8;;http://evil\x1b\\", "␛]8;;http://evil␛\\"),
    "asks the terminal": ("\x1b[c\x1b[5n\x1bZ", "␛[c␛[5n␛Z"),
    "asks in DCS": ("\x1bP$qm\x1b\\", "␛P$qm␛\\"),
    "8-bit CSI": ("\x9b2J", "\ufffd2J"),
    "8-bit OSC": ("\x9d0;owned\x9c", "\ufffd0;owned\ufffd"),
    "NUL": ("\x00", "␀"),
    "shifts": ("\x0e\x0f", "␎␏"),
    "DEL": ("\x7f", "␡"),
    "bell": ("\x07", "␇"),
    "backspace": ("\x08\x08", "␈␈"),
    "vertical tab": ("\x0b", "␋"),
    "form feed": ("\x0c", "␌"),
    "carriage return": ("\r", None),  # a line end: what stands before and after it is on two lines, or one
    "line separator": ("\u2028", None),
    "right to left": ("\u202e", ""),
    "isolate": ("\u2067", ""),
    "no width": ("\u200b", ""),
    "byte order": ("\ufeff", ""),
    "tags": ("\U000e0065\U000e0076", ""),
    "half a character": ("\ud83d", "\ufffd"),
    "closing tag": ("[/b]", "[/b]"),
    "broken tags": ("[/nope] [b", "[/nope] [b"),
    "action": ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
    "colour": ("[bold red]", "[bold red]"),
}
ACTION = "[@click=app.quit]x[/]"
TALL = (120, 66)


Wanted = dict[str, list[str]]


def _texts() -> dict[str, str]:
    """Each payload between two words of its own."""
    return {name: f"H{n:02}{payload}T{n:02}" for n, (name, (payload, _)) in enumerate(PAYLOADS.items())}


def _wanted(room: int | None = None, *, lines: bool = True) -> Wanted:
    """What has to be readable of each: its first `room` characters, or without `lines` its first line."""
    wanted = {}
    for number, (name, (payload, shown)) in enumerate(PAYLOADS.items()):
        head, tail = f"H{number:02}", f"T{number:02}"
        if not lines and len(f"a{payload}b".splitlines()) > 1:
            wanted[name] = [head]
        else:
            wanted[name] = [head, tail] if shown is None else [f"{head}{shown}{tail}"[:room]]
    return wanted


TEXTS = _texts()
WHOLE = _wanted()
_turn = itertools.count()


def jid(number: int) -> str:
    return f"49171{number:07}@c.us"


def assert_harmless(desk: Desk) -> None:
    """Nothing of any payload that a terminal would obey was ever written."""
    raw = desk.terminal.raw
    assert smuggled(raw) == []
    for name, (payload, _) in PAYLOADS.items():
        if not payload.isprintable() and payload not in {"\r", "\x07", "\ud83d"}:
            assert payload.encode() not in raw, name


def wait_for_all(desk: Desk, wanted: Wanted) -> None:
    """Wait until the rest of every text can be read."""

    def missing() -> list[str]:
        text = desk.text
        return [name for name, words in wanted.items() if not all(word in text for word in words)]

    try:
        desk.until(lambda: not missing(), 10)
    except AssertionError:
        pytest.fail(f"not on the screen: {missing()}\n{desk.text}")


def assert_alive(desk: Desk) -> None:
    """Click on every markup action in view, see that watui still does what it should, and leave."""
    assert desk.click(ACTION)
    words = f"still here {next(_turn)}"
    desk.do("message", chat=jid(900), text=words, name="Somebody")
    desk.until(words)
    desk.leave()
    assert_harmless(desk)
    desk.assert_clean()


@pytest.fixture(scope="module")
def house() -> Iterator[dict[str, Any]]:
    with gateway(*QUIET, "--profile", "full") as ready:
        yield ready


@pytest.fixture(scope="module", params=["whatsapi", "full"])
def either(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Each kind of gateway, where names and lists come in other ways."""
    with gateway(*QUIET, "--profile", request.param) as ready:
        yield ready


def _quote(text: str) -> dict[str, Any]:
    data = {
        "quotedMsg": {"body": text, "type": "chat"},
        "quotedParticipant": jid(1),
        "quotedStanzaID": "3EB0",
    }
    return {"text": "answer", "raw": {"_data": data, "hasQuotedMsg": True}}


@dataclass(frozen=True)
class Spot:
    """A place in a thread where a text of others stands."""

    fields: Callable[[str], dict[str, Any]]
    """What to send, for the text to stand there."""
    wanted: Wanted
    listed: bool = True
    """Whether lists have it too, so that it is read again after a restart."""


SPOTS = {
    "message": Spot(lambda text: {"text": text}, WHOLE),
    "caption": Spot(lambda text: {"type": "image", "text": text}, WHOLE),
    "file name": Spot(lambda text: {"type": "document", "filename": text}, WHOLE, listed=False),
    "quote": Spot(_quote, _wanted(lines=False), listed=False),
    "contact card": Spot(
        lambda text: {"type": "vcard", "text": f"BEGIN:VCARD\nVERSION:3.0\nFN:{text}\nEND:VCARD"},
        _wanted(9, lines=False),  # a backslash is part of the card's own spelling
    ),
    "location": Spot(
        lambda text: {"location": {"latitude": 1.0, "longitude": 2.0, "name": text}}, _wanted(lines=False)
    ),
    "type": Spot(lambda text: {"text": "", "raw": {"type": text}}, WHOLE),
}


def test_in_a_thread(house: dict[str, Any], tmp_path: Path) -> None:
    chats = {spot: jid(100 + number) for number, spot in enumerate(SPOTS)}
    with Desk(house, tmp_path, size=TALL) as desk:
        desk.live()
        for spot, chat in chats.items():
            before = bells(desk.terminal.raw)
            desk.do("message", chat=chat, text=f"first as {spot}", name=f"The {spot}")
            desk.until(f"The {spot}")
            desk.open(chat)
            desk.until(lambda spot=spot: desk.text.count(f"first as {spot}") > 1)  # type: ignore[misc]
            for text in TEXTS.values():
                desk.do("message", chat=chat, **SPOTS[spot].fields(text))
            wait_for_all(desk, SPOTS[spot].wanted)
            # One for the chat that was not open yet; none for what one reads, whatever bells are in it.
            assert bells(desk.terminal.raw) - before <= 1
            assert desk.click(ACTION, last=True)
            assert_harmless(desk)
        assert_alive(desk)
    with Desk(house, tmp_path, size=TALL) as desk:
        desk.live()
        for spot, chat in chats.items():
            if SPOTS[spot].listed:
                desk.open(chat)
                wait_for_all(desk, SPOTS[spot].wanted)
        assert_alive(desk)


def test_as_push_names(either: dict[str, Any], tmp_path: Path) -> None:
    with Desk(either, tmp_path, size=TALL) as desk:
        desk.live()
        for number, text in enumerate(TEXTS.values()):
            desk.do("message", chat=jid(200 + number), text="hello", name=text)
        wait_for_all(desk, _wanted(20))
        number = list(PAYLOADS).index("action")
        desk.open(jid(200 + number))
        # In its row and in the title.
        desk.until(lambda: desk.text.count(f"H{number:02}{ACTION}") > 1)
        assert_alive(desk)


def test_as_subjects_of_groups(house: dict[str, Any], tmp_path: Path) -> None:
    with Desk(house, tmp_path, size=TALL) as desk:
        desk.live()
        for number, text in enumerate(TEXTS.values()):
            desk.do(
                "message", chat=f"1203630000000002{number:02}@g.us", sender=jid(1), text="hello", subject=text
            )
        wait_for_all(desk, _wanted(20))
        desk.send("\x0b")  # the switcher shows them all once more
        desk.until(lambda: desk.switching)
        assert_harmless(desk)
        desk.send("\x1b")
        desk.until(lambda: not desk.switching)
        wait_for_all(desk, _wanted(20))
        assert_alive(desk)


def test_as_names_of_members(house: dict[str, Any], tmp_path: Path) -> None:
    group = "120363000000000777@g.us"
    with Desk(house, tmp_path, size=(120, 120)) as desk:
        desk.live()
        desk.do("message", chat=group, sender=jid(1), name="First", text="at first", subject="The club")
        desk.until("The club")
        desk.open(group)
        desk.until(lambda: desk.text.count("at first") > 1)
        for number, text in enumerate(TEXTS.values()):
            desk.do("message", chat=group, sender=jid(300 + number), name=text, text=f"said {number}")
        wait_for_all(desk, WHOLE | {name: WHOLE[name][:1] for name in ("carriage return", "line separator")})
        number = list(PAYLOADS).index("action")
        desk.do("typing", chat=group, user=jid(300 + number))
        desk.until(f"H{number:02}[@click=app.quit… is typing")
        assert_alive(desk)


def test_as_reactions(either: dict[str, Any], tmp_path: Path) -> None:
    chat = jid(400)
    wanted = _wanted(18)
    with Desk(either, tmp_path, size=TALL) as desk:
        desk.live()
        desk.do("message", chat=chat, text="at first", name="The reactions")
        desk.until("The reactions")
        desk.open(chat)
        for number, text in enumerate(TEXTS.values()):
            message = desk.do("message", chat=chat, text=f"said {number}.")["id"]
            desk.do("react", id=message, emoji=text, sender=jid(400 + number))
        desk.until(f"said {len(TEXTS) - 1}.")
        if either["profile"] == "full":
            wait_for_all(desk, wanted)
        desk.leave()
        assert_harmless(desk)
    with Desk(either, tmp_path, size=TALL) as desk:
        desk.live()
        desk.open(chat)
        wait_for_all(desk, wanted)
        desk.leave()
        assert_harmless(desk)


def test_in_notices_and_a_bell_rings_no_more_than_the_alert(house: dict[str, Any], tmp_path: Path) -> None:
    argv = (sys.executable, "-c", RING_EACH)
    with Desk(house, tmp_path, size=(80, 24), argv=argv) as desk:
        desk.live()
        wanted = _wanted(20)
        for number, (name, text) in enumerate(TEXTS.items()):
            desk.do("message", chat=jid(500 + number), name=text, text=f"B{number:02} {text}")
            desk.until(f"B{number:02} {wanted[name][0]}")
            if name == "action":
                desk.click(ACTION, last=True)  # which goes to the chat, as a click anywhere else in it
                desk.until("write a message")
            else:
                desk.send("\x07d")  # which dismisses the newest
                desk.gone(f"B{number:02}")
        desk.do("message", chat=jid(900), name="Somebody", text="still there")
        desk.until("still there")
        desk.leave()
        assert 0 < bells(desk.terminal.raw) <= len(TEXTS) + 1  # those that come together are one
        assert_harmless(desk)


def _bundles(limit: int) -> list[str]:
    """All payloads, as many in one text as fit."""
    bundles = [""]
    for text in TEXTS.values():
        if len(bundles[-1]) + len(text) > limit:
            bundles.append("")
        bundles[-1] += text
    return bundles


def test_as_the_name_of_a_device(tmp_path: Path) -> None:
    alone = (
        "--rate",
        "0",
        "--pace",
        "0",
        "--devices",
        "0",
        "--unpaired",
        "1",
        "--chats",
        "4",
        "--pair-after",
        "0",
    )
    with gateway(*alone, "--profile", "whatsapi") as ready, Desk(ready, tmp_path, size=TALL) as desk:
        desk.until("Link a phone to")
        for bundle in _bundles(180):
            desk.do("pair", number="491701234567", name=bundle)
            desk.until(lambda: "● live" in desk.text and "Link a phone" not in desk.text)
            desk.until(f" {bundle[:3]}")
            assert_harmless(desk)
            desk.do("device", status="qr", reason=bundle)
            desk.until(lambda: "Link a phone to" in desk.text and " scan the code" in desk.text)
            assert f" {bundle[:3]}" in desk.text
            assert_harmless(desk)
        desk.click("[@click")
        desk.do("pair", number="491701234567", name="Kim")
        desk.until("Kim ● live")
        desk.leave()
        assert_harmless(desk)


def test_in_what_the_gateway_says_of_an_error(house: dict[str, Any], tmp_path: Path) -> None:
    every = "".join(text for text in TEXTS.values() if "\ud83d" not in text)
    bodies: list[tuple[int, object, str]] = [
        (400, {"success": False, "error": every, "code": every}, "the gateway said no (400)"),
        (422, {"success": False, "error": {"message": every, "code": every}}, "the gateway said no (422)"),
        (403, every, "something before the gateway denies access (403)"),
        (404, f"<html>{every}", "something answers at the gateway"),
    ]
    with Desk(house, tmp_path, size=TALL) as desk:
        desk.live()
        desk.open()
        for code, body, words in bodies:
            desk.do("faults", match="POST .*/chats$", kind="status", code=code, body=body)
            desk.type(f"meets a {code}")
            desk.enter()
            desk.until(words)
            assert_harmless(desk)
            desk.send("\x1b")
            desk.until("Enter actions")
            desk.send("d")
            desk.gone(words)
            desk.send("\t")
            desk.until("Enter send")
        desk.do("faults", match="GET .*/(status|devices)$", kind="status", code=500, body=every, times=50)
        desk.send("\x1b")
        desk.until("Enter actions")
        desk.send("\x12")
        desk.until("the gateway failed (500)")
        desk.do("faults/clear")
        desk.send("\x12")
        desk.live()
        desk.leave()
        assert_harmless(desk)


ANSWERS = (
    "\x1b[?62;1;2c\x1b[>41;379;0c\x1b[0n\x1b[12;40R\x1bP>|XTerm(379)\x1b\\"
    "\x1b]11;rgb:0/0/0\x07\x1b]lsend me\r\x1b\\"
)


def test_a_terminal_that_is_made_to_answer_writes_nothing(house: dict[str, Any], tmp_path: Path) -> None:
    with Desk(house, tmp_path) as desk:
        desk.live()
        desk.open()
        desk.do("message", chat=ALICE, text="who are you\x1b[c\x1b[5n\x1bZ\x05\x9bc?")
        desk.until("who are you␛[c␛[5n␛Z␅\ufffdc?")
        assert_harmless(desk)
        desk.send(ANSWERS)  # one that answered all the same would type this
        desk.do("message", chat=ALICE, text="that was it")
        desk.until("that was it")
        assert "write a message" in desk.text
        assert desk.sends("send me") == []
        desk.leave()


def test_a_hostile_paste_is_text(house: dict[str, Any], tmp_path: Path) -> None:
    # What a person pastes is shown as it is but for what a terminal would obey.
    text = "".join(
        TEXTS[name] for name in TEXTS if name not in {"half a character", "no width", "byte order", "tags"}
    )
    with Desk(house, tmp_path, size=TALL) as desk:
        desk.live()
        desk.open()
        desk.send(f"\x1b[200~{text}\x1b[201~")
        desk.until("T27")  # its last words, however it is wrapped
        assert_harmless(desk)
        before = len(desk.sends("H27"))
        desk.enter()
        desk.until(lambda: len(desk.sends("H27")) > before)
        desk.until("write a message")
        desk.leave()
        assert_harmless(desk)
        assert "\x1b" not in desk.sends("H27")[-1]
