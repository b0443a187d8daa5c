"""The parts of messages in the gateway's spellings: which fields there are, not what they mean.

`WireData` is what WhatsApp itself says of a message. It comes with events, with the answers to a send and
with the last message of a single chat, not with lists, and its fields come and go with the versions of
WhatsApp Web (contract, "What is real"), so each of them is optional.
"""

import base64
import binascii
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from watui.gateway.whatsapi.wire import Jid, MessageId, Pixels, Seconds, Size, Text, Time, Wire

MENTIONS = 1100
"""Mentions and members kept of one message: a group has at most 1,024."""

OPTIONS = 50
"""Options kept of one poll: WhatsApp allows 12."""

LEVELS = 64
"""Levels of a waveform, as WhatsApp gives them [610]."""

_LEVELS_READ = 4096
"""A waveform longer than this is none."""


def cut(limit: int) -> BeforeValidator:
    """Keep the beginning of a list that is too long, rather than none of it."""
    return BeforeValidator(lambda value: value[:limit] if isinstance(value, list) else value)


def _levels(value: object) -> object:
    """Read a waveform: an array of bytes becomes an object in JSON, `{"0": 50, "1": 63, …}` [610]."""
    if value is None:
        return ()
    if isinstance(value, dict) and len(value) <= _LEVELS_READ:
        value = [value.get(str(place)) for place in range(len(value))]
    elif isinstance(value, str) and len(value) <= _LEVELS_READ:
        try:
            value = list(base64.b64decode(value, validate=True))
        except binascii.Error:
            raise ValueError("not base64") from None
    if not isinstance(value, list) or len(value) > _LEVELS_READ:
        raise ValueError("no waveform")
    if not all(type(level) is int and 0 <= level <= 255 for level in value):
        raise ValueError("no level")
    return _thinned([min(level, 100) for level in value], LEVELS)


def _thinned(levels: list[int], count: int) -> tuple[int, ...]:
    """Reduce levels to at most `count`, each the loudest of those that it stands for."""
    if len(levels) <= count:
        return tuple(levels)
    edges = [place * len(levels) // count for place in range(count + 1)]
    return tuple(max(levels[start:end]) for start, end in pairwise(edges))


Waveform = Annotated[tuple[int, ...], BeforeValidator(_levels)]

Jids = Annotated[list[Jid], cut(MENTIONS)]


class WireLocation(Wire):
    """A place (contract 3.3); lists have a description only."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    description: Text | None = None
    name: Text | None = None
    address: Text | None = None


class WireQuote(Wire):
    """The quoted message in a list (contract 2.6)."""

    id: MessageId | None = None
    body: Text | None = None
    author: Jid | None = None
    type: Text | None = None


class WireReaction(Wire):
    """One emoji under a message in a list, without who set it (contract 2.6)."""

    id: Text | None = None
    aggregateEmoji: Text | None = None  # noqa: N815 - the gateway's spelling
    hasReactionByMe: bool | None = None  # noqa: N815


class WireMediaInfo(Wire):
    """The file in a list: its type and name are made up, so only the duration counts (contract 2.6)."""

    duration: Seconds | None = None


class WireInvite(Wire):
    """What an invitation is for."""

    name: Text | None = Field(None, alias="groupName")


class WireOption(Wire):
    """One thing that can be voted for."""

    name: Text


Options = Annotated[list[WireOption], cut(OPTIONS)]


class WireQuotedData(Wire):
    """The quoted message in an event; the body of a file is its thumbnail (contract 3.3)."""

    body: Text | None = None
    caption: Text | None = None
    filename: Text | None = None
    poll: Text | None = Field(None, alias="pollName")
    type: Text | None = None


class WireData(Wire):
    """What WhatsApp itself says of a message: optional, and richer than the rest (contract 3.3)."""

    push_name: Text | None = Field(None, alias="notifyName")
    subtype: Text | None = None
    caption: Text | None = None
    mimetype: Text | None = None
    filename: Text | None = None
    size: Size | None = None
    width: Pixels | None = None
    height: Pixels | None = None
    duration: Seconds | None = None
    waveform: Waveform = ()
    gif: bool | None = Field(None, alias="isGif")
    view_once: bool | None = Field(None, alias="isViewOnce")
    ephemeral: bool | None = Field(None, alias="isEphemeral")
    expires: Seconds | None = Field(None, alias="ephemeralDuration")
    quoted: WireQuotedData | None = Field(None, alias="quotedMsg")
    quoted_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,80}$")] | None = Field(
        None, alias="quotedStanzaID"
    )
    quoted_sender: Jid | None = Field(None, alias="quotedParticipant")
    edited: Time | None = Field(None, alias="latestEditSenderTimestampMs")
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = Field(None, alias="lat")
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = Field(None, alias="lng")
    place: Text | None = Field(None, alias="loc")
    live: bool | None = Field(None, alias="isLive")
    mentions: Jids | None = Field(None, alias="mentionedJidList")
    recipients: Jids | None = None
    question: Text | None = Field(None, alias="pollName")
    options: Options | None = Field(None, alias="pollOptions")
    choices: Annotated[int, Field(ge=0)] | None = Field(None, alias="pollSelectableOptionsCount")
    invited_to: Text | None = Field(None, alias="inviteGrpName")
    video_call: bool | None = Field(None, alias="isVideoCall")
    call_seconds: Seconds | None = Field(None, alias="callDuration")
    call_outcome: Any = Field(None, alias="callOutcome")
