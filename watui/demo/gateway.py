"""The demo gateway as a whole: start it, talk to it at `url`, and make things happen on its phones."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from typing import Any, Self

from watui.demo.acts import Acts
from watui.demo.burst import Burst
from watui.demo.control import Control
from watui.demo.faults import Fault, Faults
from watui.demo.life import Life
from watui.demo.listener import HOST, Listener
from watui.demo.options import DemoOptions
from watui.demo.pairing import Pairing
from watui.demo.rest import Door, Ledger
from watui.demo.routes_analytics import AnalyticsRoutes
from watui.demo.routes_chats import ChatRoutes
from watui.demo.routes_devices import DeviceRoutes
from watui.demo.routes_forward import ForwardRoutes
from watui.demo.routes_groups import GroupRoutes
from watui.demo.routes_location import LocationRoutes
from watui.demo.routes_media import MediaRoutes
from watui.demo.routes_messages import MessageRoutes
from watui.demo.routes_queue import QueueRoutes
from watui.demo.routes_search import SearchRoutes
from watui.demo.send_queue import SendQueue
from watui.demo.sockets import Sockets
from watui.demo.verbs import Verbs

Json = dict[str, Any]


class DemoGateway(Verbs):
    """An embedded gateway with simulated phones behind it, on 127.0.0.1 in the running event loop."""

    def __init__(self, options: DemoOptions | None = None) -> None:
        self.options = options or DemoOptions()
        self.key = self.options.key or secrets.token_urlsafe(18)
        self.acts = Acts(self.options, self._emit)
        self.pairing = Pairing(self.acts)
        self.life = Life(self.acts)
        self.queue = SendQueue(self.acts)
        self._ledger = Ledger()
        self._faults = Faults()
        self._door = Door(self.acts, self._faults, self._ledger, lambda: self.key)
        self._routes = (
            DeviceRoutes(self.acts, self.pairing),
            MessageRoutes(self.acts),
            ChatRoutes(self.acts, self._faults),
            QueueRoutes(self.acts, self.queue),
            SearchRoutes(self.acts),
            ForwardRoutes(self.acts, self._faults),
            LocationRoutes(self.acts),
            GroupRoutes(self.acts),
            MediaRoutes(self.acts),
            AnalyticsRoutes(self.acts),
        )
        self._listener: Listener | None = None
        self._control = Control(self)
        self._port = self.options.port
        self._burst: Burst | None = None
        self._restarting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen and bring the devices up; raises OSError when a port is taken."""
        await self._listen()
        await self._control.open(self.options.control_port)
        for phone in self.acts.phones.values():
            if phone.status != "ready":
                self.pairing.start(phone)
            elif self.options.start_delay:
                self.pairing.restore(phone, self.options.start_delay)
        self.life.start()

    async def stop(self) -> None:
        """Close everything; clients see their connections break."""
        await self.life.close()
        await self.queue.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.pairing.close()
        await self.stop_listening()
        await self._control.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Where REST and Socket.IO are; the same after a restart."""
        return f"http://{HOST}:{self._port}"

    @property
    def control(self) -> str:
        """Where the control port is."""
        return f"http://{HOST}:{self._control.port}"

    @property
    def devices(self) -> list[str]:
        """The ids of all devices, paired ones first."""
        return list(self.acts.phones)

    @property
    def calls(self) -> list[Json]:
        """Every REST call so far."""
        return list(self._ledger.calls)

    @property
    def sends(self) -> list[Json]:
        """Everything that WhatsApp got from the accounts' owners, through the gateway or from the phone."""
        return list(self.acts.sends)

    @property
    def deeds(self) -> list[Json]:
        """Everything that the owners deleted, cleared or archived through the gateway."""
        return list(self.acts.deeds)

    def _emit(self, device: str, name: str, payload: Json) -> None:
        if self._listener is not None:
            self._listener.sockets.emit(device, name, payload)

    async def _listen(self) -> None:
        self._faults.released.clear()
        sockets = Sockets(self.options, lambda: self.key, self.acts.now)
        listener = Listener(sockets, self._door, self._routes)
        self._port = await listener.open(self._port)
        self._listener = listener

    async def stop_listening(self) -> None:
        """Close the listener and break all connections; the phones live on."""
        self._faults.released.set()
        listener, self._listener = self._listener, None
        if listener is not None:
            await listener.close()

    async def restart(self, down: float = 0.0, starting: float = 0.0) -> None:
        """Go away for `down` seconds and come back on the same port, then `starting` seconds until ready.

        While it starts, a device is 404 first, then `initializing`, while the list says `ready` [640, 702].
        """
        async with self._restarting:  # two at once would both want the port
            await self._restart(down, starting)

    async def _restart(self, down: float, starting: float) -> None:
        await self.stop_listening()
        back = [phone for phone in self.acts.phones.values() if phone.status == "ready"]
        for phone in back:
            self.pairing.restore(phone, down + starting)
        await asyncio.sleep(down)
        for phone in back:
            self.pairing.restore(phone, starting)
        await self._listen()

    def restart_soon(self, down: float = 0.0, starting: float = 0.0) -> None:
        """Do the same in the background."""
        self._spawn(self.restart(down, starting))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def event(self, device: str | None, name: str, payload: Any = None) -> None:
        """Emit an event exactly as given."""
        self._emit(device or self.devices[0], name, payload)

    def raw(self, device: str | None, packet: str) -> None:
        """Send the text of a Socket.IO packet as it is, such as `2/device/x,["message"`."""
        if self._listener is not None:
            sockets = self._listener.sockets
            sockets.send(device or self.devices[0], sockets.text_packet(packet))

    def burst(
        self,
        device: str | None = None,
        *,
        count: int = 1000,
        rate: float = 1000.0,
        chats: int = 10,
        prefix: str = "burst ",
        size: int = 0,
    ) -> Burst:
        """Start a flood of incoming messages, see `Burst`; its `state` tells how far it got."""
        if self._listener is None:
            raise ValueError("not listening")
        phone = self.handset(device)
        self._burst = Burst(self.acts, phone, count=count, rate=rate, chats=chats, prefix=prefix, size=size)
        self._spawn(self._burst.run(self._listener.sockets))
        return self._burst

    def burst_state(self) -> Json:
        """Tell how far the last flood got."""
        return self._burst.state if self._burst else {"sent": 0, "done": True, "seconds": 0.0}

    def faults(self, match: str, kind: str, times: int = 1, **choices: Any) -> Fault:
        """Let the next `times` calls whose `METHOD path` matches go wrong, see `Fault`."""
        return self._faults.add(match, kind, times=times, **choices)

    def clear_faults(self) -> None:
        """Forget all faults and let stalled calls end."""
        self._faults.waiting.clear()
        self._faults.released.set()
        self._faults.released.clear()

    async def socket(
        self,
        refuse: str | None = None,
        times: int = 1,
        websocket: bool | None = None,
        cut: str | None = None,
        disconnect: str | None = None,
    ) -> Json:
        """Make sockets fail.

        `refuse` the next `times` connections with this message; `websocket` False forbids upgrades; `cut` the
        TCP connections of a device (`*` for all); `disconnect` the clients of a device from its namespace.
        """
        if websocket is not None:
            self._door.websocket = websocket
        done: Json = {}
        if self._listener is not None:
            sockets = self._listener.sockets
            if refuse is not None:
                sockets.refusals += [refuse] * times
            if cut is not None:
                done["cut"] = sockets.cut(None if cut == "*" else cut)
            if disconnect is not None:
                await sockets.leave(disconnect)
        return done

    def clients(self, device: str | None = None) -> int:
        """Count the Socket.IO clients of a device."""
        return len(self._listener.sockets.connections(device or self.devices[0])) if self._listener else 0

    def rotate_key(self, key: str) -> None:
        """Change the API key; connected sockets stay."""
        self.key = key

    def rate(self, per_minute: float) -> None:
        """Change how many messages a minute arrive by themselves, over all devices."""
        self.life.set_rate(per_minute)
