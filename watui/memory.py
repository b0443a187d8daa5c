"""What is remembered from one start to the next, as far as it is no setting: one small JSON file.

It holds unsent texts, so no other user can read it. It is never worth an error: what cannot be read was not
there, and what cannot be written costs a line in the log.
"""

import json
import logging
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from watui.models import ChatKey
from watui.paths import private_dir, read_text
from watui.text import one_line

__all__ = ["Memory", "Remembered", "memory_at", "recall", "remember_drafts", "remember_theme"]

_logger = logging.getLogger(__name__)

DRAFTS = 200
"""Unsent texts that are kept, the last ones of those given."""

DRAFT_LENGTH = 100_000
"""Characters of an unsent text; a longer one is not kept, since half of it would look like all of it."""

EMOJI = 20
"""Emoji that are kept."""

EMOJI_LENGTH = 40
"""Characters of one."""

_DRAFTS_ROOM = 4 * 1_048_576
"""Bytes that all of them together may take in the file."""

_FILE_LIMIT = 2 * _DRAFTS_ROOM
"""Bytes read of the file; more than `remember_drafts` ever writes, else everything would be forgotten."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the last start left behind."""

    theme: str | None = None
    """Name of the theme that was chosen last."""

    drafts: dict[str, str] = field(default_factory=dict)
    """Unsent text of each chat, by the device's id and the chat's JID with a blank between them."""

    emoji: tuple[str, ...] = ()
    """The emoji that were used last, the last one first."""

    device: str = ""
    """The id of the device whose chats alone were listed; empty for those of all."""

    hushed_until: float = 0.0
    """Until when the person is not to be disturbed, in s since 1970."""


@dataclass(slots=True)
class Memory:
    """What the last run left behind, and how to leave something for the next one; by itself it forgets."""

    theme: str | None = None
    drafts: dict[ChatKey, str] = field(default_factory=dict)
    emoji: list[str] = field(default_factory=list)
    device: str = ""
    hushed_until: float = 0.0
    keep_theme: Callable[[str], None] = lambda _theme: None
    keep_drafts: Callable[[Mapping[ChatKey, str]], None] = lambda _drafts: None
    keep_emoji: Callable[[Sequence[str]], None] = lambda _emoji: None
    keep_device: Callable[[str], None] = lambda _device: None
    keep_hush: Callable[[float], None] = lambda _until: None


def memory_at(path: Path) -> Memory:
    """Remember in a file, beginning with what it holds."""
    remembered = recall(path)
    return Memory(
        theme=remembered.theme,
        drafts={_key(name): text for name, text in remembered.drafts.items()},
        emoji=[*remembered.emoji],
        device=remembered.device,
        hushed_until=remembered.hushed_until,
        keep_theme=lambda theme: remember_theme(path, theme),
        keep_drafts=lambda drafts: remember_drafts(path, {" ".join(k): text for k, text in drafts.items()}),
        keep_emoji=lambda emoji: remember_emoji(path, emoji),
        keep_device=lambda device: remember_device(path, device),
        keep_hush=lambda until: remember_hush(path, until),
    )


def _key(name: str) -> ChatKey:
    device, _, jid = name.partition(" ")
    return ChatKey(one_line(device), one_line(jid))


def recall(path: Path) -> Remembered:
    """Return what was remembered; a missing or broken file, or entry of it, means nothing was."""
    state = _state(path)
    theme, drafts, emoji, device, hushed = (
        state.get(name) for name in ("theme", "drafts", "emoji", "device", "hushed_until")
    )
    return Remembered(
        theme=theme if isinstance(theme, str) else None,
        emoji=_few(emoji) if isinstance(emoji, list) else (),
        device=device if isinstance(device, str) else "",
        hushed_until=hushed if isinstance(hushed, float) else 0.0,
        drafts=_proper(drafts) if isinstance(drafts, dict) else {},
    )


def remember_theme(path: Path, theme: str) -> None:
    """Keep the name of the theme for next time."""
    _remember(path, "theme", theme)


def remember_device(path: Path, device: str) -> None:
    """Keep whose chats alone are listed, by the device's id; empty for those of all."""
    _remember(path, "device", device or None)


def remember_hush(path: Path, until: float) -> None:
    """Keep until when the person is not to be disturbed, in s since 1970."""
    _remember(path, "hushed_until", until or None)


def remember_emoji(path: Path, emoji: Sequence[str]) -> None:
    """Keep the emoji that were used last."""
    _remember(path, "emoji", [*_few(emoji)] or None)


def _few(emoji: Sequence[object]) -> tuple[str, ...]:
    return tuple(each for each in emoji if isinstance(each, str) and 0 < len(each) <= EMOJI_LENGTH)[:EMOJI]


def remember_drafts(path: Path, drafts: Mapping[str, str]) -> None:
    """Keep these unsent texts, and no others, for next time; the keys are those of `Remembered.drafts`."""
    _remember(path, "drafts", _proper(drafts) or None)


def _proper(drafts: Mapping[str, object]) -> dict[str, str]:
    """Return the drafts that are whole, the last `DRAFTS` of them and no more than there is room for."""
    kept: dict[str, str] = {}
    room = _DRAFTS_ROOM
    for key, text in reversed(list(drafts.items())):
        if not isinstance(text, str) or not 0 < len(text) <= DRAFT_LENGTH or not all(key.partition(" ")):
            continue
        room -= len(json.dumps({key: text}))
        if room < 0 or len(kept) == DRAFTS:
            break
        kept[key] = text
    return dict(reversed(kept.items()))


def _remember(path: Path, key: str, value: object) -> None:
    state = _state(path)
    if state.get(key) == value:
        return
    state = {name: kept for name, kept in (state | {key: value}).items() if kept is not None}
    try:
        private_dir(path.parent)
        descriptor, new = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # is 0600
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(state, file)
            Path(new).replace(path)
        except BaseException:
            Path(new).unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:
        _logger.warning("%s cannot be written (%s); what was chosen is forgotten", path, type(error).__name__)


def _state(path: Path) -> dict[str, object]:
    try:
        state = json.loads(read_text(path, _FILE_LIMIT)[0])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        _logger.warning("%s cannot be read (%s); starting afresh", path, type(error).__name__)
        return {}
    return state if isinstance(state, dict) else {}
