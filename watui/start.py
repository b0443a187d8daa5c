"""Putting the parts together: from settings to a running app, and what is left to do when it has ended."""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from watui import log
from watui.app import Watui
from watui.archive.keeper import OPENED, Keeper
from watui.archive.schema import ArchiveError, Busy
from watui.aside import aside
from watui.memory import memory_at
from watui.messages import Configured
from watui.models import ChatKey
from watui.network import LoopHandler, Network
from watui.paths import Paths, downloads, reason
from watui.store import Store
from watui.terminal import Reporter
from watui.terminal.measure import adopt
from watui.terminal.probe import Probe, known
from watui.text import Safe, one_line

if TYPE_CHECKING:
    from watui.batch import Post
    from watui.config import Settings
    from watui.demo_process import DemoProcess
    from watui.gateway.whatsapi import WhatsApi
    from watui.settings_file import SettingsFile

REFUSED = 2
"""Exit code when watui cannot begin and has said why."""

DEMO_WITHIN = 20.0
"""Seconds that the embedded gateway gets to start."""

_log = logging.getLogger(__name__)


def run(
    settings: "SettingsFile", paths: Paths, demo: "DemoProcess | None", probe: Probe | None = None
) -> int:
    """Run watui until the person leaves; returns the exit code.

    `probe` has asked the terminal what it is, and is answered here at the latest.

    The settings are read on the network thread, after the first paint, since pydantic takes as long to
    import as half of Textual; what is wrong with them then stands in the status line.
    """
    trouble = log.set_up(paths.log, "info", debug=False)
    reporter = Reporter(paths.crashes, log.redact, _log.error)
    reporter.install()

    try:
        keeper = _archive(paths)
    except Busy as error:
        sys.stderr.write(f"watui: {error}\n")
        return REFUSED
    store = recalled(keeper)

    taking = Taking(settings, paths.log, trouble)
    make = network_of(taking.begin, demo, reporter.loop_handler, keeper, paths.media)
    app = Watui(
        make,
        store=store,
        reporter=reporter,
        memory=memory_at(paths.state),
        opened_last=opened_last(keeper, store),
    )
    taking.join(app)
    app.probe, app.terminal = probe, known(probe, os.environ)
    adopt(app.terminal)
    try:
        app.run()
    finally:
        if not app.network.running:
            keeper.close()  # it never came to the network thread
        log.close()
    return app.return_code or 0


class Taking:
    """Has watui do as the settings say, each time that they are read or changed."""

    def __init__(self, file: "SettingsFile", log_path: Path, trouble: str | None = None) -> None:
        """Take where the log goes by itself, and what is wrong with that."""
        self._file = file
        self._log_path = log_path
        self._logged: tuple[Path, str, bool] = (log_path, "info", False)
        self._trouble = trouble
        self._gateway: Settings | None = None

    def join(self, app: Watui) -> None:
        """Tell this app, which then can change them."""
        self._app = app
        app.settings_file = self._file
        self._file.applied = self.take

    def begin(self) -> "Settings":
        """Read the settings for a gateway, which keeps to them as long as watui runs. Raises ConfigError."""
        self._gateway = None
        self._gateway = self._file.load()
        return self._gateway

    def take(self, settings: "Settings") -> None:
        """Do as they say from now on; a gateway keeps to those that it was opened with."""
        for secret in settings.secrets():
            log.hide(secret)
        logged = (settings.log_file or self._log_path, settings.log_level, settings.debug)
        if logged != self._logged:
            self._logged, self._trouble = logged, log.set_up(*logged)
        self._app.post_message(configured(settings, self._gateway or settings, self._trouble))
        self._app.network.retain(settings.keep_days, settings.media_cache, settings.media_days)


def configured(settings: "Settings", gateway: "Settings", trouble: str | None = None) -> Configured:
    """Say what the screen needs to know of the settings; `gateway` are those that it was opened with."""
    from watui.means import allowed, rules_of  # noqa: PLC0415 - after the first paint

    return Configured(
        warning=_warning(gateway, trouble),
        theme=settings.theme,
        mark_read=settings.mark_read,
        downloads=settings.download_dir or downloads(),
        max_body=gateway.max_body,
        rules=rules_of(settings),
        means=allowed(settings),
    )


def _archive(paths: Paths) -> Keeper:
    """Open the archive, or keep messages in memory where that cannot be done.

    Raises Busy if another watui uses it.
    """
    try:
        return Keeper.at(paths.data)
    except Busy:
        raise
    except (ArchiveError, OSError) as error:
        _log.error("the archive cannot be used: %s", error)
        keeper = Keeper()
        why = reason(error) if isinstance(error, OSError) else str(error)
        keeper.words = one_line(f"messages are not kept: {why}", limit=200)
        return keeper


def recalled(keeper: Keeper) -> Store:
    """Tell a new store what is known from earlier runs."""
    store = Store()
    for device, happened in keeper.recall():
        store.apply(device, happened, 0.0)
    return store


def opened_last(keeper: Keeper, store: Store) -> ChatKey | None:
    """Find the chat that was open last, and tell the store its newest messages."""
    device, _, jid = (keeper.note(OPENED) or "").partition(" ")
    key = ChatKey(Safe(device), Safe(jid))
    if key not in store.chats:
        return None
    store.thread(key)
    store.apply(key.device, [keeper.thread(key)], 0.0)
    return key


def network_of(
    load: Callable[[], "Settings"],
    demo: "DemoProcess | None",
    on_error: LoopHandler | None = None,
    keeper: Keeper | None = None,
    media: Path | None = None,
) -> "Callable[[Post], Network]":
    """Say how the network thread reaches the gateway, without importing anything of it yet.

    `keeper` is the archive, `media` is for fetched files; without them they are kept for this run only.
    """

    async def connect() -> "WhatsApi":
        from watui.config import ConfigError  # noqa: PLC0415 - see `run`
        from watui.gateway.base import BadSettings, GatewayGone  # noqa: PLC0415

        try:
            settings = load()
        except ConfigError as error:
            raise BadSettings(str(error)) from None
        if demo is None:
            return await open_gateway(settings)
        from watui.demo_process import DemoError  # noqa: PLC0415

        try:
            ready = await aside(lambda: demo.ready(DEMO_WITHIN))
        except DemoError as error:
            raise GatewayGone(str(error)) from None
        log.hide(ready.key)
        return await open_gateway(settings.for_demo(ready.url, ready.key))

    return lambda post: Network(connect, post, keeper=keeper, media=media, on_error=on_error)


async def open_gateway(settings: "Settings") -> "WhatsApi":
    """Make the adapter of a gateway; its imports take time, so only the network thread should call it."""
    from watui.config import ConfigError  # noqa: PLC0415 - see `run`
    from watui.gateway.base import BadSettings  # noqa: PLC0415
    from watui.gateway.whatsapi import WhatsApi  # noqa: PLC0415 - aiohttp and socketio cost half a second
    from watui.keys import read_key  # noqa: PLC0415

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
        sockets=settings.sockets,
        ca_file=settings.ca_file,
        tls_fingerprint=settings.tls_fingerprint,
        allow_plaintext=settings.allow_plaintext,
        queue=settings.queue,
        max_body=settings.max_body,
    )
    try:
        await gateway.open()
    except BaseException:
        await gateway.close()
        raise
    return gateway


def _warning(settings: "Settings", trouble: str | None) -> Safe:
    if settings.plaintext:
        return Safe("the connection to the gateway is not encrypted: others on the way can read it")
    return one_line(trouble or "", limit=200)
