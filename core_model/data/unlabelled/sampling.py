"""Which frames of a video are looked at: by presentation time, whatever the file's frame rate (numpy)."""

import numpy as np

WINDOW_S = 20.0
"""A video too long to be looked at as a whole is looked at in windows of this length, spread evenly."""
_SLACK_S = 1e-6  # times are sums of rounded numbers


def sample_indices(pts_s: np.ndarray, frames_per_s: float, most: int) -> np.ndarray:
    """(T,) increasing times -> (N,) frames: the first at or after each tick of a clock, at most `most` of them.

    >>> sample_indices(np.arange(10) / 20, frames_per_s=10, most=100).tolist()
    [0, 2, 4, 6, 8]
    """
    if not len(pts_s):
        return np.zeros(0, np.int64)
    count = int((pts_s[-1] - pts_s[0]) * frames_per_s + _SLACK_S) + 1
    ticks_s = pts_s[0] + _chosen_ticks(count, max(1, round(WINDOW_S * frames_per_s)), most) / frames_per_s
    return np.unique(np.searchsorted(pts_s, ticks_s - _SLACK_S))


def _chosen_ticks(count: int, window: int, most: int) -> np.ndarray:
    """All of `count` ticks where these are not more than `most`, else whole windows of them."""
    if count <= most:
        return np.arange(count)
    window = min(window, most)
    starts = np.linspace(0, count - window, most // window).astype(np.int64)
    return (starts[:, None] + np.arange(window)).ravel()
