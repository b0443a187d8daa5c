"""Carries out what is typed behind a slash in the composer; what cannot be done stays written."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App

from watui import slash
from watui.aside import aside
from watui.bodies import Body
from watui.caps import Cap
from watui.dispatch import Dispatch
from watui.messages import Sent
from watui.models import EVER, Card, ChatKey, number_of
from watui.network import Network
from watui.paths import expanded
from watui.store import Store
from watui.text import Safe, fold, one_line

if TYPE_CHECKING:
    from watui.desk import Desk

SHOWN = 30
"""People to choose from at most."""


class Slashing:
    """Takes commands from one composer."""

    def __init__(
        self,
        app: App[None],
        store: Store,
        network: Network,
        *,
        dispatch: Dispatch,
        desk: "Desk",
    ) -> None:
        self._app = app
        self._store = store
        self._network = network
        self._dispatch = dispatch
        self._desk = desk
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, key: ChatKey, message: Sent) -> bool:
        """Carry out a text if it is a command; whether it was, or might have been meant for one."""
        text = message.text
        slashed = slash.parse(text)
        if slashed is None:
            return False
        trouble = self._unknown(key, message) if not slashed.name else self._do(key, slashed)
        if trouble:
            self._desk.give_back(key, text)
            self._app.notify(trouble, markup=False, severity="warning", timeout=6)
        return True

    def _unknown(self, key: ChatKey, message: Sent) -> str:
        """Ask whether what begins with a slash, and is no command, is to be sent as it is."""
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415

        text = message.text

        def chosen(answer: str | None) -> None:
            if answer is None:
                self._desk.give_back(key, text)
            else:
                self._desk.send(key, Body(text, message.quote, message.mentions))

        entries = [Entry("y", "Send it as a text", "yes", "// at the beginning does so unasked")]
        first = one_line(text.split(maxsplit=1)[0], limit=40)
        self._app.push_screen(MenuScreen(f"{first} is no command", entries), chosen)
        return ""

    def _do(self, key: ChatKey, slashed: slash.Slashed) -> str:
        """Do it; gives why it cannot be done."""
        takes = slashed.takes
        chat = self._store.chats.get(key)
        match slashed.name:
            case "location":
                return self._locate(key, takes)
            case "contact":
                return self._card(key, takes)
            case "file":
                return self._file(key, takes)
            case "picture":
                self._desk.picture(key)
            case "search":
                self._desk.search(takes)
            case "starred":
                self._desk.search("has:star ")
            case "mute" if chat is not None:
                silence = slash.silence(takes)
                if silence is None:
                    return "mute takes 8h, 30m, 2d, 1w, always or off"
                self._dispatch.mute(chat, None if silence == EVER else silence)
            case "pin" | "archive" if chat is not None:
                return self._dispatch.chat_act(slashed.name, chat)
            case "export":
                self._spawn(self._export(key, takes))
            case "editor":
                self._desk.edit()
            case _:
                return "this chat begins with your first message"
        return ""

    def _locate(self, key: ChatKey, takes: str) -> str:
        where = slash.location(takes)
        if where is None:
            return "a location is a latitude and a longitude, as in /location 52.5163,13.3777 the gate"
        if Cap.PLACE not in self._store.caps:
            return "this gateway cannot send locations"
        self._desk.send(key, Body(place=where.place))
        if where.words:
            # The gateway loses what is said of a place (contract 2.9).
            self._desk.send(key, Body(where.words))
            self._app.notify("the words go out as a text after the place", markup=False, timeout=4)
        return ""

    def _card(self, key: ChatKey, takes: str) -> str:
        from watui.screens.menu import Entry, MenuScreen  # noqa: PLC0415

        wanted = fold(takes)
        people = {
            jid: name
            for jid, name in self._store.names_of(key.device).items()
            if jid.endswith("@c.us") and wanted and wanted in fold(name)
        }
        if not people:
            return (
                f"nobody here is called {one_line(takes, limit=40)}" if takes else "whose card? /contact name"
            )

        def chosen(jid: str | None) -> None:
            if jid is None:
                self._desk.give_back(key, f"/contact {takes}")
            else:
                card = Card(people[Safe(jid)], (number_of(Safe(jid)),))
                self._desk.send(key, Body(card=card))

        if len(people) == 1:
            chosen(next(iter(people)))
            return ""
        found = sorted(people.items(), key=lambda each: fold(each[1]))[:SHOWN]
        entries = [Entry("", name, jid, number_of(jid)) for jid, name in found]
        self._app.push_screen(MenuScreen("Whose card", entries), chosen)
        return ""

    def _file(self, key: ChatKey, takes: str) -> str:
        chat = self._store.chats.get(key)
        name = chat.name if chat is not None else number_of(key.jid)
        if takes:
            self._desk.attaching().offer(key, name, "", [Path(expanded(takes))])
        else:
            self._desk.attaching().choose(key, name, "")
        return ""

    async def _export(self, key: ChatKey, takes: str) -> None:
        from watui.export import ExportError, Wanted, export  # noqa: PLC0415
        from watui.files.names import safe_name  # noqa: PLC0415

        data = self._network.data
        if data is None:
            self._app.notify("nothing is kept of this run that could be written", markup=False)
            return
        chat = self._store.chats.get(key)
        stem = one_line(chat.name if chat is not None else key.jid, limit=40)
        output = takes or str(self._desk.downloads / safe_name(f"{stem}.txt", "chat.txt"))
        wanted = Wanted(chat=key.jid, device=key.device, output=output)
        try:
            said = await aside(partial(export, data, wanted))
        except ExportError as error:
            self._app.notify(one_line(str(error), limit=400), markup=False, severity="warning", timeout=8)
        else:
            self._app.notify(one_line(said, limit=400), markup=False, timeout=6)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
