"""What the real gateway said, as it was recorded (contract, recordings/INDEX.md)."""

import json
from pathlib import Path
from typing import Any

_PLACE = Path(__file__).parents[1] / "data" / "recordings"


def recording(name: str) -> dict[str, Any]:
    """Read a recording by its name."""
    found: dict[str, Any] = json.loads((_PLACE / f"{name}.json").read_text("utf-8"))
    return found


def body(name: str) -> Any:
    """Read the body of a recorded answer."""
    return recording(name)["body"]


def data(name: str) -> Any:
    """Read the data in the body of a recorded answer."""
    return body(name)["data"]


def heard(scene: str, event: str = "message") -> dict[str, Any]:
    """Read the payload of the first `event` of a scene of the recorded socket."""
    scenes = recording("610-socket-events")
    received = scenes[scene]["received"]
    payload: dict[str, Any] = next(item["args"][0] for item in received if item["event"] == event)
    return payload
