"""What was begun to be written, for each chat: kept while one reads another, and over a restart."""

from collections.abc import Iterator, Mapping

from watui.memory import Memory
from watui.models import ChatKey


class Drafts(Mapping[ChatKey, str]):
    """Texts that are not sent; one of nothing but blanks is none."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._texts = dict(memory.drafts)

    def __getitem__(self, key: ChatKey) -> str:
        return self._texts[key]

    def __iter__(self) -> Iterator[ChatKey]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def keep(self, key: ChatKey, text: str) -> None:
        """Keep what is begun in a chat."""
        self._texts.pop(key, None)
        if text.strip():
            self._texts[key] = text

    def take(self, key: ChatKey) -> str:
        """Take out what was begun in a chat, to go on with it or because it is sent; empty if nothing was."""
        return self._texts.pop(key, "")

    def remember(self, unsent: Mapping[ChatKey, list[str]]) -> None:
        """Keep all for next time, and before each draft the texts of its chat that no gateway has taken."""
        kept = dict(self._texts)
        for key, texts in unsent.items():
            kept[key] = "\n".join([*texts, kept[key]] if key in kept else texts)
        self._memory.keep_drafts(kept)
