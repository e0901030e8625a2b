"""What is known of a camera that is on show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Live:
    """Counts since it was opened."""

    camera: str  # its name
    frames: int = 0  # that it gave
    dropped: int = 0  # of these, because a newer one had come before they could be looked at
    rate_per_s: float = 0.0  # frames it gives
    seen_per_s: float = 0.0  # frames looked at
    recorded: int | None = None  # frames in the recording; None while nothing is recorded
    recorded_s: float = 0.0
