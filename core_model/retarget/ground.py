"""From the camera's axes to a level world that stands on its ground (numpy only)."""

import numpy as np
import torch

from core_model.geometry.rotations import smallest_rotation
from core_model.skeleton import JOINT

CAMERA_TO_Y_UP = np.diag([1.0, -1.0, -1.0])
"""Half a turn about x: from x right, y down, z away to x right, y up, z back."""
LEVEL_SPREAD_M = 0.5
"""Where feet spread less than this over the ground (standard deviation), the camera is rather taken to be level than
the ground to slope: what errors in depth do to standing feet looks like a slope."""
ON_GROUND_M = 0.05
BELOW_PERCENT = 25
"""Of the moments at which a toe stands, so many may lie below the ground."""
_TOES = [JOINT["l_toe"], JOINT["r_toe"]]


def world_from_camera(joints_m: np.ndarray) -> np.ndarray:
    """(3, 4) `p_world = M[:, :3] @ p_camera + M[:, 3]` for joints (T, 21, 3) in the camera frame, finite.

    The ground is the plane under the lower toes; the world's origin is on it, under the pelvis of the first frame.
    """
    upright = joints_m @ CAMERA_TO_Y_UP.T
    toes = upright[:, _TOES]
    lower = toes[np.arange(len(toes)), toes[..., 1].argmin(axis=1)]
    slope, height_m = _plane(lower)
    normal = np.array([-slope[0], 1.0, -slope[1]])
    turn = smallest_rotation(torch.from_numpy(normal / np.linalg.norm(normal)), torch.tensor([0.0, 1.0, 0.0]).double())
    rotation = turn.numpy() @ CAMERA_TO_Y_UP
    ground = rotation @ CAMERA_TO_Y_UP @ np.array([0.0, height_m, 0.0])
    pelvis = rotation @ joints_m[0, JOINT["pelvis"]]
    return np.column_stack([rotation, [-pelvis[0], -ground[1], -pelvis[2]]])


def moved(points_m: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Points (..., 3) through a (3, 4) matrix."""
    return points_m @ matrix[:, :3].T + matrix[:, 3]


def _plane(points_m: np.ndarray) -> tuple[np.ndarray, float]:
    """Slopes (2,) along x and z, and height at the origin, of the ground under points (T, 3), y up.

    Least trimmed squares (Rousseeuw, J. Am. Stat. Assoc. 79, 1984): a plane through all points, then again and again
    through the nearer half, so that jumps and frames gone wrong do not count. Only the last is drawn towards the
    level: drawn there before, it would have left out what lies uphill. Then it sinks until few of them lie below.
    """
    near = points_m
    for _ in range(10):
        slope, height_m = _fitted(near, 0.01)
        off_m = np.abs(points_m[:, 1] - points_m[:, [0, 2]] @ slope - height_m)
        near = points_m[off_m <= max(ON_GROUND_M, float(np.median(off_m)))]
    slope, height_m = _fitted(near, LEVEL_SPREAD_M)
    return slope, float(np.percentile(near[:, 1] - near[:, [0, 2]] @ slope, BELOW_PERCENT))


def _fitted(points_m: np.ndarray, spread_m: float) -> tuple[np.ndarray, float]:
    """The plane through points by ridge regression: level where they spread over much less than `spread_m`."""
    centre = points_m.mean(axis=0)
    off = points_m - centre
    flat = off[:, [0, 2]]
    squares = flat.T @ flat / len(off) + spread_m**2 * np.eye(2)
    slope = np.linalg.solve(squares, flat.T @ off[:, 1] / len(off))
    return slope, float(centre[1] - centre[[0, 2]] @ slope)
