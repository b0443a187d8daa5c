"""`watui doctor`: what it says of a gateway that works and of one that does not."""

import asyncio

import pytest

from watui import doctor
from watui.config import Settings
from watui.demo.gateway import DemoGateway
from watui.demo.options import DemoOptions


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
