"""What can be chosen about a demo gateway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Profile = Literal["whatsapi", "full"]
_BODY_LIMIT = 102_400


@dataclass(slots=True, kw_only=True)
class DemoOptions:
    """All choices, with the quiet defaults that suit a test; times in seconds unless said otherwise."""

    profile: Profile = "full"
    port: int = 0
    control_port: int = 0
    key: str | None = None
    """The API key; a random one when None."""
    seed: int = 1
    devices: int = 1
    """Paired devices."""
    unpaired: int = 0
    """Devices that offer QR codes."""
    chats: int = 24
    """Chats of each device."""
    messages: int = 60
    """Messages of the longest chats; others have fewer, see `Phone`."""
    rate: float = 0.0
    """Messages a minute that arrive by themselves, over all devices."""
    reply: bool = False
    """Whether contacts answer when they are written to."""
    pace: float = 1.0
    """Factor on the delays of acks, typing and answers; 0 makes them immediate."""
    pair_after: float | None = None
    """When an unpaired device pairs by itself, counted from its first QR code; never when None."""
    qr_text: bool = True
    """Whether a pairing string is told, and not only a picture of its code."""
    qr_every: float = 20.0
    qr_delay: float = 0.3
    """From `initializing` to the first QR code."""
    mark_read_delay: float = 0.5
    """What markRead takes in profile `whatsapi` (contract 2.12)."""
    queue_delay: float = 0.3
    """Between two runs of the send queue; a text then takes half as long to type (contract 5)."""
    ping_interval: float = 25.0
    """Whole seconds: engine.io announces no fractions."""
    ping_timeout: float = 20.0
    forward_delay: float = 1.0
    """What forwarding out of one chat takes in profile `whatsapi` (contract 2.10)."""
    max_body: int | None = None
    """The bytes that a body may have; what the real gateway takes when None."""
    start_delay: float = 0.0
    """How long devices stay in the starting state (404, then initializing) after the first start."""
    now: float | None = None
    """Epoch seconds that end the seeded histories; the current time when None."""

    @property
    def body_limit(self) -> int:
        """The bytes that a body may have (contract 1.2)."""
        return _BODY_LIMIT if self.max_body is None else self.max_body

    @classmethod
    def show(cls, **changes: Any) -> DemoOptions:
        """Give the lively options of `watui --demo`, with `changes` on top."""
        lively: dict[str, Any] = {
            "devices": 2,
            "unpaired": 1,
            "chats": 40,
            "messages": 180,
            "rate": 12.0,
            "reply": True,
            "pair_after": 45.0,
        }
        return cls(**(lively | changes))
