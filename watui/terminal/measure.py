"""The widths by which Textual lays out, made those of the terminal where simpler text cannot help."""

import unicodedata
from collections.abc import Callable
from typing import Any

from rich import cells as rich_cells

from watui.terminal.facts import SAMPLES, Terminal


def adopt(terminal: Terminal) -> Callable[[], None] | None:
    """Count a cell for each vowel sign if the terminal does; returns what undoes it, or None if it does not.

    In Indic scripts these signs stand in every other syllable, and nothing simpler can stand for them: most
    terminals take a cell where the newest Unicode, by which Rich measures, takes none. To be called before
    anything is laid out.
    """
    load = getattr(rich_cells, "load_cell_table", None)
    if load is None or not _takes_a_cell(terminal):
        return None
    table: Any = load()
    table = table._replace(widths=_with_vowels(table.widths))
    module: Any = rich_cells

    def put(loader: Callable[..., Any]) -> None:
        module.load_cell_table = loader
        module.get_character_cell_size.cache_clear()
        module.cached_cell_len.cache_clear()

    put(lambda _version="auto": table)
    return lambda: put(load)


def _takes_a_cell(terminal: Terminal) -> bool:
    """Say whether the terminal counts one cell for the vowel sign in each of the two samples."""
    return all(
        terminal.cells.get(kind) == rich_cells.cell_len(SAMPLES[kind]) + 1 for kind in ("vowel", "conjunct")
    )


def _with_vowels(widths: "list[tuple[int, int, int]]") -> "list[tuple[int, int, int]]":
    """Take the spacing marks out of the ranges of no width, which leaves them the usual one cell."""
    made: list[tuple[int, int, int]] = []
    for start, end, cells in widths:
        if cells:
            made.append((start, end, cells))
            continue
        begin = start
        for code in range(start, min(end, 0x1FFFF) + 1):
            if unicodedata.category(chr(code)) == "Mc":
                if begin < code:
                    made.append((begin, code - 1, 0))
                begin = code + 1
        if begin <= end:
            made.append((begin, end, 0))
    return made
