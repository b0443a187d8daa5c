"""Seeded choices with random access: the same numbers in always give the same choice, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


def roll(*parts: int) -> int:
    """Mix integers into one of 64 bits (splitmix64), cheaper than seeding a generator for each message."""
    state = 0x9E3779B97F4A7C15
    for part in parts:
        state = ((state ^ part) + 0x9E3779B97F4A7C15) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        state ^= state >> 31
    return state


def pick(options: Sequence[T], *parts: int) -> T:
    """Choose one of `options`."""
    return options[roll(*parts) % len(options)]


def chance(percent: int, *parts: int) -> bool:
    """Say yes in `percent` of 100 cases."""
    return roll(*parts) % 100 < percent
