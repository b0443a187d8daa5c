"""watui's waits made short, so that a thousand faults take minutes and not days."""

import importlib

WAITS: dict[str, object] = {
    "watui.sync.FIRST_WAIT": 0.05,
    "watui.sync.LONGEST_WAIT": 0.4,
    "watui.hub.RETRY_EVERY": 0.1,
    "watui.hub.ACT_EVERY": 0.3,
    "watui.devices.KEY_EVERY": 0.5,
    "watui.devices.POLL_EVERY": 0.2,
    "watui.devices.POLL_FOR": 0.5,
    "watui.devices.CHECK_EVERY": 1.0,
    "watui.devices.ALIVE_EVERY": 0.5,
    "watui.outgoing.LOOK_WAITS": (0.05, 0.1, 0.2),
    "watui.outgoing.LATER": 1.0,
    "watui.gateway.whatsapi.live.CONNECT_LIMIT": 0.5,
    "watui.gateway.whatsapi.live.CLOSE_LIMIT": 0.5,
    "watui.gateway.whatsapi.writing.SEND_LIMIT": 1.5,
    "watui.gateway.whatsapi.writing.MARK_LIMIT": 3.0,
}
"""What is shortened, and to how many seconds."""


def hurry() -> list[str]:
    """Shorten the waits; names those that are not there any more, which the caller should not keep quiet."""
    missing = []
    for name, value in WAITS.items():
        module, _, constant = name.rpartition(".")
        place = importlib.import_module(module)
        if hasattr(place, constant):
            setattr(place, constant, value)
        else:
            missing.append(name)
    _shorten_calls()
    return missing


def _shorten_calls() -> None:
    """Shorten the calls that have the usual limit, which a field's default has fixed."""
    from watui.gateway.whatsapi import rest

    made = rest.Call.__init__
    defaults = made.__defaults__ or ()
    made.__defaults__ = tuple(1.5 if value == rest.READ_LIMIT else value for value in defaults)
