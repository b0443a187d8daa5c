"""From the settings to the rules of alerts."""

from typing import TYPE_CHECKING

from watui.alerts import Quiet, Rules, Way, exception
from watui.models import Loudness

if TYPE_CHECKING:
    from watui.config import Settings


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
