"""Connection faults of every kind, one after the other, while people write to each other."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable

from tests.faults import raw
from tests.faults.driving import Driven
from tests.faults.proxy import Script
from tests.faults.scene import Scene

RECOVER = 0.6
"""Seconds that a client gets to connect between two faults; then the next one comes all the same."""

IMPATIENCE = 0.1
"""Seconds after which the person presses the key that tries again."""

FILE = 70_000
"""Bytes of a file that is sent."""

TYPED = 0.02
"""Share of messages that the owner writes on the phone, which not every socket tells."""

REPEATED = 0.02
"""Share of messages after which the socket tells an earlier one again."""

CALLS = (".*messages.*", "POST .*/chats$", ".*/status", "GET .*/chats$")


class Storm:
    """So many faults, and so many messages both ways, at random but the same for one seed."""

    def __init__(
        self,
        scene: Scene,
        client: Driven,
        dice: random.Random,
        *,
        chats: int,
        incoming: int,
        outgoing: int,
        files: int = 0,
    ) -> None:
        self._scene = scene
        self._client = client
        self._dice = dice
        self._chats = scene.chats[:chats]
        self._left = {"in": incoming, "out": outgoing}
        self._every = outgoing // files if files else 0
        self.done: Counter[str] = Counter()
        """The faults, by their kinds."""
        self._kinds: dict[str, tuple[int, Callable[[], object]]] = {
            "reset": (42, self._reset),
            "cut": (18, self._cut),
            "stall": (8, lambda: scene.proxy.stall(dice.uniform(0.05, 0.5))),
            "half-open": (1, scene.proxy.go_deaf),
            "refuse": (8, self._refuse),
            "no gateway": (8, self._stranger),
            "mute": (1, lambda: self._answer(raw.mute)),
            "socket's end": (10, self._socket_end),
            "slow ack": (1, lambda: self._answer(raw.slow(dice.uniform(0.2, 1.0)), raw.SOCKET)),
            "bad answer": (6, self._bad_answer),
            "restart": (3, self._restart),
        }

    async def rage(self, faults: int) -> None:
        """Let it all happen."""
        names = list(self._kinds)
        weights = [weight for weight, _ in self._kinds.values()]
        for left in range(2 * faults, 0, -2):
            self._write(left)
            await self._recovered()
            self._write(left - 1)
            await asyncio.sleep(self._dice.random() * 0.04)
            name = self._dice.choices(names, weights)[0]
            self.done[name] += 1
            self._kinds[name][1]()

    async def _recovered(self) -> None:
        for _ in range(int(RECOVER / IMPATIENCE)):
            if await self._client.until(lambda: self._client.up, IMPATIENCE):
                return
            self._client.do("kick")

    def _write(self, rounds: int) -> None:
        """Let a share of the messages come and go, so that all have when no rounds are left."""
        for _ in range(round(self._left["in"] / rounds)):
            self._left["in"] -= 1
            self._scene.receive(self._dice.choice(self._chats), typed=self._dice.random() < TYPED)
            if self._dice.random() < REPEATED:
                self._scene.repeat(self._dice.choice(self._chats), back=self._dice.randrange(1, 30))
        share = self._left["out"] / rounds
        for _ in range(int(share) + (self._dice.random() < share % 1)):
            self._left["out"] -= 1
            is_file = self._every and self._left["out"] % self._every == 0
            self._scene.send(self._client, self._dice.choice(self._chats), FILE if is_file else 0)

    def _reset(self) -> None:
        self._scene.proxy.reset()

    def _cut(self) -> None:
        self._scene.proxy.cut(self._dice.randrange(2000), self._dice.choice(("up", "down", "down")))

    def _refuse(self) -> None:
        self._scene.proxy.refuse(self._dice.uniform(0.05, 0.4))
        self._reset()

    def _stranger(self) -> None:
        for _ in range(self._dice.randrange(1, 4)):
            self._answer(self._dice.choice(raw.NO_GATEWAY))

    def _socket_end(self) -> None:
        self._answer(self._dice.choice(raw.SOCKET_ENDS), raw.SOCKET)

    def _bad_answer(self) -> None:
        kind = self._dice.choice(("drop", "html", "truncate", "empty", "fail_after", "fail_before", "nodata"))
        self._scene.gateway.faults(self._dice.choice(CALLS), kind, self._dice.randrange(1, 4))

    def _restart(self) -> None:
        self._scene.gateway.restart_soon(self._dice.uniform(0.0, 0.2), self._dice.uniform(0.0, 0.3))

    def _answer(self, script: Script, path: bytes = b"") -> None:
        self._scene.proxy.answer(script, path=path)
        self._reset()
