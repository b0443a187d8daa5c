"""Waiting for something to become true, instead of for time to pass."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

STEP = 0.01
"""Seconds between looks."""


async def until(check: Callable[[], T], seconds: float = 10.0) -> T:
    """Wait until a check gives something true, and return that; raises AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        await asyncio.sleep(STEP)
    return found
