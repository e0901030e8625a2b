"""An even pace: what frame rate a clip has, and joints at the moments of another (numpy only).

The rule for gaps: before the first and after the last frame with somebody nothing is made up; in between, joints move
straight on. Formats that can leave a hole open do so where it is longer than `LONGEST_FILL_S`.
"""

from dataclasses import dataclass

import numpy as np

LONGEST_FILL_S = 0.5
_USUAL_FPS = (24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 48.0, 50.0, 60000 / 1001, 60.0, 100.0, 120.0, 240.0)
_SHORT = 30
_EVEN = 0.25
"""Share of a step by which frames of an even clip lie off their places at most: some files keep whole milliseconds."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Values at an even pace."""

    values: np.ndarray  # (T, ...) finite
    times_s: np.ndarray  # (T,) of the clip
    gap_s: np.ndarray  # (T,) how long the hole is in which a moment lies; 0 where frames show somebody


def frame_rate(pts_s: np.ndarray) -> float:
    """Frames a second of a clip with rising times (T,): the mean of an even clip, the usual step of an uneven one; a
    rate in common use where it is within 0.1 % of that (2 %: uneven clips, and short ones). One frame alone: 30.

    >>> frame_rate(np.array([0, 0.033, 0.067, 0.1, 0.133]))
    30.0
    """
    if len(pts_s) < 2:
        return 30.0
    places_s, steps_s = np.linspace(pts_s[0], pts_s[-1], len(pts_s)), np.diff(pts_s)
    even = bool(np.abs(pts_s - places_s).max() <= _EVEN * np.median(steps_s))
    fps = 1 / float(steps_s.mean() if even else np.median(steps_s))
    nearest = min(_USUAL_FPS, key=lambda usual: abs(usual - fps))
    return nearest if abs(nearest - fps) <= (0.001 if even and len(pts_s) > _SHORT else 0.02) * fps else fps


def resampled(values: np.ndarray, pts_s: np.ndarray, fps: float) -> Samples:
    """Values (T, ...), NaN in rows of frames without anybody, at `fps` from the first row that is known to the last.

    A moment's values lie on the line between the two frames about it. Near a frame (`_EVEN`) it is not in a hole.
    """
    rows = np.flatnonzero(np.isfinite(values).reshape(len(values), -1).all(axis=1))
    known_s = pts_s[rows]
    count = 1 + int(np.floor((known_s[-1] - known_s[0]) * fps + _EVEN))
    times_s = known_s[0] + np.arange(count) / fps
    after = np.searchsorted(known_s, times_s).clip(1, max(len(rows) - 1, 1)).clip(max=len(rows) - 1)
    before = np.maximum(after - 1, 0)
    step_s = known_s[after] - known_s[before]
    share = ((times_s - known_s[before]) / np.where(step_s > 0, step_s, 1.0)).clip(0, 1)
    share = share.reshape(-1, *[1] * (values.ndim - 1))
    known = values[rows]
    out = known[before] + share * (known[after] - known[before])
    on_a_frame = np.minimum(times_s - known_s[before], known_s[after] - times_s) <= _EVEN / fps
    in_hole = (rows[after] - rows[before] > 1) & ~on_a_frame
    return Samples(out, times_s, np.where(in_hole, step_s, 0.0))
