"""Certificates: the right ones are taken, and each wrong one is told apart."""

import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.gateway.conftest import Stub, opened, serving
from watui.bodies import Body
from watui.gateway import base
from watui.gateway.whatsapi.refusals import untouched
from watui.text import Safe

DEVICE = Safe("d-1")

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


def certificate(place: Path, name: str, *options: str) -> Path:
    """Make a key and a certificate that vouches for itself; both in one file."""
    path = place / f"{name}.pem"
    if not path.exists():
        command = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ]
        command += ["-subj", f"/CN={name}", "-keyout", str(path), "-out", str(path) + ".crt", *options]
        subprocess.run(command, check=True, capture_output=True, timeout=30)
        with path.open("a") as file:
            file.write(Path(str(path) + ".crt").read_text())
    return path


@asynccontextmanager
async def secure(path: Path) -> AsyncIterator[Stub]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    async with serving(Stub(), ssl_context=context) as stub:
        stub.replay("030-devices-list")
        yield stub


def fingerprint(path: Path) -> str:
    crt = str(path) + ".crt"
    shown = subprocess.run(
        ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", crt],
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )
    return shown.stdout.strip().partition("=")[2]


HERE = ("-addext", "subjectAltName=IP:127.0.0.1")


async def test_own_authority_and_fingerprint(place: Path) -> None:
    path = certificate(place, "right", *HERE, "-days", "2")
    async with secure(path) as stub:
        async with opened(stub.url, ca_file=f"{path}.crt") as api:
            assert await api.devices()
        async with opened(stub.url, tls_fingerprint=fingerprint(path)) as api:
            assert await api.devices()
        async with opened(stub.url, tls_fingerprint="ab" * 32) as api:
            with pytest.raises(base.BadSettings, match="tls_fingerprint"):
                await api.devices()
        async with opened(stub.url) as api:
            with pytest.raises(base.BadSettings, match="vouches"):
                await api.devices()
            with pytest.raises(base.BadSettings, match="vouches"):
                async with api.live(DEVICE, print):
                    pass


async def test_other_name(place: Path) -> None:
    path = certificate(place, "other", "-addext", "subjectAltName=DNS:elsewhere.example", "-days", "2")
    async with secure(path) as stub, opened(stub.url, ca_file=f"{path}.crt") as api:
        with pytest.raises(base.BadSettings, match="another name"):
            await api.send(DEVICE, Safe("1@c.us"), Body("x"))


@pytest.mark.parametrize(
    ("number", "word"),
    [(10, "expired"), (9, "expired"), (64, "another name"), (18, "vouches"), (19, "vouches")],
)
def test_numbers_of_openssl(number: int, word: str) -> None:
    """An expired certificate cannot be made by every openssl, so its error is."""
    reason = ssl.SSLCertVerificationError(1, "certificate verify failed")
    reason.verify_code = number
    key = aiohttp.client_reqrep.ConnectionKey("x", 443, True, True, None, None, None)
    error = untouched(aiohttp.ClientConnectorCertificateError(key, reason))
    assert isinstance(error, base.BadSettings)
    assert word in error.words


async def test_no_tls_where_it_is_expected(stub: Stub) -> None:
    async with opened(stub.url.replace("http:", "https:")) as api:
        with pytest.raises(base.BadSettings, match="https"):
            await api.devices()
