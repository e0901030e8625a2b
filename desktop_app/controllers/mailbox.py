"""Between a camera and whoever looks at its frames: the newest is kept, an older one that nobody took is dropped."""

from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np

from desktop_app.controllers.core import Writer

_SLOWLY = 0.1
"""Share of a new interval in the mean that the rates are told from."""


@dataclass(frozen=True, eq=False, slots=True)
class Shot:
    """A frame of a camera."""

    image: np.ndarray  # (H, W, 3) uint8
    time_s: float
    recorded: int | None = None  # its number in the recording


class Rate:
    """How often something happens, in times a second."""

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._interval_s = 0.0

    def tick(self, now_s: float) -> None:
        """It happened."""
        if self._last_s is not None:
            new_s = now_s - self._last_s
            self._interval_s += (new_s - self._interval_s) * (_SLOWLY if self._interval_s else 1.0)
        self._last_s = now_s

    @property
    def per_s(self) -> float:
        """0 before the second time."""
        return 1 / self._interval_s if self._interval_s > 0 else 0.0


class Mailbox:
    """`put` and `close` on the camera's thread, all else on another."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._newest: Shot | None = None
        self._frames = self._dropped = 0
        self._given, self._seen = Rate(), Rate()
        self._taken_s = 0.0
        self.writer: Writer | None = None
        """Of the recording; put here, and used, on the camera's thread."""
        self.count, self.size_px = 0, (0, 0)
        """Of the recording."""
        self._recorded_s: tuple[float, float] | None = None

    def put(self, shot: Shot) -> None:
        """A frame has come."""
        if self.writer:
            self.writer.add(shot.time_s, shot.image)
            self._recorded_s = (self._recorded_s[0] if self._recorded_s else shot.time_s, shot.time_s)
            shot = replace(shot, recorded=self.count)
            self.count, self.size_px = self.writer.count, self.writer.size_px
        with self._lock:
            self._frames += 1
            self._dropped += self._newest is not None
            self._newest = shot
            self._given.tick(shot.time_s)

    def take(self) -> Shot | None:
        """The newest frame, once."""
        with self._lock:
            shot, self._newest = self._newest, None
        if shot:
            self._taken_s = shot.time_s
        return shot

    def looked(self, known: bool) -> None:
        """The one that was taken is on show, looked at or not."""
        if known:
            self._seen.tick(self._taken_s)

    def counts(self) -> dict[str, Any]:
        """Fields of `session.live.Live`."""
        with self._lock:
            counts: dict[str, Any] = {
                "frames": self._frames, "dropped": self._dropped,
                "rate_per_s": self._given.per_s, "seen_per_s": self._seen.per_s,
            }  # fmt: skip
        if self._recorded_s:
            counts |= {"recorded": self.count, "recorded_s": self._recorded_s[1] - self._recorded_s[0]}
        return counts

    def close(self) -> None:
        """Nothing more is recorded; the file is whole."""
        writer, self.writer = self.writer, None
        if writer:
            writer.close()
