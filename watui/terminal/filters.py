"""The last look at every line before it goes to the terminal."""

import re
from typing import Any

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

# C0, DEL, C1, and the bidi embeddings, overrides and isolates.
_HOSTILE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Tripwire(LineFilter):
    """Deletes control and bidi characters from all that widgets draw, and counts them in `hits`.

    Text is cleaned where it enters watui; a hit means that some text went round the gate. A clean line comes
    back as the very list that came in.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hits = 0

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without what a terminal would obey."""
        search = _HOSTILE.search
        for text, style, control in segments:
            if control is None and (
                search(text) is not None
                or (style is not None and style.link is not None and search(style.link))
            ):
                return [self._cleaned(segment) for segment in segments]
        return segments

    def _cleaned(self, segment: Segment) -> Segment:
        text, style, control = segment
        if control is not None:
            return segment
        text, hits = _HOSTILE.subn("", text)
        if style is not None and style.link is not None and _HOSTILE.search(style.link):
            # The address stands raw inside an OSC 8.
            hits += 1
            style = style.update_link(None)
        self.hits += hits
        return Segment(text, style) if hits else segment


def guard(app: App[Any]) -> Tripwire:
    """Put a tripwire behind all other line filters of the app and return it, so that its hits can be read."""
    tripwire = Tripwire()
    app._filters.append(tripwire)
    return tripwire
