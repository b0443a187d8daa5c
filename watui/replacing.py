"""Devices that are to take the place of others, from the wish to the end of the old one, over restarts."""

import json
from typing import NamedTuple

from watui.archive.keeper import Keeper
from watui.models import Device, DeviceState
from watui.text import Safe

NOTE = "replacing"
"""The note in which it is kept: JSON, for each new device what a `Wish` holds."""


class Wish(NamedTuple):
    """What a device was made for."""

    old: Safe
    """The device whose place it is to take."""
    number: Safe | None
    """The number of that one; `None` if it never had a phone."""
    taken: bool = False
    """Whether it has taken the place, so that only the gateway still knows the old one."""


class Replacing:
    """Remembers the wishes; what is done about them is the hub's."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        noted = json.loads(keeper.note(NOTE) or "{}")
        self._wishes = {
            Safe(new): Wish(Safe(old), None if number is None else Safe(number), taken)
            for new, (old, number, taken) in noted.items()
        }

    @property
    def replaced(self) -> dict[Safe, Safe]:
        """The devices that are to be deleted, each by the one that has taken its place."""
        return {new: wish.old for new, wish in self._wishes.items() if wish.taken}

    def waiting(self, old: Safe) -> Safe | None:
        """Name the device that waits for its phone to take a place."""
        wishes = self._wishes.items()
        return next((new for new, wish in wishes if wish.old == old and not wish.taken), None)

    def wish(self, new: Safe, old: Safe) -> None:
        """Have a device take another one's place, once the same phone is linked to it."""
        known = self._keeper.device(old)
        self._wishes[new] = Wish(old, known.number if known is not None else None)
        self._write()

    def take(self, device: Device) -> Safe | None:
        """Give the device whose place this one takes as it is now; the note goes with what else is filed.

        Raises ValueError, and the wish is gone, if another phone was linked than before.
        """
        wish = self._wishes.get(device.id)
        if wish is None or wish.taken or device.state is not DeviceState.READY or device.number is None:
            return None
        if wish.number not in (None, device.number):
            self.forget(device.id)
            raise ValueError("another phone")
        self._wishes[device.id] = wish._replace(taken=True)
        return wish.old

    def note(self) -> None:
        """Write down what was taken."""
        self._write()

    def forget(self, new: Safe) -> None:
        """Take note that nothing is left to do, or that it is not wanted."""
        if self._wishes.pop(new, None) is not None:
            self._write()

    def _write(self) -> None:
        self._keeper.leave_note(NOTE, json.dumps(self._wishes))
