"""Reading what a terminal sends: keys, mouse, paste, focus and size; everything else is swallowed."""

import re
from collections.abc import Iterable, Iterator

from textual import constants, events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._time import get_time
from textual._xterm_parser import IS_ITERM, XTermParser
from textual.keys import Keys
from textual.message import Message

SILENCE = 1.0
"""Seconds without a character after which an unfinished sequence is given up."""

PASTE_LIMIT = 1_000_000
"""Characters of one paste that are kept; the rest is swallowed up to its end."""

_LONGEST = 4096  # of a control sequence; input methods send whole phrases in one

PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"
_CSI = re.compile(
    r"""\x1b\[(?:
        M...                        # mouse, the oldest form: three characters follow
      | \[.                         # F1 to F5 of the Linux console
      | (?:3|7|8|23|24)\$           # rxvt with shift, which ends where others have a middle
      | [0-?]+[ -/]*[@-~] | [ -/]+[@-~] | [@-LN-Z\\-~]
    )""",
    re.VERBOSE | re.DOTALL,
)
_CSI_BEGUN = re.compile(r"\x1b\[(?:M.{0,2}|\[|[0-?]*[ -/]*)", re.DOTALL)
_TEXT = re.compile(r"[^\x1b\x80-\x9f]+")
_STRINGS = "]PX^_"
_C1_STRINGS = "\x90\x98\x9d\x9e\x9f"
_C1_SAME = {"\x9b": "\x1b[", "\x8f": "\x1bO"}
_UNWANTED_IN_PASTE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_RESIZE = re.compile(r"\x1b\[48;(\d+)(?::[\d:]*)?;(\d+)(?::[\d:]*)?;(\d+)(?::[\d:]*)?;(\d+)(?::[\d:]*)?t")
_MODE = re.compile(r"\x1b\[\?(\d+);(\d)\$y")
_OTHER_KEY = re.compile(r"\x1b\[27;(\d+);(\d+)~")
_EXTENDED_KEY = re.compile(r"\x1b\[(?:\d[\d:;]*u|(\d*)[\d:;]*([~ABCDEFHPQS]))")


def _is_key(sequence: str) -> bool:
    """Say whether a control sequence is a key: all that is not known to be one is an answer."""
    if sequence.endswith("R"):
        return False  # a cursor position looks like F3 with shift
    if sequence in ANSI_SEQUENCES_KEYS:
        return True
    match = _EXTENDED_KEY.fullmatch(sequence)
    # Textual makes a character of the number of a functional key it does not know: É of `CSI 201~`.
    return match is not None and (match[2] is None or (match[1] or "1") + match[2] in FUNCTIONAL_KEYS)


