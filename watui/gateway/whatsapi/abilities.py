"""What a gateway can do beyond whatsapi-bridge, as it tells at `GET /api/v1/capabilities` if it has that."""

from watui.caps import USUAL, Cap

EVENTS = {
    "message:ack": Cap.ACK_EVENTS,
    "message:status": Cap.ACK_EVENTS,
    "message-ack": Cap.ACK_EVENTS,
    "message:create": Cap.OWN_EVENTS,
    "message_create": Cap.OWN_EVENTS,
    "message-sent": Cap.OWN_EVENTS,
    "typing:start": Cap.TYPING_EVENTS,
    "typing-status": Cap.TYPING_EVENTS,
}

ACTIONS = {"react": Cap.REACT, "edit": Cap.EDIT, "star": Cap.STAR}


def learn(told: object) -> tuple[Cap, bool]:
    """Read the flags, and whether chats of every kind can be marked as read; what is odd counts as no."""
    caps = USUAL
    if not isinstance(told, dict):
        return caps, False
    for field, flags in (("events", EVENTS), ("actions", ACTIONS)):
        names = told.get(field)
        for name in names if isinstance(names, list) else ():
            caps |= flags.get(name, Cap.NOTHING) if isinstance(name, str) else Cap.NOTHING
    if told.get("history") == "unlimited":
        caps |= Cap.FULL_HISTORY
    return caps, told.get("markReadLid") is True
