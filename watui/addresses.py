"""Addresses of gateways as people write them, brought into one form or refused in words."""

import ipaddress
import re
from urllib.parse import urlsplit, urlunsplit

__all__ = ["base_url", "is_plaintext"]


def is_plaintext(url: str) -> bool:
    """Whether what goes there can be read on the way: http:// to another computer than this one."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "http" or host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def base_url(value: str) -> str:
    """Return `scheme://host[:port][/path]`; raises ValueError in words that do not repeat the address."""
    text = value.strip()
    if not text.isprintable() or " " in text or "\\" in text:
        raise ValueError("holds a space, a backslash or a control character")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("is not an address with a port up to 65535") from None
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    if scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("should begin with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("holds a user name or password; put the key into api_key_file")
    if not parts.hostname or port == 0:
        raise ValueError("names no host or no port")
    if parts.query or parts.fragment:
        raise ValueError("should end before the ? or #")
    path = re.sub(r"(/api/v1)?/*$", "", parts.path.rstrip("/"))
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return urlunsplit((scheme, host if port is None else f"{host}:{port}", path, "", ""))
