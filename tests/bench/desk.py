"""Two programs side by side: the control, and watui on chats that it knows already."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.measure import PYTHON, Answer, Watched, environment, median

UP, DOWN, PAGE_UP, ENTER, ESCAPE = "k", "j", "\x1b[5~", "\r", "\x1b"

AT_REST = 2.5
"""Seconds after its first paint when watui has tidied its memory."""

EMPTY = [PYTHON, "-m", "tests.bench.empty"]


class Known(Watched):
    """watui with a full store, whose chats are opened and given messages."""

    def __init__(self, home: Path, pipe: Path, chats: int, sizes: list[int]) -> None:
        argv = [PYTHON, "-m", "tests.bench.known", str(pipe), str(chats), *map(str, sizes)]
        super().__init__(argv, environment(home))
        self._pipe = pipe
        self._listed = list(range(chats))
        self._chat = 0

    def arrive(self, chat: int) -> Answer:
        """Let a message arrive in a chat."""
        self._listed.remove(chat)
        self._listed.insert(0, chat)
        return self.answer(self._pipe, str(chat))

    def go(self, chat: int) -> None:
        """Go to the list, and there to the row of a chat near the top, whatever is open."""
        self.press(ESCAPE, ESCAPE)
        steps = self._listed.index(chat) - self._listed.index(self._chat)
        self.press(*[DOWN if steps > 0 else UP] * abs(steps))
        self._chat = chat

    def open(self, chat: int) -> None:
        """Have a chat open, with the cursor in its composer."""
        self.go(chat)
        self.press(ENTER)


@contextmanager
def known(home: Path, chats: int, sizes: list[int]) -> Iterator[Known]:
    """Run watui with chats of which the first ones hold so many messages; the first one is open."""
    pipe = home / f"pipe{len(list(home.glob('pipe*')))}"
    os.mkfifo(pipe)
    with Known(home, pipe, chats, sizes) as program:
        program.until("are you coming tonight", timeout=60)
        program.settle(AT_REST)
        program.open(0)
        yield program


@contextmanager
def empty(home: Path) -> Iterator["Control"]:
    """Run the control."""
    with Control(EMPTY, environment(home)) as program:
        program.until("empty app", timeout=20)
        program.settle()
        yield program


class Control(Watched):
    """The empty app, whose keys are the measure of the others."""

    def __init__(self, argv: list[str], env: dict[str, str]) -> None:
        super().__init__(argv, env)
        self.taken: list[float] = []

    def key(self) -> None:
        """Take the time of one key, as a unit for what was measured just before."""
        self.taken.append(self.answer("a").seconds)
        if len(self.taken) % 50 == 0:
            self.press("\x15")

    @property
    def median(self) -> float:
        """The unit."""
        return median(self.taken)
