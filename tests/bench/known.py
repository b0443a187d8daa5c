"""watui as it starts when it knows something already: 200 chats, and 50 messages in an open one."""

import gc
import os
import sys

from watui.terminal.environment import prepare

gc.disable()  # as the command line does
prepare(os.environ)

from tests.making import WORK, chat, device, link, message  # noqa: E402
from watui import events as ev  # noqa: E402
from watui.app import Watui  # noqa: E402
from watui.gateway.base import Gateway, GatewayGone  # noqa: E402
from watui.models import ChatKey, Older  # noqa: E402
from watui.network import Network  # noqa: E402
from watui.store import Store  # noqa: E402
from watui.text import Safe  # noqa: E402


async def nowhere() -> Gateway:
    """Stand in for a gateway that does not answer."""
    raise GatewayGone("nothing answers")


def known(chats: int, messages: int) -> Store:
    """Fill a store, as an archive would."""
    store = Store()
    store.apply(WORK, [ev.DeviceChanged(device()), ev.LinkChanged(link())], 0.0)
    listed = [
        chat(f"49151{number:08}@c.us", f"Contact {number}", at=-number * 600) for number in range(chats)
    ]
    first = listed[0].key.jid
    history = [
        message(
            f"m{number}", first, text=f"message number {number} of a chat " * 3, at=number, own=not number % 3
        )
        for number in range(messages)
    ]
    store.apply(WORK, [ev.ChatsListed(listed), ev.HistoryRead(first, history, Older.NONE, newest=True)], 0.0)
    return store


class Known(Watui):
    """Opens its first chat at once."""

    def on_mount(self) -> None:  # Textual calls the base class's own as well
        self.open_thread(ChatKey(WORK, Safe("4915100000000@c.us")))


if __name__ == "__main__":
    Known(lambda post: Network(nowhere, post), store=known(int(sys.argv[1]), int(sys.argv[2]))).run()
