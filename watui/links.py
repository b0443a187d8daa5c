"""Links in plain text: found as written, never opened as anything but http, https or mailto.

A message is the text of a stranger. What is opened is what is shown, in a form that means nothing to a
shell; an address that may lie about where it leads is marked, so that the screen can say so.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

__all__ = ["Link", "links"]


@dataclass(slots=True, frozen=True)
class Link:
    """A piece of text that names an address, and the address as it may be opened."""

    start: int
    end: int
    url: str
    """Printable ASCII without blank, quotation mark or backslash; http:, https: or mailto:."""
    odd: bool = False
    """Whether the host may not be what it seems: scripts mixed, punycode, a bare number, a user before it."""


# What ends an address: blanks, controls, what cannot be seen, quotation marks, and the punctuation of
# scripts that put no blank after it.
_END = (
    "\\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff"
    '"<>`\\\\“”„‟‘’‚‛«»‹›、。，！？；：「」『』【】《》〈〉（）'
)
_HOST = f"[^\x00-,/:-@\\[-^{{-\x7f{_END}]{{1,255}}+"

# Every part is bounded, and none is tried again inside a run in which it failed: linear time.
_START = rf"""
    (?<![A-Za-z0-9])(?P<scheme>(?ai:https?))://(?P<user>[^/?\#{_END}]{{0,256}}@)?(?P<host>{_HOST})
    | (?<![A-Za-z0-9@./-])(?P<www>(?ai:www)\.{_HOST})
    | (?<![A-Za-z0-9.%+-])(?ai:mailto:)?
      (?P<mail>[A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}}+@(?P<domain>(?:[A-Za-z0-9-]{{1,63}}+\.){{1,8}}[A-Za-z]{{2,63}}))
      (?![^\W_]|[@-])
    | (?<![^\W_])(?<![@./-])(?P<bare>(?:[^\W_][\w-]{{0,62}}+\.){{1,8}}[a-z]{{2,63}}+)(?=/)
"""
_TAIL = f"[/?\\#][^{_END}]*+"
_ANY = re.compile("://|[A-Za-z0-9._%+-]@|[Ww]{3}[.]|[.][a-z]+/")
_PORT = re.compile(r":[0-9]{1,5}+(?![0-9])")
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_NUMBER = re.compile("0[xX][0-9A-Fa-f]*|[0-9]+")

_TRAILING = frozenset(".,:;!?'*_~…")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_OPENING = {opening: closing for closing, opening in _CLOSING.items()}

# A character's name begins with its script; these are written side by side, and with Latin, every day.
_TOGETHER = frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"})


def links(text: str) -> list[Link]:
    """Find the addresses in a text, so that they can be shown, left alone by formatting, and opened."""
    if not _ANY.search(text):
        return []
    found: list[Link] = []
    search = _compiled(_START).search
    at = 0
    while match := search(text, at):
        link = _mail(match) if match["mail"] else _web(text, match)
        if link is not None:
            found.append(link)
        at = match.end() if link is None else link.end
    return found


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Make the large patterns when the first address is met, and not at start."""
    return re.compile(pattern, re.VERBOSE)


def _mail(match: re.Match[str]) -> Link:
    return Link(match.start(), match.end(), "mailto:" + _quoted(match["mail"], "@+"), _odd(match["domain"]))


def _web(text: str, match: re.Match[str]) -> Link | None:
    written: str = match["host"] or match["www"] or match["bare"]
    start = match.end() - len(written)
    host = _host(written)
    end = match.end()
    tail = ""
    if host == written:
        if port := _PORT.match(text, end):
            end = port.end()
            tail = port[0]
        if rest := _compiled(_TAIL).match(text, end):
            path = _trimmed(rest[0])
            end += len(path)
            tail += path
    if not tail:
        host = host.rstrip("._-")
        end = start + len(host)
    if not host or not host[0].isalnum() or (match["www"] and "." not in host[4:]):
        return None
    user: str = match["user"] or ""
    before = _quoted(user[:-1], ":!$&()*+,;=") + "@" if user else ""
    scheme = (match["scheme"] or "https").lower()
    url = f"{scheme}://{before}{_encoded(host)}{_quoted(tail, '/?#[]@!$&()*+,;=:')}"
    return Link(match.start(), end, url, odd=bool(user) or _odd(host))


def _host(written: str) -> str:
    """Take of a host what can be one: what follows on a sign or an emoji is no part of it."""
    host = written.split("..", 1)[0]
    if host.isascii():
        return host
    for index, char in enumerate(host):
        if not (char.isalnum() or char in "-._" or unicodedata.category(char) in {"Mn", "Mc"}):
            return host[:index]
    return host


def _trimmed(tail: str) -> str:
    """Leave out what ends the sentence and not the address, and brackets that were opened before it."""
    spare = {closing: tail.count(opening) - tail.count(closing) for closing, opening in _CLOSING.items()}
    end = len(tail)
    while end:
        char = tail[end - 1]
        if char in _OPENING:
            spare[_OPENING[char]] -= 1
        elif char in _CLOSING and spare[char] < 0:
            spare[char] += 1
        elif char not in _TRAILING:
            break
        end -= 1
    return tail[:end]


def _quoted(part: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=f"%~{safe}")


def _encoded(host: str) -> str:
    """Write a host as the name service has it; the older standard in Python's `idna` would rename ß."""
    if host.isascii():
        return host
    labels = [unicodedata.normalize("NFC", label.lower()) for label in host.split(".")]
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels
    )


def _odd(host: str) -> bool:
    labels = host.rstrip(".").lower().split(".")
    if _NUMBER.fullmatch(labels[-1]) or any(label.startswith("xn--") for label in labels):
        return True
    if host.isascii():
        return False
    scripts = {unicodedata.name(char, "?").split(" ", 1)[0] for char in host if char.isalpha()}
    return len(scripts) > 1 and not scripts <= _TOGETHER
