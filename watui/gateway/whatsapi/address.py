"""Where the gateway is, how to trust it, and the key for it: the only place that puts the key anywhere."""

import asyncio
import ipaddress
import re
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
from yarl import URL

from watui.aside import aside
from watui.gateway.base import BadSettings, GatewayError, Refused, WrongKey
from watui.gateway.whatsapi.refusals import NO_KEY
from watui.text import Safe

KEEPALIVE = 4.0
"""Seconds for which an idle connection is used again; the gateway closes it after five (contract 1.5)."""

KEY_LIMIT = 15.0
"""Seconds in which the key must have been read."""

_SEGMENT = re.compile(r"[A-Za-z0-9_.:@\-]{1,200}")


class Address:
    """An origin, with a path before the gateway's own if a proxy has put one there."""

    def __init__(self, url: str, *, allow_plaintext: bool) -> None:
        try:
            parts = URL(url)
            origin = str(parts.origin())
        except ValueError:
            parts, origin = URL(), ""
        host = parts.raw_host
        more = parts.user or parts.password or parts.query_string or parts.fragment
        if not host or parts.scheme not in {"http", "https"} or more:
            raise BadSettings("url must look like https://host:port, without a name, a key or a query")
        if parts.scheme == "http" and not allow_plaintext and not _is_loopback(host):
            raise BadSettings("url is http to another computer, where anybody could listen. Use https")
        self.origin = origin
        self.prefix = parts.raw_path.rstrip("/")

    def url(self, path: str, query: Mapping[str, str]) -> URL:
        """Make a URL out of parts that are encoded already; nothing can lead it to another origin."""
        text = f"{self.origin}{self.prefix}{path}"
        return URL(f"{text}?{urlencode(query)}" if query else text, encoded=True)

    def holds(self, url: str) -> bool:
        """Whether `url` belongs to this origin."""
        parts = urlsplit(url)
        scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
        return f"{scheme}://{parts.netloc}" == self.origin


def segment(identifier: str) -> str:
    """Encode an id as one segment of a path, so that none of them can lead to another route.

    Raises Refused for what no gateway would take for an id.
    """
    if not _SEGMENT.fullmatch(identifier) or not identifier.strip("."):
        raise Refused("this is not an id that the gateway could know")
    return quote(identifier, safe="")


API = "/api/v1"


def path_of(device: Safe, chat: Safe | None = None) -> str:
    """Make the path of a device, or of a chat of it; raises Refused for what would lead elsewhere."""
    path = f"{API}/devices/{segment(device)}"
    return f"{path}/chats/{segment(chat)}" if chat is not None else path


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Trust:
    """Which certificates the gateway may show; makes the sessions that insist on it."""

    def __init__(self, ca_file: str | Path | None, tls_fingerprint: str | None) -> None:
        self.ssl: ssl.SSLContext | aiohttp.Fingerprint
        try:
            if tls_fingerprint:
                self.ssl = aiohttp.Fingerprint(bytes.fromhex(tls_fingerprint.replace(":", "")))
            else:
                self.ssl = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
            return
        except (OSError, ValueError):
            pass
        field = "tls_fingerprint" if tls_fingerprint else "ca_file"
        raise BadSettings(f"{field} cannot be used: it must be a {_FORMS[field]}")

    def session(self, *, reuse: bool = True) -> aiohttp.ClientSession:
        """Make a session that stores no cookies and asks no environment; needs a running loop.

        `reuse`: whether a connection serves several calls.
        """
        connector = (
            aiohttp.TCPConnector(ssl=self.ssl, limit=64, keepalive_timeout=KEEPALIVE)
            if reuse
            else aiohttp.TCPConnector(ssl=self.ssl, limit=64, force_close=True)
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            middlewares=(_stay,),
        )


_FORMS = {"tls_fingerprint": "SHA-256 in hex", "ca_file": "file of certificates (PEM)"}


class Redirected(aiohttp.ClientConnectionError):
    """The answer wants to lead elsewhere, where the key must not go."""


async def _stay(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    response = await handler(request)
    if response.status in {301, 302, 303, 307, 308}:
        response.close()
        raise Redirected
    return response


class Key:
    """The gateway's key: read when it is first needed, and again when the gateway refuses it."""

    def __init__(self, read: Callable[[], str | None]) -> None:
        self._read = read
        self._value: str | None = None
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """Give the key; raises WrongKey if there is none."""
        async with self._lock:
            if self._value is None:
                self._value = await self._fetch()
            return self._value

    async def changed(self, refused: str) -> bool:
        """Read the key again after `refused` was; whether there is another one now."""
        async with self._lock:
            if self._value == refused:
                self._value = await self._fetch()
            return self._value != refused

    async def _fetch(self) -> str:
        problem: GatewayError
        try:
            async with asyncio.timeout(KEY_LIMIT):
                key = await aside(self._read)
        except GatewayError:
            raise
        except TimeoutError:
            problem = WrongKey(f"the key could not be read in {KEY_LIMIT:.0f} s. Check api_key_command")
        except Exception as error:
            problem = WrongKey(str(error))  # whoever reads keys says what is wrong in words to be shown
        else:
            key = (key or "").strip()
            if key and key.isprintable() and key.isascii():
                return key
            problem = WrongKey("the key holds characters that no key has. Check it" if key else NO_KEY)
        raise problem from None
