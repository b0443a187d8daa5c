"""Carries out what the person wants of a device besides sending: one call each, and what it changed.

A part of the device worker. Whatever is not sure to have happened is said so; nothing is tried a second time.
The gateway's list of chats lags behind archiving, clearing and deleting, so what was done here outweighs it
until it must have noticed.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from watui import commands as do
from watui import events as ev
from watui.archive.keeper import Keeper
from watui.caps import Cap
from watui.gateway.base import Gateway, GatewayError, NotFound, Unsure
from watui.histories import Histories
from watui.models import Chat, Reaction
from watui.text import Safe, clean, one_line

LAG = 310.0
"""Seconds for which the gateway may list chats as they were (contract 2.4: five minutes)."""

TOO_FAR = Safe("the gateway finds only the newest 100 messages of a chat, and this one is not among them")

Tell = Callable[[ev.Event], None]
"""Takes an event on its way to the screen."""


class Executing:
    """Does what is wanted of one device, and corrects its lists of chats."""

    def __init__(
        self,
        device: Safe,
        gateway: Gateway,
        keeper: Keeper,
        histories: Histories,
        *,
        tell: Tell,
        now: Callable[[], float],
    ) -> None:
        self._device = device
        self._gateway = gateway
        self._keeper = keeper
        self._histories = histories
        self._tell = tell
        self._now = now
        self._archived: dict[Safe, tuple[bool, float]] = {}
        self._emptied: dict[Safe, tuple[int, float]] = {}
        self._deleted: dict[Safe, tuple[int, float]] = {}

    async def execute(self, command: do.Command) -> bool:
        """Carry out a command and tell what it changed, or why it was not done; whether it was."""
        caps = self._gateway.caps
        done = False
        try:
            await self._execute(command)
        except asyncio.CancelledError:
            self._tell(ev.Failed(command, Safe("the device has gone, or watui has ended")))
            raise
        except NotFound:
            words = Safe("the gateway does not find this message any more")
            self._tell(ev.Failed(command, words if Cap.FULL_HISTORY in caps else TOO_FAR))
        except Unsure:
            self._tell(ev.Failed(command, Safe("the gateway did not say whether it was done; look there")))
        except GatewayError as error:
            self._tell(ev.Failed(command, error.words))
        else:
            done = True
            self._tell(ev.Carried(command))
        if self._gateway.caps != caps:
            self._tell(ev.CapsKnown(self._gateway.caps))
        return done

    async def _execute(self, command: do.Command) -> None:
        gateway, device = self._gateway, self._device
        match command:
            case do.React(chat, id_, emoji):
                await gateway.react(device, chat, id_, emoji)
                shown = Reaction(one_line(emoji, limit=40), own=True)
                self._file(ev.Reacted(id_, shown, chat))
            case do.Edit(chat, id_, text):
                await gateway.edit(device, chat, id_, text)
                self._file(ev.Edited(id_, clean(text), chat))
            case do.Star(chat, id_, on, here):
                if not here:
                    await gateway.star(device, chat, id_, on)
                self._file(ev.Starred(id_, on, chat, here))
            case do.Delete(chat, id_, everyone):
                await gateway.delete(device, chat, id_, everyone=everyone)
                self._file(ev.Revoked(id_, chat))
            case do.Forward(chat, id_, to):
                await gateway.forward(device, chat, id_, to)
                await self._histories.look(to)  # nobody tells the message that it has become
            case do.Archive(chat, on):
                await gateway.archive(device, chat, on=on)
                self._archived[chat] = on, self._now() + LAG
            case do.Clear(chat) | do.DeleteChat(chat):
                await self._empty(chat, deleted=isinstance(command, do.DeleteChat))
            case do.ListMembers(chat):
                members = await gateway.members(device, chat)
                about = Safe("")
                with suppress(GatewayError):  # it is not what was asked first
                    about = await gateway.about_group(device, chat)
                self._tell(ev.MembersListed(chat, members, about))

    async def _empty(self, chat: Safe, *, deleted: bool) -> None:
        """Clear or delete a chat, while nobody reads it."""
        async with self._histories.alone_with(chat):
            newest = self._keeper.newest_time(self._device, chat)
            if deleted:
                await self._gateway.delete_chat(self._device, chat)
            else:
                await self._gateway.clear(self._device, chat)
            emptied = self._deleted if deleted else self._emptied
            emptied[chat] = newest, self._now() + LAG
            self._histories.forget(chat)
            self._file(ev.ChatCleared(chat, deleted=deleted))

    def corrected(self, chats: list[Chat]) -> list[Chat]:
        """Give a list as it must be by what was done here since the gateway made it."""
        if not (self._archived or self._emptied or self._deleted):
            return chats
        for lagging in (self._archived, self._emptied, self._deleted):
            for chat in [chat for chat, (_, until) in lagging.items() if until <= self._now()]:
                del lagging[chat]
        return [self._corrected(chat) for chat in chats if not self._is_gone(chat)]

    def _is_gone(self, chat: Chat) -> bool:
        newest, _ = self._deleted.get(chat.key.jid, (-1, 0.0))
        return chat.time <= newest

    def _corrected(self, chat: Chat) -> Chat:
        on, _ = self._archived.get(chat.key.jid, (chat.archived, 0.0))
        newest, _ = self._emptied.get(chat.key.jid, (-1, 0.0))
        if chat.preview is not None and chat.time <= newest:
            chat = replace(chat, preview=None, unread=0)
        return replace(chat, archived=on) if on != chat.archived else chat

    def _file(self, event: ev.Event) -> None:
        self._tell(self._keeper.take(self._device, event))
