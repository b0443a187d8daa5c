"""A file on its way out: counted as it goes, stopped as long as the gateway cannot have all of it."""

import asyncio
import json

import pytest
from aiohttp import web

from tests.gateway.conftest import Stub, opened, raw_server
from tests.waiting import until
from watui.bodies import Body, File, Upload
from watui.gateway import base
from watui.gateway.whatsapi import rest
from watui.text import Safe

DEVICE, ALICE = Safe("d-1"), Safe("4915111111111@c.us")

LARGE = Body(file=File("large.bin", "application/octet-stream", bytes(12_000_000)))


async def test_every_byte_is_counted(stub: Stub) -> None:
    seen: list[bytes] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(await request.read())
        return web.json_response({"success": True})

    stub.handler = handler
    told: list[int] = []
    upload = Upload(lambda upload: told.append(upload.done))
    small = Body("with words", file=File("a.bin", "text/plain", bytes(60_000)))
    async with opened(stub.url) as api:
        with pytest.raises(base.Unsure):  # success without data says nothing
            await api.send(DEVICE, ALICE, small, upload)
    assert upload.done == upload.size == len(seen[0])
    assert json.loads(seen[0])["text"] == "with words"
    assert told == sorted(told)
    assert max(after - before for before, after in zip([0, *told], told, strict=False)) <= rest.PIECE
    assert not upload.stop()  # it has gone


async def test_what_is_stopped_has_not_arrived() -> None:
    got: list[int] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(len(await reader.read(1000)))
        await asyncio.Event().wait()  # the buffers fill, and nothing more goes

    upload = Upload()
    async with raw_server(talk) as url, opened(url, max_body=50_000_000) as api:
        sending = asyncio.ensure_future(api.send(DEVICE, ALICE, LARGE, upload))
        await until(lambda: got and upload.done > 100_000)
        assert upload.done < upload.size
        assert upload.stop()
        with pytest.raises(base.Stopped):
            await sending
        assert upload.done < upload.size


async def test_half_a_message_was_not_sent() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)

    async with raw_server(talk) as url, opened(url, max_body=50_000_000) as api:
        with pytest.raises(base.GatewayGone):
            await api.send(DEVICE, ALICE, LARGE, Upload())
        with pytest.raises(base.Unsure):  # all of this one may have been read
            await api.send(DEVICE, ALICE, Body("short"), Upload())
