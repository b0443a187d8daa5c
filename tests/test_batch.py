"""A frame's events in one message: all of them, in order, and few messages in a flood."""

import asyncio

from tests.making import WORK, message
from tests.waiting import until
from watui import events as ev
from watui.batch import FLOOD, Batch


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


async def test_in_a_flood_frames_are_longer_and_short_again_after_it() -> None:
    posts: list[tuple[float, int]] = []
    loop = asyncio.get_running_loop()
    batch = Batch(WORK, lambda _, events: posts.append((loop.time(), len(events))))

    async def frame(count: int) -> float:
        begun = loop.time()
        seen = len(posts)
        for _ in range(count):
            batch.add(ev.ChatRead(message().chat))
        await until(lambda: len(posts) > seen)
        return posts[-1][0] - begun

    short = await frame(FLOOD)
    long = await frame(1)
    again = await frame(1)
    assert long > 2 * short
    assert long > 2 * again


async def test_nothing_is_left_behind_at_the_end() -> None:
    posts: list[list[ev.Event]] = []
    batch = Batch(WORK, lambda _, events: posts.append(events))
    batch.add(ev.ChatRead(message().chat))
    batch.flush()
    batch.flush()
    assert len(posts) == 1
