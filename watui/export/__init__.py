"""`watui export`: writes what the archive holds as text, Markdown or JSON Lines.

It reads beside a running watui, without its lock, a page at a time: a chat may be longer than the memory is
large. What other people wrote stands where it cannot pass for a line of watui's own, and what is missing is
said where it is missing.

`wanted` holds the options, `opening` and `reading` know the archive, `choosing` finds the chats. `forms`
lists how they can be written, `saying` has the words, `writing` brings them to the output or into files.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from watui.archive.schema import FILE
from watui.export.choosing import chosen
from watui.export.opening import opened, unreadable
from watui.export.reading import Shelf
from watui.export.wanted import ExportError, Wanted, span_of
from watui.export.writing import write_out
from watui.paths import reason

__all__ = ["ExportError", "Wanted", "export"]


def export(data: Path, wanted: Wanted) -> str:
    """Write what is wanted of the archive in a directory; gives what is to be said when that is done.

    Raises ExportError, and BrokenPipeError when nobody reads on.
    """
    span = span_of(wanted)
    path = data / FILE
    try:
        with closing(opened(path)) as base:
            shelf = Shelf(base, path)
            chats = [chat for chat in chosen(shelf, wanted) if shelf.holds(chat, span)]
            if not chats:
                return "the archive holds no messages of that; nothing was written"
            return write_out(shelf, chats, span, wanted)
    except sqlite3.Error as error:
        raise ExportError(unreadable(path, error)) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        place = wanted.output or "the output"
        raise ExportError(
            f"{place} cannot be written: {reason(error)}; choose another place with --output"
        ) from error
