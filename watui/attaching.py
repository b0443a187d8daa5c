"""Sending files: which ones, whether they fit, and what becomes of the text that was written before.

The dialogs are imported when they open.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from textual.app import App

from watui.aside import aside
from watui.attached import Attached, Ready
from watui.bodies import Body, File, overhead
from watui.files.sending import NAME_CHARACTERS, FileRefused, Outgoing, largest, look, read
from watui.models import ChatKey
from watui.text import Safe, one_line

BODY_LIMIT = 102_400
"""Bytes of JSON that the gateway takes, exactly, unless the settings know better (contract 1.2)."""

HOME = "~/"


class Attaching:
    """Asks what is to be sent and hands it on, each file as a message of its own and in order.

    What was written in the composer is offered as a caption. It stays in the composer meanwhile: `back` is
    told what is to be there whenever it changes, and when all is over: nothing, if it was sent.
    """

    def __init__(
        self,
        app: App[None],
        send: Callable[[ChatKey, Body], None],
        back: Callable[[ChatKey, str], None],
    ) -> None:
        self._app = app
        self._send = send
        self._back = back
        self.max_body = BODY_LIMIT
        """Bytes of JSON that the gateway takes."""
        self.directory = HOME
        """Where the person looks for files first: where the last ones were."""

    def choose(self, key: ChatKey, name: Safe, caption: str) -> None:
        """Let the person choose files for a chat of that name, and ask then what goes with them."""
        from watui.screens.attach import AttachScreen  # noqa: PLC0415

        def chosen(paths: list[Path] | None) -> None:
            if paths:
                directory = f"{str(paths[-1].parent).rstrip('/')}/"
                if one_line(directory, limit=len(directory)) == directory:  # or it could not be shown
                    self.directory = directory
                self.offer(key, name, caption, paths)
            else:
                self._back(key, caption)

        self._app.push_screen(AttachScreen(self.directory), chosen)

    def offer(
        self,
        key: ChatKey,
        name: Safe,
        caption: str,
        paths: Sequence[Path],
        declined: Callable[[], object] = lambda: None,
    ) -> None:
        """Ask whether files are to be sent, such as those that were dropped on the terminal.

        `declined` is called, after `back`, if none is.
        """
        self._ask(key, name, caption, partial(self._looked, paths), declined)

    def offer_bytes(
        self, key: ChatKey, name: Safe, caption: str, *, data: bytes, mimetype: str, filename: str
    ) -> None:
        """Ask whether what is no file is to be sent as one, such as a picture from the clipboard."""

        async def give(_: int) -> bytes:
            return data

        async def looked() -> list[Attached]:
            called = one_line(filename, limit=NAME_CHARACTERS)
            return [Attached(called, len(data), mimetype, give)]

        self._ask(key, name, caption, looked)

    def _ask(
        self,
        key: ChatKey,
        name: Safe,
        caption: str,
        looked: Callable[[], Awaitable[list[Attached]]],
        declined: Callable[[], object] = lambda: None,
    ) -> None:
        from watui.screens.caption import CaptionScreen  # noqa: PLC0415

        screen = CaptionScreen(name, caption, looked, partial(self._room, key), partial(self._back, key))

        def closed(ready: Ready | None) -> None:
            for body in ready.bodies if ready is not None else ():
                self._send(key, body)
            self._back(key, screen.caption)
            if ready is None:
                declined()

        self._app.push_screen(screen, closed)

    async def _looked(self, paths: Sequence[Path]) -> list[Attached]:
        """Look at files; of those that cannot be sent it is said why."""
        found: list[Attached] = []
        for each in await aside(partial(_look, paths)):
            if isinstance(each, FileRefused):
                self._app.notify(each.words, markup=False, severity="warning", timeout=8)
            else:
                found.append(Attached(each.name, each.size, each.mimetype, _reading(each), each.warning))
        return found

    def _room(self, key: ChatKey, file: Attached, caption: str) -> int:
        """Count the bytes that a file of this name and type may have, with a caption or without."""
        body = Body(text=caption, file=File(file.name, file.mimetype, b""))
        return largest(self.max_body, overhead(key.jid, body))


def _look(paths: Sequence[Path]) -> list[Outgoing | FileRefused]:
    found: list[Outgoing | FileRefused] = []
    for path in paths:
        try:
            found.append(look(path))
        except FileRefused as refused:
            found.append(refused)
    return found


def _reading(outgoing: Outgoing) -> Callable[[int], Awaitable[bytes]]:
    return lambda limit: aside(partial(read, outgoing, limit))