class SafeParser(XTermParser):
    """Textual's parser with a grammar of its own, so that nothing a terminal answers ever becomes a key.

    Textual retypes what it does not know into the focused widget: an answer that a hostile message has asked
    for would be sent in the user's name, and an ESC inside a paste would press keys. How the input is cut
    changes nothing here, except where a pause (`ESCDELAY`, `SILENCE`) tells a key from the start of a
    sequence.
    """

    def __init__(self) -> None:
        super().__init__()
        self._buffer = ""
        self._paste: list[str] | None = None
        self._pasted = 0
        self._ends: re.Pattern[str] | None = None  # what ends the string being swallowed
        self._introducer = ""  # of that string, while nothing of it has come
        self._deadline: float | None = None

    def feed(self, data: str) -> Iterable[Message]:
        """Take decoded input and return the events it makes; an empty string is the end of the input."""
        if not data:
            self._deadline = 0.0
            return self.tick()
        if self._ends is not None and self._introducer:
            self._introducer = ""
        self._buffer += data
        found = list(self._read())
        if self._buffer == "\x1b":
            self._deadline = get_time() + constants.ESCAPE_DELAY
        elif (self._buffer and self._paste is None) or self._ends is not None:
            self._deadline = get_time() + SILENCE
        else:
            self._deadline = None
        return found

    def tick(self) -> Iterable[Message]:
        """Return the events of what has stayed unfinished for too long."""
        if self._deadline is None or get_time() < self._deadline:
            return []
        self._deadline = None
        unfinished, self._buffer = self._buffer, ""
        if self._ends is not None:
            unfinished, self._ends, self._introducer = self._introducer, None, ""
        if unfinished == "\x1b":
            return [events.Key("escape", "\x1b")]
        # Two characters are a key with alt; a longer torso is an answer that was cut off.
        return list(self._keys(unfinished[1], alt=True)) if len(unfinished) == 2 else []

    def patience(self) -> float | None:
        """Return the seconds until `tick` must be called, or None if it need not."""
        return None if self._deadline is None else max(0.0, self._deadline - get_time())

    def _read(self) -> Iterator[Message]:
        """Take whole pieces off the buffer until what is left is unfinished."""
        while self._buffer:
            if self._paste is not None:
                yield from self._read_paste(self._paste)
                if self._paste is not None:
                    return
            elif self._ends is not None:
                if not self._skip_string(self._ends):
                    return
            elif (text := _TEXT.match(self._buffer)) is not None:
                self._buffer = self._buffer[text.end() :]
                for character in text.group():
                    yield from self._keys(character)
            elif self._buffer[0] != "\x1b":
                self._read_c1()
            elif len(self._buffer) == 1:
                return
            else:
                unread = len(self._buffer)
                yield from self._read_escape(self._buffer[1])
                if len(self._buffer) == unread:
                    return

    def _read_c1(self) -> None:
        """Take one 8-bit control: turn it into its 7-bit form, begin a string, or drop it."""
        control, rest = self._buffer[0], self._buffer[1:]
        self._buffer = _C1_SAME.get(control, "") + rest
        if control in _C1_STRINGS:
            self._ends = re.compile(r"\x1b\\|\x9c|\a" if control == "\x9d" else r"\x1b\\|\x9c")

    def _read_escape(self, second: str) -> Iterator[Message]:
        """Take one sequence that begins with ESC; leave the buffer alone if its end has not come."""
        if second == "[":
            yield from self._read_csi()
        elif second == "O":
            if len(self._buffer) > 2:
                sequence, self._buffer = self._buffer[:3], self._buffer[3:]
                yield from self._keys(sequence)
        elif second in _STRINGS:
            # U+009C does not end these: a terminal that knows only UTF-8 may keep it in a title and send it
            # back.
            self._ends = re.compile(r"\x1b\\|\a" if second == "]" else r"\x1b\\")
            self._introducer = "" if len(self._buffer) > 2 else self._buffer
            self._buffer = self._buffer[2:]
        elif second == "\x1b":
            self._buffer = self._buffer[1:]
            yield events.Key("escape", "\x1b")
        else:
            self._buffer = self._buffer[2:]
            if second == "\r":
                # Textual makes a plain enter of it, which sends what was to get a new line.
                yield events.Key("alt+enter", None)
            elif "\x1b" + second in ANSI_SEQUENCES_KEYS:
                yield from self._keys("\x1b" + second)
            elif second != "\\":  # the end of a string that was given up
                yield from self._keys(second, alt=True)

    def _read_csi(self) -> Iterator[Message]:
        """Take one control sequence."""
        if (match := _CSI.match(self._buffer)) is not None:
            self._buffer = self._buffer[match.end() :]
            try:
                yield from self._control(match.group())
            except (ValueError, OverflowError, ZeroDivisionError):
                return  # numbers that are no character, size or place
            return
        begun = _CSI_BEGUN.match(self._buffer)
        end = 2 if begun is None else begun.end()
        if end < len(self._buffer):
            self._buffer = self._buffer[end:]  # broken off by another character
        elif end > _LONGEST:
            self._buffer = "\x1b[0"

    def _control(self, sequence: str) -> Iterator[Message]:
        """Make the event of one whole control sequence, or none if Textual has no need of it."""
        if sequence == PASTE_START:
            self._paste, self._pasted = [], 0
        elif sequence == "\x1b[I":
            yield events.AppFocus()
        elif sequence == "\x1b[O":
            yield events.AppBlur()
        elif (size := _RESIZE.fullmatch(sequence)) is not None:
            yield self._resized(*map(int, size.groups()))
        elif (mode := _MODE.fullmatch(sequence)) is not None:
            yield from self._mode(mode[1], int(mode[2]))
        elif self._re_sgr_mouse.fullmatch(sequence) is not None:
            moved = self.parse_mouse_code(sequence)
            if moved is not None:
                yield moved
        elif (other := _OTHER_KEY.fullmatch(sequence)) is not None:
            # xterm's modifyOtherKeys; Textual would name the key after the raw character.
            yield from self._keys(f"\x1b[{other[2]};{other[1]}u")
        elif _is_key(sequence):
            yield from self._keys(sequence)

    def _resized(self, height: int, width: int, pixel_height: int, pixel_width: int) -> events.Resize:
        """Note the size that the terminal reports by itself, and whether its mouse can be in pixels."""
        event = events.Resize.from_dimensions((width, height), (pixel_width, pixel_height))
        if min(height, width, pixel_height, pixel_width) > 0:
            self.terminal_size, self.terminal_pixel_size = event.size, event.pixel_size
            self.mouse_pixels = True
        return event

    def _mode(self, mode: str, setting: int) -> Iterator[Message]:
        """Report the two modes that Textual asks for: synchronised output and in-band resize."""
        if mode == "2026" and setting > 0:
            yield messages.TerminalSupportsSynchronizedOutput()
        elif mode == "2048" and constants.SMOOTH_SCROLL and not IS_ITERM:
            yield messages.InBandWindowResize.from_setting_parameter(setting)

    def _keys(self, sequence: str, *, alt: bool = False) -> Iterator[events.Key]:
        """Make the key events of one character or sequence; none if it is no key."""
        for key in self._sequence_to_key_events(sequence, alt=alt):
            if key.key != Keys.Ignore:
                yield key

    def _skip_string(self, ends: re.Pattern[str]) -> bool:
        """Drop what has come of a string; False if its end has not."""
        if (end := ends.search(self._buffer)) is None:
            self._buffer = "\x1b" if self._buffer.endswith("\x1b") else ""
            return False
        self._buffer, self._ends, self._introducer = self._buffer[end.end() :], None, ""
        return True

    def _read_paste(self, parts: list[str]) -> Iterator[Message]:
        """Collect a paste; its one event comes with its end."""
        text, ended, rest = self._buffer.partition(PASTE_END)
        if not ended:
            # The last characters may be the first of the end mark.
            kept = max(n for n in range(len(PASTE_END)) if text.endswith(PASTE_END[:n]))
            text, rest = text[: len(text) - kept], text[len(text) - kept :]
        self._buffer = rest
        text = text[: PASTE_LIMIT - self._pasted]
        self._pasted += len(text)
        parts.append(_UNWANTED_IN_PASTE.sub("", text))
        if ended:
            self._paste = None
            yield events.Paste("".join(parts))
