"""How a figure moves: jitter, sliding feet, limbs that change in length. Numpy; NaN rows are frames without anybody.

Poses of one person are (T, J, 3) in metres, one row a frame at an even pace; J = 21 in our order where feet and limbs
are meant. The camera frame will do as long as the camera stands still.
"""

import numpy as np

from core_model.evaluation.metrics import Array
from core_model.skeleton import JOINT, LIMBS

DOWN = (0.0, 1.0, 0.0)
"""Towards the ground in the frame of a level camera."""
ON_GROUND_M = 0.05
"""A toe so near to the lowest place of the clip is taken to stand."""
_TOES = [JOINT["l_toe"], JOINT["r_toe"]]


def jitter_mm(joints_m: Array) -> float:
    """Mean length of the second difference, mm a frame and frame; 0 for steady motion along a line."""
    return _mean_mm(_acceleration(joints_m))


def acceleration_error_mm(predicted_m: Array, true_m: Array) -> float:
    """Mean distance between the second differences of prediction and truth (Kanazawa et al., CVPR 2019)."""
    return _mean_mm(_acceleration(predicted_m) - _acceleration(true_m))


def toes_down(joints_m: Array, down: tuple[float, float, float] = DOWN) -> Array:
    """(T, 2) bool: left and right toe are near the level that the lower toe reaches in one frame of twenty."""
    depth_m = joints_m[:, _TOES] @ (np.asarray(down) / np.linalg.norm(down))
    if not np.isfinite(depth_m).any():
        return np.zeros(depth_m.shape, dtype=bool)
    return np.asarray(depth_m > np.nanpercentile(depth_m.max(1), 95) - ON_GROUND_M)


def foot_skate_mm(joints_m: Array, down: tuple[float, float, float] = DOWN, standing: Array | None = None) -> float:
    """How far a toe slides along the ground from one frame to the next while it is down in both, mm.

    standing: (T, 2) when it is down, by default `toes_down` of these joints. To say what cleaning does to a motion,
    give that of one of both: else different moments are compared. NaN where no toe ever stands.
    """
    unit = np.asarray(down) / np.linalg.norm(down)
    standing = toes_down(joints_m, down) if standing is None else standing
    step_m = np.diff(joints_m[:, _TOES], axis=0)
    slide_m = step_m - (step_m @ unit)[..., None] * unit
    return _mean_mm(slide_m[standing[1:] & standing[:-1]])


def limb_drift_mm(joints_m: Array) -> float:
    """Mean distance of the limbs' lengths from their medians over the clip; 0 for a body that keeps its lengths."""
    lengths_m = np.linalg.norm(joints_m[:, LIMBS[:, 1]] - joints_m[:, LIMBS[:, 0]], axis=-1)
    lengths_m = lengths_m[np.isfinite(lengths_m).all(1)]
    if not len(lengths_m):
        return float("nan")
    return float(1000 * np.abs(lengths_m - np.median(lengths_m, axis=0)).mean())


def steadiness(joints_m: Array) -> dict[str, float]:
    """All that can be said without a truth."""
    return {
        "jitter_mm": jitter_mm(joints_m),
        "foot_skate_mm": foot_skate_mm(joints_m),
        "limb_drift_mm": limb_drift_mm(joints_m),
    }


def _acceleration(joints_m: Array) -> Array:
    return np.diff(joints_m, n=2, axis=0)


def _mean_mm(vectors_m: Array) -> float:
    """Mean length of the known vectors (..., 3); NaN where none is."""
    lengths = np.linalg.norm(vectors_m, axis=-1)
    known = lengths[np.isfinite(lengths)]
    return float(1000 * known.mean()) if known.size else float("nan")
