"""`watui gateway`: the demo gateway as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from typing import TYPE_CHECKING

from watui.demo.options import DemoOptions

if TYPE_CHECKING:
    from watui.demo.gateway import DemoGateway


def parser() -> argparse.ArgumentParser:
    """Make the parser of `watui gateway`."""
    show = DemoOptions.show()
    made = argparse.ArgumentParser(
        prog="watui gateway",
        description="Run a gateway with simulated phones on 127.0.0.1; prints a line of JSON when ready.",
    )
    add = made.add_argument
    add(
        "--profile",
        choices=("full", "whatsapi"),
        default=show.profile,
        help="events and quirks (default full)",
    )
    add("--port", type=int, default=0, help="port of the gateway (default: any free one)")
    add("--control-port", type=int, default=0, metavar="PORT", help="port of the control server")
    add("--key", help="API key (default: a random one)")
    add("--seed", type=int, default=show.seed, help="what the simulated accounts grow from")
    add("--devices", type=int, default=show.devices, metavar="N", help="paired devices")
    add("--unpaired", type=int, default=show.unpaired, metavar="N", help="devices that offer QR codes")
    add("--chats", type=int, default=show.chats, metavar="N", help="chats of each device")
    add("--messages", type=int, default=show.messages, metavar="N", help="messages of the longest chats")
    add(
        "--rate",
        type=float,
        default=show.rate,
        metavar="N",
        help="messages a minute that arrive by themselves",
    )
    add("--no-reply", dest="reply", action="store_false", help="contacts do not answer")
    add("--pace", type=float, default=show.pace, help="factor on the delays of people")
    add("--pair-after", type=float, default=show.pair_after, metavar="S", help="pairs by itself; 0: never")
    add("--qr-every", type=float, default=show.qr_every, metavar="S", help="how long a QR code is shown")
    add("--queue-delay", type=float, default=show.queue_delay, metavar="S", help="of the send queue")
    add("--max-body", type=int, metavar="BYTES", help="the largest body of a call (default 102400)")
    add("--start-delay", type=float, default=0.0, metavar="S", help="how long devices take to come up")
    add("--ping-interval", type=float, default=show.ping_interval, metavar="S", help="of the sockets")
    add("--ping-timeout", type=float, default=show.ping_timeout, metavar="S", help="of the sockets")
    add("--now", type=float, metavar="EPOCH", help="when the seeded histories end (default: now)")
    add("--until-stdin-closes", action="store_true", help="end when standard input is closed")
    return made


def main(argv: list[str] | None = None) -> int:
    """Run until a signal, or until stdin closes; gives the exit code."""
    choices = vars(parser().parse_args(argv))
    until_eof = choices.pop("until_stdin_closes")
    choices["pair_after"] = choices["pair_after"] or None
    options = DemoOptions(**choices)
    try:
        asyncio.run(_serve(options, until_eof=until_eof))
    except OSError as error:
        print(f"watui gateway: {error}", file=sys.stderr)  # noqa: T201 - this is a command
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


async def _serve(options: DemoOptions, *, until_eof: bool) -> None:
    from watui.demo.gateway import DemoGateway  # noqa: PLC0415 - `--help` must not wait for aiohttp

    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with DemoGateway(options) as gateway:
        _announce(gateway)
        if not until_eof:
            await ended.wait()
            return
        reader = asyncio.StreamReader()
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        eof = asyncio.ensure_future(_drain(reader))
        signalled = asyncio.ensure_future(ended.wait())
        await asyncio.wait((eof, signalled), return_when=asyncio.FIRST_COMPLETED)
        for task in (eof, signalled):
            task.cancel()
        await asyncio.gather(eof, signalled, return_exceptions=True)
        transport.close()


async def _drain(reader: asyncio.StreamReader) -> None:
    while await reader.read(4096):
        pass


def _announce(gateway: DemoGateway) -> None:
    line = {
        "url": gateway.url,
        "key": gateway.key,
        "control": gateway.control,
        "devices": gateway.devices,
        "profile": gateway.options.profile,
    }
    print(json.dumps(line), flush=True)  # noqa: T201 - this is what the parent process waits for
