"""Whether something that came in should ring, and with which words. Pure policy, no terminal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from watui.models import Chat, ChatKey, Message
from watui.text import Safe, one_line


@dataclass(slots=True)
class Alert:
    """One call for the person's attention, whatever number of messages it stands for."""

    title: Safe
    body: Safe
    chat: ChatKey
    """Where to go."""


QUIET_FOR = 3.0
"""Seconds after an alert in which no other one rings; unread counts tell of what came meanwhile."""


@dataclass(slots=True)
class Ringer:
    """Remembers when it rang last, so that a burst is one alert and not hundreds."""

    rang_at: float = float("-inf")

    def decide(
        self,
        arrived: Iterable[tuple[ChatKey, Message]],
        chats: Mapping[ChatKey, Chat],
        reading: ChatKey | None,
        now: float,
    ) -> Alert | None:
        """Decide whether what came in rings at `now`, in seconds of the monotonic clock."""
        if now - self.rang_at < QUIET_FOR:
            return None
        alert = summary(arrived, chats, reading)
        if alert is not None:
            self.rang_at = now
        return alert


def summary(
    arrived: Iterable[tuple[ChatKey, Message]],
    chats: Mapping[ChatKey, Chat],
    reading: ChatKey | None,
) -> Alert | None:
    """Sum up what came in within one frame; `None` if nothing of it should ring.

    The chat that is being read, muted chats and archived chats never ring.
    """
    loud: dict[ChatKey, list[Message]] = {}
    for key, message in arrived:
        chat = chats.get(key)
        if key != reading and chat is not None and not chat.muted and not chat.archived:
            loud.setdefault(key, []).append(message)
    if not loud:
        return None
    last = list(loud)[-1]
    count = sum(map(len, loud.values()))
    if len(loud) > 1:
        return Alert(Safe(f"{count} new in {len(loud)} chats"), Safe(""), last)
    if count > 1:
        return Alert(chats[last].name, Safe(f"{count} new messages"), last)
    message = loud[last][0]
    words = one_line(message.text, limit=120) or Safe(message.kind.value)
    return Alert(chats[last].name, words, last)
