"""The calls of whatsapi-bridge, in the terms of `gateway.base`."""

import asyncio
import re
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from watui.caps import USUAL, Cap
from watui.gateway.base import (
    GatewayBroken,
    GatewayError,
    Live,
    NotAGateway,
    NotReady,
    Page,
    Refused,
    Sink,
    Unsure,
)
from watui.gateway.whatsapi import abilities, history
from watui.gateway.whatsapi.actions import Actions
from watui.gateway.whatsapi.address import API, Address, Key, Trust, path_of, segment
from watui.gateway.whatsapi.events import Reader
from watui.gateway.whatsapi.files import Files
from watui.gateway.whatsapi.lists import chat_of, contact_of, device_of, each, health_of, hit_of, stats_of
from watui.gateway.whatsapi.live import Dial
from watui.gateway.whatsapi.message import in_chat
from watui.gateway.whatsapi.refusals import STRANGER
from watui.gateway.whatsapi.rest import BODY_LIMIT, SEND_LIMIT, Answer, Call, Etags, Http
from watui.gateway.whatsapi.wire import Drops
from watui.gateway.whatsapi.writing import Writing
from watui.models import Chat, Contact, Device, Health, Message, Stats
from watui.text import Safe

T = TypeVar("T")

_NUMBER = re.compile(r"[0-9]{4,20}")


