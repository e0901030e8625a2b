"""Joints of one frame smoothed over those of its neighbours, as far as they are known; raw predictions stay raw."""

import numpy as np

from core_model.prediction import Prediction
from core_model.smoothing import REACH, smooth
from desktop_app.session.results import Results

Joints = tuple[np.ndarray, np.ndarray]
"""(21, 2) in pixels of the frame and (21, 3) in metres of the camera frame."""
_MAX_FRAMES = 30  # on either side


def smoothed_joints(results: Results, times_s: np.ndarray, index: int, sigma_s: float) -> Joints | None:
    """Without delay, over a window this wide; None where the frame is not known."""
    centre = results.peek(index)
    if centre is None:
        return None
    before, after = (_known(results, times_s, index, step, REACH * sigma_s) for step in (-1, 1))
    if not before and not after:
        return centre.joints2d_px, centre.joints3d_m
    indices = [i for i, _ in reversed(before)] + [index] + [i for i, _ in after]
    predictions = [p for _, p in reversed(before)] + [centre] + [p for _, p in after]
    times, middle = times_s[indices], len(before)
    confidence = np.stack([p.confidence for p in predictions])
    flat, solid = (
        smooth(np.stack(values), times, confidence=confidence, sigma_s=sigma_s)[middle]
        for values in ([p.joints2d_px for p in predictions], [p.joints3d_m for p in predictions])
    )
    return flat, solid


def _known(
    results: Results, times_s: np.ndarray, index: int, step: int, reach_s: float
) -> list[tuple[int, Prediction]]:
    """Frames on one side, nearest first, up to the first that is not known or too far away."""
    found: list[tuple[int, Prediction]] = []
    i = index + step
    while 0 <= i < len(times_s) and abs(times_s[i] - times_s[index]) <= reach_s and len(found) < _MAX_FRAMES:
        prediction = results.peek(i)
        if prediction is None:
            break
        found.append((i, prediction))
        i += step
    return found
