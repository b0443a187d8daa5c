"""Files: how they come, what is wrong with it, and how large a body may be (contract 1.2, 2.13)."""

import base64
import hashlib
import json

import pytest

from tests.demo.client import ALICE, Client, recorded
from tests.demo.conftest import Make
from watui.demo.records import Media

LONG = "4915777777777@c.us"
LOST = (404, {"success": False, "error": "Message not found"})


def given(data: bytes, mimetype: str = "application/pdf") -> dict[str, str]:
    return {"mimetype": mimetype, "data": base64.b64encode(data).decode()}


@pytest.mark.parametrize("size", [0, 1, 70_000])
async def test_files_go_and_come_whole(real: Client, size: int) -> None:
    data = hashlib.shake_128(b"x").digest(size)
    path = "media/download"
    message = real.gateway.message(None, ALICE, type="document", filename="a b.pdf", media=given(data))
    async with real.http.get(f"{real.base}/messages/{message}/{path}") as answer:
        assert await answer.read() == data
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Length"] == str(size)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="a b.pdf"'
        assert answer.headers["Cache-Control"] == "private, max-age=3600"
    async with real.http.head(f"{real.base}/messages/{message}/{path}") as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, str(size))
        assert await answer.read() == b""
    if size:
        sent = await real.send("caption", media=given(data, "image/png") | {"filename": "p.png"})
        async with real.http.get(f"{real.base}/messages/{sent}/{path}") as answer:
            assert await answer.read() == data
        entry = real.gateway.sends[-1]
        wanted = {"type": "image", "filename": "p.png", "mimetype": "image/png", "size": size}
        assert wanted.items() <= entry.items()
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert base64.b64decode(real.gateway.file(None, sent)["data"]) == data


async def test_names_in_headers(make: Make) -> None:
    names = ['my "quoted" name.pdf', "Übersicht.pdf", "Отчёт №1.pdf", "a\rb.pdf", "\u202egpj.exe", "a" * 300]
    real, full = await make(profile="whatsapi"), await make(profile="full")
    seen: dict[str, list[str]] = {"whatsapi": [], "full": []}
    for client in (real, full):
        for name in names:
            message = client.gateway.message(None, ALICE, filename=name, media=given(b"x"))
            async with client.http.get(f"{client.base}/messages/{message}/media/download") as answer:
                body = await answer.read()
                if answer.status == 200:
                    assert body == b"x"
                    shown = answer.headers["Content-Disposition"].removeprefix("attachment; filename")
                else:
                    refusal = json.loads(body)
                    assert (answer.status, refusal["error"]) == (500, "Failed to download media")
                    shown = answer.headers["Content-Type"]
                seen[client.gateway.options.profile].append(shown)
    # What is not ASCII is spoilt [445].
    assert seen["whatsapi"][:2] == ['="my "quoted" name.pdf"', '="\udcfdbersicht.pdf"']
    assert seen["whatsapi"][2:5] == ["application/pdf; charset=utf-8"] * 3
    assert seen["whatsapi"][5] == f'="{names[5]}"'
    assert seen["full"][1] == "*=UTF-8''%C3%9Cbersicht.pdf"
    assert seen["full"][2].startswith("*=UTF-8''%D0%9E")
    message = real.gateway.message(None, ALICE, filename=names[1], media=given(b"x"))
    async with real.http.head(f"{real.base}/messages/{message}/media/download") as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, "1")


async def test_thumbnails_and_infos(real: Client) -> None:
    gateway = real.gateway
    for kind, status, error in (
        ("document", 404, "No thumbnail available for this media type"),
        ("ptt", 400, "Media type does not support thumbnails"),
        ("sticker", 400, "Media type does not support thumbnails"),
        ("video", 501, "Video thumbnail extraction not implemented yet"),
    ):
        message = gateway.message(None, ALICE, type=kind)
        async with real.http.get(f"{real.base}/messages/{message}/media/thumbnail") as answer:
            assert (answer.status, (await answer.json(content_type=None))["error"]) == (status, error)
            assert answer.headers["Content-Type"].startswith("image/jpeg;") is (kind == "video")
        info = (await real.get(f"messages/{message}/media/info"))[1]["data"]
        assert ("duration" in info) is (kind == "ptt")
    picture = gateway.message(None, ALICE, type="image", media=given(b"picture", "image/jpeg"))
    async with real.http.get(f"{real.base}/messages/{picture}/media/thumbnail") as answer:
        assert await answer.read() == b"picture"
        assert "Content-Disposition" not in answer.headers
    assert await real.get("messages/nope/media/info") == LOST
    assert await real.get("messages/nope/media/thumbnail") == LOST


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_files_that_are_gone(make: Make, profile: str) -> None:
    client = await make(profile=profile)
    message = client.gateway.message(None, ALICE, type="image", media={"expired": True})
    gone = (500, {"success": False, "error": "Failed to download media"})
    assert await client.get(f"messages/{message}/media/download") == gone
    assert (await client.get(f"messages/{message}/media/thumbnail"))[0] == 500
    assert (await client.get(f"messages/{message}/media/info"))[0] == 200


async def test_the_window_of_files(make: Make) -> None:
    for profile, beyond in (("whatsapi", 404), ("full", 200)):
        client = await make(profile=profile, chats=60)
        gateway = client.gateway
        phone = gateway.handset()
        fiftieth, beneath = phone.ordered()[48], phone.ordered()[49]
        gateway.chat(None, LONG, messages=450)
        truth = [item["id"] for item in gateway.truth(None, LONG)["messages"]]
        for message_id, wanted in (
            (truth[-100], 200),
            (truth[-101], beyond),
            (fiftieth[len(fiftieth) - 1].id, 200),
            (beneath[len(beneath) - 1].id, beyond),
        ):
            message = gateway.acts.message(phone, message_id)
            message.type, message.media = "document", Media("text/plain", 1, data=b"x")
            async with client.http.get(f"{client.base}/messages/{message_id}/media/download") as answer:
                assert answer.status == wanted, message_id
                if wanted == 404:
                    assert await answer.json() == recorded("449-media-not-found")


@pytest.mark.parametrize("profile", ["whatsapi", "full"])
async def test_the_limit_of_a_body_can_be_raised(make: Make, profile: str) -> None:
    client = await make(profile=profile, max_body=400_000)
    data = bytes(280_000)
    sent = await client.send("large", media=given(data))
    assert base64.b64decode(client.gateway.file(None, sent)["data"]) == data
    body = {"to": ALICE, "text": "x", "media": given(bytes(310_000))}
    assert (await client.post("chats", body))[0] == 413
    if profile == "full":
        assert (await client.get("/api/v1/capabilities"))[1]["data"]["bodyLimit"] == 400_000
    assert len(client.gateway.sends) == 1
