"""What was written in a chat: the texts sent there in this session, to step back through while writing."""

CAP = 50
"""Texts kept of one chat."""


class Written:
    """Texts that were sent, the oldest first, and behind them the one that is being written."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._at = 0
        self._left: dict[int, str] = {}
        """What was in the composer when one went on from a place, as far as that was not sent."""

    def add(self, text: str) -> None:
        """Keep a text that was sent; one that was begun before it is kept too, for nobody has sent it."""
        begun = self._left.get(len(self._texts), "") if self._at < len(self._texts) else ""
        for each in (text, begun.strip()):
            if each and self._texts[-1:] != [each]:
                self._texts.append(each)
        del self._texts[:-CAP]
        self._at = len(self._texts)
        self._left.clear()

    def step(self, by: int, present: str) -> str | None:
        """Go to an earlier text, or with 1 to a later one, from the `present` one; None if there is none."""
        to = self._at + by
        if not 0 <= to <= len(self._texts):
            return None
        self._left[self._at] = present
        self._at = to
        return self._left.get(to, self._texts[to] if to < len(self._texts) else "")
