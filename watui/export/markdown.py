"""Markdown, in which nobody else's text is markup."""

import re
from collections.abc import Sequence

from watui.export.filed import Filed, Hole
from watui.export.saying import missing, moment, parts
from watui.models import Message

_PARAGRAPHS = re.compile(r"\n(?: *+\n)+")
_BLANK_LINES = re.compile(r"(?:[^\S\n]*+\n)+")
_MARKUP = re.compile(r"[\\`*_\[\]<>&~|$^{}#@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LEADING = re.compile(r"( *)([-+=]|[0-9]+(?=[.)]))?")


class Markdown:
    """CommonMark in which no text of other people is markup: a message is a quotation, remarks are italic."""

    ending = "md"
    between = "\n"

    def heading(self, chat: Filed) -> str:
        """Name the chat and where it was."""
        where = f"{chat.chat.key.jid} on {chat.device.label}"
        return f"# {_literal(chat.name)}\n\n{_literal(where)}\n\n"

    def message(self, chat: Filed, message: Message) -> str:
        """Write who and when, then what."""
        _, name = chat.author(message)
        before, body, after = parts(chat, message)
        who = f"**{_literal(name)}**, " if name else ""
        said = [_remarks(before), *(_broken(part) for part in _PARAGRAPHS.split(body)), _remarks(after)]
        quoted = "\n>\n".join(f"> {part}".replace("\n", "\n> ") for part in said if part)
        head = f"{who}{moment(message.time)}\n\n"
        return f"{head}{quoted}\n\n" if quoted else head

    def hole(self, chat: Filed, hole: Hole) -> str:
        """Say what is missing."""
        return f"*— {_literal(missing(hole))} —*\n\n"


def _remarks(lines: Sequence[str]) -> str:
    return "\\\n".join(f"*{_literal(line)}*" for line in lines)


def _broken(text: str) -> str:
    """Write the lines of a paragraph so that each stays one."""
    text = text.rstrip()
    blank = _BLANK_LINES.match(text)
    return "\\\n".join(map(_literal, text[blank.end() if blank else 0 :].split("\n")))


def _literal(line: str) -> str:
    """Write a line so that Markdown takes none of it for markup."""
    lead = _LEADING.match(line)
    blanks, mark = lead.groups() if lead else ("", None)
    rest = _MARKUP.sub(r"\\\g<0>", line[lead.end() if lead else 0 :])
    if mark is None:
        return "\N{NO-BREAK SPACE}" * len(blanks) + rest
    return "\N{NO-BREAK SPACE}" * len(blanks) + (f"{mark}\\{rest}" if mark.isdecimal() else f"\\{mark}{rest}")
