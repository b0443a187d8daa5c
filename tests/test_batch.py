"""A frame's events in one message: all of them, in order, and few messages in a flood."""

import asyncio
from itertools import pairwise

import pytest

from tests.making import WORK, message
from tests.waiting import until
from watui import events as ev
from watui.batch import FLOOD, FLOOD_FRAME, FRAME, Batch, Frame
from watui.text import Safe


async def test_events_of_a_frame_go_out_together_and_in_order() -> None:
    posts: list[list[ev.Event]] = []
    batch = Batch(WORK, lambda _, events: posts.append(events))
    sent = [ev.MessageArrived(message(f"m{number}")) for number in range(500)]
    for number, event in enumerate(sent):
        batch.add(event)
        if number % 50 == 0:
            await asyncio.sleep(0)
    await until(lambda: sum(map(len, posts)) == len(sent))
    assert [event for events in posts for event in events] == sent
    assert len(posts) < 10


async def test_in_a_flood_frames_are_longer_and_short_again_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    frames: list[float] = []
    now = 1000.0
    loop = asyncio.get_running_loop()
    batch = Batch(WORK, lambda _, events: None)

    def call_later(seconds: float, _: object) -> asyncio.Handle:
        nonlocal now
        frames.append(seconds)
        now += seconds
        return loop.call_soon(str)

    monkeypatch.setattr(loop, "call_later", call_later)
    monkeypatch.setattr(loop, "time", lambda: now)
    for count in (FLOOD, 1, 1):
        for _ in range(count):
            batch.add(ev.ChatRead(message().chat))
        batch.flush()
    assert frames == pytest.approx([0.0, FLOOD_FRAME, FRAME])  # the first comes out of silence


async def test_what_comes_out_of_silence_does_not_wait() -> None:
    posts: list[list[ev.Event]] = []
    batch = Batch(WORK, lambda _, events: posts.append(events))
    for expected in (1, 2):
        batch.add(ev.ChatRead(message().chat))
        batch.add(ev.ChatRead(message().chat))
        await asyncio.sleep(FRAME / 4)
        assert len(posts) == expected
        await asyncio.sleep(FRAME * 2)
    assert [len(events) for events in posts] == [2, 2]


async def test_many_devices_post_at_one_moment() -> None:
    posts: list[float] = []
    frame, loop = Frame(), asyncio.get_running_loop()
    batches = [Batch(Safe(str(n)), lambda *_: posts.append(loop.time()), frame=frame) for n in range(20)]
    for _ in range(5):
        for batch in batches:
            batch.add(ev.ChatRead(message().chat))
            await asyncio.sleep(FRAME / len(batches))  # each at a moment of its own
    await until(lambda: len(posts) >= 2 * len(batches))
    apart = sum(later - sooner > FRAME / 60 for sooner, later in pairwise(posts))
    assert apart <= len(posts) / 4


async def test_nothing_is_left_behind_at_the_end() -> None:
    posts: list[list[ev.Event]] = []
    batch = Batch(WORK, lambda _, events: posts.append(events))
    batch.add(ev.ChatRead(message().chat))
    batch.flush()
    batch.flush()
    assert len(posts) == 1
