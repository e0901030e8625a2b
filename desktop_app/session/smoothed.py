"""Joints of one frame smoothed over those of its neighbours, as far as they are known; raw predictions stay raw."""

import numpy as np

from core_model.seen import Seen
from core_model.smoothing import REACH, smooth_at
from desktop_app.session.results import Results

Joints = tuple[np.ndarray, np.ndarray]
"""(21, 2) in pixels of the frame and (21, 3) in metres of the camera frame."""
_MAX_FRAMES = 30  # on either side


class JointSmoother:
    """Gives the same arrays again until something new is known."""

    def __init__(self) -> None:
        self._known: tuple[tuple[Results, int, int, float], Joints | None] | None = None

    def joints(self, results: Results, times_s: np.ndarray, index: int, sigma_s: float) -> Joints | None:
        """Of one frame; None where it is not known."""
        key = (results, results.version, index, sigma_s)
        if self._known is None or self._known[0] != key:
            self._known = (key, smoothed_joints(results, times_s, index, sigma_s))
        return self._known[1]


def smoothed_joints(results: Results, times_s: np.ndarray, index: int, sigma_s: float) -> Joints | None:
    """Without delay, over a window this wide; None where the frame is not known."""
    centre = results.seen.get(index)
    if centre is None:
        return None
    before, after = (_known(results, times_s, index, step, REACH * sigma_s) for step in (-1, 1))
    if not before and not after:
        return centre.joints2d_px, centre.joints3d_m
    indices = [i for i, _ in reversed(before)] + [index] + [i for i, _ in after]
    seen = [one for _, one in reversed(before)] + [centre] + [one for _, one in after]
    times, middle = times_s[indices], len(before)
    confidence = np.stack([one.confidence for one in seen])
    joints = np.stack([np.concatenate([one.joints2d_px, one.joints3d_m], axis=1) for one in seen])
    smoothed = smooth_at(middle, joints, times, confidence=confidence, sigma_s=sigma_s)
    return smoothed[:, :2], smoothed[:, 2:]


def _known(results: Results, times_s: np.ndarray, index: int, step: int, reach_s: float) -> list[tuple[int, Seen]]:
    """Frames on one side, nearest first, up to the first that is not known or too far away."""
    found: list[tuple[int, Seen]] = []
    i = index + step
    while 0 <= i < len(times_s) and abs(times_s[i] - times_s[index]) <= reach_s and len(found) < _MAX_FRAMES:
        seen = results.seen.get(i)
        if seen is None:
            break
        found.append((i, seen))
        i += step
    return found
