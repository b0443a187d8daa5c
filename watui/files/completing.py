"""Completing a path while it is typed."""

import os
from itertools import islice

from watui.paths import expanded
from watui.text import clean

ENTRIES = 20_000
"""Entries of one directory that are looked at."""


def complete(typed: str, limit: int = 200) -> list[str]:
    """List what a typed path may become, directories first and with a slash at their end.

    What is typed stays as it is, ~ too; case counts only where something begins just like that. Left out are
    hidden names until a dot is typed, and names that could not be shown as they are. Blocks on the disk;
    what cannot be read has no entries.
    """
    if typed == "~":
        return ["~/"]
    head, slash, begin = typed.rpartition("/")
    entries = _entries(head + slash, hidden=begin.startswith("."))
    matching = [entry for entry in entries if entry.name.startswith(begin)]
    if not matching:
        folded = begin.casefold()
        matching = [entry for entry in entries if entry.name.casefold().startswith(folded)]
    found = sorted((not _is_directory(entry), entry.name.casefold(), entry.name) for entry in matching)
    return [f"{head}{slash}{name}{'' if last else '/'}" for last, _, name in found[:limit]]


def _entries(directory: str, *, hidden: bool) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(expanded(directory) or ".") as entries:
            return [
                entry
                for entry in islice(entries, ENTRIES)
                if (hidden or not entry.name.startswith(".")) and _is_shown(entry.name)
            ]
    except (OSError, ValueError):  # no such directory, no right, or no path at all
        return []


def _is_shown(name: str) -> bool:
    return "\n" not in name and clean(name) == name


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to where one may not look
        return False
