"""What the person set for chats and only this watui knows: pins, silence, a mark that something is unread."""

from dataclasses import replace

from watui.models import Chat, ChatKey, Kept
from watui.text import Safe


class KeptChats:
    """Puts what was set here into what the gateway says, which it outweighs."""

    def __init__(self) -> None:
        self._kept: dict[ChatKey, Kept] = {}
        self._said: dict[ChatKey, tuple[bool, bool]] = {}
        """Whether the gateway has a chat pinned and muted, of those that are kept otherwise."""

    def put_in(self, chat: Chat) -> Chat:
        """Give a chat of the gateway's as it is here."""
        kept = self._kept.get(chat.key)
        if kept is None:
            return chat
        self._said[chat.key] = chat.pinned, chat.muted
        return _with(chat, kept, chat.pinned, chat.muted)

    def set(self, key: ChatKey, kept: Kept | None, chat: Chat | None) -> Chat | None:
        """Take in what was set for a chat; gives the chat as it is from now on."""
        pinned, muted = self._said.get(key, (chat.pinned, chat.muted) if chat is not None else (False, False))
        if kept is None or kept == Kept():
            self._kept.pop(key, None)
            self._said.pop(key, None)
            return replace(chat, pinned=pinned, muted=muted, kept=None) if chat is not None else None
        self._kept[key] = kept
        self._said[key] = pinned, muted
        return _with(chat, kept, pinned, muted) if chat is not None else None

    def move(self, old: ChatKey, new: ChatKey) -> Kept | None:
        """Keep under another key what was kept of a chat, unless something is; gives what is kept there."""
        kept = self._kept.pop(old, None)
        said = self._said.pop(old, None)
        if kept is not None and new not in self._kept:
            self._kept[new] = kept
            if said is not None:
                self._said.setdefault(new, said)
        return self._kept.get(new)

    def forget(self, device: Safe) -> None:
        """Drop everything of a device that is gone."""
        for known in (self._kept, self._said):
            for key in [key for key in known if key.device == device]:
                del known[key]


def _with(chat: Chat, kept: Kept, pinned: bool, muted: bool) -> Chat:
    return replace(
        chat,
        pinned=pinned if kept.pinned is None else kept.pinned,
        muted=muted if kept.muted is None else kept.muted,
        kept=kept,
    )
