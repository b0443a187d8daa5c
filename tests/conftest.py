"""The program under test, on a real gateway, over real sockets."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.waiting import until
from watui.app import Watui, stylesheet
from watui.config import Settings
from watui.demo.gateway import DemoGateway
from watui.demo.options import DemoOptions
from watui.models import ChatKey, LinkState, Message
from watui.start import network_of
from watui.terminal import output
from watui.text import Safe

PROFILES = ("whatsapi", "full")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run two at a time for each core: much of the time goes into waiting for sockets and terminals."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 2 * cores


class Plain(App[None]):
    """Nothing but watui's look, for a dialog to lie on."""

    CSS_PATH = stylesheet()


@dataclass
class Person:
    """Somebody at the keyboard of a running watui, and the gateway that it is connected to."""

    app: Watui
    pilot: Pilot[None]
    gateway: DemoGateway

    @property
    def device(self) -> Safe:
        """The first device."""
        return Safe(self.gateway.devices[0])

    def key(self, jid: str) -> ChatKey:
        """Name a chat of the first device."""
        return ChatKey(self.device, Safe(jid))

    def link(self) -> LinkState | None:
        """How the first device is connected."""
        link = self.app.store.links.get(self.device)
        return link.state if link else None

    async def connected(self) -> None:
        """Wait until the first device is live and its chats are listed."""
        await until(lambda: self.link() is LinkState.LIVE and self.app.store.chats)

    async def open(self, jid: str) -> None:
        """Open a chat and wait for its messages."""
        self.app.open_thread(self.key(jid))
        await until(lambda: self.thread(jid))
        await self.pilot.pause()

    def thread(self, jid: str) -> list[Message]:
        """Give the messages that are known of a chat."""
        return list(self.app.store.thread(self.key(jid)).timeline)

    def texts(self, jid: str) -> list[str]:
        """Give their texts."""
        return [str(message.text) for message in self.thread(jid)]

    async def gateway_asked(self, path: str) -> None:
        """Wait until the gateway has answered once more for a path that ends like this."""
        before = len(self.gateway.calls)
        await until(
            lambda: any(
                call["path"].endswith(path) and call["status"] for call in self.gateway.calls[before:]
            )
        )
        await self.pilot.pause()

    async def screen(self) -> str:
        """Read what is on the screen, line by line."""
        await self.pilot.pause()
        screen = self.app.screen
        width, height = self.app.size
        lines = screen._compositor.render_strips()
        return "\n".join(strip.text[:width] for strip in lines[:height])

    async def write(self, text: str) -> None:
        """Type a text into the composer and press Enter."""
        self.app.composer.insert(text)
        await self.pilot.pause()
        self.app.composer.action_send()
        await self.pilot.pause()


@asynccontextmanager
async def sitting(
    *, size: tuple[int, int] = (120, 40), settings: dict[str, Any] | None = None, **options: Any
) -> AsyncIterator[Person]:
    """Sit down at a watui that is connected to a gateway made for the test.

    No fixture: Textual's context variables must be set and reset in the task of the test.
    """
    quick = {"pace": 0.0, "mark_read_delay": 0.02, "qr_delay": 0.0}
    async with DemoGateway(DemoOptions(**{**quick, **options})) as gateway:
        chosen = Settings(**{"url": gateway.url, "api_key": gateway.key, **(settings or {})})
        app = Watui(network_of(lambda: chosen, None))
        async with app.run_test(size=size, notifications=True) as pilot:
            yield Person(app, pilot, gateway)


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    """Both kinds of gateway: the one with every quirk, and the one that can do everything."""
    return str(request.param)


@pytest.fixture
def clipboard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what is handed to the terminal's clipboard."""
    copied: list[str] = []

    def copy(_: Any, text: str, **__: Any) -> bool:
        copied.append(text)
        return True

    monkeypatch.setattr(output, "copy", copy)
    return copied
