"""The calls that do something to messages and chats which are there already (contract 2.10 to 2.15)."""

from collections.abc import Mapping
from typing import Any

from watui.caps import Cap
from watui.gateway.base import Unsupported
from watui.gateway.whatsapi import abilities
from watui.gateway.whatsapi.address import path_of, segment
from watui.gateway.whatsapi.lists import each, member_of
from watui.gateway.whatsapi.rest import SEND_LIMIT, Answer, Call, Http
from watui.gateway.whatsapi.wire import Drops
from watui.models import Member
from watui.text import Safe, clean

ABOUT = 2048
"""Characters that a group says of itself; WhatsApp allows as many."""


class Actions:
    """A part of the gateway; each call takes its flag away where the gateway turns out not to have it."""

    caps: Cap
    drops: Drops
    _http: Http

    # Messages.

    async def react(self, device: Safe, chat: Safe, message: Safe, emoji: str) -> None:
        """Put an emoji under a message, or with an empty one take one's own away."""
        await self._wide(device, chat, message, "react", {"emoji": emoji})

    async def edit(self, device: Safe, chat: Safe, message: Safe, text: str) -> None:
        """Give an own message another text."""
        await self._wide(device, chat, message, "edit", {"text": text})

    async def star(self, device: Safe, chat: Safe, message: Safe, starred: bool) -> None:
        """Star a message, or take the star away."""
        await self._wide(device, chat, message, "star", {"starred": starred})

    async def _wide(self, device: Safe, chat: Safe, message: Safe, action: str, body: dict[str, Any]) -> None:
        """Do what whatsapp-bridge has no call for, and other gateways may have."""
        path = f"{path_of(device, chat)}/messages/{segment(message)}/{action}"
        await self._able(abilities.ACTIONS[action], Call("POST", path, f"trying to {action}", body=body))

    async def forward(self, device: Safe, chat: Safe, message: Safe, to: Safe) -> None:
        """Send a message on to another chat once (contract 2.10); nobody tells the id of the new one.

        Raises NotFound if it is not among the newest 100 of its chat, Unsure if it may have happened.
        """
        body = {"messageId": message, "to": to, "fromChatId": chat}
        path = f"{path_of(device)}/messages/forward"
        await self._able(
            Cap.FORWARD, Call("POST", path, "forwarding", body=body, limit=SEND_LIMIT, sends=True)
        )

    async def delete(self, device: Safe, chat: Safe, message: Safe, *, everyone: bool) -> None:
        """Delete a message, for oneself or for everyone (contract 2.10).

        The gateway says yes also where WhatsApp deletes it for oneself alone, as with anybody else's.
        """
        body = {"messageId": message, "forEveryone": everyone, "fromChatId": chat}
        path = f"{path_of(device)}/messages/delete"
        await self._able(Cap.DELETE, Call("POST", path, "deleting the message", body=body, limit=SEND_LIMIT))

    # Chats.

    async def archive(self, device: Safe, chat: Safe, *, on: bool) -> None:
        """Put a chat among the archived ones, or bring it back (contract 2.14)."""
        path = f"{path_of(device, chat)}/{'archive' if on else 'unarchive'}"
        await self._able(Cap.ARCHIVE, Call("POST", path, "archiving the chat", limit=SEND_LIMIT))

    async def clear(self, device: Safe, chat: Safe) -> None:
        """Delete all messages of a chat for oneself (contract 2.14)."""
        path = f"{path_of(device, chat)}/clear"
        await self._able(Cap.CLEAR, Call("POST", path, "clearing the chat", limit=SEND_LIMIT))

    async def delete_chat(self, device: Safe, chat: Safe) -> None:
        """Delete a chat for oneself (contract 2.14)."""
        call = Call("DELETE", path_of(device, chat), "deleting the chat", limit=SEND_LIMIT)
        await self._able(Cap.DELETE_CHAT, call)

    async def members(self, device: Safe, group: Safe) -> list[Member]:
        """List who is in a group (contract 2.15)."""
        doing = "listing the members"
        path = f"{path_of(device)}/groups/{segment(group)}/participants"
        answer = await self._able(Cap.MEMBERS, Call("GET", path, doing))
        data = (answer.body or {}).get("data")
        items = data.get("participants") if isinstance(data, Mapping) else None
        return each(items if isinstance(items, list) else [], member_of, "a member", self.drops)

    async def about_group(self, device: Safe, group: Safe) -> Safe:
        """Tell what a group says of itself (contract 2.5); empty if it says nothing."""
        answer = await self._http.call(Call("GET", path_of(device, group), "reading about the group"))
        data = (answer.body or {}).get("data")
        told = data.get("groupMetadata") if isinstance(data, Mapping) else None
        about = told.get("desc") if isinstance(told, Mapping) else None
        return clean(about, limit=ABOUT) if isinstance(about, str) else Safe("")

    async def _able(self, flag: Cap, call: Call) -> Answer:
        """Do a call if the gateway has it; "no such call" takes the flag away. Raises Unsupported."""
        if flag not in self.caps:
            raise Unsupported(f"this gateway has no call for {call.doing}")
        try:
            return await self._http.call(call)
        except Unsupported:
            self.caps &= ~flag
            raise
