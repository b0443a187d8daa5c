"""Draws the README's picture: `python -m tests.picture docs/watui.svg`.

The scene is the same on every run, but days are named as seen from today: the date in it is the run's own.
"""

import asyncio
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

os.environ["TZ"] = "UTC"  # the app tells times in the terminal's time zone
time.tzset()

from tests.conftest import Person, sitting  # noqa: E402
from tests.waiting import until  # noqa: E402

SIZE = (110, 32)
ALICE, BOB, LIDIA = "4915111111111@c.us", "14155550123@c.us", "123456789012345@lid"
MUM = "447700900001@c.us"
FRIENDS = "120363000000000003@g.us"


async def scene(person: Person) -> None:
    """Let a group talk, write half an answer, and let others type meanwhile."""
    gateway, app = person.gateway, person.app
    # An id whose history is a cat that was lost and found.
    gateway.chat(None, FRIENDS, "The usual four 🧗🏽", messages=40, pinned=True, members=[ALICE, BOB, LIDIA])
    await person.connected()
    await until(lambda: person.key(FRIENDS) in app.store.chats)
    await person.open(MUM)
    app.composer.insert("Sunday is fine, I'll bring the")
    await person.open(FRIENDS)
    captain = str(person.thread(FRIENDS)[-1].id)
    for who, emoji in ((ALICE, "😂"), (BOB, "😂"), (LIDIA, "🐈")):
        gateway.react(None, captain, emoji, who)
    gateway.message(None, FRIENDS, type="ptt", sender=ALICE, media={"duration": 14, "size": 31_000})
    asked = gateway.message(None, FRIENDS, "is that purring?", sender=BOB)
    gateway.message(None, FRIENDS, "That is him eating the second tin", sender=ALICE, quoted=asked)
    told = gateway.phone(None, FRIENDS, "Keep him, we will climb with *five* on Saturday")
    gateway.ack(None, told, 3)
    gateway.react(None, told, "❤️", ALICE)
    await until(lambda: person.thread(FRIENDS)[-1].reactions)
    gateway.typing(None, FRIENDS, LIDIA)
    gateway.typing(None, BOB)
    await until(lambda: len(app.store.typing) == 2)
    app.composer.insert("Does he have a harness in his")
    await person.pilot.pause()


async def draw() -> str:
    """Run the app without a terminal and give what it shows, as SVG."""
    evening = datetime.now(UTC).replace(hour=20, minute=46, second=5, microsecond=0)
    async with sitting(
        size=SIZE,
        settings={"notifications": False, "sounds": False},
        now=evening.timestamp(),
        seed=1,
    ) as person:
        await scene(person)
        return person.app.export_screenshot(title="watui")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(asyncio.run(draw()), encoding="utf-8")
