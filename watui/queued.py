"""Sending through the gateway's own queue, for those who want its pauses between messages.

That queue sends twice, and in another order, what waits in it together, and says of no text what became of
it (contract 5). So it gets one text at a time, whichever device that is from, and the history has to tell.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import NoReturn

from watui.bodies import Body
from watui.gateway.base import Gateway, GatewayError, Later, Unsure
from watui.text import Safe

LOOK_EVERY = 1.0
"""Seconds between looks at the queue; a text takes some ten of them."""

PATIENCE = 120.0
"""Seconds after which the queue is thought to stand still (contract 5.3)."""

Say = Callable[[Safe], None]
"""Tells the person how far the queue is."""


@asynccontextmanager
async def turn(gateway: Gateway, device: Safe, say: Say) -> AsyncIterator[None]:
    """Wait for a turn, which is there when the queue is empty and no other text of watui is in it.

    Raises Later if it does not get empty, GatewayError if it cannot be asked: nothing was sent then.
    """
    async with gateway.queue_turn:
        async for count in _counts(gateway, device):
            if count == 0:
                break
            if count is not None:
                say(Safe(f"waiting: {_many(count)} in the gateway's queue"))
        else:
            raise Later("the gateway's queue stands still; whoever runs the gateway can clear it")
        yield


async def send(gateway: Gateway, device: Safe, chat: Safe, body: Body, say: Say) -> NoReturn:
    """Hand a text to the queue and wait until it has gone through it.

    Always raises: Unsure once the queue has taken it, another GatewayError if it has not.
    """
    with suppress(Unsure):  # it may be in the queue, whose end it is best to wait for
        await gateway.queue(device, chat, body)
    async for count in _counts(gateway, device, whatever_happens=True):
        if count == 0:
            raise Unsure("the gateway's queue is through with it, and it was not seen since")
        if count is not None:
            say(Safe(f"in the gateway's queue, {_many(count)} in it"))
    raise Unsure("the gateway's queue stands still, and nobody can tell what becomes of it")


async def _counts(
    gateway: Gateway, device: Safe, *, whatever_happens: bool = False
) -> AsyncIterator[int | None]:
    """Count now and again what is in the queue, as long as that makes sense; `None` if it cannot be asked."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < end:
        try:
            yield (await gateway.health(device)).queued
        except GatewayError:
            if not whatever_happens:
                raise
            yield None
        await asyncio.sleep(LOOK_EVERY)


def _many(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"
