"""The terminal around tmux: what it is now, which the environment cannot know once tmux was re-attached."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from watui.terminal.outside import found, given

LIMIT = 1.0
"""Seconds that tmux gets for its answer."""

_QUESTION = "#{client_termtype}\n#{client_termname}\n#{allow-passthrough}"
_OFF = frozenset({"0", "off"})
_FOREIGN = re.compile(r"[^ -~\n]")  # the name is what some terminal has said


@dataclass(frozen=True, slots=True)
class Outer:
    """What the terminal of whoever looks at tmux is; made without arguments nothing is known of it."""

    name: str = ""
    """Its answer to XTVERSION, as tmux got it; empty if it gave none."""

    term: str = ""
    """Its TERM."""

    passes: bool = True
    """Whether tmux hands on to it what is wrapped for that (`allow-passthrough`)."""

    @property
    def environ(self) -> dict[str, str]:
        """The environment by which to choose what it understands: that of now, and nothing from before."""
        return {"TMUX": "tmux", "TERM": self.term}


def outer(environ: Mapping[str, str]) -> Outer:
    """Ask the tmux that this runs in; waits for `LIMIT` at most, so not on the UI thread."""
    program = found("tmux", environ)
    if program is None:
        return Outer()
    pane = environ.get("TMUX_PANE", "")
    try:
        done = subprocess.run(  # noqa: S603 - a list, without a shell
            [program, "display-message", "-p", *(("-t", pane) if pane else ()), _QUESTION],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=given(environ),
            timeout=LIMIT,
            check=False,
            start_new_session=True,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return Outer()
    name, term, passes = [*_FOREIGN.sub("", done.stdout.decode("ascii", "ignore")).split("\n"), "", "", ""][
        :3
    ]
    return Outer(name, term, passes not in _OFF)
