"""The clip, the playhead, and the decoded frame under it."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
MAX_SPEED = SPEEDS[-1]
IMAGES_PER_S = 2.0
"""How fast a folder of images is played: it has no times of its own."""


@dataclass(frozen=True, eq=False)
class Clip:
    """An opened video, folder of images or single image."""

    path: Path
    pts_s: np.ndarray  # (T,) presentation times; NaN for images
    frame_size_px: tuple[int, int]
    fps: float
    image_names: tuple[str, ...] | None = None
    fingerprint: str = ""  # of the file (session.clip_file); empty where it cannot be told
    live: bool = False  # it stands for a camera: always one frame, the newest; there is no file

    def __len__(self) -> int:
        return len(self.pts_s)

    @cached_property
    def times_s(self) -> np.ndarray:
        """(T,) seconds since the first frame at which each frame is due when the clip plays."""
        if not len(self) or not np.isfinite(self.pts_s).all():
            return np.arange(len(self)) / IMAGES_PER_S
        return self.pts_s - self.pts_s[0]

    @property
    def duration_s(self) -> float:
        """Up to the end of the last frame."""
        frame_s = 1 / self.fps if self.fps and np.isfinite(self.fps) else 1 / IMAGES_PER_S
        return float(self.times_s[-1]) + frame_s if len(self) else 0.0

    def index_at(self, time_s: float) -> int:
        """The frame on show `time_s` seconds after the first."""
        return int(np.clip(np.searchsorted(self.times_s, time_s + 1e-6, side="right") - 1, 0, len(self) - 1))


@dataclass(frozen=True, slots=True)
class Playback:
    """Where the playhead is and whether it moves, and how."""

    index: int = 0
    playing: bool = False
    loop: tuple[int, int] | None = None  # first and last frame, both played
    repeat: bool = True  # start again at the end
    speed: float = 1.0  # clip seconds a second; negative backwards

    def span(self, clip: Clip) -> tuple[int, int]:
        """First and last frame that are played."""
        return self.loop or (0, len(clip) - 1)

    def looped(self, clip: Clip, first: int | None, last: int | None) -> "Playback":
        """With one end of the range moved; the other end gives way where they cross."""
        a, b = self.span(clip)
        if first is not None:
            a, b = first, max(b, first)
        if last is not None:
            a, b = min(a, last), last
        return replace(self, loop=None if (a, b) == (0, len(clip) - 1) else (a, b))

    def started(self, clip: Clip, speed: float) -> "Playback":
        """Playing at this speed; from where it would end it starts again at the other end."""
        first, last = self.span(clip)
        backwards = speed < 0
        ready = first < self.index <= last if backwards else first <= self.index < last
        index = self.index if ready else (last if backwards else first)
        return replace(self, index=index, playing=True, speed=speed)

    def shuttled(self, clip: Clip, direction: int) -> "Playback":
        """Forwards (1) or backwards (-1); twice as fast when it already plays that way."""
        same_way = self.playing and self.speed * direction > 0
        return self.started(clip, direction * min(abs(self.speed) * (2 if same_way else 1), MAX_SPEED))


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """A decoded frame."""

    index: int
    image: np.ndarray  # (H, W, 3) uint8 RGB
