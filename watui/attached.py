"""Files that are to be sent, whether they fit, and which of them takes the caption. Reads nothing itself."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from watui.bodies import Body
from watui.panes.words import size
from watui.text import Safe

SHRINKABLE = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""Types of pictures that can be made smaller."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that the person may want to send."""

    name: Safe
    size: int
    """In bytes."""
    mimetype: str
    read: Callable[[int], Awaitable[bytes]]
    """Reads all of it, at most so many bytes. Raises FileRefused."""
    warning: str = ""
    """Why it should perhaps not be sent."""
    note: str = ""
    """What was done to it, or could not be."""
    refused: bool = False
    """Whether it cannot be sent any more, as the note says."""
    stays: bool = False
    """Whether it cannot be made smaller, as the note says."""
    whole: "Attached | None" = None
    """What it was before it was made smaller."""


Room = Callable[[Attached, str], int]
"""Counts the bytes that a file of this name and type may have, with a caption or without."""


class Planned(NamedTuple):
    """What becomes of a file as things are."""

    file: Attached
    caption: str
    """What goes with it."""
    most: int
    """How many bytes it may have with that."""
    alone: int
    """How many bytes it might have without."""

    @property
    def fits(self) -> bool:
        """Whether it can be sent."""
        return not self.file.refused and self.file.size <= self.most

    @property
    def shrinks(self) -> bool:
        """Whether it is a picture that can be made to fit."""
        file = self.file
        return not (self.fits or file.refused or file.stays) and file.mimetype in SHRINKABLE

    def too_large(self) -> str:
        """Say how large it is and how large it may be, to the byte where a rounded size might seem to fit."""
        count = self.file.size
        rounds_by = 1000 if count < 1_000_000 else 100_000
        told = size(count) if count > self.most + rounds_by else f"{count:,} B"
        when = "together with this caption" if count <= self.alone else "at a time"
        return f"{told}; this gateway takes {self.most:,} B {when}"


class Ready(NamedTuple):
    """What the person wants to be sent."""

    bodies: tuple[Body, ...]
    """One message for each file, in order."""


def planned(files: Sequence[Attached], caption: str, room: Room) -> list[Planned]:
    """Tell what becomes of files; the caption goes with the first that has room for it.

    Where none has, none fits: without the caption they would not say what the person wants.
    """
    rooms = [(room(file, caption), room(file, "") if caption else 0) for file in files]
    if not caption:
        return [Planned(file, "", most, most) for file, (most, _) in zip(files, rooms, strict=True)]
    plans = [Planned(file, caption, *each) for file, each in zip(files, rooms, strict=True)]
    first = next((at for at, plan in enumerate(plans) if plan.fits), None)
    if first is None:
        return plans
    return [
        plan if at == first else Planned(plan.file, "", plan.alone, plan.alone)
        for at, plan in enumerate(plans)
    ]
