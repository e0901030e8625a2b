"""Which frames are kept, and why the others are not (numpy and cv2)."""

import cv2
import numpy as np

from core_model.data.unlabelled.pairing import pose_distance
from core_model.geometry.limbs import limb_vectors
from core_model.prediction import CROP_PX, Prediction
from core_model.skeleton import BACKGROUND, NUM_PARTS

LEAST_CONFIDENCE = 0.35
LEAST_PARTS = 8
"""Fewer parts in sight than this: not a whole person, or not one that was understood."""
AGREEMENT, CLEAR_AGREEMENT = 0.4, 0.5
"""Share of the joints that must lie on the person, as the part segmentation has it: two readings of one network. As
seen, for a frame to be kept; of the body in space, for it to be clear: limbs may be seen where no body can have them.
"""
ALIKE_LEVELS, ALIKE_RAD = 3.0, np.deg2rad(5.0)
"""A frame is like the one before if the crop and the pose change by less than this, in the mean."""
RUN = 3
"""Frames are thinned out in runs of this length, so that neighbours in time stay."""


def is_unsure(seen: Prediction, seen_px: np.ndarray) -> bool:
    """Whether the network is unsure of a person or contradicts itself; `seen_px` (21, 2) are its joints in the crop."""
    areas = np.bincount(seen.parts.ravel(), minlength=NUM_PARTS + 1)[:NUM_PARTS]
    few_parts = (areas > 20).sum() < LEAST_PARTS
    doubtful = seen.confidence.mean() < LEAST_CONFIDENCE
    return bool(doubtful or few_parts or share_on_person(seen.parts, seen_px) < AGREEMENT)


def share_on_person(parts: np.ndarray, points_px: np.ndarray) -> float:
    """Share of points (21, 2) in a crop that its part index (S, S) does not call background."""
    x, y = points_px.round().astype(int).clip(0, CROP_PX - 1).T
    return float((parts[y, x] != BACKGROUND).mean())


class Novelty:
    """Remembers the last frame that was new."""

    def __init__(self) -> None:
        self._thumbnail = np.full((32, 32, 3), np.inf, np.float32)
        self._directions = np.zeros((20, 3))

    def is_new(self, crop: np.ndarray, joints3d_m: np.ndarray) -> bool:
        """Whether a crop (S, S, 3) uint8 with joints (21, 3) differs, in picture or pose, from the last new one."""
        thumbnail = cv2.resize(crop, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
        directions = limb_vectors(joints3d_m)
        if (
            np.abs(thumbnail - self._thumbnail).mean() < ALIKE_LEVELS
            and pose_distance(directions, self._directions) < ALIKE_RAD
        ):
            return False
        self._thumbnail, self._directions = thumbnail, directions
        return True


def thinned(count: int, most: int) -> np.ndarray:
    """At most `most` of the numbers 0 to `count` - 1, spread evenly, in runs of RUN.

    >>> thinned(12, 6).tolist()
    [0, 1, 2, 9, 10, 11]
    """
    if count <= most:
        return np.arange(count)
    run = min(RUN, max(most, 1))
    starts = np.linspace(0, count - run, most // run).round().astype(np.int64)
    return np.unique(starts[:, None] + np.arange(run))
