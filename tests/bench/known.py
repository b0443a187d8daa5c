"""watui on a store that is full already: so many chats, the first of them with so many messages.

    python -m tests.bench.known PIPE CHATS MESSAGES …

A line `N` on the pipe lets a message arrive in chat N, as the network thread hands it over.
"""

import asyncio
import gc
import os
import sys
from pathlib import Path

from watui.terminal.environment import prepare

gc.disable()  # as the command line does
prepare(os.environ)

from tests.bench.made import DEVICE, NOW, key, message, store_of  # noqa: E402
from tests.bench.told import listen  # noqa: E402
from watui import events as ev  # noqa: E402
from watui.app import Watui  # noqa: E402
from watui.gateway.base import Gateway, GatewayGone  # noqa: E402
from watui.network import Network  # noqa: E402


async def nowhere() -> Gateway:
    """Stand in for a gateway that never answers; what its adapter needs is imported all the same."""
    import watui.gateway.whatsapi  # noqa: F401

    await asyncio.Event().wait()
    raise GatewayGone("nothing answers")


class Known(Watui):
    """Opens its first chat at once."""

    came = 0

    def on_mount(self) -> None:  # Textual calls the base class's own as well
        self.open_thread(key(0))

    def arrive(self, order: str) -> None:
        """Let one message arrive."""
        self.came += 1
        new = message(-3 * self.came, int(order), f"news number {self.came}")
        new.time = NOW + self.came * 1000
        self._post(DEVICE, [ev.MessageArrived(new, new.sender_name)])


if __name__ == "__main__":
    pipe, chats, *sizes = sys.argv[1:]
    store = store_of(int(chats), [int(size) for size in sizes])
    app = Known(lambda post: Network(nowhere, post), store=store)
    listen(Path(pipe), app.arrive)
    app.run()
