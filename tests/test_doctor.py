"""`watui doctor`: what it says of a gateway that works and of one that does not."""

import asyncio
import os
import sys

import pytest

from tests.pty import Terminal
from tests.terminal.models import KITTY, XTERM
from watui import doctor
from watui.config import Settings
from watui.demo.gateway import DemoGateway
from watui.demo.options import DemoOptions
from watui.terminal.facts import UNKNOWN, described
from watui.terminal.probe import QUESTION


async def examined(settings: Settings, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = await asyncio.to_thread(doctor.main, settings)
    return code, capsys.readouterr().out


async def test_a_gateway_that_works(profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    async with DemoGateway(DemoOptions(profile=profile, unpaired=1, qr_delay=0.0)) as gateway:  # type: ignore[arg-type]
        code, said = await examined(Settings(url=gateway.url, api_key=gateway.key), capsys)
    assert code == 0
    for words in ("it takes the key", "chats can be read", "the live connection opens", "link it in watui"):
        assert words in said
    assert "✗" not in said


async def test_each_thing_that_can_be_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    async with DemoGateway(DemoOptions()) as gateway:
        code, said = await examined(Settings(url=gateway.url, api_key="wrong"), capsys)
        assert (code, "refused the key" in said) == (doctor.FAILED, True)
        gateway.faults(".*devices$", "html", 9)
        code, said = await examined(Settings(url=gateway.url, api_key=gateway.key), capsys)
        assert (code, "✗ it takes the key" in said) == (doctor.FAILED, True)
        gateway.clear_faults()
        await gateway.socket(refuse="Invalid namespace", times=9)
        code, said = await examined(Settings(url=gateway.url, api_key=gateway.key), capsys)
        assert (code, "✗ device" in said) == (doctor.FAILED, True)
        url = gateway.url
    code, said = await examined(Settings(url=url, api_key="any"), capsys)
    assert (code, "nothing answers" in said) == (doctor.FAILED, True)


def test_what_is_said_of_the_terminal() -> None:
    said = doctor.examined(described(XTERM.name, XTERM.cells(), {}))
    assert said[0] == "XTerm(379)"
    assert "it takes 1 for a red heart (symbols made emoji), the rule is 2; watui adapts" in said
    assert "it takes 8 for a family (joined emoji), the rule is 2; watui adapts" in said
    assert not [line for line in said if "country" in line or "2020" in line]
    assert len(doctor.examined(described(KITTY.name, KITTY.cells(), {}))) < len(said)
    assert doctor.examined(UNKNOWN)[1].startswith("it does not tell where its cursor is")
    assert "inside another" in doctor.examined(described("tmux 3.3a", {}, {}))[0]
    assert "lets watui do it" in doctor.examined(described("VTE(7600)", {}, {}))[-1]
    assert "none here" in doctor.examined(None)[0]


ASK = (
    "import watui.doctor as d; t = d.terminal_here(); print('told', *d.examined(t)); print('typed', input())"
)


def test_the_terminal_is_asked_and_given_back() -> None:
    with Terminal([sys.executable, "-c", ASK], cols=200, env=os.environ | {"TERM": "xterm"}) as terminal:
        before = terminal.modes
        terminal.until(QUESTION.encode())
        terminal.send("\x1bP>|XTerm(379)\x1b\\\x1b[?62c")
        terminal.until("told XTerm(379) it does not tell where its cursor is")
        assert terminal.modes == before
        terminal.send("words\n")
        terminal.until("typed words")
