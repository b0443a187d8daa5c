"""Events on their way from the network thread to the screen, gathered for a frame."""

import asyncio
from collections.abc import Callable

from watui import events as ev
from watui.text import Safe

FRAME = 1 / 30
"""Seconds over which events are gathered: one message a frame, however many events, lets keys echo."""

FLOOD = 100
"""Events in a frame from which on they come in a flood, and the screen gets them in longer frames."""

FLOOD_FRAME = 1 / 10
"""Seconds of a frame in a flood: nobody reads that fast, and what is not painted leaves time for keys."""

Post = Callable[[Safe, list[ev.Event]], None]
"""Hands a device's events to the screen; must be safe to call from the network thread."""


class Frame:
    """The frame that all devices share: twenty of them cost the screen no more paints than one."""

    def __init__(self) -> None:
        self.ends = 0.0
        """When the next lots go out, by the loop's clock in seconds."""
        self._began = 0.0
        self._length = self._before = FRAME
        self._count = 0

    def posted(self, now: float, count: int) -> None:
        """Take note that so many events went out; those that come from now on wait for the frame's end."""
        if now >= self.ends:
            self._began, self._before, self._count = now, self._length, 0
        self._count += count
        flood = self._count >= FLOOD * self._before / FRAME
        self._length = FLOOD_FRAME if flood else FRAME
        self.ends = self._began + self._length


class Batch:
    """Gathers the events of one device for a frame and posts them together, in order.

    The first one after a while of silence does not wait: a frame begins with what is posted.
    """

    def __init__(
        self,
        device: Safe,
        post: Post,
        commit: Callable[[], object] = lambda: None,
        frame: Frame | None = None,
    ) -> None:
        self._device = device
        self._post = post
        self._commit = commit
        self._frame = frame or Frame()
        self._events: list[ev.Event] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, event: ev.Event) -> None:
        """Take an event; it goes out with all that comes in this turn of the loop, or at the frame's end."""
        self._events.append(event)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, self._frame.ends - loop.time()), self.flush)

    def flush(self) -> None:
        """Post what there is now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._events:
            events, self._events = self._events, []
            self._frame.posted(asyncio.get_running_loop().time(), len(events))
            self._commit()  # what is shown is sure
            self._post(self._device, events)
