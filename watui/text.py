"""The gate through which every foreign string passes, and how text is cut to a width in cells.

Textual hands ESC, C1, bidirectional overrides and invisible characters of any text to the terminal as
they are, so a message could set the clipboard or make the terminal type. Cleaning happens once, where a
value becomes part of a model; nothing downstream can forget it.
"""

import re
import unicodedata

from rich.cells import cell_len, set_cell_size

__all__ = ["BODY_LIMIT", "NAME_LIMIT", "Safe", "cell_len", "clean", "fit", "fold", "one_line"]

BODY_LIMIT = 1_048_576
"""Characters kept of one message body."""

NAME_LIMIT = 100
"""Characters kept of a name, a subject, a file name or an error text."""

MARKS_IN_A_ROW = 4
"""Combining marks kept on one character: enough for every script, too few to paint over the neighbours."""


class Safe(str):
    """Text that holds no control, override or invisible character, and can be shown as it is.

    Only `clean` and `one_line` (and literals of watui itself) make one. Slicing gives a plain `str`
    back, which is no less clean, but says that somebody cut it.
    """

    __slots__ = ()


# What must go or change: C0 but LF, DEL, C1, line and paragraph separators, surrogates, every
# bidirectional control, and what takes no room on the screen but is there all the same.
_SUSPECT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

# Flags of England, Scotland, Wales and others are spelt with tag characters; those are the only ones kept.
_FLAG_OR_SUSPECT = re.compile(
    "\r\n|\U0001f3f4[\U000e0030-\U000e007a]{1,6}\U000e007f|" + _SUSPECT.pattern,
)

# Above the Latin blocks, whatever is no word character may be a combining mark; the category decides.
_MARK_RUN = re.compile(f"[^\x00-\u02ff\\w]{{{MARKS_IN_A_ROW + 1},}}")

_LINE_ENDS = frozenset("\r\x85\u2028\u2029")


def _replace(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) > 1:
        return "\n" if found == "\r\n" else found
    code = ord(found)
    if found in _LINE_ENDS:
        return "\n"
    if found == "\t":
        return "    "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0x80 <= code <= 0x9F or 0xD800 <= code <= 0xDFFF:
        return "�"
    return ""


def _thin_marks(match: re.Match[str]) -> str:
    kept: list[str] = []
    run = 0
    for char in match[0]:
        run = run + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if run <= MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)


def clean(text: str, *, limit: int = BODY_LIMIT) -> Safe:
    """Make foreign text harmless to show: the only way to a `Safe` of several lines.

    C0 becomes control pictures, C1 and lone surrogates U+FFFD, every kind of line end LF, a tab four
    spaces; bidirectional and invisible characters go; ZWJ, ZWNJ and variation selectors stay. At most
    `limit` characters are kept. Idempotent.
    """
    text = text[:limit]
    if text.isascii() and text.isprintable():
        return Safe(text)
    if _SUSPECT.search(text):
        text = _FLAG_OR_SUSPECT.sub(_replace, text)
        if len(text) > limit:  # tabs grew; cutting may have halved a flag
            text = _FLAG_OR_SUSPECT.sub(_replace, text[:limit])
    if not text.isascii() and _MARK_RUN.search(text):
        text = _MARK_RUN.sub(_thin_marks, text)
    return Safe(text)


def one_line(text: str, *, limit: int = NAME_LIMIT) -> Safe:
    """Clean text that must stay on one line: names, subjects, file names, previews, error texts.

    Runs of white space become one blank. At most `limit` characters are kept. Idempotent.
    """
    # Cleaning may grow a text (tabs) before blanks are folded, so the limit holds for what remains.
    cleaned = clean(text[: limit * 4], limit=limit * 8)
    if "\n" in cleaned or "  " in cleaned or not cleaned.isascii() or cleaned.strip() != cleaned:
        cleaned = clean(" ".join(cleaned.split()), limit=limit)
        cleaned = Safe(cleaned.rstrip())
    return Safe(cleaned[:limit].rstrip())


def fit(text: str, width: int) -> str:
    """Cut a line to at most `width` cells, an ellipsis telling that something was cut."""
    if len(text) * 2 <= width or cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(text[: width * 8], width - 1).rstrip() + "…"


def fold(text: str) -> str:
    """Reduce text to what a search compares: no case, no accents, compatible forms made one."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
