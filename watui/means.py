"""What the settings say of alerts: which are wanted, by which ways, and which words may leave watui."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from watui.alerts import Alert, Cause, Priority, Quiet, Rules, Way, exception
from watui.models import Loudness

if TYPE_CHECKING:
    from watui.config import Settings


class Privacy(StrEnum):
    """How much of an alert is told outside watui, where it ends up in histories and on lock screens."""

    FULL = "full"
    SENDER = "sender"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Means:
    """What may be used to call; the names of the settings stand beside."""

    bell: bool = True
    """`sounds`"""
    terminal: bool = True
    """`terminal_notifications`: by an escape sequence."""
    desktop: bool = True
    """`desktop_notifications`: by `notify-send`, where the terminal does not notify."""
    privacy: Privacy = Privacy.NEW
    """`alert_text`"""
    player: tuple[str, ...] | None = None
    """`sound_player`: a program and its arguments, to which the file is appended."""
    sounds: Mapping[Cause, Path] = field(default_factory=dict, hash=False)
    """`sound_message`, `sound_mention`, `sound_device` and `sound_error`"""
    sounds_over_ssh: bool = False
    """`sounds_over_ssh`"""
    command: tuple[str, ...] | None = None
    """`alert_command`: a program and its arguments, which gets the text on its standard input."""


def allowed(settings: "Settings") -> Means:
    """Read the means from the settings."""
    sounds = {
        Cause.MESSAGE: settings.sound_message,
        Cause.MENTION: settings.sound_mention,
        Cause.DEVICE: settings.sound_device,
        Cause.ERROR: settings.sound_error,
    }
    return Means(
        bell=settings.sounds,
        terminal=settings.terminal_notifications,
        desktop=settings.desktop_notifications,
        privacy=Privacy(settings.alert_text),
        player=settings.sound_player,
        sounds={cause: path for cause, path in sounds.items() if path is not None},
        sounds_over_ssh=settings.sounds_over_ssh,
        command=settings.alert_command,
    )


def rules_of(settings: "Settings") -> Rules:
    """Say which alerts the settings want, and in which ways; `means` says how each of those is gone."""
    files = (
        settings.sound_message,
        settings.sound_mention,
        settings.sound_device,
        settings.sound_error,
    )
    ways = Way.BADGE
    for way, wanted in (
        (Way.TOAST, settings.notifications),
        (Way.BELL, settings.sounds),
        (Way.SOUND, any(files)),
        (Way.OUTSIDE, settings.terminal_notifications or settings.desktop_notifications),
        (Way.COMMAND, settings.alert_command),
    ):
        if wanted:
            ways |= way
    return Rules(
        ways=ways,
        loudness=Loudness(settings.alerts),
        quiet=Quiet(*settings.quiet_minutes) if settings.quiet_minutes is not None else None,
        excepted=frozenset(map(exception, settings.quiet_except)),
    )


def worded(alert: Alert, privacy: Privacy) -> tuple[str, str]:
    """Choose heading and body for everything that leaves watui."""
    if privacy is Privacy.FULL:
        return alert.title, alert.body
    if alert.cause is Cause.ERROR:
        body = "The key does not work"
    elif alert.cause is Cause.DEVICE:
        body = "A device needs you" if alert.priority is Priority.HIGH else "No connection"
    else:
        body = "New message" if alert.count == 1 else f"{alert.count} new messages"
    return (alert.title if privacy is Privacy.SENDER else "watui"), body
