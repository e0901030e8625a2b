"""Shots: where a video goes over, from one frame to the next, to another picture (numpy and cv2).

A cut is a difference that stands out from the usual one around it, and that lasts: after a flash the picture is again
what it was before. Two frames are compared by their colours and by a thumbnail.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

LEAST_DIFFERENCE = 0.15
"""Measured at 8 frames a second: frames of one shot differ by 0.00 to 0.12, two shots in one place by 0.24 and more."""
TIMES_USUAL = 4.0
AROUND = 8
"""Frames before and after whose differences are the usual ones."""
LASTING = 3
"""What lasts fewer samples than this is a flash."""
LONGEST_GAP_S = 1.0
"""Nobody is followed over a longer time without a frame."""
LONGEST_SHOT_S = 60.0
"""Longer shots are taken apart: the light changes, and the frames of a shot are held in memory."""
_BINS = 8


@dataclass(frozen=True, slots=True)
class Look:
    """What a frame looks like from afar."""

    colours: np.ndarray  # (512,) shares of the colours, summing to 1
    thumbnail: np.ndarray  # (12, 16, 3) in [0, 1]


def look_of(frame: np.ndarray) -> Look:
    """Frame (H, W, 3) uint8 -> its look."""
    small = cv2.resize(frame, (128, 96), interpolation=cv2.INTER_AREA)
    counts = cv2.calcHist([small], [0, 1, 2], None, [_BINS] * 3, [0, 256] * 3)
    for axis in range(3):  # a little lighter or darker must not look like other colours
        counts = np.apply_along_axis(np.convolve, axis, counts, [0.25, 0.5, 0.25], mode="same")
    thumbnail = cv2.resize(small, (16, 12), interpolation=cv2.INTER_AREA)
    return Look((counts / counts.sum()).ravel(), thumbnail.astype(np.float32) / 255)


def difference(one: Look, other: Look) -> float:
    """How different two frames look, in [0, 1]: half by their colours, half by where they are."""
    colours = 0.5 * float(np.abs(one.colours - other.colours).sum())
    places = float(np.abs(one.thumbnail - other.thumbnail).mean())
    return 0.5 * colours + 0.5 * min(1.0, 3 * places)


def find_cuts(looks: list[Look]) -> list[int]:
    """The frames, in increasing order, with which a new shot begins; not the first."""
    steps = np.array([difference(a, b) for a, b in pairwise(looks)])
    cuts: list[int] = []
    for i in (np.flatnonzero(steps >= LEAST_DIFFERENCE) + 1).tolist():
        around = np.concatenate([steps[max(0, i - 1 - AROUND) : i - 1], steps[i : i + AROUND]])
        usual = float(np.median(around)) if len(around) else 0.0
        if _lasts(looks, i, max(LEAST_DIFFERENCE, TIMES_USUAL * usual)):
            cuts.append(i)
    return cuts


def _lasts(looks: list[Look], i: int, least: float) -> bool:
    """Whether all frames just before `i` differ from all from `i` on."""
    before, after = looks[max(0, i - LASTING) : i], looks[i : i + LASTING]
    return all(difference(a, b) >= least for a in before for b in after)


def shot_numbers(looks: list[Look], pts_s: np.ndarray) -> np.ndarray:
    """(T,) the number of the shot that each frame, at `pts_s` (T,), belongs to, counted from 0."""
    new = np.zeros(len(looks), dtype=bool)
    new[find_cuts(looks)] = True
    new[1:] |= np.diff(pts_s) > LONGEST_GAP_S
    start_s = -np.inf
    for i, at_s in enumerate(pts_s):
        new[i] |= at_s - start_s >= LONGEST_SHOT_S
        start_s = at_s if new[i] else start_s
    return np.cumsum(new) - 1
