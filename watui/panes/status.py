"""The status pane: how every device stands, what is wrong and what to do about it, and what is unread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from watui.models import Device, DeviceState, Link, LinkState
from watui.panes.chatrow import COLOURS, device_look
from watui.text import Safe, cell_len, fit

MARKS = {
    LinkState.CONNECTING: "◌",
    LinkState.CATCHING_UP: "◌",
    LinkState.LIVE: "●",
    LinkState.POLLING: "◐",
    LinkState.OFFLINE: "○",
    LinkState.WRONG_KEY: "✕",
    LinkState.UNLINKED: "○",
}
"""A mark of its own shape for each state of a link, so that no colour is needed to tell them apart."""

WORD_LINES = 3
"""Lines that the words may take."""

ROOMY = 100
"""Cells of a line in which there is room for what is good to know."""

URGENT = (LinkState.WRONG_KEY, LinkState.OFFLINE)
"""The states whose words get the line of their own, the most urgent first."""


NEEDS_HELP = (DeviceState.DISCONNECTED, DeviceState.FAILED, DeviceState.GONE)
"""The states of a device that do not pass by themselves."""


@dataclass(slots=True)
class Summary:
    """All that the status pane shows."""

    devices: Sequence[tuple[Device, Link | None]]
    gateway: Link | None
    """How the gateway itself stands; its words matter until a device is known and when it is gone."""
    marks: Mapping[Safe, Safe]
    """The mark by which each of several devices is told in the chat list."""
    unread: int = 0
    unread_chats: int = 0
    warning: Safe = Safe("")
    """Something that holds for the whole session, such as a connection that anybody can read."""
    trouble: Safe = Safe("")
    """What is wrong with the archive: nothing is more urgent, since nothing can be sent."""
    quiet: Mapping[Safe, int] = field(default_factory=dict)
    """The minutes since a device's last event, where that is long ago."""
    hushed: str = ""
    """Until when nothing makes a noise; empty if anything may."""


class StatusPane(Widget):
    """One line; a second one while there is something to say that the person should read."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "status--title",
        "status--live",
        "status--busy",
        "status--bad",
        "status--words",
        "status--count",
        *(f"status--device-{number}" for number in range(COLOURS)),
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._summary = Summary([], None, {})
        self._now = 0.0
        self._height = 0

    def show(self, summary: Summary, now: float) -> None:
        """Show how things stand; `now` is the monotonic clock in seconds, for the next try."""
        self._summary, self._now = summary, now
        height = self.render().plain.count("\n") if self.outer_size.width else 0
        # The pane is as high as what it has to say.
        self.refresh(layout=height != self._height)
        self._height = height
        self.set_class(bool(self._words()), "-words")

    def render(self) -> Content:
        """Draw the line of devices and the words below it."""
        width = self.outer_size.width  # `size` would lay out the screen anew, see Painted
        lines = [self._devices(width)]
        words = self._words()
        if words:
            wrapped = Content(f" {words}").wrap(max(10, width))[:WORD_LINES]
            lines += [line.stylize(self._look("words")) for line in wrapped]
        return Content("\n").join(lines)

    def _devices(self, width: int) -> Content:
        summary = self._summary
        roomy = width >= ROOMY
        chats = f" in {summary.unread_chats} chats" if summary.unread_chats > 1 and roomy else ""
        right = f"{summary.unread} unread{chats} " if summary.unread else ""
        if summary.hushed:
            right = f"quiet until {summary.hushed}{' · ' if right else ' '}{right}"
        title = " watui  "
        room = width - len(title) - len(right)
        parts = self._each(quiet=roomy)
        if _cells(parts) > room:
            parts = self._each(quiet=False)
        if _cells(parts) > room:
            parts = [(f" {self._folded()}", self._look("count"))]
        gap = max(1, room - _cells(parts))
        return Content.assemble((title, self._look("title")), *parts, " " * gap, (right, self._look("count")))

    def _each(self, *, quiet: bool) -> list[tuple[str, Style]]:
        """Draw each device, or the gateway while none is known; `quiet`: also how long it told nothing."""
        summary = self._summary
        parts: list[tuple[str, Style]] = []
        for device, link in summary.devices:
            state = link.state if link else LinkState.CONNECTING
            look = self._look(looks_like(state))
            mark = "title" if device.dress.colour is None else device_look(device.dress.colour)
            parts += [
                (f" {summary.marks.get(device.id, '')}", self._look(mark)),
                (f" {fit(device.label, 20)} ", self._look("count")),
                (f"{MARKS[state]} {stand(device, state)}{_progress(link)}", look),
            ]
            if quiet and state is LinkState.LIVE and device.id in summary.quiet:
                parts.append((f", last event {ago(summary.quiet[device.id])}", self._look("count")))
            parts.append((" ", look))
        if not parts and summary.gateway is not None:
            state = summary.gateway.state
            words = "connected" if state is LinkState.LIVE else state
            parts.append((f" {MARKS[state]} {words}", self._look(looks_like(state))))
        return parts

    def _folded(self) -> str:
        """Sum up many devices: how many are in each state."""
        counts: dict[str, int] = {}
        for device, link in self._summary.devices:
            state = link.state if link else LinkState.CONNECTING
            words = stand(device, state)
            counts[words] = counts.get(words, 0) + 1
        return " · ".join(f"{count} {words}" for words, count in counts.items())

    def _words(self) -> str:
        """Find the most urgent thing to say."""
        summary = self._summary
        if summary.trouble:
            return summary.trouble
        gateway = summary.gateway
        if gateway is not None and gateway.state in URGENT:
            return self._say("", gateway)
        for state in URGENT:
            for device, link in summary.devices:
                if link is not None and link.state is state:
                    return self._say(device.label, link)
        for device, link in summary.devices:
            working = link is not None and link.state in (LinkState.LIVE, LinkState.POLLING)
            if link is not None and link.words and (working or device.state in NEEDS_HELP):
                return self._say(device.label, link)
        if gateway is not None and gateway.words:
            return gateway.words
        return summary.warning

    def _say(self, who: str, link: Link) -> str:
        words = f"{who}: {link.words or link.state}" if who else link.words or link.state
        seconds = 0 if link.retry_at is None else round(link.retry_at - self._now)
        if seconds > 0:
            return f"{words} · next try in {seconds} s, Ctrl+R now"
        return f"{words} · trying again now" if link.state is LinkState.OFFLINE else words

    def _look(self, part: str) -> Style:
        return self.get_visual_style(f"status--{part}", partial=True)


def _cells(parts: list[tuple[str, Style]]) -> int:
    return sum(cell_len(text) for text, _ in parts)


def looks_like(state: LinkState) -> str:
    """Name the look of a state: live, busy or bad."""
    if state in (LinkState.LIVE, LinkState.POLLING):
        return "live"
    return "bad" if state in URGENT else "busy"


def _progress(link: Link | None) -> str:
    """Say how far catching up has come."""
    return f" {link.words}" if link and link.words and link.state is LinkState.CATCHING_UP else ""


def ago(minutes: int) -> str:
    """Say how long ago something was, in the largest unit."""
    for unit, size in (("d", 24 * 60), ("h", 60)):
        if minutes >= size:
            return f"{minutes // size} {unit} ago"
    return f"{minutes} min ago"


def stand(device: Device, state: LinkState) -> str:
    """Name a state; where no phone is linked, the device knows more than the link."""
    if state is not LinkState.UNLINKED:
        return state.value
    return "scan the code: F2" if device.state is DeviceState.UNLINKED else device.state.value
