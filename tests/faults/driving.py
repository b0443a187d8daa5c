"""Driving a `tests.faults.client` process: what it is told, and what it has told of itself."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.bench.measure import ROOT, environment
from tests.faults.ledger import Held, from_json
from watui.models import LinkState

LINE_LIMIT = 2**28
"""Bytes of a line, which may hold fifty thousand messages."""

UP = frozenset({LinkState.LIVE.value, LinkState.CATCHING_UP.value, LinkState.POLLING.value})


class Driven:
    """One life of a client; killed at the latest when its context is left."""

    def __init__(self, url: str, key: str, device: str, home: Path, crash_at: str = "") -> None:
        self._argv = [sys.executable, "-m", "tests.faults.client", url, key, str(home)]
        self._env = environment(home, WATUI_HURRY="1", WATUI_CRASH_AT=crash_at)
        self._errors = home / "errors"
        self.device = device
        self.link = ""
        self.taken: list[str] = []
        self.settled: dict[str, dict[str, Any]] = {}
        """What became of texts."""
        self.missing: list[str] = []
        """Waits that could not be shortened because their names are gone."""
        self._synced = 0
        self._told: asyncio.Future[dict[str, Any]] | None = None
        self._changed = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        with self._errors.open("ab") as errors:
            self._process = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                limit=LINE_LIMIT,
                env=self._env,
                cwd=ROOT,
            )
        self._reading = asyncio.ensure_future(self._read())
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._process is not None
        assert self._reading is not None
        await self.kill()
        await self._process.wait()
        await self._reading
        if self._process.stdin is not None:
            self._process.stdin.close()

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it is gone."""
        return self._reading is None or self._reading.done()

    @property
    def up(self) -> bool:
        """Whether it is connected."""
        return self.link in UP

    @property
    def errors(self) -> str:
        """What it wrote to standard error, in all its lives here."""
        return self._errors.read_text(encoding="utf-8", errors="replace")

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            with contextlib.suppress(ValueError):  # a line that death has cut
                self._hear(json.loads(line))
            self._changed.set()
        self.link = ""
        self._changed.set()
        if self._told is not None and not self._told.done():
            self._told.set_exception(EOFError(f"the client ended: {self.errors[-2000:]}"))

    def _hear(self, told: dict[str, Any]) -> None:
        match told["is"]:
            case "ready":
                self.missing = told["missing"]
            case "link" if told["device"] == self.device:
                self.link = told["state"]
            case "taken":
                self.taken.append(told["text"])
            case "settled":
                self.settled[told["text"]] = told
            case "synced":
                self._synced += 1
            case "told" if self._told is not None and not self._told.done():
                self._told.set_result(told)
            case _:
                pass

    def do(self, verb: str, **more: Any) -> None:
        """Give an order; one that has died meanwhile does not hear it."""
        assert self._process is not None
        assert self._process.stdin is not None
        if not self.ended:
            line = json.dumps({"do": verb, "device": self.device, **more})
            self._process.stdin.write(line.encode() + b"\n")

    async def until(self, met: Callable[[], object], seconds: float) -> bool:
        """Wait until something it told makes `met` true; whether that came in time."""
        deadline = time.monotonic() + seconds
        while not met():
            left = deadline - time.monotonic()
            if left <= 0 or self.ended:
                return bool(met())
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)
        return True

    async def live(self, seconds: float = 30.0) -> None:
        """Wait until it is live, pressing the key that tries again from time to time, as a person does."""
        deadline = time.monotonic() + seconds
        while not await self.until(lambda: self.link == LinkState.LIVE.value, 0.3):
            assert time.monotonic() < deadline, (
                f"{self.link or 'ended'} for {seconds} s {self.errors[-2000:]}"
            )
            assert not self.ended, self.errors[-2000:]
            self.do("kick")

    async def sync(self, seconds: float = 10.0) -> None:
        """Wait until the network thread has done what it was told so far."""
        wanted = self._synced + 1
        self.do("sync")
        await self.until(lambda: self._synced >= wanted, seconds)

    async def tell(self, seconds: float = 30.0) -> dict[str, Any]:
        """Ask for all that it holds."""
        self._told = asyncio.get_running_loop().create_future()
        self.do("tell")
        return await asyncio.wait_for(self._told, seconds)

    async def threads(self) -> dict[str, Held]:
        """Ask for its threads."""
        return from_json((await self.tell())["threads"])

    async def stop(self, seconds: float = 5.0) -> bool:
        """Let it end as if the person left; whether it did in time."""
        self.do("stop")
        return await self.until(lambda: self.ended, seconds)

    async def kill(self) -> None:
        """Kill it, here and now."""
        if not self.ended:
            # Not with the process's own method, which may take the exit code from asyncio.
            os.kill(self.pid, signal.SIGKILL)
        await self.until(lambda: self.ended, 5.0)

    async def freeze(self, seconds: float) -> None:
        """Stop it as Ctrl+Z or a closed lid does, and let it go on after a while."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            os.kill(self.pid, signal.SIGCONT)