class WhatsApi(Actions, Writing, Files):
    """A gateway of this kind, spoken to by one key; lives on one event loop.

    `read_key` may block for 10 s, and may raise with words that can be shown. It is called when the gateway
    is opened, and once more when the gateway refuses what it gave. `socket_url` is where Socket.IO answers if
    not at `url`. `queue`: whether texts go through the gateway's queue, or the names or ids of the devices
    whose texts do. `max_body`: bytes of JSON that the gateway takes. Raises BadSettings if an address or a
    certificate setting cannot be used.
    """

    def __init__(
        self,
        url: str,
        read_key: Callable[[], str | None],
        *,
        access_token: str | None = None,
        socket_url: str | None = None,
        socket_path: str = "/ws",
        sockets: bool = True,
        ca_file: str | Path | None = None,
        tls_fingerprint: str | None = None,
        allow_plaintext: bool = False,
        queue: bool | Collection[str] = False,
        max_body: int = BODY_LIMIT,
    ) -> None:
        self.caps = USUAL
        self.queue_turn = asyncio.Lock()
        self.sockets = sockets
        self.drops = Drops()
        address = Address(url, allow_plaintext=allow_plaintext)
        socket = Address(socket_url, allow_plaintext=allow_plaintext) if socket_url else address
        trust = Trust(ca_file, tls_fingerprint)
        key = Key(read_key)
        self._http = Http(address, trust, key, access_token, max_body)
        self._dial = Dial(socket, socket_path, trust, key, access_token)
        self._etags = Etags()
        self._numbers: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._queue = queue
        self._marks_all = False

    async def open(self) -> None:
        """Learn what the gateway can do; one that cannot tell can do what whatsapi-bridge can.

        Raises what keeps the gateway from being used at all: WrongKey, GatewayGone, NotAGateway …
        """
        try:
            answer = await self._http.call(Call("GET", f"{API}/capabilities", "asking what it can do"))
        except (Refused, NotReady, GatewayBroken):
            return
        self.caps, self._marks_all = abilities.learn((answer.body or {}).get("data"))

    async def close(self) -> None:
        """Give the connections for calls back; live ones are closed by their own contexts."""
        await self._http.close()

    async def ping(self) -> None:
        """Find out whether anything that is a gateway answers (contract 2.1); needs no key."""
        answer = await self._http.call(Call("GET", "/ping", "answering", open=True))
        if (answer.body or {}).get("message") != "pong":
            raise NotAGateway(STRANGER)

    # Devices.

    async def devices(self) -> list[Device]:
        """List the devices; the gateway keeps them in no order, so they are sorted by id (contract 2.2)."""
        answer = await self._http.call(Call("GET", f"{API}/devices", "listing the devices"))
        found = each(self._items(answer, "listing the devices"), device_of, "a device", self.drops)
        for device in found:
            self._remember(device)
        return sorted(found, key=lambda device: device.id)

    async def device(self, device: Safe) -> Device:
        """Ask how one device is (contract 2.2); raises DeviceUnknown also while the gateway is starting."""
        doing = "asking about the device"
        answer = await self._http.call(Call("GET", f"{path_of(device)}/status", doing))
        found = self._made(answer, device_of, doing)
        self._remember(found)
        return found

    async def create_device(self) -> Device:
        """Make a new device (contract 2.2); raises Unsure if it may have been made."""
        doing = "making a device"
        call = Call("POST", f"{API}/devices", doing, body={}, limit=SEND_LIMIT, sends=True)
        try:
            answer = await self._http.call(call)
        except Unsure:
            problem = Unsure("the gateway did not say whether it made a device. Look at the list")
        else:
            return self._made(answer, device_of, doing)
        raise problem

    async def delete_device(self, device: Safe) -> None:
        """Remove a device from the gateway (contract 2.2)."""
        await self._http.call(Call("DELETE", path_of(device), "deleting the device", limit=SEND_LIMIT))

    async def qr(self, device: Safe) -> str | None:
        """Ask for the pairing string; the status tells whether it is wanted, the call for it does not."""
        return (await self.device(device)).qr

    # Reading.

    async def chats(self, device: Safe, *, fresh: bool = False) -> list[Chat] | None:
        """List every chat; unless `fresh`, `None` if nothing changed since the last call.

        `summary=false` is the only form that reaches beyond 100 and has `muted` right (contract 2.4).
        """
        doing = "listing the chats"
        place = (device,)
        etag = None if fresh else self._etags.get(place)
        call = Call("GET", f"{path_of(device)}/chats", doing, {"summary": "false"}, etag=etag)
        answer = await self._http.call(call)
        if answer.body is None:
            return None
        items = self._items(answer, doing)
        found = each(items, lambda item: chat_of(item, device), "a chat", self.drops)
        self._etags.keep(place, answer.etag)
        return [chat for chat, _ in found]

    async def chat(self, device: Safe, chat: Safe) -> tuple[Chat, Message | None]:
        """Ask for one chat and its last message, whose ack is true (contract 2.5).

        A number that nobody has gives an empty chat; raises Refused for what the gateway says nothing about.
        """
        doing = "reading the chat"
        answer = await self._http.call(Call("GET", path_of(device, chat), doing))
        if (answer.body or {}).get("data") is None:  # as for newsletters
            raise Refused("the gateway says nothing about this chat")
        found = self._made(answer, lambda item: chat_of(item, device), doing)
        if found is None:
            raise Refused("status updates are no chat")
        return found

    async def recent(self, device: Safe, chat: Safe, *, fresh: bool) -> Page | None:
        """Read the newest page of a chat; unless `fresh`, `None` if nothing changed since the last call."""
        place = (device, chat)
        answer = await self._messages(device, chat, {}, None if fresh else self._etags.get(place))
        if answer.body is None:
            return None
        said = self._page(answer, chat)
        full = Cap.FULL_HISTORY in self.caps
        query = None if full else history.doubtful(said)
        whole = False
        if query is not None and query.after is not None:
            before = self._page(await self._messages(device, chat, {"after": query.after}, None), chat)
            whole = before.found and not before.items and before.total in (0, None)
        page = history.newest(said, full=full, whole=whole)
        self._etags.keep(place, answer.etag)
        return page

    async def older(self, device: Safe, chat: Safe, oldest: Safe) -> Page:
        """Read what lies directly above `oldest`: a page, or all that the window lets reach.

        From a window `oldest` itself and the rest of its second come again, to be told in order.
        """
        walk = history.straight(oldest) if Cap.FULL_HISTORY in self.caps else history.windowed(oldest)
        query = next(walk)
        while True:
            asked = {"before": query.before} if query.before else {"after": query.after or oldest}
            answer = await self._messages(device, chat, asked, None)
            try:
                query = walk.send(self._page(answer, chat))
            except StopIteration as end:
                page: Page = end.value
                return page

    async def search(self, device: Safe, words: str, chat: Safe | None) -> list[tuple[Safe, Safe]]:
        """Name the messages that hold some words in this order, each with its chat (contract 2.11).

        In one chat it looks through the newest 200 messages, otherwise through the newest 30 of 20 chats.
        """
        doing = "searching"
        query = {"query": words, "limit": str(history.PAGE)} | ({"chatId": chat} if chat is not None else {})
        answer = await self._http.call(Call("GET", f"{path_of(device)}/messages/search", doing, query))
        return each(self._items(answer, doing), hit_of, "a message that was found", self.drops)

    async def health(self, device: Safe) -> Health:
        """Ask for a device's queue and health in one call, which has no rate limit (contract 1.4)."""
        doing = "asking how the device is doing"
        before = time.monotonic()
        answer = await self._http.call(Call("GET", f"{path_of(device)}/messages/status", doing))
        took = time.monotonic() - before
        return replace(self._made(answer, health_of, doing), took=took)

    async def stats(self, device: Safe) -> Stats:
        """Ask for the numbers of `quick-stats` that are counted and not invented (contract 2.16)."""
        doing = "asking what it counts of the device"
        answer = await self._http.call(Call("GET", f"{path_of(device)}/analytics/quick-stats", doing))
        return self._made(answer, stats_of, doing)

    async def contacts(self, device: Safe) -> list[Contact]:
        """List the people a device knows, without the groups that the gateway lists too (contract 2.3)."""
        doing = "listing the contacts"
        answer = await self._http.call(Call("POST", f"{path_of(device)}/contacts", doing, body={}))
        return each(self._items(answer, doing), contact_of, "a contact", self.drops)

    # Live.

    def live(self, device: Safe, sink: Sink) -> AbstractAsyncContextManager[Live]:
        """Open the live connection; its events go to `sink` from within this loop, in order."""
        segment(device)  # raises Refused for what would lead elsewhere
        return self._dial.open(Reader(device, self.drops, lambda: self._numbers.get(device)), sink)

    # Small things.

    async def _messages(
        self, device: Safe, chat: Safe, cursor: Mapping[str, str], etag: str | None
    ) -> Answer:
        query = {"limit": str(history.PAGE), **cursor}
        return await self._http.call(
            Call("GET", f"{path_of(device, chat)}/messages", "reading the messages", query, etag=etag)
        )

    def _page(self, answer: Answer, chat: Safe) -> history.Answer:
        """Read a page of messages, keeping the places of those that make no sense (contract 2.6)."""
        items: list[Message | None] = []
        for item in self._items(answer, "reading the messages"):
            try:
                items.append(in_chat(item, chat))
            except ValueError as error:
                self.drops.note("a message", error)
                items.append(None)
        told = (answer.body or {}).get("pagination")
        told = told if isinstance(told, dict) else {}
        total, more = told.get("total"), told.get("hasMore")
        return history.Answer(
            items,
            found=told.get("referenceFound") is not False,
            total=total if type(total) is int and total >= 0 else None,
            more=more if isinstance(more, bool) else None,
        )

    def _items(self, answer: Answer, doing: str) -> list[Any]:
        data = (answer.body or {}).get("data")
        if not isinstance(data, list):
            raise GatewayBroken(f"the gateway's answer makes no sense, {doing}")
        return data

    def _made(self, answer: Answer, make: Callable[[object], T], doing: str) -> T:
        problem: GatewayError
        try:
            return make((answer.body or {}).get("data"))
        except ValueError as error:
            self.drops.note("an answer", error)
            problem = GatewayBroken(f"the gateway's answer makes no sense, {doing}")
        raise problem

    def _remember(self, device: Device) -> None:
        if device.name:  # which some answers do not tell
            self._names[device.id] = device.name
        if device.number and _NUMBER.fullmatch(device.number):
            self._numbers[device.id] = f"{device.number}@c.us"
