"""How the time that something takes grows with what it is given."""

import time
from collections.abc import Callable


def is_linear(read: Callable[[str], object], text: str) -> bool:
    """Whether reading a text again and again takes time for each of its characters, and not for each pair.

    Sixteen times the text is read; what goes back over it would take 256 times as long.
    """

    def seconds(characters: int) -> float:
        whole = text * (characters // len(text))
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            read(whole)
            best = min(best, time.process_time() - start)
        return best

    read(text)
    return seconds(16_000) < 64 * seconds(1_000) + 0.005
