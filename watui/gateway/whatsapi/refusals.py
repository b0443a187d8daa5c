"""What went wrong, in the words of `gateway.base`: from answers of four shapes, and from broken transports.

No word that somebody else sent, no address and no key gets into an error's text: the words are watui's own.
"""

import ssl
from typing import Any, NamedTuple

import aiohttp

from watui.gateway.base import (
    BadSettings,
    DeviceUnknown,
    GatewayBroken,
    GatewayError,
    GatewayGone,
    Later,
    NotAGateway,
    NotFound,
    NotReady,
    Refused,
    TooLarge,
    Unsupported,
    Unsure,
    WrongKey,
)

REFUSED_KEY = "the gateway refused the key. Set WATUI_API_KEY or api_key_file, then press Ctrl+R"

NO_KEY = "there is no key for the gateway. Set WATUI_API_KEY or api_key_file, then press Ctrl+R"

UNSURE = "the gateway did not say whether the message was sent"

STRANGER = "something answers at the gateway's address, but it is not the gateway. Check url"

_NAME_MISMATCH = frozenset({62, 64})
_EXPIRED = frozenset({9, 10})
"""OpenSSL's numbers for a certificate of another name (host, IP) and one whose time is over or to come."""


class Refusal(NamedTuple):
    """What a refusing answer says: `code` and `error` are empty where its shape has none (contract 1.2)."""

    error: str
    code: str
    status_word: str


def parse(body: object) -> Refusal | None:
    """Read any of the four error shapes; `None` for what no gateway sends."""
    if not isinstance(body, dict) or "error" not in body:
        return None
    error: Any = body["error"]
    holder: Any = body
    if isinstance(error, dict):  # shape C
        holder, error = error, error.get("message")
    if not isinstance(error, str):
        return None
    return Refusal(error, _word(holder.get("code")), _word(body.get("currentStatus")))


def refusal(status: int, body: object, doing: str, *, sends: bool) -> GatewayError:
    """Find the error for an answer of `status` with `body` (`None` if it was no JSON).

    `doing` says what was tried. With `sends`, whatever may have happened is `Unsure`.
    """
    said = parse(body)
    if said is not None and said.code == "CONFIG_ERROR":
        return WrongKey("the gateway has no key itself. Set API_KEY on the gateway and start it again")
    if 300 <= status < 400:
        return BadSettings("the gateway's address sends on to another one. Set url to where the gateway is")
    if 400 <= status < 500:
        return _denied(status, said, doing)
    if sends:
        return Unsure(UNSURE)
    if said is None and status in {502, 503, 504}:
        return GatewayGone("a proxy answers, but the gateway behind it does not. Is the gateway running?")
    if status >= 500 and (said is not None or body is None):
        return GatewayBroken(f"the gateway failed ({status}) {doing}. Its log tells why")
    return NotAGateway(STRANGER)


def _denied(status: int, said: Refusal | None, doing: str) -> GatewayError:
    if said is None:
        if status in {401, 403, 407}:
            return BadSettings(f"something before the gateway denies access ({status}). Check access_token")
        if status == 413:
            return TooLarge("this is too large for the gateway or the proxy before it. Send less")
        return NotAGateway(STRANGER)
    low = said.error.lower()
    if status == 401:
        return WrongKey(REFUSED_KEY)
    if status == 404:
        if low.startswith("device not found"):
            return DeviceUnknown("the gateway does not know the device: it is starting, or it was deleted")
        if low.startswith("message not found"):
            return NotFound("the gateway does not find this message any more")
        if said.code == "NOT_FOUND":
            return Unsupported(f"this gateway has no call for {doing}")
    if status == 400 and (said.status_word or "not ready" in low):
        return NotReady("the device is not ready. Link it, or wait until it has started")
    if status == 413:
        return TooLarge("this is too large: the gateway takes 100 kB at a time. Send less")
    if status == 429:
        if said.code == "DEVICE_HEALTH_PROTECTION":
            return Later("the gateway holds messages back to protect the account. Try again later")
        return Later("the gateway was asked too often. Try again in 5 minutes")
    return Refused(f"the gateway said no ({status}) {doing}")


def untouched(error: BaseException) -> GatewayError | None:
    """Find the error for a connection that never came about; `None` if something may have been sent."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return _certificate(error.certificate_error)
    if isinstance(error, aiohttp.ServerFingerprintMismatch):
        return BadSettings("the gateway's certificate is not the one in tls_fingerprint. Check it")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return BadSettings("the gateway does not speak TLS at this address. Check url: http or https")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return GatewayGone("the gateway's host name is not known. Check url and the network")
    if isinstance(error, aiohttp.ClientConnectorError):
        return GatewayGone("nothing answers at the gateway's address. Is it running?")
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return GatewayGone("the gateway's host does not answer. Check url and the network")
    if isinstance(error, aiohttp.InvalidURL):
        return BadSettings("the gateway's address makes no sense. Check url")
    return None


def lost(error: BaseException, doing: str, *, sends: bool) -> GatewayError:
    """Find the error for a call that got no whole answer."""
    found = untouched(error)
    if found is not None:
        return found
    if sends:
        return Unsure(UNSURE)
    if isinstance(error, TimeoutError):
        return GatewayGone(f"the gateway did not answer in time {doing}")
    if isinstance(error, aiohttp.ClientResponseError):
        return NotAGateway(STRANGER)
    return GatewayGone(f"the connection to the gateway broke {doing}")


def _certificate(error: Exception) -> BadSettings:
    number = getattr(error, "verify_code", None)
    if number in _NAME_MISMATCH:
        return BadSettings("the gateway's certificate is for another name. Set url to the name in it")
    if number in _EXPIRED:
        return BadSettings("the gateway's certificate has expired or is not valid yet. Renew it")
    return BadSettings("nobody known vouches for the gateway's certificate. Set ca_file or tls_fingerprint")


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""
