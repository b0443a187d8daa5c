"""A bare python-socketio client that counts messages: what the library alone makes of a stream."""

import asyncio
import contextlib
import sys
import time

import socketio


async def main(url: str, key: str, device: str, count: int) -> None:
    """Receive `count` messages and print how many a second came."""
    client = socketio.AsyncClient(reconnection=False)
    done = asyncio.Event()
    times: list[float] = []

    def message(_: object) -> None:
        times.append(time.monotonic())
        if len(times) == count:
            done.set()

    client.on("message", message, namespace=f"/device/{device}")
    await client.connect(
        f"{url}?apiKey={key}", socketio_path="ws", namespaces=[f"/device/{device}"], transports=["websocket"]
    )
    print("ready", flush=True)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(done.wait(), 60)
    await client.disconnect()
    print(f"{len(times)} {(len(times) - 1) / (times[-1] - times[0]):.0f}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
