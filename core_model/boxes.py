"""Boxes about people, `x0 y0 x1 y1` in pixels of the full frame (numpy)."""

import numpy as np

from core_model.geometry.crop import square_box

CROP_MARGIN = 1.25
"""Side of the square crop over the longer side of the person's tight box."""
MIN_SIDE_PX = 16.0
SURE_JOINT = 0.1
"""Confidence from which on a joint has a say in where the crop is."""


def square_crop(box_px: np.ndarray, margin: float = CROP_MARGIN) -> np.ndarray:
    """The square crop (4,) about a person's tight box (4,): same centre, `margin` times the longer side.

    >>> square_crop(np.array([10.0, 0.0, 30.0, 40.0])).tolist()
    [-5.0, -5.0, 45.0, 45.0]
    """
    return square_box(np.asarray(box_px, dtype=np.float64).reshape(2, 2), margin)


def box_of_points(points_px: np.ndarray, keep: np.ndarray | None = None) -> np.ndarray:
    """The tight box (4,) of points (N, 2), of those in `keep` (N,) where given and where it keeps any."""
    points = points_px[keep] if keep is not None and keep.any() else points_px
    return np.concatenate([points.min(axis=0), points.max(axis=0)]).astype(np.float64)


def crop_of_joints(points_px: np.ndarray, confidence: np.ndarray) -> np.ndarray:
    """The square crop (4,) that joints (N, 2), confidence (N,), ask for."""
    return square_crop(box_of_points(points_px, confidence >= SURE_JOINT))


def overlap(a_px: np.ndarray, b_px: np.ndarray) -> float:
    """Intersection over union of two boxes (4,), in [0, 1]."""
    size = np.clip(np.minimum(a_px[2:], b_px[2:]) - np.maximum(a_px[:2], b_px[:2]), 0, None)
    common = float(size.prod())
    total = float((a_px[2:] - a_px[:2]).prod() + (b_px[2:] - b_px[:2]).prod()) - common
    return common / total if total > 0 else 0.0


def blend(old_px: np.ndarray, new_px: np.ndarray, centre: float, side: float) -> np.ndarray:
    """A square crop between two: `centre` and `side` in [0, 1] say how far each goes to the new one's."""
    middle = (1 - centre) * _centre(old_px) + centre * _centre(new_px)
    half = 0.5 * _side(old_px) ** (1 - side) * _side(new_px) ** side
    return np.concatenate([middle - half, middle + half])


def _centre(box_px: np.ndarray) -> np.ndarray:
    return (box_px[:2] + box_px[2:]) / 2


def _side(box_px: np.ndarray) -> float:
    return max(float((box_px[2:] - box_px[:2]).max()), MIN_SIDE_PX)
