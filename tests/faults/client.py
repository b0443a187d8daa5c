"""watui without a screen, as a process that can be killed: the real network thread, store and archive.

python -m tests.faults.client URL KEY [HOME]

Reads commands and writes what happens, each a line of JSON. WATUI_HURRY=1 shortens its waits, and
WATUI_CRASH_AT names the point of a send at which it dies (`tests.faults.crash`).
"""

import json
import os
import queue
import random
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.faults.beat import Beat, install
from tests.faults.crash import crash_at
from tests.faults.hurry import hurry
from tests.faults.ledger import as_json, of_store
from watui import events as ev
from watui import log
from watui.archive.keeper import Keeper
from watui.bodies import Body, File
from watui.config import Settings
from watui.models import LOCAL_PREFIX, Ack, ChatKey
from watui.start import network_of
from watui.store import Store
from watui.text import Safe

Posted = tuple[Safe, list[ev.Event]]

STOP_WITHIN = 2.0
"""Seconds that the network gets to end; as many as the app gives it."""


def archive_at(home: Path | None) -> Keeper:
    """Open the archive in a directory, or one in memory."""
    return Keeper.at(home) if home is not None else Keeper()


class Client:
    """The store, fed by the network thread and asked by whoever runs this process."""

    def __init__(self, settings: Settings, home: Path | None) -> None:
        self._todo: queue.SimpleQueue[Posted | dict[str, Any] | None] = queue.SimpleQueue()
        self._store = Store()
        self._beat = Beat()
        self._rung: Counter[str] = Counter()
        self._texts: dict[str, str] = {}
        self._late: dict[str, list[float]] | None = None
        self._lost: Counter[str] = Counter()
        install(self._beat)
        keeper = archive_at(home)
        for device, happened in keeper.recall():
            self._store.apply(device, happened, 0.0)
        make = network_of(lambda: settings, None, keeper=keeper)
        self._network = make(lambda device, events: self._todo.put((device, events)))

    def run(self) -> None:
        """Work until told to stop, or until nobody is there to tell."""
        self._network.start()
        threading.Thread(target=self._listen, daemon=True).start()
        while (todo := self._todo.get()) is not None:
            if isinstance(todo, tuple):
                self._apply(*todo)
            else:
                self._obey(**todo)
        say("stopped", ended=self._network.stop(STOP_WITHIN))

    def _listen(self) -> None:
        for line in sys.stdin:
            self._todo.put(json.loads(line))
        self._todo.put(None)

    def _apply(self, device: Safe, events: list[ev.Event]) -> None:
        changes = self._store.apply(device, events, time.monotonic())
        self._rung.update(each.message.id for each in changes.arrived)
        for event in events:
            match event:
                case ev.MessageArrived(message) if self._late is not None and not event.again:
                    self._late.setdefault(device, []).append(time.monotonic() - float(message.text))
                case ev.LinkChanged(link):
                    self._lost[device] += link.state in ev.DEAF
                    say("link", device=device, state=link.state.value, words=link.words)
                case ev.Settled(local_id, message):
                    text = self._texts.get(local_id, "")
                    say("settled", text=text, id=message.id, local=message.local, words=message.error)
                case _:
                    pass

    def _obey(self, do: str, device: str = "", chat: str = "", file: int = 0, **more: str) -> None:
        key = ChatKey(Safe(device), Safe(chat))
        match do:
            case "send":
                self._send(key, more["text"], file)
            case "taken":
                say("taken", text=more["text"])
            case "resend":
                self._network.resend(key.device, Safe(more["id"]))
            case "discard":
                self._network.discard(key, Safe(more["id"]))
            case "open":
                self._store.thread(key)  # as the pane that shows it does
                self._network.open(key)
            case "sync":
                self._network._call(lambda _: self._todo.put({"do": "synced"}))
            case "synced":
                say("synced")
            case "more":
                oldest = next((each.id for each in self._store.thread(key).timeline if not each.local), None)
                if oldest is not None:
                    self._network.more(key, oldest)
            case "kick":
                self._network.kick()
            case "tell":
                self._tell(device)
            case "beat":
                self._beat.late.clear()
                self._lost.clear()
                self._late = {} if "clock" in more else None  # then the texts tell when they were sent
            case "stop":
                self._todo.put(None)
            case _:
                raise ValueError(do)

    def _send(self, key: ChatKey, text: str, file: int) -> None:
        """Do what the app does when Enter is pressed."""
        attached = File(f"{text}.bin", "application/octet-stream", made(text, file)) if file else None
        body = Body(text, file=attached)
        id_, now = Safe(LOCAL_PREFIX + uuid4().hex), round(time.time() * 1000)
        local = body.message(id_, key.jid, now, Ack.PENDING, Safe(""))
        self._texts[local.id] = text
        self._apply(key.device, [ev.Queued(local)])
        self._network.send(key.device, local, body)
        # After it on the same thread: the text is in the outbox by then.
        self._network._call(lambda _: self._todo.put({"do": "taken", "text": text}))

    def _tell(self, device: str) -> None:
        twice = [id_ for id_, count in self._rung.items() if count > 1]
        say(
            "told",
            threads=as_json(of_store(self._store, device)),
            beat=self._beat.figures(),
            rung=len(self._rung),
            twice=twice,
            unread=self._store.unread()[0],
            late=self._late or {},
            links=self._lost,
        )


def made(text: str, size: int) -> bytes:
    """Make the bytes of the file that goes with a text."""
    return random.Random(text).randbytes(size)


def say(what: str, **more: Any) -> None:
    """Write a line of what happened."""
    sys.stdout.write(json.dumps({"is": what, **more}) + "\n")
    sys.stdout.flush()


def main(url: str, key: str, home: str = "") -> None:
    """Run until stopped."""
    place = Path(home) if home else None
    if place is not None:
        log.set_up(place / "watui.log", "info", debug=False)
    missing = hurry() if os.environ.get("WATUI_HURRY") else []
    if point := os.environ.get("WATUI_CRASH_AT"):
        crash_at(point)
    say("ready", missing=missing)
    Client(Settings(url=url, api_key=key), place).run()
    log.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
