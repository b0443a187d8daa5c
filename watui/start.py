"""Putting the parts together: from settings to a running app, and what is left to do when it has ended."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from watui import log
from watui.app import Watui
from watui.batch import Post
from watui.config import ConfigError, Settings
from watui.demo_process import DemoError, DemoProcess
from watui.gateway.base import BadSettings, GatewayGone
from watui.keys import read_key
from watui.memory import memory_at
from watui.network import LoopHandler, Network
from watui.paths import Paths
from watui.terminal import Reporter
from watui.text import Safe, one_line

if TYPE_CHECKING:
    from watui.gateway.whatsapi import WhatsApi

DEMO_WITHIN = 20.0
"""Seconds that the embedded gateway gets to start."""

_log = logging.getLogger(__name__)


def run(settings: Settings, paths: Paths, demo: DemoProcess | None) -> int:
    """Run watui until the person leaves; returns the exit code."""
    trouble = log.set_up(settings.log_file or paths.log, settings.log_level, settings.debug)
    reporter = Reporter(paths.crashes, log.redact, _log.error)
    reporter.install()
    memory = memory_at(paths.state)
    memory.theme = memory.theme or settings.theme
    app = Watui(
        network_of(settings, demo, reporter.loop_handler),
        reporter=reporter,
        notifications=settings.notifications,
        desktop=settings.desktop_notifications,
        sounds=settings.sounds,
        warning=_warning(settings, trouble),
        memory=memory,
    )
    try:
        app.run()
    finally:
        log.close()
    return app.return_code or 0


def network_of(
    settings: Settings, demo: DemoProcess | None, on_error: LoopHandler | None = None
) -> Callable[[Post], Network]:
    """Say how the network thread reaches the gateway, without importing anything of it yet."""

    async def connect() -> "WhatsApi":
        if demo is None:
            return await open_gateway(settings)
        try:
            ready = await asyncio.to_thread(demo.ready, DEMO_WITHIN)
        except DemoError as error:
            raise GatewayGone(str(error)) from None
        log.hide(ready.key)
        return await open_gateway(settings.for_demo(ready.url, ready.key))

    return lambda post: Network(connect, post, sockets=settings.sockets, on_error=on_error)


async def open_gateway(settings: Settings) -> "WhatsApi":
    """Make the adapter of a gateway; its imports take time, so only the network thread should call it."""
    from watui.gateway.whatsapi import WhatsApi  # noqa: PLC0415 - aiohttp and socketio cost half a second

    def key() -> str | None:
        try:
            secret = read_key(settings)
        except ConfigError as error:
            raise BadSettings(str(error)) from None
        if secret is None:
            return None
        log.hide(secret.get_secret_value())
        return secret.get_secret_value()

    gateway = WhatsApi(
        settings.url,
        key,
        access_token=settings.access_token.get_secret_value() if settings.access_token else None,
        socket_url=settings.socket_base,
        socket_path=settings.socket_path,
        ca_file=settings.ca_file,
        tls_fingerprint=settings.tls_fingerprint,
        allow_plaintext=settings.allow_plaintext,
    )
    try:
        await gateway.open()
    except BaseException:
        await gateway.close()
        raise
    return gateway


def _warning(settings: Settings, trouble: str | None) -> Safe:
    if settings.plaintext:
        return Safe("the connection to the gateway is not encrypted: others on the way can read it")
    return one_line(trouble or "", limit=200)
