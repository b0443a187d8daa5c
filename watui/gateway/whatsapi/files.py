"""Fetching the file of a message (contract 2.13): the status comes before the type, and nothing is trusted.

The address is made of the message's id, never of one that the gateway gave; the key would go there.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote

from watui.caps import Cap
from watui.gateway.base import Download, Expired, GatewayBroken, NotFound, Refused, Unsupported
from watui.gateway.whatsapi.address import path_of, segment
from watui.gateway.whatsapi.rest import Call, Http
from watui.models import Media
from watui.text import Safe, one_line

DOING = "fetching the file"

EXPIRED = "the gateway could not get the file from WhatsApp; most likely it has expired there"

FAR = "the gateway finds files only in the newest 100 messages of its 50 newest chats"

_STARRED = re.compile(r"filename\*=(?:utf-8|UTF-8)''([^;]+)")
_PLAIN = re.compile(r'filename="(.*)"')  # to the last quote: the gateway escapes none (contract 2.13)


class Files:
    """A part of the gateway."""

    caps: Cap
    _http: Http

    @asynccontextmanager
    async def download(self, device: Safe, message: Safe) -> AsyncIterator[Download]:
        """Fetch the file of a message piece by piece.

        Raises NotFound beyond where the gateway looks, Expired or Refused where there is none (any more).
        """
        if Cap.MEDIA not in self.caps:
            raise Unsupported(f"this gateway has no call for {DOING}")
        path = f"{path_of(device)}/messages/{segment(message)}/media/download"
        try:
            async with self._http.stream(Call("GET", path, DOING)) as response:
                headers = response.headers
                media = Media(
                    mimetype=one_line(headers.get("Content-Type", ""), limit=100) or None,
                    name=_name(headers.get("Content-Disposition", "")),
                    size=response.content_length,
                )
                yield Download(media, response.content.iter_chunked(PIECE))
        except Unsupported:
            self.caps &= ~Cap.MEDIA
            raise
        except NotFound:
            problem: Refused = NotFound(FAR)
        except GatewayBroken:
            problem = Expired(EXPIRED)
        else:
            return
        raise problem


PIECE = 256 * 1024
"""Bytes that are read at a time."""


def _name(disposition: str) -> Safe | None:
    """Read a file's name; `None` for the constant that the gateway gives most files."""
    starred = _STARRED.search(disposition)
    if starred:
        name = unquote(starred[1], errors="replace")
    else:
        plain = _PLAIN.search(disposition)
        # Latin-1 on the wire, which aiohttp reads as UTF-8 and keeps what is none.
        raw = plain[1].encode("utf-8", "surrogateescape") if plain else b""
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("latin-1")
    return one_line(name) if name not in ("", "media") else None
