"""Smoothing over time: without delay for whole clips, and as it comes for live use (numpy only)."""

from dataclasses import dataclass, field

import numpy as np

SIGMA_S = 0.06
"""Width of the smoothing window: quick steps and hand movements (up to some 3 Hz) keep their height."""
REACH = 3.0
"""Standard deviations on either side that count."""
_CHUNK = 2048


def smooth(
    values: np.ndarray,
    pts_s: np.ndarray,
    *,
    confidence: np.ndarray | None = None,
    track: np.ndarray | None = None,
    sigma_s: float = SIGMA_S,
) -> np.ndarray:
    """Each frame's value on the line fitted to its neighbours in time: zero phase, any spacing of frames.

    A local linear fit with Gaussian weights (Cleveland, J. Am. Stat. Assoc. 74, 1979) keeps constants and straight
    motion exactly, also at both ends, and gives the reversed answer for reversed time.

    values: (T, N, D); NaN where nobody was found, which stays NaN and influences nothing.
    pts_s: (T,) rising; NaN (images) returns a copy.
    confidence: (T, N) weights, all alike by default. track: (T,) frames of different tracks do not mix.
    """
    values = np.asarray(values, dtype=np.float64)
    if len(values) == 0 or not np.isfinite(pts_s).all():
        return values.copy()
    weight = np.ones(values.shape[:2]) if confidence is None else np.asarray(confidence, dtype=np.float64) + 1e-3
    known = np.isfinite(values).all(axis=2)
    weight = np.where(known, weight, 0.0)
    filled = np.where(known[..., None], values, 0.0)
    track = np.zeros(len(values), dtype=np.int64) if track is None else np.asarray(track)
    low = np.searchsorted(pts_s, pts_s - REACH * sigma_s, side="left")
    high = np.searchsorted(pts_s, pts_s + REACH * sigma_s, side="right")
    out = np.full_like(values, np.nan)
    for start in range(0, len(values), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(values)))
        near = low[rows, None] + np.arange(int((high - low)[rows].max()))
        inside = near < high[rows, None]
        near = np.minimum(near, len(values) - 1)
        dt = pts_s[near] - pts_s[rows, None]
        bell = np.exp(-0.5 * (dt / sigma_s) ** 2) * inside * (track[near] == track[rows, None])
        out[rows] = _line_at_zero(dt, bell[..., None] * weight[near], filled[near])
    out[~known] = np.nan
    return out


def smooth_at(
    index: int, values: np.ndarray, pts_s: np.ndarray, *, confidence: np.ndarray, sigma_s: float
) -> np.ndarray:
    """Row `index` (N, D) of what `smooth` makes of values without NaN (T, N, D), at a fraction of the cost."""
    dt = pts_s - pts_s[index]
    near = np.abs(dt) <= REACH * sigma_s
    weight = np.exp(-0.5 * (dt[near, None] / sigma_s) ** 2) * (confidence[near] + 1e-3)
    return _line_at_zero(dt[None, near], weight[None], values[None, near])[0]


def _line_at_zero(dt_s: np.ndarray, weight: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Weighted least squares lines through (dt, value), read at dt = 0.

    (R, K) seconds, (R, K, N) weights, (R, K, N, D) values -> (R, N, D).
    """
    total = np.maximum(weight.sum(axis=1), 1e-12)
    mean_t = (weight * dt_s[..., None]).sum(axis=1) / total
    mean_v = (weight[..., None] * values).sum(axis=1) / total[..., None]
    off_t = dt_s[..., None] - mean_t[:, None]
    spread = (weight * off_t**2).sum(axis=1)
    slope = (weight[..., None] * off_t[..., None] * values).sum(axis=1)
    slope /= np.where(spread > 1e-12 * total, spread, np.inf)[..., None]
    return mean_v - slope * mean_t[..., None]


@dataclass(slots=True)
class OneEuro:
    """Low-pass filter for live use whose cut-off rises with speed (Casiez, Roussel, Vogel, CHI 2012).

    >>> live = OneEuro()
    >>> [float(live.update(np.array([v]), t)[0]) for v, t in ((2.0, 0.0), (2.0, 0.1))]
    [2.0, 2.0]
    """

    min_cutoff_hz: float = 1.5
    beta: float = 0.05  # Hz of cut-off per unit of speed
    speed_cutoff_hz: float = 1.0
    _value: np.ndarray | None = field(default=None, init=False)
    _speed: np.ndarray | None = field(default=None, init=False)
    _pts_s: float = field(default=0.0, init=False)

    def reset(self) -> None:
        """Start afresh with the next value."""
        self._value = None

    def update(self, value: np.ndarray, pts_s: float) -> np.ndarray:
        """The filtered value of the same shape. A NaN, or a time that is not later, starts afresh."""
        dt = pts_s - self._pts_s
        self._pts_s = pts_s
        if not np.isfinite(value).all():
            self.reset()
            return value
        if self._value is None or self._speed is None or not dt > 0:
            self._value, self._speed = np.array(value, dtype=np.float64), np.zeros(np.shape(value))
            return self._value.copy()
        speed = (value - self._value) / dt
        self._speed = self._speed + _gain(dt, np.asarray(self.speed_cutoff_hz)) * (speed - self._speed)
        gain = _gain(dt, self.min_cutoff_hz + self.beta * np.abs(self._speed))
        self._value = self._value + gain * (value - self._value)
        return self._value.copy()


def _gain(dt_s: float, cutoff_hz: np.ndarray) -> np.ndarray:
    """Of an exponential filter with this cut-off at this step."""
    rate = 2 * np.pi * cutoff_hz * dt_s
    return rate / (rate + 1)
