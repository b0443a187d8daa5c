"""The calls that make a new message, and the one that says that a chat was read (contract 2.7 to 2.12)."""

from base64 import b64encode
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from watui.bodies import Body, Upload
from watui.caps import Cap
from watui.gateway.base import Refused, Unsupported, Unsure
from watui.gateway.whatsapi.address import path_of
from watui.gateway.whatsapi.cards import text_of_card
from watui.gateway.whatsapi.message import in_chat
from watui.gateway.whatsapi.refusals import UNSURE
from watui.gateway.whatsapi.rest import MARK_LIMIT, SEND_LIMIT, Call, Http
from watui.gateway.whatsapi.wire import Drops
from watui.models import Ack, Message
from watui.text import Safe

NOTHING = "there is nothing to send"


class Writing:
    """A part of the gateway."""

    caps: Cap
    drops: Drops
    _http: Http
    _queue: bool | Collection[str]
    _names: dict[str, str]
    _marks_all: bool

    async def send(self, device: Safe, chat: Safe, body: Body, upload: Upload | None = None) -> Message:
        """Send a message once, without the gateway's queue (contract 2.7, 2.9, 5).

        Raises Unsure when it may or may not have happened; after any other error it did not. `upload` is told
        how much has gone out.
        """
        path = path_of(device)
        if body.place is not None:
            asked, path = _place(chat, body), f"{path}/chats/location"
        else:
            asked, path = _content(chat, body), f"{path}/chats"
        call = Call("POST", path, "sending", body=asked, limit=SEND_LIMIT, sends=True, upload=upload)
        try:
            answer = await self._http.call(call)
        except Unsupported:
            if body.place is not None:
                self.caps &= ~Cap.PLACE
            raise
        try:
            message = in_chat((answer.body or {}).get("data"), chat)
        except ValueError as error:
            self.drops.note("the answer to a send", error)
        else:
            # It is told as pending, and of all but the last one nothing is told later (contract 2.5).
            ack = Ack.SENT if message.ack in (None, Ack.PENDING) else message.ack
            return replace(message, own=True, ack=ack)
        raise Unsure(UNSURE)  # success without data is known to happen (contract 2.7)

    def queues(self, device: Safe) -> bool:
        """Whether a device's texts are to go through the gateway's own queue."""
        if isinstance(self._queue, bool):
            return self._queue
        return device in self._queue or self._names.get(device) in self._queue

    async def queue(self, device: Safe, chat: Safe, body: Body) -> None:
        """Put a text into the gateway's queue, of which nothing is heard any more (contract 2.8, 5).

        Files and places are not for it: it loses captions, names, and places whole (contract 5.2). Raises
        Unsure when the text may or may not be in it, Later while the gateway keeps the device from sending.
        """
        call = Call(
            "POST",
            f"{path_of(device)}/messages/send",
            "sending",
            body=_content(chat, body),
            limit=SEND_LIMIT,
            sends=True,
        )
        await self._http.call(call)

    async def mark_read(self, device: Safe, chat: Safe) -> None:
        """Tell WhatsApp that a chat was read; raises Refused where that never works (contract 2.12)."""
        if not (self._marks_all or chat.endswith(("@c.us", "@g.us"))):
            raise Refused("this gateway cannot mark a chat of this kind as read")
        call = Call("POST", f"{path_of(device, chat)}/markRead", "marking the chat as read", limit=MARK_LIMIT)
        await self._http.call(call)


def _content(chat: Safe, body: Body) -> dict[str, Any]:
    """Spell a text, a file or a card; empty fields are refused, so they are left out (contract 2.7)."""
    # What begins like a card becomes one: the only way to send any.
    text = body.text if body.card is None else text_of_card(body.card)
    content: dict[str, Any] = {"to": chat}
    if text.strip():
        content["text"] = text
    if body.file is not None:
        file = body.file
        data = b64encode(file.data).decode("ascii")
        content["media"] = {"mimetype": file.mimetype, "data": data, "filename": file.name}
    elif "text" not in content:
        raise Refused(NOTHING)
    if body.quote is not None and body.quote.id:
        content["quotedMessageId"] = body.quote.id
    if body.mentions:
        content["mentions"] = [*body.mentions]
    return content


def _place(chat: Safe, body: Body) -> dict[str, Any]:
    """Spell a location; what is said of it does not reach WhatsApp from every gateway (contract 2.9)."""
    place = body.place
    if place is None:
        raise Refused(NOTHING)
    about = {"description": place.name} if place.name else {}
    return {"to": chat, "latitude": place.latitude, "longitude": place.longitude} | about
