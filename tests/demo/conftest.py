from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from tests.demo.client import Client
from watui.demo.gateway import DemoGateway
from watui.demo.options import DemoOptions

Make = Callable[..., Awaitable[Client]]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    async with AsyncExitStack() as stack:

        async def made(**choices: object) -> Client:
            quick = {"pace": 0.0, "mark_read_delay": 0.02, "forward_delay": 0.02, "qr_delay": 0.0}
            options = DemoOptions(**{**quick, **choices})  # type: ignore[arg-type]
            gateway = await stack.enter_async_context(DemoGateway(options))
            return await stack.enter_async_context(Client(gateway))

        yield made


@pytest.fixture
async def real(make: Make) -> Client:
    """A gateway with all the quirks of the real one."""
    return await make(profile="whatsapi")


@pytest.fixture
async def full(make: Make) -> Client:
    """A gateway that can do everything."""
    return await make(profile="full")
