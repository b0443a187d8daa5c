"""A bare python-socketio client whose handler does nothing: what the library alone makes of a stream.

    python -m tests.bench.bare URL KEY DEVICE

For each number that it reads it receives so many messages, and prints when the last one had come.
"""

import asyncio
import gc
import sys
import time

import socketio


async def main(url: str, key: str, device: str) -> None:
    """Receive until told to end."""
    loop = asyncio.get_running_loop()
    client = socketio.AsyncClient(reconnection=False)
    here, wanted = 0, 0
    done = asyncio.Event()

    def message(_: object) -> None:
        nonlocal here
        here += 1
        if here == wanted:
            done.set()

    client.on("message", message, namespace=f"/device/{device}")
    await client.connect(
        f"{url}?apiKey={key}", socketio_path="ws", namespaces=[f"/device/{device}"], transports=["websocket"]
    )
    gc.freeze()  # as watui has it
    gc.set_threshold(20_000, 50, 1000)
    print("connected", flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        here, wanted = 0, int(line)
        done.clear()
        print("waiting", flush=True)
        await done.wait()
        print(time.monotonic(), flush=True)
    await client.disconnect()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
